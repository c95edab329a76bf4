/** Thread of the tests of punting: offers packets, and says how many were taken. */
import { parentPort, workerData } from 'node:worker_threads';
import type { PuntMemory } from '../../src/relay/punt-memory.js';
import { IKE } from '../../src/relay/verdict.js';
import { Offerer, packetFrom } from '../relay/punted.js';

export interface PuntWorkerInput {
  readonly memory: PuntMemory;
  readonly worker: number;
  readonly source: string;
  readonly packets: number;
  /** Between one packet and the next, milliseconds. */
  readonly pauseMs: number;
}

const { memory, worker, source, packets, pauseMs } = workerData as PuntWorkerInput;
const offerer = new Offerer(memory, worker);
const packet = packetFrom(source, 200);
const never = new Int32Array(new SharedArrayBuffer(4));
let taken = 0;
for (let i = 0; i < packets; i++) {
  if (pauseMs > 0) Atomics.wait(never, 0, 0, pauseMs);
  // The pattern behind the header tells one packet from the other.
  new DataView(packet.buffer).setUint32(100, i);
  if (offerer.offer(packet, IKE) === IKE) taken++;
}
parentPort!.postMessage(taken);
