/** The packet inside: what the endpoint needs to know of its IP header. One object, used again for every packet. */
import {
  checkIpv4,
  IPV4_OK,
  ipv4DontFragment,
  ipv4HeaderLength,
  ipv4IsFragment,
  ipv4Protocol,
  ipv4TotalLength,
  ipv4Ttl,
  ipv4TypeOfService,
} from '../wire/ipv4.js';
import {
  IPV6_DESTINATION,
  IPV6_HEADER,
  IPV6_NEXT_HEADER,
  IPV6_SOURCE,
  ipv6HopLimit,
  ipv6PayloadLength,
  ipv6TrafficClass,
} from '../wire/ipv6.js';
import { PROTOCOL_FRAGMENT, PROTOCOL_HOP_BY_HOP, PROTOCOL_ROUTING } from '../wire/protocol.js';

const IPV4_SOURCE = 12;
const IPV4_DESTINATION = 16;

export class InnerPacket {
  family: 4 | 6 = 4;
  /** Where it starts in the bytes that were parsed. */
  at = 0;
  /** Bytes, as its header says: what lies behind is not part of it. */
  length = 0;
  headerLength = 0;
  /** Offsets of the addresses. */
  source = 0;
  destination = 0;
  /** Protocol, or IPv6 next header. */
  protocol = 0;
  /** DSCP and ECN. */
  trafficClass = 0;
  hopLimit = 0;
  /** IPv4 Don't Fragment; true for IPv6, which routers never fragment. */
  dontFragment = false;
  fragment = false;

  /** @param available bytes from `at` on @returns false when it is no whole IP packet */
  parse(view: DataView, at: number, available: number): boolean {
    if (available < 1) return false;
    this.at = at;
    return view.getUint8(at) >>> 4 === 6
      ? this.#parseIpv6(view, at, available)
      : this.#parseIpv4(view, at, available);
  }

  /** Whether transport mode can carry it here: the kernel writes the outer header, so there is room for no options. */
  get plainHeader(): boolean {
    if (this.family === 4) return this.headerLength === 20;
    const { protocol } = this;
    return protocol !== PROTOCOL_HOP_BY_HOP && protocol !== PROTOCOL_ROUTING;
  }

  #parseIpv4(view: DataView, at: number, available: number): boolean {
    if (checkIpv4(view, at, available) !== IPV4_OK) return false;
    this.family = 4;
    this.length = ipv4TotalLength(view, at);
    this.headerLength = ipv4HeaderLength(view, at);
    this.source = at + IPV4_SOURCE;
    this.destination = at + IPV4_DESTINATION;
    this.protocol = ipv4Protocol(view, at);
    this.trafficClass = ipv4TypeOfService(view, at);
    this.hopLimit = ipv4Ttl(view, at);
    this.dontFragment = ipv4DontFragment(view, at);
    this.fragment = ipv4IsFragment(view, at);
    return true;
  }

  #parseIpv6(view: DataView, at: number, available: number): boolean {
    if (available < IPV6_HEADER) return false;
    this.length = IPV6_HEADER + ipv6PayloadLength(view, at);
    if (this.length > available) return false;
    this.family = 6;
    this.headerLength = IPV6_HEADER;
    this.source = at + IPV6_SOURCE;
    this.destination = at + IPV6_DESTINATION;
    this.protocol = view.getUint8(at + IPV6_NEXT_HEADER);
    this.trafficClass = ipv6TrafficClass(view, at);
    this.hopLimit = ipv6HopLimit(view, at);
    this.dontFragment = true;
    this.fragment = this.protocol === PROTOCOL_FRAGMENT;
    return true;
  }
}
