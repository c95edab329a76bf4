/** Nanoseconds a packet, in slices that take turns, so that other load on the machine hits all alike. */
import { median } from '../report.js';

export interface Timing {
  /** Median of the slices, nanoseconds a packet. */
  readonly ns: number;
  /** The fastest slice. */
  readonly bestNs: number;
}

export interface Subject {
  /** Handles one batch. */
  readonly step: () => void;
  /** Packets per step. */
  readonly packets: number;
}

/** Measures each subject for `slices` slices of about `sliceMs`, after a warm-up as long as two of them. */
export function timeInTurns<Name extends string>(
  subjects: Readonly<Record<Name, Subject>>,
  slices: number,
  sliceMs: number,
): Record<Name, Timing> {
  const entries = Object.entries(subjects) as [Name, Subject][];
  for (const [, subject] of entries) runFor(subject, sliceMs * 2);
  const samples = new Map<Name, number[]>(entries.map(([name]) => [name, []]));
  for (let slice = 0; slice < slices; slice++) {
    for (const [name, subject] of entries) samples.get(name)!.push(runFor(subject, sliceMs));
  }
  const timings = entries.map(([name]) => {
    const taken = samples.get(name)!;
    return [name, { ns: median(taken), bestNs: Math.min(...taken) }];
  });
  return Object.fromEntries(timings) as Record<Name, Timing>;
}

/** @returns nanoseconds a packet */
function runFor({ step, packets }: Subject, ms: number): number {
  const steps = Math.ceil(8192 / packets);
  const start = performance.now();
  let elapsed = 0;
  let done = 0;
  while (elapsed < ms) {
    for (let i = 0; i < steps; i++) step();
    done += steps * packets;
    elapsed = performance.now() - start;
  }
  return (elapsed * 1e6) / done;
}
