/**
 * Floods of packets that the relay can only drop, beside traffic of known SAs. All measures are relative: slices
 * that are compared take turns, medians count, and a busy machine gets another try with everything measured anew.
 */
import assert from 'node:assert/strict';
import { eventually } from './command.js';
import { Daemon, tearDown } from './daemon.js';
import { FloodMeasure, FULL_SPEED, favourThisProcess, LEAST_SHARE, within } from './flood/measure.js';
import { FILTERED, type Flood, FRAGMENT_RATE, relayAddress, UNFILTERED } from './flood/packets.js';
import {
  deviceCounter,
  ELSEWHERE,
  ELSEWHERE6,
  FloodWorld,
  knownSas,
  RELAY_CPU,
  residentBytes,
} from './flood/world.js';
import { NamespacePlace } from './place.js';
import { RELAY, RELAY6 } from './topology.js';

const DEVICE = 'iprelay0';
/** Limits of virtual reassembly: small ones, so that a flood meets them at once. */
const FRAGMENT_MEMORY = 262_144;
const DATAGRAMS = 512;
const FRAGMENT_TIMEOUT = 1;
/** A flood that the workers drop has so many packets a second, of those that the relay forwards at most. */
const FLOOD_SHARE = 1 / 4;
const SLICE_MS = 200;
/** Where two nearly alike are compared. */
const COST_ROUNDS = 9;
/** How much the daemon's memory may grow in all: by garbage, and never by a flood's packets. */
const GROWTH = 16e6;

for (const spiFilter of [true, false]) {
  describe(`netns: floods, spi-filter = ${spiFilter}`, function () {
    this.timeout(240_000);
    floodsWith(spiFilter);
  });
}

function floodsWith(spiFilter: boolean): void {
  let world: FloodWorld;
  let relay: Daemon;
  let measure: FloodMeasure;
  let residentBefore: number;

  before(async () => {
    favourThisProcess();
    world = await FloodWorld.up();
    relay = new Daemon(new NamespacePlace(world.topology, 'relay'), {
      role: 'relay',
      addresses: [RELAY, RELAY6],
      more:
        `spi-filter = ${spiFilter}\n` +
        `[fragments]\nmemory = ${FRAGMENT_MEMORY}\ndatagrams = ${DATAGRAMS}\ntimeout = ${FRAGMENT_TIMEOUT}\nrate = ${FRAGMENT_RATE}`,
      sas: knownSas(),
    });
    await relay.start('taskset', '-c', String(RELAY_CPU));
    measure = new FloodMeasure(world, relay);
    await world.send({ milliseconds: 1000, known: { size: 92 } }); // its code gets compiled
    residentBefore = residentBytes(relay.pid);
  });
  after(() => tearDown(world?.topology, relay));
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      console.error(`${relay.log}\n${JSON.stringify(await relay.verdicts())}`);
  });

  const settled = () => measure.settled();

  async function grown(before: Record<string, number>): Promise<Record<string, number>> {
    const now = Object.entries(await relay.verdicts()).map(
      ([verdict, packets]) => [verdict, packets - (before[verdict] ?? 0)] as const,
    );
    return Object.fromEntries(now.filter(([, packets]) => packets > 0));
  }

  /** Packets that the kernel has dropped for the relay. */
  async function filtered(): Promise<number> {
    return (await relay.status()).spi_filter!.packets;
  }

  /** Packets of a flood for the workers, a second. */
  async function floodRate(size: number): Promise<number> {
    return Math.ceil((await measure.speedLimit(size)) * FLOOD_SHARE);
  }

  /** As many packets get these verdicts, and none another, as had come: some die only in time. */
  async function assertCounted(
    before: Record<string, number>,
    verdicts: readonly string[],
    came: number,
  ): Promise<void> {
    let found: Record<string, number> = {};
    const sum = () => verdicts.reduce((packets, verdict) => packets + (found[verdict] ?? 0), 0);
    await eventually(
      `verdicts of ${came} packets`,
      async () => {
        found = await grown(before);
        return sum() >= came;
      },
      () => JSON.stringify(found),
    );
    assert.equal(sum(), came, JSON.stringify(found));
    const others = Object.keys(found).filter((verdict) => !verdicts.includes(verdict));
    assert.deepEqual(others, []);
  }

  /** Sends a flood for a while, and watches the number of packets that wait. */
  async function staysWithinMemory(file: string, rate: number): Promise<void> {
    let isOver = false;
    const sending = world.send({ milliseconds: 2000, flood: { file, rate } }).finally(() => {
      isOver = true;
    });
    do {
      const { fragments } = await relay.status();
      assert.equal(fragments.limit, FRAGMENT_MEMORY);
      assert.ok(fragments.bytes <= FRAGMENT_MEMORY, `${fragments.bytes} bytes wait`);
      assert.ok(fragments.datagrams <= DATAGRAMS, `${fragments.datagrams} datagrams`);
    } while (!isOver);
    await sending;
    const growth = residentBytes(relay.pid) - residentBefore;
    assert.ok(growth < GROWTH, `${growth} bytes more than before the floods`);
  }

  /** Until nothing waits that earlier floods have left. */
  async function nothingWaits(): Promise<void> {
    await eventually('no fragments', async () => (await relay.status()).fragments.datagrams === 0);
  }

  /**
   * The cost of a flood's packet to the relay, as the number of packets of known SAs that come through less. CPU time would
   * not do: much of the time that a process is charged with is that of interrupts which happen to meet it.
   */
  async function costOf(
    size: number,
    rate: number,
    file: string,
  ): Promise<{ isGood: boolean; found: string }> {
    const [alone, beside] = await measure.speedsInTurns(COST_ROUNDS, size, undefined, { file, rate });
    const cost = (alone - beside) / rate;
    return { isGood: cost < 1, found: ` (${cost.toFixed(2)} of it)` };
  }

  for (const flood of spiFilter ? FILTERED : UNFILTERED) {
    describe(flood.title, () => (spiFilter ? filterTests(flood) : workerTests(flood)));
  }

  /** Floods that the kernel drops for the relay, as fast as the generator sends. */
  function filterTests({ size, verdicts, packets, isIpv6, mostSeen }: Flood): void {
    let toRelay: string;
    let toElsewhere: string;

    before(async () => {
      toRelay = world.save(packets(relayAddress({ isIpv6 })));
      toElsewhere = world.save(packets(isIpv6 ? ELSEWHERE6 : ELSEWHERE));
    });

    it('hardly a worker sees one, and all are counted', async function () {
      await nothingWaits();
      const before = await relay.verdicts();
      const filteredBefore = await filtered();
      const read = deviceCounter(relay.pid, DEVICE, 'tx');
      const refused = deviceCounter(relay.pid, DEVICE, 'tx-dropped');
      const { flooded } = await world.send({
        milliseconds: 1000,
        flood: { file: toRelay, rate: FULL_SPEED },
      });
      await settled();
      const seen = deviceCounter(relay.pid, DEVICE, 'tx') - read;
      const unseen = deviceCounter(relay.pid, DEVICE, 'tx-dropped') - refused;
      await assertCounted(before, verdicts, seen + unseen);
      assert.equal((await filtered()) - filteredBefore, unseen);
      assert.ok(seen < mostSeen(seen + unseen), `${seen} seen, ${unseen} not`);
      assert.ok(unseen >= 0.1 * flooded, `${unseen} of ${flooded}`);
      this.test!.title += ` (${seen} seen, ${unseen} not, of ${flooded} in a second)`;
    });

    it('dropping a packet costs the relay less than forwarding one', async function () {
      this.test!.title += await within(async () => costOf(size, await measure.speedLimit(size), toRelay));
    });

    for (const [name, rateOf] of [
      ['as many packets as the relay forwards at most', (most: number) => most],
      ['as many as the generator can send', () => FULL_SPEED],
    ] as const) {
      it(`${name}: known SAs keep ${LEAST_SHARE * 100} % of what a flood that the kernel takes leaves them`, async function () {
        this.test!.title += await within(async () => {
          const rate = rateOf(await measure.speedLimit(size));
          return measure.besideFlood(size, rate, toRelay, toElsewhere);
        });
      });
    }

    it('memory stays within its bound', () => staysWithinMemory(toRelay, FULL_SPEED));
  }

  /** Floods that the workers drop. */
  function workerTests({ size, verdicts, packets, isIpv6 }: Flood): void {
    let toRelay: string;

    before(async () => {
      toRelay = world.save(packets(relayAddress({ isIpv6 })));
      const rate = await floodRate(size);
      await world.send({ milliseconds: 1000, flood: { file: toRelay, rate } }); // its code gets compiled
      await settled();
    });

    it('every packet that the kernel passed on is counted', async function () {
      await nothingWaits();
      const rate = await floodRate(size);
      const before = await relay.verdicts();
      const read = deviceCounter(relay.pid, DEVICE, 'tx');
      const lost = deviceCounter(relay.pid, DEVICE, 'tx-dropped');
      const { flooded } = await world.send({ milliseconds: SLICE_MS, flood: { file: toRelay, rate } });
      await settled();
      const passedOn = deviceCounter(relay.pid, DEVICE, 'tx') - read;
      await assertCounted(before, verdicts, passedOn);
      const dropped = deviceCounter(relay.pid, DEVICE, 'tx-dropped') - lost;
      assert.ok(
        passedOn <= flooded && passedOn + dropped >= 0.5 * flooded,
        `${passedOn} of ${flooded}, ${dropped} lost`,
      );
      this.test!.title += ` (${passedOn} of ${flooded})`;
    });

    it('dropping a packet costs the relay less than forwarding one', async function () {
      this.test!.title += await within(async () => costOf(size, await floodRate(size), toRelay));
    });

    it('memory stays within its bound', async () => staysWithinMemory(toRelay, await floodRate(size)));
  }
}
