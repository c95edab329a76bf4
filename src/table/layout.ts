/**
 * The SAD (RFC 4301 §4.4.2, without keys) in shared memory: one writer, the control thread; any number
 * of workers read without locks.
 *
 * - `records`: fixed-size records of one cache line. A record is written before it is published and
 *   never changes afterwards; an update writes a new record and swaps the one index word. So a reader
 *   has the old entry or the new one, never a mixture.
 * - `index`: open addressing with linear probing over words that hold a 21-bit record number and a tag
 *   of the hash. Two regions: a rebuild fills the idle one and then switches.
 * - `emissions`: the same by the emission of SAs (src/table/emission-index.ts), for errors about it.
 * - `addresses`: 16-byte addresses that records refer to by number (emitted sources, required peers).
 * - `latestSources`: where the packets of an SA last came from (src/table/latest-source.ts).
 * - `ports`: to which UDP ports ESP comes.
 * - `successors`: which record takes the place of which, while several SAs change at once (`SadWriter.replaceAll`).
 * - `kernelCounters`, `kernelState`: written by the fast path in the kernel (native/bpf/fast-path.bpf.c), which reads all of this.
 * - `control`: the epochs. A worker announces the epoch when it starts a batch; a record, an address
 *   or an index region that was unpublished in epoch E is reused only when every worker has
 *   announced E or later, or is idle (quiescent-state reclamation).
 */

import { PORT_NAT_TRAVERSAL } from '../wire/protocol.js';

/** Words (32 bits) of one record: 64 bytes, a cache line. */
export const RECORD_WORDS = 16;
export const RECORD_SHIFT = 4;

/* Words of a record. Addresses and SPIs are in network byte order read as signed numbers. */
/** SPI as packets arrive. */
export const R_SPI = 0;
/** {@link packKind}: the form of the packet as it arrives and as it leaves, the mode and the flags. */
export const R_KIND = 1;
/** SA number: the place of its counters. Stays when an update changes the record. */
export const R_SLOT = 2;
/** Address number of the required source; 0: any. */
export const R_PEER = 3;
/** Destination as packets arrive: four words. */
export const R_MATCH = 4;
/** Destination as packets leave: four words. */
export const R_TO = 8;
/** Address number of the source as packets leave; 0: unchanged. */
export const R_SOURCE = 12;
/** SPI as packets leave. */
export const R_TO_SPI = 13;
/** UDP ports as packets leave: source in the high half, destination in the low. */
export const R_TO_PORTS = 14;
/** Required UDP source port in the high half, 0: any; the relay's own UDP port, part of the key, in the low half, 0 without UDP. */
export const R_PORTS = 15;

/**
 * How packets carry their SPI and to which of the relay's ports they come, in one number: part of the key.
 * @param port 0 without UDP
 */
export function carrierOf(kind: number, port: number): number {
  return kind | (port << 8);
}
export function carrierKind(carrier: number): number {
  return carrier & MATCH_KIND_MASK;
}
export function carrierPort(carrier: number): number {
  return carrier >>> 8;
}

/** How a packet carries its SPI; part of the key. */
export const KIND_ESP = 1;
export const KIND_AH = 2;
export const KIND_UDP = 3;

/* Flags in the word at R_KIND, so that the data plane reads them with one access. */
/** Another record takes its place, now or in a moment; beside the kind of the match, so that a lookup's one comparison sees both. */
export const FLAG_SUPERSEDED = 1 << 3;
/** One family and one encapsulation in and out, and no hairpin: the straight way. */
export const FLAG_STRAIGHT = 1 << 11;
/** May emit to a relay address, and may match the emission of another such SA. */
export const FLAG_HAIRPIN = 1 << 12;
/** Does emit to a relay address: another SA takes over there. */
export const FLAG_TO_RELAY = 1 << 13;
export const FLAG_MATCH_IPV6 = 1 << 14;
export const FLAG_EMIT_IPV6 = 1 << 15;

/**
 * Packs the kind of the match, the kind of the emission, the mode and the flags into the low half of one word. The high
 * half is the {@link egressMtu}.
 */
export function packKind(match: number, emit: number, mode: number, flags: number): number {
  return match | (emit << 4) | (mode << 8) | flags;
}
/** The bits that a lookup compares: the kind, and that the record has no successor ({@link FLAG_SUPERSEDED}). */
export const MATCH_KIND_MASK = 0xf;
export function matchKind(word: number): number {
  return word & (MATCH_KIND_MASK ^ FLAG_SUPERSEDED);
}
export function emitKind(word: number): number {
  return (word >>> 4) & 0xf;
}
export function modeNumber(word: number): number {
  return (word >>> 8) & 0x7;
}

/** No packet is longer. */
export const MTU_UNKNOWN = 0xffff;

/** Longest packet that the way out of an SA is known to carry, bytes; {@link MTU_UNKNOWN} at first. */
export function egressMtu(records: Int32Array, record: number): number {
  return records[record + R_KIND]! >>> 16;
}

/** Longest packet that the straight way takes, bytes: the egress MTU of an SA that has the flag, and 0 of any other. */
export function straightLimit(kindWord: number): number {
  return (kindWord & FLAG_STRAIGHT) === 0 ? 0 : kindWord >>> 16;
}

/**
 * The one field of a record that changes after publication, beside {@link FLAG_SUPERSEDED}: a hint, written by any thread that
 * learns a path MTU, and wrong for a while at worst.
 */
export function setEgressMtu(records: Int32Array, record: number, bytes: number): void {
  const at = record + R_KIND;
  // A flag that another thread sets meanwhile must stay.
  for (let before = records[at]!; ; ) {
    const seen = Atomics.compareExchange(records, at, before, (before & 0xffff) | (bytes << 16));
    if (seen === before) return;
    before = seen;
  }
}

/* An index word: 0 never used, TOMBSTONE deleted, else tag | LIVE | record number (1 ...). */
export const INDEX_RECORD_MASK = 0x1fffff;
export const INDEX_LIVE = 0x200000;
export const INDEX_TOMBSTONE = 0x400000;
/** Hash bits kept in a live index word, beside {@link INDEX_LIVE}. */
const INDEX_TAG_MASK = ~(INDEX_RECORD_MASK | INDEX_LIVE);

/* Words of `control`. */
export const C_EPOCH = 0;
export const C_REGION = 1;
/** 1 while records have successors that do not hold yet; with the store of 0, all of them do. */
export const C_PREPARING = 2;
/** How many SAs there are. */
export const C_SAS = 3;
/** First worker's epoch; one cache line each, so that workers do not disturb each other. */
export const C_WORKERS = 16;
export const C_WORKER_STRIDE = 16;
/** A worker's epoch while it holds nothing. */
export const IDLE = 0;

/** Most SAs that fit (the record number has 21 bits). */
export const MAX_SAS = 1_048_576;

/** Float64 values a worker keeps per SA. */
export const COUNTER_STRIDE = 4;
export const COUNTER_PACKETS = 0;
export const COUNTER_BYTES = 1;
/** Unix time of the last packet, milliseconds. */
export const COUNTER_LAST = 2;
/**
 * The fourth value's place holds where the last packet came from, over IPv4, as two 32-bit words: see {@link sourceWords}.
 * (IPv6 does not fit: it is in `latestSources`, and here a fingerprint of it; see source-notes.ts.)
 */
export const SOURCE_STRIDE = 8;
/** Address in network byte order, signed; 0: none yet. */
export const SOURCE_ADDRESS = 6;
/** UDP port; meaningless without UDP. */
export const SOURCE_PORT = 7;

/** One worker's counters as 32-bit words, for the sources: {@link SOURCE_STRIDE} words for each SA number. */
export function sourceWords(counters: Float64Array<SharedArrayBuffer>): Int32Array<SharedArrayBuffer> {
  return new Int32Array(counters.buffer, counters.byteOffset, counters.length * 2);
}

/* 64-bit numbers of `kernelState`. */
/** Unix time less the kernel's steady clock (CLOCK_MONOTONIC), nanoseconds. */
export const KERNEL_CLOCK = 0;
/** Packets that the fast path has sent on, and their bytes. */
export const KERNEL_PACKETS = 1;
export const KERNEL_BYTES = 2;
const KERNEL_WORDS = 3;
/** Bytes of `kernelLinks`: links of higher indices have no fast path. */
export const KERNEL_LINKS = 4096;

/**
 * The same with a line more at its beginning, so that an SA number is the place of its line. The line of number 0 is the end of the
 * array before, and means nothing.
 */
export function linesByNumber(counters: Float64Array<SharedArrayBuffer>): Int32Array<SharedArrayBuffer> {
  const start = counters.byteOffset - SOURCE_STRIDE * 4;
  return new Int32Array(counters.buffer, start, counters.length * 2 + SOURCE_STRIDE);
}

/** Words of `identifications` (src/relay/identification.ts). */
export const IDENTIFICATION_WORDS = 4096;

/** Everything a worker needs to read the SAD; structured-cloneable. */
export interface SadMemory {
  readonly maxSas: number;
  readonly records: Int32Array<SharedArrayBuffer>;
  readonly index: Int32Array<SharedArrayBuffer>;
  readonly emissions: Int32Array<SharedArrayBuffer>;
  readonly addresses: Int32Array<SharedArrayBuffer>;
  readonly latestSources: Int32Array<SharedArrayBuffer>;
  /**
   * For each record the number of the one that takes its place: positive while `control` says whether it does, negative once it
   * does for good.
   */
  readonly successors: Int32Array<SharedArrayBuffer>;
  readonly control: Int32Array<SharedArrayBuffer>;
  /** One byte for each UDP port: non-zero where ESP-in-UDP comes to it (port 4500, and those of SAs). */
  readonly ports: Uint8Array<SharedArrayBuffer>;
  /** One per worker: {@link COUNTER_STRIDE} values for each SA number. */
  readonly counters: readonly Float64Array<SharedArrayBuffer>[];
  /**
   * The same of the fast path in the kernel, but packets and bytes are 64-bit integers there, and of an IPv6 source it has
   * nothing: it takes none that `latestSources` lacks.
   */
  readonly kernelCounters: Float64Array<SharedArrayBuffer>;
  readonly kernelState: BigUint64Array<SharedArrayBuffer>;
  /** For each interface index: non-zero where the fast path may send. */
  readonly kernelLinks: Uint8Array<SharedArrayBuffer>;
  /** Counters for IPv4 identifications: no part of the SAD, and here since the fast path needs them too. */
  readonly identifications: Int32Array<SharedArrayBuffer>;
  /** Chosen at random, so that no attacker can prepare colliding SPIs. */
  readonly seed: number;
}

/** Records beyond `maxSas`: entries replaced or deleted a moment ago that a worker may still read. */
export function recordCapacity(maxSas: number): number {
  return maxSas + Math.max(1024, maxSas >>> 4);
}

/** Each record may refer to two addresses of its own: the emitted source and the required peer. */
export function addressCapacity(maxSas: number): number {
  return recordCapacity(maxSas) * 2;
}

/** Words of one index region: a power of two, so that at most half is live. */
export function indexCapacity(maxSas: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(maxSas, 512) * 2));
}

/** Words of the index by emission: at most three quarters are live. */
function emissionCapacity(maxSas: number): number {
  return Math.ceil((maxSas * 4) / 3) + 64;
}

/** Places for {@link SadMemory.latestSources}, a power of two. SAs beyond share them. */
export function latestSourceCapacity(maxSas: number): number {
  return Math.min(2 ** Math.ceil(Math.log2(recordCapacity(maxSas) + 1)), 65_536);
}

/** Words of one of them: a sequence number, odd during a write; the SA number; the address; the UDP port, or 0. */
export const LATEST_SOURCE_WORDS = 8;
export const LATEST_SEQUENCE = 0;
export const LATEST_SLOT = 1;
export const LATEST_ADDRESS = 2;
export const LATEST_PORT = 6;

/** @throws RangeError when `maxSas` is not within 1–{@link MAX_SAS} or `workers` not within 1–256 */
export function createSadMemory(maxSas: number, workers: number, seed: number): SadMemory {
  if (!Number.isInteger(maxSas) || maxSas < 1 || maxSas > MAX_SAS) {
    throw new RangeError(`max-sas ${maxSas} is not within 1-${MAX_SAS}`);
  }
  if (!Number.isInteger(workers) || workers < 1 || workers > 256) {
    throw new RangeError(`workers ${workers} is not within 1-256`);
  }
  const capacity = recordCapacity(maxSas);
  const arena = new Arena([
    // Record 0 belongs to no SA: an empty index word leads there.
    (capacity + 1) * RECORD_WORDS * 4,
    indexCapacity(maxSas) * 2 * 4,
    (addressCapacity(maxSas) + 1) * 4 * 4,
    (C_WORKERS + workers * C_WORKER_STRIDE) * 4,
    emissionCapacity(maxSas) * 4,
    latestSourceCapacity(maxSas) * LATEST_SOURCE_WORDS * 4,
    UDP_PORTS,
    (capacity + 1) * 4,
    capacity * COUNTER_STRIDE * 8,
    KERNEL_WORDS * 8,
    KERNEL_LINKS,
    IDENTIFICATION_WORDS * 4,
    ...Array.from({ length: workers }, () => capacity * COUNTER_STRIDE * 8),
  ]);
  const memory = {
    maxSas,
    records: arena.ints(0),
    index: arena.ints(1),
    addresses: arena.ints(2),
    control: arena.ints(3),
    emissions: arena.ints(4),
    latestSources: arena.ints(5),
    ports: arena.bytes(6),
    successors: arena.ints(7),
    kernelCounters: arena.floats(8),
    kernelState: arena.longs(9),
    kernelLinks: arena.bytes(10),
    identifications: arena.ints(11),
    counters: Array.from({ length: workers }, (_, worker) => arena.floats(12 + worker)),
    seed: seed | 0,
  };
  memory.control[C_EPOCH] = IDLE + 1;
  memory.ports[PORT_NAT_TRAVERSAL] = 1;
  return memory;
}

/** Bytes of shared memory in all, without those for the fast path. Pages are only taken up as they are used. */
export function sadBytes(memory: SadMemory): number {
  const counters = memory.counters.reduce((sum, array) => sum + array.byteLength, 0);
  return (
    memory.records.byteLength +
    memory.index.byteLength +
    memory.emissions.byteLength +
    memory.latestSources.byteLength +
    memory.addresses.byteLength +
    memory.control.byteLength +
    memory.ports.byteLength +
    memory.successors.byteLength +
    counters
  );
}

/**
 * One piece of shared memory for all arrays, each on a cache line of its own. A large SharedArrayBuffer starts
 * 16 bytes into a page, so that each record would lie across two lines; the memory of WebAssembly starts
 * at a page, which makes lookups among a million SAs a quarter faster (bench/LOG.md).
 */
class Arena {
  readonly #buffer: SharedArrayBuffer;
  readonly #starts: number[] = [];
  readonly #sizes: readonly number[];

  /** @param sizes bytes of each array */
  constructor(sizes: readonly number[]) {
    let end = 0;
    for (const size of sizes) {
      this.#starts.push(end);
      end += Math.ceil(size / CACHE_LINE) * CACHE_LINE;
    }
    this.#sizes = sizes;
    this.#buffer = allocateShared(end);
  }

  ints(array: number): Int32Array<SharedArrayBuffer> {
    return new Int32Array(this.#buffer, this.#starts[array], this.#sizes[array]! / 4);
  }

  bytes(array: number): Uint8Array<SharedArrayBuffer> {
    return new Uint8Array(this.#buffer, this.#starts[array], this.#sizes[array]!);
  }

  longs(array: number): BigUint64Array<SharedArrayBuffer> {
    return new BigUint64Array(this.#buffer, this.#starts[array], this.#sizes[array]! / 8);
  }

  floats(array: number): Float64Array<SharedArrayBuffer> {
    return new Float64Array(this.#buffer, this.#starts[array], this.#sizes[array]! / 8);
  }
}

const UDP_PORTS = 65_536;
const CACHE_LINE = 64;
const WASM_PAGE = 65_536;

/** As much of WebAssembly's types as is used; Node's own lack them. */
declare const WebAssembly: {
  readonly Memory: new (size: {
    initial: number;
    maximum: number;
    shared: true;
  }) => { readonly buffer: SharedArrayBuffer };
};

function allocateShared(bytes: number): SharedArrayBuffer {
  const pages = Math.ceil(bytes / WASM_PAGE);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }).buffer;
  } catch {
    // It reserves gigabytes of addresses (not memory) around, which a limit on those may forbid (ulimit -v).
    return new SharedArrayBuffer(bytes);
  }
}

/**
 * Hash of (destination, carrier, SPI), 32 bits. The index slot is its top bits, the tag part of the rest.
 * The peer is no part of it: all SAs that a packet could match are met on one probe.
 */
export function hashKey(
  seed: number,
  carrier: number,
  spi: number,
  d0: number,
  d1: number,
  d2: number,
  d3: number,
): number {
  let hash = Math.imul(spi ^ seed, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ d3, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ d2 ^ Math.imul(carrier, 0x100193), 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16) ^ d1, 0x27d4eb2f) ^ d0;
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
}

/** The part of an index word that a probe compares. */
export function indexTag(hash: number): number {
  return ((hash << 22) & INDEX_TAG_MASK) | INDEX_LIVE;
}
