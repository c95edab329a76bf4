/** Verdict counters: per worker, in shared memory, summed on read. Float64: exact to 2^53. */
import { VERDICTS } from './verdict.js';

/** One worker's counters: packets of each verdict, then bytes of each verdict. */
export type VerdictCounters = Float64Array<SharedArrayBuffer>;

export function createVerdictCounters(): VerdictCounters {
  return new Float64Array(new SharedArrayBuffer(VERDICTS.length * 2 * 8));
}

export interface VerdictTotal {
  readonly verdict: string;
  readonly packets: number;
  readonly bytes: number;
}

/** Sums over all workers, one per verdict in the order of VERDICTS. */
export function totalVerdicts(workers: readonly VerdictCounters[]): VerdictTotal[] {
  return VERDICTS.map((verdict, at) => ({
    verdict,
    packets: workers.reduce((sum, counters) => sum + counters[at]!, 0),
    bytes: workers.reduce((sum, counters) => sum + counters[VERDICTS.length + at]!, 0),
  }));
}
