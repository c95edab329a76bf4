/** The ICMP errors that tell a sender on this side how long its packets may be (RFC 1191 §4, RFC 8201, RFC 4301 §8.2). */
import type { PacketBatch } from '../attachment/batch.js';
import { isIcmpError } from '../wire/icmp.js';
import { writeTooBig } from '../wire/icmp-error.js';
import type { Packet } from '../wire/packet.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from '../wire/protocol.js';

const HOP_LIMIT = 64;
/** ICMPv6 types from here on are no errors (RFC 4443 §2.1). */
const ICMPV6_INFORMATIONAL = 128;

/** Bytes that an error may take in a batch's slab, rounded up. */
export const ERROR_ROOM = 1344;

/** Whether its sender may be told: never about an ICMP error, nor about a later fragment (RFC 1812 §4.3.2.7, RFC 4443 §2.4 (e)). */
export function mayBeTold(packet: Packet, view: DataView): boolean {
  if (packet.fragmentOffset !== 0) return false;
  if (packet.end === packet.transport) return true;
  const type = view.getUint8(packet.transport);
  if (packet.protocol === PROTOCOL_ICMP && !packet.isIpv6) return !isIcmpError(type);
  if (packet.protocol === PROTOCOL_ICMPV6 && packet.isIpv6) return type >= ICMPV6_INFORMATIONAL;
  return true;
}

/**
 * Appends the error to `errors`, which has room for it. It comes from where the packet was going, so that no address
 * of this host's is needed.
 */
export function appendTooBig(errors: PacketBatch, packet: Packet, from: DataView, mtu: number): void {
  const n = errors.count++;
  const at = n * ERROR_ROOM;
  errors.offset[n] = at;
  errors.length[n] = writeTooBig(from, packet, errors.view, at, mtu, HOP_LIMIT, 0);
  errors.verdict[n] = 0;
}
