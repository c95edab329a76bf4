import assert from 'node:assert/strict';
import { HEADROOM, MAX_PACKET, PacketBatch } from '../../src/attachment/batch.js';
import { MemoryAttachment } from './memory-attachment.js';

const packet = (length: number, fill: number) => new Uint8Array(length).fill(fill);

describe('support/memory-attachment', () => {
  it('serves the packets in order, round by round, with headroom and on cache lines', () => {
    const packets = [packet(1, 1), packet(64, 2), packet(1500, 3)];
    const attachment = new MemoryAttachment({ packets, rounds: 3 });
    const batch = new PacketBatch(2);
    const received: number[][] = [];
    while (attachment.receive(batch) > 0) {
      let free = 0;
      for (let i = 0; i < batch.count; i++) {
        const at = batch.offset[i]!;
        assert.equal(at % 64, 0);
        assert.ok(at - free >= HEADROOM);
        free = at + batch.length[i]!;
        received.push([batch.length[i]!, batch.bytes[at]!, batch.bytes[free - 1]!]);
      }
    }
    const round = [
      [1, 1, 1],
      [64, 2, 2],
      [1500, 3, 3],
    ];
    assert.deepEqual(received, [...round, ...round, ...round]);
    assert.equal(attachment.wait(), false);
  });

  it('sends what the verdicts say, and tells which packet it was', () => {
    const sent: [number, number][] = [];
    const attachment = new MemoryAttachment({
      packets: [packet(10, 0), packet(11, 1), packet(12, 2)],
      rounds: 2,
      onSent: (bytes, index) => sent.push([index, bytes.length]),
    });
    const batch = new PacketBatch(2);
    while (attachment.receive(batch) > 0) {
      batch.verdict.set([1, 2]);
      assert.equal(attachment.send(batch, 1), 1);
    }
    assert.deepEqual(sent, [
      [0, 10],
      [2, 12],
      [1, 11],
    ]);
    assert.equal(attachment.sent, 3);
  });

  it('breaks a batch where the slab ends, and never cuts a packet', () => {
    const attachment = new MemoryAttachment({ packets: [packet(MAX_PACKET, 7)], rounds: 5 });
    const batch = new PacketBatch(4);
    for (let round = 0; round < 5; round++) {
      assert.equal(attachment.receive(batch), 1);
      assert.equal(batch.length[0], MAX_PACKET);
    }
    assert.equal(attachment.receive(batch), 0);
  });

  it('serves nothing without packets, or once closed', () => {
    const batch = new PacketBatch(1);
    assert.equal(new MemoryAttachment({ packets: [] }).receive(batch), 0);
    const attachment = new MemoryAttachment({ packets: [packet(1, 1)], rounds: 2 });
    assert.equal(attachment.wait(), true);
    attachment.close();
    assert.equal(attachment.receive(batch), 0);
    assert.equal(attachment.wait(), false);
  });

  it('refuses a batch of no packets, or of more than 256', () => {
    for (const capacity of [0, 257, 1.5]) {
      assert.throws(
        () => new PacketBatch(capacity),
        new RangeError(`batch capacity ${capacity} is not within 1-256`),
      );
    }
  });
});
