/**
 * IPv6 header (RFC 8200 §3), offsets in bytes from its start:
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  0  |Version| Traffic Class |           Flow Label                  |
 *  4  |         Payload Length        |  Next Header  |   Hop Limit   |
 *  8  |                       Source Address (16)                     |
 * 24  |                    Destination Address (16)                   |
 *
 * and fragment header (RFC 8200 §4.5):
 *
 *  0  |  Next Header  |   Reserved    |      Fragment Offset    |Res|M|
 *  4  |                         Identification                        |
 *
 * The accessors do not check: the caller must make sure that the bytes are there.
 */

export const IPV6_HEADER = 40;
/** Bytes that every IPv6 link carries in one piece (RFC 8200 §5). */
export const IPV6_MIN_MTU = 1280;
export const FRAGMENT_HEADER = 8;

const PAYLOAD_LENGTH = 4;
/** Where the next header is. */
export const IPV6_NEXT_HEADER = 6;
const HOP_LIMIT = 7;
export const IPV6_SOURCE = 8;
export const IPV6_DESTINATION = 24;

/** Length of the payload behind the header, bytes. */
export function ipv6PayloadLength(view: DataView, offset: number): number {
  return view.getUint16(offset + PAYLOAD_LENGTH);
}

export function ipv6TrafficClass(view: DataView, offset: number): number {
  return (view.getUint16(offset) >>> 4) & 0xff;
}

export function ipv6HopLimit(view: DataView, offset: number): number {
  return view.getUint8(offset + HOP_LIMIT);
}

/** Word 0–3 of the source address, network byte order, as a signed number. */
export function ipv6SourceWord(view: DataView, offset: number, word: number): number {
  return view.getInt32(offset + IPV6_SOURCE + (word << 2));
}

/** Word 0–3 of the destination address, network byte order, as a signed number. */
export function ipv6DestinationWord(view: DataView, offset: number, word: number): number {
  return view.getInt32(offset + IPV6_DESTINATION + (word << 2));
}

export function setIpv6PayloadLength(view: DataView, offset: number, length: number): void {
  view.setUint16(offset + PAYLOAD_LENGTH, length);
}

/** @param s0 to s3: words in network byte order, as signed numbers */
export function setIpv6Source(
  view: DataView,
  offset: number,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
): void {
  view.setInt32(offset + IPV6_SOURCE, s0);
  view.setInt32(offset + IPV6_SOURCE + 4, s1);
  view.setInt32(offset + IPV6_SOURCE + 8, s2);
  view.setInt32(offset + IPV6_SOURCE + 12, s3);
}

/** @param d0 to d3: words in network byte order, as signed numbers */
export function setIpv6Destination(
  view: DataView,
  offset: number,
  d0: number,
  d1: number,
  d2: number,
  d3: number,
): void {
  view.setInt32(offset + IPV6_DESTINATION, d0);
  view.setInt32(offset + IPV6_DESTINATION + 4, d1);
  view.setInt32(offset + IPV6_DESTINATION + 8, d2);
  view.setInt32(offset + IPV6_DESTINATION + 12, d3);
}

export function setIpv6HopLimit(view: DataView, offset: number, hopLimit: number): void {
  view.setUint8(offset + HOP_LIMIT, hopLimit);
}

/** Writes a header but for its addresses. @param flowLabel 20 bits @param payloadLength bytes that follow the header */
export function writeIpv6Header(
  view: DataView,
  offset: number,
  trafficClass: number,
  flowLabel: number,
  payloadLength: number,
  nextHeader: number,
  hopLimit: number,
): void {
  view.setInt32(offset, (6 << 28) | (trafficClass << 20) | flowLabel);
  view.setInt32(offset + PAYLOAD_LENGTH, (payloadLength << 16) | (nextHeader << 8) | hopLimit);
}

/** Length of an extension header that has the common form (RFC 8200 §4.3), bytes. */
export function extensionLength(view: DataView, offset: number): number {
  return (view.getUint8(offset + 1) + 1) << 3;
}

/** Segments left of a routing header: 0 at the final destination (RFC 8200 §4.4). */
export function segmentsLeft(view: DataView, offset: number): number {
  return view.getUint8(offset + 3);
}

/** Offset of a fragment's data within the original's fragmentable part, bytes. */
export function fragmentOffset(view: DataView, header: number): number {
  return view.getUint16(header + 2) & 0xfff8;
}

export function fragmentHasMore(view: DataView, header: number): boolean {
  return (view.getUint16(header + 2) & 1) !== 0;
}

/** As a signed number. */
export function fragmentIdentification(view: DataView, header: number): number {
  return view.getInt32(header + 4);
}

/** Sets offset (bytes, a multiple of 8) and M flag; the reserved bits become 0. */
export function setFragmentOffset(view: DataView, header: number, offset: number, more: boolean): void {
  view.setUint16(header + 2, offset | (more ? 1 : 0));
}

export function writeFragmentHeader(
  view: DataView,
  header: number,
  nextHeader: number,
  offset: number,
  more: boolean,
  identification: number,
): void {
  view.setUint8(header, nextHeader);
  view.setUint8(header + 1, 0);
  setFragmentOffset(view, header, offset, more);
  view.setInt32(header + 4, identification);
}
