import assert from 'node:assert/strict';
import type { Attachment } from '../../src/attachment/attachment.js';
import { HEADROOM, MAX_BATCH, MAX_PACKET, type PacketBatch } from '../../src/attachment/batch.js';
import {
  createOriginatedCounters,
  ORIGINATED_FRAGMENT,
  ORIGINATED_ICMP_ERROR,
  totalOriginated,
} from '../../src/relay/counters.js';
import { ASSEMBLED, Outlet } from '../../src/relay/outlet.js';

/** Takes the packets that are sent, but refuses those that begin with a byte of `refused`. */
class Sink implements Pick<Attachment, 'send'> {
  readonly sent: Uint8Array[][] = [];
  readonly #refused: readonly number[];

  constructor(refused: readonly number[] = []) {
    this.#refused = refused;
  }

  send(batch: PacketBatch, lastSentVerdict: number, failedVerdict: number): number {
    const packets: Uint8Array[] = [];
    for (let i = 0; i < batch.count; i++) {
      assert.ok(batch.verdict[i]! <= lastSentVerdict);
      const packet = batch.bytes.slice(batch.offset[i]!, batch.offset[i]! + batch.length[i]!);
      if (this.#refused.includes(packet[0]!)) batch.verdict[i] = failedVerdict;
      else packets.push(packet);
    }
    this.sent.push(packets);
    return packets.length;
  }
}

/** Writes a packet of this one byte again and again. @param left bytes that it starts before the reserved place */
function put(outlet: Outlet, byte: number, length: number, origin = ORIGINATED_FRAGMENT, left = 0): void {
  const start = outlet.reserve() - left;
  outlet.batch.bytes.fill(byte, start, start + length);
  outlet.add(start, length, origin);
}

const counted = (counters: ReturnType<typeof createOriginatedCounters>) =>
  Object.fromEntries(totalOriginated([counters]).map(({ name, packets, bytes }) => [name, [packets, bytes]]));

describe('relay/outlet', () => {
  it('sends nothing before it must, then all in order, and counts what each is', () => {
    const sink = new Sink();
    const counters = createOriginatedCounters();
    const outlet = new Outlet(sink, counters);
    put(outlet, 1, 100);
    put(outlet, 2, 56, ORIGINATED_ICMP_ERROR);
    put(outlet, 3, 1400, ASSEMBLED);
    put(outlet, 4, 20);
    assert.equal(sink.sent.length, 0);
    outlet.flush();
    assert.deepEqual(
      sink.sent.map((batch) => batch.map((packet) => [packet[0], packet.length])),
      [
        [
          [1, 100],
          [2, 56],
          [3, 1400],
          [4, 20],
        ],
      ],
    );
    assert.deepEqual(counted(counters), { fragment: [2, 120], 'icmp-error': [1, 56], keepalive: [0, 0] });
  });

  it('asks the attachment for nothing when there is nothing', () => {
    const sink = new Sink();
    const outlet = new Outlet(sink, createOriginatedCounters());
    outlet.flush();
    put(outlet, 1, 1);
    outlet.flush();
    outlet.flush();
    assert.equal(sink.sent.length, 1);
  });

  it('counts nothing that could not be sent', () => {
    const counters = createOriginatedCounters();
    const outlet = new Outlet(new Sink([2]), counters);
    for (const byte of [1, 2, 3, 2]) put(outlet, byte, 10 * byte);
    outlet.flush();
    assert.deepEqual(counted(counters)['fragment'], [2, 40]);
    // And the next ones are not taken for those.
    put(outlet, 1, 7);
    outlet.flush();
    assert.deepEqual(counted(counters)['fragment'], [3, 47]);
  });

  it('keeps room to the left of each packet, and packets out of each other', () => {
    const sink = new Sink();
    const outlet = new Outlet(sink, createOriginatedCounters());
    const lengths = [1, 63, 64, 65, 127, 128, 1500, 576, 40];
    lengths.forEach((length, i) => {
      put(outlet, i + 1, length, ORIGINATED_FRAGMENT, i % 2 === 0 ? 0 : HEADROOM);
    });
    outlet.flush();
    const [packets] = sink.sent;
    assert.deepEqual(
      packets!.map((packet) => packet.length),
      lengths,
    );
    packets!.forEach((packet, i) => {
      assert.ok(
        packet.every((byte) => byte === i + 1),
        `packet ${i}`,
      );
    });
  });

  it('makes room by sending when it has as many packets as a batch holds', () => {
    const sink = new Sink();
    const outlet = new Outlet(sink, createOriginatedCounters());
    for (let i = 0; i <= MAX_BATCH; i++) put(outlet, i & 255, 60);
    assert.deepEqual(
      sink.sent.map((packets) => packets.length),
      [MAX_BATCH],
    );
    outlet.flush();
    assert.deepEqual(
      sink.sent.flat().map((packet) => packet[0]),
      Array.from({ length: MAX_BATCH + 1 }, (_, i) => i & 255),
    );
  });

  it('has room for a packet of any length at any time', () => {
    const sink = new Sink();
    const counters = createOriginatedCounters();
    const outlet = new Outlet(sink, counters);
    for (let i = 0; i < 50; i++) {
      const start = outlet.reserve();
      assert.ok(start >= HEADROOM && start + MAX_PACKET <= outlet.batch.bytes.length, `${start}`);
      outlet.batch.bytes.fill(i, start, start + MAX_PACKET);
      outlet.add(start, MAX_PACKET, ORIGINATED_FRAGMENT);
    }
    outlet.flush();
    const sent = sink.sent.flat();
    assert.deepEqual(
      sent.map((packet) => [packet[0], packet.at(-1), packet.length]),
      Array.from({ length: 50 }, (_, i) => [i, i, MAX_PACKET]),
    );
    assert.deepEqual(counted(counters)['fragment'], [50, 50 * MAX_PACKET]);
  });
});
