/** The fast path in the kernel between two real kernels: every form that it takes, and what it leaves to the workers. */
import assert from 'node:assert/strict';
import { ahCells, edgeSas, espCells, ipsecOf, relaySas, title } from './cells.js';
import { eventually } from './command.js';
import { Daemon, tearDown } from './daemon.js';
import { errorsSince, type KernelState, kernelState } from './kernel.js';
import { NamespacePlace } from './place.js';
import {
  FIRST,
  FIRST_HOST,
  FIRST6,
  RELAY,
  RELAY6,
  SECOND,
  SECOND_HOST,
  SECOND6,
  Topology,
} from './topology.js';
import { host, pings } from './traffic.js';
import { EchoServer } from './transfer.js';

/** Those that keep family and encapsulation. */
const CELLS = [
  ...espCells().filter(
    ({ one, two, algorithm }) =>
      one.family === two.family && one.encapsulation === two.encapsulation && algorithm === 'aes-gcm',
  ),
  ...ahCells(),
];
const TRANSFER_BYTES = 400_000;
const TRANSFER_MS = 20_000;

describe('netns: the fast path in the kernel', function () {
  this.timeout(120_000);
  let topology: Topology;
  let relay: Daemon;
  let edge: Daemon;
  let echo: EchoServer;
  let kernels: Record<'first' | 'second', KernelState>;
  let before_: string;

  const state = () =>
    topology.exec('relay', 'sh', '-c', "tc qdisc; ip -o link | sed 's/ qlen.*//'; ip rule; ip route");

  before(async () => {
    topology = await Topology.up();
    before_ = await state();
    [relay, edge] = await Promise.all([
      Daemon.start(new NamespacePlace(topology, 'relay'), {
        role: 'relay',
        addresses: [RELAY, RELAY6],
        more: 'fast-path = true\nkeepalive = 0', // a kernel that has no ESP-in-UDP would refuse them, in ICMP errors
        sas: CELLS.flatMap(relaySas),
      }),
      Daemon.start(new NamespacePlace(topology, 'first-net'), {
        role: 'edge',
        addresses: [FIRST, FIRST6],
        relays: [RELAY, RELAY6],
        more: `seconds = ["${SECOND}", "${SECOND6}"]`,
        sas: CELLS.flatMap(edgeSas),
      }),
    ]);
    echo = await EchoServer.start(topology, 'second-host');
    kernels = { first: await kernelState(topology, 'first'), second: await kernelState(topology, 'second') };
  });
  after(async () => {
    echo?.stop();
    await tearDown(topology, edge, relay);
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    console.error(
      `relay:\n${relay.log}\n${await topology.exec('relay', 'tc', 'filter', 'show', 'dev', 'to-first', 'ingress')}`,
    );
    if (relay.running) console.error(await relay.cli('status'));
  });

  const carried = async () => (await relay.status()).fast_path!.packets;
  const assertPings = async (options: readonly string[]) => {
    for (const [from, to] of [
      ['first-host', SECOND_HOST],
      ['second-host', FIRST_HOST],
    ] as const) {
      const received = await pings(host(topology, from), to, options, 1);
      assert.deepEqual(received, Array(options.length).fill(1), `${options.join(', ')} from ${from}`);
    }
  };

  it('looks at all of the host’s links, and at those that come later', async () => {
    const links = async () => [...(await relay.status()).fast_path!.links].sort();
    assert.deepEqual(await links(), ['to-first', 'to-second']);
    await topology.exec('relay', 'ip', 'link', 'add', 'later', 'type', 'veth', 'peer', 'name', 'latest');
    await eventually(
      'the new links',
      async () => (await links()).join() === 'later,latest,to-first,to-second',
      async () => (await links()).join(),
    );
    await topology.exec('relay', 'ip', 'link', 'del', 'later');
    await eventually(
      'their end',
      async () => (await links()).length === 2,
      async () => (await links()).join(),
    );
  });

  for (const cell of CELLS) {
    it(`carries ${title(cell)}, and leaves fragments to the workers`, async () => {
      await topology.ipsec(ipsecOf(cell));
      // The kernel looks for the next hops, and a worker notes the sources.
      await assertPings(['-s 56', '-s 56']);
      const at = await carried();
      await assertPings(['-s 0', '-s 57', '-M do -s 1300']);
      assert.equal((await carried()) - at, 12);
      await assertPings(['-M dont -s 3000']);
      const { exact, error } = await echo.transfer('first-host', SECOND_HOST, TRANSFER_BYTES, TRANSFER_MS);
      assert.deepEqual([exact, error], [true, undefined]);
      assert.ok((await carried()) - at > TRANSFER_BYTES / 1500, `${(await carried()) - at} packets`);
      for (const guest of ['first', 'second'] as const) {
        const now = await kernelState(topology, guest);
        assert.deepEqual(errorsSince(kernels[guest], now), {}, guest);
        kernels[guest] = now;
      }
      const up = await relay.sa(`up-${cell.number}`);
      assert.ok(up.packets > TRANSFER_BYTES / 1500, `${up.packets} packets of the SA`);
    });
  }

  it('follows a change of an SA at once, and its end', async () => {
    const [cell] = CELLS;
    await topology.ipsec(ipsecOf(cell!));
    await assertPings(['-s 56']);
    const extra = { ...relaySas(cell!)[0], name: 'extra', spi: '0xabc00001', 'to-spi': '0xabc00002' };
    await relay.add(extra);
    await relay.cli('sa', 'delete', '--name', 'extra');
    await assertPings(['-s 56']);
  });

  it('carries on while the relay is dead, and is replaced by the next one, which leaves nothing behind', async () => {
    const [cell] = CELLS;
    await topology.ipsec(ipsecOf(cell!));
    await assertPings(['-s 56', '-s 56']);
    await relay.stop('KILL');
    await assertPings(['-s 56', '-M do -s 1300']);
    await relay.start();
    await assertPings(['-s 56', '-s 56']);
    const at = await carried();
    await assertPings(['-s 56']);
    assert.equal((await carried()) - at, 4);
    await relay.stop();
    assert.equal(await state(), before_);
    await relay.start();
  });
});
