/** The earliest of many deadlines: a binary heap whose members can be moved and taken out. */

export class DeadlineHeap {
  /** Members, 1 to `capacity`, in heap order from place 1 on. */
  readonly #heap: Int32Array;
  /** Each member's place in the heap; 0: it is not in it. */
  readonly #place: Int32Array;
  readonly #deadline: Float64Array;
  #size = 0;

  /** @param capacity the greatest member; memory is touched only as members come */
  constructor(capacity: number) {
    this.#heap = new Int32Array(capacity + 1);
    this.#place = new Int32Array(capacity + 1);
    this.#deadline = new Float64Array(capacity + 1);
  }

  get size(): number {
    return this.#size;
  }

  /** The member whose deadline is earliest; 0: there is none. */
  get first(): number {
    return this.#size === 0 ? 0 : this.#heap[1]!;
  }

  /** Infinity when there is no member. */
  get earliest(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#deadline[this.#heap[1]!]!;
  }

  /** Puts a member in, or gives it another deadline. */
  set(member: number, deadline: number): void {
    let place = this.#place[member]!;
    if (place === 0) place = ++this.#size;
    this.#deadline[member] = deadline;
    this.#settle(member, place);
  }

  delete(member: number): void {
    const place = this.#place[member]!;
    if (place === 0) return;
    this.#place[member] = 0;
    const last = this.#heap[this.#size--]!;
    if (last !== member) this.#settle(last, place);
  }

  /** Brings a member from a place that is free, or its own, to where it belongs. */
  #settle(member: number, from: number): void {
    const heap = this.#heap;
    const deadlines = this.#deadline;
    const deadline = deadlines[member]!;
    let place = from;
    for (let parent = place >> 1; parent > 0 && deadlines[heap[parent]!]! > deadline; parent >>= 1) {
      this.#put(heap[parent]!, place);
      place = parent;
    }
    for (let child = place * 2; child <= this.#size; child = place * 2) {
      if (child < this.#size && deadlines[heap[child + 1]!]! < deadlines[heap[child]!]!) child++;
      if (deadlines[heap[child]!]! >= deadline) break;
      this.#put(heap[child]!, place);
      place = child;
    }
    this.#put(member, place);
  }

  #put(member: number, place: number): void {
    this.#heap[place] = member;
    this.#place[member] = place;
  }
}
