/** Which addresses an SA of an edge may have. */

import type { SaDefinition } from '../table/definition.js';
import { KIND_AH } from '../table/layout.js';
import { contains, formatAddress, type Prefix } from '../wire/address.js';
import type { SaPolicy } from './policy.js';

/** One sentence, or undefined. */
export function refuseEdgeAddresses(sa: SaDefinition, policy: SaPolicy): string | undefined {
  const { destination, kind } = sa.match;
  if (sa.hairpin) return 'hairpin: an edge hands no packet from one SA to another; leave it out';
  if (kind === KIND_AH) return refuseAh(sa, policy);
  if (within(policy.addresses, destination)) return undefined;
  if (within(policy.seconds, destination)) {
    return `dst: ${formatAddress(destination)} is in [edge] seconds, which are there for AH; ESP goes to an address of [edge] relays or comes to one of [edge] addresses`;
  }
  return `dst: ${formatAddress(destination)} is neither in [edge] relays nor in [edge] addresses; use one of those`;
}

/**
 * AH's ICV covers the addresses (RFC 4302 §3.3.3), so that the first computer sends and receives as if it were the
 * relay: (relay → second) becomes (first → relay), and (relay → first) becomes (second → relay).
 */
function refuseAh(
  { match, emit }: SaDefinition,
  { addresses, relays, seconds }: SaPolicy,
): string | undefined {
  const dst = formatAddress(match.destination);
  if (within(relays, match.destination)) {
    return `dst: ${dst} is a relay address, but the first computer sends its AH to the second, whose address the ICV covers; use that, one of [edge] seconds, and the relay address as to`;
  }
  if (within(seconds, match.destination)) {
    if (!within(relays, emit.destination)) {
      return `to: ${formatAddress(emit.destination)} is not in [edge] relays, where AH for a second computer goes; name a relay address`;
    }
    if (emit.source === undefined || !isFirst(emit.source)) {
      return `to-src: ${given(emit.source)}, but the first computer's AH comes as if from the relay; name the first computer, one of [edge] addresses`;
    }
    return undefined;
  }
  if (!isFirst(match.destination)) {
    return `dst: ${dst} is neither in [edge] seconds nor in [edge] addresses; use one of those`;
  }
  if (!within(relays, emit.destination)) {
    return `to: ${formatAddress(emit.destination)} is not in [edge] relays, but the first computer verifies AH as if it were the relay; name the relay address that the second sends to`;
  }
  if (!within(seconds, emit.source)) {
    return `to-src: ${given(emit.source)}, but the first computer verifies AH as if it came from the second; name the second, one of [edge] seconds`;
  }
  return undefined;

  function isFirst(address: Uint8Array): boolean {
    return within(addresses, address) && !within(relays, address);
  }
}

function given(address: Uint8Array | undefined): string {
  return address === undefined ? 'missing' : `it is ${formatAddress(address)}`;
}

function within(prefixes: readonly Prefix[] = [], address: Uint8Array | undefined): boolean {
  return address !== undefined && prefixes.some((prefix) => contains(prefix, address));
}
