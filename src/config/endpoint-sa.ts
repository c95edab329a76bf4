/** `[[sa]]` of an endpoint: one direction of an SA, with everything but its key. */
import { closestMatch } from 'leven';
import { parseSpi, WordError } from '../control/words.js';
import { ALGORITHMS, type Algorithm } from '../endpoint/algorithm.js';
import type { EndpointSa } from '../endpoint/definition.js';
import {
  AddressError,
  equalAddresses,
  familyOf,
  formatAddress,
  type Prefix,
  parseAddress,
  parsePrefix,
  specialKind,
} from '../wire/address.js';
import { FIRST_UNRESERVED_SPI, PORT_NAT_TRAVERSAL } from '../wire/protocol.js';
import { isMisspelt } from './problem.js';

const DEFAULT_WINDOW = 1024;
const WINDOWS = [32, 65_536] as const;

/** An SA, and the name of its key in the key file. */
export interface ConfiguredSa extends EndpointSa {
  readonly key: string;
}

/** The fields as they are collected; those without a default are missing at first. */
type Draft = { -readonly [K in keyof ConfiguredSa]?: ConfiguredSa[K] };

/** Puts the value of a word into the draft. @throws WordError, AddressError without the word's own name in front */
type Apply = (sa: Draft, value: unknown) => void;

const text = (value: unknown): string => {
  if (typeof value === 'string') return value;
  throw new WordError(`${JSON.stringify(value)} is not a text in quotes`);
};

function oneOf<T extends string>(value: unknown, words: readonly T[]): T {
  const word = text(value);
  if ((words as readonly string[]).includes(word)) return word as T;
  throw new WordError(
    `${JSON.stringify(word)} is unknown; use ${words.map((known) => `"${known}"`).join(', ')}`,
  );
}

/** TOML writes SPIs as 0xaaaa0001 too. */
function spi(value: unknown): number {
  const number = parseSpi(typeof value === 'number' ? String(value) : text(value));
  if (number >= FIRST_UNRESERVED_SPI) return number;
  throw new WordError(`SPIs up to 255 are reserved (RFC 4303 section 2.1); choose one from 0x100 on`);
}

function unicast(value: unknown): Uint8Array {
  const address = parseAddress(text(value));
  const family = familyOf(address);
  const special = specialKind({ family, bytes: address, length: family === 4 ? 32 : 128 });
  if (special === undefined) return address;
  throw new WordError(`"${formatAddress(address)}" is ${special}; give one that can be routed`);
}

function prefixes(value: unknown): Prefix[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new WordError(`${JSON.stringify(value)} is not a list of prefixes, such as ["10.1.0.0/24"]`);
  }
  return value.map((element) => parsePrefix(text(element)));
}

function encapsulation(sa: Draft, value: unknown): void {
  const word = text(value);
  const port = /^udp(?::([1-9]\d{0,4}))?$/.exec(word);
  if (word !== 'none' && (port === null || Number(port[1]) > 65_535)) {
    throw new WordError(
      `"${word}" is no encapsulation; write "none", "udp", or "udp:PORT" with the peer's port`,
    );
  }
  sa.udp = word !== 'none';
  sa.peerPort = Number(port?.[1] ?? PORT_NAT_TRAVERSAL);
}

const WORDS: Readonly<Record<string, Apply>> = {
  name: (sa, value) => {
    const name = text(value);
    if (!/^[\w.:@/+-]{1,64}$/.test(name)) {
      throw new WordError(
        `${JSON.stringify(name)} is no name; use 1 to 64 letters, digits and . _ : @ / + -`,
      );
    }
    sa.name = name;
  },
  direction: (sa, value) => {
    sa.direction = oneOf(value, ['out', 'in']);
  },
  mode: (sa, value) => {
    sa.mode = oneOf(value, ['tunnel', 'transport']);
  },
  local: (sa, value) => {
    sa.local = unicast(value);
  },
  peer: (sa, value) => {
    sa.peer = unicast(value);
  },
  encap: encapsulation,
  spi: (sa, value) => {
    sa.spi = spi(value);
  },
  'icv-spi': (sa, value) => {
    sa.icvSpi = spi(value);
  },
  algorithm: (sa, value) => {
    sa.algorithm = oneOf<Algorithm>(value, ALGORITHMS);
  },
  esn: (sa, value) => {
    if (typeof value !== 'boolean') throw new WordError(`${JSON.stringify(value)} is not true or false`);
    sa.esn = value;
  },
  window: (sa, value) => {
    if (!Number.isInteger(value) || (value as number) < WINDOWS[0] || (value as number) > WINDOWS[1]) {
      throw new WordError(`${JSON.stringify(value)} is no size of a window; use ${WINDOWS.join('-')}`);
    }
    sa.window = value as number;
  },
  'local-net': (sa, value) => {
    sa.localNets = prefixes(value);
  },
  'remote-net': (sa, value) => {
    sa.remoteNets = prefixes(value);
  },
  key: (sa, value) => {
    sa.key = text(value);
  },
};

const REQUIRED: Readonly<Record<string, string>> = {
  name: '"alice-up"',
  direction: '"out"',
  local: '"198.18.1.1"',
  peer: '"198.18.9.9"',
  spi: '"0xaaaa0001"',
  algorithm: '"aes-128-gcm"',
};
const REQUIRED_IN_TUNNELS: Readonly<Record<string, string>> = {
  'local-net': '["10.1.0.0/24"]',
  'remote-net': '["10.2.0.0/24"]',
};

/** Reads all of them; each problem is a sentence that begins with the SA and the key. */
export function endpointSas(tables: unknown): { sas: ConfiguredSa[]; problems: string[] } {
  if (!Array.isArray(tables) || !tables.every((table) => typeof table === 'object' && table !== null)) {
    return { sas: [], problems: ['[[sa]]: it is not a list of SAs; begin each SA with a line [[sa]]'] };
  }
  if (tables.length === 0) {
    return { sas: [], problems: ['[[sa]]: there is none; an endpoint needs one for each direction'] };
  }
  const problems: string[] = [];
  const sas: ConfiguredSa[] = [];
  (tables as Record<string, unknown>[]).forEach((words, index) => {
    const label =
      typeof words['name'] === 'string' ? `[[sa]] "${words['name']}"` : `[[sa]] number ${index + 1}`;
    const own = problemsOf(words);
    const sa = own.problems.length === 0 ? complete(own.draft) : own.draft;
    if (own.problems.length === 0) own.problems.push(...contradictions(sa as ConfiguredSa, sas));
    problems.push(...own.problems.map((problem) => `${label}: ${problem}`));
    if (own.problems.length === 0) sas.push(sa as ConfiguredSa);
  });
  return { sas, problems };
}

function problemsOf(words: Record<string, unknown>): { draft: Draft; problems: string[] } {
  const draft: Draft = {};
  const problems: string[] = [];
  const known = Object.keys(WORDS);
  for (const [word, value] of Object.entries(words)) {
    const apply = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
    if (apply === undefined) {
      problems.push(`${word}: unknown key; the nearest known key is "${closestMatch(word, known)}"`);
      continue;
    }
    try {
      apply(draft, value);
    } catch (error) {
      if (!(error instanceof WordError || error instanceof AddressError)) throw error;
      problems.push(`${word}: ${error.message}`);
    }
  }
  const required = { ...REQUIRED, ...(words['mode'] === 'transport' ? {} : REQUIRED_IN_TUNNELS) };
  for (const [word, example] of Object.entries(required)) {
    if (!Object.hasOwn(words, word) && !isMisspelt(word, words, known)) {
      problems.push(`${word}: missing; write it like ${word} = ${example}`);
    }
  }
  return { draft, problems };
}

/** With the defaults. */
function complete(draft: Draft): ConfiguredSa {
  const single = (address: Uint8Array): Prefix[] => {
    const family = familyOf(address);
    return [{ family, bytes: address, length: family === 4 ? 32 : 128 }];
  };
  const nets =
    draft.mode === 'transport'
      ? { localNets: single(draft.local!), remoteNets: single(draft.peer!) }
      : { localNets: draft.localNets!, remoteNets: draft.remoteNets! };
  const { name, direction, mode, local, peer, udp, peerPort, spi, icvSpi, algorithm, esn, window, key } =
    draft;
  return {
    name: name!,
    direction: direction!,
    mode: mode ?? 'tunnel',
    local: local!,
    peer: peer!,
    udp: udp ?? false,
    peerPort: peerPort ?? 0,
    spi: spi!,
    icvSpi: icvSpi ?? spi!,
    algorithm: algorithm!,
    esn: esn ?? false,
    window: window ?? DEFAULT_WINDOW,
    key: key ?? name!,
    ...nets,
  };
}

/** Contradictions within the SA, or with those before it. */
function contradictions(sa: ConfiguredSa, others: readonly ConfiguredSa[]): string[] {
  const problems: string[] = [];
  if (familyOf(sa.local) !== familyOf(sa.peer)) {
    problems.push('peer: it is of another family than local; both are IPv4 or both IPv6');
  }
  if (others.some(({ name }) => name === sa.name)) {
    problems.push('name: it is given already; each SA has a name of its own');
  }
  const sharing = others.find(({ key }) => key === sa.key);
  if (sharing && sharing.name !== sa.name) {
    problems.push(
      `key: it is that of "${sharing.name}" already; each SA, also each direction, needs a key of its own`,
    );
  }
  const same =
    sa.direction === 'in' &&
    others.find(
      (other) =>
        other.direction === 'in' &&
        other.spi === sa.spi &&
        other.udp === sa.udp &&
        equalAddresses(other.local, sa.local),
    );
  if (same) problems.push(`spi: "${same.name}" has it already at ${formatAddress(sa.local)}`);
  return problems;
}
