/** A received packet as plain fields, and back. Steps 1 and 2 of a packet's way: is it a whole IP packet? */
import type { Verdict } from '../../src/relay/verdict.js';
import { addressText, type Bytes, bytes16, internetChecksum, word16, word32 } from './bytes.js';
import { buildIpv6, DESTINATION_OPTIONS, type Extension, FRAGMENT, HOP_BY_HOP, ROUTING } from './ipv6.js';
import { buildPacket } from './packet.js';

interface Common {
  /** IPv6: the traffic class. */
  readonly tos: number;
  /** IPv6: the hop limit. */
  readonly ttl: number;
  /** The protocol of `body`; in a later fragment, the one that its header names. */
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  readonly body: Bytes;
}

export interface Ipv4 extends Common {
  readonly family: 4;
  readonly identification: number;
  readonly flagsAndOffset: number;
  readonly options: Bytes;
}

export interface Ipv6 extends Common {
  readonly family: 6;
  readonly flowLabel: number;
  readonly extensions: readonly Extension[];
}

export type Ip = Ipv4 | Ipv6;

export const DONT_FRAGMENT = 0x4000;
export const MORE_FRAGMENTS = 0x2000;

/** RFC 8200 allows any number; this relay walks as many. */
const MOST_EXTENSIONS = 8;

export function encode(ip: Ip): Uint8Array {
  if (ip.family === 4) return buildPacket(ip);
  return buildIpv6({ ...ip, trafficClass: ip.tos, hopLimit: ip.ttl });
}

export function decode(bytes: Bytes): Ip | Verdict {
  if (bytes.length === 0) return 'truncated';
  const version = bytes[0]! >> 4;
  if (version === 4) return decodeIpv4(bytes);
  if (version === 6) return decodeIpv6(bytes);
  return 'bad-version';
}

function decodeIpv4(bytes: Bytes): Ipv4 | Verdict {
  if (bytes.length < 20) return 'truncated';
  const header = (bytes[0]! % 16) * 4;
  const total = word16(bytes, 2);
  if (header < 20 || total < header) return 'bad-header';
  if (total > bytes.length) return 'truncated';
  const unsummed = bytes.slice(0, header).with(10, 0).with(11, 0);
  // 0x0000 and 0xffff are the same number in one's complement, so a receiver accepts both.
  if (word16(bytes, 10) % 0xffff !== internetChecksum(unsummed) % 0xffff) return 'bad-checksum';
  return {
    family: 4,
    tos: bytes[1]!,
    identification: word16(bytes, 4),
    flagsAndOffset: word16(bytes, 6),
    ttl: bytes[8]!,
    protocol: bytes[9]!,
    source: addressText(bytes.slice(12, 16)),
    destination: addressText(bytes.slice(16, 20)),
    options: bytes.slice(20, header),
    body: bytes.slice(header, total),
  };
}

function decodeIpv6(bytes: Bytes): Ipv6 | Verdict {
  if (bytes.length < 40) return 'truncated';
  const end = 40 + word16(bytes, 4);
  if (end > bytes.length) return 'truncated';
  const source = bytes.slice(8, 24);
  const destination = bytes.slice(24, 40);
  if (isMapped(source) || isMapped(destination)) return 'bad-header';
  const walked = walkExtensions(bytes[6]!, bytes.slice(40, end));
  if (walked === undefined) return 'bad-extension';
  return {
    family: 6,
    tos: Math.floor(word16(bytes, 0) / 16) % 256,
    flowLabel: word32(bytes, 0) % 2 ** 20,
    ttl: bytes[7]!,
    source: addressText(source),
    destination: addressText(destination),
    ...walked,
  };
}

/** In ::ffff:0:0/96, which never appears on the wire (RFC 4291 §2.5.5.2 names it for use within a node). */
function isMapped(address: Bytes): boolean {
  return address.slice(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255';
}

/** @returns undefined for a chain that this relay does not carry */
export function walkExtensions(
  first: number,
  bytes: Bytes,
): Pick<Ipv6, 'extensions' | 'protocol' | 'body'> | undefined {
  const extensions: Extension[] = [];
  let protocol = first;
  let at = 0;
  while ([HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION_OPTIONS].includes(protocol)) {
    if (extensions.length === MOST_EXTENSIONS) return undefined;
    if (protocol === HOP_BY_HOP && extensions.length > 0) return undefined;
    if (at + 8 > bytes.length) return undefined;
    const length = protocol === FRAGMENT ? 8 : 8 * (bytes[at + 1]! + 1);
    if (at + length > bytes.length) return undefined;
    if (protocol === ROUTING && bytes[at + 3] !== 0) return undefined;
    if (protocol === FRAGMENT && extensions.some((earlier) => earlier.protocol === FRAGMENT))
      return undefined;
    const extension = { protocol, rest: bytes.slice(at + 1, at + length) };
    extensions.push(extension);
    protocol = bytes[at]!;
    at += length;
    // A later fragment's data is the middle of something.
    if (extension.protocol === FRAGMENT && word16(extension.rest, 1) >= 8) break;
  }
  return { extensions, protocol, body: bytes.slice(at) };
}

/** Where a fragment lies in its datagram, in bytes; IPv6 counts from behind the fragment header. */
export interface Place {
  readonly offset: number;
  readonly length: number;
  readonly more: boolean;
  readonly identification: number;
}

/** Undefined for a whole packet and for an atomic fragment (RFC 6946). */
export function placeOf(ip: Ip): Place | undefined {
  if (ip.family === 4) {
    const offset = (ip.flagsAndOffset % 0x2000) * 8;
    const more = (ip.flagsAndOffset & MORE_FRAGMENTS) !== 0;
    if (offset === 0 && !more) return undefined;
    return { offset, more, length: ip.body.length, identification: ip.identification };
  }
  const at = ip.extensions.findIndex(({ protocol }) => protocol === FRAGMENT);
  if (at < 0) return undefined;
  const { rest } = ip.extensions[at]!;
  const offset = word16(rest, 1) & 0xfff8;
  const more = word16(rest, 1) % 2 === 1;
  if (offset === 0 && !more) return undefined;
  const length = ip.extensions
    .slice(at + 1)
    .reduce((sum, after) => sum + 1 + after.rest.length, ip.body.length);
  return { offset, more, length, identification: word32(rest, 3) };
}

/** The same packet as another piece of its datagram. */
export function withPlace<T extends Ip>(ip: T, { offset, more }: Pick<Place, 'offset' | 'more'>): T {
  if (ip.family === 4) {
    const flags = (ip.flagsAndOffset & 0xc000) | (more ? MORE_FRAGMENTS : 0);
    return { ...ip, flagsAndOffset: flags | (offset / 8) };
  }
  const extensions = ip.extensions.map((extension) => {
    if (extension.protocol !== FRAGMENT) return extension;
    const { rest } = extension;
    const reserved = word16(rest, 1) & 6;
    return {
      protocol: FRAGMENT,
      rest: [rest[0]!, ...bytes16(offset | reserved | (more ? 1 : 0)), ...rest.slice(3)],
    };
  });
  return { ...ip, extensions };
}
