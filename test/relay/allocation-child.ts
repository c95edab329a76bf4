/**
 * Forwards a million packets once warm and prints what that did to the heap, as JSON. Needs --expose-gc.
 * The argument `careless` lets each packet sent become an object, to show that it would be seen.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { PacketBatch } from '../../src/attachment/batch.js';
import { MemoryAttachment } from '../../src/attachment/memory.js';
import { createVerdictCounters } from '../../src/relay/counters.js';
import { relayLoop } from '../../src/relay/loop.js';
import { createSadMemory } from '../../src/sad/layout.js';
import { MapCachedReader } from '../../src/sad/map-cache.js';
import { SadReader } from '../../src/sad/reader.js';
import { SadWriter } from '../../src/sad/writer.js';
import { makePipeline } from '../model/data-plane.js';
import { define } from '../model/definition.js';
import { buildPacket } from '../model/packet.js';

const SAS = 1000;
const BATCH = 64;
/** Times the list of packets is served: a million packets, and enough for the compiler before that. */
const MEASURED_ROUNDS = 1000;
const WARM_ROUNDS = 1000;

export interface AllocationReport {
  readonly forwarded: number;
  /** Bytes by which the heap grew while they were forwarded. */
  readonly heapGrowth: number;
  /** Collections that began meanwhile. */
  readonly collections: number;
}

const [lookupKind, manner] = process.argv.slice(2);
const memory = createSadMemory(SAS, 1, 1);
const writer = new SadWriter(memory);
const packets: Uint8Array[] = [];
for (let i = 0; i < SAS; i++) {
  const spi = Math.imul(i + 1, 0x9e3779b1) >>> 0;
  writer.insert(define({ spi }));
  packets.push(buildPacket({ spi }));
}
const lookup = lookupKind === 'map' ? new MapCachedReader(memory, 0, BATCH) : new SadReader(memory, 0, BATCH);
const verdicts = createVerdictCounters();
const pipeline = makePipeline({ memory, lookup, verdicts });
const batch = new PacketBatch(BATCH);
const stop = new Int32Array(1);

function forward(rounds: number): number {
  // MemoryAttachment makes a view of each packet for whoever wants to see it.
  const onSent = manner === 'careless' ? () => {} : undefined;
  const attachment = new MemoryAttachment({ packets, rounds, ...(onSent && { onSent }) });
  relayLoop({ attachment, pipeline, lookup, batch, stop });
  return attachment.sent;
}

const beginnings: number[] = [];
const observer = new PerformanceObserver((list) => {
  for (const { startTime } of list.getEntries()) beginnings.push(startTime);
});
observer.observe({ entryTypes: ['gc'] });

forward(WARM_ROUNDS);
globalThis.gc!();
const from = performance.now();
const heapBefore = process.memoryUsage().heapUsed;
const forwarded = forward(MEASURED_ROUNDS);
const heapGrowth = process.memoryUsage().heapUsed - heapBefore;
const until = performance.now();
// The observer hears of collections later. This last one is after `until`, so that it is not counted,
// and shows that the observer works.
globalThis.gc!();
while (!beginnings.some((at) => at >= until)) await new Promise((resolve) => setTimeout(resolve, 10));
const collections = beginnings.filter((at) => at >= from && at < until).length;
console.log(JSON.stringify({ forwarded, heapGrowth, collections } satisfies AllocationReport));
