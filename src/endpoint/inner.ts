/** The packet inside: the checks of its IP header, with or without extension headers (RFC 4301 §5). */
import { IP_INTACT } from '../wire/ip-damage.js';
import { IPV4_MIN_HEADER } from '../wire/ipv4.js';
import { type Packet, parseIpHeader } from '../wire/packet.js';
import { PROTOCOL_FRAGMENT, PROTOCOL_HOP_BY_HOP, PROTOCOL_ROUTING } from '../wire/protocol.js';

/** @param available bytes from `at` on @returns false when it is no whole IP packet */
export function parseInner(view: DataView, at: number, available: number, packet: Packet): boolean {
  return parseIpHeader(view, at, available, packet) === IP_INTACT;
}

/** Bytes, as its header says: further bytes are not part of it. */
export function innerLength(packet: Packet): number {
  return packet.end - packet.start;
}

export function isInnerFragment(packet: Packet): boolean {
  return packet.isIpv6 ? packet.protocol === PROTOCOL_FRAGMENT : packet.isFragment;
}

/** Whether transport mode can carry it here: the kernel writes the outer header, so there is room for no options. */
export function hasPlainHeader(packet: Packet): boolean {
  const { isIpv6, protocol } = packet;
  if (!isIpv6) return packet.transport - packet.start === IPV4_MIN_HEADER;
  return protocol !== PROTOCOL_HOP_BY_HOP && protocol !== PROTOCOL_ROUTING;
}
