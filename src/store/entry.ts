/**
 * The bytes of the journal. The file begins with a header; entries follow, each of them one change:
 *
 *     header   "ipsec-relay-store\n", format version (32 bits), base (48 bits)
 *     entry    length of the payload (32 bits), CRC-32 of that length, CRC-32 of the payload, payload
 *     payload  revision (48 bits), number of puts (32 bits), puts, number of removals (32 bits), removals, a last byte
 *     put      key, length of the value (32 bits), value
 *     key      length of the table's name (8 bits), name, id (64 bits, an integer as a double)
 *
 * Numbers are big-endian. The file was whole and synced up to byte `base` before it got its name, so a crash can only tear bytes
 * behind it. The last byte of an entry is never 0, so that a file that ends with zeros was not written in full. The first CRC
 * continues that of the header, and each other the one before it in the file, so that a missing, repeated or exchanged entry breaks
 * the chain.
 */
import { crc32 } from 'node:zlib';
import type { Change, Key, Row } from './store.js';

const MAGIC = Buffer.from('ipsec-relay-store\n');
export const FORMAT_VERSION = 1;
export const HEADER_BYTES = MAGIC.length + 4 + 6;
export const ENTRY_HEADER_BYTES = 12;
/** No payload is longer, so that a wrong length cannot ask for all memory. */
const MOST_PAYLOAD_BYTES = 1 << 30;

export function encodeHeader(base: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32BE(FORMAT_VERSION, MAGIC.length);
  header.writeUIntBE(base, MAGIC.length + 4, 6);
  return header;
}

/** @returns undefined when the file is no store of ours */
export function decodeHeader(header: Buffer): { version: number; base: number } | undefined {
  if (header.length < HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  return { version: header.readUInt32BE(MAGIC.length), base: header.readUIntBE(MAGIC.length + 4, 6) };
}

/** The chain's value in front of the first entry. */
export function chainStart(header: Buffer): number {
  return crc32(header);
}

const LAST_BYTE = 0xe5;

/** Bytes of the entry of a change. */
export function entryBytes({ put, remove }: Change): number {
  const keyBytes = ({ table }: Key) => 1 + table.length + 8;
  const rows = put.reduce((sum, row) => sum + keyBytes(row) + 4 + row.value.length, 0);
  const keys = remove.reduce((sum, key) => sum + keyBytes(key), 0);
  return ENTRY_HEADER_BYTES + 6 + 8 + rows + keys + 1;
}

/** A change as an entry. @param chain the value before it @returns the bytes, and the value behind it */
export function encodeEntry(
  change: Change,
  revision: number,
  chain: number,
): { bytes: Buffer; chain: number } {
  const bytes = Buffer.allocUnsafe(entryBytes(change));
  let at = ENTRY_HEADER_BYTES;
  const writeKey = ({ table, id }: Key) => {
    at = bytes.writeUInt8(table.length, at);
    at += bytes.write(table, at, 'latin1');
    at = bytes.writeDoubleBE(id, at);
  };
  at = bytes.writeUIntBE(revision, at, 6);
  at = bytes.writeUInt32BE(change.put.length, at);
  for (const row of change.put) {
    writeKey(row);
    at = bytes.writeUInt32BE(row.value.length, at);
    bytes.set(row.value, at);
    at += row.value.length;
  }
  at = bytes.writeUInt32BE(change.remove.length, at);
  for (const key of change.remove) writeKey(key);
  bytes.writeUInt8(LAST_BYTE, at);
  bytes.writeUInt32BE(bytes.length - ENTRY_HEADER_BYTES, 0);
  const lengthCrc = crc32(bytes.subarray(0, 4), chain);
  const payloadCrc = crc32(bytes.subarray(ENTRY_HEADER_BYTES), lengthCrc);
  bytes.writeUInt32BE(lengthCrc, 4);
  bytes.writeUInt32BE(payloadCrc, 8);
  return { bytes, chain: payloadCrc };
}

export interface EntryHeader {
  /** Bytes of the payload. */
  readonly length: number;
  readonly payloadCrc: number;
  /** The chain's value between header and payload. */
  readonly lengthCrc: number;
}

/** @param chain the value before the entry @returns undefined when the header is damaged */
export function decodeEntryHeader(bytes: Buffer, chain: number): EntryHeader | undefined {
  const length = bytes.readUInt32BE(0);
  const lengthCrc = crc32(bytes.subarray(0, 4), chain);
  if (bytes.readUInt32BE(4) !== lengthCrc || length > MOST_PAYLOAD_BYTES) return undefined;
  return { length, payloadCrc: bytes.readUInt32BE(8), lengthCrc };
}

export function isIntact(payload: Buffer, { lengthCrc, payloadCrc }: EntryHeader): boolean {
  return crc32(payload, lengthCrc) === payloadCrc;
}

/** Takes an intact payload apart. The values are views of it. */
export function decodePayload(payload: Buffer): { change: Change; revision: number } {
  let at = 6;
  const readKey = (): Key => {
    const nameEnd = at + 1 + payload[at]!;
    const table = payload.toString('latin1', at + 1, nameEnd);
    at = nameEnd + 8;
    return { table, id: payload.readDoubleBE(nameEnd) };
  };
  const count = () => {
    at += 4;
    return payload.readUInt32BE(at - 4);
  };
  const put: Row[] = [];
  for (let left = count(); left > 0; left--) {
    const { table, id } = readKey();
    const end = count() + at;
    put.push({ table, id, value: payload.subarray(at, end) });
    at = end;
  }
  const remove: Key[] = [];
  for (let left = count(); left > 0; left--) remove.push(readKey());
  return { change: { put, remove }, revision: payload.readUIntBE(0, 6) };
}
