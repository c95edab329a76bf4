/** The input of the plans: the host as it is before anything is changed. */
import {
  contains,
  equalAddresses,
  type Family,
  formatAddress,
  isSingleAddress,
  type Prefix,
} from '../wire/address.js';
import type { PortRange } from '../wire/protocol.js';
import { type KernelRoute, PROTOCOL_RA, TABLE_MAIN } from '../wire/rtnetlink.js';
import { NETLINK_XFRM } from '../wire/xfrm.js';
import { HostRefusal, readSysctl, runNft } from './commands.js';
import { allAddresses, allLinks, askKernel, routesOf, routesTo } from './netlink.js';

export interface HostSurvey {
  readonly links: readonly Link[];
  /** Devices with a route learnt from router advertisements, which they would forget when the host forwards. */
  readonly learning: readonly string[];
  /** The kernel filters IPv4 source addresses on all devices. */
  readonly filtersSources: boolean;
  /** The kernel has IPsec policies. */
  readonly hasPolicies: boolean;
  /** Ports that the kernel gives to no socket by itself, and the range from which it takes those that it does give. */
  readonly reservedPorts: readonly PortRange[];
  readonly ownPorts: PortRange;
  /** nft(8) and the kernel's part of it are there. */
  readonly hasNft: boolean;
}

export interface Link {
  readonly name: string;
  /** Bytes. */
  readonly mtu: number;
  /** Its own addresses. */
  readonly addresses: readonly Uint8Array[];
}

/** Where packets to an address go next. */
export interface NextHop {
  readonly device: string;
  /** undefined: the address is reached directly. */
  readonly gateway: string | undefined;
}

/** Below /proc/sys; for IPv6 too. */
export const RESERVED_PORTS = 'net/ipv4/ip_local_reserved_ports';

/** @param text `8080,9100-9200` */
function parsePorts(text: string): PortRange[] {
  return text.split(',').flatMap((item) => {
    const [lowest, highest = lowest] = item.split('-').map(Number);
    return item === '' ? [] : [[lowest!, highest!] as const];
  });
}

/** @param device the attachment's, which does not count */
export async function surveyHost(device: string): Promise<HostSurvey> {
  return {
    links: surveyLinks(device),
    learning: await learningDevices(),
    filtersSources: !['0', undefined].includes(await readSysctl('net/ipv4/conf/all/rp_filter')),
    hasPolicies: hasPolicies(),
    reservedPorts: parsePorts((await readSysctl(RESERVED_PORTS)) ?? ''),
    ownPorts: parsePorts(
      ((await readSysctl('net/ipv4/ip_local_port_range')) ?? '32768 60999').replace(/\s+/, '-'),
    )[0]!,
    hasNft: (await checkNft()) === undefined,
  };
}

/** @param device the attachment's, which does not count */
export function surveyLinks(device: string): Link[] {
  const addresses = allAddresses();
  return allLinks()
    .filter(({ name }) => name !== device)
    .map(({ name, mtu, index }) => ({
      name,
      mtu,
      addresses: addresses.filter(({ link }) => link === index).map(({ address }) => address),
    }));
}

/** The next hop to the first address of a prefix, as the host's own packets take it; undefined: none. */
export function nextHop({ family, bytes }: Pick<Prefix, 'family' | 'bytes'>): NextHop | undefined {
  const [route] = routesTo([{ family, destination: bytes }]);
  return typeof route === 'object' ? hopOf(route) : undefined;
}

/**
 * The next hop to the first address of a prefix by the main table alone, without the route that exists because this
 * host has the address; undefined: none.
 */
export function nextHopElsewhere({ family, bytes }: Prefix): NextHop | undefined {
  const isAddress = ({ destination }: KernelRoute) =>
    isSingleAddress(destination) && equalAddresses(destination.bytes, bytes);
  const hops = routesOf(family, TABLE_MAIN)
    .filter((route) => contains(route.destination, bytes) && !isAddress(route))
    .sort((a, b) => b.destination.length - a.destination.length || a.priority - b.priority)
    .map(hopOf);
  return hops.find((hop) => hop !== undefined && hop.device !== 'lo');
}

function hopOf({ link, gateway }: KernelRoute): NextHop | undefined {
  const device = allLinks().find(({ index }) => index === link)?.name;
  return device === undefined ? undefined : { device, gateway: gateway && formatAddress(gateway) };
}

/** Whether an address of the prefix is this host's own. */
export function isOwn(prefix: Prefix, links: readonly Link[]): boolean {
  return links.some(({ addresses }) => addresses.some((address) => contains(prefix, address)));
}

export const familiesOf = (prefixes: readonly Prefix[]): Family[] =>
  ([4, 6] as const).filter((family) => prefixes.some((prefix) => prefix.family === family));

async function learningDevices(): Promise<string[]> {
  if ((await readSysctl('net/ipv6/conf/all/forwarding')) !== '0') return [];
  const learnt = routesOf(6, TABLE_MAIN).filter(({ protocol }) => protocol === PROTOCOL_RA);
  const learning: string[] = [];
  for (const { name } of allLinks().filter((link) => learnt.some((route) => route.link === link.index))) {
    if ((await readSysctl(`net/ipv6/conf/${name}/accept_ra`)) === '1') learning.push(name);
  }
  return learning;
}

function hasPolicies(): boolean {
  try {
    askKernel(NETLINK_XFRM, () => {});
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPROTONOSUPPORT') return false;
    throw error;
  }
}

async function checkNft(): Promise<string | undefined> {
  try {
    return await runNft('add table inet ipsec_relay_check\n', '--check');
  } catch (error) {
    if (error instanceof HostRefusal) return error.message;
    throw error;
  }
}
