/** A measuring process of turns.ts: it measures a slice whenever its parent says so, and answers with the samples. */
import type { PacketBatch } from '../../src/attachment/batch.js';

/** Batches of one sample: about half a millisecond, so that most samples are not interrupted. */
const SAMPLE_BATCHES = 100;

/** Nanoseconds a packet: process and account, after `refill` has made the packets ready again. */
export interface Samples {
  readonly whole: number[];
  readonly refill: number[];
}

/** As much of a version's pipeline as is measured. */
export interface Measured {
  process(batch: PacketBatch, nowMs: number): void;
  account(batch: PacketBatch, nowMs: number): void;
}

export interface Refillable {
  readonly batch: PacketBatch;
  refill(): void;
}

/** @param check called after each slice; when it throws, the parent fails too */
export function answerSlices(pipeline: Measured, refill: Refillable, check: () => void): void {
  const { batch } = refill;
  const nowMs = Date.now();

  const whole = (): void => {
    for (let i = 0; i < SAMPLE_BATCHES; i++) {
      refill.refill();
      pipeline.process(batch, nowMs);
      pipeline.account(batch, nowMs);
    }
  };
  const refillAlone = (): void => {
    for (let i = 0; i < SAMPLE_BATCHES; i++) refill.refill();
  };
  const time = (work: () => void): number => {
    const start = process.hrtime.bigint();
    work();
    return Number(process.hrtime.bigint() - start) / (SAMPLE_BATCHES * batch.count);
  };
  /** As many samples as fit into so many milliseconds. */
  const slice = (milliseconds: number): Samples => {
    const samples: Samples = { whole: [], refill: [] };
    for (const end = performance.now() + milliseconds; performance.now() < end; ) {
      samples.whole.push(time(whole));
      samples.refill.push(time(refillAlone));
    }
    return samples;
  };
  process.on('message', (milliseconds: number) => {
    const samples = slice(milliseconds);
    check();
    process.send!(samples);
  });
  process.send!('ready');
}
