/** Notices that the clock was set: Unix time and the steady clock, which cannot be set, then drift apart. */

export interface Clocks {
  /** Unix time, milliseconds. */
  readonly unix: () => number;
  /** Milliseconds since some moment of this run. */
  readonly steady: () => number;
}

/** Less than this is not worth following, milliseconds. */
const SMALLEST_STEP_MS = 1000;

export class ClockWatch {
  readonly #clocks: Clocks;
  #offset: number;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
    this.#offset = clocks.unix() - clocks.steady();
  }

  /** @returns by how many milliseconds the clock was set since this was last not 0; negative: back */
  step(): number {
    const offset = this.#clocks.unix() - this.#clocks.steady();
    const step = offset - this.#offset;
    if (Math.abs(step) < SMALLEST_STEP_MS) return 0;
    this.#offset = offset;
    return step;
  }
}
