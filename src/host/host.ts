/** Carries out a {@link HostPlan}, reports its changes, and undoes them: at the stop, or at the next start. */
import { getSystemErrorMap } from 'node:util';
import type { Family } from '../wire/address.js';
import { contains, equalAddresses, formatAddress, formatPrefix, parsePrefix } from '../wire/address.js';
import { type KernelRoute, TABLE_MAIN } from '../wire/rtnetlink.js';
import { HostRefusal, ipBatch, readSysctl, runNft, writeSysctl } from './commands.js';
import { type Change, HostJournal } from './journal.js';
import { allAddresses, allLinks, linkNamed, routesOf, routesTo } from './netlink.js';
import {
  addCommands,
  describe,
  type HostPlan,
  type HostStep,
  localRule,
  type RouteStep,
  replaceTable,
  type SysctlStep,
} from './plan.js';
import { hasPolicy } from './presence.js';
import { type Extent, repair } from './repair.js';

export { HostRefusal } from './commands.js';
export { claimInterface, tunOpenRefusal } from './interface.js';

/** The message of ip(8) about an entry that is already gone, with its device. */
const GONE = /No such (process|file or directory|device)|Cannot find device|does not exist/;

export class HostChanges {
  readonly #journal: HostJournal;
  #changes: readonly Change[] = [];
  #plan: HostPlan | undefined;
  /** Changes of the host, one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  /** Of a host on which nothing is changed yet. @param stateDirectory where the journal is kept */
  constructor(stateDirectory: string) {
    this.#journal = new HostJournal(stateDirectory);
  }

  /**
   * Undoes the changes of a former run that was killed.
   * @returns a sentence for each change that was undone, or could not be
   */
  static async recover(stateDirectory: string): Promise<string[]> {
    const journal = new HostJournal(stateDirectory);
    const { changes, problem } = await journal.read();
    const words = await undoAll(changes);
    await journal.remove();
    return problem === undefined ? words : [problem, ...words];
  }

  /**
   * Makes the host as the plan wants it, doing and undoing only the differences from the plan before; its
   * device is open. Throws {@link HostRefusal} when the host is in the way or refuses a step, and then
   * everything is as it was.
   * @param onRepaired called with each part of the plan before that another program had taken away, also where the new plan is refused
   * @returns a sentence for each change
   */
  apply(plan: HostPlan, onRepaired: (words: string) => void): Promise<string[]> {
    return this.#inTurn(() => this.#apply(plan, onRepaired));
  }

  /** Puts back the parts of the plan that another program took away. @returns a sentence for each */
  repair(extent: Extent): Promise<readonly string[]> {
    return this.#inTurn(async () =>
      this.#plan === undefined ? [] : repair(this.#plan, extent, (change) => this.#recordOnce(change)),
    );
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#last.then(act);
    this.#last = result.catch(() => {});
    return result;
  }

  /** A sysctl keeps the value that it had before our first change. */
  async #recordOnce(change: Change): Promise<void> {
    const known = this.#changes.some(({ step }) => identity(step) === identity(change.step));
    if (!known) await this.#record([...this.#changes, change]);
  }

  async #apply(plan: HostPlan, onRepaired: (words: string) => void): Promise<string[]> {
    if (this.#plan !== undefined) {
      const words = await repair(this.#plan, 'everything', (change) => this.#recordOnce(change));
      words.forEach(onRepaired);
    }
    refuseAssigned(plan);
    const before = this.#changes;
    const there = new Set(before.map(({ step }) => identity(step)));
    const wanted = new Set(plan.steps.map(identity));
    const added = await pendingChanges(plan.steps.filter((step) => !there.has(identity(step))));
    const dropped = before.filter(({ step }) => !wanted.has(identity(step)));
    await this.#record([...before, ...added]);
    try {
      for (const group of groups(added.map(({ step }) => step))) await applyGroup(group);
      verifySteered(plan);
    } catch (error) {
      await undoAll(added);
      await this.#record(before);
      throw error;
    }
    const words = [...added.map(inWords), ...(await undoAll(dropped))];
    await this.#record(this.#changes.filter((change) => !dropped.includes(change)));
    this.#plan = plan;
    return words;
  }

  /** Undoes everything, last change first. The device may be gone. @returns a sentence for each */
  undo(): Promise<string[]> {
    return this.#inTurn(async () => {
      this.#plan = undefined;
      const words = await undoAll(this.#changes);
      await this.#record([]);
      return words;
    });
  }

  /** Before a change is made, and after it is undone. */
  async #record(changes: readonly Change[]): Promise<void> {
    if (changes.length > 0) await this.#journal.write(changes);
    else await this.#journal.remove();
    this.#changes = changes;
  }
}

/** Equal for steps that do the same. */
function identity(step: HostStep): string {
  return JSON.stringify(step);
}

function inWords({ step, before }: Change): string {
  return describe(step) + (before === undefined ? '' : ` (was ${before || 'empty'})`);
}

/** The steps that change something; sysctls with their value before. */
async function pendingChanges(steps: readonly HostStep[]): Promise<Change[]> {
  const changes: Change[] = [];
  for (const step of steps) {
    if (step.kind !== 'sysctl') {
      if (step.kind !== 'policy' || !hasPolicy(step)) changes.push({ step });
      continue;
    }
    const before = await readSysctl(step.key);
    if (before === step.value || (before === undefined && step.optional)) continue;
    changes.push(before === undefined ? { step } : { step, before });
  }
  return changes;
}

/** Neighbouring steps for ip(8) of one family go into one process. */
function groups(steps: readonly HostStep[]): HostStep[][] {
  const familyOf = (step: HostStep) =>
    step.kind === 'nft' ? step.table : 'family' in step ? step.family : step.kind;
  const result: HostStep[][] = [];
  for (const step of steps) {
    const last = result.at(-1);
    if (last && familyOf(last[0]!) === familyOf(step)) last.push(step);
    else result.push([step]);
  }
  return result;
}

async function applyGroup(steps: readonly HostStep[]): Promise<void> {
  const [first] = steps;
  if (first!.kind === 'sysctl') {
    for (const step of steps as SysctlStep[]) await writeSysctl(step.key, step.value);
    return;
  }
  if (first!.kind === 'nft') {
    const problem = await runNft(replaceTable(first!));
    if (problem !== undefined) throw stepRefusal(first!, problem);
    return;
  }
  const family = 'family' in first! ? first.family : 4;
  const commands = steps.flatMap((step) => addCommands(step).map((words) => ({ step, words })));
  const failed = await ipBatch(
    family,
    commands.map(({ words }) => words),
    'stop',
  );
  if (failed.length > 0) throw stepRefusal(commands[failed[0]!.line]!.step, failed[0]!.reason);
}

function stepRefusal(step: HostStep, reason: string): HostRefusal {
  if (step.kind === 'route' && /File exists/.test(reason)) {
    const [destination] = step.route;
    const device = deviceOf(routeInTheWay(step));
    const via = device === undefined ? '' : ` via ${device}`;
    return new HostRefusal(
      `a route to ${destination} exists already${via}; remove it (ip route del ${destination}), or leave the address out`,
    );
  }
  return new HostRefusal(`the kernel refused "${describe(step)}": ${reason}`);
}

async function undoAll(changes: readonly Change[]): Promise<string[]> {
  const words: string[] = [];
  for (const change of [...changes].reverse()) {
    const problem = await undoChange(change);
    if (problem === 'nothing') continue;
    words.push(
      problem === undefined
        ? `undid ${describe(change.step)}`
        : `could not undo ${describe(change.step)}: ${problem}`,
    );
  }
  return words;
}

/** @returns undefined: undone; 'nothing': there was nothing to undo; else why it could not be */
async function undoChange({ step, before }: Change): Promise<string | undefined> {
  switch (step.kind) {
    case 'link':
    case 'address':
      return 'nothing';
    case 'nft': {
      const problem = await runNft(`delete table inet ${step.table}\n`);
      return problem !== undefined && GONE.test(problem) ? 'nothing' : problem;
    }
    case 'route':
      return ipUndo(step.family, ['route', 'del', ...step.route]);
    case 'rule':
      return ipUndo(step.family, ['rule', 'del', 'pref', String(step.preference), ...step.rule]);
    case 'policy':
      return ipUndo(step.family, ['xfrm', 'policy', 'delete', ...step.selector]);
    case 'local-rule': {
      const problem = await ipUndo(step.family, localRule('add', 0));
      if (problem !== undefined && !/File exists/.test(problem)) return problem;
      return ipUndo(step.family, localRule('del', step.preference));
    }
    case 'sysctl':
      return undoSysctl(step, before);
  }
}

async function ipUndo(family: Family, command: readonly string[]): Promise<string | undefined> {
  const failed = await ipBatch(family, [command], 'stop');
  if (failed.length === 0) return undefined;
  return GONE.test(failed[0]!.reason) ? 'nothing' : failed[0]!.reason;
}

/** A value that someone else has changed since is theirs. */
async function undoSysctl(step: SysctlStep, before: string | undefined): Promise<string | undefined> {
  if (before === undefined || (await readSysctl(step.key)) !== step.value) return 'nothing';
  try {
    await writeSysctl(step.key, before);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The route of the main table that has a step's destination; undefined: the step is for another table, or for all destinations. */
function routeInTheWay({ family, route: [destination, ...words] }: RouteStep): KernelRoute | undefined {
  if (destination === 'default' || words.includes('table')) return undefined;
  const { bytes, length } = parsePrefix(destination!);
  return routesOf(family, TABLE_MAIN).find(
    ({ destination: there }) => there.length === length && equalAddresses(there.bytes, bytes),
  );
}

/** @param error a negative errno */
function errnoWords(error: number): string {
  return getSystemErrorMap().get(error)?.[1] ?? `error ${-error}`;
}

function deviceOf(route: KernelRoute | undefined): string | undefined {
  return allLinks().find(({ index }) => index === route?.link)?.name;
}

function refuseAssigned({ unassigned }: HostPlan): void {
  for (const { link, address, prefixLength } of unassigned.length === 0 ? [] : allAddresses()) {
    const prefix = unassigned.find((candidate) => contains(candidate, address));
    if (!prefix) continue;
    const text = formatAddress(address);
    const name = allLinks().find(({ index }) => index === link)?.name ?? String(link);
    throw new HostRefusal(
      `${text} is assigned to this host's interface ${name} and cannot be a relay address (${formatPrefix(prefix)}) too; remove it there (ip address del ${text}/${prefixLength} dev ${name}), or give another relay address`,
    );
  }
}

/** Other tables, rules or a `local` route may still lead elsewhere. */
function verifySteered({ device, steered }: HostPlan): void {
  const routes = routesTo(steered.map(({ family, bytes }) => ({ family, destination: bytes })));
  const own = linkNamed(device)?.index;
  for (const [place, route] of routes.entries()) {
    const text = formatAddress(steered[place]!.bytes);
    if (typeof route === 'number') {
      throw new HostRefusal(`${text} does not lead into ${device}: ${errnoWords(route)}`);
    }
    if (route.link === own) continue;
    const other = deviceOf(route) ?? 'no device';
    throw new HostRefusal(
      `${text} leads into ${other} and not into ${device}; look for the rule or route that comes first (ip rule; ip route get ${text})`,
    );
  }
}
