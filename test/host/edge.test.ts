import assert from 'node:assert/strict';
import { type EdgeConfig, parseConfig } from '../../src/config/config.js';
import { HostRefusal } from '../../src/host/commands.js';
import { type EdgeHost, planEdge } from '../../src/host/edge.js';
import { describe as inWords } from '../../src/host/plan.js';
import type { Link } from '../../src/host/survey.js';
import { parseAddress } from '../../src/wire/address.js';

const configOf = (relays: string[], addresses: string[], more = ''): EdgeConfig =>
  parseConfig(
    `[edge]\nrelays = ${JSON.stringify(relays)}\naddresses = ${JSON.stringify(addresses)}\n${more}`,
    'edge.toml',
  ) as EdgeConfig;
const config = (more = '') => configOf(['198.18.9.0/24'], ['198.18.1.1', '198.18.1.2'], more);

const link = (name: string, mtu: number, ...addresses: string[]): Link => ({
  name,
  mtu,
  addresses: addresses.map(parseAddress),
});
const host: EdgeHost = {
  links: [
    link('lo', 65_536, '127.0.0.1', '::1'),
    link('eth0', 1400, '198.18.1.2', '2001:db8:1::2'),
    link('eth1', 1500),
  ],
  learning: [],
  filtersSources: false,
  hasPolicies: true,
  reservedPorts: [],
  ownPorts: [32_768, 60_999],
  hasNft: true,
  uplinks: { 4: 'eth0', 6: 'eth0' },
  ahHops: new Map(),
};
const beside: EdgeHost = { ...host, links: [link('eth0', 1400, '198.18.1.254', '2001:db8:1::fe')] };

const words = (edge: EdgeConfig, on: EdgeHost) => planEdge(edge, on).steps.map(inWords);
const rules = (edge: EdgeConfig, on: EdgeHost) => words(edge, on).filter((step) => / rule /.test(step));

describe('host/edge', () => {
  it('steers both directions past the local table, with what the edge writes excepted', () => {
    assert.deepEqual(words(config(), host), [
      'net.ipv6.conf.ipedge0.disable_ipv6 = 1',
      'link ipedge0 alias ipsec-relay mtu 1400 txqueuelen 2000',
      'link ipedge0 up',
      'net.ipv4.conf.ipedge0.forwarding = 1',
      'net.ipv4.conf.eth0.forwarding = 1',
      'net.ipv4.conf.ipedge0.rp_filter = 0',
      'route default dev ipedge0 src 198.18.1.2 table 4303',
      'IPsec policy src 198.18.1.2 dst 198.18.9.0/24 proto esp dir out action allow priority 0',
      'IPsec policy src 198.18.1.2 dst 198.18.9.0/24 proto udp sport 500 dir out action allow priority 0',
      'IPsec policy src 198.18.1.2 dst 198.18.9.0/24 proto udp dport 500 dir out action allow priority 0',
      'IPsec policy src 198.18.1.2 dst 198.18.9.0/24 proto udp sport 4500 dir out action allow priority 0',
      'IPsec policy src 198.18.1.2 dst 198.18.9.0/24 proto udp dport 4500 dir out action allow priority 0',
      'IPv4 rule "lookup local" at preference 120 instead of 0',
      'IPv4 rule 100: iif ipedge0 goto 120',
      'IPv4 rule 110: from 198.18.9.0/24 to 198.18.1.1 lookup 4303',
      'IPv4 rule 110: from 198.18.9.0/24 to 198.18.1.2 lookup 4303',
      'IPv4 rule 110: iif lo to 198.18.9.0/24 lookup 4303',
      'IPv4 rule 110: from 198.18.1.1 to 198.18.9.0/24 lookup 4303',
      'IPv4 rule 110: from 198.18.1.2 to 198.18.9.0/24 lookup 4303',
      'IPv4 rule 110: iif eth0 to 198.18.1.1 ipproto icmp lookup 4303',
      'IPv4 rule 110: iif eth0 to 198.18.1.2 ipproto icmp lookup 4303',
    ]);
  });

  it('beside the first computers, needs neither a source address nor a policy', () => {
    const steps = words(config(), beside);
    assert.ok(steps.includes('route default dev ipedge0 table 4303'));
    assert.ok(!steps.some((step) => step.startsWith('IPsec policy')));
  });

  it('beside the first computers, leaves what this host itself sends to a relay alone', () => {
    const own = (edge: EdgeConfig, on: EdgeHost) => rules(edge, on).filter((step) => step.includes('iif lo'));
    assert.deepEqual(own(config(), beside), []);
    const prefix = configOf(['198.18.9.9'], ['198.18.1.0/24']);
    assert.deepEqual(own(prefix, beside), ['IPv4 rule 110: iif lo to 198.18.9.9 lookup 4303']);
  });

  it('does without IPsec policies on a kernel that has none', () => {
    assert.ok(
      !words(config(), { ...host, hasPolicies: false }).some((step) => step.startsWith('IPsec policy')),
    );
  });

  it('takes the MTU of the configuration before that of the uplink', () => {
    const set = 'link ipedge0 alias ipsec-relay mtu 1300 txqueuelen 2000';
    assert.ok(words(config('mtu = 1300'), host).includes(set));
  });

  const IPV6 = configOf(['2001:db8:9::9'], ['2001:db8:1::2']);

  it('on an IPv6 host of its own, tells errors by a mark and leaves neighbour discovery alone', () => {
    const steps = words(IPV6, { ...host, learning: ['eth0'] });
    assert.deepEqual(
      steps.filter((step) => !step.startsWith('IPsec policy') && !step.startsWith('nft')),
      [
        'link ipedge0 mtu 1279 multicast off',
        'link ipedge0 alias ipsec-relay mtu 1400 txqueuelen 2000',
        'link ipedge0 addrgenmode none',
        'link ipedge0 up',
        'net.ipv6.conf.eth0.accept_ra = 2',
        'net.ipv6.conf.all.forwarding = 1',
        'route default dev ipedge0 src 2001:db8:1::2 table 4303',
        'IPv6 rule "lookup local" at preference 120 instead of 0',
        'IPv6 rule 100: iif ipedge0 goto 120',
        'IPv6 rule 110: from 2001:db8:9::9 to 2001:db8:1::2 lookup 4303',
        'IPv6 rule 110: iif lo to 2001:db8:9::9 lookup 4303',
        'IPv6 rule 110: from 2001:db8:1::2 to 2001:db8:9::9 lookup 4303',
        'IPv6 rule 110: fwmark 0x8000000/0x8000000 lookup 4303',
      ],
    );
    assert.ok(
      steps.some((step) => /^nft .*ip6 daddr \{ 2001:db8:1::2 \} icmpv6 type \{ 1, 2, 3, 4 \}/.test(step)),
    );
    assert.equal(
      steps.filter((step) => /^IPsec policy src 2001:db8:1::2 dst 2001:db8:9::9 /.test(step)).length,
      5,
    );
  });

  it('leaves errors out there without nft, and tells them by a rule beside first', () => {
    const without = words(IPV6, { ...host, hasNft: false });
    assert.ok(!without.some((step) => /^nft|fwmark|ipv6-icmp/.test(step)));
    const rule = 'IPv6 rule 110: iif eth0 to 2001:db8:1::2 ipproto ipv6-icmp lookup 4303';
    assert.ok(words(IPV6, beside).includes(rule));
    assert.ok(!words(IPV6, beside).some((step) => /^nft|fwmark/.test(step)));
  });

  it('has rules of both families when both are used, and pairs of one family only', () => {
    const both = rules(configOf(['198.18.9.9', '2001:db8:9::9'], ['198.18.1.1', '2001:db8:1::1']), beside);
    const pairs = both.filter((step) => /from .* to /.test(step));
    assert.deepEqual(pairs, [
      'IPv4 rule 110: from 198.18.9.9 to 198.18.1.1 lookup 4303',
      'IPv4 rule 110: from 198.18.1.1 to 198.18.9.9 lookup 4303',
      'IPv6 rule 110: from 2001:db8:9::9 to 2001:db8:1::1 lookup 4303',
      'IPv6 rule 110: from 2001:db8:1::1 to 2001:db8:9::9 lookup 4303',
    ]);
    assert.ok(!rules(config(), host).some((step) => step.startsWith('IPv6')));
    assert.ok(!rules(IPV6, host).some((step) => step.startsWith('IPv4')));
  });

  const AH = configOf(['198.18.9.9'], ['198.18.1.2'], 'seconds = ["198.18.2.2"]');

  it('for the AH of this host, takes the relay’s address and reaches the relay all the same', () => {
    const gateway = { device: 'eth0', gateway: '198.18.1.254' };
    const here = { ...host, ahHops: new Map([[AH.relays[0]!, gateway]]) };
    const plan = planEdge(AH, here);
    assert.deepEqual(plan.unassigned, []);
    const steps = plan.steps.map(inWords);
    assert.ok(steps.includes('address 198.18.9.9/32 dev ipedge0'));
    assert.ok(steps.includes('route 198.18.9.9 via 198.18.1.254 dev eth0 onlink table 4302'));
    assert.ok(
      steps.includes('IPsec policy src 198.18.1.2 dst 198.18.9.9 proto ah dir out action allow priority 0'),
    );
    assert.deepEqual(rules(AH, here), [
      'IPv4 rule "lookup local" at preference 120 instead of 0',
      'IPv4 rule 90: iif ipedge0 from 198.18.1.2 to 198.18.9.9 lookup 4302',
      'IPv4 rule 110: from 198.18.9.9 to 198.18.2.2 lookup 4303',
      'IPv4 rule 100: iif ipedge0 goto 120',
      'IPv4 rule 110: from 198.18.9.9 to 198.18.1.2 lookup 4303',
      'IPv4 rule 110: iif lo to 198.18.9.9 lookup 4303',
      'IPv4 rule 110: from 198.18.1.2 to 198.18.9.9 lookup 4303',
      'IPv4 rule 110: iif eth0 to 198.18.1.2 ipproto icmp lookup 4303',
    ]);
    const onLink = { ...host, ahHops: new Map([[AH.relays[0]!, { device: 'eth0', gateway: undefined }]]) };
    assert.ok(words(AH, onLink).includes('route 198.18.9.9 dev eth0 table 4302'));
    const links = [...host.links, link('dummy0', 1500, '198.18.9.9')];
    assert.ok(!words(AH, { ...here, links }).some((step) => step.startsWith('address 198.18.9.9')));
  });

  it('for the AH of a first computer beside, routes to it what comes back', () => {
    const first = AH.addresses[0]!;
    const direct = { ...beside, ahHops: new Map([[first, { device: 'eth1', gateway: undefined }]]) };
    const plan = planEdge(AH, direct);
    assert.deepEqual(plan.unassigned, AH.relays);
    const steps = plan.steps.map(inWords);
    assert.ok(steps.includes('route 198.18.9.9 via 198.18.1.2 dev eth1 onlink table 4302'));
    assert.ok(steps.includes('IPv4 rule 80: iif ipedge0 from 198.18.2.2 to 198.18.9.9 lookup 4302'));
    assert.ok(steps.includes('IPv4 rule 110: from 198.18.9.9 to 198.18.2.2 lookup 4303'));
    assert.ok(!steps.some((step) => /^address/.test(step)));
    const behind = { ...beside, ahHops: new Map([[first, { device: 'eth1', gateway: '10.0.0.7' }]]) };
    assert.ok(words(AH, behind).includes('route 198.18.9.9 via 10.0.0.7 dev eth1 onlink table 4302'));
    assert.throws(() => planEdge(AH, beside), /^Error: no route leads to 198\.18\.1\.2; add one/);
  });

  it('refuses what it cannot serve', () => {
    const refused = (edge: EdgeConfig, sentence: RegExp) =>
      assert.throws(
        () => planEdge(edge, host),
        (error) => error instanceof HostRefusal && sentence.test(error.message),
      );
    const seconds = 'seconds = ["198.18.2.2"]';
    const exactlyOne = /^\[edge\] seconds with an IPv4 address needs exactly one IPv4 address/;
    refused(config(seconds), exactlyOne);
    refused(configOf(['198.18.9.9'], ['198.18.1.0/24'], seconds), exactlyOne);
    refused(configOf(['198.18.9.9', '2001:db8:9::9'], ['2001:db8:1::1'], seconds), exactlyOne);
    refused(configOf(['198.18.9.9'], ['2001:db8:1::1']), /of different families/);
    refused(
      configOf(['2001:db8:9::9'], ['2001:db8:1::1'], 'mtu = 1000'),
      /^mtu = 1000 is less than the 1280 bytes/,
    );
  });

  it('accepts any source from the device, also where the kernel filters those of all', () => {
    const filtered = words(config(), { ...host, filtersSources: true });
    assert.ok(filtered.includes('net.ipv4.conf.ipedge0.rp_filter = 2'));
    assert.ok(filtered.includes('address 192.0.0.8/32 dev ipedge0 scope host'));
  });
});
