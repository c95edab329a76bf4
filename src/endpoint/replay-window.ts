/**
 * The anti-replay window of an inbound SA: a ring of bits (RFC 6479), and the inference of the upper half of an
 * extended sequence number (RFC 4303 Appendix A2).
 *
 * Sequence numbers are Numbers, exact to 2^53 − 1, which no SA reaches.
 */

const TWO_32 = 0x1_0000_0000;

/** The answer of {@link ReplayWindow.infer} for a number that no packet of the SA can have. */
export const IMPOSSIBLE = -1;

export class ReplayWindow {
  readonly #size: number;
  readonly #esn: boolean;
  /** Bit `s % 32` of word `s / 32 % length`: number s was received. One word more than the window needs is kept clear. */
  readonly #words: Uint32Array;
  /** Highest number received; 0: none yet. */
  #top: number;

  /**
   * @param size numbers below the highest that are still accepted, 32 or more
   * @param top highest number received so far, of an earlier run: it and all below count as received
   */
  constructor(size: number, esn: boolean, top = 0) {
    this.#size = size;
    this.#esn = esn;
    this.#words = new Uint32Array(Math.ceil(size / 32) + 1);
    this.#top = top;
    if (top === 0) return;
    this.#words.fill(0xffff_ffff);
    this.#words[this.#word(top)] = 0xffff_ffff >>> (31 - (top % 32));
  }

  get top(): number {
    return this.#top;
  }

  /**
   * The whole sequence number that a packet with these low 32 bits has.
   * @returns {@link IMPOSSIBLE} when there is none: it would lie before the SA's first
   */
  infer(low: number): number {
    if (!this.#esn) return low === 0 ? IMPOSSIBLE : low;
    const topLow = this.#top % TWO_32;
    const subspace = this.#top - topLow;
    const bottom = topLow - this.#size + 1;
    // Case A: the window lies within one subspace; numbers left of it belong to the next one.
    // Case B: it reaches into the subspace before; numbers right of its lower end there belong to that one.
    let number: number;
    if (bottom >= 0) number = low >= bottom ? subspace + low : subspace + TWO_32 + low;
    else number = low >= bottom + TWO_32 ? subspace - TWO_32 + low : subspace + low;
    return number > 0 && number <= Number.MAX_SAFE_INTEGER ? number : IMPOSSIBLE;
  }

  /** Whether the number may still come. Changes nothing: the packet is not yet verified. */
  isNew(number: number): boolean {
    if (number > this.#top) return true;
    if (number <= this.#top - this.#size) return false;
    return (this.#words[this.#word(number)]! & (1 << (number % 32))) === 0;
  }

  /** Marks a number as received, once its packet is verified. */
  accept(number: number): void {
    const words = this.#words;
    if (number > this.#top) {
      const from = Math.floor(this.#top / 32);
      const steps = Math.min(Math.floor(number / 32) - from, words.length);
      for (let step = 1; step <= steps; step++) words[(from + step) % words.length] = 0;
      this.#top = number;
    }
    const word = this.#word(number);
    words[word] = words[word]! | (1 << (number % 32));
  }

  #word(number: number): number {
    return Math.floor(number / 32) % this.#words.length;
  }
}
