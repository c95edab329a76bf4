/**
 * Shared-address mode: the relay's host has the relay addresses itself, and answers on them for other things while ESP
 * between two real kernels crosses the relay.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Cell, edgeSas, ipsecOf, relaySas, title } from './cells.js';
import { type Background, eventually } from './command.js';
import { Daemon, tearDown } from './daemon.js';
import { hostState } from './host-state.js';
import { errorsSince, type KernelState, kernelState } from './kernel.js';
import { discover, innerMtu } from './mtu.js';
import { NamespacePlace } from './place.js';
import type { Asked } from './services.js';
import {
  CHECKOUT,
  FIRST,
  FIRST_HOST,
  FIRST6,
  type Namespace,
  RELAY,
  RELAY6,
  SECOND_HOST,
  Topology,
} from './topology.js';
import { host, pings } from './traffic.js';
import { EchoServer } from './transfer.js';

const PROGRAM = join(CHECKOUT, 'dist/test/netns/services.js');
/** Stand-ins for ssh and DNS. */
const TCP_PORT = 22;
const UDP_PORT = 53;
/** The network's side of the second leg: a computer that has to do with the gateway, and not with the relay. */
const STRANGER = '198.18.20.1';
const STRANGER6 = '2001:db8:20::1';
const STREAM_MS = 4000;

const CELLS: readonly Cell[] = [
  {
    number: 1,
    one: { family: 4, encapsulation: 'native' },
    two: { family: 4, encapsulation: 'native' },
    algorithm: 'aes-gcm',
  },
  {
    number: 2,
    one: { family: 6, encapsulation: 'native' },
    two: { family: 6, encapsulation: 'udp' },
    algorithm: 'aes-gcm',
  },
  {
    number: 3,
    one: { family: 4, encapsulation: 'udp' },
    two: { family: 6, encapsulation: 'native' },
    algorithm: 'aes-gcm',
  },
];

describe('netns: shared addresses', function () {
  this.timeout(120_000);
  let topology: Topology;
  let relay: Daemon;
  let edge: Daemon;
  let echo: EchoServer;
  let before_: string;
  let kernels: Record<'first' | 'second', KernelState>;
  const services: Background[] = [];

  before(async () => {
    topology = await Topology.up();
    for (const key of ['ipv4/ip_forward', 'ipv6/conf/all/forwarding']) {
      await topology.exec('relay', 'sh', '-c', `echo 0 > /proc/sys/net/${key}`);
    }
    await topology.exec('relay', 'ip', 'address', 'add', `${RELAY}/32`, 'dev', 'to-second');
    await topology.exec('relay', 'ip', 'address', 'add', `${RELAY6}/128`, 'dev', 'to-second', 'nodad');
    before_ = await hostState(topology, 'relay');
    [relay, edge] = await Promise.all([
      Daemon.start(new NamespacePlace(topology, 'relay'), {
        role: 'relay',
        addresses: [RELAY, RELAY6],
        more: 'shared-address = true',
        sas: CELLS.flatMap(relaySas),
      }),
      Daemon.start(new NamespacePlace(topology, 'first-net'), {
        role: 'edge',
        addresses: [FIRST, FIRST6],
        relays: [RELAY, RELAY6],
        sas: CELLS.flatMap(edgeSas),
      }),
    ]);
    echo = await EchoServer.start(topology, 'second-host');
    await serve('relay', RELAY, RELAY6);
    await serve('second-net', STRANGER, STRANGER6);
    kernels = { first: await kernelState(topology, 'first'), second: await kernelState(topology, 'second') };
  });
  after(async () => {
    echo?.stop();
    for (const service of services) service.kill('SIGTERM');
    await tearDown(topology, edge, relay);
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed' || !relay?.running) return;
    const verdicts = JSON.stringify([await relay.verdicts(), await edge.verdicts()]);
    const state = await topology.exec(
      'relay',
      'sh',
      '-c',
      'ip rule; ip -6 rule; nft list ruleset; nstat -as',
    );
    console.error(`relay:\n${relay.log}\nedge:\n${edge.log}\n${verdicts}\n${state}`);
  });

  async function serve(namespace: Namespace, ...addresses: string[]): Promise<void> {
    const words = ['serve', String(TCP_PORT), String(UDP_PORT), ...addresses];
    const service = topology.background(namespace, process.execPath, PROGRAM, ...words);
    services.push(service);
    await eventually(
      `services in ${namespace}`,
      () => service.output.includes('serving'),
      () => service.output,
    );
  }

  /** Everything asked is answered, and enough was asked. */
  async function assertAnswers(namespace: Namespace, from: string, to: string): Promise<void> {
    const words = ['ask', from, to, String(TCP_PORT), String(UDP_PORT), String(STREAM_MS)];
    const text = await topology.exec(namespace, process.execPath, PROGRAM, ...words);
    for (const [what, { asked, answered }] of Object.entries(JSON.parse(text) as Asked)) {
      assert.equal(answered, asked, `${what} from ${from} to ${to}`);
      assert.ok(asked > 3, `${what} from ${from} to ${to}: only ${asked} asked`);
    }
  }

  async function assertPinged(namespace: Namespace, from: string, to: string): Promise<void> {
    const words = ['ping', '-n', '-c', '20', '-i', '0.1', '-W', '5', '-I', from, '-s', '2000', to];
    assert.match(await topology.exec(namespace, ...words), /20 received, 0% packet loss/);
  }

  for (const cell of CELLS) {
    it(`relays ${title(cell)} while the gateway’s own traffic goes on unharmed`, async () => {
      await topology.ipsec(ipsecOf(cell));
      assert.deepEqual(
        await pings(host(topology, 'first-host'), SECOND_HOST, ['-s 56', '-M dont -s 3000'], 2),
        [2, 2],
      );
      assert.deepEqual(
        await pings(host(topology, 'second-host'), FIRST_HOST, ['-s 56', '-M dont -s 3000'], 2),
        [2, 2],
      );
      const [stream] = await Promise.all([
        echo.stream('first-host', SECOND_HOST, STREAM_MS, 30_000),
        assertAnswers('second-net', STRANGER, RELAY),
        assertAnswers('second-net', STRANGER6, RELAY6),
        assertAnswers('relay', RELAY, STRANGER),
        assertAnswers('relay', RELAY6, STRANGER6),
        assertPinged('second-net', STRANGER, RELAY),
        assertPinged('second-net', STRANGER6, RELAY6),
        assertPinged('relay', RELAY, STRANGER),
        assertPinged('relay', RELAY6, STRANGER6),
      ]);
      assert.equal(stream.error, undefined);
      assert.ok(stream.exact && stream.received > 100_000, JSON.stringify(stream));
      for (const guest of ['first', 'second'] as const) {
        const now = await kernelState(topology, guest);
        assert.deepEqual(errorsSince(kernels[guest], now), {}, `${guest}: /proc/net/xfrm_stat`);
        kernels[guest] = now;
      }
    });
  }

  it('has passed on the gateway’s fragments of UDP, and dropped nothing', async () => {
    const { forward, pass, 'icmp-forward': _, 'too-big': __, ...dropped } = await relay.verdicts();
    assert.deepEqual(dropped, {});
    assert.ok(forward! > 1000 && pass! > 100, `${forward} forwarded, ${pass} passed`);
  });

  for (const cell of CELLS.slice(0, 2)) {
    it(`hears of the path MTU from routers beyond it (${title(cell)})`, async () => {
      await topology.ipsec(ipsecOf(cell));
      await topology.mtu('second', 1300);
      try {
        assert.equal(await discover(topology, 'first-host', SECOND_HOST), expectedMtu(cell));
        assert.ok((await relay.verdicts())['icmp-forward']! > 0);
      } finally {
        await topology.mtu('second', 1500);
      }
    });
  }

  it('leaves the host as it was', async () => {
    assert.equal(await relay.stop(), 0, relay.log);
    assert.equal(await hostState(topology, 'relay'), before_);
    assert.equal(await topology.exec('relay', 'nft', 'list', 'ruleset'), '');
  });
});

/** Longest packet that first's kernel lets through when the second leg carries 1,300 bytes. */
function expectedMtu({ one, two, algorithm }: Cell): number {
  const growth =
    (two.family === 4 ? 20 : 40) - (one.family === 4 ? 20 : 40) + (two.encapsulation === 'udp' ? 8 : 0);
  return innerMtu(one, algorithm, Math.max(1300 - growth, one.family === 6 ? 1280 : 0));
}
