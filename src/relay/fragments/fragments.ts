/**
 * Virtual reassembly (RFC 4301 §7, RFC 791 §3.2, RFC 8200 §4.5): only the first fragment of a datagram shows the SPI.
 * It decides for all of them; those that came before it wait. They leave as fragments again, except where a header
 * that is to be added counts the whole datagram: then it is put together first.
 */
import { ALIGNMENT, HEADROOM, MAX_PACKET, PacketBatch } from '../../attachment/batch.js';
import { carrierKind } from '../../table/layout.js';
import { copyBytes } from '../../wire/bytes.js';
import { Packet } from '../../wire/packet.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from '../../wire/protocol.js';
import type { Accounting } from '../accounting.js';
import type { BatchClock } from '../batch-clock.js';
import { type ClassifierOptions, classify } from '../classifier.js';
import type { Forwarder } from '../forwarder.js';
import { ASSEMBLED, type Outlet } from '../outlet.js';
import { parsePacket } from '../parse.js';
import type { Punt } from '../punt.js';
import {
  FORWARD,
  FRAGMENT_LIMIT,
  FRAGMENT_OVERLAP,
  FRAGMENT_TIMEOUT,
  HELD,
  NOT_IPSEC,
  OTHERS,
  PASS,
} from '../verdict.js';
import { Assembler } from './assembler.js';
import { DECISION_WORDS, MAX_PIECES } from './memory.js';
import {
  COLLECT,
  DEATHS,
  DUPLICATE,
  FOLLOW,
  type FragmentTable,
  OVERLAP,
  REFUSED,
  UNDECIDED,
} from './table.js';

/* Words of a datagram's decision. */
/** `FORWARD`, `PASS`, or why all of it is dropped. */
const D_VERDICT = 0;
const D_CARRIER = 1;
const D_SPI = 2;
/** Source port in the high half, destination port in the low. */
const D_PORTS = 3;
const D_IDENTIFICATION = 4;
/** Bytes that the first fragment lost (`Translator.removedBy`). */
const D_REMOVED = 5;

/* Outcomes of a fragment's arrival that are no verdicts. */
/** The decision about its datagram is there, perhaps only since this fragment, and holds for it. */
const DECIDED = 1000;
/** It was the last of a datagram that is to be put together. */
const COLLECTED = 1001;

/** Room for all data of a datagram, and for the headers of its fragments, which have nine of at most 2 KiB. */
const WAITING_BYTES = MAX_PACKET + MAX_PIECES * 20 * 1024;

/** The verdict for each cause of a death in the table, by its number. */
const DEATH_VERDICTS = [FRAGMENT_OVERLAP, FRAGMENT_LIMIT, FRAGMENT_TIMEOUT];

export interface FragmentsOptions {
  readonly table: FragmentTable;
  readonly forwarder: Forwarder;
  readonly accounting: Accounting;
  readonly outlet: Outlet;
  readonly clock: BatchClock;
  readonly punt: Punt;
  readonly classifier: ClassifierOptions;
  readonly passesOthers: boolean;
}

export class Fragments {
  readonly #table: FragmentTable;
  readonly #forwarder: Forwarder;
  readonly #accounting: Accounting;
  readonly #outlet: Outlet;
  readonly #clock: BatchClock;
  readonly #punt: Punt;
  readonly #classifier: ClassifierOptions;
  readonly #passesOthers: boolean;
  readonly #assembler = new Assembler();
  /** Fragments of one datagram that have waited. */
  readonly #waiting = new PacketBatch(MAX_PIECES, WAITING_BYTES);
  /** The decision about the datagram under way, and the state that it calls for. */
  readonly #decision = new Int32Array(DECISION_WORDS);
  #decidedState = UNDECIDED;
  readonly #packet = new Packet();

  constructor(options: FragmentsOptions) {
    this.#table = options.table;
    this.#forwarder = options.forwarder;
    this.#accounting = options.accounting;
    this.#outlet = options.outlet;
    this.#clock = options.clock;
    this.#punt = options.punt;
    this.#classifier = options.classifier;
    this.#passesOthers = options.passesOthers;
  }

  /**
   * The table's lock is held only while the table is read and written; all other work is done before and afterwards.
   * @param packet fragment `i` of the batch
   * @param classified of a first fragment: `FORWARD` when it is classified and its lookup prepared, or its verdict
   * @returns its verdict, or `HELD`
   */
  process(batch: PacketBatch, i: number, packet: Packet, classified: number): number {
    const table = this.#table;
    const isFirst = packet.fragmentOffset === 0;
    if (isFirst) this.#decide(batch, i, packet, classified);
    table.lock();
    const outcome = this.#arrive(batch, packet);
    table.unlock();
    this.#countDeaths();
    if (outcome === COLLECTED) {
      this.#sendWhole(i);
      return HELD;
    }
    if (outcome !== DECIDED) return outcome;
    const verdict = this.#follow(batch, i, i, packet, isFirst);
    if (isFirst) this.#release(i);
    return verdict;
  }

  /** Ends the wait of fragments whose time is up. @returns whether others still wait */
  expire(): boolean {
    const table = this.#table;
    if (table.isDue(this.#clock.steadyMs)) {
      table.lock();
      table.expire(this.#clock.steadyMs);
      this.#countDeaths();
      table.unlock();
    }
    return table.datagrams !== 0;
  }

  /** @returns `DECIDED`, `COLLECTED`, `HELD`, or a verdict */
  #arrive(batch: PacketBatch, packet: Packet): number {
    const table = this.#table;
    this.#waiting.count = 0;
    const { s0, s1, s2, s3, d0, d1, d2, d3, identification, hasMoreFragments } = packet;
    // In IPv6 the identification alone tells datagrams of two addresses apart (RFC 8200 §4.5).
    const protocol = packet.isIpv6 ? 0 : packet.protocol;
    const entry = table.arrive(
      protocol,
      identification,
      s0,
      s1,
      s2,
      s3,
      d0,
      d1,
      d2,
      d3,
      packet.fragmentOffset,
      packet.fragmentLength,
      hasMoreFragments,
      this.#clock.steadyMs,
    );
    if (entry < 0) return entry === DUPLICATE || entry === OVERLAP ? FRAGMENT_OVERLAP : FRAGMENT_LIMIT;
    const isFirst = packet.fragmentOffset === 0;
    const { decision } = table;
    const at = table.decisionAt(entry);
    if (isFirst && table.state(entry) === UNDECIDED) {
      for (let word = 0; word < DECISION_WORDS; word++) decision[at + word] = this.#decision[word]!;
      table.decide(entry, this.#decidedState);
    }
    const state = table.state(entry);
    if (state === UNDECIDED || state === COLLECT) {
      if (!table.hold(entry, batch.bytes, packet.start, packet.end - packet.start)) return FRAGMENT_LIMIT;
      if (state === UNDECIDED || !table.isComplete(entry)) return HELD;
      this.#takeAll(entry);
      table.forget(entry);
      return COLLECTED;
    }
    for (let word = 0; word < DECISION_WORDS; word++) this.#decision[word] = decision[at + word]!;
    if (isFirst) this.#takeAll(entry);
    if (table.isComplete(entry)) table.forget(entry);
    return DECIDED;
  }

  /** Copies those that wait of a datagram out of the table. */
  #takeAll(entry: number): void {
    const batch = this.#waiting;
    let at = HEADROOM;
    for (;;) {
      const length = this.#table.take(entry, batch.bytes, at);
      if (length === 0) return;
      const i = batch.count++;
      batch.offset[i] = at;
      batch.length[i] = length;
      batch.arrived[i] = length;
      at = (at + length + HEADROOM + ALIGNMENT - 1) & -ALIGNMENT;
    }
  }

  /** With the first fragment, for all of its datagram, should it be the one that decides. */
  #decide(batch: PacketBatch, i: number, packet: Packet, classified: number): void {
    const decision = this.#decision.fill(0);
    let verdict = classified === FORWARD ? this.#forwarder.resolve(i, packet) : classified;
    if (this.#punt.wants(verdict)) {
      this.#decidedState = COLLECT;
      return;
    }
    if (this.#passesOthers && OTHERS[verdict] === 1) verdict = PASS;
    decision[D_VERDICT] = verdict;
    if (verdict !== FORWARD) {
      this.#decidedState = verdict === PASS ? FOLLOW : REFUSED;
      return;
    }
    const { translator, emission } = this.#forwarder;
    decision[D_CARRIER] = packet.carrier;
    decision[D_SPI] = packet.spi;
    decision[D_PORTS] = (packet.sourcePort << 16) | packet.destinationPort;
    if (translator.needsWhole(batch.view, packet, emission)) {
      this.#decidedState = COLLECT;
      return;
    }
    decision[D_IDENTIFICATION] = this.#forwarder.chooseIdentification(packet, false);
    decision[D_REMOVED] = translator.removedBy(packet, emission);
    this.#decidedState = FOLLOW;
  }

  /** @returns `FORWARD`, or the verdict of a first fragment or of a datagram */
  classify(view: DataView, packet: Packet): number {
    // No honest sender fragments an echo or an error.
    if (packet.protocol === (packet.isIpv6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP)) return NOT_IPSEC;
    return classify(view, packet, this.#classifier);
  }

  /**
   * Applies the decision about its datagram to fragment `i` of a batch.
   * @param slot of the lookup @param isResolved it is the one that has decided
   */
  #follow(batch: PacketBatch, i: number, slot: number, packet: Packet, isResolved: boolean): number {
    const decision = this.#decision;
    const verdict = decision[D_VERDICT]!;
    if (verdict === PASS) return this.#forwarder.pass(batch, i, packet);
    if (verdict !== FORWARD) return verdict;
    if (!isResolved) {
      packet.carrier = decision[D_CARRIER]!;
      packet.kind = carrierKind(packet.carrier);
      packet.spi = decision[D_SPI]!;
      packet.sourcePort = decision[D_PORTS]! >>> 16;
      packet.destinationPort = decision[D_PORTS]! & 0xffff;
      // Anew for each fragment, since the SA may be another by now, or gone.
      const unresolved = this.#resolve(slot, packet);
      if (unresolved !== FORWARD) return unresolved;
    }
    return this.#forwarder.forward(batch, i, packet, decision[D_IDENTIFICATION]!, decision[D_REMOVED]!);
  }

  #resolve(slot: number, packet: Packet): number {
    this.#forwarder.prepare(slot, packet);
    return this.#forwarder.resolve(slot, packet);
  }

  /** Lets go of those that waited for the first. They were taken apart when they came, so they can be again. */
  #release(slot: number): void {
    const batch = this.#waiting;
    for (let i = 0; i < batch.count; i++) {
      parsePacket(batch.view, batch.offset[i]!, batch.length[i]!, this.#packet);
      this.#finish(batch, i, this.#follow(batch, i, slot, this.#packet, false), 1, batch.arrived[i]!);
    }
  }

  /** Puts a datagram together, and forwards or punts it like a packet that never was in pieces. */
  #sendWhole(slot: number): void {
    const assembler = this.#assembler;
    const waiting = this.#waiting;
    assembler.begin();
    for (let i = 0; i < waiting.count; i++) {
      parsePacket(waiting.view, waiting.offset[i]!, waiting.length[i]!, this.#packet);
      assembler.add(waiting, this.#packet, waiting.length[i]!);
    }
    const { batch } = assembler;
    const packet = this.#packet;
    let verdict = assembler.finish();
    if (verdict === FORWARD) verdict = parsePacket(batch.view, batch.offset[0]!, batch.length[0]!, packet);
    if (verdict === FORWARD) verdict = this.classify(batch.view, packet);
    if (verdict === FORWARD) {
      // The relay may fragment a datagram that it has put together.
      packet.mayFragment = true;
      verdict = this.#resolve(slot, packet);
    }
    if (verdict === FORWARD) verdict = this.#forwarder.forward(batch, 0, packet, undefined, 0);
    if (this.#punt.wants(verdict)) verdict = this.#punt.offer(batch, 0, verdict, assembler.pieces);
    this.#finish(batch, 0, verdict, assembler.pieces, assembler.arrived);
  }

  /** Sends the rewritten datagram, and counts the fragments in which it arrived. */
  #finish(batch: PacketBatch, i: number, verdict: number, pieces: number, arrived: number): void {
    this.#accounting.countLater(verdict, pieces, arrived);
    if (verdict !== FORWARD && verdict !== PASS) return;
    if (verdict === FORWARD) {
      this.#accounting.countSa(batch.sa[i]!, pieces, arrived);
    }
    const start = this.#outlet.reserve();
    const length = batch.length[i]!;
    copyBytes(batch.view, batch.offset[i]!, this.#outlet.batch.view, start, length);
    this.#outlet.add(start, length, ASSEMBLED);
  }

  #countDeaths(): void {
    const { deaths } = this.#table;
    for (let cause = 0; cause < DEATHS; cause++) {
      const packets = deaths[cause]!;
      if (packets === 0) continue;
      this.#accounting.countLater(DEATH_VERDICTS[cause]!, packets, deaths[DEATHS + cause]!);
      deaths[cause] = 0;
      deaths[DEATHS + cause] = 0;
    }
  }
}
