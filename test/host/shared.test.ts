import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { configOf, DEVICE } from './process.js';
import { built, HostAndPeer, withoutTtl } from './wire.js';

const OWN = ['198.18.1.1', '2001:db8:1::1'];
const SHARED = configOf(OWN, 'shared-address = true');
const SERVICE = `shared-address = true
[[second]]
name = "gw1"
addresses = ["198.18.2.2"]
[[service]]
name = "vpn"
addresses = ["198.18.1.1"]
seconds = ["gw1"]`;

/* The peer's packets, in scapy's words. */
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

describe('host/host: shared addresses', () => {
  let net: HostAndPeer;

  before(function () {
    if (process.getuid!() !== 0) this.skip();
  });

  beforeEach(() => {
    net = new HostAndPeer();
  });
  afterEach(() => net.close());

  it('leads what may be the relay’s into the device, as it came', async () => {
    const { child: relay } = await net.start(SHARED);
    const sent = net.send(...Object.values(STEERED));
    const seen = await relay.done({ read: sent.length });
    assert.deepEqual(seen.map(withoutTtl), sent.map(withoutTtl));
  }).timeout(60_000);

  it('leaves the host’s other packets alone, neighbour discovery among them', async () => {
    const { child: relay } = await net.start(SHARED);
    net.send(...Object.values(LEFT_ALONE));
    const [last] = net.send(esp4);
    assert.deepEqual((await relay.done({ read: 2 })).map(withoutTtl), [withoutTtl(last!)]);
    net.ip(net.host, 'neigh flush dev uplink');
    net.ip(net.peer, 'neigh flush dev far');
    for (const [from, to] of [
      [net.peer, 1],
      [net.host, 2],
    ] as const) {
      net.inside(from, 'ping', '-c', '1', '-W', '3', `198.18.1.${to}`);
      net.inside(from, 'ping', '-c', '1', '-W', '3', `2001:db8:1::${to}`);
    }
    assert.deepEqual(await relay.done({ read: 1 }), []);
  }).timeout(60_000);

  it('with a service, leads the ports towards the seconds in, and gives them to no socket of the host', async () => {
    const reserved = () => net.inside(net.host, 'cat', '/proc/sys/net/ipv4/ip_local_reserved_ports');
    net.sysctl('ipv4/ip_local_reserved_ports', '8080,40000-40010,60000');
    const { child: relay, words } = await net.start(configOf(OWN, SERVICE));
    assert.equal(reserved(), '8080,40000-40010,49152-65534');
    assert.ok(
      words.some((word) => word.endsWith('(was 8080,40000-40010,60000)')),
      words.join('\n'),
    );
    const sent = net.send(udp(IP4, 49_152), udp(IP4, 65_534), udp(IP6, 50_000), udp(IP4, 49_151));
    const seen = await relay.done({ read: 3 });
    assert.deepEqual(seen.map(withoutTtl), sent.slice(0, 3).map(withoutTtl));
    // A reload without services, and one with them again.
    await relay.done({ apply: { config: SHARED } });
    assert.equal(reserved(), '8080,40000-40010,60000');
    await relay.done({ apply: { config: configOf(OWN, SERVICE) } });
    await relay.done({ undo: true });
    assert.equal(reserved(), '8080,40000-40010,60000');
    assert.match(
      await relay.refused({
        apply: { config: configOf(OWN, `${SERVICE}\n[exchange]\nports = "1024-65535"`) },
      }),
      /^\[exchange\] ports = "1024-65534" leaves this host no port .*; with shared-address = true give a part/,
    );
  }).timeout(60_000);

  for (const filter of ['0', '1', '2']) {
    it(`delivers what the relay passes, and routes what it sends from the host’s address (rp_filter ${filter})`, async () => {
      for (const name of ['all', 'default', 'uplink']) {
        net.sysctl(`ipv4/conf/${name}/rp_filter`, filter);
      }
      const { child: relay } = await net.start(SHARED);
      // Passed: IKE, a datagram in fragments, and an error, as they came from the peer.
      const passed = net.send(udp(IP4, 500), udp(IP6, 500), STEERED['fragments of UDP over IPv4']!);
      assert.equal((await relay.done({ read: passed.length })).length, passed.length);
      const delivered = () => net.counters('UdpNoPorts', 'Udp6NoPorts', 'IpReasmOKs');
      assert.deepEqual(delivered(), {});
      await relay.done({ write: passed });
      await new Promise((resolve) => setTimeout(resolve, 300));
      // No program listens: each whole datagram was delivered, and refused there.
      assert.deepEqual(delivered(), { UdpNoPorts: 2, Udp6NoPorts: 1, IpReasmOKs: 1 });
      const emitted = built(
        `IP(src='198.18.1.1',dst='198.18.1.2',proto=50,ttl=70)/${ESP}`,
        "IP(src='198.18.1.1',dst='198.18.1.2',ttl=70)/UDP(sport=4501,dport=40001)/Raw(bytes(20))",
        "IP(src='198.18.1.1',dst='198.18.1.2',ttl=70)/ICMP(type=3,code=4)/Raw(bytes(40))",
        `IPv6(src='2001:db8:1::1',dst='2001:db8:1::2',nh=50,hlim=70)/${ESP}`,
        "IPv6(src='2001:db8:1::1',dst='2001:db8:1::2',hlim=70)/UDP(sport=4501,dport=40001)/Raw(bytes(20))",
      );
      const arrived = await net.watchPeer(() => relay.done({ write: emitted }));
      for (const packet of emitted) assert.ok(arrived.map(withoutTtl).includes(withoutTtl(packet)), packet);
    }).timeout(60_000);
  }

  it('undoes all of it, also after kill -9', async () => {
    const before = net.picture();
    const { child: relay, words } = await net.start(configOf(OWN, SERVICE));
    assert.ok(
      words.some((word) => word.startsWith('nft table inet ipsec_relay_')),
      words.join('\n'),
    );
    assert.notEqual(net.picture(), before);
    await relay.done({ undo: true });
    await relay.done({ close: true });
    assert.equal(net.picture(), before);
    const { child: killed } = await net.start(configOf(OWN, SERVICE));
    await killed.end('SIGKILL');
    await net.child().done({ recover: true });
    await net.child().done({ claim: DEVICE });
    assert.equal(net.picture(), before);
  }).timeout(60_000);

  it('goes over to other addresses without a moment in which those that stay are not led in', async () => {
    net.ip(net.host, 'address add 198.18.1.7/32 dev uplink');
    const { child: relay } = await net.start(SHARED);
    const next = configOf([...OWN, '198.18.1.7'], 'shared-address = true');
    const words = await relay.done({ apply: { config: next } });
    assert.ok(
      !words.some((word) => /198\.18\.1\.1 ipproto|accept_ra|forwarding/.test(word)),
      words.join('\n'),
    );
    const [sent] = net.send(esp4.replace('198.18.1.1', '198.18.1.7'));
    assert.deepEqual((await relay.done({ read: 1 })).map(withoutTtl), [withoutTtl(sent!)]);
    assert.equal(net.inside(net.host, 'nft', 'list', 'tables').split('\n').length, 1);
  }).timeout(60_000);

  it('refuses an address that this host has not, and a host without nft', async () => {
    const relay = net.child();
    await relay.done({ open: DEVICE });
    assert.match(
      await relay.refused({ apply: { config: configOf(['198.18.1.9'], 'shared-address = true') } }),
      /^198\.18\.1\.9 is assigned to none of this host's interfaces; with shared-address = true give/,
    );
    await relay.end();
    const path = join(net.state, 'path');
    mkdirSync(path);
    symlinkSync('/usr/sbin/ip', join(path, 'ip'));
    const without = net.child([], { ...process.env, PATH: path });
    await without.done({ open: DEVICE });
    assert.match(
      await without.refused({ apply: { config: SHARED } }),
      /needs the program nft .*; install it/,
    );
  }).timeout(60_000);
});
