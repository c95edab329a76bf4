import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { LatestSources } from '../../src/table/latest-source.js';
import {
  createSadMemory,
  LATEST_SOURCE_WORDS,
  latestSourceCapacity,
  recordCapacity,
} from '../../src/table/layout.js';
import { SadWriter } from '../../src/table/writer.js';
import { define } from '../model/definition.js';
import { NOTED, noteNumber, type SourceWorld, STOP } from './latest-source-worker.js';

const WORKERS = 3;
const SLOTS = 4;
/** Of each; the test ends when there were so many, or after {@link LONGEST_MS}. */
const ENOUGH_READS = 20_000;
const ENOUGH_NOTED = 200_000;
const LONGEST_MS = 60_000;

function sources(maxSas = 64): LatestSources {
  return new LatestSources(createSadMemory(maxSas, 1, 1));
}

function readAll(from: LatestSources, slot: number) {
  return from.read(slot) ? { address: [...from.address], port: from.port } : undefined;
}

describe('table/latest-source', () => {
  it('knows nothing at first, then the latest of each SA', () => {
    const latest = sources();
    for (const slot of [1, 2, 1088]) assert.equal(latest.read(slot), false);
    latest.note(1, 0x20010db8, 0, 0, 1, 4500);
    latest.note(2, -1, -1, -1, -1, 65_535);
    assert.deepEqual(readAll(latest, 1), { address: [0x20010db8, 0, 0, 1], port: 4500 });
    assert.deepEqual(readAll(latest, 2), { address: [-1, -1, -1, -1], port: 65_535 });
    assert.equal(latest.read(3), false);
  });

  it('follows a change of any word, and of the port alone', () => {
    const latest = sources();
    const words: [number, number, number, number] = [1, 2, 3, 4];
    latest.note(1, ...words, 5);
    for (const word of [0, 1, 2, 3] as const) {
      words[word] = 100 + word;
      latest.note(1, ...words, 5);
      assert.deepEqual(readAll(latest, 1), { address: words, port: 5 });
    }
    latest.note(1, ...words, 0);
    assert.deepEqual(readAll(latest, 1), { address: words, port: 0 });
  });

  it('writes nothing when nothing has changed', () => {
    const memory = createSadMemory(64, 1, 1);
    const latest = new LatestSources(memory);
    latest.note(1, 1, 2, 3, 4, 5);
    const before = memory.latestSources.slice();
    latest.note(1, 1, 2, 3, 4, 5);
    assert.deepEqual(memory.latestSources, before);
  });

  it('forgets the SA that shares a place, and never says one’s source for the other', () => {
    const maxSas = 100_000;
    const places = latestSourceCapacity(maxSas);
    assert.ok(places < recordCapacity(maxSas));
    const latest = sources(maxSas);
    latest.note(7, 1, 1, 1, 1, 1);
    latest.note(7 + places, 2, 2, 2, 2, 2);
    assert.equal(latest.read(7), false);
    assert.deepEqual(readAll(latest, 7 + places), { address: [2, 2, 2, 2], port: 2 });
    // Forgetting the one that is displaced leaves the other.
    latest.forget(7);
    assert.equal(latest.read(7 + places), true);
  });

  it('has a place for each SA where there are few', () => {
    for (const maxSas of [1, 64, 4096]) {
      const places = latestSourceCapacity(maxSas);
      assert.equal(places & (places - 1), 0);
      assert.ok(places > recordCapacity(maxSas), `${maxSas}: ${places}`);
      assert.equal(createSadMemory(maxSas, 1, 1).latestSources.length, places * LATEST_SOURCE_WORDS);
    }
  });

  it('leaves a place alone while somebody writes there, and reads nothing from it', () => {
    const memory = createSadMemory(64, 1, 1);
    const latest = new LatestSources(memory);
    latest.note(1, 1, 1, 1, 1, 1);
    const sequence = LATEST_SOURCE_WORDS;
    memory.latestSources[sequence]! |= 1;
    latest.note(1, 2, 2, 2, 2, 2);
    assert.equal(latest.read(1), false);
    memory.latestSources[sequence]! &= ~1;
    assert.deepEqual(readAll(latest, 1), { address: [1, 1, 1, 1], port: 1 });
    latest.note(1, 2, 2, 2, 2, 2);
    assert.deepEqual(readAll(latest, 1), { address: [2, 2, 2, 2], port: 2 });
  });

  it('goes on when the sequence number overflows', () => {
    const memory = createSadMemory(64, 1, 1);
    const latest = new LatestSources(memory);
    memory.latestSources[LATEST_SOURCE_WORDS] = 0x7ffffffe;
    for (let number = 1; number < 4; number++) {
      latest.note(1, number, 0, 0, 0, 0);
      assert.deepEqual(readAll(latest, 1), { address: [number, 0, 0, 0], port: 0 });
    }
    memory.latestSources[LATEST_SOURCE_WORDS] = -2;
    latest.note(1, 9, 0, 0, 0, 0);
    assert.deepEqual(readAll(latest, 1), { address: [9, 0, 0, 0], port: 0 });
    assert.equal(memory.latestSources[LATEST_SOURCE_WORDS], 0);
  });

  it('begins a new SA without a source, though a worker noted the old one’s until nobody could any more', () => {
    const memory = createSadMemory(1, 1, 1);
    const writer = new SadWriter(memory);
    const latest = new LatestSources(memory);
    const first = writer.insert(define());
    latest.note(first, 1, 2, 3, 4, 5);
    writer.replace(first, define({ toSpi: 0x2222ffff }));
    assert.equal(latest.read(first), true);
    let slot = first;
    const slots = new Set<number>();
    // Numbers are given out again when all others were.
    while (!slots.has(slot)) {
      slots.add(slot);
      writer.remove(slot);
      latest.note(slot, 1, 2, 3, 4, 5);
      slot = writer.insert(define());
      assert.equal(latest.read(slot), false, `SA number ${slot}`);
    }
    assert.equal(slot, first);
  });

  it('never reads a torn address while threads write at full speed', async function () {
    this.timeout(LONGEST_MS + 20_000);
    const memory = createSadMemory(64, 1, 1);
    const common = new Int32Array(new SharedArrayBuffer(8));
    const workers = Array.from({ length: WORKERS }, (_, i) => {
      const world: SourceWorld = { memory, from: 1 + i * 1_000_000, slots: SLOTS, common };
      return new Worker(new URL('./latest-source-worker.js', import.meta.url), { workerData: world });
    });
    const ends = Promise.all(workers.map((worker) => once(worker, 'message')));
    ends.catch(() => Atomics.store(common, STOP, 1));
    const latest = new LatestSources(memory);
    const writers = new Set<number>();
    let reads = 0;
    let changes = 0;
    let collisions = 0;
    let before = 0;
    const begin = performance.now();
    const isEnough = () =>
      reads > ENOUGH_READS &&
      changes > ENOUGH_READS / 100 &&
      writers.size === WORKERS &&
      Atomics.load(common, NOTED) > ENOUGH_NOTED;
    while (!isEnough() && performance.now() - begin < LONGEST_MS && Atomics.load(common, STOP) === 0) {
      await new Promise(setImmediate);
      for (let i = 0; i < 1000; i++) {
        const slot = 1 + (i % SLOTS);
        if (!latest.read(slot)) {
          collisions++;
          continue;
        }
        const number = latest.address[0]!;
        const found = [...latest.address, latest.port];
        const expected = [number, ~number, number ^ 0x5555, Math.imul(number, 3), number & 0xffff];
        assert.deepEqual(found, expected);
        assert.equal(1 + (number % SLOTS), slot);
        reads++;
        if (number !== before) changes++;
        before = number;
        writers.add(Math.floor((number - 1) / 1_000_000));
        // The reader of packets is a writer too.
        if (i % 100 === 0) noteNumber(latest, slot, number);
      }
    }
    Atomics.store(common, STOP, 1);
    await ends;
    const summary = JSON.stringify({
      reads,
      changes,
      collisions,
      writers: [...writers],
      noted: common[NOTED],
    });
    assert.ok(isEnough(), summary);
  });
});
