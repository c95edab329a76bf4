/**
 * Where the fast path in the kernel (native/bpf/fast-path.bpf.c) finds the parts of the SAD's memory: its settings, and the
 * words of the table, also as a C header.
 */
import {
  C_REGION,
  COUNTER_BYTES,
  COUNTER_LAST,
  COUNTER_PACKETS,
  COUNTER_STRIDE,
  FLAG_STRAIGHT,
  FLAG_SUPERSEDED,
  INDEX_LIVE,
  INDEX_RECORD_MASK,
  KERNEL_BYTES,
  KERNEL_CLOCK,
  KERNEL_LINKS,
  KERNEL_PACKETS,
  KIND_AH,
  KIND_ESP,
  KIND_UDP,
  LATEST_ADDRESS,
  LATEST_PORT,
  LATEST_SLOT,
  LATEST_SOURCE_WORDS,
  MATCH_KIND_MASK,
  R_KIND,
  R_MATCH,
  R_PEER,
  R_PORTS,
  R_SLOT,
  R_SOURCE,
  R_SPI,
  R_TO,
  R_TO_PORTS,
  R_TO_SPI,
  RECORD_WORDS,
  type SadMemory,
  SOURCE_ADDRESS,
} from '../../table/layout.js';
import { AH_MIN_LENGTH } from '../../wire/ah.js';
import { type Member, offsets, SIZES, struct } from '../c-header.js';
import { BLOCK, COUNTERS } from '../identification.js';

/** Byte offsets in the memory, and sizes. */
const SETTINGS = [
  ['__u64', 'records_at', 1],
  ['__u64', 'record_capacity', 1],
  ['__u64', 'addresses_at', 1],
  ['__u64', 'address_capacity', 1],
  ['__u64', 'index_at', 1],
  /** Of one region, a power of two. */
  ['__u64', 'index_words', 1],
  ['__u64', 'control_at', 1],
  ['__u64', 'sources_at', 1],
  ['__u64', 'counters_at', 1],
  ['__u64', 'state_at', 1],
  ['__u64', 'links_at', 1],
  ['__u64', 'identifications_at', 1],
  /** From a hash to a word of the index. */
  ['__u32', 'index_shift', 1],
  ['__u32', 'sources_mask', 1],
  ['__u32', 'seed', 1],
  /** Interface index of the relay's device: routes are looked up as for packets from there. */
  ['__u32', 'device', 1],
] as const satisfies readonly Member[];

const SETTINGS_AT = offsets(SETTINGS);
const SETTINGS_BYTES = SETTINGS_AT.device + SIZES.__u32;

export const FAST_PATH_CONSTANTS = {
  AH_MIN_LENGTH,
  IDENTIFICATION_BLOCK: BLOCK,
  IDENTIFICATION_COUNTERS: COUNTERS,
  C_REGION,
  COUNTER_BYTES,
  COUNTER_LAST,
  COUNTER_PACKETS,
  /** Both halves of it, as one number of 64 bits. */
  COUNTER_SOURCE: SOURCE_ADDRESS / 2,
  COUNTER_STRIDE,
  FLAG_STRAIGHT,
  FLAG_SUPERSEDED,
  INDEX_LIVE,
  INDEX_RECORD_MASK,
  KERNEL_BYTES,
  KERNEL_CLOCK,
  KERNEL_LINKS,
  KERNEL_PACKETS,
  KIND_AH,
  KIND_ESP,
  KIND_UDP,
  LATEST_ADDRESS,
  LATEST_PORT,
  LATEST_SLOT,
  LATEST_SOURCE_WORDS,
  MATCH_KIND_MASK,
  RECORD_WORDS,
  R_KIND,
  R_MATCH,
  R_PEER,
  R_PORTS,
  R_SLOT,
  R_SOURCE,
  R_SPI,
  R_TO,
  R_TO_PORTS,
  R_TO_SPI,
};

export const FAST_PATH_STRUCTS = [struct('fast_path_settings', SETTINGS, SETTINGS_AT)];

/** The settings for a SAD's memory, needed when the program is loaded. @param device as in the settings */
export function fastPathSettings(memory: SadMemory, device: number): Uint8Array {
  const indexWords = memory.index.length / 2;
  const values: Readonly<Record<keyof typeof SETTINGS_AT, number>> = {
    records_at: memory.records.byteOffset,
    record_capacity: memory.records.length / RECORD_WORDS,
    addresses_at: memory.addresses.byteOffset,
    address_capacity: memory.addresses.length / 4,
    index_at: memory.index.byteOffset,
    index_words: indexWords,
    control_at: memory.control.byteOffset,
    sources_at: memory.latestSources.byteOffset,
    counters_at: memory.kernelCounters.byteOffset,
    state_at: memory.kernelState.byteOffset,
    identifications_at: memory.identifications.byteOffset,
    links_at: memory.kernelLinks.byteOffset,
    index_shift: 32 - Math.log2(indexWords),
    sources_mask: memory.latestSources.length / LATEST_SOURCE_WORDS - 1,
    seed: memory.seed,
    device,
  };
  const bytes = new Uint8Array(Math.ceil(SETTINGS_BYTES / 8) * 8);
  const view = new DataView(bytes.buffer);
  for (const [type, name] of SETTINGS) {
    if (type === '__u64') view.setBigUint64(SETTINGS_AT[name], BigInt(values[name]), true);
    else view.setUint32(SETTINGS_AT[name], values[name], true);
  }
  return bytes;
}
