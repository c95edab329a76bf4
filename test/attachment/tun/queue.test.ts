import assert from 'node:assert/strict';
import type { Socket } from 'node:dgram';
import { getHeapStatistics } from 'node:v8';
import { HEADROOM, PacketBatch } from '../../../src/attachment/batch.js';
import { TunAttachment } from '../../../src/attachment/tun/queue.js';
import { native } from '../../../src/native/index.js';
import { describeInNamespace } from '../../native/in-namespace.js';
import * as network from '../../native/network.js';
import { inThread } from '../../native/thread.js';

const SEND_FAILED = 17;

describeInNamespace('TunAttachment', import.meta.url, ({ it, afterEach }) => {
  const attachments: TunAttachment[] = [];
  const wakers: number[] = [];
  const sockets: Socket[] = [];

  afterEach(() => {
    for (const attachment of attachments.splice(0)) attachment.close();
    for (const fd of wakers.splice(0)) native.close(fd);
    for (const socket of sockets.splice(0)) socket.close();
  });

  function waker(): number {
    const wakerFd = native.wakerOpen();
    wakers.push(wakerFd);
    return wakerFd;
  }

  function attach(): TunAttachment {
    const [fd] = network.tunDevice('tun-a') as [number];
    const attachment = new TunAttachment({ fd, wakerFd: waker() });
    attachments.push(attachment);
    return attachment;
  }

  async function socket(): Promise<Socket> {
    const created = await network.udpSocket();
    sockets.push(created);
    return created;
  }

  /** A batch that holds copies of one packet, verdict 0. */
  function batchOf(packet: Uint8Array, count: number): PacketBatch {
    const batch = new PacketBatch(count);
    for (let i = 0; i < count; i++) {
      batch.offset[i] = HEADROOM + i * 2048;
      batch.length[i] = packet.length;
      batch.bytes.set(packet, batch.offset[i]);
    }
    batch.count = count;
    return batch;
  }

  it('counts two decrements of the TTL by the kernel', () => {
    assert.equal(attach().kernelHops, 2);
  });

  it('receives what is routed into the device, with headroom, up to the capacity of the batch', async () => {
    const attachment = attach();
    const sender = await socket();
    for (const text of ['one', 'two', 'three']) await network.send(sender, text);
    const batch = new PacketBatch(2);
    assert.equal(attachment.receive(batch), 2);
    assert.equal(batch.count, 2);
    assert.ok(batch.offset[0]! >= HEADROOM);
    const start = batch.offset[1]! + network.IPV4_UDP_HEADERS;
    assert.equal(Buffer.from(batch.bytes.subarray(start, start + 3)).toString(), 'two');
    assert.deepEqual([attachment.receive(batch), batch.count], [1, 1]);
    assert.deepEqual([attachment.receive(batch), batch.count], [0, 0]);
  });

  it('sends the packets with verdict 0 and marks those that it cannot send', async () => {
    const attachment = attach();
    const peer = await socket();
    const received = network.collect(peer);
    const batch = batchOf(network.udpPacket(peer.address().port, Buffer.from('sent')), 5);
    batch.verdict[1] = 4;
    batch.length[2] = 0;
    batch.count = 4;
    assert.equal(attachment.send(batch, 0, SEND_FAILED), 2);
    assert.deepEqual([...batch.verdict], [0, 4, SEND_FAILED, 0, 0]);
    await network.until(() => received.length >= 2);
    assert.equal(received.join(), 'sent,sent');
  });

  it('waits for a packet, for a wake-up and for the time', async () => {
    const attachment = attach();
    const start = performance.now();
    assert.equal(attachment.wait(40), true);
    assert.ok(performance.now() - start >= 39);
    native.wake(wakers[0]!);
    assert.equal(attachment.wait(-1), true);
    await network.send(await socket(), 'here');
    assert.equal(attachment.wait(-1), true);
    assert.equal(attachment.receive(new PacketBatch(4)), 1);
  });

  it('loses the packets of a device that is down, and goes on when it is up', () => {
    const attachment = attach();
    const batch = batchOf(network.udpPacket(9, Buffer.from('x')), 2);
    network.ip('link', 'set', 'tun-a', 'down');
    assert.equal(attachment.send(batch, 0, SEND_FAILED), 0);
    assert.deepEqual([...batch.verdict], [SEND_FAILED, SEND_FAILED]);
    assert.equal(attachment.wait(0), true);
    network.ip('link', 'set', 'tun-a', 'up');
    batch.verdict.fill(0);
    assert.equal(attachment.send(batch, 0, SEND_FAILED), 2);
  });

  it('says that the device is gone when it was deleted', () => {
    const attachment = attach();
    network.ip('link', 'delete', 'tun-a');
    const batch = batchOf(network.udpPacket(9, Buffer.from('x')), 2);
    assert.equal(attachment.send(batch, 0, SEND_FAILED), 0);
    assert.deepEqual([...batch.verdict], [SEND_FAILED, SEND_FAILED]);
    assert.deepEqual([attachment.receive(batch), batch.count], [0, 0]);
    assert.equal(attachment.wait(-1), false);
  });

  it('removes the device when its only queue is closed, and closes once', () => {
    const attachment = attach();
    attachment.close();
    attachment.close();
    assert.doesNotMatch(network.ip('link', 'show'), /tun-a/);
    assert.throws(() => attachment.receive(new PacketBatch(1)), RangeError);
  });

  it('carries packets in worker threads, over queues that the main thread opened', async () => {
    const queues = network.tunDevice('tun-a', { queues: 2 }).map((fd) => ({ fd, wakerFd: waker() }));
    const workers = await Promise.all(queues.map((queue) => inThread('echo', queue)));
    const clients = await Promise.all(Array.from({ length: 40 }, socket));
    const answers = clients.map((client) => network.collect(client));
    for (const [i, client] of clients.entries()) {
      for (let n = 0; n < 5; n++) await network.send(client, `${i}.${n}`);
    }
    await network.until(() => answers.every((answer) => answer.length === 5));
    for (const [i, answer] of answers.entries()) {
      assert.equal(answer.join(), [0, 1, 2, 3, 4].map((n) => `${i}.${n}`).join());
    }
    network.ip('link', 'delete', 'tun-a');
    const echoed = await Promise.all(workers.map((worker) => worker.result.then((result) => result.echoed)));
    assert.equal(echoed[0]! + echoed[1]!, 200);
    assert.ok(echoed[0]! > 0 && echoed[1]! > 0, `both queues carried packets: ${echoed}`);
  });

  it('allocates nothing on the heap to receive and send', () => {
    const attachment = attach();
    const outgoing = batchOf(network.udpPacket(9, Buffer.from('x')), 4);
    const incoming = new PacketBatch(4);
    const rounds = 20_000;
    const run = () => {
      for (let i = 0; i < rounds; i++) {
        attachment.receive(incoming);
        attachment.send(outgoing, 0, SEND_FAILED);
      }
    };
    run();
    const before = getHeapStatistics();
    run();
    const after = getHeapStatistics();
    // Measuring itself takes some; one object a call would be 320,000 bytes or more.
    const used = after.used_heap_size - before.used_heap_size;
    assert.ok(Math.abs(used) < 64_000, `${rounds} rounds took ${used} bytes`);
  });
});
