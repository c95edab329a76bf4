/** The fragmenter against the slow one of test/model/egress.ts, byte for byte. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HEADROOM, PacketBatch } from '../../../src/attachment/batch.js';
import { createOriginatedCounters, ORIGINATED_FRAGMENT } from '../../../src/relay/counters.js';
import { Fragmenter } from '../../../src/relay/fragments/fragmenter.js';
import { Outlet } from '../../../src/relay/outlet.js';
import { ipv4Options, ipv6Extensions } from '../../model/arbitrary.js';
import { type Bytes, bytes16, bytes32, hex, internetChecksum } from '../../model/bytes.js';
import { fragment, reassemble } from '../../model/egress.js';
import { decode, encode, type Ip, type Ipv4, type Ipv6 } from '../../model/ip.js';
import {
  DESTINATION_OPTIONS,
  type Extension,
  FRAGMENT,
  fragmentHeader,
  HOP_BY_HOP,
  options,
  routing,
} from '../../model/ipv6.js';
import { esp } from '../../model/upper.js';
import { MemoryAttachment } from '../../support/memory-attachment.js';

const IDENTIFICATION = 0x89abcdef;

interface Cut {
  /** False: the fragmenter refused. */
  readonly isCut: boolean;
  /** In the order of their offsets; the piece that the fragmenter left in place comes first. */
  readonly pieces: readonly Uint8Array[];
  readonly batch: PacketBatch;
  readonly counters: ReturnType<typeof createOriginatedCounters>;
}

const START = HEADROOM + 5;

function cut(packet: Uint8Array, mtu: number): Cut {
  const others: Uint8Array[] = [];
  const counters = createOriginatedCounters();
  const attachment = new MemoryAttachment({ packets: [], onSent: (piece) => others.push(piece.slice()) });
  const outlet = new Outlet(attachment, counters);
  const fragmenter = new Fragmenter(outlet);
  const batch = new PacketBatch(1);
  batch.bytes.fill(0x5a);
  batch.bytes.set(packet, START);
  const isIpv6 = packet[0]! >> 4 === 6;
  const isCut = fragmenter.split(batch, START, packet.length, isIpv6, mtu, IDENTIFICATION | 0);
  outlet.flush();
  const { start, length } = fragmenter;
  const pieces = isCut ? [batch.bytes.slice(start, start + length), ...others] : [];
  return { isCut, pieces, batch, counters };
}

function ipv4(fields: Partial<Ipv4> = {}): Ipv4 {
  return {
    family: 4,
    tos: 0xb9,
    ttl: 63,
    protocol: 50,
    source: '198.18.9.9',
    destination: '198.18.2.2',
    identification: 0x1234,
    flagsAndOffset: 0,
    options: [],
    body: esp(0x22220001, 7, counting(1000)),
    ...fields,
  };
}

function ipv6(fields: Partial<Ipv6> = {}): Ipv6 {
  return {
    family: 6,
    tos: 0xb9,
    ttl: 63,
    protocol: 50,
    source: '2001:db8:9::9',
    destination: '2001:db8:2::2',
    flowLabel: 0xfedcb,
    extensions: [],
    body: esp(0x22220001, 7, counting(2000)),
    ...fields,
  };
}

function counting(length: number): number[] {
  return Array.from({ length }, (_, i) => (i * 7) & 255);
}

/** The slow fragmenter's pieces, with the identification that was to be used. */
function expected(ip: Ip, mtu: number): string[] {
  return fragment({ ip, free: new Set() }, mtu).map((piece) => hex(encode(identified(ip, piece.ip))));
}

/** The slow one leaves the identification of a new fragment header open. */
function identified(whole: Ip, piece: Ip): Ip {
  if (piece.family === 4 || (whole as Ipv6).extensions.some(({ protocol }) => protocol === FRAGMENT)) {
    return piece;
  }
  const extensions = piece.extensions.map((extension) =>
    extension.protocol === FRAGMENT
      ? { ...extension, rest: [...extension.rest.slice(0, 3), ...bytes32(IDENTIFICATION)] }
      : extension,
  );
  return { ...piece, extensions };
}

function assertCut(ip: Ip, mtu: number): void {
  const packet = encode(ip);
  const { isCut, pieces } = cut(packet, mtu);
  assert.ok(isCut);
  assert.deepEqual(pieces.map(hex), expected(ip, mtu));
  for (const piece of pieces) assert.ok(piece.length <= mtu, `${piece.length} > ${mtu}`);
}

/** A record route, not copied, and a security option, copied (RFC 791 §3.1). */
const RECORD_ROUTE = [7, 7, 4, 0, 0, 0, 0];
const SECURITY = [0x82, 11, ...counting(9)];

describe('relay/fragments/fragmenter, IPv4', () => {
  for (const [description, fields, mtu] of [
    ['into two', {}, 576],
    ['with nothing left to spare', { body: counting(2 * 552 + 556) }, 576],
    ['with one byte for the last', { body: counting(552 + 557) }, 576],
    ['into pieces of eight bytes', { body: counting(41) }, 28],
    [
      'with a last piece longer than the others, since it need not be a multiple of eight',
      { body: counting(48 + 55) },
      75,
    ],
    ['DF cleared', { flagsAndOffset: 0x4000 }, 576],
    ['the reserved bit kept', { flagsAndOffset: 0x8000 }, 576],
    ['of a first fragment: all have more', { flagsAndOffset: 0x2000, body: counting(1024) }, 576],
    ['of a middle fragment', { flagsAndOffset: 0x20b9, body: counting(1024) }, 576],
    ['of a last fragment', { flagsAndOffset: 0x00b9, body: counting(1021) }, 576],
    ['of the last bytes of the longest datagram', { flagsAndOffset: 0x1f40, body: counting(1535) }, 576],
    ['options that are copied', { options: [...SECURITY, 0] }, 576],
    ['options that are not copied', { options: [...RECORD_ROUTE, 0] }, 576],
    ['both, packed', { options: [...RECORD_ROUTE, 1, ...SECURITY, 1] }, 576],
    ['the copied one behind those that are not', { options: [1, 1, 0x94, 4, 0, 0, 1, 0] }, 576],
    ['options that end early', { options: [1, 0, 0x94, 4, 0, 0, 0, 0] }, 576],
    ['options of which one has no length', { options: [0x94, 4, 0, 0, 1, 1, 1, 0x82] }, 576],
    ['options of which one has a length of 1', { options: [0x94, 4, 0, 0, 0x82, 1, 0, 0] }, 576],
    ['options of which one is longer than the header', { options: [0x94, 4, 0, 0, 0x82, 5, 0, 0] }, 576],
    ['forty bytes of options', { options: [0x88, 40, ...counting(38)] }, 576],
  ] as [string, Partial<Ipv4>, number][]) {
    it(`cuts ${description}`, () => assertCut(ipv4(fields), mtu));
  }

  it('keeps all options in the first piece, and only the copied ones in the others', () => {
    const { pieces } = cut(encode(ipv4({ options: [...RECORD_ROUTE, 1, ...SECURITY, 1] })), 576);
    const found = pieces.map((piece) => (decode([...piece]) as Ipv4).options);
    assert.deepEqual(found[0], [...RECORD_ROUTE, 1, ...SECURITY, 1]);
    assert.deepEqual(found[1], [...SECURITY, 0]);
  });

  it('sums each header right', () => {
    for (const piece of cut(encode(ipv4({ options: [...SECURITY, 0] })), 300).pieces) {
      assert.equal(internetChecksum(piece.subarray(0, (piece[0]! & 15) * 4)), 0);
    }
  });

  it('does as the slow one does with any packet and MTU', () => {
    const fields = fc.record({
      flagsAndOffset: fc.constantFrom(0, 0x4000, 0x8000, 0x2000, 0x2010, 0x0010),
      options: ipv4Options,
      length: fc.integer({ min: 70, max: 1500 }),
    });
    fc.assert(
      fc.property(fields, fc.integer({ min: 68, max: 1499 }), ({ length, ...rest }, mtu) => {
        const hasMore = (rest.flagsAndOffset & 0x2000) !== 0;
        const ip = ipv4({ ...rest, body: counting(hasMore ? length & ~7 : length) });
        fc.pre(encode(ip).length > mtu);
        assertCut(ip, mtu);
      }),
      { numRuns: 1000 },
    );
  });
});

const PAD: Bytes = [1, 4, 0, 0, 0, 0];
const HOPS: Extension = options(HOP_BY_HOP, PAD);
const DESTINATION: Extension = options(DESTINATION_OPTIONS, PAD);

describe('relay/fragments/fragmenter, IPv6', () => {
  for (const [description, fields, mtu] of [
    ['with a new fragment header', {}, 1280],
    ['with nothing left to spare', { body: counting(1232 + 1232) }, 1280],
    ['with one byte for the last', { body: counting(1232 + 1233) }, 1280],
    ['with a last piece longer than the others', { body: counting(1232 + 1235) }, 1283],
    ['behind hop-by-hop options', { extensions: [HOPS] }, 1280],
    ['behind a routing header', { extensions: [HOPS, DESTINATION, routing()] }, 1280],
    ['in front of destination options', { extensions: [HOPS, DESTINATION] }, 1280],
    ['behind routing, in front of destination options', { extensions: [routing(), DESTINATION] }, 1280],
    ['behind the last of two routing headers', { extensions: [routing(), DESTINATION, routing()] }, 1280],
    ['a first fragment again', { extensions: [fragmentHeader(0, true, 77)], body: counting(2048) }, 1280],
    ['a middle fragment again', { extensions: [fragmentHeader(4096, true, 77)], body: counting(2048) }, 1280],
    ['a last fragment again', { extensions: [HOPS, fragmentHeader(4096, false, -1 >>> 0)] }, 1280],
    ['an atomic fragment', { extensions: [fragmentHeader(0, false, 77)] }, 1280],
    [
      'a fragment behind destination options',
      { extensions: [DESTINATION, fragmentHeader(0, true, 77)], body: counting(2048) },
      1280,
    ],
    [
      'an atomic fragment with headers behind',
      { extensions: [HOPS, fragmentHeader(0, false, 77), DESTINATION] },
      1280,
    ],
  ] as [string, Partial<Ipv6>, number][]) {
    it(`cuts ${description}`, () => assertCut(ipv6(fields), mtu));
  }

  it('does as the slow one does with any packet and MTU', () => {
    fc.assert(
      fc.property(
        ipv6Extensions,
        fc.integer({ min: 200, max: 1500 }),
        fc.integer({ min: 68, max: 1499 }),
        (extensions, length, mtu) => {
          const ip = ipv6({ extensions, body: counting(length) });
          const packet = encode(ip);
          fc.pre(packet.length > mtu && typeof decode([...packet]) === 'object');
          const { isCut, pieces } = cut(packet, mtu);
          // Where the headers leave no room, neither can cut.
          if (isCut) assert.deepEqual(pieces.map(withoutReserved), expected(ip, mtu).map(withoutReserved));
          else assert.ok(mtu - 48 - headersOf(ip) < 8, `refused ${mtu}`);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** The reserved bits of a fragment header that was there: a receiver ignores them (RFC 8200 §4.5). */
function withoutReserved(packet: Uint8Array | string): string {
  const bytes = typeof packet === 'string' ? Buffer.from(packet, 'hex') : Buffer.from(packet);
  let [next, at] = [bytes[6]!, 40];
  while (next !== FRAGMENT) [next, at] = [bytes[at]!, at + 8 * (bytes[at + 1]! + 1)];
  bytes[at + 1] = 0;
  bytes[at + 3]! &= ~6;
  return hex(bytes);
}

/** Bytes of extension headers, which may all be in every piece. */
function headersOf({ extensions }: Ipv6): number {
  return extensions.reduce((sum, { rest }) => sum + 1 + rest.length, 0);
}

describe('relay/fragments/fragmenter', () => {
  it('makes pieces that put together are the packet', () => {
    for (const ip of [ipv4(), ipv6(), ipv4({ flagsAndOffset: 0x4000 })]) {
      for (const mtu of [100, 576, 577, 583, 999]) {
        const { pieces } = cut(encode(ip), mtu);
        const whole = reassemble(pieces.map((piece) => decode([...piece]) as Ip));
        assert.deepEqual(whole, ip.family === 4 ? { ...ip, flagsAndOffset: 0 } : ip);
      }
    }
  });

  it('counts all but the first', () => {
    const { pieces, counters } = cut(encode(ipv4()), 300);
    const others = pieces.slice(1);
    assert.equal(counters[ORIGINATED_FRAGMENT], others.length);
    assert.ok(others.length > 2);
  });

  it('touches no byte outside the packet but the room of a fragment header before it', () => {
    for (const [ip, before] of [
      [ipv4(), 0],
      [ipv6(), 8],
      [ipv6({ extensions: [fragmentHeader(0, false, 77)] }), 0],
    ] as const) {
      const packet = encode(ip);
      const { batch } = cut(packet, 600);
      assert.ok(batch.bytes.subarray(0, START - before).every((byte) => byte === 0x5a));
      assert.ok(batch.bytes.subarray(START + packet.length).every((byte) => byte === 0x5a));
    }
  });

  for (const [description, ip, least] of [
    ['IPv4', ipv4(), 28],
    ['IPv4 with options', ipv4({ options: [0x88, 40, ...counting(38)] }), 68],
    ['IPv6', ipv6(), 56],
    ['IPv6 with hop-by-hop options', ipv6({ extensions: [HOPS] }), 64],
    ['a fragment over IPv6', ipv6({ extensions: [fragmentHeader(0, false, 77)] }), 56],
  ] as const) {
    it(`refuses an MTU with room for less than eight bytes, and changes nothing: ${description}`, () => {
      const packet = encode(ip);
      const { isCut, pieces, batch, counters } = cut(packet, least - 1);
      assert.equal(isCut, false);
      assert.deepEqual(pieces, []);
      assert.deepEqual(hex(batch.bytes.subarray(START, START + packet.length)), hex(packet));
      assert.equal(counters[ORIGINATED_FRAGMENT], 0);
      assertCut(ip, least);
    });
  }

  it('carries the offsets of the longest datagram', () => {
    const { pieces } = cut(encode(ipv4({ body: counting(65_515) })), 1500);
    const last = decode([...pieces.at(-1)!]) as Ipv4;
    assert.deepEqual(bytes16(last.flagsAndOffset), bytes16((44 * 1480) / 8));
    assert.equal(last.body.length, 65_515 - 44 * 1480);
  });
});
