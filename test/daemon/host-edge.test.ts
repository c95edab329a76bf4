import assert from 'node:assert/strict';
import { type EdgeConfig, parseConfig } from '../../src/daemon/config.js';
import { type EdgeHost, planEdge } from '../../src/daemon/host-edge.js';
import { describe as inWords } from '../../src/daemon/host-plan.js';
import { parseAddress } from '../../src/wire/address.js';

const config = (words = ''): EdgeConfig =>
  parseConfig(
    `[edge]\nrelays = ["198.18.9.0/24"]\naddresses = ["198.18.1.1", "198.18.1.2"]\n${words}`,
    'edge.toml',
  ) as EdgeConfig;

const host: EdgeHost = {
  uplink: 'eth0',
  uplinkMtu: 1400,
  assigned: [parseAddress('127.0.0.1'), parseAddress('198.18.1.2')],
  hasPolicies: true,
};

const words = (edge: EdgeConfig, on: EdgeHost) => planEdge(edge, on).steps.map(inWords);

describe('daemon/host-edge', () => {
  it('steers both directions past the local table, with what the edge writes excepted', () => {
    assert.deepEqual(words(config(), host), [
      'net.ipv6.conf.ipedge0.disable_ipv6 = 1',
      'link ipedge0 alias ipsec-relay mtu 1400 txqueuelen 2000',
      'link ipedge0 up',
      'net.ipv4.conf.ipedge0.forwarding = 1',
      'net.ipv4.conf.eth0.forwarding = 1',
      'route default dev ipedge0 src 198.18.1.2 table 4303',
      'IPsec policy src 198.18.1.2 dst 198.18.9.0/24 proto esp dir out action allow priority 0',
      'IPv4 rule 150: nop',
      'IPv4 rule "lookup local" at preference 120 instead of 0',
      'IPv4 rule 100: iif ipedge0 goto 120',
      'IPv4 rule 130: iif ipedge0 goto 150',
      'IPv4 rule 110: from 198.18.9.0/24 to 198.18.1.1 lookup 4303',
      'IPv4 rule 110: from 198.18.9.0/24 to 198.18.1.2 lookup 4303',
      'IPv4 rule 140: iif lo to 198.18.9.0/24 lookup 4303',
      'IPv4 rule 140: from 198.18.1.1 to 198.18.9.0/24 lookup 4303',
      'IPv4 rule 140: from 198.18.1.2 to 198.18.9.0/24 lookup 4303',
    ]);
  });

  it('beside the first computers, needs neither a source address nor a policy', () => {
    const beside = words(config(), { ...host, assigned: [] });
    assert.ok(beside.includes('route default dev ipedge0 table 4303'));
    assert.ok(!beside.some((step) => step.startsWith('IPsec policy')));
  });

  it('does without IPsec policies on a kernel that has none', () => {
    assert.ok(
      !words(config(), { ...host, hasPolicies: false }).some((step) => step.startsWith('IPsec policy')),
    );
  });

  it('takes the MTU of the configuration before that of the uplink', () => {
    const link = 'link ipedge0 alias ipsec-relay mtu 1300 txqueuelen 2000';
    assert.ok(words(config('mtu = 1300'), host).includes(link));
  });
});
