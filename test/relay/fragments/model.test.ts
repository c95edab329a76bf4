/** Fragments in any order come to the same as their datagram. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KIND_UDP } from '../../../src/table/layout.js';
import { packetOf } from '../../model/arbitrary.js';
import { hex } from '../../model/bytes.js';
import { Comparison, Comparisons, observe } from '../../model/comparison.js';
import { cut, reassemble } from '../../model/egress.js';
import { decode, encode, type Ip, placeOf } from '../../model/ip.js';
import { identificationOf } from '../../model/judge.js';
import { Rig } from '../../model/rig.js';
import { PAIRS, packetFor } from '../../model/world.js';

/** Order, cuts and repetitions, as numbers that fit any packet. */
const manner = fc.record({
  cuts: fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 6 }),
  order: fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }),
  /** Which fragment, and after how many others it comes once more. */
  repeated: fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 3 }),
  identification: fc.nat(0xffff),
});

type Manner = typeof manner extends fc.Arbitrary<infer T> ? T : never;

/** The fragments as they arrive. The one that makes the datagram complete comes last, since it is forgotten then. */
function arrivals(
  whole: Ip,
  { cuts, order, repeated, identification }: Manner,
  shortest: number,
): Uint8Array[] {
  const { length } = whole.body;
  const places = cuts.map((at) => Math.max((at % length) & ~7, shortest));
  const pieces = cut(
    whole,
    [...new Set(places)].toSorted((one, other) => one - other),
    identification,
  );
  const shuffled = pieces
    .map((piece, i) => ({ piece, key: order[i]! }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ piece }) => encode(piece));
  const last = shuffled.at(-1)!;
  const before = shuffled.slice(0, -1);
  for (const [which, where] of repeated) {
    if (before.length === 0) break;
    before.splice(1 + (where % before.length), 0, before[which % before.length]!);
  }
  return [...before, last];
}

/** A datagram whose first fragment shows the SPI if it has 16 bytes; no extension headers, no atomic fragment. */
function fragmentable(ip: Ip): Ip | undefined {
  const plain = ip.family === 6 ? { ...ip, extensions: [] } : { ...ip, flagsAndOffset: 0 };
  return plain.body.length > 32 ? plain : undefined;
}

describe('relay: fragments', function () {
  this.timeout(120_000);

  for (const { name, up, families, encapsulations } of PAIRS) {
    const collects =
      encapsulations.join() === 'esp,udp' || (families.join() === '4,6' && up.emit.kind === KIND_UDP);
    const datagrams = packetOf({ sas: [up], longest: 200 });

    it(`${name}: in any order, with repetitions, what leaves is the same as the model's`, () => {
      const comparison = new Comparison({ sas: [up] });
      fc.assert(
        fc.property(datagrams, manner, (ip, how) => {
          const whole = fragmentable(ip);
          if (whole !== undefined) comparison.send(arrivals(whole, how, 8));
        }),
        { numRuns: 200 },
      );
    });

    it(`${name}: what leaves is, put together, what the whole packet becomes`, () => {
      const rig = new Rig({ sas: [up], batch: 1 });
      const counted = (verdict: string, before: ReturnType<Rig['counted']>) =>
        (rig.counted()[verdict]?.[0] ?? 0) - (before[verdict]?.[0] ?? 0);
      fc.assert(
        fc.property(manner, fc.integer({ min: 40, max: 300 }), fc.boolean(), (how, length, hasChecksum) => {
          const whole = packetFor(up, {
            flags: 0,
            identification: 1,
            payload: Array.from({ length }, (_, i) => i & 255),
            ...(hasChecksum && { checksum: 'right' as const }),
          });
          const expected = rig.run([encode(whole)])[0]!.packet!;
          const before = rig.counted();
          const pieces = arrivals(whole, how, 16);
          const { outcomes, originated } = observe(rig, pieces);
          const left = [...outcomes.flatMap(({ packet }) => packet ?? []), ...originated];
          const about = pieces.map(hex).join('\n');
          const joined = join(left, collects, about);
          assert.equal(hex(encode(withFree(joined, expected))), hex(expected), about);
          const duplicates = pieces.length - new Set(pieces.map(hex)).size;
          assert.equal(counted('fragment-overlap', before), duplicates, about);
          assert.equal(counted('forward', before), pieces.length - duplicates, about);
        }),
        { numRuns: 200 },
      );
    });

    it(`${name}: that are too long for the way out, or overlap, come to the same as in the model`, () => {
      const comparisons = new Comparisons({ sas: [up] });
      fc.assert(
        fc.property(
          packetOf({ sas: [up], longest: 3000 }),
          manner,
          families[1] === 6 ? fc.constantFrom(1280, 1283, 1500) : fc.constantFrom(200, 577, 1500),
          fc.option(fc.tuple(fc.nat(5), fc.integer({ min: -16, max: 16 }))),
          (ip, how, mtu, shifted) => {
            const whole = fragmentable(ip);
            if (whole === undefined) return;
            const packets = arrivals(whole, how, 8);
            if (shifted !== null) shift(packets, shifted[0], shifted[1] * 8);
            comparisons.with({ mtu }).send(packets);
          },
        ),
        { numRuns: 200 },
      );
    });
  }
});

/** Moves one of the fragments, so that it overlaps others, leaves a hole, or says another end. */
function shift(packets: Uint8Array[], which: number, bytes: number): void {
  const at = which % packets.length;
  const ip = decode([...packets[at]!]);
  if (typeof ip === 'string' || ip.family === 6) return;
  const offset = Math.max((ip.flagsAndOffset & 0x1fff) + bytes / 8, 0);
  packets[at] = encode({ ...ip, flagsAndOffset: (ip.flagsAndOffset & 0xe000) | offset });
}

function join(left: readonly Uint8Array[], collects: boolean, about: string): Ip {
  const decoded = left.map((packet) => {
    const ip = decode([...packet]);
    assert.ok(typeof ip === 'object', about);
    return ip;
  });
  if (collects && decoded.length === 1) return decoded[0]!;
  assert.equal(new Set(left.map(identificationOf)).size, 1, `one ID: ${about}`);
  assert.ok(
    decoded.every((ip) => placeOf(ip) !== undefined),
    about,
  );
  const joined = reassemble(decoded);
  return joined.family === 6 ? { ...joined, extensions: [] } : joined;
}

/** ID and flow label are chosen anew for each datagram. */
function withFree(joined: Ip, expected: Uint8Array): Ip {
  const other = decode([...expected]) as Ip;
  if (joined.family === 4 && other.family === 4) {
    return { ...joined, identification: other.identification };
  }
  return { ...joined, ...(other.family === 6 && { flowLabel: other.flowLabel }) } as Ip;
}
