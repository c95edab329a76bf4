/** `[[sa]]`: the static SAs of the configuration file, in the words of `ipsec-relay sa add`. */
import { closestMatch } from 'leven';
import type { SaRequest } from '../control/handler.js';
import { SA_WORDS } from '../control/sa-words.js';
import { WordError } from '../control/words.js';
import { isMisspelt } from './problem.js';

/** Why an SPI of a static SA has to be written down. */
const NO_AUTO = '"auto" would choose another SPI at each start; write the SPI';

/** Reads all of them; each problem is a sentence that begins with the SA and the key. */
export function saRequests(
  tables: unknown,
  role: 'relay' | 'edge',
): { requests: SaRequest[]; problems: string[] } {
  if (!Array.isArray(tables) || !tables.every(isTable)) {
    return { requests: [], problems: ['[[sa]]: it is not a list of SAs; begin each SA with a line [[sa]]'] };
  }
  const problems: string[] = [];
  const requests = tables.map((words, index) => {
    const label =
      typeof words['name'] === 'string' ? `[[sa]] "${words['name']}"` : `[[sa]] number ${index + 1}`;
    const request: SaRequest = {};
    for (const [word, value] of Object.entries(words)) {
      const problem = applyWord(request, word, value);
      if (problem !== undefined) problems.push(`${label}: ${word}: ${problem}`);
    }
    for (const [word, { needed }] of Object.entries(SA_WORDS)) {
      if (needed === undefined || (needed.by === 'relay' && role === 'edge')) continue;
      if (!Object.hasOwn(words, word) && !isMisspelt(word, words, Object.keys(SA_WORDS)))
        problems.push(`${label}: ${word}: missing; write it like ${word} = "${needed.example}"`);
    }
    return request;
  });
  return { requests, problems };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** A whole number is as good as its text: TOML writes SPIs as 0xaaaa0001 too. */
function applyWord(request: SaRequest, word: string, value: unknown): string | undefined {
  if (!Object.hasOwn(SA_WORDS, word)) {
    return `unknown key; the nearest known key is "${closestMatch(word, Object.keys(SA_WORDS))}"`;
  }
  const { value: form, apply } = SA_WORDS[word]!;
  if (form === undefined && typeof value !== 'boolean') {
    return `${JSON.stringify(value)} is not true or false, without quotes`;
  }
  if (form !== undefined && typeof value !== 'string' && !Number.isSafeInteger(value)) {
    return `${JSON.stringify(value)} is not a text in quotes or a whole number`;
  }
  if (value === 'auto' && (word === 'spi' || word === 'to-spi')) return NO_AUTO;
  try {
    apply(request, String(value));
    return undefined;
  } catch (error) {
    if (error instanceof WordError) return error.message;
    throw error;
  }
}
