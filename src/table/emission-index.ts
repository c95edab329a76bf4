/**
 * The SAD by the packets that its SAs emit: an error about a packet that the relay sent quotes that packet, and so the
 * emission. Open addressing with linear probing over words like those of the index by match. Entries behind a
 * deleted one move up (no tombstones), so that a reader may miss one that moves: then an error is lost,
 * as any packet may be. A reader finds a record, which stays valid like any other (the epochs).
 */
import {
  emitKind,
  hashKey,
  INDEX_LIVE,
  INDEX_RECORD_MASK,
  indexTag,
  R_KIND,
  R_SOURCE,
  R_TO,
  R_TO_PORTS,
  R_TO_SPI,
  RECORD_SHIFT,
  type SadMemory,
} from './layout.js';

/** The control thread's side. */
export class EmissionIndex {
  readonly #words: Int32Array;
  readonly #records: Int32Array;
  readonly #seed: number;

  constructor(memory: SadMemory) {
    this.#words = memory.emissions;
    this.#records = memory.records;
    this.#seed = memory.seed;
  }

  /** @param record number of a record that is written */
  add(record: number): void {
    const words = this.#words;
    const hash = this.#hashOf(record);
    let at = place(hash, words.length);
    while (words[at] !== 0) at = this.#after(at);
    Atomics.store(words, at, indexTag(hash) | record);
  }

  /** @param record number of a record that was added and is not changed yet */
  remove(record: number): void {
    const words = this.#words;
    let hole = place(this.#hashOf(record), words.length);
    while ((words[hole]! & INDEX_RECORD_MASK) !== record) {
      if (words[hole] === 0) return;
      hole = this.#after(hole);
    }
    for (let at = this.#after(hole); words[at] !== 0; at = this.#after(at)) {
      const home = place(this.#hashOf(words[at]! & INDEX_RECORD_MASK), words.length);
      // It may move to the hole if its probe begins at the hole or before.
      if (this.#distance(home, at) < this.#distance(hole, at)) continue;
      Atomics.store(words, hole, words[at]!);
      hole = at;
    }
    Atomics.store(words, hole, 0);
  }

  #after(at: number): number {
    return at + 1 === this.#words.length ? 0 : at + 1;
  }

  #distance(from: number, to: number): number {
    return to >= from ? to - from : to - from + this.#words.length;
  }

  #hashOf(record: number): number {
    const records = this.#records;
    const at = record << RECORD_SHIFT;
    const to = at + R_TO;
    return hashKey(
      this.#seed,
      emitKind(records[at + R_KIND]!),
      records[at + R_TO_SPI]!,
      records[to]!,
      records[to + 1]!,
      records[to + 2]!,
      records[to + 3]!,
    );
  }
}

/**
 * The workers' side: all records that emit (kind, SPI, destination), and from this source with these ports where they
 * name any. Callers are within a batch (`SadLookup.enter`).
 */
export class EmissionReader {
  readonly #words: Int32Array;
  readonly #records: Int32Array;
  readonly #addresses: Int32Array;
  readonly #seed: number;

  constructor(memory: SadMemory) {
    this.#words = memory.emissions;
    this.#records = memory.records;
    this.#addresses = memory.addresses;
    this.#seed = memory.seed;
  }

  /**
   * The next record that emits so. Addresses are four words in network byte order, read as signed numbers.
   * @param ports source port in the high half, destination port in the low; 0 without UDP
   * @param after {@link NO_EMISSION} for the first, then the result of the last call
   * @returns a place to go on from ({@link recordAt} has its record), or {@link NO_EMISSION}
   */
  next(
    kind: number,
    spi: number,
    d0: number,
    d1: number,
    d2: number,
    d3: number,
    s0: number,
    s1: number,
    s2: number,
    s3: number,
    ports: number,
    after: number,
  ): number {
    const words = this.#words;
    const records = this.#records;
    const hash = hashKey(this.#seed, kind, spi, d0, d1, d2, d3);
    const tag = indexTag(hash);
    let at = after === NO_EMISSION ? place(hash, words.length) : after + 1;
    for (let probes = 0; probes < words.length; probes++, at++) {
      if (at >= words.length) at = 0;
      const word = words[at]!;
      if (word === 0) return NO_EMISSION;
      if ((word & ~INDEX_RECORD_MASK) !== tag) continue;
      const record = (word & INDEX_RECORD_MASK) << RECORD_SHIFT;
      if (
        records[record + R_TO_SPI] === spi &&
        emitKind(records[record + R_KIND]!) === kind &&
        records[record + R_TO + 3] === d3 &&
        records[record + R_TO + 2] === d2 &&
        records[record + R_TO + 1] === d1 &&
        records[record + R_TO] === d0 &&
        this.#hasSource(record, s0, s1, s2, s3) &&
        hasPorts(records[record + R_TO_PORTS]!, ports)
      ) {
        return at;
      }
    }
    return NO_EMISSION;
  }

  /** The record's first word in `records`, of a place that {@link next} returned just now; 0 if it is gone. */
  recordAt(place: number): number {
    const word = this.#words[place]!;
    return (word & INDEX_LIVE) === 0 ? 0 : (word & INDEX_RECORD_MASK) << RECORD_SHIFT;
  }

  #hasSource(record: number, s0: number, s1: number, s2: number, s3: number): boolean {
    const source = this.#records[record + R_SOURCE]! << 2;
    if (source === 0) return true;
    const addresses = this.#addresses;
    return (
      addresses[source + 3] === s3 &&
      addresses[source + 2] === s2 &&
      addresses[source + 1] === s1 &&
      addresses[source] === s0
    );
  }
}

/** No (further) record. */
export const NO_EMISSION = -1;

/** A port of 0 in the record keeps the packet's own, so any will do. */
function hasPorts(record: number, ports: number): boolean {
  return (
    (record >>> 16 === 0 || record >>> 16 === ports >>> 16) &&
    ((record & 0xffff) === 0 || (record & 0xffff) === (ports & 0xffff))
  );
}

/** The number of words is no power of two: the hash as a fraction of them. */
function place(hash: number, words: number): number {
  return Math.floor(((hash >>> 0) / 0x1_0000_0000) * words);
}
