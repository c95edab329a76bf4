/** Fragments: in order, out of order, never all of them, and those that contradict each other. */
import { bytes32 } from '../../model/bytes.js';
import { FRAGMENT_LIMITS } from '../../model/data-plane.js';
import { cut } from '../../model/egress.js';
import type { Ip, Ipv4, Ipv6 } from '../../model/ip.js';
import { DESTINATION_OPTIONS, fragmentHeader, HOP_BY_HOP, options } from '../../model/ipv6.js';
import { esp, ICMP, udp } from '../../model/upper.js';
import { FIRST, RELAY } from '../../model/world.js';
import {
  ANY_ID,
  ANY_ID6,
  ANY_LABEL,
  drop,
  forward,
  hold,
  OTHER_ID,
  type Scenario,
  type Step,
} from '../scenario.js';
import {
  arrives,
  between,
  counting,
  expired,
  type Leg,
  leaves,
  tooBig,
  type Words,
} from '../scenario-packets.js';

const PAYLOAD = counting(200);
const ID = 0x4711;
const LABEL = { flowLabel: ANY_LABEL };
const TIMEOUT = FRAGMENT_LIMITS.timeoutMs;

/** The packet in fragments, as they arrive. */
const received = (leg: Leg, places: readonly number[], words: Words = {}, id = ID): Ip[] =>
  cut(arrives(leg, { payload: PAYLOAD, flagsAndOffset: 0, ...words }), places, id);
/** The packet in fragments, as they leave. */
const sent = (leg: Leg, places: readonly number[], words: Words = {}): Ip[] =>
  cut(
    leaves(leg, { payload: PAYLOAD, flagsAndOffset: 0, ...words }),
    places,
    leg.endsWith('4') ? ANY_ID : ANY_ID6,
  );

/** Where the fragments are cut, and where those that leave are: behind a header that is 8 bytes shorter. */
const PLACES = [64, 128, 192];
const shifted = (places: readonly number[]) => places.map((place) => place - 8);

interface Pieces {
  readonly description: string;
  readonly legs: readonly [Leg, Leg];
  readonly in: readonly Ip[];
  readonly out: readonly Ip[];
}

const pieces = (from: Leg, to: Leg, out: readonly Ip[], words: Words = {}): Pieces => ({
  description: `${from} to ${to}`,
  legs: [from, to],
  in: received(from, PLACES, words),
  out,
});

/** Over IPv6 fragments keep their identification; a new header has a new one. */
const kept6 = (leg: Leg, places: readonly number[], words: Words = {}) =>
  cut(leaves(leg, { payload: PAYLOAD, ...words }), places, ID);

const SINGLY: readonly Pieces[] = [
  pieces('esp4', 'esp4', sent('esp4', PLACES)),
  pieces('udp4', 'udp4', sent('udp4', PLACES)),
  pieces('udp4', 'udp4', sent('udp4', PLACES, { checksum: 'right' }), { checksum: 'right' }),
  pieces('udp4', 'esp4', sent('esp4', shifted(PLACES))),
  pieces('ah4', 'ah4', cut(leaves('ah4', { payload: PAYLOAD, flagsAndOffset: 0 }), PLACES, ID)),
  pieces('esp4', 'esp6', sent('esp6', PLACES, LABEL)),
  pieces('udp4', 'esp6', sent('esp6', shifted(PLACES), LABEL)),
  pieces('udp4', 'udp6', sent('udp6', PLACES, LABEL), { checksum: 'right' }),
  pieces('esp6', 'esp6', kept6('esp6', PLACES)),
  pieces('udp6', 'udp6', kept6('udp6', PLACES)),
  pieces('udp6', 'esp6', kept6('esp6', shifted(PLACES))),
  pieces('ah6', 'ah6', kept6('ah6', PLACES)),
  pieces('esp6', 'esp4', sent('esp4', PLACES)),
  pieces('udp6', 'esp4', sent('esp4', shifted(PLACES))),
  pieces('udp6', 'udp4', sent('udp4', PLACES, { checksum: 'right' })),
];

const IN_ORDER = SINGLY.map(
  ({ description, legs, in: arriving, out }): Scenario => ({
    description: `${description}: in order, each leaves at once`,
    sas: [between(...legs)],
    steps: arriving.map((piece, i) => forward(piece, out[i]!)),
    saPackets: [arriving.length],
  }),
);

const BACKWARDS = SINGLY.map(
  ({ description, legs, in: arriving, out }): Scenario => ({
    description: `${description}: backwards, all leave with the first`,
    sas: [between(...legs)],
    steps: [
      ...arriving
        .slice(1)
        .toReversed()
        .map((piece) => hold(piece)),
      forward(arriving[0]!, out[0]!, ...out.slice(1).toReversed()),
    ],
    counted: { forward: arriving.length },
    saPackets: [arriving.length],
  }),
);

/** Those that a longer header or a checksum of the whole forbids to send singly. */
const collected = (from: Leg, to: Leg, whole: Ip, words: Words = {}): Scenario => {
  const [first, second, third, last] = received(from, PLACES, words);
  return {
    description: `${from} to ${to}: a header counts the whole, so it is put together first`,
    sas: [between(from, to)],
    steps: [hold(third!), hold(first!), hold(last!), hold(second!, whole)],
    counted: { forward: 4 },
    saPackets: [4],
  };
};
const whole = (leg: Leg, words: Words = {}) => leaves(leg, { payload: PAYLOAD, flagsAndOffset: 0, ...words });

const COLLECTED: readonly Scenario[] = [
  collected('esp4', 'udp4', whole('udp4', { identification: ANY_ID })),
  collected('esp4', 'udp6', whole('udp6', LABEL)),
  collected('esp6', 'udp6', whole('udp6')),
  collected('esp6', 'udp4', whole('udp4', { identification: ANY_ID })),
  collected('udp4', 'udp6', whole('udp6', LABEL)),
  {
    description: 'udp4 to udp6: no checksum is needed where none is wanted, so each leaves at once',
    sas: [between('udp4', 'udp6')],
    settings: { udp6ZeroChecksum: true },
    steps: received('udp4', PLACES).map((piece, i) =>
      forward(piece, sent('udp6', PLACES, { ...LABEL, checksum: 0 })[i]!),
    ),
  },
  (() => {
    const [first, last] = received('esp4', [200 - 8], { payload: PAYLOAD });
    const [firstOut, lastOut] = cut(whole('udp4'), [176], ANY_ID);
    return {
      description: 'esp4 to udp4: put together, too long, and cut again',
      sas: [between('esp4', 'udp4')],
      mtu: 200,
      // The last pieces are cut off before the first is sent.
      steps: [hold(last!), hold(first!, lastOut!, firstOut!)],
      counted: { forward: 2 },
    };
  })(),
];

const [P0, P1, P2, P3] = received('esp4', PLACES) as [Ipv4, Ipv4, Ipv4, Ipv4];
const [S0, S1, S2, S3] = sent('esp4', PLACES) as [Ipv4, Ipv4, Ipv4, Ipv4];
const SAS = [between('esp4', 'esp4')];
const moved = (ip: Ipv4, bytes: number): Ipv4 => ({ ...ip, flagsAndOffset: ip.flagsAndOffset + bytes / 8 });
const overlap = (...packets: Ip[]): Step[] => packets.map((packet) => drop('fragment-overlap', packet));

const CONTRADICTIONS: readonly Scenario[] = [
  {
    description: 'a duplicate is dropped, and the datagram lives',
    sas: SAS,
    steps: [
      forward(P0, S0),
      ...overlap(P0),
      forward(P1, S1),
      ...overlap(P1),
      forward(P2, S2),
      forward(P3, S3),
    ],
  },
  {
    description: 'a duplicate of one that waits',
    sas: SAS,
    steps: [hold(P1), ...overlap(P1), forward(P0, S0, S1)],
    counted: { 'fragment-overlap': 1, forward: 2 },
  },
  {
    description: 'whoever overlaps another, and all that come after',
    sas: SAS,
    steps: [forward(P0, S0), forward(P1, S1), ...overlap(moved(P1, 8), P2, P3)],
  },
  {
    description: 'those that wait die with the datagram',
    sas: SAS,
    steps: [hold(P1), hold(P3), ...overlap(moved(P1, -8), P0, P2)],
    counted: { 'fragment-overlap': 5 },
  },
  {
    description: 'two ends',
    sas: SAS,
    steps: [hold(P3), ...overlap(moved(P3, 64), P0)],
    counted: { 'fragment-overlap': 3 },
  },
  {
    description: 'a fragment behind the end',
    sas: SAS,
    steps: [hold(P3), ...overlap({ ...moved(P2, 128), body: P2.body })],
    counted: { 'fragment-overlap': 2 },
  },
  {
    description: 'the same over IPv6',
    sas: [between('esp6', 'esp6')],
    steps: [
      forward(received('esp6', PLACES)[0]!, kept6('esp6', PLACES)[0]!),
      ...overlap(received('esp6', [56])[1]!, received('esp6', PLACES)[1]!),
    ],
  },
];

const ids = Array.from({ length: 17 }, (_, i) => received('esp4', PLACES, {}, i + 1));

const LIMITS: readonly Scenario[] = [
  {
    description: 'those that wait die when the time is up, and not before',
    sas: SAS,
    steps: [hold(P1), { ...hold(P2), after: TIMEOUT - 2 }, { after: 2 }, forward(P0, S0)],
    counted: { 'fragment-timeout': 2, forward: 1 },
  },
  {
    description: 'the time counts from the first to arrive',
    sas: SAS,
    steps: [hold(P1), { ...forward(P0, S0, S1), after: TIMEOUT - 1 }, { after: 2 }, hold(P2)],
    counted: { forward: 2 },
  },
  {
    description: 'collected ones too',
    sas: [between('esp4', 'udp4')],
    steps: [hold(P0), hold(P1), { after: TIMEOUT + 1 }],
    counted: { 'fragment-timeout': 2 },
  },
  {
    description: 'the oldest datagram goes when there are too many',
    sas: SAS,
    fragmentLimits: { ...FRAGMENT_LIMITS, datagrams: 16 },
    steps: [...ids.map((fragments) => hold(fragments[1]!)), forward(ids[16]![0]!, S0, S1)],
    counted: { 'fragment-limit': 1, forward: 2 },
  },
  {
    description: 'a datagram in more than 128 pieces',
    sas: SAS,
    steps: Array.from({ length: 129 }, (_, i) => {
      const piece = { ...P0, flagsAndOffset: 0x2000 + 10 + i, body: counting(8) };
      return i < 128 ? hold(piece) : drop('fragment-limit', piece);
    }),
    counted: { 'fragment-limit': 129 },
  },
];

const udpFirst = (length: number): Ip => ({
  ...(arrives('udp4', { flagsAndOffset: 0x2000 }) as Ipv4),
  body: arrives('udp4').body.slice(0, length),
});
const first6 = (extensions: Ipv6['extensions'], body: readonly number[], protocol = 50): Ip => ({
  ...(arrives('esp6') as Ipv6),
  extensions,
  protocol,
  body,
});

/** All fragments of a datagram get one verdict, that of its first one. */
const alike = (
  verdict: Parameters<typeof drop>[0],
  description: string,
  arriving: readonly Ip[],
  more: Partial<Scenario> = {},
): Scenario => ({
  description,
  sas: SAS,
  steps: [hold(arriving[1]!), drop(verdict, arriving[0]!), drop(verdict, arriving[2]!)],
  counted: { [verdict]: 3 },
  ...more,
});

const REFUSED: readonly Scenario[] = [
  alike('unknown-spi', 'an unknown SPI', received('esp4', PLACES, { spi: 1000 })),
  alike('spi-zero', 'SPI 0', received('esp4', PLACES, { spi: 0 })),
  alike('spi-reserved', 'SPI 255', received('esp4', PLACES, { spi: 255 })),
  alike('ike', 'a long IKE message', received('udp4', PLACES, { spi: 0 })),
  alike(
    'not-ipsec',
    'ICMP is never fragmented by who means well',
    received('esp4', PLACES, { protocol: ICMP }),
  ),
  alike('not-ipsec', 'UDP to another port', received('udp4', PLACES, { destinationPort: 53 })),
  alike('bad-udp', 'UDP over IPv6 without checksum', received('udp6', PLACES, { checksum: 0 })),
  alike('peer-mismatch', 'another peer', received('esp4', PLACES), {
    sas: [between('esp4', 'esp4', { src: '198.18.1.2' })],
  }),
  ...[8, 0].map(
    (length): Scenario => ({
      description: `a first fragment of UDP with ${length} bytes`,
      sas: [between('udp4', 'udp4')],
      steps: [drop(length === 0 ? 'bad-fragment' : 'first-fragment-short', udpFirst(length))],
    }),
  ),
  {
    description: 'a first fragment of AH with eight bytes',
    sas: [between('ah4', 'ah4')],
    steps: [drop('first-fragment-short', received('ah4', [8])[0]!)],
  },
  {
    description: 'eight bytes show the SPI of ESP',
    sas: SAS,
    steps: [forward(received('esp4', [8])[0]!, sent('esp4', [8])[0]!)],
  },
  {
    description: 'sixteen bytes show the SPI of UDP and AH',
    sas: [between('udp4', 'udp4'), between('ah4', 'ah4', { spi: 0xaaaa0002 })],
    steps: [
      forward(received('udp4', [16])[0]!, sent('udp4', [16])[0]!),
      forward(
        received('ah4', [16], { spi: 0xaaaa0002 })[0]!,
        cut(leaves('ah4', { payload: PAYLOAD, flagsAndOffset: 0 }), [16], ID)[0]!,
      ),
    ],
  },
  {
    description: 'a length that is no multiple of eight, in all but the last',
    sas: SAS,
    steps: [
      drop('bad-fragment', { ...P0, body: P0.body.slice(0, 63) }),
      drop('bad-fragment', { ...P1, body: counting(65) }),
    ],
  },
  {
    description: 'no data',
    sas: SAS,
    steps: [drop('bad-fragment', { ...P3, body: [] })],
  },
  {
    description: 'beyond the longest datagram',
    sas: SAS,
    steps: [
      drop('bad-fragment', { ...P3, flagsAndOffset: 0x1fff, body: counting(8) }),
      hold({ ...P3, flagsAndOffset: 0x1fff, body: counting(7) }),
    ],
    counted: { 'bad-fragment': 1 },
  },
  {
    description: 'a length that is no multiple of eight, over IPv6',
    sas: [between('esp6', 'esp6')],
    steps: [drop('bad-fragment', first6([fragmentHeader(0, true, ID)], esp(0xaaaa0001, 7, counting(1))))],
  },
  {
    description: 'headers that do not all fit the first fragment',
    sas: [between('esp6', 'esp6')],
    steps: [
      drop(
        'bad-extension',
        first6([fragmentHeader(0, true, ID)], [50, 1, 0, 0, 0, 0, 0, 0], DESTINATION_OPTIONS),
      ),
    ],
  },
];

const [X0, X1] = received('esp6', [64]) as [Ipv6, Ipv6];

const REWRITTEN: readonly Scenario[] = [
  {
    description: 'two datagrams have two IDs',
    sas: SAS,
    steps: [
      forward(P0, S0),
      forward(received('esp4', PLACES, {}, 2)[0]!, { ...S0, identification: OTHER_ID }),
      forward(P1, S1),
    ],
  },
  {
    description: 'options, TOS and the reserved bit stay with each fragment',
    sas: SAS,
    steps: [
      forward(
        { ...P0, options: [0x94, 4, 0, 0], tos: 0xbb, flagsAndOffset: 0xa000 },
        { ...S0, options: [0x94, 4, 0, 0], tos: 0xbb, flagsAndOffset: 0xa000 },
      ),
      forward({ ...P1, tos: 0x01 }, { ...S1, tos: 0x01 }),
    ],
  },
  {
    description: 'headers behind the fragment header go, and the offsets shrink by them',
    sas: [between('esp6', 'esp4')],
    steps: [
      forward(
        first6(
          [options(HOP_BY_HOP, []), fragmentHeader(0, true, ID), options(DESTINATION_OPTIONS, [])],
          esp(0xaaaa0001, 7, counting(48)),
        ),
        {
          ...(leaves('esp4', { payload: counting(48) }) as Ipv4),
          flagsAndOffset: 0x2000,
          identification: ANY_ID,
        },
      ),
      forward(first6([fragmentHeader(64, false, ID)], counting(9), DESTINATION_OPTIONS), {
        ...(leaves('esp4', { body: counting(9) }) as Ipv4),
        flagsAndOffset: 56 / 8,
        identification: ANY_ID,
      }),
    ],
  },
  {
    description: 'fragments too long for the way out are cut again',
    sas: SAS,
    mtu: 68,
    steps: [
      forward(
        P0,
        ...((cut(S0, [48], ANY_ID) as [Ip, Ip]).map((ip, i) => again(ip as Ipv4, S0, i * 48, true)) as [
          Ip,
          Ip,
        ]),
      ),
      forward(P3, S3),
      forward(
        P1,
        ...([0, 1].map((i) => again(cut(S1, [48], ANY_ID)[i] as Ipv4, S1, i * 48, true)) as [Ip, Ip]),
      ),
    ],
  },
  {
    description: 'fragments over IPv6 too long for the way out: the first one’s sender is told',
    sas: [between('esp6', 'esp6')],
    mtu: 1280,
    steps: (() => {
      const payload = counting(3000);
      const [first, last] = received('esp6', [1400], { payload });
      return [drop('too-big', first!, tooBig(first!, 1280)), drop('too-big', last!)];
    })(),
  },
  {
    description: 'TTL used up: the first one’s sender is told, once',
    sas: SAS,
    steps: [
      drop('ttl-expired', { ...P0, ttl: 1 }, expired({ ...P0, ttl: 1 })),
      drop('ttl-expired', { ...P1, ttl: 1 }),
    ],
  },
  {
    description: 'the identification alone tells datagrams of two addresses apart over IPv6',
    sas: [between('esp6', 'esp6')],
    steps: [
      hold({ ...X1, protocol: 17 }),
      forward(X0, kept6('esp6', [64])[0]!, { ...(kept6('esp6', [64])[1] as Ipv6), protocol: 17 }),
    ],
    counted: { forward: 2 },
  },
  {
    description: 'and the protocol too over IPv4',
    sas: SAS,
    steps: [hold({ ...P1, protocol: 17 }), forward(P0, S0)],
    counted: { forward: 1 },
  },
];

/** A piece of a fragment: its place in the datagram. */
function again(piece: Ipv4, fragment: Ipv4, at: number, more: boolean): Ipv4 {
  const offset = (fragment.flagsAndOffset % 0x2000) + at / 8;
  return { ...piece, flagsAndOffset: (more ? 0x2000 : 0) + offset };
}

const IKE = cut(
  arrives('udp4', {
    flagsAndOffset: 0,
    body: udp([0, 0, 0, 0, ...bytes32(7), ...counting(200)], { destinationPort: 4500 }),
  }),
  PLACES,
  ID,
) as Ipv4[];
const passes = (ip: Ip): Ip => ({ ...ip, ttl: ip.ttl - 1 });

const EDGE: readonly Scenario[] = [
  {
    description: 'an edge sends on fragments of what it has no SA for, with the ID they had',
    role: 'edge',
    sas: SAS,
    steps: [
      hold(IKE[2]!),
      { received: IKE[0]!, verdict: 'pass', sent: passes(IKE[0]!), beside: [passes(IKE[2]!)] },
      { received: IKE[1]!, verdict: 'pass', sent: passes(IKE[1]!) },
    ],
    counted: { pass: 3 },
  },
  {
    description: 'an edge that keeps the source keeps the ID',
    role: 'edge',
    sas: [between('esp4', 'esp4', { toSrc: undefined })],
    steps: [
      forward(P0, { ...S0, source: FIRST[4], identification: ID }),
      forward(P1, { ...S1, source: FIRST[4], identification: ID }),
    ],
  },
  {
    description: 'an edge, fragments of the other direction',
    role: 'edge',
    sas: [between('udp4', 'udp4', { dst: FIRST[4], to: FIRST[4], toSrc: undefined, toPorts: [0, 0] })],
    steps: received('udp4', PLACES, {
      source: RELAY[4],
      destination: FIRST[4],
      sourcePort: 4500,
      destinationPort: 61_234,
    }).map((piece, i) =>
      forward(
        piece,
        cut(
          leaves('udp4', {
            source: RELAY[4],
            destination: FIRST[4],
            sourcePort: 4500,
            destinationPort: 61_234,
            payload: PAYLOAD,
            flagsAndOffset: 0,
          }),
          PLACES,
          ID,
        )[i]!,
      ),
    ),
  },
];

export const FRAGMENTS: readonly Scenario[] = [
  ...IN_ORDER,
  ...BACKWARDS,
  ...COLLECTED,
  ...CONTRADICTIONS,
  ...LIMITS,
  ...REFUSED,
  ...REWRITTEN,
  ...EDGE,
];
