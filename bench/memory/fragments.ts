/** The cost of the table of virtual reassembly for each fragment, also under a flood of incomplete datagrams. Prints JSON. */
import { HEADROOM, PacketBatch } from '../../src/attachment/batch.js';
import { createFragmentMemory } from '../../src/relay/fragments/memory.js';
import { FOLLOW, FragmentTable } from '../../src/relay/fragments/table.js';
import { type Timing, timeInTurns } from './timing.js';

const SLICES = 15;
const SLICE_MS = 20;
/** Fragments a step. */
const FRAGMENTS = 64;
const STRIDE = 2048;

export interface FragmentsResult {
  /** Nanoseconds a fragment. */
  readonly inOrder: Timing;
  readonly reversed: Timing;
  readonly flood100: Timing;
  readonly flood1500: Timing;
  /** For comparison: `Uint8Array.set` of 1500 bytes into as large a ring, which makes an object each time. */
  readonly copy1500: Timing;
}

const RING_BYTES = 4_194_304;
const table = new FragmentTable(
  createFragmentMemory({ memory: RING_BYTES, datagrams: 1024, timeoutMs: 30_000 }),
);
const batch = new PacketBatch(FRAGMENTS);
const waited = new PacketBatch(1);
const ring = new Uint8Array(new SharedArrayBuffer(RING_BYTES));
let next = 0;
let ringAt = 0;

function arrive(source: number, offset: number, more: boolean): number {
  return table.arrive(50, source & 0xffff, 0, 0, 0xffff, source, 0, 0, 0xffff, 1, offset, 1480, more, 0);
}

/** Two fragments a datagram, the first one first: nothing waits. */
function inOrder(): void {
  for (let i = 0; i < FRAGMENTS; i += 2) {
    next++;
    table.lock();
    table.decide(arrive(next, 0, true), FOLLOW);
    table.unlock();
    table.lock();
    const entry = arrive(next, 1480, false);
    if (table.isComplete(entry)) table.forget(entry);
    table.unlock();
  }
}

/** The first one last: the other waits for it. */
function reversed(): void {
  for (let i = 0; i < FRAGMENTS; i += 2) {
    next++;
    table.lock();
    table.hold(arrive(next, 1480, false), batch.bytes, HEADROOM + i * STRIDE, 1500);
    table.unlock();
    table.lock();
    const entry = arrive(next, 0, true);
    table.decide(entry, FOLLOW);
    while (table.take(entry, waited.bytes, HEADROOM) !== 0);
    if (table.isComplete(entry)) table.forget(entry);
    table.unlock();
  }
}

function flood(length: number): void {
  for (let i = 0; i < FRAGMENTS; i++) {
    table.lock();
    table.hold(arrive(next++, 1480, true), batch.bytes, HEADROOM + i * STRIDE, length);
    table.unlock();
  }
  table.deaths.fill(0);
}

function copy(): void {
  for (let i = 0; i < FRAGMENTS; i++) {
    const from = HEADROOM + i * STRIDE;
    ring.set(batch.bytes.subarray(from, from + 1500), ringAt);
    ringAt += 1536;
    if (ringAt > RING_BYTES - 1536) ringAt = 0;
  }
}

const result: FragmentsResult = timeInTurns(
  {
    inOrder: { step: inOrder, packets: FRAGMENTS },
    reversed: { step: reversed, packets: FRAGMENTS },
    flood100: { step: () => flood(100), packets: FRAGMENTS },
    flood1500: { step: () => flood(1500), packets: FRAGMENTS },
    copy1500: { step: copy, packets: FRAGMENTS },
  },
  SLICES,
  SLICE_MS,
);
console.log(JSON.stringify(result));
