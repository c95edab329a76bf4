/**
 * Rewrites one packet, whole or a fragment, as its SA emits it: addresses, SPI, encapsulation and family. No byte
 * behind the SPI is touched; headers grow and shrink to the left.
 *
 *     in place            IP   [UDP]  SPI …     the same headers
 *     encapsulation       IP  +UDP−   SPI …     the IP header moves
 *     family              −IP+ [UDP]  SPI …     the IP header is made anew (RFC 7915 §4, §5, without ICMP)
 */
import { KIND_AH, KIND_UDP } from '../table/layout.js';
import { addressSum, writeIpv6Addresses } from '../wire/address-pair.js';
import { AH_SPI } from '../wire/ah.js';
import { moveWords } from '../wire/bytes.js';
import { halves, updateChecksum } from '../wire/checksum.js';
import { setEspSpi } from '../wire/esp.js';
import {
  IPV4_DONT_FRAGMENT,
  IPV4_MIN_HEADER,
  IPV4_MORE_FRAGMENTS,
  ipv4Checksum,
  ipv4FlagsAndOffset,
  recomputeIpv4Checksum,
  setIpv4Checksum,
  setIpv4Destination,
  setIpv4FragmentOffset,
  setIpv4Identification,
  setIpv4Protocol,
  setIpv4Source,
  setIpv4TotalLength,
  setIpv4Ttl,
  writeIpv4Header,
} from '../wire/ipv4.js';
import {
  FRAGMENT_HEADER,
  IPV6_HEADER,
  setFragmentOffset,
  setIpv6HopLimit,
  setIpv6PayloadLength,
  writeFragmentHeader,
  writeIpv6Header,
} from '../wire/ipv6.js';
import type { Packet } from '../wire/packet.js';
import { PROTOCOL_AH, PROTOCOL_ESP, PROTOCOL_FRAGMENT, PROTOCOL_UDP } from '../wire/protocol.js';
import {
  computeUdpChecksum,
  setUdpChecksum,
  setUdpPorts,
  UDP_HEADER,
  udpChecksum,
  udpLength,
  writeUdpHeader,
} from '../wire/udp.js';
import type { Emission } from './emission.js';

/** An IPv4 packet made from IPv6 may be fragmented up to this length, since IPv6 takes no MTU below 1280 (RFC 7915 §5.1). */
export const LONGEST_WITHOUT_DF = 1260;

/** Value for `identification`: as it is. */
export const KEEP_IDENTIFICATION = -1;

export class Translator {
  /** Where the rewritten packet starts; it ends where it did. */
  start = 0;
  readonly #udp6ZeroChecksum: boolean;

  constructor(udp6ZeroChecksum: boolean) {
    this.#udp6ZeroChecksum = udp6ZeroChecksum;
  }

  /** Whether no fragment of this datagram can leave before all are there: a UDP length or checksum counts them all. */
  needsWhole(view: DataView, packet: Packet, emission: Emission): boolean {
    if (packet.kind === emission.kind) {
      const gainsChecksum = packet.kind === KIND_UDP && !packet.isIpv6 && emission.isIpv6;
      return gainsChecksum && !this.#udp6ZeroChecksum && udpChecksum(view, packet.transport) === 0;
    }
    return emission.kind === KIND_UDP;
  }

  /** The value that {@link removed} will have for a first fragment, bytes. */
  removedBy(packet: Packet, emission: Emission): number {
    const udp = Math.max(-udpGain(packet, emission), 0);
    if (packet.isIpv6 === emission.isIpv6 || !packet.isIpv6) return udp;
    // The extension headers that the first fragment has behind its fragment header go too.
    return packet.transport - (packet.fragmentHeader + FRAGMENT_HEADER) + udp;
  }

  /** Length that the packet will have, bytes. */
  lengthAfter(packet: Packet, emission: Emission): number {
    const length = packet.end - packet.start;
    const udp = packet.fragmentOffset !== 0 ? 0 : udpGain(packet, emission);
    if (packet.isIpv6 === emission.isIpv6) return length + udp;
    const data = packet.end - packet.transport;
    if (!emission.isIpv6) return IPV4_MIN_HEADER + data + udp;
    return IPV6_HEADER + (packet.isFragment ? FRAGMENT_HEADER : 0) + data + udp;
  }

  /**
   * @param hopLimit as it leaves
   * @param identification for IPv4 the lower 16 bits, for a new fragment header all 32; or {@link KEEP_IDENTIFICATION}
   * @param removed of a later fragment: {@link removedBy} of the first
   * @param isQuote the end may be missing: no checksum can be computed in full, lengths are as they were stated
   */
  rewrite(
    view: DataView,
    packet: Packet,
    emission: Emission,
    hopLimit: number,
    identification: number,
    removed: number,
    isQuote: boolean,
  ): void {
    const isLater = packet.fragmentOffset !== 0;
    if (packet.isIpv6 !== emission.isIpv6) {
      this.#changeFamily(view, packet, emission, hopLimit, identification, removed, isQuote);
    } else if (isLater ? removed !== 0 : packet.kind !== emission.kind) {
      this.#changeEncapsulation(view, packet, emission, hopLimit, identification, removed, isQuote);
    } else {
      this.#rewriteInPlace(view, packet, emission, hopLimit, identification);
    }
  }

  #rewriteInPlace(
    view: DataView,
    packet: Packet,
    emission: Emission,
    hopLimit: number,
    identification: number,
  ): void {
    const { start } = packet;
    this.start = start;
    if (packet.isIpv6) {
      setIpv6HopLimit(view, start, hopLimit);
      setIpv6PayloadLength(view, start, packet.statedLength - IPV6_HEADER);
      writeIpv6Addresses(view, start, emission);
    } else {
      const length = view.getUint16(start + 2);
      const id = identification === KEEP_IDENTIFICATION ? packet.identification : identification & 0xffff;
      const removed =
        (packet.hopLimit << 8) + halves(packet.s3) + halves(packet.d3) + packet.identification + length;
      const added = (hopLimit << 8) + halves(emission.s3) + halves(emission.d3) + id + packet.statedLength;
      setIpv4TotalLength(view, start, packet.statedLength);
      setIpv4Identification(view, start, id);
      setIpv4Ttl(view, start, hopLimit);
      setIpv4Source(view, start, emission.s3);
      setIpv4Destination(view, start, emission.d3);
      setIpv4Checksum(view, start, updateChecksum(ipv4Checksum(view, start), removed, 7, added));
    }
    if (packet.fragmentOffset !== 0) return;
    const { transport } = packet;
    if (packet.kind === KIND_UDP) {
      updateUdp(view, transport, packet, emission);
      setEspSpi(view, transport + UDP_HEADER, emission.spi);
    } else {
      setEspSpi(view, packet.kind === KIND_AH ? transport + AH_SPI : transport, emission.spi);
    }
  }

  /** ESP goes into UDP or comes out of it (RFC 3948 §3.4, §3.5); the IP header stays the same kind and moves. */
  #changeEncapsulation(
    view: DataView,
    packet: Packet,
    emission: Emission,
    hopLimit: number,
    identification: number,
    removed: number,
    isQuote: boolean,
  ): void {
    const { transport } = packet;
    const isLater = packet.fragmentOffset !== 0;
    const gain = isLater ? 0 : udpGain(packet, emission);
    const start = packet.start - gain;
    const protocol = emission.kind === KIND_UDP ? PROTOCOL_UDP : PROTOCOL_ESP;
    const length = packet.statedLength + gain;
    this.start = start;
    if (!packet.isIpv6 && !isLater && !isQuote && transport === packet.start + IPV4_MIN_HEADER) {
      this.#writeTransport(view, packet, emission, isQuote);
      writeIpv4Header(
        view,
        start,
        packet.trafficClass,
        length,
        identification === KEEP_IDENTIFICATION ? packet.identification : identification & 0xffff,
        ipv4FlagsAndOffset(view, packet.start),
        hopLimit,
        protocol,
        emission.s3,
        emission.d3,
      );
      return;
    }
    if (gain !== 0) moveWords(view, packet.start, start, transport - packet.start);
    if (packet.isIpv6) {
      // For a later fragment, the protocol that its first fragment began with.
      if (!isLater || packet.protocol === PROTOCOL_UDP) view.setUint8(packet.protocolAt - gain, protocol);
      if (isLater) {
        setFragmentOffset(
          view,
          packet.fragmentHeader,
          packet.fragmentOffset - removed,
          packet.hasMoreFragments,
        );
      }
      setIpv6HopLimit(view, start, hopLimit);
      setIpv6PayloadLength(view, start, length - IPV6_HEADER);
      writeIpv6Addresses(view, start, emission);
    } else {
      setIpv4Protocol(view, start, protocol);
      if (isLater)
        setIpv4FragmentOffset(view, start, packet.fragmentOffset - removed, packet.hasMoreFragments);
      if (identification !== KEEP_IDENTIFICATION) setIpv4Identification(view, start, identification & 0xffff);
      setIpv4TotalLength(view, start, length);
      setIpv4Ttl(view, start, hopLimit);
      setIpv4Source(view, start, emission.s3);
      setIpv4Destination(view, start, emission.d3);
      recomputeIpv4Checksum(view, start);
    }
    if (!isLater) this.#writeTransport(view, packet, emission, isQuote);
  }

  #changeFamily(
    view: DataView,
    packet: Packet,
    emission: Emission,
    hopLimit: number,
    identification: number,
    removed: number,
    isQuote: boolean,
  ): void {
    const isLater = packet.fragmentOffset !== 0;
    const data = packet.transport - (isLater ? 0 : udpGain(packet, emission));
    const length = packet.statedLength - (data - packet.start);
    const protocol =
      packet.kind === KIND_AH ? PROTOCOL_AH : emission.kind === KIND_UDP ? PROTOCOL_UDP : PROTOCOL_ESP;
    const offset = packet.fragmentOffset - (isLater ? removed : 0);
    if (!isLater) this.#writeTransport(view, packet, emission, isQuote);
    if (emission.isIpv6) {
      const header = IPV6_HEADER + (packet.isFragment ? FRAGMENT_HEADER : 0);
      const start = data - header;
      this.start = start;
      const next = packet.isFragment ? PROTOCOL_FRAGMENT : protocol;
      const payload = length + header - IPV6_HEADER;
      writeIpv6Header(view, start, packet.trafficClass, emission.flowLabel, payload, next, hopLimit);
      writeIpv6Addresses(view, start, emission);
      if (packet.isFragment) {
        const more = packet.hasMoreFragments;
        writeFragmentHeader(view, start + IPV6_HEADER, protocol, offset, more, identification);
      }
      return;
    }
    const start = data - IPV4_MIN_HEADER;
    this.start = start;
    const total = length + IPV4_MIN_HEADER;
    const flags = packet.isFragment
      ? (packet.hasMoreFragments ? IPV4_MORE_FRAGMENTS : 0) | (offset >>> 3)
      : total > LONGEST_WITHOUT_DF
        ? IPV4_DONT_FRAGMENT
        : 0;
    writeIpv4Header(
      view,
      start,
      packet.trafficClass,
      total,
      identification & 0xffff,
      flags,
      hopLimit,
      protocol,
      emission.s3,
      emission.d3,
    );
  }

  /** UDP header and SPI of a packet whose SPI stays where it is. */
  #writeTransport(view: DataView, packet: Packet, emission: Emission, isQuote: boolean): void {
    const { transport } = packet;
    if (packet.kind === KIND_UDP) {
      const spi = transport + UDP_HEADER;
      if (emission.kind === KIND_UDP) {
        const hadNone = udpChecksum(view, transport) === 0;
        updateUdp(view, transport, packet, emission);
        setEspSpi(view, spi, emission.spi);
        if (hadNone && emission.isIpv6 && !packet.isIpv6)
          this.#computeUdp(view, transport, emission, isQuote);
      } else {
        setEspSpi(view, spi, emission.spi);
      }
      return;
    }
    setEspSpi(view, transport, emission.spi);
    if (emission.kind !== KIND_UDP) return;
    const udp = transport - UDP_HEADER;
    const length = packet.statedLength - (transport - packet.start) + UDP_HEADER;
    writeUdpHeader(view, udp, emission.sourcePort, emission.destinationPort, length);
    if (emission.isIpv6) this.#computeUdp(view, udp, emission, isQuote);
  }

  #computeUdp(view: DataView, udp: number, emission: Emission, isQuote: boolean): void {
    if (this.#udp6ZeroChecksum || isQuote) return;
    const checksum = computeUdpChecksum(view, udp, udpLength(view, udp), addressSum(emission));
    setUdpChecksum(view, udp, checksum);
  }
}

/** Bytes that the packet gains in front of the SPI. */
function udpGain(packet: Packet, emission: Emission): number {
  return (emission.kind === KIND_UDP ? UDP_HEADER : 0) - (packet.kind === KIND_UDP ? UDP_HEADER : 0);
}

/** Sets the ports; a checksum that is there follows addresses, ports and SPI (RFC 1624), which are not written yet. */
function updateUdp(view: DataView, udp: number, packet: Packet, emission: Emission): void {
  setUdpPorts(view, udp, emission.sourcePort, emission.destinationPort);
  const checksum = udpChecksum(view, udp);
  if (checksum === 0) return;
  const removed = addressSum(packet) + packet.sourcePort + packet.destinationPort + halves(packet.spi);
  const added = addressSum(emission) + emission.sourcePort + emission.destinationPort + halves(emission.spi);
  setUdpChecksum(view, udp, updateChecksum(checksum, removed, REMOVED_WORDS, added));
}

/** Two addresses of eight words, two ports, and an SPI of two. */
const REMOVED_WORDS = 20;
