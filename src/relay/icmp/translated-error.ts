/**
 * One ICMP error and the packet that it quotes: both are read, and written anew as the sender of that packet must see them
 * (RFC 4301 §8.2, RFC 5508 §4.2, RFC 7915 §4.2, §5.2).
 *
 *     IP  ICMP  | IP [UDP] SPI …  as the relay emitted it
 *     IP' ICMP' | IP'[UDP'] SPI'…  as the sender had sent it
 *
 * The headers are written anew to the left of the quoted SPI. The caller, which knows where the packet came from, sets {@link TranslatedError.original}
 * between {@link TranslatedError.read} and {@link TranslatedError.write}.
 */
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
  setIcmpChecksum,
  writeIcmpHeader,
} from '../../wire/icmp.js';
import { IPV4_MIN_HEADER, writeIpv4Header } from '../../wire/ipv4.js';
import { IPV6_HEADER, writeIpv6Header } from '../../wire/ipv6.js';
import { Packet, parseQuote } from '../../wire/packet.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from '../../wire/protocol.js';
import { Emission, overheadOf } from '../emission.js';
import { KEEP_IDENTIFICATION, Translator } from '../translator.js';
import { IcmpMapping, mtuFloor, plateauBelow } from './mapping.js';

export class TranslatedError {
  /** The packet as the relay emitted it. */
  readonly quote = new Packet();
  /** The same as its sender had sent it. */
  readonly original = new Emission();
  /** The way was too narrow for the packet. */
  isTooBig = false;
  /** Then: bytes that it carries, as the error states or, where it does not, as is likely (RFC 1191 §5). */
  mtu = 0;
  /** Where the translated error starts, and its length. */
  start = 0;
  length = 0;
  #type = 0;
  #code = 0;
  #pointer = 0;
  readonly #translator = new Translator(false);
  readonly #mapping = new IcmpMapping();
  readonly #answer = new SwappedPair();

  /**
   * @param packet the ICMP error, with its header and of a type that is one
   * @returns false when it does not quote a packet whose source it went to
   */
  read(view: DataView, packet: Packet): boolean {
    const { isIpv6, transport: icmp } = packet;
    const { quote } = this;
    const type = icmpType(view, icmp);
    const code = icmpCode(view, icmp);
    if (!parseQuote(view, icmp + ICMP_HEADER, quoteEnd(view, icmp, packet, type), isIpv6, quote))
      return false;
    this.#type = type;
    this.#code = code;
    this.#pointer = isIpv6 ? view.getInt32(icmp + 4) >>> 0 : view.getUint8(icmp + 4);
    this.isTooBig = isIpv6
      ? type === ICMPV6_PACKET_TOO_BIG
      : type === ICMP_UNREACHABLE && code === ICMP_FRAGMENTATION_NEEDED;
    this.mtu = this.isTooBig ? statedMtu(view, icmp, isIpv6, quote.statedLength) : 0;
    return isAddressedToSource(packet, quote);
  }

  /** Whether the error says that the packet's destination is out of reach. */
  get isUnreachable(): boolean {
    return !this.isTooBig && this.#type === (this.quote.isIpv6 ? ICMPV6_UNREACHABLE : ICMP_UNREACHABLE);
  }

  /** Puts it in the words of the original's family. @returns false when that has no such error */
  map(): boolean {
    const { isIpv6 } = this.original;
    if (this.quote.isIpv6 === isIpv6) return true;
    const mapping = this.#mapping;
    if (!mapping.map(isIpv6, this.#type, this.#code, this.#pointer)) return false;
    this.#type = mapping.type;
    this.#code = mapping.code;
    this.#pointer = mapping.pointer;
    return true;
  }

  /**
   * Writes the error that the sender gets, over the one that was {@link read}.
   * @param keepsSource the sender knows the addresses as they are
   * @param hopLimit of the translated error
   */
  write(view: DataView, packet: Packet, keepsSource: boolean, hopLimit: number): void {
    const { quote, original } = this;
    const problem = original.isIpv6 ? ICMPV6_PARAMETER_PROBLEM : ICMP_PARAMETER_PROBLEM;
    const rest = this.isTooBig
      ? this.#toldMtu()
      : this.#type !== problem
        ? 0
        : original.isIpv6
          ? this.#pointer
          : this.#pointer << 24;
    this.#translator.rewrite(view, quote, original, quote.hopLimit, KEEP_IDENTIFICATION, 0, true);
    this.#writeHeaders(view, packet, this.#translator.start, keepsSource, rest, hopLimit);
  }

  /** The MTU that the sender is told, bytes: for its own headers, and never below the shortest that every host accepts. */
  #toldMtu(): number {
    const { quote, original, mtu } = this;
    const told = mtu + overheadOf(quote.isIpv6, quote.kind, original);
    return Math.min(Math.max(told, mtuFloor(original.isIpv6)), 0xffff);
  }

  /** ICMP and IP header in front of the quote at `quote`. */
  #writeHeaders(
    view: DataView,
    packet: Packet,
    quote: number,
    keepsSource: boolean,
    rest: number,
    hopLimit: number,
  ): void {
    const { isIpv6 } = this.original;
    const header = isIpv6 ? IPV6_HEADER : IPV4_MIN_HEADER;
    const icmp = quote - ICMP_HEADER;
    const start = icmp - header;
    const longest = isIpv6 ? ICMPV6_ERROR_LENGTH : ICMP_ERROR_LENGTH;
    const total = Math.min(this.quote.end - start, longest);
    const length = total - header;
    // From the relay address that this end knows, since the error's own source is of the other side's network. An edge
    // has both ends' addresses as they are.
    const answer = this.#answer.set(this.original);
    if (keepsSource) {
      answer.s0 = packet.s0;
      answer.s1 = packet.s1;
      answer.s2 = packet.s2;
      answer.s3 = packet.s3;
    }
    writeIcmpHeader(view, icmp, this.#type, this.#code, rest);
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

/** An error about a packet goes to where that came from; anything else is forged, or none of ours. */
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
