/** What the threads that hammer the fragment table agree on. */
import type { FragmentMemory } from '../../src/relay/fragment-memory.js';

export const DATAGRAMS = 48;
/** More than there is room for. */
export const KEYS = 64;
/** Pieces of a datagram, each of {@link PIECE} bytes. */
export const PIECES = 6;
export const PIECE = 256;
/** Bytes of the packets, by piece: a header of three words that says what it is, and data. */
export const SHORTEST = 12;

export interface FragmentWorld {
  readonly memory: FragmentMemory;
  readonly worker: number;
  /** Word 0: stop. Word 1: pieces that came, counted under the lock without Atomics. */
  readonly common: Int32Array<SharedArrayBuffer>;
}

export interface FragmentReport {
  readonly arrived: number;
  readonly held: number;
  readonly taken: number;
  /** Packets of them that another thread had held. */
  readonly takenOfOthers: number;
  readonly completed: number;
  /** Packets by cause of death, then bytes. */
  readonly deaths: readonly number[];
  readonly heldBytes: number;
  readonly takenBytes: number;
  readonly answers: Readonly<Record<'duplicate' | 'overlap' | 'limit', number>>;
  /** What was wrong, the first few. */
  readonly wrong: readonly string[];
}
