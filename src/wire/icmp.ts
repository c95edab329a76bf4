/**
 * ICMP (RFC 792) and ICMPv6 (RFC 4443) headers, offsets in bytes from the start:
 *
 *  0  |     Type      |     Code      |          Checksum             |
 *  4  |  depends on the type: MTU, pointer, length of the quote (RFC 4884)  |
 *  8  |  of an error: the packet it is about, as much as fits
 */
import { fold, sum16 } from './checksum.js';
import { PROTOCOL_ICMPV6 } from './protocol.js';

export const ICMP_HEADER = 8;

/* ICMP for IPv4. */
export const ICMP_ECHO_REPLY = 0;
export const ICMP_UNREACHABLE = 3;
export const ICMP_ECHO_REQUEST = 8;
export const ICMP_TIME_EXCEEDED = 11;
export const ICMP_PARAMETER_PROBLEM = 12;
/** Code of {@link ICMP_UNREACHABLE} (RFC 1191 §4). */
export const ICMP_FRAGMENTATION_NEEDED = 4;

/* ICMPv6. */
export const ICMPV6_UNREACHABLE = 1;
export const ICMPV6_PACKET_TOO_BIG = 2;
export const ICMPV6_TIME_EXCEEDED = 3;
export const ICMPV6_PARAMETER_PROBLEM = 4;
export const ICMPV6_ECHO_REQUEST = 128;
export const ICMPV6_ECHO_REPLY = 129;

/** Longest IPv4 packet that carries an error, bytes (RFC 1812 §4.3.2.3). */
export const ICMP_ERROR_LENGTH = 576;
/** Longest IPv6 packet that carries an error, bytes (RFC 4443 §2.4 (c)). */
export const ICMPV6_ERROR_LENGTH = 1280;

const CHECKSUM = 2;

export function icmpType(view: DataView, offset: number): number {
  return view.getUint8(offset);
}

export function icmpCode(view: DataView, offset: number): number {
  return view.getUint8(offset + 1);
}

/** Whether the type is one of the errors that the relay translates. */
export function isIcmpError(type: number): boolean {
  return type === ICMP_UNREACHABLE || type === ICMP_TIME_EXCEEDED || type === ICMP_PARAMETER_PROBLEM;
}

/** Whether the type is one of the errors that the relay translates. */
export function isIcmpv6Error(type: number): boolean {
  return type >= ICMPV6_UNREACHABLE && type <= ICMPV6_PARAMETER_PROBLEM;
}

/** Writes the first eight bytes; the checksum is 0. @param rest bytes 4–7 */
export function writeIcmpHeader(
  view: DataView,
  offset: number,
  type: number,
  code: number,
  rest: number,
): void {
  view.setUint8(offset, type);
  view.setUint8(offset + 1, code);
  view.setUint16(offset + CHECKSUM, 0);
  view.setInt32(offset + 4, rest);
}

export function setIcmpChecksum(view: DataView, offset: number, checksum: number): void {
  view.setUint16(offset + CHECKSUM, checksum);
}

/**
 * The complement of the folded sum over message and pseudo-header: 0 if the checksum in the message is right, and
 * the checksum itself if the field was 0.
 * @param length bytes of the message
 * @param pseudo {@link icmpv6Pseudo}; 0 for ICMP over IPv4, which has none
 */
export function icmpSum(view: DataView, offset: number, length: number, pseudo: number): number {
  return ~fold(sum16(view, offset, length) + pseudo) & 0xffff;
}

/** Sum of the pseudo-header (RFC 8200 §8.1). @param addresses sum of the 16-bit words of both addresses */
export function icmpv6Pseudo(addresses: number, length: number): number {
  return addresses + PROTOCOL_ICMPV6 + length;
}
