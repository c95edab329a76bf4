/**
 * NAT keepalive (RFC 3948 §2.3): a UDP datagram of one byte, 0xFF, between the ports of ESP-in-UDP.
 */
import { addressWord } from './address.js';
import { sum16 } from './checksum.js';
import { IPV4_DONT_FRAGMENT, IPV4_MIN_HEADER, writeIpv4Header } from './ipv4.js';
import { IPV6_DESTINATION, IPV6_HEADER, IPV6_SOURCE, writeIpv6Header } from './ipv6.js';
import { PROTOCOL_UDP } from './protocol.js';
import { computeUdpChecksum, setUdpChecksum, UDP_HEADER, writeUdpHeader } from './udp.js';

const KEEPALIVE = 0xff;
const UDP_LENGTH = UDP_HEADER + 1;

/** The longest one: IPv6. */
export const MAX_KEEPALIVE = IPV6_HEADER + UDP_LENGTH;

/** The two ends; the addresses have 16 bytes and are of one family. */
export interface UdpEnds {
  readonly source: Uint8Array;
  readonly sourcePort: number;
  readonly destination: Uint8Array;
  readonly destinationPort: number;
}

/**
 * Writes the whole IP packet at `offset`. Over IPv4 the UDP checksum is 0, as that of the ESP beside it (RFC 3948
 * §2.1); over IPv6 it must not be (RFC 8200 §8.1).
 * @param isIpv4 whether the addresses are IPv4-mapped
 * @returns its length, bytes
 */
export function writeNatKeepalive(
  view: DataView,
  offset: number,
  ends: UdpEnds,
  isIpv4: boolean,
  ttl: number,
): number {
  const header = isIpv4 ? IPV4_MIN_HEADER : IPV6_HEADER;
  const udp = offset + header;
  writeUdpHeader(view, udp, ends.sourcePort, ends.destinationPort, UDP_LENGTH);
  view.setUint8(udp + UDP_HEADER, KEEPALIVE);
  if (isIpv4) {
    const [source, destination] = [addressWord(ends.source, 3), addressWord(ends.destination, 3)];
    // Never a fragment, so that the identification need not be unique (RFC 6864 §4.1).
    writeIpv4Header(
      view,
      offset,
      0,
      header + UDP_LENGTH,
      0,
      IPV4_DONT_FRAGMENT,
      ttl,
      PROTOCOL_UDP,
      source,
      destination,
    );
  } else {
    writeIpv6Header(view, offset, 0, 0, UDP_LENGTH, PROTOCOL_UDP, ttl);
    for (let at = 0; at < 16; at++) {
      view.setUint8(offset + IPV6_SOURCE + at, ends.source[at]!);
      view.setUint8(offset + IPV6_DESTINATION + at, ends.destination[at]!);
    }
    setUdpChecksum(
      view,
      udp,
      computeUdpChecksum(view, udp, UDP_LENGTH, sum16(view, offset + IPV6_SOURCE, 32)),
    );
  }
  return header + UDP_LENGTH;
}
