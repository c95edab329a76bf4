/**
 * A parsed packet: the offsets and the fields of its headers. One object is filled again and again; offsets
 * are bytes in the view that was parsed, addresses four words in network byte order read as signed numbers,
 * an IPv4 address as the IPv4-mapped one. The one parser of IP headers, for the relay and the endpoint.
 */
import { IP_BAD_EXTENSION, IP_BAD_FRAGMENT, IP_BAD_HEADER, IP_INTACT, IP_TRUNCATED } from './ip-damage.js';
import {
  checkIpv4,
  IPV4_MIN_HEADER,
  IPV4_PROTOCOL,
  ipv4Destination,
  ipv4DontFragment,
  ipv4FragmentOffset,
  ipv4HasMoreFragments,
  ipv4HeaderLength,
  ipv4Identification,
  ipv4Protocol,
  ipv4Source,
  ipv4TotalLength,
  ipv4Ttl,
  ipv4TypeOfService,
} from './ipv4.js';
import {
  extensionLength,
  FRAGMENT_HEADER,
  fragmentHasMore,
  fragmentIdentification,
  fragmentOffset,
  IPV6_HEADER,
  IPV6_NEXT_HEADER,
  ipv6DestinationWord,
  ipv6HopLimit,
  ipv6PayloadLength,
  ipv6SourceWord,
  ipv6TrafficClass,
  segmentsLeft,
} from './ipv6.js';
import {
  PROTOCOL_DESTINATION_OPTIONS,
  PROTOCOL_FRAGMENT,
  PROTOCOL_HOP_BY_HOP,
  PROTOCOL_ROUTING,
} from './protocol.js';

/** Third word of every IPv4-mapped address (RFC 4291 §2.5.5.2). */
export const IPV4_MAPPED = 0xffff;

/** Most extension headers in front of the upper protocol. */
const MOST_EXTENSIONS = 8;

export class Packet {
  isIpv6 = false;
  /** Offset of the IP header. */
  start = 0;
  /** Offset of the packet's end. */
  end = 0;
  /** Its end as it arrived: {@link end}, or behind it where UDP is shorter than IP says. */
  arrivedEnd = 0;
  /** Length that the IP header states, bytes: end − start, but for a packet that an ICMP error quotes in part. */
  statedLength = 0;
  s0 = 0;
  s1 = 0;
  s2 = 0;
  s3 = 0;
  d0 = 0;
  d1 = 0;
  d2 = 0;
  d3 = 0;
  /** TOS or traffic class. */
  trafficClass = 0;
  /** TTL or hop limit. */
  hopLimit = 0;
  /** The protocol behind the IP header and its extension headers. */
  protocol = 0;
  /** Its offset, and the offset of the byte that names it. */
  transport = 0;
  protocolAt = 0;

  /** A fragment, and not the only one of its datagram (RFC 6946). */
  isFragment = false;
  /** Offset of its data within the original's, bytes. */
  fragmentOffset = 0;
  hasMoreFragments = false;
  /** 16 bits, or 32 read as a signed number. */
  identification = 0;
  /** Offset of the fragment header (IPv6), also of an atomic fragment; 0: none. */
  fragmentHeader = 0;
  /** Offset of the byte that announces it. */
  fragmentHeaderTypeAt = 0;
  /** May be cut up on the way: IPv4 without DF, or put together by the relay. */
  mayFragment = false;

  /** How it carries its SPI; the classifier sets this field and those that follow. */
  kind = 0;
  /** The same with the port to which it came, where that tells SAs apart (`carrierOf` of src/table/layout.ts). */
  carrier = 0;
  /** Signed, network byte order. */
  spi = 0;
  /** UDP ports; 0 without UDP. */
  sourcePort = 0;
  destinationPort = 0;

  /** Bytes of the fragment's data, or of a whole packet all that can be in one. */
  get fragmentLength(): number {
    return this.end - (this.fragmentHeader === 0 ? this.transport : this.fragmentHeader + FRAGMENT_HEADER);
  }
}

/**
 * Parses a received packet down to the upper protocol.
 * @param length bytes received from `start` on; bytes behind the packet are left out
 * @returns {@link IP_INTACT}, or the damage
 */
export function parseIp(view: DataView, start: number, length: number, packet: Packet): number {
  const damage = parseIpHeader(view, start, length, packet);
  if (damage !== IP_INTACT) return damage;
  if (packet.isIpv6) {
    // They never are on the wire (RFC 4038 §4.2), and would be taken for IPv4 here.
    if (isIpv4Mapped(packet.s0, packet.s1, packet.s2) || isIpv4Mapped(packet.d0, packet.d1, packet.d2)) {
      return IP_BAD_HEADER;
    }
    if (!walkExtensions(view, packet)) return IP_BAD_EXTENSION;
  }
  return packet.isFragment ? checkFragment(packet) : IP_INTACT;
}

/**
 * Parses the IP header alone: extension headers of IPv6 count as payload and are not read.
 * @returns {@link IP_INTACT}, or the damage
 */
export function parseIpHeader(view: DataView, start: number, length: number, packet: Packet): number {
  packet.start = start;
  packet.kind = 0;
  packet.sourcePort = 0;
  packet.destinationPort = 0;
  if (length < 1) return IP_TRUNCATED;
  if (view.getUint8(start) >>> 4 === 6) {
    if (length < IPV6_HEADER || length < IPV6_HEADER + ipv6PayloadLength(view, start)) return IP_TRUNCATED;
    readIpv6(view, start, packet);
  } else {
    const damage = checkIpv4(view, start, length);
    if (damage !== IP_INTACT) return damage;
    readIpv4(view, start, packet);
  }
  packet.end = start + packet.statedLength;
  packet.arrivedEnd = packet.end;
  return IP_INTACT;
}

/** Reads a header that is all there. */
function readIpv4(view: DataView, start: number, packet: Packet): void {
  packet.isIpv6 = false;
  packet.statedLength = ipv4TotalLength(view, start);
  packet.s0 = 0;
  packet.s1 = 0;
  packet.s2 = IPV4_MAPPED;
  packet.s3 = ipv4Source(view, start);
  packet.d0 = 0;
  packet.d1 = 0;
  packet.d2 = IPV4_MAPPED;
  packet.d3 = ipv4Destination(view, start);
  packet.trafficClass = ipv4TypeOfService(view, start);
  packet.hopLimit = ipv4Ttl(view, start);
  packet.protocol = ipv4Protocol(view, start);
  packet.protocolAt = start + IPV4_PROTOCOL;
  packet.transport = start + ipv4HeaderLength(view, start);
  packet.identification = ipv4Identification(view, start);
  packet.fragmentOffset = ipv4FragmentOffset(view, start);
  packet.hasMoreFragments = ipv4HasMoreFragments(view, start);
  packet.isFragment = packet.hasMoreFragments || packet.fragmentOffset !== 0;
  packet.fragmentHeader = 0;
  packet.mayFragment = !ipv4DontFragment(view, start);
}

/** Reads a header that is all there, and nothing behind it. */
function readIpv6(view: DataView, start: number, packet: Packet): void {
  packet.isIpv6 = true;
  packet.statedLength = IPV6_HEADER + ipv6PayloadLength(view, start);
  packet.s0 = ipv6SourceWord(view, start, 0);
  packet.s1 = ipv6SourceWord(view, start, 1);
  packet.s2 = ipv6SourceWord(view, start, 2);
  packet.s3 = ipv6SourceWord(view, start, 3);
  packet.d0 = ipv6DestinationWord(view, start, 0);
  packet.d1 = ipv6DestinationWord(view, start, 1);
  packet.d2 = ipv6DestinationWord(view, start, 2);
  packet.d3 = ipv6DestinationWord(view, start, 3);
  packet.trafficClass = ipv6TrafficClass(view, start);
  packet.hopLimit = ipv6HopLimit(view, start);
  packet.protocolAt = start + IPV6_NEXT_HEADER;
  packet.protocol = view.getUint8(packet.protocolAt);
  packet.transport = start + IPV6_HEADER;
  packet.isFragment = false;
  packet.fragmentOffset = 0;
  packet.hasMoreFragments = false;
  packet.identification = 0;
  packet.fragmentHeader = 0;
  packet.mayFragment = false;
}

/** {@link parseIp} of a packet that is known to be whole and sound, without options, extension headers and bytes behind its end. */
export function readPlainIp(view: DataView, start: number, length: number, packet: Packet): void {
  packet.start = start;
  packet.end = start + length;
  packet.arrivedEnd = packet.end;
  packet.sourcePort = 0;
  packet.destinationPort = 0;
  if (view.getUint8(start) >>> 4 === 6) readIpv6(view, start, packet);
  else readIpv4(view, start, packet);
}

function isIpv4Mapped(w0: number, w1: number, w2: number): boolean {
  return w0 === 0 && w1 === 0 && w2 === IPV4_MAPPED;
}

/**
 * Walks the extension headers (RFC 8200 §4.1) up to the upper protocol, or up to the data of a later fragment.
 * @returns false when one is out of place, there are too many, or they are longer than the packet
 */
function walkExtensions(view: DataView, packet: Packet): boolean {
  const { start, end } = packet;
  let typeAt = start + IPV6_NEXT_HEADER;
  let at = start + IPV6_HEADER;
  for (let walked = 0; ; walked++) {
    const type = view.getUint8(typeAt);
    const isExtension =
      type === PROTOCOL_HOP_BY_HOP ||
      type === PROTOCOL_ROUTING ||
      type === PROTOCOL_FRAGMENT ||
      type === PROTOCOL_DESTINATION_OPTIONS;
    if (!isExtension) {
      packet.protocol = type;
      packet.protocolAt = typeAt;
      packet.transport = at;
      return true;
    }
    if (walked === MOST_EXTENSIONS || at + 8 > end) return false;
    if (type === PROTOCOL_HOP_BY_HOP && walked > 0) return false;
    if (type === PROTOCOL_ROUTING && segmentsLeft(view, at) !== 0) return false;
    if (type === PROTOCOL_FRAGMENT) {
      if (packet.fragmentHeader !== 0) return false;
      packet.fragmentHeaderTypeAt = typeAt;
      packet.fragmentHeader = at;
      packet.fragmentOffset = fragmentOffset(view, at);
      packet.hasMoreFragments = fragmentHasMore(view, at);
      packet.isFragment = packet.hasMoreFragments || packet.fragmentOffset !== 0;
      packet.identification = fragmentIdentification(view, at);
      typeAt = at;
      at += FRAGMENT_HEADER;
      if (packet.fragmentOffset !== 0) {
        packet.protocol = view.getUint8(typeAt);
        packet.protocolAt = typeAt;
        packet.transport = at;
        return true;
      }
    } else {
      typeAt = at;
      at += extensionLength(view, at);
      if (at > end) return false;
    }
  }
}

/** Whether the fragment can be part of a datagram at all (RFC 791 §3.2, RFC 8200 §4.5). */
function checkFragment(packet: Packet): number {
  const length = packet.fragmentLength;
  const fits = length > 0 && packet.fragmentOffset + length <= 65_535;
  return fits && (!packet.hasMoreFragments || (length & 7) === 0) ? IP_INTACT : IP_BAD_FRAGMENT;
}

/**
 * Parses a packet that an ICMP error quotes: its end may be missing, and its header checksum need not be right, since
 * the TTL may be the decremented one (RFC 1812 §4.3.2.3).
 * @param end where the quote ends
 * @returns false when the headers up to the upper protocol are not all there, or it is a later fragment
 */
export function parseQuote(
  view: DataView,
  start: number,
  end: number,
  isIpv6: boolean,
  packet: Packet,
): boolean {
  packet.start = start;
  packet.end = end;
  packet.kind = 0;
  packet.sourcePort = 0;
  packet.destinationPort = 0;
  if (end - start < (isIpv6 ? IPV6_HEADER : IPV4_MIN_HEADER)) return false;
  const version = view.getUint8(start) >>> 4;
  if (isIpv6) {
    if (version !== 6) return false;
    readIpv6(view, start, packet);
    if (isIpv4Mapped(packet.s0, packet.s1, packet.s2) || isIpv4Mapped(packet.d0, packet.d1, packet.d2))
      return false;
    if (!walkExtensions(view, packet)) return false;
  } else {
    const header = ipv4HeaderLength(view, start);
    if (version !== 4 || header < IPV4_MIN_HEADER || end - start < header) return false;
    readIpv4(view, start, packet);
  }
  if (packet.end > start + packet.statedLength) packet.end = start + packet.statedLength;
  return packet.fragmentOffset === 0 && packet.transport <= packet.end;
}
