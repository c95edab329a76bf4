/**
 * How many SAs each of a few hash values of SPIs has: a counting filter (Fan et al., "Summary Cache", 1998, §V). An SPI
 * whose count is 0 belongs to no SA; any other may, and the SAD says. One writer; readers look at single bytes.
 */

/** Bytes for each SA that there is room for: of random SPIs, one in eight at most looks like an SA's. */
const BYTES_PER_SA = 8;
const LEAST_BITS = 16;
/** A count that stays: more is not told apart. */
const MOST = 0xff;

/** Multiplier of the hash, 2^32 divided by the golden ratio: SPIs that follow each other lie far apart (Knuth, TAOCP 3, §6.4). */
export const PRESENCE_MULTIPLIER = 0x9e3779b1;

/** How many bits a hash value has in a filter for so many SAs. */
export function presenceBits(maxSas: number): number {
  return Math.max(LEAST_BITS, Math.ceil(Math.log2(maxSas * BYTES_PER_SA)));
}

/** A copy for a program in the kernel, which the SAD's writer keeps. */
export interface FilterMirror {
  /** SPIs that packets arrive with. */
  readonly matched: SpiPresence;
  /** SPIs that they leave with. */
  readonly emitted: SpiPresence;
  /** As `SadMemory.ports`. */
  readonly ports: Uint8Array;
}

export class SpiPresence {
  readonly #counts: Uint8Array;
  readonly #shift: number;

  /** @param counts zeros, 2 to the power of {@link presenceBits} of them */
  constructor(counts: Uint8Array) {
    this.#counts = counts;
    this.#shift = 32 - Math.log2(counts.length);
  }

  /** To be called before packets may find the SA. @param spi unsigned or signed */
  add(spi: number): void {
    const at = this.#place(spi);
    if (this.#counts[at]! < MOST) this.#counts[at]!++;
  }

  /** Of one that was added, once packets no longer find it. */
  remove(spi: number): void {
    const at = this.#place(spi);
    if (this.#counts[at]! < MOST) this.#counts[at]!--;
  }

  /** False: no SA has this SPI. */
  mayHave(spi: number): boolean {
    return this.#counts[this.#place(spi)] !== 0;
  }

  #place(spi: number): number {
    return Math.imul(spi, PRESENCE_MULTIPLIER) >>> this.#shift;
  }
}
