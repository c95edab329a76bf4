/**
 * The agreement of the hammer's threads. Every change of an SA is a step; a step has one number, its
 * generation, which the entry carries three times: in destination, source and SPI as packets leave.
 */
import type { VerdictCounters } from '../../src/relay/counters.js';
import type { SaDefinition } from '../../src/table/definition.js';
import type { SadMemory } from '../../src/table/layout.js';
import { define } from '../model/definition.js';

/** SAs 0 … STABLE - 1 exist throughout and are replaced again and again; the rest come and go. */
export const STABLE = 80;
export const SAS = 256;
/** Generations have 24 bits. */
export const MAX_STEP = Math.floor(0xffffff / SAS);

export interface World {
  readonly memory: SadMemory;
  readonly worker: number;
  readonly lookup: 'probe' | 'map';
  readonly verdicts: VerdictCounters;
  /** Per SA: the leg with which it moves, or -1: it changes alone. */
  readonly legs: Int32Array<SharedArrayBuffer>;
  /** Per SA: the last step that the control thread has begun, and the last that it has done. */
  readonly begun: Int32Array<SharedArrayBuffer>;
  readonly done: Int32Array<SharedArrayBuffer>;
  readonly stop: Int32Array<SharedArrayBuffer>;
  /** Packets that all workers have met so far: {@link RACING} and {@link UNKNOWN} packets. */
  readonly met: Int32Array<SharedArrayBuffer>;
}

/** SAs of each leg that moves: those with the lowest numbers, one leg after the other. */
export const LEG_SIZES = [2, 8, 64] as const;

export const RACING = 0;
export const UNKNOWN = 1;

export interface WorkerReport {
  readonly packets: number;
  /** Packets forwarded by each SA. */
  readonly forwarded: readonly number[];
  readonly unknown: number;
  /** Packets whose SA was being changed meanwhile. */
  readonly racingPackets: number;
  /** The first few faults. */
  readonly wrong: readonly string[];
}

/** SPI as packets for this SA arrive. */
export function spiOf(sa: number): number {
  return Math.imul(sa + 1, 0x9e3779b1) >>> 0;
}

/** Whether the SA exists after this step. */
export function existsAt(sa: number, step: number): boolean {
  return sa < STABLE || step % 2 === 1;
}

export function generationOf(sa: number, step: number): number {
  return step * SAS + sa;
}

export const TO_SPI_BASE = 0x40000000;

export function entryAt(sa: number, step: number): SaDefinition {
  const generation = generationOf(sa, step);
  const digits = [generation >>> 16, (generation >>> 8) & 255, generation & 255].join('.');
  return define({
    spi: spiOf(sa),
    to: `10.${digits}`,
    toSrc: `11.${digits}`,
    toSpi: TO_SPI_BASE + generation,
  });
}
