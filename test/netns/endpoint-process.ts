/** `ipsec-relay endpoint` in a namespace: its configuration and keys, its start and its end. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Background, eventually } from './command.js';
import type { StatusJson } from './daemon.js';
import { CHECKOUT, type Namespace, type Topology } from './topology.js';

const CLI = join(CHECKOUT, 'bin/ipsec-relay');

/** The keys of one [[sa]] in TOML; texts get their quotes here. */
export type EndpointSaWords = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface EndpointOptions {
  readonly namespace: Namespace;
  readonly sas: readonly EndpointSaWords[];
  /** Key material by the SA's name, hexadecimal. */
  readonly keys: Readonly<Record<string, string>>;
  /** Lines for the section [endpoint]. */
  readonly more?: string;
}

/** The counters that it logs when it stops. */
export interface StopSummary {
  readonly verdicts: Readonly<Record<string, { packets: number; bytes: number }>>;
  readonly originated: Readonly<Record<string, number>>;
  readonly sas: readonly { name: string; packets: number; bytes: number; sequence: number }[];
}

/** Two programs start, and the disk is asked for each key. */
const START_LIMIT_MS = 90_000;

let instances = 0;

export class EndpointProcess {
  readonly stateDirectory: string;
  readonly #topology: Topology;
  readonly #namespace: Namespace;
  readonly #socket: string;
  readonly #config: string;
  #process: Background | undefined;

  constructor(topology: Topology, { namespace, sas, keys, more = '' }: EndpointOptions) {
    const directory = join(topology.directory, `endpoint-${instances++}`);
    mkdirSync(directory, { recursive: true });
    this.#topology = topology;
    this.#namespace = namespace;
    this.stateDirectory = join(directory, 'state');
    this.#socket = join(directory, 'control.sock');
    this.#config = join(directory, 'endpoint.toml');
    const keyFile = join(directory, 'keys');
    const lines = Object.entries(keys).map(([name, key]) => `${name} ${key}\n`);
    writeFileSync(keyFile, lines.join(''), { mode: 0o600 });
    const sections = sas.map(
      (sa) =>
        `[[sa]]\n${Object.entries(sa)
          .map(([word, value]) => `${word} = ${JSON.stringify(value)}\n`)
          .join('')}`,
    );
    writeFileSync(
      this.#config,
      `[endpoint]\nkeys = "${keyFile}"\n${more}\n[control]\nsocket = "${this.#socket}"\n[state]\ndirectory = "${this.stateDirectory}"\n${sections.join('')}`,
    );
  }

  /** Starts it and waits until it is ready. */
  async start(): Promise<void> {
    const words = [CLI, 'endpoint', '--config', this.#config];
    const started = this.#topology.background(this.#namespace, ...words);
    this.#process = started;
    await eventually(
      'the endpoint ready',
      () => {
        if (!started.running) {
          this.#process = undefined;
          throw new Error(`the endpoint ended:\n${started.output}`);
        }
        return started.output.includes('"msg":"ready"');
      },
      () => started.output,
      START_LIMIT_MS,
    );
  }

  get log(): string {
    return this.#process?.output ?? '';
  }

  /** Ends it by a signal to the command, which hands it on. @returns its counters */
  async stop(): Promise<StopSummary> {
    const running = this.#process!;
    running.kill('SIGTERM');
    assert.equal(await running.ended, 0, `exit status; its log:\n${running.output}`);
    this.#process = undefined;
    const last = running.output.trimEnd().split('\n').at(-1)!;
    const summary = JSON.parse(last) as StopSummary & { msg: string };
    assert.equal(summary.msg, 'stopped');
    return summary;
  }

  /** kill -9 of the daemon. */
  async kill(): Promise<void> {
    const { pid } = await this.status();
    process.kill(pid, 'SIGKILL');
    assert.equal(await this.#process!.ended, 128 + 9);
    this.#process = undefined;
  }

  get running(): boolean {
    return this.#process !== undefined;
  }

  async status(): Promise<StatusJson> {
    const words = [CLI, '--socket', this.#socket, '--json', 'status'];
    return JSON.parse(await this.#topology.exec(this.#namespace, ...words)) as StatusJson;
  }

  /** Packets of each verdict that occurred. */
  async verdicts(): Promise<Record<string, number>> {
    const { verdicts } = await this.status();
    const occurred = Object.entries(verdicts).filter(([, { packets }]) => packets > 0);
    return Object.fromEntries(occurred.map(([verdict, { packets }]) => [verdict, packets]));
  }
}

export async function endEndpoint(
  endpoint: EndpointProcess | undefined,
  topology: Topology | undefined,
): Promise<void> {
  try {
    if (endpoint?.running) await endpoint.stop();
  } finally {
    await topology?.down();
  }
}
