/**
 * `make bench`, key exchanges: the memory of a hundred thousand connections, how soon an SPI is learnt, and how long the real daemon
 * takes to start with them and the command line to list them.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionsResult } from './exchanges/connections.js';
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
import { type Column, formatTable, writeResults } from './report.js';

const CONNECTIONS = Number(process.argv[2] ?? 100_000);
const START_MS = 60_000;
/** Bytes for a connection with an SA in each direction; microseconds; milliseconds. */
const GOALS = { bytes: 2048, learn: 1000, start: 5000, list: 3000 } as const;

async function main(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('ipsec-relayd needs root: run it as root');
  cleanUpAtExit();
  const directory = makeDirectory();
  const socket = join(directory.path, 'control.sock');
  const config = join(directory.path, 'relay.toml');
  writeFileSync(
    config,
    `[relay]
addresses = ["198.18.9.9"]
max-sas = 262144
[control]
socket = "${socket}"
[state]
directory = "${directory.path}/state"
[[second]]
name = "gw1"
addresses = ["198.18.2.2"]
[[second]]
name = "gw2"
addresses = ["198.18.2.3"]
[[service]]
name = "vpn"
addresses = ["198.18.9.9"]
seconds = ["gw1", "gw2"]
[exchange]
connections = ${CONNECTIONS}
`,
  );
  mkdirSync(join(directory.path, 'state'), { mode: 0o700 });
  const script = join(ROOT, 'dist/bench/exchanges/connections.js');
  const words = ['--expose-gc', script, '--config', config, '--connections', String(CONNECTIONS)];
  const made = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as ConnectionsResult;
  const { startMs, startCpuMs, listMs, listCpuMs, residentBytes } = await withDaemon(config, socket);
  directory.remove();
  const met = (isMet: boolean, goal: string) => `${isMet ? 'met' : 'MISSED'}: ${goal}`;
  const total = made.heap + made.sad + made.file;
  const bytes = (value: number) => `${Math.round(value)} bytes`;
  const rows = [
    ['memory for each, beside the SAD', bytes(made.heap), ''],
    ['SAD records of its two SAs', bytes(made.sad), ''],
    ['in the store\u2019s file', bytes(made.file), ''],
    ['over all', bytes(total), met(total <= GOALS.bytes, `${GOALS.bytes} bytes`)],
    ['set-up, four messages and two SPIs', `${made.setUp.toFixed(0)} \u00b5s`, ''],
    ['an SPI is learnt, median', `${made.learnP50.toFixed(0)} \u00b5s`, ''],
    [
      'an SPI is learnt, 99th percentile',
      `${made.learnP99.toFixed(0)} \u00b5s`,
      met(made.learnP99 < GOALS.learn, `${GOALS.learn} \u00b5s`),
    ],
    ['start of ipsec-relayd', `${startMs.toFixed(0)} ms`, met(startMs < GOALS.start, `${GOALS.start} ms`)],
    ['connection list', `${listMs.toFixed(0)} ms`, met(listMs < GOALS.list, `${GOALS.list} ms`)],
    ['its processor time: start, list', `${startCpuMs}, ${listCpuMs} ms`, ''],
    ['resident memory of ipsec-relayd', `${Math.round(residentBytes / 1e6)} MB`, ''],
  ];
  const column = (title: string): Column => ({ title, align: 'left' });
  console.log(`${CONNECTIONS.toLocaleString('en-US')} connections of two seconds\n`);
  console.log(formatTable([column('what'), { title: 'figure', align: 'right' }, column('goal')], rows));
  const results = {
    connections: CONNECTIONS,
    ...made,
    startMs,
    startCpuMs,
    listMs,
    listCpuMs,
    residentBytes,
  };
  console.log(`\n${writeResults(join(ROOT, 'bench/results'), 'exchanges', results)}`);
}

/** Processor time that a process has had, milliseconds: on a busy machine it tells more than the clock. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Starts the daemon with the connections that are in its store, and lists them. */
async function withDaemon(config: string, socket: string) {
  const namespace = `ipr-bench-exchanges-${process.pid}`;
  ip(`netns add ${namespace}`);
  onCleanUp(() => ip(`netns del ${namespace}`));
  const start = performance.now();
  const daemon = new Background(
    'ipsec-relayd',
    inNamespace(namespace, undefined, [join(ROOT, 'bin/ipsec-relayd'), '--config', config]),
  );
  await daemon.ready(() => daemon.output.includes('"msg":"ready"'), START_MS);
  const startMs = performance.now() - start;
  const cli = (words: string) =>
    run(join(ROOT, 'bin/ipsec-relay'), ['--socket', socket, '--json', ...words.split(' ')]);
  const { pid } = JSON.parse(cli('status')) as { pid: number };
  const startCpuMs = cpuMs(pid);
  const listed = performance.now();
  const list = JSON.parse(cli('connection list')) as { connections: unknown[] };
  const listMs = performance.now() - listed;
  const listCpuMs = cpuMs(pid) - startCpuMs;
  if (list.connections.length !== CONNECTIONS)
    throw new Error(`${list.connections.length} connections are listed, not ${CONNECTIONS}`);
  const [, resident] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  await daemon.stop();
  return { startMs, startCpuMs, listMs, listCpuMs, residentBytes: Number(resident) * 1024 };
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(`bench/exchanges: ${(error as Error).message}`);
  process.exit(1);
}
