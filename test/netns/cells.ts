/** Connections through relay and edge of every family, encapsulation and protocol, in the words of each program that must know them. */
import type { SaWords } from './daemon.js';
import type { Algorithm, Leg } from './mtu.js';
import {
  FIRST,
  FIRST6,
  type IpsecOptions,
  type LegWord,
  RELAY,
  RELAY6,
  SECOND,
  SECOND6,
  type Spis,
} from './topology.js';

/** A connection between the two kernels, with SPIs substituted in both directions. */
export interface Cell {
  /** Its SPIs and its names are made of it: 1 to 255. */
  readonly number: number;
  readonly one: Leg;
  readonly two: Leg;
  readonly algorithm: Algorithm;
  readonly ah?: boolean;
}

const UDP_PORT = 4500;

export const firstOf = ({ family }: Leg): string => (family === 4 ? FIRST : FIRST6);
export const secondOf = ({ family }: Leg): string => (family === 4 ? SECOND : SECOND6);
export const relayOf = ({ family }: Leg): string => (family === 4 ? RELAY : RELAY6);

export function title({ one, two, algorithm, ah }: Cell): string {
  const families = `IPv${one.family} → IPv${two.family}`;
  return ah ? `${families}, AH` : `${families}, ${one.encapsulation} → ${two.encapsulation}, ${algorithm}`;
}

export function spisOf({ number }: Cell): Spis {
  const spi = (base: number) => `0x${(base + number).toString(16)}`;
  return {
    toSecond: spi(0x22220000),
    toSecondWire: spi(0xaaaa0000),
    toFirst: spi(0x11110000),
    toFirstWire: spi(0xbbbb0000),
  };
}

const legWord = ({ family, encapsulation }: Leg): LegWord =>
  encapsulation === 'udp' ? `${family}/udp` : `${family}`;

/** For the kernels. */
export function ipsecOf(cell: Cell): IpsecOptions {
  return {
    algorithm: cell.algorithm,
    legOne: legWord(cell.one),
    legTwo: legWord(cell.two),
    ah: cell.ah ?? false,
    spis: spisOf(cell),
  };
}

const proto = (cell: Cell): SaWords => (cell.ah ? { proto: 'ah' } : {});
/** A packet as it arrives on a leg. */
const match = ({ encapsulation }: Leg): SaWords =>
  encapsulation === 'udp' ? { encap: `udp:${UDP_PORT}` } : {};
/** A packet as it leaves on a leg. */
const emit = ({ encapsulation }: Leg): SaWords => ({
  'to-encap': encapsulation === 'udp' ? `udp:${UDP_PORT}:${UDP_PORT}` : 'none',
});

/** For the relay: first → second, and second → first. */
export function relaySas(cell: Cell): [up: SaWords, down: SaWords] {
  const { one, two } = cell;
  const { toSecond, toSecondWire, toFirst, toFirstWire } = spisOf(cell);
  return [
    {
      name: `up-${cell.number}`,
      ...proto(cell),
      dst: relayOf(one),
      spi: toSecondWire,
      ...match(one),
      to: secondOf(two),
      'to-spi': toSecond,
      ...(cell.ah ? {} : emit(two)),
    },
    {
      name: `down-${cell.number}`,
      ...proto(cell),
      dst: relayOf(two),
      spi: toFirst,
      ...match(two),
      to: firstOf(one),
      'to-spi': toFirstWire,
      ...(cell.ah ? {} : emit(one)),
    },
  ];
}

/**
 * For the edge beside first. Of ESP it substitutes the SPI; of AH also the addresses, since first's kernel computes as if
 * it were the relay.
 */
export function edgeSas(cell: Cell): [up: SaWords, down: SaWords] {
  const { one, two } = cell;
  const { toSecond, toSecondWire, toFirst, toFirstWire } = spisOf(cell);
  return [
    {
      name: `up-${cell.number}`,
      ...proto(cell),
      dst: cell.ah ? secondOf(two) : relayOf(one),
      spi: toSecond,
      ...match(one),
      'to-spi': toSecondWire,
      ...(cell.ah ? { to: relayOf(one), 'to-src': firstOf(one) } : {}),
    },
    {
      name: `down-${cell.number}`,
      ...proto(cell),
      dst: firstOf(one),
      spi: toFirstWire,
      ...match(one),
      'to-spi': toFirst,
      ...(cell.ah ? { to: relayOf(one), 'to-src': secondOf(two) } : {}),
    },
  ];
}

const FAMILIES = [4, 6] as const;
const ENCAPSULATIONS = ['native', 'udp'] as const;
const ALGORITHMS = ['aes-gcm', 'aes-cbc-hmac-sha256'] as const;

/** Family pair × encapsulation pair × algorithm: all combinations of ESP. */
export function espCells(): Cell[] {
  const legs = FAMILIES.flatMap((family) =>
    ENCAPSULATIONS.map((encapsulation): Leg => ({ family, encapsulation })),
  );
  const pairs = legs.flatMap((one) => legs.map((two) => ({ one, two })));
  return pairs.flatMap(({ one, two }, pair) =>
    ALGORITHMS.map((algorithm, i) => ({ number: 2 * pair + i + 1, one, two, algorithm })),
  );
}

/** AH keeps family and encapsulation. The algorithm is AH's own. */
export function ahCells(): Cell[] {
  return FAMILIES.map((family, i) => {
    const leg: Leg = { family, encapsulation: 'native' };
    return { number: 0x41 + i, one: leg, two: leg, algorithm: 'aes-gcm', ah: true };
  });
}
