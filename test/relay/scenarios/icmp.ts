/** ICMP: echo, errors that are translated, and errors that are dropped. */
import { bytes16 } from '../../model/bytes.js';
import { cut } from '../../model/egress.js';
import { encode, type Ip, type Ipv4 } from '../../model/ip.js';
import { FIRST, FIRST_PORT, FRONT, FRONT_PORT, RELAY, SECOND } from '../../model/world.js';
import { drop, forward, type Scenario, type Step } from '../scenario.js';
import { arrives, between, counting, type Leg, leaves, message } from '../scenario-packets.js';
import {
  about,
  begin,
  original,
  quoted,
  ROUTER,
  sentBefore,
  still,
  told,
  tooBig,
  translates,
} from './icmp-words.js';

const PEER = between('udp4', 'esp4', { src: FIRST[4], srcPort: FIRST_PORT });

const CONCERNED: readonly Scenario[] = [
  {
    description: 'the required peer, though it never sent anything',
    sas: [PEER],
    steps: [
      translates(
        about(quoted('esp4'), 'esp4', { type: 11 }),
        told(original('udp4', 'esp4'), 'udp4', { type: 11 }),
      ),
    ],
  },
  {
    description: 'the latest source, where there were several',
    sas: [between('esp6', 'esp6')],
    steps: [
      forward(arrives('esp6', { source: '2001:db8:1::7' }), leaves('esp6')),
      sentBefore('esp6', 'esp6'),
      translates(
        about(quoted('esp6'), 'esp6', { type: 3 }),
        told(original('esp6', 'esp6'), 'esp6', { type: 3 }),
      ),
    ],
  },
  {
    description: 'of two SAs with one emission, the one that was last used',
    sas: [between('esp4', 'esp4', { src: '198.18.1.7' }), between('esp4', 'esp4', { spi: 0xaaaa0002 })],
    steps: [
      forward(arrives('esp4', { spi: 0xaaaa0002 }), leaves('esp4')),
      translates(
        about(quoted('esp4'), 'esp4', { type: 11 }),
        told(original('esp4', 'esp4', { spi: 0xaaaa0002 }), 'esp4', { type: 11 }),
      ),
    ],
  },
  {
    description: 'UDP to the port that second’s NAT has made of 4500',
    sas: [between('esp4', 'udp4', { toPorts: [1024, 61_000] })],
    steps: [
      forward(arrives('esp4'), leaves('udp4', { sourcePort: 1024, destinationPort: 61_000 })),
      translates(
        about(quoted('udp4', { sourcePort: 1024, destinationPort: 61_000 }), 'udp4', { type: 11 }),
        told(original('esp4', 'udp4'), 'esp4', { type: 11 }),
      ),
    ],
  },
  {
    description: 'ports that the SA keeps are those of the quote',
    sas: [between('udp4', 'udp4', { toPorts: [0, 4500] })],
    steps: [
      forward(arrives('udp4', { sourcePort: 1 }), leaves('udp4', { sourcePort: 1 })),
      translates(
        about(quoted('udp4', { sourcePort: FIRST_PORT }), 'udp4', { type: 3, code: 3 }),
        told(original('udp4', 'udp4'), 'udp4', { type: 3, code: 3 }),
      ),
    ],
  },
  {
    description: 'a first fragment of what was sent',
    sas: [between('esp4', 'esp4')],
    steps: [
      sentBefore('esp4', 'esp4'),
      translates(
        about(cut(quoted('esp4', { flagsAndOffset: 0 }), [16], 7)[0]!, 'esp4', { type: 11, code: 1 }),
        told(cut(original('esp4', 'esp4', { flagsAndOffset: 0 }), [16], 7)[0]!, 'esp4', {
          type: 11,
          code: 1,
        }),
      ),
    ],
  },
];

const unmatched = (description: string, received: Ip, from: Leg = 'esp4', to: Leg = 'esp4'): Scenario => ({
  description,
  sas: [between(from, to)],
  steps: [sentBefore(from, to), drop('icmp-unmatched', received)],
});
const later = cut(quoted('esp4', { flagsAndOffset: 0, spi: 0x22220001 }), [16], 7)[1] as Ipv4;

const UNMATCHED: readonly Scenario[] = [
  unmatched('another SPI', about(quoted('esp4', { spi: 0x22220002 }), 'esp4', { type: 11 })),
  unmatched(
    'another destination',
    about(quoted('esp4', { destination: '198.18.2.3' }), 'esp4', { type: 11 }),
  ),
  unmatched(
    'another source',
    message(ROUTER[4], RELAY[4], { type: 11, data: [...encode(quoted('esp4', { source: RELAY[4] }))] }),
  ),
  unmatched(
    'another port',
    about(quoted('udp4', { sourcePort: FRONT_PORT + 1 }), 'udp4', { type: 11 }),
    'udp4',
    'udp4',
  ),
  unmatched(
    'another destination port',
    about(quoted('udp4', { destinationPort: 4501 }), 'udp4', { type: 11 }),
    'udp4',
    'udp4',
  ),
  unmatched('IKE', about(quoted('udp4', { spi: 0 }), 'udp4', { type: 11 }), 'udp4', 'udp4'),
  unmatched('another kind', about(quoted('udp4'), 'udp4', { type: 11 })),
  unmatched(
    'a packet as it came, not as it was sent',
    message(ROUTER[4], FIRST[4], { type: 11, data: [...encode(arrives('esp4'))] }),
  ),
  unmatched(
    'to another than the quoted source',
    message(ROUTER[4], RELAY[4], { type: 11, data: [...encode(quoted('esp4'))] }),
  ),
  unmatched(
    'the same over IPv6',
    message(ROUTER[6], RELAY[6], { type: 3, data: [...encode(quoted('esp6'))] }),
    'esp6',
    'esp6',
  ),
  unmatched('a later fragment, whose data looks like ESP', about(later, 'esp4', { type: 11 })),
  unmatched(
    'an error about an error',
    about(message(FRONT[4], SECOND[4], { type: 11 }), 'esp4', { type: 11 }),
  ),
  unmatched('a quote without the SPI', about(begin(quoted('esp4'), 23), 'esp4', { type: 11 })),
  unmatched(
    'a quote without the SPI of UDP',
    about(begin(quoted('udp4'), 31), 'udp4', { type: 11 }),
    'udp4',
    'udp4',
  ),
  unmatched(
    'a quote without the SPI of AH',
    about(begin(quoted('ah4'), 27), 'ah4', { type: 11 }),
    'ah4',
    'ah4',
  ),
  unmatched('half a header', about(begin(quoted('esp4'), 19), 'esp4', { type: 11 })),
  unmatched('no quote', message(ROUTER[4], FRONT[4], { type: 11 })),
  unmatched('half a header of IPv6', about(begin(quoted('esp6'), 39), 'esp6', { type: 3 }), 'esp6', 'esp6'),
  unmatched(
    'a quote of the other family',
    message(ROUTER[6], FRONT[6], { type: 3, data: [...encode(quoted('esp4'))] }),
  ),
  unmatched(
    'a code that the other family has nothing for',
    about(quoted('esp4'), 'esp4', { type: 3, code: 14 }),
    'esp6',
    'esp4',
  ),
  unmatched(
    'a pointer that the other family has nothing for',
    about(quoted('esp6'), 'esp6', { type: 4, word: 2 }),
    'esp4',
    'esp6',
  ),
  {
    description: 'nobody has sent anything yet',
    sas: [between('esp4', 'esp4')],
    steps: [drop('icmp-unmatched', about(quoted('esp4'), 'esp4', { type: 11 }))],
  },
  {
    description: 'nobody has sent anything yet, over IPv6',
    sas: [between('esp6', 'esp4')],
    steps: [drop('icmp-unmatched', about(quoted('esp4'), 'esp4', { type: 11 }))],
  },
  {
    description: 'nobody has sent anything yet, and the peer’s port is not known',
    sas: [between('udp4', 'esp4', { src: FIRST[4] })],
    steps: [drop('icmp-unmatched', about(quoted('esp4'), 'esp4', { type: 11 }))],
  },
];

const received = (description: string, verdict: Parameters<typeof drop>[0], packet: Ip): Scenario => ({
  description,
  sas: [between('esp4', 'esp4'), between('esp6', 'esp6')],
  steps: [drop(verdict, packet)],
});
const to4 = (fields: Parameters<typeof message>[2]) => message(FIRST[4], RELAY[4], fields);
const to6 = (fields: Parameters<typeof message>[2]) => message(FIRST[6], RELAY[6], fields);
const short = (ip: Ip): Ip => ({ ...ip, body: ip.body.slice(0, 7) });

const BAD: readonly Scenario[] = [
  received('seven bytes', 'bad-icmp', short(to4({ type: 8 }))),
  received('seven bytes over IPv6', 'bad-icmp', short(to6({ type: 128 }))),
  received('a wrong checksum', 'bad-icmp', to4({ type: 8, checksum: 0x1234 })),
  received('a wrong checksum over IPv6', 'bad-icmp', to6({ type: 128, checksum: 0x1234 })),
  received(
    'a checksum over IPv6 without the pseudo-header',
    'bad-icmp',
    to6({ type: 128, checksum: 0x7fff }),
  ),
  received('source quench', 'not-ipsec', to4({ type: 4, data: [...encode(leaves('esp4'))] })),
  received('redirect', 'not-ipsec', to4({ type: 5, data: [...encode(leaves('esp4'))] })),
  received('an echo reply', 'not-ipsec', to4({ type: 0 })),
  received('an echo reply over IPv6', 'not-ipsec', to6({ type: 129 })),
  received('neighbour solicitation', 'not-ipsec', to6({ type: 135, data: Array(16).fill(0) })),
  received('ICMP’s own number over IPv6', 'not-ipsec', { ...to6({ type: 128 }), protocol: 1 }),
  received('ICMPv6’s number over IPv4', 'not-ipsec', { ...to4({ type: 8 }), protocol: 58 }),
  {
    description: 'an ICMP error with its TTL used up: nobody is told',
    sas: [between('esp4', 'esp4')],
    steps: [
      sentBefore('esp4', 'esp4'),
      drop('ttl-expired', about(quoted('esp4'), 'esp4', { type: 11 }, { ttl: 1 })),
    ],
  },
];

const echo = (request: Ip, reply: Ip): Step => ({ received: request, verdict: 'echo', sent: reply });
const from4 = (fields: Parameters<typeof message>[2], more: Parameters<typeof message>[3] = {}) =>
  message(RELAY[4], FIRST[4], fields, more);
const from6 = (fields: Parameters<typeof message>[2]) => message(RELAY[6], FIRST[6], fields);
const PING = { word: 0x12340001, data: counting(57) };

const ECHO: readonly Scenario[] = [
  {
    description: 'a request over IPv4: ID and TOS kept, a TTL of its own',
    steps: [
      echo(
        message(FIRST[4], RELAY[4], { type: 8, ...PING }, { ttl: 3, tos: 0xb8, identification: 0x4711 }),
        from4({ type: 0, ...PING }, { tos: 0xb8, identification: 0x4711 }),
      ),
    ],
  },
  {
    description: 'a request over IPv6',
    steps: [echo(to6({ type: 128, ...PING }), from6({ type: 129, ...PING }))],
  },
  {
    description: 'a request through two kernel hops: 64 on the wire',
    kernelHops: 2,
    steps: [echo(to4({ type: 8, ...PING }), from4({ type: 0, ...PING }, { ttl: 65 }))],
  },
  {
    description: 'a request with options',
    steps: [
      echo(
        message(FIRST[4], RELAY[4], { type: 8 }, { options: [1, 1, 1, 0] }),
        from4({ type: 0 }, { options: [1, 1, 1, 0] }),
      ),
    ],
  },
  {
    description: 'a request of zeros, whose reply has the checksum 0xffff',
    steps: [echo(to4({ type: 8 }), from4({ type: 0 }))],
  },
  {
    description: 'a request whose reply has the checksum 0x0000',
    steps: [echo(to4({ type: 8, data: bytes16(0xffff) }), from4({ type: 0, data: bytes16(0xffff) }))],
  },
  {
    description: 'no more than the rate allows',
    settings: { icmpRate: 1 },
    steps: [
      echo(to4({ type: 8 }), from4({ type: 0 })),
      drop('rate-limit', to6({ type: 128 })),
      { ...echo(to6({ type: 128 }), from6({ type: 129 })), after: 1000 },
    ],
  },
  ...['0.0.0.0', '127.0.0.1', '224.0.0.1', '255.255.255.255'].map((source) =>
    received(`a request from ${source} is not answered`, 'not-ipsec', message(source, RELAY[4], { type: 8 })),
  ),
  ...['::', '::1', 'ff02::1'].map((source) =>
    received(
      `a request from ${source} is not answered`,
      'not-ipsec',
      message(source, RELAY[6], { type: 128 }),
    ),
  ),
];

const RATE: Scenario = {
  description: 'no more errors are translated than the rate allows, and those beyond teach nothing',
  sas: [between('esp4', 'esp4')],
  mtu: 1500,
  settings: { icmpTranslateRate: 1 },
  steps: [
    sentBefore('esp4', 'esp4'),
    translates(
      about(quoted('esp4'), 'esp4', { type: 11 }),
      told(still('esp4', 'esp4'), 'esp4', { type: 11 }),
    ),
    drop('rate-limit', about(quoted('esp4'), 'esp4', tooBig(4, 1400))),
  ],
  learned: 1500,
};

export const ICMP: readonly Scenario[] = [...CONCERNED, ...UNMATCHED, ...BAD, ...ECHO, RATE];
