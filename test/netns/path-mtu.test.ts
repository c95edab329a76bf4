/**
 * Path-MTU discovery between two real kernels across edge and relay: a link becomes narrower under TCP, whichever host must
 * say so (the relay, or a router on either side of it), and the transfer goes on by itself.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cell, edgeSas, ipsecOf, relaySas } from './cells.js';
import { Daemon, tearDown } from './daemon.js';
import { errorsSince, kernelState } from './kernel.js';
import { discover, forgetPathMtus, innerMtu, type Leg, outerHeaders, refusal } from './mtu.js';
import { NamespacePlace } from './place.js';
import {
  FIRST,
  FIRST_HOST,
  FIRST_HOST6,
  FIRST6,
  type Link,
  RELAY,
  RELAY6,
  SECOND_HOST,
  SECOND_HOST6,
  Topology,
} from './topology.js';
import { EchoServer } from './transfer.js';

const MTU = 1500;
const NARROW_MTU = 1400;
/** TCP runs so long, and the link becomes narrow in the midst of it. */
const STREAM_MS = 2500;
const NARROW_AFTER_MS = 1000;
/** Retransmissions, of which one meets a narrow link in each direction and on each layer; more is no recovery. */
const RECOVERY_MS = 8000;

const V4: Leg = { family: 4, encapsulation: 'native' };
const V6: Leg = { family: 6, encapsulation: 'native' };
const udp = ({ family }: Leg): Leg => ({ family, encapsulation: 'udp' });

const WHERE: Readonly<Record<Link, string>> = {
  first: "the link to first (said by first's router, behind the edge)",
  'leg-one': 'the first leg (said by the edge, and by the relay)',
  'leg-two': "the second leg (said by the relay, and by second's router)",
  second: "the link to second (said by second's router)",
};

const PATHS: readonly {
  readonly title: string;
  readonly one: Leg;
  readonly two: Leg;
  readonly inner: 4 | 6;
  readonly links: readonly Link[];
}[] = [
  { title: 'IPv4', one: V4, two: V4, inner: 4, links: ['first', 'leg-one', 'leg-two', 'second'] },
  { title: 'IPv6', one: V6, two: V6, inner: 6, links: ['first', 'leg-one', 'leg-two', 'second'] },
  {
    title: 'UDP encapsulation added by the relay',
    one: V4,
    two: udp(V4),
    inner: 4,
    links: ['leg-one', 'leg-two', 'second'],
  },
  { title: 'IPv6, UDP encapsulation added by the relay', one: V6, two: udp(V6), inner: 4, links: ['second'] },
  {
    title: 'UDP encapsulation removed by the relay',
    one: udp(V4),
    two: V4,
    inner: 4,
    links: ['leg-one', 'second'],
  },
  {
    title: 'UDP encapsulation on both legs',
    one: udp(V4),
    two: udp(V4),
    inner: 6,
    links: ['leg-two', 'second'],
  },
  { title: 'IPv4 to IPv6', one: V4, two: V6, inner: 4, links: ['leg-one', 'leg-two', 'second'] },
  { title: 'IPv6 to IPv4', one: V6, two: V4, inner: 4, links: ['leg-one', 'leg-two', 'second'] },
];

/** An MTU can be found once with an SA: relay and edge remember it. So each case has SAs of its own. */
const CASES = PATHS.flatMap((path) => path.links.map((link) => ({ ...path, link }))).map((one, i) => ({
  ...one,
  cell: { number: 1 + i, one: one.one, two: one.two, algorithm: 'aes-gcm' } satisfies Cell,
}));
const WITHOUT_ERRORS: Cell = { number: 0x80, one: V4, two: V4, algorithm: 'aes-gcm' };

describe('netns: path-MTU discovery', function () {
  this.timeout(240_000);
  let topology: Topology;
  let relay: Daemon;
  let edge: Daemon;
  let server: EchoServer;

  before(async () => {
    topology = await Topology.up();
    const cells = [...CASES.map(({ cell }) => cell), WITHOUT_ERRORS];
    [relay, edge] = await Promise.all([
      Daemon.start(new NamespacePlace(topology, 'relay'), {
        role: 'relay',
        addresses: [RELAY, RELAY6],
        more: 'keepalive = 0', // a kernel that has no ESP-in-UDP would refuse them, in ICMP errors
        sas: cells.flatMap(relaySas),
      }),
      Daemon.start(new NamespacePlace(topology, 'first-net'), {
        role: 'edge',
        addresses: [FIRST, FIRST6],
        relays: [RELAY, RELAY6],
        sas: cells.flatMap(edgeSas),
      }),
    ]);
    server = await EchoServer.start(topology, 'second-host');
  });
  after(async () => {
    server?.stop();
    await tearDown(topology, edge, relay);
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    const verdicts = JSON.stringify([await relay.status(), await edge.status()]);
    console.error(`relay:\n${relay.log}\nedge:\n${edge.log}\n${verdicts}`);
  });

  async function prepare(cell: Cell): Promise<void> {
    for (const link of Object.keys(WHERE) as Link[]) await topology.mtu(link, MTU);
    await topology.ipsec(ipsecOf(cell));
    await forgetPathMtus(topology, 'first-host', 'second-host');
  }

  /** TCP there and back, with the link becoming narrow under it. */
  async function streamWhileNarrowing(to: string, link: Link) {
    const stream = server.stream('first-host', to, STREAM_MS, STREAM_MS + RECOVERY_MS);
    await sleep(NARROW_AFTER_MS);
    await topology.mtu(link, NARROW_MTU);
    return stream;
  }

  for (const { title, one, two, inner, link, cell } of CASES) {
    it(`${title}: ${WHERE[link]}`, async function () {
      await prepare(cell);
      const before = {
        first: await kernelState(topology, 'first'),
        second: await kernelState(topology, 'second'),
      };
      const [firstHost, secondHost] = inner === 4 ? [FIRST_HOST, SECOND_HOST] : [FIRST_HOST6, SECOND_HOST6];
      const echoed = await streamWhileNarrowing(secondHost, link);
      assert.equal(echoed.error, undefined, `TCP did not recover: ${JSON.stringify(echoed)}`);
      assert.ok(echoed.exact && echoed.received > 500_000, JSON.stringify(echoed));

      const growth = outerHeaders(two) - outerHeaders(one);
      const [mtuOne, mtuTwo] = link === 'first' || link === 'leg-one' ? [NARROW_MTU, MTU] : [MTU, NARROW_MTU];
      // The link from first's router to first is narrow in that direction only: first does not send over it.
      const mtuUp = link === 'first' ? MTU : mtuOne;
      const mtuDown = link === 'second' ? MTU : mtuTwo;
      const up = innerMtu(one, cell.algorithm, Math.min(MTU, mtuUp, mtuTwo - growth));
      const down = innerMtu(two, cell.algorithm, Math.min(MTU, mtuDown, mtuOne + growth));
      for (const [from, to, length] of [
        ['first-host', secondHost, up],
        ['second-host', firstHost, down],
      ] as const) {
        assert.equal(await discover(topology, from, to), length, `path MTU from ${from}`);
        assert.equal(await refusal(topology, from, to, length + 1), length, `one byte more from ${from}`);
      }
      for (const guest of ['first', 'second'] as const) {
        const errors = errorsSince(before[guest], await kernelState(topology, guest));
        assert.deepEqual(errors, {}, `${guest}: /proc/net/xfrm_stat`);
      }
      this.test!.title += ` (silent for ${Math.round(echoed.longestGapMs)} ms; ${up} bytes up, ${down} down)`;
    });
  }

  it('the negative control: TCP stays stuck when a firewall keeps the errors from the relay', async () => {
    await prepare(WITHOUT_ERRORS);
    await topology.exec(
      'relay',
      'nft',
      'add table ip firewall; ' +
        'add chain ip firewall forward { type filter hook forward priority 0; }; ' +
        'add rule ip firewall forward iifname to-second icmp type destination-unreachable counter drop',
    );
    try {
      const echoed = await streamWhileNarrowing(SECOND_HOST, 'second');
      assert.match(echoed.error ?? '', /not over/);
      assert.equal(await discover(topology, 'first-host', SECOND_HOST), 0);
      const rules = await topology.exec('relay', 'nft', 'list table ip firewall');
      assert.match(rules, /counter packets [1-9]/);
    } finally {
      await topology.exec('relay', 'nft', 'delete table ip firewall');
    }
    assert.equal(await discover(topology, 'first-host', SECOND_HOST), innerMtu(V4, 'aes-gcm', NARROW_MTU));
  });
});
