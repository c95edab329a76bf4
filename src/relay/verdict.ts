/**
 * What became of a packet. Each packet ends in exactly one verdict, and the same word is the counter,
 * the metric label and what the CLI prints. New verdicts go to the end: the number is the counter's place.
 */
export const VERDICTS = [
  'forward',
  'pass',
  'truncated',
  'bad-version',
  'bad-header',
  'bad-checksum',
  'fragment',
  'not-ipsec',
  'esp-too-short',
  'spi-zero',
  'spi-reserved',
  'unknown-spi',
  'peer-mismatch',
  'ttl-expired',
  'send-failed',
] as const;

export type Verdict = (typeof VERDICTS)[number];

/** An SA matched; the packet was rewritten and sent. */
export const FORWARD = 0;
/** Edge only: no SA of the edge's; sent on as it came. */
export const PASS = 1;
/** Fewer bytes than the headers or the total length call for (RFC 791 §3.1). */
export const TRUNCATED = 2;
/** An IP version that the relay does not carry. */
export const BAD_VERSION = 3;
/** IHL below 5, or a total length shorter than the header (RFC 791 §3.1). */
export const BAD_HEADER = 4;
/** IPv4 header checksum wrong (RFC 1812 §5.2.2). */
export const BAD_CHECKSUM = 5;
/** A fragment: it carries no whole ESP packet to find an SA by. */
export const FRAGMENT = 6;
/** Neither ESP nor anything else the relay answers or carries. */
export const NOT_IPSEC = 7;
/** ESP without room for SPI and sequence number (RFC 4303 §2). */
export const ESP_TOO_SHORT = 8;
/** SPI 0 must not be on the wire (RFC 4303 §2.1). */
export const SPI_ZERO = 9;
/** SPI 1-255 is reserved (RFC 4303 §2.1) and no SA names it. */
export const SPI_RESERVED = 10;
/** No SA for (destination, protocol, SPI) (RFC 4301 §4.1). */
export const UNKNOWN_SPI = 11;
/** The SAs for (destination, protocol, SPI) require another source. */
export const PEER_MISMATCH = 12;
/** TTL used up (RFC 1812 §5.3.1). */
export const TTL_EXPIRED = 13;
/** The attachment could not send it (no buffers, device down). */
export const SEND_FAILED = 14;

/** Verdicts up to this one leave through the attachment. */
export const LAST_SENT_VERDICT = PASS;
