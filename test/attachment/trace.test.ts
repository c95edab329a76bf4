import assert from 'node:assert/strict';
import { PacketBatch } from '../../src/attachment/batch.js';
import { Tap } from '../../src/attachment/tap.js';
import { Trace } from '../../src/attachment/trace.js';
import { buildPacket } from '../model/packet.js';
import { MemoryAttachment } from '../support/memory-attachment.js';

const VERDICTS = ['forward', 'pass', 'drop'];
const LAST_SENT = 1;
const FAILED = 2;
const line = (spi: string) => `198.18.1.1 > 198.18.9.9 ESP ${spi} #7, 60 bytes`;

describe('attachment: tap and trace', () => {
  const isOn = new Int32Array(1);
  let lines: string[];
  let nowMs: number;

  beforeEach(() => {
    isOn[0] = 1;
    lines = [];
    nowMs = 5000;
  });

  function tap(packets: readonly Uint8Array[], onSent?: (packet: Uint8Array) => void): Tap {
    const inner = new MemoryAttachment({ packets, kernelHops: 2, ...(onSent && { onSent }) });
    const write = (text: string) => lines.push(text);
    return new Tap(inner, new Trace({ isOn, verdicts: VERDICTS, write, now: () => nowMs }));
  }

  it('tells what came, what became of it and what left', () => {
    const sent: number[] = [];
    const packets = [1, 2, 3].map((spi) => buildPacket({ spi }));
    const attachment = tap(packets, (packet) => sent.push(packet[23]!));
    const batch = attachment.createBatch(4);
    assert.equal(attachment.receive(batch), 3);
    batch.view.setUint32(batch.offset[0]! + 20, 0xff);
    batch.verdict.set([0, 2, 255]);
    assert.equal(attachment.send(batch, LAST_SENT, FAILED), 1);
    assert.deepEqual(sent, [0xff]);
    assert.deepEqual(lines, [
      `${line('0x00000001')}: forward ${line('0x000000ff')}`,
      `${line('0x00000002')}: drop`,
      `${line('0x00000003')}: held`,
    ]);
  });

  it('tells what leaves beside a batch', () => {
    const attachment = tap([buildPacket()]);
    const batch = attachment.createBatch(1);
    attachment.receive(batch);
    const beside = new PacketBatch(1);
    beside.bytes.set(buildPacket({ spi: 9 }), 64);
    beside.offset[0] = 64;
    beside.length[0] = 60;
    beside.count = 1;
    attachment.send(beside, LAST_SENT, FAILED);
    batch.verdict[0] = 2;
    attachment.send(batch, LAST_SENT, FAILED);
    assert.deepEqual(lines, [`beside: ${line('0x00000009')}`, `${line('0xaaaa0001')}: drop`]);
  });

  it('tells nothing while it is off, and is the attachment that it taps', () => {
    isOn[0] = 0;
    const attachment = tap([buildPacket(), buildPacket()]);
    assert.equal(attachment.kernelHops, 2);
    assert.equal(attachment.wait(-1), true);
    const batch = attachment.createBatch(1);
    for (let round = 0; round < 2; round++) {
      assert.equal(attachment.receive(batch), 1);
      assert.equal(attachment.send(batch, LAST_SENT, FAILED), 1);
    }
    assert.equal(attachment.receive(batch), 0);
    assert.equal(attachment.wait(-1), false);
    attachment.close();
    assert.deepEqual(lines, []);
  });

  it('tells of 500 packets a second, and then how many it left out', () => {
    const attachment = tap(Array(1000).fill(buildPacket()));
    const batch = attachment.createBatch(64);
    batch.verdict.fill(2);
    let left = 760;
    while (left > 0 && attachment.receive(batch) > 0) {
      attachment.send(batch, LAST_SENT, FAILED);
      left -= batch.count;
    }
    assert.equal(lines.length, 500);
    nowMs += 1000;
    attachment.receive(batch);
    attachment.send(batch, LAST_SENT, FAILED);
    assert.equal(lines[500], '268 more packets');
    assert.equal(lines.length, 501 + 64);
  });
});
