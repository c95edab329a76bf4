/** An SA as the relay sees it: match → emit, no keys. And what makes one acceptable. */
import {
  contains,
  formatAddress,
  isBroadcast,
  isIpv4,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isUnspecified,
  type Prefix,
} from '../wire/address.js';
import { FIRST_UNRESERVED_SPI } from '../wire/protocol.js';
import { type KIND_AH, KIND_ESP, type KIND_UDP } from './layout.js';

/**
 * How the ICV stays right when the SPI is substituted (ESP's ICV covers the SPI, RFC 4303 §2.8):
 * not at all because it is not (`preserve`), by an edge on the first side (`edge`), or by the first
 * computer's own IPsec (`aware`).
 */
export const MODES = ['preserve', 'edge', 'aware'] as const;
export type Mode = (typeof MODES)[number];

export type Kind = typeof KIND_ESP | typeof KIND_AH | typeof KIND_UDP;

/** Which packets the SA is for. Addresses are 16 bytes, IPv4 as ::ffff:a.b.c.d; SPIs 0–0xffffffff. */
export interface SaMatch {
  readonly kind: Kind;
  readonly destination: Uint8Array;
  readonly spi: number;
  /** Required source; undefined: any. */
  readonly peer: Uint8Array | undefined;
  /** Required UDP source port; 0: any. */
  readonly peerPort: number;
}

/** What becomes of them. */
export interface SaEmit {
  readonly kind: Kind;
  /** undefined: the packet's own (edge role). */
  readonly source: Uint8Array | undefined;
  readonly destination: Uint8Array;
  readonly spi: number;
  /** UDP ports; 0 without UDP. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export interface SaDefinition {
  readonly match: SaMatch;
  readonly emit: SaEmit;
  readonly mode: Mode;
  /** May emit to a relay address, and match what another such SA emits. */
  readonly hairpin: boolean;
}

/** What the role of this program allows. */
export interface SaPolicy {
  readonly role: 'relay' | 'edge';
  /** Relay role: the relay's own addresses. Edge role: the addresses packets are steered for, of both ends. */
  readonly addresses: readonly Prefix[];
  /** Edge role: those of the addresses that belong to relays. */
  readonly relays?: readonly Prefix[];
  /** Edge role: second computers, whose packets are steered as far as they are AH. */
  readonly seconds?: readonly Prefix[];
}

/** Why an SA is not accepted: one sentence, starting with the word of the CLI that is wrong. */
export function refuseDefinition(sa: SaDefinition, policy: SaPolicy): string | undefined {
  const { match, emit } = sa;
  if (match.kind !== KIND_ESP || emit.kind !== KIND_ESP) {
    return 'proto, encap: this version relays native ESP only; leave --proto, --encap and --to-encap out';
  }
  for (const address of [match.destination, match.peer, emit.source, emit.destination]) {
    if (address !== undefined && !isIpv4(address)) {
      return `${formatAddress(address)} is IPv6: this version relays IPv4 only; give an IPv4 address`;
    }
  }
  return (
    refuseSpi('spi', match.spi) ??
    refuseSpi('to-spi', emit.spi) ??
    refuseMode(sa) ??
    (policy.role === 'relay' ? refuseRelayAddresses(sa, policy) : refuseEdgeAddresses(sa, policy))
  );
}

function refuseSpi(word: string, spi: number): string | undefined {
  if (spi >= FIRST_UNRESERVED_SPI) return undefined;
  return `${word}: SPI ${spi} is reserved (RFC 4303 §2.1); use 0x00000100-0xffffffff`;
}

function refuseMode({ match, emit, mode }: SaDefinition): string | undefined {
  const substitutes = match.spi !== emit.spi;
  if (substitutes && mode === 'preserve') {
    return 'mode: preserve keeps the SPI, but to-spi differs from spi; use mode edge or aware, or to-spi same';
  }
  if (!substitutes && mode !== 'preserve') {
    return `mode: ${mode} substitutes the SPI, but to-spi equals spi; give another to-spi, or use mode preserve`;
  }
  return undefined;
}

function refuseRelayAddresses({ match, emit }: SaDefinition, { addresses }: SaPolicy): string | undefined {
  const owned = (address: Uint8Array) => addresses.some((prefix) => contains(prefix, address));
  const notOwned = (word: string, address: Uint8Array) =>
    `${word}: ${formatAddress(address)} is not a relay address; use one of [relay] addresses, or add it there`;
  if (!owned(match.destination)) return notOwned('dst', match.destination);
  if (emit.source === undefined) return 'to-src: a relay sends from its own address; name a relay address';
  if (!owned(emit.source)) return notOwned('to-src', emit.source);
  if (owned(emit.destination)) {
    return `to: ${formatAddress(emit.destination)} is a relay address and a relay does not forward to itself; name the other end`;
  }
  return refuseUnroutable('to', emit.destination) ?? refusePeer(match.peer);
}

function refuseEdgeAddresses({ match, emit }: SaDefinition, { addresses }: SaPolicy): string | undefined {
  if (!addresses.some((prefix) => contains(prefix, match.destination))) {
    return `dst: ${formatAddress(match.destination)} is neither in [edge] relays nor in [edge] addresses; use one of those`;
  }
  return refuseUnroutable('to', emit.destination) ?? refusePeer(match.peer);
}

function refusePeer(peer: Uint8Array | undefined): string | undefined {
  return peer === undefined ? undefined : refuseUnroutable('src', peer);
}

function refuseUnroutable(word: string, address: Uint8Array): string | undefined {
  const what = isUnspecified(address)
    ? 'the unspecified address'
    : isLoopback(address)
      ? 'a loopback address'
      : isMulticast(address)
        ? 'a multicast address'
        : isLinkLocal(address)
          ? 'a link-local address'
          : isBroadcast(address)
            ? 'the broadcast address'
            : undefined;
  return what && `${word}: ${formatAddress(address)} is ${what}; name the unicast address of the other end`;
}

/** True when two definitions are the same in every word. */
export function sameDefinition(a: SaDefinition, b: SaDefinition): boolean {
  return (
    a.mode === b.mode &&
    a.hairpin === b.hairpin &&
    a.match.kind === b.match.kind &&
    a.match.spi === b.match.spi &&
    a.match.peerPort === b.match.peerPort &&
    a.emit.kind === b.emit.kind &&
    a.emit.spi === b.emit.spi &&
    a.emit.sourcePort === b.emit.sourcePort &&
    a.emit.destinationPort === b.emit.destinationPort &&
    sameAddress(a.match.destination, b.match.destination) &&
    sameAddress(a.match.peer, b.match.peer) &&
    sameAddress(a.emit.source, b.emit.source) &&
    sameAddress(a.emit.destination, b.emit.destination)
  );
}

function sameAddress(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.every((byte, at) => byte === b[at]);
}
