/** Packets that no honest sender sends, or that are not about an SA, and the verdict of each. */
import { KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import { define } from '../model/definition.js';
import { buildIpv6, fragmentHeader, HOP_BY_HOP, type Ipv6Fields, options, routing } from '../model/ipv6.js';
import { buildPacket, bytes32, type PacketFields } from '../model/packet.js';
import { ah, esp, icmp, icmpv6, udp } from '../model/upper.js';
import { sadOf } from '../model/world.js';
import { RELAY_DOWN, RELAY_UP, type SaWords } from './daemon.js';
import { FIRST, FIRST6, RELAY, RELAY6, SECOND, SECOND6 } from './topology.js';

export interface Case {
  readonly title: string;
  /** Of each verdict, how many of the packets get it. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly packets: readonly Uint8Array[];
}

const PEER_SPI = 0x00c0ffee;
const PEER = '198.18.1.77';
const COLLECTING_SPI = 0xaaaa0003;
const UDP_SPI = 0xaaaa0004;
const SIX_SPI = 0xaaaa0006;

/** Beside those of ipsec.sh: one that requires its peer, one whose fragments are collected, ESP-in-UDP, IPv6. */
export const SAS: readonly SaWords[] = [
  RELAY_UP,
  RELAY_DOWN,
  { name: 'peer', dst: RELAY, spi: '0x00c0ffee', src: PEER, to: SECOND },
  { name: 'collecting', dst: RELAY, spi: '0xaaaa0003', to: SECOND, 'to-encap': 'udp:4500:4500' },
  { name: 'udp', dst: RELAY, spi: '0xaaaa0004', encap: 'udp:any', to: SECOND, 'to-encap': 'none' },
  { name: 'six', dst: RELAY6, spi: '0xaaaa0006', to: SECOND6, 'to-spi': '0x22220006' },
];

/** The same, as the model knows them. */
export const SAD = sadOf([
  define(),
  define({ spi: 0x11110001, to: FIRST, toSpi: 0xbbbb0001 }),
  define({ spi: PEER_SPI, toSpi: PEER_SPI, src: PEER }),
  define({ spi: COLLECTING_SPI, toSpi: COLLECTING_SPI, toKind: KIND_UDP, toPorts: [4500, 4500] }),
  define({ kind: KIND_UDP, spi: UDP_SPI, toKind: KIND_ESP, toSpi: UDP_SPI }),
  define({ dst: RELAY6, spi: SIX_SPI, toSrc: RELAY6, to: SECOND6, toSpi: 0x22220006 }),
]);

const one = (title: string, verdict: string, packet: Uint8Array): Case => ({
  title,
  verdicts: { [verdict]: 1 },
  packets: [packet],
});
const ofIpv4 = (title: string, verdict: string, fields: PacketFields = {}): Case =>
  one(title, verdict, buildPacket(fields));
const ofUdp = (title: string, verdict: string, body: number[]): Case =>
  ofIpv4(title, verdict, { protocol: 17, body });
const ofIcmp = (title: string, verdict: string, body: number[]): Case =>
  ofIpv4(title, verdict, { protocol: 1, body });

/** Packets that the relay has sent to second, as far as errors quote them. */
const emitted = (fields: PacketFields = {}): number[] => [
  ...buildPacket({ source: RELAY, destination: SECOND, spi: 0x22220001, ...fields }),
];
export const TIME_EXCEEDED = icmp({ type: 11, data: emitted() });

/** Packets that reach the relay through its host's kernel. */
export const ROUTED: readonly Case[] = [
  ofIpv4('an unknown SPI', 'unknown-spi', { spi: 0xdeadbeef }),
  ofIpv4('the lowest SPI that is not reserved, unknown', 'unknown-spi', { spi: 256 }),
  ofIpv4('the SPI that only first uses', 'unknown-spi', { spi: 0x22220001 }),
  ofIpv4('the SPI of an SA of ESP-in-UDP', 'unknown-spi', { spi: UDP_SPI }),
  ofIpv4('SPI 0', 'spi-zero', { spi: 0 }),
  ofIpv4('the reserved SPI 1', 'spi-reserved', { spi: 1 }),
  ofIpv4('the reserved SPI 255', 'spi-reserved', { spi: 255 }),
  ofIpv4('garbage for ESP', 'unknown-spi', {
    body: Array.from({ length: 100 }, (_, i) => (i * 151 + 77) & 255),
  }),
  ofIpv4('no byte of ESP', 'esp-too-short', { body: [] }),
  ofIpv4('an SPI and no sequence number', 'esp-too-short', { body: bytes32(0xaaaa0001) }),
  ofIpv4('ESP of 7 bytes', 'esp-too-short', { body: [...bytes32(0xaaaa0001), 0, 0, 7] }),
  ofIpv4('the wrong peer', 'peer-mismatch', { spi: PEER_SPI }),
  ofIpv4('TCP', 'not-ipsec', { protocol: 6, body: Array<number>(20).fill(1) }),
  ofIpv4('GRE', 'not-ipsec', { protocol: 47, body: [0, 0, 8, 0] }),
  ofIpv4('an unassigned protocol', 'not-ipsec', { protocol: 253, body: [] }),

  ofUdp('UDP to port 500', 'ike', udp([1, 2, 3, 4], { sourcePort: 500, destinationPort: 500 })),
  ofUdp('the non-ESP marker', 'ike', udp([...bytes32(0), ...bytes32(1)])),
  ofUdp('UDP to port 4500 with the byte 0xff', 'keepalive', udp([0xff])),
  ofUdp('UDP to port 4500 with another byte', 'bad-udp', udp([0xfe])),
  ofUdp('half an SPI in UDP', 'bad-udp', udp([0xaa, 0xaa])),
  ofUdp('no payload of UDP', 'bad-udp', udp([])),
  ofUdp('7 bytes of UDP', 'bad-udp', udp([]).slice(0, 7)),
  ofUdp('a UDP length beyond the end', 'bad-udp', udp(esp(UDP_SPI), { length: 49 })),
  ofUdp('a UDP length of 7', 'bad-udp', udp(esp(UDP_SPI), { length: 7 })),
  ofUdp('UDP to another port', 'not-ipsec', udp(esp(UDP_SPI), { destinationPort: 4501 })),
  ofUdp('the SPI of an SA of ESP, in UDP', 'unknown-spi', udp(esp(0xaaaa0001))),
  ofUdp('a reserved SPI in UDP', 'spi-reserved', udp(esp(255))),
  ofUdp('ESP of 7 bytes in UDP', 'esp-too-short', udp(esp(UDP_SPI).slice(0, 7))),
  ofUdp('ESP-in-UDP from any port', 'forward', udp(esp(UDP_SPI), { sourcePort: 61_234 })),
  ofUdp('bytes behind the UDP length', 'forward', [...udp(esp(UDP_SPI)), 1, 2, 3, 4]),

  ofIpv4('AH with the SPI of an SA of ESP', 'unknown-spi', { protocol: 51, body: ah(0xaaaa0001) }),
  ofIpv4('AH with SPI 0', 'spi-zero', { protocol: 51, body: ah(0) }),
  ofIpv4('AH of 11 bytes', 'ah-too-short', { protocol: 51, body: ah(0xaaaa0001).slice(0, 11) }),
  ofIpv4('AH longer than the packet', 'ah-too-short', { protocol: 51, body: ah(0xaaaa0001, undefined, 255) }),

  ofIcmp('an echo request', 'echo', icmp({ type: 8, word: 0x1234_0001, data: [1, 2, 3, 4, 5] })),
  ofIcmp('an echo request of zeros', 'echo', icmp({ type: 8 })),
  ofIcmp('an echo reply', 'not-ipsec', icmp({ type: 0 })),
  ofIcmp('a timestamp request', 'not-ipsec', icmp({ type: 13, data: Array<number>(12).fill(0) })),
  ofIcmp('a redirect', 'not-ipsec', icmp({ type: 5, code: 1, data: emitted() })),
  ofIcmp('a wrong ICMP checksum', 'bad-icmp', icmp({ type: 8, checksum: 1 })),
  ofIcmp('7 bytes of ICMP', 'bad-icmp', icmp({ type: 8 }).slice(0, 7)),
  ofIcmp(
    'Time Exceeded about an SPI of nobody',
    'icmp-unmatched',
    icmp({ type: 11, data: emitted({ spi: 0xdeadbeef }) }),
  ),
  ofIcmp(
    'an error about a later fragment',
    'icmp-unmatched',
    icmp({ type: 11, data: emitted({ flagsAndOffset: 1 }) }),
  ),
  ofIcmp(
    'an error about what first has sent',
    'icmp-unmatched',
    icmp({ type: 3, code: 1, data: [...buildPacket()] }),
  ),
  ofIcmp(
    'an error that quotes half a header',
    'icmp-unmatched',
    icmp({ type: 3, data: emitted().slice(0, 10) }),
  ),
  ofIcmp('an error that quotes no SPI', 'icmp-unmatched', icmp({ type: 3, data: emitted().slice(0, 23) })),
  ofIcmp('an error about ICMP', 'icmp-unmatched', icmp({ type: 3, data: emitted({ protocol: 1 }) })),
  ofIpv4('ICMPv6 over IPv4', 'not-ipsec', { protocol: 58, body: icmp({ type: 128 }) }),

  ofIpv4('a valid SPI from a stranger', 'forward', { source: '198.18.1.99' }),
  ofIpv4('the right peer', 'forward', { spi: PEER_SPI, source: PEER }),
  ofIpv4('the last TTL with which second gets it', 'forward', { ttl: 3 }),
  ofIcmp('Time Exceeded about what the relay sent', 'icmp-forward', TIME_EXCEEDED),
];

/** The smallest IPv4 link (RFC 791) for the SA with a peer: longer packets are then refused, or cut. */
export const SMALL_WAY_OUT: readonly Case[] = [
  ofIcmp(
    'Fragmentation Needed at 576 bytes',
    'icmp-forward',
    icmp({ type: 3, code: 4, word: 576, data: emitted({ spi: PEER_SPI }) }),
  ),
  ofIpv4('700 bytes that may not be fragmented', 'too-big', {
    spi: PEER_SPI,
    source: PEER,
    payload: Array<number>(672).fill(7),
  }),
  ofIpv4('700 bytes that may', 'forward', {
    spi: PEER_SPI,
    source: PEER,
    flagsAndOffset: 0,
    payload: Array<number>(672).fill(7),
  }),
];

let identification = 0x7000;

type Piece = readonly [offset: number, length: number, more: boolean];

/** IPv4 fragments of one datagram, in the order given. */
function pieces(spi: number, ...list: readonly Piece[]): Uint8Array[] {
  const id = identification++;
  const payload = esp(
    spi,
    7,
    Array.from({ length: 120 }, (_, i) => i),
  );
  return list.map(([offset, length, more]) =>
    buildPacket({
      identification: id,
      flagsAndOffset: (more ? 0x2000 : 0) | (offset / 8),
      body: payload.slice(offset % 128, (offset % 128) + length),
    }),
  );
}

const FIRST_PIECE: Piece = [0, 64, true];
const LAST_PIECE: Piece = [64, 64, false];
const UP = 0xaaaa0001;

/** IPv4 fragments. Those that wait for others get their verdict when their time is up. */
export const FRAGMENTS: readonly Case[] = [
  { title: 'a first fragment alone', verdicts: { forward: 1 }, packets: pieces(UP, FIRST_PIECE) },
  {
    title: 'a first fragment alone that waits for the others to be put together',
    verdicts: { 'fragment-timeout': 1 },
    packets: pieces(COLLECTING_SPI, FIRST_PIECE),
  },
  { title: 'the last fragment alone', verdicts: { 'fragment-timeout': 1 }, packets: pieces(UP, LAST_PIECE) },
  {
    title: 'two later fragments without a first',
    verdicts: { 'fragment-timeout': 2 },
    packets: pieces(UP, [32, 32, true], LAST_PIECE),
  },
  { title: 'both fragments', verdicts: { forward: 2 }, packets: pieces(UP, FIRST_PIECE, LAST_PIECE) },
  {
    title: 'both, the last one first',
    verdicts: { forward: 2 },
    packets: pieces(UP, LAST_PIECE, FIRST_PIECE),
  },
  {
    title: 'a first fragment twice',
    verdicts: { forward: 2, 'fragment-overlap': 1 },
    packets: pieces(UP, FIRST_PIECE, FIRST_PIECE, LAST_PIECE),
  },
  {
    title: 'a later fragment that overlaps the first, and what follows it',
    verdicts: { forward: 1, 'fragment-overlap': 2 },
    packets: pieces(UP, FIRST_PIECE, [56, 16, true], LAST_PIECE),
  },
  {
    title: 'later fragments that overlap, and the first behind them',
    verdicts: { 'fragment-overlap': 3 },
    packets: pieces(UP, [64, 32, true], [88, 40, false], FIRST_PIECE),
  },
  {
    title: 'another first fragment over the first',
    verdicts: { forward: 1, 'fragment-overlap': 1 },
    packets: pieces(UP, FIRST_PIECE, [0, 72, true]),
  },
  {
    title: 'two different ends',
    verdicts: { forward: 2, 'fragment-overlap': 1 },
    packets: pieces(UP, FIRST_PIECE, [96, 32, false], [64, 16, false]),
  },
  {
    title: 'fragments of an unknown SPI, the last one first',
    verdicts: { 'unknown-spi': 2 },
    packets: pieces(0xdeadbeef, LAST_PIECE, FIRST_PIECE),
  },
  {
    title: 'a first fragment of 8 bytes of UDP',
    verdicts: { 'first-fragment-short': 1 },
    packets: [buildPacket({ protocol: 17, identification: 1, flagsAndOffset: 0x2000, body: udp([]) })],
  },
  {
    title: 'a fragmented echo request',
    verdicts: { 'not-ipsec': 1 },
    packets: [
      buildPacket({ protocol: 1, identification: 2, flagsAndOffset: 0x2000, body: icmp({ type: 8 }) }),
    ],
  },
  { title: '60 bytes and more to come', verdicts: { 'bad-fragment': 1 }, packets: pieces(UP, [0, 60, true]) },
  { title: 'a fragment of no bytes', verdicts: { 'bad-fragment': 1 }, packets: pieces(UP, [64, 0, true]) },
  {
    title: 'a fragment beyond the longest datagram',
    verdicts: { 'bad-fragment': 1 },
    packets: pieces(UP, [65_528, 64, false]),
  },
];

/** Packets that the relay's host drops before the relay sees them, so that only the TUN device itself can bring them there. */
export const DAMAGED: readonly Case[] = [
  one('IP version 5', 'bad-version', buildPacket({ version: 5 })),
  one('IP version 0', 'bad-version', Uint8Array.of(0)),
  one('a single byte', 'truncated', Uint8Array.of(0x45)),
  one('19 bytes', 'truncated', buildPacket().subarray(0, 19)),
  one('an IHL of 4', 'bad-header', buildPacket({ ihl: 4 })),
  one('a total length below the header', 'bad-header', buildPacket({ totalLength: 19 })),
  one('a total length beyond the end', 'truncated', buildPacket({ totalLength: 61 })),
  one('a wrong checksum', 'bad-checksum', buildPacket({ checksum: 0x1111 })),
  one(
    'a wrong checksum on a packet that is not ESP',
    'bad-checksum',
    buildPacket({ protocol: 17, checksum: 1 }),
  ),
  one('IPv4 that says version 6', 'truncated', buildPacket({ version: 6 })),
];

const ofIpv6 = (title: string, verdict: string, fields: Ipv6Fields = {}): Case =>
  one(title, verdict, buildIpv6({ source: FIRST6, destination: RELAY6, spi: SIX_SPI, ...fields }));
const ofUdp6 = (title: string, verdict: string, body: number[]): Case =>
  ofIpv6(title, verdict, { protocol: 17, body });
const ofIcmp6 = (title: string, verdict: string, body: number[]): Case =>
  ofIpv6(title, verdict, { protocol: 58, body });

const BETWEEN6 = [FIRST6, RELAY6] as const;
const emitted6 = (spi: number) => [...buildIpv6({ source: RELAY6, destination: SECOND6, spi })];
const mapped = [...Array<number>(10).fill(0), 255, 255, 198, 18, 1, 1];

/** IPv6 that no kernel lets through. */
export const DAMAGED6: readonly Case[] = [
  one('39 bytes', 'truncated', buildIpv6().subarray(0, 39)),
  ofIpv6('a payload length beyond the end', 'truncated', { payloadLength: 41 }),
  ofIpv6('an IPv4-mapped source', 'bad-header', { source: mapped }),
  ofIpv6('a routing header with a segment left', 'bad-extension', { extensions: [routing(1)] }),
  ofIpv6('hop-by-hop options behind others', 'bad-extension', {
    extensions: [options(60, []), options(HOP_BY_HOP, [])],
  }),
  ofIpv6('nine extension headers', 'bad-extension', {
    extensions: Array.from({ length: 9 }, () => options(60, [])),
  }),
  ofIpv6('an extension header beyond the end', 'bad-extension', {
    protocol: 60,
    body: [50, 9, 0, 0, 0, 0, 0, 0],
  }),
  ofIpv6('two fragment headers', 'bad-extension', {
    extensions: [fragmentHeader(0, true, 1), fragmentHeader(0, true, 2)],
  }),
];

/** IPv6 of all kinds. */
export const IPV6: readonly Case[] = [
  ofIpv6('an unknown SPI', 'unknown-spi', { spi: 0xdeadbeef }),
  ofIpv6('the SPI of an SA of IPv4', 'unknown-spi', { spi: 0xaaaa0001 }),
  ofIpv6('ESP of 7 bytes', 'esp-too-short', { body: esp(SIX_SPI).slice(0, 7) }),
  ofIpv6('AH', 'unknown-spi', { protocol: 51, body: ah(SIX_SPI) }),
  ofIpv6('AH of 11 bytes', 'ah-too-short', { protocol: 51, body: ah(SIX_SPI).slice(0, 11) }),
  ofIpv6('TCP', 'not-ipsec', { protocol: 6, body: Array<number>(20).fill(1) }),
  ofUdp6('UDP without a checksum', 'bad-udp', udp(esp(SIX_SPI), { checksum: 0 })),
  ofUdp6('ESP-in-UDP', 'unknown-spi', udp(esp(SIX_SPI), { between: BETWEEN6 })),
  ofUdp6('the non-ESP marker', 'ike', udp(esp(0), { between: BETWEEN6 })),
  ofUdp6('the byte 0xff', 'keepalive', udp([0xff], { between: BETWEEN6 })),
  ofIcmp6('an echo request', 'echo', icmpv6({ type: 128, data: [1, 2, 3] }, ...BETWEEN6)),
  ofIcmp6('a checksum without the pseudo-header', 'bad-icmp', icmp({ type: 128 })),
  ofIcmp6(
    'an error about nobody',
    'icmp-unmatched',
    icmpv6({ type: 1, data: emitted6(0xdeadbeef) }, ...BETWEEN6),
  ),
  ofIpv6('a first fragment alone', 'forward', { extensions: [fragmentHeader(0, true, 3)] }),
  ofIpv6('a later fragment alone', 'fragment-timeout', { extensions: [fragmentHeader(64, true, 4)] }),
  ofIpv6('a fragment that is whole', 'forward', { extensions: [fragmentHeader(0, false, 5)] }),
  ofIpv6('35 bytes and more to come', 'bad-fragment', {
    extensions: [fragmentHeader(0, true, 6)],
    body: esp(SIX_SPI).slice(0, 35),
  }),
  ofIpv6('options of both kinds', 'forward', { extensions: [options(HOP_BY_HOP, []), options(60, [])] }),
  ofIcmp6(
    'Time Exceeded about what the relay sent',
    'icmp-forward',
    icmpv6({ type: 3, data: emitted6(0x22220006) }, ...BETWEEN6),
  ),
];
