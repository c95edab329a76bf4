import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type PuntedPacket, Punts } from '../../src/daemon/punts.js';
import { createPuntMemory } from '../../src/relay/punt-memory.js';
import { IKE, UNKNOWN_SPI } from '../../src/relay/verdict.js';
import { bytes16 } from '../model/bytes.js';
import { define } from '../model/definition.js';
import { cut } from '../model/egress.js';
import { decode, encode, type Ip } from '../model/ip.js';
import { buildIpv6 } from '../model/ipv6.js';
import { buildPacket } from '../model/packet.js';
import { Rig } from '../model/rig.js';
import { UDP, udp } from '../model/upper.js';
import { Offerer, packetFrom, punted } from '../relay/punted.js';
import type { PuntWorkerInput } from './punt-worker.js';

/** UDP to port 500. */
const IKE_PACKET = buildPacket({
  protocol: 17,
  body: [...bytes16(500), ...bytes16(500), ...bytes16(8 + 28), ...bytes16(0), ...Array(28).fill(7)],
});

function offerInThread(input: PuntWorkerInput): Promise<number> {
  const thread = new Worker(new URL('./punt-worker.js', import.meta.url), { workerData: input });
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
}

describe('daemon/punts', () => {
  let punts: Punts;

  afterEach(() => punts.close());

  /** The number that a thread of {@link offerInThread} wrote into its packet. */
  const numberOf = ({ packet }: PuntedPacket) => new DataView(packet.buffer).getUint32(100);

  it('wakes up for each packet that comes after a while', async () => {
    const memory = createPuntMemory(1);
    punts = new Punts(memory);
    const numbers: number[] = [];
    const all = new Promise<void>((resolve) => {
      punts.subscribe(IKE, (punted) => {
        if (numbers.push(numberOf(punted)) === 100) resolve();
      });
    });
    const taken = offerInThread({ memory, worker: 0, source: '192.0.2.1', packets: 100, pauseMs: 3 });
    await all;
    assert.equal(await taken, 100);
    assert.deepEqual(
      numbers,
      Array.from({ length: 100 }, (_, i) => i),
    );
  });

  it('takes what it can of more than it can take, lets other tasks in between, and starves no worker', async () => {
    const memory = punted(2, 1 << 16);
    punts = new Punts(memory);
    const received = [0, 0];
    let turns = 0;
    const turn = setInterval(() => turns++, 1);
    punts.subscribe(IKE, ({ worker }) => {
      received[worker]!++;
      for (const end = performance.now() + 0.1; performance.now() < end; );
    });
    const taken = await Promise.all(
      [0, 1].map((worker) =>
        offerInThread({ memory, worker, source: `10.0.${worker}.1`, packets: 300_000, pauseMs: 0 }),
      ),
    );
    const polite = await offerInThread({
      memory,
      worker: 0,
      source: '192.0.2.1',
      packets: 50,
      pauseMs: 1,
    });
    while (received[0]! < taken[0]! + polite) await nextTurn();
    clearInterval(turn);
    assert.equal(polite, 50);
    assert.deepEqual(received, [taken[0]! + polite, taken[1]]);
    assert.ok(
      taken.every((packets) => packets > 0 && packets < 300_000),
      `${taken} taken`,
    );
    assert.ok(turns > 3, `${turns} turns of others`);
  });

  it('gets from a pipeline the packets with the verdicts that it subscribes to, and no others', async () => {
    const memory = createPuntMemory(1);
    punts = new Punts(memory);
    const rig = new Rig({ sas: [define()], punts: memory });
    const batch = [buildPacket(), IKE_PACKET, buildPacket({ spi: 0xaaaa0009 })];
    const verdicts = ['forward', 'ike', 'unknown-spi'];
    const run = async (nowMs: number) => {
      assert.deepEqual(
        rig.run(batch, nowMs).map(({ verdict }) => verdict),
        verdicts,
      );
      await nextTurn();
      await nextTurn();
      return got.splice(0);
    };
    const got: PuntedPacket[] = [];
    const listener = (one: PuntedPacket) => {
      got.push(one);
    };
    assert.deepEqual(await run(1), []);
    const unsubscribe = punts.subscribe(IKE, listener);
    const whole = (packet: Uint8Array) => ({ packet, pieces: 1, arrived: packet.length, worker: 0 });
    const ike = { ...whole(IKE_PACKET), reason: IKE };
    assert.deepEqual(await run(2), [{ ...ike, arrivedMs: 2 }]);
    punts.subscribe(UNKNOWN_SPI, listener);
    const unknown = { ...whole(batch[2]!), reason: UNKNOWN_SPI, arrivedMs: 3 };
    assert.deepEqual(await run(3), [{ ...ike, arrivedMs: 3 }, unknown]);
    unsubscribe();
    assert.deepEqual(await run(4), [{ ...unknown, arrivedMs: 4 }]);
    assert.throws(() => punts.subscribe(UNKNOWN_SPI, listener), /has a listener already/);
  });

  it('keeps for itself what it subscribed to where others’ packets are passed', async () => {
    const memory = createPuntMemory(1);
    punts = new Punts(memory);
    const rig = new Rig({ sas: [define()], punts: memory, settings: { passesOthers: true } });
    assert.equal(rig.run([IKE_PACKET])[0]!.verdict, 'pass');
    const first = new Promise<PuntedPacket>((resolve) => punts.subscribe(IKE, resolve));
    assert.equal(rig.run([IKE_PACKET])[0]!.verdict, 'ike');
    assert.deepEqual((await first).packet, IKE_PACKET);
  });

  it('gets a datagram that came in fragments whole, in whatever order', async () => {
    const memory = createPuntMemory(1);
    punts = new Punts(memory);
    const rig = new Rig({ sas: [define()], punts: memory });
    const message = Array.from({ length: 1200 }, (_, i) => i & 0xff);
    const body = udp(message, { sourcePort: 500, destinationPort: 500 });
    for (const whole of [
      buildPacket({ protocol: UDP, flagsAndOffset: 0, body }),
      buildIpv6({
        protocol: UDP,
        body: udp(message, {
          sourcePort: 500,
          destinationPort: 500,
          between: ['2001:db8:1::1', '2001:db8:9::9'],
        }),
      }),
    ]) {
      const pieces = cut(decode([...whole]) as Ip, [400, 800], 9).map(encode);
      assert.equal(pieces.length, 3);
      assert.deepEqual(
        new Set(rig.run(pieces).map(({ verdict }) => verdict)),
        new Set(['ike']),
        'without a subscription',
      );
      const first = new Promise<PuntedPacket>((resolve) => {
        const unsubscribe = punts.subscribe(IKE, (punted) => {
          unsubscribe();
          resolve(punted);
        });
      });
      const before = rig.counted()['ike']![0];
      const again = cut(decode([...whole]) as Ip, [400, 800], 10).map(encode);
      assert.deepEqual(
        rig.run(again.toReversed()).map(({ verdict }) => verdict),
        ['held', 'held', 'held'],
      );
      const { packet, reason, pieces: count, arrived } = await first;
      assert.equal(reason, IKE);
      assert.deepEqual([count, arrived], [3, again.reduce((sum, { length }) => sum + length, 0)]);
      assert.deepEqual(packet.subarray(-message.length), whole.subarray(-message.length));
      assert.equal(packet.length, whole.length);
      assert.equal(rig.counted()['ike']![0], before + 3);
      assert.equal(rig.originated.length, 0);
    }
  });

  it('runs a task after the packets that wait, and then takes those that came before it', async () => {
    const memory = createPuntMemory(1);
    punts = new Punts(memory);
    const offerer = new Offerer(memory);
    const offer = () => offerer.offer(packetFrom('192.0.2.1', 60), IKE);
    const order: string[] = [];
    punts.subscribe(IKE, () => {
      if (order.push('packet') > 1) return;
      punts.afterwards(() => {
        order.push('task');
        offer();
        setImmediate(() => order.push('turn'));
      });
    });
    for (let packet = 0; packet < 3; packet++) offer();
    while (!order.includes('turn')) await nextTurn();
    assert.deepEqual(order, ['packet', 'packet', 'packet', 'task', 'packet', 'turn']);
  });

  it('runs a task in time where the packets never end', async () => {
    const memory = createPuntMemory(1);
    punts = new Punts(memory);
    const offerer = new Offerer(memory);
    const offer = () => offerer.offer(packetFrom('192.0.2.1', 60), IKE);
    let packets = 0;
    const ran = new Promise<number>((resolve) => {
      punts.subscribe(IKE, () => {
        if (packets++ === 0) punts.afterwards(() => resolve(packets));
        // Each packet brings the next one, until long after the task.
        if (packets < 1_000_000) offer();
      });
    });
    offer();
    assert.ok((await ran) < 100);
  });

  it('counts under punt-full what finds no room', async () => {
    const memory = createPuntMemory(1, 4096);
    punts = new Punts(memory);
    punts.subscribe(IKE, () => {});
    const rig = new Rig({ sas: [define()], punts: memory });
    rig.run(Array(64).fill(IKE_PACKET));
    const { ike, 'punt-full': full, ...others } = rig.counted();
    assert.deepEqual(others, {});
    assert.equal(ike![0] + full![0], 64);
    assert.ok(full![0] > 32);
    await nextTurn();
    await nextTurn();
    rig.run([IKE_PACKET]);
    assert.equal(rig.counted()['ike']![0], ike![0] + 1);
  });

  it('calls no listener once it is closed, whether it sleeps or has packets to take', async () => {
    for (const packets of [0, 3]) {
      const memory = createPuntMemory(1);
      punts = new Punts(memory);
      await nextTurn();
      let calls = 0;
      punts.subscribe(IKE, () => calls++);
      const offerer = new Offerer(memory);
      for (let i = 0; i < packets; i++) offerer.offer(packetFrom('192.0.2.1', 60), IKE);
      await punts.close();
      const before = calls;
      offerer.offer(packetFrom('192.0.2.1', 60), IKE);
      await nextTurn();
      assert.equal(calls, before);
      assert.equal(memory.wanted[IKE], 0);
    }
  });
});
