/**
 * Identifications for packets that may be fragmented: many firsts become one source towards a second, and their own
 * identifications would collide there (RFC 6864 §4). Each (source, destination, protocol) has a counter with a random
 * start, shared by all workers and by others with the same hash.
 */
import { randomFillSync } from 'node:crypto';

const COUNTERS = 2048;

/** Structured-cloneable. */
export type IdentificationCounters = Int32Array<SharedArrayBuffer>;

export function createIdentificationCounters(): IdentificationCounters {
  return randomFillSync(new Int32Array(new SharedArrayBuffer(COUNTERS * 4)));
}

export class Identifications {
  readonly #counters: IdentificationCounters;

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
    return Atomics.add(this.#counters, (hash ^ (hash >>> 13)) & (COUNTERS - 1), 1);
  }
}
