import assert from 'node:assert/strict';
import { refuseDefinition } from '../../src/sad/acceptance.js';
import type { SaPolicy } from '../../src/sad/policy.js';
import { KIND_AH, KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import { parsePrefix } from '../../src/wire/address.js';
import { type DefinitionWords, define } from '../model/definition.js';

const RELAY: SaPolicy = {
  role: 'relay',
  addresses: ['198.18.9.9', '198.18.10.0/24', '2001:db8:9::9', '2001:db8:10::/64'].map(parsePrefix),
};
const RELAYS = ['198.18.9.9', '2001:db8:9::9'].map(parsePrefix);
const EDGE: SaPolicy = {
  role: 'edge',
  addresses: [...RELAYS, ...['198.18.1.1', '2001:db8:1::1'].map(parsePrefix)],
  relays: RELAYS,
  seconds: ['198.18.2.2', '2001:db8:2::2'].map(parsePrefix),
};

const unroutable = (word: string, address: string, what: string) =>
  `${word}: ${address} is ${what}; name the unicast address of the other end`;
const notOwned = (word: string, address: string) =>
  `${word}: ${address} is not a relay address; use one of [relay] addresses, or add it there`;
const notSteered = (address: string) =>
  `dst: ${address} is neither in [edge] relays nor in [edge] addresses; use one of those`;
const inUdp = (word: string) =>
  `${word}: AH cannot be carried in UDP, because its ICV covers the IP header (RFC 4302 §3.3.3, RFC 3948 §1); leave it out, or use proto esp`;
const otherProtocol =
  'proto: ESP cannot become AH nor AH ESP, since the relay has no key to make either; use one protocol on both legs';
const acrossFamilies = (from: number, to: number) =>
  `proto: AH cannot go from IPv${from} to IPv${to}, because its ICV covers the IP header (RFC 4302 §3.3.3); use proto esp, or addresses of one family`;
const noHairpin = (word: string, address: string) =>
  `${word}: ${address} is a relay address, and only SAs with hairpin hand packets to each other; name the other end, or say hairpin`;

const SPECIAL4 = [
  ['0.0.0.0', 'the unspecified address'],
  ['0.1.2.3', 'the unspecified address'],
  ['127.0.0.1', 'a loopback address'],
  ['127.255.255.254', 'a loopback address'],
  ['224.0.0.1', 'a multicast address'],
  ['239.255.255.255', 'a multicast address'],
  ['169.254.7.7', 'a link-local address'],
  ['255.255.255.255', 'the broadcast address'],
] as const;
const SPECIAL6 = [
  ['::', 'the unspecified address'],
  ['::1', 'a loopback address'],
  ['ff02::1', 'a multicast address'],
  ['ff0e::1', 'a multicast address'],
  ['fe80::1', 'a link-local address'],
  ['febf::1', 'a link-local address'],
] as const;

/** The SA of {@link define} over IPv6. */
const V6: DefinitionWords = { dst: '2001:db8:9::9', to: '2001:db8:2::2', toSrc: '2001:db8:9::9' };
const UDP: DefinitionWords = { kind: KIND_UDP, toPorts: [4500, 4500] };
const AH: DefinitionWords = { kind: KIND_AH };
const AH_UP: DefinitionWords = { ...AH, dst: '198.18.2.2', to: '198.18.9.9', toSrc: '198.18.1.1' };
const AH_DOWN: DefinitionWords = { ...AH, dst: '198.18.1.1', to: '198.18.9.9', toSrc: '198.18.2.2' };

const BOTH_ROLES: [DefinitionWords, string][] = [
  [{ kind: KIND_UDP, toKind: KIND_AH }, inUdp('encap')],
  [{ kind: KIND_AH, toKind: KIND_UDP }, inUdp('to-encap')],
  [{ kind: KIND_AH, toKind: KIND_ESP }, otherProtocol],
  [{ kind: KIND_ESP, toKind: KIND_AH }, otherProtocol],
  [
    { srcPort: 4500 },
    'encap: port 4500 is given, but packets without UDP have none; use udp:4500, or no port',
  ],
  [{ ...UDP, srcPort: 65_536 }, 'encap: 65536 is no UDP port; use 1-65535'],
  [{ ...UDP, port: 0 }, 'encap: 0 is no UDP port; use 1-65535'],
  [{ ...UDP, port: 65_536 }, 'encap: 65536 is no UDP port; use 1-65535'],
  [{ ...UDP, port: 500 }, 'encap: port 500 is for IKE alone (RFC 3948 §2.2); use another port'],
  [{ port: 4600 }, 'encap: port 4600 is given, but packets without UDP have none; leave it out'],
  [
    { toPorts: [4500, 4501] },
    'to-encap: ports 4500:4501 are given, but packets without UDP have none; use udp:4500:4501, or no ports',
  ],
  [{ ...UDP, toPorts: [65_536, 1] }, 'to-encap: 65536 is no UDP port; use 1-65535'],
  [{ ...UDP, toPorts: [1, 65_536] }, 'to-encap: 65536 is no UDP port; use 1-65535'],
  [{ ...AH, to: '2001:db8:2::2', toSrc: '2001:db8:9::9' }, acrossFamilies(4, 6)],
  [{ ...AH, dst: '2001:db8:9::9' }, acrossFamilies(6, 4)],
  [
    { src: '2001:db8:1::1' },
    'src: 2001:db8:1::1 is IPv6 and dst 198.18.9.9 is IPv4, but a packet has one family; name an IPv4 address',
  ],
  [
    { ...V6, src: '198.18.1.1' },
    'src: 198.18.1.1 is IPv4 and dst 2001:db8:9::9 is IPv6, but a packet has one family; name an IPv6 address',
  ],
  [
    { to: '2001:db8:2::2' },
    'to-src: 198.18.9.9 is IPv4 and to 2001:db8:2::2 is IPv6, but a packet has one family; name an IPv6 address',
  ],
  [
    { to: '2001:db8:2::2', toSrc: undefined },
    'to-src: the packets change from IPv4 to IPv6 and cannot keep their source; name an IPv6 address',
  ],
  [{ spi: 0 }, 'spi: SPI 0 is reserved (RFC 4303 §2.1); use 0x00000100-0xffffffff'],
  [{ spi: 255 }, 'spi: SPI 255 is reserved (RFC 4303 §2.1); use 0x00000100-0xffffffff'],
  [{ toSpi: 255 }, 'to-spi: SPI 255 is reserved (RFC 4303 §2.1); use 0x00000100-0xffffffff'],
  [{ ...AH, toSpi: 255 }, 'to-spi: SPI 255 is reserved (RFC 4302 §2.4); use 0x00000100-0xffffffff'],
  [
    { mode: 'preserve' },
    'mode: preserve keeps the SPI, but to-spi differs from spi; use mode edge or aware, or to-spi same',
  ],
  [
    { ...AH, toSpi: 0xaaaa0001, mode: 'preserve' },
    'mode: preserve is not possible for AH, because its ICV covers the addresses too (RFC 4302 §3.3.3); use mode edge or aware',
  ],
  [
    { toSpi: 0xaaaa0001, mode: 'edge' },
    'mode: edge substitutes the SPI, but to-spi equals spi; give another to-spi, or use mode preserve',
  ],
  [
    { ...UDP, toSpi: 0xaaaa0001, mode: 'aware' },
    'mode: aware substitutes the SPI, but to-spi equals spi; give another to-spi, or use mode preserve',
  ],
  ...SPECIAL4.flatMap(([address, what]): [DefinitionWords, string][] => [
    [{ to: address }, unroutable('to', address, what)],
    [{ src: address }, unroutable('src', address, what)],
  ]),
  ...SPECIAL6.flatMap(([address, what]): [DefinitionWords, string][] => [
    [{ ...V6, to: address }, unroutable('to', address, what)],
    [{ ...V6, src: address }, unroutable('src', address, what)],
  ]),
];

const KEPT_PORT =
  'to-encap: only an edge keeps the UDP port of a packet, because it stands beside one computer and a relay serves many; name both ports, such as udp:4500:4500';

const RELAY_ONLY: [DefinitionWords, string][] = [
  [{ dst: '198.18.9.8' }, notOwned('dst', '198.18.9.8')],
  [{ dst: '198.18.11.0' }, notOwned('dst', '198.18.11.0')],
  [{ ...V6, dst: '2001:db8:10:1::' }, notOwned('dst', '2001:db8:10:1::')],
  [{ toSrc: '198.18.2.1' }, notOwned('to-src', '198.18.2.1')],
  [{ ...V6, toSrc: '2001:db8:2::1' }, notOwned('to-src', '2001:db8:2::1')],
  [{ toSrc: undefined }, 'to-src: a relay sends from its own address; name a relay address'],
  [{ ...UDP, toPorts: [0, 4500] }, KEPT_PORT],
  [{ ...UDP, toPorts: [4500, 0] }, KEPT_PORT],
  [{ to: '198.18.9.9' }, noHairpin('to', '198.18.9.9')],
  [{ to: '198.18.10.77' }, noHairpin('to', '198.18.10.77')],
  [{ ...V6, to: '2001:db8:10::7' }, noHairpin('to', '2001:db8:10::7')],
  [{ src: '198.18.10.77' }, noHairpin('src', '198.18.10.77')],
  [
    { hairpin: true, to: '198.18.10.1', src: '198.18.10.2' },
    'hairpin: src and to are both relay addresses, but a packet passes two SAs at most; name the other end in one of them',
  ],
  [
    { hairpin: true, src: '198.18.1.1' },
    'hairpin: neither src nor to is a relay address, so that no other SA can be met; leave it out',
  ],
];

const EDGE_ONLY: [DefinitionWords, string][] = [
  [{ dst: '198.18.9.8', toSrc: undefined }, notSteered('198.18.9.8')],
  [{ ...V6, dst: '2001:db8:9::8', toSrc: undefined }, notSteered('2001:db8:9::8')],
  [{ hairpin: true }, 'hairpin: an edge hands no packet from one SA to another; leave it out'],
  [
    { dst: '198.18.2.2' },
    'dst: 198.18.2.2 is in [edge] seconds, which are there for AH; ESP goes to an address of [edge] relays or comes to one of [edge] addresses',
  ],
  [
    { toKind: KIND_UDP },
    'to-encap: the packets arrive without UDP and have no port to keep; name both ports, such as udp:4500:4500',
  ],
  [{ toSrc: '127.0.0.1' }, unroutable('to-src', '127.0.0.1', 'a loopback address')],
  [
    { ...AH, toSrc: undefined, to: '198.18.9.9' },
    'dst: 198.18.9.9 is a relay address, but the first computer sends its AH to the second, whose address the ICV covers; use that, one of [edge] seconds, and the relay address as to',
  ],
  [
    { ...AH_UP, dst: '198.18.2.3' },
    'dst: 198.18.2.3 is neither in [edge] seconds nor in [edge] addresses; use one of those',
  ],
  [
    { ...AH_UP, to: '198.18.2.2' },
    'to: 198.18.2.2 is not in [edge] relays, where AH for a second computer goes; name a relay address',
  ],
  [
    { ...AH_UP, toSrc: undefined },
    "to-src: missing, but the first computer's AH comes as if from the relay; name the first computer, one of [edge] addresses",
  ],
  [
    { ...AH_UP, toSrc: '198.18.9.9' },
    "to-src: it is 198.18.9.9, but the first computer's AH comes as if from the relay; name the first computer, one of [edge] addresses",
  ],
  [
    { ...AH_DOWN, to: '198.18.1.1' },
    'to: 198.18.1.1 is not in [edge] relays, but the first computer verifies AH as if it were the relay; name the relay address that the second sends to',
  ],
  [
    { ...AH_DOWN, toSrc: undefined },
    'to-src: missing, but the first computer verifies AH as if it came from the second; name the second, one of [edge] seconds',
  ],
  [
    { ...AH_DOWN, toSrc: '198.18.9.9' },
    'to-src: it is 198.18.9.9, but the first computer verifies AH as if it came from the second; name the second, one of [edge] seconds',
  ],
];

const ACCEPTED: [string, SaPolicy, DefinitionWords][] = [
  ['a relay substitutes', RELAY, {}],
  ['a relay preserves', RELAY, { toSpi: 0xaaaa0001 }],
  ['mode aware', RELAY, { mode: 'aware' }],
  ['the lowest and the highest SPI', RELAY, { spi: 256, toSpi: 0xffffffff }],
  ['the first and the last address of a prefix', RELAY, { dst: '198.18.10.0', toSrc: '198.18.10.255' }],
  ['a required peer', RELAY, { src: '198.18.1.1' }],
  ['IPv6', RELAY, V6],
  ['unique local IPv6 addresses', RELAY, { ...V6, to: 'fd00::2' }],
  ['a required IPv6 peer', RELAY, { ...V6, src: 'fd00::1' }],
  ['from IPv4 to IPv6', RELAY, { ...V6, dst: '198.18.9.9' }],
  ['from IPv6 to IPv4', RELAY, { dst: '2001:db8:9::9', src: '2001:db8:1::1' }],
  ['UDP on both legs', RELAY, { ...UDP, src: '198.18.1.1', srcPort: 1024 }],
  ['a peer by its port alone', RELAY, { ...UDP, srcPort: 1024 }],
  ['the lowest and the highest port', RELAY, { ...UDP, srcPort: 65_535, toPorts: [1, 65_535] }],
  ['UDP to native ESP', RELAY, { kind: KIND_UDP, toKind: KIND_ESP }],
  ['native ESP to UDP', RELAY, { toKind: KIND_UDP, toPorts: [4500, 1024] }],
  [
    'native ESP over IPv4 to UDP over IPv6',
    RELAY,
    { ...V6, dst: '198.18.9.9', toKind: KIND_UDP, toPorts: [1, 2] },
  ],
  ['AH', RELAY, AH],
  ['AH that keeps its SPI and still relies on the sender', RELAY, { ...AH, toSpi: 0xaaaa0001, mode: 'edge' }],
  ['AH over IPv6, mode aware', RELAY, { ...AH, ...V6, mode: 'aware' }],
  ['hairpin: a packet goes to another SA', RELAY, { hairpin: true, to: '198.18.10.1', src: '198.18.1.1' }],
  ['hairpin: a packet comes from another SA', RELAY, { hairpin: true, src: '198.18.10.1' }],
  ['hairpin: a packet comes from wherever', RELAY, { hairpin: true }],
  ['an edge keeps the source', EDGE, { toSrc: undefined, to: '198.18.9.9' }],
  ['an edge swaps back', EDGE, { toSrc: undefined, dst: '198.18.1.1', to: '198.18.1.1' }],
  ['an edge over IPv6', EDGE, { toSrc: undefined, dst: '2001:db8:9::9', to: '2001:db8:9::9' }],
  ['an edge keeps the ports', EDGE, { ...UDP, toSrc: undefined, to: '198.18.9.9', toPorts: [0, 0] }],
  ['an edge keeps one port', EDGE, { ...UDP, toSrc: undefined, to: '198.18.9.9', toPorts: [0, 4501] }],
  [
    'an edge encapsulates',
    EDGE,
    { toKind: KIND_UDP, toSrc: undefined, to: '198.18.9.9', toPorts: [4500, 4500] },
  ],
  ['an edge changes the family', EDGE, { to: '2001:db8:9::9', toSrc: '2001:db8:1::1' }],
  ['an edge swaps the addresses of AH to the second', EDGE, AH_UP],
  ['and back', EDGE, AH_DOWN],
  ['without a change of the SPI too', EDGE, { ...AH_DOWN, toSpi: 0xaaaa0001, mode: 'edge' }],
  [
    'AH over IPv6 by an edge',
    EDGE,
    { ...AH, dst: '2001:db8:2::2', to: '2001:db8:9::9', toSrc: '2001:db8:1::1' },
  ],
];

describe('sad/acceptance', () => {
  for (const [role, policy, refusals] of [
    ['a relay', RELAY, [...BOTH_ROLES, ...RELAY_ONLY]],
    ['an edge', EDGE, [...BOTH_ROLES, ...EDGE_ONLY]],
  ] as const) {
    for (const [words, sentence] of refusals) {
      it(`${role} says: ${sentence}`, () => assert.equal(refuseDefinition(define(words), policy), sentence));
    }
  }

  for (const [description, policy, words] of ACCEPTED) {
    it(`accepts: ${description}`, () => assert.equal(refuseDefinition(define(words), policy), undefined));
  }

  it('an edge without second computers takes no AH', () => {
    const { seconds, ...without } = EDGE;
    assert.match(
      refuseDefinition(define(AH_UP), without)!,
      /^dst: 198\.18\.2\.2 is neither in \[edge\] seconds/,
    );
    assert.match(
      refuseDefinition(define(AH_DOWN), without)!,
      /^to-src: it is 198\.18\.2\.2, but .* \[edge\] seconds$/,
    );
  });
});
