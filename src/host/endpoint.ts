/**
 * The plan of an endpoint's host: the device with its addresses, and routes that bring the packets for its SAs into it.
 * The routes have a table of their own. A rule leads all packets there but the endpoint's own outer packets, which bear a
 * mark: so a peer may itself lie within the nets that are reached through it.
 */

import { addressWithin, type EndpointConfig } from '../config/endpoint.js';
import { pathMtu } from '../endpoint/endpoint.js';
import { innerMtu } from '../endpoint/sa.js';
import {
  contains,
  type Family,
  familyOf,
  formatAddress,
  formatPrefix,
  type Prefix,
} from '../wire/address.js';
import { readSysctl } from './commands.js';
import { allAddresses } from './netlink.js';
import { addressOn, type HostPlan, type HostStep, linkUp, sysctl } from './plan.js';
import { nextHop } from './survey.js';

/** Routing table of the endpoint. */
const TABLE = '4304';
/** The rule that leads there stands behind `local` and before `main`. */
const PREFERENCE = 4304;
/** On the endpoint's outer packets. */
export const OUTER_MARK = 0x10ce;
/** Larger than any packet: too long ones are then refused one by one. */
const LARGEST_MTU = 65_535;
/** The least with which a device can have IPv6 (RFC 8200 §5), and the least that is sensible with IPv4. */
const LEAST_IPV6_MTU = 1280;
const LEAST_IPV4_MTU = 576;

/** The input of the plan. */
export interface EndpointHost {
  /** MTU of the device. */
  readonly mtu: number;
  /** The MTU left for each net in tunnel mode (named as in {@link withLength}), so that this host's own packets fit. */
  readonly netMtus: ReadonlyMap<string, number>;
  /** The host's own addresses, besides the device's. */
  readonly assigned: readonly Uint8Array[];
  /** Interfaces towards peers whose rp_filter would refuse the peer's outer packets. */
  readonly strictInterfaces: readonly string[];
}

/** Looks at the host before anything is changed. */
export async function surveyEndpointHost(config: EndpointConfig): Promise<EndpointHost> {
  const netMtus = config.mtu === undefined ? tunnelMtus(config.sas) : new Map<string, number>();
  return {
    mtu: config.mtu ?? deviceMtu(config.sas, netMtus),
    netMtus,
    assigned: allAddresses().map(({ address }) => address),
    strictInterfaces: await strictInterfaces(config),
  };
}

/**
 * In tunnel mode the MTU that the narrowest path leaves. In transport mode none: the kernel would fragment to it, and
 * transport mode is for whole datagrams (RFC 4303 §3.3.4).
 */
function deviceMtu(sas: EndpointConfig['sas'], netMtus: ReadonlyMap<string, number>): number {
  if (sas.some(({ mode }) => mode === 'transport')) return LARGEST_MTU;
  const ipv6 = sas.some(({ remoteNets }) => remoteNets.some(({ family }) => family === 6));
  return Math.max(Math.min(LARGEST_MTU, ...netMtus.values()), ipv6 ? LEAST_IPV6_MTU : LEAST_IPV4_MTU);
}

/** The least of the SAs to each net. */
function tunnelMtus(sas: EndpointConfig['sas']): Map<string, number> {
  const mtus = new Map<string, number>();
  for (const sa of sas) {
    if (sa.direction !== 'out' || sa.mode !== 'tunnel') continue;
    const inner = innerMtu(sa, pathMtu(sa, OUTER_MARK));
    for (const net of sa.remoteNets) {
      const least = net.family === 6 ? LEAST_IPV6_MTU : LEAST_IPV4_MTU;
      const text = withLength(net);
      mtus.set(text, Math.min(mtus.get(text) ?? LARGEST_MTU, Math.max(inner, least)));
    }
  }
  return mtus;
}

/**
 * A peer that lies within the nets behind it has its way back through the device, so a strict filter (rp_filter 1)
 * would refuse its outer packets, which come from elsewhere.
 */
async function strictInterfaces({ sas }: EndpointConfig): Promise<string[]> {
  const covered = sas.filter(({ peer }) =>
    sas.some(({ remoteNets }) => remoteNets.some((net) => contains(net, peer))),
  );
  const devices = new Set<string>();
  for (const { peer } of covered) {
    const device = nextHop({ family: familyOf(peer), bytes: peer })?.device;
    if (device !== undefined) devices.add(device);
  }
  const all = await readSysctl('net/ipv4/conf/all/rp_filter');
  const strict: string[] = [];
  for (const device of devices) {
    const own = await readSysctl(`net/ipv4/conf/${device}/rp_filter`);
    if (Math.max(Number(all), Number(own)) === 1) strict.push(device);
  }
  return strict;
}

export function planEndpoint(config: EndpointConfig, host: EndpointHost): HostPlan {
  const { interface: device, addresses, sas, forward } = config;
  const outbound = sas.filter(({ direction }) => direction === 'out');
  const inbound = sas.filter(({ direction }) => direction === 'in');
  const nets = uniqueNets([...outbound, ...inbound].flatMap(({ remoteNets }) => remoteNets));
  const families = ([4, 6] as const).filter((family) => nets.some((net) => net.family === family));
  const ipv6 = families.includes(6) || addresses.some(({ family }) => family === 6);
  return {
    device,
    unassigned: [],
    // The whole of the Internet has no address of its own to ask for.
    steered: nets.filter(({ length }) => length > 0),
    steps: [
      ...linkUp(device, host.mtu, ipv6),
      ...host.strictInterfaces.map((name) => sysctl(`net/ipv4/conf/${name}/rp_filter`, '2')),
      ...(forward && families.includes(4) ? [sysctl('net/ipv4/ip_forward', '1')] : []),
      ...(forward && families.includes(6) ? [sysctl('net/ipv6/conf/all/forwarding', '1')] : []),
      ...addresses.map(({ family, bytes, length }) =>
        addressOn(device, family, `${formatAddress(bytes)}/${length}`, 'noprefixroute'),
      ),
      ...nets.map((net) => route(config, host, net)),
      ...families.map(
        (family): HostStep => ({
          kind: 'rule',
          family,
          preference: PREFERENCE,
          rule: ['not', 'fwmark', `0x${OUTER_MARK.toString(16)}`, 'lookup', TABLE],
        }),
      ),
    ],
  };
}

function uniqueNets(nets: readonly Prefix[]): Prefix[] {
  return [...new Map(nets.map((net) => [withLength(net), net])).values()];
}

function withLength(net: Prefix): string {
  const text = formatPrefix(net);
  return text.includes('/') ? text : `${text}/${net.length}`;
}

function transport(sas: EndpointConfig['sas'], net: Prefix): boolean {
  return sas.some(
    ({ mode, remoteNets }) =>
      mode === 'transport' && remoteNets.some((other) => withLength(other) === withLength(net)),
  );
}

/** With the source that this host's own packets have: one that an SA to this net protects. */
function route(
  { interface: device, addresses, sas }: EndpointConfig,
  host: EndpointHost,
  net: Prefix,
): HostStep {
  const localNets = sas
    .filter(({ remoteNets }) => remoteNets.some((other) => withLength(other) === withLength(net)))
    .flatMap(({ localNets: own }) => own)
    .filter(({ family }) => family === net.family);
  const assigned = host.assigned.find((address) => localNets.some((own) => contains(own, address)));
  const source = addressWithin(addresses, localNets) ?? (assigned && formatAddress(assigned));
  const words = [
    withLength(net),
    'dev',
    device,
    'table',
    TABLE,
    ...(source === undefined ? [] : ['src', source]),
  ];
  const mtu = host.netMtus.get(withLength(net));
  if (mtu !== undefined) words.push('mtu', String(mtu));
  // Locked, so that the kernel neither sets Don't Fragment by itself nor ever fragments on the way into the device.
  else if (transport(sas, net)) words.push('mtu', 'lock', String(LARGEST_MTU));
  return { kind: 'route', family: net.family satisfies Family, route: words };
}
