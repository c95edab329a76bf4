/** Puts the filter of unknown SPIs (src/relay/filter/spi-filter.ts) on the relay's device, where the kernel allows it. */
import { native } from '../native/index.js';
import type { Logger } from '../observe/log.js';
import type { VerdictCounters } from '../relay/counters.js';
import {
  spiFilterBytes,
  spiFilterCounters,
  spiFilterPresence,
  spiFilterProgram,
} from '../relay/filter/spi-filter.js';
import type { SaDatabase } from '../sad/database.js';

export interface SpiFilter {
  /** What it dropped, as a worker's counters. */
  counters(): VerdictCounters;
}

export interface SpiFilterOptions {
  /** Descriptor of a queue of the device. The filter stays with the device. */
  readonly queue: number;
  readonly database: SaDatabase;
  /** As for {@link spiFilterProgram}. */
  readonly fragmentRate: number;
  readonly log: Logger;
}

/** @returns undefined, and says why in the log, when the kernel refuses: then the workers do it all */
export function attachSpiFilter({
  queue,
  database,
  fragmentRate,
  log,
}: SpiFilterOptions): SpiFilter | undefined {
  const { maxSas } = database.memory;
  const descriptors: number[] = [];
  try {
    const { fd, buffer } = native.bpfMemory(spiFilterBytes(maxSas));
    descriptors.push(fd);
    const program = native.bpfSocketFilter(spiFilterProgram({ memoryFd: fd, maxSas, fragmentRate }));
    descriptors.push(program);
    database.keep(spiFilterPresence(buffer, maxSas));
    native.tunSetFilter(queue, program);
    return { counters: () => spiFilterCounters(buffer) };
  } catch (error) {
    log.info(
      `unknown SPIs and floods of fragments are left to the workers, not dropped in the kernel: ${(error as Error).message}`,
    );
    return undefined;
  } finally {
    // The device holds the program, and the program the memory.
    for (const descriptor of descriptors) native.close(descriptor);
  }
}
