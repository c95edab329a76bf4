/**
 * Legs: the two sides of a connection, first↔relay and relay↔second. Many SAs share a leg; when its peer roams, the leg
 * changes and every SA on it follows. The path MTU and the keepalives belong to the leg, since they depend on the way to the peer.
 */
import type { Kind, SaEmit, SaMatch } from '../table/definition.js';
import { ADDRESS_BYTES, equalAddresses, type Family, familyOf } from '../wire/address.js';
import type { SaEntry } from './entry.js';
import { EntrySet } from './entry-set.js';

/** The two ends of a leg and the encapsulation between them. Addresses have 16 bytes (`src/wire/address.ts`). */
export interface LegEnds {
  readonly kind: Kind;
  /** The relay's own; undefined: the packet's own (edge role). */
  readonly relay: Uint8Array | undefined;
  /** The relay's UDP port; 0: the packet's own, or no UDP. */
  readonly relayPort: number;
  /** undefined: any. */
  readonly peer: Uint8Array | undefined;
  /** 0: any, or no UDP. */
  readonly peerPort: number;
}

/** Of packets as they arrive. */
export function arrivingEnds({ kind, destination, port, peer, peerPort }: SaMatch): LegEnds {
  return { kind, relay: destination, relayPort: port, peer, peerPort };
}

/** Of packets as they leave. */
export function leavingEnds({ kind, source, sourcePort, destination, destinationPort }: SaEmit): LegEnds {
  return { kind, relay: source, relayPort: sourcePort, peer: destination, peerPort: destinationPort };
}

/** Whether both are seen from the same place: the encapsulation, and the relay's own address and port. */
function sameRelaySide(one: LegEnds, other: LegEnds): boolean {
  return one.kind === other.kind && one.relayPort === other.relayPort && sameAddress(one.relay, other.relay);
}

/** The same in every word. */
export function sameEnds(one: LegEnds, other: LegEnds): boolean {
  return sameRelaySide(one, other) && one.peerPort === other.peerPort && sameAddress(one.peer, other.peer);
}

/** Whether a packet between these ends is on that leg too: an unknown address or port agrees with any. */
export function agree(one: LegEnds, other: LegEnds): boolean {
  return (
    sameRelaySide(one, other) &&
    (one.peer === undefined || other.peer === undefined || equalAddresses(one.peer, other.peer)) &&
    (one.peerPort === 0 || other.peerPort === 0 || one.peerPort === other.peerPort)
  );
}

/** The family of a leg's packets. */
export function familyOfEnds({ relay, peer }: LegEnds): Family {
  return familyOf((relay ?? peer)!);
}

function sameAddress(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return equalAddresses(one, other);
}

/** A leg on which packets leave: its peer is known. */
export class Leg {
  ends: LegEnds;
  /** The SAs that emit there. */
  readonly entries = new EntrySet();
  /** Longest packet that the route to the peer carries, bytes; undefined: not known yet. */
  mtu: number | undefined;
  /** How often it has moved. */
  generation = 0;

  constructor(ends: LegEnds) {
    this.ends = ends;
  }
}

/** Is told of legs as SAs bring, use and leave them. */
export interface LegObserver {
  /** Another SA emits there; the first one brings the leg. */
  joined(leg: Leg, entry: SaEntry): void;
  /** The peer is elsewhere. */
  moved(leg: Leg): void;
  /** No SA emits there any more. */
  closed(leg: Leg): void;
}

/** The legs of all SAs. */
export class Legs {
  readonly #byEnds = new Map<string, Leg>();
  readonly #observers = new Set<LegObserver>();

  get size(): number {
    return this.#byEnds.size;
  }

  [Symbol.iterator](): IterableIterator<Leg> {
    return this.#byEnds.values();
  }

  /** The leg between exactly these ends, if packets leave there. */
  find(ends: LegEnds): Leg | undefined {
    return this.#byEnds.get(keyOf(ends));
  }

  /** @returns ends it */
  observe(observer: LegObserver): () => void {
    this.#observers.add(observer);
    for (const leg of this) for (const entry of leg.entries) observer.joined(leg, entry);
    return () => void this.#observers.delete(observer);
  }

  join(entry: SaEntry, emit: SaEmit): void {
    const ends = leavingEnds(emit);
    const key = keyOf(ends);
    let leg = this.#byEnds.get(key);
    if (leg === undefined) {
      leg = new Leg(ends);
      this.#byEnds.set(key, leg);
    }
    leg.entries.add(entry);
    for (const observer of this.#observers) observer.joined(leg, entry);
  }

  leave(entry: SaEntry, emit: SaEmit): void {
    const leg = this.find(leavingEnds(emit));
    if (!leg?.entries.delete(entry) || leg.entries.size > 0) return;
    this.#byEnds.delete(keyOf(leg.ends));
    for (const observer of this.#observers) observer.closed(leg);
  }

  /** Moves the SAs that emit from one place to another. The leg moves with them if it carries no other SA and the new place has no leg yet. */
  move(entries: readonly SaEntry[], from: SaEmit, to: SaEmit): void {
    const leg = this.find(leavingEnds(from));
    const ends = leavingEnds(to);
    if (leg === undefined || leg.entries.size > entries.length || this.find(ends) !== undefined) {
      for (const entry of entries) {
        this.leave(entry, from);
        this.join(entry, to);
      }
      return;
    }
    this.#byEnds.delete(keyOf(leg.ends));
    leg.ends = ends;
    leg.generation++;
    leg.mtu = undefined;
    this.#byEnds.set(keyOf(ends), leg);
    for (const observer of this.#observers) observer.moved(leg);
  }
}

const key = Buffer.alloc(6 + 2 * ADDRESS_BYTES);

/** One string, since there are two for each of a hundred thousand connections. */
function keyOf({ kind, relay, relayPort, peer, peerPort }: LegEnds): string {
  key.fill(0);
  key.writeUInt16BE(kind | (relay === undefined ? 0 : HAS_RELAY) | (peer === undefined ? 0 : HAS_PEER), 0);
  key.writeUInt16BE(relayPort, 2);
  key.writeUInt16BE(peerPort, 4);
  if (relay !== undefined) key.set(relay, 6);
  if (peer !== undefined) key.set(peer, 6 + ADDRESS_BYTES);
  return key.toString('latin1');
}

/* Bits beside the kind. */
const HAS_RELAY = 0x100;
const HAS_PEER = 0x200;
