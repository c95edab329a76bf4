/**
 * What an edge needs of its host's kernel: policy routing that brings the IPsec traffic between the first
 * computers and the relay into the device, once in each direction, whether the first computer is this very
 * host or one that it routes for. The kernel asks the rules in the order of their preferences.
 */
import { formatPrefix } from '../wire/address.js';
import type { EdgeConfig } from './config.js';
import { HostRefusal, ipQuery, readSysctl } from './host-commands.js';
import { disableIpv6, type HostPlan, type HostStep, linkUp, sysctl } from './host-plan.js';

/** Routing table of the edge: only its rules lead there. */
const TABLE = '4303';

/** Preferences of the rules. Those of one preference are asked in the order in which they were added. */
const RULES = {
  /** From the device: on to `local`. What the edge has written is delivered, or routed like anything else. */
  written: 100,
  /** ESP from a relay to a first computer: into the device, also when the address is this host's own. */
  toFirst: 110,
  /** Moved here from 0. */
  local: 120,
  /** From the device: on to `end`. */
  delivered: 130,
  /** This host's own UDP, TCP and ICMP to a relay: on to `end`. IKE is not the edge's business. */
  ownOther: 140,
  /**
   * ESP to a relay: into the device. Before Linux 6.12 the kernel's lookup for its own ESP names no
   * protocol, so of this host's packets all that `ownOther` has left go there.
   */
  toRelay: 150,
  /** Does nothing; the host's own rules follow. */
  end: 160,
} as const;

/** What the plan depends on. */
export interface EdgeHost {
  /** The device towards the relays. */
  readonly uplink: string;
  /** Its MTU in bytes: no ESP packet may be larger, since its kernel would have fragmented it before the edge. */
  readonly uplinkMtu: number;
  /** Its rp_filter, and that of `all`: 0, 1 or 2; the greater counts. */
  readonly uplinkFilter: number;
  readonly allFilter: number;
}

/** Looks at the host. @throws {HostRefusal} when no route leads to a relay */
export async function surveyHost({ relays }: EdgeConfig): Promise<EdgeHost> {
  const relay = formatPrefix(relays[0]!).replace(/\/.*/, '');
  const [route] = (await ipQuery<{ dev?: string }>('route', 'get', relay)) ?? [];
  if (route?.dev === undefined) {
    throw new HostRefusal(`no route leads to the relay ${relay}; add one (ip route add ${relay} via ROUTER)`);
  }
  const [link] = (await ipQuery<{ mtu: number }>('link', 'show', 'dev', route.dev)) ?? [];
  const filter = async (name: string) => Number((await readSysctl(`net/ipv4/conf/${name}/rp_filter`)) ?? 0);
  return {
    uplink: route.dev,
    uplinkMtu: link?.mtu ?? 1500,
    uplinkFilter: await filter(route.dev),
    allFilter: await filter('all'),
  };
}

export function planEdge(config: EdgeConfig, host: EdgeHost): HostPlan {
  const { interface: device, relays, addresses, mtu = host.uplinkMtu } = config;
  const toFirst = addresses.flatMap((first) =>
    relays.map((relay) =>
      rule(
        RULES.toFirst,
        `from ${formatPrefix(relay)} to ${formatPrefix(first)} ipproto esp lookup ${TABLE}`,
      ),
    ),
  );
  const toRelay = relays
    .map(formatPrefix)
    .flatMap((relay) => [
      ...['udp', 'tcp', 'icmp'].map((protocol) =>
        rule(RULES.ownOther, `iif lo to ${relay} ipproto ${protocol} goto ${RULES.end}`),
      ),
      rule(RULES.toRelay, `iif lo to ${relay} lookup ${TABLE}`),
      rule(RULES.toRelay, `to ${relay} ipproto esp lookup ${TABLE}`),
    ]);
  return {
    device,
    unassigned: relays,
    steered: [],
    steps: [
      disableIpv6(device),
      ...linkUp(device, mtu, false),
      // The edge writes packets whose source is this host's own address, or lies behind another interface.
      sysctl(`net/ipv4/conf/${device}/accept_local`, '1'),
      sysctl(`net/ipv4/conf/${device}/rp_filter`, host.allFilter === 0 ? '0' : '2'),
      sysctl(`net/ipv4/conf/${device}/forwarding`, '1'),
      sysctl(`net/ipv4/conf/${host.uplink}/forwarding`, '1'),
      ...loosened(host),
      { kind: 'route', family: 4, route: ['default', 'dev', device, 'table', TABLE] },
      rule(RULES.end, 'nop'),
      { kind: 'local-rule', family: 4, preference: RULES.local },
      rule(RULES.written, `iif ${device} goto ${RULES.local}`),
      rule(RULES.delivered, `iif ${device} goto ${RULES.end}`),
      ...toFirst,
      ...toRelay,
    ],
  };
}

/** @param words as ip-rule(8) has them */
function rule(preference: number, words: string): HostStep {
  return { kind: 'rule', family: 4, preference, rule: words.split(' ') };
}

/** The way back to the relay leads into the device now, so a strict filter would drop what comes from the uplink. */
function loosened({ uplink, uplinkFilter, allFilter }: EdgeHost): HostStep[] {
  return Math.max(uplinkFilter, allFilter) === 1 ? [sysctl(`net/ipv4/conf/${uplink}/rp_filter`, '2')] : [];
}
