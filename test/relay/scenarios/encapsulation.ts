/** UDP and native ESP, AH, and their faults, without a change of family. */
import { KIND_UDP } from '../../../src/table/layout.js';
import { bytes16, bytes32, word16 } from '../../model/bytes.js';
import { define } from '../../model/definition.js';
import type { Ip } from '../../model/ip.js';
import {
  buildIpv6,
  DESTINATION_OPTIONS,
  fragmentHeader,
  HOP_BY_HOP,
  type Ipv6Fields,
  NO_NEXT_HEADER,
  options,
  routing,
} from '../../model/ipv6.js';
import { ah, esp, udp } from '../../model/upper.js';
import { FIRST, FIRST_PORT, RELAY } from '../../model/world.js';
import { ANY_ID, drop, forward, type Scenario } from '../scenario.js';
import { arrives, between, type Leg, leaves, type Words } from '../scenario-packets.js';

const OPTIONS = [0x94, 4, 0, 0, 1, 1, 1, 0];
const EXTENSIONS = [options(HOP_BY_HOP, [1, 4, 0, 0, 0, 0]), options(DESTINATION_OPTIONS, []), routing()];
const SETTINGS = { settings: { udp6ZeroChecksum: true } };

const changes = (
  description: string,
  [from, received]: readonly [Leg, Words?],
  [to, sent]: readonly [Leg, Words?],
  more: Partial<Scenario> = {},
): Scenario => ({
  description,
  sas: [between(from, to)],
  steps: [forward(arrives(from, received), leaves(to, sent))],
  ...more,
});

/** Ports of the relay's own: the same SPI and peer, told apart by the port to which the packets come. */
const OWN_PORTS: readonly Scenario[] = [
  {
    description: 'ESP-in-UDP to two ports of the relay’s own, with one SPI, and to one that no SA has',
    sas: [
      between('udp4', 'udp4', { toPorts: [4600, 4500] }),
      between('udp4', 'udp4', { port: 4600, toPorts: [4601, 4500], toSpi: 0x22229999 }),
    ],
    steps: [
      forward(arrives('udp4'), leaves('udp4', { sourcePort: 4600 })),
      forward(
        arrives('udp4', { destinationPort: 4600 }),
        leaves('udp4', { sourcePort: 4601, spi: 0x22229999 }),
      ),
      drop('not-ipsec', arrives('udp4', { destinationPort: 4601 })),
    ],
  },
  changes(
    'native ESP from what comes to another port over IPv6',
    ['udp6', { destinationPort: 65535 }],
    ['esp6'],
    {
      sas: [between('udp6', 'esp6', { port: 65535 })],
    },
  ),
];

const WHOLE: readonly Scenario[] = [
  changes('UDP to UDP over IPv4: new ports, no checksum stays none', ['udp4'], ['udp4']),
  changes(
    'UDP to UDP over IPv4 with a checksum',
    ['udp4', { checksum: 'right' }],
    ['udp4', { checksum: 'right' }],
  ),
  changes('UDP to UDP over IPv6', ['udp6'], ['udp6']),
  changes(
    'UDP to UDP over IPv6 without checksum, where that is allowed',
    ['udp6', { checksum: 0 }],
    ['udp6', { checksum: 0 }],
    SETTINGS,
  ),
  changes('UDP to UDP keeps ports, where the SA says so', ['udp4'], ['udp4', { sourcePort: FIRST_PORT }], {
    sas: [between('udp4', 'udp4', { toPorts: [0, 0] })],
  }),
  changes(
    'UDP to UDP keeps the source port alone',
    ['udp6'],
    ['udp6', { sourcePort: FIRST_PORT, destinationPort: 4501 }],
    {
      sas: [between('udp6', 'udp6', { toPorts: [0, 4501] })],
    },
  ),
  changes('UDP to ESP over IPv4: the header goes', ['udp4', { checksum: 'right' }], ['esp4']),
  changes('UDP to ESP over IPv6', ['udp6'], ['esp6']),
  changes('ESP to UDP over IPv4: a header comes, without checksum', ['esp4'], ['udp4']),
  changes('ESP to UDP over IPv6: a header with a checksum', ['esp6'], ['udp6']),
  changes(
    'ESP to UDP over IPv6 without checksum, where that is allowed',
    ['esp6'],
    ['udp6', { checksum: 0 }],
    SETTINGS,
  ),
  changes(
    'ESP of an odd length to UDP over IPv6',
    ['esp6', { payload: [1, 2, 3] }],
    ['udp6', { payload: [1, 2, 3] }],
  ),
  changes('ESP without payload to UDP', ['esp4', { payload: [] }], ['udp4', { payload: [] }]),
  changes(
    'ESP to ESP over IPv6: flow label and traffic class stay',
    ['esp6', { flowLabel: 0xabcde, tos: 0xbb }],
    ['esp6', { flowLabel: 0xabcde, tos: 0xbb }],
  ),
  changes(
    'UDP to ESP over IPv6: flow label and traffic class stay',
    ['udp6', { flowLabel: 0xabcde, tos: 0xbb }],
    ['esp6', { flowLabel: 0xabcde, tos: 0xbb }],
  ),
  changes(
    'ESP to UDP carries options, TOS and DF',
    ['esp4', { options: OPTIONS, tos: 0xbb }],
    ['udp4', { options: OPTIONS, tos: 0xbb }],
  ),
  changes('UDP to ESP carries options', ['udp4', { options: OPTIONS }], ['esp4', { options: OPTIONS }]),
  changes(
    'ESP to UDP without DF: a new ID',
    ['esp4', { flagsAndOffset: 0 }],
    ['udp4', { flagsAndOffset: 0, identification: ANY_ID }],
  ),
  changes(
    'ESP to ESP carries extension headers',
    ['esp6', { extensions: EXTENSIONS }],
    ['esp6', { extensions: EXTENSIONS }],
  ),
  changes(
    'ESP to UDP behind extension headers',
    ['esp6', { extensions: EXTENSIONS }],
    ['udp6', { extensions: EXTENSIONS }],
  ),
  changes(
    'UDP to ESP behind extension headers',
    ['udp6', { extensions: EXTENSIONS }],
    ['esp6', { extensions: EXTENSIONS }],
  ),
  changes(
    'an atomic fragment is none, and keeps its header',
    ['esp6', { extensions: [fragmentHeader(0, false, 77)] }],
    ['udp6', { extensions: [fragmentHeader(0, false, 77)] }],
  ),
  changes(
    'eight extension headers',
    ['esp6', { extensions: Array(8).fill(options(DESTINATION_OPTIONS, [])) }],
    ['esp6', { extensions: Array(8).fill(options(DESTINATION_OPTIONS, [])) }],
  ),
  changes('what lies behind the length of UDP is no part of it', ['udp4', { surplus: [9, 9, 9] }], ['udp4']),
  changes('the same over IPv6, with its checksum', ['udp6', { surplus: [9, 9, 9] }], ['udp6']),
  changes('the same, to ESP', ['udp4', { surplus: [9, 9, 9] }], ['esp4']),
  changes(
    'the same with DF clear',
    ['udp4', { surplus: [9], flagsAndOffset: 0 }],
    ['udp4', { flagsAndOffset: 0, identification: ANY_ID }],
  ),
  changes('AH over IPv4: addresses and SPI, the ICV stays', ['ah4'], ['ah4']),
  changes(
    'AH over IPv4 without DF keeps its ID, which the ICV covers',
    ['ah4', { flagsAndOffset: 0, identification: 0xfedc }],
    ['ah4', { flagsAndOffset: 0, identification: 0xfedc }],
  ),
  changes(
    'AH over IPv6 behind extension headers',
    ['ah6', { extensions: EXTENSIONS }],
    ['ah6', { extensions: EXTENSIONS }],
  ),
  changes('AH with options', ['ah4', { options: OPTIONS }], ['ah4', { options: OPTIONS }]),
  changes('the last hop', ['udp6', { ttl: 2 }], ['esp6', { ttl: 1 }]),
  changes('two kernel hops', ['udp6', { ttl: 62 }], ['udp6', { ttl: 63 }], { kernelHops: 2 }),
];

/**
 * A payload whose last word makes the checksum of the packet, as it comes or leaves, 0xffff: computed as 0x0000.
 * @param cornered the packet, by its payload
 */
function corner(cornered: (payload: number[]) => Ip): number[] {
  const payload = (last: number) => [...Array<number>(10).fill(0xff), ...bytes16(last)];
  return payload(word16(cornered(payload(0)).body, 6));
}

const CORNERS: readonly Scenario[] = (['udp4', 'udp6'] as const).flatMap((leg) => {
  const out = corner((payload) => leaves(leg, { payload, checksum: 'right' }));
  const incoming = corner((payload) => arrives(leg, { payload, checksum: 'right' }));
  const checksum = 'right' as const;
  return [
    changes(
      `${leg}: a checksum that comes out as 0x0000 leaves as 0xffff`,
      [leg, { payload: out, checksum }],
      [leg, { payload: out, checksum: 0xffff }],
    ),
    changes(
      `${leg}: a checksum that comes as 0xffff`,
      [leg, { payload: incoming, checksum: 0xffff }],
      [leg, { payload: incoming, checksum }],
    ),
  ];
});
const MADE = corner((payload) => leaves('udp6', { payload, checksum: 'right' }));
const MADE_CORNER = changes(
  'esp6 to udp6: a checksum that is computed as 0x0000 leaves as 0xffff',
  ['esp6', { payload: MADE }],
  ['udp6', { payload: MADE, checksum: 0xffff }],
);

const PEER = between('udp4', 'esp4', { srcPort: FIRST_PORT });

const refuses = (
  verdict: Parameters<typeof drop>[0],
  description: string,
  [leg, words]: readonly [Leg, Words?],
  more: Partial<Scenario> = {},
): Scenario => ({
  description,
  sas: [between(leg, leg)],
  steps: [drop(verdict, arrives(leg, words))],
  ...more,
});
const body4 = (content: readonly number[]): readonly [Leg, Words] => ['udp4', { body: content }];
const body6 = (content: readonly number[]): readonly [Leg, Words] => ['udp6', { body: content }];
const segment = (content: readonly number[], destinationPort = 4500) => udp(content, { destinationPort });
const segment6 = (content: readonly number[], destinationPort = 4500) =>
  udp(content, { destinationPort, between: [FIRST[6], RELAY[6]] });
const SPI = bytes32(0xaaaa0001);

const REFUSED: readonly Scenario[] = [
  refuses('keepalive', 'one byte, 0xff', body4(segment([0xff]))),
  refuses('keepalive', 'the same over IPv6', body6(segment6([0xff]))),
  refuses('keepalive', 'with bytes behind UDP', body4([...segment([0xff]), 1, 2, 3])),
  refuses('bad-udp', 'one byte, not 0xff', body4(segment([0xfe]))),
  refuses('bad-udp', 'no byte', body4(segment([]))),
  refuses('bad-udp', 'three bytes', body4(segment([0xff, 0xff, 0xff]))),
  refuses('bad-udp', 'seven bytes of header', body4([0xef, 0x32, 0x11, 0x94, 0, 8, 0])),
  refuses('bad-udp', 'a length within the header', ['udp4', { udpLength: 7 }]),
  refuses('bad-udp', 'a length one beyond the packet', ['udp4', { udpLength: 49 }]),
  refuses('bad-udp', 'no checksum over IPv6', ['udp6', { checksum: 0 }]),
  refuses('bad-udp', 'no checksum over IPv6, before it is a keepalive', body6(segment([0xff]))),
  refuses('keepalive', 'no checksum over IPv6, where that is allowed', body6(segment([0xff])), SETTINGS),
  refuses('ike', 'the non-ESP marker', body4(segment([0, 0, 0, 0, 1, 2, 3, 4]))),
  refuses('ike', 'the marker and nothing else', body4(segment([0, 0, 0, 0]))),
  refuses('ike', 'the marker over IPv6', body6(segment6([0, 0, 0, 0, 1]))),
  refuses('ike', 'port 500', body4(segment([1, 2, 3, 4], 500))),
  refuses('ike', 'port 500 with a bad length', body4([1, 244, 1, 244, 0, 1, 0, 0])),
  refuses('not-ipsec', 'another port', body4(segment([1, 2, 3, 4, 5, 6, 7, 8], 4501))),
  refuses(
    'not-ipsec',
    'from port 4500, to a relay',
    body4(udp(esp(0xaaaa0001), { sourcePort: 4500, destinationPort: 53 })),
  ),
  refuses('esp-too-short', 'seven bytes in UDP', body4(segment([...SPI, 0, 0, 0]))),
  refuses(
    'esp-too-short',
    'eight bytes, of which UDP counts seven',
    body4([...segment([...SPI, 0, 0, 0]), 0]),
  ),
  refuses('esp-too-short', 'seven bytes over IPv6', ['esp6', { body: [...SPI, 0, 0, 0] }]),
  refuses('esp-too-short', 'nothing behind the headers', ['esp6', { extensions: EXTENSIONS, body: [] }]),
  refuses('ah-too-short', 'eleven bytes', ['ah4', { body: ah(0xaaaa0001).slice(0, 11) }]),
  refuses('ah-too-short', 'a length beyond the packet', ['ah4', { body: ah(0xaaaa0001, [1, 2, 3, 4], 14) }]),
  refuses('ah-too-short', 'a length beyond the packet, over IPv6', [
    'ah6',
    { body: ah(0xaaaa0001, [1, 2, 3, 4], 255) },
  ]),
  refuses('spi-zero', 'AH', ['ah4', { spi: 0 }]),
  refuses('spi-zero', 'ESP over IPv6', ['esp6', { spi: 0 }]),
  refuses('spi-reserved', 'UDP', ['udp4', { spi: 255 }]),
  refuses('spi-reserved', 'AH over IPv6', ['ah6', { spi: 1 }]),
  refuses('unknown-spi', 'an SPI of UDP, without UDP', ['esp4'], { sas: [between('udp4', 'udp4')] }),
  refuses('unknown-spi', 'an SPI of ESP, in UDP', ['udp4'], { sas: [between('esp4', 'esp4')] }),
  refuses('unknown-spi', 'an SPI of AH, in ESP', ['esp6'], { sas: [between('ah6', 'ah6')] }),
  refuses('unknown-spi', 'an SPI of the other family', ['esp6'], { sas: [between('esp4', 'esp4')] }),
  refuses('peer-mismatch', 'another port behind the same NAT', ['udp4', { sourcePort: FIRST_PORT + 1 }], {
    sas: [PEER],
  }),
  refuses('peer-mismatch', 'another address over IPv6', ['esp6', { source: '2001:db8:1::2' }], {
    sas: [between('esp6', 'esp6', { src: FIRST[6] })],
  }),
  refuses('not-ipsec', 'no next header', ['esp6', { protocol: NO_NEXT_HEADER, body: [] }]),
  refuses('not-ipsec', 'UDP over IPv6 with a port of its own', body6(segment6([1, 2, 3, 4], 53))),
];

/** Two firsts behind one NAT, told apart by their ports, and a third with a port that no SA has. */
const NAT: Scenario = {
  description: 'several firsts behind one address, told apart by port',
  sas: [
    define({ kind: KIND_UDP, srcPort: 1024, toSpi: 0x22220001, toPorts: [4500, 4500] }),
    define({ kind: KIND_UDP, srcPort: 65_535, toSpi: 0x22220002, toPorts: [4500, 4500] }),
  ],
  steps: [
    ...[
      [1024, 0x22220001],
      [65_535, 0x22220002],
    ].map(([sourcePort, spi]) =>
      forward(
        arrives('udp4', { sourcePort: sourcePort! }),
        leaves('udp4', { source: RELAY[4], sourcePort: 4500, spi: spi! }),
      ),
    ),
    drop('peer-mismatch', arrives('udp4', { sourcePort: 1025 })),
  ],
};

const MAPPED = [...Array<number>(10).fill(0), 0xff, 0xff, 198, 18, 1, 1];
const badBytes = (
  verdict: Parameters<typeof drop>[0],
  description: string,
  fields: Ipv6Fields,
): Scenario => ({
  description,
  sas: [between('esp6', 'esp6')],
  steps: [drop(verdict, buildIpv6(fields))],
});
const bad6 = (verdict: Parameters<typeof drop>[0], description: string, words: Words): Scenario =>
  refuses(verdict, description, ['esp6', words]);

const MALFORMED: readonly Scenario[] = [
  bad6('bad-extension', 'hop-by-hop options that are not first', {
    extensions: [routing(), options(HOP_BY_HOP, [])],
  }),
  bad6('bad-extension', 'hop-by-hop options twice', {
    extensions: [options(HOP_BY_HOP, []), options(HOP_BY_HOP, [])],
  }),
  bad6('bad-extension', 'a routing header that is not at its end', { extensions: [routing(1)] }),
  bad6('bad-extension', 'nine extension headers', {
    extensions: Array(9).fill(options(DESTINATION_OPTIONS, [])),
  }),
  bad6('bad-extension', 'two fragment headers', {
    extensions: [fragmentHeader(0, false, 1), fragmentHeader(0, false, 2)],
  }),
  bad6('bad-extension', 'options longer than the packet', {
    protocol: DESTINATION_OPTIONS,
    body: [50, 1, 0, 0, 0, 0, 0, 0],
  }),
  bad6('bad-extension', 'seven bytes of options', {
    protocol: DESTINATION_OPTIONS,
    body: [50, 0, 0, 0, 0, 0, 0],
  }),
  badBytes('bad-header', 'an IPv4-mapped source over IPv6', { source: MAPPED }),
  badBytes('bad-header', 'an IPv4-mapped destination over IPv6', { destination: MAPPED }),
  badBytes('truncated', 'a payload length one beyond the end', { payloadLength: 41 }),
  badBytes('bad-version', 'version 7', { version: 7 }),
  badBytes('esp-too-short', 'bytes behind the end counted as ESP', { body: SPI, padding: [0, 0, 0, 7] }),
  {
    description: 'leaves behind what lies behind the payload length',
    sas: [between('esp6', 'esp6')],
    steps: [forward(buildIpv6({ padding: [1, 2, 3] }), leaves('esp6'))],
  },
];

export const ENCAPSULATION: readonly Scenario[] = [
  ...OWN_PORTS,
  ...WHOLE,
  ...CORNERS,
  MADE_CORNER,
  NAT,
  ...REFUSED,
  ...MALFORMED,
];
