/** Fragments that contradict each other, are never all there, or are of a datagram that is refused. */
import { FRAGMENT_LIMITS } from '../../model/data-plane.js';
import { cut } from '../../model/egress.js';
import type { Ip, Ipv4 } from '../../model/ip.js';
import { DESTINATION_OPTIONS, fragmentHeader } from '../../model/ipv6.js';
import { esp, ICMP } from '../../model/upper.js';
import { drop, forward, hold, type Scenario, type Step } from '../scenario.js';
import { arrives, between, counting, leaves } from '../scenario-packets.js';
import {
  first6,
  ID,
  kept6,
  P0,
  P1,
  P2,
  P3,
  PAYLOAD,
  PLACES,
  received,
  S0,
  S1,
  S2,
  S3,
  SAS,
  sent,
} from './fragment-words.js';

const TIMEOUT = FRAGMENT_LIMITS.timeoutMs;

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

export const FRAGMENTS_REFUSED: readonly Scenario[] = [...CONTRADICTIONS, ...LIMITS, ...REFUSED];
