/**
 * Punting, the control thread's half: takes the packets that the workers put into their rings (src/relay/punt.ts) and gives
 * them to the subscribers. It sleeps in Atomics.waitAsync while all rings are empty; a worker wakes it.
 *
 *     const punts = new Punts(memory);
 *     punts.subscribe(IKE, ({ packet, worker, arrivedMs }) => …);
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  ASLEEP,
  AWAKE,
  E_HEAD,
  E_TAIL,
  P_ARRIVED,
  P_GROUP,
  P_HEADER,
  P_LENGTH,
  P_PIECES,
  P_REASON,
  P_SIZE,
  P_TIME,
  type PuntMemory,
  type PuntRing,
  SKIPPED,
} from '../relay/punt-memory.js';

/** How long packets may keep the control thread from its other tasks at a time, milliseconds. */
const LOT_MS = 2;
/**
 * How many packets a task waits for at most. Where packets come faster than they are taken, the rings are never empty, and
 * each further packet is one more to be overtaken. A time would be over too soon where this thread gets little of it.
 */
const AFTERWARDS_PACKETS = 64;

export interface PuntedPacket {
  /** From its IP header to its end: a copy, for the listener to keep. */
  readonly packet: Uint8Array;
  /** 1, or the number of fragments of which a worker has put it together. */
  readonly pieces: number;
  /** Bytes in which it came, its fragments' headers included. */
  readonly arrived: number;
  /** The verdict that it had (src/relay/verdict.ts). */
  readonly reason: number;
  /** The worker that received it. */
  readonly worker: number;
  /** Unix time of its arrival, milliseconds. */
  readonly arrivedMs: number;
}

/** An error that a listener throws ends the process, like any other fault of the control thread. */
export type PuntListener = (punted: PuntedPacket) => void;

export class Punts {
  readonly #memory: PuntMemory;
  /** By reason. */
  readonly #listeners = new Map<number, PuntListener>();
  readonly #ended: Promise<void>;
  #tasks: (() => void)[] = [];
  /** Packets that were taken since there are any. */
  #takenSince = 0;
  #isClosed = false;

  constructor(memory: PuntMemory) {
    this.#memory = memory;
    this.#ended = this.#run();
  }

  /**
   * From now on the workers punt the packets that get this verdict, and the listener is called with each, in the order
   * in which a worker received them.
   * @param reason a verdict that the general way gives; it has one listener at most
   * @returns ends the subscription: the packets are dropped under their verdict again
   */
  subscribe(reason: number, listener: PuntListener): () => void {
    if (this.#listeners.has(reason)) throw new Error(`verdict ${reason} has a listener already`);
    this.#listeners.set(reason, listener);
    this.#memory.wanted[reason] = 1;
    return () => {
      this.#memory.wanted[reason] = 0;
      this.#listeners.delete(reason);
    };
  }

  /**
   * For a listener: runs a task once the rings are empty, or after 64 packets if more and more come. After such a task the
   * workers may forward packets that they have punted until now; if it ran at once, those would overtake the packets that
   * wait in the rings.
   */
  afterwards(task: () => void): void {
    if (this.#tasks.length === 0) this.#takenSince = 0;
    this.#tasks.push(task);
  }

  /** Once it resolves, no listener is called any more. Packets that are still in the rings stay there. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const { doorbell, wanted } = this.#memory;
    wanted.fill(0);
    Atomics.store(doorbell, 0, AWAKE);
    Atomics.notify(doorbell, 0);
    await this.#ended;
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      if (this.#takeLot()) await nextTurn();
      else await this.#sleep();
    }
  }

  async #sleep(): Promise<void> {
    const { doorbell, rings } = this.#memory;
    Atomics.store(doorbell, 0, ASLEEP);
    // A worker that read the doorbell before has filled its ring before.
    if (!rings.every(isEmpty)) return;
    const woken = Atomics.waitAsync(doorbell, 0, ASLEEP);
    if (woken.async) await woken.value;
  }

  /** Takes packets from the rings in turns until they are empty or its time is up. @returns whether it took any */
  #takeLot(): boolean {
    const { rings } = this.#memory;
    const endMs = performance.now() + LOT_MS;
    let hasTaken = false;
    for (;;) {
      let isTaking = false;
      for (let worker = 0; worker < rings.length; worker++) {
        const punted = takePunted(rings[worker]!, worker);
        if (punted === undefined) continue;
        isTaking = true;
        this.#takenSince++;
        this.#listeners.get(punted.reason)?.(punted);
        if (this.#isClosed) return true;
      }
      hasTaken ||= isTaking;
      // Packets that were punted before a task took effect are taken at once.
      if (this.#tasks.length > 0 && (!isTaking || this.#takenSince >= AFTERWARDS_PACKETS)) this.#runTasks();
      else if (!isTaking || performance.now() >= endMs) return hasTaken;
    }
  }

  #runTasks(): void {
    const tasks = this.#tasks;
    this.#tasks = [];
    for (const task of tasks) task();
  }
}

function isEmpty({ ends }: PuntRing): boolean {
  return Atomics.load(ends, E_HEAD) === Atomics.load(ends, E_TAIL);
}

/** Takes the oldest packet out of a worker's ring. */
export function takePunted({ words, ends, held }: PuntRing, worker: number): PuntedPacket | undefined {
  let tail = Atomics.load(ends, E_TAIL);
  if (tail === Atomics.load(ends, E_HEAD)) return undefined;
  let at = tail & (words.length - 1);
  if (words[at + P_LENGTH] === SKIPPED) {
    tail += words[at + P_SIZE]!;
    at = 0;
  }
  const size = words[at + P_SIZE]!;
  const length = words[at + P_LENGTH]!;
  const punted = {
    packet: new Uint8Array(words.buffer, (at + P_HEADER) * 4, length).slice(),
    pieces: words[at + P_PIECES]!,
    arrived: words[at + P_ARRIVED]!,
    reason: words[at + P_REASON]!,
    worker,
    arrivedMs: new Float64Array(words.buffer, (at + P_TIME) * 4, 1)[0]!,
  };
  Atomics.sub(held, words[at + P_GROUP]!, size);
  Atomics.store(ends, E_TAIL, (tail + size) | 0);
  return punted;
}
