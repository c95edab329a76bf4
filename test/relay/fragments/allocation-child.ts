/**
 * A flood of a million fragments once warm, with a quick datagram between them at every tenth; prints how
 * the heap grew, as JSON. Needs --expose-gc.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { HEADROOM, PacketBatch } from '../../../src/attachment/batch.js';
import { createFragmentMemory } from '../../../src/relay/fragments/memory.js';
import { COLLECT, DEATHS, FragmentTable } from '../../../src/relay/fragments/table.js';

const FRAGMENTS = 1_000_000;

export interface FragmentAllocationReport {
  readonly held: number;
  readonly died: number;
  readonly completed: number;
  /** Bytes by which the heap, and buffers outside it, grew meanwhile. */
  readonly heapGrowth: number;
  readonly bufferGrowth: number;
  /** Collections that began meanwhile. */
  readonly collections: number;
}

const table = new FragmentTable(
  createFragmentMemory({ memory: 1_048_576, datagrams: 1024, timeoutMs: 1000 }),
);
const batch = new PacketBatch(64);
const waited = new PacketBatch(1);
const counts = { held: 0, died: 0, completed: 0 };

function arrive(id: number, piece: number, more: boolean, nowMs: number): number {
  const offset = piece * 1480;
  return table.arrive(17, id & 0xffff, 0, 0, 0xffff, id, 0, 0, 0xffff, 1, offset, 1480, more, nowMs);
}

function hold(entry: number, i: number): void {
  if (table.hold(entry, batch.bytes, HEADROOM + (i & 63) * 2048, 1500)) counts.held++;
}

function countDeaths(): void {
  for (let cause = 0; cause < DEATHS; cause++) {
    counts.died += table.deaths[cause]!;
    table.deaths[cause] = 0;
    table.deaths[DEATHS + cause] = 0;
  }
}

function flood(fragments: number, from: number): void {
  counts.held = 0;
  counts.died = 0;
  counts.completed = 0;
  for (let i = from; i < from + fragments; i++) {
    // In the first half the timeout ends them, in the second the bounds.
    const nowMs = i < from + fragments / 2 ? i << 1 : (from + fragments) << 1;
    table.lock();
    hold(arrive(i, 1, true, nowMs), i);
    if (i % 10 === 0) {
      hold(arrive(-1, 1, false, nowMs), i);
      const entry = arrive(-1, 0, true, nowMs);
      table.decide(entry, COLLECT);
      while (table.take(entry, waited.bytes, HEADROOM) > 0) counts.held--;
      if (table.isComplete(entry)) counts.completed++;
      table.forget(entry);
    }
    countDeaths();
    table.unlock();
  }
  table.lock();
  table.expire(((from + fragments) << 1) + 1000);
  countDeaths();
  table.unlock();
}

const beginnings: number[] = [];
const observer = new PerformanceObserver((list) => {
  for (const { startTime } of list.getEntries()) beginnings.push(startTime);
});
observer.observe({ entryTypes: ['gc'] });

flood(FRAGMENTS / 2, 0);
globalThis.gc!();
const from = performance.now();
const before = process.memoryUsage();
flood(FRAGMENTS, FRAGMENTS);
const after = process.memoryUsage();
const until = performance.now();
// The observer hears of collections later; this last one is after `until` and shows that it works.
globalThis.gc!();
while (!beginnings.some((at) => at >= until)) await new Promise((resolve) => setTimeout(resolve, 10));
console.log(
  JSON.stringify({
    ...counts,
    heapGrowth: after.heapUsed - before.heapUsed,
    bufferGrowth: after.arrayBuffers - before.arrayBuffers,
    collections: beginnings.filter((at) => at >= from && at < until).length,
  } satisfies FragmentAllocationReport),
);
