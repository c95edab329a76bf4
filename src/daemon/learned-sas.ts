/** SAs that are learnt from the traffic of connections with a key exchange, bounded for each connection and direction. */
import type { ExchangeConnection, Flow } from '../exchange/connection.js';
import { MultiMap } from '../exchange/multi-map.js';
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

/** A learnt SA of a connection. */
interface Learned {
  readonly entry: SaEntry;
  readonly isUp: boolean;
  /** Signed. */
  readonly spi: number;
}

export class LearnedSas {
  readonly #manager: SaManager;
  /** Oldest first. */
  readonly #byConnection = new Map<ExchangeConnection, readonly Learned[]>();
  /** Of SAs from first to second. */
  readonly #upBySpi = new MultiMap<number, ExchangeConnection>();

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
    const same = this.#of(connection).filter((one) => one.isUp === isUp);
    if (same.length >= MOST_LEARNED) {
      const idlest = same.reduce((a, b) =>
        lastPacketMs(database, a.entry) <= lastPacketMs(database, b.entry) ? a : b,
      );
      this.#remove(connection, idlest);
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
    if (same.some((one) => one.entry === entry)) return;
    // One that a person has deleted gives way.
    const others = this.#of(connection).filter((one) => one.isUp !== isUp || one.spi !== (spi | 0));
    if (isUp && others.length === this.#of(connection).length) this.#upBySpi.add(spi | 0, connection);
    this.#byConnection.set(connection, others.concat({ entry, isUp, spi: spi | 0 }));
    this.#manager.tellLearned(entry);
  }

  /** As `ExchangeHost.ownerOf`. */
  ownerOf(own: UdpEnd, spi: number): ExchangeConnection | undefined {
    if (own.port !== PORT_NAT_TRAVERSAL) return undefined;
    const owners = this.#upBySpi
      .at(spi | 0)
      .filter(({ first }) => equalAddresses(first.own.address, own.address));
    return owners.every((owner) => owner === owners[0]) ? owners[0] : undefined;
  }

  /** Removes the SAs of a connection. */
  forget(connection: ExchangeConnection): void {
    for (const learned of this.#of(connection)) this.#remove(connection, learned);
    this.#byConnection.delete(connection);
  }

  #of(connection: ExchangeConnection): readonly Learned[] {
    return this.#byConnection.get(connection) ?? [];
  }

  #find(connection: ExchangeConnection, isUp: boolean, spi: number): SaEntry | undefined {
    const { database } = this.#manager;
    // A person may have deleted it.
    return this.#of(connection).find(
      (one) => one.isUp === isUp && one.spi === (spi | 0) && database.get(one.entry.id) === one.entry,
    )?.entry;
  }

  #remove(connection: ExchangeConnection, learned: Learned): void {
    const { entry, isUp, spi } = learned;
    const left = this.#of(connection).filter((one) => one !== learned);
    this.#byConnection.set(connection, left);
    if (isUp) this.#upBySpi.delete(spi, connection);
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
