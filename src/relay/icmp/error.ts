/** ICMP errors that the relay itself makes about packets it cannot forward (RFC 1812 §4.3.2, RFC 4443 §2.4, §3). */
import type { AddressPair } from '../../wire/address-pair.js';
import { writeTimeExceeded, writeTooBig } from '../../wire/icmp-error.js';
import type { Packet } from '../../wire/packet.js';
import { PROTOCOL_ICMP } from '../../wire/protocol.js';
import type { BatchClock } from '../batch-clock.js';
import { ORIGINATED_ICMP_ERROR } from '../counters.js';
import type { Identifications } from '../identification.js';
import type { Outlet } from '../outlet.js';
import type { TokenBucket } from '../token-bucket.js';

/** TTL and hop limit, on the wire, of packets that the relay makes. */
export const ORIGIN_TTL = 64;

export interface IcmpErrorsOptions {
  readonly outlet: Outlet;
  readonly bucket: TokenBucket;
  readonly clock: BatchClock;
  readonly identifications: Identifications;
  /** TTL of the errors, so that it is {@link ORIGIN_TTL} on the wire. */
  readonly ttl: number;
}

export class IcmpErrors {
  readonly #outlet: Outlet;
  readonly #bucket: TokenBucket;
  readonly #clock: BatchClock;
  readonly #identifications: Identifications;
  readonly #ttl: number;

  constructor({ outlet, bucket, clock, identifications, ttl }: IcmpErrorsOptions) {
    this.#outlet = outlet;
    this.#bucket = bucket;
    this.#clock = clock;
    this.#identifications = identifications;
    this.#ttl = ttl;
  }

  /** TTL or hop limit used up. */
  timeExceeded(from: DataView, packet: Packet): void {
    if (!this.#maySend(packet)) return;
    const at = this.#outlet.reserve();
    const { view } = this.#outlet.batch;
    const length = writeTimeExceeded(from, packet, view, at, this.#ttl, this.#identificationFor(packet));
    this.#outlet.add(at, length, ORIGINATED_ICMP_ERROR);
  }

  /** @param mtu longest packet that the sender may send, bytes */
  tooBig(from: DataView, packet: Packet, mtu: number): void {
    if (!this.#maySend(packet)) return;
    const at = this.#outlet.reserve();
    const { view } = this.#outlet.batch;
    const length = writeTooBig(from, packet, view, at, mtu, this.#ttl, this.#identificationFor(packet));
    this.#outlet.add(at, length, ORIGINATED_ICMP_ERROR);
  }

  /** No error is sent about a later fragment (RFC 1812 §4.3.2.7), nor beyond the rate. */
  #maySend(packet: Packet): boolean {
    return packet.fragmentOffset === 0 && mayBeTold(packet) && this.#bucket.take(this.#clock.steadyMs);
  }

  #identificationFor(packet: Packet): number {
    return packet.isIpv6 ? 0 : this.#identifications.next(packet.d3, packet.s3, PROTOCOL_ICMP) & 0xffff;
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
