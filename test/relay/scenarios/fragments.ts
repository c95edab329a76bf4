/** Fragments that follow their first: in order, out of order, or put together; and how they are rewritten. */
import { bytes32 } from '../../model/bytes.js';
import { cut } from '../../model/egress.js';
import type { Ip, Ipv4, Ipv6 } from '../../model/ip.js';
import { DESTINATION_OPTIONS, fragmentHeader, HOP_BY_HOP, options } from '../../model/ipv6.js';
import { esp, udp } from '../../model/upper.js';
import { FIRST, RELAY } from '../../model/world.js';
import { ANY_ID, ANY_LABEL, drop, forward, hold, OTHER_ID, type Scenario } from '../scenario.js';
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
import {
  first6,
  ID,
  kept6,
  P0,
  P1,
  P3,
  PAYLOAD,
  PLACES,
  received,
  S0,
  S1,
  S3,
  SAS,
  sent,
  shifted,
} from './fragment-words.js';

const LABEL = { flowLabel: ANY_LABEL };

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
  ...REWRITTEN,
  ...EDGE,
];
