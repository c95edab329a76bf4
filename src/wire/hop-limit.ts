/** TTL (IPv4) and hop limit (IPv6) of a packet in place. */
import { updateChecksum } from './checksum.js';
import { ipv4Checksum, setIpv4Checksum, setIpv4Ttl } from './ipv4.js';
import { setIpv6HopLimit } from './ipv6.js';

/** Sets it, and updates the header checksum of IPv4. @param before its value so far @param after 0-255 */
export function changeHopLimit(
  view: DataView,
  start: number,
  isIpv6: boolean,
  before: number,
  after: number,
): void {
  if (isIpv6) {
    setIpv6HopLimit(view, start, after);
    return;
  }
  setIpv4Ttl(view, start, after);
  setIpv4Checksum(view, start, updateChecksum(ipv4Checksum(view, start), before << 8, 1, after << 8));
}
