/** An SA in the database, beside its definition in the table. */
import type { SaLifetimes } from './lifetimes.js';

/** `learned`: seen on a connection whose key exchange the relay carries. */
export type Origin = 'runtime' | 'config' | 'learned';

export interface SaEntry {
  readonly id: number;
  name: string;
  /** Its number in the table. */
  readonly slot: number;
  readonly origin: Origin;
  /** Unix time, milliseconds. */
  readonly addedMs: number;
  /** As it was asked for, to tell an equal SA from another. */
  lifetimes: SaLifetimes;
  /** Unix time of the end of its hard lifetime, milliseconds; 0: none. */
  expiresMs: number;
  /** Unix time of the end of its soft lifetime, milliseconds; 0: none. */
  softExpiresMs: number;
}

export interface SaCounters {
  packets: number;
  bytes: number;
  /** Unix time of the last packet, milliseconds; 0: none yet. */
  lastPacketMs: number;
}

/** Adds up. */
export function addCounters(total: SaCounters, more: SaCounters): void {
  total.packets += more.packets;
  total.bytes += more.bytes;
  total.lastPacketMs = Math.max(total.lastPacketMs, more.lastPacketMs);
}
