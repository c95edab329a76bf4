/**
 * Where fragments wait: a ring of bytes in shared memory. A record is a header and a packet as it arrived; records are
 * made at the head and go from the tail, so when there is no room the oldest must go. Callers hold the table's lock.
 */

/* Words of a record's header. */
/** Bytes of the record, header included; a multiple of 8. */
const SIZE = 0;
/** Datagram's entry, or {@link NOBODY}: taken, dead, or filling up the end of the ring. */
const OWNER = 1;
/** Bytes of the packet. */
const LENGTH = 2;
/** Offset of the owner's next record, or {@link NONE}. */
const NEXT = 3;
const HEADER_BYTES = 16;

const NOBODY = -1;
/** No record. */
export const NONE = -1;

/* Words of the ring's state. */
const HEAD = 0;
const TAIL = 1;
const USED = 2;
export const RING_STATE_WORDS = 4;

export class FragmentRing {
  readonly #view: DataView;
  readonly #capacity: number;
  readonly #state: Int32Array;

  /** @param bytes its length is a multiple of 8 @param state {@link RING_STATE_WORDS} words, zero at first */
  constructor(bytes: Uint8Array, state: Int32Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#capacity = bytes.byteLength;
    this.#state = state;
  }

  /** Owner of the oldest record that somebody still waits for; {@link NONE}: there is none. */
  oldestOwner(): number {
    this.#dropUnowned();
    return this.#state[USED] === 0 ? NONE : this.#header(this.#state[TAIL]!, OWNER);
  }

  /** Whether a packet of this length could ever wait without pushing out most others. */
  admits(length: number): boolean {
    return HEADER_BYTES + length <= this.#capacity >> 2;
  }

  /** Copies a packet in. @returns the record's offset, or {@link NONE} when there is no room */
  push(owner: number, from: DataView, at: number, length: number): number {
    this.#dropUnowned();
    const state = this.#state;
    const size = (HEADER_BYTES + length + 7) & ~7;
    if (state[USED] === 0) {
      state[HEAD] = 0;
      state[TAIL] = 0;
    }
    let head = state[HEAD]!;
    const free = this.#capacity - state[USED]!;
    const toEnd = this.#capacity - head;
    // A record lies in one piece: what is left at the end is filled with one that nobody owns.
    const filler = toEnd < size ? toEnd : 0;
    if (free < filler + size) return NONE;
    if (filler > 0) {
      this.#setHeader(head, SIZE, filler);
      this.#setHeader(head, OWNER, NOBODY);
      head = 0;
    }
    this.#setHeader(head, SIZE, size);
    this.#setHeader(head, OWNER, owner);
    this.#setHeader(head, LENGTH, length);
    this.#setHeader(head, NEXT, NONE);
    copy(from, at, this.#view, head + HEADER_BYTES, length);
    state[USED]! += filler + size;
    state[HEAD] = head + size === this.#capacity ? 0 : head + size;
    return head;
  }

  length(record: number): number {
    return this.#header(record, LENGTH);
  }

  next(record: number): number {
    return this.#header(record, NEXT);
  }

  link(record: number, next: number): void {
    this.#setHeader(record, NEXT, next);
  }

  /** Copies a record's packet out. */
  read(record: number, to: DataView, at: number): void {
    copy(this.#view, record + HEADER_BYTES, to, at, this.length(record));
  }

  /** Nobody waits for it any more; its room is free once it is the oldest. */
  disown(record: number): void {
    this.#setHeader(record, OWNER, NOBODY);
  }

  #dropUnowned(): void {
    const state = this.#state;
    while (state[USED]! > 0 && this.#header(state[TAIL]!, OWNER) === NOBODY) {
      const size = this.#header(state[TAIL]!, SIZE);
      state[USED]! -= size;
      const next = state[TAIL]! + size;
      state[TAIL] = next === this.#capacity ? 0 : next;
    }
  }

  #header(record: number, word: number): number {
    return this.#view.getInt32(record + (word << 2));
  }

  #setHeader(record: number, word: number, value: number): void {
    this.#view.setInt32(record + (word << 2), value);
  }
}

/** By words: TypedArray.set would need a view of the part. */
function copy(from: DataView, at: number, to: DataView, toAt: number, length: number): void {
  const words = length & ~3;
  for (let i = 0; i < words; i += 4) to.setInt32(toAt + i, from.getInt32(at + i));
  for (let i = words; i < length; i++) to.setUint8(toAt + i, from.getUint8(at + i));
}
