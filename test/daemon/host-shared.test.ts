import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PYTHON } from '../native/network.js';
import { Child, configOf, DEVICE } from './host-process.js';

const WIRE_SCRIPT = join(import.meta.dirname, '../../../test/daemon/wire.py');
const OWN = ['198.18.1.1', '2001:db8:1::1'];
const SHARED = configOf(OWN, 'shared-address = true');

/* What comes from the peer, in scapy's words. */
const IP4 = "IP(src='198.18.1.2',dst='198.18.1.1')";
const IP6 = "IPv6(src='2001:db8:1::2',dst='2001:db8:1::1')";
const ESP = "Raw(bytes.fromhex('aaaa000100000001')+bytes(40))";
const esp4 = `IP(src='198.18.1.2',dst='198.18.1.1',proto=50)/${ESP}`;
const esp6 = `IPv6(src='2001:db8:1::2',dst='2001:db8:1::1',nh=50)/${ESP}`;
const udp = (ip: string, dport: number) => `${ip}/UDP(sport=40001,dport=${dport})/Raw(b'datagram')`;
const sent4 = "IP(src='198.18.1.1',dst='198.18.2.2',proto=50)";
const sent6 = "IPv6(src='2001:db8:1::1',dst='2001:db8:2::2',nh=50)";

const STEERED: Record<string, string> = {
  'ESP over IPv4': esp4,
  'ESP over IPv6': esp6,
  'ESP behind extension headers': `IPv6(src='2001:db8:1::2',dst='2001:db8:1::1')/IPv6ExtHdrDestOpt(nh=50)/${ESP}`,
  'fragments of ESP over IPv4': `fragment(IP(src='198.18.1.2',dst='198.18.1.1',proto=50,id=7)/Raw(bytes(64)),fragsize=32)`,
  'fragments of ESP over IPv6': `fragment6(IPv6(src='2001:db8:1::2',dst='2001:db8:1::1')/IPv6ExtHdrFragment(nh=50,id=7)/Raw(bytes(2000)),1280)`,
  'AH over IPv4': `IP(src='198.18.1.2',dst='198.18.1.1',proto=51)/Raw(bytes(40))`,
  'AH over IPv6': `IPv6(src='2001:db8:1::2',dst='2001:db8:1::1',nh=51)/Raw(bytes.fromhex('3b04')+bytes(40))`,
  'IKE over IPv4': udp(IP4, 500),
  'IKE over IPv6': udp(IP6, 500),
  'UDP 4500 over IPv4': udp(IP4, 4500),
  'UDP 4500 over IPv6': udp(IP6, 4500),
  'fragments of UDP over IPv4': `fragment(${IP4}/UDP(dport=4500)/Raw(bytes(100)),fragsize=64)`,
  'fragments of UDP over IPv6': `fragment6(${IP6}/IPv6ExtHdrFragment(id=8)/UDP(dport=4500)/Raw(bytes(2000)),1280)`,
  'an ICMP error about ESP': `${IP4}/ICMP(type=3,code=4,nexthopmtu=1300)/${sent4}/${ESP}`,
  'an ICMP error about ESP-in-UDP': `${IP4}/ICMP(type=11)/IP(src='198.18.1.1',dst='198.18.2.2')/UDP(sport=4500,dport=4500)/${ESP}`,
  'an ICMPv6 error about ESP': `${IP6}/ICMPv6PacketTooBig(mtu=1300)/${sent6}/${ESP}`,
  'an ICMPv6 error about ESP-in-UDP': `${IP6}/ICMPv6TimeExceeded()/IPv6(src='2001:db8:1::1',dst='2001:db8:2::2')/UDP(sport=4500,dport=4500)/${ESP}`,
};

const LEFT_ALONE: Record<string, string> = {
  'echo requests': `[${IP4}/ICMP(),${IP6}/ICMPv6EchoRequest()]`,
  TCP: `[${IP4}/TCP(dport=22),${IP6}/TCP(dport=22)]`,
  'UDP of other ports': `[${udp(IP4, 53)},${udp(IP6, 53)},${udp(IP4, 40_000)}]`,
  'errors about the host’s own TCP': `[${IP4}/ICMP(type=3,code=1)/IP(src='198.18.1.1',dst='198.18.2.2')/TCP(),${IP6}/ICMPv6DestUnreach()/IPv6(src='2001:db8:1::1',dst='2001:db8:2::2')/TCP()]`,
  'neighbour discovery': `[IPv6(src='2001:db8:1::2',dst='2001:db8:1::1',hlim=255)/ICMPv6ND_NS(tgt='2001:db8:1::1'),IPv6(src='2001:db8:1::2',dst='2001:db8:1::1',hlim=255)/ICMPv6ND_NA(tgt='2001:db8:1::2'),IPv6(src='fe80::1',dst='2001:db8:1::1',hlim=255)/ICMPv6ND_RA()]`,
  'fragments for others': `fragment(IP(src='198.18.1.2',dst='198.18.1.9')/UDP(dport=4500)/Raw(bytes(100)),fragsize=64)`,
};

describe('daemon/host: shared addresses', () => {
  const [host, peer] = [`host-shared-${process.pid}`, `peer-shared-${process.pid}`];
  let state: string;
  const children: Child[] = [];

  const ip = (namespace: string, words: string) =>
    execFileSync('ip', ['-n', namespace, ...words.split(' ')], { encoding: 'utf8' });
  const inside = (namespace: string, ...words: string[]) =>
    execFileSync('ip', ['netns', 'exec', namespace, ...words], { encoding: 'utf8' }).trim();
  const child = (...rest: [string[]?, NodeJS.ProcessEnv?]) => {
    const made = new Child(host, state, ...rest);
    children.push(made);
    return made;
  };
  const start = async (config = SHARED) => {
    const relay = child();
    await relay.done({ open: DEVICE });
    return { relay, words: await relay.done({ apply: { config } }) };
  };
  /** Sends from the peer. @returns the packets as they left, in hexadecimal */
  const send = (...expressions: string[]) => {
    const mac = /link\/ether (\S+)/.exec(ip(host, 'link show dev uplink'))![1]!;
    return inside(peer, PYTHON, WIRE_SCRIPT, 'send', 'far', mac, ...expressions).split('\n');
  };
  /** Packets that arrive at the peer within a second. */
  async function watchPeer(action: () => Promise<unknown>): Promise<string[]> {
    const words = ['netns', 'exec', peer, PYTHON, WIRE_SCRIPT, 'watch', 'far', '1'];
    const watcher = spawn('ip', words, { stdio: ['ignore', 'pipe', 'inherit'] });
    const seen: string[] = [];
    for await (const line of createInterface(watcher.stdout)) {
      if (line === 'ready') await action();
      else seen.push(line);
    }
    return seen;
  }
  const picture = () =>
    [
      ip(host, '-d link').replace(/^.*\bt_.*$/gm, ''),
      ip(host, '-4 route show table all'),
      ip(host, '-6 route show table all'),
      ip(host, '-d -4 rule'),
      ip(host, '-d -6 rule'),
      inside(host, 'nft', 'list', 'ruleset'),
      inside(
        host,
        'sh',
        '-c',
        'grep -r . /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/*/forwarding /proc/sys/net/ipv4/conf/*/rp_filter /proc/sys/net/ipv4/conf/*/accept_local /proc/sys/net/ipv6/conf/*/forwarding /proc/sys/net/ipv6/conf/*/accept_ra',
      ),
    ].join('\n');

  before(function () {
    if (process.getuid!() !== 0) this.skip();
  });

  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), 'host-test-'));
    for (const name of [host, peer]) {
      execFileSync('ip', ['netns', 'add', name]);
      ip(name, 'link set lo up');
    }
    ip(host, `link add uplink type veth peer name far netns ${peer}`);
    for (const [name, device, last] of [
      [host, 'uplink', 1],
      [peer, 'far', 2],
    ] as const) {
      ip(name, `link set ${device} addrgenmode none`);
      ip(name, `link set ${device} up`);
      ip(name, `address add 198.18.1.${last}/24 dev ${device}`);
      ip(name, `address add 2001:db8:1::${last}/64 dev ${device} nodad`);
      ip(name, `route add default via 198.18.1.${3 - last}`);
      ip(name, `route add default via 2001:db8:1::${3 - last}`);
    }
  });

  afterEach(async () => {
    await Promise.all(children.splice(0).map((each) => each.end('SIGKILL')));
    for (const name of [host, peer]) execFileSync('ip', ['netns', 'del', name]);
    rmSync(state, { recursive: true, force: true });
  });

  it('leads what may be the relay’s into the device, as it came', async () => {
    const { relay } = await start();
    const sent = send(...Object.values(STEERED));
    const seen = await relay.done({ read: sent.length });
    assert.deepEqual(seen.map(withoutTtl), sent.map(withoutTtl));
  }).timeout(60_000);

  it('leaves the host’s other packets alone, neighbour discovery among them', async () => {
    const { relay } = await start();
    send(...Object.values(LEFT_ALONE));
    const [last] = send(esp4);
    assert.deepEqual((await relay.done({ read: 2 })).map(withoutTtl), [withoutTtl(last!)]);
    ip(host, 'neigh flush dev uplink');
    ip(peer, 'neigh flush dev far');
    for (const [from, to] of [
      [peer, 1],
      [host, 2],
    ] as const) {
      inside(from, 'ping', '-c', '1', '-W', '3', `198.18.1.${to}`);
      inside(from, 'ping', '-c', '1', '-W', '3', `2001:db8:1::${to}`);
    }
    assert.deepEqual(await relay.done({ read: 1 }), []);
  }).timeout(60_000);

  for (const filter of ['0', '1', '2']) {
    it(`delivers what the relay passes, and routes what it sends from the host’s address (rp_filter ${filter})`, async () => {
      for (const name of ['all', 'default', 'uplink']) {
        inside(host, 'sh', '-c', `echo ${filter} > /proc/sys/net/ipv4/conf/${name}/rp_filter`);
      }
      const { relay } = await start();
      // Passed: IKE, a datagram in fragments, and an error, as they came from the peer.
      const passed = send(udp(IP4, 500), udp(IP6, 500), STEERED['fragments of UDP over IPv4']!);
      assert.equal((await relay.done({ read: passed.length })).length, passed.length);
      const counter = () => {
        const counters = inside(host, 'nstat', '-asz', 'UdpNoPorts', 'Udp6NoPorts', 'IpReasmOKs');
        return [...counters.matchAll(/^(\w+)\s+(\d+)/gm)].map(([, name, count]) => `${name} ${count}`).sort();
      };
      assert.deepEqual(counter(), ['IpReasmOKs 0', 'Udp6NoPorts 0', 'UdpNoPorts 0']);
      await relay.done({ write: passed });
      await new Promise((resolve) => setTimeout(resolve, 300));
      // Nobody listens: each whole datagram was delivered, and refused there.
      assert.deepEqual(counter(), ['IpReasmOKs 1', 'Udp6NoPorts 1', 'UdpNoPorts 2']);
      const emitted = await built(
        `IP(src='198.18.1.1',dst='198.18.1.2',proto=50,ttl=70)/${ESP}`,
        "IP(src='198.18.1.1',dst='198.18.1.2',ttl=70)/UDP(sport=4501,dport=40001)/Raw(bytes(20))",
        "IP(src='198.18.1.1',dst='198.18.1.2',ttl=70)/ICMP(type=3,code=4)/Raw(bytes(40))",
        `IPv6(src='2001:db8:1::1',dst='2001:db8:1::2',nh=50,hlim=70)/${ESP}`,
        "IPv6(src='2001:db8:1::1',dst='2001:db8:1::2',hlim=70)/UDP(sport=4501,dport=40001)/Raw(bytes(20))",
      );
      const arrived = await watchPeer(() => relay.done({ write: emitted }));
      for (const packet of emitted) assert.ok(arrived.map(withoutTtl).includes(withoutTtl(packet)), packet);
    }).timeout(60_000);
  }

  it('undoes all of it, also after kill -9', async () => {
    const before = picture();
    const { relay, words } = await start();
    assert.ok(
      words.some((word) => word.startsWith('nft table inet ipsec_relay_')),
      words.join('\n'),
    );
    assert.notEqual(picture(), before);
    await relay.done({ undo: true });
    await relay.done({ close: true });
    assert.equal(picture(), before);
    const { relay: killed } = await start();
    await killed.end('SIGKILL');
    await child().done({ recover: true });
    await child().done({ claim: DEVICE });
    assert.equal(picture(), before);
  }).timeout(60_000);

  it('goes over to other addresses without a moment in which those that stay are not led in', async () => {
    ip(host, 'address add 198.18.1.7/32 dev uplink');
    const { relay } = await start();
    const next = configOf([...OWN, '198.18.1.7'], 'shared-address = true');
    const words = await relay.done({ apply: { config: next } });
    assert.ok(
      !words.some((word) => /198\.18\.1\.1 ipproto|accept_ra|forwarding/.test(word)),
      words.join('\n'),
    );
    const [sent] = send(esp4.replace('198.18.1.1', '198.18.1.7'));
    assert.deepEqual((await relay.done({ read: 1 })).map(withoutTtl), [withoutTtl(sent!)]);
    assert.equal(inside(host, 'nft', 'list', 'tables').split('\n').length, 1);
  }).timeout(60_000);

  it('refuses an address that this host has not, and a host without nft', async () => {
    const relay = child();
    await relay.done({ open: DEVICE });
    assert.match(
      await relay.refused({ apply: { config: configOf(['198.18.1.9'], 'shared-address = true') } }),
      /^198\.18\.1\.9 is assigned to none of this host's interfaces; with shared-address = true give/,
    );
    await relay.end();
    const path = join(state, 'path');
    mkdirSync(path);
    symlinkSync('/usr/sbin/ip', join(path, 'ip'));
    const without = child([], { ...process.env, PATH: path });
    await without.done({ open: DEVICE });
    assert.match(
      await without.refused({ apply: { config: SHARED } }),
      /needs the program nft .*; install it/,
    );
  }).timeout(60_000);

  async function built(...expressions: string[]): Promise<string[]> {
    const script = 'import sys; from scapy.all import *; [print(bytes(eval(e)).hex()) for e in sys.argv[1:]]';
    return execFileSync(PYTHON, ['-c', script, ...expressions], { encoding: 'utf8' })
      .trim()
      .split('\n');
  }
});

/** A packet in hexadecimal without its TTL and, for IPv4, the checksum over it. */
function withoutTtl(packet: string): string {
  const ttl = packet.startsWith('4') ? [16, 18, 20, 24] : [14, 16, 16, 16];
  return packet.slice(0, ttl[0]) + packet.slice(ttl[1], ttl[2]) + packet.slice(ttl[3]);
}
