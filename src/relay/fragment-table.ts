/**
 * Datagrams of which fragments have come: what of each is there, what was decided for it, and the fragments that wait.
 * One table for all workers in shared memory, since nothing keeps the fragments of a datagram on one queue. A spin
 * lock guards it; only fragments touch it. It knows no header: positions are bytes within the datagram.
 *
 * Who floods it pushes out the oldest: a datagram whose fragments follow each other closely is complete before.
 */
import { randomBytes } from 'node:crypto';
import { FragmentRing, NONE, RING_STATE_WORDS } from './fragment-ring.js';

/* What {@link FragmentTable.arrive} returns instead of an entry. */
export const DUPLICATE = -1;
export const OVERLAP = -2;
export const TOO_MANY = -3;

/* States of a datagram. */
/** The first fragment has not come. */
export const UNDECIDED = 0;
/** Each fragment is treated as was decided. */
export const FOLLOW = 1;
/** None is forwarded. */
export const REFUSED = 2;
/** They wait until all are there. */
export const COLLECT = 3;

/* Causes of the death of a waiting fragment, and of the refusal of a datagram by the table itself. */
export const DEATH_OVERLAP = 0;
export const DEATH_LIMIT = 1;
export const DEATH_TIMEOUT = 2;
export const DEATHS = 3;

/** Words that the caller keeps for each datagram. */
export const DECISION_WORDS = 8;
/** Most fragments of a datagram: 65535 bytes in pieces of the least MTU that IPv6 allows are 54. */
const MOST_PIECES = 128;

export interface FragmentMemory {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly ring: Uint8Array<SharedArrayBuffer>;
  readonly datagrams: number;
  readonly timeoutMs: number;
  /** Chosen at random, so that nobody can prepare colliding identifications. */
  readonly seed: number;
}

export interface FragmentLimits {
  /** Bytes for fragments that wait; a multiple of 8. */
  readonly memory: number;
  /** Datagrams at a time. */
  readonly datagrams: number;
  readonly timeoutMs: number;
}

/* Words of the table's state; then those of the ring. */
const LOCK = 0;
const COUNT = 1;
const HELD_BYTES = 2;
/** Entries in the order in which they were made. */
const OLDEST = 3;
const NEWEST = 4;
const FREE_ENTRY = 5;
const FREE_PIECE = 6;
/** Entries and pieces that were never used begin here. */
const FRESH_ENTRY = 7;
const FRESH_PIECE = 8;
const RING_STATE = 12;
const STATE_WORDS = RING_STATE + RING_STATE_WORDS;

/* Words of an entry. */
/** Protocol, identification, source, destination: ten words. */
const E_KEY = 0;
const E_CHAIN = 10;
const E_OLDER = 11;
const E_NEWER = 12;
const E_MADE_MS = 13;
const E_STATE = 14;
/** Why the table refused it, or {@link NONE}. */
const E_CAUSE = 15;
/** Where the datagram ends, or {@link NONE}. */
const E_END = 16;
/** Bytes of all pieces. */
const E_BYTES = 17;
const E_PIECES = 18;
const E_FIRST_PIECE = 19;
const E_FIRST_HELD = 20;
const E_LAST_HELD = 21;
/** Furthest end of a piece. */
const E_REACH = 22;
const E_DECISION = 24;
const ENTRY_WORDS = E_DECISION + DECISION_WORDS;

/* Words of a piece. */
const P_OFFSET = 0;
const P_END = 1;
const P_MORE = 2;
const P_NEXT = 3;
const PIECE_WORDS = 4;

function pieceCapacity(datagrams: number): number {
  return datagrams * 8 + MOST_PIECES;
}

function bucketCount(datagrams: number): number {
  return 2 ** Math.ceil(Math.log2(datagrams * 2));
}

export function createFragmentMemory({ memory, datagrams, timeoutMs }: FragmentLimits): FragmentMemory {
  const words =
    STATE_WORDS + bucketCount(datagrams) + datagrams * ENTRY_WORDS + pieceCapacity(datagrams) * PIECE_WORDS;
  const shared = new Int32Array(new SharedArrayBuffer(words * 4));
  shared.fill(NONE, OLDEST, FRESH_ENTRY);
  shared.fill(NONE, STATE_WORDS, STATE_WORDS + bucketCount(datagrams));
  return {
    words: shared,
    ring: new Uint8Array(new SharedArrayBuffer(memory & ~7)),
    datagrams,
    timeoutMs,
    seed: randomBytes(4).readInt32BE(),
  };
}

/** Datagrams of which fragments have come, and bytes that wait, without the lock: for people. */
export function fragmentGauges({ words }: FragmentMemory): { datagrams: number; bytes: number } {
  return { datagrams: Atomics.load(words, COUNT), bytes: Atomics.load(words, HELD_BYTES) };
}

export class FragmentTable {
  /** The callers' words of all datagrams: see {@link decisionAt}. */
  readonly decision: Int32Array;
  /** Waiting fragments that died since the caller last zeroed this: how many by cause, then their bytes by cause. */
  readonly deaths = new Float64Array(2 * DEATHS);
  readonly #words: Int32Array;
  readonly #ring: FragmentRing;
  readonly #datagrams: number;
  readonly #timeoutMs: number;
  readonly #seed: number;
  readonly #bucketMask: number;
  readonly #entries: number;
  readonly #pieces: number;
  readonly #pieceCapacity: number;

  constructor({ words, ring, datagrams, timeoutMs, seed }: FragmentMemory) {
    this.#words = words;
    this.decision = words;
    this.#ring = new FragmentRing(ring, words.subarray(RING_STATE, STATE_WORDS));
    this.#datagrams = datagrams;
    this.#timeoutMs = timeoutMs;
    this.#seed = seed;
    this.#bucketMask = bucketCount(datagrams) - 1;
    this.#entries = STATE_WORDS + bucketCount(datagrams);
    this.#pieces = this.#entries + datagrams * ENTRY_WORDS;
    this.#pieceCapacity = pieceCapacity(datagrams);
  }

  /** Waits for its turn; what is done under the lock is short. */
  lock(): void {
    for (let spins = 0; Atomics.compareExchange(this.#words, LOCK, 0, 1) !== 0; spins++) {
      // Its holder may have lost the CPU: give up ours for a moment.
      if (spins > 1000) Atomics.wait(this.#words, LOCK, 1, 1);
    }
  }

  unlock(): void {
    Atomics.store(this.#words, LOCK, 0);
    Atomics.notify(this.#words, LOCK, 1);
  }

  /** Datagrams in the table. */
  get datagrams(): number {
    return Atomics.load(this.#words, COUNT);
  }

  /**
   * Takes note of a fragment.
   * @param offset where its data begins in the datagram, and `length` how long it is, bytes
   * @param more whether others follow
   * @param nowMs steady time, milliseconds
   * @returns the datagram's entry, or {@link DUPLICATE}, {@link OVERLAP} or {@link TOO_MANY}
   */
  arrive(
    protocol: number,
    identification: number,
    s0: number,
    s1: number,
    s2: number,
    s3: number,
    d0: number,
    d1: number,
    d2: number,
    d3: number,
    offset: number,
    length: number,
    more: boolean,
    nowMs: number,
  ): number {
    this.expire(nowMs);
    const words = this.#words;
    const bucket = STATE_WORDS + (this.#hash(protocol, identification, s3 ^ s1, d3 ^ d1) & this.#bucketMask);
    let entry = words[bucket]!;
    for (; entry !== NONE; entry = words[entry + E_CHAIN]!) {
      if (
        words[entry + E_KEY + 1] === identification &&
        words[entry + E_KEY + 5] === s3 &&
        words[entry + E_KEY + 9] === d3 &&
        words[entry + E_KEY] === protocol &&
        words[entry + E_KEY + 4] === s2 &&
        words[entry + E_KEY + 3] === s1 &&
        words[entry + E_KEY + 2] === s0 &&
        words[entry + E_KEY + 8] === d2 &&
        words[entry + E_KEY + 7] === d1 &&
        words[entry + E_KEY + 6] === d0
      ) {
        break;
      }
    }
    if (entry === NONE) {
      entry = this.#make(nowMs);
      const key = entry + E_KEY;
      words[key] = protocol;
      words[key + 1] = identification;
      words[key + 2] = s0;
      words[key + 3] = s1;
      words[key + 4] = s2;
      words[key + 5] = s3;
      words[key + 6] = d0;
      words[key + 7] = d1;
      words[key + 8] = d2;
      words[key + 9] = d3;
      // Found anew: making it may have removed the oldest from this very bucket.
      words[entry + E_CHAIN] = words[bucket]!;
      words[bucket] = entry;
    }
    const cause = words[entry + E_CAUSE]!;
    if (cause !== NONE) return cause === DEATH_OVERLAP ? OVERLAP : TOO_MANY;
    return this.#note(entry, offset, offset + length, more);
  }

  state(entry: number): number {
    return this.#words[entry + E_STATE]!;
  }

  decide(entry: number, state: number): void {
    this.#words[entry + E_STATE] = state;
  }

  /** Where the {@link DECISION_WORDS} words of a datagram begin in {@link decision}. */
  decisionAt(entry: number): number {
    return entry + E_DECISION;
  }

  /**
   * Keeps a packet, as it arrived, until it is taken; the oldest go where there is no room.
   * @returns false when it is too long for that; then the datagram is refused
   */
  hold(entry: number, view: DataView, at: number, length: number): boolean {
    const words = this.#words;
    if (!this.#ring.admits(length)) {
      this.#refuse(entry, DEATH_LIMIT);
      return false;
    }
    let record = this.#ring.push(entry, view, at, length);
    while (record === NONE) {
      const oldest = this.#ring.oldestOwner();
      this.#refuse(oldest, DEATH_LIMIT);
      // The oldest fragments may be this very datagram's.
      if (oldest === entry) return false;
      record = this.#ring.push(entry, view, at, length);
    }
    const last = words[entry + E_LAST_HELD]!;
    if (last === NONE) words[entry + E_FIRST_HELD] = record;
    else this.#ring.link(last, record);
    words[entry + E_LAST_HELD] = record;
    words[HELD_BYTES]! += length;
    return true;
  }

  /** Takes out what waits longest for this datagram. @returns its length, bytes; 0: nothing waits */
  take(entry: number, to: DataView, at: number): number {
    const words = this.#words;
    const record = words[entry + E_FIRST_HELD]!;
    if (record === NONE) return 0;
    const ring = this.#ring;
    const length = ring.length(record);
    ring.read(record, to, at);
    const next = ring.next(record);
    words[entry + E_FIRST_HELD] = next;
    if (next === NONE) words[entry + E_LAST_HELD] = NONE;
    ring.disown(record);
    words[HELD_BYTES]! -= length;
    return length;
  }

  /** Whether every byte from the first to the last has come. */
  isComplete(entry: number): boolean {
    const end = this.#words[entry + E_END]!;
    return end !== NONE && this.#words[entry + E_BYTES] === end;
  }

  /** The datagram's length in bytes, or -1 while it is not known. */
  totalLength(entry: number): number {
    return this.#words[entry + E_END]!;
  }

  /** Removes a datagram; nothing of it may wait any more. */
  forget(entry: number): void {
    const words = this.#words;
    const key = entry + E_KEY;
    const s = words[key + 5]! ^ words[key + 3]!;
    const d = words[key + 9]! ^ words[key + 7]!;
    const bucket = STATE_WORDS + (this.#hash(words[key]!, words[key + 1]!, s, d) & this.#bucketMask);
    if (words[bucket] === entry) {
      words[bucket] = words[entry + E_CHAIN]!;
    } else {
      let before = words[bucket]!;
      while (words[before + E_CHAIN] !== entry) before = words[before + E_CHAIN]!;
      words[before + E_CHAIN] = words[entry + E_CHAIN]!;
    }
    const older = words[entry + E_OLDER]!;
    const newer = words[entry + E_NEWER]!;
    if (older === NONE) words[OLDEST] = newer;
    else words[older + E_NEWER] = newer;
    if (newer === NONE) words[NEWEST] = older;
    else words[newer + E_OLDER] = older;
    this.#freePieces(entry);
    words[entry + E_CHAIN] = words[FREE_ENTRY]!;
    words[FREE_ENTRY] = entry;
    words[COUNT]! -= 1;
  }

  /** Removes the datagrams whose time is up; what of them waits dies. @param nowMs as in {@link arrive} */
  expire(nowMs: number): void {
    const words = this.#words;
    for (let entry = words[OLDEST]!; entry !== NONE; entry = words[OLDEST]!) {
      // The difference, so that the comparison survives the wrap at 2^31 milliseconds.
      if ((((nowMs | 0) - words[entry + E_MADE_MS]!) | 0) < this.#timeoutMs) return;
      this.#kill(entry, DEATH_TIMEOUT);
      this.forget(entry);
    }
  }

  #note(entry: number, from: number, to: number, more: boolean): number {
    const words = this.#words;
    for (let piece = words[entry + E_FIRST_PIECE]!; piece !== NONE; piece = words[piece + P_NEXT]!) {
      const start = words[piece + P_OFFSET]!;
      const end = words[piece + P_END]!;
      if (from < end && start < to) {
        if (from === start && to === end && (words[piece + P_MORE] === 1) === more) return DUPLICATE;
        return this.#refuse(entry, DEATH_OVERLAP);
      }
    }
    const end = words[entry + E_END]!;
    const endsTwice = !more && end !== NONE;
    const isBeyondEnd = end !== NONE && to > end;
    const isEndWithin = !more && words[entry + E_REACH]! > to;
    if (endsTwice || isBeyondEnd || isEndWithin) return this.#refuse(entry, DEATH_OVERLAP);
    if (words[entry + E_PIECES]! >= MOST_PIECES) return this.#refuse(entry, DEATH_LIMIT);
    const piece = this.#takePiece(entry);
    if (piece === NONE) return this.#refuse(entry, DEATH_LIMIT);
    words[piece + P_OFFSET] = from;
    words[piece + P_END] = to;
    words[piece + P_MORE] = more ? 1 : 0;
    words[piece + P_NEXT] = words[entry + E_FIRST_PIECE]!;
    words[entry + E_FIRST_PIECE] = piece;
    words[entry + E_PIECES]! += 1;
    words[entry + E_BYTES]! += to - from;
    words[entry + E_REACH] = Math.max(words[entry + E_REACH]!, to);
    if (!more) words[entry + E_END] = to;
    return entry;
  }

  /** No more of this datagram, until its time is up. @returns what `arrive` returns then */
  #refuse(entry: number, cause: number): number {
    this.#kill(entry, cause);
    this.#freePieces(entry);
    this.#words[entry + E_STATE] = REFUSED;
    this.#words[entry + E_CAUSE] = cause;
    return cause === DEATH_OVERLAP ? OVERLAP : TOO_MANY;
  }

  /** Ends the wait of all that waits for this datagram. */
  #kill(entry: number, cause: number): void {
    const words = this.#words;
    const ring = this.#ring;
    for (let record = words[entry + E_FIRST_HELD]!; record !== NONE; record = ring.next(record)) {
      const length = ring.length(record);
      this.deaths[cause]! += 1;
      this.deaths[DEATHS + cause]! += length;
      words[HELD_BYTES]! -= length;
      ring.disown(record);
    }
    words[entry + E_FIRST_HELD] = NONE;
    words[entry + E_LAST_HELD] = NONE;
  }

  /** An entry as the newest, without a key; the oldest goes when there is none left. */
  #make(nowMs: number): number {
    const words = this.#words;
    let entry = words[FREE_ENTRY]!;
    if (entry !== NONE) {
      words[FREE_ENTRY] = words[entry + E_CHAIN]!;
    } else if (words[FRESH_ENTRY]! < this.#datagrams) {
      entry = this.#entries + words[FRESH_ENTRY]! * ENTRY_WORDS;
      words[FRESH_ENTRY]! += 1;
    } else {
      const oldest = words[OLDEST]!;
      this.#kill(oldest, DEATH_LIMIT);
      this.forget(oldest);
      entry = words[FREE_ENTRY]!;
      words[FREE_ENTRY] = words[entry + E_CHAIN]!;
    }
    const newest = words[NEWEST]!;
    words[entry + E_OLDER] = newest;
    words[entry + E_NEWER] = NONE;
    if (newest === NONE) words[OLDEST] = entry;
    else words[newest + E_NEWER] = entry;
    words[NEWEST] = entry;
    words[entry + E_MADE_MS] = nowMs | 0;
    words[entry + E_STATE] = UNDECIDED;
    words[entry + E_CAUSE] = NONE;
    words[entry + E_END] = NONE;
    words[entry + E_BYTES] = 0;
    words[entry + E_REACH] = 0;
    words[entry + E_PIECES] = 0;
    words[entry + E_FIRST_PIECE] = NONE;
    words[entry + E_FIRST_HELD] = NONE;
    words[entry + E_LAST_HELD] = NONE;
    words[COUNT]! += 1;
    return entry;
  }

  /** A piece for this datagram; the oldest of the others go when there is none left. */
  #takePiece(entry: number): number {
    const words = this.#words;
    if (words[FREE_PIECE] === NONE && words[FRESH_PIECE]! < this.#pieceCapacity) {
      const piece = this.#pieces + words[FRESH_PIECE]! * PIECE_WORDS;
      words[FRESH_PIECE]! += 1;
      return piece;
    }
    while (words[FREE_PIECE] === NONE) {
      const oldest = words[OLDEST]!;
      if (oldest === entry) return NONE;
      this.#kill(oldest, DEATH_LIMIT);
      this.forget(oldest);
    }
    const piece = words[FREE_PIECE]!;
    words[FREE_PIECE] = words[piece + P_NEXT]!;
    return piece;
  }

  #freePieces(entry: number): void {
    const words = this.#words;
    let piece = words[entry + E_FIRST_PIECE]!;
    while (piece !== NONE) {
      const next = words[piece + P_NEXT]!;
      words[piece + P_NEXT] = words[FREE_PIECE]!;
      words[FREE_PIECE] = piece;
      piece = next;
    }
    words[entry + E_FIRST_PIECE] = NONE;
  }

  #hash(protocol: number, identification: number, source: number, destination: number): number {
    let hash = Math.imul(identification ^ this.#seed, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ source, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13) ^ destination ^ (protocol << 24), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  }
}
