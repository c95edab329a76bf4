/** Thread that notes sources at full speed: each of one number, of which all words of address and port are made. */
import { parentPort, workerData } from 'node:worker_threads';
import { LatestSources } from '../../src/table/latest-source.js';
import type { SadMemory } from '../../src/table/layout.js';

/** The memory that the threads of the test share. */
export interface SourceWorld {
  readonly memory: SadMemory;
  /** Numbers of this thread begin here, its own million. */
  readonly from: number;
  readonly slots: number;
  /** {@link STOP} and {@link NOTED}. */
  readonly common: Int32Array<SharedArrayBuffer>;
}

export const STOP = 0;
/** Sources noted by all threads. */
export const NOTED = 1;

/** Notes the source of this number. */
export function noteNumber(sources: LatestSources, slot: number, number: number): void {
  sources.note(slot, number, ~number, number ^ 0x5555, Math.imul(number, 3), number & 0xffff);
}

function run({ memory, from, slots, common }: SourceWorld): void {
  const sources = new LatestSources(memory);
  for (let number = from; Atomics.load(common, STOP) === 0; number = from + ((number + 1) % 1_000_000)) {
    noteNumber(sources, 1 + (number % slots), number);
    Atomics.add(common, NOTED, 1);
  }
  parentPort!.postMessage('done');
}

if (parentPort !== null && workerData !== null) run(workerData as SourceWorld);
