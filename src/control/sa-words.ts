/**
 * The properties of an SA, each described once. From here follow the words of `ipsec-relay sa add` and of `[[sa]]` with their usage
 * and help, the JSON, the lines for a person, and the rows of the store. `SaRequest` and `Sa` of control.proto have a field for each.
 */
import leven from 'leven';
import type { ipsec_relay } from './generated/control.js';
import type { SaRequest } from './handler.js';
import { messages } from './message.js';
import {
  canonicalAddress,
  formatEmitEncapsulation,
  formatEncapsulation,
  formatMode,
  formatProtocol,
  formatSpi,
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

/** An SA as the daemon tells it. */
type ToldSa = ipsec_relay.control.v1.Sa;
/** As a JSON document says it; null: the property was not given. */
export type JsonValue = string | number | boolean | null;

/** The form of a value, as it is asked for and as it is told. */
interface Form<Asked, Told = Asked> {
  /** For usage texts; undefined: a flag, which stands alone or is `true` or `false`. */
  readonly value: string | undefined;
  /** @throws WordError without the word's own name in front */
  readonly parse: (text: string) => Asked;
  readonly json: (told: Told) => JsonValue;
  /** The enumeration of control.proto that the value is of. */
  readonly enumeration?: Readonly<Record<string, string | number>>;
}

interface Details {
  /** Without it there is no SA: of either role, or of a relay (an edge may leave it as it is). With an example of its value. */
  readonly needed?: { readonly by: 'both' | 'relay'; readonly example: string };
  /** `sa list` and `sa show` have no place of its own for it: it is shown beside the others where an SA has it. */
  readonly isBeside?: boolean;
  /** Where one word fills two fields of the request. @throws as {@link Form.parse} */
  readonly apply?: (request: SaRequest, text: string) => void;
}

type SharedField = keyof SaRequest & keyof ToldSa;

/** One property. */
export interface SaWord<F extends SharedField = SharedField> extends Details {
  /** Of control.proto. */
  readonly field: F;
  readonly value: string | undefined;
  readonly help: string;
  readonly enumeration?: Readonly<Record<string, string | number>>;
  readonly apply: (request: SaRequest, text: string) => void;
  readonly json: (sa: ToldSa) => JsonValue;
}

function property<F extends SharedField>(
  field: F,
  { value, parse, json, ...form }: Form<NonNullable<SaRequest[F]>, ToldSa[F]>,
  help: string,
  details: Details = {},
): SaWord<F> {
  return {
    field,
    value,
    help,
    ...form,
    apply: (request, text) => {
      request[field] = parse(text);
    },
    json: (sa) => json(sa[field]),
    ...details,
  };
}

const { SpiChoice } = messages.SaRequest;

const address = (value: string): Form<string> => ({
  value,
  parse: canonicalAddress,
  json: (text) => text || null,
});
const spi = (value: string): Form<number> => ({ value, parse: parseSpi, json: formatSpi });
const SECONDS: Form<number> = { value: 'SECONDS', parse: parseLifetime, json: (seconds) => seconds || null };
const FLAG: Form<boolean> = { value: undefined, parse: parseFlag, json: (isSo) => isSo };

/** In the order of the manual. */
const WORDS = {
  dst: property('dst', address('RELAYADDR'), 'relay address on which the packets arrive', {
    needed: { by: 'both', example: '198.18.9.9' },
  }),
  spi: property('spi', spi('SPI|auto'), 'SPI of the packets as they arrive; auto: the daemon chooses one', {
    needed: { by: 'both', example: '0xaaaa0001' },
    apply: (request, text) => {
      request.spiAuto = text === 'auto';
      request.spi = request.spiAuto ? 0 : parseSpi(text);
    },
  }),
  to: property('to', address('ADDR'), 'where the packets go', {
    needed: { by: 'relay', example: '198.18.2.2' },
  }),
  'to-spi': property('toSpi', spi('SPI|auto|same'), 'SPI of the packets as they leave (default: same)', {
    apply: (request, text) => {
      const choice = { auto: SpiChoice.AUTO, same: SpiChoice.SAME }[text] ?? SpiChoice.VALUE;
      request.toSpiChoice = choice;
      request.toSpi = choice === SpiChoice.VALUE ? parseSpi(text) : 0;
    },
  }),
  src: property('src', address('PEER'), 'source address the packets must have (default: any)'),
  proto: property(
    'protocol',
    { value: 'esp|ah', parse: parseProtocol, json: formatProtocol, enumeration: messages.Protocol },
    'IPsec protocol (default: esp)',
  ),
  encap: property(
    'encap',
    {
      value: 'udp:PEERPORT[:PORT]',
      parse: parseEncapsulation,
      json: (told) => (told ? formatEncapsulation(told) : null),
    },
    'ESP-in-UDP from this port, or udp:any, to the relay’s own PORT, 4500 if not given (default: native ESP)',
  ),
  'to-src': property(
    'toSrc',
    address('RELAYADDR'),
    'source address of the packets as they leave (default: dst, or the only one of the family)',
  ),
  'to-encap': property(
    'toEncap',
    {
      value: 'udp:SPORT:DPORT|none',
      parse: parseEmitEncapsulation,
      json: (told) => (told ? formatEmitEncapsulation(told) : null),
    },
    'encapsulation of the packets as they leave (default: as they arrived, ports 4500)',
  ),
  mode: property(
    'mode',
    { value: 'preserve|edge|aware', parse: parseMode, json: formatMode, enumeration: messages.Mode },
    'why the ICV stays right (default: edge for AH and if the SPI changes, else preserve)',
  ),
  hairpin: property('hairpin', FLAG, 'to or src may be a relay address, of another SA with --hairpin', {
    isBeside: true,
  }),
  name: property(
    'name',
    { value: 'NAME', parse: parseName, json: (text) => text || null },
    'shared by the SAs of one connection if wished',
  ),
  lifetime: property('lifetime', SECONDS, 'delete the SA after so long (default: never)'),
  'soft-lifetime': property(
    'softLifetime',
    SECONDS,
    'tell monitors after so long that another SA should take over (default: never)',
  ),
  idle: property('idle', SECONDS, 'tell monitors when no packet came for so long (default: never)'),
};

export const SA_WORDS: Readonly<Record<string, SaWord>> = WORDS;

/** Of control.proto, in `SaRequest` and `Sa` alike. */
export type SaField = (typeof WORDS)[keyof typeof WORDS]['field'];
export const SA_FIELDS: readonly SaField[] = Object.values(WORDS).map(({ field }) => field);

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
  for (const [word, { needed, value, help }] of Object.entries(SA_WORDS)) {
    // The daemon knows its role.
    if (needed?.by === 'both' && !words.has(word))
      throw new WordError(`${show(word)} ${value} is missing: ${help}`);
  }
  return request;
}

function unknownWord(word: string, show: (word: string) => string): string {
  const [nearest] = Object.keys(SA_WORDS).sort((one, other) => leven(word, one) - leven(word, other));
  return `${show(word)} is no property of an SA (did you mean ${show(nearest!)}?)`;
}
