/** ESP over IPv4 in and out, in one piece, DF set: the plain path; and packets that it leaves to the general one. */
import { define } from '../../model/definition.js';
import { decode, type Ip } from '../../model/ip.js';
import { buildPacket, bytes32, type PacketFields } from '../../model/packet.js';
import { ANY_ID, drop, forward, type Scenario, type Step } from '../scenario.js';
import { expired } from '../scenario-packets.js';

/** SAs of the scenarios, beside the one that `define` makes by default. */
const SAS = [
  define(),
  define({ spi: 0xaaaa0002, toSpi: 0xaaaa0002, dst: '198.18.9.9', to: '198.18.2.3', toSrc: '198.18.9.10' }),
  define({ spi: 0xaaaa0003, src: '198.18.1.7', toSpi: 0x22220003 }),
  define({ spi: 0xaaaa0004, toSpi: 0x22220004, to: '198.18.2.4' }),
  define({ spi: 0xaaaa0004, toSpi: 0x22220044, to: '198.18.2.44', src: '198.18.1.1' }),
  define({ spi: 0xaaaa0005, toSpi: 0x22220005, toSrc: undefined }),
  define({ spi: 0xff, toSpi: 0x222200ff }),
  define({ spi: 0xffffffff, toSpi: 0x80000000 }),
];
export const SENT: PacketFields = {
  source: '198.18.9.9',
  destination: '198.18.2.2',
  spi: 0x22220001,
  ttl: 63,
};
export const OPTIONS = [0x94, 4, 0, 0, 1, 1, 1, 0];
const TCP = { protocol: 6, body: [0x11, 0x94, 0x11, 0x94, 0, 8, 0, 0] };

const scenario = (description: string, step: Step, kernelHops = 0): Scenario => ({
  description,
  sas: SAS,
  kernelHops,
  steps: [step],
});
const forwards = (description: string, received: PacketFields, sent: PacketFields, kernelHops = 0) =>
  scenario(description, forward(buildPacket(received), buildPacket({ ...SENT, ...sent })), kernelHops);
const drops = (verdict: Parameters<typeof drop>[0], description: string, received: PacketFields) =>
  scenario(description, drop(verdict, buildPacket(received)));
const expires = (description: string, received: PacketFields, kernelHops = 0) => {
  const packet = buildPacket(received);
  const error = expired(decode([...packet]) as Ip);
  // Half of the kernel's hops are on the way out.
  const sent = { ...error, ttl: 64 + kernelHops / 2 };
  return scenario(description, drop('ttl-expired', packet, sent), kernelHops);
};

export const RELAY: readonly Scenario[] = [
  forwards('substitutes addresses and SPI, one hop', {}, {}),
  forwards(
    'keeps the SPI where the SA preserves it, and sends from another relay address',
    { spi: 0xaaaa0002 },
    {
      spi: 0xaaaa0002,
      source: '198.18.9.10',
      destination: '198.18.2.3',
    },
  ),
  forwards(
    'takes the SA without peer for another source',
    { spi: 0xaaaa0004, source: '198.18.1.2' },
    {
      spi: 0x22220004,
      destination: '198.18.2.4',
    },
  ),
  forwards(
    'takes the SA of the peer before the one without',
    { spi: 0xaaaa0004 },
    {
      spi: 0x22220044,
      destination: '198.18.2.44',
    },
  ),
  forwards(
    'takes an SA for its required peer',
    { spi: 0xaaaa0003, source: '198.18.1.7' },
    { spi: 0x22220003 },
  ),
  forwards(
    'keeps the source where the SA names none',
    { spi: 0xaaaa0005 },
    { spi: 0x22220005, source: '198.18.1.1' },
  ),
  forwards('takes a reserved SPI that an SA names', { spi: 0xff }, { spi: 0x222200ff }),
  forwards('takes the highest SPI', { spi: 0xffffffff }, { spi: 0x80000000 }),
  forwards('carries options', { options: OPTIONS }, { options: OPTIONS }),
  forwards(
    'keeps DSCP, ECN and, with DF, the ID',
    { tos: 0xbb, identification: 0xfedc },
    { tos: 0xbb, identification: 0xfedc },
  ),
  forwards(
    'chooses the ID of a packet without DF, since many firsts become one source',
    { tos: 0xbb, identification: 0xfedc, flagsAndOffset: 0 },
    { tos: 0xbb, identification: ANY_ID, flagsAndOffset: 0 },
  ),
  forwards(
    'keeps the ID of a packet without DF where it keeps the source',
    { spi: 0xaaaa0005, identification: 0xfedc, flagsAndOffset: 0 },
    { spi: 0x22220005, source: '198.18.1.1', identification: 0xfedc, flagsAndOffset: 0 },
  ),
  forwards(
    'keeps the ID with DF and the reserved bit, and keeps that bit',
    { flagsAndOffset: 0xc000 },
    { flagsAndOffset: 0xc000 },
  ),
  forwards('keeps an empty payload', { payload: [] }, { payload: [] }),
  forwards('leaves padding after the packet behind', { padding: [9, 9, 9, 9] }, {}),
  forwards(
    'leaves padding behind without DF too',
    { padding: [9, 9, 9, 9], flagsAndOffset: 0 },
    { flagsAndOffset: 0, identification: ANY_ID },
  ),
  forwards(
    'mends the checksum 0xffff that means 0x0000',
    { identification: 0xa461, checksum: 0xffff },
    {
      identification: 0xa461,
    },
  ),
  forwards('makes the last hop', { ttl: 2 }, { ttl: 1 }),
  forwards('adds what two kernel hops take too much', { ttl: 63 }, { ttl: 64 }, 2),
  forwards('never raises the TTL beyond 255', { ttl: 255 }, { ttl: 255 }, 2),
  forwards('leaves the last hop to the kernel', { ttl: 1 }, { ttl: 2 }, 2),
  expires('TTL 1', { ttl: 1 }),
  expires('TTL 0', { ttl: 0 }),
  expires('TTL 1, without what lies behind the end', { ttl: 1, padding: [9, 9] }),
  expires('TTL 1, with options', { ttl: 1, options: OPTIONS }),
  drops('truncated', 'the total length is beyond the end', { totalLength: 61 }),
  drops('bad-version', 'version 5', { version: 5 }),
  drops('bad-header', 'IHL 4', { ihl: 4 }),
  drops('bad-header', 'the total length is within the header', { totalLength: 19 }),
  drops('bad-checksum', 'the header checksum is one off', { checksum: 0x1234 }),
  drops('not-ipsec', 'TCP', TCP),
  drops('not-ipsec', 'a first fragment of TCP', { ...TCP, flagsAndOffset: 0x2000 }),
  drops('esp-too-short', 'seven bytes of ESP', { body: [0xaa, 0xaa, 0, 1, 0, 0, 0] }),
  drops('esp-too-short', 'no ESP at all', { body: [] }),
  drops('esp-too-short', 'padding counted as ESP', { body: bytes32(0xaaaa0001), padding: [0, 0, 0, 7] }),
  drops('esp-too-short', 'seven bytes of ESP, without DF', {
    body: [1, 2, 3, 4, 5, 6, 7],
    flagsAndOffset: 0,
  }),
  drops('spi-zero', 'SPI 0', { spi: 0 }),
  drops('spi-zero', 'SPI 0, without DF', { spi: 0, flagsAndOffset: 0 }),
  drops('spi-reserved', 'SPI 1', { spi: 1 }),
  drops('spi-reserved', 'SPI 254', { spi: 254 }),
  drops('unknown-spi', 'SPI 256', { spi: 256 }),
  drops('unknown-spi', 'the SPI of an SA at another relay address', { destination: '198.18.9.10' }),
  drops('unknown-spi', 'an emitted SPI coming in', { spi: 0x22220001 }),
  drops('peer-mismatch', 'another source than the required peer', { spi: 0xaaaa0003 }),
  drops('peer-mismatch', 'before its TTL is looked at', { spi: 0xaaaa0003, ttl: 1 }),
];

const atEdge = (scenario: Scenario): Scenario => ({ ...scenario, role: 'edge' });
const passes = (description: string, received: PacketFields, kernelHops = 0) =>
  scenario(
    description,
    {
      received: buildPacket(received),
      verdict: 'pass',
      sent: buildPacket({ ...received, ttl: (received.ttl ?? 64) - 1 + kernelHops, padding: [] }),
    },
    kernelHops,
  );

export const EDGE: readonly Scenario[] = [
  forwards('substitutes', {}, {}),
  forwards(
    'keeps the source where the SA names none',
    { spi: 0xaaaa0005 },
    { spi: 0x22220005, source: '198.18.1.1' },
  ),
  passes('TCP', TCP),
  passes('an unknown SPI', { spi: 0xbbbb0001 }),
  passes('an unknown SPI, without what lies behind the end', { spi: 0xbbbb0001, padding: [1, 2, 3] }),
  passes('a reserved SPI', { spi: 1 }),
  passes('a first fragment of TCP, with options', { ...TCP, flagsAndOffset: 0x2000, options: OPTIONS }),
  passes('TCP through two kernel hops', { ...TCP, ttl: 63 }, 2),
  expires('TCP with TTL 1', { ...TCP, ttl: 1 }),
  drops('peer-mismatch', 'another source than the required peer', { spi: 0xaaaa0003 }),
  drops('esp-too-short', 'four bytes of ESP', { body: bytes32(0xaaaa0001) }),
  drops('spi-zero', 'SPI 0', { spi: 0 }),
  drops('bad-checksum', 'the header checksum is one off', { ...TCP, checksum: 0x1234 }),
].map(atEdge);
