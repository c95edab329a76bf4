/** The agreement of the threads that hammer the fragment table. */
import type { FragmentMemory } from '../../../src/relay/fragments/memory.js';

/** Bounds that are all met, whatever the speed: the clock goes by the pieces that have come. */
export const BOUNDS = { memory: 150_000, datagrams: 48, timeoutMs: 600 };

/** A millisecond for each piece, and at times a jump that ends all there is. */
export function clockAt(pieces: number): number {
  return pieces + (pieces >>> 11) * BOUNDS.timeoutMs;
}

/** Datagrams that all threads send pieces of. */
export const KEYS = 40;
/** Pieces of a datagram, each of {@link PIECE} bytes. */
export const PIECES = 6;
export const PIECE = 256;
/** Bytes of the packets, by piece: a header of three words that names the piece, and data. */
export const SHORTEST = 12;

/* Words of the common memory. */
export const STOP = 0;
/** Pieces that came, counted under the lock without Atomics. */
export const ARRIVED = 1;
/** Packets taken that another thread had held. */
export const TAKEN_OF_OTHERS = 2;
export const COMMON_WORDS = 3;

export interface FragmentWorld {
  readonly memory: FragmentMemory;
  readonly worker: number;
  /** Words {@link STOP} and the following. */
  readonly common: Int32Array<SharedArrayBuffer>;
}

export interface FragmentReport {
  readonly arrived: number;
  readonly held: number;
  readonly taken: number;
  readonly completed: number;
  /** Packets by cause of death, then bytes. */
  readonly deaths: readonly number[];
  readonly heldBytes: number;
  readonly takenBytes: number;
  readonly answers: Readonly<Record<'duplicate' | 'overlap' | 'limit', number>>;
  /** The first few faults. */
  readonly wrong: readonly string[];
}
