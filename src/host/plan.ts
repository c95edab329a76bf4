/** The needs of a role on the host's kernel, as data; host.ts carries them out and undoes them. */

import { type Family, formatPrefix, type Prefix } from '../wire/address.js';
import { HostRefusal } from './commands.js';

/** Names a device as ours in `ip link`, and a stale one as ours to remove. */
export const DEVICE_ALIAS = 'ipsec-relay';

/** One change of the host. Arguments are those of ip(8). */
export type HostStep =
  /** `ip link set dev DEVICE ...settings`. Not undone: the device goes. */
  | { readonly kind: 'link'; readonly device: string; readonly settings: readonly string[] }
  | RouteStep
  | RuleStep
  | AddressStep
  | PolicyStep
  | NftStep
  /** The rule `lookup local` goes from preference 0 to this one, so that others can stand before it. */
  | { readonly kind: 'local-rule'; readonly family: Family; readonly preference: number }
  | SysctlStep;

/** `ip route add ...route`: the destination comes first. */
export interface RouteStep {
  readonly kind: 'route';
  readonly family: Family;
  readonly route: readonly string[];
}

/** `ip rule add pref PREFERENCE ...rule` */
export interface RuleStep {
  readonly kind: 'rule';
  readonly family: Family;
  readonly preference: number;
  readonly rule: readonly string[];
}

/** `ip address add ...address dev DEVICE`, on the attachment's device. Not undone: the device goes. */
export interface AddressStep {
  readonly kind: 'address';
  readonly family: Family;
  readonly device: string;
  readonly address: readonly string[];
}

/** `ip xfrm policy add ...selector ...action` */
export interface PolicyStep {
  readonly kind: 'policy';
  readonly family: Family;
  readonly selector: readonly string[];
  readonly action: readonly string[];
}

/** A table of nft(8), of all families (inet) and ours alone. */
export interface NftStep {
  readonly kind: 'nft';
  /** Another one for other content, so that one can be made before the other is removed. */
  readonly table: string;
  /** The text between its braces. */
  readonly content: string;
}

/** `key` is the path below /proc/sys. */
export interface SysctlStep {
  readonly kind: 'sysctl';
  readonly key: string;
  readonly value: string;
  /** A kernel without this key does not need it. */
  readonly optional?: true;
}

export interface HostPlan {
  /** The attachment's device; it exists when the plan is carried out. */
  readonly device: string;
  /** Prefixes of which no address may be assigned to this host. */
  readonly unassigned: readonly Prefix[];
  /** Prefixes that must lead into the device once the steps are done. */
  readonly steered: readonly Prefix[];
  /** In the order in which they are taken; undone in the reverse order. */
  readonly steps: readonly HostStep[];
}

/** RFC 8200 §5. */
const IPV6_SMALLEST_MTU = 1280;

const DUMMY_ADDRESS = '192.0.0.8';

/** Packets that wait for a worker: 10 ms at 200,000 packets a second. The kernel's default of 500 loses bursts. */
const TRANSMIT_QUEUE = 2000;

/** A device that has IPv6 enabled would send router solicitations into the relay. */
function disableIpv6(device: string): SysctlStep {
  return { ...sysctl(`net/ipv6/conf/${device}/disable_ipv6`, '1'), optional: true };
}

/** Without a link-local address, which a device without a link has no use for. */
export function linkUp(device: string, mtu: number, ipv6: boolean): HostStep[] {
  if (ipv6 && mtu < IPV6_SMALLEST_MTU) {
    throw new HostRefusal(
      `mtu = ${mtu} is less than the ${IPV6_SMALLEST_MTU} bytes that IPv6 needs; give more, or no IPv6 addresses`,
    );
  }
  const settings = ['alias', DEVICE_ALIAS, 'mtu', String(mtu), 'txqueuelen', String(TRANSMIT_QUEUE)];
  const link = (...words: string[]): HostStep => ({ kind: 'link', device, settings: words });
  // Each apart: there is no `addrgenmode` before the MTU is large enough, and ip(8) has `up` done before it.
  return ipv6
    ? [joinNoGroups(device), link(...settings), link('addrgenmode', 'none'), link('up')]
    : [disableIpv6(device), link(...settings), link('up')];
}

/**
 * On a host that forwards IPv6, a device that can do multicast joins the group of all routers, and reports that into
 * the relay (RFC 3810), even when it leaves. A new device has joined already; an MTU that is too small for IPv6 makes the
 * kernel forget that it ever did.
 */
function joinNoGroups(device: string): HostStep {
  return { kind: 'link', device, settings: ['mtu', String(IPV6_SMALLEST_MTU - 1), 'multicast', 'off'] };
}

export function routeInto(device: string, prefix: Prefix): HostStep {
  return { kind: 'route', family: prefix.family, route: [withLength(prefix), 'dev', device] };
}

export function sysctl(key: string, value: string): SysctlStep {
  return { kind: 'sysctl', key, value };
}

/**
 * Lets the host forward IPv6. Where it has learnt its routes from router advertisements, it goes on to, which a host
 * that forwards does only if it is told to: it would lose them at once.
 * @param learning devices with such routes
 */
export function forwardIpv6(learning: readonly string[]): SysctlStep[] {
  return [
    ...learning.map((device) => sysctl(`net/ipv6/conf/${device}/accept_ra`, '2')),
    sysctl('net/ipv6/conf/all/forwarding', '1'),
  ];
}

/**
 * Lets the kernel take from the device packets whose source would be answered by another way, or is this host's own.
 * The filter for all devices cannot be overruled but by the loose one, and that only on a device with an address: the
 * dummy of RFC 7600 §4.8, which is never chosen as a source.
 * @param isFiltered whether net.ipv4.conf.all.rp_filter is on
 */
export function acceptAnySource(device: string, isFiltered: boolean): HostStep[] {
  return [
    sysctl(`net/ipv4/conf/${device}/rp_filter`, isFiltered ? '2' : '0'),
    ...(isFiltered ? [addressOn(device, 4, `${DUMMY_ADDRESS}/32`, 'scope', 'host')] : []),
  ];
}

/** Usable at once: without `nodad`, no route may name it as its source until the kernel has found time to look at it. */
export function addressOn(device: string, family: Family, address: string, ...words: string[]): HostStep {
  if (family === 6) words.push('nodad');
  return { kind: 'address', family, device, address: [address, ...words] };
}

/** @param words as ip-rule(8) has them */
export function rule(family: Family, preference: number, words: string): HostStep {
  return { kind: 'rule', family, preference, rule: words.split(' ') };
}

/** @param words as ip-route(8) has them */
export function route(family: Family, words: string): HostStep {
  return { kind: 'route', family, route: words.split(' ') };
}

function withLength(prefix: Prefix): string {
  const text = formatPrefix(prefix);
  return text.includes('/') ? text : `${text}/${prefix.length}`;
}

/** The step in words, for the log. */
export function describe(step: HostStep): string {
  switch (step.kind) {
    case 'link':
      return `link ${step.device} ${step.settings.join(' ')}`;
    case 'route':
      return `route ${step.route.join(' ')}`;
    case 'rule':
      return `IPv${step.family} rule ${step.preference}: ${step.rule.join(' ')}`;
    case 'address':
      return `address ${step.address.toSpliced(1, 0, 'dev', step.device).join(' ')}`;
    case 'nft':
      return `nft table inet ${step.table} { ${step.content.trim().replace(/\s*\n\s*/g, '; ')} }`;
    case 'policy':
      return `IPsec policy ${step.selector.join(' ')} ${step.action.join(' ')}`;
    case 'local-rule':
      return `IPv${step.family} rule "lookup local" at preference ${step.preference} instead of 0`;
    case 'sysctl':
      return `${step.key.replaceAll('/', '.')} = ${step.value}`;
  }
}

/** The commands of nft(8) that carry a step out: all at once, replacing the table's former contents. */
export function replaceTable({ table, content }: NftStep): string {
  return `table inet ${table}\ndelete table inet ${table}\ntable inet ${table} {\n${content}}\n`;
}

/** Whether the kernel tells when the value changes (RTM_NEWNETCONF). */
export function isTold({ key }: SysctlStep): boolean {
  return /\/(ip_forward|forwarding|rp_filter)$/.test(key);
}

/** The commands of ip(8) that carry a step out; none: it is not for ip(8). */
export function addCommands(step: HostStep): string[][] {
  switch (step.kind) {
    case 'link':
      return [['link', 'set', 'dev', step.device, ...step.settings]];
    case 'address':
      return [['address', 'add', ...step.address, 'dev', step.device]];
    case 'route':
      return [['route', 'add', ...step.route]];
    case 'rule':
      return [['rule', 'add', 'pref', String(step.preference), ...step.rule]];
    case 'policy':
      return [['xfrm', 'policy', 'add', ...step.selector, ...step.action]];
    case 'local-rule': // the copy first: without either, the host loses its own addresses
      return [localRule('add', step.preference), localRule('del', 0)];
    case 'sysctl':
    case 'nft':
      return []; // not for ip(8)
  }
}

/** The kernel's own rule is marked so; an equal one is then refused as existing and not added twice. */
export function localRule(verb: 'add' | 'del', preference: number): string[] {
  return ['rule', verb, 'pref', String(preference), 'lookup', 'local', 'protocol', 'kernel'];
}
