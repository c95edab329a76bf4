/**
 * Puts back what a plan needs and someone else took away: another program, another daemon of ours that has stopped, or a person.
 * Each step is simply tried again, since the kernel refuses to add what is there.
 */
import type { Family } from '../wire/address.js';
import { type HostRefusal, ipBatch, readSysctl, runNft, writeSysctl } from './commands.js';
import type { Change } from './journal.js';
import { linkNamed } from './netlink.js';
import {
  addCommands,
  describe,
  type HostPlan,
  type HostStep,
  type PolicyStep,
  type SysctlStep,
} from './plan.js';

/** What the kernel says of something that is there. */
const THERE = /File exists|Address already assigned/;

/**
 * @param extent of sysctls the kernel does not always tell, so they are looked at more often than the rest
 * @param record writes a change down before it is made
 * @returns what was put back, or could not be, in words
 */
export async function repair(
  plan: HostPlan,
  extent: 'everything' | 'sysctls',
  record: (change: Change) => Promise<void>,
): Promise<readonly string[]> {
  const words: string[] = [];
  const note = async (step: HostStep, act: () => Promise<string | undefined>, before?: string) => {
    const change = before === undefined ? { step } : { step, before };
    await record(change);
    const problem = await act();
    words.push(
      problem === undefined
        ? `put back ${describe(step)}`
        : `could not put back ${describe(step)}: ${problem}`,
    );
  };
  // The order of the plan: a route needs its device up.
  for (const step of plan.steps) {
    if (step.kind === 'sysctl') {
      const before = await readSysctl(step.key);
      if (before === step.value || before === undefined) continue;
      await note(step, () => trySysctl(step), before);
    } else if (step.kind === 'nft' && extent === 'everything') {
      if ((await runNft(`list table inet ${step.table}\n`)) === undefined) continue;
      await note(step, () => runNft(`table inet ${step.table} {\n${step.content}}\n`));
    } else if (step.kind === 'policy' && extent === 'everything' && !(await policyExists(step))) {
      await note(step, () => tryIp(step.family, addCommands(step)));
    }
  }
  if (extent === 'sysctls') return words;
  if (plan.steps.some(({ kind }) => kind === 'link') && !isUp(plan.device)) {
    for (const step of plan.steps)
      if (step.kind === 'link') await note(step, () => tryIp(4, addCommands(step)));
  }
  for (const family of [4, 6] as const) {
    for (const step of await retry(family, plan.steps)) {
      await record({ step });
      words.push(`put back ${describe(step)}`);
    }
  }
  return words;
}

/** Adds what is missing of routes, rules and addresses. @returns the steps that were */
async function retry(family: Family, steps: readonly HostStep[]): Promise<HostStep[]> {
  const commands = steps
    .filter((step) => 'family' in step && step.family === family && step.kind !== 'policy')
    // The first command of a step tells whether it is there; the second one of a moved rule takes the kernel's own away.
    .map((step) => ({ step, words: addCommands(step)[0]! }));
  if (commands.length === 0) return [];
  const { failed } = await ipBatch(
    family,
    commands.map(({ words }) => words),
    'continue',
  );
  const refused = new Set(failed.map(({ line }) => line));
  return commands.filter((_, line) => !refused.has(line)).map(({ step }) => step);
}

/** Someone else made the same exception: it serves us, and is not ours to remove. Its priority may differ from ours, so adding tells nothing. */
export async function policyExists({ family, selector }: PolicyStep): Promise<boolean> {
  const { failed } = await ipBatch(family, [['xfrm', 'policy', 'get', ...selector]], 'stop');
  return failed.length === 0;
}

function isUp(device: string): boolean {
  const link = linkNamed(device);
  // A device that is gone cannot be put back: its queue is gone as well, and the worker says so.
  return link === undefined || link.isUp;
}

async function tryIp(family: Family, commands: readonly (readonly string[])[]): Promise<string | undefined> {
  const { failed } = await ipBatch(family, commands, 'stop');
  return failed.length === 0 || THERE.test(failed[0]!.reason) ? undefined : failed[0]!.reason;
}

async function trySysctl({ key, value }: SysctlStep): Promise<string | undefined> {
  try {
    await writeSysctl(key, value);
    return undefined;
  } catch (error) {
    return (error as HostRefusal).message;
  }
}
