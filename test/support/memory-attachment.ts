/** An attachment of plain memory, for tests and benchmarks: serves prepared packets, records or discards the packets that are sent. */
import type { Attachment } from '../../src/attachment/attachment.js';
import { ALIGNMENT, HEADROOM, PacketBatch } from '../../src/attachment/batch.js';

export interface MemoryAttachmentOptions {
  /** Packets to receive, in this order. */
  readonly packets: readonly Uint8Array[];
  /** How often to serve the list: 1 by default. */
  readonly rounds?: number;
  /** Called with each packet sent, a view that is valid during the call; without it, sent packets are counted only. */
  readonly onSent?: (packet: Uint8Array, index: number) => void;
  readonly kernelHops?: number;
}

export class MemoryAttachment implements Attachment {
  readonly kernelHops: number;
  /** Packets sent so far. */
  sent = 0;
  readonly #packets: readonly Uint8Array[];
  readonly #onSent: ((packet: Uint8Array, index: number) => void) | undefined;
  #roundsLeft: number;
  #next = 0;
  /** Index of the first packet of the batch last received. */
  #batchFrom = 0;

  constructor({ packets, rounds = 1, onSent, kernelHops = 0 }: MemoryAttachmentOptions) {
    this.#packets = packets;
    this.#roundsLeft = packets.length === 0 ? 0 : rounds;
    this.#onSent = onSent;
    this.kernelHops = kernelHops;
  }

  createBatch(capacity: number): PacketBatch {
    return new PacketBatch(capacity);
  }

  receive(batch: PacketBatch): number {
    const packets = this.#packets;
    let at = HEADROOM;
    let count = 0;
    this.#batchFrom = this.#next;
    while (this.#roundsLeft > 0 && count < batch.capacity) {
      const packet = packets[this.#next]!;
      if (at + packet.length > batch.bytes.length) break;
      batch.bytes.set(packet, at);
      batch.offset[count] = at;
      batch.length[count] = packet.length;
      count++;
      at = (at + packet.length + HEADROOM + ALIGNMENT - 1) & -ALIGNMENT;
      if (++this.#next === packets.length) {
        this.#next = 0;
        this.#roundsLeft--;
      }
    }
    batch.count = count;
    return count;
  }

  send(batch: PacketBatch, lastSentVerdict: number): number {
    let sent = 0;
    for (let i = 0; i < batch.count; i++) {
      if (batch.verdict[i]! > lastSentVerdict) continue;
      sent++;
      if (this.#onSent !== undefined) {
        const from = batch.offset[i]!;
        this.#onSent(
          batch.bytes.subarray(from, from + batch.length[i]!),
          (this.#batchFrom + i) % this.#packets.length,
        );
      }
    }
    this.sent += sent;
    return sent;
  }

  wait(): boolean {
    return this.#roundsLeft > 0;
  }

  close(): void {
    this.#roundsLeft = 0;
  }
}
