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

describe('sad and pipeline under the hammer', () => {
  it('neither mix up nor lose a packet while SAs are changed', async function () {
    this.timeout(LONGEST_MS + 30_000);
    const memory = createSadMemory(512, LOOKUPS.length, 0x5eed);
    const writer = new SadWriter(memory);
    const shared = () => new Int32Array(new SharedArrayBuffer(SAS * 4));
    const common = { memory, begun: shared(), done: shared(), stop: shared(), met: shared() };
    const { begun, done, stop, met } = common;
    const slots = new Int32Array(SAS);
    for (let sa = 0; sa < STABLE; sa++) slots[sa] = writer.insert(entryAt(sa, 0));
    const worlds = LOOKUPS.map(
      (lookup, worker): World => ({ ...common, worker, lookup, verdicts: createVerdictCounters() }),
    );
    const reports = Promise.all(worlds.map(startWorker));
    // A worker that ends in an error must not leave the others running.
    reports.catch(() => Atomics.store(stop, 0, 1));

    const random = randomFrom(7);
    let changes = 0;
    let postponed = 0;
    const begin = performance.now();
    const isEnough = () =>
      performance.now() - begin > DURATION_MS &&
      changes > ENOUGH_CHANGES &&
      Atomics.load(met, RACING) > ENOUGH_MET &&
      Atomics.load(met, UNKNOWN) > ENOUGH_MET;
    while (performance.now() - begin < LONGEST_MS && !isEnough() && Atomics.load(stop, 0) === 0) {
      // The event loop must see a worker that fails.
      await new Promise(setImmediate);
      for (let change = 0; change < 1000; change++) {
        const sa = random() % SAS;
        const step = begun[sa]! + 1;
        if (step > MAX_STEP) continue;
        Atomics.store(begun, sa, step);
        try {
          makeStep(writer, slots, sa, step);
          changes++;
        } catch (error) {
          if (!(error instanceof SadFull)) throw error;
          // Refused while workers hold all reserves; nothing has changed.
          postponed++;
          Atomics.store(begun, sa, step - 1);
          continue;
        }
        Atomics.store(done, sa, step);
      }
    }
    Atomics.store(stop, 0, 1);
    const results = await reports;

    assert.deepEqual(
      results.flatMap(({ wrong }) => wrong),
      [],
    );
    // It was a hammer: many changes, and many packets while one was under way.
    const total = (count: (report: WorkerReport) => number) =>
      results.reduce((sum, report) => sum + count(report), 0);
    const summary = `${changes} changes, ${postponed} postponed, ${total((r) => r.packets)} packets, ${total((r) => r.racingPackets)} of them racing`;
    assert.ok(changes > ENOUGH_CHANGES && total((report) => report.racingPackets) > ENOUGH_MET, summary);
    assert.ok(total((report) => report.unknown) > ENOUGH_MET, summary);

    // Replacing kept the numbers, so the counters of the SAs that existed throughout are complete.
    for (let sa = 0; sa < STABLE; sa++) {
      const at = (slots[sa]! - 1) * COUNTER_STRIDE + COUNTER_PACKETS;
      const counted = memory.counters.map((counters) => counters[at]);
      assert.deepEqual(
        counted,
        results.map(({ forwarded }) => forwarded[sa]),
      );
    }
    const verdicts = totalVerdicts(worlds.map(({ verdicts }) => verdicts)).filter(
      ({ packets }) => packets > 0,
    );
    assert.deepEqual(
      verdicts.map(({ verdict, packets }) => [verdict, packets]),
      [
        ['forward', total((report) => report.packets - report.unknown)],
        ['unknown-spi', total((report) => report.unknown)],
      ],
    );
  });
});

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
