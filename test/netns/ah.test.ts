/**
 * AH between two real kernels through edge and relay: first's kernel computes as if it were the relay, and the edge swaps
 * the addresses, beside the first computer or on it.
 */
import assert from 'node:assert/strict';
import { ahCells, edgeSas, ipsecOf, relaySas, spisOf, title } from './cells.js';
import { Daemon, tearDown } from './daemon.js';
import { errorsSince, kernelState } from './kernel.js';
import { GuestPlace, NamespacePlace, type Place } from './place.js';
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

const PLACES: Record<string, (topology: Topology) => Place> = {
  'beside the first computer': (topology) => new NamespacePlace(topology, 'first-net'),
  'inside the first computer': (topology) => new GuestPlace(topology, 'first'),
};

describe('netns: AH', function () {
  this.timeout(120_000);
  let topology: Topology;
  let relay: Daemon;
  let edge: Daemon | undefined;
  let echo: EchoServer;

  before(async () => {
    topology = await Topology.up();
    relay = await Daemon.start(new NamespacePlace(topology, 'relay'), {
      role: 'relay',
      addresses: [RELAY, RELAY6],
      sas: ahCells().flatMap(relaySas),
    });
    echo = await EchoServer.start(topology, 'second-host');
  });
  after(async () => {
    echo?.stop();
    await tearDown(topology, edge, relay);
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    const verdicts = JSON.stringify([await relay.verdicts(), await edge?.verdicts()]);
    const state = await topology.guest(
      'first',
      'ip rule; ip -6 rule; ip -s xfrm state; cat /proc/net/xfrm_stat',
    );
    console.error(`relay:\n${relay.log}\nedge:\n${edge?.log}\n${verdicts}\n${state}`);
  });

  for (const [where, placeIn] of Object.entries(PLACES)) {
    describe(`with the edge ${where}`, () => {
      before(async () => {
        edge = await Daemon.start(placeIn(topology), {
          role: 'edge',
          addresses: [FIRST, FIRST6],
          relays: [RELAY, RELAY6],
          more: `seconds = ["${SECOND}", "${SECOND6}"]`,
          sas: ahCells().flatMap(edgeSas),
        });
      });
      after(async () => {
        assert.equal(await edge!.stop(), 0, edge!.log);
      });

      for (const cell of ahCells()) {
        it(title(cell), async () => {
          await topology.ipsec(ipsecOf(cell));
          const before = [await kernelState(topology, 'first'), await kernelState(topology, 'second')];
          const options = ['-s 56', '-s 57', '-M do -s 1300'];
          assert.deepEqual(await pings(host(topology, 'first-host'), SECOND_HOST, options), [2, 2, 2]);
          assert.deepEqual(await pings(host(topology, 'second-host'), FIRST_HOST, options), [2, 2, 2]);
          const echoed = await echo.transfer('first-host', SECOND_HOST, 200_000, 20_000);
          assert.ok(echoed.exact && echoed.received >= 200_000, JSON.stringify(echoed));
          const now = [await kernelState(topology, 'first'), await kernelState(topology, 'second')];
          for (const i of [0, 1]) assert.deepEqual(errorsSince(before[i]!, now[i]!), {});
          const { toSecond, toFirst } = spisOf(cell);
          for (const spi of [toSecond, toFirst]) {
            const [first, second] = now.map(({ sas }) => sas.get(spi)!);
            assert.ok(
              first!.packets > 50 && second!.packets > 50,
              `${spi}: ${first!.packets}, ${second!.packets}`,
            );
            assert.deepEqual([first!.failed, second!.failed], [0, 0]);
          }
        });
      }
    });
  }

  // A suite of its own, since mocha runs tests before suites.
  describe('after all that', () => {
    it('the relay has dropped nothing', async () => {
      const verdicts = await relay.verdicts();
      const { forward = 0, 'icmp-forward': _, 'too-big': __, ...dropped } = verdicts;
      assert.ok(forward > 500, JSON.stringify(verdicts));
      assert.deepEqual(dropped, {});
    });
  });
});
