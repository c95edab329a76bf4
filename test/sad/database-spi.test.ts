import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { type AddResult, type SaDatabase, SaRefusal } from '../../src/sad/database.js';
import { QUARANTINE_MS } from '../../src/sad/spi.js';
import { makeDatabase, NOW, specify } from '../model/specification.js';

/** Lets `randomBytes` give these numbers and then random ones, while `action` runs. */
function withRandom<T>(numbers: readonly number[], action: () => T): T {
  const real = crypto.randomBytes;
  const left = [...numbers];
  crypto.randomBytes = ((size: number) => {
    const next = left.shift();
    const bytes = real(size);
    if (next !== undefined) bytes.writeUInt32BE(next);
    return bytes;
  }) as typeof crypto.randomBytes;
  syncBuiltinESMExports();
  try {
    return action();
  } finally {
    crypto.randomBytes = real;
    syncBuiltinESMExports();
  }
}

describe('sad/database, choosing SPIs', () => {
  const spisOf = (database: SaDatabase, { entry }: AddResult) => {
    const { match, emit } = database.definition(entry);
    return [match.spi, emit.spi];
  };

  it('takes none that an SA of that relay address matches, or that any SA emits', () => {
    const database = makeDatabase();
    database.add(specify({ spi: 0x1001, src: '198.18.1.1', toSpi: 0x2001 }), 'runtime', NOW);
    const random = [5, 0x1001, 0x2001, 0x3001, 0x3001, 0x1001, 0x2001, 0x4001];
    const added = withRandom(random, () =>
      database.add(specify({}, { autoSpi: true, toSpi: 'auto' }), 'runtime', NOW),
    );
    assert.deepEqual(spisOf(database, added), [0x3001, 0x4001]);
  });

  it('keeps the SPI chosen before when an SA with --to-spi auto is added again', () => {
    const database = makeDatabase();
    const first = database.add(specify({}, { toSpi: 'auto' }), 'runtime', NOW);
    const again = database.add(specify({}, { toSpi: 'auto' }), 'runtime', NOW);
    assert.equal(again.outcome, 'existed');
    assert.deepEqual(spisOf(database, again), spisOf(database, first));
  });

  it('does not take an SA that preserves its SPI for one that chose it', () => {
    const database = makeDatabase();
    database.add(specify({}, { toSpi: 'same' }), 'runtime', NOW);
    assert.throws(() => database.add(specify({}, { toSpi: 'auto' }), 'runtime', NOW), SaRefusal);
    const replaced = database.add(specify({}, { toSpi: 'auto' }), 'runtime', NOW, true);
    assert.equal(replaced.outcome, 'replaced');
    const [spi, toSpi] = spisOf(database, replaced);
    assert.notEqual(spi, toSpi);
  });

  it('quarantines both SPIs of a deleted SA', () => {
    const database = makeDatabase();
    const { entry } = database.add(specify({ spi: 0x1001, toSpi: 0x2001 }), 'runtime', NOW);
    database.remove(entry, NOW);
    const choose = (nowMs: number) =>
      withRandom([0x1001, 0x2001, 0x3001], () =>
        spisOf(database, database.add(specify({}, { autoSpi: true, toSpi: 'same' }), 'runtime', nowMs)),
      );
    assert.deepEqual(choose(NOW + QUARANTINE_MS - 1), [0x3001, 0x3001]);
    assert.deepEqual(choose(NOW + QUARANTINE_MS), [0x1001, 0x1001]);
  });

  it('quarantines the SPI that a replaced SA emitted', () => {
    const database = makeDatabase();
    database.add(specify({ spi: 0x1001, toSpi: 0x2001 }), 'runtime', NOW);
    database.add(specify({ spi: 0x1001, toSpi: 0x2002 }), 'runtime', NOW, true);
    const added = withRandom([0x2001, 0x3001], () =>
      database.add(specify({}, { autoSpi: true, toSpi: 'same' }), 'runtime', NOW),
    );
    assert.deepEqual(spisOf(database, added), [0x3001, 0x3001]);
  });

  it('chooses a thousand SPIs, no two alike', () => {
    const database = makeDatabase(1000);
    const chosen = new Set<number>();
    for (let i = 0; i < 1000; i++) {
      const added = database.add(specify({}, { autoSpi: true, toSpi: 'auto' }), 'runtime', NOW);
      for (const spi of spisOf(database, added)) chosen.add(spi);
    }
    assert.equal(chosen.size, 2000);
  });
});
