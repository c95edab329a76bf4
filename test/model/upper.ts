/** Builds the headers behind an IP header: ESP, AH, UDP, ICMP. Checksums are summed in full. */
import { addressBytes, type Bytes, bytes16, bytes32, internetChecksum } from './bytes.js';

export const ICMP = 1;
export const TCP = 6;
export const UDP = 17;
export const ESP = 50;
export const AH = 51;
export const ICMPV6 = 58;

const PAYLOAD = Array.from({ length: 32 }, (_, i) => 0xe0 ^ i);

/** RFC 4303 §2. */
export function esp(spi: number, sequence = 7, payload: Bytes = PAYLOAD): number[] {
  return [...bytes32(spi), ...bytes32(sequence), ...payload];
}

/** RFC 4302 §2. @param icv a multiple of 4 bytes @param length the field; by default the right one */
export function ah(spi: number, icv: Bytes = PAYLOAD.slice(0, 12), length = 1 + icv.length / 4): number[] {
  return [TCP, length, 0, 0, ...bytes32(spi), ...bytes32(7), ...icv, ...PAYLOAD];
}

export interface UdpFields {
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** By default the right one. */
  readonly length?: number;
  readonly checksum?: number;
  /** Of the packet that carries it: then the checksum, if not given, is the right one; else it is 0. */
  readonly between?: readonly [source: string, destination: string];
}

export function udp(payload: Bytes, fields: UdpFields = {}): number[] {
  const { sourcePort = 4500, destinationPort = 4500, length = 8 + payload.length, between } = fields;
  const segment = (checksum: number) => [
    ...bytes16(sourcePort),
    ...bytes16(destinationPort),
    ...bytes16(length),
    ...bytes16(checksum),
    ...payload,
  ];
  if (fields.checksum !== undefined || between === undefined) return segment(fields.checksum ?? 0);
  return segment(udpChecksum(...between, segment(0)));
}

/** RFC 768 and RFC 8200 §8.1: over pseudo-header and segment, whose own checksum field is 0. Zero becomes 0xffff. */
export function udpChecksum(source: string, destination: string, segment: Bytes): number {
  return internetChecksum([...pseudoHeader(source, destination, UDP, segment.length), ...segment]) || 0xffff;
}

/** The IPv6 form; for IPv4 addresses it sums up to the same as RFC 768's. */
export function pseudoHeader(
  source: string,
  destination: string,
  protocol: number,
  length: number,
): number[] {
  return [...addressBytes(source), ...addressBytes(destination), ...bytes32(length), ...bytes32(protocol)];
}

export interface IcmpFields {
  readonly type: number;
  readonly code?: number;
  /** Bytes 4 to 7. */
  readonly word?: number;
  readonly data?: Bytes;
  /** By default the right one. */
  readonly checksum?: number;
}

/** RFC 792. */
export function icmp({ type, code = 0, word = 0, data = [], checksum }: IcmpFields): number[] {
  const message = (sum: number) => [type, code, ...bytes16(sum), ...bytes32(word), ...data];
  return message(checksum ?? internetChecksum(message(0)));
}

/** RFC 4443 §2.1: the checksum covers a pseudo-header. */
export function icmpv6(fields: IcmpFields, source: string, destination: string): number[] {
  const message = icmp({ ...fields, checksum: 0 });
  const right = internetChecksum([...pseudoHeader(source, destination, ICMPV6, message.length), ...message]);
  return icmp({ ...fields, checksum: fields.checksum ?? right });
}
