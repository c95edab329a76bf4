/** Choosing SPIs: uniformly random, unique, and not again soon after release. */
import { randomBytes } from 'node:crypto';
import { FIRST_UNRESERVED_SPI } from '../wire/protocol.js';

/** How long a released SPI is not chosen again: packets and peers may still know it. */
export const QUARANTINE_MS = 10 * 60_000;
const MAX_QUARANTINED = 1_048_576;

export class SpiAllocator {
  readonly #random: () => number;
  /** Released SPIs and when they may return, oldest first (a Map keeps the order of insertion). */
  readonly #quarantined = new Map<number, number>();

  /** @param random a 32-bit number, 0–0xffffffff; for tests */
  constructor(random: () => number = () => randomBytes(4).readUInt32BE()) {
    this.#random = random;
  }

  /**
   * A random SPI within 0x00000100–0xffffffff for which `taken` says no and that is not in quarantine.
   * @param nowMs Unix time, milliseconds
   */
  choose(taken: (spi: number) => boolean, nowMs: number): number {
    this.#forget(nowMs);
    for (;;) {
      const spi = this.#random();
      if (spi >= FIRST_UNRESERVED_SPI && !this.#quarantined.has(spi) && !taken(spi)) return spi;
    }
  }

  /** Puts an SPI that is no longer used in quarantine. */
  release(spi: number, nowMs: number): void {
    this.#quarantined.delete(spi);
    this.#quarantined.set(spi, nowMs + QUARANTINE_MS);
    if (this.#quarantined.size > MAX_QUARANTINED) this.#dropOldest();
  }

  #forget(nowMs: number): void {
    for (const [, until] of this.#quarantined) {
      if (until > nowMs) return;
      this.#dropOldest();
    }
  }

  #dropOldest(): void {
    this.#quarantined.delete(this.#quarantined.keys().next().value!);
  }
}
