/** IP protocol numbers and IPv6 next headers (IANA "Assigned Internet Protocol Numbers"), and ports. */
export const PROTOCOL_HOP_BY_HOP = 0;
export const PROTOCOL_ICMP = 1;
export const PROTOCOL_UDP = 17;
export const PROTOCOL_ROUTING = 43;
export const PROTOCOL_FRAGMENT = 44;
export const PROTOCOL_ESP = 50;
export const PROTOCOL_AH = 51;
export const PROTOCOL_ICMPV6 = 58;
export const PROTOCOL_DESTINATION_OPTIONS = 60;

/** UDP port of IKE (RFC 7296 §2). */
export const PORT_IKE = 500;
/** UDP port of IKE and ESP behind NAT (RFC 3948 §2.1, RFC 7296 §2.23). */
export const PORT_NAT_TRAVERSAL = 4500;

/** Lowest SPI that is neither the local-use 0 nor reserved by IANA (RFC 4303 §2.1). */
export const FIRST_UNRESERVED_SPI = 256;

/** UDP ports from the lowest to the highest, both included. */
export type PortRange = readonly [lowest: number, highest: number];
