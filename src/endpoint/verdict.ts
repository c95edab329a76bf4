/**
 * What became of a packet at the endpoint. Each packet, from the TUN device or from the network, ends in exactly one
 * verdict; the same word is the counter and what the CLI prints. Those that are sent on come first.
 */
export const VERDICTS = [
  'encrypt',
  'decrypt',
  'bad-inner',
  'no-policy',
  'inner-fragment',
  'inner-too-big',
  'sequence-overflow',
  'keepalive',
  'ike',
  'bad-udp',
  'esp-too-short',
  'spi-zero',
  'unknown-spi',
  'replay',
  'integrity',
  'bad-padding',
  'dummy',
  'bad-next-header',
  'selector-mismatch',
  'bad-ecn',
  'send-failed',
] as const;

export type Verdict = (typeof VERDICTS)[number];

/** From the TUN device: protected and sent (RFC 4303 §3.3). */
export const ENCRYPT = 0;
/** From the network: verified, decrypted and handed to the TUN device (RFC 4303 §3.4). */
export const DECRYPT = 1;
/** The packet inside is no whole IP packet, or has headers that transport mode cannot carry here (RFC 791 §3.1, RFC 8200 §3). */
export const BAD_INNER = 2;
/** No outbound SA has these addresses in its nets (RFC 4301 §5.1). */
export const NO_POLICY = 3;
/** Transport mode is for whole datagrams (RFC 4303 §3.3.4). */
export const INNER_FRAGMENT = 4;
/** Longer than the path carries, and not to be fragmented; the sender is told (RFC 4301 §8.2, RFC 1191 §4, RFC 8201 §4). */
export const INNER_TOO_BIG = 5;
/** The SA has used up its sequence numbers: it never begins anew (RFC 4303 §3.3.3). */
export const SEQUENCE_OVERFLOW = 6;
/** A NAT keepalive: consumed (RFC 3948 §2.3). */
export const KEEPALIVE = 7;
/** The non-ESP marker: a key exchange, which this endpoint does not do (RFC 3948 §2.2). */
export const IKE = 8;
/** UDP without room for an SPI (RFC 3948 §2). */
export const BAD_UDP = 9;
/** ESP without room for header, IV, trailer and ICV, or not in whole blocks (RFC 4303 §2). */
export const ESP_TOO_SHORT = 10;
/** SPI 0 must not be on the wire (RFC 4303 §2.1). */
export const SPI_ZERO = 11;
/** No inbound SA for (destination, encapsulation, SPI) (RFC 4301 §5.2 step 3a, RFC 4303 §3.4.2). */
export const UNKNOWN_SPI = 12;
/** The sequence number was received before, or lies left of the window (RFC 4303 §3.4.3). */
export const REPLAY = 13;
/** The ICV is not that of the packet (RFC 4303 §3.4.4). */
export const INTEGRITY = 14;
/** Padding that is not 1, 2, 3 ..., or longer than the packet (RFC 4303 §2.4). */
export const BAD_PADDING = 15;
/** A dummy packet, for the sender's traffic flow confidentiality: discarded (RFC 4303 §2.6). */
export const DUMMY = 16;
/** A tunnel that carries something else than IPv4 or IPv6 (RFC 4303 §2.6). */
export const BAD_NEXT_HEADER = 17;
/** The packet inside is not one that the SA may carry (RFC 4301 §5.2 step 4). */
export const SELECTOR_MISMATCH = 18;
/** Congestion experienced outside, and a packet inside that cannot say so (RFC 6040 §4.2). */
export const BAD_ECN = 19;
/** The kernel did not take it (no buffers, no route, device down). */
export const SEND_FAILED = 20;

/** Verdicts up to this one leave: {@link ENCRYPT} through a socket, {@link DECRYPT} through the TUN device. */
export const LAST_SENT_VERDICT = DECRYPT;
