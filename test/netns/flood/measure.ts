/** How known SAs fare beside a flood: relative figures of slices that take turns, and several tries on a busy machine. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../../bench/report.js';
import { eventually } from '../command.js';
import type { Daemon } from '../daemon.js';
import { deviceCounter, type FloodLoad, type FloodWorld } from './world.js';

/** More than any generator sends, packets a second. */
export const FULL_SPEED = 100_000_000;
/** Known SAs keep this share of their rate beside a flood that the kernel takes. */
export const LEAST_SHARE = 0.9;
const DEVICE = 'iprelay0';
const SLICE_MS = 200;
const ROUNDS = 5;
const TRIES = 4;

/** A result, and whether it is good enough. */
export interface Attempt {
  readonly isGood: boolean;
  readonly found: string;
}

/** Measures until a result is good enough, at most {@link TRIES} times. @throws with all results */
export async function within(attempt: () => Promise<Attempt>): Promise<string> {
  const all = [];
  while (all.length < TRIES) {
    const { isGood, found } = await attempt();
    all.push(found);
    if (isGood) return found;
  }
  return assert.fail(`in ${TRIES} tries: ${all.join('; ')}`);
}

export class FloodMeasure {
  readonly #world: FloodWorld;
  readonly #relay: Daemon;

  constructor(world: FloodWorld, relay: Daemon) {
    this.#world = world;
    this.#relay = relay;
  }

  /** Until the relay has read all that the kernel has for it. */
  async settled(): Promise<void> {
    let read = -1;
    await eventually('an idle relay', async () => {
      const now = deviceCounter(this.#relay.pid, DEVICE, 'tx');
      const isIdle = now === read;
      read = now;
      await sleep(50);
      return isIdle;
    });
  }

  /** Packets of known SAs that come through in a second, with as many under way as the window allows. */
  async speed(size: number, flood?: FloodLoad): Promise<number> {
    const { arrived, seconds } = await this.#world.send({ milliseconds: SLICE_MS, known: { size }, flood });
    await this.settled();
    return arrived / seconds;
  }

  /** Packets that the relay forwards in a second, at most. */
  async speedLimit(size: number): Promise<number> {
    return Math.ceil(median([await this.speed(size), await this.speed(size), await this.speed(size)]));
  }

  /** The median speeds beside one flood and beside another, or none; the two take turns. */
  async speedsInTurns(
    rounds: number,
    size: number,
    ...floods: readonly [one: FloodLoad | undefined, other: FloodLoad | undefined]
  ): Promise<[number, number]> {
    const speeds: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      for (const i of [0, 1] as const) speeds[i].push(await this.speed(size, floods[i]));
    }
    return [median(speeds[0]), median(speeds[1])];
  }

  /** How known SAs fare beside a flood for the relay, compared with the same flood for elsewhere. */
  async besideFlood(size: number, rate: number, toRelay: string, toElsewhere: string): Promise<Attempt> {
    const elsewhere = { file: toElsewhere, rate };
    const [reference, beside] = await this.speedsInTurns(ROUNDS, size, elsewhere, { file: toRelay, rate });
    const share = beside / reference;
    const found = ` (${(share * 100).toFixed(0)} % of ${reference.toFixed(0)} a second, flood ${rate})`;
    return { isGood: share >= LEAST_SHARE, found };
  }
}

/**
 * On a machine that does other things as well, their share of the CPUs must not decide. Nothing happens
 * where the kernel does not group processes by session (sched(7), autogroup).
 */
export function favourThisProcess(): void {
  try {
    writeFileSync('/proc/self/autogroup', '-10');
  } catch {
    // Then there are more tries.
  }
}
