/**
 * Verdicts: how a packet ended at the endpoint. Each packet, from the TUN device or from the network, ends in exactly one
 * verdict; the same word is the counter and the CLI's word. Those that are sent on come first.
 * As in src/relay/verdict.ts, the list is the only description.
 */
import { verdictNumbers } from '../attachment/verdicts.js';

export const VERDICTS = [
  /** From the TUN device: protected and sent (RFC 4303 §3.3). */
  'encrypt',
  /** From the network: verified, decrypted and handed to the TUN device (RFC 4303 §3.4). */
  'decrypt',
  /** The packet inside is no whole IP packet, or has headers that transport mode cannot carry here (RFC 791 §3.1, RFC 8200 §3). */
  'bad-inner',
  /** No outbound SA has these addresses in its nets (RFC 4301 §5.1). */
  'no-policy',
  /** Transport mode is for whole datagrams (RFC 4303 §3.3.4). */
  'inner-fragment',
  /** Longer than the path carries, and not to be fragmented; the sender is told (RFC 4301 §8.2, RFC 1191 §4, RFC 8201 §4). */
  'inner-too-big',
  /** The SA has used up its sequence numbers: it never begins anew (RFC 4303 §3.3.3). */
  'sequence-overflow',
  /** A NAT keepalive: consumed (RFC 3948 §2.3). */
  'keepalive',
  /** The non-ESP marker: a key exchange, which this endpoint does not do (RFC 3948 §2.2). */
  'ike',
  /** UDP without room for an SPI (RFC 3948 §2). */
  'bad-udp',
  /** ESP without room for header, IV, trailer and ICV, or not in whole blocks (RFC 4303 §2). */
  'esp-too-short',
  /** SPI 0 must not be on the wire (RFC 4303 §2.1). */
  'spi-zero',
  /** No inbound SA for (destination, encapsulation, SPI) (RFC 4301 §5.2 step 3a, RFC 4303 §3.4.2). */
  'unknown-spi',
  /** The sequence number was received before, or lies left of the window (RFC 4303 §3.4.3). */
  'replay',
  /** The ICV is not that of the packet (RFC 4303 §3.4.4). */
  'integrity',
  /** Padding that is not 1, 2, 3 ..., or longer than the packet (RFC 4303 §2.4). */
  'bad-padding',
  /** A dummy packet, for the sender's traffic flow confidentiality: discarded (RFC 4303 §2.6). */
  'dummy',
  /** A tunnel that carries something else than IPv4 or IPv6 (RFC 4303 §2.6). */
  'bad-next-header',
  /** The packet inside is not one that the SA may carry (RFC 4301 §5.2 step 4). */
  'selector-mismatch',
  /** Congestion experienced outside, and a packet inside that cannot say so (RFC 6040 §4.2). */
  'bad-ecn',
  /** The kernel did not take it (no buffers, no route, device down). */
  'send-failed',
] as const;

export type Verdict = (typeof VERDICTS)[number];

export const {
  ENCRYPT,
  DECRYPT,
  BAD_INNER,
  NO_POLICY,
  INNER_FRAGMENT,
  INNER_TOO_BIG,
  SEQUENCE_OVERFLOW,
  KEEPALIVE,
  IKE,
  BAD_UDP,
  ESP_TOO_SHORT,
  SPI_ZERO,
  UNKNOWN_SPI,
  REPLAY,
  INTEGRITY,
  BAD_PADDING,
  DUMMY,
  BAD_NEXT_HEADER,
  SELECTOR_MISMATCH,
  BAD_ECN,
  SEND_FAILED,
} = verdictNumbers(VERDICTS);

/** Verdicts up to this one leave: {@link ENCRYPT} through a socket, {@link DECRYPT} through the TUN device. */
export const LAST_SENT_VERDICT = DECRYPT;
