import type { PacketBatch } from './batch.js';

/** Where packets come from and go to: one queue of it, used by one worker. */
export interface Attachment {
  /**
   * How many times the kernel itself decrements the TTL of a packet that crosses this attachment
   * (TUN: routed in and routed out, so 2; memory: 0). The relay corrects for it, so that its whole
   * host counts as one hop.
   */
  readonly kernelHops: number;

  /** Fills `batch` (offset, length, count) with up to `batch.capacity` packets; 0 when none waits. */
  receive(batch: PacketBatch): number;

  /**
   * Sends the packets whose verdict is `lastSentVerdict` or below; those it cannot send get the verdict
   * `failedVerdict`. @returns packets sent
   */
  send(batch: PacketBatch, lastSentVerdict: number, failedVerdict: number): number;

  /** Blocks until a packet waits, {@link wake} is called or the time is up (milliseconds, -1 for ever). False: the attachment is gone. */
  wait(timeoutMs: number): boolean;

  /** Frees what the attachment holds. */
  close(): void;
}

/** The control thread's half of the same: it lives beside the workers' halves and may send at any time. */
export interface AttachmentControl {
  /** As of {@link Attachment.kernelHops}. What is sent crosses half of them: through a TUN device the kernel decrements its TTL once. */
  readonly kernelHops: number;

  /**
   * Sends a packet that the control thread made, or one that it got by a punt.
   * @param packet from its IP header to its end, checksums filled in
   * @returns whether it went
   */
  send(packet: Uint8Array): boolean;

  /** Frees what the control half holds; the workers' halves stay. */
  close(): void;
}
