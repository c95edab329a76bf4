/**
 * A worker's Map from SPI to record, in front of the shared index. Kept because the card asks for it and
 * some machines may favour it; bench/ measures both, and the faster one is the default.
 */
import {
  C_EPOCH,
  carrierPort,
  MATCH_KIND_MASK,
  R_KIND,
  R_MATCH,
  R_PEER,
  R_PORTS,
  R_SPI,
  type SadMemory,
} from './layout.js';
import { type SadLookup, SadReader } from './reader.js';

export class MapCachedReader implements SadLookup {
  readonly #reader: SadReader;
  readonly #records: Int32Array;
  readonly #control: Int32Array;
  readonly #maximum: number;
  /** SPI to the record's first word. Only the records that no source can change the choice of. */
  readonly #cache = new Map<number, number>();
  #generation = 0;

  constructor(memory: SadMemory, worker: number, batch: number) {
    this.#reader = new SadReader(memory, worker, batch);
    this.#records = memory.records;
    this.#control = memory.control;
    this.#maximum = memory.maxSas;
  }

  /**
   * The epoch moves with every record that is added, replaced or deleted, and is the generation of the
   * cache. It is read before the reader starts its batch: a change in between then empties the cache once
   * too often. The other way round, a record found in an index just replaced would pass for a new one.
   */
  enter(): void {
    const generation = Atomics.load(this.#control, C_EPOCH);
    this.#reader.enter();
    if (generation !== this.#generation) {
      this.#cache.clear();
      this.#generation = generation;
    }
  }

  leave(): void {
    this.#reader.leave();
  }

  prepare(i: number, carrier: number, spi: number, d0: number, d1: number, d2: number, d3: number): void {
    this.#reader.prepare(i, carrier, spi, d0, d1, d2, d3);
  }

  fetch(count: number): void {
    this.#reader.fetch(count);
  }

  fetchCounters(count: number): void {
    this.#reader.fetchCounters(count);
  }

  lookup(
    i: number,
    carrier: number,
    spi: number,
    d0: number,
    d1: number,
    d2: number,
    d3: number,
    s0: number,
    s1: number,
    s2: number,
    s3: number,
    sourcePort: number,
  ): number {
    const records = this.#records;
    const cached = this.#cache.get(spi);
    if (
      cached !== undefined &&
      records[cached + R_SPI] === spi &&
      records[cached + R_MATCH + 3] === d3 &&
      (records[cached + R_KIND]! & MATCH_KIND_MASK) === (carrier & MATCH_KIND_MASK) &&
      (records[cached + R_PORTS]! & 0xffff) === carrierPort(carrier) &&
      records[cached + R_MATCH + 2] === d2 &&
      records[cached + R_MATCH + 1] === d1 &&
      records[cached + R_MATCH] === d0
    ) {
      return cached;
    }
    const found = this.#reader.lookup(i, carrier, spi, d0, d1, d2, d3, s0, s1, s2, s3, sourcePort);
    const anySource =
      found >= 0 &&
      records[found + R_PEER] === 0 &&
      records[found + R_PORTS]! >>> 16 === 0 &&
      this.#reader.isOnly(i, found, carrier, spi, d0, d1, d2, d3);
    if (anySource) {
      if (this.#cache.size >= this.#maximum) this.#cache.clear();
      this.#cache.set(spi, found);
    }
    return found;
  }
}
