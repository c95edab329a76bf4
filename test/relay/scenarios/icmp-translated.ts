/** ICMP errors about the relay's packets, translated to first: types, lengths and MTUs in all pairs of legs. */
import { encode, type Ip } from '../../model/ip.js';
import { HOP_BY_HOP, options } from '../../model/ipv6.js';
import { FIRST, RELAY } from '../../model/world.js';
import { drop, OTHER_ID, type Scenario } from '../scenario.js';
import { arrives, between, counting, type Leg, message } from '../scenario-packets.js';
import {
  about,
  begin,
  checksums,
  delta,
  family,
  LONG,
  original,
  quoted,
  sentBefore,
  still,
  TIME_EXCEEDED,
  told,
  tooBig,
  translates,
} from './icmp-words.js';

const LEGS = ['esp4', 'udp4', 'esp6', 'udp6'] as const;
const PAIRS: readonly (readonly [Leg, Leg])[] = [
  ...LEGS.flatMap((from) => LEGS.map((to) => [from, to] as const)),
  ['ah4', 'ah4'],
  ['ah6', 'ah6'],
];

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
    told(still('esp4', 'esp6'), 'esp4', tooBig(4, 65_535)),
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

export const ICMP_TRANSLATED: readonly Scenario[] = [
  ...EXPIRED,
  ...TOO_BIG,
  ...MEANINGS,
  ...LENGTHS,
  ...MTUS,
];
