import assert from 'node:assert/strict';
import { assertAgreement, outerLength, snapshot } from './counters.js';
import { Daemon, tearDown } from './daemon.js';
import { GuestPlace, NamespacePlace } from './place.js';
import { FIRST, RELAY, SECOND, Topology } from './topology.js';
import { type Computer, gateway, ping } from './traffic.js';

const PINGS = 5;
/** ICMP header and ping's 56 bytes: the part that transport mode protects. */
const ICMP_LENGTH = 64;
const POLICIES = 'ip xfrm policy | grep -v "^\\s*socket" | sort';

describe('netns: transport mode', function () {
  this.timeout(120_000);
  let topology: Topology;
  let relay: Daemon;
  let edge: Daemon | undefined;
  let first: Computer;
  let second: Computer;

  before(async () => {
    topology = await Topology.up();
    relay = await Daemon.start(new NamespacePlace(topology, 'relay'), { role: 'relay' });
    first = { ...gateway(topology, 'first'), address: FIRST };
    second = { ...gateway(topology, 'second'), address: SECOND };
  });
  after(() => tearDown(topology, edge, relay));
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      const guest = await topology.guest(
        'first',
        'ip xfrm policy; ip -s xfrm state; ip rule; cat /proc/net/xfrm_stat',
      );
      console.error(`${relay.log}\n${edge?.log}\n${guest}\n${JSON.stringify(await relay.verdicts())}`);
    }
    if (edge?.running) await edge.stop();
  });

  const startEdge = async (where: 'beside' | 'inside') => {
    const place =
      where === 'inside' ? new GuestPlace(topology, 'first') : new NamespacePlace(topology, 'first-net');
    edge = await Daemon.start(place, { role: 'edge' });
  };
  const stopEdge = async () => {
    assert.equal(await edge!.stop(), 0, edge!.log);
    edge = undefined;
  };

  /** Pings both ways: every packet is encrypted once, and substituted once. */
  async function assertPings(): Promise<void> {
    const before = await snapshot(topology, relay, edge!);
    assert.equal(await ping(first, RELAY, PINGS), PINGS, 'echoes to first');
    assert.equal(await ping(second, RELAY, PINGS), PINGS, 'echoes to second');
    const { up, down } = assertAgreement(before, await snapshot(topology, relay, edge!));
    const expected = {
      packets: 2 * PINGS,
      outerBytes: 2 * PINGS * outerLength('aes-gcm', ICMP_LENGTH),
      innerBytes: 2 * PINGS * ICMP_LENGTH,
    };
    assert.deepEqual([up, down], [expected, expected]);
  }

  it('passes with the edge beside first', async () => {
    await topology.ipsec({ mode: 'transport' });
    await startEdge('beside');
    await assertPings();
    await stopEdge();
  });

  it('passes with the edge inside first, SAs and policies made before it starts', async () => {
    await topology.ipsec({ mode: 'transport' });
    // The policy is for every protocol, so for the ESP that the edge sends on as well.
    await topology.guest(
      'first',
      `ip xfrm policy delete src ${FIRST} dst ${RELAY} proto esp dir out || true`,
    );
    const policies = await topology.guest('first', POLICIES);
    assert.doesNotMatch(policies, /proto esp dir out|action allow/);
    await startEdge('inside');
    await assertPings();
    await stopEdge();
    assert.equal(await topology.guest('first', POLICIES), policies, 'policies after the edge');
  });

  it('passes with the edge inside first, beside an exception for ESP that is there already', async () => {
    await topology.ipsec({ mode: 'transport' });
    const exception = `src ${FIRST} dst ${RELAY} proto esp dir out`;
    await topology.guest('first', `ip xfrm policy update ${exception} action allow priority 1`);
    const policies = await topology.guest('first', POLICIES);
    await startEdge('inside');
    await assertPings();
    await stopEdge();
    assert.equal(await topology.guest('first', POLICIES), policies, 'policies after the edge');
  });
});
