/**
 * The embedded store: a journal to which each change is appended and synced before it counts (src/store/entry.ts has its
 * bytes). Changes that come while one is on its way to the disk share the next entry. Rows live in memory, as the journal
 * says at the start; when most of the file is of rows that are gone, it is written anew.
 *
 * What a crash leaves at the end is cut off: no one was told that it lasts. Any other damage is refused, and the file is
 * left as it is.
 */
import { constants, existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  CHAIN_START,
  decodeEntryHeader,
  decodeHeader,
  decodePayload,
  ENTRY_HEADER_BYTES,
  encodeEntry,
  encodeHeader,
  FORMAT_VERSION,
  HEADER_BYTES,
  isIntact,
} from './entry.js';
import { type Change, type Key, type Proposal, type Row, type Store, StoreRefusal } from './store.js';

/** A file that is shorter is never written anew, bytes. */
const LEAST_COMPACTED = 1 << 20;
/** Rows in one entry of a file that is written anew. */
const COMPACTION_LOT = 4096;
/** A write that the file system did not finish ends with a sector of zeros, if its length was recorded. */
const SECTOR = 512;

/** Changes that share an entry. */
interface Pending {
  readonly put: Map<string, Row>;
  readonly remove: Map<string, Key>;
  readonly changes: Change[];
  readonly done: Promise<number>;
}

export interface JournalOptions {
  /** Told, in one sentence, what was found at the start and mended. */
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
  /** A write failed, and what it left behind {@link #length} is still there. */
  #hasRest = false;
  #pending: Pending | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(path: string, file: FileHandle, loaded: Loaded) {
    this.#path = path;
    this.#file = file;
    this.#tables = loaded.tables;
    this.#revision = loaded.revision;
    this.#length = loaded.length;
    this.#chain = loaded.chain;
    this.#liveBytes = bytesOf(loaded.tables);
  }

  /** Whether there is a journal at `path`, whatever is in it. */
  static exists(path: string): boolean {
    return existsSync(path);
  }

  /**
   * Makes a new store with these rows; it is there as a whole or not at all.
   * @throws {StoreRefusal} when the disk does not take it
   */
  static async create(path: string, rows: readonly Row[]): Promise<void> {
    try {
      await writeWhole(path, rows, 0);
    } catch (error) {
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
      const loaded = await load(file, path);
      if (loaded.rest > 0) {
        await file.truncate(loaded.length);
        await file.datasync();
        onNotice(
          `the store ${path} ended with a change that was never finished (${loaded.rest} bytes); it was cut off`,
        );
      }
      await rm(draftOf(path), { force: true });
      return new JournalStore(path, file, loaded);
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
    const pending = this.#pending ?? this.#enqueue();
    pending.changes.push(change);
    for (const key of change.remove) {
      pending.put.delete(nameOf(key));
      pending.remove.set(nameOf(key), key);
    }
    for (const row of change.put) {
      pending.remove.delete(nameOf(row));
      pending.put.set(nameOf(row), row);
    }
    return pending.done;
  }

  #enqueue(): Pending {
    const pending: Pending = {
      put: new Map(),
      remove: new Map(),
      changes: [],
      done: this.#last.then(() => {
        this.#pending = undefined;
        return this.#append(pending);
      }),
    };
    this.#pending = pending;
    this.#last = pending.done.catch(() => {});
    return pending;
  }

  async #append({ put, remove, changes }: Pending): Promise<number> {
    const change: Change = { put: [...put.values()], remove: [...remove.values()] };
    const revision = this.#revision + 1;
    const { bytes, chain } = encodeEntry(change, revision, this.#chain);
    try {
      if (this.#hasRest) await this.#cutOff();
      this.#hasRest = true;
      await writeAll(this.#file, bytes, this.#length);
      await this.#file.datasync();
    } catch (error) {
      await this.#cutOff().catch(() => {}); // the next change tries again
      throw refusal(this.#path, 'cannot take the change', error);
    }
    this.#hasRest = false;
    this.#revision = revision;
    this.#length += bytes.length;
    this.#chain = chain;
    this.#liveBytes += apply(this.#tables, change);
    for (const one of changes) for (const watcher of this.#watchers) watcher(one, revision);
    await this.#compactIfWorthwhile();
    return revision;
  }

  async #cutOff(): Promise<void> {
    await this.#file.truncate(this.#length);
    this.#hasRest = false;
  }

  /** The changes so far last already: a disk that has no room for the new file only keeps the old one longer. */
  async #compactIfWorthwhile(): Promise<void> {
    if (this.#length < LEAST_COMPACTED || this.#length < 2 * this.#liveBytes + LEAST_COMPACTED) return;
    try {
      const rows = [...this.#tables.keys()].flatMap((table) => this.read(table));
      const { file, length, chain } = await writeWhole(this.#path, rows, this.#revision, true);
      await this.#file.close();
      this.#file = file!;
      this.#length = length;
      this.#chain = chain;
    } catch {
      await rm(draftOf(this.#path), { force: true }).catch(() => {});
    }
  }
}

interface Loaded {
  readonly tables: Tables;
  readonly revision: number;
  readonly length: number;
  readonly chain: number;
  /** Bytes behind the last change that lasts. */
  readonly rest: number;
}

async function load(file: FileHandle, path: string): Promise<Loaded> {
  const { size } = await file.stat();
  const version = decodeHeader(await readAt(file, 0, Math.min(size, HEADER_BYTES)));
  if (version === undefined) throw left(path, 'is no store of ipsec-relay');
  if (version !== FORMAT_VERSION) {
    throw left(path, `has format version ${version}, but this ipsec-relayd reads version ${FORMAT_VERSION}`);
  }
  const tables: Tables = new Map();
  let revision = 0;
  let chain = CHAIN_START;
  let at = HEADER_BYTES;
  while (at < size) {
    if (size - at < ENTRY_HEADER_BYTES) break;
    const headerBytes = await readAt(file, at, ENTRY_HEADER_BYTES);
    const header = decodeEntryHeader(headerBytes, chain);
    const payloadAt = at + ENTRY_HEADER_BYTES;
    if (header !== undefined && header.length > size - payloadAt) break;
    const payload = header && (await readAt(file, payloadAt, header.length));
    if (header === undefined || payload === undefined || !isIntact(payload, header)) {
      if (await isUnwritten(file, at, size, header && payloadAt + header.length)) break;
      throw left(path, `is damaged: the checksum of the entry at byte ${at} is wrong`);
    }
    const entry = decodePayload(payload);
    apply(tables, entry.change);
    revision = entry.revision;
    chain = header.payloadCrc;
    at = payloadAt + header.length;
  }
  return { tables, revision, length: at, chain, rest: size - at };
}

/**
 * Whether the bytes from `at` on were never written in full: the file's length came to the disk before a crash, and its last
 * sectors, zeros, did not.
 * @param end where the entry ends, if its header can be believed
 */
async function isUnwritten(
  file: FileHandle,
  at: number,
  size: number,
  end: number | undefined,
): Promise<boolean> {
  if (end !== undefined && end !== size) return false;
  const from = Math.max(at, (Math.ceil(size / SECTOR) - 1) * SECTOR);
  const last = await readAt(file, from, size - from);
  return last.every((byte) => byte === 0);
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

/** Writes a file of its own and moves it to `path` once all of it lasts. @param keepOpen returns its descriptor */
async function writeWhole(
  path: string,
  rows: readonly Row[],
  revision: number,
  keepOpen = false,
): Promise<{ file: FileHandle | undefined; length: number; chain: number }> {
  const draft = draftOf(path);
  await rm(draft, { force: true });
  const file = await open(draft, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await writeAll(file, encodeHeader(), 0);
    let length = HEADER_BYTES;
    let chain = CHAIN_START;
    for (let at = 0; at < Math.max(rows.length, 1); at += COMPACTION_LOT) {
      const entry = encodeEntry({ put: rows.slice(at, at + COMPACTION_LOT), remove: [] }, revision, chain);
      await writeAll(file, entry.bytes, length);
      length += entry.bytes.length;
      chain = entry.chain;
    }
    await file.datasync();
    await rename(draft, path);
    await syncDirectory(dirname(path));
    if (!keepOpen) await file.close();
    return { file: keepOpen ? file : undefined, length, chain };
  } catch (error) {
    await file.close();
    await rm(draft, { force: true });
    throw error;
  }
}

function draftOf(path: string): string {
  return `${path}.new`;
}

/** The name of a new file lasts only when its directory does. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** A short write means that the next one fails and says why. */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw new Error('it became shorter while it was read');
    done += bytesRead;
  }
  return bytes;
}

function nameOf({ table, id }: Key): string {
  return `${id} ${table}`;
}

const REASONS: Record<string, string> = {
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'the disk quota is used up; make room',
  EFBIG: 'the file may not grow (ulimit -f)',
  EIO: 'the disk reports an error',
  EROFS: 'the file system is read-only',
  ELOOP: 'it is a symbolic link; put the file itself there',
  EMFILE: 'the process has no descriptors left; raise its limit (ulimit -n)',
  ENFILE: 'the system has no descriptors left',
};

/** @param error of the operating system */
export function refusal(path: string, what: string, error: unknown): StoreRefusal {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new StoreRefusal(`the store ${path} ${what}: ${REASONS[code] ?? message}`);
}

function left(path: string, what: string): StoreRefusal {
  return new StoreRefusal(
    `the store ${path} ${what}; it was left as it is; move it away to start without the SAs in it, or restore a copy`,
  );
}
