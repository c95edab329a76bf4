/** Rekeying by hand: a new SA is added, senders go over to it, the old one is deleted, again and again under load. */
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { createVerdictCounters } from '../../src/relay/counters.js';
import { makeDatabase, specify } from '../model/specification.js';
import { type RekeyReport, type RekeyWorld, spiOf, toSpiOf } from './rekey-world.js';

const WORKERS = 3;
/** At least; more where other work keeps threads from running side by side. */
const DURATION_MS = 2000;
const LONGEST_MS = 60_000;
const ENOUGH_ROUNDS = 20;
/** Packets of each worker. */
const ENOUGH_SENT = 10_000;

describe('rekeying by hand while workers relay', () => {
  /** @param waits whether the old SA stays until no sender uses it */
  async function rekey(waits: boolean): Promise<{ rounds: number; reports: RekeyReport[] }> {
    const database = makeDatabase(64, WORKERS);
    const shared = (words: number) => new Int32Array(new SharedArrayBuffer(words * 4));
    const common = {
      memory: database.memory,
      newest: shared(1),
      inUse: shared(WORKERS),
      stop: shared(1),
      sent: shared(WORKERS),
      lost: shared(WORKERS),
    };
    const { newest, inUse, stop, sent, lost } = common;
    const add = (generation: number) =>
      database.add(specify({ spi: spiOf(generation), toSpi: toSpiOf(generation) }, {}), 'runtime', Date.now())
        .entry;
    let current = add(0);
    const reports = Promise.all(
      Array.from({ length: WORKERS }, (_, worker) =>
        startWorker({ ...common, worker, verdicts: createVerdictCounters() }),
      ),
    );
    reports.catch(() => Atomics.store(stop, 0, 1));
    let rounds = 0;
    const begin = performance.now();
    const isOver = () => performance.now() - begin > LONGEST_MS || Atomics.load(stop, 0) !== 0;
    const isEnough = () =>
      performance.now() - begin > DURATION_MS &&
      rounds > ENOUGH_ROUNDS &&
      sent.every((packets) => packets > ENOUGH_SENT) &&
      // Without waiting something is lost sooner or later, and it is seen that it would be.
      (waits || lost.some((packets) => packets > 0));
    while (!isOver() && !isEnough()) {
      const generation = rounds + 1;
      const next = add(generation);
      if (!waits) database.remove(current, Date.now());
      Atomics.store(newest, 0, generation);
      while (inUse.some((used) => used !== generation) && !isOver()) {
        await new Promise(setImmediate);
      }
      if (inUse.some((used) => used !== generation)) break;
      if (waits) database.remove(current, Date.now());
      current = next;
      rounds++;
    }
    Atomics.store(stop, 0, 1);
    return { rounds, reports: await reports };
  }

  const lostOf = (reports: readonly RekeyReport[]) =>
    reports.reduce((sum, { sent, arrived }) => sum + sent - arrived, 0);

  it('loses nothing when the new SA comes before the old one goes', async function () {
    this.timeout(LONGEST_MS + 20_000);
    const { rounds, reports } = await rekey(true);
    assert.ok(rounds > ENOUGH_ROUNDS, `${rounds} rounds`);
    for (const { sent, wrong } of reports) assert.ok(sent > ENOUGH_SENT && wrong === 0, `${sent} ${wrong}`);
    assert.equal(lostOf(reports), 0);
    this.test!.title += ` (${rounds} times)`;
  });

  it('loses packets when the old one goes first: the test would see it', async function () {
    this.timeout(LONGEST_MS + 20_000);
    assert.ok(lostOf((await rekey(false)).reports) > 0);
  });
});

function startWorker(world: RekeyWorld): Promise<RekeyReport> {
  const worker = new Worker(new URL('./rekey-worker.js', import.meta.url), { workerData: world });
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}
