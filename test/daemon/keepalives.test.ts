import assert from 'node:assert/strict';
import { type KeepaliveOptions, Keepalives } from '../../src/daemon/keepalives.js';
import { SaDatabase } from '../../src/sad/database.js';
import type { SaEntry } from '../../src/sad/entry.js';
import { COUNTER_LAST, COUNTER_STRIDE, KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import { parsePrefix } from '../../src/wire/address.js';
import type { DefinitionWords } from '../model/definition.js';
import { NOW, specify } from '../model/specification.js';

const POLICY = {
  role: 'relay',
  addresses: ['198.18.9.0/24', '2001:db8:9::/64'].map(parsePrefix),
} as const;

describe('daemon/keepalives', () => {
  let steady: number;
  let ahead: number;
  let database: SaDatabase;
  let keepalives: Keepalives;
  /** When, and between which ports: "20 4500:40001". */
  let sent: string[];
  let spi = 0x1000;

  const clocks = { unix: () => steady + ahead, steady: () => steady };
  const start = (more: Partial<KeepaliveOptions> = {}) =>
    new Keepalives({ database, send, seconds: 20, ttl: 65, clocks, random: () => 0, ...more });
  const send = (packet: Uint8Array) => {
    const ports = packet.length - 9;
    const [from, to] = [0, 2].map((at) => (packet[ports + at]! << 8) | packet[ports + at + 1]!);
    sent.push(`${steady / 1000} ${from}:${to}`);
    return true;
  };

  const add = (words: Partial<DefinitionWords> = {}, replace = false): SaEntry => {
    const udp: DefinitionWords = {
      toKind: KIND_UDP,
      toPorts: [4500, 40_001],
      spi: spi++,
      toSpi: 0x5000,
      mode: 'edge' as const,
    };
    return database.add(specify({ ...udp, ...words } as DefinitionWords), 'runtime', NOW, replace).entry;
  };
  /** A packet of the SA leaves now, through a worker. */
  const packet = (entry: SaEntry, worker = 0) => {
    database.memory.counters[worker]![(entry.slot - 1) * COUNTER_STRIDE + COUNTER_LAST] = clocks.unix();
  };
  /** Lets time pass, looking every half second as the daemon does. */
  const pass = async (seconds: number) => {
    for (const end = steady + seconds * 1000; steady < end; ) {
      steady += 500;
      await keepalives.sweep();
    }
  };

  beforeEach(() => {
    steady = 0;
    ahead = NOW;
    sent = [];
    database = new SaDatabase(1000, 2, POLICY, 1, () => steady);
    keepalives = start();
  });
  afterEach(() => keepalives.stop());

  it('sends one each 20 seconds where nothing leaves', async () => {
    add();
    await pass(65);
    assert.deepEqual(sent, ['20 4500:40001', '40 4500:40001', '60 4500:40001']);
    assert.deepEqual(
      [...keepalives.counters].filter((count) => count > 0),
      [3, 87],
    );
  });

  it('sends none while packets leave, by whichever SA of the leg and worker, and 20 seconds after the last', async () => {
    const [one, other] = [add(), add()];
    assert.equal(keepalives.size, 1);
    for (let second = 0; second < 30; second++) {
      packet(second % 2 === 0 ? one : other, second % 2);
      await pass(1);
    }
    assert.deepEqual(sent, []);
    await pass(60);
    assert.deepEqual(sent, ['49 4500:40001', '69 4500:40001', '89 4500:40001']);
  });

  it('keeps each leg alive by itself', async () => {
    const busy = add({ toPorts: [4500, 40_002] });
    add({ to: '198.18.2.3' });
    add({ toSrc: '198.18.9.10' });
    add({ to: '2001:db8:2::2', toSrc: '2001:db8:9::9' });
    assert.equal(keepalives.size, 4);
    for (let second = 0; second < 20; second++) {
      packet(busy);
      await pass(1);
    }
    assert.deepEqual(sent, Array(3).fill('20 4500:40001'));
  });

  it('has none for ESP, for ports or sources that are the packet’s own, and for what stays in the relay', async () => {
    add({ toKind: KIND_ESP, toPorts: [0, 0] });
    const edge = new SaDatabase(10, 1, { ...POLICY, role: 'edge', relays: POLICY.addresses, seconds: [] }, 1);
    const kept = { kind: KIND_UDP, toKind: KIND_UDP, mode: 'edge', toSrc: undefined } as const;
    edge.add(specify({ ...kept, toPorts: [0, 0], spi: 0x3001 }), 'runtime', NOW);
    const ofEdge = start({ database: edge });
    assert.equal(ofEdge.size, 0);
    await ofEdge.stop();
    add({ to: '198.18.9.77', hairpin: true });
    assert.equal(keepalives.size, 0);
    await pass(60);
    assert.deepEqual(sent, []);
  });

  it('follows SAs that are deleted, moved, or there before', async () => {
    const [moved, deleted] = [add({ spi: 0x9001 }), add({ toPorts: [4500, 3] })];
    add({ spi: 0x9001, toPorts: [4500, 2] }, true);
    await keepalives.stop();
    keepalives = start();
    assert.equal(keepalives.size, 2);
    await pass(20);
    database.remove(deleted, NOW);
    add({ toPorts: [4500, 4] });
    await pass(20);
    database.remove(moved, NOW);
    await pass(20);
    // In whatever order at one time.
    assert.deepEqual(sent.toSorted(), ['20 4500:2', '20 4500:3', '40 4500:2', '40 4500:4', '60 4500:4']);
  });

  it('takes another interval at once, and 0 for none', async () => {
    add();
    keepalives.seconds = 5;
    await pass(11);
    assert.deepEqual(sent, ['5 4500:40001', '10 4500:40001']);
    keepalives.seconds = 0;
    await pass(60);
    assert.equal(sent.length, 2);
    keepalives.seconds = 30;
    await pass(30);
    assert.deepEqual(sent.slice(2), ['101 4500:40001']);
  });

  it('goes on when the clock is set, whichever way', async () => {
    const entry = add();
    for (const step of [-3_600_000, 3_600_000]) {
      sent = [];
      packet(entry);
      await pass(15);
      ahead += step;
      const at = steady / 1000;
      await pass(45);
      assert.equal(sent.length >= 2, true, `${sent}`);
      for (const words of sent) assert.ok(Number(words.split(' ')[0]) > at);
      sent.reduce(
        (before, words) => {
          const now = Number(words.split(' ')[0]);
          assert.equal(now - before, 20);
          return now;
        },
        Number(sent[0]!.split(' ')[0]) - 20,
      );
    }
  });

  it('spreads legs over the interval, and sends each once in it', async () => {
    await keepalives.stop();
    let turn = 0;
    keepalives = start({ random: () => (turn++ % 32) / 32, seconds: 32 });
    for (let i = 0; i < 960; i++) add({ toPorts: [4500, 1 + i] });
    const perSecond: number[] = [];
    for (let second = 0; second < 64; second++) {
      const before = sent.length;
      await pass(1);
      perSecond.push(sent.length - before);
    }
    assert.deepEqual(perSecond, Array(64).fill(30));
    assert.equal(new Set(sent.map((words) => words.split(' ')[1])).size, 960);
  });

  it('does not count what could not be sent, and goes on', async () => {
    await keepalives.stop();
    let fails = true;
    keepalives = start({ send: (bytes) => !fails && send(bytes) });
    add();
    await pass(25);
    fails = false;
    await pass(20);
    assert.deepEqual(sent, ['40 4500:40001']);
    assert.deepEqual(
      [...keepalives.counters].filter((count) => count > 0),
      [1, 29],
    );
  });

  it('sends nothing once it is stopped', async () => {
    add();
    await keepalives.stop();
    await pass(60);
    assert.deepEqual(sent, []);
    assert.equal(add({ toPorts: [4500, 9] }).name, '');
    assert.equal(keepalives.size, 1);
  });
});
