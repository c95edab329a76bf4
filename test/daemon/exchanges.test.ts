import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { ExchangeConfig } from '../../src/config/exchange.js';
import { Refusal } from '../../src/control/handler.js';
import { messages } from '../../src/control/message.js';
import { connectionMessage } from '../../src/daemon/connection-message.js';
import { DatagramSender } from '../../src/daemon/datagram-sender.js';
import { Exchanges } from '../../src/daemon/exchanges.js';
import type { PuntListener, Punts } from '../../src/daemon/punts.js';
import { SaManager } from '../../src/daemon/sa-manager.js';
import { SaStore } from '../../src/daemon/sa-store.js';
import { createIdentificationCounters } from '../../src/relay/identification.js';
import { IKE, UNKNOWN_SPI, VERDICTS } from '../../src/relay/verdict.js';
import { SaDatabase } from '../../src/sad/database.js';
import { parseAddress, parsePrefix } from '../../src/wire/address.js';
import { parseDatagram, writeDatagram } from '../../src/wire/datagram.js';
import { recomputeIpv4Checksum } from '../../src/wire/ipv4.js';
import { end, message, RELAY, SECOND, SETTINGS, text } from '../exchange/rig.js';

const FIRST = '198.18.1.1';
const POLICY = { role: 'relay', addresses: [parsePrefix(RELAY)] } as const;
const CONFIG: ExchangeConfig = {
  seconds: [{ name: 'gw1', addresses: [parseAddress(SECOND)], weight: 1 }],
  services: [
    {
      name: 'vpn',
      addresses: [parsePrefix(RELAY)],
      from: [],
      seconds: ['gw1'],
      towards: [],
      balance: 'address',
    },
  ],
  settings: SETTINGS,
  strangerRate: 2000,
};

describe('daemon/exchanges', () => {
  let directory: string;
  let store: SaStore;
  let manager: SaManager;
  let exchanges: Exchanges;
  let listeners: Map<number, PuntListener>;
  let sent: Uint8Array[];
  /** Put off until the rings are empty. */
  let tasks: (() => void)[];

  async function open(config = CONFIG, passesOthers = false): Promise<void> {
    store = await SaStore.open(directory);
    manager = new SaManager(new SaDatabase(1000, 1, POLICY, 1), store, pino({ level: 'silent' }));
    manager.load([]);
    listeners = new Map();
    sent = [];
    tasks = [];
    const punts = {
      subscribe: (reason: number, listener: PuntListener) => {
        listeners.set(reason, listener);
        return () => void listeners.delete(reason);
      },
      afterwards: (task: () => void) => tasks.push(task),
    } as unknown as Punts;
    exchanges = new Exchanges({
      config,
      addresses: POLICY.addresses,
      manager,
      punts,
      sources: undefined,
      sender: new DatagramSender(
        {
          kernelHops: 2,
          send: (packet) => {
            sent.push(packet.slice());
            return true;
          },
        },
        createIdentificationCounters(),
      ),
      icmpRate: 1000,
      passesOthers,
      log: pino({ level: 'silent' }),
    });
  }

  async function close(): Promise<void> {
    await exchanges.stop();
    await manager.close();
    await store.close();
  }

  const punt = (packet: Uint8Array, reason: number, pieces = 1) =>
    listeners.get(reason)!({ packet, pieces, arrived: packet.length, reason, worker: 0, arrivedMs: 0 });
  const arrive = (from: string, to: string, payload: Uint8Array, reason = IKE) => {
    wait(from, to, payload, reason);
    drain();
  };
  /** All packets that waited have been taken. */
  const drain = () => {
    for (const task of tasks.splice(0)) task();
  };
  /** Arrives, and more packets wait behind it. */
  const wait = (from: string, to: string, payload: Uint8Array, reason: number) => {
    const packet = writeDatagram({
      from: end(from),
      to: end(to),
      payload,
      hopLimit: 60,
      trafficClass: 0,
      hasChecksum: true,
      mayFragment: false,
      identification: 0,
      length: 0,
    });
    punt(packet, reason);
  };
  const marked = (bytes: Uint8Array) => new Uint8Array([0, 0, 0, 0, ...bytes]);
  const esp = (spi: number) => Uint8Array.of(spi >>> 24, spi >>> 16, spi >>> 8, spi, 0, 0, 0, 1, 7, 7, 7, 7);
  const own = () => text([...exchanges.relay.connections.values()][0]!.towards);
  const PAIR = { initiator: 1, responder: 1001 };

  function establish(): void {
    arrive(`${FIRST}:500`, `${RELAY}:500`, message({}));
    arrive(`${SECOND}:500`, own(), message({ ...PAIR, isResponse: true }));
    arrive(`${FIRST}:4500`, `${RELAY}:4500`, marked(message({ ...PAIR, exchange: 35, id: 1 })));
    arrive(`${SECOND}:4500`, own(), marked(message({ ...PAIR, exchange: 35, id: 1, isResponse: true })));
  }
  const verdicts = () =>
    Object.fromEntries(
      VERDICTS.map((word, number) => [word, exchanges.verdicts[number]!]).filter(([, count]) => count !== 0),
    );

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'exchanges-'));
    await open();
  });
  afterEach(async () => {
    await close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('gives each message one verdict, in place of the one that a worker counted', () => {
    establish();
    arrive(`${FIRST}:500`, `${RELAY}:500`, new Uint8Array(10));
    assert.deepEqual(verdicts(), { ike: -5, 'ike-forward': 4, 'ike-malformed': 1 });
    const { hopLimit } = parseDatagram(sent[0]!)!;
    assert.equal(hopLimit, 61);
  });

  it('learns SAs in both directions from their first packets, counts those, and forgets the idlest of too many', () => {
    establish();
    arrive(`${FIRST}:4500`, `${RELAY}:4500`, esp(0xc0000001), UNKNOWN_SPI);
    arrive(`${SECOND}:4500`, own(), esp(0xd0000001), UNKNOWN_SPI);
    const { database } = manager;
    const entries = [...database.entries()];
    assert.deepEqual(
      entries.map((entry) => [entry.name, entry.origin, database.counters(entry).packets]),
      [
        ['vpn/1-up', 'learned', 1],
        ['vpn/1-down', 'learned', 1],
      ],
    );
    assert.equal(sent.length, 6);
    for (let spi = 0xc0000002; spi < 0xc0000002 + 100; spi++)
      arrive(`${FIRST}:4500`, `${RELAY}:4500`, esp(spi), UNKNOWN_SPI);
    assert.equal(database.size, 33);
    // Packets that waited while their SPI was learnt push out no other.
    const kept = [...database.entries()].map(({ id }) => id);
    for (let packet = 0; packet < 40; packet++)
      arrive(`${FIRST}:4500`, `${RELAY}:4500`, esp(0xc0000002 + 99), UNKNOWN_SPI);
    assert.deepEqual(
      [...database.entries()].map(({ id }) => id),
      kept,
    );
    assert.deepEqual(verdicts(), { ike: -4, 'ike-forward': 4, 'unknown-spi': -142, forward: 142 });
  });

  it('learns an SPI only when no packet of it waits any more, which the workers would let later ones overtake', () => {
    establish();
    sent = [];
    for (let packet = 0; packet < 3; packet++)
      wait(`${FIRST}:4500`, `${RELAY}:4500`, esp(0xc0000001), UNKNOWN_SPI);
    assert.deepEqual([sent.length, manager.database.size], [3, 0]);
    drain();
    const [learnt] = manager.database.entries();
    assert.equal(manager.database.counters(learnt!).packets, 3);
    wait(`${SECOND}:4500`, own(), esp(0xd0000001), UNKNOWN_SPI);
    exchanges.endConnection(1);
    drain();
    assert.equal(manager.database.size, 0);
  });

  it('at a shared address sends packets of no connection on to the host as they came', async () => {
    await close();
    await open(CONFIG, true);
    establish();
    sent = [];
    arrive(`${FIRST}:500`, `${RELAY}:500`, message({ initiator: 9, responder: 9, exchange: 37, id: 1 }));
    arrive('198.18.7.7:4500', `${RELAY}:4500`, esp(0xc0000009), UNKNOWN_SPI);
    arrive('198.18.7.7:4500', own(), marked(message({ ...PAIR, exchange: 37, id: 0 })));
    assert.deepEqual(
      sent
        .map((packet) => parseDatagram(packet)!)
        .map(({ from, to, hopLimit }) => [text(from), text(to), hopLimit]),
      [
        [`${FIRST}:500`, `${RELAY}:500`, 61],
        ['198.18.7.7:4500', `${RELAY}:4500`, 61],
        ['198.18.7.7:4500', own(), 61],
      ],
    );
    const native = new Uint8Array(48);
    native.set([0x45, 0, 0, 48, 0, 0, 0, 0, 64, 50, 0, 0, 198, 18, 7, 7, 198, 18, 9, 9]);
    recomputeIpv4Checksum(new DataView(native.buffer), 0);
    punt(native, UNKNOWN_SPI);
    assert.deepEqual([sent.length, sent[3]![8]], [4, 65]);
    assert.deepEqual(verdicts(), { pass: 4, ike: -6, 'ike-forward': 4, 'unknown-spi': -2 });
  });

  it('learns an SA whose record is word for word that of the same SA by hand, so that its packets cost the same', async () => {
    const words = ({ memory }: SaDatabase) => [[...memory.records], [...memory.addresses], [...memory.index]];
    establish();
    arrive(`${FIRST}:4500`, `${RELAY}:4500`, esp(0xc0000001), UNKNOWN_SPI);
    const { port } = [...exchanges.relay.connections.values()][0]!.towards;
    const byHand = new SaDatabase(1000, 1, POLICY, 1);
    const other = new SaManager(byHand, store, pino({ level: 'silent' }));
    await other.add(
      [
        {
          dst: RELAY,
          spi: 0xc0000001,
          src: FIRST,
          encap: { peerPort: 4500 },
          to: SECOND,
          toEncap: { sourcePort: port, destinationPort: 4500 },
          mode: messages.Mode.PRESERVE,
        },
      ],
      false,
    );
    assert.deepEqual(words(manager.database), words(byHand));
    await other.deleteById([...byHand.entries()][0]!.id);
  });

  it('goes on when a person deletes a learnt SA: it is learnt anew, and ends with its connection', async () => {
    establish();
    arrive(`${FIRST}:4500`, `${RELAY}:4500`, esp(0xc0000001), UNKNOWN_SPI);
    const [learnt] = manager.database.entries();
    await manager.deleteById(learnt!.id);
    await manager.add([{ dst: RELAY, spi: 0x5000, to: '198.18.2.2' }], false);
    for (let spi = 0xc0000001; spi < 0xc0000001 + 40; spi++)
      arrive(`${FIRST}:4500`, `${RELAY}:4500`, esp(spi), UNKNOWN_SPI);
    exchanges.endConnection(1);
    assert.deepEqual(
      [...manager.database.entries()].map(({ origin }) => origin),
      ['runtime'],
    );
    assert.equal(manager.database.definition([...manager.database.entries()][0]!).match.spi, 0x5000);
  });

  it('says of a connection what went each way, of SAs that are gone too, when it moved last, and what is odd', async () => {
    const shown = (afterMs: number) => {
      const connection = manager.connection(1);
      return connectionMessage(manager.database, connection, Date.now() + afterMs, exchanges.fields(1));
    };
    arrive(`${FIRST}:500`, `${RELAY}:500`, message({}));
    assert.match(shown(0).trouble!, /^gw1 has not answered; check that IKE runs there/);
    arrive(`${SECOND}:500`, own(), message({ ...PAIR, isResponse: true }));
    establish();
    assert.deepEqual([shown(0).trouble, shown(0).movedMs], ['', 0]);
    assert.match(
      shown(20_000).trouble!,
      /^no ESP has come for it; if some should, the logs of the first and of gw1/,
    );
    for (let at = 0; at < 6; at++) {
      arrive(`${FIRST}:4500`, `${RELAY}:4500`, esp(0xc0000001 + (at % 2)), UNKNOWN_SPI);
      if (at === 3) manager.database.remove(manager.database.get(1)!, Date.now());
    }
    assert.deepEqual([shown(0).up!.packets, shown(0).down!.packets, shown(0).packets], [6, 0, 6]);
    assert.match(shown(0).trouble!, /^ESP goes to gw1 and none comes back/);
    arrive(`${SECOND}:4500`, own(), esp(0xd0000001), UNKNOWN_SPI);
    assert.deepEqual([shown(0).up!.packets, shown(0).down!.packets, shown(0).trouble], [6, 1, '']);
    const request = { ...PAIR, exchange: 37, id: 2 };
    arrive('198.18.1.77:4500', `${RELAY}:4500`, marked(message(request)));
    arrive(`${SECOND}:4500`, own(), marked(message({ ...request, isResponse: true })));
    const { movedMs, moves } = shown(0);
    assert.ok(movedMs! > 0);
    await close();
    await open();
    assert.deepEqual([shown(0).movedMs, shown(0).moves, moves], [movedMs, 1, 1]);
  });

  it('puts connections back after a restart, with their ports, and learns anew', async () => {
    establish();
    arrive(`${FIRST}:4500`, `${RELAY}:4500`, esp(0xc0000001), UNKNOWN_SPI);
    const before = own();
    await close();
    await open();
    assert.equal(own(), before);
    assert.equal(manager.database.size, 0);
    assert.equal(manager.database.memory.ports[Number(before.split(':')[1])], 1);
    arrive(`${SECOND}:4500`, own(), esp(0xd0000001), UNKNOWN_SPI);
    assert.equal(manager.database.size, 1);
    assert.equal(exchanges.fields(1)!.state, 'established');
    // An end lasts as well.
    assert.equal(exchanges.endConnection(1), true);
    assert.equal(manager.database.size, 0);
    await close();
    await open();
    assert.equal(exchanges.relay.connections.size, 0);
  });

  it('after a restart a replay of the last request moves nothing; the next exchange does', async () => {
    establish();
    await close();
    await open();
    const ask = (from: string, id: number) => {
      arrive(from, `${RELAY}:4500`, marked(message({ ...PAIR, exchange: 37, id })));
      arrive(`${SECOND}:4500`, own(), marked(message({ ...PAIR, exchange: 37, id, isResponse: true })));
    };
    ask('198.18.7.7:4500', 1);
    assert.equal(text([...exchanges.relay.connections.values()][0]!.first.peer), `${FIRST}:4500`);
    ask('198.18.1.2:4500', 2);
    assert.equal(text([...exchanges.relay.connections.values()][0]!.first.peer), '198.18.1.2:4500');
  });

  it('moves the connections of a second to another address, and refuses one of another family', () => {
    establish();
    arrive(`${FIRST}:4500`, `${RELAY}:4500`, esp(0xc0000001), UNKNOWN_SPI);
    exchanges.setSecond('gw1', { addresses: [parseAddress('198.18.2.9')] });
    const [entry] = manager.database.entries();
    assert.equal(
      text({ address: manager.database.definition(entry!).emit.destination, port: 1 }),
      '198.18.2.9:1',
    );
    assert.throws(
      () => exchanges.setSecond('gw1', { addresses: [parseAddress('2001:db8::9')] }),
      (error) => error instanceof Refusal && /gw1 has connections over IPv4/.test(error.message),
    );
    assert.throws(() => exchanges.setSecond('gw7', { draining: true }), /there is no second named "gw7"/);
  });

  it('refuses a configuration in which connections could not go on before it changes anything', () => {
    establish();
    const next = {
      ...CONFIG,
      seconds: [
        { name: 'gw0', addresses: [parseAddress('198.18.2.7')], weight: 1 },
        { name: 'gw1', addresses: [parseAddress('2001:db8::9')], weight: 7 },
      ],
    };
    assert.throws(() => exchanges.check(next), /gw1 has connections over IPv4/);
    assert.deepEqual(
      exchanges.seconds().map(({ name, weight }) => [name, weight]),
      [['gw1', 1]],
    );
    // One that began between the check and the change ends.
    exchanges.configure(next, POLICY.addresses);
    assert.equal(exchanges.relay.connections.size, 0);
    assert.deepEqual(
      exchanges.seconds().map(({ name, weight }) => [name, weight]),
      [
        ['gw1', 7],
        ['gw0', 1],
      ],
    );
  });

  it('learns SAs anew that cannot follow their second', () => {
    establish();
    arrive(`${FIRST}:4500`, `${RELAY}:4500`, esp(0xc0000001), UNKNOWN_SPI);
    exchanges.setSecond('gw1', { addresses: [parseAddress(RELAY)] });
    assert.equal(manager.database.size, 0);
    exchanges.setSecond('gw1', { addresses: [parseAddress('198.18.2.9')] });
    arrive(`${FIRST}:4500`, `${RELAY}:4500`, esp(0xc0000001), UNKNOWN_SPI);
    assert.equal(manager.database.size, 1);
  });

  it('ends connections whose service is gone when it starts', async () => {
    establish();
    await close();
    await open({ ...CONFIG, services: [] });
    assert.equal(exchanges.relay.connections.size, 0);
    await close();
    await open();
    assert.equal(exchanges.relay.connections.size, 0);
  });
});
