/** Firsts that were refused, by reason. */

/** Refusals for one reason are told of once in so long, milliseconds. */
const TELL_MS = 1000;

interface Refused {
  count: number;
  /** Unix time of the last one that {@link message} is about, milliseconds. */
  atMs: number;
  message: string;
}

export class Refusals {
  readonly #byReason = new Map<string, Refused>();

  /**
   * @param reason a verdict @param message makes the sentence; not for each one of many
   * @returns the sentence, if it is time to tell it
   */
  count(reason: string, unixMs: number, message: () => string): string | undefined {
    const refused = this.#byReason.get(reason) ?? { count: 0, atMs: Number.NEGATIVE_INFINITY, message: '' };
    this.#byReason.set(reason, refused);
    refused.count++;
    if (unixMs - refused.atMs < TELL_MS) return undefined;
    refused.atMs = unixMs;
    refused.message = message();
    return refused.message;
  }

  values(): Iterable<Readonly<Refused>> {
    return this.#byReason.values();
  }
}
