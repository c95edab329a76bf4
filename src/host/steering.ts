/**
 * Brings packets into the relay's device that routing rules alone cannot tell from the host's other packets: nft(8) marks
 * them before routing, and a rule follows the mark.
 *
 * ICMP errors are told by their type and by the packet they quote, so that the host's other ICMP, and neighbour discovery
 * above all, never makes the detour. Later fragments of UDP tell no port, so all fragments of UDP go in: the relay
 * finds out whose they are and forwards the others unchanged.
 */
import { createHash } from 'node:crypto';
import { type Family, formatPrefix, type Prefix } from '../wire/address.js';
import { type HostStep, rule } from './plan.js';

/** Bit 27: the lower ones are the favourites of others (Kubernetes, firewalld, mwan). */
const MARK = '0x8000000';

/** How the names of our tables begin. */
export const OWN_TABLES = 'ipsec_relay_';

/** Before conntrack reassembles fragments (-400). */
const PRIORITY = -450;

/** Bits from the start of an ICMP error to where the quoted packet names its protocol. */
const QUOTED_PROTOCOL: Readonly<Record<Family, number>> = { 4: (8 + 9) * 8, 6: (8 + 6) * 8 };

/** Marks errors about ESP, AH and UDP that come to one of these addresses; over IPv6, also those with extension headers before them. */
function errorsTo(prefixes: readonly Prefix[]): string[] {
  return [
    ...inFamily(prefixes, 4).map(
      (set) =>
        `ip daddr ${set} icmp type { destination-unreachable, time-exceeded, parameter-problem } @th,${QUOTED_PROTOCOL[4]},8 { 17, 50, 51 }`,
    ),
    ...inFamily(prefixes, 6).map(
      (set) =>
        `ip6 daddr ${set} icmpv6 type { 1, 2, 3, 4 } @th,${QUOTED_PROTOCOL[6]},8 { 0, 17, 43, 44, 50, 51, 60 }`,
    ),
  ];
}

/** Marks fragments of UDP to one of these addresses. */
function udpFragmentsTo(prefixes: readonly Prefix[]): string[] {
  return [
    ...inFamily(prefixes, 4).map((set) => `ip daddr ${set} ip protocol udp ip frag-off & 0x3fff != 0`),
    ...inFamily(prefixes, 6).map((set) => `ip6 daddr ${set} frag nexthdr udp`),
  ];
}

function inFamily(prefixes: readonly Prefix[], family: Family): string[] {
  const members = prefixes.filter((prefix) => prefix.family === family).map(formatPrefix);
  return members.length === 0 ? [] : [`{ ${members.join(', ')} }`];
}

/**
 * @param device the relay's: packets from there are not marked
 * @param errors to which addresses errors are steered @param udpFragments to which fragments of UDP
 */
export function marking(
  device: string,
  errors: readonly Prefix[],
  udpFragments: readonly Prefix[],
): HostStep {
  const rules = [...udpFragmentsTo(udpFragments), ...errorsTo(errors)];
  const content = [
    'chain steer {',
    `type filter hook prerouting priority ${PRIORITY};`,
    `iifname "${device}" accept`,
    ...rules.map((match) => `${match} meta mark set meta mark | ${MARK}`),
    '}\n',
  ].join('\n');
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 8);
  return { kind: 'nft', table: `${OWN_TABLES}${digest}`, content };
}

/** The rule that follows the mark. */
export function markedInto(family: Family, preference: number, table: string): HostStep {
  return rule(family, preference, `fwmark ${MARK}/${MARK} lookup ${table}`);
}
