/** A rate with bursts of up to a second's worth. */
export class TokenBucket {
  readonly #perSecond: number;
  #tokens: number;
  #filledMs: number;

  /** @param nowMs steady time as `BatchClock` has it */
  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#filledMs = nowMs;
  }

  /** @returns false when the rate is used up */
  take(nowMs: number): boolean {
    const elapsed = Math.max((nowMs - this.#filledMs) | 0, 0);
    this.#filledMs = nowMs;
    this.#tokens = Math.min(this.#tokens + (elapsed * this.#perSecond) / 1000, this.#perSecond);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
