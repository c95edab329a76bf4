/**
 * Durable data behind one interface: rows of bytes in named tables, changed in atomic steps. The callers know the meaning of
 * the bytes; the store knows how they survive. Today a journal in the state directory stands behind it
 * (src/store/journal.ts); a cluster's store must fit without the callers knowing.
 */

export interface Key {
  /** Up to 255 bytes of ASCII. */
  readonly table: string;
  /** A whole number, 0 to 2^53 − 1. */
  readonly id: number;
}

export interface Row extends Key {
  readonly value: Uint8Array;
}

/** One atomic step from a state of the store to the next. */
export interface Change {
  /** New rows, or rows that take the place of those with the same key. */
  readonly put: readonly Row[];
  /** A key that is not there is ignored. */
  readonly remove: readonly Key[];
}

/** A change that waits for its place in the order of changes. */
export interface Proposal {
  /**
   * Resolves with the revision that the change made, once the change lasts. Rejects with {@link StoreRefusal} when the store
   * cannot take it; then nothing of it is in the store, and later changes may succeed.
   */
  commit(): Promise<number>;
}

export interface Store {
  /** How many changes have been committed; grows by one with each. */
  readonly revision: number;
  /** Every row of a table, ascending by id, as of the last commit. */
  read(table: string): Row[];
  propose(change: Change): Proposal;
  /**
   * Tells of every change, its own and others', after it lasts and in their order.
   * @returns ends it
   */
  watch(listener: (change: Change, revision: number) => void): () => void;
  /** Waits for the commits under way. */
  close(): Promise<void>;
}

/** The store cannot be used, or cannot take a change. The message is one sentence. */
export class StoreRefusal extends Error {}
