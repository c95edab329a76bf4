/** ICMP errors that the relay itself makes about packets it cannot forward (RFC 1812 §4.3.2, RFC 4443 §2.4, §3). */
import { copyBytes } from '../../wire/bytes.js';
import {
  ICMP_ERROR_LENGTH,
  ICMP_FRAGMENTATION_NEEDED,
  ICMP_HEADER,
  ICMP_TIME_EXCEEDED,
  ICMP_UNREACHABLE,
  ICMPV6_ERROR_LENGTH,
  ICMPV6_PACKET_TOO_BIG,
  ICMPV6_TIME_EXCEEDED,
  icmpSum,
  icmpv6Pseudo,
  setIcmpChecksum,
  writeIcmpHeader,
} from '../../wire/icmp.js';
import { IPV4_MIN_HEADER, writeIpv4Header } from '../../wire/ipv4.js';
import { IPV6_HEADER, writeIpv6Header } from '../../wire/ipv6.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from '../../wire/protocol.js';
import { type AddressPair, addressSum, SwappedPair, writeIpv6Addresses } from '../address-pair.js';
import type { BatchClock } from '../batch-clock.js';
import { ORIGINATED_ICMP_ERROR } from '../counters.js';
import type { Identifications } from '../identification.js';
import type { Outlet } from '../outlet.js';
import type { Packet } from '../packet.js';
import type { TokenBucket } from '../token-bucket.js';

/** TTL and hop limit of what the relay makes, on the wire. */
export const ORIGIN_TTL = 64;
/** Precedence "internetwork control" (RFC 1812 §4.3.2.5). */
const ERROR_TOS = 0xc0;

export interface IcmpErrorsOptions {
  readonly outlet: Outlet;
  readonly bucket: TokenBucket;
  readonly clock: BatchClock;
  readonly identifications: Identifications;
  /** TTL of what is made, so that it is {@link ORIGIN_TTL} on the wire. */
  readonly ttl: number;
}

export class IcmpErrors {
  readonly #outlet: Outlet;
  readonly #bucket: TokenBucket;
  readonly #clock: BatchClock;
  readonly #identifications: Identifications;
  readonly #ttl: number;
  readonly #answer = new SwappedPair();

  constructor({ outlet, bucket, clock, identifications, ttl }: IcmpErrorsOptions) {
    this.#outlet = outlet;
    this.#bucket = bucket;
    this.#clock = clock;
    this.#identifications = identifications;
    this.#ttl = ttl;
  }

  /** TTL or hop limit used up, code 0. */
  timeExceeded(from: DataView, packet: Packet): void {
    if (packet.isIpv6) this.#sendIpv6(from, packet, ICMPV6_TIME_EXCEEDED, 0, 0);
    else this.#sendIpv4(from, packet, ICMP_TIME_EXCEEDED, 0, 0);
  }

  /** @param mtu longest packet that the sender may send, bytes */
  tooBig(from: DataView, packet: Packet, mtu: number): void {
    if (packet.isIpv6) this.#sendIpv6(from, packet, ICMPV6_PACKET_TOO_BIG, 0, mtu);
    else this.#sendIpv4(from, packet, ICMP_UNREACHABLE, ICMP_FRAGMENTATION_NEEDED, mtu);
  }

  #sendIpv4(from: DataView, packet: Packet, type: number, code: number, rest: number): void {
    if (packet.fragmentOffset !== 0 || !mayBeTold(packet) || !this.#bucket.take(this.#clock.steadyMs)) return;
    const { start } = packet;
    const quote = Math.min(packet.arrivedEnd - start, ICMP_ERROR_LENGTH - IPV4_MIN_HEADER - ICMP_HEADER);
    const total = IPV4_MIN_HEADER + ICMP_HEADER + quote;
    const to = this.#outlet.reserve();
    const { view } = this.#outlet.batch;
    const icmp = to + IPV4_MIN_HEADER;
    copyBytes(from, start, view, icmp + ICMP_HEADER, quote);
    writeIcmpHeader(view, icmp, type, code, rest);
    setIcmpChecksum(view, icmp, icmpSum(view, icmp, ICMP_HEADER + quote, 0));
    const id = this.#identifications.next(packet.d3, packet.s3, PROTOCOL_ICMP) & 0xffff;
    writeIpv4Header(view, to, ERROR_TOS, total, id, 0, this.#ttl, PROTOCOL_ICMP, packet.d3, packet.s3);
    this.#outlet.add(to, total, ORIGINATED_ICMP_ERROR);
  }

  #sendIpv6(from: DataView, packet: Packet, type: number, code: number, rest: number): void {
    if (packet.fragmentOffset !== 0 || !mayBeTold(packet) || !this.#bucket.take(this.#clock.steadyMs)) return;
    const { start } = packet;
    const quote = Math.min(packet.arrivedEnd - start, ICMPV6_ERROR_LENGTH - IPV6_HEADER - ICMP_HEADER);
    const length = ICMP_HEADER + quote;
    const answer = this.#answer.set(packet);
    const to = this.#outlet.reserve();
    const { view } = this.#outlet.batch;
    const icmp = to + IPV6_HEADER;
    copyBytes(from, start, view, icmp + ICMP_HEADER, quote);
    writeIcmpHeader(view, icmp, type, code, rest);
    setIcmpChecksum(view, icmp, icmpSum(view, icmp, length, icmpv6Pseudo(addressSum(answer), length)));
    writeIpv6Header(view, to, 0, 0, length, PROTOCOL_ICMPV6, this.#ttl);
    writeIpv6Addresses(view, to, answer);
    this.#outlet.add(to, IPV6_HEADER + length, ORIGINATED_ICMP_ERROR);
  }
}

/**
 * Whether an answer may go to the source: it must be one computer's own address (RFC 1122 §3.2.2, RFC 4443 §2.4 (e.6)).
 */
export function mayBeTold(packet: AddressPair): boolean {
  if (!packet.isIpv6) {
    const first = packet.s3 >>> 24;
    return first !== 0 && first !== 127 && first < 224;
  }
  if (packet.s0 >>> 24 === 0xff) return false;
  return packet.s0 !== 0 || packet.s1 !== 0 || packet.s2 !== 0 || packet.s3 >>> 0 > 1;
}
