/**
 * The general way, for packets that the straight ways leave aside: those that their way out does not carry, and hairpins (then the SA is
 * known); fragments, ICMP, options and extension headers; and damaged packets.
 *
 *     parse ─→ fragments ─→ classify ─→ (fetch) ─→ resolve ─→ forward
 *         └──→ ICMP: echo, translate                   ↑
 *     known ───────────────────────────────────────────┘
 *
 * A packet whose verdict the control thread has subscribed to is punted (punt.ts).
 */
import { MAX_BATCH, type PacketBatch } from '../attachment/batch.js';
import type { SadLookup } from '../table/reader.js';
import {
  ICMP_ECHO_REQUEST,
  ICMP_HEADER,
  ICMPV6_ECHO_REQUEST,
  icmpType,
  isIcmpError,
  isIcmpv6Error,
} from '../wire/icmp.js';
import { Packet, readPlainIp } from '../wire/packet.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from '../wire/protocol.js';
import type { BatchClock } from './batch-clock.js';
import { type ClassifierOptions, classify, readCarrier } from './classifier.js';
import type { Forwarder } from './forwarder.js';
import type { Found } from './found.js';
import type { Fragments } from './fragments/fragments.js';
import { answerEcho } from './icmp/echo.js';
import { mayBeTold } from './icmp/error.js';
import { type IcmpTranslator, isIcmpIntact } from './icmp/translator.js';
import { parsePacket } from './parse.js';
import type { Punt } from './punt.js';
import type { TokenBucket } from './token-bucket.js';
import {
  BAD_ICMP,
  ECHO,
  FORWARD,
  GENERAL,
  ICMP_FORWARD,
  KNOWN,
  NOT_IPSEC,
  OTHERS,
  PREPARED,
  RATE_LIMIT,
  TTL_EXPIRED,
} from './verdict.js';

export interface GeneralPathOptions {
  readonly lookup: SadLookup;
  readonly found: Found;
  readonly forwarder: Forwarder;
  readonly fragments: Fragments;
  readonly icmpTranslator: IcmpTranslator;
  readonly echoes: TokenBucket;
  readonly clock: BatchClock;
  readonly punt: Punt;
  readonly classifier: ClassifierOptions;
  readonly passesOthers: boolean;
  /** To be added to TTL and hop limit of forwarded packets. */
  readonly ttlChange: number;
  /** TTL and hop limit of answers. */
  readonly originTtl: number;
}

export class GeneralPath {
  readonly #forwarder: Forwarder;
  readonly #fragments: Fragments;
  readonly #icmpTranslator: IcmpTranslator;
  readonly #echoes: TokenBucket;
  readonly #clock: BatchClock;
  readonly #punt: Punt;
  readonly #classifier: ClassifierOptions;
  readonly #passesOthers: boolean;
  readonly #ttlChange: number;
  readonly #originTtl: number;
  /** Of packets whose SA is known: one that stays in the cache. */
  readonly #knownPacket = new Packet();
  readonly #packets = Array.from({ length: MAX_BATCH }, () => new Packet());
  /** Of first fragments: `FORWARD`, or the verdict. */
  readonly #classified = new Uint8Array(MAX_BATCH);
  readonly #lookup: SadLookup;
  readonly #found: Found;

  constructor(options: GeneralPathOptions) {
    this.#lookup = options.lookup;
    this.#found = options.found;
    this.#forwarder = options.forwarder;
    this.#fragments = options.fragments;
    this.#icmpTranslator = options.icmpTranslator;
    this.#echoes = options.echoes;
    this.#clock = options.clock;
    this.#punt = options.punt;
    this.#classifier = options.classifier;
    this.#passesOthers = options.passesOthers;
    this.#ttlChange = options.ttlChange;
    this.#originTtl = options.originTtl;
  }

  /** Gives those a verdict whose verdict is `GENERAL` or `KNOWN`, and rewrites those to be sent. */
  process(batch: PacketBatch): void {
    const { verdict, count } = batch;
    let prepared = 0;
    for (let i = 0; i < count; i++) {
      if (verdict[i] !== GENERAL) continue;
      verdict[i] = this.#parse(batch, i);
      if (verdict[i] === PREPARED) prepared = i + 1;
    }
    this.#lookup.fetch(prepared);
    for (let i = 0; i < count; i++) {
      if (verdict[i] === KNOWN) verdict[i] = this.#processKnown(batch, i);
      else if (verdict[i] === PREPARED) verdict[i] = this.#finish(batch, i, this.#packets[i]!);
    }
  }

  /** Takes packet `i` apart. @returns `PREPARED` when it may have an SA or is a fragment, else its verdict */
  #parse(batch: PacketBatch, i: number): number {
    const packet = this.#packets[i]!;
    const damage = parsePacket(batch.view, batch.offset[i]!, batch.length[i]!, packet);
    if (damage !== FORWARD) return damage;
    batch.arrived[i] = packet.end - packet.start;
    batch.length[i] = batch.arrived[i]!;
    if (packet.isFragment) return this.#parseFragment(batch, i, packet);
    if (packet.protocol === (packet.isIpv6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP)) {
      return this.#conclude(batch, i, packet, this.#icmp(batch, i, packet));
    }
    const unclassified = classify(batch.view, packet, this.#classifier);
    if (unclassified !== FORWARD) return this.#conclude(batch, i, packet, unclassified);
    this.#forwarder.prepare(i, packet);
    return PREPARED;
  }

  #parseFragment(batch: PacketBatch, i: number, packet: Packet): number {
    if (packet.fragmentOffset === 0) {
      const classified = this.#fragments.classify(batch.view, packet);
      if (classified === FORWARD) this.#forwarder.prepare(i, packet);
      this.#classified[i] = classified;
    }
    return PREPARED;
  }

  #finish(batch: PacketBatch, i: number, packet: Packet): number {
    if (packet.isFragment) return this.#fragments.process(batch, i, packet, this.#classified[i]!);
    let verdict = this.#forwarder.resolve(i, packet);
    if (verdict === FORWARD) verdict = this.#forwarder.forward(batch, i, packet, undefined, 0);
    return this.#conclude(batch, i, packet, verdict);
  }

  /** The straight way has seen that it is whole and sound, and looked for its SA. */
  #processKnown(batch: PacketBatch, i: number): number {
    const packet = this.#knownPacket;
    const { view } = batch;
    readPlainIp(view, batch.offset[i]!, batch.length[i]!, packet);
    readCarrier(view, packet, this.#found.carriers[i]!);
    let verdict = this.#forwarder.resolveTo(i, this.#found.records[i]!, packet);
    if (verdict === FORWARD) verdict = this.#forwarder.forward(batch, i, packet, undefined, 0);
    return this.#conclude(batch, i, packet, verdict);
  }

  /** Punts the packet, or sends it on as it came, where its verdict calls for that. */
  #conclude(batch: PacketBatch, i: number, packet: Packet, verdict: number): number {
    if (this.#punt.wants(verdict)) return this.#punt.offer(batch, i, verdict);
    if (this.#passesOthers && OTHERS[verdict] === 1) return this.#forwarder.pass(batch, i, packet);
    return verdict;
  }

  #icmp(batch: PacketBatch, i: number, packet: Packet): number {
    const { view } = batch;
    if (packet.end - packet.transport < ICMP_HEADER) return BAD_ICMP;
    const type = icmpType(view, packet.transport);
    if (packet.isIpv6 ? isIcmpv6Error(type) : isIcmpError(type)) return this.#translate(batch, i, packet);
    if (!isIcmpIntact(view, packet)) return BAD_ICMP;
    const isEcho = type === (packet.isIpv6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO_REQUEST);
    if (!isEcho || this.#passesOthers || !mayBeTold(packet)) return NOT_IPSEC;
    if (!this.#echoes.take(this.#clock.steadyMs)) return RATE_LIMIT;
    answerEcho(view, packet, this.#originTtl);
    return ECHO;
  }

  #translate(batch: PacketBatch, i: number, packet: Packet): number {
    const hopLimit = Math.min(packet.hopLimit + this.#ttlChange, 255);
    if (hopLimit < 1) return TTL_EXPIRED;
    const translator = this.#icmpTranslator;
    const verdict = translator.translate(batch, packet, hopLimit);
    if (verdict !== ICMP_FORWARD) return verdict;
    batch.offset[i] = translator.start;
    batch.length[i] = translator.length;
    return ICMP_FORWARD;
  }
}
