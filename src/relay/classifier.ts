/** Classifies a parsed packet: ESP, AH or ESP-in-UDP, and its SPI. */
import { carrierKind, carrierOf, KIND_AH, KIND_ESP, KIND_UDP } from '../table/layout.js';
import { AH_MIN_LENGTH, AH_SPI, ahLength } from '../wire/ah.js';
import { ESP_MIN_LENGTH, espSpi } from '../wire/esp.js';
import type { Packet } from '../wire/packet.js';
import { PORT_IKE, PORT_NAT_TRAVERSAL, PROTOCOL_AH, PROTOCOL_ESP, PROTOCOL_UDP } from '../wire/protocol.js';
import { UDP_HEADER, udpChecksum, udpDestinationPort, udpLength, udpSourcePort } from '../wire/udp.js';
import {
  AH_TOO_SHORT,
  BAD_UDP,
  ESP_TOO_SHORT,
  FIRST_FRAGMENT_SHORT,
  FORWARD,
  IKE,
  KEEPALIVE,
  NOT_IPSEC,
  SPI_ZERO,
} from './verdict.js';

/** A NAT keepalive is this one byte (RFC 3948 §2.3). */
const KEEPALIVE_BYTE = 0xff;
const SPI_BYTES = 4;

export interface ClassifierOptions {
  /** An edge sees the packets of both ends; a relay those to its own ports. */
  readonly isEdge: boolean;
  readonly udp6ZeroChecksum: boolean;
  /** Non-zero for each UDP port to which ESP comes (SadMemory). */
  readonly ports: Uint8Array;
}

/**
 * Sets kind, SPI and ports. A first fragment must show the SPI. Bytes of a whole packet behind the length that UDP states are
 * cut off (RFC 768): they are no part of the ESP packet.
 * @returns `FORWARD` or the verdict that the packet deserves
 */
export function classify(view: DataView, packet: Packet, options: ClassifierOptions): number {
  switch (packet.protocol) {
    case PROTOCOL_ESP:
      return classifyEsp(view, packet, packet.transport, KIND_ESP);
    case PROTOCOL_AH:
      return classifyAh(view, packet);
    case PROTOCOL_UDP:
      return classifyUdp(view, packet, options);
    default:
      return NOT_IPSEC;
  }
}

function classifyEsp(view: DataView, packet: Packet, esp: number, kind: number): number {
  if (packet.end < esp + ESP_MIN_LENGTH) return packet.isFragment ? FIRST_FRAGMENT_SHORT : ESP_TOO_SHORT;
  return found(packet, kind, espSpi(view, esp));
}

function classifyAh(view: DataView, packet: Packet): number {
  const ah = packet.transport;
  if (packet.isFragment) {
    if (packet.end < ah + AH_MIN_LENGTH) return FIRST_FRAGMENT_SHORT;
  } else if (packet.end < ah + AH_MIN_LENGTH || packet.end < ah + ahLength(view, ah)) {
    return AH_TOO_SHORT;
  }
  return found(packet, KIND_AH, espSpi(view, ah + AH_SPI));
}

function found(packet: Packet, kind: number, spi: number): number {
  packet.kind = kind;
  packet.carrier = kind;
  packet.spi = spi;
  return spi === 0 ? SPI_ZERO : FORWARD;
}

function classifyUdp(
  view: DataView,
  packet: Packet,
  { isEdge, udp6ZeroChecksum, ports }: ClassifierOptions,
): number {
  const udp = packet.transport;
  const available = packet.end - udp;
  if (available < UDP_HEADER) return packet.isFragment ? FIRST_FRAGMENT_SHORT : BAD_UDP;
  const sourcePort = udpSourcePort(view, udp);
  const destinationPort = udpDestinationPort(view, udp);
  if (ports[destinationPort] === 0 && !(isEdge && sourcePort === PORT_NAT_TRAVERSAL)) {
    return destinationPort === PORT_IKE ? IKE : NOT_IPSEC;
  }
  const length = udpLength(view, udp);
  if (length < UDP_HEADER || (length > available && !packet.isFragment)) return BAD_UDP;
  if (packet.isIpv6 && udpChecksum(view, udp) === 0 && !udp6ZeroChecksum) return BAD_UDP;
  const payload = udp + UDP_HEADER;
  if (packet.isFragment) {
    if (available < UDP_HEADER + SPI_BYTES) return FIRST_FRAGMENT_SHORT;
  } else {
    if (length === UDP_HEADER + 1 && view.getUint8(payload) === KEEPALIVE_BYTE) return KEEPALIVE;
    if (length < UDP_HEADER + SPI_BYTES) return BAD_UDP;
  }
  const spi = espSpi(view, payload);
  // The non-ESP marker (RFC 3948 §2.2).
  if (spi === 0) return IKE;
  if (!packet.isFragment) {
    if (length < UDP_HEADER + ESP_MIN_LENGTH) return ESP_TOO_SHORT;
    packet.statedLength -= packet.end - (udp + length);
    packet.end = udp + length;
  }
  packet.sourcePort = sourcePort;
  packet.destinationPort = destinationPort;
  const verdict = found(packet, KIND_UDP, spi);
  packet.carrier = carrierOf(KIND_UDP, isEdge ? PORT_NAT_TRAVERSAL : destinationPort);
  return verdict;
}

/** Sets what {@link classify} sets, of a packet that is known to be whole, sound and of this carrier. */
export function readCarrier(view: DataView, packet: Packet, carrier: number): void {
  const { transport } = packet;
  const kind = carrierKind(carrier);
  packet.kind = kind;
  packet.carrier = carrier;
  if (kind === KIND_UDP) {
    packet.sourcePort = udpSourcePort(view, transport);
    packet.destinationPort = udpDestinationPort(view, transport);
    packet.spi = espSpi(view, transport + UDP_HEADER);
  } else {
    packet.spi = espSpi(view, kind === KIND_AH ? transport + AH_SPI : transport);
  }
}

/**
 * The same of a packet that an ICMP error quotes, of which so much is there that the SPI is.
 * @returns false when it is no IPsec packet, or does not show its SPI
 */
export function classifyQuote(view: DataView, packet: Packet): boolean {
  const { transport, end } = packet;
  switch (packet.protocol) {
    case PROTOCOL_ESP:
      if (end < transport + SPI_BYTES) return false;
      return found(packet, KIND_ESP, espSpi(view, transport)) === FORWARD;
    case PROTOCOL_AH:
      if (end < transport + AH_SPI + SPI_BYTES) return false;
      return found(packet, KIND_AH, espSpi(view, transport + AH_SPI)) === FORWARD;
    case PROTOCOL_UDP:
      return (
        end >= transport + UDP_HEADER + SPI_BYTES && classifyQuotedDatagram(view, packet) && packet.spi !== 0
      );
    default:
      return false;
  }
}

/**
 * The same of a quoted UDP datagram with any payload; the SPI is the word in its place, or behind the quote.
 * @param view has at least four bytes behind the quote
 * @returns false when it is none, or does not show its UDP header
 */
export function classifyQuotedDatagram(view: DataView, packet: Packet): boolean {
  const { transport, end, protocol } = packet;
  if (protocol !== PROTOCOL_UDP || end < transport + UDP_HEADER) return false;
  packet.sourcePort = udpSourcePort(view, transport);
  packet.destinationPort = udpDestinationPort(view, transport);
  found(packet, KIND_UDP, espSpi(view, transport + UDP_HEADER));
  return true;
}
