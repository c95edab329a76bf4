/**
 * A daemon's dealings with the host, for host.test.ts to run inside a network namespace and to kill:
 * reads one JSON command a line, answers one JSON line each.
 */

import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { PacketBatch } from '../../src/attachment/batch.js';
import { TunAttachment } from '../../src/attachment/tun/queue.js';
import { type Config, parseConfig } from '../../src/config/config.js';
import { claimInterface, HostChanges, tunOpenRefusal } from '../../src/host/host.js';
import { HostMonitor } from '../../src/host/host-monitor.js';
import { HostKeeper } from '../../src/host/keeper.js';
import type { HostPlan, HostStep } from '../../src/host/plan.js';
import { hostPlanner } from '../../src/host/planner.js';
import { native } from '../../src/native/index.js';

export interface HostCommand {
  recover?: true;
  claim?: string;
  open?: string;
  close?: true;
  /** A configuration file's text, and the steps to take after the plan's own. */
  apply?: { config: string; extra?: HostStep[] };
  undo?: true;
  repair?: true;
  /** From now on keeps the host as it is wanted; once more: as if nothing had been repaired. */
  keep?: true;
  /** The sentences about repairs since the last time. */
  kept?: true;
  /** How many packets to wait for on the device, a second at most. The answer has them in hexadecimal. */
  read?: number;
  /** Packets to write to the device, in hexadecimal. */
  write?: string[];
}

const [stateDirectory] = process.argv.slice(2) as [string];
let changes: HostChanges | undefined;
let plan: ((config: Config) => Promise<HostPlan>) | undefined;
let fd = -1;
let keeper: HostKeeper | undefined;
let monitor: HostMonitor | undefined;
const said: string[] = [];
const batch = new PacketBatch();

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
    const config = parseConfig(command.apply.config, 'relay.toml');
    plan ??= await hostPlanner(config);
    const planned = await plan(config);
    const steps = [...planned.steps, ...(command.apply.extra ?? [])];
    changes ??= new HostChanges(stateDirectory);
    return changes.apply({ ...planned, steps }, (sentence) => said.push(sentence));
  }
  if (command.repair) return changes!.repair('everything');
  if (command.keep) {
    const log = pino({ base: null, timestamp: false }, { write: (line) => said.push(JSON.parse(line).msg) });
    await keeper?.stop();
    monitor?.stop();
    keeper = new HostKeeper((extent) => changes!.repair(extent), log);
    const changed = () => keeper!.changed();
    monitor = new HostMonitor({ onRoutes: changed, onOthers: changed }, log);
    return [];
  }
  if (command.kept) return said.splice(0);
  if (command.read !== undefined) return read(command.read);
  if (command.write) {
    for (const packet of command.write) writeSync(fd, Buffer.from(packet, 'hex'));
    return [];
  }
  return changes!.undo();
}

async function read(wanted: number): Promise<string[]> {
  const attachment = new TunAttachment({ fd, wakerFd: -1 });
  const packets: string[] = [];
  for (
    const end = performance.now() + 1000;
    packets.length < wanted && performance.now() < end;
    await sleep(5)
  ) {
    for (let i = 0, count = attachment.receive(batch); i < count; i++) {
      const at = batch.offset[i]!;
      packets.push(Buffer.from(batch.bytes.subarray(at, at + batch.length[i]!)).toString('hex'));
    }
  }
  return packets;
}

for await (const line of createInterface(process.stdin)) {
  const answer = await run(JSON.parse(line) as HostCommand).then(
    (words) => ({ words: words ?? [] }),
    (error: Error) => ({ refused: error.message, name: error.constructor.name }),
  );
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
