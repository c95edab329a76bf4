/** The topology of netns-scripts/topology/up.sh, raised and removed by those scripts, for the tests of one file. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Capture } from './capture.js';
import { Background, type CommandOptions, type Outcome, outcomeOf, run } from './command.js';

export const CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');
const SCRIPTS = join(CHECKOUT, 'netns-scripts/topology');
/** To raise a topology takes seconds, and many times that on a machine that does much else. */
const SCRIPT_MS = 240_000;

/** The address plan of netns-scripts/topology/lib.sh. */
export const FIRST = '198.18.1.1';
export const SECOND = '198.18.2.2';
export const RELAY = '198.18.9.9';
export const FIRST_HOST = '10.1.0.2';
export const SECOND_HOST = '10.2.0.2';
export const FIRST_INNER = '10.1.0.1';
export const SECOND_INNER = '10.2.0.1';
export const FIRST6 = '2001:db8:1::1';
export const SECOND6 = '2001:db8:2::2';
export const RELAY6 = '2001:db8:9::9';
export const FIRST_HOST6 = 'fd00:1::2';
export const SECOND_HOST6 = 'fd00:2::2';

/** The SPIs of netns-scripts/topology/ipsec.sh: those that the kernels use, and those on the wire between first and relay. */
export const SPI_TO_SECOND = '0x22220001';
export const SPI_TO_SECOND_WIRE = '0xaaaa0001';
export const SPI_TO_FIRST = '0x11110001';
export const SPI_TO_FIRST_WIRE = '0xbbbb0001';

export type Namespace = 'first-net' | 'first-host' | 'relay' | 'second-net' | 'second-host';
export type Guest = 'first' | 'second';
/** An IPsec peer: a guest, or a site in it (netns-scripts/topology/site.sh). */
export type Peer = Guest | `${Guest}/${string}`;
/** The links whose MTU netns-scripts/topology/mtu.sh sets. */
export type Link = 'leg-one' | 'leg-two' | 'first' | 'second';

/** How one end sends and receives, in the words of ipsec.sh: the outer family, and ESP-in-UDP from a port (4500). */
export type LegWord = `${4 | 6}${'' | '/udp' | `/udp:${number}`}`;

/** The SPIs of both directions: of the kernels, and of the wire between first and relay. */
export interface Spis {
  readonly toSecond: string;
  readonly toSecondWire: string;
  readonly toFirst: string;
  readonly toFirstWire: string;
}

/** The parts of the kernels' SAs: the options of ipsec.sh. */
export interface IpsecOptions {
  readonly algorithm?: 'aes-gcm' | 'aes-cbc-hmac-sha256';
  readonly mode?: 'tunnel' | 'transport';
  readonly edge?: boolean;
  readonly legOne?: LegWord;
  readonly legTwo?: LegWord;
  /** AH in place of ESP; it has its own algorithm. */
  readonly ah?: boolean;
  readonly spis?: Spis;
  /** Without a relay in the path: the kernels are each other's peers. */
  readonly direct?: boolean;
}

export class Topology {
  /** Ours alone: it holds this process's id, and others run their own topologies beside. */
  readonly prefix = `it-${process.pid}-`;
  /** Everything made at run time. */
  readonly directory = join(CHECKOUT, 'run', `it-${process.pid}`);
  readonly #env = {
    ...process.env,
    NETNS_PREFIX: this.prefix,
    IPSEC_RELAY_RUN: join(CHECKOUT, 'run'),
    QUIET: '1',
    // Longer than the longest of them.
    GUEST_TIMEOUT: '230',
  };

  static async up(): Promise<Topology> {
    const topology = new Topology();
    removeStale();
    standing.add(topology);
    await topology.script('up.sh');
    return topology;
  }

  /** Only the namespace `relay`, with nothing around it. */
  static async alone(): Promise<Topology> {
    const topology = new Topology();
    removeStale();
    standing.add(topology);
    mkdirSync(topology.directory, { recursive: true });
    await topology.library('ns_up relay');
    return topology;
  }

  async down(): Promise<void> {
    await this.script('down.sh');
    standing.delete(this);
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** For the end of the process, when nothing can be waited for. */
  downNow(): void {
    execFileSync(join(SCRIPTS, 'down.sh'), { env: this.#env, stdio: 'ignore' });
    standing.delete(this);
    rmSync(this.directory, { recursive: true, force: true });
  }

  script(name: string, ...words: string[]): Promise<string> {
    return run([join(SCRIPTS, name), ...words], { env: this.#env, timeoutMs: SCRIPT_MS });
  }

  /** Runs a piece of bash with the functions of lib.sh at hand. */
  library(commands: string): Promise<string> {
    return run(['bash', '-euc', `. "$0"; ${commands}`, join(SCRIPTS, 'lib.sh')], { env: this.#env });
  }

  /** The words that run a program in a namespace. */
  in(namespace: Namespace, ...words: string[]): string[] {
    return ['ip', 'netns', 'exec', this.prefix + namespace, ...words];
  }

  exec(namespace: Namespace, ...words: string[]): Promise<string> {
    return run(this.in(namespace, ...words), { env: this.#env });
  }

  outcome(namespace: Namespace, words: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
    return outcomeOf(this.in(namespace, ...words), { env: this.#env, ...options });
  }

  background(namespace: Namespace, ...words: string[]): Background {
    return new Background(this.in(namespace, ...words), this.#env);
  }

  /** Runs a shell command in a guest. */
  guest(name: Guest, command: string): Promise<string> {
    return this.script('guest.sh', name, command);
  }

  /** Makes one more peer in a guest, with addresses in the guest's outer network. */
  async site(
    guest: Guest,
    name: string,
    { address, address6 = '-', inner }: { address: string; address6?: string; inner?: string },
  ): Promise<void> {
    await this.script('site.sh', guest, name, address, address6, ...(inner ? [inner] : []));
  }

  /** Runs a shell command in a guest or a site. */
  peer(peer: Peer, command: string): Promise<string> {
    const [guest, site] = peer.split('/') as [Guest, string?];
    return site ? this.script('site.sh', guest, site, 'run', command) : this.guest(guest, command);
  }

  async ipsec({
    algorithm = 'aes-gcm',
    mode = 'tunnel',
    edge = true,
    legOne = '4',
    legTwo = '4',
    ah = false,
    spis,
    direct = false,
  }: IpsecOptions = {}): Promise<void> {
    const words = ['--mode', mode, '--leg-one', legOne, '--leg-two', legTwo];
    words.push(...(ah ? ['--ah'] : ['--algorithm', algorithm]));
    if (!edge) words.push('--no-edge');
    if (spis) {
      words.push('--to-second', spis.toSecond, '--to-second-wire', spis.toSecondWire);
      words.push('--to-first', spis.toFirst, '--to-first-wire', spis.toFirstWire);
    }
    await this.script('ipsec.sh', direct ? 'direct' : 'relay', ...words);
  }

  /** Sets the MTU of a link, in bytes. */
  async mtu(link: Link, bytes: number): Promise<void> {
    await this.script('mtu.sh', link, String(bytes));
  }

  /**
   * Records a device until {@link Capture.stop}.
   * @param filter in tcpdump's words
   * @param bufferKib for packets that tcpdump has not yet read; each packet takes more than 2 KiB
   */
  capture(namespace: Namespace, device: string, filter: string, bufferKib = 32_768): Promise<Capture> {
    return Capture.start(this, namespace, device, filter, bufferKib);
  }
}

/** Topologies to remove however the process ends. */
const standing = new Set<Topology>();
process.on('exit', () => {
  for (const topology of standing) topology.downNow();
});
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.once(signal, () => process.exit(128 + number));
}

/** Namespaces of runs that were killed: their process is gone. */
function removeStale(): void {
  const namespaces = existsSync('/run/netns') ? readdirSync('/run/netns') : [];
  const owners = namespaces.map((name) => Number(/^it-(\d+)-/.exec(name)?.[1] ?? 0));
  for (const pid of new Set(owners)) {
    if (pid === 0 || isAlive(pid)) continue;
    const env = { ...process.env, NETNS_PREFIX: `it-${pid}-`, IPSEC_RELAY_RUN: join(CHECKOUT, 'run') };
    execFileSync(join(SCRIPTS, 'down.sh'), { env, stdio: 'ignore' });
    rmSync(join(CHECKOUT, 'run', `it-${pid}`), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
