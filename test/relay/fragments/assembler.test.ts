/** The assembler against the slow one of test/model/egress.ts. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HEADROOM, PacketBatch } from '../../../src/attachment/batch.js';
import { Assembler } from '../../../src/relay/fragments/assembler.js';
import { FORWARD, VERDICTS } from '../../../src/relay/verdict.js';
import { IP_INTACT } from '../../../src/wire/ip-damage.js';
import { Packet, parseIp } from '../../../src/wire/packet.js';
import { hex } from '../../model/bytes.js';
import { cut, reassemble } from '../../model/egress.js';
import { decode, encode, type Ip } from '../../model/ip.js';
import {
  buildIpv6,
  DESTINATION_OPTIONS,
  type Extension,
  fragmentHeader,
  HOP_BY_HOP,
  options,
  routing,
} from '../../model/ipv6.js';
import { buildPacket } from '../../model/packet.js';
import { esp } from '../../model/upper.js';

const IDENTIFICATION = 0x89abcdef;

/** Adds the fragments as they are taken out of the ring. @returns the verdict, or the datagram */
function assemble(assembler: Assembler, fragments: readonly Uint8Array[]): string {
  const batch = new PacketBatch(1);
  const packet = new Packet();
  assembler.begin();
  for (const fragment of fragments) {
    batch.bytes.fill(0x5a);
    batch.bytes.set(fragment, HEADROOM);
    assert.equal(parseIp(batch.view, HEADROOM, fragment.length, packet), IP_INTACT);
    assembler.add(batch, packet, fragment.length);
  }
  const verdict = assembler.finish();
  if (verdict !== FORWARD) return VERDICTS[verdict]!;
  const { offset, length, bytes, arrived } = assembler.batch;
  const total = fragments.reduce((sum, fragment) => sum + fragment.length, 0);
  assert.deepEqual([assembler.pieces, assembler.arrived, arrived[0]], [fragments.length, total, total]);
  return hex(bytes.subarray(offset[0]!, offset[0]! + length[0]!));
}

function counting(length: number): number[] {
  return Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 255);
}

const body = (length: number) => esp(0xaaaa0001, 7, counting(length));
const ip = (packet: Uint8Array) => decode([...packet]) as Ip;
const IPV4 = ip(buildPacket({ flagsAndOffset: 0, body: body(4000), tos: 0xb9, identification: 0x1234 }));
const OPTIONS = ip(
  buildPacket({ flagsAndOffset: 0x8000, options: [0x94, 4, 0, 0, 1, 1, 1, 0], body: body(3001) }),
);
const IPV6 = ip(buildIpv6({ body: body(4000), trafficClass: 0xb9, flowLabel: 0xfedcb }));
const EXTENDED = ip(
  buildIpv6({ extensions: [options(HOP_BY_HOP, [1, 4, 0, 0, 0, 0]), routing()], body: body(3001) }),
);

describe('relay/fragments/assembler', () => {
  const assembler = new Assembler();

  for (const [description, whole] of [
    ['IPv4', IPV4],
    ['IPv4 with options and the reserved bit', OPTIONS],
    ['IPv6', IPV6],
    ['IPv6 with extension headers', EXTENDED],
  ] as const) {
    it(`puts ${description} together in any order, cut anywhere`, () => {
      const places = fc.uniqueArray(fc.nat(500), { maxLength: 12 });
      fc.assert(
        fc.property(places, fc.infiniteStream(fc.nat(1000)), (units, shuffle) => {
          const ends = units.map((unit) => unit * 8).toSorted((one, other) => one - other);
          const pieces = cut(whole, ends, whole.family === 4 ? 0x1234 : IDENTIFICATION).map(encode);
          const order = pieces
            .map((piece) => [shuffle.next().value, piece] as const)
            .toSorted(([one], [other]) => one - other);
          const found = assemble(
            assembler,
            order.map(([, piece]) => piece),
          );
          const again = whole.family === 4 ? { ...whole, identification: 0x1234 } : whole;
          assert.equal(found, hex(encode(again)));
        }),
        { numRuns: 100 },
      );
    });
  }

  it('begins each datagram anew', () => {
    const long = cut(IPV4, [1000], 1).map(encode);
    const short = cut(ip(buildPacket({ flagsAndOffset: 0, body: body(100) })), [40], 2).map(encode);
    assemble(assembler, long);
    const found = assemble(assembler, short);
    assert.equal(found, hex(buildPacket({ flagsAndOffset: 0, identification: 2, body: body(100) })));
  });

  it('keeps headers that stand behind the fragment header', () => {
    const destination = options(DESTINATION_OPTIONS, [1, 4, 0, 0, 0, 0]);
    const first = buildIpv6({
      extensions: [fragmentHeader(0, true, 7), destination],
      body: body(400).slice(0, 392),
    });
    const last = buildIpv6({
      extensions: [fragmentHeader(400, false, 7)],
      protocol: DESTINATION_OPTIONS,
      body: body(400).slice(392),
    });
    const whole = buildIpv6({ extensions: [destination], body: body(400) });
    for (const order of [
      [first, last],
      [last, first],
    ]) {
      assert.equal(assemble(assembler, order), hex(whole));
    }
    assert.equal(hex(encode(reassemble([first, last].map(ip)))), hex(whole));
  });

  it('takes the headers of the first fragment, not those of the others', () => {
    const pieces = cut(IPV4, [800], 9);
    const changed = pieces.map((piece, i) => encode({ ...piece, tos: i, ttl: 60 + i }));
    const whole = encode({ ...IPV4, identification: 9, tos: 0, ttl: 60 } as Ip);
    assert.equal(assemble(assembler, changed.toReversed()), hex(whole));
  });

  it('puts the longest datagrams together, and finds longer ones bad', () => {
    const data = (length: number) => Array<number>(length).fill(0x77);
    const pieces4 = (last: number) => [
      buildPacket({ flagsAndOffset: 0x2000, body: data(65_504) }),
      buildPacket({ flagsAndOffset: 65_504 / 8, body: data(last) }),
    ];
    assert.equal(assemble(assembler, pieces4(11)).length, 2 * 65_535);
    assert.equal(assemble(assembler, pieces4(12)), 'bad-fragment');
    assert.equal(assemble(assembler, pieces4(31)), 'bad-fragment');
    const pieces6 = (offset: number, last: number, before: readonly Extension[] = []) => [
      buildIpv6({ extensions: [...before, fragmentHeader(0, true, 7)], body: data(offset) }),
      buildIpv6({ extensions: [fragmentHeader(offset, false, 7)], body: data(last) }),
    ];
    assert.equal(assemble(assembler, pieces6(65_520, 15)).length, 2 * (40 + 65_535));
    // The options count too, though no fragment's offset tells of them.
    const before = [options(HOP_BY_HOP, [1, 4, 0, 0, 0, 0])];
    assert.equal(assemble(assembler, pieces6(65_496, 31, before)).length, 2 * (40 + 65_535));
    assert.equal(assemble(assembler, pieces6(65_496, 32, before)), 'bad-fragment');
  });
});
