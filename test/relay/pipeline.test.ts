import assert from 'node:assert/strict';
import { VERDICTS } from '../../src/relay/verdict.js';
import { COUNTER_STRIDE } from '../../src/table/layout.js';
import { define } from '../model/definition.js';
import { buildPacket } from '../model/packet.js';
import { Rig } from '../model/rig.js';
import { runScenarios } from './scenario.js';
import { EDGE, OPTIONS, RELAY, SENT } from './scenarios/plain.js';

describe('relay/pipeline as relay', () => runScenarios(RELAY));
describe('relay/pipeline as edge', () => runScenarios(EDGE));

describe('relay/pipeline', () => {
  it('finds a packet cut anywhere truncated', () => {
    const packet = buildPacket();
    const cut = Array.from({ length: packet.length }, (_, length) => packet.slice(0, length));
    const outcomes = new Rig({ sas: [define()] }).run(cut);
    assert.deepEqual(new Set(outcomes.map(({ verdict }) => verdict)), new Set(['truncated']));
  });

  it('counts packets, bytes and the time of the last packet per SA, and per verdict', () => {
    const rig = new Rig({ sas: [define(), define({ spi: 0xaaaa0002, toSpi: 0x22220002 })], batch: 2 });
    const one = buildPacket();
    const padded = buildPacket({ spi: 0xaaaa0002, payload: [1, 2, 3, 4], padding: [0, 0] });
    const unknown = buildPacket({ spi: 0xaaaa0003 });
    rig.run([one, padded, unknown], 1000);
    rig.run([one], 2000);
    assert.deepEqual(rig.counted(), { forward: [3, 2 * 60 + 32], 'unknown-spi': [1, 60] });
    const slot = (spi: number) => rig.writer.find(define({ spi }).match);
    const counters = (spi: number) => {
      const at = (slot(spi) - 1) * COUNTER_STRIDE;
      return [...rig.memory.counters[0]!.subarray(at, at + 3)];
    };
    assert.deepEqual(counters(0xaaaa0001), [2, 120, 2000]);
    assert.deepEqual(counters(0xaaaa0002), [1, 32, 1000]);
  });

  it('counts what the attachment could not send as send-failed and for no SA', () => {
    const rig = new Rig({ sas: [define()] });
    const packet = buildPacket();
    rig.batch.bytes.set(packet, 64);
    rig.batch.offset[0] = 64;
    rig.batch.length[0] = packet.length;
    rig.batch.count = 1;
    rig.pipeline.process(rig.batch, 1);
    rig.batch.verdict[0] = VERDICTS.indexOf('send-failed');
    rig.pipeline.account(rig.batch, 1);
    assert.deepEqual(rig.counted(), { 'send-failed': [1, 60] });
    // Packets, bytes and the time of the last one.
    assert.deepEqual([...rig.memory.counters[0]!.subarray(0, 3)], [0, 0, 0]);
  });

  it('touches no byte outside the packets, nor behind the SPI', () => {
    const rig = new Rig({ sas: [define()], batch: 3 });
    rig.batch.bytes.fill(0x5a);
    const packets = [buildPacket(), buildPacket({ spi: 0xbbbb0001 }), buildPacket({ options: OPTIONS })];
    packets.forEach((packet, i) => {
      rig.batch.offset[i] = 101 + i * 103;
      rig.batch.length[i] = packet.length;
      rig.batch.bytes.set(packet, rig.batch.offset[i]!);
    });
    rig.batch.count = 3;
    const expected = rig.batch.bytes.slice();
    expected.set(buildPacket(SENT), 101);
    expected.set(buildPacket({ ...SENT, options: OPTIONS }), 101 + 2 * 103);
    rig.pipeline.process(rig.batch, 1);
    assert.ok(Buffer.from(rig.batch.bytes.buffer).equals(expected));
  });
});
