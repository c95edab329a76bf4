/**
 * The data plane's hot path: parse → lookup → rewrite for a batch, then, once the attachment has sent
 * it, account. One instance per worker. Nothing here allocates, throws or waits.
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
  FRAGMENT,
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

/** The verdict for what {@link checkIpv4} finds wrong, by its number. */
const HEADER_VERDICT = new Uint8Array(5);
HEADER_VERDICT[IPV4_TRUNCATED] = TRUNCATED;
HEADER_VERDICT[IPV4_BAD_VERSION] = BAD_VERSION;
HEADER_VERDICT[IPV4_BAD_HEADER] = BAD_HEADER;
HEADER_VERDICT[IPV4_BAD_CHECKSUM] = BAD_CHECKSUM;

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
  readonly #passesUnknown: boolean;
  /** What to add to the TTL, so that with the kernel's own decrements the relay's host is one hop. */
  readonly #ttlChange: number;

  constructor({ memory, lookup, worker, verdicts, role, kernelHops }: PipelineOptions) {
    this.#records = memory.records;
    this.#addresses = memory.addresses;
    this.#saCounters = memory.counters[worker]!;
    this.#verdicts = verdicts;
    this.#lookup = lookup;
    this.#passesUnknown = role === 'edge';
    this.#ttlChange = kernelHops - 1;
  }

  /** Gives every packet of the batch its verdict, and rewrites those to be sent. */
  process(batch: PacketBatch): void {
    this.#lookup.enter();
    for (let i = 0; i < batch.count; i++) {
      const offset = batch.offset[i]!;
      let verdict = HEADER_VERDICT[checkIpv4(batch.view, offset, batch.length[i]!)]!;
      if (verdict === IPV4_OK) {
        // Bytes after the packet's end (link padding) are not part of it.
        batch.length[i] = ipv4TotalLength(batch.view, offset);
        verdict = this.#relayIpv4(batch, i, offset);
      }
      batch.verdict[i] = verdict;
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

  #relayIpv4(batch: PacketBatch, i: number, ip: number): number {
    const view = batch.view;

    // Parse: is it a whole ESP packet?
    if (ipv4Protocol(view, ip) !== PROTOCOL_ESP) return this.#unmatched(view, ip, NOT_IPSEC);
    if (ipv4IsLaterFragment(view, ip)) return this.#unmatched(view, ip, FRAGMENT);
    const header = ipv4HeaderLength(view, ip);
    if (batch.length[i]! < header + ESP_MIN_LENGTH) return ESP_TOO_SHORT;
    const esp = ip + header;
    const spi = espSpi(view, esp);
    if (spi === 0) return SPI_ZERO;

    // Lookup: (destination, ESP, SPI), and the source where an SA requires one.
    const source = ipv4Source(view, ip);
    const destination = ipv4Destination(view, ip);
    const record = this.#lookup.lookup(
      KIND_ESP,
      spi,
      0,
      0,
      IPV4_MAPPED,
      destination,
      0,
      0,
      IPV4_MAPPED,
      source,
      0,
    );
    if (record < 0) {
      if (record === WRONG_PEER) return PEER_MISMATCH;
      const verdict = spi >>> 0 < FIRST_UNRESERVED_SPI ? SPI_RESERVED : UNKNOWN_SPI;
      return this.#unmatched(view, ip, verdict);
    }
    // The rest of a fragmented packet has no SPI. An edge leaves the addresses alone, so its later fragments fit.
    if (!this.#passesUnknown && ipv4IsFragment(view, ip)) return FRAGMENT;

    // Rewrite: TTL, source, destination, SPI. Nothing behind the SPI is touched.
    const ttl = ipv4Ttl(view, ip);
    const newTtl = this.#changedTtl(ttl);
    if (newTtl < 1) return TTL_EXPIRED;
    const records = this.#records;
    const sourceNumber = records[record + R_SOURCE]!;
    const newSource = sourceNumber === 0 ? source : this.#addresses[(sourceNumber << 2) + 3]!;
    const newDestination = records[record + R_TO + 3]!;
    setIpv4Ttl(view, ip, newTtl);
    setIpv4Source(view, ip, newSource);
    setIpv4Destination(view, ip, newDestination);
    const removed = (ttl << 8) + halves(source) + halves(destination);
    const added = (newTtl << 8) + halves(newSource) + halves(newDestination);
    setIpv4Checksum(view, ip, updateChecksum(ipv4Checksum(view, ip), removed, 5, added));
    setEspSpi(view, esp, records[record + R_TO_SPI]!);
    batch.sa[i] = records[record + R_SLOT]!;
    return FORWARD;
  }

  /** A packet without an SA: a relay drops it for the reason given, an edge sends it on. */
  #unmatched(view: DataView, ip: number, reason: number): number {
    if (!this.#passesUnknown) return reason;
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
