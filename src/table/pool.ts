/** Numbers that are given out and, once no worker can still use them, given out again. */
import { C_EPOCH, C_WORKER_STRIDE, C_WORKERS, IDLE } from './layout.js';

/** A batch takes well under a millisecond; a worker that needs more is starved of CPU. */
const GRACE_MS = 200;

/**
 * A program in the kernel announces no epochs. It looks at a record for microseconds; a host that stops its processor
 * meanwhile may make that longer, and then the program notices that the record is no longer in use.
 */
const KERNEL_GRACE_MS = 10;

/** The epochs of src/table/layout.ts as the writer sees them. */
export class Epochs {
  readonly #control: Int32Array;
  readonly #workers: number;
  readonly #sleep = new Int32Array(new SharedArrayBuffer(4));
  /** A program in the kernel reads too: as a worker would that announces, every so often, the epoch of a while ago. */
  #kernel: { announced: number; next: number; atMs: number } | undefined;

  constructor(control: Int32Array, workers: number) {
    this.#control = control;
    this.#workers = workers;
  }

  /** From now on a program in the kernel reads the table. */
  admitKernel(): void {
    const epoch = Atomics.load(this.#control, C_EPOCH);
    this.#kernel = { announced: epoch, next: epoch, atMs: performance.now() };
  }

  /** Starts a new epoch; call after unpublishing. @returns the epoch to hand to {@link passed} */
  advance(): number {
    let next = (Atomics.load(this.#control, C_EPOCH) + 1) | 0;
    if (next === IDLE) next = 1;
    Atomics.store(this.#control, C_EPOCH, next);
    return next;
  }

  /** True once no worker can still hold a record unpublished before `epoch` began. */
  passed(epoch: number): boolean {
    for (let worker = 0; worker < this.#workers; worker++) {
      const at = Atomics.load(this.#control, C_WORKERS + worker * C_WORKER_STRIDE);
      // The difference, so that the comparison survives the wrap at 2^31.
      if (at !== IDLE && ((at - epoch) | 0) < 0) return false;
    }
    return this.#hasKernelPassed(epoch);
  }

  #hasKernelPassed(epoch: number): boolean {
    const kernel = this.#kernel;
    if (kernel === undefined) return true;
    const nowMs = performance.now();
    if (nowMs - kernel.atMs > KERNEL_GRACE_MS) {
      kernel.announced = kernel.next;
      kernel.next = Atomics.load(this.#control, C_EPOCH);
      kernel.atMs = nowMs;
    }
    return ((kernel.announced - epoch) | 0) >= 0;
  }

  /** Gives workers in the middle of a batch up to {@link GRACE_MS} to finish it. @returns as {@link passed} */
  waitUntilPassed(epoch: number): boolean {
    for (let waited = 0; !this.passed(epoch); waited++) {
      if (waited === GRACE_MS) return false;
      // No thread wakes this word: a plain sleep of a millisecond.
      Atomics.wait(this.#sleep, 0, 0, 1);
    }
    return true;
  }
}

/** Gives out numbers from 1 up; a released one waits in a queue until its epoch has passed. */
export class NumberPool {
  readonly #capacity: number;
  readonly #epochs: Epochs;
  readonly #free: number[] = [];
  #retired: { number: number; epoch: number }[] = [];
  #retiredFrom = 0;
  #next = 1;

  constructor(capacity: number, epochs: Epochs) {
    this.#capacity = capacity;
    this.#epochs = epochs;
  }

  /** @returns a number, or 0 when all are taken or still in their grace period */
  take(): number {
    this.#reclaim();
    const freed = this.#free.pop();
    if (freed !== undefined) return freed;
    if (this.#next <= this.#capacity) return this.#next++;
    const oldest = this.#retired[this.#retiredFrom];
    if (oldest === undefined || !this.#epochs.waitUntilPassed(oldest.epoch)) return 0;
    this.#reclaim();
    return this.#free.pop()!;
  }

  /** Gives back a number that was unpublished before `epoch` ({@link Epochs.advance}) began. */
  release(number: number, epoch: number): void {
    this.#retired.push({ number, epoch });
  }

  /** Gives back a number that no worker can have seen. */
  giveBack(number: number): void {
    this.#free.push(number);
  }

  #reclaim(): void {
    const retired = this.#retired;
    while (this.#retiredFrom < retired.length && this.#epochs.passed(retired[this.#retiredFrom]!.epoch)) {
      this.#free.push(retired[this.#retiredFrom++]!.number);
    }
    if (this.#retiredFrom > 1024 || this.#retiredFrom === retired.length) {
      this.#retired = retired.slice(this.#retiredFrom);
      this.#retiredFrom = 0;
    }
  }
}
