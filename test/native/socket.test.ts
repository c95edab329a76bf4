import assert from 'node:assert/strict';
import { native } from '../../src/native/index.js';
import { parseAddress } from '../../src/wire/address.js';
import { describeInNamespace } from './in-namespace.js';
import { ip } from './network.js';

const HEADROOM = 64;
const ENDPOINT = 20;
const ESP = 50;
const UDP = 17;
const FAILED = 9;
const LOOPBACK = parseAddress('127.0.0.1');

/** Everything that a batch of packets needs. */
class Batch {
  readonly bytes = new Uint8Array(400_000);
  readonly offsets = new Int32Array(8);
  readonly lengths = new Int32Array(8);
  readonly peers = new Uint8Array(8 * ENDPOINT);
  readonly classes = new Uint8Array(8);
  readonly hopLimits = new Uint8Array(8);
  readonly verdicts = new Uint8Array(8);
  count = 0;

  add(payload: Uint8Array, to: Uint8Array, port = 0, trafficClass = 0, hopLimit = 0): this {
    const i = this.count++;
    const at = i * 70_000;
    this.bytes.set(payload, at);
    this.offsets[i] = at;
    this.lengths[i] = payload.length;
    this.peers.set(to, i * ENDPOINT);
    this.peers.set([port >> 8, port & 0xff], i * ENDPOINT + 16);
    this.classes[i] = trafficClass;
    this.hopLimits[i] = hopLimit;
    return this;
  }

  send(fd: number): number {
    return native.ipSocketWriteBatch(
      fd,
      this.bytes,
      this.offsets,
      this.lengths,
      this.peers,
      this.classes,
      this.hopLimits,
      this.verdicts,
      this.count,
      FAILED,
    );
  }

  read(fd: number, maxPackets = 8): number {
    this.count = native.ipSocketReadBatch(
      fd,
      this.bytes,
      this.offsets,
      this.lengths,
      this.peers,
      this.classes,
      this.hopLimits,
      maxPackets,
      HEADROOM,
    );
    return this.count;
  }

  packet(i: number): Buffer {
    return Buffer.from(this.bytes.subarray(this.offsets[i]!, this.offsets[i]! + this.lengths[i]!));
  }
}

describeInNamespace('native: sockets behind the IP header', import.meta.url, ({ it, before, afterEach }) => {
  const open: number[] = [];
  before(() => {
    ip('link', 'set', 'lo', 'up');
    ip('link', 'set', 'lo', 'mtu', '1500');
  });
  afterEach(() => {
    for (const fd of open.splice(0)) native.close(fd);
  });
  const socket = (protocol: number, port = 0, address = LOOPBACK, mark = 0): number => {
    const fd = native.ipSocketOpen(address, protocol, port, mark);
    open.push(fd);
    return fd;
  };

  it('carries raw packets of a protocol, with traffic class and TTL, and gives them with their IPv4 header', () => {
    const fd = socket(ESP);
    const sent = new Batch().add(Buffer.from('one'), LOOPBACK, 0, 0xb9, 33).add(Buffer.from('two'), LOOPBACK);
    assert.equal(sent.send(fd), 2);
    assert.deepEqual([...sent.verdicts], Array(8).fill(0));
    const got = new Batch();
    assert.equal(got.read(fd), 2);
    assert.equal(got.packet(0).subarray(20).toString(), 'one');
    assert.equal(got.packet(0)[9], ESP);
    assert.equal(got.packet(1).subarray(20).toString(), 'two');
    assert.deepEqual([...got.classes.subarray(0, 2)], [0xb9, 0]);
    assert.deepEqual([...got.hopLimits.subarray(0, 2)], [33, 64]);
    assert.deepEqual([...got.peers.subarray(0, ENDPOINT)], [...LOOPBACK, 0, 0, 0, 0]);
    assert.ok(got.packet(0).readUInt16BE(6) & 0x4000, 'Don’t Fragment on what fits');
    assert.equal(got.read(fd), 0, 'none waits');
  });

  it('carries UDP, with the port that it came from', () => {
    const one = socket(UDP, 4500);
    const other = socket(UDP, 4501);
    assert.equal(new Batch().add(Buffer.from('x'), LOOPBACK, 4500).send(other), 1);
    const got = new Batch();
    assert.equal(got.read(one), 1);
    assert.equal(got.packet(0).toString(), 'x');
    assert.deepEqual([...got.peers.subarray(0, 18)], [...LOOPBACK, 4501 >> 8, 4501 & 0xff]);
  });

  it('fragments what the path does not carry, and reassembles it', () => {
    const fd = socket(ESP);
    const long = Buffer.alloc(60_000, 'long');
    assert.equal(new Batch().add(long, LOOPBACK).send(fd), 1);
    const got = new Batch();
    assert.equal(got.read(fd), 1);
    assert.deepEqual(got.packet(0).subarray(20), long);
  });

  it('sends only what has no drop verdict, marks what the kernel refuses, and goes on', () => {
    const fd = socket(UDP, 4500);
    const receiver = socket(UDP, 4501);
    const batch = new Batch()
      .add(Buffer.from('a'), LOOPBACK, 4501)
      .add(Buffer.from('b'), LOOPBACK, 4501)
      .add(Buffer.from('c'), parseAddress('203.0.113.1'), 4501)
      .add(Buffer.alloc(65_535), LOOPBACK, 4501)
      .add(Buffer.from('d'), LOOPBACK, 4501);
    batch.verdicts[1] = 12;
    assert.equal(batch.send(fd), 2);
    assert.deepEqual([...batch.verdicts.subarray(0, 5)], [0, 12, FAILED, FAILED, 0]);
    const got = new Batch();
    assert.equal(got.read(receiver), 2);
    assert.deepEqual([got.packet(0).toString(), got.packet(1).toString()], ['a', 'd']);
  });

  it('tells the MTU of a path, and why there is none', () => {
    assert.equal(native.pathMtu(LOOPBACK, LOOPBACK, 0), 1500);
    ip('link', 'set', 'lo', 'mtu', '1400');
    assert.equal(native.pathMtu(LOOPBACK, LOOPBACK, 0x10ce), 1400);
    ip('link', 'set', 'lo', 'mtu', '1500');
    const ENETUNREACH = 101;
    const EADDRNOTAVAIL = 99;
    assert.equal(native.pathMtu(LOOPBACK, parseAddress('::1'), 0) < 0, true);
    assert.equal(native.pathMtu(parseAddress('203.0.113.1'), LOOPBACK, 0), -EADDRNOTAVAIL);
    assert.ok([-ENETUNREACH, -22].includes(native.pathMtu(LOOPBACK, parseAddress('203.0.113.1'), 0)));
  });

  it('waits for any of several descriptors, and for the waker', () => {
    const fds = Int32Array.of(socket(ESP), socket(UDP, 4500), socket(UDP, 4501));
    const waker = native.wakerOpen();
    open.push(waker);
    assert.equal(native.waitAny(fds, waker, 0), 0);
    new Batch().add(Buffer.from('x'), LOOPBACK, 4501).send(fds[1]!);
    assert.equal(native.waitAny(fds, waker, 1000), 4);
    native.wake(waker);
    assert.equal(native.waitAny(fds, waker, 1000), 4 | 8);
    new Batch().read(fds[2]!);
    assert.equal(native.waitAny(fds, waker, 10), 0, 'the waker was drained');
    assert.throws(
      () => native.waitAny(new Int32Array(31), waker, 0),
      /fds must have at most 30 elements, not 31/,
    );
    assert.throws(() => native.waitAny(Int32Array.of(1000), waker, 0), { code: 'EBADF' });
  });

  it('refuses what cannot be: addresses, ports in use, arrays that are too short, packets outside the slab', () => {
    assert.throws(
      () => native.ipSocketOpen(new Uint8Array(4), ESP, 0, 0),
      /address must have 16 bytes, not 4/,
    );
    assert.throws(() => native.ipSocketOpen(parseAddress('203.0.113.1'), ESP, 0, 0), {
      code: 'EADDRNOTAVAIL',
    });
    const fd = socket(UDP, 4500);
    assert.throws(() => native.ipSocketOpen(LOOPBACK, UDP, 4500, 0), { code: 'EADDRINUSE' });
    const batch = new Batch().add(Buffer.from('x'), LOOPBACK, 4501);
    batch.offsets[0] = batch.bytes.length;
    assert.throws(() => batch.send(fd), /packet 0 \(offset 400000, length 1\) lies outside the slab/);
    assert.throws(
      () =>
        native.ipSocketReadBatch(
          fd,
          batch.bytes,
          batch.offsets,
          batch.lengths,
          new Uint8Array(39),
          batch.classes,
          batch.hopLimits,
          2,
          HEADROOM,
        ),
      /sources must have 40 elements or more, not 39/,
    );
    assert.throws(() => new Batch().read(999), { code: 'EBADF' });
  });
});
