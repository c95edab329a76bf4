/**
 * ICMP and ICMPv6 errors: the one writer of them (RFC 792, RFC 1812 §4.3.2, RFC 4443 §2.4, §3).
 * An error comes from where the packet that it is about was going, and goes back to where that packet came from.
 */
import { addressSum, SwappedPair, writeIpv6Addresses } from './address-pair.js';
import { copyBytes } from './bytes.js';
import {
  ICMP_ERROR_LENGTH,
  ICMP_FRAGMENTATION_NEEDED,
  ICMP_HEADER,
  ICMP_TIME_EXCEEDED,
  ICMP_UNREACHABLE,
  ICMPV6_ERROR_LENGTH,
  ICMPV6_PACKET_TOO_BIG,
  ICMPV6_TIME_EXCEEDED,
  icmpSum,
  icmpv6Pseudo,
  setIcmpChecksum,
  writeIcmpHeader,
} from './icmp.js';
import { IPV4_MIN_HEADER, writeIpv4Header } from './ipv4.js';
import { IPV6_HEADER, writeIpv6Header } from './ipv6.js';
import type { Packet } from './packet.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from './protocol.js';

/** Precedence "internetwork control" (RFC 1812 §4.3.2.5). */
const ERROR_TOS = 0xc0;

const answer = new SwappedPair();

/**
 * TTL or hop limit used up, code 0.
 * @param from where the packet is
 * @param to where the error is written, with room for {@link ICMPV6_ERROR_LENGTH} bytes from `at` on
 * @param hopLimit of the error
 * @param identification of the error, if it is an IPv4 packet: 16 bits
 * @returns length of the error, bytes
 */
export function writeTimeExceeded(
  from: DataView,
  packet: Packet,
  to: DataView,
  at: number,
  hopLimit: number,
  identification: number,
): number {
  return packet.isIpv6
    ? writeIcmpv6Error(from, packet, to, at, ICMPV6_TIME_EXCEEDED, 0, hopLimit)
    : writeIcmpv4Error(from, packet, to, at, ICMP_TIME_EXCEEDED, 0, 0, hopLimit, identification);
}

/**
 * Fragmentation Needed or Packet Too Big (RFC 1191 §4, RFC 4443 §3.2).
 * @param mtu longest packet that the sender may send, bytes
 * @returns as {@link writeTimeExceeded}
 */
export function writeTooBig(
  from: DataView,
  packet: Packet,
  to: DataView,
  at: number,
  mtu: number,
  hopLimit: number,
  identification: number,
): number {
  if (packet.isIpv6) return writeIcmpv6Error(from, packet, to, at, ICMPV6_PACKET_TOO_BIG, mtu, hopLimit);
  const code = ICMP_FRAGMENTATION_NEEDED;
  return writeIcmpv4Error(from, packet, to, at, ICMP_UNREACHABLE, code, mtu, hopLimit, identification);
}

function writeIcmpv4Error(
  from: DataView,
  packet: Packet,
  to: DataView,
  at: number,
  type: number,
  code: number,
  rest: number,
  hopLimit: number,
  identification: number,
): number {
  const room = ICMP_ERROR_LENGTH - IPV4_MIN_HEADER - ICMP_HEADER;
  const quote = Math.min(packet.arrivedEnd - packet.start, room);
  const icmp = at + IPV4_MIN_HEADER;
  const total = IPV4_MIN_HEADER + ICMP_HEADER + quote;
  copyBytes(from, packet.start, to, icmp + ICMP_HEADER, quote);
  writeIcmpHeader(to, icmp, type, code, rest);
  setIcmpChecksum(to, icmp, icmpSum(to, icmp, ICMP_HEADER + quote, 0));
  const { d3: source, s3: destination } = packet;
  writeIpv4Header(to, at, ERROR_TOS, total, identification, 0, hopLimit, PROTOCOL_ICMP, source, destination);
  return total;
}

function writeIcmpv6Error(
  from: DataView,
  packet: Packet,
  to: DataView,
  at: number,
  type: number,
  rest: number,
  hopLimit: number,
): number {
  const room = ICMPV6_ERROR_LENGTH - IPV6_HEADER - ICMP_HEADER;
  const quote = Math.min(packet.arrivedEnd - packet.start, room);
  const icmp = at + IPV6_HEADER;
  const length = ICMP_HEADER + quote;
  copyBytes(from, packet.start, to, icmp + ICMP_HEADER, quote);
  writeIcmpHeader(to, icmp, type, 0, rest);
  setIcmpChecksum(to, icmp, icmpSum(to, icmp, length, icmpv6Pseudo(addressSum(packet), length)));
  writeIpv6Header(to, at, 0, 0, length, PROTOCOL_ICMPV6, hopLimit);
  writeIpv6Addresses(to, at, answer.set(packet));
  return IPV6_HEADER + length;
}
