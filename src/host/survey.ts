/** What the plans depend on: the host as it is before anything is changed. */
import { contains, type Family, formatPrefix, type Prefix, parseAddress } from '../wire/address.js';
import { HostRefusal, ipBatch, ipQuery, readSysctl, runNft } from './commands.js';

export interface HostSurvey {
  readonly links: readonly Link[];
  /** Devices with a route learnt from router advertisements, which they would forget when the host forwards. */
  readonly learning: readonly string[];
  /** The kernel filters IPv4 source addresses on all devices. */
  readonly filtersSources: boolean;
  /** The kernel has IPsec policies. */
  readonly hasPolicies: boolean;
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

/** @param device the attachment's, which does not count */
export async function surveyHost(device: string): Promise<HostSurvey> {
  return {
    links: await surveyLinks(device),
    learning: await learningDevices(),
    filtersSources: !['0', undefined].includes(await readSysctl('net/ipv4/conf/all/rp_filter')),
    hasPolicies: (await ipBatch(4, [['xfrm', 'policy', 'count']], 'stop')).failed.length === 0,
    hasNft: (await checkNft()) === undefined,
  };
}

/** @param device the attachment's, which does not count */
export async function surveyLinks(device: string): Promise<Link[]> {
  const links =
    (await ipQuery<{ ifname: string; mtu: number; addr_info: { local?: string }[] }>('address')) ?? [];
  return links
    .filter(({ ifname }) => ifname !== device)
    .map(({ ifname, mtu, addr_info }) => ({
      name: ifname,
      mtu,
      addresses: addr_info.flatMap(({ local }) => local ?? []).map(parseAddress),
    }));
}

/** The next hop to the first address of a prefix, as the host's own packets take it; undefined: none. */
export async function nextHop(prefix: Prefix): Promise<NextHop | undefined> {
  const [route] = (await ipQuery<{ dev?: string; gateway?: string }>('route', 'get', firstOf(prefix))) ?? [];
  return route?.dev === undefined ? undefined : { device: route.dev, gateway: route.gateway };
}

/**
 * The next hop to the first address of a prefix by the main table alone, past what leads to the address because this
 * host has it; undefined: none.
 */
export async function nextHopElsewhere(prefix: Prefix): Promise<NextHop | undefined> {
  const address = firstOf(prefix);
  const routes =
    (await ipQuery<{ dst: string; dev?: string; gateway?: string; metric?: number }>(
      `-${prefix.family}`,
      ...['route', 'show', 'match', address],
    )) ?? [];
  const lengthOf = (dst: string) => Number(/\/(\d+)$/.exec(dst)?.[1] ?? 0); // 0: "default"
  const [best] = routes
    .filter(({ dst, dev }) => dst !== address && dev !== undefined && dev !== 'lo')
    .sort((a, b) => lengthOf(b.dst) - lengthOf(a.dst) || (a.metric ?? 0) - (b.metric ?? 0));
  return best && { device: best.dev!, gateway: best.gateway };
}

function firstOf(prefix: Prefix): string {
  return formatPrefix(prefix).replace(/\/.*/, '');
}

/** Whether an address of the prefix is this host's own. */
export function isOwn(prefix: Prefix, links: readonly Link[]): boolean {
  return links.some(({ addresses }) => addresses.some((address) => contains(prefix, address)));
}

export const familiesOf = (prefixes: readonly Prefix[]): Family[] =>
  ([4, 6] as const).filter((family) => prefixes.some((prefix) => prefix.family === family));

async function learningDevices(): Promise<string[]> {
  if ((await readSysctl('net/ipv6/conf/all/forwarding')) !== '0') return [];
  const routes = (await ipQuery<{ dev?: string }>('-6', 'route', 'show', 'proto', 'ra')) ?? [];
  const learning: string[] = [];
  for (const device of new Set(routes.flatMap(({ dev }) => dev ?? []))) {
    if ((await readSysctl(`net/ipv6/conf/${device}/accept_ra`)) === '1') learning.push(device);
  }
  return learning;
}

async function checkNft(): Promise<string | undefined> {
  try {
    return await runNft('add table inet ipsec_relay_check\n', '--check');
  } catch (error) {
    if (error instanceof HostRefusal) return error.message;
    throw error;
  }
}
