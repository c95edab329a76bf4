/** The control half of a TUN device: opens its queues for the workers, wakes them, and sends packets of the daemon's own. */
import { writeSync } from 'node:fs';
import { native } from '../../native/index.js';
import type { AttachmentControl } from '../attachment.js';
import type { TunQueue } from './queue.js';

export class TunDevice implements AttachmentControl<TunQueue> {
  readonly kernelHops = 2;
  readonly loss = 'its TUN device is gone; someone removed it';
  readonly queues: readonly TunQueue[];
  /** A descriptor of its own: a worker that ends closes its queue's, and its number may become another file's. */
  #fd: number;

  private constructor(queues: readonly TunQueue[]) {
    this.queues = queues;
    this.#fd = native.duplicate(queues[0]!.fd);
  }

  /**
   * Creates the device.
   * @param queues how many it has: each for one TunAttachment, which closes it
   * @throws the error of `native.tunOpen`, and then nothing is left open
   */
  static open(name: string, queues: number): TunDevice {
    const descriptors: number[] = [];
    const open = (fd: number) => {
      descriptors.push(fd);
      return fd;
    };
    try {
      const opened: TunQueue[] = [];
      for (let queue = 0; queue < queues; queue++) {
        opened.push({ fd: open(native.tunOpen(name, queue === 0)), wakerFd: open(native.wakerOpen()) });
      }
      return new TunDevice(opened);
    } catch (error) {
      for (const fd of descriptors) native.close(fd);
      throw error;
    }
  }

  wake(): void {
    if (this.#fd < 0) return;
    for (const { wakerFd } of this.queues) native.wake(wakerFd);
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
    for (const { wakerFd } of this.queues) native.close(wakerFd);
    this.#fd = -1;
  }
}
