/** The tables of RFC 7915 §4.2 and §5.2, written out. */
import assert from 'node:assert/strict';
import { IcmpMapping, mtuFloor, plateauBelow } from '../../../src/relay/icmp/mapping.js';

type Meaning = readonly [type: number, code: number, pointer: number] | undefined;

/** By the code of type 3 (RFC 7915 §4.2). Undefined: silently dropped. */
const UNREACHABLE_TO_6: readonly Meaning[] = [
  [1, 0, 0], // 0 net unreachable: no route
  [1, 0, 0], // 1 host unreachable
  [4, 1, 6], // 2 protocol unreachable: a parameter problem at the next header
  [1, 4, 0], // 3 port unreachable
  [2, 0, 0], // 4 fragmentation needed: packet too big
  [1, 0, 0], // 5 source route failed
  [1, 0, 0], // 6 network unknown
  [1, 0, 0], // 7 host unknown
  [1, 0, 0], // 8 source isolated
  [1, 1, 0], // 9 network administratively prohibited
  [1, 1, 0], // 10 host administratively prohibited
  [1, 0, 0], // 11 network unreachable for this type of service
  [1, 0, 0], // 12 host unreachable for this type of service
  [1, 1, 0], // 13 communication administratively prohibited
  undefined, // 14 host precedence violation
  [1, 1, 0], // 15 precedence cutoff in effect
];

/** By the byte of the IPv4 header (RFC 7915 Figure 3). */
const POINTER_TO_6: Readonly<Record<number, number>> = {
  0: 0, // version and IHL
  1: 1, // type of service
  2: 4, // total length: payload length
  3: 4,
  8: 7, // TTL: hop limit
  9: 6, // protocol: next header
  12: 8, // source
  13: 8,
  14: 8,
  15: 8,
  16: 24, // destination
  17: 24,
  18: 24,
  19: 24,
};

/** By the code of ICMPv6 type 1 (RFC 7915 §5.2). */
const UNREACHABLE_TO_4: readonly Meaning[] = [
  [3, 1, 0], // 0 no route
  [3, 10, 0], // 1 administratively prohibited
  [3, 1, 0], // 2 beyond scope of source
  [3, 1, 0], // 3 address unreachable
  [3, 3, 0], // 4 port unreachable
];

/** By the byte of the IPv6 header (RFC 7915 Figure 6). */
function pointerTo4(pointer: number): number | undefined {
  if (pointer <= 1) return pointer;
  if (pointer === 4 || pointer === 5) return 2;
  if (pointer === 6) return 9;
  if (pointer === 7) return 8;
  if (pointer >= 8 && pointer <= 23) return 12;
  if (pointer >= 24 && pointer <= 39) return 16;
  return undefined;
}

const mapping = new IcmpMapping();

function mapped(toIpv6: boolean, type: number, code: number, pointer = 0): Meaning {
  return mapping.map(toIpv6, type, code, pointer) ? [mapping.type, mapping.code, mapping.pointer] : undefined;
}

describe('relay/icmp/mapping to ICMPv6', () => {
  it('destination unreachable, by code', () => {
    for (let code = 0; code < 256; code++) {
      assert.deepEqual(mapped(true, 3, code), UNREACHABLE_TO_6[code], `code ${code}`);
    }
  });

  it('time exceeded keeps its code', () => {
    for (const code of [0, 1]) assert.deepEqual(mapped(true, 11, code), [3, code, 0]);
  });

  it('parameter problem, by where it is', () => {
    for (const code of [0, 2]) {
      for (let pointer = 0; pointer < 256; pointer++) {
        const to = POINTER_TO_6[pointer];
        assert.deepEqual(mapped(true, 12, code, pointer), to === undefined ? undefined : [4, 0, to]);
      }
    }
    for (const code of [1, 3, 255]) assert.equal(mapped(true, 12, code, 0), undefined);
  });

  it('nothing else', () => {
    for (let type = 0; type < 256; type++) {
      if (![3, 11, 12].includes(type)) assert.equal(mapped(true, type, 0), undefined, `type ${type}`);
    }
  });
});

describe('relay/icmp/mapping to ICMP', () => {
  it('destination unreachable, by code', () => {
    for (let code = 0; code < 256; code++) {
      assert.deepEqual(mapped(false, 1, code), UNREACHABLE_TO_4[code], `code ${code}`);
    }
  });

  it('packet too big and time exceeded', () => {
    assert.deepEqual(mapped(false, 2, 0), [3, 4, 0]);
    for (const code of [0, 1]) assert.deepEqual(mapped(false, 3, code), [11, code, 0]);
  });

  it('parameter problem, by where it is', () => {
    for (const pointer of [...Array(300).keys(), 0x7fffffff, 0x80000000, 0xffffffff]) {
      const to = pointerTo4(pointer);
      assert.deepEqual(
        mapped(false, 4, 0, pointer),
        to === undefined ? undefined : [12, 0, to],
        `${pointer}`,
      );
    }
  });

  it('an unrecognized next header is an unreachable protocol, and an unrecognized option is nothing', () => {
    assert.deepEqual(mapped(false, 4, 1, 6), [3, 2, 0]);
    for (const code of [2, 3, 255]) assert.equal(mapped(false, 4, code, 0), undefined);
  });

  it('nothing else', () => {
    for (let type = 0; type < 256; type++) {
      if (type < 1 || type > 4) assert.equal(mapped(false, type, 0), undefined, `type ${type}`);
    }
  });
});

describe('relay/icmp/mapping path MTUs', () => {
  it('has the floors of RFC 791 §3.2 and RFC 8200 §5', () => {
    assert.deepEqual([mtuFloor(false), mtuFloor(true)], [576, 1280]);
  });

  for (const [length, plateau] of [
    [65_535, 32_000],
    [32_001, 32_000],
    [32_000, 17_914],
    [17_914, 8166],
    [8166, 4352],
    [4353, 4352],
    [4352, 2002],
    [2002, 1492],
    [1500, 1492],
    [1492, 1006],
    [1006, 508],
    [508, 296],
    [296, 68],
    [69, 68],
    [68, 68],
    [0, 68],
  ] as const) {
    it(`the plateau below ${length} bytes is ${plateau} (RFC 1191 §7.1)`, () => {
      assert.equal(plateauBelow(length), plateau);
    });
  }
});
