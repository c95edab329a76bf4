/**
 * Keeps the host as the plan wants it while the daemon runs: looks when the kernel reports a change, and once a second at the
 * settings whose changes it does not report.
 */
import type { Logger } from '../observe/log.js';
import type { Extent } from './repair.js';

/** Changes come in groups: a link and its routes. Milliseconds. */
const SETTLE_MS = 100;
const LOOK_MS = 1000;
/** After a look, rest this many times as long as it took, however often the kernel reports changes. */
const REST = 4;
/** At most so many repairs within the window, against another program that keeps undoing them. */
const MOST_REPAIRS = 5;
const REPAIRS_WINDOW_MS = 10_000;

export class HostKeeper {
  readonly #repair: (extent: Extent) => Promise<readonly string[]>;
  readonly #log: Logger;
  readonly #interval: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;
  /** When the latest repairs were, steady time. */
  #repairs: number[] = [];
  #hasGivenWay = false;
  /** Steady time before which the kernel's words wait. */
  #restUntil = 0;

  /** @param repair puts back the missing parts, and returns a sentence for each */
  constructor(repair: (extent: Extent) => Promise<readonly string[]>, log: Logger) {
    this.#repair = repair;
    this.#log = log;
    this.#interval = setInterval(() => this.#look('untold'), LOOK_MS).unref();
  }

  /** Something on the host has changed: looks soon. */
  changed(): void {
    const rest = this.#restUntil - performance.now();
    this.#timer ??= setTimeout(() => this.#again(), Math.max(SETTLE_MS, rest)).unref();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#interval);
    clearTimeout(this.#timer);
    await this.#running;
  }

  #look(extent: Extent): void {
    if (this.#isStopped) return;
    if (this.#running !== undefined || this.#mustWait()) {
      if (extent === 'everything') this.#timer ??= setTimeout(() => this.#again(), LOOK_MS).unref();
      return;
    }
    this.#running = this.#mend(extent).finally(() => {
      this.#running = undefined;
    });
  }

  #again(): void {
    this.#timer = undefined;
    this.#look('everything');
  }

  async #mend(extent: Extent): Promise<void> {
    const began = performance.now();
    try {
      const words = await this.#repair(extent);
      if (words.length === 0) return;
      this.#repairs.push(performance.now());
      for (const sentence of words) this.#log.warn(sentence);
    } catch (error) {
      this.#log.error(`the host could not be looked at: ${(error as Error).message}`);
      this.#repairs.push(performance.now());
    }
    const ended = performance.now();
    this.#restUntil = ended + (ended - began) * REST;
  }

  #mustWait(): boolean {
    const now = performance.now();
    this.#repairs = this.#repairs.filter((at) => now - at < REPAIRS_WINDOW_MS);
    const mustWait = this.#repairs.length >= MOST_REPAIRS;
    if (mustWait && !this.#hasGivenWay) {
      this.#log.warn(
        'another program keeps changing the settings that ipsec-relayd needs on this host; putting it back less often',
      );
    }
    this.#hasGivenWay = mustWait;
    return mustWait;
  }
}
