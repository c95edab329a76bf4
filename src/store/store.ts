/** The durable SAs: what was accepted at run time outlives the daemon. The hot path never comes here. */
import { execFile } from 'node:child_process';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RootDatabase } from 'lmdb';
import {
  crcOf,
  DATA_FILE,
  decodeMeta,
  decodeSa,
  encodeMeta,
  encodeSa,
  META_KEY,
  openEnvironment,
  type StoredSa,
  type StoreKey,
  type StoreMeta,
} from './format.js';

export type { StoredSa } from './format.js';

const CHECKER = fileURLToPath(new URL('./check.js', import.meta.url));
/** A damaged tree can be circular; a sound one of a million SAs takes a few seconds. */
const CHECK_TIMEOUT_MS = 60_000;

/** The store cannot be used; it was left as it is. The message is one sentence. */
export class StoreRefusal extends Error {}

/** One atomic step from a state of the store to the next. */
export interface StoreChange {
  /** New SAs, or SAs that take the place of those with the same id. */
  put: readonly StoredSa[];
  /** Ids; one that is not there is ignored. */
  remove: readonly number[];
  /** The id the next new SA will get: greater than any in the store. */
  nextId: number;
}

/** Changes that came while a transaction was on its way to the disk; they share the next one. */
interface PendingTransaction {
  /** The sealed SA, or undefined: remove it. */
  records: Map<number, Buffer | undefined>;
  nextId: number;
  done: Promise<void>;
}

export class SaStore {
  readonly #environment: RootDatabase<Buffer, StoreKey>;
  #meta: StoreMeta;
  #pending: PendingTransaction | undefined;
  #last: Promise<void> = Promise.resolve();

  private constructor(environment: RootDatabase<Buffer, StoreKey>) {
    this.#environment = environment;
    const meta = environment.getBinary(META_KEY);
    this.#meta = meta ? decodeMeta(meta) : { nextId: 1, count: 0, digest: 0 };
  }

  /**
   * Opens the store in `directory`, or creates it. The caller holds the lock of the state directory.
   * Throws {@link StoreRefusal} when it is damaged, not ours, or not accessible.
   */
  static async open(directory: string): Promise<SaStore> {
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const data = await stat(join(directory, DATA_FILE)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (data) await check(directory);
      const store = new SaStore(openEnvironment(directory, false));
      if (!data) {
        await store.commit({ put: [], remove: [], nextId: 1 });
        for (const parent of [directory, dirname(directory)]) await syncDirectory(parent);
      }
      return store;
    } catch (error) {
      if (error instanceof StoreRefusal) throw error;
      throw new StoreRefusal(`the SA store ${directory} cannot be opened: ${(error as Error).message}`);
    }
  }

  /** The id the next new SA gets. */
  get nextId(): number {
    return this.#meta.nextId;
  }

  /** Every SA, ascending by id. */
  all(): StoredSa[] {
    const sas: StoredSa[] = [];
    for (const { key, value } of this.#environment.getRange()) {
      if (typeof key === 'number') sas.push(decodeSa(key, value));
    }
    return sas;
  }

  /**
   * Applies the change. Resolves once it is on the disk (after fdatasync and the synchronous write of
   * LMDB's meta page); rejects when the disk refuses it, and then nothing of it is in the store.
   */
  commit({ put, remove, nextId }: StoreChange): Promise<void> {
    const transaction = this.#pending ?? this.#enqueue();
    for (const id of remove) transaction.records.set(id, undefined);
    for (const sa of put) transaction.records.set(sa.id, encodeSa(sa));
    transaction.nextId = Math.max(transaction.nextId, nextId);
    return transaction.done;
  }

  /** Waits for the commits under way and closes. */
  async close(): Promise<void> {
    await this.#last;
    await this.#environment.close();
  }

  #enqueue(): PendingTransaction {
    const transaction: PendingTransaction = { records: new Map(), nextId: 0, done: this.#last };
    transaction.done = this.#last.then(() => {
      this.#pending = undefined;
      return this.#write(transaction);
    });
    this.#pending = transaction;
    this.#last = transaction.done.catch(() => {});
    return transaction;
  }

  async #write({ records, nextId }: PendingTransaction): Promise<void> {
    const environment = this.#environment;
    const meta = { ...this.#meta, nextId: Math.max(this.#meta.nextId, nextId) };
    await environment.batch(() => {
      for (const [id, record] of records) {
        const before = environment.getBinary(id);
        if (before) {
          meta.digest ^= crcOf(before);
          meta.count--;
        }
        if (record) {
          meta.digest ^= crcOf(record);
          meta.count++;
          environment.put(id, record);
        } else if (before) {
          environment.remove(id);
        }
      }
      meta.digest >>>= 0;
      environment.put(META_KEY, encodeMeta(meta));
    });
    this.#meta = meta;
  }
}

/** The name of a new file is durable only when its directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Lets a short-lived process read the whole store, so that a crash inside LMDB becomes a sentence. */
function check(directory: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [CHECKER, directory], { timeout: CHECK_TIMEOUT_MS }, (error, reason) => {
      if (!error) return resolve();
      const { signal, killed } = error;
      const crash = `is damaged: reading it ${killed ? 'did not end' : `ended with ${signal ?? 'an error'}`}`;
      const advice = 'it was left as it is; move it away to start without the SAs in it, or restore a copy';
      reject(new StoreRefusal(`the SA store ${join(directory, DATA_FILE)} ${reason || crash}; ${advice}`));
    });
  });
}
