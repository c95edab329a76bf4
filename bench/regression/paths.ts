/** One packet or a few of each way through the data plane, with the SAs they need and the verdict they get. */

import type { Verdict } from '../../src/relay/verdict.js';
import type { SaDefinition } from '../../src/table/definition.js';
import { KIND_AH, KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import { bytes32 } from '../../test/model/bytes.js';
import { type DefinitionWords, define } from '../../test/model/definition.js';
import { buildIpv6, fragmentHeader, ROUTING } from '../../test/model/ipv6.js';
import { buildPacket, type PacketFields } from '../../test/model/packet.js';
import { AH, ah, esp, ICMP, ICMPV6, icmp, icmpv6, UDP, udp } from '../../test/model/upper.js';

export interface Path {
  readonly verdict: Verdict;
  readonly sas: readonly SaDefinition[];
  /** They come in this order, again and again. */
  readonly packets: readonly Uint8Array[];
  /** Longest packet on the way out, bytes. */
  readonly mtu?: number;
}

const FIRST = '198.18.1.1';
const RELAY = '198.18.9.9';
const SECOND = '198.18.2.2';
const FIRST6 = '2001:db8:1::1';
const RELAY6 = '2001:db8:9::9';
const SECOND6 = '2001:db8:2::2';
/** SPIs of {@link define} and {@link buildPacket}. */
const SPI = 0xaaaa0001;
const TO_SPI = 0x22220001;
/** Bytes of an ESP packet in small packets, as in the other benchmarks. */
const ESP_BYTES = 72;
const MAY_FRAGMENT = 0;

const payload = Array.from({ length: ESP_BYTES - 8 }, (_, i) => (i * 151 + 77) & 0xff);
const PORTS = { toPorts: [4500, 4500] } as const;
const TO_UDP: DefinitionWords = { toKind: KIND_UDP, ...PORTS };
const FROM_6: DefinitionWords = { dst: RELAY6 };
const TO_6: DefinitionWords = { to: SECOND6, toSrc: RELAY6 };

const ipv4 = (fields: PacketFields = {}) => buildPacket({ payload, ...fields });
const ipv6 = (fields: Parameters<typeof buildIpv6>[0] = {}) => buildIpv6({ payload, ...fields });
const udp4 = (between?: readonly [string, string]) =>
  ipv4({ protocol: UDP, body: udp(esp(SPI, 7, payload), between ? { between } : {}) });
const udp6 = () => ipv6({ protocol: UDP, body: udp(esp(SPI, 7, payload), { between: [FIRST6, RELAY6] }) });

function forward(words: DefinitionWords, ...packets: Uint8Array[]): Path {
  return { verdict: 'forward', sas: [define(words)], packets };
}

function drop(verdict: Verdict, ...packets: Uint8Array[]): Path {
  return { verdict, sas: [define()], packets };
}

/** Both halves of a datagram of ESP. @param identification tells datagrams apart */
function halves(identification: number, bytes = 1400): [Uint8Array, Uint8Array] {
  const body = esp(SPI, 7, Array<number>(2 * bytes - 8).fill(3));
  const half = (flagsAndOffset: number, from: number) =>
    buildPacket({ identification, flagsAndOffset, body: body.slice(from, from + bytes) });
  return [half(0x2000, 0), half(bytes / 8, bytes)];
}

function datagrams<Part>(count: number, parts: (i: number) => Part[]): Part[] {
  return Array.from({ length: count }, (_, i) => parts(i)).flat();
}

/** @param spi of the packet that the error quotes */
function icmpError(spi: number): Uint8Array {
  const quoted = buildPacket({ source: RELAY, destination: SECOND, spi, payload: Array(500).fill(1) });
  const body = icmp({ type: 3, code: 4, word: 1300, data: [...quoted] });
  return buildPacket({ source: '198.18.20.1', destination: RELAY, flagsAndOffset: 0, protocol: ICMP, body });
}

function icmpv6Error(spi: number): Uint8Array {
  const quoted = buildIpv6({ source: RELAY6, destination: SECOND6, spi, payload: Array(1000).fill(1) });
  const body = icmpv6({ type: 2, word: 1300, data: [...quoted] }, '2001:db8:20::1', RELAY6);
  return buildIpv6({ source: '2001:db8:20::1', destination: RELAY6, protocol: ICMPV6, body });
}

const bound = (words: DefinitionWords, src: string) => [define({ ...words, src })];

export const PATHS: Readonly<Record<string, Path>> = {
  'ESP 4→4, atomic (the plain path)': forward({}, ipv4()),
  'ESP 4→4 without DF': forward({}, ipv4({ flagsAndOffset: MAY_FRAGMENT })),
  'UDP→UDP 4→4, no checksum': forward({ kind: KIND_UDP, ...PORTS }, udp4()),
  'UDP→UDP 4→4, checksum': forward({ kind: KIND_UDP, ...PORTS }, udp4([FIRST, RELAY])),
  'ESP→UDP 4→4': forward(TO_UDP, ipv4()),
  'UDP→ESP 4→4': forward({ kind: KIND_UDP, toKind: KIND_ESP }, udp4()),
  'AH 4→4': forward({ kind: KIND_AH }, ipv4({ protocol: AH, body: ah(SPI) })),
  'ESP 6→6': forward({ ...FROM_6, ...TO_6 }, ipv6()),
  'ESP 4→6': forward(TO_6, ipv4()),
  'ESP 6→4': forward(FROM_6, ipv6()),
  'UDP→UDP 6→6': forward({ ...FROM_6, ...TO_6, kind: KIND_UDP, ...PORTS }, udp6()),
  'UDP→UDP 4→6, checksum in full': forward({ ...TO_6, kind: KIND_UDP, ...PORTS }, udp4()),
  'ESP→UDP 6→6, checksum in full': forward({ ...FROM_6, ...TO_6, ...TO_UDP }, ipv6()),
  'ESP hairpin': {
    verdict: 'forward',
    sas: [
      define({ to: RELAY, toSpi: 7000, hairpin: true }),
      define({ spi: 7000, toSpi: 7001, hairpin: true }),
    ],
    packets: [ipv4()],
  },
  'fragments in order': forward({}, ...datagrams(32, halves)),
  'fragments, the first one last': forward({}, ...datagrams(32, (i) => halves(i).reverse())),
  'fragments ESP→UDP, put together': forward(TO_UDP, ...datagrams(32, halves)),
  'cut in two': {
    ...forward({}, ipv4({ flagsAndOffset: MAY_FRAGMENT, payload: Array(1372).fill(1) })),
    mtu: 1000,
  },
  'ICMP error 4→4': {
    verdict: 'icmp-forward',
    sas: bound({ toSpi: TO_SPI }, FIRST),
    packets: [icmpError(TO_SPI)],
  },
  'ICMP error 6→6': {
    verdict: 'icmp-forward',
    sas: bound({ ...FROM_6, ...TO_6, toSpi: TO_SPI }, FIRST6),
    packets: [icmpv6Error(TO_SPI)],
  },
  truncated: drop('truncated', ipv4().subarray(0, 60)),
  'bad version': drop('bad-version', ipv4({ version: 5 })),
  'bad header': drop('bad-header', ipv4({ ihl: 4 })),
  'bad checksum': drop('bad-checksum', ipv4({ checksum: 1 })),
  'bad extension': drop(
    'bad-extension',
    ipv6({ extensions: [{ protocol: ROUTING, rest: [0, 0, 1, 0, 0, 0, 0] }] }),
  ),
  'bad fragment': drop(
    'bad-fragment',
    ipv6({ extensions: [fragmentHeader(0, true, 1)], protocol: 50, payload: payload.slice(1) }),
  ),
  'first fragment without SPI': drop(
    'first-fragment-short',
    ...datagrams(4096, (i) => [
      ipv4({ identification: i, flagsAndOffset: 0x2000, protocol: AH, body: bytes32(1).concat(bytes32(2)) }),
    ]),
  ),
  'not IPsec': drop('not-ipsec', ipv4({ protocol: 47, body: payload })),
  IKE: drop('ike', ipv4({ protocol: UDP, body: udp(payload, { destinationPort: 500 }) })),
  'NAT keepalive': drop('keepalive', ipv4({ protocol: UDP, body: udp([0xff]) })),
  'bad UDP': drop('bad-udp', ipv4({ protocol: UDP, body: udp(payload, { length: 1000 }) })),
  'ESP too short': drop('esp-too-short', ipv4({ body: [1, 2, 3] })),
  'AH too short': drop('ah-too-short', ipv4({ protocol: AH, body: [1, 2, 3] })),
  'SPI 0': drop('spi-zero', ipv4({ spi: 0 })),
  'reserved SPI': drop('spi-reserved', ipv4({ spi: 7 })),
  'unknown SPI, ESP over IPv4': drop('unknown-spi', ipv4({ spi: 0xdeadbeef })),
  'unknown SPI, UDP over IPv4': drop('unknown-spi', udp4()),
  'unknown SPI, ESP over IPv6': drop('unknown-spi', ipv6()),
  'wrong peer': { verdict: 'peer-mismatch', sas: bound({}, '198.18.77.7'), packets: [ipv4()] },
  'hairpin to no SA': {
    verdict: 'hairpin',
    sas: [define({ to: RELAY, toSpi: 7000, hairpin: true })],
    packets: [ipv4()],
  },
  'TTL used up': drop('ttl-expired', ipv4({ ttl: 1 })),
  'too big': { ...drop('too-big', ipv4({ payload: Array(1372).fill(1) })), mtu: 1000 },
  'bad ICMP': drop('bad-icmp', ipv4({ protocol: ICMP, body: icmp({ type: 8, checksum: 1, data: payload }) })),
  'ICMP error of 576 bytes, no SA': drop('icmp-unmatched', icmpError(0xdeadbeef)),
  'ICMPv6 error of 1,096 bytes, no SA': drop('icmp-unmatched', icmpv6Error(0xdeadbeef)),
  'fragment that overlaps': drop(
    'fragment-overlap',
    ...datagrams(1024, (i) => [
      halves(i)[1],
      ipv4({ identification: i, flagsAndOffset: 0x2000, body: Array(1408).fill(1) }),
    ]),
  ),
  'fragments that never complete': drop(
    'fragment-limit',
    ...datagrams(4096, (i) => [ipv4({ identification: i, flagsAndOffset: 0x2000 | 10 })]),
  ),
  'IPv6 fragments that never complete': drop(
    'fragment-limit',
    ...datagrams(4096, (i) => [ipv6({ extensions: [fragmentHeader(80, true, i)] })]),
  ),
};
