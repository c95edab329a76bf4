/** Shared by the tests of punting: packets by their source, and one worker's half. */
import { HEADROOM, PacketBatch } from '../../src/attachment/batch.js';
import { BatchClock } from '../../src/relay/batch-clock.js';
import { Punt } from '../../src/relay/punt.js';
import { createPuntMemory, type PuntMemory } from '../../src/relay/punt-memory.js';
import { addressBytes } from '../model/bytes.js';

/** Memory under a fixed key, with which no two prefixes of the tests share a group. */
export function punted(workers: number, ringBytes: number): PuntMemory {
  return { ...createPuntMemory(workers, ringBytes), hashKey: [0x5eed, 7] };
}

/** A packet of so many bytes from a source: enough of an IP header for the ring, then a pattern of `seed`. */
export function packetFrom(source: string, length: number, seed = 0): Uint8Array {
  const packet = Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 0xff);
  const address = addressBytes(source);
  packet[0] = address.length === 4 ? 0x45 : 0x60;
  packet.set(address, address.length === 4 ? 12 : 8);
  return packet;
}

/** A worker's half that offers one packet after another. */
export class Offerer {
  readonly clock = new BatchClock();
  readonly #batch = new PacketBatch(1);
  readonly #punt: Punt;

  constructor(memory: PuntMemory, worker = 0) {
    this.#punt = new Punt(memory, worker, this.clock);
  }

  offer(packet: Uint8Array, reason: number): number {
    const batch = this.#batch;
    batch.bytes.set(packet, HEADROOM);
    batch.offset[0] = HEADROOM;
    batch.length[0] = packet.length;
    batch.arrived[0] = packet.length;
    return this.#punt.offer(batch, 0, reason);
  }
}
