/**
 * Connections: one first and one second joined, with the SAs of both directions, old and new during rekey. SAs that are added by
 * hand under one name form one.
 */
import type { SaDefinition } from '../table/definition.js';
import { addCounters, type SaCounters, type SaEntry } from './entry.js';
import { EntrySet } from './entry-set.js';
import { agree, arrivingEnds, type LegEnds, leavingEnds } from './leg.js';

/** The connection that an SA belongs to by its name: `alice-up` and `alice-down` are `alice`. Empty: none. */
export function connectionName(name: string): string {
  return name.replace(/(?<=.)-(up|down|in|out)$/, '');
}

/** The fields of a connection that outlive the daemon, beside its SAs. */
export interface ConnectionFields {
  readonly id: number;
  readonly name: string;
  /** Unix time of the first SA, milliseconds. */
  readonly startedMs: number;
  /** How often one of its legs has moved. */
  readonly moves: number;
}

export class Connection implements ConnectionFields {
  readonly id: number;
  readonly name: string;
  readonly startedMs: number;
  moves: number;
  /** It stays without SAs: a key exchange holds it. */
  isKept = false;
  /** Oldest first. */
  readonly entries = new EntrySet();
  /** Traffic of SAs that no longer exist: from first to second, and back. */
  gone = NO_TRAFFIC;

  constructor({ id, name, startedMs, moves }: ConnectionFields) {
    this.id = id;
    this.name = name;
    this.startedMs = startedMs;
    this.moves = moves;
  }
}

/** Of one connection. */
export interface Traffic {
  readonly up: SaCounters;
  readonly down: SaCounters;
}

function noTraffic(): Traffic {
  const none = (): SaCounters => ({ packets: 0, bytes: 0, lastPacketMs: 0 });
  return { up: none(), down: none() };
}

/** Shared by all connections of which no SA has ended. */
const NO_TRAFFIC = Object.freeze(noTraffic());

export type Side = 'first' | 'second';

interface OneSa {
  readonly entry: SaEntry;
  readonly definition: SaDefinition;
}

/** An SA, and whether it leads from first to second. */
export interface Member extends OneSa {
  readonly isUp: boolean;
}

/** A connection's legs, and on which of them each SA leaves. */
export interface Sides {
  readonly first: LegEnds;
  readonly second: LegEnds;
  readonly members: readonly Member[];
}

/**
 * The oldest SA leads from first to second, unless its name ends in `-down`. Another one that leaves where that one leaves leads
 * there too; all others lead back.
 * @param sas of one connection, oldest first, at least one
 */
export function sidesOf(sas: readonly OneSa[]): Sides {
  const leadEntry = leadOf(sas.map(({ entry }) => entry));
  const lead = sas.find(({ entry }) => entry === leadEntry)!;
  const { match, emit } = lead.definition;
  const isReversed = isNamedDown(lead.entry);
  const second = secondEnds(lead);
  const members = sas.map(
    ({ entry, definition }): Member => ({
      entry,
      definition,
      isUp: leadsUp({ entry, definition }, lead),
    }),
  );
  return {
    first: known(isReversed ? leavingEnds(emit) : arrivingEnds(match), members, false),
    second: known(second, members, true),
    members,
  };
}

/** The SA that tells the direction of all others. @param entries oldest first, at least one */
export function leadOf(entries: Iterable<SaEntry>): SaEntry {
  let oldest: SaEntry | undefined;
  for (const entry of entries) {
    if (!isNamedDown(entry)) return entry;
    oldest ??= entry;
  }
  return oldest!;
}

function isNamedDown({ name }: SaEntry): boolean {
  return name.endsWith('-down');
}

/** Where the second is, by the SA that tells the direction of all others. */
function secondEnds({ entry, definition: { match, emit } }: OneSa): LegEnds {
  return isNamedDown(entry) ? arrivingEnds(match) : leavingEnds(emit);
}

/** Whether an SA leads from first to second. @param lead of its connection */
export function leadsUp({ entry, definition }: OneSa, lead: OneSa): boolean {
  if (entry === lead.entry) return !isNamedDown(entry);
  return agree(leavingEnds(definition.emit), secondEnds(lead));
}

/** The peer of a leg is known from the SAs that emit to it; SAs that match there may accept any peer. */
function known(ends: LegEnds, members: readonly Member[], isUp: boolean): LegEnds {
  for (const member of [...members].reverse()) {
    const leaving = leavingEnds(member.definition.emit);
    if (member.isUp === isUp && agree(leaving, ends)) return leaving;
  }
  return ends;
}

/** The definition of an SA after one of its connection's legs has moved. A peer that it does not require stays unrequired. */
export function movedDefinition({ definition, isUp }: Member, side: Side, to: LegEnds): SaDefinition {
  const { match, emit } = definition;
  if ((side === 'first') === isUp) {
    return {
      ...definition,
      match: {
        ...match,
        kind: to.kind,
        destination: to.relay ?? match.destination,
        port: to.relayPort,
        peer: match.peer && to.peer,
        peerPort: match.peerPort === 0 ? 0 : to.peerPort,
      },
    };
  }
  return {
    ...definition,
    emit: {
      ...emit,
      kind: to.kind,
      source: to.relay,
      sourcePort: to.relayPort,
      destination: to.peer ?? emit.destination,
      destinationPort: to.peerPort,
    },
  };
}

/** All connections. */
export class Connections {
  /** Ascending by id. */
  readonly #byId = new Map<number, Connection>();
  readonly #byName = new Map<string, Connection>();
  #nextId = 1;

  get size(): number {
    return this.#byId.size;
  }

  /** Puts one back that has no SAs yet. */
  restore(fields: ConnectionFields): void {
    if (this.#byName.has(fields.name)) return;
    this.#insert(new Connection(fields));
  }

  /** @returns the SA's connection; undefined: it has no name, and so none */
  join(entry: SaEntry, nowMs: number): Connection | undefined {
    const name = connectionName(entry.name);
    if (name === '') return undefined;
    let connection = this.#byName.get(name);
    if (connection === undefined) {
      connection = new Connection({ id: this.#nextId, name, startedMs: nowMs, moves: 0 });
      this.#insert(connection);
    }
    connection.entries.add(entry);
    return connection;
  }

  /** @param carried the traffic of the SA and its direction; undefined: it goes on under another name */
  leave(entry: SaEntry, carried: { counters: SaCounters; isUp: boolean } | undefined): void {
    const connection = this.of(entry);
    if (!connection?.entries.delete(entry)) return;
    if (carried !== undefined) {
      if (connection.gone === NO_TRAFFIC) connection.gone = noTraffic();
      addCounters(connection.gone[carried.isUp ? 'up' : 'down'], carried.counters);
    }
    if (connection.entries.size > 0 || connection.isKept) return;
    this.#byId.delete(connection.id);
    this.#byName.delete(connection.name);
  }

  /** A connection that stays until {@link close}. @param service part of its name */
  open(service: string, nowMs: number, id = this.#nextId): Connection {
    const connection = new Connection({ id, name: `${service}/${id}`, startedMs: nowMs, moves: 0 });
    connection.isKept = true;
    this.#insert(connection);
    return connection;
  }

  /** Of one that has no SAs any more. */
  close(connection: Connection): void {
    this.#byId.delete(connection.id);
    this.#byName.delete(connection.name);
  }

  of(entry: SaEntry): Connection | undefined {
    return this.#byName.get(connectionName(entry.name));
  }

  get(id: number): Connection | undefined {
    return this.#byId.get(id);
  }

  /** Those without SAs, which {@link restore} put back, are gone. @returns them */
  dropEmpty(): Connection[] {
    const empty = [...this.#byId.values()].filter(({ entries, isKept }) => entries.size === 0 && !isKept);
    for (const { id, name } of empty) {
      this.#byId.delete(id);
      this.#byName.delete(name);
    }
    return empty;
  }

  /** Those with id > `after`, ascending, at most `limit`. */
  page(after: number, limit: number): { connections: Connection[]; more: boolean } {
    const connections: Connection[] = [];
    for (const connection of this.#byId.values()) {
      if (connection.id <= after) continue;
      if (connections.length === limit) return { connections, more: true };
      connections.push(connection);
    }
    return { connections, more: false };
  }

  #insert(connection: Connection): void {
    this.#byId.set(connection.id, connection);
    this.#byName.set(connection.name, connection);
    this.#nextId = Math.max(this.#nextId, connection.id + 1);
  }
}
