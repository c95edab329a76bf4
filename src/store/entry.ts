/**
 * The bytes of the journal. The file begins with a header; entries follow, each of them one change:
 *
 *     header   "ipsec-relay-store\n", format version (32 bits)
 *     entry    length of the payload (32 bits), CRC-32 of that length, CRC-32 of the payload, payload
 *     payload  revision (48 bits), number of puts (32 bits), puts, number of removals (32 bits), removals, a last byte
 *     put      key, length of the value (32 bits), value
 *     key      length of the table's name (8 bits), name, id (64 bits, an integer as a double)
 *
 * Numbers are big-endian. The last byte is never 0, so that a file that ends with zeros was not written in full. Each CRC continues the one before it in the file, so that a missing, repeated or exchanged entry
 * breaks the chain.
 */
import { crc32 } from 'node:zlib';
import type { Change, Key, Row } from './store.js';

const MAGIC = Buffer.from('ipsec-relay-store\n');
export const FORMAT_VERSION = 1;
export const HEADER_BYTES = MAGIC.length + 4;
export const ENTRY_HEADER_BYTES = 12;
/** No payload is longer, so that a wrong length cannot ask for all memory. */
export const MOST_PAYLOAD_BYTES = 1 << 30;

export function encodeHeader(): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32BE(FORMAT_VERSION, MAGIC.length);
  return header;
}

/** @returns the format version, or undefined when the file is no store of ours */
export function decodeHeader(header: Buffer): number | undefined {
  if (header.length < HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  return header.readUInt32BE(MAGIC.length);
}

/** The chain's value in front of the first entry. */
export const CHAIN_START = crc32(encodeHeader());

const LAST_BYTE = 0xe5;

/** A change as an entry. @param chain the value before it @returns the bytes, and the value behind it */
export function encodeEntry(
  change: Change,
  revision: number,
  chain: number,
): { bytes: Buffer; chain: number } {
  const keyBytes = ({ table }: Key) => 1 + table.length + 8;
  const payload =
    6 +
    8 +
    change.put.reduce((sum, row) => sum + keyBytes(row) + 4 + row.value.length, 0) +
    change.remove.reduce((sum, key) => sum + keyBytes(key), 0) +
    1;
  const bytes = Buffer.allocUnsafe(ENTRY_HEADER_BYTES + payload);
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
  bytes.writeUInt32BE(payload, 0);
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
