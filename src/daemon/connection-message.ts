/** Connections in the words of the control protocol. Pure. */
import type { Connection as ConnectionMessage, Leg as LegMessage } from '../control/handler.js';
import { trafficTrouble } from '../exchange/trouble.js';
import type { Connection } from '../sad/connection.js';
import type { SaDatabase } from '../sad/database.js';
import { addCounters } from '../sad/entry.js';
import { familyOfEnds, type LegEnds } from '../sad/leg.js';
import { KIND_AH, KIND_UDP, MTU_UNKNOWN } from '../table/layout.js';
import { formatAddress } from '../wire/address.js';

/** After so long without a packet a connection is idle, milliseconds. */
const IDLE_MS = 3_600_000;

/**
 * A connection as its key exchange has it: this takes the place of the fields that come from its SAs. `trouble` is there if the traffic
 * tells nothing.
 */
export interface ExchangeFields
  extends Pick<
    ConnectionMessage,
    'service' | 'second' | 'state' | 'moves' | 'movedMs' | 'startedMs' | 'ike' | 'trouble'
  > {
  readonly legs: { readonly first: LegEnds; readonly second: LegEnds };
}

/** @param nowMs Unix time */
export function connectionMessage(
  database: SaDatabase,
  connection: Connection,
  nowMs: number,
  exchange?: ExchangeFields,
): ConnectionMessage {
  const { id, name, startedMs, moves, gone } = connection;
  const up = { ...gone.up };
  const down = { ...gone.down };
  const sides = connection.entries.size > 0 ? database.sides(connection) : undefined;
  for (const { entry, isUp } of sides?.members ?? []) addCounters(isUp ? up : down, database.counters(entry));
  const total = { ...up };
  addCounters(total, down);
  const isIdle = nowMs - Math.max(total.lastPacketMs, startedMs) > IDLE_MS;
  const message: ConnectionMessage = {
    id,
    name,
    state: isIdle ? 'idle' : 'established',
    sas: [...connection.entries].map((entry) => entry.id).sort((one, other) => one - other),
    startedMs,
    moves,
    ...total,
    up: { packets: up.packets, bytes: up.bytes },
    down: { packets: down.packets, bytes: down.bytes },
    movedMs: 0,
    trouble: '',
  };
  const { legs, ...fields }: Partial<ExchangeFields> = exchange ?? {};
  const ends = legs ?? sides;
  if (ends !== undefined) {
    message.firstLeg = legMessage(database, ends.first);
    message.secondLeg = legMessage(database, ends.second);
  }
  if (exchange === undefined) return message;
  // It may have moved before it carried an SA.
  message.firstLeg!.generation = exchange.moves!;
  return {
    ...message,
    ...fields,
    state: exchange.state === 'half-open' ? 'half-open' : message.state!,
    trouble:
      exchange.trouble ?? trafficTrouble(exchange.second!, up.packets, down.packets, nowMs - startedMs),
  };
}

function legMessage(database: SaDatabase, ends: LegEnds): LegMessage {
  const { kind, relay, relayPort, peer, peerPort } = ends;
  const leg = database.legs.find(ends);
  const mtu = leg?.mtu ?? MTU_UNKNOWN;
  return {
    family: familyOfEnds(ends),
    encapsulation: kind === KIND_UDP ? 'udp' : kind === KIND_AH ? 'ah' : 'esp',
    relayAddress: relay === undefined ? '' : formatAddress(relay),
    relayPort,
    peerAddress: peer === undefined ? '' : formatAddress(peer),
    peerPort,
    mtu: mtu === MTU_UNKNOWN ? 0 : mtu,
    generation: leg?.generation ?? 0,
  };
}
