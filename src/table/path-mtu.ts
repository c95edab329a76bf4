/**
 * Path MTUs on the control thread, in bytes: the route's, and the time since which a record has a smaller one
 * that a worker learnt from ICMP errors (RFC 1191 §6.3, RFC 8201 §4).
 */
import { MTU_UNKNOWN } from './layout.js';

/** How long a learnt path MTU holds, seconds. */
export const LEARNED_MTU_SECONDS = 600;

export class PathMtus {
  readonly #route: Uint16Array;
  /** SA number to the time when its learnt MTU was first seen. */
  readonly #learnedSince = new Map<number, number>();

  constructor(capacity: number) {
    this.#route = new Uint16Array(capacity + 1).fill(MTU_UNKNOWN);
  }

  setRoute(slot: number, bytes: number): void {
    this.#route[slot] = bytes;
  }

  route(slot: number): number {
    return this.#route[slot]!;
  }

  /** Whether the MTU in the record was learnt, and is not the route's. */
  isLearned(slot: number, recorded: number): boolean {
    return recorded < this.#route[slot]!;
  }

  /** @returns the MTU for the record from now on */
  age(slot: number, recorded: number, nowSeconds: number): number {
    if (!this.isLearned(slot, recorded)) {
      this.#learnedSince.delete(slot);
      return this.#route[slot]!;
    }
    const since = this.#learnedSince.get(slot);
    if (since === undefined) this.#learnedSince.set(slot, nowSeconds);
    if (since === undefined || nowSeconds - since < LEARNED_MTU_SECONDS) return recorded;
    this.#learnedSince.delete(slot);
    return this.#route[slot]!;
  }

  forget(slot: number): void {
    this.#route[slot] = MTU_UNKNOWN;
    this.#learnedSince.delete(slot);
  }
}
