/** The rules for an acceptable SA. Each refusal is one sentence: the wrong word, the reason, and the right form. */

import type { Kind, SaDefinition } from '../table/definition.js';
import { KIND_AH, KIND_UDP } from '../table/layout.js';
import {
  contains,
  familyOf,
  formatAddress,
  isBroadcast,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isUnspecified,
} from '../wire/address.js';
import { FIRST_UNRESERVED_SPI, PORT_IKE, PORT_NAT_TRAVERSAL } from '../wire/protocol.js';
import { refuseEdgeAddresses } from './acceptance-edge.js';
import type { SaPolicy } from './policy.js';

/** Why an SA is not accepted: one sentence, starting with the word of the CLI that is wrong. */
export function refuseDefinition(sa: SaDefinition, policy: SaPolicy): string | undefined {
  const { match, emit } = sa;
  return (
    refuseKinds(match.kind, emit.kind) ??
    refusePeerPort(sa) ??
    refusePort(sa, policy) ??
    refusePorts(sa, policy) ??
    refuseFamilies(sa) ??
    refuseSpi('spi', match.kind, match.spi) ??
    refuseSpi('to-spi', emit.kind, emit.spi) ??
    refuseMode(sa) ??
    (policy.role === 'relay' ? refuseRelayAddresses(sa, policy) : refuseEdgeAddresses(sa, policy)) ??
    refuseUnroutable('to', emit.destination) ??
    refuseUnroutable('to-src', emit.source) ??
    refuseUnroutable('src', match.peer)
  );
}

/** The answer to a request for AH in UDP. */
export const AH_IN_UDP =
  'AH cannot be carried in UDP, because its ICV covers the IP header (RFC 4302 §3.3.3, RFC 3948 §1); leave it out, or use proto esp';

function refuseKinds(match: Kind, emit: Kind): string | undefined {
  if (match === emit || (match !== KIND_AH && emit !== KIND_AH)) return undefined;
  if (match === KIND_UDP) return `encap: ${AH_IN_UDP}`;
  if (emit === KIND_UDP) return `to-encap: ${AH_IN_UDP}`;
  return 'proto: ESP cannot become AH nor AH ESP, since the relay has no key to make either; use one protocol on both legs';
}

function refusePeerPort({ match: { kind, peerPort } }: SaDefinition): string | undefined {
  if (peerPort === 0) return undefined;
  if (kind !== KIND_UDP) {
    return `encap: port ${peerPort} is given, but packets without UDP have none; use udp:${peerPort}, or no port`;
  }
  return refuseNumber('encap', peerPort);
}

function refusePort({ match: { kind, port } }: SaDefinition, { role, ports }: SaPolicy): string | undefined {
  if (kind !== KIND_UDP) {
    return port === 0
      ? undefined
      : `encap: port ${port} is given, but packets without UDP have none; leave it out`;
  }
  if (port === PORT_NAT_TRAVERSAL) return undefined;
  if (port === PORT_IKE) return 'encap: port 500 is for IKE alone (RFC 3948 §2.2); use another port';
  const refusal = port === 0 ? 'encap: 0 is no UDP port; use 1-65535' : refuseNumber('encap', port);
  if (refusal !== undefined) return refusal;
  if (role === 'edge') {
    return `encap: an edge knows ESP-in-UDP by port 4500 alone, not ${port}; leave the second port out`;
  }
  if (ports?.every(([lowest, highest]) => port < lowest || port > highest)) {
    const led = ports.map(([lowest, highest]) => (lowest === highest ? lowest : `${lowest}-${highest}`));
    return `encap: with shared-address = true only packets to port ${led.join(' or ')} are led into the relay, not to ${port}; leave the second port out`;
  }
  return undefined;
}

function refusePorts({ match, emit }: SaDefinition, { role }: SaPolicy): string | undefined {
  const { sourcePort, destinationPort } = emit;
  if (emit.kind !== KIND_UDP) {
    if (sourcePort === 0 && destinationPort === 0) return undefined;
    return `to-encap: ports ${sourcePort}:${destinationPort} are given, but packets without UDP have none; use udp:${sourcePort}:${destinationPort}, or no ports`;
  }
  for (const port of [sourcePort, destinationPort]) {
    if (port !== 0) {
      const refusal = refuseNumber('to-encap', port);
      if (refusal !== undefined) return refusal;
    } else if (role === 'relay') {
      return 'to-encap: only an edge keeps the UDP port of a packet, because it stands beside one computer and a relay serves many; name both ports, such as udp:4500:4500';
    } else if (match.kind !== KIND_UDP) {
      return 'to-encap: the packets arrive without UDP and have no port to keep; name both ports, such as udp:4500:4500';
    }
  }
  return undefined;
}

function refuseNumber(word: string, port: number): string | undefined {
  return port <= 65_535 ? undefined : `${word}: ${port} is no UDP port; use 1-65535`;
}

/** A packet has one family, and AH keeps it. */
function refuseFamilies({ match, emit }: SaDefinition): string | undefined {
  const arriving = familyOf(match.destination);
  const leaving = familyOf(emit.destination);
  const other = (word: string, address: Uint8Array | undefined, beside: string, destination: Uint8Array) => {
    const family = familyOf(destination);
    if (address === undefined || familyOf(address) === family) return undefined;
    return (
      `${word}: ${formatAddress(address)} is IPv${familyOf(address)} and ${beside} ${formatAddress(destination)} ` +
      `is IPv${family}, but a packet has one family; name an IPv${family} address`
    );
  };
  if (arriving !== leaving && match.kind === KIND_AH) {
    return `proto: AH cannot go from IPv${arriving} to IPv${leaving}, because its ICV covers the IP header (RFC 4302 §3.3.3); use proto esp, or addresses of one family`;
  }
  if (arriving !== leaving && emit.source === undefined) {
    return `to-src: the packets change from IPv${arriving} to IPv${leaving} and cannot keep their source; name an IPv${leaving} address`;
  }
  return (
    other('src', match.peer, 'dst', match.destination) ?? other('to-src', emit.source, 'to', emit.destination)
  );
}

function refuseSpi(word: string, kind: Kind, spi: number): string | undefined {
  if (spi >= FIRST_UNRESERVED_SPI) return undefined;
  const rule = kind === KIND_AH ? 'RFC 4302 §2.4' : 'RFC 4303 §2.1';
  return `${word}: SPI ${spi} is reserved (${rule}); use 0x00000100-0xffffffff`;
}

function refuseMode({ match, emit, mode }: SaDefinition): string | undefined {
  if (match.kind === KIND_AH) {
    if (mode !== 'preserve') return undefined;
    return 'mode: preserve is not possible for AH, because its ICV covers the addresses too (RFC 4302 §3.3.3); use mode edge or aware';
  }
  const substitutes = match.spi !== emit.spi;
  if (substitutes && mode === 'preserve') {
    return 'mode: preserve keeps the SPI, but to-spi differs from spi; use mode edge or aware, or to-spi same';
  }
  if (!substitutes && mode !== 'preserve') {
    return `mode: ${mode} substitutes the SPI, but to-spi equals spi; give another to-spi, or use mode preserve`;
  }
  return undefined;
}

function refuseRelayAddresses(
  { match, emit, hairpin }: SaDefinition,
  { addresses }: SaPolicy,
): string | undefined {
  const owned = (address: Uint8Array) => addresses.some((prefix) => contains(prefix, address));
  const notOwned = (word: string, address: Uint8Array) =>
    `${word}: ${formatAddress(address)} is not a relay address; use one of [relay] addresses, or add it there`;
  if (!owned(match.destination)) return notOwned('dst', match.destination);
  if (emit.source === undefined) return 'to-src: a relay sends from its own address; name a relay address';
  if (!owned(emit.source)) return notOwned('to-src', emit.source);
  const toRelay = owned(emit.destination);
  const fromRelay = match.peer !== undefined && owned(match.peer);
  if (!hairpin) {
    if (toRelay) return noHairpin('to', emit.destination);
    return fromRelay ? noHairpin('src', match.peer) : undefined;
  }
  if (toRelay && fromRelay) {
    return 'hairpin: src and to are both relay addresses, but a packet passes two SAs at most; name the other end in one of them';
  }
  if (!toRelay && !fromRelay && match.peer !== undefined) {
    return 'hairpin: neither src nor to is a relay address, so that no other SA can be met; leave it out';
  }
  return undefined;
}

function noHairpin(word: string, address: Uint8Array): string {
  return `${word}: ${formatAddress(address)} is a relay address, and only SAs with hairpin hand packets to each other; name the other end, or say hairpin`;
}

function refuseUnroutable(word: string, address: Uint8Array | undefined): string | undefined {
  if (address === undefined) return undefined;
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
