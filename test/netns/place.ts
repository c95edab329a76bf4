/** Where a daemon runs: in a namespace of this computer, or inside a guest with its own kernel. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Background, Outcome } from './command.js';
import type { Guest, Namespace, Topology } from './topology.js';

/** A started daemon. */
export interface Running {
  readonly log: () => string;
  readonly signal: (name: 'TERM' | 'INT' | 'KILL' | 'HUP') => Promise<void>;
  /** Resolves with the exit status, or the name of the signal. */
  readonly ended: Promise<number | string>;
  readonly pid: number | undefined;
}

export interface Place {
  readonly topology: Topology;
  readonly name: string;
  /** A directory that is writable there, for the socket and the state. */
  readonly directory: string;
  start(words: readonly string[]): Promise<Running>;
  run(words: readonly string[]): Promise<Outcome>;
}

export class NamespacePlace implements Place {
  readonly topology: Topology;
  readonly name: Namespace;
  readonly directory: string;

  constructor(topology: Topology, name: Namespace) {
    this.topology = topology;
    this.name = name;
    this.directory = join(topology.directory, `daemon-${name}`);
    mkdirSync(this.directory, { recursive: true });
  }

  start(words: readonly string[]): Promise<Running> {
    const background: Background = this.topology.background(this.name, ...words);
    return Promise.resolve({
      log: () => background.output,
      signal: (name) => Promise.resolve(background.kill(`SIG${name}`)),
      ended: background.ended,
      pid: background.child.pid,
    });
  }

  run(words: readonly string[]): Promise<Outcome> {
    return this.topology.outcome(this.name, words);
  }
}

export class GuestPlace implements Place {
  readonly topology: Topology;
  readonly name: Guest;
  /** The guest's own memory: a file of the host could not be locked, nor a socket in it be reached. */
  readonly directory = '/run/ipsec-relay-test';

  constructor(topology: Topology, name: Guest) {
    this.topology = topology;
    this.name = name;
  }

  async start(words: readonly string[]): Promise<Running> {
    const { topology, name } = this;
    const command = `mkdir -p ${this.directory} && exec ${words.join(' ')}`;
    const job = (await topology.library(`guest_exec_bg ${name} '${command}'; echo $JOB`)).trim();
    const file = join(topology.directory, name, 'jobs', job);
    return {
      log: () => readFileSync(`${file}.out`, 'utf8') + readFileSync(`${file}.err`, 'utf8'),
      signal: async (signal) => {
        await topology.library(`guest_signal ${name} ${signal} ${job}`);
      },
      ended: statusIn(`${file}.status`),
      pid: undefined,
    };
  }

  async run(words: readonly string[]): Promise<Outcome> {
    const command = words.map((word) => `'${word}'`).join(' ');
    try {
      return { status: 0, stdout: await this.topology.guest(this.name, command), stderr: '' };
    } catch (error) {
      return { status: 1, stdout: '', stderr: (error as Error).message };
    }
  }
}

/** The exit status that a job of a guest leaves in this file. */
async function statusIn(file: string): Promise<number> {
  for (;;) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (text !== '') return Number(text);
    await sleep(50, undefined, { ref: false });
  }
}
