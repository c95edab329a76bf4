/** Builds IPv6 packets (RFC 8200) the slow, obvious way. */
import { addressBytes, type Bytes, bytes16, bytes32 } from './bytes.js';

export const HOP_BY_HOP = 0;
export const ROUTING = 43;
export const FRAGMENT = 44;
export const DESTINATION_OPTIONS = 60;
/** "No next header" (RFC 8200 §4.7). */
export const NO_NEXT_HEADER = 59;

/** An extension header. */
export interface Extension {
  /** The number by which the header before calls it. */
  readonly protocol: number;
  /** All of it but its first byte, the number of the next header. */
  readonly rest: Bytes;
}

export interface Ipv6Fields {
  readonly version?: number;
  readonly trafficClass?: number;
  /** 20 bits. */
  readonly flowLabel?: number;
  /** By default the real one. */
  readonly payloadLength?: number;
  readonly hopLimit?: number;
  readonly source?: string | Bytes;
  readonly destination?: string | Bytes;
  readonly extensions?: readonly Extension[];
  /** The body's protocol, as the last extension header, or the IPv6 header, names it. */
  readonly protocol?: number;
  /** By default ESP of `spi`, `sequence` and `payload`. */
  readonly body?: Bytes;
  readonly spi?: number;
  readonly sequence?: number;
  readonly payload?: Bytes;
  /** Bytes after the end of the packet, which the payload length does not count. */
  readonly padding?: Bytes;
}

const PAYLOAD = Array.from({ length: 32 }, (_, i) => 0xe0 ^ i);

export function buildIpv6(fields: Ipv6Fields = {}): Uint8Array {
  const { extensions = [], protocol = 50, spi = 0xaaaa0001, sequence = 7, payload = PAYLOAD } = fields;
  const body = fields.body ?? [...bytes32(spi), ...bytes32(sequence), ...payload];
  const following = [...extensions.map((extension) => extension.protocol), protocol];
  const behind = [...extensions.flatMap(({ rest }, i) => [following[i + 1]!, ...rest]), ...body];
  const { version = 6, trafficClass = 0, flowLabel = 0 } = fields;
  return Uint8Array.from([
    ...bytes32(((version << 28) | (trafficClass << 20) | flowLabel) >>> 0),
    ...bytes16(fields.payloadLength ?? behind.length),
    following[0]!,
    fields.hopLimit ?? 64,
    ...addressBytes(fields.source ?? '2001:db8:1::1'),
    ...addressBytes(fields.destination ?? '2001:db8:9::9'),
    ...behind,
    ...(fields.padding ?? []),
  ]);
}

/** Options in a header of their own: padded with Pad1 to a multiple of 8 bytes. */
export function options(protocol: typeof HOP_BY_HOP | typeof DESTINATION_OPTIONS, content: Bytes): Extension {
  const length = Math.ceil((content.length + 2) / 8);
  const padding = new Array<number>(length * 8 - 2 - content.length).fill(0);
  return { protocol, rest: [length - 1, ...content, ...padding] };
}

/** A routing header of type 4, without data. */
export function routing(segmentsLeft = 0): Extension {
  return { protocol: ROUTING, rest: [0, 4, segmentsLeft, 0, 0, 0, 0] };
}

/** @param offset in bytes, a multiple of 8 */
export function fragmentHeader(
  offset: number,
  more: boolean,
  identification: number,
  reserved = 0,
): Extension {
  return {
    protocol: FRAGMENT,
    rest: [reserved, ...bytes16(offset | (more ? 1 : 0)), ...bytes32(identification)],
  };
}
