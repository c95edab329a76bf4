/** Builds IPv4 packets the slow, obvious way: plain numbers, checksum summed in full. */
import { addressBytes, bytes16, bytes32, internetChecksum } from './bytes.js';

export { bytes16, bytes32, hex, internetChecksum } from './bytes.js';

export interface PacketFields {
  /** First word's upper half: version, IHL and TOS are taken from here. */
  readonly version?: number;
  /** In 32-bit words; by default as many as the options need. */
  readonly ihl?: number;
  readonly tos?: number;
  /** By default the packet's real length. */
  readonly totalLength?: number;
  readonly identification?: number;
  /** Flags and fragment offset, 16 bits. */
  readonly flagsAndOffset?: number;
  readonly ttl?: number;
  readonly protocol?: number;
  /** By default the right one. */
  readonly checksum?: number;
  readonly source?: string;
  readonly destination?: string;
  /** A multiple of 4 bytes. */
  readonly options?: readonly number[];
  /** The bytes behind the header. By default ESP of `spi`, `sequence` and `payload`. */
  readonly body?: readonly number[];
  readonly spi?: number;
  readonly sequence?: number;
  readonly payload?: readonly number[];
  /** Bytes after the end of the packet, which the total length does not count. */
  readonly padding?: readonly number[];
}

const PAYLOAD = Array.from({ length: 32 }, (_, i) => 0xe0 ^ i);

export function buildPacket(fields: PacketFields = {}): Uint8Array {
  const { options = [], spi = 0xaaaa0001, sequence = 7, payload = PAYLOAD, padding = [] } = fields;
  const body = fields.body ?? [...bytes32(spi), ...bytes32(sequence), ...payload];
  const header = [
    ((fields.version ?? 4) << 4) | (fields.ihl ?? 5 + options.length / 4),
    fields.tos ?? 0,
    ...bytes16(fields.totalLength ?? 20 + options.length + body.length),
    ...bytes16(fields.identification ?? 0x1234),
    ...bytes16(fields.flagsAndOffset ?? 0x4000),
    fields.ttl ?? 64,
    fields.protocol ?? 50,
    0,
    0,
    ...addressBytes(fields.source ?? '198.18.1.1'),
    ...addressBytes(fields.destination ?? '198.18.9.9'),
    ...options,
  ];
  header.splice(10, 2, ...bytes16(fields.checksum ?? internetChecksum(header)));
  return Uint8Array.from([...header, ...body, ...padding]);
}
