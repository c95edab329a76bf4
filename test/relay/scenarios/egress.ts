/** Too long for the way out, and TTL used up: the errors that senders get, and the packets that are cut up. */
import { KIND_ESP } from '../../../src/table/layout.js';
import { define } from '../../model/definition.js';
import { cut } from '../../model/egress.js';
import type { Ip } from '../../model/ip.js';
import { fragmentHeader, HOP_BY_HOP, options } from '../../model/ipv6.js';
import { FRONT, RELAY } from '../../model/world.js';
import { ANY_ID, ANY_ID6, ANY_LABEL, drop, forward, type Scenario } from '../scenario.js';
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

/** Payload of a packet of `total` bytes. */
const filling = (leg: Leg, total: number) =>
  counting(total - { esp4: 28, udp4: 36, esp6: 48, udp6: 56, ah4: 64, ah6: 84 }[leg]);

const refuses = (
  description: string,
  [from, total, words]: readonly [Leg, number, Words?],
  to: Leg,
  mtu: number,
  told: number,
): Scenario => {
  const about = arrives(from, { payload: filling(from, total), ...words });
  return {
    description: `${from} to ${to}, MTU ${mtu}: ${description}`,
    sas: [between(from, to)],
    mtu,
    steps: [drop('too-big', about, tooBig(about, told))],
  };
};

/** The packet leaves in pieces, cut where `places` say: after how many bytes behind the IP header. */
const cuts = (
  description: string,
  [from, total, words]: readonly [Leg, number, Words?],
  [to, sent]: readonly [Leg, Words?],
  mtu: number,
  places: readonly number[],
): Scenario => {
  const payload = filling(from, total);
  const whole = leaves(to, { payload, ...sent });
  const [first, ...others] = cut(whole, places, whole.family === 4 ? ANY_ID : ANY_ID6).map(withoutDf);
  return {
    description: `${from} to ${to}, MTU ${mtu}: ${description}`,
    sas: [between(from, to)],
    mtu,
    steps: [forward(arrives(from, { payload, ...words }), first!, ...others)],
  };
};

function withoutDf(ip: Ip): Ip {
  return ip.family === 4 ? { ...ip, flagsAndOffset: ip.flagsAndOffset & ~0x4000 } : ip;
}

const fits = (from: Leg, total: number, to: Leg, sent: Words, mtu: number): Scenario => {
  const payload = filling(from, total);
  return {
    description: `${from} to ${to}, MTU ${mtu}: just as long`,
    sas: [between(from, to)],
    mtu,
    steps: [forward(arrives(from, { payload }), leaves(to, { payload, ...sent }))],
  };
};

const LABEL = { flowLabel: ANY_LABEL };
const DF_CLEAR = { flagsAndOffset: 0 };
const COPIED = [0x94, 4, 0, 0];
/** A record route, and a no-operation behind it. */
const NOT_COPIED = [7, 7, 4, 0, 0, 0, 0, 1];

const TOO_BIG: readonly Scenario[] = [
  fits('esp4', 1400, 'esp4', {}, 1400),
  fits('esp4', 1380, 'esp6', LABEL, 1400),
  fits('esp4', 1372, 'udp6', LABEL, 1400),
  fits('esp6', 1420, 'esp4', { flagsAndOffset: 0x4000, identification: ANY_ID }, 1400),
  fits('esp6', 1392, 'udp6', {}, 1400),
  refuses('one byte too long', ['esp4', 1401], 'esp4', 1400, 1400),
  refuses('the sender is told of 8 bytes less', ['esp4', 1393], 'udp4', 1400, 1392),
  refuses('8 bytes more', ['udp4', 1409], 'esp4', 1400, 1408),
  refuses('20 bytes less', ['esp4', 1381], 'esp6', 1400, 1380),
  refuses('28 bytes less', ['esp4', 1373], 'udp6', 1400, 1372),
  refuses('20 bytes more', ['esp6', 1421], 'esp4', 1400, 1420),
  refuses('28 bytes more', ['udp6', 1429], 'esp4', 1400, 1428),
  refuses('12 bytes more', ['esp6', 1413], 'udp4', 1400, 1412),
  refuses('8 bytes less', ['esp6', 1393], 'udp6', 1400, 1392),
  refuses('AH', ['ah4', 1401], 'ah4', 1400, 1400),
  refuses('AH', ['ah6', 1401], 'ah6', 1400, 1400),
  refuses('with options, which the quote has', ['esp4', 1397, { options: COPIED }], 'esp4', 1400, 1400),
  refuses(
    'with extension headers',
    ['esp6', 1393, { extensions: [options(HOP_BY_HOP, [])] }],
    'esp6',
    1400,
    1400,
  ),
  refuses('the floor of 576 bytes', ['esp4', 577], 'esp4', 576, 576),
  refuses('nobody is asked for less than 576 bytes', ['esp4', 577], 'udp4', 576, 576),
  refuses('nobody is asked for less than 576 bytes of IPv4', ['esp4', 1400], 'esp4', 300, 576),
  refuses('nobody is asked for less than 1280 bytes of IPv6', ['esp6', 1281], 'udp6', 1280, 1280),
  refuses('MTU below the floor of IPv6', ['esp6', 1500], 'esp4', 600, 1280),
];

const CUT: readonly Scenario[] = [
  cuts('DF clear', ['esp4', 1401, DF_CLEAR], ['esp4'], 1400, [1376]),
  cuts('into three', ['esp4', 1500, DF_CLEAR], ['esp4'], 576, [552, 1104]),
  cuts('the last may be longer than the others', ['esp4', 20 + 48 + 55, DF_CLEAR], ['esp4'], 75, [48]),
  cuts('UDP added', ['esp4', 1393, DF_CLEAR], ['udp4'], 1400, [1376]),
  cuts(
    'UDP added, with the right checksum over all pieces',
    ['esp4', 1393, DF_CLEAR],
    ['udp6', LABEL],
    1400,
    [1352],
  ),
  cuts('a fragment header', ['esp4', 1400, DF_CLEAR], ['esp6', LABEL], 1400, [1352]),
  cuts('below the floor, nobody can be asked', ['esp4', 576], ['udp4'], 576, [552]),
  cuts('below the floor over IPv6', ['esp6', 1280], ['udp6'], 1280, [1232]),
  cuts('below the floor, with DF for IPv6', ['esp4', 573], ['udp6', LABEL], 580, [528]),
  cuts('below the floor, to IPv4', ['esp6', 1280], ['esp4'], 1240, [1216]),
];

const withOptions = (() => {
  const payload = filling('esp4', 600);
  const whole = leaves('esp4', { payload, options: [...NOT_COPIED, ...COPIED] });
  const [first, last] = cut(whole, [544], ANY_ID).map(withoutDf);
  return {
    description: 'esp4 to esp4: only options to be copied are in the second piece, and a new ID',
    sas: [between('esp4', 'esp4')],
    mtu: 576,
    steps: [
      forward(arrives('esp4', { payload, options: [...NOT_COPIED, ...COPIED], flagsAndOffset: 0 }), first!, {
        ...last!,
        options: COPIED,
      } as Ip),
    ],
  } satisfies Scenario;
})();

const AH_CUT = (() => {
  const payload = filling('ah4', 1401);
  const [first, last] = cut(leaves('ah4', { payload }), [1376], 0x1234).map(withoutDf);
  return {
    description: 'ah4 to ah4: DF clear, and the ID kept, which the ICV covers',
    sas: [between('ah4', 'ah4')],
    mtu: 1400,
    steps: [forward(arrives('ah4', { payload, flagsAndOffset: 0 }), first!, last!)],
  } satisfies Scenario;
})();

const EXPIRED: readonly Scenario[] = (['udp4', 'ah4', 'esp6', 'udp6', 'ah6'] as const).map((leg) => {
  const about = arrives(leg, { ttl: 1 });
  return {
    description: `${leg}: the last hop, and its sender is told`,
    sas: [between(leg, leg)],
    steps: [drop('ttl-expired', about, expired(about))],
  };
});

const quiet = (description: string, leg: Leg, words: Words): Scenario => ({
  description: `nobody is told: ${description}`,
  sas: [between(leg, leg)],
  steps: [drop('ttl-expired', arrives(leg, { ttl: 1, ...words }))],
});

const QUIET: readonly Scenario[] = [
  quiet('0.0.0.0/8', 'udp4', { source: '0.0.0.1' }),
  quiet('loopback', 'esp4', { source: '127.0.0.1' }),
  quiet('multicast', 'esp4', { source: '224.0.0.1' }),
  quiet('broadcast', 'esp4', { source: '255.255.255.255' }),
  quiet('the unspecified address', 'esp6', { source: '::' }),
  quiet('loopback over IPv6', 'esp6', { source: '::1' }),
  quiet('multicast over IPv6', 'esp6', { source: 'ff02::1' }),
];

const long6 = arrives('esp6', { ttl: 1, payload: counting(1400) });
const long4 = arrives('esp4', { ttl: 1, payload: counting(1400) });
const surplus = arrives('udp4', { ttl: 1, surplus: [1, 2, 3] });
const RATE = { settings: { icmpRate: 2 } };

const ABOUT: readonly Scenario[] = [
  {
    description: 'an error over IPv4 has 576 bytes at most, and over IPv6 1280',
    sas: [between('esp4', 'esp4'), between('esp6', 'esp6')],
    steps: [drop('ttl-expired', long4, expired(long4)), drop('ttl-expired', long6, expired(long6))],
  },
  {
    description: 'the quote has what lies behind UDP, as it came',
    sas: [between('udp4', 'esp4')],
    steps: [drop('ttl-expired', surplus, expired(surplus))],
  },
  {
    description: 'no more errors than the rate allows, and more a while later',
    sas: [between('esp6', 'esp6')],
    ...RATE,
    steps: [
      ...[1, 2].map(() =>
        drop('ttl-expired', arrives('esp6', { ttl: 1 }), expired(arrives('esp6', { ttl: 1 }))),
      ),
      drop('ttl-expired', arrives('esp6', { ttl: 1 })),
      { ...drop('ttl-expired', arrives('esp6', { ttl: 1 })), after: 499 },
      { ...drop('ttl-expired', arrives('esp6', { ttl: 1 }), expired(arrives('esp6', { ttl: 1 }))), after: 1 },
    ],
  },
  {
    description: 'TTL comes before length',
    sas: [between('esp4', 'esp4')],
    mtu: 576,
    steps: [drop('ttl-expired', long4, expired(long4))],
  },
];

/** IPv4's total length is 16 bits, in however many fragments (RFC 791 §3.1). */
const LONGEST: readonly Scenario[] = [
  {
    description: 'a packet that would be longer than a packet can be; nothing to tell helps',
    sas: [between('esp4', 'udp4')],
    mtu: 1500,
    steps: [drop('too-big', arrives('esp4', { payload: counting(65_500), flagsAndOffset: 0 }))],
  },
  {
    description: 'the longest packet',
    sas: [between('esp4', 'udp4')],
    steps: [
      forward(arrives('esp4', { payload: counting(65_499) }), leaves('udp4', { payload: counting(65_499) })),
    ],
  },
];

/** The delta of a hairpin counts both SAs; the MTU is the second's. */
const hairpinned = arrives('esp4', { payload: filling('esp4', 1381) });
const HAIRPIN_MTU: Scenario = {
  description: 'hairpin: the sender is told what both SAs add',
  sas: [
    define({ hairpin: true, to: FRONT[4], toSrc: RELAY[4], toSpi: 0xcccc0001 }),
    define({
      hairpin: true,
      kind: KIND_ESP,
      dst: FRONT[4],
      spi: 0xcccc0001,
      to: '2001:db8:2::2',
      toSrc: FRONT[6],
    }),
  ],
  mtu: 1400,
  steps: [drop('too-big', hairpinned, tooBig(hairpinned, 1380))],
};

/** An atomic fragment that is too long gets no second fragment header. */
const atomic = { extensions: [fragmentHeader(0, false, 77)] };
const [atomicFirst, atomicLast] = cut(leaves('udp6', { payload: filling('esp6', 1272) }), [1232], 77);
const ATOMIC: Scenario = {
  description: 'an atomic fragment becomes fragments with its own header and ID',
  sas: [between('esp6', 'udp6')],
  mtu: 1280,
  steps: [forward(arrives('esp6', { payload: filling('esp6', 1272), ...atomic }), atomicFirst!, atomicLast!)],
};

export const EGRESS: readonly Scenario[] = [
  ...TOO_BIG,
  ...CUT,
  withOptions,
  AH_CUT,
  ...EXPIRED,
  ...QUIET,
  ...ABOUT,
  ...LONGEST,
  HAIRPIN_MTU,
  ATOMIC,
];
