/** Tells when the kernel's links, routes or rules have changed: `ip monitor`, which ends with the daemon. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Logger } from './log.js';

/** After it ended by itself, milliseconds. */
const RESTART_MS = 1000;
/** How long it may take until it listens: what changes before then is not told. */
const LISTENS_MS = 500;

/** setpriv(1) has the kernel kill it when the daemon is gone, however that ended. */
const COMMAND = ['setpriv', '--pdeathsig', 'KILL', 'ip', 'monitor', 'link', 'address', 'route', 'rule'];

export class RouteMonitor {
  readonly #onChange: () => void;
  readonly #log: Logger;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ended: Promise<void> = Promise.resolve();
  #isStopped = false;

  /** @param onChange called once or more often after each change, and after the monitor has begun anew */
  constructor(onChange: () => void, log: Logger) {
    this.#onChange = onChange;
    this.#log = log;
    this.#start();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  #start(): void {
    const child = spawn(COMMAND[0]!, COMMAND.slice(1), { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#child = child;
    child.stdout.on('data', this.#onChange);
    this.#timer = setTimeout(this.#onChange, LISTENS_MS).unref();
    this.#ended = new Promise((resolve) => {
      let reason = 'it ended';
      child.once('error', (error) => {
        reason = error.message;
        resolve();
        this.#again(reason);
      });
      child.once('exit', (code, signal) => {
        reason = `it ended with ${code ?? signal}`;
        resolve();
        this.#again(reason);
      });
    });
    child.unref();
    (child.stdout as unknown as { unref(): void }).unref();
  }

  #again(reason: string): void {
    if (this.#isStopped) return;
    this.#log.warn(
      `changes of routes are not noticed until "${COMMAND.slice(3).join(' ')}" runs again: ${reason}`,
    );
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#start(), RESTART_MS).unref();
  }
}
