/** Counts what became of packets: per verdict, and per SA. One instance per worker; nobody else writes its counters. */
import type { PacketBatch } from '../attachment/batch.js';
import {
  COUNTER_BYTES,
  COUNTER_LAST,
  COUNTER_PACKETS,
  COUNTER_SOURCE,
  COUNTER_STRIDE,
} from '../sad/layout.js';
import type { VerdictCounters } from './counters.js';
import { FORWARD, HELD, VERDICTS } from './verdict.js';

export class Accounting {
  readonly #saCounters: Float64Array;
  readonly #verdicts: VerdictCounters;

  constructor(saCounters: Float64Array, verdicts: VerdictCounters) {
    this.#saCounters = saCounters;
    this.#verdicts = verdicts;
  }

  /** Counts a batch, after the attachment had its say on what could be sent. @param nowMs Unix time, milliseconds */
  countBatch(batch: PacketBatch, nowMs: number): void {
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
        saCounters[at + COUNTER_SOURCE] = batch.source[i]!;
      }
    }
  }

  /** Counts packets whose fate was decided later than when they came. */
  count(verdict: number, packets: number, bytes: number): void {
    this.#verdicts[verdict]! += packets;
    this.#verdicts[VERDICTS.length + verdict]! += bytes;
  }

  /** @param sa its number @param source as `COUNTER_SOURCE` has it */
  countSa(sa: number, packets: number, bytes: number, source: number, nowMs: number): void {
    const at = (sa - 1) * COUNTER_STRIDE;
    this.#saCounters[at + COUNTER_PACKETS]! += packets;
    this.#saCounters[at + COUNTER_BYTES]! += bytes;
    this.#saCounters[at + COUNTER_LAST] = nowMs;
    this.#saCounters[at + COUNTER_SOURCE] = source;
  }
}
