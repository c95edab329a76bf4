/**
 * Reads a store of release 0.1 (LMDB) and prints its rows, a JSON document a line. A process of its own, because a damaged
 * file can crash LMDB: `node lmdb-reader.js DIRECTORY`. Exit status 1 with one sentence's end on standard error when the store is
 * damaged or not ours.
 *
 * Each value stands behind a CRC-32 of it (big-endian). The SA's id is the key of a protobuf `Sa`, "meta" that of a JSON
 * document with the next id, the number of SAs, and all their CRCs combined by exclusive or.
 */
import { writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { open } from 'lmdb';

const FORMAT = 'ipsec-relay-sad';
const VERSION = 1;
const CRC_BYTES = 4;
const LINES_AT_ONCE = 1000;

class Damage extends Error {}

interface Meta {
  readonly format: string;
  readonly version: number;
  readonly nextId: number;
  readonly count: number;
  readonly digest: number;
}

function unseal(value: Uint8Array, what: string): Buffer {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
  const payload = bytes.subarray(CRC_BYTES);
  if (bytes.length <= CRC_BYTES || bytes.readUInt32BE() !== crc32(payload)) {
    throw new Damage(`is damaged: the checksum of ${what} is wrong`);
  }
  return payload;
}

function read(directory: string): void {
  const environment = open<Buffer, number | string>({
    path: directory,
    noSubdir: false,
    encoding: 'binary',
    readOnly: true,
  });
  const sealed = environment.getBinary('meta');
  if (!sealed) throw new Damage('is not a store of ipsec-relay, or its meta record is lost');
  const meta = JSON.parse(unseal(sealed, 'its meta record').toString()) as Meta;
  if (meta.format !== FORMAT) throw new Damage('is not a store of ipsec-relay');
  if (meta.version !== VERSION) {
    throw new Damage(`has format version ${meta.version}, but this ipsec-relayd reads version ${VERSION}`);
  }
  let count = 0;
  let digest = 0;
  let lines: string[] = [];
  for (const { key, value } of environment.getRange()) {
    if (typeof key !== 'number') continue;
    const payload = unseal(value, `the record of SA ${key}`);
    lines.push(JSON.stringify([key, payload.toString('base64')]));
    count++;
    digest ^= value.readUInt32BE();
    if (lines.length === LINES_AT_ONCE) lines = print(lines);
  }
  if (count !== meta.count || digest >>> 0 !== meta.digest) {
    throw new Damage(`is damaged: ${meta.count} SAs should be there, and ${count} were read`);
  }
  print([...lines, JSON.stringify({ nextId: meta.nextId })]);
}

function print(lines: readonly string[]): string[] {
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done);
  return [];
}

try {
  read(process.argv[2]!);
} catch (error) {
  writeSync(2, error instanceof Damage ? error.message : `cannot be read: ${(error as Error).message}`);
  process.exit(1);
}
