/** The sources that may use an SA, and where replies go: real traffic, with the first computer's address changed on its way. */
import assert from 'node:assert/strict';
import type { Capture } from './capture.js';
import { Daemon, EDGE_DOWN, EDGE_UP, RELAY_DOWN, RELAY_UP, type SaWords, tearDown } from './daemon.js';
import { errorsSince, kernelState } from './kernel.js';
import { NamespacePlace } from './place.js';
import {
  FIRST,
  RELAY,
  SECOND,
  SPI_TO_FIRST_WIRE,
  SPI_TO_SECOND,
  SPI_TO_SECOND_WIRE,
  Topology,
} from './topology.js';
import { host, ping } from './traffic.js';

const PINGS = 5;
/** From where first's packets come after they have met a NAT. */
const ELSEWHERE = '198.18.1.77';
const OTHER_RELAY = '198.18.9.10';

/** Both SAs of ipsec.sh, bound to their peers. */
const BOUND: readonly SaWords[] = [
  { ...RELAY_UP, src: FIRST },
  { ...RELAY_DOWN, src: SECOND },
];

/** first → relay address → other relay address → second. The replies come back the straight way. */
const HAIRPIN_UP: SaWords = { ...RELAY_UP, to: OTHER_RELAY, 'to-spi': '0xcccc0001' };
const HAIRPIN_ON: SaWords = {
  name: 'alice-up-on',
  dst: OTHER_RELAY,
  spi: '0xcccc0001',
  to: SECOND,
  'to-spi': SPI_TO_SECOND,
  'to-src': RELAY,
};

describe('netns: peers', function () {
  this.timeout(240_000);
  let topology: Topology;
  let relay: Daemon;
  let edge: Daemon;

  before(async () => {
    topology = await Topology.up();
    await topology.ipsec();
    relay = await Daemon.start(new NamespacePlace(topology, 'relay'), {
      role: 'relay',
      addresses: [RELAY, OTHER_RELAY],
      sas: [],
    });
    edge = await Daemon.start(new NamespacePlace(topology, 'first-net'), {
      role: 'edge',
      sas: [EDGE_UP, EDGE_DOWN],
    });
  });
  after(() => tearDown(topology, edge, relay));
  beforeEach(() => relay.cli('sa', 'flush'));
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      console.error(`${relay.log}\n${JSON.stringify(await relay.status())}`);
  });

  /** Packets of each verdict while something happens. */
  async function verdictsOf(action: () => Promise<void>): Promise<Record<string, number>> {
    const before = await relay.verdicts();
    await action();
    const grown = Object.entries(await relay.verdicts()).map(
      ([verdict, packets]) => [verdict, packets - (before[verdict] ?? 0)] as const,
    );
    return Object.fromEntries(grown.filter(([, packets]) => packets > 0));
  }

  /** While something happens, first's packets come to the relay from another address. */
  async function fromElsewhere(action: () => Promise<void>): Promise<void> {
    const rules =
      'add table ip nat-stateless; ' +
      'add chain ip nat-stateless out { type filter hook postrouting priority 0; }; ' +
      `add rule ip nat-stateless out oifname to-relay ip saddr ${FIRST} ip saddr set ${ELSEWHERE}`;
    await topology.exec('first-net', 'nft', rules);
    try {
      await action();
    } finally {
      await topology.exec('first-net', 'nft', 'delete table ip nat-stateless');
    }
  }

  const echoes = (): Promise<number> =>
    ping(host(topology, 'first-host'), host(topology, 'second-host').address, PINGS);

  const add = async (sas: readonly SaWords[], ...more: string[]): Promise<void> => {
    for (const sa of sas) await relay.add(sa, ...more);
  };

  /** Source and destination of each packet. */
  async function ways(capture: Capture): Promise<string[]> {
    const packets = await capture.stop();
    return packets.map(
      (packet) => `${packet.subarray(12, 16).join('.')} ${packet.subarray(16, 20).join('.')}`,
    );
  }

  it('an SA with a peer carries what comes from its peer', async () => {
    await add(BOUND);
    const verdicts = await verdictsOf(async () => assert.equal(await echoes(), PINGS));
    assert.deepEqual(verdicts, { forward: 2 * PINGS });
  });

  it('an SA with a peer refuses the same packets from elsewhere, and second never sees them', async () => {
    await add(BOUND);
    const before = await kernelState(topology, 'second');
    const verdicts = await verdictsOf(() => fromElsewhere(async () => assert.equal(await echoes(), 0)));
    assert.deepEqual(verdicts, { 'peer-mismatch': PINGS });
    const now = await kernelState(topology, 'second');
    assert.equal(now.sas.get(SPI_TO_SECOND)!.packets, before.sas.get(SPI_TO_SECOND)!.packets);
    assert.deepEqual(errorsSince(before, now), {});
  });

  it('an SA without a peer carries them, second accepts them, and the replies still go to the old place', async () => {
    await add([RELAY_UP, RELAY_DOWN]);
    const before = await kernelState(topology, 'second');
    const legOne = await topology.capture('relay', 'to-first', 'esp');
    const verdicts = await verdictsOf(() =>
      fromElsewhere(async () => assert.equal(await echoes(), PINGS, 'the old place is where first is')),
    );
    assert.deepEqual(verdicts, { forward: 2 * PINGS });
    const now = await kernelState(topology, 'second');
    assert.equal(now.sas.get(SPI_TO_SECOND)!.packets - before.sas.get(SPI_TO_SECOND)!.packets, PINGS);
    const seen = new Set(await ways(legOne));
    assert.deepEqual([...seen].sort(), [`${ELSEWHERE} ${RELAY}`, `${RELAY} ${FIRST}`].sort());
  });

  it('of an SA with a peer and one without, the packets of the peer meet the first', async () => {
    await add([{ ...RELAY_UP, name: 'anybody' }, { ...RELAY_UP, src: FIRST }, RELAY_DOWN]);
    assert.equal(await echoes(), PINGS);
    assert.deepEqual([(await relay.sa('alice-up')).packets, (await relay.sa('anybody')).packets], [PINGS, 0]);
    await fromElsewhere(async () => assert.equal(await echoes(), PINGS));
    assert.deepEqual(
      [(await relay.sa('alice-up')).packets, (await relay.sa('anybody')).packets],
      [PINGS, PINGS],
    );
  });

  describe('hairpin', () => {
    it('two SAs that both say so pass a packet on from one relay address to the other, at the price of one hop', async () => {
      await add([HAIRPIN_UP, HAIRPIN_ON], '--hairpin');
      await add([RELAY_DOWN]);
      const [legOne, legTwo] = await Promise.all([
        topology.capture('relay', 'to-first', `esp and dst host ${RELAY}`),
        topology.capture('relay', 'to-second', `esp and dst host ${SECOND}`),
      ]);
      const verdicts = await verdictsOf(async () => assert.equal(await echoes(), PINGS));
      assert.deepEqual(verdicts, { forward: 2 * PINGS });
      assert.deepEqual(
        [(await relay.sa('alice-up')).packets, (await relay.sa('alice-up-on')).packets],
        [PINGS, PINGS],
      );
      const [arrived, left] = [await legOne.stop(), await legTwo.stop()];
      assert.deepEqual([arrived.length, left.length], [PINGS, PINGS]);
      for (const [i, packet] of arrived.entries()) assert.equal(packet[8]! - left[i]![8]!, 1, 'TTL');
      assert.equal(left[0]!.toString('hex', 20, 24), SPI_TO_SECOND.slice(2));
    });

    it('an SA that does not say so cannot be added towards a relay address', async () => {
      const words = Object.entries(HAIRPIN_UP).flatMap(([word, value]) => [`--${word}`, value]);
      const { status, stderr } = await relay.outcome('sa', 'add', ...words);
      assert.equal(status, 1);
      assert.match(stderr, /hairpin/);
    });

    it('without the second SA, or when it does not say so, the packets are dropped', async () => {
      await add([HAIRPIN_UP], '--hairpin');
      assert.deepEqual(await verdictsOf(async () => assert.equal(await echoes(), 0)), { hairpin: PINGS });
      await add([HAIRPIN_ON]);
      assert.deepEqual(await verdictsOf(async () => assert.equal(await echoes(), 0)), { hairpin: PINGS });
    });

    it('two SAs that send to one another do not turn a packet round for ever', async () => {
      await add(
        [HAIRPIN_UP, { ...HAIRPIN_ON, to: RELAY, 'to-spi': SPI_TO_SECOND_WIRE, 'to-src': OTHER_RELAY }],
        '--hairpin',
      );
      assert.deepEqual(await verdictsOf(async () => assert.equal(await echoes(), 0)), { hairpin: PINGS });
    });
  });

  it('first still has its address, and traffic passes as before', async () => {
    await add(BOUND);
    const legOne = await topology.capture('relay', 'to-first', 'esp');
    assert.equal(await echoes(), PINGS);
    const packets = await legOne.stop();
    const spis = new Set(packets.map((packet) => `0x${packet.toString('hex', 20, 24)}`));
    assert.deepEqual([...spis].sort(), [SPI_TO_SECOND_WIRE, SPI_TO_FIRST_WIRE].sort());
  });
});
