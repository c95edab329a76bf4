/**
 * The embedded store: a journal to which each change is appended and synced before it counts (src/store/entry.ts has its
 * bytes). Changes that come while one is on its way to the disk share the next entry. Rows live in memory, as the journal
 * says at the start; when most of the file is of rows that are gone, it is written anew.
 *
 * A torn entry that a crash leaves at the end is cut off: it was never confirmed. Any other damage is refused, and the file is
 * left as it is.
 */
import { constants, existsSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodeEntry } from './entry.js';
import { draftOf, type Loaded, load, refusal, syncDirectory, writeAll, writeWhole } from './journal-file.js';
import { type Change, type Key, type Proposal, type Row, type Store, StoreRefusal } from './store.js';

/** A file that is shorter is never written anew, bytes. */
const LEAST_COMPACTED = 1 << 20;
/** A change that waits for its commit. */
interface Waiting {
  readonly change: Change;
  readonly resolve: (revision: number) => void;
  readonly reject: (error: StoreRefusal) => void;
}

export interface JournalOptions {
  /** Called with one sentence about anything found and mended at the start. */
  readonly onNotice?: (sentence: string) => void;
}

type Tables = Map<string, Map<number, Uint8Array>>;

export class JournalStore implements Store {
  readonly #path: string;
  #file: FileHandle;
  readonly #tables: Tables;
  readonly #watchers = new Set<(change: Change, revision: number) => void>();
  #revision: number;
  /** Bytes of the file that last, and the chain's value behind them. */
  #length: number;
  #chain: number;
  /** Bytes that all rows would take. */
  #liveBytes: number;
  /** A write failed, and its bytes behind {@link #length} are still there. */
  #hasRest = false;
  /** The file was moved to its name, and the directory is not synced yet. */
  #isNameNew = false;
  /** How long the file must be before it is worth being written anew, bytes. */
  #compactAt = LEAST_COMPACTED;
  #waiting: Waiting[] = [];
  #last: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle, tables: Tables, loaded: Loaded) {
    this.#path = path;
    this.#file = file;
    this.#tables = tables;
    this.#revision = loaded.revision;
    this.#length = loaded.length;
    this.#chain = loaded.chain;
    this.#liveBytes = bytesOf(tables);
  }

  /** Whether there is a journal at `path`, sound or not. */
  static exists(path: string): boolean {
    return existsSync(path);
  }

  /**
   * Makes a new store with these rows; it is there as a whole or not at all.
   * @throws {StoreRefusal} when the disk does not take it
   */
  static async create(path: string, rows: readonly Row[]): Promise<void> {
    try {
      const { file } = await writeWhole(path, rows, 0);
      await file.close();
      await syncDirectory(dirname(path));
    } catch (error) {
      await rm(path, { force: true }).catch(() => {});
      throw refusal(path, 'cannot be made', error);
    }
  }

  /**
   * Opens the store at `path`. The caller holds the lock of its directory.
   * @throws {StoreRefusal} when it is damaged, not ours, of a newer format, or not accessible
   */
  static async open(path: string, { onNotice = () => {} }: JournalOptions = {}): Promise<JournalStore> {
    let file: FileHandle;
    try {
      file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
    } catch (error) {
      throw refusal(path, 'cannot be opened', error);
    }
    try {
      const tables: Tables = new Map();
      const loaded = await load(file, path, (change) => apply(tables, change));
      if (loaded.rest > 0) {
        await file.truncate(loaded.length);
        await file.datasync();
        onNotice(
          `the store ${path} ended with a change that was never finished (${loaded.rest} bytes); it was cut off`,
        );
      }
      await rm(draftOf(path), { force: true });
      return new JournalStore(path, file, tables, loaded);
    } catch (error) {
      await file.close();
      throw error instanceof StoreRefusal ? error : refusal(path, 'cannot be opened', error);
    }
  }

  get revision(): number {
    return this.#revision;
  }

  read(table: string): Row[] {
    const rows = [...(this.#tables.get(table) ?? [])].map(([id, value]) => ({ table, id, value }));
    return rows.sort((one, other) => one.id - other.id);
  }

  propose(change: Change): Proposal {
    return { commit: () => this.#commit(change) };
  }

  watch(listener: (change: Change, revision: number) => void): () => void {
    this.#watchers.add(listener);
    return () => void this.#watchers.delete(listener);
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }

  #commit(change: Change): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
      if (this.#waiting.length === 1) this.#last = this.#last.then(() => this.#commitWaiting());
    });
  }

  /** Changes that came meanwhile share an entry; where the disk refuses it, each is tried by itself. */
  async #commitWaiting(): Promise<void> {
    const group = this.#waiting;
    this.#waiting = [];
    if (group.length > 1 && (await this.#append(merge(group))) === undefined) this.#tell(group);
    else {
      for (const one of group) {
        const error = await this.#append(one.change);
        if (error === undefined) this.#tell([one]);
        else one.reject(refusal(this.#path, 'cannot take the change', error));
      }
    }
    await this.#compactIfWorthwhile();
  }

  #tell(group: readonly Waiting[]): void {
    const revision = this.#revision;
    for (const { resolve } of group) resolve(revision);
    for (const { change } of group) {
      for (const watcher of this.#watchers) {
        try {
          watcher(change, revision);
        } catch (error) {
          // The watcher's fault: the change lasts, and the store goes on.
          setImmediate(() => {
            throw error;
          });
        }
      }
    }
  }

  /** @returns why the disk does not take the change; then nothing of it is in the store */
  async #append(change: Change): Promise<unknown> {
    const revision = this.#revision + 1;
    const { bytes, chain } = encodeEntry(change, revision, this.#chain);
    try {
      await this.#syncName();
      await this.#cutOff();
      this.#hasRest = true;
      await writeAll(this.#file, bytes, this.#length);
      await this.#file.datasync();
    } catch (error) {
      await this.#cutOff().catch(() => {}); // the next change tries again
      return error;
    }
    this.#hasRest = false;
    this.#revision = revision;
    this.#length += bytes.length;
    this.#chain = chain;
    this.#liveBytes += apply(this.#tables, change);
    return undefined;
  }

  /** Synced, so that no crash brings back a change that was refused. */
  async #cutOff(): Promise<void> {
    if (!this.#hasRest) return;
    await this.#file.truncate(this.#length);
    await this.#file.datasync();
    this.#hasRest = false;
  }

  /** Until then a crash could bring back the file of before, without the changes since. */
  async #syncName(): Promise<void> {
    if (!this.#isNameNew) return;
    await syncDirectory(dirname(this.#path));
    this.#isNameNew = false;
  }

  /** The changes so far last already: a disk that has no room for the new file only keeps the old one longer. */
  async #compactIfWorthwhile(): Promise<void> {
    if (this.#length < this.#compactAt || this.#length < 2 * this.#liveBytes + LEAST_COMPACTED) return;
    try {
      const rows = [...this.#tables.keys()].flatMap((table) => this.read(table));
      const whole = await writeWhole(this.#path, rows, this.#revision);
      const before = this.#file;
      this.#file = whole.file;
      this.#length = whole.length;
      this.#chain = whole.chain;
      this.#hasRest = false;
      this.#isNameNew = true;
      this.#compactAt = LEAST_COMPACTED;
      await before.close();
      await this.#syncName();
    } catch {
      // Not at once again with the next change: a million rows take a second.
      this.#compactAt = this.#length * 1.25;
    }
  }
}

/** The changes one after another, as one. */
function merge(group: readonly Waiting[]): Change {
  const put = new Map<string, Row>();
  const remove = new Map<string, Key>();
  for (const { change } of group) {
    for (const key of change.remove) {
      put.delete(nameOf(key));
      remove.set(nameOf(key), key);
    }
    for (const row of change.put) {
      remove.delete(nameOf(row));
      put.set(nameOf(row), row);
    }
  }
  return { put: [...put.values()], remove: [...remove.values()] };
}

/** @returns by how many bytes the rows grew */
function apply(tables: Tables, { put, remove }: Change): number {
  let grown = 0;
  const rowsOf = (table: string) => {
    const rows = tables.get(table) ?? new Map<number, Uint8Array>();
    tables.set(table, rows);
    return rows;
  };
  for (const { table, id } of remove) {
    const rows = rowsOf(table);
    grown -= rowBytes(table, rows.get(id));
    rows.delete(id);
  }
  for (const { table, id, value } of put) {
    const rows = rowsOf(table);
    grown += rowBytes(table, value) - rowBytes(table, rows.get(id));
    rows.set(id, value);
  }
  return grown;
}

function rowBytes(table: string, value: Uint8Array | undefined): number {
  return value === undefined ? 0 : value.length + table.length + 13;
}

function bytesOf(tables: Tables): number {
  let bytes = 0;
  for (const [table, rows] of tables) for (const value of rows.values()) bytes += rowBytes(table, value);
  return bytes;
}

function nameOf({ table, id }: Key): string {
  return `${id} ${table}`;
}
