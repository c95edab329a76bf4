/**
 * One number that must never go back, on the disk: how far an SA's sequence numbers may have been used (outbound), or
 * have been received (inbound). It belongs to the key and not to the SA's name or SPI, because it is the key under
 * which no number may come twice; so the file's name is the key's fingerprint.
 *
 * Two records at different places are written in turn. A write that a power failure tears leaves the other one,
 * which holds the number before; the highest whole record counts.
 *
 *   0  the number, 64 bits, network byte order
 *   8  CRC-32 over these eight bytes and a constant
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

const RECORD = 12;
/** Apart by a sector, so that a torn write hits one. */
const PLACES = [0, 512] as const;
/** So that zeros are no record. */
const CRC_START = 0x69707372;
const TWO_32 = 0x1_0000_0000;

/** The file is not usable; the message is one sentence. */
export class SequenceFileError extends Error {}

/** Names a key without telling it: the keys are random, so their hash gives nothing away. */
export function fingerprint(key: Uint8Array): string {
  return createHash('sha256').update('ipsec-relay endpoint sequence').update(key).digest('hex').slice(0, 32);
}

export class SequenceFile {
  /** Open until {@link close}. */
  readonly fd: number;
  readonly #record = new Uint8Array(RECORD);
  readonly #view = new DataView(this.#record.buffer);
  #next = 0;
  #number = 0;

  private constructor(fd: number) {
    this.fd = fd;
  }

  /**
   * Opens the key's file, made if there is none.
   * @param directory made if it is missing; synced, so that a file that was used is not lost
   */
  static open(directory: string, key: Uint8Array): SequenceFile {
    const path = join(directory, `${fingerprint(key)}.sequence`);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const file = new SequenceFile(openFile(path, directory));
    try {
      file.#read(path);
    } catch (error) {
      file.close();
      throw error;
    }
    return file;
  }

  /** The number last written; 0: none yet. */
  get number(): number {
    return this.#number;
  }

  /** Sets the number back, in both records, and syncs. Only to numbers that were not used: see OutboundSa.release. */
  rewrite(number: number): void {
    this.write(number);
    this.write(number);
    this.sync();
  }

  /** Survives the death of this process; with {@link sync}, that of the machine too. @param number not below the last */
  write(number: number): void {
    this.#view.setUint32(0, Math.floor(number / TWO_32));
    this.#view.setUint32(4, number % TWO_32);
    this.#view.setUint32(8, crc32(this.#record.subarray(0, 8), CRC_START));
    writeSync(this.fd, this.#record, 0, RECORD, PLACES[this.#next]!);
    this.#next = 1 - this.#next;
    this.#number = number;
  }

  sync(): void {
    fdatasyncSync(this.fd);
  }

  close(): void {
    closeSync(this.fd);
  }

  #read(path: string): void {
    let found = false;
    PLACES.forEach((place, n) => {
      const bytes = readSync(this.fd, this.#record, 0, RECORD, place);
      if (bytes !== RECORD || this.#view.getUint32(8) !== crc32(this.#record.subarray(0, 8), CRC_START))
        return;
      const number = this.#view.getUint32(0) * TWO_32 + this.#view.getUint32(4);
      found = true;
      if (number < this.#number) return;
      this.#number = number;
      this.#next = 1 - n;
    });
    if (found || fstatSync(this.fd).size === 0) return;
    throw new SequenceFileError(
      `${path} is damaged, so it is not known which sequence numbers of its key were used; remove it, and give the SA a new key`,
    );
  }
}

/** Not for appending, which would write at the end wherever it is told to. */
function openFile(path: string, directory: string): number {
  try {
    return openSync(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const fd = openSync(path, 'wx+', 0o600);
  syncDirectory(directory);
  return fd;
}

function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
