/**
 * Relays a million packets once warm and prints how the heap grew, as JSON. Needs --expose-gc. Arguments:
 * the path (allocation-paths.ts), the lookup (probe, map); the third, `careless`, lets each packet sent become an object, to show that it would be seen.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { PacketBatch } from '../../src/attachment/batch.js';
import {
  createOriginatedCounters,
  createVerdictCounters,
  totalOriginated,
  totalVerdicts,
} from '../../src/relay/counters.js';
import { relayLoop } from '../../src/relay/loop.js';
import { createSadMemory } from '../../src/table/layout.js';
import { MapCachedReader } from '../../src/table/map-cache.js';
import { SadReader } from '../../src/table/reader.js';
import { SadWriter } from '../../src/table/writer.js';
import { equalAddresses } from '../../src/wire/address.js';
import { makePipeline } from '../model/data-plane.js';
import { MemoryAttachment } from '../support/memory-attachment.js';
import { PATHS } from './allocation-paths.js';

const BATCH = 64;
/** Packets that are measured, and at least as many before that for the compiler. */
const PACKETS = 1_000_000;
/** No rate limits: they would make drops of most. */
const ANY_RATE = 1_000_000_000;

export interface AllocationReport {
  /** Packets of each verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Packets that the relay made itself meanwhile. */
  readonly originated: number;
  /** Bytes by which the heap grew. */
  readonly heapGrowth: number;
  /** Collections that began meanwhile. */
  readonly collections: number;
}

const [pathName, lookupKind, manner] = process.argv.slice(2);
const { sas, role = 'relay', mtu, packets } = PATHS[pathName!]!();
const memory = createSadMemory(sas.length, 1, 1);
const writer = new SadWriter(memory, (address) =>
  sas.some(({ match }) => equalAddresses(match.destination, address)),
);
for (const sa of sas) {
  const slot = writer.insert(sa);
  if (mtu !== undefined) writer.setEgressMtu(slot, mtu);
}
const lookup = lookupKind === 'map' ? new MapCachedReader(memory, 0, BATCH) : new SadReader(memory, 0, BATCH);
const verdicts = createVerdictCounters();
const originated = createOriginatedCounters();
const settings = { icmpRate: ANY_RATE, icmpTranslateRate: ANY_RATE };
const pipeline = makePipeline({ memory, lookup, verdicts, originated, role, settings });
const batch = new PacketBatch(BATCH);
const stop = new Int32Array(1);

function relay(): void {
  // MemoryAttachment makes a view of each packet for an observer.
  const onSent = manner === 'careless' ? () => {} : undefined;
  const rounds = Math.ceil(PACKETS / packets.length);
  const attachment = new MemoryAttachment({ packets, rounds, ...(onSent && { onSent }) });
  relayLoop({ attachment, pipeline, lookup, batch, stop });
}

function counted(): Record<string, number> {
  return Object.fromEntries(totalVerdicts([verdicts]).map(({ verdict, packets }) => [verdict, packets]));
}

function countedOriginated(): number {
  return totalOriginated([originated]).reduce((sum, { packets }) => sum + packets, 0);
}

const beginnings: number[] = [];
const observer = new PerformanceObserver((list) => {
  for (const { startTime } of list.getEntries()) beginnings.push(startTime);
});
observer.observe({ entryTypes: ['gc'] });

relay();
// Errors need the sources of earlier packets, which are known by now.
const before = counted();
const originatedBefore = countedOriginated();
globalThis.gc!();
const from = performance.now();
const heapBefore = process.memoryUsage().heapUsed;
relay();
const heapGrowth = process.memoryUsage().heapUsed - heapBefore;
const until = performance.now();
// The observer hears of collections later. This last one is after `until`, so that it is not counted,
// and shows that the observer works.
globalThis.gc!();
while (!beginnings.some((at) => at >= until)) await new Promise((resolve) => setTimeout(resolve, 10));
const collections = beginnings.filter((at) => at >= from && at < until).length;
const since = Object.entries(counted()).map(
  ([verdict, count]) => [verdict, count - before[verdict]!] as const,
);
const report: AllocationReport = {
  verdicts: Object.fromEntries(since.filter(([, count]) => count > 0)),
  originated: countedOriginated() - originatedBefore,
  heapGrowth,
  collections,
};
console.log(JSON.stringify(report));
