import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../model/random.js';
import { Daemon, EDGE_DOWN, EDGE_UP, RELAY_DOWN, RELAY_UP, tearDown } from './daemon.js';
import { hostState } from './host-state.js';
import { NamespacePlace } from './place.js';
import { SadChanges } from './sad-changes.js';
import { type Namespace, RELAY, SECOND, Topology } from './topology.js';
import { host, ping } from './traffic.js';

const SEED = 7295;
/** Daemons killed before they were ready, or while they stopped. */
const EARLY_KILLS = 6;

describe('netns: kill -9', function () {
  this.timeout(90_000);
  const next = randomFrom(SEED);
  let topology: Topology;
  let relay: Daemon;
  let edge: Daemon;
  /** The state of the namespaces before the daemons. */
  const untouched = new Map<Namespace, string>();

  before(async () => {
    topology = await Topology.up();
    await topology.ipsec();
    // The daemon turns this on and off again; that the scripts have it on would hide it.
    await topology.exec('relay', 'sysctl', '-qw', 'net.ipv4.ip_forward=0');
    for (const name of ['relay', 'first-net'] as const) untouched.set(name, await hostState(topology, name));
    relay = await Daemon.start(new NamespacePlace(topology, 'relay'), { role: 'relay', sas: [] });
    edge = await Daemon.start(new NamespacePlace(topology, 'first-net'), { role: 'edge', sas: [] });
    for (const sa of [RELAY_UP, RELAY_DOWN]) await relay.add(sa);
    for (const sa of [EDGE_UP, EDGE_DOWN]) await edge.add(sa);
    await assertTraffic();
  });
  after(() => tearDown(topology, edge, relay));
  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.error(`relay:\n${relay.log}\nedge:\n${edge.log}`);
  });

  async function assertTraffic(): Promise<void> {
    const received = await ping(host(topology, 'first-host'), host(topology, 'second-host').address, 3);
    assert.equal(received, 3, 'echoes');
  }

  const between = (least: number, most: number) => least + (next() % (most - least));

  for (const { role, namespace, rounds, to } of [
    { role: 'relay', namespace: 'relay', rounds: 12, to: SECOND },
    { role: 'edge', namespace: 'first-net', rounds: 6, to: undefined },
  ] as const) {
    const daemon = () => (role === 'relay' ? relay : edge);

    it(`${role}: among adds and deletes, ${rounds} times: what was acknowledged is there, and traffic resumes`, async function () {
      const changes = await SadChanges.begin({
        socket: daemon().socket,
        dst: RELAY,
        ...(to !== undefined && { to }),
        next,
      });
      for (let round = 0; round < rounds; round++) {
        const running = changes.run();
        await sleep(between(1, 300));
        assert.equal(await daemon().stop('KILL'), 'SIGKILL');
        await running;
        await daemon().start();
        await changes.verify();
        await assertTraffic();
      }
      assert.ok(changes.acknowledged > rounds, `${changes.acknowledged} requests`);
      this.test!.title += ` (${changes.acknowledged} requests)`;
    });

    it(`${role}: at its start and at its stop, ${EARLY_KILLS} times: the next start works, its stop leaves nothing`, async () => {
      const before = await daemon().sas();
      for (let kill = 0; kill < EARLY_KILLS; kill++) {
        await daemon().stop('KILL');
        if (kill % 2 === 0) {
          await daemon().launch();
          await sleep(between(100, 500));
        } else {
          await daemon().start();
          await daemon().signal('TERM');
          await sleep(between(0, 60));
        }
      }
      await daemon().stop('KILL');
      await daemon().start();
      const definitions = (sas: typeof before) =>
        sas.map((sa) => ({ ...sa, packets: 0, bytes: 0, last_packet: null }));
      assert.deepEqual(definitions(await daemon().sas()), definitions(before));
      await assertTraffic();
      assert.equal(await daemon().stop('TERM'), 0);
      assert.equal(await hostState(topology, namespace), untouched.get(namespace));
      await daemon().start();
      await assertTraffic();
    });
  }

  it('a killed relay leaves no device, and routes nothing', async () => {
    await relay.stop('KILL');
    assert.doesNotMatch(await hostState(topology, 'relay'), /iprelay0|198\.18\.9\.9/);
    await relay.start();
  });
});
