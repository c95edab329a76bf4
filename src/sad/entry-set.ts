/** A set of SAs, oldest first. Most have one or two, for which an array takes a third of a Set's memory. */
import type { SaEntry } from './entry.js';

/** An array of more would be searched for too long. */
const MOST_IN_ARRAY = 8;

export class EntrySet implements Iterable<SaEntry> {
  #entries: readonly SaEntry[] | Set<SaEntry> = [];

  get size(): number {
    return this.#entries instanceof Set ? this.#entries.size : this.#entries.length;
  }

  has(entry: SaEntry): boolean {
    return this.#entries instanceof Set ? this.#entries.has(entry) : this.#entries.includes(entry);
  }

  add(entry: SaEntry): void {
    if (this.#entries instanceof Set) this.#entries.add(entry);
    else if (this.#entries.includes(entry)) return;
    else if (this.#entries.length < MOST_IN_ARRAY) this.#entries = this.#entries.concat(entry);
    else this.#entries = new Set(this.#entries).add(entry);
  }

  /** @returns whether it was there */
  delete(entry: SaEntry): boolean {
    if (this.#entries instanceof Set) return this.#entries.delete(entry);
    const left = this.#entries.filter((one) => one !== entry);
    const wasThere = left.length < this.#entries.length;
    this.#entries = left;
    return wasThere;
  }

  [Symbol.iterator](): Iterator<SaEntry> {
    return this.#entries[Symbol.iterator]();
  }
}
