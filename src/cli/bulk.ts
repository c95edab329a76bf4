/** `sa add --file`: one SA a line, parsed in full before anything is sent. */
import type { AddedSaReply, ControlClient } from '../control/client.js';
import { Refusal, type SaRequest } from '../control/handler.js';
import { PAGE_SAS } from '../control/message.js';
import { parseSa, SA_WORDS } from '../control/sa-words.js';
import { WordError } from '../control/words.js';
import { formatSas } from './format.js';

/** Requests on their way at a time: the next is ready when the daemon has done with one. */
const PIPELINED = 4;

/** SAs of a file, each with the line it stands on. */
export interface SaFile {
  /** As it is named in messages. */
  name: string;
  requests: SaRequest[];
  /** Line of each request, counted from 1. */
  lines: number[];
}

/**
 * @param text lines of `--dst ADDR --spi SPI ...`; `#` starts a comment, a leading `sa add` is skipped
 * @throws WordError that names file and line
 */
export function parseSaFile(name: string, text: string): SaFile {
  const file: SaFile = { name, requests: [], lines: [] };
  let line = 0;
  for (const content of text.split('\n')) {
    line++;
    const words = content.replace(/(^|\s)#.*$/s, '').trim();
    if (words === '') continue;
    try {
      file.requests.push(parseSaLine(words));
    } catch (error) {
      if (error instanceof WordError) throw new WordError(`${name}:${line}: ${error.message}`);
      throw error;
    }
    file.lines.push(line);
  }
  return file;
}

function parseSaLine(line: string): SaRequest {
  const options = new Map<string, string>();
  const tokens = line.replace(/^sa\s+add\s+/, '').split(/\s+/);
  for (let i = 0; i < tokens.length; i++) {
    const [, word, attached] = /^--([^=]+)(?:=(.*))?$/.exec(tokens[i]!) ?? [];
    if (word === undefined)
      throw new WordError(`${JSON.stringify(tokens[i])} stands where an option such as --dst should`);
    const isFlag = Object.hasOwn(SA_WORDS, word) && SA_WORDS[word]!.value === undefined;
    if (isFlag && attached !== undefined) throw new WordError(`--${word} takes no value`);
    const value = isFlag ? 'true' : (attached ?? tokens[++i]);
    if (value === undefined || value.startsWith('--')) throw new WordError(`--${word} lacks its value`);
    if (options.has(word)) throw new WordError(`--${word} is given twice`);
    options.set(word, value);
  }
  return parseSa(options, (word) => `--${word}`);
}

/**
 * Adds the SAs of a file in requests of {@link PAGE_SAS}; each of them is all or nothing.
 * @throws Refusal that names file and line, and how many SAs were added all the same
 */
export async function addSaFile(
  client: Pick<ControlClient, 'addSas'>,
  file: SaFile,
  replace: boolean,
): Promise<AddedSaReply[]> {
  const added: AddedSaReply[] = [];
  const underWay: { start: number; answer: Promise<AddedSaReply[]> }[] = [];
  let failure: { start: number; error: unknown } | undefined;
  const settleOldest = async () => {
    const { start, answer } = underWay.shift()!;
    try {
      for (const sa of await answer) added.push(sa);
    } catch (error) {
      failure ??= { start, error };
    }
  };
  for (let start = 0; start < file.requests.length && failure === undefined; start += PAGE_SAS) {
    const answer = client.addSas(file.requests.slice(start, start + PAGE_SAS), replace);
    // Each is awaited in its turn; without this, a later one's failure would count as unhandled meanwhile.
    answer.catch(() => {});
    underWay.push({ start, answer });
    if (underWay.length === PIPELINED) await settleOldest();
  }
  while (underWay.length > 0) await settleOldest();
  if (failure !== undefined) throw located(file, failure.start, failure.error, added.length);
  return added;
}

function located(file: SaFile, start: number, error: unknown, added: number): unknown {
  if (!(error instanceof Refusal)) return error;
  const line = error.position > 0 ? file.lines[start + error.position - 1] : undefined;
  const place = line === undefined ? file.name : `${file.name}:${line}`;
  const rest =
    added === 0 ? 'no SA of the file was added' : `${formatSas(added)} of the file were added, the rest not`;
  return new Refusal(`${place}: ${error.message} (${rest})`, error.kind, error.position);
}
