/**
 * Writes a line for each packet: the packet that arrived, its verdict, and the packet that left. Headers only, never a payload. While it
 * is off it costs a comparison a batch.
 *
 *     198.18.1.1 > 198.18.9.9 ESP 0xaaaa0001 #7, 60 bytes: forward 198.18.9.9 > 198.18.2.2 ESP 0x22220001 #7, 60 bytes
 */
import { describePacket } from '../wire/describe.js';
import type { PacketBatch } from './batch.js';
import type { AttachmentObserver } from './tap.js';

/** Lines a second, beyond which packets are only counted. */
const MOST_LINES = 500;

export interface TraceOptions {
  /** Non-zero while there is to be a trace; other threads may change it. */
  readonly isOn: Int32Array;
  /** By number; a packet whose verdict has no name waits for others. */
  readonly verdicts: readonly string[];
  readonly write: (line: string) => void;
  /** Steady time, milliseconds. */
  readonly now?: () => number;
}

export class Trace implements AttachmentObserver {
  readonly #options: Required<TraceOptions>;
  /** The packets of the batch last received: the beginning of a line for each. */
  #arrived: string[] = [];
  #batch: PacketBatch | undefined;
  #second = 0;
  #lines = 0;
  #untold = 0;

  constructor(options: TraceOptions) {
    this.#options = { now: () => performance.now(), ...options };
  }

  received(batch: PacketBatch): void {
    if (Atomics.load(this.#options.isOn, 0) === 0) return;
    this.#batch = batch;
    this.#arrived = [];
    for (let i = 0; i < batch.count && this.#mayTell(); i++) this.#arrived.push(describe(batch, i));
    this.#untold += batch.count - this.#arrived.length;
  }

  sending(batch: PacketBatch, lastSentVerdict: number): void {
    if (Atomics.load(this.#options.isOn, 0) === 0) return;
    const { verdicts, write } = this.#options;
    if (batch !== this.#batch) {
      for (let i = 0; i < batch.count; i++) {
        if (batch.verdict[i]! > lastSentVerdict) continue;
        if (this.#mayTell()) write(`beside: ${describe(batch, i)}`);
        else this.#untold++;
      }
      return;
    }
    for (const [i, arrived] of this.#arrived.entries()) {
      const verdict = batch.verdict[i]!;
      const left = verdict <= lastSentVerdict ? ` ${describe(batch, i)}` : '';
      write(`${arrived}: ${verdicts[verdict] ?? 'held'}${left}`);
    }
    this.#batch = undefined;
  }

  #mayTell(): boolean {
    const second = Math.floor(this.#options.now() / 1000);
    if (second !== this.#second) {
      if (this.#untold > 0) this.#options.write(`${this.#untold} more packets`);
      this.#second = second;
      this.#lines = 0;
      this.#untold = 0;
    }
    return this.#lines++ < MOST_LINES;
  }
}

function describe(batch: PacketBatch, i: number): string {
  return describePacket(batch.view, batch.offset[i]!, batch.length[i]!);
}
