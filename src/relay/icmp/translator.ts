/**
 * Translates ICMP errors about packets that the relay emitted, so that they reach the original sender and quote the packet as
 * it was sent: the sender's kernel finds its own SA, and path-MTU discovery works from end to end
 * (RFC 4301 §8.2, RFC 5508 §4.2, RFC 7915 §4.2, §5.2).
 *
 *     IP  ICMP  | IP [UDP] SPI …  as the relay emitted it
 *     IP' ICMP' | IP'[UDP'] SPI'…  as the sender had sent it
 *
 * The headers are written anew to the left of the quoted SPI.
 */
import type { PacketBatch } from '../../attachment/batch.js';
import { EmissionReader, NO_EMISSION } from '../../table/emission-index.js';
import { LatestSources } from '../../table/latest-source.js';
import {
  COUNTER_LAST,
  COUNTER_STRIDE,
  egressMtu,
  FLAG_MATCH_IPV6,
  KIND_UDP,
  matchKind,
  R_KIND,
  R_MATCH,
  R_PEER,
  R_PORTS,
  R_SLOT,
  R_SOURCE,
  R_SPI,
  R_TO_PORTS,
  type SadMemory,
  SOURCE_ADDRESS,
  SOURCE_PORT,
  SOURCE_STRIDE,
  setEgressMtu,
  sourceWords,
} from '../../table/layout.js';
import { addressSum, SwappedPair, writeIpv6Addresses } from '../../wire/address-pair.js';
import {
  ICMP_ERROR_LENGTH,
  ICMP_FRAGMENTATION_NEEDED,
  ICMP_HEADER,
  ICMP_PARAMETER_PROBLEM,
  ICMP_UNREACHABLE,
  ICMPV6_ERROR_LENGTH,
  ICMPV6_PACKET_TOO_BIG,
  ICMPV6_PARAMETER_PROBLEM,
  ICMPV6_TIME_EXCEEDED,
  ICMPV6_UNREACHABLE,
  icmpCode,
  icmpSum,
  icmpType,
  icmpv6Pseudo,
  isIcmpError,
  setIcmpChecksum,
  writeIcmpHeader,
} from '../../wire/icmp.js';
import { IPV4_MIN_HEADER, writeIpv4Header } from '../../wire/ipv4.js';
import { IPV6_HEADER, writeIpv6Header } from '../../wire/ipv6.js';
import { IPV4_MAPPED, Packet, parseQuote } from '../../wire/packet.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from '../../wire/protocol.js';
import type { BatchClock } from '../batch-clock.js';
import { classifyQuote } from '../classifier.js';
import { Emission, recordOverhead } from '../emission.js';
import type { TokenBucket } from '../token-bucket.js';
import { KEEP_IDENTIFICATION, Translator } from '../translator.js';
import { BAD_ICMP, ICMP_FORWARD, ICMP_UNMATCHED, RATE_LIMIT } from '../verdict.js';
import { mayBeTold } from './error.js';
import { IcmpMapping, mtuFloor, plateauBelow } from './mapping.js';

export interface IcmpTranslatorOptions {
  readonly memory: SadMemory;
  readonly bucket: TokenBucket;
  readonly clock: BatchClock;
}

export class IcmpTranslator {
  readonly #memory: SadMemory;
  readonly #bucket: TokenBucket;
  readonly #clock: BatchClock;
  readonly #emissions: EmissionReader;
  readonly #latestSources: LatestSources;
  /** Each worker's latest IPv4 sources. */
  readonly #sources: readonly Int32Array[];
  readonly #translator = new Translator(false);
  readonly #quote = new Packet();
  readonly #mapping = new IcmpMapping();
  readonly #answer = new SwappedPair();
  /** The packet as its sender had sent it. */
  readonly #original = new Emission();
  /** Where the translated packet starts, and its length. */
  start = 0;
  length = 0;

  constructor({ memory, bucket, clock }: IcmpTranslatorOptions) {
    this.#memory = memory;
    this.#bucket = bucket;
    this.#clock = clock;
    this.#emissions = new EmissionReader(memory);
    this.#latestSources = new LatestSources(memory);
    this.#sources = memory.counters.map(sourceWords);
  }

  /**
   * @param packet the ICMP error, with its header and of a type that is one; {@link start} and {@link length} then tell where the translated error is
   * @param hopLimit of the translated error
   */
  translate(batch: PacketBatch, packet: Packet, hopLimit: number): number {
    const { view } = batch;
    const icmp = packet.transport;
    const type = icmpType(view, icmp);
    const code = icmpCode(view, icmp);
    const quote = this.#quote;
    if (!parseQuote(view, icmp + ICMP_HEADER, quoteEnd(view, icmp, packet, type), packet.isIpv6, quote)) {
      return ICMP_UNMATCHED;
    }
    if (!classifyQuote(view, quote) || !isAddressedToSource(packet, quote)) return ICMP_UNMATCHED;
    const record = this.#findSa();
    if (record === 0) return ICMP_UNMATCHED;
    // Only after the lookup of the quoted SPI, so that a flood of bogus errors stays cheap.
    if (!isIcmpIntact(view, packet)) return BAD_ICMP;
    if (!this.#loadOriginal(record)) return ICMP_UNMATCHED;
    const original = this.#original;
    const isTooBig = packet.isIpv6
      ? type === ICMPV6_PACKET_TOO_BIG
      : type === ICMP_UNREACHABLE && code === ICMP_FRAGMENTATION_NEEDED;
    const pointer = packet.isIpv6 ? view.getInt32(icmp + 4) >>> 0 : view.getUint8(icmp + 4);
    const mapping = this.#mapping;
    if (packet.isIpv6 !== original.isIpv6 && !mapping.map(original.isIpv6, type, code, pointer)) {
      return ICMP_UNMATCHED;
    }
    if (!this.#bucket.take(this.#clock.steadyMs)) return RATE_LIMIT;
    const newType = packet.isIpv6 === original.isIpv6 ? type : mapping.type;
    const newCode = packet.isIpv6 === original.isIpv6 ? code : mapping.code;
    let rest = 0;
    if (isTooBig) {
      rest = this.#learnMtu(record, statedMtu(view, icmp, packet.isIpv6, quote.statedLength));
    } else if (newType === (original.isIpv6 ? ICMPV6_PARAMETER_PROBLEM : ICMP_PARAMETER_PROBLEM)) {
      const newPointer = packet.isIpv6 === original.isIpv6 ? pointer : mapping.pointer;
      rest = original.isIpv6 ? newPointer : newPointer << 24;
    }
    const keepsSource = this.#memory.records[record + R_SOURCE] === 0;
    this.#translator.rewrite(view, quote, original, quote.hopLimit, KEEP_IDENTIFICATION, 0, true);
    this.#writeHeaders(view, packet, this.#translator.start, keepsSource, newType, newCode, rest, hopLimit);
    return ICMP_FORWARD;
  }

  /** The SA that emitted the quoted packet; of several, the one that was last used. @returns its record, or 0 */
  #findSa(): number {
    const quote = this.#quote;
    const ports = (quote.sourcePort << 16) | quote.destinationPort;
    let best = 0;
    for (let place = NO_EMISSION; ; ) {
      place = this.#emissions.next(
        quote.kind,
        quote.spi,
        quote.d0,
        quote.d1,
        quote.d2,
        quote.d3,
        quote.s0,
        quote.s1,
        quote.s2,
        quote.s3,
        ports,
        place,
      );
      if (place === NO_EMISSION) return best;
      const record = this.#emissions.recordAt(place);
      if (record !== 0 && (best === 0 || this.#isUsedLater(record, best))) best = record;
    }
  }

  /** Times are compared here and not returned: V8 would make an object of each. */
  #isUsedLater(record: number, other: number): boolean {
    const { records, counters } = this.#memory;
    const at = (records[record + R_SLOT]! - 1) * COUNTER_STRIDE + COUNTER_LAST;
    const otherAt = (records[other + R_SLOT]! - 1) * COUNTER_STRIDE + COUNTER_LAST;
    let last = 0;
    let otherLast = 0;
    for (let worker = 0; worker < counters.length; worker++) {
      last = Math.max(last, counters[worker]![at]!);
      otherLast = Math.max(otherLast, counters[worker]![otherAt]!);
    }
    return last > otherLast;
  }

  /** The form of the SA's packets before the relay. @returns false when their source is not known */
  #loadOriginal(record: number): boolean {
    const { records, addresses } = this.#memory;
    const original = this.#original;
    const quote = this.#quote;
    const kind = records[record + R_KIND]!;
    original.kind = matchKind(kind);
    original.isIpv6 = (kind & FLAG_MATCH_IPV6) !== 0;
    original.spi = records[record + R_SPI]!;
    original.d0 = records[record + R_MATCH]!;
    original.d1 = records[record + R_MATCH + 1]!;
    original.d2 = records[record + R_MATCH + 2]!;
    original.d3 = records[record + R_MATCH + 3]!;
    original.flowLabel = 0;
    original.sourcePort = 0;
    original.destinationPort = 0;
    const keepsSource = records[record + R_SOURCE] === 0;
    const peer = records[record + R_PEER]! << 2;
    const peerPort = records[record + R_PORTS]! >>> 16;
    const needsPort = original.kind === KIND_UDP;
    // A port that the SA keeps is in the quote.
    const ports = records[record + R_TO_PORTS]!;
    let port = quote.kind === KIND_UDP && ports >>> 16 === 0 ? quote.sourcePort : peerPort;
    const isAddressKnown = keepsSource || peer !== 0;
    if (!isAddressKnown || (needsPort && port === 0)) {
      const latestPort = this.#loadLatestSource(records[record + R_SLOT]!);
      if (latestPort < 0) return false;
      if (port === 0) port = latestPort;
    }
    if (keepsSource) {
      original.s0 = quote.s0;
      original.s1 = quote.s1;
      original.s2 = quote.s2;
      original.s3 = quote.s3;
    } else if (peer !== 0) {
      original.s0 = addresses[peer]!;
      original.s1 = addresses[peer + 1]!;
      original.s2 = addresses[peer + 2]!;
      original.s3 = addresses[peer + 3]!;
    }
    if (needsPort) {
      original.sourcePort = port;
      const keepsDestinationPort = quote.kind === KIND_UDP && (ports & 0xffff) === 0;
      original.destinationPort = keepsDestinationPort
        ? quote.destinationPort
        : records[record + R_PORTS]! & 0xffff;
    }
    // Anybody can have sent the latest packet, with any source.
    return mayBeTold(original);
  }

  /** Sets the source of the SA's latest packet. @returns its UDP port (0 without UDP), or -1 if none is known */
  #loadLatestSource(slot: number): number {
    const original = this.#original;
    if (original.isIpv6) {
      if (!this.#latestSources.read(slot)) return -1;
      original.s0 = this.#latestSources.address[0]!;
      original.s1 = this.#latestSources.address[1]!;
      original.s2 = this.#latestSources.address[2]!;
      original.s3 = this.#latestSources.address[3]!;
      return this.#latestSources.port;
    }
    let latest = -1;
    let port = -1;
    original.s0 = 0;
    original.s1 = 0;
    original.s2 = IPV4_MAPPED;
    for (let worker = 0; worker < this.#sources.length; worker++) {
      const last = this.#memory.counters[worker]![(slot - 1) * COUNTER_STRIDE + COUNTER_LAST]!;
      const at = (slot - 1) * SOURCE_STRIDE;
      const source = this.#sources[worker]![at + SOURCE_ADDRESS]!;
      if (source === 0 || last <= latest) continue;
      latest = last;
      original.s3 = source;
      port = this.#sources[worker]![at + SOURCE_PORT]!;
    }
    return port;
  }

  /**
   * Keeps the SA from sending longer packets than the way carries.
   * @returns the MTU that the sender is told, bytes: for its own headers, and never below the shortest that every host accepts
   */
  #learnMtu(record: number, mtu: number): number {
    const { records } = this.#memory;
    const { isIpv6 } = this.#original;
    const bounded = Math.max(mtu, mtuFloor(this.#quote.isIpv6));
    if (bounded < egressMtu(records, record)) setEgressMtu(records, record, bounded);
    const told = mtu - recordOverhead(this.#memory, record, isIpv6);
    return Math.min(Math.max(told, mtuFloor(isIpv6)), 0xffff);
  }

  /** ICMP and IP header in front of the quote at `quote`. */
  #writeHeaders(
    view: DataView,
    packet: Packet,
    quote: number,
    keepsSource: boolean,
    type: number,
    code: number,
    rest: number,
    hopLimit: number,
  ): void {
    const { isIpv6 } = this.#original;
    const header = isIpv6 ? IPV6_HEADER : IPV4_MIN_HEADER;
    const icmp = quote - ICMP_HEADER;
    const start = icmp - header;
    const longest = isIpv6 ? ICMPV6_ERROR_LENGTH : ICMP_ERROR_LENGTH;
    const total = Math.min(this.#quote.end - start, longest);
    const length = total - header;
    // From the relay address that this end knows, since the error's own source is of the other side's network. An edge
    // has both ends' addresses as they are.
    const answer = this.#answer.set(this.#original);
    if (keepsSource) {
      answer.s0 = packet.s0;
      answer.s1 = packet.s1;
      answer.s2 = packet.s2;
      answer.s3 = packet.s3;
    }
    writeIcmpHeader(view, icmp, type, code, rest);
    if (isIpv6) {
      setIcmpChecksum(view, icmp, icmpSum(view, icmp, length, icmpv6Pseudo(addressSum(answer), length)));
      writeIpv6Header(view, start, packet.trafficClass, 0, length, PROTOCOL_ICMPV6, hopLimit);
      writeIpv6Addresses(view, start, answer);
    } else {
      setIcmpChecksum(view, icmp, icmpSum(view, icmp, length, 0));
      const id = packet.identification & 0xffff;
      const tos = packet.trafficClass;
      writeIpv4Header(view, start, tos, total, id, 0, hopLimit, PROTOCOL_ICMP, answer.s3, answer.d3);
    }
    this.start = start;
    this.length = total;
  }
}

/** The end of the quoted packet: extensions behind it are left out, since they describe the other side's routers (RFC 4884 §4, §5). */
function quoteEnd(view: DataView, icmp: number, packet: Packet, type: number): number {
  const words = packet.isIpv6
    ? type === ICMPV6_UNREACHABLE || type === ICMPV6_TIME_EXCEEDED
      ? view.getUint8(icmp + 4) << 3
      : 0
    : view.getUint8(icmp + 5) << 2;
  return words === 0 ? packet.end : Math.min(packet.end, icmp + ICMP_HEADER + words);
}

/** An error about a packet goes to where that came from; any other is forged, or about a packet that is not the relay's. */
function isAddressedToSource(packet: Packet, quote: Packet): boolean {
  return packet.d3 === quote.s3 && packet.d2 === quote.s2 && packet.d1 === quote.s1 && packet.d0 === quote.s0;
}

/** More than any packet has with or without its headers; small, so that V8 makes no object of it. */
const BEYOND_ALL_MTUS = 0x1_ffff;

/** The MTU that the router states, bytes; where it states none, a likely one (RFC 1191 §5). */
function statedMtu(view: DataView, icmp: number, isIpv6: boolean, quotedLength: number): number {
  if (isIpv6) return Math.min(view.getUint32(icmp + 4), BEYOND_ALL_MTUS);
  return view.getUint16(icmp + 6) || plateauBelow(quotedLength);
}

/** Whether the packet is an ICMP error, about which no error is made (RFC 1122 §3.2.2, RFC 4443 §2.4 (e.1)). */
export function isIcmpErrorMessage(view: DataView, packet: Packet): boolean {
  if (packet.protocol !== (packet.isIpv6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP)) return false;
  if (packet.transport >= packet.end) return true;
  const type = icmpType(view, packet.transport);
  // ICMPv6 has all its errors below 128 (RFC 4443 §2.1); redirects and source quench count as errors too.
  return packet.isIpv6 ? type < 128 : isIcmpError(type) || type === 4 || type === 5;
}

/** Whether the checksum of an ICMP message is right. */
export function isIcmpIntact(view: DataView, packet: Packet): boolean {
  const length = packet.end - packet.transport;
  const pseudo = packet.isIpv6 ? icmpv6Pseudo(addressSum(packet), length) : 0;
  return icmpSum(view, packet.transport, length, pseudo) === 0;
}
