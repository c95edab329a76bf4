/**
 * IKE_SA_INITs from 65,000 addresses at the generator's full speed, beside strongSwan and traffic of known SAs. All measures are
 * relative, as in flood.test.ts.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ControlClient } from '../../src/control/client.js';
import { bytes32 } from '../model/bytes.js';
import { buildPacket } from '../model/packet.js';
import { UDP, udp } from '../model/upper.js';
import { Charon } from './charon.js';
import { Daemon, tearDown } from './daemon.js';
import { FloodMeasure, FULL_SPEED, favourThisProcess, LEAST_SHARE, within } from './flood/measure.js';
import { ELSEWHERE, FloodWorld, knownSas, RELAY_CPU, residentBytes } from './flood/world.js';
import { NamespacePlace } from './place.js';
import { FIRST, RELAY, SECOND, SECOND_HOST, Topology } from './topology.js';
import { host, ping } from './traffic.js';

const SOURCES = 65_000;
/** Known SAs lead there, where everything is dropped. */
const SINK = '198.18.2.77';
/** Bytes of an IKE_SA_INIT without strongSwan's additions; and of the shortest message that has a header. */
const [INIT_BYTES, SHORTEST_BYTES] = [240, 28];
/** How much the daemon's memory may grow: half-open exchanges, garbage, and never a flood's packets. */
const GROWTH = 48e6;
const STATUS_MS = 1000;

const CONFIGURATION = `[[second]]
name = "gw1"
addresses = ["${SECOND}"]
[[service]]
name = "vpn"
addresses = ["${RELAY}"]
seconds = ["gw1"]
[exchange]
cookie-threshold = 100`;

/** Counts, on the relay's host, the bytes that come from the flood's sources and those that go to them. */
const COUNT = `table inet count {
  counter sent { }
  chain out { type filter hook postrouting priority 0; ip daddr 11.0.0.0/8 counter name sent; }
}
table netdev count {
  counter came { }
  chain in { type filter hook ingress device "to-first" priority 0; ip saddr 11.0.0.0/8 counter name came; }
}`;

/** An IKE_SA_INIT from each of so many addresses, in 254 prefixes, with a payload that no responder accepts. */
function floodPackets(destination: string, messageBytes: number): Uint8Array[] {
  return Array.from({ length: SOURCES }, (_, i) => {
    const message = new Uint8Array(messageBytes).fill(0x5a);
    message.set([
      ...bytes32(0x77000000 + i),
      ...bytes32(i),
      ...bytes32(0),
      ...bytes32(0),
      33,
      0x20,
      34,
      0x08,
    ]);
    message.set([...bytes32(0), ...bytes32(messageBytes)], 20);
    const source = `11.0.${i >> 8}.${i & 255}`;
    const body = udp([...message], { sourcePort: 500, destinationPort: 500, between: [source, destination] });
    return buildPacket({ source, destination, protocol: UDP, body });
  });
}

describe('netns: a flood of IKE_SA_INITs', function () {
  this.timeout(240_000);
  let topology: Topology;
  let world: FloodWorld;
  let measure: FloodMeasure;
  let relay: Daemon;
  let residentBefore: number;
  let first: Charon | undefined;
  let second: Charon;
  const flood = { toRelay: '', toElsewhere: '', short: '' };

  before(async () => {
    favourThisProcess();
    topology = await Topology.up();
    world = await FloodWorld.on(topology);
    for (const net of ['11.0.0.0/8', '198.18.2.0/24'])
      await topology.exec('first-net', 'ip', 'route', 'replace', 'blackhole', net);
    await topology.exec('relay', 'ip', 'route', 'add', '11.0.0.0/8', 'via', '198.18.10.1');
    await topology.exec('second-net', 'ip', 'route', 'add', 'blackhole', `${SINK}/32`);
    flood.toRelay = world.save(floodPackets(RELAY, INIT_BYTES));
    flood.toElsewhere = world.save(floodPackets(ELSEWHERE, INIT_BYTES));
    flood.short = world.save(floodPackets(RELAY, SHORTEST_BYTES));
    relay = new Daemon(new NamespacePlace(topology, 'relay'), {
      role: 'relay',
      addresses: [RELAY],
      more: CONFIGURATION,
      sas: knownSas(SINK),
    });
    await relay.start('taskset', '-c', String(RELAY_CPU));
    measure = new FloodMeasure(world, relay);
    await world.send({ milliseconds: 1000, known: { size: 92 } }); // its code gets compiled
    second = await Charon.start(topology, 'second', {
      local: SECOND,
      remote: '%any',
      localNet: '10.2.0.0/24',
      remoteNet: '10.1.0.0/24',
    });
    residentBefore = residentBytes(relay.pid);
  });
  after(async () => {
    await first?.stop();
    await second?.stop();
    await tearDown(topology, relay);
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    console.error(
      `${relay.log.slice(-4000)}\n${JSON.stringify(await relay.verdicts())}\n${await first?.log()}`,
    );
  });

  /** Floods as long as something else is done. */
  async function beside<T>(file: string, work: () => Promise<T>): Promise<T> {
    let isOver = false;
    const flooding = (async () => {
      while (!isOver) await world.send({ milliseconds: 500, flood: { file, rate: FULL_SPEED } });
    })();
    try {
      return await work();
    } finally {
      isOver = true;
      await flooding;
    }
  }

  /** Asks for the status again and again. @returns the longest time that it took, milliseconds */
  async function slowestStatus(milliseconds: number): Promise<number> {
    let slowest = 0;
    for (const end = performance.now() + milliseconds; performance.now() < end; ) {
      const start = performance.now();
      const client = await ControlClient.connect(relay.socket);
      const { exchanges } = await client.status();
      client.close();
      assert.ok(exchanges!.halfOpen! <= 10_000, `${exchanges!.halfOpen} half-open`);
      slowest = Math.max(slowest, performance.now() - start);
      await sleep(20);
    }
    return slowest;
  }

  it(`known SAs keep ${LEAST_SHARE * 100} % of what the same flood for elsewhere leaves them`, async function () {
    this.test!.title += await within(() =>
      measure.besideFlood(92, FULL_SPEED, flood.toRelay, flood.toElsewhere),
    );
  });

  it('the control socket answers within a second, and memory stays within its bound', async function () {
    const slowest = await beside(flood.toRelay, () => slowestStatus(4000));
    assert.ok(slowest <= STATUS_MS, `${slowest.toFixed(0)} ms`);
    const growth = residentBytes(relay.pid) - residentBefore;
    assert.ok(growth < GROWTH, `${growth} bytes more than before the flood`);
    const { 'ike-cookie': cookies = 0, 'ike-flood': dropped = 0 } = await relay.verdicts();
    assert.ok(cookies > 10 && dropped > 100_000, `${cookies} asked for a cookie, ${dropped} dropped`);
    this.test!.title += ` (status ${slowest.toFixed(0)} ms, ${(growth / 1e6).toFixed(1)} MB)`;
  });

  it('a newcomer gets through with a cookie of the relay, and its pings then', async function () {
    await first?.stop(); // of another try
    first = await Charon.start(topology, 'first', {
      local: FIRST,
      remote: RELAY,
      localNet: '10.1.0.0/24',
      remoteNet: '10.2.0.0/24',
    });
    const start = performance.now();
    const setUpMs = await beside(flood.toRelay, async () => {
      await first!.initiate();
      return performance.now() - start;
    });
    const log = await first.log();
    assert.match(log, /N\(COOKIE\)/);
    this.test!.title += ` (up after ${setUpMs.toFixed(0)} ms)`;
  });

  it('an established connection loses no more pings than beside the same flood for elsewhere', async function () {
    const from = host(topology, 'first-host');
    assert.equal(await ping(from, SECOND_HOST, 5), 5);
    const lost = async (file: string): Promise<number> => {
      const output = await beside(file, () => from.run(`ping -q -c 100 -i 0.03 -W 3 ${SECOND_HOST} || true`));
      return 100 - Number(/(\d+) received/.exec(output)![1]);
    };
    this.test!.title += await within(async () => {
      const [elsewhere, here] = [await lost(flood.toElsewhere), await lost(flood.toRelay)];
      return { isGood: here <= elsewhere + 1, found: ` (${here} of 100; elsewhere ${elsewhere})` };
    });
  });

  for (const [what, file] of [
    ['IKE_SA_INITs', 'toRelay'],
    ['messages of 28 bytes', 'short'],
  ] as const) {
    it(`no more bytes go to the sources of ${what} than came from them`, async function () {
      await topology.exec('relay', 'sh', '-ec', `echo '${COUNT}' | nft -f -`);
      try {
        await beside(flood[file], () => sleep(2000));
        await measure.settled();
        const bytes = async (family: string, counter: string): Promise<number> => {
          const text = await topology.exec('relay', 'nft', 'list', 'counter', family, 'count', counter);
          return Number(/bytes (\d+)/.exec(text)![1]);
        };
        const [sent, came] = [await bytes('inet', 'sent'), await bytes('netdev', 'came')];
        assert.ok(came > 1e6 && sent <= came, `${sent} bytes sent, ${came} came`);
        if (file === 'toRelay') assert.ok(sent > 0, 'no cookie was sent');
        this.test!.title += ` (${sent} of ${came})`;
      } finally {
        await topology.exec(
          'relay',
          'sh',
          '-c',
          'nft delete table inet count; nft delete table netdev count',
        );
      }
    });
  }
});
