/**
 * NAT keepalives (RFC 3948 §4): when a leg with UDP has sent nothing for a while, one byte leaves there, so that a NAT on
 * the way keeps its mapping. One for each leg, not for each SA.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createOriginatedCounters, ORIGINATED, ORIGINATED_KEEPALIVE } from '../relay/counters.js';
import type { SaDatabase } from '../sad/database.js';
import { DeadlineHeap } from '../sad/deadline-heap.js';
import type { Leg, LegObserver } from '../sad/leg.js';
import { KIND_UDP } from '../table/layout.js';
import { contains, isIpv4 } from '../wire/address.js';
import { MAX_KEEPALIVE, type UdpEnds, writeNatKeepalive } from '../wire/nat-keepalive.js';
import type { Clocks } from './clock-watch.js';

/** How often the timers are looked at, milliseconds. */
const SWEEP_MS = 500;
/** Legs that are looked at in one go: other things come in between. */
const LOT = 256;

/** A leg that is kept alive. */
interface Timer {
  readonly leg: Leg;
  /** In the heap, from 1. */
  readonly number: number;
  ends: UdpEnds;
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

export class Keepalives implements LegObserver {
  /** Packets and bytes sent, for `totalOriginated`. */
  readonly counters = createOriginatedCounters();
  readonly #options: Required<KeepaliveOptions>;
  readonly #timers = new Map<Leg, Timer>();
  readonly #byNumber: (Timer | undefined)[] = [];
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
    this.#unobserve = database.legs.observe(this);
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
    return this.#timers.size;
  }

  set seconds(seconds: number) {
    if (seconds === this.#seconds) return;
    this.#seconds = seconds;
    for (const timer of this.#timers.values()) this.#schedule(timer);
  }

  joined(leg: Leg): void {
    if (this.#timers.has(leg)) return;
    const ends = this.#udpEnds(leg);
    if (ends === undefined) return;
    const number = this.#freeNumbers.pop() ?? Math.max(this.#byNumber.length, 1);
    const timer: Timer = {
      leg,
      number,
      ends,
      lastPacketMs: 0,
      activeAt: Number.NEGATIVE_INFINITY,
      lookedAt: this.#options.clocks.steady(),
    };
    this.#timers.set(leg, timer);
    this.#byNumber[number] = timer;
    this.#schedule(timer);
  }

  moved(leg: Leg): void {
    const timer = this.#timers.get(leg);
    const ends = this.#udpEnds(leg);
    if (timer !== undefined && ends !== undefined) {
      timer.ends = ends;
    } else {
      this.closed(leg);
      this.joined(leg);
    }
  }

  closed(leg: Leg): void {
    const timer = this.#timers.get(leg);
    if (timer === undefined) return;
    this.#timers.delete(leg);
    this.#byNumber[timer.number] = undefined;
    this.#freeNumbers.push(timer.number);
    this.#due.delete(timer.number);
  }

  /** Sends the keepalives that are due. */
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
  #look(timer: Timer, now: number): void {
    const interval = this.#seconds * 1000;
    this.#notice(timer, now);
    const quiet = now - timer.activeAt;
    if (quiet >= interval) this.#send(timer.ends);
    this.#due.set(timer.number, now + (quiet >= interval ? interval : interval - quiet));
  }

  /** Unix time may have been set since a worker wrote it down: it tells when only between two looks. */
  #notice(timer: Timer, now: number): void {
    const { database, clocks } = this.#options;
    let last = 0;
    for (const entry of timer.leg.entries) last = Math.max(last, database.counters(entry).lastPacketMs);
    if (last !== timer.lastPacketMs && last !== 0) {
      timer.activeAt = now - Math.min(Math.max(clocks.unix() - last, 0), now - timer.lookedAt);
    }
    timer.lastPacketMs = last;
    timer.lookedAt = now;
  }

  #send(ends: UdpEnds): void {
    const length = writeNatKeepalive(this.#view, 0, ends, isIpv4(ends.destination), this.#options.ttl);
    if (!this.#options.send(this.#packet.subarray(0, length))) return;
    this.counters[ORIGINATED_KEEPALIVE]! += 1;
    this.counters[ORIGINATED.length + ORIGINATED_KEEPALIVE]! += length;
  }

  /** Spread over the interval, so that many legs that come at once are not all due at once. */
  #schedule({ number }: Timer): void {
    const { clocks, random } = this.#options;
    if (this.#seconds === 0) this.#due.delete(number);
    else this.#due.set(number, clocks.steady() + (1 - random()) * this.#seconds * 1000);
  }

  /** Undefined when the leg cannot be kept alive: ports or source are the packet's own, or it stays here. */
  #udpEnds({ ends: { kind, relay, relayPort, peer, peerPort } }: Leg): UdpEnds | undefined {
    if (kind !== KIND_UDP || relay === undefined || peer === undefined || relayPort === 0 || peerPort === 0)
      return undefined;
    const { addresses } = this.#options.database.policy;
    if (addresses.some((prefix) => contains(prefix, peer))) return undefined;
    return { source: relay, sourcePort: relayPort, destination: peer, destinationPort: peerPort };
  }
}
