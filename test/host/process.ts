/** A process of host-child.ts inside a namespace, and how to talk to it. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HostStep } from '../../src/host/plan.js';
import type { HostCommand } from './child.js';

const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));
export const DEVICE = 'iprelay0';
export const ADDRESSES = ['198.18.9.9', '198.18.10.0/24'];

interface Answer {
  words?: string[];
  refused?: string;
  name?: string;
}

/** A process of host-child.ts inside the namespace. */
export class Child {
  readonly process: ChildProcess;
  readonly #lines: Interface;

  constructor(
    namespace: string,
    state: string,
    wrapper: string[] = [],
    environment: NodeJS.ProcessEnv = process.env,
  ) {
    const words = ['netns', 'exec', namespace, ...wrapper, process.execPath, CHILD, state];
    this.process = spawn('/usr/sbin/ip', words, { stdio: ['pipe', 'pipe', 'inherit'], env: environment });
    this.#lines = createInterface(this.process.stdout!);
  }

  async ask(command: HostCommand): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => {
      const ended = () => reject(new Error('the child ended'));
      this.#lines.once('close', ended);
      this.#lines.once('line', (line) => {
        this.#lines.off('close', ended);
        resolve(JSON.parse(line) as Answer);
      });
    });
    this.process.stdin!.write(`${JSON.stringify(command)}\n`);
    return answer;
  }

  async done(command: HostCommand): Promise<string[]> {
    const answer = await this.ask(command);
    assert.equal(answer.refused, undefined);
    return answer.words!;
  }

  async refused(command: HostCommand): Promise<string> {
    const answer = await this.ask(command);
    assert.equal(answer.name, 'HostRefusal', JSON.stringify(answer));
    assert.doesNotMatch(answer.refused!, /\n/);
    return answer.refused!;
  }

  /** Opens the device and applies the configuration, as the daemon does. */
  async start(addresses = ADDRESSES, extra: HostStep[] = []): Promise<string[]> {
    await this.done({ open: DEVICE });
    return this.done({ apply: { config: configOf(addresses), extra } });
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill(signal);
    await ended;
  }
}

export const configOf = (addresses: string[], more = '') =>
  `[relay]\naddresses = ${JSON.stringify(addresses)}\n${more}\n`;
