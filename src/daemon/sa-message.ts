/** SAs between the words of the control protocol and the SAD. Pure. */
import { Refusal, type Sa, type SaRequest } from '../control/handler.js';
import { messages, type Mode as ProtocolMode } from '../control/message.js';
import { AH_IN_UDP } from '../sad/acceptance.js';
import { connectionName } from '../sad/connection.js';
import type { SaDatabase, SaSpecification } from '../sad/database.js';
import type { SaEntry } from '../sad/entry.js';
import type { SaPolicy } from '../sad/policy.js';
import type { Kind, Mode, SaDefinition, SaEmit } from '../table/definition.js';
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
import type { StoredSa } from './sa-store.js';

const { Mode: ModeNumber, Protocol } = messages;
const { SpiChoice } = messages.SaRequest;

const MODE_NAMES: Readonly<Record<ProtocolMode, Mode | undefined>> = {
  [ModeNumber.DEFAULT]: undefined,
  [ModeNumber.PRESERVE]: 'preserve',
  [ModeNumber.EDGE]: 'edge',
  [ModeNumber.AWARE]: 'aware',
};
const MODE_NUMBERS: Readonly<Record<Mode, ProtocolMode>> = {
  preserve: ModeNumber.PRESERVE,
  edge: ModeNumber.EDGE,
  aware: ModeNumber.AWARE,
};

/**
 * The SA that a request asks for, with the defaults of the role.
 * @throws {Refusal} when a word is missing, unknown or no address, or means nothing beside another
 */
export function specificationOf(fields: SaRequest, policy: SaPolicy): SaSpecification {
  const request = new messages.SaRequest(fields);
  refuseUnknown('protocol', request.protocol, Protocol);
  refuseUnknown('mode', request.mode, ModeNumber);
  refuseUnknown('to-spi choice', request.toSpiChoice, SpiChoice);
  const { spiAuto, toSpiChoice, encap } = request;
  if (!spiAuto && request.spi === 0)
    throw new Refusal('spi: missing, or 0, which is no SPI; give one, or auto', 'usage');
  const destination = required('dst', request.dst);
  if (policy.role === 'relay' && request.to === '')
    throw new Refusal('to: missing; name the address the packets go to', 'usage');
  const to = request.to === '' ? destination : address('to', request.to);
  return {
    name: request.name,
    definition: {
      match: {
        kind: matchKind(request),
        destination,
        spi: request.spi,
        peer: request.src === '' ? undefined : address('src', request.src),
        port: encap == null ? 0 : encap.port || PORT_NAT_TRAVERSAL,
        peerPort: encap?.peerPort ?? 0,
      },
      emit: {
        ...emitEncapsulation(request, policy),
        source:
          request.toSrc === '' ? defaultSource(destination, to, policy) : address('to-src', request.toSrc),
        destination: to,
        spi: request.toSpi,
      },
      hairpin: request.hairpin,
    },
    autoSpi: spiAuto,
    toSpi: toSpiChoice === SpiChoice.AUTO ? 'auto' : toSpiChoice === SpiChoice.VALUE ? 'value' : 'same',
    mode: MODE_NAMES[request.mode],
    lifetimes: {
      hardSeconds: request.lifetime,
      softSeconds: request.softLifetime,
      idleSeconds: request.idle,
    },
  };
}

/** Protobuf passes on any number as the value of an enum; a number without a meaning here is refused. */
function refuseUnknown(word: string, value: number, values: Readonly<Record<string, string | number>>): void {
  if (Object.values(values).includes(value)) return;
  const known = Object.entries(values).filter(([, number]) => typeof number === 'number');
  const list = known.map(([name, number]) => `${number} (${name})`).join(', ');
  throw new Refusal(`${word}: ${value} is unknown to this daemon; use one of ${list}`, 'usage');
}

type WholeRequest = InstanceType<typeof messages.SaRequest>;

function matchKind({ protocol, encap }: WholeRequest): Kind {
  if (protocol !== Protocol.AH) return encap == null ? KIND_ESP : KIND_UDP;
  if (encap != null) throw new Refusal(`encap: ${AH_IN_UDP}`);
  return KIND_AH;
}

function emitEncapsulation(
  request: WholeRequest,
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
export function storedSa(entry: SaEntry, { match, emit, mode, hairpin }: SaDefinition): StoredSa {
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
    mode: MODE_NUMBERS[mode],
    hairpin,
    addedMs: entry.addedMs,
    expiresMs: entry.expiresMs,
    softExpiresMs: entry.softExpiresMs,
    lifetime: entry.lifetimes.hardSeconds,
    softLifetime: entry.lifetimes.softSeconds,
    idle: entry.lifetimes.idleSeconds,
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
      // Records of before the lifetimes were stored have the end alone.
      hardSeconds: stored.lifetime || (expiresMs === 0 ? 0 : Math.round((expiresMs - addedMs) / 1000)),
      softSeconds: stored.softLifetime,
      idleSeconds: stored.idle,
    },
    expiresMs,
    softExpiresMs,
  };
}

/** The definition of a durable SA. */
export function definitionOf(stored: StoredSa): SaDefinition {
  const native: Kind = stored.protocol === Protocol.AH ? KIND_AH : KIND_ESP;
  return {
    match: {
      kind: stored.encap === undefined ? native : KIND_UDP,
      destination: parseAddress(stored.dst),
      spi: stored.spi,
      peer: stored.src === '' ? undefined : parseAddress(stored.src),
      // Records of before relays had other ports have none.
      port: stored.encap === undefined ? 0 : stored.encap.port || PORT_NAT_TRAVERSAL,
      peerPort: stored.encap?.peerPort ?? 0,
    },
    emit: {
      kind: stored.toEncap === undefined || stored.toEncap.none ? native : KIND_UDP,
      source: stored.toSrc === '' ? undefined : parseAddress(stored.toSrc),
      destination: parseAddress(stored.to),
      spi: stored.toSpi,
      sourcePort: stored.toEncap?.sourcePort ?? 0,
      destinationPort: stored.toEncap?.destinationPort ?? 0,
    },
    mode: MODE_NAMES[stored.mode]!,
    hairpin: stored.hairpin,
  };
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
