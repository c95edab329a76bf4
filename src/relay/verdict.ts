/**
 * What became of a packet. Each packet ends in exactly one verdict, and the same word is the counter,
 * the metric label and what the CLI prints. Those that leave through the attachment come first.
 */
export const VERDICTS = [
  'forward',
  'pass',
  'icmp-forward',
  'echo',
  'truncated',
  'bad-version',
  'bad-header',
  'bad-checksum',
  'bad-extension',
  'bad-fragment',
  'fragment-overlap',
  'fragment-limit',
  'fragment-timeout',
  'first-fragment-short',
  'not-ipsec',
  'ike',
  'keepalive',
  'bad-udp',
  'esp-too-short',
  'ah-too-short',
  'spi-zero',
  'spi-reserved',
  'unknown-spi',
  'peer-mismatch',
  'hairpin',
  'ttl-expired',
  'too-big',
  'bad-icmp',
  'icmp-unmatched',
  'rate-limit',
  'send-failed',
] as const;

export type Verdict = (typeof VERDICTS)[number];

/** An SA matched; the packet was rewritten and sent. */
export const FORWARD = 0;
/** Edge, or shared address: not about an SA; sent on as it came. */
export const PASS = 1;
/** An ICMP error about a packet of an SA; translated and sent to whom it concerns (RFC 7915 §4.2, RFC 5508 §4.2). */
export const ICMP_FORWARD = 2;
/** An ICMP echo request for the relay; answered (RFC 1122 §3.2.2.6, RFC 4443 §4.2). */
export const ECHO = 3;
/** Fewer bytes than the headers or the total length call for (RFC 791 §3.1, RFC 8200 §3). */
export const TRUNCATED = 4;
/** An IP version that is neither 4 nor 6. */
export const BAD_VERSION = 5;
/** IHL below 5, or a total length shorter than the header (RFC 791 §3.1); IPv4-mapped addresses in IPv6 (RFC 6890 §2.2.3). */
export const BAD_HEADER = 6;
/** IPv4 header checksum wrong (RFC 1812 §5.2.2). */
export const BAD_CHECKSUM = 7;
/** IPv6 extension headers out of place, too many, or a routing header that is not at its end (RFC 8200 §4). */
export const BAD_EXTENSION = 8;
/** A fragment that can be part of no datagram (RFC 791 §3.2, RFC 8200 §4.5). */
export const BAD_FRAGMENT = 9;
/** It overlaps another fragment of its datagram, or repeats one (RFC 5722 §4, RFC 8200 §4.5). */
export const FRAGMENT_OVERLAP = 10;
/** No room to wait for the other fragments, or too many of them. */
export const FRAGMENT_LIMIT = 11;
/** The other fragments did not come in time (RFC 791 §3.2, RFC 8200 §4.5). */
export const FRAGMENT_TIMEOUT = 12;
/** A first fragment without the SPI (RFC 1858 §3, RFC 7112 §5). */
export const FIRST_FRAGMENT_SHORT = 13;
/** Neither IPsec nor anything else the relay answers or carries. */
export const NOT_IPSEC = 14;
/** UDP port 500, or the non-ESP marker on port 4500: a key exchange (RFC 7296 §2, RFC 3948 §2.2). */
export const IKE = 15;
/** A NAT keepalive: consumed (RFC 3948 §2.3). */
export const KEEPALIVE = 16;
/** UDP on port 4500 with an impossible length, with no room for an SPI, or over IPv6 without checksum (RFC 768, RFC 8200 §8.1). */
export const BAD_UDP = 17;
/** ESP without room for SPI and sequence number (RFC 4303 §2). */
export const ESP_TOO_SHORT = 18;
/** AH without its fixed part or its ICV (RFC 4302 §2). */
export const AH_TOO_SHORT = 19;
/** SPI 0 must not be on the wire (RFC 4303 §2.1). */
export const SPI_ZERO = 20;
/** SPI 1-255 is reserved (RFC 4303 §2.1) and no SA names it. */
export const SPI_RESERVED = 21;
/** No SA for (destination, protocol, SPI) (RFC 4301 §4.1). */
export const UNKNOWN_SPI = 22;
/** The SAs for (destination, protocol, SPI) require another source. */
export const PEER_MISMATCH = 23;
/** One SA's packet for a relay address, and no SA there that says hairpin. */
export const HAIRPIN = 24;
/** TTL or hop limit used up (RFC 1812 §5.3.1, RFC 8200 §3); the sender is told. */
export const TTL_EXPIRED = 25;
/** Longer than the way out carries, and not to be fragmented (RFC 1191 §4, RFC 8201); the sender is told. */
export const TOO_BIG = 26;
/** ICMP without its header, or with a wrong checksum (RFC 792, RFC 4443 §2.3). */
export const BAD_ICMP = 27;
/** An ICMP error that quotes no packet of an SA. */
export const ICMP_UNMATCHED = 28;
/** An echo request or an ICMP error beyond the rate (RFC 1812 §4.3.2.8, RFC 4443 §2.4). */
export const RATE_LIMIT = 29;
/** The attachment could not send it (no buffers, device down). */
export const SEND_FAILED = 30;

/** Verdicts up to this one leave through the attachment. */
export const LAST_SENT_VERDICT = ECHO;

/** No verdict yet: the packet waits for other fragments of its datagram. It is counted when it leaves, or dies. */
export const HELD = 255;
/** No verdict yet: the packet is of a form of the straight way (src/relay/straight.ts), and its lookup is prepared. */
export const STRAIGHT = 253;
/** No verdict yet: the straight way leaves the packet to the general one. */
export const GENERAL = 254;

/** 1 for the verdicts of packets that are merely none of the business of who sends those on (edge, shared address). */
export const OTHERS = new Uint8Array(VERDICTS.length);
for (const verdict of [NOT_IPSEC, IKE, KEEPALIVE, UNKNOWN_SPI, SPI_RESERVED, BAD_ICMP, ICMP_UNMATCHED]) {
  OTHERS[verdict] = 1;
}
