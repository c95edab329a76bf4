/**
 * `make bench`, the memory part: packets per second of the pipeline with no kernel around it, of its
 * stages, and the SAD's cost in memory and time.
 */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CaseResult, LookupKind } from './memory/case.js';
import type { CollectionsResult } from './memory/collections.js';
import type { TableResult } from './memory/footprint.js';
import { FORMS, PLAIN } from './memory/forms.js';
import type { FragmentsResult } from './memory/fragments.js';
import type { LifetimesResult } from './memory/lifetimes.js';
import { type Column, formatTable, writeResults } from './report.js';
import { measureInTurns, type SideResult } from './turns/turns.js';

const ROOT = resolve(import.meta.dirname, '../..');
const USAGE = `usage: node dist/bench/memory.js [--large] [--slice MS] [--sas N,..] [--only forms]
  --large   also with 1,000,000 SAs, and the daemon's own entries for as many
  --slice   length of one measurement; each number is the median of seven (default 25)
  --only    forms: nothing but the forms of packets
  --forms   only those whose names contain one of these words
  --rounds  how often the forms take turns, in new processes (5)`;

/** Most nanoseconds a packet, at batch 64, by number of SAs. */
const GOALS: Readonly<Record<number, number>> = { 1000: 100, 65536: 200 };
/** The most that it may take compared with the peer in C. */
const PEER_GOALS: Readonly<Record<number, number>> = { 1000: 1.3, 1000000: 1.6 };
const GOAL_BATCH = 64;
/** Numbers of SAs for the forms of packets. */
const FORM_SAS = [1000, 65_536];
const FORM_SLICES = 8;
/** Until each of 65,536 SAs has had packets, whose first ones note a source. */
const FORM_WARM_UP_MS = 600;
const GOAL_TABLE_BYTES = 160e6;
const LOOKUPS: readonly LookupKind[] = ['probe', 'map'];

const right = (title: string): Column => ({ title, align: 'right' });
const left = (title: string): Column => ({ title, align: 'left' });

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      large: { type: 'boolean', default: false },
      slice: { type: 'string', default: '25' },
      sas: { type: 'string' },
      only: { type: 'string' },
      forms: { type: 'string', default: '' },
      rounds: { type: 'string', default: '5' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const numbers = (text: string) => text.split(',').map((word) => positive(word));
  const counts = numbers(values.sas ?? (values.large ? '1,1000,65536,1000000' : '1,1000,65536'));
  const slice = String(positive(values.slice));
  const forms = await measureForms(
    values.sas === undefined ? FORM_SAS : counts,
    values.forms.split(','),
    positive(values.rounds),
    Number(slice),
  );
  if (values.only === 'forms') {
    printForms(forms);
    return;
  }
  const cases: CaseResult[] = [];
  for (const sas of counts) {
    for (const lookup of LOOKUPS) {
      cases.push(inChild<CaseResult>('case.js', '--sas', String(sas), '--lookup', lookup, '--slice', slice));
    }
  }
  const collections = inChild<CollectionsResult>('collections.js');
  const table = inChild<TableResult>('footprint.js', ...(values.large ? ['--large'] : []));
  const lifetimes = inChild<LifetimesResult>('lifetimes.js');
  const fragments = inChild<FragmentsResult>('fragments.js');
  printForms(forms);
  printCases(cases);
  printStages(cases);
  printCollections(collections);
  printTable(table);
  printLifetimes(lifetimes);
  printFragments(fragments);
  const path = writeResults(join(ROOT, 'bench/results'), 'memory', {
    sliceMs: Number(slice),
    forms,
    cases,
    collections,
    table,
    lifetimes,
    fragments,
  });
  console.log(`\n${path}`);
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= 1_048_576) return value;
  console.error(`memory.js: "${text}" is not a whole number within 1-1048576\n${USAGE}`);
  process.exit(2);
}

function inChild<Result>(script: string, ...words: string[]): Result {
  const path = join(import.meta.dirname, 'memory', script);
  return JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', path, ...words], { encoding: 'utf8', timeout: 300_000 }),
  );
}

async function measureForms(
  sasList: readonly number[],
  words: readonly string[],
  rounds: number,
  sliceMs: number,
): Promise<Record<string, SideResult[]>> {
  const script = join(import.meta.dirname, 'memory/form.js');
  const names = Object.keys(FORMS).filter(
    (name) => name === PLAIN || words.some((word) => name.includes(word)),
  );
  const results: Record<string, SideResult[]> = {};
  for (const sas of sasList) {
    const sides = names.map((name) => ({ name, script, words: [name, String(sas)] }));
    results[sas] = await measureInTurns(sides, {
      rounds,
      slices: FORM_SLICES,
      sliceMs: 2 * sliceMs,
      warmUpMs: FORM_WARM_UP_MS,
    });
  }
  return results;
}

function printForms(forms: Readonly<Record<string, readonly SideResult[]>>): void {
  console.log(
    'Forms of packets, random SPIs, batch 64, nanoseconds a packet (10th percentile of samples, median of',
  );
  console.log('rounds); compared with ESP of the same number of SAs, round by round.\n');
  const rows = Object.entries(forms).flatMap(([sas, sides]) =>
    sides.map(({ name, medianNs, ns, ratio }) => {
      const { goal } = FORMS[name]!;
      return [
        Number(sas).toLocaleString('en'),
        name,
        medianNs.toFixed(1),
        Math.min(...ns).toFixed(1),
        ratio.toFixed(2),
        name === PLAIN ? '' : `${ratio <= goal ? 'met' : 'MISSED'}: at most ${goal}`,
      ];
    }),
  );
  console.log(
    `${formatTable([right('SAs'), left('form'), right('ns'), right('best'), right('compared'), left('goal')], rows)}\n`,
  );
}

function printCases(cases: readonly CaseResult[]): void {
  console.log(
    'Pipeline (parse, lookup, rewrite, account), random SPIs, nanoseconds a packet; C: the same work by the peer in',
  );
  console.log(
    'C over the same table; loop: with the memory attachment, which copies each packet in and takes the time',
  );
  console.log('in the column before.\n');
  const columns = [
    right('SAs'),
    left('lookup'),
    ...['batch', 'pipeline', 'best', 'Mpps', 'C', 'compared', 'attachment', 'loop', 'Mpps'].map(right),
    left('goal'),
  ];
  const rows = cases.flatMap(({ sas, lookup, batches }) =>
    batches.map(({ batch, pipelineNs, bestPipelineNs, peerNs, loopNs, attachmentNs }) => {
      const goals =
        batch === GOAL_BATCH
          ? [
              judge(pipelineNs, GOALS[sas], 'ns'),
              judge(pipelineNs / peerNs, lookup === 'probe' ? PEER_GOALS[sas] : undefined, 'of C'),
            ]
          : [];
      return [
        sas.toLocaleString('en'),
        lookup,
        String(batch),
        pipelineNs.toFixed(0),
        bestPipelineNs.toFixed(0),
        megaPackets(pipelineNs),
        peerNs.toFixed(0),
        (pipelineNs / peerNs).toFixed(2),
        attachmentNs.toFixed(0),
        loopNs.toFixed(0),
        megaPackets(loopNs),
        goals.filter((goal) => goal !== undefined).join(', '),
      ];
    }),
  );
  console.log(formatTable(columns, rows));
}

function judge(value: number, goal: number | undefined, unit: string): string | undefined {
  return goal === undefined ? undefined : `${value <= goal ? 'met' : 'MISSED'}: ${goal} ${unit}`;
}

function printStages(cases: readonly CaseResult[]): void {
  console.log('\nStages alone, batch 64, nanoseconds a packet. Alone, a stage has the caches to itself.\n');
  const names = Object.keys(cases[0]!.stages);
  const rows = cases.map(({ sas, lookup, stages }) => [
    sas.toLocaleString('en'),
    lookup,
    ...names.map((name) => stages[name]!.ns.toFixed(1)),
  ]);
  console.log(formatTable([right('SAs'), left('lookup'), ...names.map(right)], rows));
}

function printCollections({ packets, collections, heapGrowth }: CollectionsResult): void {
  const millions = (packets / 1e6).toFixed(0);
  const kibibytes = (heapGrowth / 1024).toFixed(0);
  console.log(
    `\nGarbage collections over ${millions} million packets: ${collections} (${judge(collections, 0, 'collections')}; the heap grew by ${kibibytes} KiB)`,
  );
}

function printTable({ addMs, adds, large }: TableResult): void {
  const million = large.sas.toLocaleString('en');
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  const goal = large.sadBytes <= GOAL_TABLE_BYTES ? 'met' : 'missed';
  console.log(`
Adding ${adds.toLocaleString('en')} SAs to SaDatabase: ${addMs.toFixed(0)} ms (${((addMs * 1000) / adds).toFixed(1)} µs each)
Table for ${million} SAs, one worker: ${megabytes(large.sadBytes)} of shared memory (goal ${goal}: ${megabytes(GOAL_TABLE_BYTES)})
Filling it (${large.filledBy}): ${large.fillMs.toFixed(0)} ms, resident memory + ${megabytes(large.rssGrowth)}`);
}

function printLifetimes({ sas, busySecondMedianMs, busySecondWorstMs }: LifetimesResult): void {
  const [median, worst] = [busySecondMedianMs, busySecondWorstMs].map((ms) => ms.toFixed(1));
  console.log(
    `Lifetimes and idle timers of ${sas.toLocaleString('en')} SAs: ${median} ms of the control thread a second, ${worst} at worst`,
  );
}

function printFragments(fragments: FragmentsResult): void {
  console.log('\nFragment table, nanoseconds a fragment (copy1500: Uint8Array.set of as many bytes).\n');
  const rows = Object.entries(fragments).map(([what, { ns, bestNs }]) => [
    what,
    ns.toFixed(0),
    bestNs.toFixed(0),
  ]);
  console.log(formatTable([left(''), right('median'), right('best')], rows));
}

function megaPackets(ns: number): string {
  return (1000 / ns).toFixed(2);
}

await main();
