/** The kinds of damage to an IP packet's headers. */
export const IP_INTACT = 0;
/** Fewer bytes than the headers or the total length call for (RFC 791 §3.1, RFC 8200 §3). */
export const IP_TRUNCATED = 1;
/** Neither version 4 nor 6. */
export const IP_BAD_VERSION = 2;
/** IHL below 5, a total length shorter than the header (RFC 791 §3.1), or IPv4-mapped addresses in IPv6 (RFC 4038 §4.2). */
export const IP_BAD_HEADER = 3;
/** The IPv4 header checksum is wrong (RFC 1812 §5.2.2). */
export const IP_BAD_CHECKSUM = 4;
/** IPv6 extension headers out of place, too many, or a routing header that is not at its end (RFC 8200 §4). */
export const IP_BAD_EXTENSION = 5;
/** A fragment that can be part of no datagram (RFC 791 §3.2, RFC 8200 §4.5). */
export const IP_BAD_FRAGMENT = 6;
