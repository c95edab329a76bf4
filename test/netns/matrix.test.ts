/**
 * Every cell of family pair × encapsulation pair × algorithm between two real kernels, through edge and relay, with SPIs
 * substituted in both directions. One pair of guests serves all cells; relay and edge know them all from the start.
 */
import assert from 'node:assert/strict';
import { ahCells, type Cell, edgeSas, espCells, ipsecOf, relaySas, title } from './cells.js';
import { Daemon, type SaWords, tearDown } from './daemon.js';
import { errorsSince, type KernelState, kernelState } from './kernel.js';
import { discover, forgetPathMtus, innerMtu, innerMtuOfAh, outerHeaders, refusal } from './mtu.js';
import { NamespacePlace } from './place.js';
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
import { EchoServer, type Host } from './transfer.js';

/** Of the links, and of the second leg where it is the narrowest. */
const MTU = 1500;
const NARROW_MTU = 1400;

/** Echo requests by options of ping: small, of 1,400 bytes, and so long that they or their ESP packets are fragmented. */
const SMALL_AND_LARGE = ['-s 0', '-s 56', '-s 57', '-M do -s 1372'];
const FRAGMENTED = ['-M dont -s 1472', '-M dont -s 3000'];
const TRANSFER_BYTES = 400_000;
const TRANSFER_MS = 20_000;

const DIRECTIONS: readonly { readonly name: 'up' | 'down'; readonly from: Host; readonly to: string }[] = [
  { name: 'up', from: 'first-host', to: SECOND_HOST },
  { name: 'down', from: 'second-host', to: FIRST_HOST },
];

/** Combinations that IPsec itself forbids: cells that do not exist, the rule, and how the relay refuses an SA that asks for one. */
const FORBIDDEN: readonly (readonly [what: string, rule: string, sa: SaWords, refusal: RegExp])[] = [
  [
    'AH from one family to the other',
    'RFC 4302 §3.3.3.1: the ICV covers the IP header, addresses included',
    { proto: 'ah', dst: RELAY, spi: '0xa0000001', to: SECOND6 },
    /AH/,
  ],
  [
    'AH in UDP',
    'RFC 3948 is about ESP alone, and RFC 3715 §2.1 says why: AH cannot pass a NAT',
    { proto: 'ah', encap: 'udp:4500', dst: RELAY, spi: '0xa0000001', to: SECOND },
    /AH/,
  ],
  [
    'AH made UDP by the relay',
    'the same',
    { proto: 'ah', 'to-encap': 'udp:4500:4500', dst: RELAY, spi: '0xa0000001', to: SECOND },
    /AH/,
  ],
];

describe('netns: matrix of families, encapsulations and algorithms', function () {
  this.timeout(240_000);
  let topology: Topology;
  let relay: Daemon;
  let edge: Daemon;
  let server: Record<Host, EchoServer>;
  /** At the end of the previous cell. */
  let kernels: Record<'first' | 'second', KernelState>;

  before(async () => {
    topology = await Topology.up();
    const cells = [...espCells(), ...ahCells()];
    [relay, edge] = await Promise.all([
      Daemon.start(new NamespacePlace(topology, 'relay'), {
        role: 'relay',
        addresses: [RELAY, RELAY6],
        more: 'keepalive = 0', // a kernel that has no ESP-in-UDP would refuse them, in ICMP errors
        sas: cells.flatMap(relaySas),
      }),
      Daemon.start(new NamespacePlace(topology, 'first-net'), {
        role: 'edge',
        addresses: [FIRST, FIRST6],
        relays: [RELAY, RELAY6],
        more: `seconds = ["${SECOND}", "${SECOND6}"]`,
        sas: cells.flatMap(edgeSas),
      }),
    ]);
    server = {
      'first-host': await EchoServer.start(topology, 'first-host'),
      'second-host': await EchoServer.start(topology, 'second-host'),
    };
    kernels = { first: await kernelState(topology, 'first'), second: await kernelState(topology, 'second') };
  });
  after(async () => {
    for (const one of Object.values(server ?? {})) one.stop();
    await tearDown(topology, edge, relay);
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    const verdicts = JSON.stringify([await relay.verdicts(), await edge.verdicts()]);
    const sas = await topology.guest(
      'first',
      'ip -s xfrm state; grep -v "\\s0$" /proc/net/xfrm_stat; ip route show cache',
    );
    console.error(`relay:\n${relay.log}\nedge:\n${edge.log}\n${verdicts}\n${sas}`);
  });

  async function assertPings(options: readonly string[], from: Host, to: string): Promise<void> {
    const received = await pings(host(topology, from), to, options, 1);
    assert.deepEqual(received, Array(options.length).fill(1), `${options.join(', ')} from ${from}`);
  }

  async function assertTransfer(from: Host, to: string): Promise<void> {
    const other = from === 'first-host' ? 'second-host' : 'first-host';
    const echoed = await server[other].transfer(from, to, TRANSFER_BYTES, TRANSFER_MS);
    assert.equal(echoed.error, undefined, `TCP from ${from}`);
    assert.ok(
      echoed.exact && echoed.received >= TRANSFER_BYTES,
      `TCP from ${from}: ${JSON.stringify(echoed)}`,
    );
  }

  /** On the narrow second leg: TCP adapts, and packets that may not be fragmented pass up to a length that is known beforehand. */
  async function assertPathMtu(cell: Cell): Promise<void> {
    // Packets without DF are fragmented by the routers and the relay: before any host has been told of the narrow link.
    if (cell.one.family === 4 && cell.two.family === 4)
      for (const { from, to } of DIRECTIONS) await assertPings(FRAGMENTED, from, to);
    for (const { name, from, to } of DIRECTIONS) {
      await assertTransfer(from, to);
      const growth = outerHeaders(cell.two) - outerHeaders(cell.one);
      const [leg, mtu] =
        name === 'up' ? [cell.one, Math.min(MTU, NARROW_MTU - growth)] : [cell.two, NARROW_MTU];
      const expected = cell.ah ? innerMtuOfAh(leg, mtu) : innerMtu(leg, cell.algorithm, mtu);
      assert.equal(await discover(topology, from, to), expected, `path MTU ${name}, inside`);
      assert.equal(await refusal(topology, from, to, expected + 1), expected, `one byte more, ${name}`);
      await assertPings(FRAGMENTED, from, to);
    }
  }

  /**
   * AH over IPv6: Linux looks for the protocol behind AH when it is told Packet Too Big, takes it for one about the tunnel
   * inside, and learns nothing; with or without a relay. So here the path MTU must be told, no more.
   */
  async function assertToldOnly(): Promise<void> {
    const told = async () =>
      Number(await topology.guest('first', "awk '/^Icmp6InPktTooBigs/ { print $2 }' /proc/net/snmp6"));
    const before = await told();
    assert.equal(await refusal(topology, 'first-host', SECOND_HOST, NARROW_MTU), undefined);
    assert.ok((await told()) > before, 'Packet Too Big has come to first');
  }

  /** The relay's verdicts, and no failure counted by the kernels, since the last time. */
  async function assertNoFailures(): Promise<void> {
    for (const guest of ['first', 'second'] as const) {
      const now = await kernelState(topology, guest);
      assert.deepEqual(errorsSince(kernels[guest], now), {}, `${guest}: /proc/net/xfrm_stat`);
      for (const [spi, { packets, replayWindow, replay, failed }] of now.sas) {
        assert.deepEqual(
          { replayWindow, replay, failed },
          { replayWindow: 0, replay: 0, failed: 0 },
          `${guest} ${spi}`,
        );
        assert.ok(packets > 100, `${guest} ${spi}: only ${packets} packets`);
      }
      kernels[guest] = now;
    }
  }

  for (const cell of [...espCells(), ...ahCells()]) {
    it(title(cell), async () => {
      await topology.mtu('leg-two', MTU);
      await topology.ipsec(ipsecOf(cell));
      await forgetPathMtus(topology, 'first-host', 'second-host');

      for (const { from, to } of DIRECTIONS) await assertPings([...SMALL_AND_LARGE, ...FRAGMENTED], from, to);
      for (const { from, to } of DIRECTIONS) await assertTransfer(from, to);

      await topology.mtu('leg-two', NARROW_MTU);
      if (cell.ah && cell.one.family === 6) await assertToldOnly();
      else await assertPathMtu(cell);
      await assertNoFailures();
    });
  }

  it('relay and edge have refused nothing but what was too long', async function () {
    const verdicts = await relay.verdicts();
    assert.deepEqual(
      Object.keys(verdicts).filter((verdict) => !['forward', 'too-big', 'icmp-forward'].includes(verdict)),
      [],
      JSON.stringify(verdicts),
    );
    const atEdge = await edge.verdicts();
    assert.deepEqual(
      Object.keys(atEdge).filter(
        (verdict) => !['forward', 'pass', 'too-big', 'icmp-forward'].includes(verdict),
      ),
      [],
      JSON.stringify(atEdge),
    );
    this.test!.title += ` (${JSON.stringify(verdicts)})`;
  });

  for (const [what, rule, sa, refusal] of FORBIDDEN) {
    it(`there is no cell for ${what} (${rule})`, async () => {
      const words = Object.entries(sa).flatMap(([word, value]) => [`--${word}`, value]);
      const { status, stderr } = await relay.outcome('sa', 'add', ...words);
      assert.equal(status, 1, stderr);
      assert.match(stderr, refusal);
    });
  }
});
