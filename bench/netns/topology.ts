/**
 *   generator (CPU 0)            relay (CPU 1)               sink (CPU 1)
 *  ┌───────────────┐   veth   ┌─────────────────┐   veth   ┌──────────────┐
 *  │ g0 198.18.1.1 ├──────────┤ r0           r1 ├──────────┤ s0 198.18.2.2│
 *  └───────────────┘          └─────────────────┘          └──────────────┘
 *        ESP to 198.18.9.9 ──►   substituted     ──►  counted, then dropped
 *
 * Over IPv6 it is the same with 2001:db8:1::1, 2001:db8:9::9 and 2001:db8:2::2.
 *
 * Receive packet steering moves the packets that arrive on r0 to the relay's CPU, so everything but the
 * generator competes for one core, whose speed is measured.
 */
import { readdirSync } from 'node:fs';
import { ip, onCleanUp, run } from './shell.js';

export const GENERATOR_CPU = 0;
export const RELAY_CPU = 1;
const PREFIX = 'ipr-bench-';

/** Where the packets of one family come from, where they are sent to, and where they end. */
export interface Addresses {
  readonly first: string;
  readonly relay: string;
  readonly second: string;
}

const IPV4: Addresses = { first: '198.18.1.1', relay: '198.18.9.9', second: '198.18.2.2' };
const IPV6: Addresses = { first: '2001:db8:1::1', relay: '2001:db8:9::9', second: '2001:db8:2::2' };

/** One substitution: packets from `peer` to (`dst`, `spi`) leave to (`to`, `toSpi`). */
export interface Sa {
  readonly peer: string;
  readonly dst: string;
  readonly spi: number;
  readonly to: string;
  readonly toSpi: number;
}

/**
 * The packets of the generator: ESP, or ESP in UDP from port 4500 to port 4500. Over IPv4 the UDP header has no
 * checksum, over IPv6 it has one.
 */
export type Form = 'esp' | 'udp' | 'esp6' | 'udp6';
export const FORMS: readonly Form[] = ['esp', 'udp', 'esp6', 'udp6'];

export function isUdp(form: Form): boolean {
  return form.startsWith('udp');
}

export function addressesOf(form: Form): Addresses {
  return form.endsWith('6') ? IPV6 : IPV4;
}

/** `count` SAs with scattered SPIs: multiples of odd constants, distinct modulo 2^32 and none below 256 for a million. */
export function makeSas(count: number, form: Form): Sa[] {
  const { first, relay, second } = addressesOf(form);
  return Array.from({ length: count }, (_, i) => ({
    peer: first,
    dst: relay,
    spi: Math.imul(i + 1, 0x9e3779b1) >>> 0,
    to: second,
    toSpi: Math.imul(i + 1, 0x85ebca6b) >>> 0,
  }));
}

/** How nftables reads a packet of the form: that it is one, its addresses, and its SPI. */
function matchOf(form: Form): { is: string; source: string; destination: string; spi: string } {
  const ip = form.endsWith('6') ? 'ip6' : 'ip';
  const protocol = ip === 'ip6' ? 'ip6 nexthdr esp' : 'ip protocol esp';
  return {
    is: isUdp(form) ? 'udp dport 4500' : protocol,
    source: `${ip} saddr`,
    destination: `${ip} daddr`,
    spi: isUdp(form) ? '@th,64,32' : 'esp spi',
  };
}

/** The fields that the sink's set of expected packets holds. */
function keyOf(form: Form): string {
  const { source, destination, spi } = matchOf(form);
  return `${source} . ${destination} . ${spi}`;
}

/** The state in which packets reach the sink: substituted by a relay, or as sent when the kernel only routes. */
export type Expectation = 'substituted' | 'unchanged';

export class Topology {
  readonly generator: string;
  readonly relay: string;
  readonly sink: string;
  /** Ethernet address of r0. */
  readonly nextHop: string;

  /** Makes the namespaces; they go at exit. Needs root. */
  constructor() {
    removeStale();
    const name = (role: string): string => `${PREFIX}${process.pid}-${role}`;
    this.generator = name('generator');
    this.relay = name('relay');
    this.sink = name('sink');
    for (const namespace of [this.generator, this.relay, this.sink]) {
      ip(`netns add ${namespace}`);
      onCleanUp(() => ip(`netns del ${namespace}`));
      // Without link-local addresses the kernels send no router solicitations between the packets that are counted.
      sysctl(namespace, ['ipv6.conf.default.addr_gen_mode=1', 'ipv6.conf.default.accept_dad=0']);
    }
    ip(`link add g0 netns ${this.generator} type veth peer name r0 netns ${this.relay}`);
    ip(`link add r1 netns ${this.relay} type veth peer name s0 netns ${this.sink}`);
    this.#raise(this.generator, 'g0', [`${IPV4.first}/24`, `${IPV6.first}/64`]);
    this.#raise(this.relay, 'r0', ['198.18.1.254/24', '2001:db8:1::fe/64']);
    this.#raise(this.relay, 'r1', ['198.18.2.254/24', '2001:db8:2::fe/64']);
    this.#raise(this.sink, 's0', [`${IPV4.second}/24`, `${IPV6.second}/64`]);
    const sinkMac = macOf(this.sink, 's0');
    for (const { second } of [IPV4, IPV6]) {
      ip(`-n ${this.relay} neigh add ${second} lladdr ${sinkMac} dev r1 nud permanent`);
    }
    sysctl(this.relay, [
      ...['ip_forward=1', 'conf.all.rp_filter=0', 'conf.default.rp_filter=0'].map((words) => `ipv4.${words}`),
      'ipv6.conf.all.forwarding=1',
    ]);
    const mask = (1 << RELAY_CPU).toString(16);
    const steer = `for queue in /sys/class/net/r0/queues/rx-*; do echo ${mask} > $queue/rps_cpus; done`;
    run('ip', ['netns', 'exec', this.relay, 'sh', '-ec', steer]);
    this.nextHop = macOf(this.relay, 'r0');
    this.#nft(`table netdev bench {
  counter received { }
  chain ingress { type filter hook ingress device "s0" priority 0; }
}
table inet bench {
  counter received { }
  counter wrong { }
${FORMS.map((form) => `  set expected_${form} { typeof ${keyOf(form)}; size 1048576; }`).join('\n')}
  chain prerouting { type filter hook prerouting priority mangle; meta l4proto { esp, udp } drop; }
}`);
  }

  #raise(namespace: string, device: string, addresses: readonly string[]): void {
    for (const address of addresses) ip(`-n ${namespace} address add ${address} dev ${device}`);
    ip(`-n ${namespace} link set ${device} up`);
  }

  #nft(script: string): void {
    run('ip', ['netns', 'exec', this.sink, 'nft', '-f', '-'], script);
  }

  /** From now on the sink counts and drops at the device's ingress, by addresses alone: the cheapest way. */
  countCheaply(expectation: Expectation, form: Form): void {
    const match = matchOf(form);
    const { source, destination } = endpoints(expectation, form);
    this.#nft(`flush chain netdev bench ingress
add rule netdev bench ingress ${match.source} ${source} ${match.destination} ${destination} ${match.is} counter name received drop`);
  }

  /**
   * From now on the sink counts only packets that the kernel's IP layer accepts (so an IPv4 header checksum is right),
   * whose UDP checksum, if any, is right (a wrong one makes a packet invalid to connection tracking), and that
   * carry the addresses and one of the SPIs expected.
   */
  countStrictly(expectation: Expectation, form: Form, sas: readonly Sa[]): void {
    const set = `expected_${form}`;
    const { source, destination } = endpoints(expectation, form);
    const element = (sa: Sa): string =>
      `${source} . ${destination} . ${expectation === 'substituted' ? sa.toSpi : sa.spi}`;
    const { is } = matchOf(form);
    const sound = isUdp(form)
      ? [`add rule inet bench prerouting ${is} ct state invalid counter name wrong drop`]
      : [];
    const script = [
      'flush chain netdev bench ingress',
      'flush chain inet bench prerouting',
      `flush set inet bench ${set}`,
      `add element inet bench ${set} { ${sas.map(element).join(', ')} }`,
      ...sound,
      `add rule inet bench prerouting ${keyOf(form)} @${set} counter name received drop`,
      `add rule inet bench prerouting ${is} counter name wrong drop`,
    ];
    this.#nft(script.join('\n'));
  }

  /** Packets counted so far, cheaply or strictly; `wrong`: those that the strict way refused. */
  received(how: 'cheaply' | 'strictly' | 'wrong'): number {
    const [family, counter] =
      how === 'cheaply' ? ['netdev', 'received'] : ['inet', how === 'wrong' ? how : 'received'];
    const words = ['netns', 'exec', this.sink, 'nft', '-j', 'list', 'counter', family!, 'bench', counter!];
    const listing = JSON.parse(run('ip', words)) as { nftables: { counter?: { packets: number } }[] };
    return listing.nftables.find((item) => item.counter !== undefined)!.counter!.packets;
  }
}

function endpoints(expectation: Expectation, form: Form): { source: string; destination: string } {
  const { first, relay, second } = addressesOf(form);
  return expectation === 'substituted'
    ? { source: relay, destination: second }
    : { source: first, destination: relay };
}

/** @param settings assignments below `net.` */
function sysctl(namespace: string, settings: readonly string[]): void {
  run('ip', ['netns', 'exec', namespace, 'sysctl', '-qw', ...settings.map((setting) => `net.${setting}`)]);
}

function macOf(namespace: string, device: string): string {
  const [link] = JSON.parse(ip(`-n ${namespace} -j link show ${device}`)) as { address: string }[];
  return link!.address;
}

/** Removes namespaces of a benchmark that was killed before it could. */
function removeStale(): void {
  const running = new Set(readdirSync('/proc'));
  for (const { name } of JSON.parse(ip('-j netns list') || '[]') as { name: string }[]) {
    if (name.startsWith(PREFIX) && !running.has(name.split('-')[2]!)) ip(`netns del ${name}`);
  }
}
