import { native } from '../../native/index.js';
import type { Attachment } from '../attachment.js';
import { HEADROOM, PacketBatch } from '../batch.js';

/** The bit of `native.wait`'s result that says that the queue's device is gone. */
const DEVICE_GONE = 4;

/** The descriptors of one queue: plain numbers, so that one thread can open them and hand them to another. */
export interface TunQueue {
  /** From `native.tunOpen`. The worker half owns it from then on and closes it. */
  readonly fd: number;
  /** From `native.wakerOpen`. It stays with the control half. */
  readonly wakerFd: number;
}

/** The worker half, one queue of a TUN device: the kernel routes packets in, and routes the packets of the relay out. */
export class TunAttachment implements Attachment {
  readonly kernelHops = 2;
  readonly #wakerFd: number;
  #fd: number;

  constructor(queue: TunQueue) {
    this.#fd = queue.fd;
    this.#wakerFd = queue.wakerFd;
  }

  createBatch(capacity: number): PacketBatch {
    return new PacketBatch(capacity);
  }

  /** 0 also when the device is gone: `wait`, which a caller turns to then, tells the difference. */
  receive(batch: PacketBatch): number {
    const received = native.tunReadBatch(
      this.#fd,
      batch.bytes,
      batch.offset,
      batch.length,
      batch.capacity,
      HEADROOM,
    );
    batch.count = Math.max(received, 0);
    return batch.count;
  }

  send(batch: PacketBatch, lastSentVerdict: number, failedVerdict: number): number {
    const sent = native.tunWriteBatch(
      this.#fd,
      batch.bytes,
      batch.offset,
      batch.length,
      batch.verdict,
      batch.count,
      lastSentVerdict,
      failedVerdict,
    );
    return Math.max(sent, 0);
  }

  wait(timeoutMs: number): boolean {
    return (native.wait(this.#fd, this.#wakerFd, timeoutMs) & DEVICE_GONE) === 0;
  }

  /** Closes the queue; the device vanishes with its last one. Once closed, every other method throws. */
  close(): void {
    if (this.#fd < 0) return;
    native.close(this.#fd);
    this.#fd = -1;
  }
}
