/**
 * The SAD as its manager sees it: SAs with ids and names over the shared table. It checks new SAs,
 * chooses SPIs and knows when an SA ends. It does no I/O; its owner makes changes durable.
 */

import { defaultMode, type Mode, type SaDefinition, sameDefinition } from '../table/definition.js';
import {
  COUNTER_BYTES,
  COUNTER_LAST,
  COUNTER_PACKETS,
  COUNTER_STRIDE,
  createSadMemory,
  recordCapacity,
  type SadMemory,
} from '../table/layout.js';
import type { FilterMirror } from '../table/spi-presence.js';
import { SadFull, SadWriter } from '../table/writer.js';
import { contains, formatAddress } from '../wire/address.js';
import { formatSpi } from '../wire/esp.js';
import { PORT_NAT_TRAVERSAL } from '../wire/protocol.js';
import { refuseDefinition } from './acceptance.js';
import {
  type Connection,
  Connections,
  leadOf,
  leadsUp,
  movedDefinition,
  type Side,
  type Sides,
  sidesOf,
} from './connection.js';
import { addCounters, type Origin, type SaCounters, type SaEntry } from './entry.js';
import { type LegEnds, Legs, leavingEnds, sameEnds } from './leg.js';
import { type DueSa, LifetimeTimers, type SaLifetimes, sameLifetimes } from './lifetimes.js';
import type { SaPolicy } from './policy.js';
import { SpiAllocator } from './spi.js';

/** An SA as it is requested. */
export interface SaSpecification {
  readonly name: string;
  /** The definition without the fields that are left to choose: SPIs where `auto` says so, and the mode. */
  readonly definition: Omit<SaDefinition, 'mode'>;
  readonly autoSpi: boolean;
  readonly toSpi: 'same' | 'auto' | 'value';
  /** undefined: that of {@link defaultMode}. */
  readonly mode: Mode | undefined;
  /** From now on. */
  readonly lifetimes: SaLifetimes;
}

interface Change {
  readonly entry: SaEntry;
  readonly from: SaDefinition;
  readonly to: SaDefinition;
}

type Lifetime = Pick<SaEntry, 'lifetimes' | 'expiresMs' | 'softExpiresMs'>;

export interface AddResult {
  readonly entry: SaEntry;
  /** The current definition of the entry. */
  readonly definition: SaDefinition;
  readonly outcome: 'added' | 'existed' | 'replaced';
  /** Takes the change back, as long as nothing else has changed since. */
  readonly undo: () => void;
}

/** A leg that moved. */
export interface MoveResult {
  /** The SAs that followed it. */
  readonly moved: readonly { readonly entry: SaEntry; readonly definition: SaDefinition }[];
  /** As {@link AddResult.undo}. */
  readonly undo: () => void;
}

/** An SA was not accepted; the message is one sentence for the person. */
export class SaRefusal extends Error {}

const NAME = /^[\w.:@/+-]{1,64}$/;

export class SaDatabase {
  readonly memory: SadMemory;
  #policy: SaPolicy;
  readonly #writer: SadWriter;
  readonly #spis = new SpiAllocator();
  /** Ascending by id, since ids only grow and a Map keeps the order of insertion. */
  readonly #byId = new Map<number, SaEntry>();
  readonly #bySlot: (SaEntry | undefined)[] = [];
  /** Traffic that the control thread forwarded itself, as a worker's counters. */
  readonly #beside: Float64Array;
  /** How many SAs emit each SPI. */
  readonly #emitted = new Map<number, number>();
  readonly #kernelIntegers: BigUint64Array;
  readonly #timers: LifetimeTimers;
  readonly #steady: () => number;
  readonly legs = new Legs();
  readonly connections = new Connections();
  #ids: number[] | undefined;
  #nextId = 1;

  /**
   * @param steady milliseconds of a clock that cannot be set: lifetimes go by it
   * @throws RangeError as {@link createSadMemory}
   */
  constructor(
    maxSas: number,
    workers: number,
    policy: SaPolicy,
    seed: number,
    steady = () => performance.now(),
  ) {
    this.memory = createSadMemory(maxSas, workers, seed);
    const { buffer, byteOffset, length } = this.memory.kernelCounters;
    this.#kernelIntegers = new BigUint64Array(buffer, byteOffset, length);
    this.#policy = policy;
    this.#writer = new SadWriter(
      this.memory,
      (address) =>
        this.#policy.role === 'relay' && this.#policy.addresses.some((prefix) => contains(prefix, address)),
    );
    this.#beside = new Float64Array(recordCapacity(maxSas) * COUNTER_STRIDE);
    this.#steady = steady;
    this.#timers = new LifetimeTimers(maxSas, (slot) => this.#carried(slot));
  }

  get size(): number {
    return this.#byId.size;
  }

  /** The id that the next SA gets. Never reused. To restore a database, set it first. */
  get nextId(): number {
    return this.#nextId;
  }

  set nextId(id: number) {
    this.#nextId = Math.max(this.#nextId, id);
  }

  get policy(): SaPolicy {
    return this.#policy;
  }

  set policy(policy: SaPolicy) {
    this.#policy = policy;
  }

  /**
   * Adds an SA. An equal one that is there already is the result, and its lifetimes run on; with `replace`,
   * one with the same match takes the new words, whose lifetimes begin now, and keeps its id and counters.
   * @throws {SaRefusal}
   */
  add(specification: SaSpecification, origin: Origin, nowMs: number, replace = false): AddResult {
    const { name, lifetimes } = specification;
    if (name !== '' && !NAME.test(name)) {
      throw new SaRefusal(
        `name: ${JSON.stringify(name)} is not a name; use 1-64 letters, digits or . : @ / + - _`,
      );
    }
    if (lifetimes.lifetime !== 0 && lifetimes.softLifetime >= lifetimes.lifetime) {
      throw new SaRefusal(
        `soft-lifetime: ${lifetimes.softLifetime} s is not less than the lifetime, ${lifetimes.lifetime} s`,
      );
    }
    const definition = this.#resolve(specification, nowMs);
    const refusal = refuseDefinition(definition, this.#policy);
    if (refusal !== undefined) throw new SaRefusal(refusal);
    const after = (seconds: number) => (seconds === 0 ? 0 : nowMs + seconds * 1000);
    const lifetime: Lifetime = {
      lifetimes,
      expiresMs: after(lifetimes.lifetime),
      softExpiresMs: after(lifetimes.softLifetime),
    };
    const slot = this.#writer.find(definition.match);
    if (slot === 0) return this.#insert(definition, { name, origin, addedMs: nowMs, ...lifetime }, nowMs);
    const entry = this.#bySlot[slot]!;
    const before = this.#writer.definition(slot);
    const isEqual = entry.name === name && sameLifetimes(entry.lifetimes, lifetimes);
    if (isEqual && sameDefinition(before, definition)) {
      return { entry, definition, outcome: 'existed', undo: () => {} };
    }
    if (!replace) throw new SaRefusal(this.#duplicate(entry));
    if (entry.origin !== origin) throw new SaRefusal(this.#foreign(entry));
    const result = this.#replace(entry, before, definition, { name, ...lifetime }, nowMs);
    if (before.emit.spi !== definition.emit.spi) this.#spis.release(before.emit.spi, nowMs);
    return result;
  }

  /** Puts a durable SA back as it was. A soft end that has passed is not told again. @throws {SaRefusal} */
  restore(definition: SaDefinition, entry: Omit<SaEntry, 'slot'>, nowMs: number): SaEntry {
    const refusal = refuseDefinition(definition, this.#policy);
    if (refusal !== undefined) throw new SaRefusal(refusal);
    const there = this.#writer.find(definition.match);
    if (there !== 0) throw new SaRefusal(this.#duplicate(this.#bySlot[there]!));
    return this.#insert(definition, entry, nowMs, entry.id).entry;
  }

  /** Removes an SA; its SPIs are not chosen again for a while. */
  remove(entry: SaEntry, nowMs: number): void {
    const definition = this.definition(entry);
    this.#forget(entry, definition);
    this.#spis.release(definition.match.spi, nowMs);
    this.#spis.release(definition.emit.spi, nowMs);
  }

  /** The SA with exactly this match (the peer included), or undefined. */
  matching({ definition }: SaSpecification): SaEntry | undefined {
    return this.#bySlot[this.#writer.find(definition.match)];
  }

  get(id: number): SaEntry | undefined {
    return this.#byId.get(id);
  }

  named(name: string): SaEntry[] {
    return [...this.#byId.values()].filter((entry) => entry.name === name);
  }

  /** SAs with id > `after`, ascending, at most `limit`. */
  page(after: number, limit: number): { entries: SaEntry[]; more: boolean } {
    this.#ids ??= [...this.#byId.keys()];
    const ids = this.#ids;
    let low = 0;
    for (let high = ids.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (ids[middle]! <= after) low = middle + 1;
      else high = middle;
    }
    const entries = ids.slice(low, low + limit).map((id) => this.#byId.get(id)!);
    return { entries, more: low + limit < ids.length };
  }

  entries(): IterableIterator<SaEntry> {
    return this.#byId.values();
  }

  definition(entry: SaEntry): SaDefinition {
    return this.#writer.definition(entry.slot);
  }

  /**
   * Moves one side of a connection: all of its SAs change at once, and no packet meets a mixture.
   * @param to with a peer @throws {SaRefusal} and then nothing has changed
   */
  moveLeg(connection: Connection, side: Side, to: LegEnds): MoveResult {
    const { members } = this.sides(connection);
    const changes = members.map((member) => ({
      entry: member.entry,
      from: member.definition,
      to: movedDefinition(member, side, to),
    }));
    for (const change of changes) {
      const refusal = refuseDefinition(change.to, this.#policy);
      if (refusal !== undefined) throw new SaRefusal(`${describe(change.entry)}: ${refusal}`);
      const there = this.#writer.find(change.to.match);
      if (there !== 0 && there !== change.entry.slot)
        throw new SaRefusal(this.#duplicate(this.#bySlot[there]!));
    }
    const leaving = changes.filter((_, at) => members[at]!.isUp === (side === 'second'));
    this.#replaceAll(changes, leaving);
    connection.moves++;
    const undo = () => {
      const back = (change: Change) => ({ entry: change.entry, from: change.to, to: change.from });
      this.#replaceAll(changes.map(back), leaving.map(back));
      connection.moves--;
    };
    return { moved: changes.map((change) => ({ entry: change.entry, definition: change.to })), undo };
  }

  /** A connection's legs as its SAs have them. */
  sides(connection: Connection): Sides {
    return sidesOf([...connection.entries].map((entry) => ({ entry, definition: this.definition(entry) })));
  }

  /** @param leaving those that now emit elsewhere */
  #replaceAll(changes: readonly Change[], leaving: readonly Change[]): void {
    this.#write(() =>
      this.#writer.replaceAll(changes.map(({ entry, to }) => ({ slot: entry.slot, sa: to }))),
    );
    const rest = new Set(leaving);
    for (const first of leaving) {
      if (!rest.has(first)) continue;
      const together = [...rest].filter(({ from }) =>
        sameEnds(leavingEnds(from.emit), leavingEnds(first.from.emit)),
      );
      for (const change of together) rest.delete(change);
      this.legs.move(
        together.map(({ entry }) => entry),
        first.from.emit,
        first.to.emit,
      );
    }
  }

  /** Sets the MTU of the route on which the SA emits. @param bytes longest packet, MTU_UNKNOWN (layout.ts): any */
  setEgressMtu(entry: SaEntry, bytes: number): void {
    this.#writer.setEgressMtu(entry.slot, bytes);
  }

  /** Longest packet that an SA now sends, bytes: the MTU of the route, or less if ICMP errors said so. */
  egressMtu(entry: SaEntry): number {
    return this.#writer.egressMtu(entry.slot);
  }

  /** As {@link SadWriter.countPort}. */
  countPort(port: number, by: 1 | -1): void {
    this.#writer.countPort(port, by);
  }

  /** From now on the filters have the SPIs of the SAs. */
  keep(mirror: FilterMirror): void {
    this.#writer.keep(mirror);
  }

  /** As {@link SadWriter.admitKernel}. */
  admitKernel(): void {
    this.#writer.admitKernel();
  }

  /** To be called every minute or so: forgets path MTUs that were learnt long ago. */
  ageLearnedMtus(): void {
    this.#writer.ageLearnedMtus(this.#steady() / 1000);
  }

  /** Packets that the control thread forwarded. @param bytes of the whole IP packet @param nowMs Unix time */
  countPackets({ slot }: SaEntry, packets: number, bytes: number, nowMs: number): void {
    const at = (slot - 1) * COUNTER_STRIDE;
    this.#beside[at + COUNTER_PACKETS]! += packets;
    this.#beside[at + COUNTER_BYTES]! += bytes;
    this.#beside[at + COUNTER_LAST] = nowMs;
  }

  /** Sums the workers' counters, and {@link countPackets}. */
  counters(entry: SaEntry): SaCounters {
    return this.#carried(entry.slot);
  }

  /** Whether {@link due} has anything to look at. */
  get isDue(): boolean {
    return this.#timers.earliest <= this.#steady();
  }

  /**
   * SAs whose lifetime or idle timer has run out, each told once; a hard end again after a second until the
   * SA is removed.
   * @param limit how many SAs are looked at: `isDue` says whether there are more
   */
  due(nowMs: number, limit: number): { entry: SaEntry; what: DueSa['what'] }[] {
    const due = this.#timers.due(this.#steady(), nowMs, limit);
    return due.map(({ slot, what }) => ({ entry: this.#bySlot[slot]!, what }));
  }

  /** Unix time since which an SA with an idle timer is idle, milliseconds; 0: it is not. */
  idleSinceMs(entry: SaEntry, nowMs: number): number {
    const idleFor = this.#timers.idleFor(entry.slot, this.#steady());
    return idleFor === undefined ? 0 : nowMs - idleFor;
  }

  /**
   * Follows a clock that was set, so that every SA ends when it would have. Idle periods begin anew, since
   * the times of packets before can no longer be told.
   * @returns the SAs that have a hard or soft end
   */
  shiftClock(byMs: number): SaEntry[] {
    const moved: SaEntry[] = [];
    for (const entry of this.#byId.values()) {
      this.#timers.restartIdle(entry.slot, this.#steady());
      if (entry.expiresMs !== 0) entry.expiresMs += byMs;
      if (entry.softExpiresMs !== 0) entry.softExpiresMs += byMs;
      if (entry.expiresMs !== 0 || entry.softExpiresMs !== 0) moved.push(entry);
    }
    return moved;
  }

  /** Fills in the fields that the specification leaves to the daemon. */
  #resolve({ definition, autoSpi, toSpi, mode }: SaSpecification, nowMs: number): SaDefinition {
    const { match, emit } = definition;
    const taken = (spi: number) => this.#writer.hasSpi(match, spi) || this.#emitted.has(spi | 0);
    const spi = autoSpi ? this.#spis.choose(taken, nowMs) : match.spi;
    const there = toSpi === 'auto' ? this.#writer.find({ ...match, spi }) : 0;
    // An equal SA that chose its SPI before satisfies "auto": adding stays idempotent.
    const earlier = there === 0 ? spi : this.#writer.definition(there).emit.spi;
    const emitted =
      toSpi === 'same'
        ? spi
        : toSpi === 'value'
          ? emit.spi
          : earlier !== spi
            ? earlier
            : this.#spis.choose((candidate) => candidate === spi || taken(candidate), nowMs);
    return {
      ...definition,
      match: { ...match, spi },
      emit: { ...emit, spi: emitted },
      mode: mode ?? defaultMode(match.kind, spi, emitted),
    };
  }

  #insert(
    definition: SaDefinition,
    fields: Omit<SaEntry, 'slot' | 'id'>,
    nowMs: number,
    id = this.#nextId,
  ): AddResult {
    const slot = this.#write(() => this.#writer.insert(definition));
    const entry: SaEntry = {
      id,
      name: fields.name,
      slot,
      origin: fields.origin,
      addedMs: fields.addedMs,
      lifetimes: fields.lifetimes,
      expiresMs: fields.expiresMs,
      softExpiresMs: fields.softExpiresMs,
    };
    this.nextId = id + 1;
    this.#byId.set(id, entry);
    this.#bySlot[slot] = entry;
    this.#ids = undefined;
    this.#count(definition.emit.spi, 1);
    this.#watch(entry, nowMs);
    this.legs.join(entry, definition.emit);
    this.connections.join(entry, fields.addedMs);
    return { entry, definition, outcome: 'added', undo: () => this.#forget(entry, definition) };
  }

  #replace(
    entry: SaEntry,
    from: SaDefinition,
    to: SaDefinition,
    fields: Lifetime & Pick<SaEntry, 'name'>,
    nowMs: number,
  ): AddResult {
    const { name, lifetimes, expiresMs, softExpiresMs } = entry;
    this.#write(() => this.#writer.replace(entry.slot, to));
    this.#count(from.emit.spi, -1);
    this.#count(to.emit.spi, 1);
    if (fields.name !== name) this.connections.leave(entry, undefined);
    Object.assign(entry, fields);
    if (fields.name !== name) this.connections.join(entry, nowMs);
    this.#watch(entry, nowMs);
    if (!sameEnds(leavingEnds(from.emit), leavingEnds(to.emit))) {
      this.legs.leave(entry, from.emit);
      this.legs.join(entry, to.emit);
    }
    const before = { name, lifetimes, expiresMs, softExpiresMs };
    const steady = this.#steady();
    const undo = () => void this.#replace(entry, to, from, before, nowMs + this.#steady() - steady);
    return { entry, definition: to, outcome: 'replaced', undo };
  }

  #forget(entry: SaEntry, definition: SaDefinition): void {
    this.legs.leave(entry, definition.emit);
    const lead = leadOf(this.connections.of(entry)?.entries ?? [entry]);
    const isUp = leadsUp({ entry, definition }, { entry: lead, definition: this.definition(lead) });
    this.connections.leave(entry, { counters: this.counters(entry), isUp });
    this.#count(definition.emit.spi, -1);
    this.#writer.remove(entry.slot);
    this.#byId.delete(entry.id);
    this.#bySlot[entry.slot] = undefined;
    this.#timers.forget(entry.slot);
    this.#beside.fill(0, (entry.slot - 1) * COUNTER_STRIDE, entry.slot * COUNTER_STRIDE);
    this.#ids = undefined;
  }

  #watch({ slot, lifetimes, expiresMs, softExpiresMs }: SaEntry, nowMs: number): void {
    const left = (endMs: number) => (endMs === 0 ? Number.POSITIVE_INFINITY : endMs - nowMs);
    this.#timers.watch(slot, this.#steady(), left(expiresMs), left(softExpiresMs), lifetimes.idle);
  }

  /** Sums the counters of a slot, of the workers and of the fast path. */
  #carried(slot: number): SaCounters {
    const total = { packets: 0, bytes: 0, lastPacketMs: 0 };
    const at = (slot - 1) * COUNTER_STRIDE;
    for (const counters of [this.#beside, ...this.memory.counters]) {
      addCounters(total, {
        packets: counters[at + COUNTER_PACKETS]!,
        bytes: counters[at + COUNTER_BYTES]!,
        lastPacketMs: counters[at + COUNTER_LAST]!,
      });
    }
    const { kernelCounters } = this.memory;
    const integers = this.#kernelIntegers;
    addCounters(total, {
      packets: Number(integers[at + COUNTER_PACKETS]!),
      bytes: Number(integers[at + COUNTER_BYTES]!),
      lastPacketMs: kernelCounters[at + COUNTER_LAST]!,
    });
    return total;
  }

  #count(spi: number, by: number): void {
    const count = (this.#emitted.get(spi | 0) ?? 0) + by;
    if (count === 0) this.#emitted.delete(spi | 0);
    else this.#emitted.set(spi | 0, count);
  }

  #write<T>(change: () => T): T {
    try {
      return change();
    } catch (error) {
      if (error instanceof SadFull) throw new SaRefusal(error.message);
      throw error;
    }
  }

  #duplicate(entry: SaEntry): string {
    const { match, emit } = this.definition(entry);
    const port = match.port === 0 || match.port === PORT_NAT_TRAVERSAL ? '' : ` port ${match.port}`;
    const peer = [
      ...(match.peer === undefined ? [] : [formatAddress(match.peer)]),
      ...(match.peerPort === 0 ? [] : [`port ${match.peerPort}`]),
    ].join(' ');
    return (
      `an SA for ${formatAddress(match.destination)}${port} ${formatSpi(match.spi)}${peer && ` from ${peer}`} exists: ${describe(entry)}, ` +
      `to ${formatAddress(emit.destination)} ${formatSpi(emit.spi)}; delete it first, or change it with --replace`
    );
  }

  #foreign(entry: SaEntry): string {
    if (entry.origin === 'config')
      return `${describe(entry)} stands in the configuration file; change it there and reload`;
    return `${describe(entry)} was ${entry.origin === 'learned' ? 'learnt from a connection' : 'added at run time'}; delete it first`;
  }
}

/** An SA by id and name, for sentences. */
export function describe(entry: SaEntry): string {
  return entry.name === '' ? `SA ${entry.id}` : `SA ${entry.id} "${entry.name}"`;
}
