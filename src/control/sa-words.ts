/** An SA in the words of `ipsec-relay sa add` and of `[[sa]]` in the configuration file. */
import leven from 'leven';
import type { SaRequest } from './handler.js';
import { messages } from './message.js';
import {
  canonicalAddress,
  parseEmitEncapsulation,
  parseEncapsulation,
  parseFlag,
  parseLifetime,
  parseMode,
  parseName,
  parseProtocol,
  parseSpi,
  WordError,
} from './words.js';

/** One word: the form of its value, its meaning, and its effect on the request. */
export interface SaWord {
  /** The value's form, for usage texts; undefined: a flag, which stands alone or is `true` or `false`. */
  readonly value: string | undefined;
  readonly help: string;
  /** @throws WordError without the word's own name in front */
  readonly apply: (request: SaRequest, text: string) => void;
}

const { SpiChoice } = messages.SaRequest;

/** Every word there is, in the order of the manual. */
export const SA_WORDS: Readonly<Record<string, SaWord>> = {
  dst: {
    value: 'RELAYADDR',
    help: 'relay address on which the packets arrive',
    apply: (request, text) => {
      request.dst = canonicalAddress(text);
    },
  },
  spi: {
    value: 'SPI|auto',
    help: 'SPI of the packets as they arrive; auto: the daemon chooses one',
    apply: (request, text) => {
      request.spiAuto = text === 'auto';
      request.spi = request.spiAuto ? 0 : parseSpi(text);
    },
  },
  to: {
    value: 'ADDR',
    help: 'where the packets go',
    apply: (request, text) => {
      request.to = canonicalAddress(text);
    },
  },
  'to-spi': {
    value: 'SPI|auto|same',
    help: 'SPI of the packets as they leave (default: same)',
    apply: (request, text) => {
      const choice = { auto: SpiChoice.AUTO, same: SpiChoice.SAME }[text] ?? SpiChoice.VALUE;
      request.toSpiChoice = choice;
      request.toSpi = choice === SpiChoice.VALUE ? parseSpi(text) : 0;
    },
  },
  src: {
    value: 'PEER',
    help: 'source address the packets must have (default: any)',
    apply: (request, text) => {
      request.src = canonicalAddress(text);
    },
  },
  proto: {
    value: 'esp|ah',
    help: 'IPsec protocol (default: esp)',
    apply: (request, text) => {
      request.protocol = parseProtocol(text);
    },
  },
  encap: {
    value: 'udp:PEERPORT[:PORT]',
    help: 'ESP-in-UDP from this port, or udp:any, to the relay’s own PORT, 4500 if not given (default: native ESP)',
    apply: (request, text) => {
      request.encap = parseEncapsulation(text);
    },
  },
  'to-src': {
    value: 'RELAYADDR',
    help: 'source address of the packets as they leave (default: dst, or the only one of the family)',
    apply: (request, text) => {
      request.toSrc = canonicalAddress(text);
    },
  },
  'to-encap': {
    value: 'udp:SPORT:DPORT|none',
    help: 'encapsulation of the packets as they leave (default: as they arrived, ports 4500)',
    apply: (request, text) => {
      request.toEncap = parseEmitEncapsulation(text);
    },
  },
  mode: {
    value: 'preserve|edge|aware',
    help: 'what the ICV relies on (default: edge for AH and if the SPI changes, else preserve)',
    apply: (request, text) => {
      request.mode = parseMode(text);
    },
  },
  hairpin: {
    value: undefined,
    help: 'to or src may be a relay address, of another SA with --hairpin',
    apply: (request, text) => {
      request.hairpin = parseFlag(text);
    },
  },
  name: {
    value: 'NAME',
    help: 'shared by the SAs of one connection if wished',
    apply: (request, text) => {
      request.name = parseName(text);
    },
  },
  lifetime: {
    value: 'SECONDS',
    help: 'delete the SA after so long (default: never)',
    apply: (request, text) => {
      request.lifetime = parseLifetime(text);
    },
  },
  'soft-lifetime': {
    value: 'SECONDS',
    help: 'tell monitors after so long that another SA should take over (default: never)',
    apply: (request, text) => {
      request.softLifetime = parseLifetime(text);
    },
  },
  idle: {
    value: 'SECONDS',
    help: 'tell monitors when no packet came for so long (default: never)',
    apply: (request, text) => {
      request.idle = parseLifetime(text);
    },
  },
};

/** Words without which there is no SA. (`to` may be absent in the edge role; the daemon knows its role.) */
const REQUIRED = ['dst', 'spi'];

/**
 * @param words word (without dashes) to value, as written
 * @param show how the place at hand writes a word: `--to-spi` on a command line, `to-spi` in a file
 * @throws WordError that starts with the word it is about
 */
export function parseSa(words: ReadonlyMap<string, string>, show = (word: string) => word): SaRequest {
  const request: SaRequest = {};
  for (const [word, text] of words) {
    const known = Object.hasOwn(SA_WORDS, word) ? SA_WORDS[word] : undefined;
    if (known === undefined) throw new WordError(unknownWord(word, show));
    try {
      known.apply(request, text);
    } catch (error) {
      if (error instanceof WordError) throw new WordError(`${show(word)}: ${error.message}`);
      throw error;
    }
  }
  const missing = REQUIRED.find((word) => !words.has(word));
  if (missing !== undefined) {
    throw new WordError(
      `${show(missing)} ${SA_WORDS[missing]!.value} is missing: ${SA_WORDS[missing]!.help}`,
    );
  }
  return request;
}

function unknownWord(word: string, show: (word: string) => string): string {
  const [nearest] = Object.keys(SA_WORDS).sort((one, other) => leven(word, one) - leven(word, other));
  return `${show(word)} is no property of an SA (did you mean ${show(nearest!)}?)`;
}
