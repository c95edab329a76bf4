/**
 * The memory of punting: it carries packets from the workers to the control thread. All of it lies in
 * `SharedArrayBuffer`s that are allocated at the start, so a flood of punted packets takes no further memory.
 *
 * Each worker has a ring of its own, which it alone fills and the control thread alone empties. A record is
 * {@link P_HEADER} words and the packet, and never wraps: where it would, the rest of the ring is skipped. Positions
 * count words from the start and run on modulo 2^32; the ring's length is a power of two.
 */
import { randomInt } from 'node:crypto';
import { VERDICTS } from './verdict.js';

/* Words of a record. */
/** Words of the whole record: even, so that each time is aligned. */
export const P_SIZE = 0;
/** Bytes of the packet; {@link SKIPPED}: no packet, the next record is at the ring's start. */
export const P_LENGTH = 1;
/** The verdict that the packet had. */
export const P_REASON = 2;
/** The group of source prefixes that the record is charged to. */
export const P_GROUP = 3;
/** When the packet arrived: Unix time in milliseconds, a float of two words. */
export const P_TIME = 4;
/** How many pieces it came in: 1, or fragments that a worker has put together; and their bytes. */
export const P_PIECES = 6;
export const P_ARRIVED = 7;
export const P_HEADER = 8;

export const SKIPPED = -1;

/* Words of a ring's `ends`: positions, on a cache line each. */
/** Where the next record goes; the worker writes it. */
export const E_HEAD = 0;
/** Where the oldest record is; the control thread writes it. */
export const E_TAIL = 16;
const ENDS_WORDS = 32;

/* Values of the doorbell. */
export const AWAKE = 0;
/** The control thread sleeps, or is about to look for the last time before it does. */
export const ASLEEP = 1;

/** Source prefixes share a count by a keyed hash: a flood shares its count with a given other prefix in one case of this many. */
export const GROUPS = 4096;

/** Bytes of one worker's ring: some hundred messages of a key exchange from one prefix, and the longest packet. */
const RING_BYTES = 1 << 19;

/** One worker's ring. */
export interface PuntRing {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly ends: Int32Array<SharedArrayBuffer>;
  /** Words that each group's records take up. */
  readonly held: Int32Array<SharedArrayBuffer>;
}

/** Structured-cloneable. */
export interface PuntMemory {
  /** By worker. */
  readonly rings: readonly PuntRing[];
  /** A byte for each verdict, non-zero when the control thread wants the packets that get it. */
  readonly wanted: Uint8Array<SharedArrayBuffer>;
  /** One word: {@link AWAKE} or {@link ASLEEP}. */
  readonly doorbell: Int32Array<SharedArrayBuffer>;
  /** Key of the hash of prefixes, 64 bits, chosen at random, since senders choose their prefixes. */
  readonly hashKey: readonly [number, number];
}

/**
 * @param ringBytes of each worker's ring, a power of two, 256 or more
 * @throws RangeError when it is another number
 */
export function createPuntMemory(workers: number, ringBytes = RING_BYTES): PuntMemory {
  if (!(ringBytes >= 256 && ringBytes <= 2 ** 30 && Number.isInteger(Math.log2(ringBytes)))) {
    throw new RangeError(`a ring of ${ringBytes} bytes: not a power of two within 256-2^30`);
  }
  const ring = (): PuntRing => ({
    words: sharedWords(ringBytes / 4),
    ends: sharedWords(ENDS_WORDS),
    held: sharedWords(GROUPS),
  });
  return {
    rings: Array.from({ length: workers }, ring),
    wanted: new Uint8Array(new SharedArrayBuffer(VERDICTS.length)),
    doorbell: sharedWords(1),
    hashKey: [randomInt(2 ** 32) | 0, randomInt(2 ** 32) | 0],
  };
}

function sharedWords(words: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(words * 4));
}
