/** SAs for every pair of families and encapsulations, and the packets that they are for. */
import type { SaDefinition } from '../../src/table/definition.js';
import { KIND_AH, KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import { familyOf, formatAddress } from '../../src/wire/address.js';
import type { Bytes } from './bytes.js';
import { define } from './definition.js';
import type { Ip } from './ip.js';
import type { Extension } from './ipv6.js';
import { SadModel } from './sad.js';
import { AH, ah, ESP, esp, UDP, udp } from './upper.js';

export type Family = 4 | 6;
/** `kept`: UDP whose ports stay as they come. */
export type Encapsulation = 'esp' | 'udp' | 'kept' | 'ah';

export const RELAY = { 4: '198.18.9.9', 6: '2001:db8:9::9' } as const;
/** The relay's address where it stands for the first towards the second. */
export const FRONT = { 4: '198.18.9.10', 6: '2001:db8:9::a' } as const;
export const FIRST = { 4: '198.18.1.1', 6: '2001:db8:1::1' } as const;
export const SECOND = { 4: '198.18.2.2', 6: '2001:db8:2::2' } as const;
export const STRANGER = { 4: '203.0.113.7', 6: '2001:db8:ffff::7' } as const;

/** A pair of SAs: from first to second and back. */
export interface Pair {
  readonly name: string;
  readonly families: readonly [Family, Family];
  readonly encapsulations: readonly [Encapsulation, Encapsulation];
  readonly up: SaDefinition;
  readonly down: SaDefinition;
}

const KIND = { esp: KIND_ESP, udp: KIND_UDP, kept: KIND_UDP, ah: KIND_AH } as const;

/** The first's NAT made this of its port 4500. */
export const FIRST_PORT = 61_234;
/** The relay's towards the second. */
export const FRONT_PORT = 40_001;

const FAMILIES = [
  [4, 4],
  [6, 6],
  [4, 6],
  [6, 4],
] as const;
const ENCAPSULATIONS = [
  ['esp', 'esp'],
  ['udp', 'udp'],
  ['kept', 'kept'],
  ['udp', 'esp'],
  ['esp', 'udp'],
] as const;

export const PAIRS: readonly Pair[] = FAMILIES.flatMap((families, i) => {
  const sameFamily = families[0] === families[1];
  const encapsulations = [...ENCAPSULATIONS, ...(sameFamily ? ([['ah', 'ah']] as const) : [])];
  return encapsulations.map((pair, j) => makePair(families, pair, i * 0x100 + j));
});

function makePair(
  families: readonly [Family, Family],
  encapsulations: readonly [Encapsulation, Encapsulation],
  number: number,
): Pair {
  const [first, second] = families;
  const [towardsFirst, towardsSecond] = encapsulations;
  const kept = towardsFirst === 'kept';
  const ports = (encapsulation: Encapsulation, source: number, destination: number) =>
    encapsulation === 'udp' ? ([source, destination] as const) : ([0, 0] as const);
  return {
    name: `${first} ${towardsFirst} to ${second} ${towardsSecond}`,
    families,
    encapsulations,
    up: define({
      kind: KIND[towardsFirst],
      dst: RELAY[first],
      spi: 0xaaaa0000 + number,
      toKind: KIND[towardsSecond],
      toSrc: FRONT[second],
      to: SECOND[second],
      toSpi: 0x22220000 + number,
      toPorts: ports(towardsSecond, FRONT_PORT, 4500),
    }),
    down: define({
      kind: KIND[towardsSecond],
      dst: FRONT[second],
      spi: 0x11110000 + number,
      toKind: KIND[towardsFirst],
      toSrc: RELAY[first],
      to: FIRST[first],
      toSpi: 0xbbbb0000 + number,
      toPorts: kept ? [0, 0] : ports(towardsFirst, 4500, FIRST_PORT),
    }),
  };
}

/** SAs of an edge: it keeps the source, and the destination too. */
export const EDGE_SAS: readonly SaDefinition[] = [
  ...([4, 6] as const).flatMap((family) =>
    (['esp', 'kept', 'ah'] as const).flatMap((encapsulation, i) => [
      edgeSa(RELAY[family], encapsulation, 0x33330000 + i, 0x44440000 + i),
      edgeSa(FIRST[family], encapsulation, 0x55550000 + i, 0x66660000 + i),
    ]),
  ),
  // For one of the computers behind a gateway.
  define({
    dst: RELAY[4],
    src: FIRST[4],
    spi: 0x33338000,
    toSrc: undefined,
    to: RELAY[4],
    toSpi: 0x44448000,
  }),
];

function edgeSa(destination: string, encapsulation: Encapsulation, spi: number, toSpi: number): SaDefinition {
  const kind = KIND[encapsulation];
  return define({ kind, dst: destination, spi, toSrc: undefined, to: destination, toSpi });
}

/** SAs that are for certain peers, have corner SPIs, or lead from one SA to another. */
export const SPECIAL_SAS: readonly SaDefinition[] = [
  define({ spi: 0xaaaa0000, src: STRANGER[4], toSpi: 0x22229999, to: '255.255.0.1' }),
  define({ spi: 0xaaaa7001, src: FIRST[4], toSpi: 0x0100ffff, to: '198.18.2.3' }),
  define({ spi: 0xffffffff, toSpi: 256, toSrc: undefined, to: '198.18.2.3' }),
  define({ spi: 256, toSpi: 0xffffffff, to: '0.0.0.1' }),
  // The same SPI on other ports of the relay's own.
  define({ spi: 0xffff0000, kind: KIND_UDP, port: 4600, toSpi: 0xffff0002, toPorts: [4500, 4500] }),
  define({ spi: 0xffff0000, kind: KIND_UDP, port: 65535, toSpi: 0xffff0003, toPorts: [1, 4600] }),
  define({ spi: 0xffff0000, kind: KIND_UDP, port: 4601, toKind: KIND_ESP, toSpi: 0xffff0004 }),
  define({ spi: 0xffff0000, kind: KIND_UDP, srcPort: FIRST_PORT, toSpi: 0xffff, toPorts: [65535, 1] }),
  define({ spi: 0xffff0000, kind: KIND_UDP, srcPort: 4500, toSpi: 0xffff0001, toPorts: [0, 65535] }),
  define({
    spi: 0xaaaa7002,
    dst: RELAY[6],
    src: FIRST[6],
    toSrc: FRONT[6],
    to: 'ffff::ffff:ffff:ffff',
    toSpi: 0xfffffffe,
  }),
];

/** The hairpin: packets to the relay for the first SA of each pair leave by the second. */
export const HAIRPIN_SAS: readonly SaDefinition[] = [
  ...hairpin(1, 4, 4, KIND_ESP, KIND_UDP, KIND_ESP),
  ...hairpin(2, 4, 6, KIND_ESP, KIND_ESP, KIND_UDP),
  ...hairpin(3, 6, 6, KIND_UDP, KIND_UDP, KIND_UDP),
  // Leads nowhere.
  define({ spi: 0xaaaa8010, to: FRONT[4], toSpi: 0xcccc8010, hairpin: true }),
];

function hairpin(
  number: number,
  from: Family,
  to: Family,
  kind: typeof KIND_ESP | typeof KIND_UDP,
  between: typeof KIND_ESP | typeof KIND_UDP,
  toKind: typeof KIND_ESP | typeof KIND_UDP,
): SaDefinition[] {
  const ports = (is: number) => (is === KIND_UDP ? ([FRONT_PORT, 4500] as const) : ([0, 0] as const));
  return [
    define({
      kind,
      dst: RELAY[from],
      spi: 0xaaaa8000 + number,
      toKind: between,
      toSrc: RELAY[to],
      to: FRONT[to],
      toSpi: 0xcccc8000 + number,
      toPorts: ports(between),
      hairpin: true,
    }),
    define({
      kind: between,
      dst: FRONT[to],
      spi: 0xcccc8000 + number,
      toKind,
      toSrc: FRONT[to],
      to: SECOND[to],
      toSpi: 0x22228000 + number,
      toPorts: ports(toKind),
      hairpin: true,
    }),
  ];
}

export const WORLD: readonly SaDefinition[] = [
  ...PAIRS.flatMap(({ up, down }) => [up, down]),
  ...SPECIAL_SAS,
  ...HAIRPIN_SAS,
];

export function sadOf(sas: readonly SaDefinition[]): SadModel {
  const sad = new SadModel();
  for (const sa of sas) sad.set(sa);
  return sad;
}

export interface PacketWords {
  readonly source?: string;
  readonly sourcePort?: number;
  readonly tos?: number;
  readonly ttl?: number;
  readonly identification?: number;
  /** Flags alone: the packet is whole. */
  readonly flags?: number;
  readonly options?: Bytes;
  readonly flowLabel?: number;
  readonly extensions?: readonly Extension[];
  readonly spi?: number;
  readonly payload?: Bytes;
  /** Of UDP: the right one by default over IPv6, none over IPv4. */
  readonly checksum?: number | 'right' | undefined;
  /** Bytes behind the end of UDP. */
  readonly surplus?: Bytes;
}

/** A packet that the SA is for. */
export function packetFor({ match }: SaDefinition, words: PacketWords = {}): Ip {
  const family = familyOf(match.destination);
  const destination = formatAddress(match.destination);
  const source = words.source ?? (match.peer === undefined ? FIRST[family] : formatAddress(match.peer));
  const { spi = match.spi, payload = Array.from({ length: 32 }, (_, i) => 0xe0 ^ i), checksum } = words;
  const sourcePort = words.sourcePort ?? (match.peerPort || FIRST_PORT);
  const sum = checksum ?? (family === 6 ? 'right' : 0);
  const between = [source, destination] as const;
  const ports = { sourcePort, destinationPort: match.port };
  const fields = sum === 'right' ? { ...ports, between } : { ...ports, checksum: sum };
  const [protocol, body] =
    match.kind === KIND_ESP
      ? [ESP, esp(spi, 7, payload)]
      : match.kind === KIND_AH
        ? [AH, [...ah(spi), ...payload]]
        : [UDP, [...udp(esp(spi, 7, payload), fields), ...(words.surplus ?? [])]];
  const { tos = 0, ttl = 64 } = words;
  const common = { tos, ttl, source, destination, protocol, body };
  if (family === 6) {
    return { ...common, family, flowLabel: words.flowLabel ?? 0, extensions: words.extensions ?? [] };
  }
  const { identification = 0x1234, flags = 0x4000, options = [] } = words;
  return { ...common, family, identification, flagsAndOffset: flags, options };
}
