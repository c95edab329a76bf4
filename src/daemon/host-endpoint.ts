/**
 * What an endpoint needs of its host's kernel: the device with its addresses, and routes that bring into it what an
 * SA protects. The routes have a table of their own, which every packet is asked to look at but those that bear the
 * mark of the endpoint's outer packets: so a peer may itself lie within the nets that are reached through it.
 */

import { pathMtu } from '../endpoint/endpoint.js';
import { innerMtu } from '../endpoint/sa.js';
import {
  contains,
  type Family,
  formatAddress,
  formatPrefix,
  type Prefix,
  parseAddress,
} from '../wire/address.js';
import { addressWithin, type EndpointConfig } from './config-endpoint.js';
import { ipQuery, readSysctl } from './host-commands.js';
import { disableIpv6, type HostPlan, type HostStep, linkUp, sysctl } from './host-plan.js';

/** Routing table of the endpoint. */
const TABLE = '4304';
/** The rule that leads there stands behind `local` and before `main`. */
const PREFERENCE = 4304;
/** On the endpoint's outer packets. */
export const OUTER_MARK = 0x10ce;
/** Larger than any packet: what the way out carries is then said packet by packet. */
const LARGEST_MTU = 65_535;
/** The least with which a device can have IPv6 (RFC 8200 §5). */
const LEAST_IPV6_MTU = 1280;

/** What the plan depends on. */
export interface EndpointHost {
  /** MTU for the device. */
  readonly mtu: number;
  /** The host's own addresses, besides the device's. */
  readonly assigned: readonly Uint8Array[];
  /** Interfaces towards peers whose filter of sources would refuse what a peer sends from outside. */
  readonly strictInterfaces: readonly string[];
}

/** Looks at the host before anything is changed. */
export async function surveyEndpointHost(config: EndpointConfig): Promise<EndpointHost> {
  const links = (await ipQuery<{ ifname: string; addr_info: { local?: string }[] }>('address')) ?? [];
  return {
    mtu: config.mtu ?? deviceMtu(config),
    assigned: links
      .flatMap(({ addr_info }) => addr_info.flatMap(({ local }) => local ?? []))
      .map(parseAddress),
    strictInterfaces: await strictInterfaces(config),
  };
}

/**
 * In tunnel mode what the narrowest path leaves, so that this host's own packets fit. In transport mode none: the
 * kernel would fragment to it, and transport mode is for whole datagrams (RFC 4303 §3.3.4).
 */
function deviceMtu({ sas }: EndpointConfig): number {
  const outbound = sas.filter(({ direction }) => direction === 'out');
  if (outbound.length === 0 || outbound.some(({ mode }) => mode === 'transport')) return LARGEST_MTU;
  const least = Math.min(...outbound.map((sa) => innerMtu(sa, pathMtu(sa, OUTER_MARK))));
  const ipv6 = outbound.some(({ remoteNets }) => remoteNets.some(({ family }) => family === 6));
  return Math.max(least, ipv6 ? LEAST_IPV6_MTU : 576);
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
    const [route] = (await ipQuery<{ dev?: string }>('route', 'get', formatAddress(peer))) ?? [];
    if (route?.dev !== undefined) devices.add(route.dev);
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
      ...(ipv6 ? [] : [disableIpv6(device)]),
      ...linkUp(device, host.mtu, ipv6),
      ...host.strictInterfaces.map((name) => sysctl(`net/ipv4/conf/${name}/rp_filter`, '2')),
      ...(forward && families.includes(4) ? [sysctl('net/ipv4/ip_forward', '1')] : []),
      ...(forward && families.includes(6) ? [sysctl('net/ipv6/conf/all/forwarding', '1')] : []),
      ...addresses.map(
        ({ family, bytes, length }): HostStep => ({
          kind: 'address',
          family,
          address: [`${formatAddress(bytes)}/${length}`, 'dev', device, 'noprefixroute'],
        }),
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
  return { kind: 'route', family: net.family satisfies Family, route: words };
}
