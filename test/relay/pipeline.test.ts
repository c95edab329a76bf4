import assert from 'node:assert/strict';
import { VERDICTS, type Verdict } from '../../src/relay/verdict.js';
import { COUNTER_STRIDE } from '../../src/sad/layout.js';
import { define } from '../model/definition.js';
import { buildPacket, bytes32, hex, type PacketFields } from '../model/packet.js';
import { Rig } from '../model/rig.js';

/** SAs of the scenarios, beside the one that `define` makes by default. */
const SAS = [
  define(),
  define({ spi: 0xaaaa0002, toSpi: 0xaaaa0002, dst: '198.18.9.9', to: '198.18.2.3', toSrc: '198.18.9.10' }),
  define({ spi: 0xaaaa0003, src: '198.18.1.7', toSpi: 0x22220003 }),
  define({ spi: 0xaaaa0004, toSpi: 0x22220004, to: '198.18.2.4' }),
  define({ spi: 0xaaaa0004, toSpi: 0x22220044, to: '198.18.2.44', src: '198.18.1.1' }),
  define({ spi: 0xaaaa0005, toSpi: 0x22220005, toSrc: undefined }),
  define({ spi: 0xff, toSpi: 0x222200ff }),
  define({ spi: 0xffffffff, toSpi: 0x80000000 }),
];
const SENT: PacketFields = { source: '198.18.9.9', destination: '198.18.2.2', spi: 0x22220001, ttl: 63 };
const OPTIONS = [0x94, 4, 0, 0, 1, 1, 1, 0];
const UDP = { protocol: 17, body: [0x11, 0x94, 0x11, 0x94, 0, 8, 0, 0] };

interface Scenario {
  readonly description: string;
  readonly received: PacketFields;
  readonly verdict: Verdict;
  /** Undefined: nothing is sent. */
  readonly sent?: PacketFields;
  readonly kernelHops?: number;
}

const forward = (
  description: string,
  received: PacketFields,
  sent: PacketFields,
  kernelHops = 0,
): Scenario => ({
  description,
  received,
  verdict: 'forward',
  sent: { ...SENT, ...sent },
  kernelHops,
});
const drop = (verdict: Verdict, description: string, received: PacketFields, kernelHops = 0): Scenario => ({
  description,
  received,
  verdict,
  kernelHops,
});

const RELAY: readonly Scenario[] = [
  forward('substitutes addresses and SPI, one hop', {}, {}),
  forward(
    'keeps the SPI where the SA preserves it, and sends from another relay address',
    { spi: 0xaaaa0002 },
    {
      spi: 0xaaaa0002,
      source: '198.18.9.10',
      destination: '198.18.2.3',
    },
  ),
  forward(
    'takes the SA without peer for another source',
    { spi: 0xaaaa0004, source: '198.18.1.2' },
    {
      spi: 0x22220004,
      destination: '198.18.2.4',
    },
  ),
  forward(
    'takes the SA of the peer before the one without',
    { spi: 0xaaaa0004 },
    {
      spi: 0x22220044,
      destination: '198.18.2.44',
    },
  ),
  forward(
    'takes an SA for its required peer',
    { spi: 0xaaaa0003, source: '198.18.1.7' },
    { spi: 0x22220003 },
  ),
  forward(
    'keeps the source where the SA names none',
    { spi: 0xaaaa0005 },
    { spi: 0x22220005, source: '198.18.1.1' },
  ),
  forward('takes a reserved SPI that an SA names', { spi: 0xff }, { spi: 0x222200ff }),
  forward('takes the highest SPI', { spi: 0xffffffff }, { spi: 0x80000000 }),
  forward('carries options', { options: OPTIONS }, { options: OPTIONS }),
  forward(
    'keeps DSCP, ECN, ID and the absence of DF',
    { tos: 0xbb, identification: 0xfedc, flagsAndOffset: 0 },
    {
      tos: 0xbb,
      identification: 0xfedc,
      flagsAndOffset: 0,
    },
  ),
  forward('keeps an empty payload', { payload: [] }, { payload: [] }),
  forward('leaves padding after the packet behind', { padding: [9, 9, 9, 9] }, {}),
  forward(
    'mends the checksum 0xffff that means 0x0000',
    { identification: 0xa461, checksum: 0xffff },
    {
      identification: 0xa461,
    },
  ),
  forward('makes the last hop', { ttl: 2 }, { ttl: 1 }),
  forward('adds what two kernel hops take too much', { ttl: 63 }, { ttl: 64 }, 2),
  forward('never raises the TTL beyond 255', { ttl: 255 }, { ttl: 255 }, 2),
  forward('leaves the last hop to the kernel', { ttl: 1 }, { ttl: 2 }, 2),
  drop('ttl-expired', 'TTL 1', { ttl: 1 }),
  drop('ttl-expired', 'TTL 0', { ttl: 0 }),
  drop('truncated', 'the total length is beyond the end', { totalLength: 61 }),
  drop('bad-version', 'IPv6', { version: 6 }),
  drop('bad-header', 'IHL 4', { ihl: 4 }),
  drop('bad-header', 'the total length is within the header', { totalLength: 19 }),
  drop('bad-checksum', 'the header checksum is one off', { checksum: 0x1234 }),
  drop('fragment-limit', 'a first fragment', { flagsAndOffset: 0x2000 }),
  drop('fragment-limit', 'a last fragment', { flagsAndOffset: 0x00b9 }),
  drop('not-ipsec', 'UDP', UDP),
  drop('not-ipsec', 'a fragment of UDP', { ...UDP, flagsAndOffset: 0x2000 }),
  drop('not-ipsec', 'AH, so far', { protocol: 51 }),
  drop('esp-too-short', 'seven bytes of ESP', { body: [0xaa, 0xaa, 0, 1, 0, 0, 0] }),
  drop('esp-too-short', 'no ESP at all', { body: [] }),
  drop('esp-too-short', 'padding counted as ESP', { body: bytes32(0xaaaa0001), padding: [0, 0, 0, 7] }),
  drop('spi-zero', 'SPI 0', { spi: 0 }),
  drop('spi-reserved', 'SPI 1', { spi: 1 }),
  drop('spi-reserved', 'SPI 254', { spi: 254 }),
  drop('unknown-spi', 'SPI 256', { spi: 256 }),
  drop('unknown-spi', 'the SPI of an SA at another relay address', { destination: '198.18.9.10' }),
  drop('unknown-spi', 'an emitted SPI coming in', { spi: 0x22220001 }),
  drop('peer-mismatch', 'another source than the required peer', { spi: 0xaaaa0003 }),
  drop('peer-mismatch', 'before its TTL is looked at', { spi: 0xaaaa0003, ttl: 1 }),
];

const passes = (description: string, received: PacketFields, kernelHops = 0): Scenario => ({
  description,
  received,
  verdict: 'pass',
  sent: { ...received, ttl: (received.ttl ?? 64) - 1 + kernelHops },
  kernelHops,
});

const EDGE: readonly Scenario[] = [
  forward('substitutes', {}, {}),
  forward('substitutes the SPI of a first fragment', { flagsAndOffset: 0x2000 }, { flagsAndOffset: 0x2000 }),
  forward(
    'keeps the source where the SA names none',
    { spi: 0xaaaa0005 },
    { spi: 0x22220005, source: '198.18.1.1' },
  ),
  passes('UDP', UDP),
  passes('an unknown SPI', { spi: 0xbbbb0001 }),
  passes('a reserved SPI', { spi: 1 }),
  passes('a later fragment', { flagsAndOffset: 0x20b9, body: [1, 2, 3, 4] }),
  passes('a fragment of UDP, with options', { ...UDP, flagsAndOffset: 0x2000, options: OPTIONS }),
  passes('UDP through two kernel hops', { ...UDP, ttl: 63 }, 2),
  drop('ttl-expired', 'UDP with TTL 1', { ...UDP, ttl: 1 }),
  drop('peer-mismatch', 'another source than the required peer', { spi: 0xaaaa0003 }),
  drop('esp-too-short', 'four bytes of ESP', { body: bytes32(0xaaaa0001) }),
  drop('spi-zero', 'SPI 0', { spi: 0 }),
  drop('bad-checksum', 'the header checksum is one off', { ...UDP, checksum: 0x1234 }),
];

for (const [role, scenarios] of [
  ['relay', RELAY],
  ['edge', EDGE],
] as const) {
  describe(`relay/pipeline as ${role}`, () => {
    for (const { description, received, verdict, sent, kernelHops = 0 } of scenarios) {
      it(`${verdict}: ${description}`, () => {
        const rig = new Rig({ sas: SAS, role, kernelHops });
        const packet = buildPacket(received);
        const [outcome] = rig.run([packet]);
        assert.equal(outcome!.verdict, verdict);
        assert.equal(outcome!.packet && hex(outcome!.packet), sent && hex(buildPacket(sent)));
        const counted = rig.counted();
        assert.deepEqual(Object.keys(counted), [verdict]);
        assert.equal(counted[verdict]![0], 1);
      });
    }
  });
}

describe('relay/pipeline', () => {
  it('has a scenario for every verdict but the attachment’s own', () => {
    const shown = new Set([...RELAY, ...EDGE].map(({ verdict }) => verdict));
    assert.deepEqual(
      VERDICTS.filter((verdict) => !shown.has(verdict)),
      ['send-failed'],
    );
  });

  it('finds a packet cut anywhere truncated', () => {
    const packet = buildPacket();
    const cut = Array.from({ length: packet.length }, (_, length) => packet.slice(0, length));
    const outcomes = new Rig({ sas: SAS }).run(cut);
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
    assert.ok(rig.memory.counters[0]!.every((value) => value === 0));
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
