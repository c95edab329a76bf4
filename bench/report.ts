/** Results of a benchmark: a table for the terminal and a JSON file under bench/results/. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

/** Middle value; of an even number of values the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** One column: its heading, and which side its cells are flush with. */
export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** Lines of an aligned table; every row has a cell for every column. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map((column) => column.title), ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) =>
          columns[i]!.align === 'left' ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `0.93`, or `-` where there is nothing to divide by. */
export function formatRatio(value: number, reference: number | undefined): string {
  return reference === undefined || !(reference > 0) ? '-' : (value / reference).toFixed(2);
}

/** The machine and the Node that the numbers come from. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
}

export function describeMachine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryBytes: totalmem(),
    kernel: release(),
    node: process.version,
  };
}

/** The checkout's commit, with `+` when files differ from it; `unknown` outside a checkout. */
export function describeCommit(directory: string): string {
  const git = (...words: string[]): string =>
    execFileSync('git', ['-C', directory, ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}

/**
 * Writes one run to `directory`/KIND-DATE.json, together with the machine, the commit and the date.
 * @returns the file's path
 */
export function writeResults(directory: string, kind: string, results: object): string {
  mkdirSync(directory, { recursive: true });
  const date = new Date().toISOString();
  const path = join(directory, `${kind}-${date.replaceAll(/[:.]/g, '-')}.json`);
  const document = { kind, date, commit: describeCommit(directory), machine: describeMachine(), ...results };
  writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`);
  return path;
}
