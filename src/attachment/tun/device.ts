/** The control half of a TUN device: opens its queues for the workers, and sends what the daemon makes itself. */
import { writeSync } from 'node:fs';
import { native } from '../../native/index.js';
import type { AttachmentControl } from '../attachment.js';

export class TunDevice implements AttachmentControl {
  readonly kernelHops = 2;
  /** Descriptors of the queues, for one {@link TunAttachment} each, which closes its own. */
  readonly queues: readonly number[];
  #fd: number;

  private constructor(queues: readonly number[]) {
    this.queues = queues;
    // A descriptor of its own: a worker that ends closes its queue's, and its number may become another file's.
    this.#fd = native.duplicate(queues[0]!);
  }

  /**
   * Creates the device with so many queues.
   * @throws what `native.tunOpen` throws, and then nothing is left open
   */
  static open(name: string, queues: number): TunDevice {
    const opened: number[] = [];
    try {
      for (let queue = 0; queue < queues; queue++) opened.push(native.tunOpen(name, queue === 0));
      return new TunDevice(opened);
    } catch (error) {
      for (const fd of opened) native.close(fd);
      throw error;
    }
  }

  send(packet: Uint8Array): boolean {
    try {
      writeSync(this.#fd, packet);
      return true;
    } catch {
      return false; // no memory, or the device goes down: the workers notice
    }
  }

  close(): void {
    if (this.#fd < 0) return;
    native.close(this.#fd);
    this.#fd = -1;
  }
}
