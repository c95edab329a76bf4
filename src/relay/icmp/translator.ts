/**
 * Translates ICMP errors about packets that the relay emitted, so that they reach the original sender and quote the packet as
 * it was sent: the sender's kernel finds its own SA, and path-MTU discovery works from end to end. The sender is found in
 * the SAD.
 */
import type { PacketBatch } from '../../attachment/batch.js';
import { EmissionReader, NO_EMISSION } from '../../table/emission-index.js';
import { LatestSources } from '../../table/latest-source.js';
import {
  COUNTER_LAST,
  COUNTER_STRIDE,
  egressMtu,
  FLAG_MATCH_IPV6,
  KIND_UDP,
  matchKind,
  R_KIND,
  R_MATCH,
  R_PEER,
  R_PORTS,
  R_SLOT,
  R_SOURCE,
  R_SPI,
  R_TO_PORTS,
  type SadMemory,
  SOURCE_ADDRESS,
  SOURCE_PORT,
  SOURCE_STRIDE,
  setEgressMtu,
  sourceWords,
} from '../../table/layout.js';
import { addressSum } from '../../wire/address-pair.js';
import { icmpSum, icmpType, icmpv6Pseudo, isIcmpError } from '../../wire/icmp.js';
import { IPV4_MAPPED, type Packet } from '../../wire/packet.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from '../../wire/protocol.js';
import type { BatchClock } from '../batch-clock.js';
import { classifyQuote } from '../classifier.js';
import type { TokenBucket } from '../token-bucket.js';
import { BAD_ICMP, ICMP_FORWARD, ICMP_UNMATCHED, RATE_LIMIT } from '../verdict.js';
import { mayBeTold } from './error.js';
import { mtuFloor } from './mapping.js';
import { TranslatedError } from './translated-error.js';

export interface IcmpTranslatorOptions {
  readonly memory: SadMemory;
  readonly bucket: TokenBucket;
  readonly clock: BatchClock;
}

export class IcmpTranslator {
  readonly #memory: SadMemory;
  readonly #bucket: TokenBucket;
  readonly #clock: BatchClock;
  readonly #emissions: EmissionReader;
  readonly #latestSources: LatestSources;
  /** Of each worker, and of the fast path. */
  readonly #counters: readonly Float64Array<SharedArrayBuffer>[];
  /** The latest IPv4 sources in them. */
  readonly #sources: readonly Int32Array[];
  readonly #error = new TranslatedError();

  constructor({ memory, bucket, clock }: IcmpTranslatorOptions) {
    this.#memory = memory;
    this.#bucket = bucket;
    this.#clock = clock;
    this.#emissions = new EmissionReader(memory);
    this.#latestSources = new LatestSources(memory);
    this.#counters = [...memory.counters, memory.kernelCounters];
    this.#sources = this.#counters.map(sourceWords);
  }

  /** Where the translated packet starts. */
  get start(): number {
    return this.#error.start;
  }

  /** Its length. */
  get length(): number {
    return this.#error.length;
  }

  /**
   * @param packet the ICMP error, with its header and of a type that is one; {@link start} and {@link length} then tell where the translated error is
   * @param hopLimit of the translated error
   */
  translate(batch: PacketBatch, packet: Packet, hopLimit: number): number {
    const { view } = batch;
    const error = this.#error;
    if (!error.read(view, packet) || !classifyQuote(view, error.quote)) return ICMP_UNMATCHED;
    const record = this.#findSa();
    if (record === 0) return ICMP_UNMATCHED;
    // Only after the lookup of the quoted SPI, so that a flood of bogus errors stays cheap.
    if (!isIcmpIntact(view, packet)) return BAD_ICMP;
    if (!this.#loadOriginal(record) || !error.map()) return ICMP_UNMATCHED;
    if (!this.#bucket.take(this.#clock.steadyMs)) return RATE_LIMIT;
    if (error.isTooBig) this.#learnMtu(record);
    error.write(view, packet, this.#memory.records[record + R_SOURCE] === 0, hopLimit);
    return ICMP_FORWARD;
  }

  /** The SA that emitted the quoted packet; of several, the one that was last used. @returns its record, or 0 */
  #findSa(): number {
    const quote = this.#error.quote;
    const ports = (quote.sourcePort << 16) | quote.destinationPort;
    let best = 0;
    for (let place = NO_EMISSION; ; ) {
      place = this.#emissions.next(
        quote.kind,
        quote.spi,
        quote.d0,
        quote.d1,
        quote.d2,
        quote.d3,
        quote.s0,
        quote.s1,
        quote.s2,
        quote.s3,
        ports,
        place,
      );
      if (place === NO_EMISSION) return best;
      const record = this.#emissions.recordAt(place);
      if (record !== 0 && (best === 0 || this.#isUsedLater(record, best))) best = record;
    }
  }

  /** Times are compared here and not returned: V8 would make an object of each. */
  #isUsedLater(record: number, other: number): boolean {
    const { records } = this.#memory;
    const counters = this.#counters;
    const at = (records[record + R_SLOT]! - 1) * COUNTER_STRIDE + COUNTER_LAST;
    const otherAt = (records[other + R_SLOT]! - 1) * COUNTER_STRIDE + COUNTER_LAST;
    let last = 0;
    let otherLast = 0;
    for (let worker = 0; worker < counters.length; worker++) {
      last = Math.max(last, counters[worker]![at]!);
      otherLast = Math.max(otherLast, counters[worker]![otherAt]!);
    }
    return last > otherLast;
  }

  /** The form of the SA's packets before the relay. @returns false when their source is not known */
  #loadOriginal(record: number): boolean {
    const { records, addresses } = this.#memory;
    const original = this.#error.original;
    const quote = this.#error.quote;
    const kind = records[record + R_KIND]!;
    original.kind = matchKind(kind);
    original.isIpv6 = (kind & FLAG_MATCH_IPV6) !== 0;
    original.spi = records[record + R_SPI]!;
    original.d0 = records[record + R_MATCH]!;
    original.d1 = records[record + R_MATCH + 1]!;
    original.d2 = records[record + R_MATCH + 2]!;
    original.d3 = records[record + R_MATCH + 3]!;
    original.flowLabel = 0;
    original.sourcePort = 0;
    original.destinationPort = 0;
    const keepsSource = records[record + R_SOURCE] === 0;
    const peer = records[record + R_PEER]! << 2;
    const peerPort = records[record + R_PORTS]! >>> 16;
    const needsPort = original.kind === KIND_UDP;
    // A port that the SA keeps is in the quote.
    const ports = records[record + R_TO_PORTS]!;
    let port = quote.kind === KIND_UDP && ports >>> 16 === 0 ? quote.sourcePort : peerPort;
    const isAddressKnown = keepsSource || peer !== 0;
    if (!isAddressKnown || (needsPort && port === 0)) {
      const latestPort = this.#loadLatestSource(records[record + R_SLOT]!);
      if (latestPort < 0) return false;
      if (port === 0) port = latestPort;
    }
    if (keepsSource) {
      original.s0 = quote.s0;
      original.s1 = quote.s1;
      original.s2 = quote.s2;
      original.s3 = quote.s3;
    } else if (peer !== 0) {
      original.s0 = addresses[peer]!;
      original.s1 = addresses[peer + 1]!;
      original.s2 = addresses[peer + 2]!;
      original.s3 = addresses[peer + 3]!;
    }
    if (needsPort) {
      original.sourcePort = port;
      const keepsDestinationPort = quote.kind === KIND_UDP && (ports & 0xffff) === 0;
      original.destinationPort = keepsDestinationPort
        ? quote.destinationPort
        : records[record + R_PORTS]! & 0xffff;
    }
    // The latest packet can come from any sender, with any source.
    return mayBeTold(original);
  }

  /** Sets the source of the SA's latest packet. @returns its UDP port (0 without UDP), or -1 if none is known */
  #loadLatestSource(slot: number): number {
    const original = this.#error.original;
    if (original.isIpv6) {
      if (!this.#latestSources.read(slot)) return -1;
      original.s0 = this.#latestSources.address[0]!;
      original.s1 = this.#latestSources.address[1]!;
      original.s2 = this.#latestSources.address[2]!;
      original.s3 = this.#latestSources.address[3]!;
      return this.#latestSources.port;
    }
    let latest = -1;
    let port = -1;
    original.s0 = 0;
    original.s1 = 0;
    original.s2 = IPV4_MAPPED;
    for (let worker = 0; worker < this.#sources.length; worker++) {
      const last = this.#counters[worker]![(slot - 1) * COUNTER_STRIDE + COUNTER_LAST]!;
      const at = (slot - 1) * SOURCE_STRIDE;
      const source = this.#sources[worker]![at + SOURCE_ADDRESS]!;
      if (source === 0 || last <= latest) continue;
      latest = last;
      original.s3 = source;
      port = this.#sources[worker]![at + SOURCE_PORT]!;
    }
    return port;
  }

  /** Keeps the SA from sending longer packets than the way carries. */
  #learnMtu(record: number): void {
    const { records } = this.#memory;
    const { mtu, quote } = this.#error;
    const bounded = Math.max(mtu, mtuFloor(quote.isIpv6));
    if (bounded < egressMtu(records, record)) setEgressMtu(records, record, bounded);
  }
}

/** Whether the packet is an ICMP error, about which no error is made (RFC 1122 §3.2.2, RFC 4443 §2.4 (e.1)). */
export function isIcmpErrorMessage(view: DataView, packet: Packet): boolean {
  if (packet.protocol !== (packet.isIpv6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP)) return false;
  if (packet.transport >= packet.end) return true;
  const type = icmpType(view, packet.transport);
  // ICMPv6 has all its errors below 128 (RFC 4443 §2.1); redirects and source quench count as errors too.
  return packet.isIpv6 ? type < 128 : isIcmpError(type) || type === 4 || type === 5;
}

/** Whether the checksum of an ICMP message is right. */
export function isIcmpIntact(view: DataView, packet: Packet): boolean {
  const length = packet.end - packet.transport;
  const pseudo = packet.isIpv6 ? icmpv6Pseudo(addressSum(packet), length) : 0;
  return icmpSum(view, packet.transport, length, pseudo) === 0;
}
