/**
 * SAs are replaced, added and deleted without pause while workers relay at full speed. Each packet must be
 * wholly of an entry that was there while it was relayed, and none of an SA that exists throughout is lost.
 */
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { createVerdictCounters, totalVerdicts } from '../../src/relay/counters.js';
import { COUNTER_PACKETS, COUNTER_STRIDE, createSadMemory } from '../../src/table/layout.js';
import { SadFull, SadWriter } from '../../src/table/writer.js';
import { randomFrom } from '../model/random.js';
import {
  entryAt,
  existsAt,
  LEG_SIZES,
  MAX_STEP,
  RACING,
  SAS,
  STABLE,
  UNKNOWN,
  type WorkerReport,
  type World,
} from './hammer-world.js';

/** At least; more where other work keeps threads from running side by side. */
const DURATION_MS = 5000;
const LONGEST_MS = 90_000;
const ENOUGH_CHANGES = 20_000;
/** Packets while their SA was being changed, and packets of SAs that did not exist. */
const ENOUGH_MET = 1000;
const LOOKUPS = ['probe', 'map', 'probe'] as const;

/** Workers that relay while the writer changes SAs. */
class Hammer {
  readonly memory = createSadMemory(512, LOOKUPS.length, 0x5eed);
  readonly writer = new SadWriter(this.memory);
  readonly slots = new Int32Array(SAS);
  readonly common = {
    memory: this.memory,
    legs: shared().fill(-1),
    begun: shared(),
    done: shared(),
    stop: shared(),
    met: shared(),
  };
  readonly worlds: World[] = [];
  changes = 0;
  /** Refused while workers hold all reserves; then nothing has changed. */
  postponed = 0;

  /** @param change picks SAs and changes them; @param enough which of {@link RACING} and {@link UNKNOWN} must have been met often */
  async run(change: () => void, enough: readonly number[]): Promise<WorkerReport[]> {
    const { memory, stop, met } = this.common;
    for (let sa = 0; sa < STABLE; sa++) this.slots[sa] = this.writer.insert(entryAt(sa, 0));
    for (const [worker, lookup] of LOOKUPS.entries())
      this.worlds.push({ ...this.common, worker, lookup, verdicts: createVerdictCounters() });
    const reports = Promise.all(this.worlds.map(startWorker));
    // A worker that ends in an error must not leave the others running.
    reports.catch(() => Atomics.store(stop, 0, 1));
    const begin = performance.now();
    const isEnough = () =>
      performance.now() - begin > DURATION_MS &&
      this.changes > ENOUGH_CHANGES &&
      enough.every((what) => Atomics.load(met, what) > ENOUGH_MET);
    while (performance.now() - begin < LONGEST_MS && !isEnough() && Atomics.load(stop, 0) === 0) {
      // The event loop must see a worker that fails.
      await new Promise(setImmediate);
      for (let turn = 0; turn < 1000; turn++) change();
    }
    Atomics.store(stop, 0, 1);
    const results = await reports;
    assert.deepEqual(
      results.flatMap(({ wrong }) => wrong),
      [],
    );
    // It was a hammer: many changes, and many packets while one was under way.
    const summary = `${this.changes} changes, ${this.postponed} postponed, ${sum(results, (r) => r.packets)} packets, ${sum(results, (r) => r.racingPackets)} of them racing`;
    assert.ok(isEnough(), summary);
    // Replacing kept the numbers, so the counters of the SAs that existed throughout are complete.
    for (let sa = 0; sa < STABLE; sa++) {
      const at = (this.slots[sa]! - 1) * COUNTER_STRIDE + COUNTER_PACKETS;
      assert.deepEqual(
        memory.counters.map((counters) => counters[at]),
        results.map(({ forwarded }) => forwarded[sa]),
      );
    }
    return results;
  }

  /** Begins a step of these SAs, makes it, and says that it is done; unless the table is busy. */
  step(sas: readonly number[], make: (step: number) => void): void {
    const { begun, done } = this.common;
    const step = begun[sas[0]!]! + 1;
    if (step > MAX_STEP) return;
    for (const sa of sas) Atomics.store(begun, sa, step);
    try {
      make(step);
      this.changes += sas.length;
    } catch (error) {
      if (!(error instanceof SadFull)) throw error;
      this.postponed++;
      for (const sa of sas) Atomics.store(begun, sa, step - 1);
      return;
    }
    for (const sa of sas) Atomics.store(done, sa, step);
  }
}

describe('sad and pipeline under the hammer', function () {
  this.timeout(LONGEST_MS + 30_000);

  it('neither mix up nor lose a packet while SAs are changed', async () => {
    const hammer = new Hammer();
    const random = randomFrom(7);
    const results = await hammer.run(() => {
      const sa = random() % SAS;
      hammer.step([sa], (step) => makeStep(hammer.writer, hammer.slots, sa, step));
    }, [RACING, UNKNOWN]);
    const verdicts = totalVerdicts(hammer.worlds.map(({ verdicts }) => verdicts)).filter(
      ({ packets }) => packets > 0,
    );
    assert.deepEqual(
      verdicts.map(({ verdict, packets }) => [verdict, packets]),
      [
        ['forward', sum(results, (report) => report.packets - report.unknown)],
        ['unknown-spi', sum(results, (report) => report.unknown)],
      ],
    );
  });

  it(`once a packet has met a leg's move, none meets the leg as it was (legs with ${LEG_SIZES.join(', ')} SAs)`, async () => {
    const hammer = new Hammer();
    const random = randomFrom(8);
    let next = 0;
    const legs = LEG_SIZES.map((size) => Array.from({ length: size }, () => next++));
    for (const [leg, sas] of legs.entries()) for (const sa of sas) hammer.common.legs[sa] = leg;
    await hammer.run(() => {
      const sas = legs[random() % legs.length]!;
      hammer.step(sas, (step) =>
        hammer.writer.replaceAll(sas.map((sa) => ({ slot: hammer.slots[sa]!, sa: entryAt(sa, step) }))),
      );
    }, [RACING]);
  });
});

function shared(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(SAS * 4));
}

function sum(reports: readonly WorkerReport[], count: (report: WorkerReport) => number): number {
  return reports.reduce((total, report) => total + count(report), 0);
}

/** Replaces, adds or deletes. */
function makeStep(writer: SadWriter, slots: Int32Array, sa: number, step: number): void {
  const existed = step > 0 && existsAt(sa, step - 1);
  if (!existsAt(sa, step)) writer.remove(slots[sa]!);
  else if (existed) writer.replace(slots[sa]!, entryAt(sa, step));
  else slots[sa] = writer.insert(entryAt(sa, step));
}

function startWorker(world: World): Promise<WorkerReport> {
  const worker = new Worker(new URL('./hammer-worker.js', import.meta.url), { workerData: world });
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}
