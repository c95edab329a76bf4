/**
 * `make bench`, the network part: packets per second through network namespaces, by the bare kernel, by
 * nftables, by a small C program and by ipsec-relayd. The cases take turns, so that what the machine does
 * beside them falls on all alike; numbers are medians, ratios compare cases of the same run.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Case, makeCases, saFile } from './netns/cases.js';
import { cleanUpAtExit, onCleanUp, run } from './netns/shell.js';
import { makeSas, Topology } from './netns/topology.js';
import { type Generator, measure, type Pace, type Slice, verify } from './netns/traffic.js';
import { type Column, formatRatio, formatTable, median, writeResults } from './report.js';

const ROOT = resolve(import.meta.dirname, '../..');
const PEERS = join(ROOT, 'bench/peers');
const USAGE = `usage: node dist/bench/netns.js [--quick] [--rounds N] [--slice MS] [--sizes BYTES,..] [--sas N,..]
         [--cases WORD,..] [--window PACKETS | --rate PPS | --flood]
  --quick   one round of short slices: whether it works, not how fast it is
  --cases   only the cases whose names contain one of these words`;

/** Least share of the C program's packets per second that ipsec-relayd must reach, by packet size in bytes. */
const GOALS: Readonly<Record<number, number>> = { 92: 0.85, 1400: 0.9 };
const OURS = 'ipsec-relayd over TUN';
const C_PEER = 'C over TUN';

interface Options {
  readonly rounds: number;
  readonly sliceMs: number;
  readonly attempts: number;
  readonly sizes: readonly number[];
  readonly saCounts: readonly number[];
  readonly words: readonly string[];
  readonly pace: Pace;
}

/** All slices of one case at one size and one number of SAs. */
interface Series {
  readonly case: string;
  readonly size: number;
  readonly sas: number;
  readonly slices: Slice[];
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      slice: { type: 'string' },
      sizes: { type: 'string', default: '92,1400' },
      sas: { type: 'string', default: '1,1000' },
      cases: { type: 'string', default: '' },
      window: { type: 'string', default: '256' },
      rate: { type: 'string' },
      flood: { type: 'boolean', default: false },
    },
  });
  const number = (what: string, text: string, low: number, high: number): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    throw new Error(`--${what} takes whole numbers within ${low}-${high}, not '${text}'`);
  };
  const list = (what: string, text: string, low: number, high: number): number[] =>
    text.split(',').map((item) => number(what, item, low, high));
  let pace: Pace = { window: number('window', values.window, 1, 100_000) };
  if (values.flood) pace = 'flood';
  else if (values.rate !== undefined) pace = { rate: number('rate', values.rate, 1, 100_000_000) };
  return {
    rounds: number('rounds', values.rounds ?? (values.quick ? '1' : '5'), 1, 1000),
    sliceMs: number('slice', values.slice ?? (values.quick ? '250' : '500'), 50, 60_000),
    attempts: values.quick ? 1 : 4,
    sizes: list('sizes', values.sizes, 28, 1500),
    saCounts: list('sas', values.sas, 1, 65_536),
    words: values.cases === '' ? [] : values.cases.split(','),
    pace,
  };
}

/** One turn of one case: start, check, warm up, measure every size, stop. */
async function takeTurn(
  topology: Topology,
  what: Case,
  saCount: number,
  directory: string,
  options: Options,
  seriesOf: (name: string, size: number, sas: number) => Series,
): Promise<void> {
  const sas = makeSas(saCount);
  const generator: Generator = {
    program: join(PEERS, 'build/esp-generator'),
    saFile: join(directory, `sas-${saCount}`),
  };
  writeFileSync(generator.saFile, saFile(sas));
  const running = await what.start(topology, sas);
  try {
    await verify(topology, what, generator, sas);
    topology.countCheaply(what.expectation);
    for (const size of options.sizes) {
      const load = { size, milliseconds: options.sliceMs, pace: options.pace };
      await measure(topology, running, generator, load, 1); // Warms up: caches, compiled code.
      const slice = await measure(topology, running, generator, load, options.attempts);
      seriesOf(what.name, size, saCount).slices.push(slice);
    }
  } finally {
    await running.stop();
  }
}

interface Summary {
  readonly case: string;
  readonly size: number;
  readonly sas: number;
  readonly packetsPerSecond: number;
  readonly nanosecondsPerPacket: number;
  readonly lost: number;
  readonly relayCpu: number;
  readonly disturbed: number;
}

function summarise(series: Series): Summary {
  const middle = (value: (slice: Slice) => number): number => median(series.slices.map(value));
  const packetsPerSecond = middle((slice) => slice.received / slice.seconds);
  return {
    case: series.case,
    size: series.size,
    sas: series.sas,
    packetsPerSecond,
    nanosecondsPerPacket: 1e9 / packetsPerSecond,
    lost: middle((slice) => Math.max(0, 1 - slice.received / slice.sent)),
    relayCpu: middle((slice) => slice.relayCpu),
    disturbed: middle((slice) => slice.disturbed),
  };
}

/** Packets per second of a case beside which `summary` stands. */
function peerOf(all: readonly Summary[], summary: Summary, peer: string): number | undefined {
  return all.find((other) => other.case === peer && other.size === summary.size && other.sas === summary.sas)
    ?.packetsPerSecond;
}

function tableOf(all: readonly Summary[], peers: readonly string[]): string {
  const columns: Column[] = [
    { title: 'bytes', align: 'right' },
    { title: 'SAs', align: 'right' },
    { title: 'case', align: 'left' },
    { title: 'kpps', align: 'right' },
    { title: 'ns/packet', align: 'right' },
    ...peers.map((peer): Column => ({ title: `/${peer.split(' ')[0]}`, align: 'right' })),
    { title: 'lost', align: 'right' },
    { title: 'CPU', align: 'right' },
    { title: 'disturbed', align: 'right' },
  ];
  const percent = (fraction: number): string => `${(fraction * 100).toFixed(1)}%`;
  const rows = all.map((summary) => [
    String(summary.size),
    String(summary.sas),
    summary.case,
    (summary.packetsPerSecond / 1000).toFixed(1),
    summary.nanosecondsPerPacket.toFixed(0),
    ...peers.map((peer) => formatRatio(summary.packetsPerSecond, peerOf(all, summary, peer))),
    percent(summary.lost),
    summary.relayCpu === 0 ? '-' : percent(summary.relayCpu),
    percent(summary.disturbed),
  ]);
  return formatTable(columns, rows);
}

/** A line per goal that this run can judge. */
function goalLines(all: readonly Summary[]): string[] {
  return all
    .filter((summary) => summary.case === OURS && GOALS[summary.size] !== undefined)
    .flatMap((summary) => {
      const peer = peerOf(all, summary, C_PEER);
      if (peer === undefined) return [];
      const goal = GOALS[summary.size]!;
      const ratio = summary.packetsPerSecond / peer;
      const outcome = ratio >= goal ? 'reached' : 'MISSED';
      return [
        `goal: ${summary.size} bytes, ${summary.sas} SAs: ${ratio.toFixed(3)} of C, at least ${goal}: ${outcome}`,
      ];
    });
}

async function main(): Promise<void> {
  const options = readOptions();
  if (process.getuid?.() !== 0)
    throw new Error('the network benchmark makes network namespaces: run it as root');
  run('make', ['-s', '-C', PEERS]);
  cleanUpAtExit();
  const programs = {
    tunRelay: join(PEERS, 'build/tun-relay'),
    daemon: join(ROOT, 'bin/ipsec-relayd'),
    cli: join(ROOT, 'bin/ipsec-relay'),
  };
  const cases = makeCases(programs).filter(
    ({ name }) => options.words.length === 0 || options.words.some((word) => name.includes(word)),
  );
  if (cases.length === 0) throw new Error(`no case's name contains ${options.words.join(' or ')}`);
  const directory = mkdtempSync(join(tmpdir(), 'ipr-bench-'));
  onCleanUp(() => rmSync(directory, { recursive: true, force: true }));
  const topology = new Topology();

  const all = new Map<string, Series>();
  const seriesOf = (name: string, size: number, sas: number): Series => {
    const key = [size, sas, name].join('/');
    const series = all.get(key) ?? { case: name, size, sas, slices: [] };
    all.set(key, series);
    return series;
  };
  for (let round = 1; round <= options.rounds; round++) {
    for (const saCount of options.saCounts) {
      for (const what of cases) {
        if (process.stderr.isTTY)
          process.stderr.write(`\rround ${round} of ${options.rounds}: ${what.name}, ${saCount} SAs\x1b[K`);
        await takeTurn(topology, what, saCount, directory, options, seriesOf);
      }
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');

  const order = [...all.values()].sort((a, b) => a.size - b.size || a.sas - b.sas);
  const summaries = order.map(summarise);
  const peers = cases.map(({ name }) => name).filter((name) => name !== OURS);
  console.log(tableOf(summaries, peers));
  for (const line of goalLines(summaries)) console.log(line);
  const { words: _, ...settings } = options;
  const path = writeResults(join(ROOT, 'bench/results'), 'netns', { settings, summaries, series: order });
  console.log(`raw numbers: ${path}`);
}

try {
  await main();
} catch (error) {
  console.error(`bench/netns: ${(error as Error).message}`);
  if ((error as NodeJS.ErrnoException).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') console.error(USAGE);
  process.exit(1);
}
