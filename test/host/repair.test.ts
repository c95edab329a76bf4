import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from './process.js';
import { configOf, DEVICE } from './process.js';
import { HostAndPeer } from './wire.js';

const RELAYS = ['198.18.9.9', '2001:db8:9::9'];
const ROUTED = configOf(RELAYS);
const SHARED = configOf(['198.18.1.1', '2001:db8:1::1'], 'shared-address = true');
const EDGE = `[edge]\ninterface = "${DEVICE}"\nrelays = ${JSON.stringify(RELAYS)}\naddresses = ["198.18.1.1", "2001:db8:1::1"]\n`;
/** A second; many times that on a machine that does much else. */
const SOON_MS = 20_000;

describe('host/repair', function () {
  this.timeout(240_000);
  let net: HostAndPeer;

  before(function () {
    if (process.getuid!() !== 0) this.skip();
  });
  beforeEach(() => {
    net = new HostAndPeer();
  });
  afterEach(() => net.close());

  const inHost = (...words: string[]) => net.inside(net.host, ...words);
  const sorted = (text: string, separator: string) => text.split(separator).sort().join(separator);
  /** Everything a plan may touch; rules of one preference in any order, as they lead to one table. */
  const picture = () =>
    [
      inHost('ip', '-d', 'link', 'show', 'dev', DEVICE),
      inHost('ip', '-4', 'route', 'show', 'table', 'all'),
      inHost('ip', '-6', 'route', 'show', 'table', 'all'),
      sorted(inHost('ip', '-4', 'rule'), '\n'),
      sorted(inHost('ip', '-6', 'rule'), '\n'),
      inHost('ip', '-4', 'address', 'show', 'dev', DEVICE),
      inHost('nft', 'list', 'ruleset'),
      sorted(inHost('ip', 'xfrm', 'policy'), 'src 1'),
    ].join('\n');
  const ownTable = () => inHost('nft', 'list', 'tables').trim().split(' ').at(-1)!;

  /** Another program's change, and the sentence that it is put back. */
  type Damage = [what: string, commands: () => string[], told: RegExp];
  const anyRoles: Damage[] = [
    ['the MTU of the device', () => [`ip link set ${DEVICE} mtu 1400`], /^put back link iprelay0 mtu \d+$/],
    [
      'the queue of the device',
      () => [`ip link set ${DEVICE} txqueuelen 500`],
      /^put back link iprelay0 txqueuelen 2000$/,
    ],
    ['the device set down', () => [`ip link set ${DEVICE} down`], /^put back link iprelay0 up$/],
  ];
  const steering: Damage[] = [
    ['a rule of IPv4', () => ['ip -4 rule del pref 100'], /^put back IPv4 rule 100: iif iprelay0 goto 120$/],
    ['a rule of IPv6', () => ['ip -6 rule del pref 100'], /^put back IPv6 rule 100: iif iprelay0 goto 120$/],
    ['one of several rules', () => ['ip -4 rule del pref 110'], /^put back IPv4 rule 110: /],
    [
      'a route of the table of its own',
      () => ['ip -6 route flush table 4303'],
      /^put back route default dev iprelay0.* table 4303$/,
    ],
    [
      'the local rule, back at preference 0',
      () => ['ip -4 rule add pref 0 lookup local'],
      /^removed IPv4 rule "lookup local" at preference 0, which had come back$/,
    ],
    [
      'the local rule, back at preference 0 as the kernel makes it, and gone from where it was moved',
      () => ['ip -6 rule add pref 0 lookup local protocol kernel', 'ip -6 rule del pref 120'],
      /^put back IPv6 rule "lookup local" at preference 120 instead of 0$/,
    ],
  ];
  const marks: Damage[] = [
    [
      'an emptied table',
      () => [`nft flush table inet ${ownTable()}`],
      /^put back nft table inet ipsec_relay_/,
    ],
    [
      'a deleted table',
      () => [`nft delete table inet ${ownTable()}`],
      /^put back nft table inet ipsec_relay_/,
    ],
    ['all tables', () => ['nft flush ruleset'], /^put back nft table inet ipsec_relay_/],
  ];
  const roles: [role: string, config: string, damages: Damage[]][] = [
    [
      'a relay',
      ROUTED,
      [
        ...anyRoles,
        ['a route of IPv4', () => ['ip route del 198.18.9.9/32'], /^put back route 198\.18\.9\.9\/32 dev/],
        [
          'a route of IPv6',
          () => ['ip -6 route del 2001:db8:9::9'],
          /^put back route 2001:db8:9::9\/128 dev/,
        ],
        [
          'forwarding of IPv6',
          () => ['sysctl -qw net.ipv6.conf.all.forwarding=0'],
          /^put back net\.ipv6\.conf\.all\.forwarding = 1$/,
        ],
      ],
    ],
    ['a relay at a shared address', SHARED, [...anyRoles, ...steering, ...marks]],
    [
      'an edge',
      EDGE,
      [
        ...anyRoles,
        ...steering,
        ...marks,
        [
          'a policy',
          () => ['ip xfrm policy flush'],
          /^put back IPsec policy src 198\.18\.1\.1 dst 198\.18\.9\.9 /,
        ],
      ],
    ],
  ];

  for (const [role, config, damages] of roles) {
    it(`puts back within a second what ${role} needs, says so, and touches nothing else`, async () => {
      const { child } = await net.start(config);
      const whole = picture();
      assert.deepEqual(await child.done({ repair: true }), []);
      for (const [what, commands, told] of damages) {
        await child.done({ keep: true });
        for (const command of commands()) inHost(...command.split(' '));
        const said = await heard(child, told, what);
        for (const end = Date.now() + SOON_MS; picture() !== whole && Date.now() < end; ) await sleep(20);
        assert.equal(picture(), whole, `${what}\n${said.join('\n')}`);
      }
    });
  }

  async function heard(child: Child, told: RegExp, what: string): Promise<string[]> {
    const said: string[] = [];
    for (const end = Date.now() + SOON_MS; Date.now() < end; await sleep(20)) {
      said.push(...(await child.done({ kept: true })));
      if (said.some((sentence) => told.test(sentence))) return said;
    }
    assert.fail(`${what}: only this was said:\n${said.join('\n')}`);
  }

  it('tells what a reload put back, also where the reload is refused', async () => {
    const { child } = await net.start(ROUTED);
    inHost('ip', 'route', 'del', '198.18.9.9/32');
    assert.deepEqual(await child.done({ apply: { config: ROUTED } }), []);
    assert.deepEqual(await child.done({ kept: true }), ['put back route 198.18.9.9/32 dev iprelay0']);
    inHost('ip', 'route', 'del', '198.18.9.9/32');
    inHost('ip', 'route', 'add', '198.18.9.10', 'dev', 'uplink');
    await child.refused({ apply: { config: configOf([...RELAYS, '198.18.9.10']) } });
    assert.deepEqual(await child.done({ kept: true }), ['put back route 198.18.9.9/32 dev iprelay0']);
  });

  const quiet: [role: string, config: string, damage: string, told: RegExp][] = [
    ['a relay', ROUTED, 'route del 198.18.9.9/32', /^put back route/],
    ['a relay at a shared address', SHARED, 'rule del pref 100', /^put back IPv4 rule 100/],
    ['an edge, AH', `${EDGE}seconds = ["198.18.2.2"]\n`, 'rule del pref 100', /^put back IPv4 rule 100/],
  ];
  for (const [role, config, damage, told] of quiet) {
    it(`starts no process while routes of others change, and one where it must: ${role}`, async () => {
      const path = join(net.state, 'path');
      const log = join(net.state, 'started');
      mkdirSync(path);
      for (const program of ['ip', 'nft']) {
        const file = join(path, program);
        writeFileSync(file, `#!/bin/sh\necho ${program} "$@" >> ${log}\nexec /usr/sbin/${program} "$@"\n`);
        chmodSync(file, 0o755);
      }
      const child = net.child([], { ...process.env, PATH: `${path}:${process.env['PATH']}` });
      await child.done({ open: DEVICE });
      await child.done({ apply: { config } });
      const started = () => readFileSync(log, 'utf8').trim().split('\n').length;
      const before = started();
      await child.done({ keep: true });
      for (const end = Date.now() + 1500; Date.now() < end; ) {
        net.ip(net.host, 'route add 198.51.100.0/24 via 198.18.1.2');
        net.ip(net.host, 'route del 198.51.100.0/24');
      }
      await sleep(500);
      assert.equal(started(), before, readFileSync(log, 'utf8'));
      net.ip(net.host, damage);
      await heard(child, told, damage);
      assert.equal(started(), before + 1);
    });
  }
});
