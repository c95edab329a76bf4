/**
 * Two first computers behind one NAT address. First's kernel plays both: it has two addresses, each with SAs of its own,
 * ESP-in-UDP from port 4500. On the wire to the relay even their SPIs are the same, so that the port alone tells them apart.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildPacket, bytes16, bytes32 } from '../model/packet.js';
import { Daemon, type SaWords, tearDown } from './daemon.js';
import { Injector } from './injection.js';
import { errorsSince, kernelState } from './kernel.js';
import { NamespacePlace } from './place.js';
import {
  FIRST,
  FIRST_HOST,
  type Guest,
  RELAY,
  SECOND,
  SECOND_HOST,
  SPI_TO_FIRST,
  SPI_TO_FIRST_WIRE,
  SPI_TO_SECOND,
  SPI_TO_SECOND_WIRE,
  Topology,
} from './topology.js';
import { type Computer, gateway, host, ping } from './traffic.js';

const PINGS = 8;
/** The relay's keepalives come every second. */
const SILENCE_MS = 3500;
/** The NAT's address towards the relay: that of first's router. */
const NAT = '198.18.10.1';
const BOB = '198.18.1.3';
/** Behind bob: an address of first's kernel alone. */
const BOB_INNER = '10.3.0.1';
const BOB_INNER_NET = '10.3.0.0/24';
const SECOND_INNER_NET = '10.2.0.0/24';
const BOB_TO_SECOND = '0x22220002';
const BOB_TO_FIRST = '0x11110002';
const ALICE_PORT = 20_001;
const BOB_PORT = 20_002;

/** Both directions of one first computer, for the relay. */
function relaySas(name: string, port: number, toSecond: string, toFirst: string): SaWords[] {
  return [
    {
      name: `${name}-up`,
      dst: RELAY,
      spi: SPI_TO_SECOND_WIRE,
      src: NAT,
      encap: `udp:${port}`,
      to: SECOND,
      'to-encap': 'udp:4500:4500',
      'to-spi': toSecond,
    },
    {
      name: `${name}-down`,
      dst: RELAY,
      spi: toFirst,
      src: SECOND,
      encap: 'udp:4500',
      to: NAT,
      'to-encap': `udp:4500:${port}`,
      'to-spi': SPI_TO_FIRST_WIRE,
    },
  ];
}

/** The same for the edge. */
function edgeSas(name: string, address: string, toSecond: string, toFirst: string): SaWords[] {
  return [
    { name: `${name}-up`, dst: RELAY, spi: toSecond, encap: 'udp:any', 'to-spi': SPI_TO_SECOND_WIRE },
    { name: `${name}-down`, dst: address, spi: SPI_TO_FIRST_WIRE, encap: 'udp:any', 'to-spi': toFirst },
  ];
}

/**
 * The NAT stands between edge and relay. Packets before and behind the edge must not look like
 * connections of their own to the tracking that NAT is made of. A packet to a port from which none was sent yet is
 * dropped, as by any NAT.
 */
const NAT_RULES = `
table ip nat {
  chain raw {
    type filter hook prerouting priority raw
    iifname to-guest notrack
    iifname != to-relay ip daddr { ${FIRST}, ${BOB} } notrack
  }
  chain in {
    type filter hook input priority filter
    iifname to-relay udp dport { ${ALICE_PORT}, ${BOB_PORT} } drop
  }
  chain out {
    type nat hook postrouting priority srcnat
    oifname to-relay ip saddr ${FIRST} udp sport 4500 snat to ${NAT}:${ALICE_PORT}
    oifname to-relay ip saddr ${BOB} udp sport 4500 snat to ${NAT}:${BOB_PORT}
  }
}`;

describe('netns: two firsts behind one NAT', function () {
  this.timeout(240_000);
  let topology: Topology;
  let relay: Daemon;
  let edge: Daemon;
  let injector: Injector;
  let alice: Computer;
  let bob: Computer;
  let second: Computer;

  before(async () => {
    topology = await Topology.up();
    await topology.ipsec({ legOne: '4/udp', legTwo: '4/udp' });
    await addBob();
    await topology.exec('first-net', 'nft', NAT_RULES);
    relay = await Daemon.start(new NamespacePlace(topology, 'relay'), {
      role: 'relay',
      more: 'keepalive = 1',
      sas: [
        ...relaySas('alice', ALICE_PORT, SPI_TO_SECOND, SPI_TO_FIRST),
        ...relaySas('bob', BOB_PORT, BOB_TO_SECOND, BOB_TO_FIRST),
      ],
    });
    edge = await Daemon.start(new NamespacePlace(topology, 'first-net'), {
      role: 'edge',
      addresses: [FIRST, BOB],
      sas: [
        ...edgeSas('alice', FIRST, SPI_TO_SECOND, SPI_TO_FIRST),
        ...edgeSas('bob', BOB, BOB_TO_SECOND, BOB_TO_FIRST),
      ],
    });
    injector = await Injector.create(topology, relay);
    alice = host(topology, 'first-host');
    bob = { ...gateway(topology, 'first'), address: BOB_INNER };
    second = host(topology, 'second-host');
  });
  after(() => tearDown(topology, edge, relay));
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    const counters = JSON.stringify([await relay.sas(), await relay.verdicts(), await edge.verdicts()]);
    console.error(`${relay.log}\n${edge.log}\n${counters}`);
  });

  /** Bob's address and SAs, beside those of ipsec.sh. */
  async function addBob(): Promise<void> {
    const key = () => `aead rfc4106(gcm(aes)) 0x${randomBytes(20).toString('hex')} 128`;
    const [up, down] = [key(), key()];
    const state = (way: string, spi: string, transform: string) =>
      `xfrm state add ${way} proto esp spi ${spi} reqid 2 mode tunnel replay-window 32 flag af-unspec ` +
      `${transform} encap espinudp 4500 4500 0.0.0.0`;
    const policy = (selector: string, direction: string, way: string) =>
      `xfrm policy add ${selector} dir ${direction} priority 2 tmpl ${way} proto esp reqid 2 mode tunnel`;
    const kernel = (local: string, peer: string, localNet: string, peerNet: string) => [
      policy(`src ${localNet} dst ${peerNet}`, 'out', `src ${local} dst ${peer}`),
      policy(`src ${peerNet} dst ${localNet}`, 'in', `src ${peer} dst ${local}`),
      policy(`src ${peerNet} dst ${localNet}`, 'fwd', `src ${peer} dst ${local}`),
    ];
    const batch = (guest: Guest, lines: string[]) =>
      topology.guest(guest, `ip -batch - <<'LINES'\n${lines.join('\n')}\nLINES`);
    await batch('first', [
      `address add ${BOB}/24 dev eth0`,
      `address add ${BOB_INNER}/24 dev lo`,
      state(`src ${BOB} dst ${RELAY}`, BOB_TO_SECOND, up),
      state(`src ${RELAY} dst ${BOB}`, BOB_TO_FIRST, down),
      ...kernel(BOB, RELAY, BOB_INNER_NET, SECOND_INNER_NET),
    ]);
    await batch('second', [
      state(`src ${RELAY} dst ${SECOND}`, BOB_TO_SECOND, up),
      state(`src ${SECOND} dst ${RELAY}`, BOB_TO_FIRST, down),
      ...kernel(SECOND, RELAY, SECOND_INNER_NET, BOB_INNER_NET),
    ]);
  }

  /** Packets that each SA has carried. */
  const carried = async (): Promise<Record<string, number>> =>
    Object.fromEntries((await relay.sas()).map(({ name, packets }) => [name!, packets]));

  it('both have their traffic at once, in both directions, and the relay tells them apart by their ports', async () => {
    const wire = await topology.capture('relay', 'to-first', 'udp port 4500 and greater 60');
    // The NAT lets nothing in before somebody has sent something out.
    const received = [
      ...(await Promise.all([ping(alice, SECOND_HOST, PINGS), ping(bob, SECOND_HOST, PINGS)])),
      ...(await Promise.all([ping(second, FIRST_HOST, PINGS), ping(second, BOB_INNER, PINGS)])),
    ];
    assert.deepEqual(received, [PINGS, PINGS, PINGS, PINGS]);
    const each = 2 * PINGS;
    assert.deepEqual(await carried(), {
      'alice-up': each,
      'alice-down': each,
      'bob-up': each,
      'bob-down': each,
    });
    const ways = (await wire.stop()).map((packet) => {
      const [source, destination] = [packet.subarray(12, 16).join('.'), packet.subarray(16, 20).join('.')];
      const ports = `${packet.readUInt16BE(20)} ${packet.readUInt16BE(22)}`;
      return `${source} ${destination} ${ports} 0x${packet.toString('hex', 28, 32)}`;
    });
    assert.deepEqual(
      [...new Set(ways)].sort(),
      [
        `${NAT} ${RELAY} ${ALICE_PORT} 4500 ${SPI_TO_SECOND_WIRE}`,
        `${NAT} ${RELAY} ${BOB_PORT} 4500 ${SPI_TO_SECOND_WIRE}`,
        `${RELAY} ${NAT} 4500 ${ALICE_PORT} ${SPI_TO_FIRST_WIRE}`,
        `${RELAY} ${NAT} 4500 ${BOB_PORT} ${SPI_TO_FIRST_WIRE}`,
      ].sort(),
    );
    for (const guest of ['first', 'second'] as const) {
      const { errors, sas } = await kernelState(topology, guest);
      assert.deepEqual(errors, {}, `${guest}: /proc/net/xfrm_stat`);
      for (const { packets, failed } of sas.values()) assert.deepEqual([packets, failed], [each, 0]);
    }
  });

  /** A datagram from some port of the NAT to the relay's port 4500. */
  const datagram = (port: number, payload: readonly number[]): Uint8Array =>
    buildPacket({
      source: NAT,
      destination: RELAY,
      protocol: 17,
      body: [...[port, 4500, 8 + payload.length, 0].flatMap(bytes16), ...payload],
    });

  it('the same SPI from a third port is nobody: peer-mismatch', async () => {
    const before = await kernelState(topology, 'second');
    const esp = [...bytes32(Number(SPI_TO_SECOND_WIRE)), ...bytes32(1000), ...Array<number>(40).fill(7)];
    await injector.send([datagram(BOB_PORT + 1, esp)]);
    assert.equal((await relay.verdicts())['peer-mismatch'], 1);
    assert.deepEqual(errorsSince(before, await kernelState(topology, 'second')), {});
  });

  it('NAT keepalives that come are counted and go nowhere', async () => {
    const before = (await relay.verdicts())['keepalive'] ?? 0;
    const legTwo = await topology.capture('relay', 'to-second', `udp and dst host ${SECOND} and less 40`);
    const counts = await carried();
    await injector.send([0, 1, 2, 3, 4].map((i) => datagram(30_000 + i, [0xff])));
    assert.equal((await relay.verdicts())['keepalive'], before + 5);
    assert.deepEqual(await carried(), counts);
    const forwarded = (await legTwo.stop()).filter((packet) => packet.readUInt16BE(20) !== 4500);
    assert.deepEqual(forwarded, []);
    assert.deepEqual(await Promise.all([ping(alice, SECOND_HOST, 2), ping(bob, SECOND_HOST, 2)]), [2, 2]);
  });

  it('the relay sends NAT keepalives of its own to the port of each, while they are silent', async () => {
    const before = (await relay.status()).originated['keepalive']!.packets;
    const wire = await topology.capture('relay', 'to-first', `udp and src host ${RELAY} and less 43`);
    await sleep(SILENCE_MS);
    const datagrams = (await wire.stop()).map((packet) => {
      const length = packet.readUInt16BE(24);
      return `${packet.readUInt16BE(20)} ${packet.readUInt16BE(22)} ${packet.toString('hex', 28, 20 + length)}`;
    });
    for (const port of [ALICE_PORT, BOB_PORT]) {
      const own = datagrams.filter((datagram) => datagram === `4500 ${port} ff`);
      assert.ok(own.length >= 2 && own.length <= 5, `${own.length} to ${port}: ${datagrams.join(', ')}`);
    }
    const after = (await relay.status()).originated['keepalive']!.packets;
    assert.ok(after - before >= datagrams.length, `${after - before} counted, ${datagrams.length} seen`);
  });
});
