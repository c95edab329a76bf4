/**
 * The journal's file: reading and checking all of it, writing all of it anew, and the sentences for the refusals of a disk
 * (src/store/entry.ts has the bytes).
 */
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import {
  chainStart,
  decodeEntryHeader,
  decodeHeader,
  decodePayload,
  ENTRY_HEADER_BYTES,
  encodeEntry,
  encodeHeader,
  entryBytes,
  FORMAT_VERSION,
  HEADER_BYTES,
  isIntact,
} from './entry.js';
import { type Change, type Row, StoreRefusal } from './store.js';

/** Rows in one entry of a file that is written anew. */
const COMPACTION_LOT = 4096;
/** A write that the file system did not finish ends with a sector of zeros, if its length was recorded. */
const SECTOR = 512;

export interface Loaded {
  readonly revision: number;
  readonly length: number;
  readonly chain: number;
  /** Bytes behind the last change that lasts. */
  readonly rest: number;
}

/**
 * Reads the whole file. @param visit is given each change, in order
 * @throws {StoreRefusal} when it is damaged, not ours, or of a newer format
 */
export async function load(file: FileHandle, path: string, visit: (change: Change) => void): Promise<Loaded> {
  const { size } = await file.stat();
  const headerBytes = await readAt(file, 0, Math.min(size, HEADER_BYTES));
  const header = decodeHeader(headerBytes);
  if (header === undefined) throw left(path, 'is no store of ipsec-relay');
  const { version, base } = header;
  if (version !== FORMAT_VERSION) {
    throw left(path, `has format version ${version}, but this ipsec-relayd reads version ${FORMAT_VERSION}`);
  }
  if (size < base) throw left(path, `is truncated: ${size} bytes are there, and at least ${base} should be`);
  let revision = 0;
  let chain = chainStart(headerBytes);
  let at = HEADER_BYTES;
  while (at < size) {
    if (size - at < ENTRY_HEADER_BYTES) break;
    const header = decodeEntryHeader(await readAt(file, at, ENTRY_HEADER_BYTES), chain);
    const payloadAt = at + ENTRY_HEADER_BYTES;
    if (header !== undefined && header.length > size - payloadAt) break;
    const payload = header && (await readAt(file, payloadAt, header.length));
    if (header === undefined || payload === undefined || !isIntact(payload, header)) {
      if (at >= base && (await isUnwritten(file, at, size, header && payloadAt + header.length))) break;
      throw left(path, `is damaged: the checksum of the entry at byte ${at} is wrong`);
    }
    const entry = decodePayload(payload);
    visit(entry.change);
    revision = entry.revision;
    chain = header.payloadCrc;
    at = payloadAt + header.length;
  }
  return { revision, length: at, chain, rest: size - at };
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

/**
 * Writes a file of its own and moves it to `path` once all of it lasts; the name lasts once the directory is synced.
 * @returns the file, open
 */
export async function writeWhole(
  path: string,
  rows: readonly Row[],
  revision: number,
): Promise<{ file: FileHandle; length: number; chain: number }> {
  const lots: Change[] = [];
  for (let at = 0; at < Math.max(rows.length, 1); at += COMPACTION_LOT)
    lots.push({ put: rows.slice(at, at + COMPACTION_LOT), remove: [] });
  const header = encodeHeader(lots.reduce((sum, lot) => sum + entryBytes(lot), HEADER_BYTES));
  const draft = draftOf(path);
  await rm(draft, { force: true });
  const file = await open(draft, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await writeAll(file, header, 0);
    let length = HEADER_BYTES;
    let chain = chainStart(header);
    for (const lot of lots) {
      const entry = encodeEntry(lot, revision, chain);
      await writeAll(file, entry.bytes, length);
      length += entry.bytes.length;
      chain = entry.chain;
    }
    await file.datasync();
    await rename(draft, path);
    return { file, length, chain };
  } catch (error) {
    await file.close().catch(() => {});
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
}

export function draftOf(path: string): string {
  return `${path}.new`;
}

/** The name of a new file lasts only when its directory does. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** A short write means that the next one fails and says why. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
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
