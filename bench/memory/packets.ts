/** A batch of ESP packets that is made ready again before each pass, at a cost that is measured by itself. */
import { HEADROOM, PacketBatch } from '../../src/attachment/batch.js';
import { sum16 } from '../../src/wire/checksum.js';
import { espSpi, setEspSpi } from '../../src/wire/esp.js';
import { setIpv4Checksum } from '../../src/wire/ipv4.js';
import { FIRST, RELAY } from './table.js';

/** The small size of the other benchmarks. */
export const PACKET_BYTES = 92;
const SPI = 20;
/** Bytes from one packet to the next, a multiple of a cache line. */
const STRIDE = 192;

export function makePacket(spi: number): Uint8Array {
  const packet = new Uint8Array(PACKET_BYTES);
  const addresses = [...FIRST.split('.'), ...RELAY.split('.')].map(Number);
  packet.set([0x45, 0, 0, PACKET_BYTES, 0x12, 0x34, 0x40, 0, 64, 50, 0, 0, ...addresses]);
  const view = new DataView(packet.buffer);
  setIpv4Checksum(view, 0, ~sum16(view, 0, SPI) & 0xffff);
  setEspSpi(view, SPI, spi);
  return packet;
}

export class Refill {
  readonly batch: PacketBatch;
  readonly #order: Int32Array;
  /** The header's words that a relay changes: TTL, protocol and checksum; source; destination. */
  readonly #words: readonly [number, number, number];
  #next = 0;

  /** @param order the SPIs that packets get, again and again; a multiple of `size` long */
  constructor(size: number, order: Int32Array) {
    this.batch = new PacketBatch(size);
    this.batch.count = size;
    this.#order = order;
    const packet = makePacket(order[0]!);
    const view = new DataView(packet.buffer);
    this.#words = [view.getInt32(8), view.getInt32(12), view.getInt32(16)];
    for (let i = 0; i < size; i++) {
      this.batch.offset[i] = HEADROOM + i * STRIDE;
      this.batch.bytes.set(packet, this.batch.offset[i]!);
    }
    if (espSpi(this.batch.view, HEADROOM + SPI) !== order[0]) throw new Error('the packet has no SPI');
  }

  /** Restores the fields that a pass has changed, with the next SPIs. */
  refill(): void {
    const { view, offset, length, count } = this.batch;
    const order = this.#order;
    const [hops, source, destination] = this.#words;
    let next = this.#next;
    for (let i = 0; i < count; i++) {
      const at = offset[i]!;
      length[i] = PACKET_BYTES;
      view.setInt32(at + 8, hops);
      view.setInt32(at + 12, source);
      view.setInt32(at + 16, destination);
      view.setInt32(at + SPI, order[next + i]!);
    }
    next += count;
    this.#next = next === order.length ? 0 : next;
  }
}
