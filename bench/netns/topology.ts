/**
 *   generator (CPU 0)            relay (CPU 1)               sink (CPU 1)
 *  ┌───────────────┐   veth   ┌─────────────────┐   veth   ┌──────────────┐
 *  │ g0 198.18.1.1 ├──────────┤ r0           r1 ├──────────┤ s0 198.18.2.2│
 *  └───────────────┘          └─────────────────┘          └──────────────┘
 *        ESP to 198.18.9.9 ──►   substituted     ──►  counted, then dropped
 *
 * Receive packet steering moves what arrives on r0 to the relay's CPU, so everything but the
 * generator competes for one core. Its speed is what is measured.
 */
import { readdirSync } from 'node:fs';
import { ip, onCleanUp, run } from './shell.js';

export const GENERATOR_CPU = 0;
export const RELAY_CPU = 1;
export const FIRST = '198.18.1.1';
export const RELAY = '198.18.9.9';
export const SECOND = '198.18.2.2';
const PREFIX = 'ipr-bench-';

/** One substitution: packets from `peer` to ({@link RELAY}, spi) leave to (to, toSpi). */
export interface Sa {
  readonly peer: string;
  readonly spi: number;
  readonly to: string;
  readonly toSpi: number;
}

/** `count` SAs with scattered SPIs: multiples of odd constants, distinct modulo 2^32 and none below 256 for a million. */
export function makeSas(count: number): Sa[] {
  return Array.from({ length: count }, (_, i) => ({
    peer: FIRST,
    spi: Math.imul(i + 1, 0x9e3779b1) >>> 0,
    to: SECOND,
    toSpi: Math.imul(i + 1, 0x85ebca6b) >>> 0,
  }));
}

/** What the generator sends: ESP, or ESP in UDP from port 4500 to port 4500, over IPv4. */
export type Form = 'esp' | 'udp';
export const FORMS: readonly Form[] = ['esp', 'udp'];

/** How nftables reads a packet of the form: that it is one, and its SPI. */
const MATCHES: Readonly<Record<Form, { readonly is: string; readonly spi: string }>> = {
  esp: { is: 'ip protocol esp', spi: 'esp spi' },
  udp: { is: 'udp dport 4500', spi: '@th,64,32' },
};

/** What arrives at the sink when all is well: substituted by a relay, or as sent when the kernel only routes. */
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
      const off = ['all', 'default'].map((scope) => `net.ipv6.conf.${scope}.disable_ipv6=1`);
      run('ip', ['netns', 'exec', namespace, 'sysctl', '-qw', ...off]);
    }
    ip(`link add g0 netns ${this.generator} type veth peer name r0 netns ${this.relay}`);
    ip(`link add r1 netns ${this.relay} type veth peer name s0 netns ${this.sink}`);
    this.#raise(this.generator, 'g0', `${FIRST}/24`);
    this.#raise(this.relay, 'r0', '198.18.1.254/24');
    this.#raise(this.relay, 'r1', '198.18.2.254/24');
    this.#raise(this.sink, 's0', `${SECOND}/24`);
    ip(`-n ${this.relay} neigh add ${SECOND} lladdr ${macOf(this.sink, 's0')} dev r1 nud permanent`);
    const settings = ['ip_forward=1', 'conf.all.rp_filter=0', 'conf.default.rp_filter=0'];
    run('ip', [
      'netns',
      'exec',
      this.relay,
      'sysctl',
      '-qw',
      ...settings.map((setting) => `net.ipv4.${setting}`),
    ]);
    const mask = (1 << RELAY_CPU).toString(16);
    const steer = `for queue in /sys/class/net/r0/queues/rx-*; do echo ${mask} > $queue/rps_cpus; done`;
    run('ip', ['netns', 'exec', this.relay, 'sh', '-ec', steer]);
    this.nextHop = macOf(this.relay, 'r0');
    this.#nft(`table netdev bench {
  counter received { }
  chain ingress { type filter hook ingress device "s0" priority 0; }
}
table ip bench {
  counter received { }
  counter wrong { }
  set expected { typeof ip saddr . ip daddr . esp spi; size 1048576; }
  set expected_udp { typeof ip saddr . ip daddr . @th,64,32; size 1048576; }
  chain prerouting { type filter hook prerouting priority raw; ip protocol { esp, udp } drop; }
}`);
  }

  #raise(namespace: string, device: string, address: string): void {
    ip(`-n ${namespace} address add ${address} dev ${device}`);
    ip(`-n ${namespace} link set ${device} up`);
  }

  #nft(script: string): void {
    run('ip', ['netns', 'exec', this.sink, 'nft', '-f', '-'], script);
  }

  /** From now on the sink counts and drops at the device's ingress, by addresses alone: the cheapest way. */
  countCheaply(expectation: Expectation, form: Form): void {
    const { source, destination } = endpoints(expectation);
    this.#nft(`flush chain netdev bench ingress
add rule netdev bench ingress ip saddr ${source} ip daddr ${destination} ${MATCHES[form].is} counter name received drop`);
  }

  /**
   * From now on the sink counts only packets that the kernel's IP layer accepts (so the header checksum
   * is right) and that carry the addresses and one of the SPIs expected.
   */
  countStrictly(expectation: Expectation, form: Form, sas: readonly Sa[]): void {
    const { is, spi } = MATCHES[form];
    const set = form === 'esp' ? 'expected' : 'expected_udp';
    const { source, destination } = endpoints(expectation);
    const element = (sa: Sa): string =>
      `${source} . ${destination} . ${expectation === 'substituted' ? sa.toSpi : sa.spi}`;
    this.#nft(`flush chain netdev bench ingress
flush chain ip bench prerouting
flush set ip bench ${set}
add element ip bench ${set} { ${sas.map(element).join(', ')} }
add rule ip bench prerouting ip saddr . ip daddr . ${spi} @${set} counter name received drop
add rule ip bench prerouting ${is} counter name wrong drop`);
  }

  /** Packets counted so far, cheaply or strictly; `wrong`: those that the strict way refused. */
  received(how: 'cheaply' | 'strictly' | 'wrong'): number {
    const [family, counter] =
      how === 'cheaply' ? ['netdev', 'received'] : ['ip', how === 'wrong' ? how : 'received'];
    const words = ['netns', 'exec', this.sink, 'nft', '-j', 'list', 'counter', family!, 'bench', counter!];
    const listing = JSON.parse(run('ip', words)) as { nftables: { counter?: { packets: number } }[] };
    return listing.nftables.find((item) => item.counter !== undefined)!.counter!.packets;
  }
}

function endpoints(expectation: Expectation): { source: string; destination: string } {
  return expectation === 'substituted'
    ? { source: RELAY, destination: SECOND }
    : { source: FIRST, destination: RELAY };
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
