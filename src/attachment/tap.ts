/** A worker half that shows an observer all that crosses another one: trace.ts is one, captures are to be another. */
import type { Attachment } from './attachment.js';
import type { PacketBatch } from './batch.js';

export interface AttachmentObserver {
  /** Packets came; they are as they arrived. */
  received(batch: PacketBatch): void;
  /**
   * A batch is about to be sent: its packets have their verdicts, and those with `lastSentVerdict` or below go. The one last
   * received, or a batch of packets that go beside it.
   */
  sending(batch: PacketBatch, lastSentVerdict: number): void;
}

export class Tap implements Attachment {
  readonly kernelHops: number;
  readonly #inner: Attachment;
  readonly #observer: AttachmentObserver;

  constructor(inner: Attachment, observer: AttachmentObserver) {
    this.kernelHops = inner.kernelHops;
    this.#inner = inner;
    this.#observer = observer;
  }

  createBatch(capacity: number): PacketBatch {
    return this.#inner.createBatch(capacity);
  }

  receive(batch: PacketBatch): number {
    const received = this.#inner.receive(batch);
    if (received > 0) this.#observer.received(batch);
    return received;
  }

  send(batch: PacketBatch, lastSentVerdict: number, failedVerdict: number): number {
    this.#observer.sending(batch, lastSentVerdict);
    return this.#inner.send(batch, lastSentVerdict, failedVerdict);
  }

  wait(timeoutMs: number): boolean {
    return this.#inner.wait(timeoutMs);
  }

  close(): void {
    this.#inner.close();
  }
}
