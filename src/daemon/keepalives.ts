/**
 * NAT keepalives (RFC 3948 §4): where ESP-in-UDP leaves and nothing has left for a while, one byte does, so that a
 * NAT on the way keeps its mapping. A leg is a pair of addresses and ports, whatever number of SAs it carries.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createOriginatedCounters, ORIGINATED, ORIGINATED_KEEPALIVE } from '../relay/counters.js';
import type { SaDatabase, SaEntry, SaObserver } from '../sad/database.js';
import { DeadlineHeap } from '../sad/deadline-heap.js';
import type { SaDefinition } from '../table/definition.js';
import { KIND_UDP } from '../table/layout.js';
import { contains, isIpv4 } from '../wire/address.js';
import { MAX_KEEPALIVE, type UdpLeg, writeNatKeepalive } from '../wire/nat-keepalive.js';
import type { Clocks } from './clock-watch.js';

/** How often the timers are looked at, milliseconds. */
const SWEEP_MS = 500;
/** Legs that are looked at in one go: other things come in between. */
const LOT = 256;

interface Leg extends UdpLeg {
  readonly key: string;
  /** In the heap, from 1. */
  readonly number: number;
  readonly isIpv4: boolean;
  /** The SAs that leave this way. */
  readonly entries: Set<SaEntry>;
  /** Unix time of the last packet as it was when looked at, milliseconds. */
  lastPacketMs: number;
  /** Steady times, milliseconds: of the last packet, and of the last look. */
  activeAt: number;
  lookedAt: number;
}

export interface KeepaliveOptions {
  readonly database: SaDatabase;
  /** Puts an IP packet on its way. @returns whether it went */
  readonly send: (packet: Uint8Array) => boolean;
  /** How long nothing may have left, seconds; 0: no keepalives. */
  readonly seconds: number;
  /** TTL as it is given to `send`. */
  readonly ttl: number;
  /** `steady` is for the timers, `unix` for the SAs' last packets. */
  readonly clocks?: Clocks;
  /** 0 up to 1: when within the time the first keepalive of a leg is sent. */
  readonly random?: () => number;
}

export class Keepalives implements SaObserver {
  /** Packets and bytes sent, for `totalOriginated`. */
  readonly counters = createOriginatedCounters();
  readonly #options: Required<KeepaliveOptions>;
  readonly #legs = new Map<string, Leg>();
  readonly #byNumber: (Leg | undefined)[] = [];
  readonly #freeNumbers: number[] = [];
  readonly #due: DeadlineHeap;
  readonly #packet = new Uint8Array(MAX_KEEPALIVE);
  readonly #view = new DataView(this.#packet.buffer);
  readonly #unobserve: () => void;
  #seconds: number;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: KeepaliveOptions) {
    const clocks = { unix: Date.now, steady: () => performance.now() };
    this.#options = { clocks, random: Math.random, ...options };
    this.#seconds = options.seconds;
    const { database } = options;
    this.#due = new DeadlineHeap(database.memory.maxSas);
    for (const entry of database.entries()) this.published(entry, database.definition(entry));
    this.#unobserve = database.observe(this);
  }

  /** Begins to send. */
  start(): void {
    this.#timer = setInterval(() => {
      this.#sweeping ??= this.sweep().finally(() => {
        this.#sweeping = undefined;
      });
    }, SWEEP_MS).unref();
  }

  /** Once it resolves, nothing is sent any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#unobserve();
    await this.#sweeping;
  }

  /** How many legs have keepalives. */
  get size(): number {
    return this.#legs.size;
  }

  set seconds(seconds: number) {
    if (seconds === this.#seconds) return;
    this.#seconds = seconds;
    for (const leg of this.#legs.values()) this.#schedule(leg);
  }

  published(entry: SaEntry, definition: SaDefinition): void {
    const leg = this.#legOf(definition);
    if (!leg) return;
    leg.entries.add(entry);
    if (leg.entries.size === 1) this.#schedule(leg);
  }

  withdrawn(entry: SaEntry, { emit }: SaDefinition): void {
    const leg = emit.source && this.#legs.get(legKey(emit as UdpLeg));
    if (!leg?.entries.delete(entry) || leg.entries.size > 0) return;
    this.#legs.delete(leg.key);
    this.#byNumber[leg.number] = undefined;
    this.#freeNumbers.push(leg.number);
    this.#due.delete(leg.number);
  }

  /** Sends what is due. */
  async sweep(): Promise<void> {
    const { steady } = this.#options.clocks;
    const now = steady();
    while (!this.#isStopped && this.#due.earliest <= now) {
      for (let left = LOT; left > 0 && this.#due.earliest <= now; left--) {
        this.#look(this.#byNumber[this.#due.first]!, now);
      }
      await nextTurn();
    }
  }

  /** A packet since the last look has done a keepalive's work. */
  #look(leg: Leg, now: number): void {
    const interval = this.#seconds * 1000;
    this.#notice(leg, now);
    const quiet = now - leg.activeAt;
    if (quiet >= interval) this.#send(leg);
    this.#due.set(leg.number, now + (quiet >= interval ? interval : interval - quiet));
  }

  /** Unix time may have been set since a worker wrote it down: it tells when only between two looks. */
  #notice(leg: Leg, now: number): void {
    const { database, clocks } = this.#options;
    let last = 0;
    for (const entry of leg.entries) last = Math.max(last, database.counters(entry).lastPacketMs);
    if (last !== leg.lastPacketMs && last !== 0) {
      leg.activeAt = now - Math.min(Math.max(clocks.unix() - last, 0), now - leg.lookedAt);
    }
    leg.lastPacketMs = last;
    leg.lookedAt = now;
  }

  #send(leg: Leg): void {
    const length = writeNatKeepalive(this.#view, 0, leg, leg.isIpv4, this.#options.ttl);
    if (!this.#options.send(this.#packet.subarray(0, length))) return;
    this.counters[ORIGINATED_KEEPALIVE]! += 1;
    this.counters[ORIGINATED.length + ORIGINATED_KEEPALIVE]! += length;
  }

  /** Spread over the interval, so that many legs that come at once are not all due at once. */
  #schedule(leg: Leg): void {
    const { clocks, random } = this.#options;
    if (this.#seconds === 0) this.#due.delete(leg.number);
    else this.#due.set(leg.number, clocks.steady() + (1 - random()) * this.#seconds * 1000);
  }

  /** Undefined when the SA has no leg that could be kept alive: ports or source are the packet's own, or it stays here. */
  #legOf({ emit }: SaDefinition): Leg | undefined {
    const { kind, source, destination, sourcePort, destinationPort } = emit;
    if (kind !== KIND_UDP || source === undefined || sourcePort === 0 || destinationPort === 0)
      return undefined;
    const { addresses } = this.#options.database.policy;
    if (addresses.some((prefix) => contains(prefix, destination))) return undefined;
    const key = legKey({ source, sourcePort, destination, destinationPort });
    const there = this.#legs.get(key);
    if (there) return there;
    const number = this.#freeNumbers.pop() ?? Math.max(this.#byNumber.length, 1);
    const leg: Leg = {
      source,
      sourcePort,
      destination,
      destinationPort,
      key,
      number,
      isIpv4: isIpv4(destination),
      entries: new Set(),
      lastPacketMs: 0,
      activeAt: Number.NEGATIVE_INFINITY,
      lookedAt: this.#options.clocks.steady(),
    };
    this.#legs.set(key, leg);
    this.#byNumber[number] = leg;
    return leg;
  }
}

function legKey({ source, sourcePort, destination, destinationPort }: UdpLeg): string {
  return `${bytesKey(source)}${bytesKey(destination)}${sourcePort}:${destinationPort}`;
}

function bytesKey(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
