/** EmissionIndex, as SadWriter keeps it, and EmissionReader against a plain Map. */
import assert from 'node:assert/strict';
import type { Kind, SaDefinition } from '../../src/table/definition.js';
import { EmissionReader, NO_EMISSION } from '../../src/table/emission-index.js';
import {
  createSadMemory,
  hashKey,
  KIND_AH,
  KIND_ESP,
  KIND_UDP,
  R_SLOT,
  type SadMemory,
} from '../../src/table/layout.js';
import { SadWriter } from '../../src/table/writer.js';
import { addressWord, equalAddresses, parseAddress } from '../../src/wire/address.js';
import { type DefinitionWords, define } from '../model/definition.js';
import { randomFrom } from '../model/random.js';

const SEED = 0x5eed;
const KINDS: readonly Kind[] = [KIND_ESP, KIND_UDP, KIND_AH];
const SOURCES = ['198.18.9.9', '198.18.9.10', '2001:db8:9::9'];
const DESTINATIONS = ['198.18.2.2', '2001:db8:2::2', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'];
const PORTS = [0, 1, 4500, 65_535];

/** The fields of a quoted packet. */
interface Shown {
  readonly kind: Kind;
  readonly spi: number;
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

class Pair {
  readonly memory: SadMemory;
  readonly writer: SadWriter;
  readonly reader: EmissionReader;
  /** By SA number. */
  readonly model = new Map<number, SaDefinition>();

  constructor(maxSas: number) {
    this.memory = createSadMemory(maxSas, 1, SEED);
    this.writer = new SadWriter(this.memory);
    this.reader = new EmissionReader(this.memory);
  }

  add(sa: SaDefinition): number {
    const slot = this.writer.insert(sa);
    this.model.set(slot, sa);
    return slot;
  }

  replace(slot: number, sa: SaDefinition): void {
    this.writer.replace(slot, sa);
    this.model.set(slot, sa);
  }

  remove(slot: number): void {
    this.writer.remove(slot);
    this.model.delete(slot);
  }

  /** SA numbers, in order. */
  find(shown: Shown): number[] {
    const slots: number[] = [];
    const [d0, d1, d2, d3] = words(shown.destination);
    const [s0, s1, s2, s3] = words(shown.source);
    const ports = (shown.sourcePort << 16) | shown.destinationPort;
    for (let place = NO_EMISSION; ; ) {
      const { kind, spi } = shown;
      place = this.reader.next(kind, spi | 0, d0, d1, d2, d3, s0, s1, s2, s3, ports, place);
      if (place === NO_EMISSION) return slots.toSorted((one, other) => one - other);
      slots.push(this.memory.records[this.reader.recordAt(place) + R_SLOT]!);
      assert.ok(slots.length <= this.model.size, 'goes round in circles');
    }
  }

  expected(shown: Shown): number[] {
    const isEmittedBy = ({ emit }: SaDefinition) =>
      emit.kind === shown.kind &&
      emit.spi === shown.spi &&
      equalAddresses(emit.destination, shown.destination) &&
      (emit.source === undefined || equalAddresses(emit.source, shown.source)) &&
      (emit.sourcePort === 0 || emit.sourcePort === shown.sourcePort) &&
      (emit.destinationPort === 0 || emit.destinationPort === shown.destinationPort);
    return [...this.model]
      .flatMap(([slot, sa]) => (isEmittedBy(sa) ? [slot] : []))
      .toSorted((one, other) => one - other);
  }

  check(queries: Iterable<Shown>): void {
    for (const shown of queries) assert.deepEqual(this.find(shown), this.expected(shown));
  }

  /** Each live SA as a packet of its own shows it. */
  *own(): Generator<Shown> {
    for (const { emit } of this.model.values()) {
      yield {
        ...emit,
        source: emit.source ?? parseAddress('203.0.113.1'),
        sourcePort: emit.sourcePort || 7,
        destinationPort: emit.destinationPort || 8,
      };
    }
  }
}

function words(address: Uint8Array): [number, number, number, number] {
  return [0, 1, 2, 3].map((word) => addressWord(address, word)) as [number, number, number, number];
}

const random = randomFrom(11);
const oneOf = <T>(values: readonly T[]): T => values[random() % values.length]!;

/** An emission out of few, so that many are equal or nearly so; the match is unique. */
function emission(match: number, toSpis: number): DefinitionWords {
  const toKind = oneOf(KINDS);
  const isUdp = toKind === KIND_UDP;
  return {
    spi: match,
    toKind,
    to: oneOf(DESTINATIONS),
    toSrc: random() % 3 === 0 ? undefined : oneOf(SOURCES),
    toSpi: 256 + (random() % toSpis),
    toPorts: isUdp ? [oneOf(PORTS), oneOf(PORTS)] : [0, 0],
  };
}

function someShown(toSpis: number): Shown {
  const kind = oneOf(KINDS);
  return {
    kind,
    spi: 256 + (random() % toSpis),
    destination: parseAddress(oneOf(DESTINATIONS)),
    source: parseAddress(oneOf([...SOURCES, '203.0.113.1'])),
    sourcePort: kind === KIND_UDP ? oneOf(PORTS) : 0,
    destinationPort: kind === KIND_UDP ? oneOf(PORTS) : 0,
  };
}

describe('table/emission-index', function () {
  this.timeout(60_000);

  for (const [maxSas, changes, toSpis] of [
    [1, 500, 2],
    [16, 4000, 3],
    [64, 4000, 1000],
    [512, 6000, 400],
  ] as const) {
    it(`holds what a Map holds after any changes, up to all ${maxSas} SAs`, () => {
      const pair = new Pair(maxSas);
      let mostLive = 0;
      for (let change = 0; change < changes; change++) {
        const slots = [...pair.model.keys()];
        const action = random() % 4;
        if (slots.length === maxSas || (slots.length > 0 && action === 0)) {
          pair.remove(oneOf(slots));
        } else if (slots.length > 0 && action === 1) {
          const slot = oneOf(slots);
          pair.replace(slot, define(emission(pair.model.get(slot)!.match.spi, toSpis)));
        } else {
          pair.add(define(emission(1_000_000 + change, toSpis)));
        }
        mostLive = Math.max(mostLive, pair.model.size);
        pair.check(Array.from({ length: 4 }, () => someShown(toSpis)));
        if (change % 200 === 0) pair.check(pair.own());
      }
      assert.equal(mostLive, maxSas);
      pair.check(pair.own());
      for (const slot of [...pair.model.keys()]) {
        pair.remove(slot);
        if (pair.model.size % 32 === 0) pair.check(pair.own());
      }
      // No tombstones: nothing is left.
      assert.ok(pair.memory.emissions.every((word) => word === 0));
    });
  }

  it('goes on at the beginning behind its last word, whichever of them is removed first', () => {
    const words = new Pair(16).memory.emissions.length;
    /** SAs whose searches all begin at the last words. */
    const crowd: SaDefinition[] = [];
    for (let toSpi = 256; crowd.length < 12; toSpi++) {
      const sa = define({ spi: toSpi, toSpi });
      if (homeOf(sa, words) >= words - 3) crowd.push(sa);
    }
    for (let round = 0; round < 200; round++) {
      const pair = new Pair(16);
      const slots = crowd.map((sa) => pair.add(sa));
      const wrapped = pair.memory.emissions.subarray(0, 9).every((word) => word !== 0);
      assert.ok(wrapped, 'nine of them lie at the beginning');
      pair.check(pair.own());
      while (slots.length > 0) {
        pair.remove(slots.splice(random() % slots.length, 1)[0]!);
        pair.check(crowd.map(shownBy));
      }
    }
  });

  it('tells apart what differs in one field alone', () => {
    const pair = new Pair(64);
    const base: DefinitionWords = { toKind: KIND_UDP, toSpi: 0x22220001, toPorts: [40_001, 4500] };
    const variants: DefinitionWords[] = [
      base,
      { ...base, toSpi: 0x22220002 },
      { ...base, toKind: KIND_ESP, toPorts: [0, 0] },
      { ...base, to: '198.18.2.3' },
      { ...base, to: '2001:db8:2::2' },
      { ...base, toSrc: '198.18.9.10' },
      { ...base, toPorts: [40_002, 4500] },
      { ...base, toPorts: [40_001, 4501] },
    ];
    const slots = variants.map((words, i) => pair.add(define({ ...words, spi: 1000 + i })));
    variants.forEach((words, i) => {
      assert.deepEqual(pair.find(shownBy(define(words))), [slots[i]]);
    });
  });

  it('takes any source and port where the SA keeps the packet’s own', () => {
    const pair = new Pair(64);
    const kept = pair.add(define({ toKind: KIND_UDP, toSrc: undefined, toPorts: [0, 0] }));
    const half = pair.add(define({ spi: 1001, toKind: KIND_UDP, toPorts: [0, 4500] }));
    const shown = shownBy(define({ toKind: KIND_UDP, toPorts: [1, 4500] }));
    assert.deepEqual(pair.find(shown), [kept, half]);
    assert.deepEqual(pair.find({ ...shown, destinationPort: 4501 }), [kept]);
    assert.deepEqual(pair.find({ ...shown, source: parseAddress('203.0.113.1') }), [kept]);
    assert.deepEqual(pair.find({ ...shown, sourcePort: 65_535 }), [kept, half]);
  });

  it('finds all of several SAs with one emission, and while one is replaced never none', () => {
    const pair = new Pair(64);
    const one = pair.add(define({ spi: 1001, src: '198.18.1.1' }));
    const other = pair.add(define({ spi: 1001, src: '198.18.1.2' }));
    const shown = shownBy(define());
    assert.deepEqual(pair.find(shown), [one, other]);
    pair.replace(one, define({ spi: 1001, src: '198.18.1.1', mode: 'aware' }));
    assert.deepEqual(pair.find(shown), [one, other]);
    pair.remove(other);
    assert.deepEqual(pair.find(shown), [one]);
    pair.remove(one);
    assert.deepEqual(pair.find(shown), []);
  });

  it('has no record at a place from which it was removed', () => {
    const pair = new Pair(64);
    const slot = pair.add(define());
    const { kind, spi, destination, source } = define().emit;
    const place = pair.reader.next(kind, spi | 0, ...words(destination), ...words(source!), 0, NO_EMISSION);
    assert.notEqual(pair.reader.recordAt(place), 0);
    pair.remove(slot);
    assert.equal(pair.reader.recordAt(place), 0);
  });
});

/** The place where the search for the SA's emission begins, in an index of this length. */
function homeOf({ emit }: SaDefinition, length: number): number {
  const hash = hashKey(SEED, emit.kind, emit.spi | 0, ...words(emit.destination));
  return Math.floor(((hash >>> 0) / 2 ** 32) * length);
}

function shownBy({ emit }: SaDefinition): Shown {
  return { ...emit, source: emit.source! };
}
