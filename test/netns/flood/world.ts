/**
 *   first-net (CPU 0)                 relay (CPU 1)                      second-net
 *  ┌──────────────────┐  leg one  ┌────────────────────┐  leg two  ┌──────────────────┐
 *  │ generator        ├───────────┤ ipsec-relayd       ├───────────┤ counts, drops    │
 *  └──────────────────┘           │                    │           └──────────────────┘
 *    known SAs, a flood           │                    │  elsewhere  second-host
 *                                 │   kernel routing   ├─────────────────── drops
 *                                 └────────────────────┘
 *
 * A thread of the kernel (threaded NAPI) receives the packets, on the relay's CPU: all but the generator
 * shares this CPU. As an interrupt, a flood would leave the relay no time at all, wherever it is dropped. A flood
 * goes to the relay's address, or, for comparison, to a network beyond that the kernel of the relay's host routes to by
 * itself.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../command.js';
import type { SaWords } from '../daemon.js';
import { CHECKOUT, FIRST, RELAY, SECOND, Topology } from '../topology.js';
import { fileOf } from './packets.js';

const PEERS = join(CHECKOUT, 'bench/peers');
export const RELAY_CPU = 1;
const GENERATOR_CPU = 0;
/** In the network that is not the relay's. */
export const ELSEWHERE = '198.18.99.9';
export const ELSEWHERE6 = '2001:db8:99::9';
const KNOWN_SAS = 64;
/** At most so many packets of known SAs are under way; the TUN device's queue takes more. */
const WINDOW = 128;
/** Packets come in bursts, as an interface with interrupt coalescing brings them; else most of the CPU time is for waking up. */
const BURST = 32;

const ALONE = `
for name in first-net relay second-net second-host; do ns_exists "$name" || ns_up "$name"; done
ns_link first-net to-relay relay to-first
ns_link relay to-second second-net to-relay
ns_address first-net to-relay $LEG_ONE_NET_SIDE/24 $LEG_ONE_NET_SIDE6/64
ns_address relay to-first $LEG_ONE_RELAY_SIDE/24 $LEG_ONE_RELAY_SIDE6/64
ns_address relay to-second $LEG_TWO_RELAY_SIDE/24 $LEG_TWO_RELAY_SIDE6/64
ns_address second-net to-relay $LEG_TWO_NET_SIDE/24 $LEG_TWO_NET_SIDE6/64
ns_route relay FIRST_OUTER_NET LEG_ONE_NET_SIDE
ns_route relay SECOND_OUTER_NET LEG_TWO_NET_SIDE
ns_forward relay
`;
const ELSEWHERE_UP = `
ns_link relay to-elsewhere second-host to-relay
ns_address relay to-elsewhere 198.18.30.2/24 2001:db8:30::2/64
ns_address second-host to-relay 198.18.30.1/24 2001:db8:30::1/64
in_ns relay ip -4 route add 198.18.99.0/24 via 198.18.30.1
in_ns relay ip -6 route add 2001:db8:99::/64 via 2001:db8:30::1
in_ns relay ethtool --features to-first gro on # else a veth has no NAPI
in_ns relay sh -ec 'echo 1 > /sys/class/net/to-first/threaded'
for thread in $(pgrep '^napi/to-first'); do taskset --cpu-list --pid ${RELAY_CPU} "$thread" >/dev/null; done
`;

/** The SAs whose traffic must go on. */
export function knownSas(to = SECOND): SaWords[] {
  return Array.from({ length: KNOWN_SAS }, (_, i) => ({
    name: `known-${i}`,
    dst: RELAY,
    spi: String(knownSpi(i)),
    to,
    'to-spi': String(0x20000000 + i),
  }));
}

function knownSpi(i: number): number {
  return 0x10000000 + i;
}

/** The generator's task for a while. */
export interface Load {
  readonly milliseconds: number;
  /** Of known SAs: bytes of each packet, and how many a second; without a rate as many as come through. */
  readonly known?: { readonly size: number; readonly rate?: number };
  readonly flood?: FloodLoad | undefined;
}

/** Packets, and how many of them a second. */
export interface FloodLoad {
  readonly file: string;
  readonly rate: number;
}

/** The generator's report. */
export interface Sent {
  readonly sent: number;
  readonly flooded: number;
  /** Of known SAs, counted behind the relay. */
  readonly arrived: number;
  readonly seconds: number;
}

export class FloodWorld {
  readonly topology: Topology;
  readonly #saFile: string;
  readonly #nextHop: string;
  #files = 0;

  private constructor(topology: Topology, nextHop: string) {
    this.topology = topology;
    this.#nextHop = nextHop;
    this.#saFile = join(topology.directory, 'known');
    const lines = knownSas().map(({ spi }) => `${RELAY} ${Number(spi).toString(16)} ${SECOND} 1\n`);
    writeFileSync(this.#saFile, lines.join(''));
  }

  static async up(): Promise<FloodWorld> {
    const topology = await Topology.alone();
    await topology.library(ALONE);
    return FloodWorld.on(topology);
  }

  /** In a topology that has links between first, relay and second already. */
  static async on(topology: Topology): Promise<FloodWorld> {
    await run(['make', '-s', '-C', PEERS]);
    await topology.library(ELSEWHERE_UP);
    const links = await topology.exec('relay', 'ip', '-json', 'link', 'show', 'to-first');
    const [{ address }] = JSON.parse(links) as [{ address: string }];
    return new FloodWorld(topology, address);
  }

  /** @returns the file that {@link Load.flood} names */
  save(packets: readonly Uint8Array[]): string {
    const file = join(this.topology.directory, `flood-${this.#files++}`);
    writeFileSync(file, fileOf(packets));
    return file;
  }

  /** Sends, and ends by itself after the load's time. */
  async send({ milliseconds, known, flood }: Load): Promise<Sent> {
    const words = ['--interface', 'to-relay', '--netns', `${this.topology.prefix}first-net`];
    words.push(
      '--next-hop',
      this.#nextHop,
      '--cpu',
      String(GENERATOR_CPU),
      '--milliseconds',
      String(milliseconds),
    );
    if (known) {
      words.push('--source', FIRST, '--sas', this.#saFile, '--random', '--size', String(known.size));
      if (known.rate === undefined) words.push('--window', String(WINDOW), '--sink', 'to-relay');
      else words.push('--rate', String(known.rate));
    }
    words.push('--burst', String(BURST));
    if (flood) words.push('--flood', flood.file, '--flood-rate', String(flood.rate));
    const limit = ['timeout', '--signal=KILL', String(milliseconds / 1000 + 20)];
    const generator = join(PEERS, 'build/esp-generator');
    return JSON.parse(await this.topology.exec('second-net', ...limit, generator, ...words)) as Sent;
  }
}

/** Resident memory of a process, bytes. */
export function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]) * 1024;
}

/** A column of /proc/net/dev, of a device in the process's network namespace. */
export function deviceCounter(
  pid: number,
  device: string,
  column: 'rx' | 'rx-dropped' | 'tx' | 'tx-dropped',
): number {
  const line = readFileSync(`/proc/${pid}/net/dev`, 'latin1')
    .split('\n')
    .find((text) => text.trim().startsWith(`${device}:`));
  const place = { rx: 1, 'rx-dropped': 3, tx: 9, 'tx-dropped': 11 }[column];
  return Number(line!.split(':')[1]!.trim().split(/\s+/)[place]);
}
