/** ipsec-relayd in one of its roles, and ipsec-relay to talk to it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, type Outcome } from './command.js';
import type { Place, Running } from './place.js';
import {
  CHECKOUT,
  FIRST,
  RELAY,
  SECOND,
  SPI_TO_FIRST,
  SPI_TO_FIRST_WIRE,
  SPI_TO_SECOND,
  SPI_TO_SECOND_WIRE,
  type Topology,
} from './topology.js';

const DAEMON = join(CHECKOUT, 'bin/ipsec-relayd');
const CLI = join(CHECKOUT, 'bin/ipsec-relay');

/** One SA, in the words of the configuration file and the command line. */
export type SaWords = Readonly<Record<string, string>>;

/** The relay's side of the SAs of netns-scripts/topology/ipsec.sh. */
export const RELAY_UP: SaWords = {
  name: 'alice-up',
  dst: RELAY,
  spi: SPI_TO_SECOND_WIRE,
  to: SECOND,
  'to-spi': SPI_TO_SECOND,
};
export const RELAY_DOWN: SaWords = {
  name: 'alice-down',
  dst: RELAY,
  spi: SPI_TO_FIRST,
  to: FIRST,
  'to-spi': SPI_TO_FIRST_WIRE,
};
export const EDGE_UP: SaWords = {
  name: 'alice-up',
  dst: RELAY,
  spi: SPI_TO_SECOND,
  'to-spi': SPI_TO_SECOND_WIRE,
};
export const EDGE_DOWN: SaWords = {
  name: 'alice-down',
  dst: FIRST,
  spi: SPI_TO_FIRST_WIRE,
  'to-spi': SPI_TO_FIRST,
};

export interface SaJson {
  readonly id: number;
  readonly name: string | null;
  readonly dst: string;
  readonly spi: string;
  readonly to: string | null;
  readonly to_spi: string;
  readonly to_src: string | null;
  readonly origin: 'config' | 'runtime';
  readonly packets: number;
  readonly bytes: number;
}

export interface StatusJson {
  readonly pid: number;
  readonly sas: number;
  readonly verdicts: Readonly<Record<string, { packets: number; bytes: number }>>;
  readonly originated: Readonly<Record<string, { packets: number; bytes: number }>>;
  readonly fragments: { readonly datagrams: number; readonly bytes: number; readonly limit: number };
  readonly fast_path: {
    readonly links: readonly string[];
    readonly packets: number;
    readonly bytes: number;
  } | null;
  readonly spi_filter: { readonly packets: number; readonly bytes: number } | null;
}

export interface DaemonOptions {
  readonly role: 'relay' | 'edge';
  readonly sas?: readonly SaWords[];
  /** Lines for the section of the role, in TOML. */
  readonly more?: string;
  readonly addresses?: readonly string[];
  /** The relays of an edge. */
  readonly relays?: readonly string[];
  /** Paths of their own, for several daemons in one place. */
  readonly socket?: string;
  readonly stateDirectory?: string;
}

let configurations = 0;

/** Ends daemons, which must end well, and removes the topology in any case. */
export async function tearDown(
  topology: Topology | undefined,
  ...daemons: readonly (Daemon | undefined)[]
): Promise<void> {
  try {
    for (const daemon of daemons) {
      if (daemon?.running) assert.equal(await daemon.stop(), 0, `exit status; its log:\n${daemon.log}`);
    }
  } finally {
    await topology?.down();
  }
}

export class Daemon {
  readonly place: Place;
  readonly socket: string;
  readonly stateDirectory: string;
  readonly configPath: string;
  #running: Running | undefined;
  #log = '';

  constructor(place: Place, options: DaemonOptions) {
    this.place = place;
    this.socket = options.socket ?? join(place.directory, 'control.sock');
    this.stateDirectory = options.stateDirectory ?? join(place.directory, 'state');
    // A new name each time: a guest remembers files by their names.
    this.configPath = join(place.topology.directory, `${options.role}-${configurations++}.toml`);
    this.configure(options);
  }

  static async start(place: Place, options: DaemonOptions): Promise<Daemon> {
    const daemon = new Daemon(place, options);
    await daemon.start();
    return daemon;
  }

  /** Writes the configuration file. */
  configure({
    role,
    sas,
    more = '',
    addresses = role === 'relay' ? [RELAY] : [FIRST],
    relays = [RELAY],
  }: DaemonOptions): void {
    const defaults = role === 'relay' ? [RELAY_UP, RELAY_DOWN] : [EDGE_UP, EDGE_DOWN];
    const list = (texts: readonly string[]) => `[${texts.map((text) => `"${text}"`).join(', ')}]`;
    const lines = [
      `[${role}]`,
      `addresses = ${list(addresses)}`,
      ...(role === 'edge' ? [`relays = ${list(relays)}`] : []),
      ...(role === 'relay' && process.env['FAST_PATH'] === '1' ? ['fast-path = true'] : []),
      more,
      `[control]\nsocket = "${this.socket}"`,
      `[state]\ndirectory = "${this.stateDirectory}"`,
      ...(sas ?? defaults).flatMap((sa) => [
        '[[sa]]',
        ...Object.entries(sa).map(([word, value]) => `${word} = "${value}"`),
      ]),
    ];
    writeFileSync(this.configPath, `${lines.join('\n')}\n`);
  }

  /** Starts it, and waits for nothing. @param prefix words before its own, such as env and a variable */
  async launch(...prefix: string[]): Promise<Running> {
    this.#running = await this.place.start([...prefix, DAEMON, '--config', this.configPath]);
    return this.#running;
  }

  /** Starts it to see it end, which it does by itself. */
  attempt(...prefix: string[]): Promise<Outcome> {
    return this.place.run(['timeout', '--signal=KILL', '15', ...prefix, DAEMON, '--config', this.configPath]);
  }

  /** Starts it and waits until it is ready. */
  async start(...prefix: string[]): Promise<void> {
    const running = await this.launch(...prefix);
    let over: number | string | undefined;
    running.ended.then(
      (status) => (over = status),
      () => (over = 'it could not be started'),
    );
    try {
      await eventually(
        'ipsec-relayd ready',
        () => {
          if (over !== undefined) throw new Error(`ipsec-relayd ended with ${over}:\n${running.log()}`);
          return running.log().includes('"msg":"ready"');
        },
        running.log,
        90_000,
      );
    } catch (error) {
      // The next one would find it in its way.
      if (over === undefined) await this.stop('KILL');
      throw error;
    }
  }

  /** Everything it has printed since it was made. */
  get log(): string {
    return this.#log + (this.#running?.log() ?? '');
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  get pid(): number {
    return this.#running!.pid!;
  }

  get ended(): Promise<number | string> {
    return this.#running!.ended;
  }

  /** Stops it by a signal. @returns the exit status, or the signal that ended it */
  async stop(signal: 'TERM' | 'INT' | 'KILL' = 'TERM'): Promise<number | string> {
    const running = this.#running;
    if (!running) return 0;
    await running.signal(signal);
    const status = await running.ended;
    this.#log += running.log();
    this.#running = undefined;
    return status;
  }

  signal(name: 'TERM' | 'INT' | 'KILL' | 'HUP'): Promise<void> {
    return this.#running!.signal(name);
  }

  outcome(...words: string[]): Promise<Outcome> {
    return this.place.run([CLI, '--socket', this.socket, ...words]);
  }

  /** Runs ipsec-relay, which must succeed. */
  async cli(...words: string[]): Promise<string> {
    const { status, stdout, stderr } = await this.outcome(...words);
    if (status === 0) return stdout;
    throw new Error(`ipsec-relay ${words.join(' ')} ended with ${status}: ${stderr}\n${this.log}`);
  }

  add(sa: SaWords, ...more: string[]): Promise<string> {
    const words = Object.entries(sa).flatMap(([word, value]) => [`--${word}`, value]);
    return this.cli('sa', 'add', ...words, ...more);
  }

  async status(): Promise<StatusJson> {
    return JSON.parse(await this.cli('--json', 'status')) as StatusJson;
  }

  /** Packets of each verdict that occurred. */
  async verdicts(): Promise<Record<string, number>> {
    const { verdicts } = await this.status();
    const occurred = Object.entries(verdicts).filter(([, { packets }]) => packets > 0);
    return Object.fromEntries(occurred.map(([verdict, { packets }]) => [verdict, packets]));
  }

  async sas(): Promise<SaJson[]> {
    return (JSON.parse(await this.cli('--json', 'sa', 'list')) as { sas: SaJson[] }).sas;
  }

  async sa(name: string): Promise<SaJson> {
    const sas = await this.sas();
    const found = sas.find((sa) => sa.name === name);
    if (!found) throw new Error(`no SA is named ${name}: ${JSON.stringify(sas)}`);
    return found;
  }
}
