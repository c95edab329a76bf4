/**
 * The parts of a plan that the kernel surely has, asked over netlink without starting a process. A step that cannot be
 * compared counts as absent; it is then tried again, and the kernel refuses to add a second one.
 */
import { equalAddresses, type Family, type Prefix, parseAddress, parsePrefix } from '../wire/address.js';
import {
  chainOf,
  chainRequest,
  isHooked,
  NETLINK_NETFILTER,
  ruleListRequest,
  tableOf,
} from '../wire/nftables.js';
import { PROTOCOL_AH, PROTOCOL_ESP, PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_UDP } from '../wire/protocol.js';
import { type KernelRoute, type KernelRule, TABLE_LOCAL, TABLE_MAIN } from '../wire/rtnetlink.js';
import { NETLINK_XFRM, policyId, XFRM_MSG_GETPOLICY } from '../wire/xfrm.js';
import { allAddresses, allLinks, askKernel, linkNamed, routesOf, routesTo, rulesOf } from './netlink.js';
import type { AddressStep, HostPlan, HostStep, NftStep, PolicyStep, RouteStep, RuleStep } from './plan.js';

/** As ip(8) calls them. */
const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: PROTOCOL_ICMP,
  udp: PROTOCOL_UDP,
  esp: PROTOCOL_ESP,
  ah: PROTOCOL_AH,
  'ipv6-icmp': PROTOCOL_ICMPV6,
};

/** Words of ip(8) in pairs: a name and its value. */
function pairs(words: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (let i = 0; i + 1 < words.length; i += 2) found.set(words[i]!, words[i + 1]!);
  return found;
}

/** Which of a family's addresses, routes and rules are not surely there. */
export function absentSteps(family: Family, steps: readonly HostStep[]): HostStep[] {
  const addresses = steps.some(({ kind }) => kind === 'address') ? allAddresses() : [];
  const rules = steps.some(({ kind }) => kind === 'rule' || kind === 'local-rule') ? rulesOf(family) : [];
  const absentRoutes = new Set<HostStep>(missingRoutes(family, steps));
  return steps.filter((step) => {
    switch (step.kind) {
      case 'address':
        return !addresses.some(({ address }) => equalAddresses(address, addressOf(step)));
      case 'route':
        return absentRoutes.has(step);
      case 'rule':
        return !rules.some((rule) => isSame(rule, wantedRule(step)));
      case 'local-rule':
        return !rules.some((rule) => isSame(rule, localRuleAt(step.preference)));
      default:
        return false;
    }
  });
}

function addressOf({ address: [text] }: AddressStep): Uint8Array {
  return parseAddress(text!.split('/', 1)[0]!);
}

/** Routes that do not lead their destinations into their devices, in their tables. */
function missingRoutes(family: Family, steps: readonly HostStep[]): RouteStep[] {
  const wanted = steps.filter((step) => step.kind === 'route').map((step) => wantedRoute(step));
  if (wanted.length === 0) return [];
  const links = new Map(allLinks().map(({ name, index }) => [name, index]));
  const inMain = wanted.filter(({ table }) => table === TABLE_MAIN);
  // The main table can hold the whole Internet: instead of listing it, ask for its routes to these destinations.
  const entries = routesTo(
    inMain.map(({ destination: { bytes } }) => ({ family, destination: bytes, isEntry: true })),
  );
  const others = new Set(wanted.map(({ table }) => table).filter((table) => table !== TABLE_MAIN));
  const listed = [...others].flatMap((table) => routesOf(family, table));
  const isThere = (route: KernelRoute | number | undefined, { table, destination, device }: WantedRoute) =>
    typeof route === 'object' &&
    route.table === table &&
    route.link === links.get(device) &&
    route.destination.length === destination.length &&
    equalAddresses(route.destination.bytes, destination.bytes);
  return wanted
    .filter((route) =>
      route.table === TABLE_MAIN
        ? !isThere(entries[inMain.indexOf(route)], route)
        : !listed.some((candidate) => isThere(candidate, route)),
    )
    .map(({ step }) => step);
}

interface WantedRoute {
  readonly step: RouteStep;
  readonly table: number;
  readonly destination: Prefix;
  readonly device: string;
}

function wantedRoute(step: RouteStep): WantedRoute {
  const [destination, ...words] = step.route;
  const values = pairs(words.filter((word) => word !== 'onlink'));
  const everywhere = step.family === 4 ? '0.0.0.0/0' : '::/0';
  return {
    step,
    table: Number(values.get('table') ?? TABLE_MAIN),
    destination: parsePrefix(destination === 'default' ? everywhere : destination!),
    device: values.get('dev') ?? '',
  };
}

const ANY_RULE: KernelRule = {
  priority: 0,
  isInverted: false,
  from: undefined,
  to: undefined,
  inInterface: undefined,
  mark: undefined,
  mask: undefined,
  ipProtocol: undefined,
  sourcePorts: undefined,
  destinationPorts: undefined,
  table: undefined,
  goto: undefined,
};

const localRuleAt = (priority: number): KernelRule => ({ ...ANY_RULE, priority, table: TABLE_LOCAL });

/** @returns undefined: it has words that are not known here */
function wantedRule({ preference, rule }: RuleStep): KernelRule | undefined {
  const isInverted = rule[0] === 'not';
  const wanted = { ...ANY_RULE, priority: preference, isInverted } as {
    -readonly [K in keyof KernelRule]: KernelRule[K];
  };
  for (const [word, value] of pairs(isInverted ? rule.slice(1) : rule)) {
    const [mark, mask = 0xffffffff] = value.split('/');
    if (word === 'from') wanted.from = parsePrefix(value);
    else if (word === 'to') wanted.to = parsePrefix(value);
    else if (word === 'iif') wanted.inInterface = value;
    else if (word === 'fwmark') [wanted.mark, wanted.mask] = [Number(mark), Number(mask)];
    else if (word === 'ipproto' && value in PROTOCOLS) wanted.ipProtocol = PROTOCOLS[value];
    else if (word === 'sport') wanted.sourcePorts = portsOf(value);
    else if (word === 'dport') wanted.destinationPorts = portsOf(value);
    else if (word === 'lookup') wanted.table = Number(value);
    else if (word === 'goto') wanted.goto = Number(value);
    else return undefined;
  }
  return wanted;
}

/** One port, or two with a dash between. */
function portsOf(text: string): [number, number] {
  const [first, last = first] = text.split('-').map(Number);
  return [first!, last!];
}

function isSame(rule: KernelRule, wanted: KernelRule | undefined): boolean {
  return wanted !== undefined && ruleText(rule) === ruleText(wanted);
}

/** Without a prefix of length 0, which restricts nothing. */
function ruleText(rule: KernelRule): string {
  const prefixText = (prefix: KernelRule['from']) =>
    prefix === undefined || prefix.length === 0 ? '' : `${prefix.bytes.join('.')}/${prefix.length}`;
  const { from, to, ...rest } = rule;
  return JSON.stringify(
    [prefixText(from), prefixText(to), ...Object.values(rest)],
    (_, value) => value ?? null,
  );
}

/** The rule `lookup local` is back at preference 0, beside the one that was moved: no other rule is asked any more. */
export function hasStrayLocalRule(family: Family): boolean {
  const rules = rulesOf(family);
  return rules.some((rule) => isSame(rule, localRuleAt(0))) && rules.filter(isLocalRule).length > 1;
}

const isLocalRule = (rule: KernelRule) => isSame(rule, localRuleAt(rule.priority));

/** The device's settings that are not as the plan wants them, as settings of `ip link set`. A device that is gone cannot be put back: its queue is gone as well, and the worker says so. */
export function changedSettings({ device, steps }: HostPlan): string[][] {
  const link = linkNamed(device);
  const settings = steps.flatMap((step) => (step.kind === 'link' ? step.settings : []));
  if (link === undefined || settings.length === 0) return [];
  const last = (name: string) => settings[settings.lastIndexOf(name) + 1];
  const changed: string[][] = [];
  if (settings.includes('mtu') && String(link.mtu) !== last('mtu')) changed.push(['mtu', last('mtu')!]);
  if (settings.includes('txqueuelen') && String(link.transmitQueue) !== last('txqueuelen')) {
    changed.push(['txqueuelen', last('txqueuelen')!]);
  }
  if (settings.includes('alias') && link.alias !== last('alias')) changed.push(['alias', last('alias')!]);
  if (settings.includes('up') && !link.isUp) changed.push(['up']);
  return changed;
}

/** The table's chain still gets packets, and has all of its rules. */
export function hasTable({ table, content }: NftStep): boolean {
  const [head, , ...rules] = content.trim().split('\n');
  const chain = /^chain (\w+) \{$/.exec(head!)![1]!;
  return askKernel(NETLINK_NETFILTER, (socket) => {
    const [found] = socket.get([chainRequest(table, chain)]);
    if (typeof found !== 'object' || !isHooked(found)) return false;
    const there = socket
      .dump(ruleListRequest(table))
      .filter((rule) => tableOf(rule) === table && chainOf(rule) === chain);
    return there.length === rules.length - 1; // the closing brace is none
  });
}

/** Someone else made the same exception: it serves us, and is not ours to remove. Its priority may differ from ours, so adding tells nothing. */
export function hasPolicy({ selector }: PolicyStep): boolean {
  const values = pairs(selector);
  const port = (word: string) => (values.has(word) ? Number(values.get(word)) : undefined);
  const fixed = policyId({
    source: parsePrefix(values.get('src')!),
    destination: parsePrefix(values.get('dst')!),
    protocol: PROTOCOLS[values.get('proto')!]!,
    sourcePort: port('sport'),
    destinationPort: port('dport'),
  });
  return askKernel(NETLINK_XFRM, (socket) => {
    const [answer] = socket.get([{ type: XFRM_MSG_GETPOLICY, fixed, attributes: [] }]);
    return typeof answer === 'object';
  });
}
