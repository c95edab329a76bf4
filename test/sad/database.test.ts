import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import {
  describe as describeSa,
  type SaDatabase,
  SaRefusal,
  type SaSpecification,
} from '../../src/sad/database.js';
import type { Origin, SaEntry } from '../../src/sad/entry.js';
import { NO_LIFETIMES, type SaLifetimes } from '../../src/sad/lifetimes.js';
import { COUNTER_STRIDE } from '../../src/table/layout.js';
import { parsePrefix } from '../../src/wire/address.js';
import { type DefinitionWords, define, plain } from '../model/definition.js';
import { matchKey } from '../model/sad.js';
import { makeDatabase, NOW, POLICY, specify } from '../model/specification.js';

describe('sad/database', () => {
  it('adds, replaces, deletes and takes back as a Map of entries does', () => {
    const words = fc.record({
      spi: fc.constantFrom(0x1001, 0x1002, 0x1003),
      src: fc.constantFrom(undefined, '198.18.1.1', '198.18.1.2'),
      to: fc.constantFrom('198.18.2.2', '198.18.2.3'),
      toSpi: fc.constantFrom(0x1001, 0x2002),
    });
    const operation = fc.record({
      kind: fc.constantFrom('add', 'replace', 'remove'),
      isUndone: fc.boolean(),
      words,
      name: fc.constantFrom('', 'alice'),
      origin: fc.constantFrom<Origin>('runtime', 'config'),
      lifetimeSeconds: fc.constantFrom(0, 60),
    });
    type Known = {
      id: number;
      name: string;
      origin: Origin;
      lifetimeSeconds: number;
      expiresMs: number;
      definition: ReturnType<typeof plain>;
    };

    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
        let steady = 0;
        const database = makeDatabase(6, 2, () => steady);
        const known = new Map<string, Known>();
        let highestId = 0;
        operations.forEach(({ kind, isUndone, words, name, origin, lifetimeSeconds }, step) => {
          steady = step;
          const nowMs = NOW + step;
          const definition = define(words);
          const key = matchKey(definition.match);
          const there = known.get(key);
          if (kind === 'remove') {
            if (there === undefined) return;
            database.remove(database.get(there.id)!, nowMs);
            known.delete(key);
            return;
          }
          const equal =
            there?.name === name &&
            there.lifetimeSeconds === lifetimeSeconds &&
            isDeepStrictEqual(there.definition, plain(definition));
          const refused =
            there === undefined
              ? known.size === 6
              : !equal && (kind !== 'replace' || there.origin !== origin);
          const add = () =>
            database.add(
              specify(words, { name, lifetimes: hard(lifetimeSeconds) }),
              origin,
              nowMs,
              kind === 'replace',
            );
          if (refused) {
            assert.throws(add, SaRefusal);
            return;
          }
          const { entry, outcome, undo } = add();
          assert.equal(outcome, there === undefined ? 'added' : equal ? 'existed' : 'replaced');
          if (there === undefined) {
            assert.ok(entry.id > highestId);
            highestId = entry.id;
          } else assert.equal(entry.id, there.id);
          if (isUndone) undo();
          else if (outcome !== 'existed') {
            const expiresMs = lifetimeSeconds === 0 ? 0 : nowMs + lifetimeSeconds * 1000;
            known.set(key, {
              id: entry.id,
              name,
              origin: entry.origin,
              lifetimeSeconds,
              expiresMs,
              definition: plain(definition),
            });
          }
        });
        const held = [...database.entries()].map((entry): Known => {
          const { id, name, origin, expiresMs } = entry;
          const lifetimeSeconds = entry.lifetimes.lifetime;
          assert.equal(database.get(id), entry);
          return {
            id,
            name,
            origin,
            lifetimeSeconds,
            expiresMs,
            definition: plain(database.definition(entry)),
          };
        });
        const expected = [...known.values()].sort((a, b) => a.id - b.id);
        assert.deepEqual(held, expected);
        assert.equal(database.size, known.size);
        const ids = (entries: readonly { id: number }[]) => entries.map(({ id }) => id);
        assert.deepEqual(ids(database.page(0, 100).entries), ids(held));
        assert.deepEqual(
          ids(database.named('alice')),
          expected.filter(({ name }) => name === 'alice').map(({ id }) => id),
        );
        const mortal = expected.filter(({ expiresMs }) => expiresMs !== 0).map(({ id }) => id);
        steady = 3_600_000;
        const due = database.due(NOW + steady, 100).map(({ entry }) => entry);
        assert.deepEqual(ids(due).sort(byNumber), mortal);
      }),
      { numRuns: 500 },
    );
  });

  describe('adding', () => {
    it('is idempotent on an equal SA, and gives the same entry', () => {
      const database = makeDatabase();
      const first = database.add(specify({}, { name: 'alice' }), 'runtime', NOW);
      const again = database.add(specify({}, { name: 'alice' }), 'config', NOW + 5);
      assert.equal(again.outcome, 'existed');
      assert.equal(again.entry, first.entry);
      assert.equal(first.entry.addedMs, NOW);
      again.undo();
      assert.equal(database.size, 1);
    });

    it('chooses mode preserve where the SPI stays, and edge where not', () => {
      const database = makeDatabase();
      const mode = (words: DefinitionWords, more: Partial<SaSpecification> = {}) => {
        const { entry } = database.add(specify(words, more), 'runtime', NOW);
        return database.definition(entry).mode;
      };
      assert.equal(mode({ spi: 0x1001 }, { toSpi: 'same' }), 'preserve');
      assert.equal(mode({ spi: 0x1002, toSpi: 0x1002 }), 'preserve');
      assert.equal(mode({ spi: 0x1003 }), 'edge');
      assert.equal(mode({ spi: 0x1004, mode: 'aware' }), 'aware');
    });

    const there = 'an SA for 198.18.9.9 0xaaaa0001 exists: SA 1 "alice", to 198.18.2.2 0x22220001';
    const sentences: [string, SaSpecification, Origin, boolean, string][] = [
      [
        'another destination',
        specify({ to: '198.18.2.3' }, { name: 'alice' }),
        'runtime',
        false,
        `${there}; delete it first, or change it with --replace`,
      ],
      [
        'another name',
        specify({}, { name: 'bob' }),
        'runtime',
        false,
        `${there}; delete it first, or change it with --replace`,
      ],
      [
        'a replacement from the configuration',
        specify({ to: '198.18.2.3' }, { name: 'alice' }),
        'config',
        true,
        'SA 1 "alice" was added at run time; delete it first',
      ],
      [
        'a name with a blank',
        specify({ spi: 0x1001 }, { name: 'my sa' }),
        'runtime',
        false,
        'name: "my sa" is not a name; use 1-64 letters, digits or . : @ / + - _',
      ],
      [
        'a name of 65 letters',
        specify({ spi: 0x1001 }, { name: 'a'.repeat(65) }),
        'runtime',
        false,
        `name: "${'a'.repeat(65)}" is not a name; use 1-64 letters, digits or . : @ / + - _`,
      ],
      [
        'what the policy refuses',
        specify({ dst: '198.18.8.8' }),
        'runtime',
        true,
        'dst: 198.18.8.8 is not a relay address; use one of [relay] addresses, or add it there',
      ],
      [
        'one too many',
        specify({ spi: 0x1002 }),
        'runtime',
        false,
        'the SAD is full (max-sas = 2); delete SAs or raise max-sas',
      ],
    ];
    for (const [description, specification, origin, replace, sentence] of sentences) {
      it(`refuses ${description}: ${sentence}`, () => {
        const database = makeDatabase(2);
        database.add(specify({}, { name: 'alice' }), 'runtime', NOW);
        database.add(specify({ spi: 0xaaaa0002, src: '198.18.1.1' }), 'config', NOW);
        const before = [...database.entries()].map((entry) => ({ ...entry, ...database.definition(entry) }));
        assert.throws(() => database.add(specification, origin, NOW, replace), new SaRefusal(sentence));
        const after = [...database.entries()].map((entry) => ({ ...entry, ...database.definition(entry) }));
        assert.deepEqual(after, before);
      });
    }

    it('names the required peer and the configuration file in its refusals', () => {
      const database = makeDatabase(2);
      const words = { spi: 0xaaaa0002, src: '198.18.1.1' };
      const { entry } = database.add(specify(words), 'config', NOW);
      const other = specify({ ...words, to: '198.18.2.3' });
      assert.throws(() => database.add(other, 'runtime', NOW), {
        message:
          'an SA for 198.18.9.9 0xaaaa0002 from 198.18.1.1 exists: SA 1, to 198.18.2.2 0x22220001; ' +
          'delete it first, or change it with --replace',
      });
      assert.throws(() => database.add(other, 'runtime', NOW, true), {
        message: 'SA 1 stands in the configuration file; change it there and reload',
      });
      assert.equal(describeSa(entry), 'SA 1');
    });

    it('replaces and keeps id, counters and time of addition; undo brings the old words back', () => {
      let steady = 0;
      const database = makeDatabase(64, 2, () => steady);
      const alice = specify({}, { name: 'alice', lifetimes: hard(60) });
      const { entry } = database.add(alice, 'runtime', NOW);
      count(database, entry, 0, [3, 300, NOW + 1]);
      count(database, entry, 1, [4, 400, NOW + 2]);
      steady = 9;
      const replaced = database.add(specify({ to: '198.18.2.3' }, { name: 'bob' }), 'runtime', NOW + 9, true);
      assert.equal(replaced.outcome, 'replaced');
      assert.equal(replaced.entry, entry);
      assert.deepEqual(
        { ...entry },
        {
          id: 1,
          name: 'bob',
          slot: 1,
          origin: 'runtime',
          addedMs: NOW,
          lifetimes: NO_LIFETIMES,
          expiresMs: 0,
          softExpiresMs: 0,
        },
      );
      assert.deepEqual(plain(database.definition(entry)), plain(define({ to: '198.18.2.3' })));
      const counters = { packets: 7, bytes: 700, lastPacketMs: NOW + 2 };
      assert.deepEqual(database.counters(entry), counters);
      steady = 60_000;
      assert.deepEqual(database.due(NOW + steady, 10), []);
      steady = 50_000;
      replaced.undo();
      assert.equal(entry.name, 'alice');
      assert.deepEqual(plain(database.definition(entry)), plain(define()));
      assert.deepEqual(database.counters(entry), counters);
      steady = 59_999;
      assert.deepEqual(database.due(NOW + steady, 10), []);
      steady = 60_000;
      assert.deepEqual(database.due(NOW + steady, 10), [{ entry, what: 'hard' }]);
    });

    it('starts counters at 0 for the next SA that takes a number over', () => {
      const database = makeDatabase();
      const { entry } = database.add(specify(), 'runtime', NOW);
      count(database, entry, 0, [3, 300, NOW]);
      database.remove(entry, NOW);
      const next = database.add(specify(), 'runtime', NOW).entry;
      assert.equal(next.slot, entry.slot);
      assert.equal(next.id, entry.id + 1);
      assert.deepEqual(database.counters(next), { packets: 0, bytes: 0, lastPacketMs: 0 });
    });
  });

  it('pages through the SAs in the order of their ids', () => {
    const database = makeDatabase(300);
    const entries = Array.from({ length: 250 }, (_, i) => {
      return database.add(specify({ spi: 0x1000 + i }), 'runtime', NOW).entry;
    });
    for (const gone of [1, 7, 100, 250]) database.remove(entries[gone - 1]!, NOW);
    const seen: number[] = [];
    for (let after = 0, more = true; more; ) {
      const page = database.page(after, 60);
      assert.ok(page.entries.length === 60 || !page.more);
      seen.push(...page.entries.map(({ id }) => id));
      after = seen.at(-1)!;
      more = page.more;
    }
    assert.deepEqual(
      seen,
      entries.filter(({ id }) => ![1, 7, 100, 250].includes(id)).map(({ id }) => id),
    );
    assert.deepEqual(database.page(249, 10), { entries: [], more: false });
    assert.deepEqual(database.page(1_000_000, 10), { entries: [], more: false });
  });

  it('restores a durable SA under its id, and gives later ones higher ids', () => {
    let steady = 0;
    const database = makeDatabase(64, 2, () => steady);
    database.nextId = 40;
    const fields = {
      id: 17,
      name: 'alice',
      origin: 'runtime',
      addedMs: 5,
      lifetimes: hard(60),
      expiresMs: NOW + 1,
      softExpiresMs: 0,
    } as const;
    const entry = database.restore(define(), fields, NOW);
    assert.deepEqual({ ...entry }, { ...fields, slot: entry.slot });
    assert.equal(database.nextId, 40);
    steady = 1;
    assert.deepEqual(database.due(NOW + 1, 10), [{ entry, what: 'hard' }]);
    assert.equal(database.add(specify({ spi: 0x1001 }), 'runtime', NOW).entry.id, 40);
    database.restore(define({ spi: 0x1002 }), { ...fields, id: 50 }, NOW);
    assert.equal(database.nextId, 51);
    assert.throws(() => database.restore(define(), fields, NOW), {
      message: /^an SA for 198\.18\.9\.9 0xaaaa0001 exists: SA 17 "alice", to /,
    });
    assert.throws(() => database.restore(define({ spi: 5 }), fields, NOW), {
      message: /^spi: SPI 5 is reserved/,
    });
  });

  it('judges by the policy of the moment', () => {
    const database = makeDatabase();
    assert.equal(database.policy, POLICY);
    database.policy = { role: 'relay', addresses: [parsePrefix('203.0.113.1')] };
    assert.throws(() => database.add(specify(), 'runtime', NOW), SaRefusal);
    database.add(specify({ dst: '203.0.113.1', toSrc: '203.0.113.1' }), 'runtime', NOW);
  });
});

function count(database: SaDatabase, { slot }: SaEntry, worker: number, values: readonly number[]): void {
  database.memory.counters[worker]!.set(values, (slot - 1) * COUNTER_STRIDE);
}

function byNumber(a: number, b: number): number {
  return a - b;
}

function hard(seconds: number): SaLifetimes {
  return { ...NO_LIFETIMES, lifetime: seconds };
}
