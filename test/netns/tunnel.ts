/**
 * Ends of tunnels by unmodified strongSwan, each a site in its guest. Site number n of first has the outer addresses
 * 198.18.1.n and 2001:db8:1::n and serves 10.1.n.1; that of second 198.18.2.n, 2001:db8:2::n and 10.2.n.1.
 */
import { Charon, type CharonOptions } from './charon.js';
import type { Guest, Peer, Topology } from './topology.js';
import type { Computer } from './traffic.js';

const FIRST_NETS = '10.1.0.0/16';
const SECOND_NETS = '10.2.0.0/16';

export interface End {
  readonly peer: Peer;
  /** At the address that it serves. */
  readonly computer: Computer;
}

export function outer(guest: Guest, n: number): string {
  return `198.18.${guest === 'first' ? 1 : 2}.${n}`;
}

export function outer6(guest: Guest, n: number): string {
  return `2001:db8:${guest === 'first' ? 1 : 2}::${n}`;
}

export function inner(guest: Guest, n: number): string {
  return `10.${guest === 'first' ? 1 : 2}.${n}.1`;
}

export async function siteEnd(topology: Topology, guest: Guest, n: number): Promise<End> {
  const name = `s${n}`;
  const peer: Peer = `${guest}/${name}`;
  const address = inner(guest, n);
  await topology.site(guest, name, {
    address: outer(guest, n),
    address6: outer6(guest, n),
    inner: address,
  });
  const nets = guest === 'first' ? SECOND_NETS : FIRST_NETS;
  await topology.peer(peer, `ip route add ${nets} via ${outer(guest, 254)} src ${address}`);
  return { peer, computer: { address, run: (command) => topology.peer(peer, command) } };
}

/** Takes key exchanges from anywhere. */
export function startSecond(
  topology: Topology,
  { peer }: End,
  more: Partial<CharonOptions> = {},
): Promise<Charon> {
  const options = { local: '%any', remote: '%any', localNet: SECOND_NETS, remoteNet: FIRST_NETS };
  return Charon.start(topology, peer, { ...options, ...more });
}

export function startFirst(
  topology: Topology,
  { peer, computer }: End,
  remote: string,
  more: Partial<CharonOptions> = {},
): Promise<Charon> {
  const options = { local: '%any', remote, localNet: `${computer.address}/32`, remoteNet: SECOND_NETS };
  return Charon.start(topology, peer, { ...options, ...more });
}
