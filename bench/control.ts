/**
 * `make bench`, the control part: how long ipsec-relayd takes for many SAs over its socket, durable ones. Wall
 * clock, with the command line's own start-up and reading of the file in it.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Background,
  cleanUpAtExit,
  inNamespace,
  ip,
  makeDirectory,
  onCleanUp,
  ROOT,
  run,
} from './netns/shell.js';
import { type Column, formatTable, median, writeResults } from './report.js';

const SAS = 65_536;
const ROUNDS = 3;
/** Most milliseconds for adding {@link SAS} SAs. */
const GOAL_MS = 3000;
const START_MS = 20_000;

/** Milliseconds of each step, a value a round. */
type Times = Record<string, number[]>;

async function main(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('ipsec-relayd needs root: run it as root');
  cleanUpAtExit();
  const namespace = `ipr-bench-control-${process.pid}`;
  ip(`netns add ${namespace}`);
  onCleanUp(() => ip(`netns del ${namespace}`));
  const times: Times = {};
  for (let round = 0; round < ROUNDS; round++) await measure(namespace, times);
  const rows = Object.entries(times).map(([step, values]) => [
    step,
    median(values).toFixed(0),
    (SAS / median(values)).toFixed(0),
    step === 'sa add --file' ? verdict(median(values)) : '',
  ]);
  const right = (title: string): Column => ({ title, align: 'right' });
  const left = (title: string): Column => ({ title, align: 'left' });
  console.log(`${SAS.toLocaleString('en-US')} SAs over the control socket, median of ${ROUNDS} rounds\n`);
  console.log(formatTable([left('step'), right('ms'), right('SAs/ms'), left('goal')], rows));
  console.log(`\n${writeResults(join(ROOT, 'bench/results'), 'control', { sas: SAS, times })}`);
}

function verdict(milliseconds: number): string {
  return `${milliseconds <= GOAL_MS ? 'met' : 'MISSED'}: at most ${GOAL_MS} ms`;
}

async function measure(namespace: string, times: Times): Promise<void> {
  const directory = makeDirectory();
  const socket = join(directory.path, 'control.sock');
  const config = join(directory.path, 'relay.toml');
  const file = join(directory.path, 'sas');
  writeFileSync(
    config,
    `[relay]\naddresses = ["198.18.9.9"]\n[control]\nsocket = "${socket}"\n[state]\ndirectory = "${directory.path}/state"\n`,
  );
  writeFileSync(file, saLines('198.18.2.2'));
  const cli = (words: string) =>
    run(join(ROOT, 'bin/ipsec-relay'), ['--socket', socket, ...words.split(' ')]);
  const time = (step: string, words: string) => {
    const start = performance.now();
    cli(words);
    times[step] ??= [];
    times[step].push(performance.now() - start);
  };
  let daemon = await startDaemon(namespace, config);
  time('sa add --file', `sa add --file ${file}`);
  time('the same again (no change)', `sa add --file ${file}`);
  writeFileSync(file, saLines('198.18.2.3'));
  time('sa add --replace --file', `sa add --replace --file ${file}`);
  time('sa list', 'sa list');
  await daemon.stop();
  const start = performance.now();
  daemon = await startDaemon(namespace, config);
  times['start with them in the store'] ??= [];
  times['start with them in the store'].push(performance.now() - start);
  const { sas } = JSON.parse(cli('--json status')) as { sas: number };
  if (sas !== SAS) throw new Error(`${sas} SAs are there after the restart, not ${SAS}`);
  time('sa flush', 'sa flush');
  await daemon.stop();
  directory.remove();
}

async function startDaemon(namespace: string, config: string): Promise<Background> {
  const daemon = new Background(
    'ipsec-relayd',
    inNamespace(namespace, undefined, [join(ROOT, 'bin/ipsec-relayd'), '--config', config]),
  );
  await daemon.ready(() => daemon.output.includes('"msg":"ready"'), START_MS);
  return daemon;
}

function saLines(to: string): string {
  let lines = '';
  for (let i = 0; i < SAS; i++) {
    lines += `--dst 198.18.9.9 --spi ${0x10000 + i} --to ${to} --to-spi ${0x1000000 + i} --name connection-${i}\n`;
  }
  return lines;
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(`bench/control: ${(error as Error).message}`);
  process.exit(1);
}
