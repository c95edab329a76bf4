/** Thread of the hammer: pieces of datagrams that all threads send, at full speed, each packet naming itself. */
import { parentPort, workerData } from 'node:worker_threads';
import {
  COLLECT,
  DEATHS,
  DUPLICATE,
  FragmentTable,
  OVERLAP,
  UNDECIDED,
} from '../../../src/relay/fragments/table.js';
import { randomFrom } from '../../model/random.js';
import {
  ARRIVED,
  clockAt,
  type FragmentReport,
  type FragmentWorld,
  KEYS,
  PIECE,
  PIECES,
  SHORTEST,
  STOP,
  TAKEN_OF_OTHERS,
} from './hammer-world.js';

const MAX_WRONG = 5;
const { memory, worker, common } = workerData as FragmentWorld;
const table = new FragmentTable(memory);
const random = randomFrom(worker + 1);
const packet = new Uint8Array(2048);
const view = new DataView(packet.buffer);
const taken = new Uint8Array(2048);
const takenView = new DataView(taken.buffer);
const counts = { arrived: 0, held: 0, taken: 0, completed: 0, heldBytes: 0, takenBytes: 0 };
const answers = { duplicate: 0, overlap: 0, limit: 0 };
const deaths = new Array<number>(2 * DEATHS).fill(0);
const wrong: string[] = [];

function blame(problem: string): void {
  if (wrong.length < MAX_WRONG) wrong.push(problem);
}

function step(nowMs: number): void {
  // Now and then a piece of a datagram that is never complete.
  const isLost = random() % 50 === 0;
  const key = isLost ? KEYS + (random() % 10_000) : random() % KEYS;
  const piece = isLost ? 1 : random() % PIECES;
  const at = (random() & 3) * 4;
  const length = SHORTEST + (random() % 1500);
  const isOdd = random() % 200 === 0;
  const offset = piece * PIECE + (isOdd ? 8 : 0);
  table.lock();
  common[ARRIVED]!++;
  counts.arrived++;
  const entry = table.arrive(
    17,
    key,
    0,
    0,
    0xffff,
    1,
    0,
    0,
    0xffff,
    2,
    offset,
    PIECE,
    piece < PIECES - 1,
    nowMs,
  );
  if (entry >= 0) arrived(entry, key, piece, at, length);
  else if (entry === DUPLICATE) answers.duplicate++;
  else if (entry === OVERLAP) answers.overlap++;
  else answers.limit++;
  for (let word = 0; word < deaths.length; word++) {
    deaths[word]! += table.deaths[word]!;
    table.deaths[word] = 0;
  }
  table.unlock();
}

function arrived(entry: number, key: number, piece: number, at: number, length: number): void {
  const { decision } = table;
  const first = table.decisionAt(entry);
  if (table.state(entry) === UNDECIDED) {
    table.decide(entry, COLLECT);
    decision[first] = key;
  }
  if (decision[first] !== key) blame(`entry ${entry} of datagram ${decision[first]} for ${key}`);
  view.setUint32(at, key);
  view.setUint32(at + 4, (worker << 16) | length);
  view.setUint32(at + 8, piece);
  packet.fill(key + piece + worker, at + SHORTEST, at + length);
  if (!table.hold(entry, packet, at, length)) return;
  counts.held++;
  counts.heldBytes += length;
  decision[first + 1]! |= 1 << piece;
  if (!table.isComplete(entry)) return;
  counts.completed++;
  if (decision[first + 1] !== (1 << PIECES) - 1) blame(`complete with ${decision[first + 1]!.toString(2)}`);
  takeAll(entry, key);
  table.forget(entry);
}

function takeAll(entry: number, key: number): void {
  let pieces = 0;
  for (;;) {
    const length = table.take(entry, taken, 8);
    if (length === 0) break;
    counts.taken++;
    counts.takenBytes += length;
    const holder = takenView.getUint32(12) >>> 16;
    const piece = takenView.getUint32(16);
    if (holder !== worker) common[TAKEN_OF_OTHERS]!++;
    if (takenView.getUint32(8) !== key) blame(`a packet of ${takenView.getUint32(8)} for ${key}`);
    if ((takenView.getUint32(12) & 0xffff) !== length) blame(`${length} bytes, and not as many as were held`);
    const expected = (key + piece + holder) & 255;
    for (let i = 8 + SHORTEST; i < 8 + length; i++)
      if (taken[i] !== expected) blame('another packet’s bytes');
    pieces |= 1 << piece;
  }
  if (pieces !== (1 << PIECES) - 1) blame(`took ${pieces.toString(2)}`);
}

while (Atomics.load(common, STOP) === 0) {
  const nowMs = clockAt(Atomics.load(common, ARRIVED));
  for (let i = 0; i < 16; i++) step(nowMs);
}
parentPort!.postMessage({ ...counts, answers, deaths, wrong } satisfies FragmentReport);
