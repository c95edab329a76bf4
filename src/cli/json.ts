/** The daemon's answers, as JSON with the keys that the manual page lists. Pure. */
import type {
  AddedSaReply,
  ConnectionReply,
  EventReply,
  LegReply,
  SaReply,
  SecondReply,
  ServiceReply,
  StatusReply,
} from '../control/client.js';
import { messages } from '../control/message.js';
import { type JsonValue, SA_WORDS } from '../control/sa-words.js';
import { familyOf, formatSpi } from '../control/words.js';

export function statusJson(status: StatusReply) {
  return {
    version: status.version,
    role: status.role,
    pid: status.pid,
    started: time(status.startedMs),
    attachment: status.attachment,
    interface: status.interface,
    workers: status.workers,
    lookup: status.lookup || null,
    addresses: status.addresses,
    sas: status.sas,
    max_sas: status.maxSas,
    sad_bytes: status.sadBytes,
    config_path: status.configPath,
    state_directory: status.stateDirectory,
    verdicts: Object.fromEntries(
      status.verdicts.map(({ verdict, packets, bytes }) => [
        verdict,
        { packets: packets ?? 0, bytes: bytes ?? 0 },
      ]),
    ),
    originated: Object.fromEntries(
      status.originated.map(({ name, packets, bytes }) => [
        name,
        { packets: packets ?? 0, bytes: bytes ?? 0 },
      ]),
    ),
    fragments: status.fragments
      ? {
          datagrams: status.fragments.datagrams ?? 0,
          bytes: status.fragments.bytes ?? 0,
          limit: status.fragments.limit ?? 0,
        }
      : null,
    exchanges: status.exchanges
      ? {
          connections: status.exchanges.connections ?? 0,
          half_open: status.exchanges.halfOpen ?? 0,
          seconds: status.exchanges.seconds ?? 0,
          up: status.exchanges.up ?? 0,
          draining: status.exchanges.draining ?? 0,
          troubles: status.exchanges.troubles ?? [],
        }
      : null,
    fast_path: status.fastPath
      ? {
          links: status.fastPath.links ?? [],
          packets: status.fastPath.packets ?? 0,
          bytes: status.fastPath.bytes ?? 0,
        }
      : null,
    spi_filter: status.spiFilter
      ? { packets: status.spiFilter.packets ?? 0, bytes: status.spiFilter.bytes ?? 0 }
      : null,
  };
}

const ORIGINS = {
  [messages.Sa.Origin.RUNTIME]: 'runtime',
  [messages.Sa.Origin.CONFIG]: 'config',
  [messages.Sa.Origin.LEARNED]: 'learned',
};

const KEYS = Object.entries(SA_WORDS).map(([word, { json }]) => ({ key: word.replaceAll('-', '_'), json }));

/** The words of `sa add`, and further fields that the daemon adds; null where a word was not given. */
export function saJson(sa: SaReply) {
  const words: Record<string, JsonValue> = {};
  for (const { key, json } of KEYS) words[key] = json(sa);
  return {
    id: sa.id,
    ...words,
    family: familyOf(sa.dst),
    to_family: familyOf(sa.to || sa.dst),
    origin: ORIGINS[sa.origin],
    connection: sa.connection || null,
    added: time(sa.addedMs),
    soft_expires: time(sa.softExpiresMs),
    expires: time(sa.expiresMs),
    idle_since: time(sa.idleSinceMs),
    packets: sa.packets,
    bytes: sa.bytes,
    last_packet: time(sa.lastPacketMs),
  };
}

export function connectionJson(connection: ConnectionReply) {
  const first = connection.firstLeg as LegReply;
  const second = connection.secondLeg as LegReply;
  return {
    id: connection.id,
    name: connection.name,
    state: connection.state,
    service: connection.service || null,
    second: connection.second || null,
    ike: connection.ike.map(({ version, initiatorSpi, responderSpi }) => ({
      version,
      initiator_spi: initiatorSpi,
      responder_spi: responderSpi,
    })),
    first: { address: first.peerAddress || null, port: first.peerPort || null },
    relay: { address: second.relayAddress || null, port: second.relayPort || null },
    legs: { first: legJson(first), second: legJson(second) },
    sas: connection.sas,
    started: time(connection.startedMs),
    last_packet: time(connection.lastPacketMs),
    moves: connection.moves,
    last_move: time(connection.movedMs),
    packets: connection.packets,
    bytes: connection.bytes,
    up: trafficJson(connection.up),
    down: trafficJson(connection.down),
    trouble: connection.trouble || null,
  };
}

function trafficJson(traffic: ConnectionReply['up']) {
  return { packets: traffic?.packets ?? 0, bytes: traffic?.bytes ?? 0 };
}

export function secondJson(second: SecondReply) {
  const { name, addresses, weight, state, connections, halfOpen, unanswered } = second;
  return {
    name,
    addresses,
    weight,
    state,
    connections,
    half_open: halfOpen,
    unanswered,
    last_answer: time(second.lastAnswerMs),
    trouble: second.trouble || null,
  };
}

export function serviceJson({ name, addresses, from, seconds, balance, connections }: ServiceReply) {
  return { name, addresses, from, seconds, balance, connections };
}

function legJson(leg: LegReply) {
  return {
    family: leg.family,
    encapsulation: leg.encapsulation,
    relay: { address: leg.relayAddress || null, port: leg.relayPort || null },
    peer: { address: leg.peerAddress || null, port: leg.peerPort || null },
    mtu: leg.mtu || null,
    generation: leg.generation,
  };
}

export function addedJson(added: AddedSaReply) {
  return {
    id: added.id,
    spi: formatSpi(added.spi),
    to_spi: formatSpi(added.toSpi),
    existed: added.existed,
    replaced: added.replaced,
  };
}

export function eventJson({ timeMs, event, sa, message }: EventReply) {
  return { time: time(timeMs), event, message, sa: sa ? saJson(sa as SaReply) : null };
}

/** ISO 8601 in UTC; null for the protocol's 0, never. */
function time(timeMs: number): string | null {
  return timeMs === 0 ? null : new Date(timeMs).toISOString();
}
