/**
 * Identifications for packets that may be fragmented: many firsts become one source towards a second, and their own
 * identifications would collide there (RFC 6864 §4). Each (source, destination, protocol) has a counter with a random
 * start, shared by all workers and by others with the same hash. A worker takes them in blocks, since an atomic
 * operation for each packet costs a tenth of forwarding it.
 */
import { randomFillSync } from 'node:crypto';
import { IDENTIFICATION_WORDS } from '../table/layout.js';

/** A counter is the first of two words, since the fast path in the kernel has no atomic operation on one. */
const WORDS = 2;
/** A power of two. */
export const COUNTERS = IDENTIFICATION_WORDS / WORDS;
/** Identifications that a worker takes at once, a power of two. */
export const BLOCK = 16;

/** Structured-cloneable. */
export type IdentificationCounters = Int32Array<SharedArrayBuffer>;

/** @param counters {@link IDENTIFICATION_WORDS} words that become the counters */
export function createIdentificationCounters(
  counters: IdentificationCounters = new Int32Array(new SharedArrayBuffer(IDENTIFICATION_WORDS * 4)),
): IdentificationCounters {
  randomFillSync(counters);
  for (let word = 0; word < counters.length; word++) counters[word]! &= -BLOCK;
  return counters;
}

export class Identifications {
  readonly #counters: IdentificationCounters;
  /** The next identification of each counter; a multiple of {@link BLOCK}: a new block is needed. */
  readonly #next = new Int32Array(COUNTERS);

  constructor(counters: IdentificationCounters) {
    this.#counters = counters;
  }

  /**
   * @param source last word of the address, or any one word that tells it apart @param destination likewise
   * @returns 32 bits as a signed number; IPv4 takes the lower 16
   */
  next(source: number, destination: number, protocol: number): number {
    let hash = Math.imul(source ^ (protocol << 24), 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ destination, 0x85ebca6b);
    const place = (hash ^ (hash >>> 13)) & (COUNTERS - 1);
    let next = this.#next[place]!;
    if ((next & (BLOCK - 1)) === 0) next = Atomics.add(this.#counters, place * WORDS, BLOCK);
    this.#next[place] = next + 1;
    return next;
  }
}
