/**
 * IPv4 header (RFC 791 §3.1), offsets in bytes from its start:
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  0  |Version|  IHL  |Type of Service|          Total Length         |
 *  4  |         Identification        |Flags|      Fragment Offset    |
 *  8  |  Time to Live |    Protocol   |         Header Checksum       |
 * 12  |                       Source Address                          |
 * 16  |                    Destination Address                        |
 * 20  |                    Options                    |    Padding    |
 *
 * The accessors do not check: call {@link checkIpv4} first, then they cannot fail.
 */
import { fold, halves, sum16 } from './checksum.js';
import { IP_BAD_CHECKSUM, IP_BAD_HEADER, IP_BAD_VERSION, IP_INTACT, IP_TRUNCATED } from './ip-damage.js';

/** Bytes of a header without options. */
export const IPV4_MIN_HEADER = 20;

const TYPE_OF_SERVICE = 1;
const TOTAL_LENGTH = 2;
const IDENTIFICATION = 4;
const FLAGS_AND_OFFSET = 6;
const TTL = 8;
/** Where the protocol is. */
export const IPV4_PROTOCOL = 9;
const CHECKSUM = 10;
const SOURCE = 12;
const DESTINATION = 16;

/** More Fragments and the 13-bit offset: non-zero in every fragment (RFC 791 §3.1). */
const FRAGMENT_MASK = 0x3fff;
const FRAGMENT_OFFSET_MASK = 0x1fff;
export const IPV4_DONT_FRAGMENT = 0x4000;
export const IPV4_MORE_FRAGMENTS = 0x2000;

/**
 * Checks version, header length, total length against the bytes received, and the header checksum.
 * @param length bytes received from `offset` on
 * @returns {@link IP_INTACT} or the damage
 */
export function checkIpv4(view: DataView, offset: number, length: number): number {
  if (length < 1) return IP_TRUNCATED;
  const versionAndLength = view.getUint8(offset);
  if (versionAndLength >>> 4 !== 4) return IP_BAD_VERSION;
  if (length < IPV4_MIN_HEADER) return IP_TRUNCATED;
  const header = (versionAndLength & 0x0f) << 2;
  if (header < IPV4_MIN_HEADER) return IP_BAD_HEADER;
  const total = view.getUint16(offset + TOTAL_LENGTH);
  if (total < header) return IP_BAD_HEADER;
  if (total > length) return IP_TRUNCATED;
  return sum16(view, offset, header) === 0xffff ? IP_INTACT : IP_BAD_CHECKSUM;
}

/** Don't Fragment alone is set: no fragment, and never to become one (RFC 6864 §4). As a little-endian word shows it. */
const ATOMIC_SWAPPED = IPV4_DONT_FRAGMENT >>> 8;
const VERSION_AND_MINIMAL_LENGTH = 0x45;

/**
 * Whether a header that is all there is the usual one of a protocol: without options, of an atomic packet, and with the
 * right checksum. All that {@link checkIpv4} would find but the lengths, with five reads. They do not swap bytes: the
 * sum of swapped words is swapped, and 0xffff the same both ways (RFC 1071 §2 (B)).
 */
export function isPlainIpv4(view: DataView, offset: number, protocol: number): boolean {
  const first = view.getInt32(offset, true);
  const second = view.getInt32(offset + IDENTIFICATION, true);
  const third = view.getInt32(offset + TTL, true);
  const source = view.getInt32(offset + SOURCE, true);
  const destination = view.getInt32(offset + DESTINATION, true);
  return (
    (first & 0xff) === VERSION_AND_MINIMAL_LENGTH &&
    second >>> 16 === ATOMIC_SWAPPED &&
    ((third >>> 8) & 0xff) === protocol &&
    fold(halves(first) + halves(second) + halves(third) + halves(source) + halves(destination)) === 0xffff
  );
}

/** {@link wholeIpv4Protocol} of a header that is none of those. */
export const NOT_WHOLE = -1;

/**
 * The same of a packet of any protocol that may have DF or not, as long as it is no fragment: no options, no reserved flag,
 * and the right checksum.
 * @returns its protocol, or {@link NOT_WHOLE}
 */
export function wholeIpv4Protocol(view: DataView, offset: number): number {
  const first = view.getInt32(offset, true);
  const second = view.getInt32(offset + IDENTIFICATION, true);
  const third = view.getInt32(offset + TTL, true);
  const source = view.getInt32(offset + SOURCE, true);
  const destination = view.getInt32(offset + DESTINATION, true);
  const isWhole =
    (first & 0xff) === VERSION_AND_MINIMAL_LENGTH &&
    ((second >>> 16) & ~ATOMIC_SWAPPED) === 0 &&
    fold(halves(first) + halves(second) + halves(third) + halves(source) + halves(destination)) === 0xffff;
  return isWhole ? (third >>> 8) & 0xff : NOT_WHOLE;
}

/** Header length in bytes, 20–60. */
export function ipv4HeaderLength(view: DataView, offset: number): number {
  return (view.getUint8(offset) & 0x0f) << 2;
}

/** Length of the whole packet in bytes. */
export function ipv4TotalLength(view: DataView, offset: number): number {
  return view.getUint16(offset + TOTAL_LENGTH);
}

export function ipv4Identification(view: DataView, offset: number): number {
  return view.getUint16(offset + IDENTIFICATION);
}

export function ipv4DontFragment(view: DataView, offset: number): boolean {
  return (view.getUint16(offset + FLAGS_AND_OFFSET) & IPV4_DONT_FRAGMENT) !== 0;
}

/** True for every fragment but the last. */
export function ipv4HasMoreFragments(view: DataView, offset: number): boolean {
  return (view.getUint16(offset + FLAGS_AND_OFFSET) & IPV4_MORE_FRAGMENTS) !== 0;
}

/** The three flags and the offset of a fragment in units of 8 bytes, as they stand in the header. */
export function ipv4FlagsAndOffset(view: DataView, offset: number): number {
  return view.getUint16(offset + FLAGS_AND_OFFSET);
}

/** Offset of a fragment's data within the original's, bytes. */
export function ipv4FragmentOffset(view: DataView, offset: number): number {
  return (view.getUint16(offset + FLAGS_AND_OFFSET) & FRAGMENT_OFFSET_MASK) << 3;
}

export function ipv4TypeOfService(view: DataView, offset: number): number {
  return view.getUint8(offset + TYPE_OF_SERVICE);
}

export function ipv4Ttl(view: DataView, offset: number): number {
  return view.getUint8(offset + TTL);
}

export function ipv4Protocol(view: DataView, offset: number): number {
  return view.getUint8(offset + IPV4_PROTOCOL);
}

export function ipv4Checksum(view: DataView, offset: number): number {
  return view.getUint16(offset + CHECKSUM);
}

/** Source address as a signed 32-bit number in network byte order. */
export function ipv4Source(view: DataView, offset: number): number {
  return view.getInt32(offset + SOURCE);
}

/** Destination address as a signed 32-bit number in network byte order. */
export function ipv4Destination(view: DataView, offset: number): number {
  return view.getInt32(offset + DESTINATION);
}

/** Identification, flags and fragment offset in one signed word. */
export function ipv4FragmentWord(view: DataView, offset: number): number {
  return view.getInt32(offset + IDENTIFICATION);
}

/** TTL, protocol and header checksum in one signed word: all that a hop changes, with one read and one write. */
export function ipv4HopWord(view: DataView, offset: number): number {
  return view.getInt32(offset + TTL);
}

/** TTL of an {@link ipv4HopWord}. */
export function hopWordTtl(word: number): number {
  return word >>> 24;
}

/** Header checksum of an {@link ipv4HopWord}. */
export function hopWordChecksum(word: number): number {
  return word & 0xffff;
}

export function setIpv4HopWord(
  view: DataView,
  offset: number,
  ttl: number,
  protocol: number,
  checksum: number,
): void {
  view.setInt32(offset + TTL, (ttl << 24) | (protocol << 16) | checksum);
}

export function setIpv4Ttl(view: DataView, offset: number, ttl: number): void {
  view.setUint8(offset + TTL, ttl);
}

export function setIpv4Checksum(view: DataView, offset: number, checksum: number): void {
  view.setUint16(offset + CHECKSUM, checksum);
}

export function setIpv4Source(view: DataView, offset: number, address: number): void {
  view.setInt32(offset + SOURCE, address);
}

export function setIpv4Destination(view: DataView, offset: number, address: number): void {
  view.setInt32(offset + DESTINATION, address);
}

export function setIpv4TotalLength(view: DataView, offset: number, length: number): void {
  view.setUint16(offset + TOTAL_LENGTH, length);
}

export function setIpv4Identification(view: DataView, offset: number, identification: number): void {
  view.setUint16(offset + IDENTIFICATION, identification);
}

export function setIpv4Protocol(view: DataView, offset: number, protocol: number): void {
  view.setUint8(offset + IPV4_PROTOCOL, protocol);
}

export function clearIpv4DontFragment(view: DataView, offset: number): void {
  view.setUint16(offset + FLAGS_AND_OFFSET, view.getUint16(offset + FLAGS_AND_OFFSET) & ~IPV4_DONT_FRAGMENT);
}

/** Sets the fragment's offset (bytes, a multiple of 8) and More Fragments; the other flags stay. */
export function setIpv4FragmentOffset(view: DataView, offset: number, data: number, more: boolean): void {
  const flags = view.getUint16(offset + FLAGS_AND_OFFSET) & ~FRAGMENT_MASK;
  view.setUint16(offset + FLAGS_AND_OFFSET, flags | (data >>> 3) | (more ? IPV4_MORE_FRAGMENTS : 0));
}

/**
 * Writes a header without options, its checksum included.
 * @param flagsAndOffset flags in the upper three bits, offset in units of 8 bytes
 */
export function writeIpv4Header(
  view: DataView,
  offset: number,
  typeOfService: number,
  totalLength: number,
  identification: number,
  flagsAndOffset: number,
  ttl: number,
  protocol: number,
  source: number,
  destination: number,
): void {
  const version = (VERSION_AND_MINIMAL_LENGTH << 8) | typeOfService;
  const hops = (ttl << 8) | protocol;
  const sum =
    version + totalLength + identification + flagsAndOffset + hops + halves(source) + halves(destination);
  view.setInt32(offset, (version << 16) | totalLength);
  view.setInt32(offset + IDENTIFICATION, (identification << 16) | flagsAndOffset);
  view.setInt32(offset + TTL, (hops << 16) | (~fold(sum) & 0xffff));
  view.setInt32(offset + SOURCE, source);
  view.setInt32(offset + DESTINATION, destination);
}

/** For headers that change in more than a word or two. */
export function recomputeIpv4Checksum(view: DataView, offset: number): void {
  view.setUint16(offset + CHECKSUM, 0);
  view.setUint16(offset + CHECKSUM, ~sum16(view, offset, ipv4HeaderLength(view, offset)) & 0xffff);
}
