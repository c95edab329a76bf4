/**
 * Puts back parts of a plan that another program took away, or another daemon of ours at its stop, or a person.
 * Processes are started only for missing parts.
 */
import type { Family } from '../wire/address.js';
import { type HostRefusal, ipBatch, readSysctl, runNft, writeSysctl } from './commands.js';
import type { Change } from './journal.js';
import {
  addCommands,
  describe,
  type HostPlan,
  type HostStep,
  isTold,
  replaceTable,
  type SysctlStep,
} from './plan.js';
import { absentSteps, changedSettings, hasPolicy, hasStrayLocalRule, hasTable } from './presence.js';

/** 'untold': sysctls whose changes the kernel does not tell. */
export type Extent = 'everything' | 'untold';

/** The kernel's answer when the part is already there. */
const THERE = /File exists|Address already assigned/;

/**
 * @param record writes a change down before it is made
 * @returns a sentence for each part that was put back, or could not be
 */
export async function repair(
  plan: HostPlan,
  extent: Extent,
  record: (change: Change) => Promise<void>,
): Promise<readonly string[]> {
  const words: string[] = [];
  const note = async (step: HostStep, act: () => Promise<string | undefined>, before?: string) => {
    await record(before === undefined ? { step } : { step, before });
    const problem = await act();
    words.push(
      problem === undefined
        ? `put back ${describe(step)}`
        : `could not put back ${describe(step)}: ${problem}`,
    );
  };
  for (const step of plan.steps) {
    if (step.kind !== 'sysctl' || (extent === 'untold' && isTold(step))) continue;
    const before = await readSysctl(step.key);
    if (before === step.value || before === undefined) continue;
    await note(step, () => trySysctl(step), before);
  }
  if (extent === 'untold') return words;
  for (const step of plan.steps) {
    if (step.kind === 'nft' && !hasTable(step)) await note(step, () => runNft(replaceTable(step)));
    if (step.kind === 'policy' && !hasPolicy(step)) {
      await note(step, () => tryIp(step.family, addCommands(step)));
    }
  }
  for (const settings of changedSettings(plan)) {
    const step: HostStep = { kind: 'link', device: plan.device, settings };
    await note(step, () => tryIp(4, addCommands(step)));
  }
  for (const family of [4, 6] as const) {
    for (const step of await retry(family, plan.steps)) {
      await record({ step });
      words.push(`put back ${describe(step)}`);
    }
    words.push(...(await removeStrayLocalRule(family, plan.steps)));
  }
  return words;
}

/** Adds missing routes, rules and addresses. @returns the steps that were missing */
async function retry(family: Family, steps: readonly HostStep[]): Promise<HostStep[]> {
  const own = steps.filter((step) => 'family' in step && step.family === family);
  const commands = absentSteps(family, own)
    // The first command of a step tells whether it is there; the second one of a moved rule takes the kernel's own away.
    .map((step) => ({ step, words: addCommands(step)[0]! }));
  if (commands.length === 0) return [];
  const failed = await ipBatch(
    family,
    commands.map(({ words }) => words),
    'continue',
  );
  const refused = new Set(failed.map(({ line }) => line));
  return commands.filter((_, line) => !refused.has(line)).map(({ step }) => step);
}

/** The rule that was moved away from preference 0 may come back there, and would then be asked before all of ours. */
async function removeStrayLocalRule(family: Family, steps: readonly HostStep[]): Promise<string[]> {
  const isMoved = steps.some((step) => step.kind === 'local-rule' && step.family === family);
  if (!isMoved || !hasStrayLocalRule(family)) return [];
  const what = `IPv${family} rule "lookup local" at preference 0, which had come back`;
  const problem = await tryIp(family, [['rule', 'del', 'pref', '0', 'lookup', 'local']]);
  return [problem === undefined ? `removed ${what}` : `could not remove ${what}: ${problem}`];
}

async function tryIp(family: Family, commands: readonly (readonly string[])[]): Promise<string | undefined> {
  const failed = await ipBatch(family, commands, 'stop');
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
