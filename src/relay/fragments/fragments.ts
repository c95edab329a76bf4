/**
 * Virtual reassembly (RFC 4301 §7, RFC 791 §3.2, RFC 8200 §4.5): only the first fragment of a datagram shows the SPI.
 * It decides for all of them; those that came before it wait. They leave as fragments again, except where a header
 * that is to be added counts the whole datagram: then it is put together first.
 */
import { HEADROOM, PacketBatch } from '../../attachment/batch.js';
import { MATCH_KIND_MASK } from '../../table/layout.js';
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
  /** A fragment that had waited. */
  readonly #waited = new PacketBatch(1);
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

  /** @param packet fragment `i` of the batch @returns its verdict, or `HELD` */
  process(batch: PacketBatch, i: number, packet: Packet): number {
    const table = this.#table;
    table.lock();
    const verdict = this.#arrive(batch, i, packet);
    this.#countDeaths();
    table.unlock();
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

  #arrive(batch: PacketBatch, i: number, packet: Packet): number {
    const table = this.#table;
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
    if (isFirst && table.state(entry) === UNDECIDED) this.#decide(batch, packet, entry);
    switch (table.state(entry)) {
      case UNDECIDED:
        return this.#hold(batch, packet, entry);
      case COLLECT: {
        const verdict = this.#hold(batch, packet, entry);
        if (verdict === HELD && table.isComplete(entry)) this.#sendWhole(entry);
        return verdict;
      }
      default: {
        const verdict = this.#follow(batch, i, packet, entry);
        if (isFirst) this.#release(entry);
        if (table.isComplete(entry)) table.forget(entry);
        return verdict;
      }
    }
  }

  #hold(batch: PacketBatch, packet: Packet, entry: number): number {
    const isHeld = this.#table.hold(entry, batch.bytes, packet.start, packet.end - packet.start);
    return isHeld ? HELD : FRAGMENT_LIMIT;
  }

  /** With the first fragment, for all of the datagram. */
  #decide(batch: PacketBatch, packet: Packet, entry: number): void {
    const table = this.#table;
    const { decision } = table;
    const at = table.decisionAt(entry);
    let verdict = this.#classify(batch.view, packet);
    if (verdict === FORWARD) verdict = this.#forwarder.resolve(packet);
    if (this.#punt.wants(verdict)) {
      table.decide(entry, COLLECT);
      return;
    }
    if (this.#passesOthers && OTHERS[verdict] === 1) verdict = PASS;
    decision[at + D_VERDICT] = verdict;
    if (verdict !== FORWARD) {
      table.decide(entry, verdict === PASS ? FOLLOW : REFUSED);
      return;
    }
    const { translator, emission } = this.#forwarder;
    decision[at + D_CARRIER] = packet.carrier;
    decision[at + D_SPI] = packet.spi;
    decision[at + D_PORTS] = (packet.sourcePort << 16) | packet.destinationPort;
    if (translator.needsWhole(batch.view, packet, emission)) {
      table.decide(entry, COLLECT);
      return;
    }
    decision[at + D_IDENTIFICATION] = this.#forwarder.chooseIdentification(packet, false);
    decision[at + D_REMOVED] = translator.removedBy(packet, emission);
    table.decide(entry, FOLLOW);
  }

  #classify(view: DataView, packet: Packet): number {
    // No honest sender fragments an echo or an error.
    if (packet.protocol === (packet.isIpv6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP)) return NOT_IPSEC;
    return classify(view, packet, this.#classifier);
  }

  /** Applies the decision about its datagram to one fragment. */
  #follow(batch: PacketBatch, i: number, packet: Packet, entry: number): number {
    const { decision } = this.#table;
    const at = this.#table.decisionAt(entry);
    const verdict = decision[at + D_VERDICT]!;
    if (verdict === PASS) return this.#forwarder.pass(batch, i, packet);
    if (verdict !== FORWARD) return verdict;
    packet.carrier = decision[at + D_CARRIER]!;
    packet.kind = packet.carrier & MATCH_KIND_MASK;
    packet.spi = decision[at + D_SPI]!;
    packet.sourcePort = decision[at + D_PORTS]! >>> 16;
    packet.destinationPort = decision[at + D_PORTS]! & 0xffff;
    // Anew for each fragment, since the SA may be another by now, or gone.
    const unresolved = this.#forwarder.resolve(packet);
    if (unresolved !== FORWARD) return unresolved;
    const identification = decision[at + D_IDENTIFICATION]!;
    return this.#forwarder.forward(batch, i, packet, identification, decision[at + D_REMOVED]!);
  }

  /** Lets go of those that waited for the first. */
  #release(entry: number): void {
    const batch = this.#waited;
    for (;;) {
      const length = this.#table.take(entry, batch.bytes, HEADROOM);
      if (length === 0) return;
      batch.offset[0] = HEADROOM;
      batch.length[0] = length;
      batch.arrived[0] = length;
      // It was taken apart when it came, so it can be again.
      parsePacket(batch.view, HEADROOM, length, this.#packet);
      this.#finish(batch, this.#follow(batch, 0, this.#packet, entry), 1, length);
    }
  }

  /** Puts a datagram together, and forwards or punts it like a packet that never was in pieces. */
  #sendWhole(entry: number): void {
    const table = this.#table;
    const assembler = this.#assembler;
    assembler.begin();
    for (;;) {
      const batch = this.#waited;
      const length = table.take(entry, batch.bytes, HEADROOM);
      if (length === 0) break;
      parsePacket(batch.view, HEADROOM, length, this.#packet);
      assembler.add(batch, this.#packet, length);
    }
    table.forget(entry);
    const { batch } = assembler;
    const packet = this.#packet;
    let verdict = assembler.finish();
    if (verdict === FORWARD) verdict = parsePacket(batch.view, batch.offset[0]!, batch.length[0]!, packet);
    if (verdict === FORWARD) verdict = this.#classify(batch.view, packet);
    if (verdict === FORWARD) {
      // The relay may fragment a datagram that it has put together.
      packet.mayFragment = true;
      verdict = this.#forwarder.resolve(packet);
    }
    if (verdict === FORWARD) verdict = this.#forwarder.forward(batch, 0, packet, undefined, 0);
    if (this.#punt.wants(verdict)) verdict = this.#punt.offer(batch, 0, verdict);
    this.#finish(batch, verdict, assembler.pieces, assembler.arrived);
  }

  /** Sends the rewritten datagram, and counts the fragments in which it arrived. */
  #finish(batch: PacketBatch, verdict: number, pieces: number, arrived: number): void {
    this.#accounting.countLater(verdict, pieces, arrived);
    if (verdict !== FORWARD && verdict !== PASS) return;
    if (verdict === FORWARD) {
      this.#accounting.countSa(batch.sa[0]!, pieces, arrived);
    }
    const start = this.#outlet.reserve();
    const length = batch.length[0]!;
    copyBytes(batch.view, batch.offset[0]!, this.#outlet.batch.view, start, length);
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
