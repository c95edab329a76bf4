/** The workers' side of the SAD: lookups that take no lock and allocate nothing. */
import {
  C_EPOCH,
  C_PREPARING,
  C_REGION,
  C_SAS,
  C_WORKER_STRIDE,
  C_WORKERS,
  carrierPort,
  FLAG_SUPERSEDED,
  hashKey,
  IDLE,
  INDEX_RECORD_MASK,
  indexTag,
  linesByNumber,
  MATCH_KIND_MASK,
  matchKind,
  R_KIND,
  R_MATCH,
  R_PEER,
  R_PORTS,
  R_SLOT,
  R_SPI,
  RECORD_SHIFT,
  type SadMemory,
  SOURCE_STRIDE,
} from './layout.js';

/** The counters of so many SAs stay in a processor's own caches: 512 KiB. */
const CACHED_SAS = 16_384;

/** No SA for (destination, carrier, SPI). */
export const NOT_FOUND = -1;
/** There are SAs, but each requires another source. */
export const WRONG_PEER = -2;

/** How the workers find a record. */
export interface SadLookup {
  /** Announces the start of a batch; records found from here on stay as they are until {@link leave} or the next enter. */
  enter(): void;
  /** Announces that no record is held; needed before blocking. */
  leave(): void;
  /**
   * Hashes the key of packet `i` (its `carrierOf` of layout.ts, the SPI and the destination) and starts fetching the cache lines of
   * its {@link lookup}: the cache misses of a batch then overlap instead of adding up. Addresses are four words in network byte order,
   * read as signed numbers.
   */
  prepare(i: number, carrier: number, spi: number, d0: number, d1: number, d2: number, d3: number): void;
  /** Second step, for packets 0 to `count` - 1, prepared or not. */
  fetch(count: number): void;
  /** Third step, where the worker's counters of the SA are read: their lines, once those of the records are there. */
  fetchCounters(count: number): void;
  /**
   * The best record for packet `i`, prepared with the same key: required peer with port before peer
   * alone before no peer. The source port is 0 without UDP.
   * @returns the record's first word in `records`, {@link NOT_FOUND} or {@link WRONG_PEER}
   */
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
  ): number;
}

export class SadReader implements SadLookup {
  readonly records: Int32Array;
  readonly addresses: Int32Array;
  readonly #index: Int32Array;
  readonly #control: Int32Array;
  readonly #successors: Int32Array;
  readonly #epochAt: number;
  readonly #seed: number;
  readonly #mask: number;
  readonly #shift: number;
  readonly #hashes: Int32Array;
  readonly #fetched: Int32Array;
  readonly #lines: Int32Array;
  #region = 0;
  #isLarge = false;

  /** @param worker this worker's number, from 0 @param batch most packets per batch */
  constructor(memory: SadMemory, worker: number, batch: number) {
    this.#hashes = new Int32Array(batch);
    this.#fetched = new Int32Array(batch);
    this.#lines = linesByNumber(memory.counters[worker]!);
    this.records = memory.records;
    this.addresses = memory.addresses;
    this.#index = memory.index;
    this.#control = memory.control;
    this.#successors = memory.successors;
    this.#epochAt = C_WORKERS + worker * C_WORKER_STRIDE;
    this.#seed = memory.seed;
    const capacity = memory.index.length / 2;
    this.#mask = capacity - 1;
    this.#shift = 32 - Math.log2(capacity);
  }

  enter(): void {
    // The store is sequentially consistent: records that were unpublished before the epoch it announces
    // cannot be found by the reads that follow, so the writer may reuse it.
    Atomics.store(this.#control, this.#epochAt, Atomics.load(this.#control, C_EPOCH));
    this.#region = Atomics.load(this.#control, C_REGION);
    this.#isLarge = this.#control[C_SAS]! > CACHED_SAS;
  }

  leave(): void {
    Atomics.store(this.#control, this.#epochAt, IDLE);
  }

  prepare(i: number, carrier: number, spi: number, d0: number, d1: number, d2: number, d3: number): void {
    const hash = hashKey(this.#seed, carrier, spi, d0, d1, d2, d3);
    this.#hashes[i] = hash;
    this.#fetched[i] = this.#index[this.#region + (hash >>> this.#shift)]!;
  }

  fetch(count: number): void {
    const fetched = this.#fetched;
    const records = this.records;
    for (let i = 0; i < count; i++) {
      // An unused index word reads record 0, which does no harm: the line counts, and the number only for `fetchCounters`.
      fetched[i] = records[((fetched[i]! & INDEX_RECORD_MASK) << RECORD_SHIFT) + R_SLOT]!;
    }
  }

  fetchCounters(count: number): void {
    if (!this.#isLarge) return;
    const fetched = this.#fetched;
    const lines = this.#lines;
    for (let i = 0; i < count; i++) fetched[i] = lines[fetched[i]! * SOURCE_STRIDE]!;
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
    const records = this.records;
    const index = this.#index;
    const kind = carrier & MATCH_KIND_MASK;
    const port = carrierPort(carrier);
    const mask = this.#mask;
    const region = this.#region;
    const hash = this.#hashes[i]!;
    const tag = indexTag(hash);
    let found = NOT_FOUND;
    let foundRank = 0;
    for (let slot = hash >>> this.#shift; ; slot = (slot + 1) & mask) {
      // A plain read: the word is written whole, and after the record that it refers to.
      const word = index[region + slot]!;
      if (word === 0) return found;
      if ((word & ~INDEX_RECORD_MASK) !== tag) continue;
      let at = (word & INDEX_RECORD_MASK) << RECORD_SHIFT;
      let ports = records[at + R_PORTS]!;
      if (
        records[at + R_SPI] !== spi ||
        records[at + R_MATCH + 3] !== d3 ||
        (records[at + R_KIND]! & MATCH_KIND_MASK) !== kind ||
        (ports & 0xffff) !== port ||
        records[at + R_MATCH + 2] !== d2 ||
        records[at + R_MATCH + 1] !== d1 ||
        records[at + R_MATCH] !== d0
      ) {
        if ((records[at + R_KIND]! & MATCH_KIND_MASK) !== (kind | FLAG_SUPERSEDED)) continue;
        // Rare: several SAs are just changing at once, this one perhaps among them.
        at = this.#valid(at);
        if (!this.#hasKey(at, carrier, spi, d0, d1, d2, d3)) continue;
        ports = records[at + R_PORTS]!;
      }
      // Most require no source.
      const requiresNone = ports === port && records[at + R_PEER] === 0;
      const rank = requiresNone ? 1 : this.#peerRank(at, s0, s1, s2, s3, sourcePort);
      if (rank > foundRank) {
        found = at;
        foundRank = rank;
      } else if (found === NOT_FOUND) {
        found = WRONG_PEER;
      }
    }
  }

  /** Whether no other SA has the key of packet `i`, with or without a required source. */
  isOnly(
    i: number,
    found: number,
    carrier: number,
    spi: number,
    d0: number,
    d1: number,
    d2: number,
    d3: number,
  ): boolean {
    const hash = this.#hashes[i]!;
    const tag = indexTag(hash);
    for (let slot = hash >>> this.#shift; ; slot = (slot + 1) & this.#mask) {
      const word = this.#index[this.#region + slot]!;
      if (word === 0) return true;
      const at = (word & INDEX_RECORD_MASK) << RECORD_SHIFT;
      if ((word & ~INDEX_RECORD_MASK) !== tag || at === found) continue;
      if (this.#hasKey(at, carrier, spi, d0, d1, d2, d3)) return false;
    }
  }

  /** Follows a record's successors as far as they hold. */
  #valid(superseded: number): number {
    const successors = this.#successors;
    let at = superseded;
    while ((this.records[at + R_KIND]! & FLAG_SUPERSEDED) !== 0) {
      const record = at >>> RECORD_SHIFT;
      const successor = Atomics.load(successors, record);
      const isPending = successor > 0 && Atomics.load(this.#control, C_PREPARING) !== 0;
      // That change may be over meanwhile, and another one being prepared.
      if (isPending && Atomics.load(successors, record) > 0) return at;
      at = Math.abs(successor) << RECORD_SHIFT;
    }
    return at;
  }

  #hasKey(at: number, carrier: number, spi: number, d0: number, d1: number, d2: number, d3: number): boolean {
    const records = this.records;
    return (
      records[at + R_SPI] === spi &&
      matchKind(records[at + R_KIND]!) === (carrier & MATCH_KIND_MASK) &&
      (records[at + R_PORTS]! & 0xffff) === carrierPort(carrier) &&
      records[at + R_MATCH + 3] === d3 &&
      records[at + R_MATCH + 2] === d2 &&
      records[at + R_MATCH + 1] === d1 &&
      records[at + R_MATCH] === d0
    );
  }

  /** 0: another source is required; 1: any source will do; more: the source is the required one. */
  #peerRank(at: number, s0: number, s1: number, s2: number, s3: number, sourcePort: number): number {
    const records = this.records;
    const peer = records[at + R_PEER]! << 2;
    const port = records[at + R_PORTS]! >>> 16;
    let rank = 1;
    if (port !== 0) {
      if (port !== sourcePort) return 0;
      rank = 2;
    }
    if (peer !== 0) {
      const addresses = this.addresses;
      if (
        addresses[peer + 3] !== s3 ||
        addresses[peer + 2] !== s2 ||
        addresses[peer + 1] !== s1 ||
        addresses[peer] !== s0
      ) {
        return 0;
      }
      rank += 2;
    }
    return rank;
  }
}
