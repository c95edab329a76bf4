/**
 * A lock between worker threads for a few hundred nanoseconds at a time: it spins, and sleeps when the holder seems
 * to have lost its processor. Not reentrant. A thread that ends while it holds the lock locks out the others.
 */

const FREE = 0;
const LOCKED = 1;
/** Locked, and other threads may sleep. */
const CONTENDED = 2;

const SPINS = 1000;

export class SharedLock {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #at: number;

  /** @param at the word that is the lock; 0: free */
  constructor(words: Int32Array<SharedArrayBuffer>, at: number) {
    this.#words = words;
    this.#at = at;
  }

  lock(): void {
    const words = this.#words;
    const at = this.#at;
    for (let spin = 0; spin < SPINS; spin++) {
      // Reading first keeps the cache line shared while another thread holds the lock.
      if (Atomics.load(words, at) !== FREE) continue;
      if (Atomics.compareExchange(words, at, FREE, LOCKED) === FREE) return;
    }
    // After waking, assume there may be more waiters: leave the lock contended.
    while (Atomics.exchange(words, at, CONTENDED) !== FREE) Atomics.wait(words, at, CONTENDED);
  }

  unlock(): void {
    if (Atomics.exchange(this.#words, this.#at, FREE) === CONTENDED) Atomics.notify(this.#words, this.#at, 1);
  }
}
