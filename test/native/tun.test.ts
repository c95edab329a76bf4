import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Socket } from 'node:dgram';
import { readdirSync, readFileSync } from 'node:fs';
import { PacketBatch } from '../../src/attachment/batch.js';
import { native } from '../../src/native/index.js';
import { describeInNamespace } from './in-namespace.js';
import * as network from './network.js';
import { inThread } from './thread.js';

const EIO = 5;
const EBADFD = 77;
const BROKEN = 4;
/** Verdicts up to this one are sent. */
const SENT = 1;
const FAILED = 9;
const HEADROOM = 64;

describeInNamespace('native: TUN', import.meta.url, ({ it, afterEach }) => {
  let queues: number[] = [];
  const sockets: Socket[] = [];

  afterEach(() => {
    for (const fd of queues.splice(0)) native.close(fd);
    for (const socket of sockets.splice(0)) socket.close();
  });

  function device(options: { queues?: number; mtu?: number } = {}): number {
    queues = network.tunDevice('tun-a', options);
    return queues[0]!;
  }

  async function socket(): Promise<Socket> {
    const created = await network.udpSocket();
    sockets.push(created);
    return created;
  }

  function read(fd: number, batch: PacketBatch, maxPackets = batch.capacity): number {
    return native.tunReadBatch(fd, batch.bytes, batch.offset, batch.length, maxPackets, HEADROOM);
  }

  function packet(batch: PacketBatch, i: number): Uint8Array {
    return batch.bytes.subarray(batch.offset[i]!, batch.offset[i]! + batch.length[i]!);
  }

  /** Lays packets out in a batch, verdict 0. */
  function batchOf(...packets: Uint8Array[]): PacketBatch {
    const total = packets.reduce((sum, bytes) => sum + bytes.length, 0);
    const batch = new PacketBatch(packets.length, total);
    let at = 0;
    packets.forEach((bytes, i) => {
      batch.bytes.set(bytes, at);
      batch.offset[i] = at;
      batch.length[i] = bytes.length;
      at += bytes.length;
    });
    return batch;
  }

  function write(fd: number, batch: PacketBatch, count = batch.capacity): number {
    return native.tunWriteBatch(
      fd,
      batch.bytes,
      batch.offset,
      batch.length,
      batch.verdict,
      count,
      SENT,
      FAILED,
    );
  }

  it('opens a multi-queue TUN device without packet information, non-blocking and close-on-exec', () => {
    const fd = device({ queues: 2 });
    const [link] = JSON.parse(network.ip('-json', '-details', 'link', 'show', 'tun-a'));
    const { type, pi, vnet_hdr, multi_queue, numqueues } = link.linkinfo.info_data;
    assert.deepEqual(
      { type, pi, vnet_hdr, multi_queue, numqueues },
      { type: 'tun', pi: false, vnet_hdr: false, multi_queue: true, numqueues: 2 },
    );
    const flags = Number.parseInt(
      /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))![1]!,
      8,
    );
    assert.equal(flags & 0o2004000, 0o2004000);
  });

  it('refuses to create a device that exists: EBUSY', () => {
    device();
    assert.throws(() => native.tunOpen('tun-a', true), {
      name: 'Error',
      code: 'EBUSY',
      errno: -16,
      syscall: 'ioctl',
      message: 'cannot create TUN device "tun-a": Device or resource busy (EBUSY)',
    });
  });

  it('attaches no queue to a device that is missing (and creates none) or is no TUN device', () => {
    assert.throws(() => native.tunOpen('tun-b', false), { code: 'ENODEV' });
    assert.throws(() => native.tunOpen('lo', false), { code: 'EINVAL' });
    assert.doesNotMatch(network.ip('link', 'show'), /tun-b/);
  });

  it('leaks no descriptor when it refuses', () => {
    device();
    const open = readdirSync('/proc/self/fd').length;
    for (const name of ['tun-a', 'lo']) assert.throws(() => native.tunOpen(name, true), { code: 'EBUSY' });
    assert.throws(() => native.tunOpen('tun-b', false));
    assert.equal(readdirSync('/proc/self/fd').length, open);
  });

  it('removes the device with its last queue', () => {
    device({ queues: 2 });
    native.close(queues.pop()!);
    assert.match(network.ip('link', 'show'), /tun-a/);
    native.close(queues.pop()!);
    assert.doesNotMatch(network.ip('link', 'show'), /tun-a/);
  });

  it('says so when /dev/net/tun is missing or CAP_NET_ADMIN is', () => {
    const script = [
      `import(${JSON.stringify(new URL('../../src/native/index.js', import.meta.url).href)}).then(`,
      '({ native }) => { try { native.tunOpen("tun-b", true) } catch (e) { console.log(e.message) } })',
    ].join('');
    const said = (...wrapper: string[]) =>
      spawnSync(wrapper[0]!, [...wrapper.slice(1), process.execPath, '-e', script], { encoding: 'utf8' })
        .stdout;
    assert.equal(
      said('unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /dev/net && exec "$@"', 'sh'),
      'cannot open /dev/net/tun for TUN device "tun-b": No such file or directory (ENOENT)\n',
    );
    assert.equal(
      said('setpriv', '--bounding-set=-net_admin'),
      'cannot create TUN device "tun-b": Operation not permitted (EPERM)\n',
    );
  });

  it('reads 0 packets when none waits, and when the device is down', async () => {
    const fd = device();
    const batch = new PacketBatch(4);
    assert.equal(read(fd, batch), 0);
    network.ip('link', 'set', 'tun-a', 'down');
    assert.equal(read(fd, batch), 0);
  });

  it('reads a partial batch: every byte, in order, headroom before each, on a cache line', async () => {
    const fd = device();
    const sender = await socket();
    const payloads = [1, 64, 333, 1472, 0].map((length) => Buffer.alloc(length, length));
    for (const payload of payloads) await network.send(sender, payload);
    const batch = new PacketBatch(64);
    batch.bytes.fill(0xee);
    assert.equal(read(fd, batch), 5);
    let free = 0;
    payloads.forEach((payload, i) => {
      const bytes = packet(batch, i);
      assert.equal(bytes.length, network.IPV4_UDP_HEADERS + payload.length);
      assert.equal(bytes[0], 0x45);
      assert.deepEqual([...bytes.subarray(16, 20)], [10, 9, 0, 2]);
      assert.deepEqual(bytes.subarray(network.IPV4_UDP_HEADERS), new Uint8Array(payload));
      const start = batch.offset[i]!;
      assert.equal(start % 64, 0);
      assert.ok(start >= free + HEADROOM && start < free + HEADROOM + 64, `packet ${i} starts at ${start}`);
      assert.ok(
        batch.bytes.subarray(free, start).every((byte) => byte === 0xee),
        'headroom untouched',
      );
      free = start + bytes.length;
    });
    assert.equal(read(fd, batch), 0);
  });

  it('reads no more than maxPackets and leaves the rest for the next call', async () => {
    const fd = device();
    const sender = await socket();
    const batch = new PacketBatch(256);
    for (let i = 0; i < 300; i++) await network.send(sender, Uint8Array.of(i >> 8, i));
    assert.deepEqual([read(fd, batch, 1), packet(batch, 0).at(-1)], [1, 0]);
    assert.deepEqual([read(fd, batch), packet(batch, 0).at(-1), packet(batch, 255).at(-1)], [256, 1, 0]);
    assert.deepEqual([read(fd, batch), packet(batch, 42).at(-1)], [43, 299 & 0xff]);
  });

  it('stops when the slab has no room for another packet of the greatest length', async () => {
    const fd = device();
    const sender = await socket();
    for (let i = 0; i < 3; i++) await network.send(sender, Buffer.alloc(1472, i));
    const batch = new PacketBatch(8, 1664 + 65535);
    assert.deepEqual([read(fd, batch), batch.offset[1]], [2, 1664]);
    assert.equal(read(fd, batch), 1);
    assert.equal(packet(batch, 0).at(-1), 2);
  });

  it('reads packets of 65535 bytes whole, and one of a single byte', async () => {
    const fd = device({ mtu: 65535 });
    const sender = await socket();
    sender.setSendBufferSize(1 << 20);
    const payload = Buffer.alloc(65535 - network.IPV4_UDP_HEADERS, 'relay');
    await network.send(sender, payload);
    network.injectRaw('tun-a', Uint8Array.of(0x60));
    await network.send(sender, payload);
    const batch = new PacketBatch(8, 4 * 65536);
    assert.equal(read(fd, batch), 3);
    assert.deepEqual([...batch.length.subarray(0, 3)], [65535, 1, 65535]);
    assert.deepEqual(packet(batch, 0).subarray(network.IPV4_UDP_HEADERS), new Uint8Array(payload));
    assert.deepEqual([...packet(batch, 1)], [0x60]);
    assert.deepEqual(packet(batch, 2).subarray(network.IPV4_UDP_HEADERS), new Uint8Array(payload));
  });

  it('reads and writes through shared memory and through views into a larger buffer', async () => {
    const fd = device();
    const peer = await socket();
    const received = network.collect(peer);
    await network.send(peer, 'one');
    const memory = new SharedArrayBuffer(80_000);
    const slab = new Uint8Array(memory, 1000, 70_000);
    const offsets = new Int32Array(new SharedArrayBuffer(64), 8, 4);
    const lengths = new Int32Array(12).subarray(3);
    assert.equal(native.tunReadBatch(fd, slab, offsets, lengths, 4, 0), 1);
    assert.deepEqual([offsets[0], lengths[0]], [0, network.IPV4_UDP_HEADERS + 3]);
    assert.equal(Buffer.from(memory, 1000 + network.IPV4_UDP_HEADERS, 3).toString(), 'one');

    const reply = network.udpPacket(peer.address().port, Buffer.from('two'));
    slab.set(reply, 500);
    offsets[1] = 500;
    lengths[1] = reply.length;
    const verdicts = new Uint8Array(new SharedArrayBuffer(4));
    verdicts[0] = SENT + 1;
    assert.equal(native.tunWriteBatch(fd, slab, offsets, lengths, verdicts, 2, SENT, FAILED), 1);
    await network.until(() => received.length > 0);
    assert.equal(received.join(), 'two');
  });

  it('spreads flows over two queues, each flow on one of them', async () => {
    device({ queues: 2 });
    const batch = new PacketBatch(256);
    for (let i = 0; i < 40; i++) {
      const sender = await socket();
      for (let n = 0; n < 3; n++) await network.send(sender, 'flow');
    }
    const ports = queues.map((fd) => {
      const count = read(fd, batch);
      return Array.from({ length: count }, (_, i) => Buffer.from(packet(batch, i)).readUInt16BE(20));
    });
    assert.equal(ports[0]!.length + ports[1]!.length, 120);
    assert.ok(ports[0]!.length > 0 && ports[1]!.length > 0, `${ports[0]!.length} and ${ports[1]!.length}`);
    assert.deepEqual(
      ports[0]!.filter((port) => ports[1]!.includes(port)),
      [],
    );
  });

  it('writes the packets with a verdict to be sent, in order, from either queue', async () => {
    device({ queues: 2 });
    const peer = await socket();
    const received = network.collect(peer);
    for (const [turn, fd] of queues.entries()) {
      const packets = ['a', 'b', 'c', 'd'].map((text) =>
        network.udpPacket(peer.address().port, Buffer.from(`${text}${turn}`)),
      );
      const batch = batchOf(...packets);
      batch.verdict[1] = SENT + 1;
      batch.verdict[2] = SENT;
      assert.equal(write(fd, batch, 3), 2);
      assert.deepEqual([...batch.verdict], [0, SENT + 1, SENT, 0]);
    }
    await network.until(() => received.length >= 4);
    assert.equal(received.join(), 'a0,c0,a1,c1');
  });

  it('marks packets that are empty, no IP or longer than 65535 bytes, and writes the rest', async () => {
    const fd = device();
    const peer = await socket();
    const received = network.collect(peer);
    const good = network.udpPacket(peer.address().port, Buffer.from('good'));
    const batch = batchOf(good, new Uint8Array(0), Buffer.alloc(40, 0x15), Buffer.alloc(65536, 0x45), good);
    assert.equal(write(fd, batch), 2);
    assert.deepEqual([...batch.verdict], [0, FAILED, FAILED, FAILED, 0]);
    await network.until(() => received.length >= 2);
    assert.equal(received.join(), 'good,good');
  });

  it('writes packets of 65535 bytes whatever the MTU, and short ones, which the kernel itself drops', async () => {
    const fd = device({ mtu: 1400 });
    const peer = await socket();
    const received = network.collect(peer);
    const payload = Buffer.alloc(65535 - network.IPV4_UDP_HEADERS, 'relay');
    const batch = batchOf(Uint8Array.of(0x45), network.udpPacket(peer.address().port, payload));
    assert.equal(write(fd, batch), 2);
    await network.until(() => received.length > 0);
    assert.deepEqual(received, [payload]);
  });

  it('throws at a packet outside the slab, after writing those before it', async () => {
    const fd = device();
    const peer = await socket();
    const received = network.collect(peer);
    for (const [offset, length] of [
      [-1, 1],
      [0, -1],
      [2 ** 31 - 1, 2 ** 31 - 1],
      [32, 32],
    ] as const) {
      const batch = batchOf(network.udpPacket(peer.address().port, Buffer.from('in')), Buffer.alloc(33));
      batch.offset[1] = offset;
      batch.length[1] = length;
      assert.throws(() => write(fd, batch), {
        name: 'RangeError',
        message: `packet 1 (offset ${offset}, length ${length}) lies outside the slab of 63 bytes`,
      });
    }
    await network.until(() => received.length >= 4);
    assert.equal(received.length, 4);
  });

  it('returns -EIO and marks every packet when the device is down, and recovers', () => {
    const fd = device();
    network.ip('link', 'set', 'tun-a', 'down');
    const batch = batchOf(...Array.from({ length: 3 }, () => network.udpPacket(9, Buffer.from('x'))));
    batch.verdict[1] = 3;
    assert.equal(write(fd, batch), -EIO);
    assert.deepEqual([...batch.verdict], [FAILED, 3, FAILED]);
    network.ip('link', 'set', 'tun-a', 'up');
    batch.verdict.fill(0);
    assert.equal(write(fd, batch), 3);
  });

  it('returns -EBADFD from every queue once the device was deleted', async () => {
    device({ queues: 2 });
    await network.send(await socket(), 'never read');
    network.ip('link', 'delete', 'tun-a');
    const waker = native.wakerOpen();
    for (const fd of queues) {
      assert.equal(read(fd, new PacketBatch(4)), -EBADFD);
      const batch = batchOf(Uint8Array.of(0x45), Uint8Array.of(0x45));
      assert.equal(write(fd, batch), -EBADFD);
      assert.deepEqual([...batch.verdict], [FAILED, FAILED]);
      assert.equal(native.wait(fd, waker, -1), BROKEN);
    }
    native.close(waker);
  });

  it('ends waits, reads and writes of other threads when the device is deleted under them', async () => {
    device({ queues: 3 });
    const wakerFd = native.wakerOpen();
    const waiting = await inThread('wait', { fd: queues[0]!, wakerFd, timeoutMs: 10_000 });
    const reading = await inThread('readUntilRefused', { fd: queues[1]! });
    const writing = await inThread('writeUntilRefused', { fd: queues[2]! });
    await network.until(() => readFileSync(`/proc/self/task/${waiting.tid}/wchan`, 'utf8').includes('poll'));
    network.ip('link', 'delete', 'tun-a');
    const { bits, elapsedMs } = await waiting.result;
    assert.equal(bits & BROKEN, BROKEN);
    assert.ok(elapsedMs < 5000);
    assert.equal((await reading.result).result, -EBADFD);
    const { result, verdicts } = await writing.result;
    assert.ok(result === -EBADFD || result === -EIO, String(result));
    assert.deepEqual(verdicts, [7, 7]);
    native.close(wakerFd);
  });

  it('throws EBADF for a descriptor that is closed', () => {
    const fd = device();
    native.close(queues.pop()!);
    assert.throws(() => read(fd, new PacketBatch(1)), { code: 'EBADF', syscall: 'read' });
    assert.throws(() => write(fd, batchOf(Uint8Array.of(0x45))), { code: 'EBADF', syscall: 'write' });
    assert.throws(() => native.close(fd), { code: 'EBADF', syscall: 'close' });
  });
});
