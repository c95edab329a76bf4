/** ICMP: echo, and errors about what the relay sent, translated to whom it concerns. */
import { bytes16 } from '../../model/bytes.js';
import { cut } from '../../model/egress.js';
import { encode, type Ip, type Ipv4 } from '../../model/ip.js';
import { HOP_BY_HOP, options } from '../../model/ipv6.js';
import { FIRST, FIRST_PORT, FRONT, FRONT_PORT, RELAY, SECOND } from '../../model/world.js';
import { ANY_ID, drop, forward, OTHER_ID, type Scenario, type Step } from '../scenario.js';
import { arrives, between, counting, type Leg, leaves, message, type Words } from '../scenario-packets.js';

/** A router on second's side. */
const ROUTER = { 4: '203.0.113.1', 6: '2001:db8:ffff::1' } as const;

const family = (leg: Leg): 4 | 6 => (leg.endsWith('4') ? 4 : 6);

interface Meaning {
  readonly type: number;
  readonly code?: number;
  readonly word?: number;
}

const TIME_EXCEEDED: Record<4 | 6, Meaning> = { 4: { type: 11 }, 6: { type: 3 } };
const tooBig = (of: 4 | 6, mtu: number): Meaning =>
  of === 4 ? { type: 3, code: 4, word: mtu } : { type: 2, word: mtu };

/** An error of the router about what it quotes, to whom that came from. */
const about = (
  quoted: Ip | Uint8Array,
  leg: Leg,
  fields: Meaning,
  more: Parameters<typeof message>[3] = {},
): Ip => {
  const data = [...(quoted instanceof Uint8Array ? quoted : encode(quoted))];
  const of = family(leg);
  return message(ROUTER[of], FRONT[of], { ...fields, data }, more);
};

/** What first is told: from the relay address it knows, quoting what it had sent. */
const told = (
  original: Ip | Uint8Array,
  leg: Leg,
  fields: Meaning,
  more: Parameters<typeof message>[3] = {},
): Ip => {
  const data = [...(original instanceof Uint8Array ? original : encode(original))];
  const of = family(leg);
  const id = of === 4 ? { identification: ANY_ID } : {};
  return message(RELAY[of], FIRST[of], { ...fields, data }, { ttl: 63, ...id, ...more });
};

const translates = (received: Ip, sent: Ip): Step => ({ received, verdict: 'icmp-forward', sent });

/** A packet as second's router has it, three hops on. */
const quoted = (leg: Leg, words: Words = {}): Ip => leaves(leg, { ttl: 60, ...words });

/**
 * The same as first had sent it. What cannot be known: the identification and flow label of another family, and the
 * checksum of a UDP header that was taken off.
 */
function original(from: Leg, to: Leg, words: Words = {}): Ip {
  const knows = from.startsWith('udp') && to.startsWith('udp');
  const changes = family(from) !== family(to);
  const unknown = changes && family(from) === 4 ? { identification: 0xffff, flagsAndOffset: 0 } : {};
  return arrives(from, { ttl: 60, ...unknown, ...(knows ? {} : { checksum: 0 }), ...words });
}

/** The UDP checksum is right on both sides where either must have one. */
function checksums(from: Leg, to: Leg): Words {
  const isUdp = from.startsWith('udp') && to.startsWith('udp');
  return isUdp && (from === 'udp6' || to === 'udp6') ? { checksum: 'right' } : {};
}

const LEGS = ['esp4', 'udp4', 'esp6', 'udp6'] as const;
const PAIRS: readonly (readonly [Leg, Leg])[] = [
  ...LEGS.flatMap((from) => LEGS.map((to) => [from, to] as const)),
  ['ah4', 'ah4'],
  ['ah6', 'ah6'],
];

/** Bytes that the relay adds to a packet. */
function delta(from: Leg, to: Leg): number {
  const headers = (leg: Leg) => (family(leg) === 4 ? 20 : 40) + (leg.startsWith('udp') ? 8 : 0);
  return headers(to) - headers(from);
}

/** The relay has sent a packet before, so that it knows where the SA's packets come from. */
const sentBefore = (from: Leg, to: Leg): Step => {
  const changes = family(from) !== family(to);
  const sent = !changes
    ? {}
    : family(to) === 4
      ? { identification: ANY_ID, flagsAndOffset: 0 }
      : { flowLabel: 0xf4eef };
  const checksum = from === 'udp6' && to === 'udp4' ? ({ checksum: 'right' } as const) : {};
  return forward(arrives(from), leaves(to, { ...sent, ...checksum }));
};

const EXPIRED = PAIRS.map(
  ([from, to]): Scenario => ({
    description: `${from} to ${to}: time exceeded behind the relay`,
    sas: [between(from, to)],
    steps: [
      sentBefore(from, to),
      translates(
        about(quoted(to, checksums(from, to)), to, TIME_EXCEEDED[family(to)], { tos: 0xc0, ttl: 61 }),
        told(original(from, to, checksums(from, to)), from, TIME_EXCEEDED[family(from)], {
          tos: 0xc0,
          ttl: 60,
        }),
      ),
    ],
  }),
);

const TOO_BIG = PAIRS.flatMap(([from, to]) =>
  [1400, 1280, 576, 68].map((mtu): Scenario => {
    const floor = family(from) === 4 ? 576 : 1280;
    const told1 = tooBig(family(from), Math.max(mtu - delta(from, to), floor));
    return {
      description: `${from} to ${to}: a router’s MTU of ${mtu}`,
      sas: [between(from, to)],
      mtu: 1500,
      steps: [
        sentBefore(from, to),
        translates(
          about(quoted(to, checksums(from, to)), to, tooBig(family(to), mtu)),
          told(original(from, to, checksums(from, to)), from, told1),
        ),
      ],
      learned: Math.max(mtu, family(to) === 4 ? 576 : 1280),
    };
  }),
);

const one = (
  description: string,
  from: Leg,
  to: Leg,
  received: Ip,
  sent: Ip,
  more: Partial<Scenario> = {},
): Scenario => ({
  description: `${from} to ${to}: ${description}`,
  sas: [between(from, to)],
  steps: [sentBefore(from, to), translates(received, sent)],
  ...more,
});
const still = (from: Leg, to: Leg) => original(from, to, checksums(from, to));

const MEANINGS: readonly Scenario[] = [
  one(
    'a protocol that is unreachable is a bad next header',
    'esp6',
    'esp4',
    about(quoted('esp4'), 'esp4', { type: 3, code: 2 }),
    told(still('esp6', 'esp4'), 'esp6', { type: 4, code: 1, word: 6 }),
  ),
  one(
    'the same back',
    'esp4',
    'esp6',
    about(quoted('esp6'), 'esp6', { type: 4, code: 1, word: 6 }),
    told(still('esp4', 'esp6'), 'esp4', { type: 3, code: 2 }),
  ),
  one(
    'administratively prohibited',
    'esp4',
    'udp6',
    about(quoted('udp6'), 'udp6', { type: 1, code: 1 }),
    told(still('esp4', 'udp6'), 'esp4', { type: 3, code: 10 }),
  ),
  one(
    'host unreachable',
    'udp6',
    'esp4',
    about(quoted('esp4'), 'esp4', { type: 3, code: 1 }),
    told(still('udp6', 'esp4'), 'udp6', { type: 1, code: 0 }),
  ),
  one(
    'port unreachable',
    'udp4',
    'udp6',
    about(quoted('udp6'), 'udp6', { type: 1, code: 4 }),
    told(still('udp4', 'udp6'), 'udp4', { type: 3, code: 3 }),
  ),
  one(
    'a problem with the TTL',
    'esp6',
    'esp4',
    about(quoted('esp4'), 'esp4', { type: 12, word: 0x08000000 }),
    told(still('esp6', 'esp4'), 'esp6', { type: 4, word: 7 }),
  ),
  one(
    'a problem with the source',
    'esp4',
    'esp6',
    about(quoted('esp6'), 'esp6', { type: 4, word: 23 }),
    told(still('esp4', 'esp6'), 'esp4', { type: 12, word: 0x0c000000 }),
  ),
  one(
    'a problem keeps its place within a family',
    'esp4',
    'esp4',
    about(quoted('esp4'), 'esp4', { type: 12, code: 1, word: 0x14000000 }),
    told(still('esp4', 'esp4'), 'esp4', { type: 12, code: 1, word: 0x14000000 }),
  ),
  one(
    'a code keeps within a family, also one that no other knows',
    'esp4',
    'esp4',
    about(quoted('esp4'), 'esp4', { type: 3, code: 14 }),
    told(still('esp4', 'esp4'), 'esp4', { type: 3, code: 14 }),
  ),
  one(
    'what lies in the unused bytes is left out',
    'esp4',
    'esp4',
    about(quoted('esp4'), 'esp4', { type: 11, word: 0x12000034 }),
    told(still('esp4', 'esp4'), 'esp4', { type: 11 }),
  ),
  one(
    'options of the error are left out',
    'esp4',
    'esp4',
    about(quoted('esp4'), 'esp4', { type: 11 }, { options: [0x94, 4, 0, 0] }),
    told(still('esp4', 'esp4'), 'esp4', { type: 11 }),
  ),
  one(
    'options of the quoted packet stay',
    'esp4',
    'esp4',
    about(quoted('esp4', { options: [0x94, 4, 0, 0] }), 'esp4', { type: 11 }),
    told(original('esp4', 'esp4', { options: [0x94, 4, 0, 0] }), 'esp4', { type: 11 }),
  ),
  one(
    'extension headers of the quoted packet stay',
    'esp6',
    'udp6',
    about(quoted('udp6', { extensions: [options(HOP_BY_HOP, [])] }), 'udp6', { type: 3 }),
    told(original('esp6', 'udp6', { extensions: [options(HOP_BY_HOP, [])] }), 'esp6', { type: 3 }),
  ),
  one(
    'the quoted ID stays',
    'esp4',
    'esp4',
    about(quoted('esp4', { identification: 0xfedc, flagsAndOffset: 0, tos: 0xbb }), 'esp4', { type: 11 }),
    told(original('esp4', 'esp4', { identification: 0xfedc, flagsAndOffset: 0, tos: 0xbb }), 'esp4', {
      type: 11,
    }),
  ),
];

const LONG = { payload: counting(1400) };
/** Of the quoted packet only so much is there. */
const begin = (ip: Ip, bytes: number): Uint8Array => encode(ip).slice(0, bytes);
/** RFC 4884 §4: the quote filled up to `words` of its unit, then extensions. */
const extended = (ip: Ip, bytes: number): Uint8Array => {
  const quote = begin(ip, bytes);
  const filled = new Uint8Array(bytes + 12);
  filled.set(quote);
  filled.set([0x20, 0, 0, 0, 0, 8, 1, 1, 0, 1, 2, 3], bytes);
  return filled;
};

const LENGTHS: readonly Scenario[] = [
  one(
    'the shortest quote: eight bytes behind the header',
    'esp4',
    'esp4',
    about(begin(quoted('esp4'), 28), 'esp4', { type: 11 }),
    told(begin(original('esp4', 'esp4'), 28), 'esp4', { type: 11 }),
  ),
  one(
    'eight bytes of ESP become UDP and ESP',
    'udp4',
    'esp4',
    about(begin(quoted('esp4'), 28), 'esp4', { type: 11 }),
    told(begin(original('udp4', 'esp4'), 36), 'udp4', { type: 11 }),
  ),
  one(
    'four bytes show the SPI',
    'esp4',
    'esp4',
    about(begin(quoted('esp4'), 24), 'esp4', { type: 11 }),
    told(begin(original('esp4', 'esp4'), 24), 'esp4', { type: 11 }),
  ),
  one(
    'a quote that fills 1280 bytes is cut to 576',
    'esp4',
    'esp6',
    about(begin(quoted('esp6', LONG), 1232), 'esp6', tooBig(6, 1400)),
    told(begin(original('esp4', 'esp6', { ...LONG, flagsAndOffset: 0x4000 }), 548), 'esp4', tooBig(4, 1380)),
  ),
  one(
    'a quote of 576 bytes grows',
    'udp6',
    'esp4',
    about(begin(quoted('esp4', LONG), 548), 'esp4', tooBig(4, 1400)),
    told(begin(original('udp6', 'esp4', LONG), 576), 'udp6', tooBig(6, 1428)),
  ),
  one(
    'a quote that would be longer than 576 bytes is cut',
    'udp4',
    'esp4',
    about(begin(quoted('esp4', LONG), 548), 'esp4', tooBig(4, 1400)),
    told(begin(original('udp4', 'esp4', LONG), 548), 'udp4', tooBig(4, 1408)),
  ),
  one(
    'extensions behind the quote are cut off (RFC 4884)',
    'esp4',
    'esp4',
    about(extended(quoted('esp4', LONG), 128), 'esp4', { type: 3, code: 1, word: 32 << 16 }),
    told(begin(original('esp4', 'esp4', LONG), 128), 'esp4', { type: 3, code: 1 }),
  ),
  one(
    'over IPv6 too',
    'esp4',
    'esp6',
    about(extended(quoted('esp6', LONG), 128), 'esp6', { type: 1, code: 0, word: 16 << 24 }),
    told(begin(original('esp4', 'esp6', { ...LONG, flagsAndOffset: 0x4000 }), 108), 'esp4', {
      type: 3,
      code: 1,
    }),
  ),
  one(
    'what fills a short quote up is cut off with them',
    'esp4',
    'esp4',
    about(extended(quoted('esp4'), 128), 'esp4', { type: 11, word: 32 << 16 }),
    told(original('esp4', 'esp4'), 'esp4', { type: 11 }),
  ),
];

const MTUS: readonly Scenario[] = [
  one(
    'a router that states no MTU: the plateau below (RFC 1191 §7)',
    'esp4',
    'esp4',
    about(begin(quoted('esp4', LONG), 28), 'esp4', tooBig(4, 0)),
    told(begin(original('esp4', 'esp4', LONG), 28), 'esp4', tooBig(4, 1006)),
    { learned: 1006 },
  ),
  one(
    'no MTU, over IPv6 and UDP in',
    'udp6',
    'esp4',
    about(begin(quoted('esp4', { payload: counting(1472) }), 28), 'esp4', tooBig(4, 0)),
    told(begin(original('udp6', 'esp4', { payload: counting(1472) }), 56), 'udp6', tooBig(6, 1492 + 28)),
    { learned: 1492 },
  ),
  one(
    'an MTU beyond all packets',
    'esp4',
    'esp6',
    about(quoted('esp6'), 'esp6', tooBig(6, 0xffffffff)),
    told(still('esp4', 'esp6'), 'esp4', tooBig(4, 65_535 - 20)),
    { learned: 65_535 },
  ),
  one(
    'never told more than 65,535',
    'esp6',
    'esp4',
    about(quoted('esp4'), 'esp4', tooBig(4, 65_535)),
    told(still('esp6', 'esp4'), 'esp6', tooBig(6, 65_535)),
    { learned: 65_535 },
  ),
  {
    description: 'what was learnt is never raised by an error',
    sas: [between('esp4', 'esp4')],
    steps: [
      sentBefore('esp4', 'esp4'),
      translates(
        about(quoted('esp4'), 'esp4', tooBig(4, 1400)),
        told(still('esp4', 'esp4'), 'esp4', tooBig(4, 1400)),
      ),
      translates(
        about(quoted('esp4'), 'esp4', tooBig(4, 1450)),
        told(still('esp4', 'esp4'), 'esp4', tooBig(4, 1450)),
      ),
    ],
    learned: 1400,
  },
  {
    description: 'what was learnt is told to the next who sends too much',
    sas: [between('udp4', 'udp6')],
    steps: [
      sentBefore('udp4', 'udp6'),
      translates(
        about(quoted('udp6'), 'udp6', tooBig(6, 1400)),
        told(still('udp4', 'udp6'), 'udp4', tooBig(4, 1380)),
      ),
      drop(
        'too-big',
        arrives('udp4', { payload: counting(1345) }),
        message(
          RELAY[4],
          FIRST[4],
          {
            type: 3,
            code: 4,
            word: 1380,
            data: [...encode(arrives('udp4', { payload: counting(1345) }))].slice(0, 548),
          },
          { tos: 0xc0, identification: OTHER_ID },
        ),
      ),
    ],
    learned: 1400,
  },
];

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

export const ICMP: readonly Scenario[] = [
  ...EXPIRED,
  ...TOO_BIG,
  ...MEANINGS,
  ...LENGTHS,
  ...MTUS,
  ...CONCERNED,
  ...UNMATCHED,
  ...BAD,
  ...ECHO,
  RATE,
];
