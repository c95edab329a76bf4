/** The agreement of the rekey test and its threads. */
import type { VerdictCounters } from '../../src/relay/counters.js';
import type { SadMemory } from '../../src/table/layout.js';

export interface RekeyWorld {
  readonly memory: SadMemory;
  readonly worker: number;
  readonly verdicts: VerdictCounters;
  /** One word: the newest SA that senders may use. */
  readonly newest: Int32Array<SharedArrayBuffer>;
  /** Per worker: the SA that its packets are of. */
  readonly inUse: Int32Array<SharedArrayBuffer>;
  readonly stop: Int32Array<SharedArrayBuffer>;
  /** Per worker: packets sent so far, and how many of them did not arrive. */
  readonly sent: Int32Array<SharedArrayBuffer>;
  readonly lost: Int32Array<SharedArrayBuffer>;
}

export interface RekeyReport {
  sent: number;
  arrived: number;
  /** Arrived with an SPI of another SA. */
  wrong: number;
}

export const spiOf = (generation: number) => 0xa0000000 + generation;
export const toSpiOf = (generation: number) => 0xb0000000 + generation;
