/** How the CLI's texts are laid out: colours, columns, wrapping. Pure. */
import { printable } from './format.js';

export interface Style {
  /** Columns of the terminal. */
  width: number;
  /** Columns that a table may take: without end where it goes to a program, which wants a line for each row. */
  tableWidth: number;
  colour: boolean;
  /** The present, Unix time in milliseconds. */
  now: number;
}

export type Colour = 'bold' | 'dim' | 'yellow' | 'cyan';
const SGR: Record<Colour, number> = { bold: 1, dim: 2, yellow: 33, cyan: 36 };

export function paint(text: string, colour: Colour, style: Style): string {
  return style.colour ? `\x1b[${SGR[colour]}m${text}\x1b[0m` : text;
}

/** The label of a sentence about a fault. */
export const ATTENTION = 'attention';

/** Where those of an SA begin: so that a full IPv6 address with its port fits on the line. */
export const SA_COLUMN = 13;

/** `  label      text`, with the text wrapped at its blanks. */
export function fact(label: string, text: string, style: Style, column = SA_COLUMN): string[] {
  const [first, ...others] = wrap(printable(text, 100_000).split(' '), style.width - column);
  return [labelled(label, 2, style, column) + first, ...others.map((line) => ' '.repeat(column) + line)];
}

export function labelled(label: string, indent: number, style: Style, column = SA_COLUMN): string {
  const colour = label === ATTENTION ? 'yellow' : 'dim';
  const space = ' '.repeat(Math.max(1, column - indent - label.length));
  return ' '.repeat(indent) + paint(label, colour, style) + space;
}

export function wrap(words: string[], width: number): string[] {
  const lines = [''];
  for (const word of words) {
    const line = lines.at(-1)!;
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

export function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, text.length), 0);
}

export function withPort(address: string, port: number | string): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
