/** Lets several processes measure in turns, so that other load on the machine hits all alike. */
import { type ChildProcess, fork } from 'node:child_process';
import { median } from '../report.js';
import type { Samples } from './samples.js';

/** A process that answers as `answerSlices` does. */
export interface Side {
  readonly name: string;
  readonly script: string;
  readonly words: readonly string[];
}

export interface TurnOptions {
  /** Each with new processes: where they lie in memory, and how they are compiled, differs. */
  readonly rounds: number;
  readonly slices: number;
  readonly sliceMs: number;
  /** Before the first slice of each process. */
  readonly warmUpMs: number;
}

export interface SideResult {
  readonly name: string;
  /** Of each round: the 10th percentile of the samples, nanoseconds a packet without refilling. */
  readonly ns: readonly number[];
  readonly medianNs: number;
  /** Median over the rounds of its time divided by the first side's in the same round. */
  readonly ratio: number;
}

export async function measureInTurns(sides: readonly Side[], options: TurnOptions): Promise<SideResult[]> {
  const rounds: number[][] = [];
  for (let round = 0; round < options.rounds; round++) rounds.push(await measureRound(sides, options));
  return sides.map(({ name }, i) => {
    const ns = rounds.map((values) => values[i]!);
    const ratio = median(rounds.map((values) => values[i]! / values[0]!));
    return { name, ns, medianNs: median(ns), ratio };
  });
}

async function measureRound(
  sides: readonly Side[],
  { slices, sliceMs, warmUpMs }: TurnOptions,
): Promise<number[]> {
  const children = sides.map(({ script, words }) => fork(script, words));
  try {
    await Promise.all(children.map((child) => answer(child)));
    const samples = sides.map((): Samples => ({ whole: [], refill: [] }));
    for (let slice = -1; slice < slices; slice++) {
      for (const [i, child] of children.entries()) {
        const { whole, refill } = (await answer(child, slice < 0 ? warmUpMs : sliceMs)) as Samples;
        if (slice < 0) continue;
        samples[i]!.whole.push(...whole);
        samples[i]!.refill.push(...refill);
      }
    }
    return samples.map(({ whole, refill }) => lowOf(whole) - lowOf(refill));
  } finally {
    for (const child of children) child.kill();
  }
}

/** The child's next message, after it got one, if any. @throws when it ends instead */
function answer(child: ChildProcess, message?: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (status: number | null) => reject(new Error(`a measuring process ended with ${status}`));
    child.once('exit', ended);
    child.once('message', (result) => {
      child.off('exit', ended);
      resolve(result);
    });
    if (message !== undefined) child.send(message);
  });
}

/** The 10th percentile: the time of a sample that is not interrupted. */
function lowOf(samples: readonly number[]): number {
  return [...samples].sort((a, b) => a - b)[Math.floor(samples.length / 10)]!;
}
