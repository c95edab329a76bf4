/** An SA of the endpoint as the configuration has it: one direction, with everything but the key. Structured-cloneable. */
import type { Prefix } from '../wire/address.js';
import type { Algorithm } from './algorithm.js';

export interface EndpointSa {
  readonly name: string;
  readonly direction: 'out' | 'in';
  readonly mode: 'tunnel' | 'transport';
  /** 16 bytes each, of one family: this host's address and the other end's (the relay's, for a first computer). */
  readonly local: Uint8Array;
  readonly peer: Uint8Array;
  /** ESP-in-UDP (RFC 3948), or native ESP. */
  readonly udp: boolean;
  /** UDP port to which an outbound SA sends. */
  readonly peerPort: number;
  /** SPI on the wire, 256–0xffffffff. */
  readonly spi: number;
  /** SPI that the ICV is computed over: where a relay substitutes it, the one that the other end sees. */
  readonly icvSpi: number;
  readonly algorithm: Algorithm;
  /** Extended sequence numbers (RFC 4303 §2.2.1). */
  readonly esn: boolean;
  /** Anti-replay window of an inbound SA, packets. */
  readonly window: number;
  /** Traffic selectors: addresses on this side and on the other. In transport mode, `local` and `peer`. */
  readonly localNets: readonly Prefix[];
  readonly remoteNets: readonly Prefix[];
}
