/**
 * Connections with a key exchange, as many as asked for, in a state directory: the memory that they take, and the time from an SPI's first
 * packet to its SA. Needs --expose-gc; prints its result as JSON.
 */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { HEADROOM, PacketBatch } from '../../src/attachment/batch.js';
import { loadConfig } from '../../src/config/config.js';
import { DatagramSender } from '../../src/daemon/datagram-sender.js';
import { Exchanges } from '../../src/daemon/exchanges.js';
import { type PuntListener, Punts } from '../../src/daemon/punts.js';
import { SaManager } from '../../src/daemon/sa-manager.js';
import { SaStore } from '../../src/daemon/sa-store.js';
import { BatchClock } from '../../src/relay/batch-clock.js';
import { createIdentificationCounters } from '../../src/relay/identification.js';
import { Punt } from '../../src/relay/punt.js';
import { createPuntMemory } from '../../src/relay/punt-memory.js';
import { IKE, UNKNOWN_SPI } from '../../src/relay/verdict.js';
import { SaDatabase } from '../../src/sad/database.js';
import { sadBytes } from '../../src/table/layout.js';
import { parseAddress } from '../../src/wire/address.js';
import { type Datagram, parseDatagram, type UdpEnd, writeDatagram } from '../../src/wire/datagram.js';
import { IKE_HEADER, withMarker } from '../../src/wire/ike.js';

export interface ConnectionsResult {
  /** Bytes for each connection. */
  readonly heap: number;
  readonly sad: number;
  readonly file: number;
  /** Microseconds for each connection: its four messages and two SPIs. */
  readonly setUp: number;
  /** From the first packet of an SPI in a worker's ring to its SA, microseconds. */
  readonly learnP50: number;
  readonly learnP99: number;
}

/** SAs of a connection: one in each direction. */
const DIRECTIONS = 2;
const LEARNT = 4000;
const IKE_AUTH = 35;
/** Types of payloads. */
const SECURITY_ASSOCIATION = 33;
const ENCRYPTED = 46;
/** After so long a connection has forgotten its messages. */
const REST_MS = 75_000;

const { values } = parseArgs({
  options: { config: { type: 'string' }, connections: { type: 'string' } },
});
const count = Number(values.connections);
const config = loadConfig(values.config!);
if (config.role !== 'relay') throw new Error(`${values.config} is not a relay's`);
const relay = config.addresses[0]!.bytes;
const database = new SaDatabase(config.maxSas, 1, { role: 'relay', addresses: config.addresses }, 1);
const log = pino({ level: 'silent' });
const store = await SaStore.open(config.state.directory);
const manager = new SaManager(database, store, log);
manager.load([]);

const rings = createPuntMemory(1);
const clock = new BatchClock();
const worker = new Punt(rings, 0, clock);
const punts = new Punts(rings);
let taken = () => {};
const exchanges = new Exchanges({
  config: config.exchange,
  addresses: config.addresses,
  manager,
  punts: {
    subscribe: (reason: number, listener: PuntListener) =>
      punts.subscribe(reason, (punted) => {
        listener(punted);
        // An SPI is learnt a little later.
        if (punted.reason === IKE) taken();
      }),
    afterwards: (action: () => void) =>
      punts.afterwards(() => {
        action();
        taken();
      }),
  } as Punts,
  sources: undefined,
  sender: new DatagramSender(
    {
      kernelHops: 2,
      send: (packet) => {
        sent = parseDatagram(packet)!;
        return true;
      },
    },
    createIdentificationCounters(),
  ),
  icmpRate: 1000,
  passesOthers: false,
  log,
});
let sent: Datagram | undefined;

const batch = new PacketBatch(1);

/** A worker punts a datagram; resolves once the control thread has dealt with it. */
function arrive(from: UdpEnd, to: UdpEnd, payload: Uint8Array, reason: number): Promise<void> {
  const packet = writeDatagram({
    from,
    to,
    payload,
    hopLimit: 60,
    trafficClass: 0,
    hasChecksum: true,
    mayFragment: false,
    identification: 0,
    length: 0,
  });
  batch.bytes.set(packet, HEADROOM);
  batch.offset[0] = HEADROOM;
  batch.length[0] = packet.length;
  batch.arrived[0] = packet.length;
  return new Promise((resolve) => {
    taken = resolve;
    if (worker.offer(batch, 0, reason) !== reason) throw new Error('the ring is full');
  });
}

function ike(pair: Buffer, exchange: number, isResponse: boolean, id: number): Uint8Array {
  const message = Buffer.alloc(200);
  pair.copy(message);
  // Behind IKE_SA_INIT's, an encrypted payload (RFC 7296 §3.2): others are no proof to the relay.
  message.writeUInt8(exchange === IKE_AUTH ? ENCRYPTED : SECURITY_ASSOCIATION, 16);
  message.writeUInt8(0x20, 17);
  message.writeUInt8(exchange, 18);
  message.writeUInt8(isResponse ? 0x20 : 0x08, 19);
  message.writeUInt32BE(id, 20);
  message.writeUInt32BE(message.length, 24);
  message.writeUInt16BE(message.length - IKE_HEADER, IKE_HEADER + 2);
  return message;
}

const firstOf = (i: number, port: number): UdpEnd => ({
  address: parseAddress(`10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`),
  port,
});
const own = (port: number): UdpEnd => ({ address: relay, port });
const esp = (spi: Buffer) => Buffer.concat([spi, Buffer.alloc(60)]);

/** A connection with an SA in each direction. @returns microseconds for each of the two */
async function connect(i: number): Promise<number[]> {
  const initiator = Buffer.concat([randomBytes(8), Buffer.alloc(8)]);
  const pair = Buffer.concat([initiator.subarray(0, 8), randomBytes(8)]);
  await arrive(firstOf(i, 500), own(500), ike(initiator, 34, false, 0), IKE);
  const { from: towards, to: second } = sent!;
  await arrive(second, towards, ike(pair, 34, true, 0), IKE);
  await arrive(firstOf(i, 4500), own(4500), withMarker(ike(pair, IKE_AUTH, false, 1)), IKE);
  const gateway = { ...second, port: 4500 };
  await arrive(gateway, towards, withMarker(ike(pair, IKE_AUTH, true, 1)), IKE);
  const times: number[] = [];
  for (const isUp of [true, false]) {
    const packet = esp(randomSpi());
    const start = performance.now();
    await (isUp
      ? arrive(firstOf(i, 4500), own(4500), packet, UNKNOWN_SPI)
      : arrive(gateway, towards, packet, UNKNOWN_SPI));
    times.push((performance.now() - start) * 1000);
  }
  return times;
}

function randomSpi(): Buffer {
  const spi = randomBytes(4);
  spi[0]! |= 1;
  return spi;
}

/** Bytes of the heap and outside of it, once connections are at rest and nothing is to be collected. */
async function settledBytes(): Promise<number> {
  await setTimeout(REST_MS);
  for (let i = 0; i < 3; i++) gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

// The memory that the first ones bring with them belongs to no connection.
for (let i = 0; i < 1000; i++) await connect(i);
const before = await settledBytes();
const start = performance.now();
const learnt: number[] = [];
for (let i = 1000; i < count; i++) {
  const times = await connect(i);
  if (i >= count - LEARNT) learnt.push(...times);
}
const took = performance.now() - start;
const after = await settledBytes();
if (exchanges.relay.connections.size !== count || database.size !== count * 2)
  throw new Error(`${exchanges.relay.connections.size} connections and ${database.size} SAs, not ${count}`);
await exchanges.stop();
const file = statSync(join(config.state.directory, 'store')).size;
learnt.sort((one, other) => one - other);
const result: ConnectionsResult = {
  heap: (after - before) / (count - 1000),
  sad: (sadBytes(database.memory) / config.maxSas) * DIRECTIONS,
  file: file / count,
  setUp: (took * 1000) / (count - 1000),
  learnP50: learnt[learnt.length >> 1]!,
  learnP99: learnt[Math.floor(learnt.length * 0.99)]!,
};
process.stdout.write(JSON.stringify(result));
process.exit(0);
