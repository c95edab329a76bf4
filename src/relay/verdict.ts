/**
 * Verdicts: how a packet ended. Each packet ends in exactly one, and the same word is the counter,
 * the metric label and the CLI's word. Those that leave through the attachment come first.
 *
 * The list is the only description: a verdict's number is its place in it, and its constant is named after its word.
 */
import { verdictNumbers } from '../attachment/verdicts.js';

export const VERDICTS = [
  /** An SA matched; the packet was rewritten and sent. */
  'forward',
  /** Edge, or shared address: not about an SA; sent on as it came. */
  'pass',
  /** An ICMP error about a packet of an SA; translated and sent to that packet's sender (RFC 7915 §4.2, RFC 5508 §4.2). */
  'icmp-forward',
  /** An ICMP echo request for the relay; answered (RFC 1122 §3.2.2.6, RFC 4443 §4.2). */
  'echo',
  /** Fewer bytes than the headers or the total length call for (RFC 791 §3.1, RFC 8200 §3). */
  'truncated',
  /** An IP version that is neither 4 nor 6. */
  'bad-version',
  /** IHL below 5, or a total length shorter than the header (RFC 791 §3.1); IPv4-mapped addresses in IPv6 (RFC 6890 §2.2.3). */
  'bad-header',
  /** IPv4 header checksum wrong (RFC 1812 §5.2.2). */
  'bad-checksum',
  /** IPv6 extension headers out of place, too many, or a routing header that is not at its end (RFC 8200 §4). */
  'bad-extension',
  /** A fragment that can be part of no datagram (RFC 791 §3.2, RFC 8200 §4.5). */
  'bad-fragment',
  /** It overlaps another fragment of its datagram, or repeats one (RFC 5722 §4, RFC 8200 §4.5). */
  'fragment-overlap',
  /** No room to wait for the other fragments, or too many of them. */
  'fragment-limit',
  /** The other fragments did not come in time (RFC 791 §3.2, RFC 8200 §4.5). */
  'fragment-timeout',
  /** A first fragment without the SPI (RFC 1858 §3, RFC 7112 §5). */
  'first-fragment-short',
  /** Neither IPsec nor anything else the relay answers or carries. */
  'not-ipsec',
  /** UDP port 500, or the non-ESP marker on a port that an SA matches: a key exchange (RFC 7296 §2, RFC 3948 §2.2). */
  'ike',
  /** A message of a key exchange, sent on by the control thread between first and second. */
  'ike-forward',
  /** Answered by the relay with a COOKIE request, since too many exchanges are half-open (RFC 7296 §2.6). */
  'ike-cookie',
  /** No IKE message: shorter than its header, another length than it says, another version, no initiator's SPI (RFC 7296 §3.1). */
  'ike-malformed',
  /** No service is for this relay address and source. */
  'ike-no-service',
  /** No second of the service takes new connections, or no port towards it is free. */
  'ike-no-second',
  /** Beyond the half-open limits, in total or of its prefix, or of requests from where a first is not bound. */
  'ike-half-open',
  /** Of no connection that the relay knows. */
  'ike-unmatched',
  /** For an IKE port, from a stranger beyond the share of its source prefix, or from a first's address beyond about a thousand a second; dropped in the kernel. */
  'ike-flood',
  /** A NAT keepalive: consumed (RFC 3948 §2.3). */
  'keepalive',
  /** UDP on a port that an SA matches (4500 always), with an impossible length, no room for an SPI, or no checksum over IPv6 (RFC 768, RFC 8200 §8.1). */
  'bad-udp',
  /** ESP without room for SPI and sequence number (RFC 4303 §2). */
  'esp-too-short',
  /** AH without its fixed part or its ICV (RFC 4302 §2). */
  'ah-too-short',
  /** SPI 0 must not be on the wire (RFC 4303 §2.1). */
  'spi-zero',
  /** SPI 1-255 is reserved (RFC 4303 §2.1) and no SA names it. */
  'spi-reserved',
  /** No SA for (destination, protocol, the relay's UDP port, SPI) (RFC 4301 §4.1). */
  'unknown-spi',
  /** There are such SAs, but they require another source. */
  'peer-mismatch',
  /** One SA's packet for a relay address, and no SA there that says hairpin. */
  'hairpin',
  /** TTL or hop limit used up (RFC 1812 §5.3.1, RFC 8200 §3); the sender is told. */
  'ttl-expired',
  /** Longer than the way out carries, and not to be fragmented (RFC 1191 §4, RFC 8201); the sender is told. */
  'too-big',
  /** ICMP without its header, or with a wrong checksum (RFC 792, RFC 4443 §2.3). */
  'bad-icmp',
  /** An ICMP error that quotes no packet of an SA. */
  'icmp-unmatched',
  /** An echo request or an ICMP error beyond the rate (RFC 1812 §4.3.2.8, RFC 4443 §2.4). */
  'rate-limit',
  /** Meant for the control thread, but the ring to it had no room left for its source prefix (src/relay/punt.ts). */
  'punt-full',
  /** The attachment could not send it (no buffers, device down). */
  'send-failed',
] as const;

export type Verdict = (typeof VERDICTS)[number];

export const {
  FORWARD,
  PASS,
  ICMP_FORWARD,
  ECHO,
  TRUNCATED,
  BAD_VERSION,
  BAD_HEADER,
  BAD_CHECKSUM,
  BAD_EXTENSION,
  BAD_FRAGMENT,
  FRAGMENT_OVERLAP,
  FRAGMENT_LIMIT,
  FRAGMENT_TIMEOUT,
  FIRST_FRAGMENT_SHORT,
  NOT_IPSEC,
  IKE,
  IKE_FORWARD,
  IKE_COOKIE,
  IKE_MALFORMED,
  IKE_NO_SERVICE,
  IKE_NO_SECOND,
  IKE_HALF_OPEN,
  IKE_UNMATCHED,
  IKE_FLOOD,
  KEEPALIVE,
  BAD_UDP,
  ESP_TOO_SHORT,
  AH_TOO_SHORT,
  SPI_ZERO,
  SPI_RESERVED,
  UNKNOWN_SPI,
  PEER_MISMATCH,
  HAIRPIN,
  TTL_EXPIRED,
  TOO_BIG,
  BAD_ICMP,
  ICMP_UNMATCHED,
  RATE_LIMIT,
  PUNT_FULL,
  SEND_FAILED,
} = verdictNumbers(VERDICTS);

/** Verdicts up to this one leave through the attachment. */
export const LAST_SENT_VERDICT = ECHO;

/** No verdict yet: the packet waits for other fragments of its datagram. It is counted when it leaves, or dies. */
export const HELD = 255;
/** No verdict yet: the straight way leaves the packet to the general one. */
export const GENERAL = 254;
/** No verdict yet: its form changes, or else the general one takes it; its SA has been looked up (src/relay/found.ts). */
export const KNOWN = 253;
/** No verdict yet: the general way has taken the packet apart and prepared its lookup. */
export const PREPARED = 252;

/** 1 for the verdicts of packets that are not addressed to this relay; pass mode (edge, shared address) forwards them unchanged. */
export const OTHERS = new Uint8Array(VERDICTS.length);
for (const verdict of [NOT_IPSEC, IKE, KEEPALIVE, UNKNOWN_SPI, SPI_RESERVED, BAD_ICMP, ICMP_UNMATCHED]) {
  OTHERS[verdict] = 1;
}
