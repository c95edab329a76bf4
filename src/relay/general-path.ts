/**
 * The general way: every packet that the straight way does not take, because it changes encapsulation or family, is fragmented or
 * too long, has options or extension headers, is damaged, or is no IPsec.
 *
 *     parse ─→ fragments ─→ classify ─→ resolve ─→ forward
 *         └──→ ICMP: echo, translate
 *
 * A packet whose verdict the control thread has subscribed to is punted (punt.ts).
 */
import type { PacketBatch } from '../attachment/batch.js';
import {
  ICMP_ECHO_REQUEST,
  ICMP_HEADER,
  ICMPV6_ECHO_REQUEST,
  icmpType,
  isIcmpError,
  isIcmpv6Error,
} from '../wire/icmp.js';
import { Packet } from '../wire/packet.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from '../wire/protocol.js';
import type { BatchClock } from './batch-clock.js';
import { type ClassifierOptions, classify } from './classifier.js';
import type { Forwarder } from './forwarder.js';
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
  ICMP_FORWARD,
  NOT_IPSEC,
  OTHERS,
  RATE_LIMIT,
  TTL_EXPIRED,
} from './verdict.js';

export interface GeneralPathOptions {
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
  readonly #packet = new Packet();

  constructor(options: GeneralPathOptions) {
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

  /** @returns the verdict of packet `i`, which is rewritten if it is to be sent; or `HELD` */
  process(batch: PacketBatch, i: number): number {
    const packet = this.#packet;
    const damage = parsePacket(batch.view, batch.offset[i]!, batch.length[i]!, packet);
    if (damage !== FORWARD) return damage;
    batch.arrived[i] = packet.end - packet.start;
    batch.length[i] = batch.arrived[i]!;
    if (packet.isFragment) return this.#fragments.process(batch, i, packet);
    const verdict =
      packet.protocol === (packet.isIpv6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP)
        ? this.#icmp(batch, i, packet)
        : this.#forward(batch, i, packet);
    if (this.#punt.wants(verdict)) return this.#punt.offer(batch, i, verdict);
    if (this.#passesOthers && OTHERS[verdict] === 1) return this.#forwarder.pass(batch, i, packet);
    return verdict;
  }

  #forward(batch: PacketBatch, i: number, packet: Packet): number {
    const unclassified = classify(batch.view, packet, this.#classifier);
    if (unclassified !== FORWARD) return unclassified;
    const unresolved = this.#forwarder.resolve(packet);
    if (unresolved !== FORWARD) return unresolved;
    return this.#forwarder.forward(batch, i, packet, undefined, 0);
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
