/**
 * Where packets come from and go to. An attachment has two halves: a worker half for each queue, which moves batches, and a
 * control half, with which the daemon opens and closes the whole and sends packets of its own.
 */
import type { PacketBatch } from './batch.js';

/** The worker half: one queue, used by one worker. */
export interface Attachment {
  /**
   * How many times the kernel itself decrements the TTL of a packet that crosses this attachment
   * (TUN: routed in and routed out, so 2; memory: 0). The relay corrects for it, so that its whole
   * host counts as one hop.
   */
  readonly kernelHops: number;

  /**
   * A batch to receive into. Its bytes are where this attachment's frames lie: memory of the batch's own (TUN), or memory
   * that is shared with the kernel (AF_XDP).
   * @param capacity as of {@link PacketBatch}
   */
  createBatch(capacity: number): PacketBatch;

  /**
   * Fills the batch (offset, length, count) with up to `batch.capacity` packets; 0 when none waits. Until {@link send}, the
   * frames belong to the caller, which may write from {@link HEADROOM} bytes before each packet to the packet's end.
   * @param batch of {@link createBatch}, whose last packets went through `send`
   */
  receive(batch: PacketBatch): number;

  /**
   * Sends the packets whose verdict is `lastSentVerdict` or below; those it cannot send get the verdict
   * `failedVerdict`. Of a batch that was received into, all frames go back to the attachment, sent or not, wherever in its
   * frame a packet now starts. The packets of any other batch are copied.
   * @returns packets sent
   */
  send(batch: PacketBatch, lastSentVerdict: number, failedVerdict: number): number;

  /** Blocks until a packet waits, {@link wake} is called or the time is up (milliseconds, -1 for ever). False: the attachment is gone. */
  wait(timeoutMs: number): boolean;

  /** Frees all resources of the attachment. */
  close(): void;
}

/** The control half: it lives on the control thread, beside the workers' halves. */
export interface AttachmentControl<Queue = unknown> {
  /** As of {@link Attachment.kernelHops}. A packet that is sent crosses half of them: through a TUN device the kernel decrements its TTL once. */
  readonly kernelHops: number;

  /** For each worker, the data to open its half; structured-cloneable. */
  readonly queues: readonly Queue[];

  /** The reason why {@link Attachment.wait} returned false, to follow "worker 0 stopped: ". */
  readonly loss: string;

  /** Ends the {@link Attachment.wait} of all workers, now or when they next wait. */
  wake(): void;

  /**
   * Sends a packet that the control thread made, or one that it got by a punt.
   * @param packet from its IP header to its end, checksums filled in
   * @returns whether it went
   */
  send(packet: Uint8Array): boolean;

  /** Frees the resources of the control half, once no worker waits any more. */
  close(): void;
}
