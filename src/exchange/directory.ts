/**
 * All connections, and how a message finds its own:
 *
 *     from a first:   SPI pair, or (first, service, initiator SPI) while there is none, or the first's own place
 *     from a second:  the relay's address and port, which are one connection's alone among those of the second
 */
import { randomInt } from 'node:crypto';
import { addressKey, familyOf } from '../wire/address.js';
import { endKey, sameEnd, type UdpEnd } from '../wire/datagram.js';
import { PORT_IKE, PORT_NAT_TRAVERSAL } from '../wire/protocol.js';
import { type ExchangeConnection, type Flow, flowKey } from './connection.js';
import { MultiMap } from './multi-map.js';
import type { Second } from './second.js';

/** After so long since the last message, milliseconds, no first repeats its first one. */
const RETRANSMISSIONS_MS = 60_000;
/** Random tries before the ports are looked through one by one. */
const TRIES = 32;
/** Where key exchanges and ESP-in-UDP come from firsts, and where seconds have theirs. */
export const IKE_PORTS: readonly number[] = [PORT_IKE, PORT_NAT_TRAVERSAL];

export class Directory {
  readonly connections = new Map<number, ExchangeConnection>();
  readonly halfOpen = new Set<ExchangeConnection>();
  readonly #byPair = new Map<string, ExchangeConnection>();
  readonly #byInitiator = new Map<string, ExchangeConnection>();
  readonly #byTowards = new MultiMap<string, ExchangeConnection>();
  /** By where the first is bound. */
  readonly #byFlow = new MultiMap<string, ExchangeConnection>();
  readonly #halfOpenByPrefix = new Map<string, number>();
  /** By the relay's address and the second. */
  readonly #halfOpenTowards = new Map<string, number>();
  /** Ports in use, by the relay's address and the second. */
  readonly #used = new Map<string, number>();

  enter(connection: ExchangeConnection): void {
    const { towards, first, initiatorKey, pairs, second } = connection;
    this.connections.set(connection.id, connection);
    this.#byTowards.add(endKey(towards), connection);
    this.#countPort(towards.address, second, 1);
    this.#byFlow.add(flowKey(first), connection);
    if (initiatorKey !== '') this.#byInitiator.set(initiatorKey, connection);
    for (const pair of pairs) this.#byPair.set(pair, connection);
    if (connection.state === 'half-open') this.#setHalfOpen(connection);
  }

  leave(connection: ExchangeConnection): void {
    const { towards, first, initiatorKey, pairs, second } = connection;
    this.connections.delete(connection.id);
    this.#byTowards.delete(endKey(towards), connection);
    this.#countPort(towards.address, second, -1);
    this.#byFlow.delete(flowKey(first), connection);
    if (initiatorKey !== '') this.#byInitiator.delete(initiatorKey);
    for (const pair of pairs) if (this.#byPair.get(pair) === connection) this.#byPair.delete(pair);
    this.notHalfOpen(connection);
  }

  /** Frees the memory of an established connection that no message needs any more. @param now steady time, milliseconds */
  settle(connection: ExchangeConnection, now: number): void {
    connection.settle(now);
    const { initiatorKey } = connection;
    if (initiatorKey === '' || now - connection.activeAtMs < RETRANSMISSIONS_MS) return;
    this.#byInitiator.delete(initiatorKey);
    connection.initiatorKey = '';
  }

  /** The first is bound elsewhere from now on. */
  move(connection: ExchangeConnection, to: Flow): void {
    this.#byFlow.delete(flowKey(connection.first), connection);
    connection.bind(to);
    this.#byFlow.add(flowKey(to), connection);
  }

  /** Another IKE SA of the connection. @param answeredUpTo as of `ExchangeConnection.addPair` */
  addPair(connection: ExchangeConnection, pair: string, answeredUpTo: number | undefined): void {
    const oldest = connection.addPair(pair, answeredUpTo);
    if (oldest !== undefined) this.#byPair.delete(oldest);
    this.#byPair.set(pair, connection);
  }

  ofPair(pair: string): ExchangeConnection | undefined {
    return this.#byPair.get(pair);
  }

  ofInitiator(key: string): ExchangeConnection | undefined {
    return this.#byInitiator.get(key);
  }

  /**
   * Of the connections whose first is bound there, the one whose second made an SA last: an SPI that is not known yet belongs to
   * a new SA. A first that reauthenticates has two connections at a time (RFC 7296 §2.8.3).
   */
  latestAt(
    flow: Flow,
    wanted: (connection: ExchangeConnection) => boolean = () => true,
  ): ExchangeConnection | undefined {
    let latest: ExchangeConnection | undefined;
    for (const connection of this.#byFlow.at(flowKey(flow))) {
      if (!wanted(connection)) continue;
      if (latest === undefined || connection.keyedAtMs > latest.keyedAtMs) latest = connection;
    }
    return latest;
  }

  /** The connection that has this end of the relay's towards a second with that one. */
  towards(own: UdpEnd, second: UdpEnd): ExchangeConnection | undefined {
    if (!IKE_PORTS.includes(second.port)) return undefined;
    return this.#byTowards.at(endKey(own)).find((connection) => {
      const address = connection.second.addressOf(familyOf(own.address));
      return address !== undefined && sameEnd(second, { address, port: second.port });
    });
  }

  /**
   * A port of the relay's for a new connection, chosen at random: unique for each address and second.
   * @param lowest @param highest included
   * @returns undefined: all are in use
   */
  freePort(address: Uint8Array, second: Second, lowest: number, highest: number): number | undefined {
    const size = highest - lowest + 1;
    const usable = size - IKE_PORTS.filter((port) => port >= lowest && port <= highest).length;
    if ((this.#used.get(portsKey(address, second)) ?? 0) >= usable) return undefined;
    const start = randomInt(size);
    for (let at = 0; at < size + TRIES; at++) {
      const offset = at < TRIES ? randomInt(size) : (start + at - TRIES) % size;
      const port = lowest + offset;
      if (IKE_PORTS.includes(port)) continue;
      const there = this.#byTowards.at(endKey({ address, port }));
      if (!there.some((connection) => connection.second === second)) return port;
    }
    return undefined;
  }

  halfOpenOf(prefix: string): number {
    return this.#halfOpenByPrefix.get(prefix) ?? 0;
  }

  /** Half-open exchanges between an address of the relay's and a second. */
  halfOpenTowards(address: Uint8Array, second: Second): number {
    return this.#halfOpenTowards.get(portsKey(address, second)) ?? 0;
  }

  notHalfOpen(connection: ExchangeConnection): void {
    if (this.halfOpen.delete(connection)) this.#countHalfOpen(connection, -1);
  }

  #setHalfOpen(connection: ExchangeConnection): void {
    this.halfOpen.add(connection);
    this.#countHalfOpen(connection, 1);
  }

  #countHalfOpen({ initial, towards, second }: ExchangeConnection, by: 1 | -1): void {
    addTo(this.#halfOpenByPrefix, prefixKey(initial.peer.address), by);
    addTo(this.#halfOpenTowards, portsKey(towards.address, second), by);
  }

  #countPort(address: Uint8Array, second: Second, by: 1 | -1): void {
    addTo(this.#used, portsKey(address, second), by);
  }
}

/** Keeps no counts of zero. */
function addTo(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

function portsKey(address: Uint8Array, { name }: Second): string {
  return addressKey(address) + name;
}

/** /24 of IPv4, /56 of IPv6. */
export function prefixKey(address: Uint8Array): string {
  return String.fromCharCode(...address.subarray(0, familyOf(address) === 4 ? 15 : 7));
}
