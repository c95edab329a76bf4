/**
 * A million hostile datagrams beside strongSwan: recordings replayed, requests and answers forged with the right SPIs, malformed headers. The
 * stranger can send from any address but those of first and second.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { bytes32 } from '../model/bytes.js';
import { buildPacket } from '../model/packet.js';
import { randomFrom } from '../model/random.js';
import { UDP, udp } from '../model/upper.js';
import { Charon } from './charon.js';
import { Daemon, type StatusJson, tearDown } from './daemon.js';
import { FloodWorld } from './flood/world.js';
import { NamespacePlace } from './place.js';
import { FIRST, RELAY, SECOND, SECOND_HOST, Topology } from './topology.js';
import { host, ping } from './traffic.js';

/** Datagrams that are made anew, and how often each is sent. */
const FORGED = 250_000;
const TIMES = 4;
/** Pings of a series, and the seconds between two. */
const PINGS = 150;
const INTERVAL = 0.1;
/** Forged datagrams a second. */
const RATE = 80_000;
const UDP_PAYLOAD = 28;
const NON_ESP_MARKER = [0, 0, 0, 0];

const SERVICE = `[[second]]
name = "gw1"
addresses = ["${SECOND}"]
[[service]]
name = "vpn"
addresses = ["${RELAY}"]
seconds = ["gw1"]`;

/** A UDP datagram over IPv4, as it was seen. */
interface Seen {
  readonly source: string;
  readonly sourcePort: number;
  readonly port: number;
  readonly payload: number[];
}

interface ConnectionJson {
  readonly id: number;
  readonly state: string;
  readonly first: { readonly address: string; readonly port: number };
  readonly relay: { readonly address: string; readonly port: number };
  readonly ike: readonly { readonly initiator_spi: string; readonly responder_spi: string }[];
  readonly moves: number;
}

function seen(packet: Buffer): Seen {
  return {
    source: [...packet.subarray(12, 16)].join('.'),
    sourcePort: packet.readUInt16BE(20),
    port: packet.readUInt16BE(22),
    payload: [...packet.subarray(UDP_PAYLOAD)],
  };
}

function datagram(
  source: string,
  sourcePort: number,
  destinationPort: number,
  payload: number[],
): Uint8Array {
  const between = [source, RELAY] as const;
  const body = udp(payload, { sourcePort, destinationPort, between });
  return buildPacket({ source, destination: RELAY, protocol: UDP, body });
}

/** Makes hostile datagrams of a connection's own SPIs, ports and recorded datagrams. */
class Stranger {
  readonly #random: () => number;
  readonly #connection: ConnectionJson;
  readonly #recorded: readonly Seen[];

  constructor(random: () => number, connection: ConnectionJson, recorded: readonly Seen[]) {
    this.#random = random;
    this.#connection = connection;
    this.#recorded = recorded;
  }

  #below(limit: number): number {
    return (this.#random() >>> 0) % limit;
  }

  /** A third computer: anywhere, in first's or second's own network, or at their addresses but from another port. */
  #source(towardsFirst: boolean): [address: string, port: number] {
    const port = [500, 4500, 1024 + this.#below(60_000)][this.#below(3)]!;
    switch (this.#below(8)) {
      case 0:
        return [`198.18.1.${2 + this.#below(250)}`, port];
      case 1:
        return [`198.18.2.${3 + this.#below(250)}`, port];
      case 2:
        return [towardsFirst ? SECOND : FIRST, 5000 + this.#below(60_000)];
      default:
        return [`203.${this.#below(256)}.${this.#below(256)}.${1 + this.#below(254)}`, port];
    }
  }

  /** The recorded packets, in the same order, from one address of the stranger's. */
  replay(): Uint8Array[] {
    return this.#recorded.map(({ port, sourcePort, payload }) =>
      datagram('203.0.113.5', sourcePort, port, payload),
    );
  }

  next(): Uint8Array {
    const { relay } = this.#connection;
    const towardsFirst = this.#below(2) === 0;
    const [address, sourcePort] = this.#source(towardsFirst);
    const port = towardsFirst ? relay.port : [500, 4500][this.#below(2)]!;
    if (this.#below(4) === 0) {
      const { payload } = this.#recorded[this.#below(this.#recorded.length)]!;
      return datagram(address, sourcePort, port, this.#mutated(payload));
    }
    const marker = port === 500 || (towardsFirst && sourcePort === 500) ? [] : NON_ESP_MARKER;
    return datagram(address, sourcePort, port, [...marker, ...this.#message(towardsFirst)]);
  }

  #mutated(payload: readonly number[]): number[] {
    const bytes = payload.slice(0, this.#below(3) === 0 ? this.#below(payload.length + 1) : payload.length);
    for (let left = this.#below(4); left > 0 && bytes.length > 0; left--)
      bytes[this.#below(bytes.length)] = this.#below(256);
    return bytes;
  }

  /** A request or a response with the right SPIs, or wrong in some way. */
  #message(isResponse: boolean): number[] {
    const { ike } = this.#connection;
    const pair = ike[this.#below(ike.length)]!;
    const hex = (text: string) => [...Buffer.from(text, 'hex')];
    const initiator = this.#below(16) === 0 ? Array<number>(8).fill(0) : hex(pair.initiator_spi);
    const responder = this.#below(8) === 0 ? Array<number>(8).fill(0) : hex(pair.responder_spi);
    const body = Array.from({ length: this.#below(120) }, () => this.#below(256));
    const version = [0x20, 0x20, 0x20, 0x10, 0x30, 0xf2, 0][this.#below(7)]!;
    const exchange = this.#below(3) === 0 ? this.#below(256) : 34 + this.#below(4);
    const flags = this.#below(8) === 0 ? this.#below(256) : (isResponse ? 0x20 : 0) | (this.#below(2) * 8);
    const id = [this.#below(12), this.#below(12), 0xffffffff - this.#below(4), this.#random() >>> 0][
      this.#below(4)
    ]!;
    const lie = [0, 0, 0, 1, -1, 1000, 2 ** 31][this.#below(7)]!;
    const next = this.#below(256);
    const length = (28 + body.length + lie) >>> 0;
    return [
      ...initiator,
      ...responder,
      next,
      version,
      exchange,
      flags,
      ...bytes32(id),
      ...bytes32(length),
      ...body,
    ];
  }
}

describe('netns: hostile datagrams beside a connection', function () {
  this.timeout(240_000);
  let topology: Topology;
  let world: FloodWorld;
  let relay: Daemon;
  let first: Charon;
  let second: Charon;
  let stranger: Stranger;
  let original: ConnectionJson;

  const json = async <T>(words: string) => JSON.parse(await relay.cli('--json', ...words.split(' '))) as T;
  const established = async (): Promise<ConnectionJson[]> =>
    (await json<{ connections: ConnectionJson[] }>('connection list')).connections.filter(
      ({ state }) => state === 'established',
    );

  before(async () => {
    topology = await Topology.up();
    world = await FloodWorld.on(topology);
    for (const namespace of ['relay', 'first-net'] as const)
      await topology.exec(namespace, 'ip', 'route', 'add', 'blackhole', '203.0.0.0/8');
    relay = new Daemon(new NamespacePlace(topology, 'relay'), {
      role: 'relay',
      addresses: [RELAY],
      more: SERVICE,
      sas: [],
    });
    await relay.start();
    const nets = { first: '10.1.0.0/24', second: '10.2.0.0/24' };
    second = await Charon.start(topology, 'second', {
      local: SECOND,
      remote: '%any',
      localNet: nets.second,
      remoteNet: nets.first,
    });
    first = await Charon.start(topology, 'first', {
      local: FIRST,
      remote: RELAY,
      localNet: nets.first,
      remoteNet: nets.second,
    });
    const captures = [
      await topology.capture('relay', 'to-first', `udp and host ${RELAY}`),
      await topology.capture('relay', 'to-second', `udp and host ${RELAY}`),
    ];
    await first.initiate();
    assert.equal(await ping(host(topology, 'first-host'), SECOND_HOST, 5), 5);
    for (const words of ['--rekey --child net', '--rekey --ike vpn']) {
      await first.swanctl(words);
      await second.swanctl(words);
    }
    assert.equal(await ping(host(topology, 'first-host'), SECOND_HOST, 5), 5);
    const packets = (await Promise.all(captures.map((capture) => capture.stop()))).flat();
    const recorded = packets
      .filter((packet) => packet[9] === UDP && packet.subarray(16, 20).join('.') === RELAY)
      .map(seen);
    assert.ok(recorded.length >= 30, `${recorded.length} datagrams were recorded`);
    [original = assert.fail('no connection')] = await established();
    stranger = new Stranger(randomFrom(7296), original, recorded);
  });
  after(async () => {
    await first?.stop();
    await second?.stop();
    await tearDown(topology, relay);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      console.error(
        `${relay.log.slice(-4000)}\n${JSON.stringify(await relay.verdicts())}\n${await second.log()}`,
      );
  });

  /** Pings from first's net to second's, beside something else. @returns how many were lost */
  async function lostBeside(work: () => Promise<unknown>): Promise<number> {
    const pinging = host(topology, 'first-host').run(
      `ping -q -c ${PINGS} -i ${INTERVAL} -W 5 ${SECOND_HOST} || true`,
    );
    await work();
    return PINGS - Number(/(\d+) received/.exec(await pinging)![1]);
  }

  /** All is as before the stranger came, and both ends can still talk to each other. */
  async function nothingMoved(): Promise<void> {
    const [connection, ...others] = await established();
    assert.deepEqual(others, []);
    const { id, first: place, relay: own, moves } = connection!;
    assert.deepEqual([id, place, own, moves], [original.id, original.first, original.relay, original.moves]);
    for (const charon of [first, second]) {
      await charon.swanctl('--rekey --child net');
      await charon.swanctl('--rekey --ike vpn');
    }
    assert.equal(await ping(host(topology, 'second-host'), '10.1.0.2', 5), 5);
    assert.ok(
      (await json<StatusJson>('status')).pid === relay.pid && !/"level":"(error|fatal)"/.test(relay.log),
    );
  }

  it('replays of all that was recorded, in order and singly at random moments, move nothing and lose nothing', async () => {
    const replays = stranger.replay();
    const inOrder = world.save(replays);
    const lost = await lostBeside(async () => {
      await world.send({ milliseconds: 1000, flood: { file: inOrder, rate: 5000 } });
      await world.send({ milliseconds: 3000, flood: { file: inOrder, rate: 100 } });
      const random = randomFrom(4555);
      for (let round = 0; round < 25; round++) {
        const one = world.save([replays[(random() >>> 0) % replays.length]!]);
        await world.send({ milliseconds: 20, flood: { file: one, rate: 100 } });
        await sleep((random() >>> 0) % 300);
        if (round % 8 === 0) await [first, second][(round / 8) % 2]!.swanctl('--rekey --child net');
      }
    });
    assert.equal(lost, 0);
    await nothingMoved();
  });

  it(`${(FORGED * TIMES).toLocaleString('en-US')} forged and malformed datagrams move nothing and lose nothing`, async function () {
    const file = world.save(Array.from({ length: FORGED }, () => stranger.next()));
    const lostWithout = await lostBeside(() => sleep(0));
    const verdictsBefore = await relay.verdicts();
    let flooded = 0;
    const lost = await lostBeside(async () => {
      while (flooded < FORGED * TIMES)
        flooded += (await world.send({ milliseconds: 1000, flood: { file, rate: RATE } })).flooded;
    });
    const verdicts = await relay.verdicts();
    const counted = Object.entries(verdicts)
      .map(([verdict, packets]) => [verdict, packets - (verdictsBefore[verdict] ?? 0)] as const)
      .filter(([, packets]) => packets > 0);
    const sum = counted.reduce((packets, [, more]) => packets + more, 0);
    this.test!.title +=
      ` (${sum} of ${flooded} came: ${JSON.stringify(Object.fromEntries(counted))}; ${lost} pings of ${PINGS} lost, ${lostWithout} without)`;
    assert.ok(lost <= lostWithout, `${lost} pings lost, ${lostWithout} without`);
    assert.ok(sum >= flooded / 2, `${sum} of ${flooded} came`);
    await nothingMoved();
  });
});
