/** Twenty firsts and two seconds, and firsts behind one NAT: unmodified strongSwan, each first with an address and an identity of its own. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Charon } from './charon.js';
import { eventually } from './command.js';
import { Daemon, tearDown } from './daemon.js';
import { endMasquerade, forgetFlows, masquerade } from './masquerade.js';
import { NamespacePlace } from './place.js';
import { type Peer, RELAY, Topology } from './topology.js';
import { type End, inner, outer, siteEnd, startFirst, startSecond } from './tunnel.js';

const FIRSTS = 20;
/** Of the seconds' half-open exchanges, strongSwan asks for a COOKIE from the third of one address on (5.9: cookie_threshold_ip). */
const POOL = Array.from({ length: 8 }, (_, i) => `198.18.9.${20 + i}`);
/** The firsts' numbers begin here (tunnel.ts); one more comes later. */
const LOWEST = 101;
const GATEWAYS = { gw1: 21, gw2: 22 } as const;
type Gateway = keyof typeof GATEWAYS;
/** Both gateways serve it. */
const SERVED = '10.2.200.1';
/** Weights of one and three. */
const LEAST_SHARE = 2;

const TIMERS = 'retransmit_tries = 3';
const NEVER_GIVES_UP = 'keyingtries = 0\n mobike = no';
const STARTS = 'start_action = start\n dpd_action = restart\n close_action = start';
const DPD_SECONDS = 2;

interface ConnectionJson {
  readonly id: number;
  readonly state: string;
  readonly second: Gateway;
  readonly first: { readonly address: string; readonly port: number };
  readonly moves: number;
}

interface SecondJson {
  readonly name: string;
  readonly state: string;
}

describe('netns: key exchange, many firsts', function () {
  this.timeout(300_000);
  let topology: Topology;
  let relay: Daemon;
  let firsts: End;
  const gateways = new Map<Gateway, End>();
  const charons: Charon[] = [];
  let tests = 0;

  before(async () => {
    topology = await Topology.up();
    for (const name of ['gw1', 'gw2'] as const) {
      const end = await siteEnd(topology, 'second', GATEWAYS[name]);
      await topology.peer(end.peer, `ip address add ${SERVED}/32 dev lan`);
      gateways.set(name, end);
    }
    firsts = await siteEnd(topology, 'first', LOWEST);
    const all = Array.from({ length: FIRSTS }, (_, i) => LOWEST + 1 + i).join(' ');
    await topology.peer(
      firsts.peer,
      `for n in ${all}; do ip address add 198.18.1.$n/24 dev eth0; ip address add 10.1.$n.1/32 dev lan; done`,
    );
  });
  after(() => tearDown(topology, relay));

  beforeEach(async () => {
    // Its link is down where a test has taken it away.
    const { peer, computer } = gateways.get('gw2')!;
    const router = outer('second', 254);
    await topology.peer(
      peer,
      `ip link set eth0 up; ip route replace default via ${router}; ip route replace 10.1.0.0/16 via ${router} src ${computer.address}`,
    );
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      for (const charon of charons) console.log(await charon.log());
      console.log(
        await relay.cli('connection', 'list'),
        await relay.cli('second', 'list'),
        await relay.verdicts(),
      );
    }
    for (const charon of charons.splice(0)) await charon.stop().catch(() => {});
    await relay.stop();
  });

  async function start(balance: 'address' | 'exchange', numbers: readonly number[]): Promise<void> {
    relay = await Daemon.start(new NamespacePlace(topology, 'relay'), {
      role: 'relay',
      sas: [],
      addresses: [RELAY, ...POOL],
      more: `[[second]]
name = "gw1"
addresses = ["${outer('second', GATEWAYS.gw1)}"]
weight = 1
[[second]]
name = "gw2"
addresses = ["${outer('second', GATEWAYS.gw2)}"]
weight = 3
[[service]]
name = "vpn"
addresses = ["${RELAY}"]
towards = ["${POOL.join('", "')}"]
balance = "${balance}"
seconds = ["gw1", "gw2"]`,
      stateDirectory: join(topology.directory, `state-${tests++}`),
    });
    for (const end of gateways.values())
      charons.push(await startSecond(topology, end, { connection: 'mobike = no', daemon: TIMERS }));
    const [lowest, ...others] = numbers;
    charons.push(
      await startFirst(topology, firsts, RELAY, {
        local: outer('first', lowest!),
        localNet: `${inner('first', lowest!)}/32`,
        dpdSeconds: DPD_SECONDS,
        connection: NEVER_GIVES_UP,
        child: STARTS,
        daemon: TIMERS,
        more: others.map((n) => first(n)).join('\n'),
      }),
    );
  }

  const first = (n: number) => `first-${n} : connections.vpn {
    local_addrs = ${outer('first', n)}
    local {
      id = first-${n}
    }
    children {
      net {
        local_ts = ${inner('first', n)}/32
      }
    }
  }`;

  /** @returns the numbers of the firsts whose echo requests through their tunnels are answered */
  async function reached(numbers: readonly number[]): Promise<number[]> {
    const output = await topology.peer(
      firsts.peer,
      `for n in ${numbers.join(' ')}; do ping -q -c 1 -W 2 -I 10.1.$n.1 ${SERVED} >/dev/null && echo $n & done; wait`,
    );
    return output.split('\n').filter(Boolean).map(Number).sort();
  }

  /** Waits until all firsts are there. @returns the seconds that it took */
  async function allReached(numbers: readonly number[], limitMs: number): Promise<number> {
    const start = performance.now();
    let there: number[] = [];
    await eventually(
      'the last of the firsts',
      async () => {
        there = await reached(numbers);
        return there.length === numbers.length;
      },
      () => `there: ${there.join(' ')}`,
      limitMs,
    );
    return (performance.now() - start) / 1000;
  }

  const json = async <T>(words: string) => JSON.parse(await relay.cli('--json', ...words.split(' '))) as T;
  const connections = async () =>
    (await json<{ connections: ConnectionJson[] }>('connection list')).connections;
  const stateOf = async (name: Gateway) =>
    (await json<{ seconds: SecondJson[] }>('second list')).seconds.find((one) => one.name === name)!.state;
  const logOf = (peer: Peer, pattern: string) =>
    topology.peer(peer, `grep -c '${pattern}' /tmp/charon-${peer.replace('/', '-')}/log || true`);

  it(`${FIRSTS} of them share two seconds by weight; one drains, one is killed, and all are back by themselves`, async function () {
    const numbers = Array.from({ length: FIRSTS }, (_, i) => LOWEST + i);
    await start('address', numbers);
    const upSeconds = await allReached(numbers, 60_000);
    const all = await connections();
    const shares = { gw1: 0, gw2: 0 };
    for (const { second } of all) shares[second]++;
    assert.deepEqual([all.length, all.every(({ state }) => state === 'established')], [FIRSTS, true]);
    assert.ok(shares.gw1 >= LEAST_SHARE && shares.gw2 > shares.gw1, JSON.stringify(shares));
    // No second found too many half-open exchanges of one address.
    assert.equal(Number(await logOf(firsts.peer, 'N(COOKIE)')), 0);
    for (const { peer } of gateways.values())
      assert.equal(Number(await logOf(peer, 'ignoring IKE_SA setup')), 0);

    // One drains: all go on, and a new one goes to the other.
    await relay.cli('second', 'set', 'gw2', '--drain');
    assert.deepEqual(await reached(numbers), numbers);
    const charon = charons.at(-1)!;
    await charon.swanctl('--terminate --ike first-102 --force --timeout 5');
    await charon.swanctl('--initiate --child net --ike first-102 --timeout 20');
    const newcomers = (await connections()).filter(({ id }) => id > FIRSTS);
    assert.deepEqual([newcomers.length, newcomers[0]!.second], [1, 'gw1']);
    assert.deepEqual(await reached(numbers), numbers);
    await relay.cli('second', 'set', 'gw2', '--undrain');

    // One is gone, with its host: nothing says that it is.
    const highest = Math.max(...(await connections()).map(({ id }) => id));
    const gone = (await connections()).filter(
      ({ second, state }) => second === 'gw2' && state === 'established',
    );
    await topology.peer(gateways.get('gw2')!.peer, 'ip link set eth0 down');
    const backSeconds = await allReached(numbers, 120_000);
    assert.notEqual(await stateOf('gw2'), 'up');
    const later = (await connections()).filter(({ id }) => id > highest);
    const back = later.filter(({ second, state }) => second === 'gw1' && state === 'established');
    assert.ok(back.length >= gone.length - 1, `${back.length} of ${gone.length} went to the other second`);
    // Each of them has asked the one that is gone once at most, with three retransmissions.
    const inVain = later.filter(({ second }) => second === 'gw2');
    assert.ok(inVain.length <= gone.length, `${inVain.length} exchanges went to the second that is gone`);
    this.test!.title +=
      ` (up after ${upSeconds.toFixed(1)} s, ${shares.gw1} at one and ${shares.gw2} at the other of weight 3;` +
      ` back ${backSeconds.toFixed(1)} s after the kill, with DPD every ${DPD_SECONDS} s and three retransmissions in 7 s)`;
  });

  it('several of them behind one NAT, which forgets its mappings: all are back after their next exchange', async function () {
    const numbers = Array.from({ length: 6 }, (_, i) => LOWEST + i);
    await masquerade(topology, 20_000);
    try {
      await start('exchange', numbers);
      await allReached(numbers, 60_000);
      const before = await connections();
      const ports = new Set(before.map(({ first: { port } }) => port));
      assert.deepEqual(new Set(before.map(({ first: { address } }) => address)), new Set(['198.18.10.1']));
      assert.equal(ports.size, numbers.length);
      assert.ok([...ports].every((port) => port >= 20_000 && port < 20_100));
      await masquerade(topology, 30_000);
      await forgetFlows(topology);
      const seconds = await allReached(numbers, 60_000);
      const after = await connections();
      assert.deepEqual(
        after.map(({ id, moves, first: { port } }) => [id, moves, port >= 30_000]),
        before.map(({ id }) => [id, 1, true]),
      );
      this.test!.title += ` (after ${seconds.toFixed(1)} s, with DPD every ${DPD_SECONDS} s)`;
    } finally {
      await endMasquerade(topology);
    }
  });
});
