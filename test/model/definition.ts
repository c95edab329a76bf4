/** SA definitions for tests, in text. */
import { type Kind, type Mode, NO_OPTIONS, type SaDefinition } from '../../src/table/definition.js';
import { KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import { formatAddress, parseAddress } from '../../src/wire/address.js';

export interface DefinitionWords {
  readonly kind?: Kind;
  readonly toKind?: Kind;
  readonly dst?: string;
  readonly spi?: number;
  readonly src?: string | undefined;
  /** The relay's own UDP port; 4500 where there is UDP. */
  readonly port?: number;
  readonly srcPort?: number;
  readonly to?: string;
  readonly toSrc?: string | undefined;
  readonly toSpi?: number;
  readonly toPorts?: readonly [number, number];
  readonly mode?: Mode;
  readonly hairpin?: boolean;
}

/** By default the SA of buildPacket's packet: 198.18.9.9 0xaaaa0001 to 198.18.2.2 0x22220001, mode edge. */
export function define(words: DefinitionWords = {}): SaDefinition {
  const { kind = KIND_ESP, spi = 0xaaaa0001, toSpi = 0x22220001, toPorts = [0, 0] } = words;
  const toSrc = 'toSrc' in words ? words.toSrc : '198.18.9.9';
  return {
    match: {
      kind,
      destination: parseAddress(words.dst ?? '198.18.9.9'),
      spi,
      peer: words.src === undefined ? undefined : parseAddress(words.src),
      port: words.port ?? (kind === KIND_UDP ? 4500 : 0),
      peerPort: words.srcPort ?? 0,
    },
    emit: {
      kind: words.toKind ?? kind,
      source: toSrc === undefined ? undefined : parseAddress(toSrc),
      destination: parseAddress(words.to ?? '198.18.2.2'),
      spi: toSpi,
      sourcePort: toPorts[0],
      destinationPort: toPorts[1],
    },
    mode: words.mode ?? (spi === toSpi ? 'preserve' : 'edge'),
    ...NO_OPTIONS,
    ...(words.hairpin && { hairpin: true }),
  };
}

/** A definition with its addresses as text: equal when all words are, whatever kind of array holds the bytes. */
export function plain({ match, emit, ...others }: SaDefinition) {
  const text = (address: Uint8Array | undefined) => address && formatAddress(address);
  return {
    match: { ...match, destination: text(match.destination), peer: text(match.peer) },
    emit: { ...emit, source: text(emit.source), destination: text(emit.destination) },
    ...others,
  };
}
