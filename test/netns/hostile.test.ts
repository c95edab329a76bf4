import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ControlClient } from '../../src/control/client.js';
import { parseAddress } from '../../src/wire/address.js';
import { buildPacket, bytes16, hex } from '../model/packet.js';
import type { Capture } from './capture.js';
import { eventually } from './command.js';
import { Daemon, tearDown } from './daemon.js';
import { DeviceJudge, type Judged } from './device-judge.js';
import {
  type Case,
  DAMAGED,
  DAMAGED6,
  FRAGMENTS,
  IPV6,
  ROUTED,
  SAD,
  SAS,
  SMALL_WAY_OUT,
  TIME_EXCEEDED,
} from './hostile-cases.js';
import type { Injected } from './inject.js';
import { errorsSince, type KernelState, kernelState } from './kernel.js';
import { mutations, setChecksum } from './mutation.js';
import { NamespacePlace } from './place.js';
import {
  CHECKOUT,
  FIRST,
  FIRST6,
  type Namespace,
  RELAY,
  RELAY6,
  SECOND,
  SECOND6,
  SPI_TO_SECOND,
  Topology,
} from './topology.js';
import { host, ping } from './traffic.js';

const INJECT = join(CHECKOUT, 'dist/test/netns/inject.js');
const DEVICE = 'iprelay0';
const MUTATIONS = 100_000;
/** Room for a recording of all of them, KiB. */
const DEVICE_BUFFER = 262_144;
const SEED = 4303;

/** Translated ICMP errors in a second. */
const TRANSLATE_RATE = 20;
/** So small that each test of a limit reaches it, and no other does. */
const LIMITS = `keepalive = 0
[fragments]
timeout = 1
[icmp]
translate-rate = ${TRANSLATE_RATE}`;
/** So large that nothing that mutations do reaches one. */
const NO_LIMITS = `keepalive = 0
[fragments]
memory = 67108864
timeout = 120
datagrams = 65536
rate = 10000000
[icmp]
rate = 1000000
translate-rate = 1000000`;
/** More errors at once than are translated in many seconds. */
const ERRORS = 200;
/** Packets that the kernels send of their own accord: errors of the routers, and of second about fragments that never come. */
const QUIET = `
add table inet quiet
add chain inet quiet out { type filter hook postrouting priority 0; }
add rule inet quiet out oifname != ${DEVICE} accept
add rule inet quiet out ip saddr != ${FIRST} icmp type { destination-unreachable, time-exceeded, parameter-problem } drop
add rule inet quiet out ip6 saddr != ${FIRST6} icmpv6 type { destination-unreachable, time-exceeded, parameter-problem } drop`;

interface Recording {
  /** Packets from the kernel to the relay, and from the relay to the kernel. */
  readonly device: Capture;
  /** Packets that left towards second with the relay's source address. */
  readonly legTwo: Capture;
}

interface Seen extends Judged {
  readonly legTwo: readonly Buffer[];
}

describe('netns: hostile input', function () {
  this.timeout(90_000);
  let topology: Topology;
  let relay: Daemon;
  let edge: Daemon;
  let client: ControlClient;
  let model: DeviceJudge;
  /** A packet from first's kernel, as it comes to the relay. */
  let genuine: Buffer;
  let kernelBefore: KernelState;
  let files = 0;

  before(async () => {
    topology = await Topology.up();
    await topology.ipsec();
    await topology.exec('relay', 'nft', QUIET);
    relay = new Daemon(new NamespacePlace(topology, 'relay'), { role: 'relay' });
    await startRelay(LIMITS);
    edge = await Daemon.start(new NamespacePlace(topology, 'first-net'), { role: 'edge' });
    const recording = await record();
    assert.equal(await ping(host(topology, 'first-host'), host(topology, 'second-host').address, 1), 1);
    // The injected packets come from the edge's namespace: it would judge first.
    assert.equal(await edge.stop(), 0);
    const { received, verdicts } = await stop(recording);
    assert.deepEqual(verdicts, { forward: 2 });
    [genuine] = received as [Buffer, Buffer];
    kernelBefore = await kernelState(topology, 'second');
  });
  after(() => {
    client?.close();
    return tearDown(topology, edge, relay);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      console.error(`${relay.log}\n${JSON.stringify([...(await counts())])}`);
  });

  /** Starts it, again if it runs, and the model with it. */
  async function startRelay(more: string): Promise<void> {
    client?.close();
    assert.equal(await relay.stop(), 0);
    relay.configure({ role: 'relay', addresses: [RELAY, RELAY6], sas: SAS, more });
    await relay.start();
    client = await ControlClient.connect(relay.socket);
    model = new DeviceJudge(SAD);
  }

  /** Packets of each verdict. */
  async function counts(): Promise<Map<string, number>> {
    const { verdicts } = await client.status();
    return new Map(verdicts.map(({ verdict, packets }) => [verdict!, packets ?? 0]));
  }

  /** Waits until the relay has judged `total` packets since `before`. @returns how many of each verdict */
  async function judged(before: Map<string, number>, total: number): Promise<Record<string, number>> {
    let grown: [string, number][] = [];
    const sum = () => grown.reduce((all, [, packets]) => all + packets, 0);
    const all = async () => {
      grown = [...(await counts())].map(([verdict, packets]) => [verdict, packets - before.get(verdict)!]);
      return sum() >= total;
    };
    await eventually(`${total} verdicts`, all, () => JSON.stringify(grown));
    return Object.fromEntries(grown.filter(([, packets]) => packets > 0));
  }

  async function inject(
    from: Namespace,
    how: 'raw' | 'link',
    where: string,
    packets: Iterable<Uint8Array>,
    watched: string,
  ): Promise<Injected> {
    const file = join(topology.directory, `packets-${files++}`);
    writeFileSync(
      file,
      Buffer.concat([...packets].flatMap((packet) => [Buffer.from(bytes16(packet.length)), packet])),
    );
    const watch = `${relay.pid}:${watched}`;
    return JSON.parse(
      await topology.exec(from, process.execPath, INJECT, how, where, file, watch),
    ) as Injected;
  }

  const throughKernel = (packets: Iterable<Uint8Array>) =>
    inject('first-net', 'raw', RELAY, packets, 'to-first:rx');
  const throughDevice = (packets: Iterable<Uint8Array>) =>
    inject('relay', 'link', DEVICE, packets, `${DEVICE}:tx`);

  async function record(): Promise<Recording> {
    const [device, legTwo] = await Promise.all([
      topology.capture('relay', DEVICE, '', DEVICE_BUFFER),
      topology.capture('relay', 'to-second', `src host ${RELAY} or src host ${RELAY6}`),
    ]);
    return { device, legTwo };
  }

  /** Ends the recording, and compares the packets that the relay wrote with the model. */
  async function stop({ device, legTwo }: Recording): Promise<Seen> {
    return { ...model.judge(await device.stop()), legTwo: await legTwo.stop() };
  }

  /**
   * Holds the verdicts against the model, and that second's wire carries the packets that the relay wrote and no others of it.
   * @param before the recording began
   */
  async function assertAsModel(
    { verdicts, written, legTwo }: Seen,
    before: Map<string, number>,
  ): Promise<void> {
    const total = Object.values(verdicts).reduce((sum, packets) => sum + packets, 0);
    assert.deepEqual(await judged(before, total), verdicts, 'verdicts');
    // The kernel routes it on: one TTL less. It may change or refuse packets with IP options.
    const plain = (packets: readonly Buffer[]) =>
      packets.filter((packet) => packet[0] === 0x45 || packet[0] === 0x60);
    const routed = plain(written).flatMap((packet) => (packet[hopsAt(packet)]! > 1 ? [oneHop(packet)] : []));
    const toSecond = (packets: readonly Buffer[]) => packets.filter(isToSecond);
    assertSame(toSecond(plain(legTwo)), toSecond(routed), 'on the second leg');
    const known = new Set(routed.map(hex));
    const others = plain(legTwo).filter((packet) => !known.has(hex(packet)));
    assert.deepEqual(others.map(hex), [], 'on the second leg beside them');
    assert.ok(legTwo.length <= written.length, `${legTwo.length} packets on the second leg`);
  }

  /** One test a case, and one that looks at all that the relay wrote meanwhile. */
  function describeEach(
    title: string,
    cases: readonly Case[],
    send: (packets: readonly Uint8Array[]) => Promise<Injected>,
  ): void {
    describe(title, () => {
      let recording: Recording;
      let start: Map<string, number>;
      before(async () => {
        recording = await record();
        start = await counts();
      });
      for (const { title: caseTitle, verdicts, packets } of cases) {
        it(`${Object.keys(verdicts).join(', ')}: ${caseTitle}`, async () => {
          const before = await counts();
          assert.deepEqual(await send(packets), { accepted: packets.length, refused: 0 });
          assert.deepEqual(await judged(before, packets.length), verdicts);
        });
      }
      it('the relay got these packets, and sent on what the model does and nothing else', async () => {
        const seen = await stop(recording);
        assert.equal(seen.received.length, cases.flatMap(({ packets }) => packets).length);
        // The model waits for ever.
        const timedOut = { ...(seen.waiting > 0 && { 'fragment-timeout': seen.waiting }) };
        await assertAsModel({ ...seen, verdicts: { ...seen.verdicts, ...timedOut } }, start);
      });
    });
  }

  describeEach("through the host's kernel", ROUTED, throughKernel);
  describeEach("fragments through the host's kernel", FRAGMENTS, throughKernel);
  describeEach('a way out that carries 576 bytes', SMALL_WAY_OUT, throughKernel);
  describeEach('at the TUN device', [...DAMAGED, ...DAMAGED6, ...IPV6], throughDevice);

  it(`rate-limit: ${ERRORS} ICMP errors at once`, async () => {
    const error = buildPacket({ protocol: 1, body: TIME_EXCEEDED });
    const recording = await record();
    const before = await counts();
    const begin = performance.now();
    const injected = await throughDevice(Array<Uint8Array>(ERRORS).fill(error));
    assert.deepEqual(injected, { accepted: ERRORS, refused: 0 });
    await judged(before, ERRORS);
    const seconds = (performance.now() - begin) / 1000;
    const seen = await stop(recording);
    await assertAsModel(seen, before);
    const translated = seen.verdicts['icmp-forward'] ?? 0;
    assert.equal(translated + (seen.verdicts['rate-limit'] ?? 0), ERRORS, JSON.stringify(seen.verdicts));
    assert.ok(translated >= TRANSLATE_RATE, `${translated} translated`);
    assert.ok(translated <= TRANSLATE_RATE * (1 + seconds) + 1, `${translated} translated in ${seconds} s`);
    assert.ok(translated < ERRORS, 'none was refused');
  });

  describe('in bulk', () => {
    beforeEach(() => startRelay(NO_LIMITS));

    it("what is damaged on the wire does not pass the host's kernel", async () => {
      const [toRelay] = JSON.parse(
        await topology.exec('relay', 'ip', '-json', 'link', 'show', 'to-first'),
      ) as [{ address: string }];
      const mac = toRelay.address.split(':').map((byte) => Number.parseInt(byte, 16));
      const framed = (type: number) => (packet: Uint8Array) =>
        Uint8Array.from([...mac, 2, 0, 0, 0, 0, 1, ...bytes16(type), ...packet]);
      const packetsOf = (cases: readonly Case[]) => cases.flatMap(({ packets }) => packets);
      const frames = packetsOf(DAMAGED).map(framed(0x0800));
      const recording = await record();
      const before = await counts();
      const injected = await inject('first-net', 'link', 'to-relay', frames, 'to-first:rx');
      assert.deepEqual(injected, { accepted: frames.length, refused: 0 });
      // A packet behind them shows that the relay would have judged them by now.
      assert.deepEqual(await throughKernel([buildPacket({ spi: 0xdeadbeef })]), { accepted: 1, refused: 0 });
      assert.deepEqual(await judged(before, 1), { 'unknown-spi': 1 });
      await assertAsModel(await stop(recording), before);
    });

    it(`${MUTATIONS} mutations of a genuine packet through the host's kernel`, async function () {
      const packets = [...mutations(genuine, MUTATIONS, SEED, false)];
      const recording = await record();
      const before = await counts();
      const { accepted, refused } = await throughKernel(packets);
      assert.equal(accepted + refused, MUTATIONS);
      const seen = await stop(recording);
      const { received } = seen;
      // The kernel keeps packets that are damaged or meant for others; all sound ones come to the relay.
      const certain = (all: readonly Uint8Array[], ttl: number) =>
        all.filter((packet) => isWellFormed(packet, ttl)).length;
      assert.equal(certain(received, 1), certain(packets, 2));
      assert.ok(received.length <= accepted, `${received.length} of ${accepted} came to the relay`);
      await assertAsModel(seen, before);
      this.test!.title += `, of which ${received.length} came to the relay`;
    });

    it(`${MUTATIONS} mutations of a genuine packet at the TUN device`, async () => {
      const packets = [...mutations(genuine, MUTATIONS, SEED + 1, true)];
      const recording = await record();
      const before = await counts();
      assert.deepEqual(await throughDevice(packets), { accepted: MUTATIONS, refused: 0 });
      const seen = await stop(recording);
      assertSame(seen.received, packets, 'received by the relay');
      await assertAsModel(seen, before);
    });

    it('after all this second has accepted nothing, and traffic passes both ways', async () => {
      const now = await kernelState(topology, 'second');
      const accepted = (state: KernelState) => state.sas.get(SPI_TO_SECOND)!.packets;
      assert.equal(
        accepted(now),
        accepted(kernelBefore),
        `errors ${JSON.stringify(errorsSince(kernelBefore, now))}`,
      );
      await edge.start();
      assert.equal(await ping(host(topology, 'first-host'), host(topology, 'second-host').address, 5), 5);
      assert.equal(await ping(host(topology, 'second-host'), host(topology, 'first-host').address, 5), 5);
      assert.doesNotMatch(relay.log, /"level":"(warn|error|fatal)"/);
    });
  });
});

/** From first to the relay, with nothing about it that a router refuses or handles in a special way. */
function isWellFormed(packet: Uint8Array, lowestTtl: number): boolean {
  const addresses = [...packet.subarray(12, 20)].join('.');
  return (
    packet.length >= 20 && packet[0] === 0x45 && packet[8]! >= lowestTtl && addresses === `${FIRST}.${RELAY}`
  );
}

function isToSecond(packet: Buffer): boolean {
  return packet[0]! >> 4 === 4
    ? packet.subarray(16, 20).join('.') === SECOND
    : packet.subarray(24, 40).equals(SECOND6_BYTES);
}

const SECOND6_BYTES = Buffer.from(parseAddress(SECOND6));

/** Where TTL or hop limit stands. */
function hopsAt(packet: Buffer): number {
  return packet[0]! >> 4 === 4 ? 8 : 7;
}

function oneHop(packet: Buffer): Buffer {
  const routed = Buffer.from(packet);
  routed[hopsAt(packet)]! -= 1;
  if (packet[0]! >> 4 === 4) setChecksum(routed);
  return routed;
}

function assertSame(actual: readonly Uint8Array[], expected: readonly Uint8Array[], what: string): void {
  const at = expected.findIndex((packet, i) => !actual[i] || Buffer.compare(packet, actual[i]) !== 0);
  if (at >= 0) {
    const found = actual[at] ? hex(actual[at]) : 'none';
    assert.fail(
      `packet ${at} ${what} is ${found} and not ${hex(expected[at]!)}; ${actual.length} of ${expected.length} seen`,
    );
  }
  assert.equal(actual.length, expected.length, `packets ${what}`);
}
