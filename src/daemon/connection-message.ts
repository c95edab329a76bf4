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

/** @param nowMs Unix time @param exchange the fields that its key exchange knows, if it has one; `trouble` if the traffic tells nothing */
export function connectionMessage(
  database: SaDatabase,
  connection: Connection,
  nowMs: number,
  exchange?: Partial<ConnectionMessage>,
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
  if (sides !== undefined) {
    message.firstLeg = legMessage(database, sides.first);
    message.secondLeg = legMessage(database, sides.second);
  }
  if (exchange === undefined) return message;
  const { firstLeg, secondLeg } = message;
  return {
    ...message,
    ...exchange,
    state: exchange.state === 'half-open' ? 'half-open' : message.state!,
    trouble:
      exchange.trouble ?? trafficTrouble(exchange.second!, up.packets, down.packets, nowMs - startedMs),
    firstLeg: { ...exchange.firstLeg, mtu: firstLeg?.mtu ?? 0 },
    secondLeg: { ...exchange.secondLeg, mtu: secondLeg?.mtu ?? 0 },
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
