import assert from 'node:assert/strict';
import { takePunted } from '../../src/daemon/punts.js';
import { createPuntMemory, E_HEAD, E_TAIL } from '../../src/relay/punt-memory.js';
import { IKE, PEER_MISMATCH, PUNT_FULL, UNKNOWN_SPI } from '../../src/relay/verdict.js';
import { randomFrom } from '../model/random.js';
import { Offerer, packetFrom, punted } from './punted.js';

const RING = 1 << 14;

function ring(bytes = RING) {
  const memory = punted(1, bytes);
  const offerer = new Offerer(memory);
  return { memory, offerer, take: () => takePunted(memory.rings[0]!, 0) };
}

/** Offers until the ring takes no more. @returns packets taken */
function fill(offerer: Offerer, source: (i: number) => string, length = 92): number {
  let taken = 0;
  while (offerer.offer(packetFrom(source(taken), length), IKE) === IKE) taken++;
  return taken;
}

const whole = ({ length }: Uint8Array) => ({ pieces: 1, arrived: length });

describe('relay/punt', () => {
  it('hands over packets in order, whole, with reason and time, whatever their lengths, round and round', () => {
    const { memory, offerer, take } = ring(1 << 19);
    // The positions overflow 32 bits on the way.
    memory.rings[0]!.ends.fill(0x7ffff000);
    const random = randomFrom(5);
    const queue: { packet: Uint8Array; reason: number; arrivedMs: number }[] = [];
    let handedOver = 0;
    for (let i = 0; i < 5000; i++) {
      const length = random() % 50 === 0 ? 65_535 : 20 + (random() % 1500);
      const packet = packetFrom(`10.${random() & 0xff}.${random() & 0xff}.9`, length, i);
      const reason = i % 3 === 0 ? UNKNOWN_SPI : IKE;
      offerer.clock.unixMs = 1.7e12 + i + 0.25;
      if (offerer.offer(packet, reason) === reason) {
        queue.push({ packet, reason, arrivedMs: offerer.clock.unixMs });
      }
      for (let takes = random() % 3; takes > 0; takes--) {
        const expected = queue.shift();
        assert.deepEqual(take(), expected && { ...expected, ...whole(expected.packet), worker: 0 });
        if (expected) handedOver++;
      }
    }
    for (const expected of queue)
      assert.deepEqual(take(), { ...expected, ...whole(expected.packet), worker: 0 });
    assert.equal(take(), undefined);
    assert.ok(handedOver > 4000);
    const { held, ends } = memory.rings[0]!;
    assert.ok(held.every((words) => words === 0));
    assert.equal(ends[E_HEAD], ends[E_TAIL]);
  });

  it('refuses with a verdict of its own what finds no room, and takes the next packets as room comes free', () => {
    const { offerer, take } = ring();
    fill(offerer, (i) => `10.0.${i}.1`);
    const packet = packetFrom('10.1.1.1', 92);
    assert.equal(offerer.offer(packet, IKE), PUNT_FULL);
    for (let i = 0; i < 3; i++) take();
    assert.equal(offerer.offer(packet, IKE), IKE);
  });

  it('hands over a thousand packets a second of known SPIs from elsewhere, however many prefixes send them, and others as ever', () => {
    const { offerer, take } = ring(1 << 19);
    let handedOver = 0;
    for (let second = 1; second <= 3; second++) {
      offerer.clock.steadyMs = second * 1000;
      for (let i = 0; i < 5000; i++) {
        const stranger = packetFrom(`10.${second}.${i & 0xff}.1`, 100);
        assert.equal(offerer.offer(stranger, PEER_MISMATCH), PEER_MISMATCH);
        if (take() !== undefined) handedOver++;
      }
      assert.equal(offerer.offer(packetFrom('192.0.2.1', 100), IKE), IKE);
      assert.equal(take()!.reason, IKE);
    }
    assert.equal(handedOver, 3000);
  });

  it('gives one prefix half of what the ring has, /24 of IPv4 and /56 of IPv6, and others their share of the rest', () => {
    for (const [flood, neighbour, other] of [
      [(i: number) => `10.0.0.${i & 0xff}`, '10.0.0.77', '10.0.1.1'],
      [
        (i: number) => `2001:db8:0:1${(i & 0xf).toString(16)}::${i & 0xff}`,
        '2001:db8:0:1f::9',
        '2001:db8:0:200::1',
      ],
    ] as const) {
      const { offerer, memory } = ring();
      const flooded = fill(offerer, flood);
      const bytes = memory.rings[0]!.ends[E_HEAD]! * 4;
      assert.ok(bytes <= (RING * 7) / 16 && bytes > (RING * 7) / 16 - 256, `${bytes} bytes of ${RING}`);
      assert.equal(offerer.offer(packetFrom(neighbour, 92), IKE), PUNT_FULL);
      const others = fill(offerer, () => other);
      assert.ok(others >= flooded / 2 && others < flooded, `${others} beside ${flooded}`);
    }
  });

  it('loses no packet of a polite prefix beside floods from one prefix and from fifty', () => {
    for (const floods of [1, 50]) {
      const { offerer, take } = ring(1 << 16);
      const random = randomFrom(floods);
      let lost = 0;
      for (let turn = 0; turn < 3000; turn++) {
        for (let i = 0; i < 20; i++) {
          const source = `10.0.${random() % floods}.${random() & 0xff}`;
          if (offerer.offer(packetFrom(source, 60 + (random() % 400)), IKE) === PUNT_FULL) lost++;
        }
        // Less than an equal share of the packets that the control thread takes.
        if (turn % floods === 0) {
          assert.equal(offerer.offer(packetFrom('192.0.2.1', 400), IKE), IKE, `turn ${turn}`);
        }
        // The control thread takes a fifth of the packets that come.
        for (let i = 0; i < 4; i++) take();
      }
      assert.ok(lost > 40_000, `${lost} of the floods lost`);
    }
  });

  it('refuses memory that is no ring', () => {
    for (const bytes of [0, 128, 1000, 2 ** 31]) assert.throws(() => createPuntMemory(1, bytes), RangeError);
  });
});
