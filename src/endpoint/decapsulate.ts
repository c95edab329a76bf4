/** From the network to the TUN device: inbound processing (RFC 4303 §3.4, RFC 4301 §5.2). */
import { espSequenceNumber, espSpi, setEspSpi } from '../wire/esp.js';
import { ipv4HeaderLength, writeIpv4Header } from '../wire/ipv4.js';
import { IPV6_DESTINATION, IPV6_HEADER, IPV6_SOURCE, writeIpv6Header } from '../wire/ipv6.js';
import { Packet } from '../wire/packet.js';
import { decapsulatedEcn, ECN_DROP, setEcn } from './ecn.js';
import { innerLength, parseInner } from './inner.js';
import { type OuterBatch, type OuterPort, PEER_BYTES } from './outer-port.js';
import { IMPOSSIBLE } from './replay-window.js';
import type { InboundSa } from './sa.js';
import { accepts, ESP_HEADER, ESP_TRAILER } from './transform.js';
import {
  BAD_ECN,
  BAD_INNER,
  BAD_NEXT_HEADER,
  BAD_PADDING,
  BAD_UDP,
  DECRYPT,
  DUMMY,
  ESP_TOO_SHORT,
  IKE,
  INTEGRITY,
  KEEPALIVE,
  REPLAY,
  SELECTOR_MISMATCH,
  SPI_ZERO,
  UNKNOWN_SPI,
} from './verdict.js';

const TWO_32 = 0x1_0000_0000;
const NEXT_HEADER_IPV4 = 4;
const NEXT_HEADER_IPV6 = 41;
/** A dummy packet (RFC 4303 §2.6). */
const NEXT_HEADER_NONE = 59;
const KEEPALIVE_BYTE = 0xff;
const SPI_BYTES = 4;
const IPV4_HEADER = 20;
const DONT_FRAGMENT = 0x4000;

export class Decapsulator {
  readonly port: OuterPort;
  /** By the SPI on the wire, as a signed number. */
  readonly #sas = new Map<number, InboundSa>();
  readonly #inbound: readonly InboundSa[];
  readonly #packet = new Packet();
  readonly #localView: DataView;
  readonly #family: 4 | 6;

  /** @param sas those whose packets arrive at this port, by the SPI on the wire */
  constructor(port: OuterPort, family: 4 | 6, sas: ReadonlyMap<number, InboundSa>) {
    this.port = port;
    this.#family = family;
    for (const [spi, sa] of sas) this.#sas.set(spi | 0, sa);
    this.#inbound = [...sas.values()];
    this.#localView = new DataView(port.local.buffer, port.local.byteOffset);
  }

  /**
   * Gives each packet of the port's incoming batch its verdict; those to be delivered become the IP packet that was
   * inside. The windows' new positions are recorded before it returns.
   */
  process(): void {
    const batch = this.port.incoming;
    for (let i = 0; i < batch.count; i++) {
      batch.before[i] = batch.length[i]!;
      batch.verdict[i] = this.#verify(batch, i);
    }
    for (let n = 0; n < this.#inbound.length; n++) this.#inbound[n]!.persist();
  }

  #verify(batch: OuterBatch, i: number): number {
    const { bytes, view } = batch;
    let at = batch.offset[i]!;
    let length = batch.length[i]!;
    if (this.port.hasIpv4Header) {
      const header = ipv4HeaderLength(view, at);
      at += header;
      length -= header;
    }
    if (this.port.udp) {
      if (length === 1 && bytes[at] === KEEPALIVE_BYTE) return KEEPALIVE;
      if (length < SPI_BYTES) return BAD_UDP;
      if (espSpi(view, at) === 0) return IKE;
    }
    if (length < ESP_HEADER) return ESP_TOO_SHORT;
    const spi = espSpi(view, at);
    if (spi === 0) return SPI_ZERO;
    const sa = this.#sas.get(spi);
    if (sa === undefined) return UNKNOWN_SPI;
    if (!accepts(sa.transform, length)) return ESP_TOO_SHORT;
    const sequence = sa.window.infer(espSequenceNumber(view, at));
    if (sequence === IMPOSSIBLE || !sa.window.isNew(sequence)) return REPLAY;
    setEspSpi(view, at, sa.icvSpi);
    const plain = sa.transform.open(bytes, at, length, Math.floor(sequence / TWO_32));
    if (plain === undefined) return INTEGRITY;
    sa.window.accept(sequence);
    batch.sa[i] = sa.number;
    return this.#deliver(batch, i, sa, plain);
  }

  #deliver(batch: OuterBatch, i: number, sa: InboundSa, plain: Uint8Array): number {
    const trailer = plain.length - ESP_TRAILER;
    const padding = plain[trailer]!;
    const nextHeader = plain[trailer + 1]!;
    const length = trailer - padding;
    if (length < 0) return BAD_PADDING;
    for (let n = 0; n < padding; n++) if (plain[length + n] !== n + 1) return BAD_PADDING;
    if (nextHeader === NEXT_HEADER_NONE) return DUMMY;
    return sa.tunnel
      ? this.#deliverTunnel(batch, i, sa, plain, length, nextHeader)
      : this.#deliverTransport(batch, i, sa, plain, length, nextHeader);
  }

  #deliverTunnel(
    batch: OuterBatch,
    i: number,
    sa: InboundSa,
    plain: Uint8Array,
    length: number,
    nextHeader: number,
  ): number {
    if (nextHeader !== NEXT_HEADER_IPV4 && nextHeader !== NEXT_HEADER_IPV6) return BAD_NEXT_HEADER;
    const { view } = batch;
    const at = batch.offset[i]!;
    batch.bytes.set(plain.subarray(0, length), at);
    const packet = this.#packet;
    // Bytes behind the packet's own length are padding for traffic flow confidentiality (RFC 4303 §2.7).
    if (!parseInner(view, at, length, packet)) return BAD_INNER;
    if (packet.isIpv6 !== (nextHeader === NEXT_HEADER_IPV6)) return BAD_INNER;
    batch.length[i] = innerLength(packet);
    if (!sa.selector.matches(packet)) return SELECTOR_MISMATCH;
    const ecn = decapsulatedEcn(packet.trafficClass, batch.trafficClass[i]!);
    if (ecn === ECN_DROP) return BAD_ECN;
    setEcn(view, at, packet.isIpv6, ecn);
    return DECRYPT;
  }

  /** Puts an IP header before the payload as it was on the wire, apart from fields that the kernel did not report. */
  #deliverTransport(
    batch: OuterBatch,
    i: number,
    sa: InboundSa,
    plain: Uint8Array,
    length: number,
    protocol: number,
  ): number {
    const { bytes, view } = batch;
    const at = batch.offset[i]!;
    const header = this.#family === 4 ? IPV4_HEADER : IPV6_HEADER;
    bytes.set(plain.subarray(0, length), at + header);
    const peer = i * PEER_BYTES;
    const trafficClass = batch.trafficClass[i]!;
    const hopLimit = batch.hopLimit[i]!;
    if (this.#family === 4) {
      const peerAddress = batch.peersView.getInt32(peer + 12);
      const local = this.#localView.getInt32(12);
      writeIpv4Header(
        view,
        at,
        trafficClass,
        header + length,
        0,
        DONT_FRAGMENT,
        hopLimit,
        protocol,
        peerAddress,
        local,
      );
    } else {
      writeIpv6Header(view, at, trafficClass, 0, length, protocol, hopLimit);
      bytes.set(batch.peers.subarray(peer, peer + 16), at + IPV6_SOURCE);
      bytes.set(this.port.local, at + IPV6_DESTINATION);
    }
    batch.length[i] = header + length;
    const packet = this.#packet;
    if (!parseInner(view, at, header + length, packet)) return BAD_INNER;
    return sa.selector.matches(packet) ? DECRYPT : SELECTOR_MISMATCH;
  }
}
