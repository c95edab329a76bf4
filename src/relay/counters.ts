/** Counters of one worker: per worker, in shared memory, summed on read. Float64: exact to 2^53. */
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
  return totals(VERDICTS, workers).map(({ name, packets, bytes }) => ({ verdict: name, packets, bytes }));
}

/** Sums over all verdicts. */
export function sumVerdicts(workers: readonly VerdictCounters[]): { packets: number; bytes: number } {
  const totals = totalVerdicts(workers);
  return {
    packets: totals.reduce((sum, { packets }) => sum + packets, 0),
    bytes: totals.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Packets that the relay makes itself, beside those that it receives. */
export const ORIGINATED = ['fragment', 'icmp-error', 'keepalive'] as const;
/** Not the first piece of a packet that had to be fragmented: that one is the packet's own (RFC 791 §3.2, RFC 8200 §4.5). */
export const ORIGINATED_FRAGMENT = 0;
/** An ICMP error about a packet that was dropped. */
export const ORIGINATED_ICMP_ERROR = 1;
/** A NAT keepalive (RFC 3948 §2.3). */
export const ORIGINATED_KEEPALIVE = 2;

/** One worker's counters: packets of each kind, then bytes of each kind. */
export type OriginatedCounters = Float64Array<SharedArrayBuffer>;

export function createOriginatedCounters(): OriginatedCounters {
  return new Float64Array(new SharedArrayBuffer(ORIGINATED.length * 2 * 8));
}

export interface OriginatedTotal {
  readonly name: string;
  readonly packets: number;
  readonly bytes: number;
}

/** Sums over all threads that originate packets, one per kind in the order of ORIGINATED. */
export function totalOriginated(counters: readonly OriginatedCounters[]): OriginatedTotal[] {
  return totals(ORIGINATED, counters);
}

function totals(names: readonly string[], counters: readonly Float64Array[]): OriginatedTotal[] {
  return names.map((name, at) => ({
    name,
    packets: counters.reduce((sum, one) => sum + one[at]!, 0),
    bytes: counters.reduce((sum, one) => sum + one[names.length + at]!, 0),
  }));
}
