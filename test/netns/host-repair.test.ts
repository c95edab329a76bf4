/** The real daemons in each role: a setting that another program takes away from the host comes back within a second, and the log says so. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyBytes } from '../../src/endpoint/algorithm.js';
import { eventually } from './command.js';
import { Daemon, type DaemonOptions, tearDown } from './daemon.js';
import { EndpointProcess } from './endpoint-process.js';
import { hostState } from './host-state.js';
import { NamespacePlace } from './place.js';
import { FIRST, FIRST6, RELAY, RELAY6, Topology } from './topology.js';

const DEVICE = 'iprelay0';
const ALGORITHM = 'aes-256-gcm';
/** A second; many times that on a machine that does much else. */
const SOON_MS = 20_000;

/** A shell command, and the log's sentence about it. At most five: beyond, the daemon gives way. */
type Damage = readonly [command: string, told: RegExp];

const DEVICE_DAMAGES: readonly Damage[] = [
  [`ip link set ${DEVICE} mtu 1300 txqueuelen 100`, /put back link iprelay0 mtu \d+/],
  [`ip link set ${DEVICE} down`, /put back link iprelay0 up/],
];
const STEERING_DAMAGES: readonly Damage[] = [
  ['ip -4 rule del pref 100; ip -6 rule del pref 100', /put back IPv6 rule 100/],
  ['ip -6 rule add pref 0 lookup local', /removed IPv6 rule \\"lookup local\\" at preference 0/],
];

const ROLES: readonly [role: string, options: DaemonOptions, damages: readonly Damage[]][] = [
  [
    'a relay, over IPv6',
    { role: 'relay', addresses: [RELAY, RELAY6], sas: [] },
    [
      ...DEVICE_DAMAGES,
      [`ip -6 route del ${RELAY6}`, /put back route 2001:db8:9::9\/128/],
      ['sysctl -qw net.ipv6.conf.all.forwarding=0', /put back net\.ipv6\.conf\.all\.forwarding = 1/],
    ],
  ],
  [
    'a relay at a shared address',
    { role: 'relay', addresses: [FIRST, FIRST6], sas: [], more: 'shared-address = true' },
    [...STEERING_DAMAGES, ['nft flush ruleset', /put back nft table inet ipsec_relay_/]],
  ],
  [
    'an edge',
    {
      role: 'edge',
      addresses: [FIRST, FIRST6],
      relays: [RELAY, RELAY6],
      sas: [],
      more: `interface = "${DEVICE}"`,
    },
    [...STEERING_DAMAGES, ['ip -4 route flush table 4303', /put back route default dev iprelay0/]],
  ],
];

describe('netns: what someone else takes from the host', function () {
  this.timeout(120_000);
  let topology: Topology;
  let place: NamespacePlace;
  let untouched: string;

  const shell = (command: string) => topology.exec('relay', 'sh', '-c', command);
  const sorted = (text: string) => text.split('\n').sort().join('\n');
  /** Everything a plan may touch; rules of one preference in any order. */
  const picture = async () =>
    sorted(await hostState(topology, 'relay')) +
    (await shell(`ip link show dev ${DEVICE}; ip address show dev ${DEVICE}; nft list ruleset`));

  before(async () => {
    topology = await Topology.alone();
    place = new NamespacePlace(topology, 'relay');
    await shell(`
      ip link add uplink type veth peer name far
      for name in uplink far; do ip link set $name addrgenmode none; ip link set $name up; done
      ip address add ${FIRST}/24 dev uplink; ip address add ${FIRST6}/64 dev uplink nodad
      ip route add default via 198.18.1.2; ip -6 route add default via 2001:db8:1::2`);
    untouched = await hostState(topology, 'relay');
  });
  after(() => tearDown(topology));
  afterEach(async () => {
    assert.equal(await hostState(topology, 'relay'), untouched, 'what the daemon left behind');
  });

  async function damage(damages: readonly Damage[], log: () => string): Promise<void> {
    const whole = await picture();
    for (const [command, told] of damages) {
      const before = log().length;
      await shell(command);
      const said = () => log().slice(before);
      await eventually(`the line for "${command}"`, () => told.test(said()), said, SOON_MS);
      let now = '';
      const isWhole = async () => {
        now = await picture();
        return now === whole;
      };
      await eventually(`the repair of "${command}"`, isWhole, () => `${said()}\n${now}\n${whole}`, SOON_MS);
    }
  }

  for (const [role, options, damages] of ROLES) {
    it(`comes back: ${role}`, async () => {
      const daemon = await Daemon.start(place, options);
      try {
        await damage(damages, () => daemon.log);
      } finally {
        assert.equal(await daemon.stop(), 0, daemon.log);
      }
    });
  }

  it('comes back: an endpoint', async () => {
    const sa = { local: FIRST, peer: '198.18.1.2', algorithm: ALGORITHM };
    const nets = { 'local-net': ['10.1.0.77/32'], 'remote-net': ['10.2.0.0/24'] };
    const key = () => randomBytes(keyBytes(ALGORITHM)).toString('hex');
    const endpoint = new EndpointProcess(topology, {
      namespace: 'relay',
      sas: [
        { name: 'up', direction: 'out', spi: 0xaaaa0001, ...sa, ...nets },
        { name: 'down', direction: 'in', spi: 0xbbbb0001, ...sa, ...nets },
      ],
      keys: { up: key(), down: key() },
      more: `addresses = ["10.1.0.77/32"]\ninterface = "${DEVICE}"`,
    });
    await endpoint.start();
    try {
      await damage(
        [
          ...DEVICE_DAMAGES,
          ['ip rule del pref 4304', /put back IPv4 rule 4304/],
          [`ip address del 10.1.0.77/32 dev ${DEVICE}`, /put back address 10\.1\.0\.77\/32/],
        ],
        () => endpoint.log,
      );
    } finally {
      await endpoint.stop();
    }
  });

  it('comes back at a reload at once, and is told', async () => {
    const daemon = await Daemon.start(place, { role: 'relay', sas: [] });
    try {
      // Six times in a row: the daemon has given way by then, and a reload has not.
      for (let i = 0; i < 6; i++) {
        const before = daemon.log.length;
        await shell(`ip route del ${RELAY}`);
        await daemon.cli('reload');
        assert.notEqual(await shell(`ip route show ${RELAY}`), '');
        await eventually('the line', () => /put back route/.test(daemon.log.slice(before)));
      }
    } finally {
      assert.equal(await daemon.stop(), 0, daemon.log);
    }
  });

  it('comes back five times in ten seconds and no more, which the log says', async () => {
    const daemon = await Daemon.start(place, { role: 'relay', sas: [] });
    try {
      const lines = () =>
        daemon.log
          .split('\n')
          .filter((line) => line.startsWith('{') && line.endsWith('}'))
          .map((line) => JSON.parse(line) as { time: number | string; msg: string });
      const timesOf = (word: string) =>
        lines()
          .filter(({ msg }) => msg.startsWith(word))
          .map(({ time }) => new Date(time).getTime());
      for (const end = Date.now() + 40_000; timesOf('put back route').length < 6 && Date.now() < end; ) {
        await shell(`ip route del ${RELAY} 2>/dev/null || true`);
        await sleep(20);
      }
      const repairs = timesOf('put back route');
      assert.ok(repairs.length >= 6, daemon.log);
      for (let i = 5; i < repairs.length; i++) assert.ok(repairs[i]! - repairs[i - 5]! > 9500, daemon.log);
      if (repairs[4]! - repairs[0]! < 9000) {
        assert.ok(timesOf('another program keeps changing').length > 0, daemon.log);
      }
    } finally {
      assert.equal(await daemon.stop(), 0, daemon.log);
    }
  });
});
