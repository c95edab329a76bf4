/**
 * The ring in which fragments wait: whole packets as they arrived, each behind a header of four words, one after the other in a
 * ring of shared memory. Room comes free at the oldest end only, so that taking and giving room costs no search. A
 * packet that was taken, or died, keeps its room until all older ones have gone. When none is left, the ring
 * starts again at its beginning, which keeps the common case within a few cache lines.
 *
 * A record is named by the word where its packet starts: never 0.
 */
import {
  C_HELD_BYTES,
  C_HELD_PACKETS,
  C_RING_HEAD,
  C_RING_TAIL,
  C_RING_USED,
  type FragmentMemory,
} from './memory.js';

const HEADER_WORDS = 4;
/* Words of the header, from the record's name. */
/** Entry of the datagram; 0: the packet is no more. */
const H_ENTRY = -4;
/** Bytes of the packet. */
const H_LENGTH = -3;
/** The datagram's next record; 0: none. */
const H_NEXT = -2;
/** Words of the record, header and all. */
const H_SIZE = -1;

/** Words of a record, a multiple of four, so that any rest at the ring's end has room for a header. */
function sizeFor(length: number): number {
  return HEADER_WORDS + ((length + 15) >>> 4) * 4;
}

/** Views the array of a caller as words, and remembers the view: a caller passes the same array again and again. */
class Words {
  #bytes: Uint8Array = new Uint8Array(0);
  #words: Int32Array = new Int32Array(0);

  /** @returns words from the start of the buffer, not from the start of `bytes` in it */
  of(bytes: Uint8Array): Int32Array {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#words = new Int32Array(bytes.buffer, 0, bytes.buffer.byteLength >>> 2);
    }
    return this.#words;
  }
}

export class FragmentRing {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #control: Int32Array;
  readonly #from = new Words();
  readonly #into = new Words();

  constructor({ ring, control }: FragmentMemory) {
    this.#words = ring;
    this.#bytes = new Uint8Array(ring.buffer);
    this.#control = control;
  }

  /** Whether a packet may take so much: a quarter of the ring. */
  accepts(length: number): boolean {
    return length <= this.#bytes.length >>> 2;
  }

  /**
   * Makes room by dropping packets whose datagrams are gone.
   * @param length of a packet that the ring accepts
   * @returns 0 when there is room, else the entry whose packet is in the way, the oldest of all that wait
   */
  makeRoom(length: number): number {
    const control = this.#control;
    const words = this.#words;
    if (control[C_HELD_PACKETS] === 0) {
      control[C_RING_HEAD] = 0;
      control[C_RING_TAIL] = 0;
      control[C_RING_USED] = 0;
      return 0;
    }
    const size = sizeFor(length);
    const rest = words.length - control[C_RING_HEAD]!;
    const most = words.length - (size <= rest ? size : rest + size);
    let tail = control[C_RING_TAIL]!;
    let used = control[C_RING_USED]!;
    let entry = 0;
    while (used > most) {
      entry = words[tail + HEADER_WORDS + H_ENTRY]!;
      if (entry !== 0) break;
      const freed = words[tail + HEADER_WORDS + H_SIZE]!;
      used -= freed;
      tail += freed;
      if (tail === words.length) tail = 0;
    }
    control[C_RING_TAIL] = tail;
    control[C_RING_USED] = used;
    return entry;
  }

  /** Copies a packet into room that {@link makeRoom} has made. @returns the record */
  add(entry: number, bytes: Uint8Array, at: number, length: number): number {
    const control = this.#control;
    const words = this.#words;
    const size = sizeFor(length);
    let head = control[C_RING_HEAD]!;
    const rest = words.length - head;
    if (size > rest) {
      words[head + HEADER_WORDS + H_ENTRY] = 0;
      words[head + HEADER_WORDS + H_SIZE] = rest;
      control[C_RING_USED]! += rest;
      head = 0;
    }
    const record = head + HEADER_WORDS;
    words[record + H_ENTRY] = entry;
    words[record + H_LENGTH] = length;
    words[record + H_NEXT] = 0;
    words[record + H_SIZE] = size;
    const end = head + size;
    control[C_RING_HEAD] = end === words.length ? 0 : end;
    control[C_RING_USED]! += size;
    control[C_HELD_PACKETS]!++;
    control[C_HELD_BYTES]! += length;
    this.#copyIn(bytes, at, length, record);
    return record;
  }

  /** The packet is no more; its record can be read until the next {@link makeRoom}. */
  release(record: number): void {
    this.#words[record + H_ENTRY] = 0;
    this.#control[C_HELD_PACKETS]!--;
    this.#control[C_HELD_BYTES]! -= this.#words[record + H_LENGTH]!;
  }

  link(record: number, next: number): void {
    this.#words[record + H_NEXT] = next;
  }

  next(record: number): number {
    return this.#words[record + H_NEXT]!;
  }

  /** @returns bytes of the packet */
  lengthOf(record: number): number {
    return this.#words[record + H_LENGTH]!;
  }

  #copyIn(bytes: Uint8Array, at: number, length: number, record: number): void {
    const start = bytes.byteOffset + at;
    let done = 0;
    if ((start & 3) === 0) {
      done = length & -4;
      copyWords(this.#from.of(bytes), start >>> 2, this.#words, record, done >>> 2);
    }
    copyBytes(bytes, at + done, this.#bytes, record * 4 + done, length - done);
  }

  copyOut(record: number, bytes: Uint8Array, at: number): void {
    const length = this.lengthOf(record);
    const start = bytes.byteOffset + at;
    let done = 0;
    if ((start & 3) === 0) {
      done = length & -4;
      copyWords(this.#words, record, this.#into.of(bytes), start >>> 2, done >>> 2);
    }
    copyBytes(this.#bytes, record * 4 + done, bytes, at + done, length - done);
  }
}

/* Loops and not `set`, which needs a view of exactly the bytes to copy: an object for each packet. */

function copyWords(from: Int32Array, start: number, into: Int32Array, at: number, words: number): void {
  let i = 0;
  for (; i < words - 3; i += 4) {
    into[at + i] = from[start + i]!;
    into[at + i + 1] = from[start + i + 1]!;
    into[at + i + 2] = from[start + i + 2]!;
    into[at + i + 3] = from[start + i + 3]!;
  }
  for (; i < words; i++) into[at + i] = from[start + i]!;
}

function copyBytes(from: Uint8Array, start: number, into: Uint8Array, at: number, length: number): void {
  for (let i = 0; i < length; i++) into[at + i] = from[start + i]!;
}
