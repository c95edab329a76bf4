/** Programs and clean-up: whatever a benchmark makes is taken back, however it ends. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The checkout: this file runs as dist/bench/netns/shell.js. */
export const ROOT = resolve(import.meta.dirname, '../../..');
/** The benchmark's C programs, as `make -C bench/peers` leaves them. */
export const PEERS = join(ROOT, 'bench/peers/build');

/** Runs a program to its end. @returns its standard output @throws Error with its standard error when it fails */
export function run(command: string, words: readonly string[], input?: string): string {
  const result = spawnSync(command, words, { encoding: 'utf8', input, maxBuffer: 1 << 28 });
  if (result.error) throw new Error(`cannot run ${command}: ${result.error.message}`);
  if (result.status !== 0) {
    const how = result.signal ? `was killed by ${result.signal}` : `failed (${result.status})`;
    throw new Error(`${command} ${words.join(' ').slice(0, 200)} ${how}: ${result.stderr.trim()}`);
  }
  return result.stdout;
}

/** `run('ip', ...)`, with the words separated by blanks. */
export function ip(words: string): string {
  return run('ip', words.split(' '));
}

/** The words that run a command inside a network namespace, pinned to a CPU if one is given. */
export function inNamespace(
  namespace: string,
  cpu: number | undefined,
  command: readonly string[],
): string[] {
  const pin = cpu === undefined ? [] : ['taskset', '-c', String(cpu)];
  return ['ip', 'netns', 'exec', namespace, ...pin, ...command];
}

const undoing: (() => void)[] = [];

/** Remembers how to take something back; the latest is taken back first. @returns does it now, once */
export function onCleanUp(undo: () => void): () => void {
  undoing.push(undo);
  return () => {
    const at = undoing.indexOf(undo);
    if (at < 0) return;
    undoing.splice(at, 1);
    undo();
  };
}

function cleanUp(): void {
  for (let undo = undoing.pop(); undo !== undefined; undo = undoing.pop()) {
    try {
      undo();
    } catch (error) {
      console.error(`clean-up: ${(error as Error).message}`);
    }
  }
}

/** Cleans up when the process ends: by itself, by an exception, or by SIGINT, SIGTERM or SIGHUP. */
export function cleanUpAtExit(): void {
  process.on('exit', cleanUp);
  for (const [signal, number] of [
    ['SIGHUP', 1],
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const) {
    process.on(signal, () => process.exit(128 + number));
  }
}

/** A directory for files, and how to remove it before the end of the program does. */
export function makeDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'ipr-bench-'));
  return { path, remove: onCleanUp(() => rmSync(path, { recursive: true, force: true })) };
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A program that runs in the background. */
export class Background {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #forget: () => void;
  readonly #ended: Promise<void>;
  #output = '';
  #errors = '';

  /** @param name for error messages */
  constructor(name: string, words: readonly string[]) {
    this.#name = name;
    this.#child = spawn(words[0]!, words.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString();
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-2000);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on('close', () => resolve());
      this.#child.on('error', (error) => {
        this.#errors += error.message;
        resolve();
      });
    });
    this.#forget = onCleanUp(() => this.#child.kill('SIGKILL'));
  }

  /** `ip netns exec` and taskset replace themselves by the program, so this is the program's own. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get output(): string {
    return this.#output;
  }

  get #running(): boolean {
    return this.pid !== 0 && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits until `isReady`, at most `milliseconds`. @throws Error when the program ends before, or never gets there */
  async ready(isReady: () => boolean, milliseconds: number): Promise<void> {
    for (const end = Date.now() + milliseconds; ; await sleep(20)) {
      if (!this.#running) throw new Error(`${this.#name} ended early: ${this.#errors.trim()}`);
      if (isReady()) return;
      if (Date.now() > end)
        throw new Error(`${this.#name} was not ready in ${milliseconds} ms: ${this.#errors.trim()}`);
    }
  }

  /** Waits for its end, at most `milliseconds`. @returns its standard output @throws Error when it fails */
  async finish(milliseconds: number): Promise<string> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), milliseconds);
    await this.#ended;
    clearTimeout(timer);
    this.#forget();
    if (this.#child.exitCode !== 0) throw new Error(`${this.#name} failed: ${this.#errors.trim()}`);
    return this.#output;
  }

  /** Ends it by SIGTERM, after five seconds by SIGKILL. */
  async stop(): Promise<void> {
    if (this.#running) this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await this.#ended;
    clearTimeout(timer);
    this.#forget();
  }
}
