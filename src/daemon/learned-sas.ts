/** SAs that are learnt from the traffic of connections with a key exchange, bounded for each connection and direction. */
import type { ExchangeConnection, Flow } from '../exchange/connection.js';
import type { SaDatabase } from '../sad/database.js';
import type { SaEntry } from '../sad/entry.js';
import type { LegEnds } from '../sad/leg.js';
import { NO_LIFETIMES } from '../sad/lifetimes.js';
import { NO_OPTIONS, type SaDefinition } from '../table/definition.js';
import { KIND_UDP } from '../table/layout.js';
import { equalAddresses, familyOf } from '../wire/address.js';
import type { UdpEnd } from '../wire/datagram.js';
import { FIRST_UNRESERVED_SPI, PORT_NAT_TRAVERSAL } from '../wire/protocol.js';
import type { SaManager } from './sa-manager.js';

/** SAs of one direction of a connection: old and new of several CHILD_SAs (RFC 7296 §2.8, RFC 9611). */
const MOST_LEARNED = 32;

/** The connection and direction of a learnt SA. */
interface Learned {
  readonly connection: ExchangeConnection;
  readonly isUp: boolean;
  readonly spi: number;
}

export class LearnedSas {
  readonly #manager: SaManager;
  readonly #learned = new Map<SaEntry, Learned>();
  readonly #byConnection = new Map<ExchangeConnection, { up: Set<SaEntry>; down: Set<SaEntry> }>();
  /** Those from first to second. */
  readonly #upBySpi = new Map<number, Set<SaEntry>>();

  constructor(manager: SaManager) {
    this.#manager = manager;
  }

  /**
   * Makes an SA of an SPI that was seen, and counts its packets; the idlest of too many gives way.
   * @param isUp from first to second @param bytes of all the packets
   * @throws {SaRefusal} when another SA is in the way, or the SAD is full
   */
  learn(connection: ExchangeConnection, isUp: boolean, spi: number, packets: number, bytes: number): void {
    const { database } = this.#manager;
    if (spi < FIRST_UNRESERVED_SPI) return;
    const now = Date.now();
    const known = this.#find(connection, isUp, spi);
    if (known !== undefined) {
      // Packets that waited while it was learnt.
      database.countPackets(known, packets, bytes, now);
      return;
    }
    const definition = definitionOf(connection, isUp, spi);
    if (definition === undefined) return;
    const same = this.#by(connection, isUp);
    if (same.size >= MOST_LEARNED) {
      const idlest = [...same].reduce((a, b) =>
        lastPacketMs(database, a) <= lastPacketMs(database, b) ? a : b,
      );
      this.#remove(idlest);
    }
    const { entry } = database.add(
      {
        name: `${connection.service.name}/${connection.id}-${isUp ? 'up' : 'down'}`,
        definition,
        autoSpi: false,
        toSpi: 'value',
        mode: 'preserve',
        lifetimes: NO_LIFETIMES,
      },
      'learned',
      now,
    );
    database.countPackets(entry, packets, bytes, now);
    if (this.#learned.has(entry)) return;
    this.#learned.set(entry, { connection, isUp, spi });
    same.add(entry);
    if (isUp) this.#upBySpi.set(spi, (this.#upBySpi.get(spi) ?? new Set()).add(entry));
    this.#manager.tellLearned(entry);
  }

  /** As `ExchangeHost.ownerOf`. */
  ownerOf(own: UdpEnd, spi: number): ExchangeConnection | undefined {
    const { database } = this.#manager;
    let owner: ExchangeConnection | undefined;
    if (own.port !== PORT_NAT_TRAVERSAL) return undefined;
    for (const entry of this.#upBySpi.get(spi) ?? []) {
      const { connection } = this.#learned.get(entry)!;
      const { match } = database.definition(entry);
      if (!equalAddresses(match.destination, own.address)) continue;
      if (owner !== undefined && owner !== connection) return undefined;
      owner = connection;
    }
    return owner;
  }

  /** Removes the SAs of a connection. */
  forget(connection: ExchangeConnection): void {
    for (const isUp of [true, false])
      for (const entry of [...this.#by(connection, isUp)]) this.#remove(entry);
    this.#byConnection.delete(connection);
  }

  #by(connection: ExchangeConnection, isUp: boolean): Set<SaEntry> {
    const both = this.#byConnection.get(connection) ?? { up: new Set(), down: new Set() };
    this.#byConnection.set(connection, both);
    return isUp ? both.up : both.down;
  }

  #find(connection: ExchangeConnection, isUp: boolean, spi: number): SaEntry | undefined {
    const { database } = this.#manager;
    for (const entry of this.#by(connection, isUp)) {
      // A person may have deleted it.
      if (this.#learned.get(entry)!.spi === spi && database.get(entry.id) === entry) return entry;
    }
    return undefined;
  }

  #remove(entry: SaEntry): void {
    const { connection, isUp, spi } = this.#learned.get(entry)!;
    this.#learned.delete(entry);
    this.#by(connection, isUp).delete(entry);
    const same = this.#upBySpi.get(spi);
    same?.delete(entry);
    if (same?.size === 0) this.#upBySpi.delete(spi);
    // A person may have deleted it.
    const { database } = this.#manager;
    if (database.get(entry.id) === entry) database.remove(entry, Date.now());
  }
}

/** Unix time, milliseconds; of the addition, if there was no packet. */
export function lastPacketMs(database: SaDatabase, entry: SaEntry): number {
  return Math.max(database.counters(entry).lastPacketMs, entry.addedMs);
}

/** The SA of an SPI that was seen on a connection; undefined: the first has not gone on to port 4500 yet. */
function definitionOf(
  { first, towards, second }: ExchangeConnection,
  isUp: boolean,
  spi: number,
): Omit<SaDefinition, 'mode'> | undefined {
  const address = second.addressOf(familyOf(towards.address));
  if (address === undefined || first.own.port !== PORT_NAT_TRAVERSAL) return undefined;
  const toFirst = endsOf(first);
  const toSecond = endsOf({ own: towards, peer: { address, port: PORT_NAT_TRAVERSAL } });
  const [from, to] = isUp ? [toFirst, toSecond] : [toSecond, toFirst];
  return {
    match: {
      kind: KIND_UDP,
      destination: from.relay!,
      port: from.relayPort,
      spi,
      peer: from.peer,
      peerPort: from.peerPort,
    },
    emit: {
      kind: KIND_UDP,
      source: to.relay,
      sourcePort: to.relayPort,
      destination: to.peer!,
      destinationPort: to.peerPort,
      spi,
    },
    ...NO_OPTIONS,
  };
}

/** The ends of a leg of ESP-in-UDP. */
export function endsOf({ own, peer }: Flow): LegEnds {
  return { kind: KIND_UDP, relay: own.address, relayPort: own.port, peer: peer.address, peerPort: peer.port };
}
