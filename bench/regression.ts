/**
 * `make bench`, the cost of the other features to the plain ESP path (over IPv4, in one piece), and of a packet of
 * each other way costs. Versions and variants run side by side, in processes that measure in turns.
 */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BASELINE, buildBaseline } from './regression/baseline.js';
import { FEATURES, type Feature } from './regression/features.js';
import type { PathResult } from './regression/path.js';
import { PATHS } from './regression/paths.js';
import { type Column, formatTable, writeResults } from './report.js';
import { measureInTurns, type Side, type SideResult } from './turns/turns.js';

const ROOT = resolve(import.meta.dirname, '../..');
const USAGE = `usage: node dist/bench/regression.js [--rounds N] [--sas N,..] [--only plain|paths]
  --rounds   how often new processes take turns (15)
  --sas      numbers of SAs (1000,65536)`;

/** Most that the plain path may cost compared with {@link BASELINE}. */
const GOAL = 1.03;
const SIDE = join(import.meta.dirname, 'regression/side.js');
const SLICES = 12;
const SLICE_MS = 25;
const WARM_UP_MS = 150;
const CURRENT = 'this version';

const right = (title: string): Column => ({ title, align: 'right' });
const left = (title: string): Column => ({ title, align: 'left' });

interface Options {
  readonly rounds: number;
  readonly sasList: readonly number[];
  readonly only: string | undefined;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '15' },
      sas: { type: 'string', default: '1000,65536' },
      only: { type: 'string' },
    },
  });
  return { rounds: positive(values.rounds), sasList: values.sas.split(',').map(positive), only: values.only };
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`regression.js: "${text}" is not a whole number above 0\n${USAGE}`);
  process.exit(2);
}

async function measurePlain({ rounds, sasList }: Options): Promise<Record<string, SideResult[]>> {
  const baseline = buildBaseline(ROOT);
  if ('missing' in baseline) console.log(baseline.missing);
  const features = Object.keys(FEATURES) as Feature[];
  const results: Record<string, SideResult[]> = {};
  for (const sas of sasList) {
    const side = (name: string, directory: string, ...feature: Feature[]): Side => ({
      name,
      script: SIDE,
      words: [directory, String(sas), ...feature],
    });
    const sides = [
      ...('directory' in baseline ? [side(BASELINE, baseline.directory)] : []),
      side(CURRENT, ROOT),
      ...features.map((feature) => side(FEATURES[feature], ROOT, feature)),
    ];
    results[sas] = await measureInTurns(sides, {
      rounds,
      slices: SLICES,
      sliceMs: SLICE_MS,
      warmUpMs: WARM_UP_MS,
    });
  }
  return results;
}

function printPlain(results: Readonly<Record<string, readonly SideResult[]>>): void {
  console.log(
    'Plain ESP over IPv4, random SPIs, batch 64, nanoseconds a packet (10th percentile of samples,',
  );
  console.log('median of rounds); compared with the first row of the same number of SAs, round by round.\n');
  const rows = Object.entries(results).flatMap(([sas, sides]) =>
    sides.map(({ name, medianNs, ns, ratio }) => [
      Number(sas).toLocaleString('en'),
      name,
      medianNs.toFixed(1),
      Math.min(...ns).toFixed(1),
      ratio.toFixed(3),
      name === CURRENT && sides[0]!.name === BASELINE
        ? `${ratio <= GOAL ? 'met' : 'MISSED'}: at most ${GOAL}`
        : '',
    ]),
  );
  console.log(
    formatTable([right('SAs'), left(''), right('ns'), right('best'), right('compared'), left('goal')], rows),
  );
}

function measurePaths(): PathResult[] {
  const script = join(import.meta.dirname, 'regression/path.js');
  return Object.keys(PATHS).map((name) =>
    JSON.parse(
      execFileSync(process.execPath, [script, name], {
        encoding: 'utf8',
        timeout: 60_000,
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    ),
  );
}

function printPaths(results: readonly PathResult[]): void {
  console.log(
    '\nA packet of each way, batch 64, one SA, nanoseconds (median and best of slices), with the packets that leave',
  );
  console.log('beside the batch written into its slab; each in a process of its own.\n');
  const rows = results.map(({ name, bytes, verdict, ns, bestNs }) => [
    name,
    String(bytes),
    verdict,
    ns.toFixed(0),
    bestNs.toFixed(0),
  ]);
  console.log(formatTable([left(''), right('bytes'), left('verdict'), right('ns'), right('best')], rows));
}

const options = readOptions();
const plain = options.only === 'paths' ? {} : await measurePlain(options);
if (options.only !== 'paths') printPlain(plain);
const paths = options.only === 'plain' ? [] : measurePaths();
if (paths.length > 0) printPaths(paths);
console.log(
  `\n${writeResults(join(ROOT, 'bench/results'), 'regression', { rounds: options.rounds, plain, paths })}`,
);
