/** The relay's own end towards a second: which of its addresses and ports a new connection gets. */
import { equalAddresses, type Family, familyOf, isSingleAddress, type Prefix } from '../wire/address.js';
import type { UdpEnd } from '../wire/datagram.js';
import type { PortRange } from '../wire/protocol.js';
import type { Directory } from './directory.js';
import type { Second, Service } from './second.js';

export interface Place {
  readonly directory: Directory;
  readonly ports: PortRange;
  /** The relay's addresses. */
  readonly addresses: readonly Uint8Array[];
}

/**
 * An address and a port for a connection: of the first's family, if the second has it too. Of several addresses a hash of `key` chooses,
 * unless all ports of that one are in use towards the second.
 * @param own the relay address that the first uses
 * @returns undefined: none is free
 */
export function placeTowards(
  second: Second,
  service: Service,
  own: Uint8Array,
  key: string,
  { directory, ports, addresses }: Place,
): UdpEnd | undefined {
  const family = familyOf(own);
  let hash = 0;
  for (const char of key) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0;
  for (const candidate of [family, (10 - family) as Family]) {
    if (second.addressOf(candidate) === undefined) continue;
    const pool = poolTowards(service, own, addresses).filter((address) => familyOf(address) === candidate);
    // The address that the first uses, unless `towards` names others.
    const start = service.towards.length === 0 && candidate === family ? 0 : hash;
    const order = pool.map((_, i) => {
      const address = pool[(start + i) % pool.length]!;
      return { address, halfOpen: directory.halfOpenTowards(address, second) };
    });
    // Seconds limit the half-open exchanges of one address: strongSwan asks for a COOKIE from three on, and drops from five on.
    if (service.towards.length > 0) order.sort((a, b) => a.halfOpen - b.halfOpen);
    for (const { address } of order) {
      const port = directory.freePort(address, second, ...ports);
      if (port !== undefined) return { address, port };
    }
  }
  return undefined;
}

/** Relay addresses for use towards the seconds: those that `towards` names, or else the service's own before all others. */
function poolTowards(service: Service, own: Uint8Array, addresses: readonly Uint8Array[]): Uint8Array[] {
  const single = (prefixes: readonly Prefix[]) => prefixes.filter(isSingleAddress).map(({ bytes }) => bytes);
  if (service.towards.length > 0) return single(service.towards);
  const first = [own, ...single(service.addresses)];
  const families = new Set(first.map(familyOf));
  const candidates = [...first, ...addresses.filter((address) => !families.has(familyOf(address)))];
  return candidates.filter((address, i) => candidates.findIndex((one) => equalAddresses(one, address)) === i);
}
