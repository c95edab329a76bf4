/** SAs between the words of the control protocol and the SAD. Pure. */
import { Refusal, type Sa, type SaRequest } from '../control/handler.js';
import { messages } from '../control/message.js';
import { SA_WORDS, type SaField } from '../control/sa-words.js';
import { formatMode, parseMode } from '../control/words.js';
import { AH_IN_UDP } from '../sad/acceptance.js';
import { connectionName } from '../sad/connection.js';
import type { SaDatabase, SaSpecification } from '../sad/database.js';
import type { SaEntry } from '../sad/entry.js';
import { LIFETIMES } from '../sad/lifetimes.js';
import type { SaPolicy } from '../sad/policy.js';
import { type Kind, OPTIONS, type SaDefinition, type SaEmit } from '../table/definition.js';
import { KIND_AH, KIND_ESP, KIND_UDP } from '../table/layout.js';
import {
  AddressError,
  familyOf,
  formatAddress,
  formatPrefix,
  isSingleAddress,
  parseAddress,
} from '../wire/address.js';
import { PORT_NAT_TRAVERSAL } from '../wire/protocol.js';
import { pick } from './pick.js';
import type { StoredSa } from './sa-store.js';

const { Protocol } = messages;
const { SpiChoice } = messages.SaRequest;

/**
 * The SA that a request asks for, with the defaults of the role.
 * @throws {Refusal} when a word is missing, unknown or no address, or means nothing beside another
 */
export function specificationOf(fields: SaRequest, policy: SaPolicy): SaSpecification {
  const request = new messages.SaRequest(fields);
  for (const { field, enumeration } of ENUMERATED) refuseUnknown(field, request[field], enumeration!);
  refuseUnknown('to-spi choice', request.toSpiChoice, SpiChoice);
  const { spiAuto, toSpiChoice } = request;
  if (!spiAuto && request.spi === 0)
    throw new Refusal('spi: missing, or 0, which is no SPI; give one, or auto', 'usage');
  return {
    autoSpi: spiAuto,
    toSpi: toSpiChoice === SpiChoice.AUTO ? 'auto' : toSpiChoice === SpiChoice.VALUE ? 'value' : 'same',
    lifetimes: pick(request, LIFETIMES),
    name: request.name,
    ...definitionOfWords(request, policy),
  };
}

/** The properties of an SA, every one with a value. */
type Words = Pick<InstanceType<typeof messages.SaRequest>, SaField>;

function definitionOfWords(words: Words, policy: SaPolicy): Pick<SaSpecification, 'definition' | 'mode'> {
  const { encap } = words;
  const mode = formatMode(words.mode);
  const destination = required('dst', words.dst);
  if (policy.role === 'relay' && words.to === '')
    throw new Refusal('to: missing; name the address the packets go to', 'usage');
  const to = words.to === '' ? destination : address('to', words.to);
  const { kind, sourcePort, destinationPort } = emitEncapsulation(words, policy);
  return {
    definition: {
      match: {
        kind: matchKind(words),
        destination,
        spi: words.spi,
        peer: words.src === '' ? undefined : address('src', words.src),
        port: encap == null ? 0 : encap.port || PORT_NAT_TRAVERSAL,
        peerPort: encap?.peerPort ?? 0,
      },
      emit: {
        kind,
        source: words.toSrc === '' ? defaultSource(destination, to, policy) : address('to-src', words.toSrc),
        destination: to,
        spi: words.toSpi,
        sourcePort,
        destinationPort,
      },
      ...pick(words, OPTIONS),
    },
    mode: mode === 'default' ? undefined : mode,
  };
}

const ENUMERATED = Object.values(SA_WORDS).filter(({ enumeration }) => enumeration !== undefined);

/** Protobuf passes on any number as the value of an enum; a number without a meaning here is refused. */
function refuseUnknown(
  word: string,
  value: unknown,
  values: Readonly<Record<string, string | number>>,
): void {
  if (Object.values(values).some((known) => known === value)) return;
  const known = Object.entries(values).filter(([, number]) => typeof number === 'number');
  const list = known.map(([name, number]) => `${number} (${name})`).join(', ');
  throw new Refusal(`${word}: ${value} is unknown to this daemon; use one of ${list}`, 'usage');
}

function matchKind({ protocol, encap }: Words): Kind {
  if (protocol !== Protocol.AH) return encap == null ? KIND_ESP : KIND_UDP;
  if (encap != null) throw new Refusal(`encap: ${AH_IN_UDP}`);
  return KIND_AH;
}

function emitEncapsulation(
  request: Words,
  { role }: SaPolicy,
): Pick<SaEmit, 'kind' | 'sourcePort' | 'destinationPort'> {
  const { protocol, toEncap } = request;
  if (toEncap == null) {
    const kind = matchKind(request);
    const port = kind === KIND_UDP && role === 'relay' ? PORT_NAT_TRAVERSAL : 0;
    return { kind, sourcePort: port, destinationPort: port };
  }
  const isAh = protocol === Protocol.AH;
  if (isAh && !toEncap.none) throw new Refusal(`to-encap: ${AH_IN_UDP}`);
  return {
    kind: !toEncap.none ? KIND_UDP : isAh ? KIND_AH : KIND_ESP,
    sourcePort: toEncap.sourcePort ?? 0,
    destinationPort: toEncap.destinationPort ?? 0,
  };
}

/** Where packets leave from when `to-src` does not say so; undefined: an edge keeps their own source. */
function defaultSource(
  destination: Uint8Array,
  to: Uint8Array,
  { role, addresses }: SaPolicy,
): Uint8Array | undefined {
  if (role === 'edge') return undefined;
  const family = familyOf(to);
  if (familyOf(destination) === family) return destination;
  const candidates = addresses.filter((prefix) => prefix.family === family);
  const single = candidates.filter(isSingleAddress);
  if (single.length === 1) return single[0]!.bytes;
  throw new Refusal(
    candidates.length === 0
      ? `to-src: the packets leave over IPv${family}, and the relay has no IPv${family} address to send from; add one to [relay] addresses`
      : `to-src: the packets leave over IPv${family}, and the relay has several addresses to send from; name one of ${candidates.map(formatPrefix).join(', ')}`,
  );
}

const ORIGINS = {
  config: messages.Sa.Origin.CONFIG,
  runtime: messages.Sa.Origin.RUNTIME,
  learned: messages.Sa.Origin.LEARNED,
} as const;

/** An SA with its counters, for the client. @param nowMs Unix time */
export function saMessage(database: SaDatabase, entry: SaEntry, nowMs = Date.now()): Sa {
  return {
    ...storedSa(entry, database.definition(entry)),
    origin: ORIGINS[entry.origin],
    idleSinceMs: database.idleSinceMs(entry, nowMs),
    connection: database.connections.of(entry)?.id ?? 0,
    connectionName: connectionName(entry.name),
    ...database.counters(entry),
  };
}

/** An SA as it outlives the daemon. */
export function storedSa(entry: SaEntry, definition: SaDefinition): StoredSa {
  const { match, emit, mode } = definition;
  const stored: StoredSa = {
    id: entry.id,
    name: entry.name,
    protocol: match.kind === KIND_AH ? Protocol.AH : Protocol.ESP,
    dst: formatAddress(match.destination),
    spi: match.spi,
    src: match.peer === undefined ? '' : formatAddress(match.peer),
    to: formatAddress(emit.destination),
    toSrc: emit.source === undefined ? '' : formatAddress(emit.source),
    toSpi: emit.spi,
    mode: parseMode(mode),
    ...pick(definition, OPTIONS),
    addedMs: entry.addedMs,
    expiresMs: entry.expiresMs,
    softExpiresMs: entry.softExpiresMs,
    ...entry.lifetimes,
  };
  if (match.kind === KIND_UDP) stored.encap = { peerPort: match.peerPort, port: match.port };
  if (emit.kind === KIND_UDP) {
    stored.toEncap = { none: false, sourcePort: emit.sourcePort, destinationPort: emit.destinationPort };
  } else if (match.kind === KIND_UDP) {
    stored.toEncap = { none: true, sourcePort: 0, destinationPort: 0 };
  }
  return stored;
}

/** The fields of a durable SA that are not its definition. */
export function entryOf(stored: StoredSa): Omit<SaEntry, 'slot'> {
  const { id, name, addedMs, expiresMs, softExpiresMs } = stored;
  return {
    id,
    name,
    origin: 'runtime',
    addedMs,
    lifetimes: {
      ...pick(stored, LIFETIMES),
      // Records of before the lifetimes were stored have the end alone.
      lifetime: stored.lifetime || (expiresMs === 0 ? 0 : Math.round((expiresMs - addedMs) / 1000)),
    },
    expiresMs,
    softExpiresMs,
  };
}

/** Fills in nothing, since an edge keeps every field that a request does not set. */
const AS_STORED: SaPolicy = { role: 'edge', addresses: [] };

/** The definition of a durable SA. */
export function definitionOf(stored: StoredSa): SaDefinition {
  const { definition, mode } = definitionOfWords(stored, AS_STORED);
  return { mode: mode!, ...definition };
}

function required(word: string, text: string): Uint8Array {
  if (text === '') throw new Refusal(`${word}: missing; name an address`, 'usage');
  return address(word, text);
}

function address(word: string, text: string): Uint8Array {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof AddressError) throw new Refusal(`${word}: ${error.message}`, 'usage');
    throw error;
  }
}
