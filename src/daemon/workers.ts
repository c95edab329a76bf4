/** The data plane's threads: one per queue of the TUN device. */
import { Worker } from 'node:worker_threads';
import type { AttachmentControl } from '../attachment/attachment.js';
import type { TunQueue } from '../attachment/tun/queue.js';
import {
  createOriginatedCounters,
  createVerdictCounters,
  type OriginatedCounters,
  type OriginatedTotal,
  totalOriginated,
  totalVerdicts,
  type VerdictCounters,
  type VerdictTotal,
} from '../relay/counters.js';
import { createFragmentMemory, type FragmentMemoryOptions } from '../relay/fragments/memory.js';
import { FragmentTable } from '../relay/fragments/table.js';
import { createIdentificationCounters, type IdentificationCounters } from '../relay/identification.js';
import { createPuntMemory, type PuntMemory } from '../relay/punt-memory.js';
import type { DataPlaneSettings } from '../relay/settings.js';
import type { SadMemory } from '../table/layout.js';
import type { WorkerInput, WorkerMessage } from './worker.js';

export interface WorkersOptions {
  readonly memory: SadMemory;
  readonly role: 'relay' | 'edge';
  readonly lookup: 'probe' | 'map';
  readonly fragmentLimits: FragmentMemoryOptions;
  readonly settings: DataPlaneSettings;
  /** Called once when a worker ends without being asked to. */
  readonly onFailure: (reason: string) => void;
  /** Called with each trace line of a worker, while {@link Workers.isTracing}. */
  readonly onTrace: (worker: number, line: string) => void;
}

export class Workers {
  readonly #options: WorkersOptions;
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #trace = new Int32Array(new SharedArrayBuffer(4));
  readonly #verdicts: WorkerInput['verdicts'][];
  readonly #originated: OriginatedCounters[];
  readonly #fragments: WorkerInput['fragments'];
  /** For others that send from the relay's addresses. */
  readonly identifications: IdentificationCounters;
  /** The memory of punting, for {@link Punts}. */
  readonly punts: PuntMemory;
  #attachment: AttachmentControl<TunQueue> | undefined;
  #running: Promise<void>[] = [];

  constructor(options: WorkersOptions) {
    this.#options = options;
    this.identifications = createIdentificationCounters(options.memory.identifications);
    this.#verdicts = options.memory.counters.map(() => createVerdictCounters());
    this.#originated = options.memory.counters.map(() => createOriginatedCounters());
    this.punts = createPuntMemory(options.memory.counters.length);
    this.#fragments = createFragmentMemory(options.fragmentLimits);
    // However the process ends: its exit waits for the workers, and a worker waits for packets.
    process.once('exit', () => this.#wake());
  }

  /**
   * Starts a worker for each queue, which closes it; resolves once each of them runs.
   * @param attachment stays open until {@link stop} has resolved
   */
  async start(attachment: AttachmentControl<TunQueue>): Promise<void> {
    this.#attachment = attachment;
    await Promise.all(attachment.queues.map((queue, worker) => this.#start(queue, worker)));
  }

  /** Whether the workers tell of each packet. */
  set isTracing(on: boolean) {
    Atomics.store(this.#trace, 0, on ? 1 : 0);
  }

  /** Ends the workers. */
  async stop(): Promise<void> {
    this.#wake();
    await Promise.all(this.#running);
  }

  #wake(): void {
    Atomics.store(this.#stop, 0, 1);
    this.#attachment?.wake();
  }

  /** Verdicts of the workers, and others' beside them whose counters are given. */
  totals(...others: readonly VerdictCounters[]): VerdictTotal[] {
    return totalVerdicts([...this.#verdicts, ...others]);
  }

  /** Packets that the workers made themselves, and others beside them whose counters are given. */
  originated(...others: readonly OriginatedCounters[]): OriginatedTotal[] {
    return totalOriginated([...this.#originated, ...others]);
  }

  /** Datagrams of which fragments have come, and bytes that wait for others. */
  fragments(): { datagrams: number; bytes: number } {
    const { datagrams, heldBytes } = new FragmentTable(this.#fragments);
    return { datagrams, bytes: heldBytes };
  }

  async #start(queue: TunQueue, worker: number): Promise<void> {
    const { memory, role, lookup, settings, onFailure, onTrace } = this.#options;
    const input: WorkerInput = {
      worker,
      role,
      lookup,
      queue,
      memory,
      verdicts: this.#verdicts[worker]!,
      originated: this.#originated[worker]!,
      fragments: this.#fragments,
      identifications: this.identifications,
      punts: this.punts,
      settings,
      stop: this.#stop,
      trace: this.#trace,
    };
    const thread = new Worker(new URL('./worker.js', import.meta.url), { workerData: input });
    let failure = 'it ended';
    thread.on('message', (message: WorkerMessage) => {
      if ('gone' in message) failure = this.#attachment!.loss;
      else onTrace(worker, message.trace);
    });
    thread.on('error', (error) => {
      failure = error.stack ?? error.message;
    });
    const ended = new Promise<void>((resolve) => {
      thread.on('exit', () => {
        resolve();
        if (Atomics.load(this.#stop, 0) === 0) onFailure(`worker ${worker} stopped: ${failure}`);
      });
    });
    this.#running.push(ended);
    await new Promise<void>((resolve) => {
      thread.once('online', resolve);
      thread.once('exit', resolve);
    });
  }
}
