/**
 * The packets that leave beside the received ones: fragments that had waited, further pieces of a packet, ICMP errors.
 * They are collected in a batch of their own, which goes out when it is full and at the end of each batch.
 */
import type { Attachment } from '../attachment/attachment.js';
import { ALIGNMENT, HEADROOM, MAX_BATCH, MAX_PACKET, PacketBatch } from '../attachment/batch.js';
import { ORIGINATED, type OriginatedCounters } from './counters.js';
import { FORWARD, LAST_SENT_VERDICT, SEND_FAILED } from './verdict.js';

/** A datagram that the relay put together: its pieces are counted as they arrived, not as they left. */
export const ASSEMBLED = ORIGINATED.length;

export class Outlet {
  readonly batch = new PacketBatch(MAX_BATCH);
  readonly #attachment: Pick<Attachment, 'send'>;
  readonly #counters: OriginatedCounters;
  /** The kind of each packet: an `ORIGINATED_…`, or {@link ASSEMBLED}. */
  readonly #origins = new Uint8Array(MAX_BATCH);
  /** Where the next packet may start. */
  #next = HEADROOM;

  constructor(attachment: Pick<Attachment, 'send'>, counters: OriginatedCounters) {
    this.#attachment = attachment;
    this.#counters = counters;
  }

  /** Room for a packet of any length, {@link HEADROOM} before it included; {@link add} it next. @returns where it may start */
  reserve(): number {
    const { batch } = this;
    if (batch.count === batch.capacity || this.#next + MAX_PACKET > batch.bytes.length) this.flush();
    return this.#next;
  }

  /**
   * Sends the packet written since {@link reserve}.
   * @param start where it starts, at or up to {@link HEADROOM} before the offset that `reserve` returned
   * @param origin an `ORIGINATED_…`, or {@link ASSEMBLED}
   */
  add(start: number, length: number, origin: number): void {
    const { batch } = this;
    const i = batch.count++;
    batch.offset[i] = start;
    batch.length[i] = length;
    batch.verdict[i] = FORWARD;
    this.#origins[i] = origin;
    this.#next = (start + length + HEADROOM + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** Sends all packets that wait here. */
  flush(): void {
    const { batch } = this;
    if (batch.count === 0) return;
    this.#attachment.send(batch, LAST_SENT_VERDICT, SEND_FAILED);
    const counters = this.#counters;
    for (let i = 0; i < batch.count; i++) {
      const origin = this.#origins[i]!;
      if (batch.verdict[i] !== FORWARD || origin === ASSEMBLED) continue;
      counters[origin]! += 1;
      counters[ORIGINATED.length + origin]! += batch.length[i]!;
    }
    batch.count = 0;
    this.#next = HEADROOM;
  }
}
