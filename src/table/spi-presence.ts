/**
 * How many SAs each of a few hash values of SPIs has: a counting filter (Fan et al., "Summary Cache", 1998, §V). An SPI
 * whose count is 0 belongs to no SA; any other may, and the SAD says. The writer keeps the counts to itself: readers see one
 * bit of each, so that their part fits the caches.
 */
import { addressWord, isIpv4 } from '../wire/address.js';

/** Hash values for each SA that there is room for: of random SPIs, one in eight at most looks like an SA's. */
const PLACES_PER_SA = 8;
const LEAST_BITS = 16;
/** A count that stays: more is not told apart. */
const MOST = 0xff;

/** Multiplier of the hash, 2^32 divided by the golden ratio: SPIs that follow each other lie far apart (Knuth, TAOCP 3, §6.4). */
export const PRESENCE_MULTIPLIER = 0x9e3779b1;

/** How many bits a hash value has in a filter for so many SAs. */
export function presenceBits(maxSas: number): number {
  return Math.max(LEAST_BITS, Math.ceil(Math.log2(maxSas * PLACES_PER_SA)));
}

/** A copy for a program in the kernel, which the SAD's writer keeps. */
export interface FilterMirror {
  /** SPIs that packets arrive with. */
  readonly matched: SpiPresence;
  /** SPIs that they leave with. */
  readonly emitted: SpiPresence;
  /** As `SadMemory.ports`. */
  readonly ports: Uint8Array;
  /** Addresses of firsts and seconds, as {@link addressHashWord} has them: their ESP-in-UDP passes under unknown SPIs too, since the relay learns those, and their IKE has no share with strangers'. */
  readonly sources: SpiPresence;
}

/** @param address 16 bytes @returns IPv4: the address; IPv6: its four words, one XOR the other */
export function addressHashWord(address: Uint8Array): number {
  const word = (at: number) => addressWord(address, at);
  return isIpv4(address) ? word(3) : word(0) ^ word(1) ^ word(2) ^ word(3);
}

export class SpiPresence {
  readonly #bits: Uint8Array;
  readonly #counts: Uint8Array;
  readonly #shift: number;

  /** @param bits zeros: a bit for each hash value, 2 to the power of {@link presenceBits} of them; the readers' part */
  constructor(bits: Uint8Array) {
    this.#bits = bits;
    this.#counts = new Uint8Array(bits.length * 8);
    this.#shift = 32 - Math.log2(this.#counts.length);
  }

  /** To be called before packets may find the SA. @param spi unsigned or signed */
  add(spi: number): void {
    const at = this.#place(spi);
    if (this.#counts[at]! < MOST) this.#counts[at]!++;
    this.#bits[at >>> 3]! |= 1 << (at & 7);
  }

  /** Removes an SPI that was added, once packets no longer find its SA. */
  remove(spi: number): void {
    const at = this.#place(spi);
    if (this.#counts[at]! < MOST) this.#counts[at]!--;
    if (this.#counts[at] === 0) this.#bits[at >>> 3]! &= ~(1 << (at & 7));
  }

  /** False: no SA has this SPI. */
  mayHave(spi: number): boolean {
    const at = this.#place(spi);
    return ((this.#bits[at >>> 3]! >>> (at & 7)) & 1) !== 0;
  }

  #place(spi: number): number {
    return Math.imul(spi, PRESENCE_MULTIPLIER) >>> this.#shift;
  }
}
