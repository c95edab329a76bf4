/**
 * The data plane's hot path: parse → lookup → rewrite for a batch, then, once the attachment has sent
 * it, account. One instance per worker. Nothing here allocates, throws or waits.
 *
 *     parse ──────────────→ fetch ─────────→ relay ──────────────→ (send) ────→ account
 *     spi-zero              (cache lines     unknown-spi           send-failed
 *         │                  of the whole    spi-reserved
 *         │                  batch at once)  peer-mismatch
 *         │                                  forward
 *         │                                  known ──→ src/relay/changing.ts
 *         └── general ─────────────────────────┴───→ src/relay/general-path.ts
 *
 * That is the straight way of the commonest form: sound ESP over IPv4 in and out, without options, in one piece and never to be
 * fragmented (RFC 6864 §4: atomic). It is kept this small so that V8 inlines all of it (bench/LOG.md). The other forms that
 * keep family and encapsulation have theirs in src/relay/straight.ts; packets whose form changes have theirs in
 * src/relay/changing.ts. All other packets, and all damaged ones, go the general way.
 */
import type { Attachment } from '../attachment/attachment.js';
import type { PacketBatch } from '../attachment/batch.js';
import {
  KIND_ESP,
  R_KIND,
  R_SLOT,
  R_SOURCE,
  R_TO,
  R_TO_SPI,
  type SadMemory,
  SOURCE_ADDRESS,
  SOURCE_STRIDE,
  sourceWords,
  straightLimit,
} from '../table/layout.js';
import type { SadLookup } from '../table/reader.js';
import { SourceNotes } from '../table/source-notes.js';
import { halves, updateChecksum } from '../wire/checksum.js';
import { ESP_MIN_LENGTH, espSpi, setEspSpi } from '../wire/esp.js';
import {
  hopWordChecksum,
  hopWordTtl,
  IPV4_MIN_HEADER,
  ipv4Destination,
  ipv4HopWord,
  ipv4Source,
  ipv4TotalLength,
  isPlainIpv4,
  setIpv4Destination,
  setIpv4HopWord,
  setIpv4Source,
} from '../wire/ipv4.js';
import { IPV4_MAPPED } from '../wire/packet.js';
import { PROTOCOL_ESP } from '../wire/protocol.js';
import { Accounting } from './accounting.js';
import { BatchClock } from './batch-clock.js';
import { ChangingPath } from './changing.js';
import type { OriginatedCounters, VerdictCounters } from './counters.js';
import { Forwarder, missVerdict } from './forwarder.js';
import { Found } from './found.js';
import { Fragments } from './fragments/fragments.js';
import type { FragmentMemory } from './fragments/memory.js';
import { FragmentTable } from './fragments/table.js';
import { GeneralPath } from './general-path.js';
import { IcmpErrors, ORIGIN_TTL } from './icmp/error.js';
import { IcmpTranslator } from './icmp/translator.js';
import { type IdentificationCounters, Identifications } from './identification.js';
import { Outlet } from './outlet.js';
import { Punt } from './punt.js';
import type { PuntMemory } from './punt-memory.js';
import type { DataPlaneSettings } from './settings.js';
import { StraightPath } from './straight.js';
import { TokenBucket } from './token-bucket.js';
import { FORWARD, GENERAL, KNOWN, OTHERS, SPI_ZERO } from './verdict.js';

/** The IP header, SPI and sequence number. */
const PLAIN_MIN_LENGTH = IPV4_MIN_HEADER + ESP_MIN_LENGTH;

export interface PipelineOptions {
  /** Packets that it sends beside the batch go out here. */
  readonly attachment: Pick<Attachment, 'send' | 'kernelHops'>;
  readonly memory: SadMemory;
  readonly lookup: SadLookup;
  /** This worker's number, from 0: which counters are its own. */
  readonly worker: number;
  readonly verdicts: VerdictCounters;
  readonly originated: OriginatedCounters;
  /** Shared by all workers. */
  readonly fragments: FragmentMemory;
  readonly identifications: IdentificationCounters;
  readonly punts: PuntMemory;
  /** An edge forwards packets without an SA unchanged; a relay drops them. */
  readonly role: 'relay' | 'edge';
  readonly settings: DataPlaneSettings;
  /** Steady time, milliseconds; for tests. */
  readonly steadyMs?: () => number;
}

/** The same for all workers: where a worker's clock begins is part of it. */
function steadyMs(): number {
  return performance.timeOrigin + performance.now();
}

export class Pipeline {
  readonly #records: Int32Array;
  readonly #addresses: Int32Array;
  readonly #sources: Int32Array;
  readonly #lookup: SadLookup;
  readonly #passesOthers: boolean;
  /** To be added to the TTL, so that with the kernel's own decrements the relay's host is one hop. */
  readonly #ttlChange: number;
  readonly #accounting: Accounting;
  readonly #clock = new BatchClock();
  readonly #steadyMs: () => number;
  readonly #outlet: Outlet;
  readonly #straight: StraightPath;
  readonly #changing: ChangingPath;
  readonly #punt: Punt;
  readonly #fragments: Fragments;
  readonly #general: GeneralPath;
  readonly #found = new Found();
  /** Plain packets in the batch under way. */
  #plain = 0;
  /** The batch before had some: to look for them where there are none costs the others 12 ns each (bench/LOG.md). */
  #expectsPlain = true;
  /** All packets of the batch under way went the straight way. */
  #isStraight = true;

  constructor(options: PipelineOptions) {
    const { attachment, memory, lookup, role, settings } = options;
    const { kernelHops } = attachment;
    const clock = this.#clock;
    const isEdge = role === 'edge';
    const passesOthers = isEdge || settings.passesOthers;
    const classifier = { isEdge, udp6ZeroChecksum: settings.udp6ZeroChecksum, ports: memory.ports };
    // Half of the kernel's hops are on the way out.
    const originTtl = ORIGIN_TTL + (kernelHops >> 1);
    this.#records = memory.records;
    this.#addresses = memory.addresses;
    this.#sources = sourceWords(memory.counters[options.worker]!);
    this.#lookup = lookup;
    this.#passesOthers = passesOthers;
    this.#ttlChange = kernelHops - 1;
    this.#steadyMs = options.steadyMs ?? steadyMs;
    const nowMs = this.#steadyMs() | 0;
    const identifications = new Identifications(options.identifications);
    const accounting = new Accounting(memory.counters[options.worker]!, options.verdicts, clock);
    const outlet = new Outlet(attachment, options.originated);
    this.#accounting = accounting;
    this.#outlet = outlet;
    const found = this.#found;
    const sources = new SourceNotes(memory, options.worker);
    this.#straight = new StraightPath({
      memory,
      lookup,
      found,
      sources,
      identifications,
      isEdge,
      ttlChange: this.#ttlChange,
    });
    this.#changing = new ChangingPath({
      memory,
      found,
      sources,
      identifications,
      udp6ZeroChecksum: settings.udp6ZeroChecksum,
      ttlChange: this.#ttlChange,
    });
    const errors = new IcmpErrors({
      outlet,
      bucket: new TokenBucket(settings.icmpRate, nowMs),
      clock,
      identifications,
      ttl: originTtl,
    });
    const forwarder = new Forwarder({
      memory,
      lookup,
      accounting,
      sources,
      outlet,
      errors,
      identifications,
      udp6ZeroChecksum: settings.udp6ZeroChecksum,
      ttlChange: this.#ttlChange,
    });
    this.#punt = new Punt(options.punts, options.worker, clock);
    const table = new FragmentTable(options.fragments);
    this.#fragments = new Fragments({
      table,
      forwarder,
      accounting,
      outlet,
      clock,
      punt: this.#punt,
      classifier,
      passesOthers,
    });
    this.#general = new GeneralPath({
      lookup,
      found,
      forwarder,
      fragments: this.#fragments,
      icmpTranslator: new IcmpTranslator({
        memory,
        bucket: new TokenBucket(settings.icmpTranslateRate, nowMs),
        clock,
      }),
      echoes: new TokenBucket(settings.icmpRate, nowMs),
      clock,
      punt: this.#punt,
      classifier,
      passesOthers,
      ttlChange: this.#ttlChange,
      originTtl,
    });
  }

  /** Gives every packet of the batch its verdict, and rewrites those to be sent. @param nowMs Unix time, milliseconds */
  process(batch: PacketBatch, nowMs: number): void {
    this.#isStraight = true;
    this.#lookup.enter();
    if (this.#expectsPlain) this.#processPlain(batch);
    else this.#processOthers(batch);
    if (!this.#isStraight) this.#processRest(batch, nowMs);
  }

  /** Plain packets first, then the others. */
  #processPlain(batch: PacketBatch): void {
    const { verdict, count } = batch;
    this.#plain = count;
    for (let i = 0; i < count; i++) verdict[i] = this.#parse(batch, i);
    const hasOthers = this.#plain !== count;
    if (hasOthers) {
      if (!this.#straight.parse(batch, false)) this.#isStraight = false;
      this.#expectsPlain = this.#plain !== 0;
    }
    this.#lookup.fetch(count);
    for (let i = 0; i < count; i++) {
      if (verdict[i] === FORWARD) verdict[i] = this.#relay(batch, i);
    }
    if (hasOthers && !this.#straight.relay(batch)) this.#isStraight = false;
  }

  /** After a batch without plain ones: those that come in the next take the other forms' way once, which does the same. */
  #processOthers(batch: PacketBatch): void {
    const straight = this.#straight;
    this.#isStraight = straight.parse(batch, true);
    this.#lookup.fetch(batch.count);
    if (!straight.relay(batch)) this.#isStraight = false;
    this.#expectsPlain = straight.hasPlain;
  }

  /** Counts the batch once the attachment has marked the packets it could not send, and sends the packets beside it. @param nowMs Unix time, milliseconds */
  account(batch: PacketBatch, nowMs: number): void {
    if (this.#isStraight) {
      this.#accounting.countStraight(batch, nowMs);
    } else {
      this.#accounting.count(batch, nowMs);
      this.#outlet.flush();
    }
  }

  /** To be called now and then also when nothing arrives. @returns whether fragments wait, so that it should be called again soon */
  expire(): boolean {
    this.#clock.steadyMs = this.#steadyMs() | 0;
    return this.#fragments.expire();
  }

  /** Packets whose form changes, then those of the general way. */
  #processRest(batch: PacketBatch, nowMs: number): void {
    const { arrived, length, count } = batch;
    for (let i = 0; i < count; i++) arrived[i] = length[i]!;
    if (this.#changing.relay(batch)) return;
    this.#clock.unixMs = nowMs;
    this.#clock.steadyMs = this.#steadyMs() | 0;
    this.#general.process(batch);
  }

  /** Is it whole, plain ESP over IPv4? Then `forward`, for the time being, and the lookup is prepared. */
  #parse(batch: PacketBatch, i: number): number {
    const view = batch.view;
    const ip = batch.offset[i]!;
    const length = ipv4TotalLength(view, ip);
    if (length > batch.length[i]! || length < PLAIN_MIN_LENGTH || !isPlainIpv4(view, ip, PROTOCOL_ESP))
      return this.#parseOther();
    const spi = espSpi(view, ip + IPV4_MIN_HEADER);
    if (spi === 0) return SPI_ZERO;
    // Bytes after the packet's end (link padding) are not part of it.
    batch.length[i] = length;
    this.#lookup.prepare(i, KIND_ESP, spi, 0, 0, IPV4_MAPPED, ipv4Destination(view, ip));
    return FORWARD;
  }

  #parseOther(): number {
    this.#plain--;
    return GENERAL;
  }

  /** The straight way ends here: the general one gets the record that was found, if any, or finds the fault. */
  #leave(i: number, record: number): number {
    this.#isStraight = false;
    this.#found.carriers[i] = KIND_ESP;
    this.#found.records[i] = record;
    return KNOWN;
  }

  /** Finds the SA by (destination, ESP, SPI) and the source, and rewrites. Nothing behind the SPI is touched. */
  #relay(batch: PacketBatch, i: number): number {
    const view = batch.view;
    const ip = batch.offset[i]!;
    const esp = ip + IPV4_MIN_HEADER;
    const spi = espSpi(view, esp);
    const from = ipv4Source(view, ip);
    const to = ipv4Destination(view, ip);
    const record = this.#lookup.lookup(i, KIND_ESP, spi, 0, 0, IPV4_MAPPED, to, 0, 0, IPV4_MAPPED, from, 0);
    if (record < 0) return this.#withoutSa(i, record, spi);
    const records = this.#records;
    const hopWord = ipv4HopWord(view, ip);
    const ttl = hopWordTtl(hopWord);
    const newTtl = Math.min(ttl + this.#ttlChange, 255);
    if (straightLimit(records[record + R_KIND]!) < batch.length[i]! || newTtl < 1)
      return this.#leave(i, record);
    const sourceNumber = records[record + R_SOURCE]!;
    const newFrom = sourceNumber === 0 ? from : this.#addresses[(sourceNumber << 2) + 3]!;
    const newTo = records[record + R_TO + 3]!;
    setIpv4Source(view, ip, newFrom);
    setIpv4Destination(view, ip, newTo);
    const removed = (ttl << 8) + halves(from) + halves(to);
    const added = (newTtl << 8) + halves(newFrom) + halves(newTo);
    const checksum = updateChecksum(hopWordChecksum(hopWord), removed, 5, added);
    setIpv4HopWord(view, ip, newTtl, PROTOCOL_ESP, checksum);
    setEspSpi(view, esp, records[record + R_TO_SPI]!);
    const sa = records[record + R_SLOT]!;
    batch.sa[i] = sa;
    this.#sources[(sa - 1) * SOURCE_STRIDE + SOURCE_ADDRESS] = from;
    return FORWARD;
  }

  /** Rare, and cheap when a flood guesses SPIs. */
  #withoutSa(i: number, record: number, spi: number): number {
    const verdict = missVerdict(record, spi);
    const isOthers = this.#passesOthers && OTHERS[verdict] === 1;
    return isOthers || this.#punt.wants(verdict) ? this.#leave(i, record) : verdict;
  }
}
