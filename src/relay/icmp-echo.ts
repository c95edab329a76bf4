/** Answers echo requests for relay addresses where they are (RFC 1122 §3.2.2.6, RFC 4443 §4.2). */
import { updateChecksum } from '../wire/checksum.js';
import {
  ICMP_ECHO_REPLY,
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  icmpChecksum,
  setIcmpChecksum,
} from '../wire/icmp.js';
import { recomputeIpv4Checksum, setIpv4Destination, setIpv4Source, setIpv4Ttl } from '../wire/ipv4.js';
import { setIpv6HopLimit } from '../wire/ipv6.js';
import type { Packet } from './packet.js';
import { writeIpv6Addresses } from './translator.js';

const answer = { isIpv6: true, s0: 0, s1: 0, s2: 0, s3: 0, d0: 0, d1: 0, d2: 0, d3: 0 };

/** @param packet a whole echo request with a right checksum @param ttl of the reply */
export function answerEcho(view: DataView, packet: Packet, ttl: number): void {
  const { start, transport } = packet;
  // The addresses change places, which leaves every sum as it is: only the type changes.
  if (packet.isIpv6) {
    answer.s0 = packet.d0;
    answer.s1 = packet.d1;
    answer.s2 = packet.d2;
    answer.s3 = packet.d3;
    answer.d0 = packet.s0;
    answer.d1 = packet.s1;
    answer.d2 = packet.s2;
    answer.d3 = packet.s3;
    writeIpv6Addresses(view, start, answer);
    setIpv6HopLimit(view, start, ttl);
    setType(view, transport, ICMPV6_ECHO_REQUEST, ICMPV6_ECHO_REPLY);
  } else {
    setIpv4Source(view, start, packet.d3);
    setIpv4Destination(view, start, packet.s3);
    setIpv4Ttl(view, start, ttl);
    recomputeIpv4Checksum(view, start);
    setType(view, transport, view.getUint8(transport), ICMP_ECHO_REPLY);
  }
}

function setType(view: DataView, icmp: number, from: number, to: number): void {
  view.setUint8(icmp, to);
  setIcmpChecksum(view, icmp, updateChecksum(icmpChecksum(view, icmp), from << 8, 1, to << 8));
}
