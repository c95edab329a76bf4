/** Several threads send pieces of the same datagrams through one table at full speed. */
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { createFragmentMemory } from '../../src/relay/fragment-memory.js';
import { DEATHS, FragmentTable } from '../../src/relay/fragment-table.js';
import { DATAGRAMS, type FragmentReport, type FragmentWorld } from './fragment-hammer-world.js';

const DURATION_MS = 3000;
const WORKERS = 3;

describe('fragment table under the hammer', () => {
  it('mixes up nothing, and every packet that was held is taken or dies once', async function () {
    this.timeout(60_000);
    const memory = createFragmentMemory({ memory: 131_072, datagrams: DATAGRAMS, timeoutMs: 20 });
    const common = new Int32Array(new SharedArrayBuffer(8));
    const reports = Promise.all(
      Array.from({ length: WORKERS }, (_, worker) => startWorker({ memory, worker, common })),
    );
    // A worker that ends in an error must not leave the others running.
    reports.catch(() => Atomics.store(common, 0, 1));
    const table = new FragmentTable(memory);
    const end = performance.now() + DURATION_MS;
    while (performance.now() < end && Atomics.load(common, 0) === 0) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      // The gauges are never nonsense, though nobody waits for them.
      assert.ok(table.datagrams >= 0 && table.datagrams <= DATAGRAMS, `${table.datagrams}`);
      assert.ok(table.heldBytes >= 0 && table.heldBytes <= 131_072, `${table.heldBytes}`);
    }
    Atomics.store(common, 0, 1);
    const results = await reports;
    assert.deepEqual(
      results.flatMap(({ wrong }) => wrong),
      [],
    );

    const sum = (count: (report: FragmentReport) => number) =>
      results.reduce((total, report) => total + count(report), 0);
    // What waits still is the last to die.
    table.lock();
    table.expire(2 ** 30);
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
      common[1],
      sum((report) => report.arrived),
    );

    // It was a hammer: everything happened, and across threads.
    const summary = JSON.stringify({ results, packets });
    for (const { arrived, completed, takenOfOthers, answers } of results) {
      assert.ok(arrived > 10_000 && completed > 100 && takenOfOthers > 100, summary);
      assert.ok(answers.duplicate > 0 && answers.overlap > 0 && answers.limit > 0, summary);
    }
    assert.ok(Math.min(...packets) > 0, summary);
  });
});

function startWorker(workerData: FragmentWorld): Promise<FragmentReport> {
  const worker = new Worker(new URL('./fragment-hammer-worker.js', import.meta.url), { workerData });
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}
