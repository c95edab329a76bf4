/** Packets that an edge, or a relay at a shared address, sends on; and an edge's own SAs, which keep addresses and ports. */

import type { DefinitionWords } from '../../model/definition.js';
import { encode, type Ip } from '../../model/ip.js';
import { fragmentHeader } from '../../model/ipv6.js';
import { TCP, udp } from '../../model/upper.js';
import { FIRST, FIRST_PORT, RELAY, STRANGER } from '../../model/world.js';
import { drop, forward, type Scenario, type Step } from '../scenario.js';
import { arrives, between, counting, expired, type Leg, message, type Words } from '../scenario-packets.js';

/** Beside first: its packets to the relay, and the answers; addresses and ports stay. */
const up = (leg: Leg, more: DefinitionWords = {}) =>
  between(leg, leg, { to: RELAY[leg.endsWith('4') ? 4 : 6], toSrc: undefined, toPorts: [0, 0], ...more });
const down = (leg: Leg) => {
  const first = FIRST[leg.endsWith('4') ? 4 : 6];
  return up(leg, { dst: first, to: first });
};
const back = (leg: Leg, words: Words = {}): Ip => {
  const family = leg.endsWith('4') ? 4 : 6;
  const ports = { sourcePort: 4500, destinationPort: FIRST_PORT };
  return arrives(leg, { source: RELAY[family], destination: FIRST[family], ...ports, ...words });
};
const LEGS = ['esp4', 'udp4', 'ah4', 'esp6', 'udp6', 'ah6'] as const;
const OUT = { spi: 0x22220001, ttl: 63 };

const SUBSTITUTED: readonly Scenario[] = LEGS.flatMap(
  (leg) =>
    [
      {
        description: `${leg}: from first, only the SPI is another`,
        role: 'edge',
        sas: [up(leg)],
        steps: [forward(arrives(leg), arrives(leg, OUT))],
      },
      {
        description: `${leg}: to first, only the SPI is another`,
        role: 'edge',
        sas: [down(leg)],
        steps: [forward(back(leg), back(leg, OUT))],
      },
      {
        description: `${leg}: without DF the ID stays`,
        role: 'edge',
        sas: [up(leg)],
        steps: [forward(arrives(leg, { flagsAndOffset: 0 }), arrives(leg, { ...OUT, flagsAndOffset: 0 }))],
      },
    ] satisfies Scenario[],
);

/** RFC 4302's ICV covers the addresses: first computes as if it were the relay, and the edge swaps them. */
const AH: Scenario = {
  description: 'ah4: addresses are swapped where the SA names them',
  role: 'edge',
  sas: [between('ah4', 'ah4', { dst: '198.18.2.2', to: RELAY[4], toSrc: FIRST[4] })],
  steps: [
    forward(
      arrives('ah4', { source: RELAY[4], destination: '198.18.2.2', flagsAndOffset: 0 }),
      arrives('ah4', { ...OUT, flagsAndOffset: 0 }),
    ),
  ],
};

const passes = (
  description: string,
  packet: Ip,
  sent: Ip = { ...packet, ttl: packet.ttl - 1 },
): Scenario => ({
  description: `sends on ${description}`,
  sas: [between('esp4', 'esp4'), between('udp4', 'udp4'), between('udp6', 'udp6'), between('esp6', 'esp6')],
  steps: [{ received: packet, verdict: 'pass', sent }],
});
const segment = (payload: readonly number[], destinationPort: number) =>
  udp(payload, { sourcePort: FIRST_PORT, destinationPort });
const quoting = (ip: Ip) => [...encode(ip)];
const icmp4 = (fields: Parameters<typeof message>[2]) => message(STRANGER[4], RELAY[4], fields);
const icmp6 = (fields: Parameters<typeof message>[2]) => message(STRANGER[6], RELAY[6], fields);

const OTHERS: readonly Scenario[] = [
  passes('TCP over IPv6', arrives('esp6', { protocol: TCP, body: counting(40) })),
  passes('DNS', arrives('udp4', { body: segment([1, 2, 3, 4], 53) })),
  passes('IKE on port 500', arrives('udp4', { body: segment([1, 2, 3, 4], 500) })),
  passes('IKE on port 4500', arrives('udp4', { spi: 0 })),
  passes('IKE over IPv6', arrives('udp6', { spi: 0 })),
  passes('IKE with bytes behind UDP, which stay', arrives('udp4', { spi: 0, surplus: [1, 2, 3] })),
  passes('a NAT keepalive', arrives('udp4', { body: segment([0xff], 4500) })),
  passes('UDP with an unknown SPI', arrives('udp4', { spi: 1000 })),
  passes(
    'UDP with an unknown SPI and bytes behind UDP, which stay',
    arrives('udp4', { spi: 1000, surplus: [1, 2, 3] }),
  ),
  passes('AH with an unknown SPI', arrives('ah6')),
  passes('a reserved SPI over IPv6', arrives('esp6', { spi: 255 })),
  passes('an atomic fragment', arrives('esp6', { spi: 1000, extensions: [fragmentHeader(0, false, 7)] })),
  passes('an echo request', icmp4({ type: 8 })),
  passes('an echo request over IPv6', icmp6({ type: 128 })),
  passes(
    'an ICMP error about something else',
    icmp4({ type: 11, data: quoting(arrives('esp4', { spi: 1000 })) }),
  ),
  passes('ICMP with a wrong checksum', icmp4({ type: 8, checksum: 0x1234 })),
  passes('ICMPv6 with a wrong checksum', icmp6({ type: 128, checksum: 0x1234 })),
  passes('four bytes of ICMP', { ...icmp4({ type: 8 }), body: [8, 0, 0xf7, 0xff] }),
  passes('a redirect', icmp4({ type: 5, data: quoting(arrives('esp4')) })),
  passes('neighbour solicitation', icmp6({ type: 135, data: counting(16) })),
];

const refuses = (description: string, step: Step): Scenario => ({
  ...passes('', arrives('esp4')),
  description,
  steps: [step],
});
const EXPIRING: readonly (readonly [string, Ip, boolean])[] = [
  ['TCP', arrives('esp4', { protocol: TCP, body: counting(40), ttl: 1 }), true],
  ['IKE over IPv6', arrives('udp6', { spi: 0, ttl: 1 }), true],
  ['IKE with bytes behind UDP', arrives('udp4', { spi: 0, ttl: 1, surplus: [1, 2] }), true],
  ['an echo request: traceroute must see it', message(STRANGER[4], RELAY[4], { type: 8 }, { ttl: 1 }), true],
  ['an echo request over IPv6', message(STRANGER[6], RELAY[6], { type: 128 }, { ttl: 1 }), true],
  ['an ICMP error', message(STRANGER[4], RELAY[4], { type: 11 }, { ttl: 1 }), false],
  ['a redirect', message(STRANGER[4], RELAY[4], { type: 5 }, { ttl: 1 }), false],
  [
    'an ICMPv6 error of a type that nobody knows',
    message(STRANGER[6], RELAY[6], { type: 100 }, { ttl: 1 }),
    false,
  ],
];
const REFUSED: readonly Scenario[] = [
  ...EXPIRING.map(([description, packet, isTold]) =>
    refuses(description, drop('ttl-expired', packet, ...(isTold ? [expired(packet)] : []))),
  ),
  refuses('UDP that is bad', drop('bad-udp', arrives('udp4', { udpLength: 7 }))),
  refuses('UDP over IPv6 without checksum', drop('bad-udp', arrives('udp6', { checksum: 0 }))),
  refuses(
    'extension headers that are bad',
    drop('bad-extension', arrives('esp6', { protocol: 60, body: [50, 9, 0, 0, 0, 0, 0, 0] })),
  ),
  refuses('SPI 0', drop('spi-zero', arrives('esp6', { spi: 0 }))),
];

const PASSED_ON: readonly Scenario[] = [...OTHERS, ...REFUSED];

const ERROR = { type: 3, code: 4, word: 1400 };
const ERRORS: readonly Scenario[] = [
  {
    description: 'an ICMP error about one of its SAs keeps its addresses',
    role: 'edge',
    sas: [up('udp4')],
    steps: [
      {
        received: message(STRANGER[4], FIRST[4], { ...ERROR, data: quoting(arrives('udp4', OUT)) }),
        verdict: 'icmp-forward',
        sent: message(
          STRANGER[4],
          FIRST[4],
          { ...ERROR, data: quoting(arrives('udp4', { ttl: 63 })) },
          { ttl: 63 },
        ),
      },
    ],
    learned: 1400,
  },
  {
    description: 'the same over IPv6',
    role: 'edge',
    sas: [up('udp6')],
    steps: [
      {
        received: message(STRANGER[6], FIRST[6], { type: 1, code: 4, data: quoting(arrives('udp6', OUT)) }),
        verdict: 'icmp-forward',
        sent: message(
          STRANGER[6],
          FIRST[6],
          { type: 1, code: 4, data: quoting(arrives('udp6', { ttl: 63 })) },
          { ttl: 63 },
        ),
      },
    ],
  },
  {
    description: 'UDP that the edge took off comes back with the port that was there',
    role: 'edge',
    sas: [between('udp4', 'esp4', { to: RELAY[4], toSrc: undefined })],
    steps: [
      forward(arrives('udp4', { sourcePort: 4500 }), arrives('esp4', OUT)),
      {
        received: message(STRANGER[4], FIRST[4], { type: 11, data: quoting(arrives('esp4', OUT)) }),
        verdict: 'icmp-forward',
        sent: message(
          STRANGER[4],
          FIRST[4],
          { type: 11, data: quoting(arrives('udp4', { sourcePort: 4500, ttl: 63 })) },
          { ttl: 63 },
        ),
      },
    ],
  },
];

/** The relay's addresses are the host's own: packets that are not for an SA are the host's. */
const SHARED: readonly Scenario[] = [
  ...PASSED_ON.map((scenario) => ({ ...scenario, settings: { passesOthers: true } })),
  {
    description: 'a relay at a shared address forwards as any other',
    sas: [between('udp4', 'esp6')],
    settings: { passesOthers: true },
    steps: [drop('esp-too-short', arrives('udp4', { payload: [], body: segment([0xaa, 0xaa, 0, 1], 4500) }))],
  },
  {
    description: 'UDP from port 4500 to another is the host’s, and not looked into',
    sas: [down('udp4')],
    settings: { passesOthers: true },
    steps: [{ received: back('udp4'), verdict: 'pass', sent: back('udp4', { ttl: 63 }) }],
  },
];

export const EDGE: readonly Scenario[] = [
  ...SUBSTITUTED,
  AH,
  ...PASSED_ON.map((scenario) => ({ ...scenario, role: 'edge' as const })),
  ...ERRORS,
  ...SHARED.map((scenario) => ({ ...scenario, description: `shared address: ${scenario.description}` })),
];
