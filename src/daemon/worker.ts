/** Thread entry: one worker on one queue of the TUN device. */
import '../relay/inlining.js';
import { parentPort, workerData } from 'node:worker_threads';
import { Tap } from '../attachment/tap.js';
import { Trace } from '../attachment/trace.js';
import { TunAttachment, type TunQueue } from '../attachment/tun/queue.js';
import { native } from '../native/index.js';
import type { OriginatedCounters, VerdictCounters } from '../relay/counters.js';
import type { FragmentMemory } from '../relay/fragments/memory.js';
import type { IdentificationCounters } from '../relay/identification.js';
import { relayLoop } from '../relay/loop.js';
import { Pipeline } from '../relay/pipeline.js';
import type { PuntMemory } from '../relay/punt-memory.js';
import type { DataPlaneSettings } from '../relay/settings.js';
import { VERDICTS } from '../relay/verdict.js';
import type { SadMemory } from '../table/layout.js';
import { MapCachedReader } from '../table/map-cache.js';
import { SadReader } from '../table/reader.js';

/** The data that the control thread hands to a worker. */
export interface WorkerInput {
  readonly worker: number;
  readonly role: 'relay' | 'edge';
  readonly lookup: 'probe' | 'map';
  readonly queue: TunQueue;
  readonly memory: SadMemory;
  readonly verdicts: VerdictCounters;
  readonly originated: OriginatedCounters;
  readonly fragments: FragmentMemory;
  readonly identifications: IdentificationCounters;
  readonly punts: PuntMemory;
  readonly settings: DataPlaneSettings;
  readonly stop: Int32Array<SharedArrayBuffer>;
  /** One word; non-zero while the worker is to tell of each packet. */
  readonly trace: Int32Array<SharedArrayBuffer>;
}

/** A message from a worker to the control thread. */
export type WorkerMessage =
  /** A line of {@link Trace}. */
  | { readonly trace: string }
  /** Its attachment is gone. */
  | { readonly gone: true };

/** Packets per batch: bench/LOG.md has the sizes tried. */
const BATCH = 64;

const input = workerData as WorkerInput;
native.nameThread(`relay-worker-${input.worker}`);
const trace = new Trace({
  isOn: input.trace,
  verdicts: VERDICTS,
  write: (line) => parentPort!.postMessage({ trace: line } satisfies WorkerMessage),
});
const attachment = new Tap(new TunAttachment(input.queue), trace);
const lookup =
  input.lookup === 'map'
    ? new MapCachedReader(input.memory, input.worker, BATCH)
    : new SadReader(input.memory, input.worker, BATCH);
const pipeline = new Pipeline({
  attachment,
  memory: input.memory,
  lookup,
  worker: input.worker,
  verdicts: input.verdicts,
  originated: input.originated,
  fragments: input.fragments,
  identifications: input.identifications,
  punts: input.punts,
  role: input.role,
  settings: input.settings,
});
const stopped = relayLoop({
  attachment,
  pipeline,
  lookup,
  batch: attachment.createBatch(BATCH),
  stop: input.stop,
});
attachment.close();
if (!stopped) parentPort!.postMessage({ gone: true } satisfies WorkerMessage);
