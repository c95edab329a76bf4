/** A host and its only neighbour, in two namespaces joined by a link, and packets in scapy's words between them. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PYTHON } from '../native/network.js';
import { Child, DEVICE } from './process.js';

const WIRE_SCRIPT = join(import.meta.dirname, '../../../test/host/wire.py');
const SYSCTLS = [
  'ip_forward',
  'ip_local_reserved_ports',
  'conf/*/forwarding',
  'conf/*/rp_filter',
  'conf/*/accept_local',
];
const SYSCTLS6 = ['conf/*/forwarding', 'conf/*/accept_ra'];

/** The host has 198.18.1.1 and 2001:db8:1::1 on `uplink`, the peer ….2 on `far`; each is the other's way to everywhere. */
export class HostAndPeer {
  readonly host = `wire-host-${process.pid}`;
  readonly peer = `wire-peer-${process.pid}`;
  readonly state = mkdtempSync(join(tmpdir(), 'host-test-'));
  readonly #children: Child[] = [];

  constructor() {
    for (const name of [this.host, this.peer]) {
      execFileSync('ip', ['netns', 'add', name]);
      this.ip(name, 'link set lo up');
    }
    this.ip(this.host, `link add uplink type veth peer name far netns ${this.peer}`);
    this.#address(this.host, 'uplink', 1);
    this.#address(this.peer, 'far', 2);
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.splice(0).map((child) => child.end('SIGKILL')));
    for (const name of [this.host, this.peer]) execFileSync('ip', ['netns', 'del', name]);
    rmSync(this.state, { recursive: true, force: true });
  }

  ip(namespace: string, words: string): string {
    return execFileSync('ip', ['-n', namespace, ...words.split(' ')], { encoding: 'utf8' });
  }

  inside(namespace: string, ...words: string[]): string {
    return execFileSync('ip', ['netns', 'exec', namespace, ...words], { encoding: 'utf8' }).trim();
  }

  /** @param key path below /proc/sys/net of the host */
  sysctl(key: string, value: string): void {
    this.inside(this.host, 'sh', '-c', `echo ${value} > /proc/sys/net/${key}`);
  }

  child(...rest: [string[]?, NodeJS.ProcessEnv?]): Child {
    const child = new Child(this.host, this.state, ...rest);
    this.#children.push(child);
    return child;
  }

  /** A child that has opened the device and applied a configuration. */
  async start(config: string, device = DEVICE): Promise<{ child: Child; words: string[] }> {
    const child = this.child();
    await child.done({ open: device });
    return { child, words: await child.done({ apply: { config } }) };
  }

  /** Sends from the peer. @returns the packets as they left, in hexadecimal */
  send(...expressions: string[]): string[] {
    const mac = /link\/ether (\S+)/.exec(this.ip(this.host, 'link show dev uplink'))![1]!;
    return this.inside(this.peer, PYTHON, WIRE_SCRIPT, 'send', 'far', mac, ...expressions).split('\n');
  }

  /** Packets that arrive at the peer within a second. */
  async watchPeer(action: () => Promise<unknown>): Promise<string[]> {
    const words = ['netns', 'exec', this.peer, PYTHON, WIRE_SCRIPT, 'watch', 'far', '1'];
    const watcher = spawn('ip', words, { stdio: ['ignore', 'pipe', 'inherit'] });
    const seen: string[] = [];
    for await (const line of createInterface(watcher.stdout)) {
      if (line === 'ready') await action();
      else seen.push(line);
    }
    return seen;
  }

  /** The host's counters that are not zero, of those named. */
  counters(...names: string[]): Record<string, number> {
    const text = this.inside(this.host, 'nstat', '-as', ...names);
    const counted = [...text.matchAll(/^(\w+)\s+(\d+)/gm)].map(([, name, count]) => [name!, Number(count)]);
    return Object.fromEntries(counted) as Record<string, number>;
  }

  /** Everything the daemon may touch, as text. */
  picture(): string {
    const files = [...SYSCTLS.map((key) => `ipv4/${key}`), ...SYSCTLS6.map((key) => `ipv6/${key}`)];
    return [
      this.ip(this.host, '-d link').replace(/^.*\bt_.*$/gm, ''),
      this.ip(this.host, '-4 route show table all'),
      this.ip(this.host, '-6 route show table all'),
      this.ip(this.host, '-d -4 rule'),
      this.ip(this.host, '-d -6 rule'),
      this.ip(this.host, 'xfrm policy'),
      this.inside(this.host, 'nft', 'list', 'ruleset'),
      this.inside(this.host, 'sh', '-c', `cd /proc/sys/net; grep . ${files.join(' ')}`),
    ].join('\n');
  }

  #address(name: string, device: string, last: 1 | 2): void {
    this.ip(name, `link set ${device} addrgenmode none`);
    this.ip(name, `link set ${device} up`);
    this.ip(name, `address add 198.18.1.${last}/24 dev ${device}`);
    this.ip(name, `address add 2001:db8:1::${last}/64 dev ${device} nodad`);
    this.ip(name, `address add fe80::${last}/64 dev ${device} nodad`); // for neighbour discovery
    this.ip(name, `route add default via 198.18.1.${3 - last}`);
    this.ip(name, `route add default via 2001:db8:1::${3 - last}`);
  }
}

/** Packets of these expressions, in hexadecimal. */
export function built(...expressions: string[]): string[] {
  const script = 'import sys; from scapy.all import *; [print(bytes(eval(e)).hex()) for e in sys.argv[1:]]';
  return execFileSync(PYTHON, ['-c', script, ...expressions], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

/** A packet in hexadecimal without its TTL and, for IPv4, the checksum over it. */
export function withoutTtl(packet: string): string {
  const ttl = packet.startsWith('4') ? [16, 18, 20, 24] : [14, 16, 16, 16];
  return packet.slice(0, ttl[0]) + packet.slice(ttl[1], ttl[2]) + packet.slice(ttl[3]);
}

/** The TTL or hop limit of a packet in hexadecimal. */
export function ttlOf(packet: string): number {
  return Number.parseInt(packet.slice(packet.startsWith('4') ? 16 : 14).slice(0, 2), 16);
}
