/** From the TUN device to the network: outbound processing (RFC 4303 §3.3, RFC 4301 §5.1). */
import { ALIGNMENT, HEADROOM, PacketBatch } from '../attachment/batch.js';
import { setEspSpi } from '../wire/esp.js';
import { Packet } from '../wire/packet.js';
import { type EndpointCounters, ORIGINATED_ICMP_ERROR } from './counters.js';
import { appendTooBig, ERROR_ROOM, mayBeTold } from './icmp.js';
import { hasPlainHeader, innerLength, isInnerFragment, parseInner } from './inner.js';
import { type OuterBatch, PEER_BYTES } from './outer-port.js';
import type { OutboundSa } from './sa.js';
import { ESP_TRAILER } from './transform.js';
import {
  BAD_INNER,
  ENCRYPT,
  INNER_FRAGMENT,
  INNER_TOO_BIG,
  NO_POLICY,
  SEQUENCE_OVERFLOW,
} from './verdict.js';

const TWO_32 = 0x1_0000_0000;
const NEXT_HEADER_IPV4 = 4;
const NEXT_HEADER_IPV6 = 41;
/** The shortest MTU that a sender can be told (RFC 1191 §3 has 68; hosts go no lower than 576; RFC 8200 §5). */
const LEAST_MTU4 = 576;
const LEAST_MTU6 = 1280;
/** Padding, trailer and the longest ICV: the most bytes that a packet grows by at its end. */
const GROWTH = 64;
/** Fewer than fit into the slab of the errors. */
const MOST_ERRORS = 64;

export class Encapsulator {
  /** ICMP errors for the TUN device; the caller sends and clears them. */
  readonly errors = new PacketBatch(MOST_ERRORS, MOST_ERRORS * ERROR_ROOM + HEADROOM + ALIGNMENT + 65_535);
  /** Errors that may still be made; the caller refills it by the second (RFC 1812 §4.3.2.8). */
  errorBudget = 0;
  readonly #sas: readonly OutboundSa[];
  readonly #counters: EndpointCounters;
  readonly #packet = new Packet();

  /** @param sas in the order of the policy: the first that matches a packet takes it */
  constructor(sas: readonly OutboundSa[], counters: EndpointCounters) {
    this.#sas = sas;
    this.#counters = counters;
  }

  /** Puts each packet into the outgoing batch of its SA's port, which has room for it; the others are dropped and counted. */
  process(batch: PacketBatch): void {
    for (let i = 0; i < batch.count; i++) {
      const verdict = this.#protect(batch, i);
      if (verdict !== ENCRYPT) this.#counters.count(verdict, batch.length[i]!);
    }
  }

  #protect(batch: PacketBatch, i: number): number {
    const { bytes, view } = batch;
    const packet = this.#packet;
    const at = batch.offset[i]!;
    if (!parseInner(view, at, batch.length[i]!, packet)) return BAD_INNER;
    const sa = this.#policy();
    if (sa === undefined) return NO_POLICY;
    if (!sa.tunnel) {
      if (isInnerFragment(packet)) return INNER_FRAGMENT;
      if (!hasPlainHeader(packet)) return BAD_INNER;
    }
    if (innerLength(packet) > sa.innerMtu && this.#isTooBig(view, sa)) return INNER_TOO_BIG;
    if (packet.end + GROWTH > bytes.length) return INNER_TOO_BIG;
    const sequence = sa.takeSequence();
    if (sequence === 0) return SEQUENCE_OVERFLOW;
    const from = sa.tunnel ? at : packet.transport;
    const nextHeader = sa.tunnel ? (packet.isIpv6 ? NEXT_HEADER_IPV6 : NEXT_HEADER_IPV4) : packet.protocol;
    const length = this.#pad(bytes, from, packet.end - from, nextHeader, sa.transform.blockSize);
    this.#append(sa, bytes, from, length, sequence);
    return ENCRYPT;
  }

  #policy(): OutboundSa | undefined {
    const sas = this.#sas;
    for (let n = 0; n < sas.length; n++) if (sas[n]!.selector.matches(this.#packet)) return sas[n];
    return undefined;
  }

  /** Whether the sender can be asked for less, and is; otherwise the kernel fragments the outer packet. */
  #isTooBig(view: DataView, sa: OutboundSa): boolean {
    const packet = this.#packet;
    // In transport mode this host is the source of the outer packet too, which may fragment it (RFC 8200 §4.5).
    if (packet.mayFragment || (!sa.tunnel && packet.isIpv6)) return false;
    const mtu = Math.max(sa.innerMtu, packet.isIpv6 ? LEAST_MTU6 : LEAST_MTU4);
    if (innerLength(packet) <= mtu) return false;
    if (this.errorBudget > 0 && this.errors.count < MOST_ERRORS && mayBeTold(packet, view)) {
      this.errorBudget--;
      appendTooBig(this.errors, packet, view, mtu);
      this.#counters.countOriginated(ORIGINATED_ICMP_ERROR);
    }
    return true;
  }

  /** Writes padding and trailer behind the payload (RFC 4303 §2.4). @returns length with both */
  #pad(bytes: Uint8Array, from: number, length: number, nextHeader: number, blockSize: number): number {
    const padding = (blockSize - ((length + ESP_TRAILER) % blockSize)) % blockSize;
    const end = from + length;
    for (let i = 0; i < padding; i++) bytes[end + i] = i + 1;
    bytes[end + padding] = padding;
    bytes[end + padding + 1] = nextHeader;
    return length + padding + ESP_TRAILER;
  }

  #append(sa: OutboundSa, bytes: Uint8Array, from: number, length: number, sequence: number): void {
    const out: OuterBatch = sa.port.outgoing;
    const packet = this.#packet;
    const n = out.count++;
    const at = out.end;
    const low = sequence % TWO_32;
    const high = (sequence - low) / TWO_32;
    // Before sealing, which may overwrite the bytes before the payload: in transport mode, the header.
    // DSCP and ECN are copied (RFC 4301 §5.1.2, RFC 6040 §4.1 normal mode); transport mode keeps the hop limit as well.
    out.trafficClass[n] = packet.trafficClass;
    out.hopLimit[n] = sa.tunnel ? 0 : packet.hopLimit;
    out.before[n] = innerLength(packet);
    setEspSpi(out.view, at, sa.icvSpi);
    out.view.setUint32(at + 4, low);
    const espLength = sa.transform.seal(bytes, from, length, out.bytes, at, low, high);
    setEspSpi(out.view, at, sa.wireSpi);
    out.peers.set(sa.peer, n * PEER_BYTES);
    out.offset[n] = at;
    out.length[n] = espLength;
    out.sa[n] = sa.number;
    out.verdict[n] = ENCRYPT;
    out.end = (at + espLength + HEADROOM + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
