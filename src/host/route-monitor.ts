/** Tells when the kernel's links, addresses, routes, rules or forwarding have changed: `ip monitor`, which ends with the daemon. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Logger } from '../observe/log.js';

/** After it ended by itself, milliseconds. */
const RESTART_MS = 1000;
/** It does not say when it listens, and what changes before then is not told: how often that is looked at, and how long at most. */
const LISTENS_POLL_MS = 25;
const LISTENS_MS = 10_000;

/** setpriv(1) has the kernel kill it when the daemon is gone, however that ended. */
const COMMAND = [
  'setpriv',
  '--pdeathsig',
  'KILL',
  'ip',
  'monitor',
  'link',
  'address',
  'route',
  'rule',
  'netconf',
];

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
    this.#awaitListening(child, performance.now() + LISTENS_MS);
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

  #awaitListening(child: ChildProcess, deadline: number): void {
    this.#timer = setTimeout(() => {
      if (listens(child.pid ?? 0) || performance.now() > deadline) this.#onChange();
      else this.#awaitListening(child, deadline);
    }, LISTENS_POLL_MS).unref();
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

/** Whether a process has a netlink socket that is a member of groups: the kernel gives it the number of the process. */
function listens(pid: number): boolean {
  try {
    return readFileSync('/proc/net/netlink', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .some(([, , owner, groups]) => Number(owner) === pid && !/^0*$/.test(groups!));
  } catch {
    return true; // it cannot be known
  }
}
