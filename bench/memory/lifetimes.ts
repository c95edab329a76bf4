/** The cost of lifetimes in a table of a million SAs. Prints its result as JSON. */
import { LifetimeTimers } from '../../src/sad/lifetimes.js';

export interface LifetimesResult {
  readonly sas: number;
  /** Milliseconds to begin watching them all. */
  readonly watchMs: number;
  readonly rssGrowth: number;
  /** Milliseconds to see that nothing is due. */
  readonly emptyLookMs: number;
  /** Milliseconds of the control thread a second, when every SA carries packets. */
  readonly busySecondMedianMs: number;
  readonly busySecondWorstMs: number;
  readonly ended: number;
  readonly endAllMs: number;
}

const SAS = 1_000_000;
/** As the daemon looks: once a second, in lots. */
const LOT = 4096;
const SECONDS = 100;
const IDLE_SECONDS = 60;

const traffic = { packets: 1, lastPacketMs: 0 };
const timers = new LifetimeTimers(SAS, () => traffic);
let now = 0;

function timed(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

/** Looks at the timers that are due. @returns how many events came of it */
function look(unixMs: number): number {
  let told = 0;
  while (timers.earliest <= now) told += timers.due(now, unixMs, LOT).length;
  return told;
}

const rssBefore = process.memoryUsage.rss();
const watchMs = timed(() => {
  for (let slot = 1; slot <= SAS; slot++) {
    const hard = 3_600_000 + ((Math.imul(slot, 0x9e3779b1) >>> 0) % 3_600_000);
    timers.watch(slot, (slot * IDLE_SECONDS * 1000) / SAS, hard, hard / 2, IDLE_SECONDS);
  }
});
const rssGrowth = process.memoryUsage.rss() - rssBefore;
const emptyLookMs = timed(() => look(0));
// All SAs busy: every idle timer is looked at once a minute, and starts anew.
now = IDLE_SECONDS * 1000;
const seconds: number[] = [];
for (let second = 0; second < SECONDS; second++) {
  now += 1000;
  traffic.packets++;
  traffic.lastPacketMs = now;
  seconds.push(timed(() => look(now)));
}
now = 8_000_000;
let ended = 0;
const endAllMs = timed(() => {
  ended = look(now);
});
seconds.sort((one, other) => one - other);
const result: LifetimesResult = {
  sas: SAS,
  watchMs,
  rssGrowth,
  emptyLookMs,
  busySecondMedianMs: seconds[SECONDS >> 1]!,
  busySecondWorstMs: seconds[SECONDS - 1]!,
  ended,
  endAllMs,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
