/**
 * IP addresses as the data plane holds them: always 16 bytes in network byte order, an IPv4 address
 * a.b.c.d as the IPv4-mapped ::ffff:a.b.c.d (RFC 4291 §2.5.5.2), so that one record fits both families.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { quoted } from './quoted.js';

export const ADDRESS_BYTES = 16;

export type Family = 4 | 6;

/** Text that is no address or prefix. The message is one sentence. */
export class AddressError extends Error {}

/** A prefix; `bytes` has all host bits zero. */
export interface Prefix {
  readonly family: Family;
  /** {@link ADDRESS_BYTES} bytes. */
  readonly bytes: Uint8Array;
  /** 0–32 for IPv4, 0–128 for IPv6. */
  readonly length: number;
}

/**
 * Reads an address in the textual forms of RFC 4291 §2.2, or dotted quad. Without zone id, leading zeros
 * in a quad or abbreviations such as `10.1`. An IPv4-mapped IPv6 text is refused, because it never
 * appears on the wire and would be taken for IPv4.
 * @returns {@link ADDRESS_BYTES} bytes
 * @throws {AddressError}
 */
export function parseAddress(text: string): Uint8Array {
  const family = isIP(text);
  if (family === 0) throw new AddressError(`${quoted(text)} is not an IP address: ${addressAdvice(text)}`);
  if (text.includes('%')) {
    const zone = text.slice(text.indexOf('%'));
    throw new AddressError(`${quoted(text)} names a zone: write a global address, without ${zone}`);
  }
  const bytes = new Uint8Array(ADDRESS_BYTES);
  const octets = ipaddr.parse(text).toByteArray();
  if (family === 4) {
    bytes.fill(0xff, 10, 12);
    bytes.set(octets, 12);
    return bytes;
  }
  bytes.set(octets);
  if (isIpv4(bytes)) throw new AddressError(`${quoted(text)} is IPv4-mapped: write ${formatAddress(bytes)}`);
  return bytes;
}

function addressAdvice(text: string): string {
  const bare = text.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/\/\d*$/, '');
  if (bare !== text && isIP(bare) !== 0) return `write ${bare} alone`;
  if (/^[\d.]+$/.test(text))
    return 'write four decimal numbers from 0 to 255 without leading zeros, such as 198.18.9.9';
  return 'write an address such as 198.18.9.9 or 2001:db8:9::9 (names are not looked up)';
}

/** Canonical text: dotted quad for IPv4, RFC 5952 §4 for IPv6. */
export function formatAddress(bytes: Uint8Array): string {
  if (isIpv4(bytes)) return `${bytes[12]}.${bytes[13]}.${bytes[14]}.${bytes[15]}`;
  return new ipaddr.IPv6([...bytes]).toRFC5952String();
}

/** Reads `address` or `address/length`; a host bit that is set is an error that names the prefix meant. */
export function parsePrefix(text: string): Prefix {
  const slash = text.indexOf('/');
  const bytes = parseAddress(slash < 0 ? text : text.slice(0, slash));
  const family = familyOf(bytes);
  const longest = family === 4 ? 32 : 128;
  const lengthText = slash < 0 ? String(longest) : text.slice(slash + 1);
  const length = /^(0|[1-9]\d{0,2})$/.test(lengthText) ? Number(lengthText) : longest + 1;
  if (length > longest) {
    throw new AddressError(
      `${quoted(text)} has no valid prefix length; write one of 0-${longest} after the slash`,
    );
  }
  const network = clearHostBits(bytes, mappedLength(family, length));
  if (!equalAddresses(network, bytes)) {
    const meant = formatPrefix({ family, bytes: network, length });
    throw new AddressError(`${quoted(text)} has bits set beyond its prefix length; write ${meant}`);
  }
  return { family, bytes, length };
}

/** Canonical text; a single address has no `/length`. */
export function formatPrefix(prefix: Prefix): string {
  const address = formatAddress(prefix.bytes);
  return isSingleAddress(prefix) ? address : `${address}/${prefix.length}`;
}

/** Whether the prefix is one address (/32 or /128). */
export function isSingleAddress(prefix: Prefix): boolean {
  return prefix.length === (prefix.family === 4 ? 32 : 128);
}

/** Whether `address` lies within `prefix`. */
export function contains(prefix: Prefix, address: Uint8Array): boolean {
  if (prefix.family !== familyOf(address)) return false;
  const bits = mappedLength(prefix.family, prefix.length);
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (prefix.bytes[i] !== address[i]) return false;
  const rest = bits & 7;
  return rest === 0 || (prefix.bytes[whole]! ^ address[whole]!) >> (8 - rest) === 0;
}

/** Whether the prefixes share an address. */
export function overlaps(one: Prefix, other: Prefix): boolean {
  return contains(one, other.bytes) || contains(other, one.bytes);
}

export function equalAddresses(one: Uint8Array, other: Uint8Array): boolean {
  for (let i = 0; i < ADDRESS_BYTES; i++) if (one[i] !== other[i]) return false;
  return true;
}

const key = Buffer.alloc(ADDRESS_BYTES);

/** A 16-byte address as a Map key. */
export function addressKey(address: Uint8Array): string {
  key.set(address);
  return key.toString('latin1');
}

/** Word 0–3 of a 16-byte address, network byte order, as a signed number; the last one is an IPv4 address. */
export function addressWord(address: Uint8Array, word: number): number {
  const at = word << 2;
  return (address[at]! << 24) | (address[at + 1]! << 16) | (address[at + 2]! << 8) | address[at + 3]!;
}

/** The address of words 0–3, as {@link addressWord} has them. */
export function addressOfWords(w0: number, w1: number, w2: number, w3: number): Uint8Array {
  const bytes = new Uint8Array(ADDRESS_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, w0);
  view.setInt32(4, w1);
  view.setInt32(8, w2);
  view.setInt32(12, w3);
  return bytes;
}

/** An address with a port behind it, IPv6 in brackets (RFC 5952 §6). */
export function formatAddressAndPort(address: Uint8Array, port: number): string {
  return isIpv4(address) ? `${formatAddress(address)}:${port}` : `[${formatAddress(address)}]:${port}`;
}

/** Whether this is an IPv4 address in its IPv4-mapped form. */
export function isIpv4(bytes: Uint8Array): boolean {
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return false;
  return bytes[10] === 0xff && bytes[11] === 0xff;
}

/** 4 for an IPv4-mapped address, 6 for any other. */
export function familyOf(bytes: Uint8Array): Family {
  return isIpv4(bytes) ? 4 : 6;
}

/** 0.0.0.0/8, "this network" (RFC 1122 §3.2.1.3), or `::` (RFC 4291 §2.5.2). */
export function isUnspecified(bytes: Uint8Array): boolean {
  return inAny(UNSPECIFIED, bytes);
}

/** 127.0.0.0/8 (RFC 1122 §3.2.1.3) or `::1` (RFC 4291 §2.5.3). */
export function isLoopback(bytes: Uint8Array): boolean {
  return inAny(LOOPBACK, bytes);
}

/** 224.0.0.0/4 (RFC 1112 §4) or ff00::/8 (RFC 4291 §2.7). */
export function isMulticast(bytes: Uint8Array): boolean {
  return inAny(MULTICAST, bytes);
}

/** 169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291 §2.5.6). */
export function isLinkLocal(bytes: Uint8Array): boolean {
  return inAny(LINK_LOCAL, bytes);
}

/** 255.255.255.255, the limited broadcast (RFC 919 §7); directed broadcasts are not known here. */
export function isBroadcast(bytes: Uint8Array): boolean {
  return inAny(BROADCAST, bytes);
}

/**
 * Why no packet may be forwarded to or from an address of this prefix, as a noun ("a loopback address"),
 * or undefined when it is ordinary unicast throughout.
 */
export function specialKind(prefix: Prefix): string | undefined {
  return SPECIAL.find(([ranges]) => ranges.some((range) => overlaps(range, prefix)))?.[1];
}

/** Prefix length counted in the 128 bits of the IPv4-mapped form. */
function mappedLength(family: Family, length: number): number {
  return family === 4 ? 96 + length : length;
}

function clearHostBits(bytes: Uint8Array, bits: number): Uint8Array {
  return bytes.map((byte, i) => byte & (0xff00 >> Math.min(Math.max(bits - i * 8, 0), 8)) & 0xff);
}

function inAny(ranges: readonly Prefix[], bytes: Uint8Array): boolean {
  for (const range of ranges) if (contains(range, bytes)) return true;
  return false;
}

const UNSPECIFIED = ['0.0.0.0/8', '::'].map(parsePrefix);
const LOOPBACK = ['127.0.0.0/8', '::1'].map(parsePrefix);
const MULTICAST = ['224.0.0.0/4', 'ff00::/8'].map(parsePrefix);
const LINK_LOCAL = ['169.254.0.0/16', 'fe80::/10'].map(parsePrefix);
const BROADCAST = ['255.255.255.255'].map(parsePrefix);
const SPECIAL: readonly (readonly [readonly Prefix[], string])[] = [
  [UNSPECIFIED, 'an unspecified address'],
  [LOOPBACK, 'a loopback address'],
  [MULTICAST, 'a multicast address'],
  [LINK_LOCAL, 'a link-local address'],
  [BROADCAST, 'the broadcast address'],
];
