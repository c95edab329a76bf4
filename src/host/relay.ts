/** The plan of a relay's host: relay addresses are routed into the device, and packets from the device are forwarded. */

import type { RelayConfig } from '../config/config.js';
import { type Family, formatPrefix, type Prefix } from '../wire/address.js';
import { PORT_IKE, PORT_NAT_TRAVERSAL, type PortRange } from '../wire/protocol.js';
import { HostRefusal } from './commands.js';
import {
  acceptAnySource,
  forwardIpv6,
  type HostPlan,
  type HostStep,
  linkUp,
  route,
  routeInto,
  rule,
  type SysctlStep,
  sysctl,
} from './plan.js';
import { markedInto, marking } from './steering.js';
import { familiesOf, type HostSurvey, isOwn, RESERVED_PORTS } from './survey.js';

/**
 * Larger than any packet that arrives, so that the kernel neither fragments nor refuses one on its way into the
 * relay: the relay itself knows the MTU of the way out.
 */
const RELAY_MTU = 65_535;

/** Routing table in shared-address mode: only its rules lead there. */
const TABLE = '4303';

/** Preferences of the rules in shared-address mode: the order in which the kernel asks them. */
const RULES = {
  /** From the device: on to `local`. Packets of the relay are delivered, or routed like any others. */
  written: 100,
  /** Packets that may be the relay's go into the device, although the address is this host's own. */
  steered: 110,
  /** Moved here from 0. */
  local: 120,
} as const;

export function planRelay(config: RelayConfig, host: HostSurvey): HostPlan {
  return config.sharedAddress ? planShared(config, host) : planRouted(config, host);
}

/** The relay's addresses are routed into the device, and this host forwards. */
function planRouted(
  { interface: device, addresses, mtu = RELAY_MTU }: RelayConfig,
  host: HostSurvey,
): HostPlan {
  const families = familiesOf(addresses);
  return {
    device,
    unassigned: addresses,
    steered: addresses,
    steps: [
      ...linkUp(device, mtu, families.includes(6)),
      ...(families.includes(4)
        ? [...forwardIpv4(device), sysctl(`net/ipv4/conf/${device}/rp_filter`, '0')]
        : []),
      ...(families.includes(6) ? forwardIpv6(host.learning) : []),
      ...addresses.map((prefix) => routeInto(device, prefix)),
    ],
  };
}

/**
 * The relay's addresses are this host's own. Packets that may be the relay's go into the device, by protocol and port, and
 * all others past it. The relay writes packets that are not its own back unchanged, and the kernel then delivers them.
 *
 * Errors that this host's own kernel makes about packets of the relay do not reach it: they never pass the
 * marking. The relay knows the MTU of the routes and has no need of them.
 */
function planShared(
  { interface: device, addresses, exchange, mtu = RELAY_MTU }: RelayConfig,
  host: HostSurvey,
): HostPlan {
  const stranger = addresses.find((prefix) => !isOwn(prefix, host.links));
  if (stranger) {
    const text = formatPrefix(stranger);
    throw new HostRefusal(
      `${text} is assigned to none of this host's interfaces; with shared-address = true give this host's own addresses, or leave shared-address out`,
    );
  }
  if (!host.hasNft) {
    throw new HostRefusal(
      'shared-address = true needs the program nft and the nf_tables of the kernel; install it (apt install nftables), or give the relay an address of its own',
    );
  }
  const families = familiesOf(addresses);
  const { services, settings } = exchange;
  const towards = services.length > 0 ? [settings.ports] : [];
  return {
    device,
    unassigned: [],
    steered: [],
    steps: [
      ...linkUp(device, mtu, families.includes(6)),
      ...(families.includes(4)
        ? [
            ...forwardIpv4(device),
            // The relay sends from this host's own address.
            sysctl(`net/ipv4/conf/${device}/accept_local`, '1'),
            ...acceptAnySource(device, host.filtersSources),
          ]
        : []),
      ...(families.includes(6) ? forwardIpv6(host.learning) : []),
      marking(device, addresses, addresses),
      ...towards.map((ports) => reserve(ports, host)),
      ...families.flatMap((family) => steer(family, device, addresses, towards)),
    ],
  };
}

/**
 * The kernel gives the relay's ports towards the seconds to no socket of this host.
 * @throws {HostRefusal} when it would have none left to give
 */
function reserve([lowest, highest]: PortRange, { reservedPorts, ownPorts }: HostSurvey): HostStep {
  if (lowest <= ownPorts[0] && ownPorts[1] <= highest) {
    throw new HostRefusal(
      `[exchange] ports = "${lowest}-${highest}" leaves this host no port for its own connections (net.ipv4.ip_local_port_range is ${ownPorts.join('-')}); with shared-address = true give a part of them, such as "49152-65535"`,
    );
  }
  const all = [...reservedPorts, [lowest, highest] as const].sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of all) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  // As the kernel writes it.
  return sysctl(RESERVED_PORTS, merged.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(','));
}

/** @param towards the relay's own ports towards the seconds */
function steer(
  family: Family,
  device: string,
  addresses: readonly Prefix[],
  towards: readonly PortRange[],
): HostStep[] {
  const own = addresses.filter((prefix) => prefix.family === family).map(formatPrefix);
  const ports = [PORT_NAT_TRAVERSAL, PORT_IKE, ...towards.map((range) => range.join('-'))];
  const what = ['esp', 'ah', ...ports.map((port) => `udp dport ${port}`)];
  return [
    route(family, `default dev ${device} table ${TABLE}`),
    { kind: 'local-rule', family, preference: RULES.local },
    rule(family, RULES.written, `iif ${device} goto ${RULES.local}`),
    markedInto(family, RULES.steered, TABLE),
    ...own.flatMap((address) =>
      what.map((protocol) =>
        rule(family, RULES.steered, `to ${address} ipproto ${protocol} lookup ${TABLE}`),
      ),
    ),
  ];
}

function forwardIpv4(device: string): SysctlStep[] {
  return [sysctl('net/ipv4/ip_forward', '1'), sysctl(`net/ipv4/conf/${device}/forwarding`, '1')];
}
