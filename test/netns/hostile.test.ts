import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ControlClient } from '../../src/control/client.js';
import { define } from '../model/definition.js';
import { buildPacket, bytes16, bytes32, hex, type PacketFields } from '../model/packet.js';
import { modelRelay } from '../model/relay.js';
import { SadModel } from '../model/sad.js';
import type { Capture } from './capture.js';
import { eventually } from './command.js';
import { Daemon, RELAY_DOWN, RELAY_UP, tearDown } from './daemon.js';
import type { Injected } from './inject.js';
import { errorsSince, type KernelState, kernelState } from './kernel.js';
import { mutations, setChecksum } from './mutation.js';
import { NamespacePlace } from './place.js';
import { CHECKOUT, FIRST, type Namespace, RELAY, SECOND, SPI_TO_SECOND, Topology } from './topology.js';
import { host, ping } from './traffic.js';

const INJECT = join(CHECKOUT, 'dist/test/netns/inject.js');
const DEVICE = 'iprelay0';
const MUTATIONS = 100_000;
const SEED = 4303;

/** An SA that requires its peer, beside those of ipsec.sh. */
const PEER_SPI = 0x00c0ffee;
const PEER = { name: 'peer', dst: RELAY, spi: '0x00c0ffee', src: '198.18.1.77', to: SECOND };

const sad = new SadModel();
sad.set(define());
sad.set(define({ spi: 0x11110001, to: FIRST, toSpi: 0xbbbb0001 }));
sad.set(define({ spi: PEER_SPI, toSpi: PEER_SPI, src: PEER.src }));

/** Packets that reach the relay through its host's kernel, and what becomes of each. */
const ROUTED: [title: string, verdict: string, packet: PacketFields][] = [
  ['an unknown SPI', 'unknown-spi', { spi: 0xdeadbeef }],
  ['the lowest SPI that is not reserved, unknown', 'unknown-spi', { spi: 256 }],
  ['the SPI that only first uses', 'unknown-spi', { spi: 0x22220001 }],
  ['SPI 0', 'spi-zero', { spi: 0 }],
  ['the reserved SPI 1', 'spi-reserved', { spi: 1 }],
  ['the reserved SPI 255', 'spi-reserved', { spi: 255 }],
  ['garbage for ESP', 'unknown-spi', { body: Array.from({ length: 100 }, (_, i) => (i * 151 + 77) & 255) }],
  ['no byte of ESP', 'esp-too-short', { body: [] }],
  ['an SPI and no sequence number', 'esp-too-short', { body: bytes32(0xaaaa0001) }],
  ['ESP of 7 bytes', 'esp-too-short', { body: [...bytes32(0xaaaa0001), 0, 0, 7] }],
  ['a first fragment', 'fragment', { flagsAndOffset: 0x2000 }],
  ['a later fragment', 'fragment', { flagsAndOffset: 0x2010 }],
  ['the last fragment', 'fragment', { flagsAndOffset: 0x0010 }],
  ['the wrong peer', 'peer-mismatch', { spi: PEER_SPI }],
  ['ICMP', 'not-ipsec', { protocol: 1, body: [8, 0, 0xf7, 0xff, 0, 0, 0, 0] }],
  ['TCP', 'not-ipsec', { protocol: 6, body: Array<number>(20).fill(1) }],
  ['UDP to port 500', 'not-ipsec', { protocol: 17, body: [500, 500, 16, 0].flatMap(bytes16) }],
  [
    'ESP-in-UDP',
    'not-ipsec',
    { protocol: 17, body: [...[4500, 4500, 16, 0].flatMap(bytes16), ...bytes32(0xaaaa0001), ...bytes32(1)] },
  ],
  [
    'AH',
    'not-ipsec',
    {
      protocol: 51,
      body: [50, 4, 0, 0, ...bytes32(0xaaaa0001), ...bytes32(1), ...Array<number>(12).fill(9)],
    },
  ],
  ['GRE', 'not-ipsec', { protocol: 47, body: [0, 0, 8, 0] }],
  ['an unassigned protocol', 'not-ipsec', { protocol: 253, body: [] }],
  ['a valid SPI from a stranger', 'forward', { source: '198.18.1.99' }],
  ['the right peer', 'forward', { spi: PEER_SPI, source: PEER.src }],
  ['the last TTL with which second gets it', 'forward', { ttl: 3 }],
];

/** What the relay's host drops before the relay sees it, so that only the TUN device itself can bring it there. */
const DAMAGED: [title: string, verdict: string, packet: Uint8Array][] = [
  ['IP version 6', 'bad-version', buildPacket({ version: 6 })],
  ['IP version 0', 'bad-version', Uint8Array.of(0)],
  ['a single byte', 'truncated', Uint8Array.of(0x45)],
  ['19 bytes', 'truncated', buildPacket().subarray(0, 19)],
  ['an IHL of 4', 'bad-header', buildPacket({ ihl: 4 })],
  ['a total length below the header', 'bad-header', buildPacket({ totalLength: 19 })],
  ['a total length beyond the end', 'truncated', buildPacket({ totalLength: 61 })],
  ['a wrong checksum', 'bad-checksum', buildPacket({ checksum: 0x1111 })],
  [
    'a wrong checksum on a packet that is not ESP',
    'bad-checksum',
    buildPacket({ protocol: 17, checksum: 1 }),
  ],
];

interface Recording {
  /** What the kernel gave to the relay, and what the relay gave to the kernel. */
  readonly device: Capture;
  /** What left towards second with the relay's source address. */
  readonly legTwo: Capture;
}

/** IP packets, in the order in which they were seen. */
interface Seen {
  readonly received: readonly Buffer[];
  readonly written: readonly Buffer[];
  readonly legTwo: readonly Buffer[];
}

describe('netns: hostile input', function () {
  this.timeout(90_000);
  let topology: Topology;
  let relay: Daemon;
  let edge: Daemon;
  let client: ControlClient;
  /** A packet from first's kernel, as it comes to the relay. */
  let genuine: Buffer;
  let kernelBefore: KernelState;
  let files = 0;

  before(async () => {
    topology = await Topology.up();
    await topology.ipsec();
    relay = await Daemon.start(new NamespacePlace(topology, 'relay'), {
      role: 'relay',
      sas: [RELAY_UP, RELAY_DOWN, PEER],
    });
    edge = await Daemon.start(new NamespacePlace(topology, 'first-net'), { role: 'edge' });
    client = await ControlClient.connect(relay.socket);
    const legOne = await topology.capture('relay', 'to-first', 'esp and dst host 198.18.9.9');
    assert.equal(await ping(host(topology, 'first-host'), host(topology, 'second-host').address, 1), 1);
    [genuine] = (await legOne.stop()) as [Buffer];
    // What is injected comes from the edge's namespace: it would judge first.
    assert.equal(await edge.stop(), 0);
    kernelBefore = await kernelState(topology, 'second');
  });
  after(() => {
    client?.close();
    return tearDown(topology, edge, relay);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      console.error(`${relay.log}\n${JSON.stringify(await counts())}`);
  });

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
      topology.capture('relay', DEVICE, ''),
      topology.capture('relay', 'to-second', `src host ${RELAY}`),
    ]);
    return { device, legTwo };
  }

  /** Ends the recording. What is from the relay to one of the ends can only be its own. */
  async function stop({ device, legTwo }: Recording): Promise<Seen> {
    const all = await device.stop();
    const isWritten = (packet: Buffer) => {
      const [source, destination] = [packet.subarray(12, 16).join('.'), packet.subarray(16, 20).join('.')];
      return source === RELAY && (destination === FIRST || destination === SECOND);
    };
    return {
      received: all.filter((packet) => !isWritten(packet)),
      written: all.filter(isWritten),
      legTwo: await legTwo.stop(),
    };
  }

  /**
   * Holds what the relay did with what it received against the model: verdicts, what it wrote byte for byte, and
   * that second's wire carries nothing else of the relay's.
   */
  async function assertAsModel(
    { received, written, legTwo }: Seen,
    before: Map<string, number>,
  ): Promise<void> {
    const outcomes = received.map((packet) => modelRelay(packet, { sad, role: 'relay', kernelHops: 2 }));
    const predicted: Record<string, number> = {};
    for (const { verdict } of outcomes) predicted[verdict] = (predicted[verdict] ?? 0) + 1;
    assert.deepEqual(await judged(before, received.length), predicted, 'verdicts');
    const expected = outcomes.flatMap(({ packet }) => (packet ? [packet] : []));
    assertSame(written, expected, 'written by the relay');
    // The kernel routes it on: one TTL less. It may change or refuse what has IP options.
    const plain = (packets: readonly Uint8Array[]) => packets.filter((packet) => packet[0] === 0x45);
    const routed = plain(expected).flatMap((packet) => (packet[8]! > 1 ? [oneHop(packet)] : []));
    assertSame(plain(legTwo), routed, 'on the second leg');
    assert.ok(legTwo.length <= expected.length, `${legTwo.length} packets on the second leg`);
  }

  /** One test a packet, and one that looks at all that the relay wrote meanwhile. */
  function describeEach(
    title: string,
    cases: readonly (readonly [title: string, verdict: string, packet: Uint8Array])[],
    send: (packets: readonly Uint8Array[]) => Promise<Injected>,
  ): void {
    describe(title, () => {
      let recording: Recording;
      let start: Map<string, number>;
      before(async () => {
        recording = await record();
        start = await counts();
      });
      for (const [packetTitle, verdict, packet] of cases) {
        it(`${verdict}: ${packetTitle}`, async () => {
          const before = await counts();
          assert.deepEqual(await send([packet]), { accepted: 1, refused: 0 });
          assert.deepEqual(await judged(before, 1), { [verdict]: 1 });
        });
      }
      it('the relay got these packets, and sent on what the model does and nothing else', async () => {
        const seen = await stop(recording);
        assert.equal(seen.received.length, cases.length);
        await assertAsModel(seen, start);
      });
    });
  }

  describeEach(
    "through the host's kernel",
    ROUTED.map(([title, verdict, fields]) => [title, verdict, buildPacket(fields)]),
    throughKernel,
  );
  describeEach('at the TUN device', DAMAGED, throughDevice);

  describe('in bulk', () => {
    it("what is damaged on the wire does not pass the host's kernel", async () => {
      const [toRelay] = JSON.parse(
        await topology.exec('relay', 'ip', '-json', 'link', 'show', 'to-first'),
      ) as [{ address: string }];
      const ethernet = [
        ...toRelay.address.split(':').map((byte) => Number.parseInt(byte, 16)),
        2,
        0,
        0,
        0,
        0,
        1,
        8,
        0,
      ];
      const frames = DAMAGED.map(([, , packet]) => Uint8Array.from([...ethernet, ...packet]));
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
      // The kernel keeps what is damaged or meant for others; all that is certainly well comes to the relay.
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
      assertSame(
        seen.received.filter((packet) => !isRouterAnswer(packet)),
        packets,
        'received by the relay',
      );
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

/** ICMP errors of the routers around the relay, about packets of its own whose TTL has run out. */
function isRouterAnswer(packet: Uint8Array): boolean {
  const source = packet.subarray(12, 16).join('.');
  return (
    (packet[1]! & 0xe0) === 0xc0 &&
    packet[9] === 1 &&
    ['198.18.10.2', '198.18.20.1', '198.18.20.2'].includes(source)
  );
}

/** From first to the relay, with nothing about it that a router refuses or handles in a special way. */
function isWellFormed(packet: Uint8Array, lowestTtl: number): boolean {
  const addresses = [...packet.subarray(12, 20)].join('.');
  return (
    packet.length >= 20 && packet[0] === 0x45 && packet[8]! >= lowestTtl && addresses === `${FIRST}.${RELAY}`
  );
}

function oneHop(packet: Uint8Array): Buffer {
  const routed = Buffer.from(packet);
  routed[8] = routed[8]! - 1;
  setChecksum(routed);
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
