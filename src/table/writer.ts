/** The control thread's side of the SAD: the only writer. */

import { addressWord, isIpv4 } from '../wire/address.js';
import { PORT_NAT_TRAVERSAL } from '../wire/protocol.js';
import { AddressTable, readAddress, writeAddress } from './address-table.js';
import { type Kind, MODES, type SaDefinition, type SaMatch } from './definition.js';
import { EmissionIndex } from './emission-index.js';
import { LatestSources } from './latest-source.js';
import {
  addressCapacity,
  C_PREPARING,
  C_REGION,
  C_SAS,
  COUNTER_STRIDE,
  carrierOf,
  egressMtu,
  emitKind,
  FLAG_EMIT_IPV6,
  FLAG_HAIRPIN,
  FLAG_MATCH_IPV6,
  FLAG_STRAIGHT,
  FLAG_SUPERSEDED,
  FLAG_TO_RELAY,
  hashKey,
  INDEX_LIVE,
  INDEX_RECORD_MASK,
  INDEX_TOMBSTONE,
  indexTag,
  matchKind,
  modeNumber,
  packKind,
  R_KIND,
  R_MATCH,
  R_PEER,
  R_PORTS,
  R_SLOT,
  R_SOURCE,
  R_SPI,
  R_TO,
  R_TO_PORTS,
  R_TO_SPI,
  RECORD_SHIFT,
  RECORD_WORDS,
  recordCapacity,
  type SadMemory,
  setEgressMtu,
} from './layout.js';
import { PathMtus } from './path-mtu.js';
import { Epochs, NumberPool } from './pool.js';
import type { FilterMirror } from './spi-presence.js';

/** The table, or the reserve for entries still in their grace period, is full. */
export class SadFull extends Error {}

/**
 * Publishes, replaces and withdraws records. An SA number (1 …) names an entry for its life; its
 * counters sit there. Callers hold only numbers.
 */
export class SadWriter {
  readonly #memory: SadMemory;
  readonly #isRelayAddress: (address: Uint8Array) => boolean;
  readonly #epochs: Epochs;
  readonly #recordPool: NumberPool;
  readonly #slotPool: NumberPool;
  readonly #addressTable: AddressTable;
  readonly #emissions: EmissionIndex;
  readonly #latestSources: LatestSources;
  readonly #pathMtus: PathMtus;
  readonly #mask: number;
  readonly #shift: number;
  /** Index word position of each SA number in the active region, + 1. */
  readonly #position: Int32Array;
  #live = 0;
  #tombstones = 0;
  /** Epoch since which the idle region may be overwritten; 0: at once. */
  #idleRegionFrom = 0;
  #mirror: FilterMirror | undefined;
  #isKernelAdmitted = false;
  /** How many SAs have each of the relay's UDP ports. */
  readonly #portUsers = new Int32Array(65_536);

  /** @param isRelayAddress asked when an SA that may hairpin is written: does it emit to the relay itself? */
  constructor(memory: SadMemory, isRelayAddress: (address: Uint8Array) => boolean = () => false) {
    this.#memory = memory;
    this.#isRelayAddress = isRelayAddress;
    this.#epochs = new Epochs(memory.control, memory.counters.length);
    const capacity = recordCapacity(memory.maxSas);
    this.#recordPool = new NumberPool(capacity, this.#epochs);
    this.#slotPool = new NumberPool(capacity, this.#epochs);
    this.#addressTable = new AddressTable(
      memory.addresses,
      new NumberPool(addressCapacity(memory.maxSas), this.#epochs),
    );
    this.#emissions = new EmissionIndex(memory);
    this.#latestSources = new LatestSources(memory);
    this.#pathMtus = new PathMtus(capacity);
    const words = memory.index.length / 2;
    this.#mask = words - 1;
    this.#shift = 32 - Math.log2(words);
    this.#position = new Int32Array(capacity + 1);
  }

  /** SAs published. */
  get size(): number {
    return this.#live;
  }

  get capacity(): number {
    return this.#memory.maxSas;
  }

  /** From now on the mirror has the SPIs and ports of all SAs that there are. */
  keep(mirror: FilterMirror): void {
    const { index, ports } = this.#memory;
    this.#mirror = mirror;
    mirror.ports.set(ports);
    for (const position of this.#position) {
      if (position === 0) continue;
      this.#addPresence((index[position - 1]! & INDEX_RECORD_MASK) << RECORD_SHIFT);
    }
  }

  /** From now on the fast path in the kernel reads the table. */
  admitKernel(): void {
    this.#epochs.admitKernel();
    this.#isKernelAdmitted = true;
  }

  /** @returns the SA number with exactly this match (the peer included), or 0 */
  find(match: SaMatch): number {
    return this.#probe(match, (record) => this.#sameKey(record, match) && this.#samePeer(record, match));
  }

  /** True when some SA, with any required source, has this destination, carrier and SPI. */
  hasSpi({ kind, destination, port }: SaMatch, spi: number): boolean {
    const match = { kind, destination, spi, port, peer: undefined, peerPort: 0 };
    return this.#probe(match, (record) => this.#sameKey(record, match)) !== 0;
  }

  /**
   * Publishes an SA that {@link find} does not find.
   * @returns its number @throws {SadFull}
   */
  insert(sa: SaDefinition): number {
    if (this.#live >= this.#memory.maxSas) {
      throw new SadFull(`the SAD is full (max-sas = ${this.#memory.maxSas}); delete SAs or raise max-sas`);
    }
    this.#keepProbesShort();
    const slot = this.#slotPool.take();
    if (slot === 0) throw this.#busy();
    let record: number;
    try {
      record = this.#writeRecord(sa, slot);
    } catch (error) {
      this.#slotPool.giveBack(slot);
      throw error;
    }
    // A page of memory is only taken up when it is written.
    const { counters: workers, kernelCounters } = this.#memory;
    for (const counters of this.#isKernelAdmitted ? [...workers, kernelCounters] : workers) {
      counters.fill(0, slot * COUNTER_STRIDE - COUNTER_STRIDE, slot * COUNTER_STRIDE);
    }
    this.#latestSources.forget(slot);
    this.#announce(record);
    this.#place(this.#region(), this.#hash(sa.match), record, slot);
    this.#emissions.add(record);
    this.#memory.control[C_SAS] = ++this.#live;
    this.#epochs.advance();
    return slot;
  }

  /** Swaps an SA's record for one with the same match. Packets see the old one or the new one. @throws {SadFull} */
  replace(slot: number, sa: SaDefinition): void {
    const { index } = this.#memory;
    const record = this.#writeRecord(sa, slot);
    const at = this.#position[slot]! - 1;
    const old = index[at]! & INDEX_RECORD_MASK;
    this.#announce(record);
    Atomics.store(index, at, indexTag(this.#hash(sa.match)) | record);
    this.#emissions.add(record);
    this.#emissions.remove(old);
    this.#unannounce(old);
    this.#retire(old, this.#epochs.advance());
  }

  /**
   * Replaces several SAs at once: once a packet of any worker has met one of the new records, none meets an old one. A match
   * may change, its key only to one that {@link find} does not find.
   * @throws {SadFull} and then nothing has changed
   */
  replaceAll(changes: readonly { readonly slot: number; readonly sa: SaDefinition }[]): void {
    const { index, records, successors, control } = this.#memory;
    this.#keepProbesShort();
    const fresh: number[] = [];
    try {
      for (const { slot, sa } of changes) fresh.push(this.#writeRecord(sa, slot));
    } catch (error) {
      const epoch = this.#epochs.advance();
      for (const record of fresh) this.#retire(record, epoch);
      throw error;
    }
    const places = changes.map(({ slot }) => this.#position[slot]! - 1);
    const old = places.map((place) => index[place]! & INDEX_RECORD_MASK);
    const keepsKey = changes.map(({ sa }, i) => this.#sameKey(old[i]! << RECORD_SHIFT, sa.match));
    Atomics.store(control, C_PREPARING, 1);
    for (const [i, record] of fresh.entries()) {
      this.#announce(record);
      this.#emissions.add(record);
      if (!keepsKey[i]) continue;
      Atomics.store(successors, old[i]!, record);
      Atomics.or(records, (old[i]! << RECORD_SHIFT) + R_KIND, FLAG_SUPERSEDED);
    }
    // Here all of them change.
    Atomics.store(control, C_PREPARING, 0);
    for (const [i, { slot, sa }] of changes.entries()) {
      const hash = this.#hash(sa.match);
      if (keepsKey[i]) {
        Atomics.store(successors, old[i]!, -fresh[i]!);
        Atomics.store(index, places[i]!, indexTag(hash) | fresh[i]!);
      } else {
        const region = this.#region();
        this.#place(region, hash, fresh[i]!, slot);
        this.#erase(region, places[i]! - region);
      }
      this.#emissions.remove(old[i]!);
      this.#unannounce(old[i]!);
    }
    const epoch = this.#epochs.advance();
    for (const record of old) this.#retire(record, epoch);
  }

  /** Withdraws an SA. */
  remove(slot: number): void {
    const { index } = this.#memory;
    const region = this.#region();
    const at = this.#position[slot]! - 1;
    const record = index[at]! & INDEX_RECORD_MASK;
    this.#position[slot] = 0;
    this.#memory.control[C_SAS] = --this.#live;
    this.#erase(region, at - region);
    this.#emissions.remove(record);
    this.#unannounce(record);
    this.#pathMtus.forget(slot);
    const epoch = this.#epochs.advance();
    this.#retire(record, epoch);
    this.#slotPool.release(slot, epoch);
  }

  /** Reads an SA back from its record. */
  definition(slot: number): SaDefinition {
    const { records, addresses } = this.#memory;
    const at = this.#recordOf(slot);
    const kind = records[at + R_KIND]!;
    const peer = records[at + R_PEER]!;
    const source = records[at + R_SOURCE]!;
    const ports = records[at + R_TO_PORTS]!;
    return {
      match: {
        kind: matchKind(kind) as Kind,
        destination: readAddress(records, at + R_MATCH),
        spi: records[at + R_SPI]! >>> 0,
        peer: peer === 0 ? undefined : readAddress(addresses, peer << 2),
        port: records[at + R_PORTS]! & 0xffff,
        peerPort: records[at + R_PORTS]! >>> 16,
      },
      emit: {
        kind: emitKind(kind) as Kind,
        source: source === 0 ? undefined : readAddress(addresses, source << 2),
        destination: readAddress(records, at + R_TO),
        spi: records[at + R_TO_SPI]! >>> 0,
        sourcePort: ports >>> 16,
        destinationPort: ports & 0xffff,
      },
      mode: MODES[modeNumber(kind)]!,
      hairpin: (kind & FLAG_HAIRPIN) !== 0,
    };
  }

  /**
   * Tells the workers the MTU of the route to an SA's destination; a smaller one learnt from errors
   * stays until it ages ({@link ageLearnedMtus}).
   * @param bytes longest packet, up to MTU_UNKNOWN (layout.ts)
   */
  setEgressMtu(slot: number, bytes: number): void {
    const { records } = this.#memory;
    const record = this.#recordOf(slot);
    const now = egressMtu(records, record);
    const learned = this.#pathMtus.isLearned(slot, now);
    this.#pathMtus.setRoute(slot, bytes);
    setEgressMtu(records, record, learned ? Math.min(now, bytes) : bytes);
  }

  /** Longest packet that is now sent by an SA, bytes; MTU_UNKNOWN (layout.ts): any. */
  egressMtu(slot: number): number {
    return egressMtu(this.#memory.records, this.#recordOf(slot));
  }

  /**
   * Forgets MTUs learnt from errors ten minutes ago or before, since the way may carry more by now (RFC 1191
   * §6.3, RFC 8201 §4); to be called every minute or so.
   * @param nowSeconds by a steady clock
   */
  ageLearnedMtus(nowSeconds: number): void {
    const { records } = this.#memory;
    for (let slot = 1; slot < this.#position.length; slot++) {
      if (this.#position[slot] === 0) continue;
      const record = this.#recordOf(slot);
      const now = egressMtu(records, record);
      const aged = this.#pathMtus.age(slot, now, nowSeconds);
      if (aged !== now) setEgressMtu(records, record, aged);
    }
  }

  /** The filters get a record's SPIs, and the workers its port, before packets may find it … */
  #announce(record: number): void {
    const at = record << RECORD_SHIFT;
    this.countPort(this.#memory.records[at + R_PORTS]! & 0xffff, 1);
    this.#addPresence(at);
  }

  #addPresence(at: number): void {
    this.#mirror?.matched.add(this.#memory.records[at + R_SPI]!);
    this.#mirror?.emitted.add(this.#memory.records[at + R_TO_SPI]!);
  }

  /** … and lose them once none does. */
  #unannounce(record: number): void {
    const at = record << RECORD_SHIFT;
    this.countPort(this.#memory.records[at + R_PORTS]! & 0xffff, -1);
    this.#mirror?.matched.remove(this.#memory.records[at + R_SPI]!);
    this.#mirror?.emitted.remove(this.#memory.records[at + R_TO_SPI]!);
  }

  /** One of the relay's UDP ports gets another user beside its SAs, or loses it: the workers take packets to it for IPsec. */
  countPort(port: number, by: 1 | -1): void {
    this.#portUsers[port]! += by;
    if (port === 0 || port === PORT_NAT_TRAVERSAL) return;
    const isUsed = this.#portUsers[port] === 0 ? 0 : 1;
    this.#memory.ports[port] = isUsed;
    if (this.#mirror) this.#mirror.ports[port] = isUsed;
  }

  #region(): number {
    return this.#memory.control[C_REGION]!;
  }

  #recordOf(slot: number): number {
    return (this.#memory.index[this.#position[slot]! - 1]! & INDEX_RECORD_MASK) << RECORD_SHIFT;
  }

  #hash({ kind, spi, port, destination }: SaMatch): number {
    return hashKey(
      this.#memory.seed,
      carrierOf(kind, port),
      spi | 0,
      addressWord(destination, 0),
      addressWord(destination, 1),
      addressWord(destination, 2),
      addressWord(destination, 3),
    );
  }

  /** @returns the SA number of the first record on the match's probe that is `wanted`, or 0 */
  #probe(match: SaMatch, wanted: (record: number) => boolean): number {
    const { index, records } = this.#memory;
    const hash = this.#hash(match);
    const tag = indexTag(hash);
    const region = this.#region();
    for (let at = hash >>> this.#shift; ; at = (at + 1) & this.#mask) {
      const word = index[region + at]!;
      if (word === 0) return 0;
      if ((word & ~INDEX_RECORD_MASK) !== tag) continue;
      const record = (word & INDEX_RECORD_MASK) << RECORD_SHIFT;
      if (wanted(record)) return records[record + R_SLOT]!;
    }
  }

  #sameKey(record: number, { kind, spi, port, destination }: SaMatch): boolean {
    const { records } = this.#memory;
    if (records[record + R_SPI] !== (spi | 0) || matchKind(records[record + R_KIND]!) !== kind) return false;
    if ((records[record + R_PORTS]! & 0xffff) !== port) return false;
    for (let word = 0; word < 4; word++) {
      if (records[record + R_MATCH + word] !== addressWord(destination, word)) return false;
    }
    return true;
  }

  #samePeer(record: number, { peer, peerPort }: SaMatch): boolean {
    const { records } = this.#memory;
    if (records[record + R_PORTS]! >>> 16 !== peerPort) return false;
    const number = peer === undefined ? 0 : this.#addressTable.find(peer);
    return records[record + R_PEER] === number && (peer === undefined || number !== 0);
  }

  /** Writes a record that is not yet published. @returns its number, from 1 */
  #writeRecord({ match, emit, mode, hairpin }: SaDefinition, slot: number): number {
    const taken = this.#recordPool.take();
    const peer = match.peer === undefined ? 0 : this.#addressTable.acquire(match.peer);
    const source = emit.source === undefined ? 0 : this.#addressTable.acquire(emit.source);
    const lacksAddress =
      (match.peer !== undefined && peer === 0) || (emit.source !== undefined && source === 0);
    if (taken === 0 || lacksAddress) {
      const epoch = this.#epochs.advance();
      if (taken !== 0) this.#recordPool.giveBack(taken);
      if (peer !== 0) this.#addressTable.release(peer, epoch);
      if (source !== 0) this.#addressTable.release(source, epoch);
      throw this.#busy();
    }
    const { records } = this.#memory;
    const at = taken << RECORD_SHIFT;
    records.fill(0, at, at + RECORD_WORDS);
    // A page of memory is only taken up when it is written.
    if (this.#memory.successors[taken] !== 0) this.#memory.successors[taken] = 0;
    records[at + R_SPI] = match.spi;
    const matchesIpv4 = isIpv4(match.destination);
    const emitsIpv4 = isIpv4(emit.destination);
    const isStraight = match.kind === emit.kind && matchesIpv4 === emitsIpv4 && !hairpin;
    const flags =
      (isStraight ? FLAG_STRAIGHT : 0) |
      (hairpin ? FLAG_HAIRPIN : 0) |
      (hairpin && this.#isRelayAddress(emit.destination) ? FLAG_TO_RELAY : 0) |
      (matchesIpv4 ? 0 : FLAG_MATCH_IPV6) |
      (emitsIpv4 ? 0 : FLAG_EMIT_IPV6);
    records[at + R_KIND] = packKind(match.kind, emit.kind, MODES.indexOf(mode), flags);
    records[at + R_SLOT] = slot;
    records[at + R_PEER] = peer;
    writeAddress(records, at + R_MATCH, match.destination);
    writeAddress(records, at + R_TO, emit.destination);
    records[at + R_SOURCE] = source;
    records[at + R_TO_SPI] = emit.spi;
    records[at + R_TO_PORTS] = (emit.sourcePort << 16) | emit.destinationPort;
    records[at + R_PORTS] = (match.peerPort << 16) | match.port;
    setEgressMtu(records, at, this.#pathMtus.route(slot));
    return taken;
  }

  /** Frees a record that was unpublished before `epoch` began, with the addresses it refers to. */
  #retire(record: number, epoch: number): void {
    const { records } = this.#memory;
    const at = record << RECORD_SHIFT;
    const peer = records[at + R_PEER]!;
    const source = records[at + R_SOURCE]!;
    if (peer !== 0) this.#addressTable.release(peer, epoch);
    if (source !== 0) this.#addressTable.release(source, epoch);
    this.#recordPool.release(record, epoch);
  }

  #place(region: number, hash: number, record: number, slot: number): void {
    const { index } = this.#memory;
    let at = hash >>> this.#shift;
    while ((index[region + at]! & INDEX_LIVE) !== 0) at = (at + 1) & this.#mask;
    if (index[region + at] === INDEX_TOMBSTONE) this.#tombstones--;
    this.#position[slot] = region + at + 1;
    Atomics.store(index, region + at, indexTag(hash) | record);
  }

  /** Removes an index word. Where the probe ends behind it anyway, no tombstone is left, nor those before it. */
  #erase(region: number, at: number): void {
    const { index } = this.#memory;
    if (index[region + ((at + 1) & this.#mask)] !== 0) {
      Atomics.store(index, region + at, INDEX_TOMBSTONE);
      this.#tombstones++;
      return;
    }
    Atomics.store(index, region + at, 0);
    for (let before = (at - 1) & this.#mask; index[region + before] === INDEX_TOMBSTONE; ) {
      Atomics.store(index, region + before, 0);
      this.#tombstones--;
      before = (before - 1) & this.#mask;
    }
  }

  /** Probes end at a never-used word, so deleted ones must not crowd those out: at most half is live. */
  #keepProbesShort(): void {
    const words = this.#mask + 1;
    const used = this.#live + this.#tombstones;
    if (used * 4 < words * 3) return;
    if (this.#idleRegionFrom === 0 || this.#epochs.waitUntilPassed(this.#idleRegionFrom)) this.#rebuild();
    else if (used * 16 > words * 15) throw this.#busy();
  }

  /** Writes the index anew into the idle region, without tombstones, and switches over. */
  #rebuild(): void {
    const { index, records, control } = this.#memory;
    const words = this.#mask + 1;
    const from = this.#region();
    const to = from === 0 ? words : 0;
    index.fill(0, to, to + words);
    this.#tombstones = 0;
    for (let at = from; at < from + words; at++) {
      const word = index[at]!;
      if ((word & INDEX_LIVE) === 0) continue;
      const record = word & INDEX_RECORD_MASK;
      const base = record << RECORD_SHIFT;
      const match = R_MATCH + base;
      const hash = hashKey(
        this.#memory.seed,
        carrierOf(matchKind(records[base + R_KIND]!), records[base + R_PORTS]! & 0xffff),
        records[base + R_SPI]!,
        records[match]!,
        records[match + 1]!,
        records[match + 2]!,
        records[match + 3]!,
      );
      this.#place(to, hash, record, records[base + R_SLOT]!);
    }
    Atomics.store(control, C_REGION, to);
    this.#idleRegionFrom = this.#epochs.advance();
  }

  #busy(): SadFull {
    return new SadFull('the SAD has no free entry until packets in flight are done; try again in a moment');
  }
}
