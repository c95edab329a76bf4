/**
 * The daemon's side of the program in front of the workers (native/bpf/filter.bpf.c), which drops packets with unknown
 * SPIs, and fragments and strangers' IKE messages beyond a rate, before a worker sees them: the settings of the program, and its counters.
 */
import { randomInt } from 'node:crypto';
import { type FilterMirror, presenceBits, SpiPresence } from '../../table/spi-presence.js';
import { createVerdictCounters, type VerdictCounters } from '../counters.js';
import { FRAGMENT_LIMIT, ICMP_UNMATCHED, IKE_FLOOD, UNKNOWN_SPI, VERDICTS } from '../verdict.js';
import { MEMORY_AT, SETTINGS_AT, SETTINGS_BYTES, SLOT_BITS, TALLY_BYTES, TALLY_PACKETS } from './layout.js';

const UDP_PORTS = 65_536;
const SLOTS_A_SECOND = 1e9 / 2 ** SLOT_BITS;

export interface SpiFilterOptions {
  readonly maxSas: number;
  /** Fragments a second that belong to no datagram of an SA, as far as is known, and pass all the same. */
  readonly fragmentRate: number;
  /** IKE messages a second of strangers, from addresses where no first or second is, that are passed to the control thread. */
  readonly strangerRate: number;
}

/** The settings of the program, needed when it is loaded. */
export function spiFilterSettings({ maxSas, fragmentRate, strangerRate }: SpiFilterOptions): Uint8Array {
  const aSlot = (rate: number) => Math.max(1, Math.round(rate / SLOTS_A_SECOND));
  const words = new Uint32Array(SETTINGS_BYTES / 4);
  words[SETTINGS_AT.presence_bits / 4] = presenceBits(maxSas);
  words[SETTINGS_AT.fragments_a_slot / 4] = aSlot(fragmentRate);
  words[SETTINGS_AT.strangers_a_slot / 4] = aSlot(strangerRate);
  words[SETTINGS_AT.share_multiplier / 4] = randomInt(2 ** 31) * 2 + 1;
  return new Uint8Array(words.buffer);
}

/** Bytes of the memory that the program and the daemon share, for a SAD with room for so many SAs. */
export function spiFilterBytes(maxSas: number): number {
  return MEMORY_AT.presence + 2 * presenceBytes(maxSas);
}

function presenceBytes(maxSas: number): number {
  return 2 ** presenceBits(maxSas) / 8;
}

/** The part of it that the SAD's writer keeps. */
export function spiFilterMirror(memory: ArrayBuffer, maxSas: number): FilterMirror {
  const size = presenceBytes(maxSas);
  return {
    matched: new SpiPresence(new Uint8Array(memory, MEMORY_AT.presence, size)),
    emitted: new SpiPresence(new Uint8Array(memory, MEMORY_AT.presence + size, size)),
    ports: new Uint8Array(memory, MEMORY_AT.ports, UDP_PORTS),
    sources: new SpiPresence(new Uint8Array(memory, MEMORY_AT.sources, MEMORY_AT.shares - MEMORY_AT.sources)),
  };
}

/** Counters of the dropped packets, in the form of a worker's. */
export function spiFilterCounters(memory: ArrayBuffer): VerdictCounters {
  const counters = createVerdictCounters();
  for (const [verdict, at] of [
    [UNKNOWN_SPI, MEMORY_AT.unknown_spi],
    [ICMP_UNMATCHED, MEMORY_AT.icmp_unmatched],
    [FRAGMENT_LIMIT, MEMORY_AT.fragment_limit],
    [IKE_FLOOD, MEMORY_AT.ike_flood],
  ] as const) {
    const tally = new BigUint64Array(memory, at, 2);
    counters[verdict] = Number(tally[TALLY_PACKETS]);
    counters[VERDICTS.length + verdict] = Number(tally[TALLY_BYTES]);
  }
  return counters;
}
