/**
 * The plan of an edge's host: policy routing that brings the traffic between the first computers and the relay into the
 * device, once in each direction, for a first computer that is this very host or one that it routes for. The edge forwards
 * packets without an SA, such as IKE, unchanged.
 *
 * Errors that routers on the first leg send to a first computer come in as well: they quote the SPI of the wire, which
 * its kernel does not know. On an IPv6 host of its own, that takes nft(8): neighbour discovery is ICMPv6 too, and must
 * not be led astray; a rule cannot tell the two. Without nft such errors stay unknown to first.
 *
 * For AH, first's kernel believes it is the relay (`seconds`): it sends from the relay's address to the second
 * computer's and expects answers from there. The edge swaps the addresses, and its packets for first must reach first.
 */

import type { EdgeConfig } from '../config/config.js';
import { type Family, formatPrefix, isSingleAddress, type Prefix } from '../wire/address.js';
import { PORT_IKE, PORT_NAT_TRAVERSAL } from '../wire/protocol.js';
import { HostRefusal } from './commands.js';
import {
  acceptAnySource,
  addressOn,
  forwardIpv6,
  type HostPlan,
  type HostStep,
  linkUp,
  route,
  rule,
  sysctl,
} from './plan.js';
import { markedInto, marking } from './steering.js';
import { familiesOf, type HostSurvey, isOwn, type NextHop, nextHop, nextHopElsewhere } from './survey.js';

/** Routing table of the edge: only its rules lead there. */
const TABLE = '4303';
/** For AH: beside first it leads packets for the relay's address to first; on first it leads them to the relay nevertheless. */
const AH_TABLE = '4302';

/** Preferences of the rules: the order in which the kernel asks them. */
const RULES = {
  /** From the device, from a second computer to a relay: to first, which takes itself for the relay. */
  returned: 80,
  /** From the device, from a first computer to a relay: to the relay, although this host has its address too. */
  outward: 90,
  /** From the device: on to `local`. Packets of the edge are delivered, or routed like any others. */
  written: 100,
  /**
   * Between a relay and a first computer, also when that is this host: into the device. Not ESP alone:
   * before Linux 6.12 the kernel's lookup for its own ESP names no protocol, and in transport mode ESP
   * takes the route of the packet it protects.
   */
  steered: 110,
  /** Moved here from 0. */
  local: 120,
} as const;

/** The input of the plan. */
export interface EdgeHost extends HostSurvey {
  /** The devices towards the relays. */
  readonly uplinks: Readonly<Partial<Record<Family, string>>>;
  /** For AH: the way to the first computers beside, and from first itself the way to the relays. */
  readonly ahHops: ReadonlyMap<Prefix, NextHop>;
}

/** The devices towards the relays, before anything is changed. @throws {HostRefusal} when no route leads to one */
export function surveyUplinks({ relays }: EdgeConfig): EdgeHost['uplinks'] {
  const uplinks: Partial<Record<Family, string>> = {};
  for (const family of familiesOf(relays)) {
    const relay = relays.find((prefix) => prefix.family === family)!;
    const hop = nextHop(relay);
    // This host may have the address itself, for AH.
    const device = (hop?.device === 'lo' ? nextHopElsewhere(relay) : hop)?.device;
    if (device === undefined) {
      const text = formatPrefix(relay).replace(/\/.*/, '');
      throw new HostRefusal(`no route leads to the relay ${text}; add one (ip route add ${text} via ROUTER)`);
    }
    uplinks[family] = device;
  }
  return uplinks;
}

/** The present value of {@link EdgeHost.ahHops}. */
export function surveyAhHops(
  { addresses, relays, seconds }: EdgeConfig,
  { links }: HostSurvey,
): EdgeHost['ahHops'] {
  const hops = new Map<Prefix, NextHop>();
  for (const family of familiesOf(seconds)) {
    const [first] = ofFamily(addresses, family);
    if (!first) continue;
    const isHere = isOwn(first, links);
    for (const prefix of isHere ? ofFamily(relays, family) : [first]) {
      const hop = isHere ? nextHopElsewhere(prefix) : nextHop(prefix);
      if (hop) hops.set(prefix, hop);
    }
  }
  return hops;
}

function ofFamily(prefixes: readonly Prefix[], family: Family): Prefix[] {
  return prefixes.filter((prefix) => prefix.family === family);
}

export function planEdge(config: EdgeConfig, host: EdgeHost): HostPlan {
  const { interface: device, relays, addresses } = config;
  const families = familiesOf(relays).filter((family) => familiesOf(addresses).includes(family));
  refuseFamilies(config, families);
  const uplinks = host.links.filter(({ name }) => families.some((family) => host.uplinks[family] === name));
  const sides = families.map((family) => new Side(family, config, host));
  const marked = sides.flatMap((side) => side.markedErrors());
  return {
    device,
    // First's own AH needs the relay's address on this host.
    unassigned: relays.filter(
      ({ family }) => !sides.some((side) => side.family === family && side.ownsRelay),
    ),
    steered: [],
    steps: [
      // The kernel fragments before the edge, so the device needs the MTU of the way to the relay.
      ...linkUp(device, config.mtu ?? Math.min(...uplinks.map(({ mtu }) => mtu)), families.includes(6)),
      ...(families.includes(4)
        ? [
            sysctl(`net/ipv4/conf/${device}/forwarding`, '1'),
            sysctl(`net/ipv4/conf/${host.uplinks[4]}/forwarding`, '1'),
            ...acceptAnySource(device, host.filtersSources),
          ]
        : []),
      ...(families.includes(6) ? forwardIpv6(host.learning) : []),
      ...(marked.length > 0 ? [marking(device, marked, [])] : []),
      ...sides.flatMap((side) => side.steps()),
    ],
  };
}

function refuseFamilies({ addresses, seconds }: EdgeConfig, families: readonly Family[]): void {
  if (families.length === 0) {
    throw new HostRefusal(
      '[edge] relays and addresses are of different families; give relays of that of the addresses',
    );
  }
  for (const family of familiesOf(seconds)) {
    const firsts = ofFamily(addresses, family);
    if (families.includes(family) && firsts.length === 1 && isSingleAddress(firsts[0]!)) continue;
    throw new HostRefusal(
      `[edge] seconds with an IPv${family} address needs exactly one IPv${family} address in [edge] addresses, and a relay of that family: packets that come back for the relay are for that address`,
    );
  }
}

/** The plan's part for one family. */
class Side {
  readonly family: Family;
  /** This host is the one first computer, and takes itself for the relay (AH). */
  readonly ownsRelay: boolean;
  readonly #device: string;
  readonly #uplink: string;
  readonly #host: EdgeHost;
  readonly #relays: readonly Prefix[];
  readonly #firsts: readonly Prefix[];
  readonly #seconds: readonly Prefix[];
  /** First computers that are this very host. */
  readonly #own: readonly string[];

  constructor(family: Family, config: EdgeConfig, host: EdgeHost) {
    this.family = family;
    this.#device = config.interface;
    this.#uplink = host.uplinks[family]!;
    this.#host = host;
    this.#relays = ofFamily(config.relays, family);
    this.#firsts = ofFamily(config.addresses, family);
    this.#seconds = ofFamily(config.seconds, family);
    const own = this.#firsts.filter((first) => isSingleAddress(first) && isOwn(first, host.links));
    this.#own = own.map(formatPrefix);
    this.ownsRelay = this.#seconds.length > 0 && own.length > 0;
  }

  /** This host is among the first computers. */
  get #isFirst(): boolean {
    return this.#firsts.some((first) => isOwn(first, this.#host.links));
  }

  /** Where errors to a first computer are told by a mark. */
  markedErrors(): Prefix[] {
    const { links, hasNft } = this.#host;
    return this.family === 6 && hasNft ? this.#firsts.filter((first) => isOwn(first, links)) : [];
  }

  steps(): HostStep[] {
    const { family } = this;
    const device = this.#device;
    // A connection that this host opens towards a relay, IKE's, comes from the address the edge knows.
    const source = this.#own.length === 0 ? '' : ` src ${this.#own[0]}`;
    const relays = this.#relays.map(formatPrefix);
    const pairs = relays.flatMap((relay) =>
      this.#firsts.map(formatPrefix).map((first) => ({ relay, first })),
    );
    return [
      ...this.#relayAddresses(),
      route(family, `default dev ${device}${source} table ${TABLE}`),
      ...this.#policies(),
      { kind: 'local-rule', family, preference: RULES.local },
      ...this.#ahRules(),
      rule(family, RULES.written, `iif ${device} goto ${RULES.local}`),
      ...pairs.map(({ relay, first }) => this.#steer(`from ${relay} to ${first}`)),
      // Where first is this host, its kernel asks for a route before it knows the source.
      ...(this.#isFirst ? relays.map((relay) => this.#steer(`iif lo to ${relay}`)) : []),
      ...pairs.map(({ relay, first }) => this.#steer(`from ${first} to ${relay}`)),
      ...this.#errors(),
    ];
  }

  #steer(selector: string): HostStep {
    return rule(this.family, RULES.steered, `${selector} lookup ${TABLE}`);
  }

  /** ICMP errors to first computers, from any source. On IPv6, rules serve only first computers other than this host. */
  #errors(): HostStep[] {
    const { family } = this;
    const protocol = family === 4 ? 'icmp' : 'ipv6-icmp';
    const byRule =
      family === 4 ? this.#firsts : this.#firsts.filter((first) => !isOwn(first, this.#host.links));
    return [
      ...byRule.map((first) =>
        this.#steer(`iif ${this.#uplink} to ${formatPrefix(first)} ipproto ${protocol}`),
      ),
      ...(this.markedErrors().length > 0 ? [markedInto(family, RULES.steered, TABLE)] : []),
    ];
  }

  /** Packets of the edge are forwarded, and a policy for all protocols (transport mode) would encrypt them again. */
  #policies(): HostStep[] {
    if (!this.#host.hasPolicies) return [];
    const ports = [PORT_IKE, PORT_NAT_TRAVERSAL].flatMap((port) => [
      `udp sport ${port}`,
      `udp dport ${port}`,
    ]);
    const protocols = ['esp', ...ports, ...(this.#seconds.length > 0 ? ['ah'] : [])];
    return this.#relays.flatMap((relay) =>
      this.#own.flatMap((first) =>
        protocols.map((protocol) => this.#allow(first, formatPrefix(relay), protocol)),
      ),
    );
  }

  #allow(source: string, destination: string, protocol: string): HostStep {
    return {
      kind: 'policy',
      family: this.family,
      selector: `src ${source} dst ${destination} proto ${protocol} dir out`.split(' '),
      action: ['action', 'allow', 'priority', '0'],
    };
  }

  /** Relay addresses that this host's own AH is sent from: the kernel wants to see them on a device. */
  #relayAddresses(): HostStep[] {
    if (!this.ownsRelay) return [];
    const { links } = this.#host;
    return this.#relays
      .filter((relay) => isSingleAddress(relay) && !isOwn(relay, links))
      .map((relay) => addressOn(this.#device, this.family, `${formatPrefix(relay)}/${relay.length}`));
  }

  /** AH: into the device from first, which says it is the relay, and out of it to first, or to the relay. */
  #ahRules(): HostStep[] {
    if (this.#seconds.length === 0) return [];
    const { family } = this;
    const device = this.#device;
    const first = this.#firsts[0]!;
    const pairs = this.#relays.flatMap((relay) => this.#seconds.map((second) => ({ relay, second })));
    const words = pairs.map(({ relay, second }) => [formatPrefix(relay), formatPrefix(second)] as const);
    const ahRule = (preference: number, from: string, to: string) =>
      rule(family, preference, `iif ${device} from ${from} to ${to} lookup ${AH_TABLE}`);
    return [
      ...this.#relays.map((relay) => this.#ahRoute(relay, this.ownsRelay ? relay : first)),
      ...(this.ownsRelay
        ? this.#relays.map((relay) => ahRule(RULES.outward, formatPrefix(first), formatPrefix(relay)))
        : words.map(([relay, second]) => ahRule(RULES.returned, second, relay))),
      ...words.map(([relay, second]) => this.#steer(`from ${relay} to ${second}`)),
    ];
  }

  /** Leads packets for the relay's address to `target`. */
  #ahRoute(relay: Prefix, target: Prefix): HostStep {
    const hop = this.#host.ahHops.get(target);
    const text = formatPrefix(target);
    if (!hop) throw new HostRefusal(`no route leads to ${text}; add one (ip route add ${text} via ROUTER)`);
    const gateway = hop.gateway ?? (target === relay ? undefined : text);
    const way = gateway === undefined ? `dev ${hop.device}` : `via ${gateway} dev ${hop.device} onlink`;
    return route(this.family, `${formatPrefix(relay)} ${way} table ${AH_TABLE}`);
  }
}
