/** The ICMP errors that tell a sender on this side how long its packets may be (RFC 1191 §4, RFC 8201, RFC 4301 §8.2). */
import type { PacketBatch } from '../attachment/batch.js';
import { sum16 } from '../wire/checksum.js';
import {
  ICMP_ERROR_LENGTH,
  ICMP_FRAGMENTATION_NEEDED,
  ICMP_HEADER,
  ICMP_UNREACHABLE,
  ICMPV6_ERROR_LENGTH,
  ICMPV6_PACKET_TOO_BIG,
  icmpSum,
  icmpv6Pseudo,
  isIcmpError,
  setIcmpChecksum,
  writeIcmpHeader,
} from '../wire/icmp.js';
import { IPV4_MIN_HEADER, writeIpv4Header } from '../wire/ipv4.js';
import { IPV6_DESTINATION, IPV6_HEADER, IPV6_SOURCE, writeIpv6Header } from '../wire/ipv6.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from '../wire/protocol.js';
import type { InnerPacket } from './inner.js';

const HOP_LIMIT = 64;
/** ICMPv6 types from here on are no errors (RFC 4443 §2.1). */
const ICMPV6_INFORMATIONAL = 128;

/** Bytes that an error may take in a batch's slab, rounded up. */
export const ERROR_ROOM = 1344;

/** Whether its sender may be told: never about an ICMP error, nor about a later fragment (RFC 1812 §4.3.2.7, RFC 4443 §2.4 (e)). */
export function mayBeTold(packet: InnerPacket, view: DataView): boolean {
  const payload = packet.at + packet.headerLength;
  if (packet.fragment && packet.family === 4 && (view.getUint16(packet.at + 6) & 0x1fff) !== 0) return false;
  if (packet.length === packet.headerLength) return true;
  const type = view.getUint8(payload);
  if (packet.protocol === PROTOCOL_ICMP && packet.family === 4) return !isIcmpError(type);
  if (packet.protocol === PROTOCOL_ICMPV6 && packet.family === 6) return type >= ICMPV6_INFORMATIONAL;
  return true;
}

/**
 * Appends the error to `errors`, which has room for it. It comes from where the packet was going, so that no address
 * of this host's is needed.
 */
export function appendTooBig(errors: PacketBatch, packet: InnerPacket, bytes: Uint8Array, mtu: number): void {
  const { at: packetAt, length, family } = packet;
  const n = errors.count++;
  const at = n * ERROR_ROOM;
  const header = family === 4 ? IPV4_MIN_HEADER : IPV6_HEADER;
  const longest = family === 4 ? ICMP_ERROR_LENGTH : ICMPV6_ERROR_LENGTH;
  const quoted = Math.min(length, longest - header - ICMP_HEADER);
  const message = at + header;
  const { view } = errors;
  errors.bytes.set(bytes.subarray(packetAt, packetAt + quoted), message + ICMP_HEADER);
  const messageLength = ICMP_HEADER + quoted;
  const source = packet.source - packetAt;
  const destination = packet.destination - packetAt;
  const quote = message + ICMP_HEADER;
  if (family === 4) {
    writeIcmpHeader(view, message, ICMP_UNREACHABLE, ICMP_FRAGMENTATION_NEEDED, mtu);
    const [from, to] = [view.getInt32(quote + destination), view.getInt32(quote + source)];
    writeIpv4Header(view, at, 0, header + messageLength, 0, 0, HOP_LIMIT, PROTOCOL_ICMP, from, to);
    setIcmpChecksum(view, message, icmpSum(view, message, messageLength, 0));
  } else {
    writeIcmpHeader(view, message, ICMPV6_PACKET_TOO_BIG, 0, mtu);
    writeIpv6Header(view, at, 0, 0, messageLength, PROTOCOL_ICMPV6, HOP_LIMIT);
    errors.bytes.copyWithin(at + IPV6_SOURCE, quote + destination, quote + destination + 16);
    errors.bytes.copyWithin(at + IPV6_DESTINATION, quote + source, quote + source + 16);
    const pseudo = icmpv6Pseudo(sum16(view, at + IPV6_SOURCE, 32), messageLength);
    setIcmpChecksum(view, message, icmpSum(view, message, messageLength, pseudo));
  }
  errors.offset[n] = at;
  errors.length[n] = header + messageLength;
  errors.verdict[n] = 0;
}
