/**
 * What an edge needs of its host's kernel: policy routing that brings the traffic between the first computers
 * and the relay into the device, once in each direction, whether the first computer is this very host or
 * one that it routes for. What is not the edge's to substitute, IKE for one, it sends on as it came.
 *
 * The kernel's filter of source addresses (rp_filter) needs no exception: it looks up the way back as if
 * the packet came from the other side of the device, and so meets the same rules.
 */
import { equalAddresses, formatPrefix, isSingleAddress, parseAddress } from '../wire/address.js';
import type { EdgeConfig } from './config.js';
import { HostRefusal, ipBatch, ipQuery } from './host-commands.js';
import { disableIpv6, type HostPlan, type HostStep, linkUp, sysctl } from './host-plan.js';

/** Routing table of the edge: only its rules lead there. */
const TABLE = '4303';

/** Preferences of the rules: the order in which the kernel asks them. */
const RULES = {
  /** From the device: on to `local`. What the edge has written is delivered, or routed like anything else. */
  written: 100,
  /** From a relay to a first computer: into the device, also when the address is this host's own. */
  toFirst: 110,
  /** Moved here from 0. */
  local: 120,
  /** From the device: on to `end`. */
  delivered: 130,
  /**
   * To a relay, from this host or from a first computer behind it: into the device. Not for ESP alone:
   * before Linux 6.12 the kernel's lookup for its own ESP names no protocol, and in transport mode ESP
   * takes the route of the packet it protects.
   */
  toRelay: 140,
  /** Does nothing; the host's own rules follow. */
  end: 150,
} as const;

/** What the plan depends on. */
export interface EdgeHost {
  /** The device towards the relays. */
  readonly uplink: string;
  /** Its MTU in bytes: what the kernel must think the way to the relay has, since it fragments before the edge. */
  readonly uplinkMtu: number;
  /** This host's own addresses. */
  readonly assigned: readonly Uint8Array[];
  /** The kernel has IPsec policies. */
  readonly hasPolicies: boolean;
}

/** Looks at the host before anything is changed. @throws {HostRefusal} when no route leads to a relay */
export async function surveyHost({ relays }: EdgeConfig): Promise<EdgeHost> {
  const relay = formatPrefix(relays[0]!).replace(/\/.*/, '');
  const [route] = (await ipQuery<{ dev?: string }>('route', 'get', relay)) ?? [];
  if (route?.dev === undefined) {
    throw new HostRefusal(`no route leads to the relay ${relay}; add one (ip route add ${relay} via ROUTER)`);
  }
  const links =
    (await ipQuery<{ ifname: string; mtu: number; addr_info: { local?: string }[] }>('address')) ?? [];
  return {
    uplink: route.dev,
    uplinkMtu: links.find(({ ifname }) => ifname === route.dev)?.mtu ?? 1500,
    assigned: links
      .flatMap(({ addr_info }) => addr_info.flatMap(({ local }) => local ?? []))
      .map(parseAddress),
    hasPolicies: (await ipBatch(4, [['xfrm', 'policy', 'count']], 'stop')).failed.length === 0,
  };
}

export function planEdge(config: EdgeConfig, host: EdgeHost): HostPlan {
  const { interface: device, mtu = host.uplinkMtu } = config;
  const relays = config.relays.map(formatPrefix);
  const firsts = config.addresses.map(formatPrefix);
  const own = config.addresses
    .filter(
      (first) =>
        isSingleAddress(first) && host.assigned.some((address) => equalAddresses(address, first.bytes)),
    )
    .map(formatPrefix);
  // A connection that this host opens towards a relay, IKE's, comes from the address the edge knows.
  const source = own.length === 0 ? '' : ` src ${own[0]}`;
  const pairs = relays.flatMap((relay) => firsts.map((first) => ({ relay, first })));
  const ownPairs = relays.flatMap((relay) => own.map((first) => ({ relay, first })));
  return {
    device,
    unassigned: config.relays,
    steered: [],
    steps: [
      disableIpv6(device),
      ...linkUp(device, mtu, false),
      sysctl(`net/ipv4/conf/${device}/forwarding`, '1'),
      sysctl(`net/ipv4/conf/${host.uplink}/forwarding`, '1'),
      { kind: 'route', family: 4, route: `default dev ${device}${source} table ${TABLE}`.split(' ') },
      // The ESP that the edge writes is forwarded, and a policy for all protocols (transport mode) would encrypt it again.
      ...(host.hasPolicies ? ownPairs.map(({ relay, first }) => allowEsp(first, relay)) : []),
      rule(RULES.end, 'nop'),
      { kind: 'local-rule', family: 4, preference: RULES.local },
      rule(RULES.written, `iif ${device} goto ${RULES.local}`),
      rule(RULES.delivered, `iif ${device} goto ${RULES.end}`),
      ...pairs.map(({ relay, first }) => rule(RULES.toFirst, `from ${relay} to ${first} lookup ${TABLE}`)),
      ...relays.map((relay) => rule(RULES.toRelay, `iif lo to ${relay} lookup ${TABLE}`)),
      ...pairs.map(({ relay, first }) => rule(RULES.toRelay, `from ${first} to ${relay} lookup ${TABLE}`)),
    ],
  };
}

/** @param words as ip-rule(8) has them */
function rule(preference: number, words: string): HostStep {
  return { kind: 'rule', family: 4, preference, rule: words.split(' ') };
}

function allowEsp(source: string, destination: string): HostStep {
  return {
    kind: 'policy',
    selector: `src ${source} dst ${destination} proto esp dir out`.split(' '),
    action: ['action', 'allow', 'priority', '0'],
  };
}
