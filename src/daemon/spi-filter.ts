/** Puts the filter of unknown SPIs (native/bpf/filter.bpf.c) on the relay's device, where the kernel allows it. */
import { readFileSync } from 'node:fs';
import { native } from '../native/index.js';
import type { Logger } from '../observe/log.js';
import type { VerdictCounters } from '../relay/counters.js';
import {
  spiFilterBytes,
  spiFilterCounters,
  spiFilterMirror,
  spiFilterSettings,
} from '../relay/filter/spi-filter.js';
import type { SaDatabase } from '../sad/database.js';
import type { SpiPresence } from '../table/spi-presence.js';

/** As `make build` leaves it. */
const PROGRAM = new URL('../../../native/build/bpf/filter.bpf.o', import.meta.url);

export interface SpiFilter {
  /** Counters of the packets that it dropped, in the form of a worker's. */
  counters(): VerdictCounters;
  /** As `FilterMirror.sources`. */
  readonly sources: SpiPresence;
}

export interface SpiFilterOptions {
  /** Descriptor of a queue of the device. The filter stays with the device. */
  readonly queue: number;
  readonly database: SaDatabase;
  /** As for {@link spiFilterSettings}. */
  readonly fragmentRate: number;
  readonly strangerRate: number;
  readonly log: Logger;
}

/** @returns undefined, and says why in the log, when the kernel refuses: then the workers do it all */
export function attachSpiFilter({
  queue,
  database,
  fragmentRate,
  strangerRate,
  log,
}: SpiFilterOptions): SpiFilter | undefined {
  const { maxSas } = database.memory;
  let programFd: number | undefined;
  try {
    const loaded = native.bpfLoad(
      readFileSync(PROGRAM),
      spiFilterSettings({ maxSas, fragmentRate, strangerRate }),
      spiFilterBytes(maxSas),
    );
    ({ programFd } = loaded);
    const mirror = spiFilterMirror(loaded.memory, maxSas);
    database.keep(mirror);
    native.tunSetFilter(queue, programFd);
    return {
      counters: () => spiFilterCounters(loaded.memory),
      sources: mirror.sources,
    };
  } catch (error) {
    log.info(
      `unknown SPIs and floods of fragments are left to the workers, not dropped in the kernel: ${(error as Error).message}`,
    );
    return undefined;
  } finally {
    // The device holds the program, and the program the memory.
    if (programFd !== undefined) native.close(programFd);
  }
}
