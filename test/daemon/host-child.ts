/**
 * A daemon's dealings with the host, for host.test.ts to run inside a network namespace and to kill:
 * reads one JSON command a line, answers one JSON line each.
 */
import { createInterface } from 'node:readline';
import { parseConfig, type RelayConfig } from '../../src/daemon/config.js';
import { claimInterface, HostChanges, tunOpenRefusal } from '../../src/daemon/host.js';
import { type HostStep, planRelay } from '../../src/daemon/host-plan.js';
import { native } from '../../src/native/index.js';

export interface HostCommand {
  recover?: true;
  claim?: string;
  open?: string;
  close?: true;
  /** A configuration file's text, and the steps to take after the plan's own. */
  apply?: { config: string; extra?: HostStep[] };
  undo?: true;
}

const [stateDirectory] = process.argv.slice(2) as [string];
let changes: HostChanges | undefined;
let fd = -1;

async function run(command: HostCommand): Promise<unknown> {
  if (command.recover) return HostChanges.recover(stateDirectory);
  if (command.claim !== undefined) return claimInterface(command.claim);
  if (command.open !== undefined) {
    try {
      fd = native.tunOpen(command.open, true);
      return [];
    } catch (error) {
      throw tunOpenRefusal(error, command.open);
    }
  }
  if (command.close) return native.close(fd);
  if (command.apply) {
    const plan = planRelay(parseConfig(command.apply.config, 'relay.toml') as RelayConfig);
    const steps = [...plan.steps, ...(command.apply.extra ?? [])];
    changes ??= new HostChanges(stateDirectory);
    return changes.apply({ ...plan, steps });
  }
  return changes!.undo();
}

for await (const line of createInterface(process.stdin)) {
  const answer = await run(JSON.parse(line) as HostCommand).then(
    (words) => ({ words: words ?? [] }),
    (error: Error) => ({ refused: error.message, name: error.constructor.name }),
  );
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
