/** Step 7 of a packet's way: does it fit the way out? And the pieces of one that is fragmented. */
import type { SaDefinition } from '../../src/table/definition.js';
import { isIpv4 } from '../../src/wire/address.js';
import { type Bytes, word16 } from './bytes.js';
import {
  DONT_FRAGMENT,
  encode,
  type Ip,
  type Ipv4,
  type Ipv6,
  MORE_FRAGMENTS,
  placeOf,
  walkExtensions,
} from './ip.js';
import { buildIpv6, FRAGMENT, fragmentHeader, HOP_BY_HOP, ROUTING } from './ipv6.js';
import { growth, hasFragmentHeader, type Sent } from './rewrite.js';
import { AH } from './upper.js';

/** Every link carries as much: RFC 791 §3.2 (hosts accept), RFC 8200 §5. */
export const FLOOR = { 4: 576, 6: 1280 } as const;

/** The decision about a packet on its way out; `refuse` says the longest packet that the sender should send. */
export type Egress = 'send' | 'fragment' | { readonly refuse: number };

/** How much longer than it came a packet without options and extension headers leaves. */
export function delta(sas: readonly SaDefinition[]): number {
  const header = (address: Uint8Array) => (isIpv4(address) ? 20 : 40);
  return sas.reduce(
    (sum, sa) => sum + header(sa.emit.destination) - header(sa.match.destination) + growth(sa),
    0,
  );
}

export function decideEgress(received: Ip, { ip }: Sent, sas: readonly SaDefinition[], mtu: number): Egress {
  if (encode(ip).length <= mtu) return 'send';
  if (received.family === 4 && (received.flagsAndOffset & DONT_FRAGMENT) === 0) return 'fragment';
  const floor = FLOOR[received.family];
  const ingress = mtu - delta(sas);
  if (ingress >= floor) return { refuse: Math.min(ingress, 65535) };
  return encode(received).length > floor ? { refuse: floor } : 'fragment';
}

/** The pieces in which a packet, or a fragment, leaves; each as long as it can be. */
export function fragment({ ip, free }: Sent, mtu: number): Sent[] {
  return ip.family === 4 ? fragmentIpv4(ip, free, mtu) : fragmentIpv6(ip, free, mtu);
}

/** RFC 791 §3.2. */
function fragmentIpv4(ip: Ipv4, free: Sent['free'], mtu: number): Sent[] {
  const place = placeOf(ip);
  const isAtomic = place === undefined && (ip.flagsAndOffset & DONT_FRAGMENT) !== 0 && ip.protocol !== AH;
  const copied = copiedOptions(ip.options);
  const pieces: Sent[] = [];
  for (let at = 0; at < ip.body.length; ) {
    const options = at === 0 ? ip.options : copied;
    const room = mtu - 20 - options.length;
    const isLast = ip.body.length - at <= room;
    const end = isLast ? ip.body.length : at + (room & ~7);
    const more = !isLast || (place?.more ?? false);
    const flags = (ip.flagsAndOffset & 0x8000) | (more ? MORE_FRAGMENTS : 0);
    const offset = ((place?.offset ?? 0) + at) / 8;
    pieces.push({
      ip: { ...ip, options, flagsAndOffset: flags | offset, body: ip.body.slice(at, end) },
      // The ID of an atomic packet meant nothing, and now does. AH's ICV covers it.
      free: isAtomic ? new Set([...free, 'identification'] as const) : free,
    });
    at = end;
  }
  return pieces;
}

/** RFC 791 §3.1: those whose first bit is set, padded to whole words. */
export function copiedOptions(options: Bytes): number[] {
  const copied: number[] = [];
  for (let at = 0; at < options.length && options[at] !== 0; ) {
    const length = options[at] === 1 ? 1 : options[at + 1]!;
    if (!(length >= 1) || (length < 2 && options[at] !== 1) || at + length > options.length) break;
    if (options[at]! >= 0x80) copied.push(...options.slice(at, at + length));
    at += length;
  }
  while (copied.length % 4 !== 0) copied.push(0);
  return copied;
}

/** RFC 8200 §4.5. */
function fragmentIpv6(ip: Ipv6, free: Sent['free'], mtu: number): Sent[] {
  const existing = ip.extensions.findIndex(({ protocol }) => protocol === FRAGMENT);
  const perFragment = ip.extensions.slice(0, existing >= 0 ? existing : perFragmentHeaders(ip));
  const rest = ip.extensions.slice(existing >= 0 ? existing + 1 : perFragment.length);
  const next = rest[0]?.protocol ?? ip.protocol;
  const fragmentable = [...buildIpv6({ extensions: rest, protocol: ip.protocol, body: ip.body })].slice(40);
  const old = existing >= 0 ? ip.extensions[existing]!.rest : undefined;
  const place = old === undefined ? { offset: 0, more: false } : placeOfHeader(old);
  const room = mtu - 48 - perFragment.reduce((sum, header) => sum + 1 + header.rest.length, 0);
  const pieces: Sent[] = [];
  for (let at = 0; at < fragmentable.length; ) {
    const isLast = fragmentable.length - at <= room;
    const end = isLast ? fragmentable.length : at + (room & ~7);
    const header = fragmentHeader(place.offset + at, !isLast || place.more, 0);
    const kept =
      old === undefined ? header : { ...header, rest: [...header.rest.slice(0, 3), ...old.slice(3)] };
    pieces.push({
      ip: { ...ip, extensions: [...perFragment, kept], protocol: next, body: fragmentable.slice(at, end) },
      free: new Set([...free, hasFragmentHeader(ip) ? ('reserved' as const) : ('identification' as const)]),
    });
    at = end;
  }
  return pieces;
}

function placeOfHeader(rest: Bytes): { offset: number; more: boolean } {
  return { offset: word16(rest, 1) & 0xfff8, more: word16(rest, 1) % 2 === 1 };
}

/** RFC 8200 §4.5: up to and including the routing header, else the hop-by-hop options. */
function perFragmentHeaders({ extensions }: Ipv6): number {
  const protocols = extensions.map(({ protocol }) => protocol);
  const routing = protocols.lastIndexOf(ROUTING);
  return routing >= 0 ? routing + 1 : protocols[0] === HOP_BY_HOP ? 1 : 0;
}

/** Joins all fragments of a datagram, given in any order. */
export function reassemble(fragments: readonly Ip[]): Ip {
  const inOrder = fragments.toSorted((one, other) => placeOf(one)!.offset - placeOf(other)!.offset);
  const first = inOrder[0]!;
  const body = inOrder.flatMap((piece) => [...fragmentBody(piece)]);
  if (first.family === 4) return { ...first, flagsAndOffset: first.flagsAndOffset & 0xc000, body };
  const at = first.extensions.findIndex(({ protocol }) => protocol === FRAGMENT);
  const perFragment = first.extensions.slice(0, at);
  const following = first.extensions[at + 1]?.protocol ?? first.protocol;
  const walked = walkExtensions(following, body)!;
  return { ...first, ...walked, extensions: [...perFragment, ...walked.extensions] };
}

/** The fragment's data: of IPv6, all that is behind the fragment header. */
function fragmentBody(ip: Ip): Bytes {
  if (ip.family === 4) return ip.body;
  const at = ip.extensions.findIndex(({ protocol }) => protocol === FRAGMENT);
  const behind = buildIpv6({ extensions: ip.extensions.slice(at + 1), protocol: ip.protocol, body: ip.body });
  return [...behind].slice(40);
}

/** Cuts a packet into fragments at the given places, in bytes, multiples of 8. An IPv6 packet must have no extensions. */
export function cut(ip: Ip, places: readonly number[], identification: number): Ip[] {
  const ends = [...places.filter((place) => place > 0 && place < ip.body.length), ip.body.length];
  return ends.map((end, i) => {
    const from = ends[i - 1] ?? 0;
    const body = ip.body.slice(from, end);
    const more = end < ip.body.length;
    if (ip.family === 4) {
      const flags = (ip.flagsAndOffset & 0xc000) | (more ? MORE_FRAGMENTS : 0);
      return { ...ip, identification, flagsAndOffset: flags | (from / 8), body };
    }
    const extensions = [...ip.extensions, fragmentHeader(from, more, identification)];
    return { ...ip, extensions, body };
  });
}
