/** The packet that an SA makes of another: new addresses, SPI, ports, encapsulation and family. */
import type { Kind, SaDefinition } from '../../src/table/definition.js';
import { KIND_AH, KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import { formatAddress } from '../../src/wire/address.js';
import { addressBytes, type Bytes, bytes16, bytes32, internetChecksum, word16 } from './bytes.js';
import { type Settings, type Shown, SPI_AT } from './classify.js';
import { DONT_FRAGMENT, type Ip, type Ipv4, type Ipv6, placeOf, withPlace } from './ip.js';
import { FRAGMENT, fragmentHeader } from './ipv6.js';
import { AH, ESP, UDP, udpChecksum } from './upper.js';

/**
 * A field whose value the specification leaves to the relay. Identification: of IPv4 or of the fragment header, whose
 * reserved bits are `reserved`; `checksum`: of ICMP, any that is right.
 */
export type Free = 'identification' | 'flow-label' | 'ttl' | 'reserved' | 'checksum';

/** A packet to be sent. */
export interface Sent<T extends Ip = Ip> {
  readonly ip: T;
  readonly free: ReadonlySet<Free>;
}

const PROTOCOL: Record<Kind, number> = { [KIND_ESP]: ESP, [KIND_AH]: AH, [KIND_UDP]: UDP };

/** The fields of a datagram's first fragment, or of a whole packet. */
export interface First {
  readonly shown: Shown;
  /** The protocol of its body. */
  readonly protocol: number;
  /** Bytes of headers ahead of the body that the change drops although the offsets count them. */
  readonly dropped: number;
}

/** Lengths that the change of encapsulation adds to a packet. */
export function growth({ match, emit }: SaDefinition): number {
  return (emit.kind === KIND_UDP ? 8 : 0) - (match.kind === KIND_UDP ? 8 : 0);
}

/** @param isLater a later fragment: its body has no header */
export function rewrite(ip: Ip, first: First, isLater: boolean, sa: SaDefinition, settings: Settings): Sent {
  const { emit } = sa;
  const source = emit.source === undefined ? ip.source : formatAddress(emit.source);
  const destination = formatAddress(emit.destination);
  const readdressed = reheader(ip, source, destination);
  const keepsId = emit.kind === KIND_AH && ip.family === 4;
  const free = keepsId ? new Set<Free>() : readdressed.free;
  // The header of a later IPv6 fragment may call an extension header that only the first fragment has.
  const callsBody = ip.protocol === first.protocol || readdressed.ip.family === 4;
  const protocol = callsBody ? PROTOCOL[emit.kind] : ip.protocol;
  if (isLater) {
    const place = placeOf(readdressed.ip)!;
    const offset = place.offset + growth(sa) - first.dropped;
    return { ip: { ...withPlace(readdressed.ip, { ...place, offset }), protocol }, free };
  }
  const body = reencapsulate(ip, first.shown, sa, { source, destination }, settings);
  return { ip: { ...readdressed.ip, protocol, body }, free };
}

function reencapsulate(
  ip: Ip,
  shown: Shown,
  { match, emit }: SaDefinition,
  to: { readonly source: string; readonly destination: string },
  { udp6ZeroChecksum }: Settings,
): Bytes {
  const spiAt = SPI_AT[match.kind];
  const body = [...ip.body.slice(0, spiAt), ...bytes32(emit.spi), ...ip.body.slice(spiAt + 4)];
  if (emit.kind !== KIND_UDP) return match.kind === KIND_UDP ? body.slice(8) : body;
  const ports = [
    ...bytes16(emit.sourcePort || shown.sourcePort),
    ...bytes16(emit.destinationPort || shown.destinationPort),
  ];
  const payload = match.kind === KIND_UDP ? body.slice(8) : body;
  const length = match.kind === KIND_UDP ? word16(ip.body, 4) : 8 + payload.length;
  const segment = (checksum: number) => [...ports, ...bytes16(length), ...bytes16(checksum), ...payload];
  const zeroAllowed = !to.source.includes(':') || udp6ZeroChecksum;
  const old = match.kind === KIND_UDP ? word16(ip.body, 6) : 0;
  if (old === 0) return segment(zeroAllowed ? 0 : udpChecksum(to.source, to.destination, segment(0)));
  const before = [...addressBytes(ip.source), ...addressBytes(ip.destination), ...ip.body.slice(0, 4)];
  const after = [...addressBytes(to.source), ...addressBytes(to.destination), ...ports];
  return segment(carryChecksum(old, [...before, ...ip.body.slice(8, 12)], [...after, ...bytes32(emit.spi)]));
}

/**
 * A checksum that stays exactly as right or wrong as it was when some of the bytes that it covers change.
 * Zero means none (RFC 768), so its other form is sent.
 */
export function carryChecksum(old: number, before: Bytes, after: Bytes): number {
  const change = internetChecksum(after) - internetChecksum(before);
  return (old + change + 2 * 0xffff) % 0xffff || 0xffff;
}

/** The IP header for new addresses, of their family. */
export function reheader(ip: Ip, source: string, destination: string): Sent {
  const family = destination.includes(':') ? 6 : 4;
  if (ip.family === 4 && family === 4) return readdressIpv4(ip, source, destination);
  if (ip.family === 6 && family === 6) return { ip: { ...ip, source, destination }, free: new Set() };
  return ip.family === 4 ? toIpv6(ip, source, destination) : toIpv4(ip as Ipv6, source, destination);
}

/** RFC 6864 §4: the ID of an atomic packet means nothing; others must not collide behind one source. */
function readdressIpv4(ip: Ipv4, source: string, destination: string): Sent {
  const isAtomic = (ip.flagsAndOffset & 0x7fff) === DONT_FRAGMENT;
  const rechosen = !isAtomic && source !== ip.source;
  return { ip: { ...ip, source, destination }, free: new Set(rechosen ? ['identification'] : []) };
}

/** RFC 7915 §4.1. */
function toIpv6(ip: Ipv4, source: string, destination: string): Sent<Ipv6> {
  const { tos, ttl, protocol, body } = ip;
  const place = placeOf(ip);
  const extensions = place === undefined ? [] : [fragmentHeader(place.offset, place.more, 0)];
  const free: Free[] = place === undefined ? ['flow-label'] : ['flow-label', 'identification'];
  return {
    ip: { family: 6, tos, flowLabel: 0, ttl, source, destination, extensions, protocol, body },
    free: new Set(free),
  };
}

/** RFC 7915 §5.1. Whether DF is set depends on the length: see {@link settleDontFragment}. */
function toIpv4(ip: Ipv6, source: string, destination: string): Sent<Ipv4> {
  const { tos, ttl, protocol, body } = ip;
  const whole: Ipv4 = {
    family: 4,
    tos,
    identification: 0,
    flagsAndOffset: 0,
    ttl,
    protocol,
    source,
    destination,
    options: [],
    body,
  };
  const place = placeOf(ip);
  if (place === undefined) return { ip: whole, free: new Set(['identification']) };
  // The headers behind the fragment header go, and were counted in the offsets.
  return { ip: withPlace(whole, place), free: new Set(['identification']) };
}

/** RFC 7915 §5.1: a whole packet that became IPv4 has DF if it is longer than 1260 bytes. */
export function settleDontFragment(received: Ip, { ip, free }: Sent): Sent {
  if (received.family === 4 || ip.family === 6 || placeOf(ip) !== undefined) return { ip, free };
  const isLong = 20 + ip.body.length > 1260;
  return { ip: { ...ip, flagsAndOffset: isLong ? DONT_FRAGMENT : 0 }, free };
}

export function hasFragmentHeader({ extensions }: Ipv6): boolean {
  return extensions.some(({ protocol }) => protocol === FRAGMENT);
}
