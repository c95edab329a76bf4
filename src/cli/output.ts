/** Standard output and error of the CLI. */
import { once } from 'node:events';
import { boundedSentence } from '../control/sentence.js';
import type { Style } from './layout.js';

/** Columns when the output is no terminal. */
const DEFAULT_WIDTH = 80;

/** How to lay out text for standard output. NO_COLOR: https://no-color.org */
export function outputStyle(): Style {
  const { isTTY, columns } = process.stdout;
  const { NO_COLOR, TERM } = process.env;
  return {
    width: columns || DEFAULT_WIDTH,
    tableWidth: columns || Number.POSITIVE_INFINITY,
    colour: isTTY === true && !NO_COLOR && TERM !== 'dumb',
    now: Date.now(),
  };
}

/** Writes, and waits for the reader when it is slower. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** One JSON document, on one line. */
export function printJson(value: unknown): Promise<void> {
  return print(`${JSON.stringify(value)}\n`);
}

/** One sentence on standard error, then the end with this exit status. */
export function fail(message: string, status: 1 | 2): void {
  process.stderr.write(`ipsec-relay: ${boundedSentence(message)}\n`);
  process.exitCode = status;
}

/** A reader that has had enough (`| head`) ends the program quietly; any other failure to write is told. */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    fail(`cannot write to standard output (${error.code})`, 1);
    process.exit();
  });
}
