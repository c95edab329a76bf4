/**
 * What the SA store holds: one LMDB environment, `DIRECTORY/data.mdb`, whose root database maps
 * the SA's id to a sealed protobuf `Sa`, and the string "meta" to a sealed JSON document.
 * Sealed: a CRC-32 (big-endian, of the bytes that follow) in front.
 */
import { crc32 } from 'node:zlib';
import { open, type RootDatabase } from 'lmdb';
import { ipsec_relay } from '../control/generated/control.js';
import { StoreDamage } from './lmdb-pages.js';

const { Sa } = ipsec_relay.control.v1;

export const DATA_FILE = 'data.mdb';
export const META_KEY = 'meta';
const FORMAT = 'ipsec-relay-sad';
const VERSION = 1;
const CRC_BYTES = 4;

/** An SA accepted at run time, as it outlives the daemon: `Sa` of control.proto without origin and counters. */
export interface StoredSa {
  id: number;
  name: string;
  protocol: ipsec_relay.control.v1.Protocol;
  dst: string;
  spi: number;
  src: string;
  to: string;
  toSrc: string;
  toSpi: number;
  mode: ipsec_relay.control.v1.Mode;
  /** false in records written before this field was. */
  hairpin: boolean;
  encap?: { peerPort: number };
  toEncap?: { none: boolean; sourcePort: number; destinationPort: number };
  /** Unix time, milliseconds. */
  addedMs: number;
  /** Unix time, milliseconds; 0: no hard lifetime. */
  expiresMs: number;
  /** Unix time, milliseconds; 0: no soft lifetime. */
  softExpiresMs: number;
  /** As they were asked for, seconds; 0: none, and in records written before these fields were. */
  lifetime: number;
  softLifetime: number;
  idle: number;
}

export interface StoreMeta {
  /** The next SA's id; no id is ever given twice. */
  nextId: number;
  /** SAs in the store. */
  count: number;
  /** All SAs' CRCs combined by exclusive or: tells a page of an older state from a current one. */
  digest: number;
}

export type StoreKey = number | typeof META_KEY;

/**
 * Opens the environment. Without overlappingSync LMDB commits in the classic way: pages, fdatasync, then
 * the meta page through an O_DSYNC descriptor; only then is the promise of a write resolved.
 */
export function openEnvironment(directory: string, readOnly: boolean): RootDatabase<Buffer, StoreKey> {
  return open<Buffer, StoreKey>({
    path: directory,
    noSubdir: false,
    encoding: 'binary',
    overlappingSync: false,
    eventTurnBatching: true,
    readOnly,
  });
}

export function encodeSa(sa: StoredSa): Buffer {
  return seal(Sa.encode(sa).finish());
}

export function decodeSa(id: number, value: Uint8Array): StoredSa {
  const sa = Sa.decode(unseal(value, `the record of SA ${id}`));
  if (sa.id !== id) throw new StoreDamage(`is damaged: under the key of SA ${id} stands SA ${sa.id}`);
  const stored: StoredSa = {
    id,
    name: sa.name,
    protocol: sa.protocol,
    dst: sa.dst,
    spi: sa.spi,
    src: sa.src,
    to: sa.to,
    toSrc: sa.toSrc,
    toSpi: sa.toSpi,
    mode: sa.mode,
    hairpin: sa.hairpin,
    addedMs: sa.addedMs,
    expiresMs: sa.expiresMs,
    softExpiresMs: sa.softExpiresMs,
    lifetime: sa.lifetime,
    softLifetime: sa.softLifetime,
    idle: sa.idle,
  };
  if (sa.encap) stored.encap = { peerPort: sa.encap.peerPort ?? 0 };
  if (sa.toEncap) {
    const { none, sourcePort, destinationPort } = sa.toEncap;
    stored.toEncap = {
      none: none ?? false,
      sourcePort: sourcePort ?? 0,
      destinationPort: destinationPort ?? 0,
    };
  }
  return stored;
}

/** The CRC in front of a sealed value. */
export function crcOf(value: Uint8Array): number {
  return new DataView(value.buffer, value.byteOffset).getUint32(0);
}

export function encodeMeta({ nextId, count, digest }: StoreMeta): Buffer {
  return seal(Buffer.from(JSON.stringify({ format: FORMAT, version: VERSION, nextId, count, digest })));
}

export function decodeMeta(value: Uint8Array): StoreMeta {
  const meta = JSON.parse(unseal(value, 'its meta record').toString()) as StoreMeta & Record<string, unknown>;
  if (meta['format'] !== FORMAT) throw new StoreDamage('is not a store of ipsec-relay');
  if (meta['version'] !== VERSION) {
    throw new StoreDamage(
      `has format version ${meta['version']}, but this ipsec-relayd reads version ${VERSION}`,
    );
  }
  return { nextId: meta.nextId, count: meta.count, digest: meta.digest };
}

function seal(payload: Uint8Array): Buffer {
  const value = Buffer.allocUnsafe(CRC_BYTES + payload.length);
  value.writeUInt32BE(crc32(payload));
  value.set(payload, CRC_BYTES);
  return value;
}

function unseal(value: Uint8Array, what: string): Buffer {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
  const payload = bytes.subarray(CRC_BYTES);
  if (bytes.length <= CRC_BYTES || bytes.readUInt32BE() !== crc32(payload)) {
    throw new StoreDamage(`is damaged: the checksum of ${what} is wrong`);
  }
  return payload;
}
