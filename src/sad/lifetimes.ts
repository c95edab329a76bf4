/**
 * When SAs end, should be replaced, or lie idle (RFC 4301 §4.4.2.1). Deadlines go by a steady clock, which
 * cannot be set. An SA costs one place in a heap, and time is spent only on those that are due.
 */
import { DeadlineHeap } from './deadline-heap.js';

/** As an SA was asked for, in the fields of control.proto; seconds, 0: none. */
export interface SaLifetimes {
  /** Until the SA is deleted. */
  readonly lifetime: number;
  /** Until it should be replaced; less than the hard lifetime. */
  readonly softLifetime: number;
  /** Without a packet, until it is called idle. */
  readonly idle: number;
}

export const NO_LIFETIMES: SaLifetimes = Object.freeze({ lifetime: 0, softLifetime: 0, idle: 0 });

export function sameLifetimes(one: SaLifetimes, other: SaLifetimes): boolean {
  return LIFETIMES.every((field) => one[field] === other[field]);
}

export const LIFETIMES = Object.keys(NO_LIFETIMES) as (keyof SaLifetimes)[];

/** The event. A hard end is reported again each second, until the SA is gone. */
export interface DueSa {
  readonly slot: number;
  readonly what: 'soft' | 'hard' | 'idle';
}

export interface SaTraffic {
  readonly packets: number;
  /** Unix time of the last packet, milliseconds; 0: none yet. */
  readonly lastPacketMs: number;
}

const NEVER = Number.POSITIVE_INFINITY;
const RETRY_MS = 1000;

/** How far the clocks of two threads may seem apart without one having been set, milliseconds. */
const CLOCK_SLACK_MS = 1000;

/** Times are milliseconds of the steady clock, but for those called Unix time. */
export class LifetimeTimers {
  readonly #heap: DeadlineHeap;
  readonly #hard: Float64Array;
  readonly #soft: Float64Array;
  readonly #idle: Float64Array;
  /** Idle timers, milliseconds; 0: none. */
  readonly #periods: Float64Array;
  /** The number of packets when it was last read, and the time. */
  readonly #checked: Float64Array;
  readonly #packets: Float64Array;
  /** When the last packet came, or the timer was started. */
  readonly #quietSince: Float64Array;
  readonly #isTold: Uint8Array;
  readonly #traffic: (slot: number) => SaTraffic;

  /** @param traffic the traffic of an SA; asked only for SAs that have an idle timer */
  constructor(maxSas: number, traffic: (slot: number) => SaTraffic) {
    const times = () => new Float64Array(maxSas + 1);
    this.#heap = new DeadlineHeap(maxSas);
    this.#hard = times();
    this.#soft = times();
    this.#idle = times();
    this.#periods = times();
    this.#checked = times();
    this.#packets = times();
    this.#quietSince = times();
    this.#isTold = new Uint8Array(maxSas + 1);
    this.#traffic = traffic;
  }

  /** When something is due at the earliest; Infinity: never. */
  get earliest(): number {
    return this.#heap.earliest;
  }

  /**
   * Starts the timers of an SA, in place of those it had. A soft end that has passed already is not told.
   * @param hard milliseconds from now; Infinity: none
   * @param soft as `hard`
   */
  watch(slot: number, now: number, hard: number, soft: number, idleSeconds: number): void {
    this.#hard[slot] = now + hard;
    this.#soft[slot] = soft > 0 ? now + soft : NEVER;
    this.#idle[slot] = NEVER;
    this.#periods[slot] = idleSeconds * 1000;
    if (idleSeconds > 0) this.restartIdle(slot, now);
    else this.#arm(slot);
  }

  forget(slot: number): void {
    this.#heap.delete(slot);
  }

  /** Begins an idle period anew, if the SA has an idle timer. */
  restartIdle(slot: number, now: number): void {
    if (this.#periods[slot] === 0) return;
    this.#packets[slot] = this.#traffic(slot).packets;
    this.#checked[slot] = now;
    this.#quietSince[slot] = now;
    this.#isTold[slot] = 0;
    this.#idle[slot] = now + this.#periods[slot]!;
    this.#arm(slot);
  }

  /** How long an SA that was called idle has carried nothing, milliseconds; undefined: it is not idle. */
  idleFor(slot: number, now: number): number | undefined {
    if (this.#periods[slot] === 0 || this.#isTold[slot] === 0) return undefined;
    if (this.#traffic(slot).packets !== this.#packets[slot]) return undefined;
    return now - this.#quietSince[slot]!;
  }

  /**
   * The events that are due; looks at no more than `limit` SAs.
   * @param unixMs the present by the clock with which the workers stamp packets: Unix time
   */
  due(now: number, unixMs: number, limit: number): DueSa[] {
    const found: DueSa[] = [];
    for (let looked = 0; looked < limit && this.#heap.earliest <= now; looked++) {
      const slot = this.#heap.first;
      if (this.#hard[slot]! <= now) {
        found.push({ slot, what: 'hard' });
        this.#hard[slot] = now + RETRY_MS;
        this.#soft[slot] = NEVER;
        this.#idle[slot] = NEVER;
      } else if (this.#soft[slot]! <= now) {
        found.push({ slot, what: 'soft' });
        this.#soft[slot] = NEVER;
      } else if (this.#becameIdle(slot, now, unixMs)) {
        found.push({ slot, what: 'idle' });
      }
      this.#arm(slot);
    }
    return found;
  }

  /**
   * Whether an idle period has become complete. One that is told is looked at once a period: another
   * cannot be complete before, and the time of the last packet says when it will be.
   */
  #becameIdle(slot: number, now: number, unixMs: number): boolean {
    const period = this.#periods[slot]!;
    const { packets, lastPacketMs } = this.#traffic(slot);
    if (packets !== this.#packets[slot]) {
      const sinceCheck = now - this.#checked[slot]!;
      const sincePacket = unixMs - lastPacketMs;
      // The workers' clock was set in between: rather late than wrong.
      const isPlausible = sincePacket >= 0 && sincePacket <= sinceCheck + CLOCK_SLACK_MS;
      this.#quietSince[slot] = now - (isPlausible ? Math.min(sincePacket, sinceCheck) : 0);
      this.#packets[slot] = packets;
      this.#isTold[slot] = 0;
    }
    this.#checked[slot] = now;
    const end = this.#quietSince[slot]! + period;
    if (end > now) {
      this.#idle[slot] = end;
      return false;
    }
    const isNew = this.#isTold[slot] === 0;
    this.#isTold[slot] = 1;
    this.#idle[slot] = now + period;
    return isNew;
  }

  #arm(slot: number): void {
    const deadline = Math.min(this.#hard[slot]!, this.#soft[slot]!, this.#idle[slot]!);
    if (deadline === NEVER) this.#heap.delete(slot);
    else this.#heap.set(slot, deadline);
  }
}
