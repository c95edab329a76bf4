/** What a role needs of the host's kernel, as data: computed here, carried out and undone by host.ts. */
import { type Family, formatPrefix, type Prefix } from '../wire/address.js';
import type { RelayConfig } from './config.js';

/** Names a device as ours in `ip link`, and a stale one as ours to remove. */
export const DEVICE_ALIAS = 'ipsec-relay';

/** One change of the host. Arguments are those of ip(8). */
export type HostStep =
  /** `ip link set dev DEVICE ...settings`. Not undone: the device goes. */
  | { readonly kind: 'link'; readonly device: string; readonly settings: readonly string[] }
  /** `ip address add ...address`. Not undone: it is the device's, which goes. */
  | { readonly kind: 'address'; readonly family: Family; readonly address: readonly string[] }
  /** `ip route add ...route` */
  | { readonly kind: 'route'; readonly family: Family; readonly route: readonly string[] }
  /** `ip rule add pref PREFERENCE ...rule` */
  | {
      readonly kind: 'rule';
      readonly family: Family;
      readonly preference: number;
      readonly rule: readonly string[];
    }
  | PolicyStep
  /** The rule `lookup local` goes from preference 0 to this one, so that others can stand before it. */
  | { readonly kind: 'local-rule'; readonly family: Family; readonly preference: number }
  | SysctlStep;

/** `ip xfrm policy add ...selector ...action` */
export interface PolicyStep {
  readonly kind: 'policy';
  readonly selector: readonly string[];
  readonly action: readonly string[];
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

/**
 * Larger than any packet that arrives, so that the kernel neither fragments nor refuses one on its way into the
 * relay: what the way out can carry is the relay's to decide.
 */
const RELAY_MTU = 65_535;

/** Packets that wait for a worker: 10 ms at 200,000 packets a second. The kernel's default of 500 loses bursts. */
export const TRANSMIT_QUEUE = 2000;

/** The relay's addresses are routed into the device, and this host forwards. */
export function planRelay(config: RelayConfig): HostPlan {
  const { interface: device, addresses, mtu = RELAY_MTU } = config;
  const ipv4 = addresses.some((prefix) => prefix.family === 4);
  const ipv6 = addresses.some((prefix) => prefix.family === 6);
  return {
    device,
    unassigned: addresses,
    steered: addresses,
    steps: [
      ...(ipv6 ? [] : [disableIpv6(device)]),
      ...linkUp(device, mtu, ipv6),
      ...(ipv4 ? forwardIpv4(device) : []),
      // Interfaces that learn from router advertisements (accept_ra=1) stop doing so when their host forwards.
      ...(ipv6 ? [sysctl('net/ipv6/conf/all/forwarding', '1')] : []),
      ...addresses.map((prefix) => routeInto(device, prefix)),
    ],
  };
}

/** A device that has IPv6 enabled would send router solicitations into the relay. */
export function disableIpv6(device: string): SysctlStep {
  return { ...sysctl(`net/ipv6/conf/${device}/disable_ipv6`, '1'), optional: true };
}

/** Without a link-local address, which a device without a link has no use for. */
export function linkUp(device: string, mtu: number, ipv6: boolean): HostStep[] {
  const settings = ['alias', DEVICE_ALIAS, 'mtu', String(mtu), 'txqueuelen', String(TRANSMIT_QUEUE)];
  if (ipv6) settings.push('addrgenmode', 'none');
  return [
    { kind: 'link', device, settings },
    { kind: 'link', device, settings: ['up'] }, // apart, because ip(8) has `up` done before `addrgenmode`
  ];
}

export function routeInto(device: string, prefix: Prefix): HostStep {
  return { kind: 'route', family: prefix.family, route: [withLength(prefix), 'dev', device] };
}

export function sysctl(key: string, value: string): SysctlStep {
  return { kind: 'sysctl', key, value };
}

function forwardIpv4(device: string): SysctlStep[] {
  return [
    sysctl('net/ipv4/ip_forward', '1'),
    sysctl(`net/ipv4/conf/${device}/forwarding`, '1'),
    sysctl(`net/ipv4/conf/${device}/rp_filter`, '0'),
  ];
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
    case 'address':
      return `address ${step.address.join(' ')}`;
    case 'route':
      return `route ${step.route.join(' ')}`;
    case 'rule':
      return `IPv${step.family} rule ${step.preference}: ${step.rule.join(' ')}`;
    case 'policy':
      return `IPsec policy ${step.selector.join(' ')} ${step.action.join(' ')}`;
    case 'local-rule':
      return `IPv${step.family} rule "lookup local" at preference ${step.preference} instead of 0`;
    case 'sysctl':
      return `${step.key.replaceAll('/', '.')} = ${step.value}`;
  }
}
