/** The pipeline against test/model/relay.ts, byte for byte. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { define } from '../model/definition.js';
import { buildPacket, hex, internetChecksum, type PacketFields } from '../model/packet.js';
import { randomFrom } from '../model/random.js';
import { modelRelay } from '../model/relay.js';
import { Rig } from '../model/rig.js';
import { SadModel } from '../model/sad.js';

/** Few values, so that packets meet SAs often. */
const SOURCES = ['198.18.1.1', '198.18.1.2', '0.0.0.0', '255.255.255.255'];
const DESTINATIONS = ['198.18.9.9', '198.18.9.10'];
const SPIS = [0, 1, 255, 256, 0xaaaa0001, 0x80000000, 0xffffffff];
const ROLES = ['relay', 'edge'] as const;
const HOPS = [0, 1, 2];

const SAS = [
  define(),
  define({ src: '198.18.1.2', toSpi: 0x22220002, to: '255.255.0.1' }),
  define({ spi: 256, toSpi: 0xffffffff, toSrc: undefined, to: '0.0.0.1' }),
  define({ spi: 255, toSpi: 0x0100ffff, to: '198.18.9.9' }),
  define({ spi: 0x80000000, src: '198.18.1.1', toSpi: 0x80000000 }),
  define({ spi: 0xffffffff, dst: '198.18.9.10', toSpi: 256, to: '203.0.113.255', toSrc: '198.18.9.10' }),
];

const corner16 = fc.oneof(fc.nat(0xffff), fc.constantFrom(0, 1, 0xfffe, 0xffff));
const fields: fc.Arbitrary<PacketFields> = fc.record({
  tos: fc.nat(255),
  identification: corner16,
  flagsAndOffset: fc.constantFrom(0, 0x4000, 0x8000, 0x2000, 0x00b9, 0x20b9),
  ttl: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 254, 255)),
  protocol: fc.oneof({ weight: 6, arbitrary: fc.constant(50) }, { weight: 1, arbitrary: fc.nat(255) }),
  source: fc.constantFrom(...SOURCES),
  destination: fc.constantFrom(...DESTINATIONS),
  options: fc.nat(10).chain((words) => fc.array(fc.nat(255), { minLength: words * 4, maxLength: words * 4 })),
  spi: fc.constantFrom(...SPIS),
  sequence: fc.nat(0xffffffff),
  payload: fc.array(fc.nat(255), { maxLength: 40 }),
  padding: fc.array(fc.nat(255), { maxLength: 3 }),
});
/** Bytes to overwrite, and where, most often in the header. */
const damage = fc.array(fc.tuple(fc.oneof(fc.nat(27), fc.nat(100)), fc.nat(255)), { maxLength: 3 });

function sadModel(): SadModel {
  const sad = new SadModel();
  for (const sa of SAS) sad.set(sa);
  return sad;
}

/** All that a relay gives but spi-zero (four zeros at once) and peer-mismatch (no SA requires this packet's peer alone). */
const REACHED_BY_MUTATION = [
  'bad-checksum',
  'bad-header',
  'bad-version',
  'esp-too-short',
  'forward',
  'fragment-limit',
  'not-ipsec',
  'spi-reserved',
  'truncated',
  'ttl-expired',
  'unknown-spi',
];

describe('relay/pipeline against the slow model', () => {
  const sad = sadModel();

  it('does the same to any packet, whole or damaged, alone or in a batch', () => {
    const packet = fc.tuple(fields, damage, fc.boolean(), fc.option(fc.nat(70), { freq: 8 }));
    const packets = fc.array(packet.map(makePacket), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        packets,
        fc.constantFrom(...ROLES),
        fc.constantFrom(...HOPS),
        (received, role, kernelHops) => {
          const rig = new Rig({ sas: SAS, role, kernelHops, batch: 3 });
          compare(rig, received, { sad, role, kernelHops });
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('does the same to random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (bytes, seemsIpv4) => {
        if (seemsIpv4 && bytes.length > 3) bytes.set([0x45, 0, 0, bytes.length]);
        for (const role of ROLES) compare(new Rig({ sas: SAS, role }), [bytes], { sad, role, kernelHops: 0 });
      }),
    );
  });

  it('does the same to 100,000 random mutations of a valid packet, and counts each', () => {
    const valid = buildPacket();
    const random = randomFrom(1);
    const rig = new Rig({ sas: SAS, batch: 256 });
    const tally = new Map<string, number>();
    for (let round = 0; round < 100; round++) {
      const mutations = Array.from({ length: 1000 }, () => mutate(valid, random));
      for (const { verdict } of compare(rig, mutations, { sad, role: 'relay', kernelHops: 0 })) {
        tally.set(verdict, (tally.get(verdict) ?? 0) + 1);
      }
    }
    const counted = Object.entries(rig.counted()).map(([verdict, [packets]]) => [verdict, packets]);
    assert.deepEqual(Object.fromEntries(counted), Object.fromEntries(tally));
    assert.deepEqual([...tally.keys()].sort(), REACHED_BY_MUTATION);
  });
});

function makePacket([words, overwritten, mend, cut]: [
  PacketFields,
  [number, number][],
  boolean,
  number | null,
]): Uint8Array {
  const packet = buildPacket(words);
  for (const [at, value] of overwritten) packet[at % packet.length] = value;
  if (mend) mendChecksum(packet);
  return cut === null ? packet : packet.slice(0, cut);
}

/** Makes the checksum right for the header as it is, so that other damage is met behind it. */
function mendChecksum(packet: Uint8Array): void {
  const length = (packet[0]! & 15) * 4;
  if (length < 20 || length > packet.length) return;
  packet.set([0, 0], 10);
  const checksum = internetChecksum(packet.subarray(0, length));
  packet.set([checksum >> 8, checksum & 0xff], 10);
}

function mutate(valid: Uint8Array, random: () => number): Uint8Array {
  const packet = valid.slice();
  const changes = 1 + (random() % 4);
  for (let change = 0; change < changes; change++) {
    // Half of them within the headers, to where corners are.
    const at = random() % (random() % 2 === 0 ? 28 : packet.length);
    packet[at] = [random() & 0xff, 0, 0xff, packet[at]! ^ (1 << (random() % 8))][random() % 4]!;
  }
  if (random() % 4 !== 0) mendChecksum(packet);
  return random() % 8 === 0 ? packet.slice(0, random() % (packet.length + 1)) : packet;
}

function compare(rig: Rig, received: readonly Uint8Array[], options: Parameters<typeof modelRelay>[1]) {
  const outcomes = rig.run(received);
  outcomes.forEach((outcome, i) => {
    const expected = modelRelay(received[i]!, options);
    const packet = hex(received[i]!);
    assert.equal(outcome.verdict, expected.verdict, packet);
    assert.equal(outcome.packet && hex(outcome.packet), expected.packet && hex(expected.packet), packet);
  });
  assert.equal(outcomes.length, received.length);
  return outcomes;
}
