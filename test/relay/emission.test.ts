import assert from 'node:assert/strict';
import { Emission, overheadOf } from '../../src/relay/emission.js';
import type { Kind } from '../../src/table/definition.js';
import {
  createSadMemory,
  KIND_AH,
  KIND_ESP,
  KIND_UDP,
  MTU_UNKNOWN,
  type SadMemory,
} from '../../src/table/layout.js';
import { SadReader } from '../../src/table/reader.js';
import { SadWriter } from '../../src/table/writer.js';
import { addressWord, isIpv4, parseAddress } from '../../src/wire/address.js';
import { Packet } from '../../src/wire/packet.js';
import { type DefinitionWords, define } from '../model/definition.js';
import { lookupAll } from '../model/sad.js';

const SOURCE = parseAddress('198.18.1.1');
const SOURCE6 = parseAddress('2001:db8:1::1');
const RELAY6 = '2001:db8:9::9';
const SECOND6 = '2001:db8:2::2';

function packetFrom(source: Uint8Array, sourcePort = 61_234, destinationPort = 4500): Packet {
  const packet = new Packet();
  [packet.s0, packet.s1, packet.s2, packet.s3] = words(source);
  packet.sourcePort = sourcePort;
  packet.destinationPort = destinationPort;
  return packet;
}

function words(address: Uint8Array): [number, number, number, number] {
  return [0, 1, 2, 3].map((word) => addressWord(address, word)) as [number, number, number, number];
}

interface Loaded {
  readonly memory: SadMemory;
  readonly writer: SadWriter;
  readonly slot: number;
  readonly record: number;
  readonly emission: Emission;
}

function load(definition: DefinitionWords, packet = packetFrom(SOURCE)): Loaded {
  const memory = createSadMemory(64, 1, 0x5eed);
  const writer = new SadWriter(memory);
  const sa = define(definition);
  const slot = writer.insert(sa);
  const reader = new SadReader(memory, 0, 1);
  const record = lookupAll(reader, [{ ...sa.match, source: SOURCE, sourcePort: packet.sourcePort }])[0]!;
  const emission = new Emission();
  // Earlier contents must not matter.
  Object.assign(emission, { s0: 9, s1: 9, s2: 9, s3: 9, sourcePort: 9, destinationPort: 9, mtu: 9 });
  emission.load(memory, record, packet);
  return { memory, writer, slot, record, emission };
}

const source = ({ s0, s1, s2, s3 }: Emission) => [s0, s1, s2, s3];
const destination = ({ d0, d1, d2, d3 }: Emission) => [d0, d1, d2, d3];
const ports = ({ sourcePort, destinationPort }: Emission) => [sourcePort, destinationPort];

describe('relay/emission', () => {
  it('is what the SA emits', () => {
    const { emission } = load({ toSpi: 0xfedcba98 });
    assert.equal(emission.kind, KIND_ESP);
    assert.equal(emission.isIpv6, false);
    assert.deepEqual(source(emission), words(parseAddress('198.18.9.9')));
    assert.deepEqual(destination(emission), words(parseAddress('198.18.2.2')));
    assert.equal(emission.spi, 0xfedcba98 | 0);
    assert.deepEqual(ports(emission), [0, 0]);
    assert.equal(emission.mtu, MTU_UNKNOWN);
  });

  it('is of the family of its destination', () => {
    const { emission } = load({ to: SECOND6, toSrc: RELAY6, toKind: KIND_UDP, toPorts: [65_535, 1] });
    assert.equal(emission.isIpv6, true);
    assert.equal(emission.kind, KIND_UDP);
    assert.deepEqual(source(emission), words(parseAddress(RELAY6)));
    assert.deepEqual(destination(emission), words(parseAddress(SECOND6)));
    assert.deepEqual(ports(emission), [65_535, 1]);
  });

  it('keeps the packet’s source where the SA names none', () => {
    for (const from of [SOURCE, SOURCE6]) {
      const { emission } = load({ toSrc: undefined }, packetFrom(from));
      assert.deepEqual(source(emission), words(from));
      assert.equal(emission.hasNewSource(packetFrom(from)), false);
    }
  });

  it('has a new source when the SA names another than the packet’s', () => {
    assert.equal(load({ toSrc: '198.18.1.1' }).emission.hasNewSource(packetFrom(SOURCE)), false);
    for (const toSrc of ['198.18.1.2', '199.18.1.1', '2001:db8:1::1']) {
      assert.equal(load({ toSrc }).emission.hasNewSource(packetFrom(SOURCE)), true);
    }
    for (const [toSrc, isNew] of [
      ['2001:db8:1::1', false],
      ['2001:db9:1::1', true],
      ['2001:db8:2::1', true],
      ['2001:db8:1:0:8000::1', true],
      ['2001:db8:1::2', true],
    ] as const) {
      const { emission } = load({ toSrc, to: SECOND6 });
      assert.equal(emission.hasNewSource(packetFrom(SOURCE6)), isNew, toSrc);
    }
  });

  for (const [toPorts, expected] of [
    [
      [0, 0],
      [61_234, 4500],
    ],
    [
      [40_001, 0],
      [40_001, 4500],
    ],
    [
      [0, 4501],
      [61_234, 4501],
    ],
    [
      [4500, 61_000],
      [4500, 61_000],
    ],
    [
      [0x8000, 0xffff],
      [0x8000, 0xffff],
    ],
  ] as const) {
    it(`has the ports ${expected} where the SA says ${toPorts}`, () => {
      assert.deepEqual(ports(load({ kind: KIND_UDP, toPorts }).emission), expected);
    });
  }

  it('has no ports without UDP, whatever the packet had', () => {
    assert.deepEqual(ports(load({ kind: KIND_UDP, toKind: KIND_ESP }).emission), [0, 0]);
  });

  it('has a flow label of 20 bits, one for each SA and always the same', () => {
    const memory = createSadMemory(512, 1, 0x5eed);
    const writer = new SadWriter(memory);
    const reader = new SadReader(memory, 0, 1);
    const labels = Array.from({ length: 512 }, (_, i) => {
      const sa = define({ spi: 1000 + i });
      writer.insert(sa);
      const [record] = lookupAll(reader, [{ ...sa.match, source: SOURCE, sourcePort: 0 }]);
      return [packetFrom(SOURCE), packetFrom(SOURCE6)].map((packet) => {
        const emission = new Emission();
        emission.load(memory, record!, packet);
        return emission.flowLabel;
      });
    });
    for (const [label, again] of labels) {
      assert.equal(label, again);
      assert.ok(label! >= 0 && label! < 2 ** 20, `${label}`);
    }
    assert.ok(new Set(labels.map(([label]) => label)).size > 500);
  });

  it('has the MTU that is known when it is loaded', () => {
    const { memory, writer, slot, record, emission } = load({});
    writer.setEgressMtu(slot, 1400);
    assert.equal(emission.mtu, MTU_UNKNOWN);
    emission.load(memory, record, packetFrom(SOURCE));
    assert.equal(emission.mtu, 1400);
  });
});

const ADDRESSES = { 4: ['198.18.9.9', '198.18.2.2'], 6: [RELAY6, SECOND6] } as const;
const LEGS: readonly (readonly [name: string, family: 4 | 6, kind: Kind, headers: number])[] = [
  ['ESP over IPv4', 4, KIND_ESP, 20],
  ['UDP over IPv4', 4, KIND_UDP, 28],
  ['AH over IPv4', 4, KIND_AH, 20],
  ['ESP over IPv6', 6, KIND_ESP, 40],
  ['UDP over IPv6', 6, KIND_UDP, 48],
  ['AH over IPv6', 6, KIND_AH, 40],
];

describe('relay/emission overhead', () => {
  for (const [from, family, kind, headers] of LEGS) {
    for (const [to, toFamily, toKind, toHeaders] of LEGS) {
      it(`from ${from} to ${to}: ${toHeaders - headers} bytes`, () => {
        const [dst] = ADDRESSES[family];
        const [toSrc, destinationTo] = ADDRESSES[toFamily];
        const { emission } = load({ kind, dst, toKind, toSrc, to: destinationTo });
        const matchesIpv6 = !isIpv4(parseAddress(dst));
        assert.equal(overheadOf(matchesIpv6, kind, emission), toHeaders - headers);
      });
    }
  }
});
