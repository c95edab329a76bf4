/**
 * `make bench`, the network part: packets per second through network namespaces, and iperf3 between two real
 * kernels, by the bare kernel, by nftables, by a small C program and by ipsec-relayd. The cases take turns, so
 * that other load on the machine hits all alike; numbers are medians, and ratios compare cases of the same round.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CASES } from './netns/cases.js';
import { iperfTable, measureIperf } from './netns/iperf.js';
import { goalLines, measurePackets, type PacketOptions, packetTable } from './netns/packets.js';
import { cleanUpAtExit, ROOT, run } from './netns/shell.js';
import { FORMS } from './netns/topology.js';
import type { Pace } from './netns/traffic.js';
import { writeResults } from './report.js';

const USAGE = `usage: node dist/bench/netns.js [OPTION…]
  --quick             one round of short slices: whether it works, not how fast it is
  --only KIND         packets or iperf
  --cases WORD,…      only the cases whose names contain one of these words
  --rounds N          how often the cases take turns (5; 1 with --quick)
  --minutes N         no further round of packets begins after so long (15)
  --slice MS          length of one measurement of packets (500; 250 with --quick)
  --forms WORD,…      esp, udp (ESP in UDP without checksum), over IPv6 esp6, udp6 (with checksum) (all)
  --sizes BYTES,…     whole IP packets (92,1400)
  --sas N,…           how many SAs (1,1000)
  --window PACKETS    at most so many on the way, which finds the highest speed without loss (256)
  --rate PPS, --flood instead of a window: a fixed rate, or all that one core can send
  --seconds N         length of one run of iperf3 (3; 1 with --quick)`;

interface Options extends PacketOptions {
  readonly only: string | undefined;
  readonly words: readonly string[];
  readonly iperfSeconds: number;
}

class UsageError extends Error {}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      cases: { type: 'string' },
      rounds: { type: 'string' },
      minutes: { type: 'string', default: '15' },
      slice: { type: 'string' },
      forms: { type: 'string', default: FORMS.join(',') },
      sizes: { type: 'string', default: '92,1400' },
      sas: { type: 'string', default: '1,1000' },
      window: { type: 'string', default: '256' },
      rate: { type: 'string' },
      flood: { type: 'boolean', default: false },
      seconds: { type: 'string' },
    },
  });
  const number = (option: string, text: string, low: number, high: number): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    throw new UsageError(`--${option} takes whole numbers within ${low}-${high}, not '${text}'`);
  };
  const list = (option: string, text: string, low: number, high: number): number[] =>
    text.split(',').map((item) => number(option, item, low, high));
  if (values.only !== undefined && values.only !== 'packets' && values.only !== 'iperf') {
    throw new UsageError(`--only takes packets or iperf, not '${values.only}'`);
  }
  let pace: Pace = { window: number('window', values.window, 1, 100_000) };
  if (values.flood) pace = 'flood';
  else if (values.rate !== undefined) pace = { rate: number('rate', values.rate, 1, 100_000_000) };
  const { quick } = values;
  return {
    only: values.only,
    words: values.cases?.split(',') ?? [''],
    rounds: number('rounds', values.rounds ?? (quick ? '1' : '5'), 1, 1000),
    minutes: number('minutes', values.minutes, 1, 1440),
    sliceMs: number('slice', values.slice ?? (quick ? '250' : '500'), 50, 60_000),
    attempts: quick ? 1 : 4,
    forms: values.forms.split(',').map((word) => {
      const form = FORMS.find((known) => known === word);
      if (form === undefined) throw new UsageError(`--forms takes ${FORMS.join(', ')}, not '${word}'`);
      return form;
    }),
    sizes: list('sizes', values.sizes, 36, 1500),
    saCounts: list('sas', values.sas, 1, 65_536),
    pace,
    iperfSeconds: number('seconds', values.seconds ?? (quick ? '1' : '3'), 1, 600),
  };
}

function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${what}\x1b[K`);
}

async function main(): Promise<void> {
  const options = readOptions();
  const cases = CASES.filter(({ name }) => options.words.some((word) => name.includes(word)));
  if (cases.length === 0) throw new UsageError(`no case's name contains ${options.words.join(' or ')}`);
  if (process.getuid?.() !== 0)
    throw new Error('the network benchmark makes network namespaces: run it as root');
  run('make', ['-s', '-C', join(ROOT, 'bench/peers')]);
  cleanUpAtExit();

  const packets = options.only === 'iperf' ? [] : await measurePackets(cases, options, progress);
  const iperf =
    options.only === 'packets'
      ? []
      : await measureIperf(cases, options.rounds, options.iperfSeconds, progress);
  progress('');
  if (packets.length > 0) console.log(packetTable(packets));
  if (iperf.length > 0) console.log(`\n${iperfTable(iperf)}`);
  for (const line of goalLines(packets)) console.log(line);
  const path = writeResults(join(ROOT, 'bench/results'), 'netns', { options, packets, iperf });
  console.log(`raw numbers: ${path}`);
}

try {
  await main();
  process.exit(0);
} catch (error) {
  const isUsage =
    error instanceof UsageError || String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
  console.error(`bench/netns: ${(error as Error).message}${isUsage ? `\n${USAGE}` : ''}`);
  process.exit(isUsage ? 2 : 1);
}
