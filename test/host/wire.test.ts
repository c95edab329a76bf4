import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { configOf } from './process.js';
import { built, HostAndPeer, ttlOf, withoutTtl } from './wire.js';

const EDGE_DEVICE = 'ipedge0';
const ESP = "Raw(bytes.fromhex('aaaa000100000001')+bytes(40))";
const AH = 'Raw(bytes(40))';
/** IPv6's next header of the payload, and a length field that is right for 40 bytes. */
const AH6 = "Raw(bytes.fromhex('3b08')+bytes(38))";
const ip4 = (src: string, dst: string, proto: number, ttl = 64) =>
  `IP(src='${src}',dst='${dst}',proto=${proto},ttl=${ttl})`;
const ip6 = (src: string, dst: string, nh: number, hlim = 64) =>
  `IPv6(src='${src}',dst='${dst}',nh=${nh},hlim=${hlim})`;

const edgeOf = (addresses: string[], more = '') =>
  `[edge]\nrelays = ["198.18.9.9", "2001:db8:9::9"]\naddresses = ${JSON.stringify(addresses)}\n${more}\n`;

describe('host/host: packets on the wire', function () {
  this.timeout(60_000);
  let net: HostAndPeer;

  before(function () {
    if (process.getuid!() !== 0) this.skip();
  });
  beforeEach(() => {
    net = new HostAndPeer();
  });
  afterEach(() => net.close());

  describe('relay', () => {
    const RELAY = configOf(['198.18.9.9', '2001:db8:9::9']);

    it('gets packets of both families and has them routed on, each way for one hop', async () => {
      const { child: relay } = await net.start(RELAY);
      assert.deepEqual(
        await relay.done({ read: 1 }),
        [],
        'the kernel sends into the device of its own accord',
      );
      const sent = net.send(
        `${ip4('198.18.1.2', '198.18.9.9', 50)}/${ESP}`,
        `${ip6('2001:db8:1::2', '2001:db8:9::9', 50)}/${ESP}`,
      );
      const seen = await relay.done({ read: 2 });
      assert.deepEqual(seen.map(withoutTtl), sent.map(withoutTtl));
      assert.deepEqual(seen.map(ttlOf), [63, 63]);
      const emitted = built(
        `${ip4('198.18.9.9', '198.18.1.2', 50)}/${ESP}`,
        `${ip6('2001:db8:9::9', '2001:db8:1::2', 50)}/${ESP}`,
      );
      const arrived = await net.watchPeer(() => relay.done({ write: emitted }));
      for (const packet of emitted) {
        const found = arrived.find((one) => withoutTtl(one) === withoutTtl(packet));
        assert.equal(found && ttlOf(found), 63, packet);
      }
    });

    it('takes packets up to the greatest length from the kernel, and no multicast', async () => {
      const { child: relay } = await net.start(RELAY);
      net.ip(net.host, 'link set uplink mtu 9000');
      net.ip(net.peer, 'link set far mtu 9000');
      const sent = net.send(`${ip6('2001:db8:1::2', '2001:db8:9::9', 50)}/Raw(bytes(8900))`);
      assert.deepEqual((await relay.done({ read: 2 })).map(withoutTtl), sent.map(withoutTtl));
    });

    it('keeps the routes that the host has learnt from router advertisements', async () => {
      net.ip(net.host, '-6 route del default');
      net.sysctl('ipv6/conf/uplink/accept_ra', '1');
      net.send("IPv6(src='fe80::2',dst='ff02::1',hlim=255)/ICMPv6ND_RA(routerlifetime=1800)");
      const learnt = () => net.ip(net.host, '-6 route show default proto ra');
      for (let attempt = 0; learnt() === '' && attempt < 50; attempt++) await sleep(50);
      assert.match(learnt(), /via fe80::2 dev uplink/);
      const before = net.picture().replaceAll(/expires \d+sec/g, '');
      const { child: relay, words } = await net.start(RELAY);
      assert.ok(words.includes('net.ipv6.conf.uplink.accept_ra = 2 (was 1)'), words.join('\n'));
      assert.match(learnt(), /via fe80::2 dev uplink/);
      await relay.done({ undo: true });
      await relay.done({ close: true });
      assert.match(learnt(), /via fe80::2 dev uplink/);
      assert.equal(net.picture().replaceAll(/expires \d+sec/g, ''), before);
    });

    it('does without, and so loses them, only where it must not forward IPv6', async () => {
      net.sysctl('ipv6/conf/uplink/accept_ra', '1');
      const { words } = await net.start(configOf(['198.18.9.9']));
      assert.ok(!words.some((word) => /accept_ra|ipv6.conf.all.forwarding/.test(word)), words.join('\n'));
    });
  });

  describe('edge on the first computer itself', () => {
    const OWN = edgeOf(['198.18.1.1', '2001:db8:1::1']);

    it('gets what comes from the relay, and errors from anybody, and leaves the rest alone', async () => {
      const { child: edge } = await net.start(OWN, EDGE_DEVICE);
      const error4 = `${ip4('198.18.1.2', '198.18.9.9', 50)}/${ESP}`.replace('198.18.1.2', '198.18.1.1');
      const sent = net.send(
        `${ip4('198.18.9.9', '198.18.1.1', 50)}/${ESP}`,
        `${ip6('2001:db8:9::9', '2001:db8:1::1', 50)}/${ESP}`,
        `IP(src='198.18.1.2',dst='198.18.1.1')/ICMP(type=3,code=4,nexthopmtu=1300)/${error4}`,
        `IPv6(src='2001:db8:1::2',dst='2001:db8:1::1')/ICMPv6PacketTooBig(mtu=1300)/${ip6('2001:db8:1::1', '2001:db8:9::9', 50)}/${ESP}`,
      );
      assert.deepEqual((await edge.done({ read: 4 })).map(withoutTtl), sent.map(withoutTtl));
      net.send(
        `${ip6('2001:db8:1::2', '2001:db8:1::1', 58, 255)}/ICMPv6ND_NS(tgt='2001:db8:1::1')`,
        `${ip6('2001:db8:1::2', '2001:db8:1::1', 58, 255)}/ICMPv6ND_NA(tgt='2001:db8:1::2')`,
        `${ip6('2001:db8:1::2', '2001:db8:1::1', 58)}/ICMPv6EchoRequest()`,
        `${ip4('198.18.1.2', '198.18.1.1', 17)}/UDP(dport=4500)`,
        `${ip4('198.18.1.2', '198.18.1.1', 50)}/${ESP}`,
      );
      assert.deepEqual(await edge.done({ read: 1 }), []);
      net.ip(net.host, 'neigh flush dev uplink');
      net.inside(net.host, 'ping', '-c', '1', '-W', '3', '2001:db8:1::2');
    });

    for (const filter of ['0', '1', '2']) {
      it(`has delivered and sent what it writes (rp_filter ${filter})`, async () => {
        for (const name of ['all', 'default']) net.sysctl(`ipv4/conf/${name}/rp_filter`, filter);
        const { child: edge } = await net.start(OWN, EDGE_DEVICE);
        const before = net.counters('UdpNoPorts', 'Udp6NoPorts', 'IcmpInDestUnreachs', 'Icmp6InPktTooBigs');
        assert.deepEqual(before, {});
        const passed = built(
          "IP(src='198.18.9.9',dst='198.18.1.1')/UDP(dport=500)/Raw(b'IKE')",
          "IPv6(src='2001:db8:9::9',dst='2001:db8:1::1')/UDP(dport=500)/Raw(b'IKE')",
          `IP(src='198.18.77.7',dst='198.18.1.1')/ICMP(type=3,code=4,nexthopmtu=1300)/${ip4('198.18.1.1', '198.18.9.9', 50)}/${ESP}`,
          `IPv6(src='2001:db8:77::7',dst='2001:db8:1::1')/ICMPv6PacketTooBig(mtu=1300)/${ip6('2001:db8:1::1', '2001:db8:9::9', 50)}/${ESP}`,
        );
        await edge.done({ write: passed });
        await sleep(300);
        assert.deepEqual(
          net.counters('UdpNoPorts', 'Udp6NoPorts', 'IcmpInDestUnreachs', 'Icmp6InPktTooBigs'),
          {
            UdpNoPorts: 1,
            Udp6NoPorts: 1,
            IcmpInDestUnreachs: 1,
            Icmp6InPktTooBigs: 1,
          },
        );
        const emitted = built(
          `${ip4('198.18.1.1', '198.18.9.9', 50)}/${ESP}`,
          `${ip6('2001:db8:1::1', '2001:db8:9::9', 50)}/${ESP}`,
        );
        const arrived = (await net.watchPeer(() => edge.done({ write: emitted }))).map(withoutTtl);
        for (const packet of emitted) assert.ok(arrived.includes(withoutTtl(packet)), packet);
        // Packets that it wrote do not come in again; the host's answers to the refused datagrams do.
        const again = (await edge.done({ read: 3 })).map(addressesOf);
        assert.deepEqual(again, [
          '198.18.1.1 198.18.9.9',
          '20010db8000100000000000000000001 20010db8000900000000000000000009',
        ]);
      });
    }

    it('undoes all of it, also after kill -9', async () => {
      const before = net.picture();
      const { child: edge } = await net.start(
        edgeOf(['198.18.1.1', '2001:db8:1::1'], 'seconds = ["198.18.2.2"]'),
        EDGE_DEVICE,
      );
      assert.notEqual(net.picture(), before);
      await edge.end('SIGKILL');
      const next = net.child();
      await next.done({ recover: true });
      await next.done({ claim: EDGE_DEVICE });
      assert.equal(net.picture(), before);
    });
  });

  describe('edge on the first computer itself, AH', () => {
    const seconds = 'seconds = ["198.18.2.2", "2001:db8:2::2"]';
    const AS_RELAY = edgeOf(['198.18.1.1', '2001:db8:1::1'], seconds);

    for (const [filter, has] of [
      ['0', ''],
      ['1', ', on a host that has the relay’s addresses already'],
    ] as const) {
      it(`leads AH of the host in and out with the addresses that both ends believe in (rp_filter ${filter}${has})`, async () => {
        if (has)
          for (const address of ['198.18.9.9/32', '2001:db8:9::9/128'])
            net.ip(net.host, `address add ${address} dev lo`);
        for (const name of ['all', 'default', 'uplink']) net.sysctl(`ipv4/conf/${name}/rp_filter`, filter);
        const { child: edge } = await net.start(AS_RELAY, EDGE_DEVICE);
        // Packets that first's kernel sends as the relay come in …
        const script =
          'import socket\n' +
          'for family, own, to in ((socket.AF_INET, "198.18.9.9", "198.18.2.2"), (socket.AF_INET6, "2001:db8:9::9", "2001:db8:2::2")):\n' +
          '  s = socket.socket(family, socket.SOCK_RAW, 51); s.bind((own, 0)); s.sendto(bytes(40), (to, 0))';
        net.inside(net.host, 'python3', '-c', script);
        const own = await edge.done({ read: 2 });
        assert.deepEqual(
          own.map((packet) => addressesOf(packet)),
          ['198.18.9.9 198.18.2.2', '20010db8000900000000000000000009 20010db8000200000000000000000002'],
        );
        // … and leaves as first's.
        const emitted = built(
          `${ip4('198.18.1.1', '198.18.9.9', 51)}/${AH}`,
          `${ip6('2001:db8:1::1', '2001:db8:9::9', 51)}/${AH6}`,
        );
        const arrived = (await net.watchPeer(() => edge.done({ write: emitted }))).map(withoutTtl);
        for (const packet of emitted) assert.ok(arrived.includes(withoutTtl(packet)), packet);
        // The relay's packets come in, although its address is also this host's …
        const sent = net.send(
          `${ip4('198.18.9.9', '198.18.1.1', 51)}/${AH}`,
          `${ip6('2001:db8:9::9', '2001:db8:1::1', 51)}/${AH6}`,
        );
        assert.deepEqual((await edge.done({ read: 2 })).map(withoutTtl), sent.map(withoutTtl));
        // … and is delivered as from second to the relay: UDP in its place, whose refusal is counted.
        const delivered = built(
          "IP(src='198.18.2.2',dst='198.18.9.9')/UDP(dport=9)",
          "IPv6(src='2001:db8:2::2',dst='2001:db8:9::9')/UDP(dport=9)",
        );
        await edge.done({ write: delivered });
        await sleep(300);
        assert.deepEqual(net.counters('UdpNoPorts', 'Udp6NoPorts'), { UdpNoPorts: 1, Udp6NoPorts: 1 });
        // The host's own connection to the relay, IKE's, goes out as first's.
        net.inside(
          net.host,
          'python3',
          '-c',
          'import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"IKE", ("198.18.9.9", 500))',
        );
        // The kernel's answers to the refused datagrams come in as well.
        const last = (await edge.done({ read: 3 })).map(addressesOf);
        assert.ok(last.includes('198.18.1.1 198.18.9.9'), last.join('\n'));
      });
    }
  });
});

/** Source and destination of a packet in hexadecimal. */
function addressesOf(packet: string): string {
  if (!packet.startsWith('4')) return `${packet.slice(16, 48)} ${packet.slice(48, 80)}`;
  const address = (at: number) => [...Buffer.from(packet.slice(at, at + 8), 'hex')].join('.');
  return `${address(24)} ${address(32)}`;
}
