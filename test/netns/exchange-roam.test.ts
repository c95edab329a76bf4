/** MOBIKE of strongSwan through the relay, beside the same moves without one; and a second that gets another address. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Charon, CharonOptions } from './charon.js';
import { eventually } from './command.js';
import { Daemon, tearDown } from './daemon.js';
import { NamespacePlace } from './place.js';
import { RELAY, RELAY6, Topology } from './topology.js';
import { iperf, ping } from './traffic.js';
import { type End, outer, outer6, siteEnd, startFirst, startSecond } from './tunnel.js';

/** The relay's addresses towards the second. */
const TOWARDS = ['198.18.9.20', '2001:db8:9::20'];
const PATHS = { relay: { n: 11, remote: RELAY }, direct: { n: 12, remote: outer('second', 12) } } as const;
const PATH_NAMES = ['relay', 'direct'] as const;
type PathName = (typeof PATH_NAMES)[number];
type Ends = { readonly first: End; readonly second: End };

/** Longer than the transfer and its three moves last. */
const SECONDS = 45;
const PING_SECONDS = 0.04;
/** Between two moves. */
const SETTLE_MS = 3500;
/** Beyond twice the direct path's gap, seconds. */
const GRACE = 0.2;

/** The moves of the first site n: to another address, to the other family, and back. Lines for `ip -batch`, each move at once. */
const to4 = (address: string) => [
  `address add ${address}/24 dev eth0`,
  `route replace default via ${outer('first', 254)}`,
];
const MOVES: readonly ((n: number) => string[])[] = [
  (n) => [`address del ${outer('first', n)}/24 dev eth0`, ...to4(outer('first', n + 100))],
  (n) => [
    `address add ${outer6('first', n)}/64 dev eth0 nodad`,
    'route replace default via 2001:db8:1::fe',
    `address del ${outer('first', n + 100)}/24 dev eth0`,
  ],
  (n) => [...to4(outer('first', n)), `address del ${outer6('first', n)}/64 dev eth0`],
];
const batch = (lines: readonly string[], namespace: string) =>
  `printf '${lines.join('\\n')}\\n' | ip -n ${namespace} -batch -`;

interface ConnectionJson {
  readonly id: number;
  readonly moves: number;
  readonly first: { readonly address: string };
}

describe('netns: key exchange, roaming', function () {
  this.timeout(300_000);
  let topology: Topology;
  let relay: Daemon;
  let ends: Record<PathName, Ends>;
  const charons: Charon[] = [];
  let tests = 0;

  before(async () => {
    topology = await Topology.up();
    const made: Partial<Record<PathName, Ends>> = {};
    for (const path of PATH_NAMES) {
      const { n } = PATHS[path];
      const first = await siteEnd(topology, 'first', n);
      const second = await siteEnd(topology, 'second', n);
      // Wherever the address for the tunnel's own packets is, the way into the tunnel stays.
      await topology.peer(first.peer, `ip route replace 10.2.0.0/16 dev lan src ${first.computer.address}`);
      made[path] = { first, second };
    }
    ends = made as Record<PathName, Ends>;
    const { n } = PATHS.relay;
    // A first learns the gateway's further addresses from the gateway (RFC 4555 §3.3). This one has the relay's IPv6 address
    // too, so that the first knows where to go with IPv6; it talks to other addresses of the relay's.
    await topology.peer(ends.relay.second.peer, `ip address add ${RELAY6}/128 dev lan nodad`);
    // None of the gateway's own addresses leads past the relay.
    for (const net of [`${outer('second', n)}/32`, `${outer6('second', n)}/128`])
      await topology.exec('first-net', 'ip', 'route', 'replace', 'blackhole', net);
  });
  after(() => tearDown(topology, relay));

  beforeEach(async () => {
    const { n } = PATHS.relay;
    relay = await Daemon.start(new NamespacePlace(topology, 'relay'), {
      role: 'relay',
      sas: [],
      addresses: [RELAY, RELAY6, ...TOWARDS],
      more: `[[second]]
name = "gw1"
addresses = ["${outer('second', n)}", "${outer6('second', n)}"]
[[service]]
name = "vpn"
addresses = ["${RELAY}", "${RELAY6}"]
towards = ["${TOWARDS.join('", "')}"]
seconds = ["gw1"]`,
      stateDirectory: join(topology.directory, `state-${tests++}`),
    });
    for (const path of PATH_NAMES) {
      const { n: number } = PATHS[path];
      const flush = 'address flush dev eth0 scope global';
      await topology.guest('first', batch([flush, ...to4(outer('first', number))], `s${number}`));
    }
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      for (const charon of charons) console.log(await charon.log());
      console.log(await relay.cli('connection', 'list'), await relay.verdicts(), relay.log.slice(-3000));
    }
    for (const charon of charons.splice(0)) await charon.stop();
    await relay.stop();
  });

  async function establish(
    path: PathName,
    options: { first?: Partial<CharonOptions>; second?: Partial<CharonOptions> } = {},
  ): Promise<void> {
    const { first, second } = ends[path];
    charons.push(await startSecond(topology, second, options.second));
    const charon = await startFirst(topology, first, PATHS[path].remote, options.first);
    charons.push(charon);
    await charon.initiate();
  }

  const connections = async () =>
    (JSON.parse(await relay.cli('--json', 'connection', 'list')) as { connections: ConnectionJson[] })
      .connections;

  it('TCP survives three moves of the first, one into the other family; the gaps are those of the direct path', async function () {
    for (const path of PATH_NAMES) await establish(path);
    const count = Math.ceil(SECONDS / PING_SECONDS);
    const pings = PATH_NAMES.map((path) => {
      const { first, second } = ends[path];
      const words = `-D -n -i ${PING_SECONDS} -c ${count} -W 1 -I ${first.computer.address}`;
      return first.computer.run(`timeout ${SECONDS} ping ${words} ${second.computer.address} || true`);
    });
    const transfers = PATH_NAMES.map((path) =>
      iperf(ends[path].first.computer, ends[path].second.computer, SECONDS, '-b 2M'),
    );
    for (const running of [...pings, ...transfers]) running.catch(() => {});
    await eventually(
      'the transfers',
      async () =>
        (
          await topology.guest(
            'first',
            'for n in s11 s12; do ip netns exec $n ss -Htn state established; done',
          )
        )
          .split('\n')
          .filter((line) => line.includes(':5201')).length >= 4,
      () => '',
      30_000,
    );
    await sleep(SETTLE_MS);
    const movedAt: number[] = [];
    for (const [i, move] of MOVES.entries()) {
      const commands = PATH_NAMES.map((path) => batch(move(PATHS[path].n), `s${PATHS[path].n}`));
      movedAt.push(Number(await topology.guest('first', `date +%s.%N; ${commands.join('; ')}`)));
      await eventually(
        `move ${i + 1}`,
        async () => (await connections())[0]!.moves === i + 1,
        async () => JSON.stringify(await connections()),
        15_000,
      );
      await sleep(SETTLE_MS);
    }
    const remaining = await Promise.race([
      Promise.all(transfers).then(() => 'over'),
      sleep(100, 'under way'),
    ]);
    assert.equal(remaining, 'under way', 'the transfers ended before the last move');
    const [{ first } = assert.fail('no connection'), ...others] = await connections();
    assert.deepEqual([first.address, others.length], [outer('first', PATHS.relay.n), 0]);

    const gaps = (await Promise.all(pings)).map((text) => {
      const at = [...text.matchAll(/^\[([\d.]+)\] \d+ bytes from/gm)].map(([, time]) => Number(time));
      return movedAt.map((moved) => {
        const within = at
          .slice(1)
          .flatMap((time, i) => (time > moved && at[i]! < moved + SETTLE_MS / 1000 ? [time - at[i]!] : []));
        return Math.max(...within);
      });
    });
    const [throughRelay, direct] = gaps as [number[], number[]];
    const [relayTransfer, directTransfer] = (await Promise.all(transfers)).map(
      ({ megabitsPerSecond }) => megabitsPerSecond,
    );
    const seconds = (list: readonly number[]) => list.map((gap) => gap.toFixed(2)).join(', ');
    const shown =
      `${seconds(throughRelay)} s, directly ${seconds(direct)} s;` +
      ` TCP ${relayTransfer!.toFixed(1)} Mb/s, directly ${directTransfer!.toFixed(1)}`;
    // strongSwan's own part is now and then a retransmission, on either path: so the longest are compared.
    assert.ok(Math.max(...throughRelay) < 2 * Math.max(...direct) + GRACE, shown);
    assert.ok(relayTransfer! > 1, shown);
    this.test!.title += ` (${shown})`;
  });

  it('`second set --address` leads the connections of a second to its new address, without a new IKE SA', async () => {
    const { n } = PATHS.relay;
    const [before, after] = [outer('second', n), outer('second', n + 100)];
    await establish('relay');
    const { first, second } = ends.relay;
    assert.equal(await ping(first.computer, second.computer.address, 3), 3);
    const [secondCharon, firstCharon] = charons as [Charon, Charon];
    const [ikeSas, [{ id } = assert.fail('no connection')]] = [
      await firstCharon.ikeSas(),
      await connections(),
    ];
    // In place of the other half of an HA pair that shares its SAs: the router translates, so that the same charon and the same
    // kernel SAs are at the new address and no longer at the old one. This shows that IKE and ESP of established connections go
    // there, and that those from there are taken; not how a pair shares its SAs.
    const router = [
      'table ip moved {',
      'chain seen {',
      'type filter hook prerouting priority -300',
      `iifname "to-relay" ip daddr ${before} drop`,
      `iifname "to-relay" ip daddr ${after} ip daddr set ${before}`,
      `iifname "to-guest" ip saddr ${before} ip saddr set ${after}`,
      '}',
      '}',
    ];
    await topology.exec('second-net', 'nft', router.join('\n'));
    try {
      assert.equal(await ping(first.computer, second.computer.address, 3), 0);
      await relay.cli('second', 'set', 'gw1', '--address', after, '--address', outer6('second', n));
      assert.equal(await ping(first.computer, second.computer.address, 5), 5);
      assert.equal(await ping(second.computer, first.computer.address, 5), 5);
      await secondCharon.swanctl('--rekey --child net');
      await firstCharon.swanctl('--rekey --child net');
      assert.equal(await ping(first.computer, second.computer.address, 5), 5);
      assert.deepEqual(await firstCharon.ikeSas(), ikeSas);
      assert.deepEqual(
        (await connections()).map((connection) => [connection.id, connection.moves]),
        [[id, 0]],
      );
      const up = (await relay.sas()).filter(({ name }) => name?.endsWith('-up'));
      assert.deepEqual([...new Set(up.map(({ to }) => to))], [after]);
    } finally {
      await topology.exec('second-net', 'nft', 'delete', 'table', 'ip', 'moved');
    }
  });
});
