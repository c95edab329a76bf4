/** fast-check's view of packets: each an SA's, with any fields, and damaged now and then. */
import fc from 'fast-check';
import type { SaDefinition } from '../../src/table/definition.js';
import { familyOf } from '../../src/wire/address.js';
import { type Bytes, internetChecksum } from './bytes.js';
import { encode, type Ip } from './ip.js';
import { DESTINATION_OPTIONS, type Extension, fragmentHeader, HOP_BY_HOP, options, routing } from './ipv6.js';
import { FIRST, FIRST_PORT, packetFor, STRANGER } from './world.js';

export const corner16 = fc.oneof(fc.nat(0xffff), fc.constantFrom(0, 1, 0xfffe, 0xffff));
export const bytesUpTo = (maxLength: number): fc.Arbitrary<Bytes> => fc.array(fc.nat(255), { maxLength });

/** Options that can be parsed, some to be copied to all fragments; whole words. */
export const ipv4Options: fc.Arbitrary<Bytes> = fc
  .array(
    fc.oneof(
      fc.constant([1]),
      fc
        .tuple(fc.constantFrom(0x94, 0x44, 0x07, 0x82, 0x88), bytesUpTo(8))
        .map(([type, data]) => [type, data.length + 2, ...data]),
    ),
    { maxLength: 3 },
  )
  .map((parts) => {
    const all = parts.flat();
    while (all.length % 4 !== 0) all.push(0);
    return all;
  });

const optionHeader = (protocol: typeof HOP_BY_HOP | typeof DESTINATION_OPTIONS) =>
  bytesUpTo(20).map((content) => options(protocol, content));

/** Headers in the order of RFC 8200 §4.1, each of which may be missing. */
export const ipv6Extensions: fc.Arbitrary<readonly Extension[]> = fc
  .tuple(
    fc.option(optionHeader(HOP_BY_HOP), { freq: 4 }),
    fc.option(optionHeader(DESTINATION_OPTIONS), { freq: 4 }),
    fc.option(fc.constant(routing()), { freq: 4 }),
    // An atomic fragment (RFC 6946).
    fc.option(
      fc
        .tuple(fc.nat(0xffffffff), fc.nat(255))
        .map(([id, reserved]) => fragmentHeader(0, false, id, reserved)),
      { freq: 4 },
    ),
    fc.option(optionHeader(DESTINATION_OPTIONS), { freq: 4 }),
  )
  .map((headers) => headers.filter((header) => header !== null));

export interface PacketOptions {
  readonly sas: readonly SaDefinition[];
  /** Most bytes behind the SPI and the sequence number. */
  readonly longest?: number;
  readonly options?: fc.Arbitrary<Bytes>;
}

/** Packets of which most are for one of the SAs. */
export function packetOf({ sas, longest = 40, options = ipv4Options }: PacketOptions): fc.Arbitrary<Ip> {
  return fc
    .record({
      sa: fc.constantFrom(...sas),
      fromStranger: fc.nat(7),
      sourcePort: fc.constantFrom(undefined, undefined, undefined, 4500, FIRST_PORT, 0, 500),
      tos: fc.nat(255),
      ttl: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 3, max: 255 }) },
        fc.constantFrom(0, 1, 2, 255),
      ),
      identification: corner16,
      flags: fc.constantFrom(0, 0x4000, 0x8000, 0xc000),
      options,
      flowLabel: fc.nat(0xfffff),
      extensions: ipv6Extensions,
      spi: fc.constantFrom(...Array<undefined>(8).fill(undefined), 0, 1, 255, 256, 0xaaaa0000, 0xffffffff),
      payload: longest > 40 ? longBytes(longest) : bytesUpTo(longest),
      checksum: fc.oneof(fc.constantFrom(undefined, 'right' as const, 'right' as const), corner16),
      surplus: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, bytesUpTo(4)),
    })
    .map(({ sa, fromStranger, sourcePort, spi, ...words }) => {
      const family = familyOf(sa.match.destination);
      const source = fromStranger === 0 ? STRANGER[family] : fromStranger < 4 ? FIRST[family] : undefined;
      return packetFor(sa, {
        ...words,
        ...(source !== undefined && { source }),
        ...(sourcePort !== undefined && { sourcePort }),
        ...(spi !== undefined && { spi }),
      });
    });
}

/** Long, and cheap to make and to shrink. */
export function longBytes(longest: number): fc.Arbitrary<Bytes> {
  return fc
    .tuple(fc.nat(longest), fc.nat(0xffff))
    .map(([length, seed]) => Array.from({ length }, (_, i) => (Math.imul(i + 1, seed | 1) >>> 3) & 0xff));
}

/** The changes that a packet may suffer on its way. */
export const damage = fc.record({
  /** Bytes to overwrite, and where, most often in the headers. */
  overwritten: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    fc.array(fc.tuple(fc.oneof(fc.nat(60), fc.nat(120)), fc.oneof(fc.nat(255), fc.constantFrom(0, 255))), {
      maxLength: 3,
    }),
  ),
  mend: fc.boolean(),
  cut: fc.option(fc.nat(100), { freq: 8 }),
  padding: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, bytesUpTo(4)),
});
export type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

export function damaged(ip: Ip, { overwritten, mend, cut, padding }: Damage): Uint8Array {
  const packet = Uint8Array.from([...encode(ip), ...padding]);
  for (const [at, value] of overwritten) packet[at % packet.length] = value;
  if (mend) mendChecksum(packet);
  return cut === null ? packet : packet.slice(0, cut);
}

/** Makes an IPv4 checksum right for the header as it is, so that other damage is met behind it. */
export function mendChecksum(packet: Uint8Array): void {
  if (packet.length === 0 || packet[0]! >> 4 !== 4) return;
  const length = (packet[0]! & 15) * 4;
  if (length < 20 || length > packet.length) return;
  packet.set([0, 0], 10);
  const checksum = internetChecksum(packet.subarray(0, length));
  packet.set([checksum >> 8, checksum & 0xff], 10);
}
