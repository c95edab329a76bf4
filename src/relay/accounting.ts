/** Counts packets and bytes per verdict and per SA. One instance per worker, the only writer of its counters. */
import type { PacketBatch } from '../attachment/batch.js';
import { COUNTER_BYTES, COUNTER_LAST, COUNTER_PACKETS, COUNTER_STRIDE } from '../table/layout.js';
import type { BatchClock } from './batch-clock.js';
import type { VerdictCounters } from './counters.js';
import { FORWARD, HELD, VERDICTS } from './verdict.js';

export class Accounting {
  readonly #saCounters: Float64Array;
  readonly #verdicts: VerdictCounters;
  readonly #clock: BatchClock;

  constructor(saCounters: Float64Array<SharedArrayBuffer>, verdicts: VerdictCounters, clock: BatchClock) {
    this.#clock = clock;
    this.#saCounters = saCounters;
    this.#verdicts = verdicts;
  }

  /** Counts a batch whose packets all went the straight way, once the attachment has marked those it could not send. @param nowMs Unix time, milliseconds */
  countStraight(batch: PacketBatch, nowMs: number): void {
    const verdicts = this.#verdicts;
    const saCounters = this.#saCounters;
    for (let i = 0; i < batch.count; i++) {
      const verdict = batch.verdict[i]!;
      const length = batch.length[i]!;
      verdicts[verdict]! += 1;
      verdicts[VERDICTS.length + verdict]! += length;
      if (verdict === FORWARD) {
        const at = (batch.sa[i]! - 1) * COUNTER_STRIDE;
        saCounters[at + COUNTER_PACKETS]! += 1;
        saCounters[at + COUNTER_BYTES]! += length;
        saCounters[at + COUNTER_LAST] = nowMs;
      }
    }
  }

  /** The same of a batch in which there are others: they may be longer or shorter by now, or still wait. */
  count(batch: PacketBatch, nowMs: number): void {
    const verdicts = this.#verdicts;
    const saCounters = this.#saCounters;
    for (let i = 0; i < batch.count; i++) {
      const verdict = batch.verdict[i]!;
      if (verdict === HELD) continue;
      const length = batch.arrived[i]!;
      verdicts[verdict]! += 1;
      verdicts[VERDICTS.length + verdict]! += length;
      if (verdict === FORWARD) {
        const at = (batch.sa[i]! - 1) * COUNTER_STRIDE;
        saCounters[at + COUNTER_PACKETS]! += 1;
        saCounters[at + COUNTER_BYTES]! += length;
        saCounters[at + COUNTER_LAST] = nowMs;
      }
    }
  }

  /** Counts packets whose fate was decided later than when they came. */
  countLater(verdict: number, packets: number, bytes: number): void {
    this.#verdicts[verdict]! += packets;
    this.#verdicts[VERDICTS.length + verdict]! += bytes;
  }

  /** Counts packets of an SA, apart from their verdict. @param sa its number */
  countSa(sa: number, packets: number, bytes: number): void {
    const at = (sa - 1) * COUNTER_STRIDE;
    this.#saCounters[at + COUNTER_PACKETS]! += packets;
    this.#saCounters[at + COUNTER_BYTES]! += bytes;
    this.#saCounters[at + COUNTER_LAST] = this.#clock.unixMs;
  }
}
