/** Explicit congestion notification through a tunnel (RFC 6040). */

import { updateChecksum } from '../wire/checksum.js';
import { ipv4Checksum, setIpv4Checksum } from '../wire/ipv4.js';

const ECN_MASK = 3;
const NOT_ECT = 0;
const ECT_1 = 1;
const ECT_0 = 2;
const CE = 3;

/** The answer of {@link decapsulatedEcn} for a packet that must be dropped. */
export const ECN_DROP = -1;

/**
 * The inner ECN field after decapsulation (RFC 6040 §4.2, figure 4).
 * @param inner, outer traffic classes
 * @returns the field, 0–3, or {@link ECN_DROP}: a congested packet whose transport cannot be told otherwise
 */
export function decapsulatedEcn(inner: number, outer: number): number {
  const innerEcn = inner & ECN_MASK;
  const outerEcn = outer & ECN_MASK;
  if (outerEcn === CE) return innerEcn === NOT_ECT ? ECN_DROP : CE;
  return outerEcn === ECT_1 && innerEcn === ECT_0 ? ECT_1 : innerEcn;
}

/** Sets the ECN field of an IP packet, and corrects an IPv4 header's checksum. */
export function setEcn(view: DataView, at: number, isIpv6: boolean, ecn: number): void {
  const word = view.getUint16(at);
  // IPv4: the lowest bits of the first word. IPv6: the traffic class lies four bits higher.
  const changed = isIpv6 ? (word & ~(ECN_MASK << 4)) | (ecn << 4) : (word & ~ECN_MASK) | ecn;
  if (changed === word) return;
  view.setUint16(at, changed);
  if (!isIpv6) setIpv4Checksum(view, at, updateChecksum(ipv4Checksum(view, at), word, 1, changed));
}
