/** A packet's headers in a line, for people. */
import { addressOfWords, formatAddress } from './address.js';
import { AH_MIN_LENGTH, AH_SPI } from './ah.js';
import { ESP_MIN_LENGTH, espSequenceNumber, espSpi, formatSpi } from './esp.js';
import { ICMP_HEADER, icmpCode, icmpType } from './icmp.js';
import { IP_INTACT } from './ip-damage.js';
import { Packet, parseIp } from './packet.js';
import {
  PORT_NAT_TRAVERSAL,
  PROTOCOL_AH,
  PROTOCOL_ESP,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_UDP,
} from './protocol.js';
import { UDP_HEADER, udpDestinationPort, udpSourcePort } from './udp.js';

/**
 * Such as `198.18.1.1 > 198.18.9.9 UDP 4500 > 4500 ESP 0xaaaa0001 #7, 76 bytes`; a port of 4500 tells ESP-in-UDP.
 * @param length bytes from `start` on
 */
export function describePacket(view: DataView, start: number, length: number): string {
  const packet = new Packet();
  if (parseIp(view, start, length, packet) !== IP_INTACT) return `a damaged packet, ${length} bytes`;
  const source = formatAddress(addressOfWords(packet.s0, packet.s1, packet.s2, packet.s3));
  const destination = formatAddress(addressOfWords(packet.d0, packet.d1, packet.d2, packet.d3));
  const bytes = packet.end - packet.start;
  return `${source} > ${destination} ${describeContent(view, packet)}, ${bytes} bytes`;
}

function describeContent(view: DataView, packet: Packet): string {
  if (!packet.isFragment) return describeUpper(view, packet);
  const { fragmentOffset, hasMoreFragments, identification } = packet;
  const id = identification >>> 0;
  const place = `fragment ${id} at ${fragmentOffset}${hasMoreFragments ? ' and more' : ''}`;
  return fragmentOffset === 0 ? `${describeUpper(view, packet)} ${place}` : place;
}

function describeUpper(view: DataView, { protocol, transport, end }: Packet): string {
  const has = (bytes: number) => end >= transport + bytes;
  if (protocol === PROTOCOL_ESP && has(ESP_MIN_LENGTH)) return describeEsp(view, transport);
  if (protocol === PROTOCOL_AH && has(AH_MIN_LENGTH)) {
    return `AH ${formatSpi(espSpi(view, transport + AH_SPI))} #${espSequenceNumber(view, transport + AH_SPI)}`;
  }
  if (protocol === PROTOCOL_UDP && has(UDP_HEADER)) return describeUdp(view, transport, end);
  if ((protocol === PROTOCOL_ICMP || protocol === PROTOCOL_ICMPV6) && has(ICMP_HEADER)) {
    const name = protocol === PROTOCOL_ICMP ? 'ICMP' : 'ICMPv6';
    return `${name} type ${icmpType(view, transport)} code ${icmpCode(view, transport)}`;
  }
  return `protocol ${protocol}`;
}

function describeUdp(view: DataView, udp: number, end: number): string {
  const source = udpSourcePort(view, udp);
  const destination = udpDestinationPort(view, udp);
  const ports = `UDP ${source} > ${destination}`;
  const payload = udp + UDP_HEADER;
  if (source !== PORT_NAT_TRAVERSAL && destination !== PORT_NAT_TRAVERSAL) return ports;
  if (end < payload + ESP_MIN_LENGTH) return ports;
  return espSpi(view, payload) === 0 ? `${ports} IKE` : `${ports} ${describeEsp(view, payload)}`;
}

function describeEsp(view: DataView, esp: number): string {
  return `ESP ${formatSpi(espSpi(view, esp))} #${espSequenceNumber(view, esp)}`;
}
