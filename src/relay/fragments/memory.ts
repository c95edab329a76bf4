/**
 * The memory of virtual reassembly: one table for all workers, all of it in `SharedArrayBuffer`s and all of it
 * allocated at the start. Entries are numbered from 1, so that 0 means none and memory of zeros is an empty table.
 *
 * - `entries`: the state of each datagram, {@link ENTRY_WORDS} words.
 * - `pieces`: which parts of it have come, {@link MAX_PIECES} words an entry.
 * - `buckets`: for each hash the first entry of a chain.
 * - `ring`: whole packets that wait (src/relay/fragments/ring.ts).
 * - `control`: the lock, the ends of the lists, the gauges.
 *
 * A thread must hold the lock to read or write any of it, except for the gauges.
 */
import { randomInt } from 'node:crypto';

/** Words (32 bits) of one entry. */
export const ENTRY_WORDS = 32;

/* Words of an entry. Addresses are in network byte order read as signed numbers. */
/** The key: protocol, identification, source, destination. */
export const E_KEY = 0;
export const KEY_WORDS = 10;
export const E_BUCKET = 10;
/** The next entry of the same bucket; of a free entry: the next free one. */
export const E_CHAIN = 11;
/* The neighbours in the order in which entries were made. */
export const E_OLDER = 12;
export const E_NEWER = 13;
/** When it was made, milliseconds modulo 2^32. */
export const E_MADE = 14;
export const E_STATE = 15;
/** The answer to all further pieces once the table has refused the datagram; else 0. */
export const E_ANSWER = 16;
/** Length of the whole datagram, bytes; -1: the last piece has not come. */
export const E_TOTAL = 17;
/** Bytes that have come. */
export const E_BYTES = 18;
export const E_PIECES = 19;
/* Its packets in the ring, in order of arrival. */
export const E_FIRST_HELD = 20;
export const E_LAST_HELD = 21;
/** {@link DECISION_WORDS} words for the caller. */
export const E_DECISION = 24;
export const DECISION_WORDS = 8;

/** Most pieces of one datagram: 65,535 bytes in pieces of 512. */
export const MAX_PIECES = 128;

/* Words of `control`. The words written at every fragment lie on another cache line than the lock. */
export const C_LOCK = 0;
export const C_OLDEST = 16;
export const C_NEWEST = 17;
/** The first of the entries that were used and are free again. */
export const C_FREE = 18;
/** Entries beyond this one were never used. */
export const C_HIGHEST = 19;
/* The ring's head (the place of the next record), its tail (the oldest one) and its fill, words. */
export const C_RING_HEAD = 20;
export const C_RING_TAIL = 21;
export const C_RING_USED = 22;
export const C_HELD_PACKETS = 23;
/* The gauges. */
export const C_HELD_BYTES = 24;
export const C_DATAGRAMS = 25;
const CONTROL_WORDS = 32;

export interface FragmentMemoryOptions {
  /** Bytes of the ring. */
  readonly memory: number;
  /** Most datagrams at a time. */
  readonly datagrams: number;
  /** How long a datagram may take to be complete, milliseconds. */
  readonly timeoutMs: number;
}

/** Structured-cloneable. */
export interface FragmentMemory {
  readonly datagrams: number;
  readonly timeoutMs: number;
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly entries: Int32Array<SharedArrayBuffer>;
  readonly pieces: Int32Array<SharedArrayBuffer>;
  /** A power of two of them. */
  readonly buckets: Int32Array<SharedArrayBuffer>;
  readonly ring: Int32Array<SharedArrayBuffer>;
  /** The hash's key, 64 bits, chosen at random, since the senders of fragments choose the input of the hash. */
  readonly hashKey: readonly [number, number];
}

/** @throws RangeError when there is no room for a single datagram, or more than 32-bit words can count */
export function createFragmentMemory(options: FragmentMemoryOptions): FragmentMemory {
  const { memory, datagrams, timeoutMs } = options;
  requireWithin('bytes of memory for fragments', memory, 1024, 2 ** 30);
  requireWithin('datagrams', datagrams, 1, 2 ** 20);
  requireWithin('timeout in milliseconds', timeoutMs, 1, 2 ** 30);
  return {
    datagrams,
    timeoutMs,
    control: sharedWords(CONTROL_WORDS),
    entries: sharedWords((datagrams + 1) * ENTRY_WORDS),
    pieces: sharedWords((datagrams + 1) * MAX_PIECES),
    buckets: sharedWords(2 ** Math.ceil(Math.log2(datagrams * 2))),
    // Records are multiples of four words, and so is the rest behind the last.
    ring: sharedWords((memory >>> 4) * 4),
    hashKey: [randomInt(2 ** 32) | 0, randomInt(2 ** 32) | 0],
  };
}

function sharedWords(words: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(words * 4));
}

function requireWithin(what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${what}: ${value} is not within ${least}-${most}`);
}
