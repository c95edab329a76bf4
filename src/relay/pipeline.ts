/**
 * The data plane's hot path: parse → lookup → rewrite for a batch, then, once the attachment has sent
 * it, account. One instance per worker. Nothing here allocates, throws or waits.
 *
 *     parse ──────────────→ fetch ─────────→ relay ──────────────→ (send) ────→ account
 *     truncated             (cache lines     unknown-spi           send-failed
 *     bad-version            of the whole    spi-reserved
 *     bad-header             batch at once)  peer-mismatch
 *     bad-checksum                           ttl-expired
 *     not-ipsec                              forward
 *     fragment
 *     esp-too-short
 *     spi-zero                               (edge only: not-ipsec, fragment, unknown-spi and
 *                                             spi-reserved become pass)
 */
import type { PacketBatch } from '../attachment/batch.js';
import {
  COUNTER_BYTES,
  COUNTER_LAST,
  COUNTER_PACKETS,
  COUNTER_STRIDE,
  KIND_ESP,
  R_SLOT,
  R_SOURCE,
  R_TO,
  R_TO_SPI,
  type SadMemory,
} from '../sad/layout.js';
import { type SadLookup, WRONG_PEER } from '../sad/reader.js';
import { halves, updateChecksum } from '../wire/checksum.js';
import { ESP_MIN_LENGTH, espSpi, setEspSpi } from '../wire/esp.js';
import {
  checkIpv4,
  IPV4_BAD_CHECKSUM,
  IPV4_BAD_HEADER,
  IPV4_BAD_VERSION,
  IPV4_OK,
  IPV4_TRUNCATED,
  ipv4Checksum,
  ipv4Destination,
  ipv4HeaderLength,
  ipv4IsFragment,
  ipv4IsLaterFragment,
  ipv4Protocol,
  ipv4Source,
  ipv4TotalLength,
  ipv4Ttl,
  setIpv4Checksum,
  setIpv4Destination,
  setIpv4Source,
  setIpv4Ttl,
} from '../wire/ipv4.js';
import { FIRST_UNRESERVED_SPI, PROTOCOL_ESP } from '../wire/protocol.js';
import type { VerdictCounters } from './counters.js';
import {
  BAD_CHECKSUM,
  BAD_HEADER,
  BAD_VERSION,
  ESP_TOO_SHORT,
  FORWARD,
  FRAGMENT_LIMIT,
  NOT_IPSEC,
  PASS,
  PEER_MISMATCH,
  SPI_RESERVED,
  SPI_ZERO,
  TRUNCATED,
  TTL_EXPIRED,
  UNKNOWN_SPI,
  VERDICTS,
} from './verdict.js';

/** Third word of every IPv4-mapped address (RFC 4291 §2.5.5.2). */
const IPV4_MAPPED = 0xffff;

/** The verdict for what {@link checkIpv4} finds, by its number. */
const HEADER_VERDICT = new Uint8Array(5);
HEADER_VERDICT[IPV4_OK] = FORWARD;
HEADER_VERDICT[IPV4_TRUNCATED] = TRUNCATED;
HEADER_VERDICT[IPV4_BAD_VERSION] = BAD_VERSION;
HEADER_VERDICT[IPV4_BAD_HEADER] = BAD_HEADER;
HEADER_VERDICT[IPV4_BAD_CHECKSUM] = BAD_CHECKSUM;

/** 1 for the verdicts of packets that are merely none of the edge's business: it sends them on. */
const EDGE_PASSES = new Uint8Array(VERDICTS.length);
for (const verdict of [NOT_IPSEC, FRAGMENT_LIMIT, UNKNOWN_SPI, SPI_RESERVED]) EDGE_PASSES[verdict] = 1;

export interface PipelineOptions {
  readonly memory: SadMemory;
  readonly lookup: SadLookup;
  /** This worker's number, from 0: which counters are its own. */
  readonly worker: number;
  readonly verdicts: VerdictCounters;
  /** An edge sends on what it has no SA for; a relay drops it. */
  readonly role: 'relay' | 'edge';
  /** TTL decrements that the kernel makes around the attachment (`Attachment.kernelHops`). */
  readonly kernelHops: number;
}

export class Pipeline {
  readonly #records: Int32Array;
  readonly #addresses: Int32Array;
  readonly #saCounters: Float64Array;
  readonly #verdicts: VerdictCounters;
  readonly #lookup: SadLookup;
  readonly #isEdge: boolean;
  /** What to add to the TTL, so that with the kernel's own decrements the relay's host is one hop. */
  readonly #ttlChange: number;

  constructor({ memory, lookup, worker, verdicts, role, kernelHops }: PipelineOptions) {
    this.#records = memory.records;
    this.#addresses = memory.addresses;
    this.#saCounters = memory.counters[worker]!;
    this.#verdicts = verdicts;
    this.#lookup = lookup;
    this.#isEdge = role === 'edge';
    this.#ttlChange = kernelHops - 1;
  }

  /** Gives every packet of the batch its verdict, and rewrites those to be sent. */
  process(batch: PacketBatch): void {
    const { view, offset, verdict, count } = batch;
    this.#lookup.enter();
    for (let i = 0; i < count; i++) verdict[i] = this.#parse(batch, i);
    this.#lookup.fetch(count);
    for (let i = 0; i < count; i++) {
      if (verdict[i] === FORWARD) verdict[i] = this.#relay(batch, i);
      if (this.#isEdge && EDGE_PASSES[verdict[i]!] === 1) verdict[i] = this.#pass(view, offset[i]!);
    }
  }

  /** Counts the batch, after the attachment had its say on what could be sent. @param nowMs Unix time, milliseconds */
  account(batch: PacketBatch, nowMs: number): void {
    const verdicts = this.#verdicts;
    const saCounters = this.#saCounters;
    for (let i = 0; i < batch.count; i++) {
      const verdict = batch.verdict[i]!;
      const length = batch.length[i]!;
      verdicts[verdict]! += 1;
      verdicts[VERDICTS.length + verdict]! += length;
      if (verdict === FORWARD) {
        const at = (batch.sa[i]! - 1) * COUNTER_STRIDE;
        saCounters[at + COUNTER_PACKETS]! += 1;
        saCounters[at + COUNTER_BYTES]! += length;
        saCounters[at + COUNTER_LAST] = nowMs;
      }
    }
  }

  /** Is it a whole ESP packet? Then `forward`, for the time being, and the lookup is prepared. */
  #parse(batch: PacketBatch, i: number): number {
    const view = batch.view;
    const ip = batch.offset[i]!;
    const damage = checkIpv4(view, ip, batch.length[i]!);
    if (damage !== IPV4_OK) return HEADER_VERDICT[damage]!;
    // Bytes after the packet's end (link padding) are not part of it.
    const length = ipv4TotalLength(view, ip);
    batch.length[i] = length;
    if (ipv4Protocol(view, ip) !== PROTOCOL_ESP) return NOT_IPSEC;
    // A later fragment has no SPI. An edge leaves the addresses alone, so it may treat the first one alone.
    if (this.#isEdge ? ipv4IsLaterFragment(view, ip) : ipv4IsFragment(view, ip)) return FRAGMENT_LIMIT;
    const esp = ip + ipv4HeaderLength(view, ip);
    if (ip + length < esp + ESP_MIN_LENGTH) return ESP_TOO_SHORT;
    const spi = espSpi(view, esp);
    if (spi === 0) return SPI_ZERO;
    this.#lookup.prepare(i, KIND_ESP, spi, 0, 0, IPV4_MAPPED, ipv4Destination(view, ip));
    return FORWARD;
  }

  /** Finds the SA by (destination, ESP, SPI) and the source, and rewrites. Nothing behind the SPI is touched. */
  #relay(batch: PacketBatch, i: number): number {
    const view = batch.view;
    const ip = batch.offset[i]!;
    const esp = ip + ipv4HeaderLength(view, ip);
    const spi = espSpi(view, esp);
    const from = ipv4Source(view, ip);
    const to = ipv4Destination(view, ip);
    const record = this.#lookup.lookup(i, KIND_ESP, spi, 0, 0, IPV4_MAPPED, to, 0, 0, IPV4_MAPPED, from, 0);
    if (record < 0) {
      if (record === WRONG_PEER) return PEER_MISMATCH;
      return spi >>> 0 < FIRST_UNRESERVED_SPI ? SPI_RESERVED : UNKNOWN_SPI;
    }
    const ttl = ipv4Ttl(view, ip);
    const newTtl = this.#changedTtl(ttl);
    if (newTtl < 1) return TTL_EXPIRED;
    const records = this.#records;
    const sourceNumber = records[record + R_SOURCE]!;
    const newFrom = sourceNumber === 0 ? from : this.#addresses[(sourceNumber << 2) + 3]!;
    const newTo = records[record + R_TO + 3]!;
    setIpv4Ttl(view, ip, newTtl);
    setIpv4Source(view, ip, newFrom);
    setIpv4Destination(view, ip, newTo);
    const removed = (ttl << 8) + halves(from) + halves(to);
    const added = (newTtl << 8) + halves(newFrom) + halves(newTo);
    setIpv4Checksum(view, ip, updateChecksum(ipv4Checksum(view, ip), removed, 5, added));
    setEspSpi(view, esp, records[record + R_TO_SPI]!);
    batch.sa[i] = records[record + R_SLOT]!;
    return FORWARD;
  }

  /** Edge: sends on, unchanged but for the TTL, what is not its own. */
  #pass(view: DataView, ip: number): number {
    const ttl = ipv4Ttl(view, ip);
    const newTtl = this.#changedTtl(ttl);
    if (newTtl < 1) return TTL_EXPIRED;
    setIpv4Ttl(view, ip, newTtl);
    setIpv4Checksum(view, ip, updateChecksum(ipv4Checksum(view, ip), ttl << 8, 1, newTtl << 8));
    return PASS;
  }

  #changedTtl(ttl: number): number {
    return Math.min(ttl + this.#ttlChange, 255);
  }
}
