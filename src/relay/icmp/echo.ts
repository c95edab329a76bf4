/** Answers echo requests for relay addresses where they are (RFC 1122 §3.2.2.6, RFC 4443 §4.2). */

import { addressSum, SwappedPair, writeIpv6Addresses } from '../../wire/address-pair.js';
import {
  ICMP_ECHO_REPLY,
  ICMPV6_ECHO_REPLY,
  icmpSum,
  icmpv6Pseudo,
  setIcmpChecksum,
} from '../../wire/icmp.js';
import { recomputeIpv4Checksum, setIpv4Destination, setIpv4Source, setIpv4Ttl } from '../../wire/ipv4.js';
import { setIpv6HopLimit } from '../../wire/ipv6.js';
import type { Packet } from '../../wire/packet.js';

const answer = new SwappedPair();

/** @param packet a whole echo request with a right checksum @param ttl of the reply */
export function answerEcho(view: DataView, packet: Packet, ttl: number): void {
  const { start, transport } = packet;
  if (packet.isIpv6) {
    writeIpv6Addresses(view, start, answer.set(packet));
    setIpv6HopLimit(view, start, ttl);
    setType(view, packet, ICMPV6_ECHO_REPLY, icmpv6Pseudo(addressSum(packet), packet.end - transport));
  } else {
    setIpv4Source(view, start, packet.d3);
    setIpv4Destination(view, start, packet.s3);
    setIpv4Ttl(view, start, ttl);
    recomputeIpv4Checksum(view, start);
    setType(view, packet, ICMP_ECHO_REPLY, 0);
  }
}

/** Summed in full: of a message of zeros alone, an update would give the wrong one of the two zeros. */
function setType(view: DataView, packet: Packet, type: number, pseudo: number): void {
  const icmp = packet.transport;
  view.setUint8(icmp, type);
  setIcmpChecksum(view, icmp, 0);
  setIcmpChecksum(view, icmp, icmpSum(view, icmp, packet.end - icmp, pseudo));
}
