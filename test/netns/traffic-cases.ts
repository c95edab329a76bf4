/** The cases of one edge: traffic both ways under both algorithms, and counters that agree. */
import assert from 'node:assert/strict';
import { assertAgreement, assertOverhead, outerLength, type Snapshot, snapshot } from './counters.js';
import { Daemon, tearDown } from './daemon.js';
import { NamespacePlace, type Place } from './place.js';
import { Topology } from './topology.js';
import { type Computer, gateway, host, iperf, ping, pings } from './traffic.js';

/** Payload bytes of pings: every padding of both algorithms, down to the least and up to the largest whole packet. */
const PING_SIZES = [0, 1, 2, 3, 17, 56, 100, 101, 108, 109, 511, 512, 1200, 1371];
const PINGS = 2;
/** IPv4 and ICMP headers. */
const PING_HEADERS = 28;

/** Runs of TCP: from, to, and options of iperf3. */
type TcpCase = readonly [from: string, to: string, options: '' | '-R'];

const TCP_BETWEEN_HOSTS: readonly TcpCase[] = [
  ['first-host', 'second-host', ''],
  ['first-host', 'second-host', '-R'],
  ['second-host', 'first-host', ''],
];
const TCP_BETWEEN_GUESTS: readonly TcpCase[] = [
  ['first', 'second', ''],
  ['second', 'first', '-R'],
];

export function describeTraffic(title: string, edgePlace: (topology: Topology) => Place): void {
  describe(title, function () {
    this.timeout(60_000);
    let topology: Topology;
    let relay: Daemon;
    let edge: Daemon;
    let last: Snapshot;
    const computers: Record<string, Computer> = {};

    before(async () => {
      topology = await Topology.up();
      await topology.ipsec();
      relay = await Daemon.start(new NamespacePlace(topology, 'relay'), { role: 'relay' });
      edge = await Daemon.start(edgePlace(topology), { role: 'edge' });
      for (const name of ['first-host', 'second-host'] as const) computers[name] = host(topology, name);
      for (const name of ['first', 'second'] as const) computers[name] = gateway(topology, name);
    });

    after(() => tearDown(topology, edge, relay));

    afterEach(async function () {
      if (this.currentTest?.state !== 'failed') return;
      console.error(await seen());
    });

    /** Counts the packets since the last time. */
    async function agreement(): Promise<ReturnType<typeof assertAgreement>> {
      const earlier = last;
      last = await snapshot(topology, relay, edge);
      return assertAgreement(earlier, last);
    }

    async function seen(): Promise<string> {
      const counters = JSON.stringify(await snapshot(topology, relay, edge), (_, value) =>
        value instanceof Map ? Object.fromEntries(value) : value,
      );
      return `relay:\n${relay.log}\nedge:\n${edge.log}\nverdicts ${JSON.stringify(await relay.verdicts())}\n${counters}`;
    }

    for (const algorithm of ['aes-gcm', 'aes-cbc-hmac-sha256'] as const) {
      describe(algorithm, () => {
        before(async () => {
          await topology.ipsec({ algorithm });
          last = await snapshot(topology, relay, edge);
        });

        it('carries pings of every size both ways, and all counters agree to the byte', async () => {
          for (const [from, to] of [
            ['first-host', 'second-host'],
            ['second-host', 'first-host'],
          ] as const) {
            const options = PING_SIZES.map((size) => `-s ${size} -M do`);
            const received = await pings(computers[from]!, computers[to]!.address, options, PINGS);
            assert.deepEqual(
              received,
              PING_SIZES.map(() => PINGS),
              `echoes from ${from} to ${to}`,
            );
          }
          const { up, down } = await agreement();
          // Requests one way and replies the other, then the reverse.
          const each = 2 * PINGS;
          const inner = PING_SIZES.map((size) => PING_HEADERS + size);
          const sum = (lengths: readonly number[]) =>
            lengths.reduce((total, length) => total + each * length, 0);
          const expected = {
            packets: each * PING_SIZES.length,
            outerBytes: sum(inner.map((length) => outerLength(algorithm, length))),
            innerBytes: sum(inner),
          };
          assert.deepEqual(up, expected);
          assert.deepEqual(down, expected);
        });

        for (const [from, to, options] of [...TCP_BETWEEN_HOSTS, ...TCP_BETWEEN_GUESTS]) {
          it(`carries TCP from ${from} to ${to}${options && ', reversed'}, and all counters agree`, async function () {
            const { megabitsPerSecond } = await iperf(computers[from]!, computers[to]!, 1, options);
            assert.ok(megabitsPerSecond > 1, `${megabitsPerSecond} Mbit/s`);
            this.test!.title += ` (${Math.round(megabitsPerSecond)} Mbit/s)`;
            const { up, down } = await agreement();
            for (const transferred of [up, down]) assertOverhead(algorithm, transferred);
          });
        }

        it('carries pings from guest to guest', async () => {
          assert.equal(await ping(computers['first']!, computers['second']!.address, 10), 10);
          assert.equal(await ping(computers['second']!, computers['first']!.address, 10), 10);
          const { up, down } = await agreement();
          assert.deepEqual([up.packets, down.packets], [20, 20]);
        });
      });
    }
  });
}
