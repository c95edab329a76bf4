/** A second opinion: key exchanges of libreswan and of OpenBSD's iked, with strongSwan and with each other. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { eventually } from './command.js';
import { Daemon, tearDown } from './daemon.js';
import { type DaemonName, type IkeDaemon, START } from './ike-daemons.js';
import { NamespacePlace } from './place.js';
import { FIRST, RELAY, SECOND, SECOND_HOST, Topology } from './topology.js';
import { host, ping } from './traffic.js';

const FIRST_NET = '10.1.0.0/24';
const SECOND_NET = '10.2.0.0/24';
const SERVICE = `[[second]]
name = "gw1"
addresses = ["${SECOND}"]
[[service]]
name = "vpn"
addresses = ["${RELAY}"]
seconds = ["gw1"]`;
/** Verdicts of packets that were not dropped. */
const PASSED = ['forward', 'ike-forward', 'keepalive'];

const PAIRS: readonly (readonly [DaemonName, DaemonName])[] = [
  ['libreswan', 'strongSwan'],
  ['strongSwan', 'libreswan'],
  ['iked', 'strongSwan'],
  ['strongSwan', 'iked'],
  ['libreswan', 'iked'],
];

describe('netns: key exchanges of other daemons through the relay', function () {
  this.timeout(180_000);
  let topology: Topology;
  let relay: Daemon;
  const ends: IkeDaemon[] = [];
  let tests = 0;

  before(async () => {
    topology = await Topology.up();
    // Nothing leads past the relay.
    await topology.exec('first-net', 'ip', 'route', 'replace', 'blackhole', '198.18.2.0/24');
  });
  after(() => tearDown(topology));

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      for (const end of ends) console.log(await end.log());
      console.log(relay.log.slice(-4000));
    }
    for (const end of ends.splice(0)) await end.stop();
    await relay.stop();
  });

  for (const [one, two] of PAIRS) {
    it(`${one} at first and ${two} at second set up and rekey`, async () => {
      relay = await Daemon.start(new NamespacePlace(topology, 'relay'), {
        role: 'relay',
        sas: [],
        more: SERVICE,
        stateDirectory: join(topology.directory, `state-${tests++}`),
      });
      const second = await START[two](topology, 'second', {
        local: SECOND,
        localNet: SECOND_NET,
        remoteNet: FIRST_NET,
      });
      ends.push(second);
      const first = await START[one](topology, 'first', {
        local: FIRST,
        remote: RELAY,
        localNet: FIRST_NET,
        remoteNet: SECOND_NET,
      });
      ends.push(first);
      await first.initiate();

      const connections = async () =>
        (
          JSON.parse(await relay.cli('--json', 'connection', 'list')) as {
            connections: { state: string; moves: number; ike: unknown[] }[];
          }
        ).connections;
      const fromFirst = (count: number) => ping(host(topology, 'first-host'), SECOND_HOST, count);
      const seen = async () => {
        const kernels = ['first', 'second'] as const;
        const states = kernels.map((guest) =>
          topology.guest(guest, 'ip -s xfrm state; cat /proc/net/xfrm_stat'),
        );
        return [JSON.stringify(await relay.verdicts()), ...(await Promise.all(states))].join('\n');
      };
      // iked answers before its kernel has the SAs.
      await eventually('a ping', async () => (await fromFirst(1)) === 1, seen, 30_000);
      assert.equal(await fromFirst(5), 5);
      for (const rekey of [first.rekey, second.rekey]) {
        if (!rekey) continue;
        const pairs = (await connections())[0]!.ike.length;
        await rekey();
        await eventually('a rekeyed IKE SA', async () => (await connections())[0]!.ike.length > pairs);
        assert.equal(await fromFirst(5), 5);
      }
      assert.deepEqual(
        (await connections()).map(({ state, moves }) => [state, moves]),
        [['established', 0]],
      );
      assert.deepEqual(
        Object.keys(await relay.verdicts()).filter((verdict) => !PASSED.includes(verdict)),
        [],
      );
    });
  }
});
