/**
 * The life of a daemon of any role. Parts come up in order, and each brings the function that takes it down again. They go down in
 * the reverse order, once, on request or after a failure. A daemon that does not go down in time is killed; its journal tells
 * the next start which changes of the host to undo.
 */
import type { Logger } from '../observe/log.js';
import type { Notifier } from './notify.js';

/** Takes a part down again. */
type Undo = () => Promise<unknown> | unknown;

/** How long everything may take to go down, milliseconds. */
const STOP_DEADLINE_MS = 10_000;

export class Lifecycle {
  readonly log: Logger;
  readonly notifier: Notifier;
  readonly #undo: Undo[] = [];
  #started: Promise<unknown> = Promise.resolve();
  #epitaph: () => object = () => ({});
  #stopping: Promise<void> | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #ended!: (exitCode: number) => void;
  /** Resolves with the exit status once everything is down. */
  readonly ended = new Promise<number>((resolve) => {
    this.#ended = resolve;
  });

  constructor(log: Logger, notifier: Notifier) {
    this.log = log;
    this.notifier = notifier;
  }

  /**
   * Brings the parts up. When that fails, those that came up are down again before it rejects.
   * @param start calls {@link onStop} for each part that it has brought up
   */
  start<T>(start: () => Promise<T>): Promise<T> {
    const starting = start().catch(async (error) => {
      await this.#takeDownParts();
      throw error;
    });
    this.#started = starting.catch(() => {});
    return starting;
  }

  /** Takes down the part that just came up. */
  onStop(undo: Undo): void {
    this.#undo.push(undo);
  }

  /** The same for the part that goes down after all others. */
  onStopLast(undo: Undo): void {
    this.#undo.unshift(undo);
  }

  /** Further fields of the last line of the log. */
  onEnd(epitaph: () => object): void {
    this.#epitaph = epitaph;
  }

  /** Begins the shutdown; {@link ended} resolves when it is done. @param farewell told before anything goes down */
  stop(farewell: () => Promise<unknown> | unknown = () => {}): void {
    this.#shutDown(0, farewell);
  }

  /** The same because something cannot go on. @param reason one sentence */
  fail(reason: string): void {
    this.log.fatal(reason);
    this.#shutDown(1, () => {});
  }

  /** From now on the process has a limited time to end, however much of it still starts. */
  limitEnd(): void {
    // Also where the event loop has nothing else to wait for.
    this.#deadline ??= setTimeout(() => {
      this.log.fatal(
        'the daemon did not go down in time and is killed; the next start undoes its changes on the host',
      );
      process.kill(process.pid, 'SIGKILL');
    }, STOP_DEADLINE_MS);
  }

  #shutDown(exitCode: number, farewell: Undo): void {
    this.#stopping ??= this.#takeDown(exitCode, farewell);
  }

  async #takeDown(exitCode: number, farewell: Undo): Promise<void> {
    this.notifier.stopping();
    this.limitEnd();
    await this.#started;
    await Promise.resolve(farewell()).catch((error) => this.log.error({ error }, 'the last words failed'));
    await this.#takeDownParts();
    clearTimeout(this.#deadline);
    this.log.info(this.#epitaph(), 'stopped');
    this.#ended(exitCode);
  }

  /** A failure is logged and does not stop the rest. */
  async #takeDownParts(): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse()) {
      try {
        await undo();
      } catch (error) {
        this.log.error({ error }, 'a part could not be taken down cleanly');
      }
    }
  }
}
