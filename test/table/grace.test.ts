/** Records that a worker may still read are not reused; the others are. */
import assert from 'node:assert/strict';
import type { SaDefinition } from '../../src/table/definition.js';
import {
  C_EPOCH,
  C_REGION,
  COUNTER_STRIDE,
  createSadMemory,
  R_SLOT,
  R_SOURCE,
  RECORD_WORDS,
  type SadMemory,
} from '../../src/table/layout.js';
import { MapCachedReader } from '../../src/table/map-cache.js';
import { Epochs, NumberPool } from '../../src/table/pool.js';
import { NOT_FOUND, type SadLookup, SadReader } from '../../src/table/reader.js';
import { SadFull, SadWriter } from '../../src/table/writer.js';
import { parseAddress } from '../../src/wire/address.js';
import { define, plain } from '../model/definition.js';
import { lookupAll, type Query } from '../model/sad.js';

const queryFor = ({ match }: SaDefinition): Query => ({
  ...match,
  source: parseAddress('198.18.1.1'),
  sourcePort: 0,
});
const A = define({ spi: 0xa000 });
const B = define({ spi: 0xb000, toSrc: '198.18.9.11' });
const C = define({ spi: 0xc000, toSrc: '198.18.9.12' });

describe('sad grace period', () => {
  let memory: SadMemory;
  let writer: SadWriter;
  let reader: SadLookup;
  /** A second look that does not hold the first worker's place. */
  let onlooker: SadLookup;

  beforeEach(() => {
    memory = createSadMemory(512, 2, 1);
    writer = new SadWriter(memory);
    reader = new SadReader(memory, 0, 1);
    onlooker = new SadReader(memory, 1, 1);
  });

  const recordOf = (sa: SaDefinition): number => {
    const [record] = lookupAll(onlooker, [queryFor(sa)]);
    onlooker.leave();
    return record!;
  };
  const words = (record: number): number[] => [...memory.records.subarray(record, record + RECORD_WORDS)];

  it('keeps a deleted record, its source address and its number until the worker starts another batch', () => {
    const slot = writer.insert(A);
    const [record] = lookupAll(reader, [queryFor(A)]);
    const before = words(record!);
    const source = memory.records[record! + R_SOURCE]! << 2;
    const address = [...memory.addresses.subarray(source, source + 4)];
    writer.remove(slot);
    const slotB = writer.insert(B);
    assert.notEqual(recordOf(B), record);
    assert.notEqual(slotB, slot);
    assert.deepEqual(words(record!), before);
    assert.deepEqual([...memory.addresses.subarray(source, source + 4)], address);

    reader.enter();
    const slotC = writer.insert(C);
    assert.equal(recordOf(C), record);
    assert.equal(slotC, slot);
    assert.equal(memory.records[record! + R_SOURCE]! << 2, source);
  });

  it('reuses at once what no worker holds', () => {
    const slot = writer.insert(A);
    const record = recordOf(A);
    lookupAll(reader, [queryFor(A)]);
    reader.leave();
    writer.remove(slot);
    assert.equal(writer.insert(B), slot);
    assert.equal(recordOf(B), record);
  });

  it('swaps the record of a replaced SA, and keeps its number', () => {
    const slot = writer.insert(A);
    const [record] = lookupAll(reader, [queryFor(A)]);
    const before = words(record!);
    writer.replace(slot, define({ spi: 0xa000, toSpi: 0x2222aaaa, to: '198.18.2.9' }));
    assert.notEqual(recordOf(A), record);
    assert.deepEqual(words(record!), before);
    assert.equal(memory.records[recordOf(A) + R_SLOT], slot);
  });

  it('starts an SA that takes over a number with counters of 0', () => {
    const slot = writer.insert(A);
    const at = (slot - 1) * COUNTER_STRIDE;
    for (const counters of memory.counters) counters.fill(5, at, at + COUNTER_STRIDE + 1);
    writer.remove(slot);
    assert.equal(writer.insert(B), slot);
    for (const counters of memory.counters) {
      assert.deepEqual([...counters.subarray(at, at + COUNTER_STRIDE + 1)], [0, 0, 0, 0, 5]);
    }
  });

  it('says that the reserve is used up while a worker is stuck, waits for it, and recovers', () => {
    const slot = writer.insert(A);
    reader.enter();
    const replaceMany = (times: number) => {
      for (let time = 0; time < times; time++) writer.replace(slot, A);
    };
    replaceMany(511 + 1024);
    const sentence = 'the SAD has no free entry until packets in flight are done; try again in a moment';
    const start = performance.now();
    assert.throws(() => replaceMany(1), new SadFull(sentence));
    assert.ok(performance.now() - start >= 150, 'gave the worker no time');
    assert.deepEqual(plain(writer.definition(slot)), plain(A));
    reader.leave();
    replaceMany(5000);
    assert.deepEqual(plain(writer.definition(slot)), plain(A));
    assert.equal(writer.insert(B) > 0, true);
  });

  it('does not overwrite an index region that a worker still probes', () => {
    const slots: number[] = [];
    let spi = 0x10000;
    const fill = () => slots.push(writer.insert(define({ spi: spi++ })));
    const turnOver = () => {
      writer.remove(slots.shift()!);
      fill();
    };
    const turnOverUntil = (done: () => boolean) => {
      while (!done()) turnOver();
    };
    const region = () => memory.control[C_REGION];
    const words = memory.index.length / 2;
    while (slots.length < 512) fill();
    turnOverUntil(() => region() === words);
    for (let change = 0; change < 600; change++) turnOver();
    assert.equal(region(), words);
    reader.enter();
    turnOverUntil(() => region() === 0);
    const held = memory.index.slice(words);
    // Now the writer wants the region back that the worker still probes: it waits for a while, then does without.
    let waits = 0;
    turnOverUntil(() => {
      const start = performance.now();
      turnOver();
      if (performance.now() - start >= 150) waits++;
      return waits === 3;
    });
    assert.equal(region(), 0);
    assert.deepEqual(memory.index.slice(words), held);
    reader.leave();
    turnOver();
    assert.equal(region(), words);
  });

  describe('MapCachedReader', () => {
    const realLoad = Atomics.load;
    afterEach(() => {
      Atomics.load = realLoad;
    });

    // Whatever the writer does between two steps of enter(), a record cached in that batch must not
    // outlive the deletion.
    for (let step = 0; step < 3; step++) {
      it(`forgets a deleted SA, though the writer came in before load ${step} of enter()`, () => {
        const region = rebuildWith(A);
        const cached = new MapCachedReader(memory, 0, 1);
        let loads = 0;
        Atomics.load = ((array: Int32Array, at: number) => {
          if (array === memory.control && (at === C_EPOCH || at === C_REGION) && loads++ === step) {
            Atomics.load = realLoad;
            region();
          }
          return realLoad(array, at);
        }) as typeof Atomics.load;
        lookupAll(cached, [queryFor(A)]);
        assert.equal(Atomics.load, realLoad, 'enter() has fewer steps');
        assert.deepEqual(lookupAll(cached, [queryFor(A)]), [NOT_FOUND]);
      });
    }

    /** Fills the table so that the next insertion rebuilds the index. @returns a function that makes it do so, and deletes `sa` */
    function rebuildWith(sa: SaDefinition): () => void {
      const slot = writer.insert(sa);
      const slots: number[] = [];
      for (let i = 0; i < 511; i++) slots.push(writer.insert(define({ spi: 0x10000 + i })));
      const turnOver = (spi: number) => {
        writer.remove(slots.shift()!);
        slots.push(writer.insert(define({ spi })));
      };
      return () => {
        const before = memory.control[C_REGION];
        for (let spi = 0x20000; memory.control[C_REGION] === before; spi++) turnOver(spi);
        writer.remove(slot);
      };
    }
  });
});

describe('table/pool', () => {
  const control = () => {
    const words = createSadMemory(1, 2, 0).control;
    return { words, epochs: new Epochs(words, 2) };
  };

  it('gives out each number once, and none twice', () => {
    const pool = new NumberPool(3, control().epochs);
    assert.deepEqual([pool.take(), pool.take(), pool.take(), pool.take()], [1, 2, 3, 0]);
    pool.giveBack(2);
    assert.deepEqual([pool.take(), pool.take()], [2, 0]);
  });

  it('compares epochs across their wrap at 2^31, and skips the one that means idle', () => {
    const { words, epochs } = control();
    words[C_EPOCH] = 0x7fffffff;
    const workerAt = 16;
    words[workerAt] = 0x7fffffff;
    const wrapped = epochs.advance();
    assert.equal(wrapped, -0x80000000);
    assert.equal(epochs.passed(wrapped), false);
    words[workerAt] = wrapped;
    assert.equal(epochs.passed(wrapped), true);
    words[C_EPOCH] = -1;
    assert.equal(epochs.advance(), 1);
  });
});
