/** Garbage collections while the pipeline handles many packets, batch 64, 1,000 SAs. Needs --expose-gc; prints its result as JSON. */
import '../../src/relay/inlining.js';
import { PerformanceObserver } from 'node:perf_hooks';
import { createVerdictCounters } from '../../src/relay/counters.js';
import { FORWARD } from '../../src/relay/verdict.js';
import { SadReader } from '../../src/table/reader.js';
import { benchPipeline } from '../pipeline.js';
import { Refill } from './packets.js';
import { fillTable, randomOrder } from './table.js';

export interface CollectionsResult {
  readonly packets: number;
  readonly collections: number;
  /** Bytes by which the heap grew in all. */
  readonly heapGrowth: number;
}

const BATCH = 64;
const PACKETS = 100_000_000;
const WARM_UP_PACKETS = 5_000_000;

const { memory, spis } = fillTable(1000);
const verdicts = createVerdictCounters();
const pipeline = benchPipeline({ memory, lookup: new SadReader(memory, 0, BATCH), verdicts });
const refill = new Refill(BATCH, randomOrder(spis, 1 << 16));

function relay(packets: number): void {
  const { batch } = refill;
  for (let done = 0; done < packets; done += BATCH) {
    refill.refill();
    const nowMs = Date.now();
    pipeline.process(batch, nowMs);
    pipeline.account(batch, nowMs);
  }
}

const beginnings: number[] = [];
const observer = new PerformanceObserver((list) => {
  for (const { startTime } of list.getEntries()) beginnings.push(startTime);
});
observer.observe({ entryTypes: ['gc'] });
relay(WARM_UP_PACKETS);
globalThis.gc!();
const from = performance.now();
const heapBefore = process.memoryUsage().heapUsed;
relay(PACKETS);
const heapGrowth = process.memoryUsage().heapUsed - heapBefore;
const until = performance.now();
if (verdicts[FORWARD] !== WARM_UP_PACKETS + PACKETS) throw new Error('not all packets were forwarded');
// The observer hears of collections later. This last one is after `until`, so that it is not counted.
globalThis.gc!();
while (!beginnings.some((at) => at >= until)) await new Promise((resolve) => setTimeout(resolve, 10));
const collections = beginnings.filter((at) => at >= from && at < until).length;
const result: CollectionsResult = { packets: PACKETS, collections, heapGrowth };
process.stdout.write(JSON.stringify(result));
