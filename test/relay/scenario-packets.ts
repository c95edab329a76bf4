/**
 * The words of the scenarios: SAs from one kind of leg to another, packets as they arrive by them and leave by them,
 * and ICMP about packets. Checksums are summed in full.
 */
import type { SaDefinition } from '../../src/table/definition.js';
import { KIND_AH, KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import type { Bytes } from '../model/bytes.js';
import { type DefinitionWords, define } from '../model/definition.js';
import { encode, type Ip } from '../model/ip.js';
import type { Extension } from '../model/ipv6.js';
import { AH, ah, ESP, esp, ICMP, ICMPV6, type IcmpFields, icmp, icmpv6, UDP, udp } from '../model/upper.js';
import { FIRST, FIRST_PORT, FRONT, FRONT_PORT, RELAY, SECOND } from '../model/world.js';
import { ANY_ID } from './scenario.js';

export type Leg = `${'esp' | 'udp' | 'ah'}${4 | 6}`;

const KINDS = { esp: KIND_ESP, udp: KIND_UDP, ah: KIND_AH } as const;
type KindWord = keyof typeof KINDS;

function parts(leg: Leg): { kind: KindWord; family: 4 | 6 } {
  return { kind: leg.slice(0, -1) as KindWord, family: leg.endsWith('4') ? 4 : 6 };
}

/** An SA: 0xaaaa0001 at the relay's address to 0x22220001 at second's, from the relay's front address. */
export function between(from: Leg, to: Leg, more: DefinitionWords = {}): SaDefinition {
  const [one, other] = [parts(from), parts(to)];
  return define({
    kind: KINDS[one.kind],
    dst: RELAY[one.family],
    toKind: KINDS[other.kind],
    toSrc: FRONT[other.family],
    to: SECOND[other.family],
    toPorts: other.kind === 'udp' ? [FRONT_PORT, 4500] : [0, 0],
    ...more,
  });
}

export interface Words {
  readonly source?: string;
  readonly destination?: string;
  readonly tos?: number;
  readonly ttl?: number;
  readonly identification?: number;
  /** IPv4 flags and fragment offset. */
  readonly flagsAndOffset?: number;
  readonly options?: Bytes;
  readonly flowLabel?: number;
  readonly extensions?: readonly Extension[];
  readonly spi?: number;
  readonly payload?: Bytes;
  /** The bytes behind the IP header, in place of ESP, UDP or AH. */
  readonly body?: Bytes;
  readonly protocol?: number;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** Of UDP. By default none over IPv4, and the right one over IPv6. */
  readonly checksum?: number | 'right';
  /** The length that UDP says. */
  readonly udpLength?: number;
  /** Bytes behind the end of UDP. */
  readonly surplus?: Bytes;
}

/** A packet as it comes from first to the relay. */
export function arrives(leg: Leg, words: Words = {}): Ip {
  const { family } = parts(leg);
  return packet(leg, {
    source: FIRST[family],
    destination: RELAY[family],
    spi: 0xaaaa0001,
    sourcePort: FIRST_PORT,
    ...words,
  });
}

/** A packet as the relay sends it to second. */
export function leaves(leg: Leg, words: Words = {}): Ip {
  const { family } = parts(leg);
  return packet(leg, {
    source: FRONT[family],
    destination: SECOND[family],
    ttl: 63,
    spi: 0x22220001,
    sourcePort: FRONT_PORT,
    ...words,
  });
}

function packet(leg: Leg, words: Words & { source: string; destination: string; spi: number }): Ip {
  const { kind, family } = parts(leg);
  const { source, destination, spi, payload, tos = 0, ttl = 64, udpLength, checksum } = words;
  const sum = checksum ?? (family === 6 ? 'right' : 0);
  const content = esp(spi, 7, payload);
  const segment = () =>
    udp(content, {
      ...(words.sourcePort !== undefined && { sourcePort: words.sourcePort }),
      ...(words.destinationPort !== undefined && { destinationPort: words.destinationPort }),
      ...(udpLength !== undefined && { length: udpLength }),
      ...(sum === 'right' ? { between: [source, destination] as const } : { checksum: sum }),
    });
  const behind = words.surplus ?? [];
  const body =
    words.body ??
    (kind === 'esp' ? content : kind === 'ah' ? [...ah(spi), ...(payload ?? [])] : [...segment(), ...behind]);
  const protocol = words.protocol ?? { esp: ESP, udp: UDP, ah: AH }[kind];
  const common = { tos, ttl, source, destination, protocol, body };
  if (family === 6) {
    return { ...common, family, flowLabel: words.flowLabel ?? 0, extensions: words.extensions ?? [] };
  }
  const { identification = 0x1234, flagsAndOffset = 0x4000, options = [] } = words;
  return { ...common, family, identification, flagsAndOffset, options };
}

/** An ICMP or ICMPv6 message. */
export function message(
  source: string,
  destination: string,
  fields: IcmpFields,
  more: {
    readonly ttl?: number;
    readonly tos?: number;
    readonly identification?: number;
    readonly options?: Bytes;
  } = {},
): Ip {
  const { ttl = 64, tos = 0, identification = 0, options = [] } = more;
  if (source.includes(':')) {
    const body = icmpv6(fields, source, destination);
    return { family: 6, tos, ttl, source, destination, protocol: ICMPV6, body, flowLabel: 0, extensions: [] };
  }
  const common = { tos, ttl, source, destination, protocol: ICMP, body: icmp(fields) };
  return { ...common, family: 4, identification, flagsAndOffset: 0, options };
}

/** The error that the relay makes about a packet, as it came: RFC 792, RFC 4443, at most 576 and 1280 bytes. */
function complaint(about: Ip, why: 'expired' | { readonly mtu: number }): Ip {
  const { family, source, destination } = about;
  const data = [...encode(about)].slice(0, family === 4 ? 548 : 1232);
  const [expiredType, type, code] = family === 4 ? [11, 3, 4] : [3, 2, 0];
  const fields =
    why === 'expired' ? { type: expiredType!, data } : { type: type!, code: code!, word: why.mtu, data };
  return message(destination, source, fields, family === 4 ? { tos: 0xc0, identification: ANY_ID } : {});
}

export const expired = (about: Ip): Ip => complaint(about, 'expired');
export const tooBig = (about: Ip, mtu: number): Ip => complaint(about, { mtu });

/** `length` bytes that differ from place to place. */
export function counting(length: number): number[] {
  return Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 255);
}
