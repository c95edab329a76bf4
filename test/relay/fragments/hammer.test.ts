/** Several threads send pieces of the same datagrams through one table at full speed. */
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { createFragmentMemory } from '../../../src/relay/fragments/memory.js';
import { DEATHS, FragmentTable } from '../../../src/relay/fragments/table.js';
import {
  ARRIVED,
  BOUNDS,
  COMMON_WORDS,
  clockAt,
  type FragmentReport,
  type FragmentWorld,
  STOP,
  TAKEN_OF_OTHERS,
} from './hammer-world.js';

/** At least; more where other work keeps threads from running side by side. */
const DURATION_MS = 3000;
const LONGEST_MS = 40_000;
const ENOUGH_PIECES = 50_000;
const ENOUGH_OF_OTHERS = 500;
const WORKERS = 3;

describe('fragment table under the hammer', () => {
  it('mixes up nothing, and every packet that was held is taken or dies once', async function () {
    this.timeout(60_000);
    const memory = createFragmentMemory(BOUNDS);
    const common = new Int32Array(new SharedArrayBuffer(COMMON_WORDS * 4));
    const reports = Promise.all(
      Array.from({ length: WORKERS }, (_, worker) => startWorker({ memory, worker, common })),
    );
    // A worker that ends in an error must not leave the others running.
    reports.catch(() => Atomics.store(common, STOP, 1));
    const table = new FragmentTable(memory);
    const begin = performance.now();
    const isEnough = () =>
      performance.now() - begin > DURATION_MS &&
      Atomics.load(common, ARRIVED) > ENOUGH_PIECES &&
      Atomics.load(common, TAKEN_OF_OTHERS) > ENOUGH_OF_OTHERS;
    while (performance.now() - begin < LONGEST_MS && !isEnough() && Atomics.load(common, STOP) === 0) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      // The gauges are never nonsense, though they are read without the lock.
      assert.ok(table.datagrams >= 0 && table.datagrams <= BOUNDS.datagrams, `${table.datagrams}`);
      assert.ok(table.heldBytes >= 0 && table.heldBytes <= BOUNDS.memory, `${table.heldBytes}`);
    }
    Atomics.store(common, STOP, 1);
    const results = await reports;
    assert.deepEqual(
      results.flatMap(({ wrong }) => wrong),
      [],
    );

    const sum = (count: (report: FragmentReport) => number) =>
      results.reduce((total, report) => total + count(report), 0);
    // The packets that still wait are the last to die.
    table.lock();
    table.expire(clockAt(common[ARRIVED]!) + BOUNDS.timeoutMs);
    table.unlock();
    assert.deepEqual([table.datagrams, table.heldBytes], [0, 0]);
    const deaths = Array.from(table.deaths, (last, place) => last + sum((report) => report.deaths[place]!));
    const [packets, bytes] = [deaths.slice(0, DEATHS), deaths.slice(DEATHS)];
    const total = (values: number[]) => values.reduce((a, b) => a + b);
    assert.equal(
      sum((report) => report.held),
      sum((report) => report.taken) + total(packets),
    );
    assert.equal(
      sum((report) => report.heldBytes),
      sum((report) => report.takenBytes) + total(bytes),
    );
    // The lock keeps all others out: no addition to a plain word got lost.
    assert.equal(
      common[ARRIVED],
      sum((report) => report.arrived),
    );

    // It was a hammer: everything happened, and across threads.
    const summary = JSON.stringify({ results, deaths, ofOthers: common[TAKEN_OF_OTHERS] });
    assert.ok(common[ARRIVED]! > ENOUGH_PIECES && common[TAKEN_OF_OTHERS]! > ENOUGH_OF_OTHERS, summary);
    assert.ok(sum(({ completed }) => completed) > 500, summary);
    assert.ok(sum(({ answers }) => Math.min(answers.duplicate, answers.overlap, answers.limit)) > 0, summary);
    assert.ok(Math.min(...packets) > 100, summary);
  });
});

function startWorker(workerData: FragmentWorld): Promise<FragmentReport> {
  const worker = new Worker(new URL('./hammer-worker.js', import.meta.url), { workerData });
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}
