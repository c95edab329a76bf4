/** A map that may have several values under one key, and mostly has one: then it costs no collection. */
export class MultiMap<Key, Value extends object> {
  readonly #values = new Map<Key, Value | Value[]>();

  /** The values under a key, oldest first. */
  at(key: Key): readonly Value[] {
    const there = this.#values.get(key);
    return there === undefined ? [] : Array.isArray(there) ? there : [there];
  }

  add(key: Key, value: Value): void {
    const there = this.#values.get(key);
    if (there === undefined) this.#values.set(key, value);
    else if (Array.isArray(there)) there.push(value);
    else this.#values.set(key, [there, value]);
  }

  delete(key: Key, value: Value): void {
    const left = this.at(key).filter((one) => one !== value);
    if (left.length > 1) this.#values.set(key, left);
    else if (left.length === 1) this.#values.set(key, left[0]!);
    else this.#values.delete(key);
  }
}
