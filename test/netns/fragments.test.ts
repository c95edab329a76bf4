/**
 * Fragmented ESP through the relay, with second's real kernel as the judge: packets that first's kernel has encrypted are held up,
 * fragmented here, and sent to the relay in the orders that networks know.
 */
import assert from 'node:assert/strict';
import { type Cell, edgeSas, ipsecOf, relaySas, spisOf, title } from './cells.js';
import { eventually } from './command.js';
import { Daemon, tearDown } from './daemon.js';
import { ARRIVALS, fragment, withSpi } from './fragmenting.js';
import { Injector } from './injection.js';
import { errorsSince, type KernelState, kernelState } from './kernel.js';
import type { Leg } from './mtu.js';
import { NamespacePlace } from './place.js';
import { FIRST, FIRST6, RELAY, RELAY6, SECOND_HOST, Topology } from './topology.js';
import { host, pings } from './traffic.js';

/** Of each arrival: datagrams that are fragmented, and others between them. */
const FRAGMENTED = 3;
const WHOLE = 2;
/** An ESP packet of about 1,270 bytes in all, so that it grows beyond no MTU. */
const PING_BYTES = 1180;

const native = (family: 4 | 6): Leg => ({ family, encapsulation: 'native' });
const udp = (family: 4 | 6): Leg => ({ family, encapsulation: 'udp' });
const PAIRS: readonly (readonly [one: Leg, two: Leg])[] = [
  [native(4), native(4)],
  [udp(4), udp(4)],
  [native(4), udp(4)],
  [udp(4), native(4)],
  [native(6), native(6)],
  [native(6), udp(6)],
  [native(4), native(6)],
  [native(6), native(4)],
  [udp(4), udp(6)],
  [udp(6), udp(4)],
];
const CELLS: readonly Cell[] = PAIRS.map(([one, two], i) => ({
  number: 1 + i,
  one,
  two,
  algorithm: 'aes-gcm',
}));

describe('netns: fragments', function () {
  this.timeout(240_000);
  let topology: Topology;
  let relay: Daemon;
  let edge: Daemon | undefined;
  let injector: Injector;
  let identification = 0x1000;

  before(async () => {
    topology = await Topology.up();
    relay = await Daemon.start(new NamespacePlace(topology, 'relay'), {
      role: 'relay',
      addresses: [RELAY, RELAY6],
      more: 'keepalive = 0', // a kernel that has no ESP-in-UDP would refuse them, in ICMP errors
      sas: CELLS.flatMap(relaySas),
    });
    injector = await Injector.create(topology, relay);
  });
  after(() => tearDown(topology, edge, relay));
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    console.error(`${relay.log}\n${edge?.log}\n${JSON.stringify(await relay.verdicts())}`);
  });

  /** First kernel's packets of echo requests, which come no further. */
  async function encrypted(count: number): Promise<Buffer[]> {
    const rules =
      'add table inet hold; add chain inet hold forward { type filter hook forward priority 0; }; ' +
      'add rule inet hold forward iifname to-guest drop';
    await topology.exec('first-net', 'nft', rules);
    const capture = await topology.capture('first-net', 'to-guest', 'esp or udp port 4500');
    await host(topology, 'first-host').run(
      `ping -q -c ${count} -i 0.01 -W 1 -s ${PING_BYTES} ${SECOND_HOST} || true`,
    );
    const packets = await capture.stop();
    await topology.exec('first-net', 'nft', 'delete table inet hold');
    assert.ok(packets.length >= count, `only ${packets.length} packets of first`);
    return packets.slice(0, count); // ping goes on for as long as it waits
  }

  /** How many packets a kernel has accepted with its SA for them. */
  const accepted = (state: KernelState, cell: Cell): number => state.sas.get(spisOf(cell).toSecond)!.packets;

  for (const cell of CELLS) {
    describe(title(cell), () => {
      let genuine: Buffer[];
      let verdicts: Record<string, number>;
      before(async () => {
        await topology.ipsec(ipsecOf(cell));
        const packets = await encrypted(ARRIVALS.length * (FRAGMENTED + WHOLE));
        genuine = packets.map((packet) => withSpi(packet, Number(spisOf(cell).toSecondWire)));
        verdicts = await relay.verdicts();
      });

      for (const { title: arrival, piece, order } of ARRIVALS) {
        it(`second accepts fragments that come ${arrival}`, async () => {
          const before = await kernelState(topology, 'second');
          const datagrams = genuine
            .splice(0, FRAGMENTED)
            .map((packet) => fragment(packet, piece, identification++));
          const whole = genuine.splice(0, WHOLE);
          await injector.send(order(datagrams, whole));
          let now = before;
          await eventually(
            'all datagrams accepted',
            async () => {
              now = await kernelState(topology, 'second');
              return accepted(now, cell) - accepted(before, cell) >= FRAGMENTED + WHOLE;
            },
            () => `${accepted(now, cell) - accepted(before, cell)} of ${FRAGMENTED + WHOLE}`,
            5000,
          );
          assert.equal(accepted(now, cell) - accepted(before, cell), FRAGMENTED + WHOLE);
          assert.deepEqual(errorsSince(before, now), {}, 'errors in second');
        });
      }

      it('the relay has forwarded all and dropped nothing', async () => {
        const now = await relay.verdicts();
        const grown = Object.entries(now).filter(([verdict, packets]) => packets > (verdicts[verdict] ?? 0));
        assert.deepEqual(
          grown.map(([verdict]) => verdict),
          ['forward'],
          JSON.stringify(now),
        );
      });
    });
  }

  // A describe of its own, because mocha runs the tests beside describes before these.
  describe("of first's kernel", () => {
    it("first's kernel fragments to 600 bytes, and through edge and relay every echo returns", async () => {
      const [cell] = CELLS as [Cell];
      edge = await Daemon.start(new NamespacePlace(topology, 'first-net'), {
        role: 'edge',
        addresses: [FIRST, FIRST6],
        relays: [RELAY, RELAY6],
        sas: CELLS.flatMap(edgeSas),
      });
      await topology.ipsec(ipsecOf(cell));
      await topology.guest('first', 'ip route replace default via 198.18.1.254 mtu 600');
      const before = await kernelState(topology, 'second');
      const legOne = await topology.capture('relay', 'to-first', `ip proto 50 and dst host ${RELAY}`);
      const sizes = ['-M dont -s 600', '-M dont -s 1000', '-M dont -s 1472', '-M dont -s 4000'];
      assert.deepEqual(await pings(host(topology, 'first-host'), SECOND_HOST, sizes, 2), [2, 2, 2, 2]);
      const pieces = await legOne.stop();
      assert.ok(pieces.length > 2 * 14, `${pieces.length} pieces`);
      assert.ok(Math.max(...pieces.map(({ length }) => length)) <= 600);
      assert.deepEqual(errorsSince(before, await kernelState(topology, 'second')), {});
    });
  });
});
