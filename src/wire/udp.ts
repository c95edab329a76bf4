/**
 * UDP header (RFC 768), offsets in bytes from its start:
 *
 *  0  |          Source Port          |       Destination Port        |
 *  4  |            Length             |           Checksum            |
 */
import { fold, sum16 } from './checksum.js';
import { PROTOCOL_UDP } from './protocol.js';

export const UDP_HEADER = 8;

const DESTINATION_PORT = 2;
const LENGTH = 4;
const CHECKSUM = 6;

export function udpSourcePort(view: DataView, offset: number): number {
  return view.getUint16(offset);
}

export function udpDestinationPort(view: DataView, offset: number): number {
  return view.getUint16(offset + DESTINATION_PORT);
}

/** Source port in the high half, destination port in the low, as a signed number. */
export function udpPorts(view: DataView, offset: number): number {
  return view.getInt32(offset);
}

/** Header and payload in bytes, as the header says. */
export function udpLength(view: DataView, offset: number): number {
  return view.getUint16(offset + LENGTH);
}

/** 0: none was computed. */
export function udpChecksum(view: DataView, offset: number): number {
  return view.getUint16(offset + CHECKSUM);
}

export function setUdpPorts(view: DataView, offset: number, source: number, destination: number): void {
  view.setInt32(offset, (source << 16) | destination);
}

/** Writes a header; the checksum is 0. @param length header and payload, bytes */
export function writeUdpHeader(
  view: DataView,
  offset: number,
  source: number,
  destination: number,
  length: number,
): void {
  setUdpPorts(view, offset, source, destination);
  view.setInt32(offset + LENGTH, length << 16);
}

/** @param checksum as computed; 0 is written as its other form, 0xffff, because 0 means that there is none (RFC 768) */
export function setUdpChecksum(view: DataView, offset: number, checksum: number): void {
  view.setUint16(offset + CHECKSUM, checksum === 0 ? 0xffff : checksum);
}

/**
 * The checksum over pseudo-header, header and payload (RFC 768, RFC 8200 §8.1), as if the field were 0.
 * @param addresses sum of the 16-bit words of both addresses, below 2^21
 * @param length header and payload, bytes
 */
export function computeUdpChecksum(
  view: DataView,
  offset: number,
  length: number,
  addresses: number,
): number {
  const sum = sum16(view, offset, length) - udpChecksum(view, offset);
  // 0x10000 times 0xffff keeps the sum positive and is 0 in one's complement.
  return ~fold(sum + 0xffff + addresses + PROTOCOL_UDP + length) & 0xffff;
}
