/** Tables for a person. Pure. */
import { paint, type Style, widest } from './layout.js';

export interface Column {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly isNumber?: boolean;
  /** Where the table is wider than the terminal, this column stands below the others. */
  readonly folds?: boolean;
}

/** A cell of several words is one line, or where that is too wide, a line for each word. */
export type Cell = string | readonly string[];

/** Lines under a heading, no wider than the terminal where that can be. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], style: Style): string {
  const joined = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : cell.join(', '))));
  const widths = widthsOf(columns, joined);
  const total = widths.reduce((sum, width) => sum + width + 2, -2);
  if (total <= style.tableWidth) return lines(columns, widths, joined, style);
  const folded = columns.findIndex(({ folds }) => folds);
  if (folded < 0) {
    const stacked = rows.flatMap(stack);
    return lines(columns, widthsOf(columns, stacked), stacked, style);
  }
  const without = <T>(list: readonly T[]) => list.filter((_, at) => at !== folded);
  const indent = ' '.repeat(widths[0]! + 2);
  const above = lines(without(columns), without(widths), joined.map(without), style).split('\n');
  const below = [paint(columns[folded]!.title, 'dim', style), ...joined.map((row) => row[folded]!)];
  return below.map((text, at) => `${above[at]}\n${indent}${text}\n`).join('');
}

function widthsOf(columns: readonly Column[], rows: readonly (readonly string[])[]): number[] {
  return columns.map(({ title }, at) => widest([title, ...rows.map((row) => row[at]!)]));
}

function lines(
  columns: readonly Column[],
  widths: readonly number[],
  rows: readonly (readonly string[])[],
  style: Style,
): string {
  const line = (row: readonly string[]) =>
    row
      .map((text, at) => (columns[at]!.isNumber ? text.padStart(widths[at]!) : text.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd();
  const heading = paint(line(columns.map(({ title }) => title)), 'dim', style);
  return [heading, ...rows.map(line), ''].join('\n');
}

/** The lines of a row whose words stand below each other. */
function stack(row: readonly Cell[]): string[][] {
  const words = row.map((cell) => (typeof cell === 'string' ? [cell] : cell));
  const height = Math.max(...words.map(({ length }) => length));
  return Array.from({ length: height }, (_, at) => words.map((list) => list[at] ?? ''));
}
