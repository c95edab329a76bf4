/** Puts the fast path (native/bpf/fast-path.bpf.c) at the links of the host, where the kernel allows it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastPathSummary } from '../control/handler.js';
import { allLinks, removeEmptyClsact } from '../host/netlink.js';
import { native } from '../native/index.js';
import type { Logger } from '../observe/log.js';
import { createVerdictCounters, sumVerdicts, type VerdictCounters } from '../relay/counters.js';
import { fastPathSettings } from '../relay/fast-path/layout.js';
import { FORWARD, VERDICTS } from '../relay/verdict.js';
import type { SaDatabase } from '../sad/database.js';
import { KERNEL_BYTES, KERNEL_CLOCK, KERNEL_LINKS, KERNEL_PACKETS } from '../table/layout.js';

/** As `make build` leaves it. */
const PROGRAM = new URL('../../../native/build/bpf/fast-path.bpf.o', import.meta.url);

const CLOCK_MS = 1000;

export interface FastPathOptions {
  /** Name of the relay's device. */
  readonly device: string;
  readonly database: SaDatabase;
  readonly log: Logger;
}

export class FastPath {
  readonly #options: FastPathOptions;
  readonly #programFd: number;
  readonly #handle: number;
  readonly #clock: NodeJS.Timeout;
  /** Names of the links with the program, by index. */
  readonly #links = new Map<number, string>();
  /** Those that had no place for programs before, or only one that a former run had made. */
  readonly #made = new Set<number>();

  private constructor(options: FastPathOptions, programFd: number) {
    this.#options = options;
    this.#programFd = programFd;
    this.#handle = handleOf(options.device);
    this.#tellTime();
    this.#clock = setInterval(() => this.#tellTime(), CLOCK_MS).unref();
  }

  /**
   * To be called before the workers start, since the SAD's memory changes its place.
   * @returns undefined, and says why in the log, when the kernel refuses: then the workers do it all
   */
  static open(options: FastPathOptions): FastPath | undefined {
    const { device, database, log } = options;
    try {
      const link = allLinks().find(({ name }) => name === device)!;
      const settings = fastPathSettings(database.memory, link.index);
      const memory = new Uint8Array(database.memory.records.buffer);
      const programFd = native.bpfLoadOver(readFileSync(PROGRAM), settings, memory);
      database.admitKernel();
      return new FastPath(options, programFd);
    } catch (error) {
      log.info(`all packets take the way through ${device}: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** Ends what a former run with this device left at the links. */
  static removeStale(device: string): void {
    for (const { index } of ethernetLinks(device)) {
      if (native.tcDetach(index, handleOf(device))) removeEmptyClsact(index);
    }
  }

  /** Takes in links that have come, and leaves out those that have gone; to be called when some may have. */
  follow(): void {
    const { database, device, log } = this.#options;
    const { kernelLinks } = database.memory;
    const present = new Map(ethernetLinks(device).map(({ index, name }) => [index, name]));
    for (const index of this.#links.keys()) {
      if (present.has(index)) continue;
      this.#links.delete(index);
      this.#made.delete(index);
      kernelLinks[index] = 0;
    }
    for (const [index, name] of present) {
      if (index >= KERNEL_LINKS || this.#links.has(index)) continue;
      try {
        if (native.tcAttach(index, this.#handle, this.#programFd)) this.#made.add(index);
        this.#links.set(index, name);
        kernelLinks[index] = 1;
      } catch (error) {
        log.warn(
          `packets that arrive at ${name} take the way through ${device}: ${(error as Error).message}`,
        );
        this.#links.set(index, name);
      }
    }
  }

  /** For the status. */
  get summary(): FastPathSummary {
    return { links: [...this.#links.values()], ...sumVerdicts([this.counters()]) };
  }

  /** Counters of the packets that it sent on, in the form of a worker's. */
  counters(): VerdictCounters {
    const { kernelState } = this.#options.database.memory;
    const counters = createVerdictCounters();
    counters[FORWARD] = Number(kernelState[KERNEL_PACKETS]);
    counters[VERDICTS.length + FORWARD] = Number(kernelState[KERNEL_BYTES]);
    return counters;
  }

  stop(): void {
    clearInterval(this.#clock);
    for (const index of this.#links.keys()) {
      native.tcDetach(index, this.#handle);
      if (this.#made.has(index)) removeEmptyClsact(index);
    }
    native.close(this.#programFd);
  }

  /** The program has the kernel's steady clock alone. */
  #tellTime(): void {
    const { kernelState } = this.#options.database.memory;
    kernelState[KERNEL_CLOCK] = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
  }
}

function ethernetLinks(device: string) {
  return allLinks().filter(({ name, isEthernet }) => isEthernet && name !== device);
}

/** Tells the programs of several relays on one host apart. */
function handleOf(device: string): number {
  return (createHash('sha256').update(device).digest().readUInt32BE() & 0x7fffffff) | 1;
}
