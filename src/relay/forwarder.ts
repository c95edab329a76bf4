/**
 * Forwards one packet, whole or a fragment, that was taken apart and classified: finds its SA, decides whether it may
 * leave, and rewrites it where it is. The general way, beside the plain one in pipeline.ts.
 */
import type { PacketBatch } from '../attachment/batch.js';
import {
  carrierOf,
  FLAG_HAIRPIN,
  FLAG_TO_RELAY,
  KIND_AH,
  R_KIND,
  R_SLOT,
  type SadMemory,
} from '../table/layout.js';
import { type SadLookup, WRONG_PEER } from '../table/reader.js';
import type { SourceNotes } from '../table/source-notes.js';
import { changeHopLimit } from '../wire/hop-limit.js';
import { IPV6_HEADER } from '../wire/ipv6.js';
import type { Packet } from '../wire/packet.js';
import { FIRST_UNRESERVED_SPI } from '../wire/protocol.js';
import type { Accounting } from './accounting.js';
import { Emission, overheadOf } from './emission.js';
import { Fragmenter } from './fragments/fragmenter.js';
import type { IcmpErrors } from './icmp/error.js';
import { mtuFloor } from './icmp/mapping.js';
import { isIcmpErrorMessage } from './icmp/translator.js';
import type { Identifications } from './identification.js';
import type { Outlet } from './outlet.js';
import { KEEP_IDENTIFICATION, Translator } from './translator.js';
import {
  FORWARD,
  HAIRPIN,
  PASS,
  PEER_MISMATCH,
  SPI_RESERVED,
  TOO_BIG,
  TTL_EXPIRED,
  UNKNOWN_SPI,
} from './verdict.js';

/** Bytes that a length field of IP can say. */
const LONGEST = 0xffff;

/** @param record `NOT_FOUND` or `WRONG_PEER` @returns the verdict of a packet for which there is no SA */
export function missVerdict(record: number, spi: number): number {
  if (record === WRONG_PEER) return PEER_MISMATCH;
  return spi >>> 0 < FIRST_UNRESERVED_SPI ? SPI_RESERVED : UNKNOWN_SPI;
}

export interface ForwarderOptions {
  readonly memory: SadMemory;
  readonly lookup: SadLookup;
  readonly accounting: Accounting;
  readonly sources: SourceNotes;
  readonly outlet: Outlet;
  readonly errors: IcmpErrors;
  readonly identifications: Identifications;
  readonly udp6ZeroChecksum: boolean;
  /** To be added to TTL and hop limit (`Pipeline`). */
  readonly ttlChange: number;
}

export class Forwarder {
  readonly translator: Translator;
  /** The emission of the packet last resolved. */
  readonly emission = new Emission();
  readonly #memory: SadMemory;
  readonly #lookup: SadLookup;
  readonly #accounting: Accounting;
  readonly #errors: IcmpErrors;
  readonly #identifications: Identifications;
  readonly #fragmenter: Fragmenter;
  readonly #sources: SourceNotes;
  readonly #ttlChange: number;
  /** SA number of the packet last resolved, and of the second SA of a hairpin, or 0. */
  #sa = 0;
  #secondSa = 0;

  constructor(options: ForwarderOptions) {
    this.#memory = options.memory;
    this.#lookup = options.lookup;
    this.#accounting = options.accounting;
    this.#errors = options.errors;
    this.#identifications = options.identifications;
    this.#fragmenter = new Fragmenter(options.outlet);
    this.#sources = options.sources;
    this.#ttlChange = options.ttlChange;
    this.translator = new Translator(options.udp6ZeroChecksum);
  }

  /** Starts the lookup of packet `i`, which is classified. */
  prepare(i: number, { carrier, spi, d0, d1, d2, d3 }: Packet): void {
    this.#lookup.prepare(i, carrier, spi, d0, d1, d2, d3);
  }

  /** Finds the SA of packet `i`, which is prepared, and so its {@link emission}. @returns `FORWARD`, or why there is none */
  resolve(i: number, packet: Packet): number {
    const { carrier, spi, d0, d1, d2, d3, s0, s1, s2, s3, sourcePort } = packet;
    const record = this.#lookup.lookup(i, carrier, spi, d0, d1, d2, d3, s0, s1, s2, s3, sourcePort);
    return this.resolveTo(i, record, packet);
  }

  /** The same with the record that was found, or why none was. */
  resolveTo(i: number, record: number, packet: Packet): number {
    if (record < 0) return missVerdict(record, packet.spi);
    const flags = this.#memory.records[record + R_KIND]!;
    this.emission.load(this.#memory, record, packet);
    this.#sa = this.#memory.records[record + R_SLOT]!;
    this.#secondSa = 0;
    if ((flags & FLAG_HAIRPIN) === 0) return FORWARD;
    // The second half of a hairpin takes packets of its first half alone: none from the network.
    return (flags & FLAG_TO_RELAY) === 0 ? HAIRPIN : this.#resolveHairpin(i);
  }

  /**
   * An SA emits to a relay address, as it may: another SA that says hairpin too takes the packet over, and emits it to somewhere
   * else than a relay address.
   */
  #resolveHairpin(i: number): number {
    const { kind, isIpv6, spi, d0, d1, d2, d3, s0, s1, s2, s3, sourcePort, destinationPort } = this.emission;
    const lookup = this.#lookup;
    const carrier = carrierOf(kind, destinationPort);
    lookup.prepare(i, carrier, spi, d0, d1, d2, d3);
    const record = lookup.lookup(i, carrier, spi, d0, d1, d2, d3, s0, s1, s2, s3, sourcePort);
    if (record < 0) return HAIRPIN;
    const flags = this.#memory.records[record + R_KIND]!;
    if ((flags & (FLAG_HAIRPIN | FLAG_TO_RELAY)) !== FLAG_HAIRPIN) return HAIRPIN;
    this.emission.load(this.#memory, record, this.emission);
    this.#secondSa = this.#memory.records[record + R_SLOT]!;
    // An ICMP error about the packet goes back through the relay: first to the second SA, then to the first.
    this.#noteSource(this.#secondSa, isIpv6, s0, s1, s2, s3, sourcePort);
    return FORWARD;
  }

  /** Remembers where the latest packet of an SA came from, for errors about it. */
  #noteSource(
    sa: number,
    isIpv6: boolean,
    s0: number,
    s1: number,
    s2: number,
    s3: number,
    sourcePort: number,
  ): void {
    if (isIpv6) this.#sources.noteIpv6(sa, s0, s1, s2, s3, sourcePort);
    else this.#sources.noteIpv4(sa, s3, sourcePort);
  }

  /** The identification that all fragments of the resolved packet leave with; {@link KEEP_IDENTIFICATION}: their own. */
  chooseIdentification(packet: Packet, willCut: boolean): number {
    const { emission } = this;
    if (packet.isIpv6 && emission.isIpv6) {
      if (!willCut) return KEEP_IDENTIFICATION;
    } else if (!packet.isIpv6 && !emission.isIpv6) {
      if (packet.kind === KIND_AH) return KEEP_IDENTIFICATION;
      // An atomic packet's identification means nothing (RFC 6864 §4.1), until it has to be cut up.
      const isAtomic = !packet.isFragment && !packet.mayFragment;
      if (isAtomic ? !willCut : !emission.hasNewSource(packet)) return KEEP_IDENTIFICATION;
    } else if (emission.isIpv6 && !packet.isFragment && !willCut) {
      // It gets no fragment header.
      return KEEP_IDENTIFICATION;
    }
    return this.#identifications.next(emission.s3 ^ emission.s1, emission.d3 ^ emission.d1, emission.kind);
  }

  /**
   * Rewrites the resolved packet `i` of the batch, if it may leave; sets its new place and the SA whose counters it belongs to.
   * @param identification for a fragment: the one chosen with its first fragment; else undefined
   * @param removed for a later fragment: bytes that its first fragment lost (`Translator.removedBy`)
   */
  forward(
    batch: PacketBatch,
    i: number,
    packet: Packet,
    identification: number | undefined,
    removed: number,
  ): number {
    const { emission, translator } = this;
    const hopLimit = Math.min(packet.hopLimit + this.#ttlChange, 255);
    if (hopLimit < 1) {
      this.#errors.timeExceeded(batch.view, packet);
      return TTL_EXPIRED;
    }
    const length = translator.lengthAfter(packet, emission);
    const willCut = length > emission.mtu;
    if (willCut && !this.#mayCut(batch, packet)) return TOO_BIG;
    // In however many fragments, no packet is longer (RFC 791 §3.1, RFC 8200 §3).
    if (length - (emission.isIpv6 ? IPV6_HEADER : 0) > LONGEST) return TOO_BIG;
    const id = identification ?? this.chooseIdentification(packet, willCut);
    translator.rewrite(batch.view, packet, emission, hopLimit, id, removed, false);
    if (willCut) {
      const fragmenter = this.#fragmenter;
      if (!fragmenter.split(batch, translator.start, length, emission.isIpv6, emission.mtu, id))
        return TOO_BIG;
      batch.offset[i] = fragmenter.start;
      batch.length[i] = fragmenter.length;
    } else {
      batch.offset[i] = translator.start;
      batch.length[i] = length;
    }
    batch.sa[i] = this.#sa;
    const { isIpv6, s0, s1, s2, s3, sourcePort } = packet;
    this.#noteSource(this.#sa, isIpv6, s0, s1, s2, s3, sourcePort);
    if (this.#secondSa !== 0) this.#accounting.countSa(this.#secondSa, 1, batch.arrived[i]!);
    return FORWARD;
  }

  /** Whether a packet that is too long for its way out may be cut up. If not, its sender is told (RFC 1191 §4, RFC 8201 §4). */
  #mayCut(batch: PacketBatch, packet: Packet): boolean {
    if (packet.mayFragment) return true;
    const { emission } = this;
    const floor = mtuFloor(packet.isIpv6);
    const mtu = emission.mtu - overheadOf(packet.isIpv6, packet.kind, emission);
    // No sender can be asked for packets shorter than the floor, so the relay cuts them itself.
    if (mtu < floor && packet.end - packet.start <= floor) return true;
    this.#errors.tooBig(batch.view, packet, Math.min(Math.max(mtu, floor), 0xffff));
    return false;
  }

  /** Forwards a packet that is not about an SA, unchanged but for its TTL. */
  pass(batch: PacketBatch, i: number, packet: Packet): number {
    const { view } = batch;
    const hopLimit = Math.min(packet.hopLimit + this.#ttlChange, 255);
    if (hopLimit < 1) {
      if (!isIcmpErrorMessage(view, packet)) this.#errors.timeExceeded(batch.view, packet);
      return TTL_EXPIRED;
    }
    const { start } = packet;
    batch.length[i] = batch.arrived[i]!;
    changeHopLimit(view, start, packet.isIpv6, packet.hopLimit, hopLimit);
    return PASS;
  }
}
