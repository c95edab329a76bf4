import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Capture } from './capture.js';
import { assertAgreement, type Snapshot, snapshot } from './counters.js';
import {
  Daemon,
  type DaemonOptions,
  EDGE_DOWN,
  EDGE_UP,
  RELAY_DOWN,
  RELAY_UP,
  type SaWords,
  tearDown,
} from './daemon.js';
import { kernelState } from './kernel.js';
import { NamespacePlace } from './place.js';
import { RELAY, SECOND, SPI_TO_SECOND, Topology } from './topology.js';
import { host, type IperfResult, iperf } from './traffic.js';

/** The relay's other address. */
const OTHER_SOURCE = '198.18.9.10';
const SECONDS = 5;
/** Some 1,000 packets a second. */
const UDP = '-u -b 10M -l 1200 --pacing-timer 1000';
const BULK = 500;

const STATIC: Record<string, SaWords> = {
  bob: { name: 'bob', dst: RELAY, spi: '0xb0b00001', to: '198.18.2.3', 'to-spi': '0xb0b00002' },
  carol: { name: 'carol', dst: RELAY, spi: '0xca201001', to: '198.18.2.4', 'to-spi': '0xca201002' },
  dave: { name: 'dave', dst: RELAY, spi: '0xda4e0001', to: '198.18.2.5', 'to-spi': '0xda4e0002' },
};

describe('netns: changes of the SAD while traffic flows', function () {
  this.timeout(60_000);
  let topology: Topology;
  let relay: Daemon;
  let edge: Daemon;
  let start: Snapshot;
  let verdicts: Record<string, number>;
  let legTwo: Capture;

  const relayOptions = (...sas: SaWords[]): DaemonOptions => ({
    role: 'relay',
    addresses: [RELAY, OTHER_SOURCE],
    sas,
  });

  before(async () => {
    topology = await Topology.up();
    await topology.ipsec();
    relay = await Daemon.start(
      new NamespacePlace(topology, 'relay'),
      relayOptions(STATIC['bob']!, STATIC['carol']!),
    );
    edge = await Daemon.start(new NamespacePlace(topology, 'first-net'), { role: 'edge' });
    await relay.add(RELAY_UP);
    await relay.add(RELAY_DOWN);
  });
  after(() => tearDown(topology, edge, relay));
  beforeEach(async () => {
    start = await snapshot(topology, relay, edge);
    verdicts = await relay.verdicts();
    legTwo = await topology.capture('relay', 'to-second', 'esp and dst host 198.18.2.2');
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    const kernels = [await kernelState(topology, 'first'), await kernelState(topology, 'second')];
    const errors = JSON.stringify(kernels.map(({ errors }) => errors));
    console.error(`${relay.log}\n${edge.log}\n${errors} ${JSON.stringify(await relay.verdicts())}`);
  });

  /** Runs iperf3 over UDP with changes being made as long as it runs. @returns how many changes there were */
  async function during(
    options: string,
    change: (round: number) => Promise<void>,
  ): Promise<[IperfResult, number]> {
    let over = false;
    const running = iperf(
      host(topology, 'first-host'),
      host(topology, 'second-host'),
      SECONDS,
      options,
    ).finally(() => {
      over = true;
    });
    running.catch(() => {});
    await sleep(500);
    let rounds = 0;
    while (!over) await change(rounds++);
    return [await running, rounds];
  }

  /** Packets of each verdict since the test began. */
  async function verdictsSince(): Promise<Record<string, number>> {
    const grown = Object.entries(await relay.verdicts()).map(
      ([verdict, packets]) => [verdict, packets - (verdicts[verdict] ?? 0)] as const,
    );
    return Object.fromEntries(grown.filter(([, packets]) => packets > 0));
  }

  /** Nothing was lost: not for iperf3, not for the kernels, and not a sequence number on the second leg. */
  async function assertNoLoss({ packets, lost }: IperfResult): Promise<Buffer[]> {
    assert.equal(lost, 0, `${lost} of ${packets} datagrams were lost`);
    assert.ok(packets > SECONDS * 500, `${packets} datagrams`);
    const seen = await legTwo.stop();
    assert.deepEqual(Object.keys(await verdictsSince()), ['forward']);
    const { up } = assertAgreement(start, await snapshot(topology, relay, edge));
    assert.deepEqual(gaps(seen), []);
    assert.equal(seen.length, up.packets);
    return seen;
  }

  it('adding and deleting others loses nothing, one at a time and in bulk', async function () {
    const file = join(topology.directory, 'bulk');
    const lines = Array.from(
      { length: BULK },
      (_, i) => `--name bulk --dst ${RELAY} --spi ${0x50000000 + i} --to ${SECOND}`,
    );
    writeFileSync(file, lines.join('\n'));
    const [result, rounds] = await during(`${UDP} --bidir`, async (round) => {
      await relay.cli('sa', 'add', '--file', file);
      await relay.add({ name: `other-${round}`, dst: RELAY, spi: 'auto', to: SECOND, 'to-spi': 'auto' });
      if (round % 2 === 0) await relay.cli('sa', 'delete', '--name', 'bulk');
      await relay.cli('sa', 'delete', '--name', `other-${round}`);
    });
    await assertNoLoss(result);
    assert.ok(rounds >= 3, `${rounds} rounds`);
    this.test!.title += ` (${rounds} rounds)`;
  });

  it('deleting the SA itself loses its packets until it is back, and no others', async () => {
    const [{ lost }] = await during(`${UDP} --bidir`, async (round) => {
      if (round === 0) {
        await relay.cli('sa', 'delete', '--name', 'alice-up');
        await sleep(700);
        await relay.add(RELAY_UP);
      }
      await sleep(50);
    });
    const [gap, ...others] = gaps(await legTwo.stop());
    assert.deepEqual(others, [], 'a second gap in the sequence numbers');
    const { 'unknown-spi': unknown, forward, ...more } = await verdictsSince();
    assert.deepEqual(more, {}, 'other verdicts');
    assert.equal(gap, unknown);
    assert.ok(unknown! > 300 && forward! > 1000, `${unknown} unknown, ${forward} forwarded`);
    // iperf3's own messages may be among the lost.
    assert.ok(lost <= unknown! && lost > unknown! - 20, `iperf3 lost ${lost}, the relay dropped ${unknown}`);
    const first = await kernelState(topology, 'first');
    const second = await kernelState(topology, 'second');
    const packets = (state: typeof first, before: typeof first) =>
      state.sas.get(SPI_TO_SECOND)!.packets - before.sas.get(SPI_TO_SECOND)!.packets;
    assert.equal(packets(first, start.first) - packets(second, start.second), unknown);
    assert.deepEqual([first.errors, second.errors], [{}, {}]);
  });

  it('replacing the SA itself loses nothing, and each packet is as the old one or the new one would have it', async function () {
    const [result, rounds] = await during(`${UDP} --bidir`, async (round) => {
      const source = round % 2 === 0 ? OTHER_SOURCE : RELAY;
      await relay.add({ ...RELAY_UP, 'to-src': source }, '--replace');
    });
    const seen = await assertNoLoss(result);
    const sources = seen.map((packet) => packet.subarray(12, 16).join('.'));
    assert.deepEqual([...new Set(sources)].sort(), [OTHER_SOURCE, RELAY].sort());
    const switches = sources.filter((source, i) => i > 0 && source !== sources[i - 1]).length;
    assert.ok(switches <= rounds, `${switches} switches of the source after ${rounds} changes`);
    for (const packet of seen) assert.equal(packet.toString('hex', 20, 24), SPI_TO_SECOND.slice(2));
    this.test!.title += ` (${rounds} times)`;
    await relay.add(RELAY_UP, '--replace');
  });

  it('reloading the configurations of relay and edge loses nothing, and changes what they say', async () => {
    const carolMoved = { ...STATIC['carol']!, to: '198.18.2.44' };
    const edgeOther = { name: 'other', dst: RELAY, spi: '0x77770001', 'to-spi': '0x77770002' };
    const [result] = await during(`${UDP} --bidir`, async (round) => {
      const first = round % 2 === 0;
      relay.configure(
        first ? relayOptions(STATIC['dave']!, carolMoved) : relayOptions(STATIC['bob']!, STATIC['carol']!),
      );
      assert.match(await relay.cli('reload'), /: 1 SAs added, 1 replaced, 1 deleted$/m);
      edge.configure({ role: 'edge', sas: [EDGE_UP, EDGE_DOWN, ...(first ? [edgeOther] : [])] });
      assert.match(
        await edge.cli('reload'),
        first ? /1 SAs added, 0 replaced, 0 deleted/ : /0 SAs added, 0 replaced, 1 deleted/,
      );
      const configured = (await relay.sas()).filter(({ origin }) => origin === 'config');
      const told = configured.map(({ name, to }) => `${name} ${to}`).sort();
      assert.deepEqual(
        told,
        first ? ['carol 198.18.2.44', 'dave 198.18.2.5'] : ['bob 198.18.2.3', 'carol 198.18.2.4'],
      );
    });
    await assertNoLoss(result);
  });

  it('a reload that is refused changes nothing', async () => {
    const before = await relay.sas();
    relay.configure(relayOptions({ ...STATIC['bob']!, to: 'nowhere' }));
    const bad = await relay.outcome('reload');
    assert.equal(bad.status, 1);
    assert.match(bad.stderr, /the configuration was not reloaded: .*"bob": to: /);
    relay.configure({ ...relayOptions(STATIC['dave']!), more: 'workers = 2' });
    const restart = await relay.outcome('reload');
    assert.equal(restart.status, 1);
    assert.match(restart.stderr, /\[relay\] workers cannot change while ipsec-relayd runs/);
    assert.deepEqual(await relay.sas(), before);
    await legTwo.stop();
  });
});

/** How many sequence numbers are missing in each gap; fails when they do not come in order. */
function gaps(packets: readonly Buffer[]): number[] {
  const sequences = packets.map((packet) => packet.readUInt32BE(24));
  const found: number[] = [];
  sequences.forEach((sequence, i) => {
    const missing = i === 0 ? 0 : sequence - sequences[i - 1]! - 1;
    assert.ok(missing >= 0, `sequence number ${sequence} comes after ${sequences[i - 1]}`);
    if (missing > 0) found.push(missing);
  });
  return found;
}
