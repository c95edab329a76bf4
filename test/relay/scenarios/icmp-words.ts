/** The words of the ICMP scenarios: errors as routers send them, and as first is told. */
import { encode, type Ip } from '../../model/ip.js';
import { FIRST, FRONT, RELAY } from '../../model/world.js';
import { ANY_ID, ANY_LABEL, forward, type Step } from '../scenario.js';
import { arrives, counting, type Leg, leaves, message, type Words } from '../scenario-packets.js';

/** A router on second's side. */
export const ROUTER = { 4: '203.0.113.1', 6: '2001:db8:ffff::1' } as const;

export const family = (leg: Leg): 4 | 6 => (leg.endsWith('4') ? 4 : 6);

export interface Meaning {
  readonly type: number;
  readonly code?: number;
  readonly word?: number;
}

export const TIME_EXCEEDED: Record<4 | 6, Meaning> = { 4: { type: 11 }, 6: { type: 3 } };
export const tooBig = (of: 4 | 6, mtu: number): Meaning =>
  of === 4 ? { type: 3, code: 4, word: mtu } : { type: 2, word: mtu };

/** An error of the router, to the source of the packet that it quotes. */
export const about = (
  quoted: Ip | Uint8Array,
  leg: Leg,
  fields: Meaning,
  more: Parameters<typeof message>[3] = {},
): Ip => {
  const data = [...(quoted instanceof Uint8Array ? quoted : encode(quoted))];
  const of = family(leg);
  return message(ROUTER[of], FRONT[of], { ...fields, data }, more);
};

/** The error that first gets: from the relay address it knows, quoting its own packet. */
export const told = (
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

export const translates = (received: Ip, sent: Ip): Step => ({ received, verdict: 'icmp-forward', sent });

/** A packet as second's router has it, three hops on. */
export const quoted = (leg: Leg, words: Words = {}): Ip => leaves(leg, { ttl: 60, ...words });

/**
 * The same as first had sent it. These cannot be known: the identification and flow label of another family, and the
 * checksum of a UDP header that was taken off.
 */
export function original(from: Leg, to: Leg, words: Words = {}): Ip {
  const knows = from.startsWith('udp') && to.startsWith('udp');
  const changes = family(from) !== family(to);
  const unknown = changes && family(from) === 4 ? { identification: 0xffff, flagsAndOffset: 0 } : {};
  return arrives(from, { ttl: 60, ...unknown, ...(knows ? {} : { checksum: 0 }), ...words });
}

/** The UDP checksum is right on both sides where either must have one. */
export function checksums(from: Leg, to: Leg): Words {
  const isUdp = from.startsWith('udp') && to.startsWith('udp');
  return isUdp && (from === 'udp6' || to === 'udp6') ? { checksum: 'right' } : {};
}

/** Bytes that the relay adds to a packet. */
export function delta(from: Leg, to: Leg): number {
  const headers = (leg: Leg) => (family(leg) === 4 ? 20 : 40) + (leg.startsWith('udp') ? 8 : 0);
  return headers(to) - headers(from);
}

/** The relay has sent a packet before, so that it knows where the SA's packets come from. */
export const sentBefore = (from: Leg, to: Leg): Step => {
  const changes = family(from) !== family(to);
  const sent = !changes
    ? {}
    : family(to) === 4
      ? { identification: ANY_ID, flagsAndOffset: 0 }
      : { flowLabel: ANY_LABEL };
  const checksum = from === 'udp6' && to === 'udp4' ? ({ checksum: 'right' } as const) : {};
  return forward(arrives(from), leaves(to, { ...sent, ...checksum }));
};

export const still = (from: Leg, to: Leg) => original(from, to, checksums(from, to));

export const LONG = { payload: counting(1400) };
/** Of the quoted packet only so much is there. */
export const begin = (ip: Ip, bytes: number): Uint8Array => encode(ip).slice(0, bytes);
