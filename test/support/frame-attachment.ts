/**
 * An attachment whose frames are its own, as AF_XDP's are: a batch that is received into lies in them, and each frame comes
 * back with `send`. It spoils each frame that it gets back, so that code that still reads there is found out.
 */
import assert from 'node:assert/strict';
import type { Attachment } from '../../src/attachment/attachment.js';
import { HEADROOM, PacketBatch } from '../../src/attachment/batch.js';

const FRAMES = 96;
const FRAME_BYTES = 4096;
const SPOILT = 0xee;

export class FrameAttachment implements Attachment {
  readonly kernelHops = 0;
  readonly sent: Uint8Array[] = [];
  readonly #frames: Uint8Array;
  readonly #free = Array.from({ length: FRAMES }, (_, frame) => frame);
  readonly #out = new Set<number>();
  readonly #packets: readonly Uint8Array[];
  #next = 0;

  constructor(packets: readonly Uint8Array[]) {
    this.#packets = packets;
    // Not at the start of its buffer.
    this.#frames = new Uint8Array(new ArrayBuffer((FRAMES + 1) * FRAME_BYTES), FRAME_BYTES).fill(SPOILT);
  }

  createBatch(capacity: number): PacketBatch {
    return new PacketBatch(capacity, this.#frames);
  }

  receive(batch: PacketBatch): number {
    assert.equal(this.#out.size, 0, 'frames of the batch before were not given back');
    batch.count = 0;
    while (batch.count < batch.capacity && this.#next < this.#packets.length) {
      const packet = this.#packets[this.#next++]!;
      const frame = this.#free.shift()!;
      this.#out.add(frame);
      const at = frame * FRAME_BYTES + HEADROOM;
      batch.bytes.set(packet, at);
      batch.offset[batch.count] = at;
      batch.length[batch.count] = packet.length;
      batch.count++;
    }
    return batch.count;
  }

  send(batch: PacketBatch, lastSentVerdict: number): number {
    let sent = 0;
    for (let i = 0; i < batch.count; i++) {
      const start = batch.offset[i]!;
      const end = start + batch.length[i]!;
      if (batch.verdict[i]! <= lastSentVerdict) {
        sent++;
        this.sent.push(batch.bytes.slice(start, end));
      }
      if (batch.bytes === this.#frames) this.#takeBack(Math.floor(start / FRAME_BYTES));
    }
    return sent;
  }

  wait(): boolean {
    return this.#next < this.#packets.length;
  }

  close(): void {}

  #takeBack(frame: number): void {
    assert.ok(this.#out.delete(frame), `frame ${frame} was not out`);
    this.#frames.fill(SPOILT, frame * FRAME_BYTES, (frame + 1) * FRAME_BYTES);
    this.#free.push(frame);
  }
}
