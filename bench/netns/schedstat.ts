/** CPU time of the relay, and how much others disturbed it, from /proc/PID/task/TID/schedstat. */
import { readdirSync, readFileSync } from 'node:fs';
import { RELAY_CPU } from './topology.js';

/** Nanoseconds since a thread's start: on the CPU, and runnable but waiting for it. */
interface Times {
  readonly ran: number;
  readonly waited: number;
}

/** A reading of all threads of the relay and of the softirq thread of its CPU. */
export interface Reading {
  readonly threads: ReadonlyMap<string, Times>;
  readonly softirq: Times;
}

/** The use of the relay's CPU between two readings, in nanoseconds. */
export interface Usage {
  /** CPU time of the relay's process; 0 when the kernel forwards by itself. */
  readonly relay: number;
  /** Time for which programs that are no part of the benchmark kept the forwarding thread from its CPU. */
  readonly disturbed: number;
}

function readTimes(path: string): Times {
  const [ran, waited] = readFileSync(path, 'latin1').split(' ');
  return { ran: Number(ran), waited: Number(waited) };
}

function findSoftirqThread(): string {
  const wanted = `ksoftirqd/${RELAY_CPU}\n`;
  const isWanted = (pid: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/comm`, 'latin1') === wanted;
    } catch {
      return false; // Ended meanwhile.
    }
  };
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && isWanted(name));
  if (pid === undefined) throw new Error(`no kernel thread is named ${wanted.trim()}`);
  return pid;
}

const softirqThread = findSoftirqThread();

/** @param pid the relay's process, or undefined when the kernel forwards by itself */
export function readUsage(pid: number | undefined): Reading {
  const tasks = pid === undefined ? [] : readdirSync(`/proc/${pid}/task`);
  return {
    threads: new Map(tasks.map((task) => [task, readTimes(`/proc/${pid}/task/${task}/schedstat`)])),
    softirq: readTimes(`/proc/${softirqThread}/schedstat`),
  };
}

/** Only the busiest thread's waiting counts; the CPU time of its siblings and of the softirq thread is no disturbance. */
export function usageBetween(before: Reading, after: Reading): Usage {
  const softirq = difference(before.softirq, after.softirq);
  const threads = [...after.threads]
    .map(([task, times]) => difference(before.threads.get(task), times))
    .sort((a, b) => b.ran - a.ran);
  const [busiest] = threads;
  if (busiest === undefined) return { relay: 0, disturbed: softirq.waited };
  const relay = threads.reduce((sum, times) => sum + times.ran, 0);
  return { relay, disturbed: Math.max(0, busiest.waited - (relay - busiest.ran) - softirq.ran) };
}

function difference(before: Times | undefined, after: Times): Times {
  return { ran: after.ran - (before?.ran ?? 0), waited: after.waited - (before?.waited ?? 0) };
}
