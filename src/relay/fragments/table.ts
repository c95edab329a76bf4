/**
 * The table of virtual reassembly: the datagrams under way in pieces, the pieces that have arrived, the decision about each
 * datagram, and the packets that wait. It knows no IP header: src/relay/fragments/fragments.ts tells it the offset of a piece.
 *
 * An object belongs to one thread; the memory behind it belongs to all workers. An entry number is valid only while the
 * lock is held. No call throws or allocates, and none takes longer in a fuller table. Every packet that was held is
 * taken, or dies and is counted in `deaths`.
 */

import { SharedLock } from '../shared-lock.js';
import { hashWords } from './hash.js';
import {
  C_DATAGRAMS,
  C_FREE,
  C_HELD_BYTES,
  C_HIGHEST,
  C_LOCK,
  C_NEWEST,
  C_OLDEST,
  DECISION_WORDS,
  E_ANSWER,
  E_BUCKET,
  E_BYTES,
  E_CHAIN,
  E_DECISION,
  E_FIRST_HELD,
  E_KEY,
  E_LAST_HELD,
  E_MADE,
  E_NEWER,
  E_OLDER,
  E_PIECES,
  E_STATE,
  E_TOTAL,
  ENTRY_WORDS,
  type FragmentMemory,
  KEY_WORDS,
  MAX_PIECES,
} from './memory.js';
import { FragmentRing } from './ring.js';

/* Answers to a piece that are no entry. */
/** The very same piece was there before; its datagram lives on (RFC 8200 §4.5 allows that). */
export const DUPLICATE = -1;
/** The piece contradicts another, now or once before: the datagram is refused (RFC 5722 §4, for IPv4 as well). */
export const OVERLAP = -2;
/** The datagram has too many pieces, or one that waited had to make room: it is refused. */
export const TOO_MANY = -3;

/* States of a datagram. */
/** The first fragment has not come. */
export const UNDECIDED = 0;
export const FOLLOW = 1;
export const REFUSED = 2;
export const COLLECT = 3;

/* Why packets that waited died: places in `deaths`. */
export const DEATH_OVERLAP = 0;
export const DEATH_LIMIT = 1;
export const DEATH_TIMEOUT = 2;
/** Number of causes. */
export const DEATHS = 3;

export class FragmentTable {
  /**
   * Packets that this thread let die: packets by cause, then bytes by cause from {@link DEATHS} on. For the caller
   * to read and to set to zero, before `unlock` or after it, but before the next `lock`.
   */
  readonly deaths = new Int32Array(2 * DEATHS);
  /** The caller's words for each datagram, zero at first: see {@link decisionAt}. */
  readonly decision: Int32Array;
  readonly #lock: SharedLock;
  readonly #ring: FragmentRing;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #entries: Int32Array;
  readonly #pieces: Int32Array;
  readonly #buckets: Int32Array;
  readonly #datagrams: number;
  readonly #timeoutMs: number;
  readonly #hashKey0: number;
  readonly #hashKey1: number;
  /** The key that is looked for. */
  readonly #key = new Int32Array(KEY_WORDS);

  constructor(memory: FragmentMemory) {
    this.#lock = new SharedLock(memory.control, C_LOCK);
    this.#ring = new FragmentRing(memory);
    this.#control = memory.control;
    this.#entries = memory.entries;
    this.decision = memory.entries;
    this.#pieces = memory.pieces;
    this.#buckets = memory.buckets;
    this.#datagrams = memory.datagrams;
    this.#timeoutMs = memory.timeoutMs;
    this.#hashKey0 = memory.hashKey[0];
    this.#hashKey1 = memory.hashKey[1];
  }

  lock(): void {
    this.#lock.lock();
  }

  unlock(): void {
    this.#lock.unlock();
  }

  /** Datagrams in the table. Needs no lock. */
  get datagrams(): number {
    return Atomics.load(this.#control, C_DATAGRAMS);
  }

  /** Bytes of the packets that wait. Needs no lock. */
  get heldBytes(): number {
    return Atomics.load(this.#control, C_HELD_BYTES);
  }

  /** Whether {@link expire} would find something, as far as can be told without the lock. */
  isDue(nowMs: number): boolean {
    const oldest = Atomics.load(this.#control, C_OLDEST);
    return oldest !== 0 && this.#isOld(oldest, nowMs);
  }

  /**
   * A piece has arrived. Datagrams that are due by then expire first.
   * @param id identification @param s0 the first of four words of the source @param d0 of the destination
   * @param offset of the piece in its datagram, bytes @param length bytes, at least 1; ends at 65535 at most
   * @param more whether it is not the last @param nowMs by a clock that cannot be set, the same for all workers
   * @returns the datagram's entry, or `DUPLICATE`, `OVERLAP` or `TOO_MANY`
   */
  arrive(
    protocol: number,
    id: number,
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
    const key = this.#key;
    key[0] = protocol;
    key[1] = id;
    key[2] = s0;
    key[3] = s1;
    key[4] = s2;
    key[5] = s3;
    key[6] = d0;
    key[7] = d1;
    key[8] = d2;
    key[9] = d3;
    const bucket = hashWords(key, this.#hashKey0, this.#hashKey1) & (this.#buckets.length - 1);
    let entry = this.#find(bucket);
    if (entry === 0) entry = this.#make(bucket, nowMs);
    const answer = this.#entries[entry * ENTRY_WORDS + E_ANSWER]!;
    return answer !== 0 ? answer : this.#addPiece(entry, offset, length, more);
  }

  state(entry: number): number {
    return this.#entries[entry * ENTRY_WORDS + E_STATE]!;
  }

  /** Waiting packets go on waiting in any state. */
  decide(entry: number, state: number): void {
    this.#entries[entry * ENTRY_WORDS + E_STATE] = state;
  }

  /** Where in `decision` the entry's {@link DECISION_WORDS} words begin. */
  decisionAt(entry: number): number {
    return entry * ENTRY_WORDS + E_DECISION;
  }

  /** Whether all pieces from the first to the last have come. */
  isComplete(entry: number): boolean {
    const at = entry * ENTRY_WORDS;
    return this.#entries[at + E_BYTES] === this.#entries[at + E_TOTAL];
  }

  /** @returns length of the whole datagram, bytes; -1 while it is not known */
  totalLength(entry: number): number {
    return this.#entries[entry * ENTRY_WORDS + E_TOTAL]!;
  }

  /**
   * Keeps a copy of a whole packet. When the ring has no room, the datagrams whose packets have waited longest are
   * refused. Fastest where the packet starts at a multiple of four bytes in its buffer.
   * @returns false when this packet's own datagram was refused, or the packet is longer than a quarter of the ring:
   * then its datagram is refused, and the packet itself is not among the deaths
   */
  hold(entry: number, bytes: Uint8Array, at: number, length: number): boolean {
    const ring = this.#ring;
    if (!ring.accepts(length)) {
      this.#refuse(entry, TOO_MANY, DEATH_LIMIT);
      return false;
    }
    for (;;) {
      const inTheWay = ring.makeRoom(length);
      if (inTheWay === 0) break;
      this.#refuse(inTheWay, TOO_MANY, DEATH_LIMIT);
      if (inTheWay === entry) return false;
    }
    const record = ring.add(entry, bytes, at, length);
    const entries = this.#entries;
    const words = entry * ENTRY_WORDS;
    const last = entries[words + E_LAST_HELD]!;
    if (last === 0) entries[words + E_FIRST_HELD] = record;
    else ring.link(last, record);
    entries[words + E_LAST_HELD] = record;
    return true;
  }

  /** Moves the packet that has waited longest out. @returns its length, bytes; 0: none waits */
  take(entry: number, into: Uint8Array, at: number): number {
    const ring = this.#ring;
    const record = this.#entries[entry * ENTRY_WORDS + E_FIRST_HELD]!;
    if (record === 0) return 0;
    ring.copyOut(record, into, at);
    this.#unlinkHeld(entry, record);
    return ring.lengthOf(record);
  }

  /** The datagram is done with: a piece that still arrives begins a new one. Pieces that still wait die by the limit. */
  forget(entry: number): void {
    this.#kill(entry, DEATH_LIMIT);
    this.#remove(entry);
  }

  /** Ends the datagrams that were begun `timeoutMs` ago or earlier. */
  expire(nowMs: number): void {
    for (;;) {
      const oldest = this.#control[C_OLDEST]!;
      if (oldest === 0 || !this.#isOld(oldest, nowMs)) return;
      this.#kill(oldest, DEATH_TIMEOUT);
      this.#remove(oldest);
    }
  }

  #isOld(entry: number, nowMs: number): boolean {
    return ((nowMs - this.#entries[entry * ENTRY_WORDS + E_MADE]!) | 0) >= this.#timeoutMs;
  }

  #find(bucket: number): number {
    const entries = this.#entries;
    const key = this.#key;
    let entry = this.#buckets[bucket]!;
    while (entry !== 0) {
      const at = entry * ENTRY_WORDS + E_KEY;
      let word = 0;
      while (word < KEY_WORDS && entries[at + word] === key[word]) word++;
      if (word === KEY_WORDS) break;
      entry = entries[entry * ENTRY_WORDS + E_CHAIN]!;
    }
    return entry;
  }

  /** In a full table the oldest datagram makes room. @returns the entry */
  #make(bucket: number, nowMs: number): number {
    const control = this.#control;
    const entries = this.#entries;
    if (control[C_DATAGRAMS] === this.#datagrams) {
      this.#kill(control[C_OLDEST]!, DEATH_LIMIT);
      this.#remove(control[C_OLDEST]!);
    }
    let entry = control[C_FREE]!;
    if (entry === 0) entry = ++control[C_HIGHEST]!;
    else control[C_FREE] = entries[entry * ENTRY_WORDS + E_CHAIN]!;
    control[C_DATAGRAMS]!++;

    const at = entry * ENTRY_WORDS;
    for (let word = 0; word < KEY_WORDS; word++) entries[at + E_KEY + word] = this.#key[word]!;
    entries[at + E_BUCKET] = bucket;
    entries[at + E_CHAIN] = this.#buckets[bucket]!;
    this.#buckets[bucket] = entry;
    const newest = control[C_NEWEST]!;
    entries[at + E_OLDER] = newest;
    entries[at + E_NEWER] = 0;
    if (newest === 0) control[C_OLDEST] = entry;
    else entries[newest * ENTRY_WORDS + E_NEWER] = entry;
    control[C_NEWEST] = entry;
    entries[at + E_MADE] = nowMs | 0;
    entries[at + E_STATE] = UNDECIDED;
    entries[at + E_ANSWER] = 0;
    entries[at + E_TOTAL] = -1;
    entries[at + E_BYTES] = 0;
    entries[at + E_PIECES] = 0;
    entries[at + E_FIRST_HELD] = 0;
    entries[at + E_LAST_HELD] = 0;
    for (let word = 0; word < DECISION_WORDS; word++) entries[at + E_DECISION + word] = 0;
    return entry;
  }

  /** An entry of which nothing waits any more. */
  #remove(entry: number): void {
    const control = this.#control;
    const entries = this.#entries;
    const at = entry * ENTRY_WORDS;
    const chain = entries[at + E_CHAIN]!;
    const bucket = entries[at + E_BUCKET]!;
    let before = this.#buckets[bucket]!;
    if (before === entry) {
      this.#buckets[bucket] = chain;
    } else {
      while (entries[before * ENTRY_WORDS + E_CHAIN] !== entry)
        before = entries[before * ENTRY_WORDS + E_CHAIN]!;
      entries[before * ENTRY_WORDS + E_CHAIN] = chain;
    }
    const older = entries[at + E_OLDER]!;
    const newer = entries[at + E_NEWER]!;
    if (older === 0) control[C_OLDEST] = newer;
    else entries[older * ENTRY_WORDS + E_NEWER] = newer;
    if (newer === 0) control[C_NEWEST] = older;
    else entries[newer * ENTRY_WORDS + E_OLDER] = older;
    entries[at + E_CHAIN] = control[C_FREE]!;
    control[C_FREE] = entry;
    control[C_DATAGRAMS]!--;
  }

  /**
   * Pieces are kept in order, each as its offset and its length in one word: a piece in order is appended, and
   * only the neighbours can overlap.
   */
  #addPiece(entry: number, offset: number, length: number, more: boolean): number {
    const entries = this.#entries;
    const pieces = this.#pieces;
    const at = entry * ENTRY_WORDS;
    const first = entry * MAX_PIECES;
    const behind = first + entries[at + E_PIECES]!;
    const end = offset + length;
    const total = entries[at + E_TOTAL]!;
    // The piece belongs before `place`, behind all that begin where it does or earlier.
    let place = behind;
    while (place > first && pieces[place - 1]! >>> 16 > offset) place--;
    if (place > first) {
      const before = pieces[place - 1]!;
      // The last piece is the one that ends where the datagram does.
      if (before === ((offset << 16) | length) && (end === total) !== more) return DUPLICATE;
      if ((before >>> 16) + (before & 0xffff) > offset) return this.#refuse(entry, OVERLAP, DEATH_OVERLAP);
    }
    const isBeforeOther = place < behind;
    const contradicts =
      (isBeforeOther && (!more || pieces[place]! >>> 16 < end)) ||
      (total !== -1 && (more ? end > total : end !== total));
    if (contradicts) return this.#refuse(entry, OVERLAP, DEATH_OVERLAP);
    if (behind - first === MAX_PIECES) return this.#refuse(entry, TOO_MANY, DEATH_LIMIT);
    for (let moved = behind; moved > place; moved--) pieces[moved] = pieces[moved - 1]!;
    pieces[place] = (offset << 16) | length;
    entries[at + E_PIECES]!++;
    entries[at + E_BYTES]! += length;
    if (!more) entries[at + E_TOTAL] = end;
    return entry;
  }

  /** The waiting pieces of the datagram die, and later ones get the same answer. @returns that answer */
  #refuse(entry: number, answer: number, cause: number): number {
    this.#entries[entry * ENTRY_WORDS + E_STATE] = REFUSED;
    this.#entries[entry * ENTRY_WORDS + E_ANSWER] = answer;
    this.#kill(entry, cause);
    return answer;
  }

  #kill(entry: number, cause: number): void {
    const { deaths } = this;
    for (;;) {
      const record = this.#entries[entry * ENTRY_WORDS + E_FIRST_HELD]!;
      if (record === 0) return;
      deaths[cause]!++;
      deaths[DEATHS + cause]! += this.#ring.lengthOf(record);
      this.#unlinkHeld(entry, record);
    }
  }

  /** @param record the entry's first */
  #unlinkHeld(entry: number, record: number): void {
    const next = this.#ring.next(record);
    this.#entries[entry * ENTRY_WORDS + E_FIRST_HELD] = next;
    if (next === 0) this.#entries[entry * ENTRY_WORDS + E_LAST_HELD] = 0;
    this.#ring.release(record);
  }
}
