/** SadWriter, SadReader and MapCachedReader together against a plain Map. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Kind, SaDefinition } from '../../src/table/definition.js';
import {
  C_REGION,
  createSadMemory,
  INDEX_TOMBSTONE,
  indexCapacity,
  KIND_AH,
  KIND_ESP,
  KIND_UDP,
  R_SLOT,
  type SadMemory,
} from '../../src/table/layout.js';
import { MapCachedReader } from '../../src/table/map-cache.js';
import { NOT_FOUND, type SadLookup, SadReader, WRONG_PEER } from '../../src/table/reader.js';
import { SpiPresence } from '../../src/table/spi-presence.js';
import { SadFull, SadWriter } from '../../src/table/writer.js';
import { parseAddress } from '../../src/wire/address.js';
import { type DefinitionWords, define, plain } from '../model/definition.js';
import { randomFrom } from '../model/random.js';
import { type Answer, lookupAll, matchKey, type Query, SadModel } from '../model/sad.js';

const KINDS: Kind[] = [KIND_ESP, KIND_UDP, KIND_AH];
const PEERS = ['198.18.1.1', '198.18.1.2', '2001:db8::1'];
const DESTINATIONS = ['198.18.9.9', '198.18.9.10', '2001:db8:9::9'];
const SPIS = [256, 0xaaaa0001, 0x80000000, 0xffffffff];
const PORTS = [0, 4500, 65535];
/** The relay's own. */
const OWN_PORTS = [4500, 4600];

/** Every packet that could make a difference. */
const QUERIES: Query[] = KINDS.flatMap((kind) =>
  DESTINATIONS.flatMap((destination) =>
    SPIS.flatMap((spi) =>
      [...PEERS, '203.0.113.1'].flatMap((source) =>
        PORTS.flatMap((sourcePort) =>
          (kind === KIND_UDP ? OWN_PORTS : [0]).map((port) => ({
            kind,
            port,
            destination: parseAddress(destination),
            spi,
            source: parseAddress(source),
            sourcePort,
          })),
        ),
      ),
    ),
  ),
);

/** The real table with a model beside it. */
class Pair {
  readonly memory: SadMemory;
  readonly writer: SadWriter;
  readonly model = new SadModel();
  readonly readers: SadLookup[];

  constructor(maxSas: number, batch = QUERIES.length) {
    this.memory = createSadMemory(maxSas, 2, 0x5eed);
    this.writer = new SadWriter(this.memory);
    this.readers = [new SadReader(this.memory, 0, batch), new MapCachedReader(this.memory, 1, batch)];
  }

  /** Adds, or replaces an SA with the same match. */
  put(sa: SaDefinition): void {
    const slot = this.writer.find(sa.match);
    assert.equal(slot !== 0, this.model.get(sa.match) !== undefined);
    if (slot === 0) this.writer.insert(sa);
    else this.writer.replace(slot, sa);
    this.model.set(sa);
  }

  remove(sa: SaDefinition): void {
    const slot = this.writer.find(sa.match);
    assert.equal(slot !== 0, this.model.get(sa.match) !== undefined);
    if (slot === 0) return;
    this.writer.remove(slot);
    this.model.delete(sa.match);
  }

  check(queries: readonly Query[] = QUERIES): void {
    assert.equal(this.writer.size, this.model.entries.size);
    const expected = queries.map((query) => plainAnswer(this.model.best(query)));
    for (const reader of this.readers) {
      // Twice: the second time from the cache.
      for (let time = 0; time < 2; time++) {
        const found = lookupAll(reader, queries).map((record) => this.answer(record));
        assert.deepEqual(found, expected);
      }
    }
  }

  answer(record: number) {
    if (record === NOT_FOUND) return 'not-found';
    if (record === WRONG_PEER) return 'wrong-peer';
    return plain(this.writer.definition(this.memory.records[record + R_SLOT]!));
  }
}

const definitions: fc.Arbitrary<SaDefinition> = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    dst: fc.constantFrom(...DESTINATIONS),
    spi: fc.constantFrom(...SPIS),
    src: fc.option(fc.constantFrom(...PEERS), { nil: undefined }),
    ownPort: fc.constantFrom(...OWN_PORTS),
    srcPort: fc.constantFrom(...PORTS),
    to: fc.constantFrom('198.18.2.2', '255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'),
    toSrc: fc.option(fc.constantFrom(...DESTINATIONS), { nil: undefined }),
    toKind: fc.constantFrom(...KINDS),
    toSpi: fc.constantFrom(256, 0x22220001, 0xffffffff),
    toPorts: fc.tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS)),
    mode: fc.constantFrom('preserve', 'edge', 'aware'),
  } satisfies { [Word in keyof DefinitionWords | 'ownPort']?: unknown })
  .map(({ ownPort, ...words }) => define(words.kind === KIND_UDP ? { ...words, port: ownPort } : words));

describe('sad table', () => {
  it('holds what a Map holds, and finds what filtering the Map finds, after any changes', () => {
    const changes = fc.array(fc.tuple(fc.nat(2), definitions), { maxLength: 40 });
    fc.assert(
      fc.property(changes, (operations) => {
        const pair = new Pair(64);
        for (const [operation, sa] of operations) {
          if (operation === 0) pair.remove(sa);
          else pair.put(sa);
        }
        pair.check();
        for (const sa of pair.model.entries.values()) {
          assert.deepEqual(plain(pair.writer.definition(pair.writer.find(sa.match))), plain(sa));
        }
        for (const sa of [...pair.model.entries.values()]) pair.remove(sa);
        pair.check();
      }),
      { numRuns: 150 },
    );
  });

  it('finds after each single change what filtering the Map finds', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), definitions), { maxLength: 12 }), (operations) => {
        const pair = new Pair(64);
        for (const [isRemoval, sa] of operations) {
          if (isRemoval) pair.remove(sa);
          else pair.put(sa);
          pair.check();
        }
      }),
      { numRuns: 40 },
    );
  });

  it('prefers peer and port to peer to port to any, in whatever order they are added', () => {
    const peer = '198.18.1.1';
    const all = [
      define({ kind: KIND_UDP, toSpi: 0x1001, src: peer, srcPort: 4500 }),
      define({ kind: KIND_UDP, toSpi: 0x1002, src: peer }),
      define({ kind: KIND_UDP, toSpi: 0x1003, srcPort: 4500 }),
      define({ kind: KIND_UDP, toSpi: 0x1004 }),
    ];
    const query = (source: string, sourcePort: number): Query => ({
      ...all[0]!.match,
      source: parseAddress(source),
      sourcePort,
    });
    const queries = [query(peer, 4500), query(peer, 1), query('198.18.1.2', 4500), query('198.18.1.2', 1)];
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: 4 }), (order) => {
        const pair = new Pair(8);
        order.forEach((sa) => {
          pair.put(sa);
        });
        for (const reader of pair.readers) {
          const found = lookupAll(reader, queries).map((record) => pair.answer(record));
          assert.deepEqual(found, all.map(plain));
        }
        // One gone, the next in rank serves the packet that all of them match.
        for (const next of [1, 2, 3]) {
          pair.remove(all[next - 1]!);
          const [found] = lookupAll(pair.readers[0]!, queries);
          assert.deepEqual(pair.answer(found!), plain(all[next]!));
        }
        pair.put(all[0]!);
        pair.remove(all[3]!);
        const left = lookupAll(pair.readers[0]!, queries).map((record) => pair.answer(record));
        assert.deepEqual(left, [plain(all[0]!), 'wrong-peer', 'wrong-peer', 'wrong-peer']);
      }),
    );
  });

  it('stays right through index rebuilds, when a full table has turned over many times', function () {
    this.timeout(60_000);
    const maxSas = 512;
    const pair = new Pair(maxSas, maxSas + 64);
    const random = randomFrom(2);
    const live: SaDefinition[] = [];
    const fresh = () => {
      const sa = define({
        spi: 256 + (random() % 100_000),
        dst: DESTINATIONS[random() % 3]!,
        toSpi: random(),
      });
      return pair.model.get(sa.match) === undefined ? sa : undefined;
    };
    const query = ({ match }: SaDefinition): Query => ({
      ...match,
      source: parseAddress(PEERS[0]!),
      sourcePort: 0,
    });
    let rebuilds = 0;
    let mostTombstones = 0;
    let region = pair.memory.control[C_REGION];
    for (let change = 0; change < 8000; change++) {
      const sa = fresh();
      if (sa === undefined) continue;
      if (live.length === maxSas) pair.remove(live.splice(random() % maxSas, 1)[0]!);
      pair.put(sa);
      live.push(sa);
      if (change % 1000 === 0) {
        const absent = Array.from({ length: 64 }, () => fresh() ?? sa);
        pair.check([...live, ...absent].map(query));
        mostTombstones = Math.max(mostTombstones, tombstones(pair.memory));
      }
      if (pair.memory.control[C_REGION] !== region) {
        region = pair.memory.control[C_REGION];
        rebuilds++;
        pair.check(live.map(query));
      }
    }
    assert.ok(rebuilds >= 5, `${rebuilds} rebuilds`);
    assert.ok(mostTombstones >= 100, `${mostTombstones} tombstones at most`);
    for (const sa of live) pair.remove(sa);
    pair.check(live.map(query));
  });

  it('leaves no tombstone where a probe ends behind the deleted word anyway', () => {
    const pair = new Pair(8);
    for (let spi = 256; spi < 264; spi++) pair.put(define({ spi }));
    for (let spi = 256; spi < 264; spi++) pair.remove(define({ spi }));
    assert.ok(pair.memory.index.every((word) => word === 0));
  });

  it('refuses one more than max-sas, and takes it once another is gone', () => {
    const pair = new Pair(3);
    for (const spi of [301, 302, 303]) pair.put(define({ spi }));
    const sentence = 'the SAD is full (max-sas = 3); delete SAs or raise max-sas';
    assert.throws(() => pair.writer.insert(define({ spi: 304 })), new SadFull(sentence));
    pair.put(define({ spi: 302, toSpi: 0x2222ffff }));
    pair.remove(define({ spi: 301 }));
    pair.put(define({ spi: 304 }));
    pair.check();
  });

  it('keeps a mirror of the SPIs and the UDP ports that there are, from before as well, and of no others', () => {
    const pair = new Pair(512);
    const random = randomFrom(5);
    const places = () => [new Uint8Array(8192), new Uint8Array(8192)] as const;
    const bits = places();
    const ports = new Uint8Array(65_536);
    const sources = new SpiPresence(new Uint8Array(8192));
    const mirror = { matched: new SpiPresence(bits[0]), emitted: new SpiPresence(bits[1]), ports, sources };
    for (let step = 0; step < 400; step++) {
      if (step === 50) pair.writer.keep(mirror);
      const spis = { spi: 0x1000 + (random() % 60), toSpi: 0x2000 + (random() % 60) };
      const port = random() % 3 === 0 ? 0 : 4500 + (random() % 4);
      const sa = define(port === 0 ? spis : { ...spis, kind: KIND_UDP, port });
      if (random() % 2 === 0) pair.put(sa);
      else pair.remove(sa);
      if (step < 50) continue;
      const there = [...pair.model.entries.values()];
      const fresh = places();
      const [matched, emitted] = [new SpiPresence(fresh[0]), new SpiPresence(fresh[1])];
      for (const { match, emit } of there) {
        matched.add(match.spi);
        emitted.add(emit.spi);
      }
      assert.ok(fresh.every((each, i) => Buffer.compare(each, bits[i]!) === 0));
      const used = new Set([4500, ...there.map(({ match }) => match.port)]);
      used.delete(0);
      assert.deepEqual(
        [...ports.keys()].filter((number) => ports[number] !== 0),
        [...used].sort(),
      );
    }
  });

  it('finds by hasSpi whatever peer the SA requires', () => {
    const pair = new Pair(8);
    const { match } = define({ src: '198.18.1.1' });
    pair.put(define({ src: '198.18.1.1' }));
    assert.equal(pair.writer.hasSpi(match, match.spi), true);
    assert.equal(pair.writer.hasSpi(match, match.spi + 1), false);
    assert.equal(pair.writer.hasSpi({ ...match, kind: KIND_AH }, match.spi), false);
    assert.equal(pair.writer.find(define().match), 0);
    assert.equal(pair.writer.find(define({ src: '198.18.1.2' }).match), 0);
  });

  it('keys tell all matches apart', () => {
    fc.assert(
      fc.property(definitions, definitions, (one, other) => {
        const pair = new Pair(8);
        pair.put(one);
        const same = matchKey(one.match) === matchKey(other.match);
        assert.equal(pair.writer.find(other.match) !== 0, same);
      }),
    );
  });

  it('needs at most half of the index, a power of two', () => {
    for (const maxSas of [1, 511, 512, 513, 65_536, 1_000_000, 1_048_576]) {
      const words = indexCapacity(maxSas);
      assert.equal(words & (words - 1), 0);
      assert.ok(words >= 2 * maxSas && words <= Math.max(4 * maxSas, 1024), `${maxSas}: ${words}`);
    }
  });

  for (const [maxSas, workers, message] of [
    [0, 1, 'max-sas 0 is not within 1-1048576'],
    [1_048_577, 1, 'max-sas 1048577 is not within 1-1048576'],
    [1.5, 1, 'max-sas 1.5 is not within 1-1048576'],
    [1, 0, 'workers 0 is not within 1-256'],
    [1, 257, 'workers 257 is not within 1-256'],
  ] as const) {
    it(`says: ${message}`, () => {
      assert.throws(() => createSadMemory(maxSas, workers, 0), new RangeError(message));
    });
  }
});

function plainAnswer(answer: Answer) {
  return typeof answer === 'string' ? answer : plain(answer);
}

function tombstones({ index }: SadMemory): number {
  return index.reduce((count, word) => count + (word === INDEX_TOMBSTONE ? 1 : 0), 0);
}
