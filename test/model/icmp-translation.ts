/** An ICMP error about an emitted packet, for the end whose packet that was: RFC 7915 §4.2, §5.2 and RFC 5508 §4.2. */
import type { SaDefinition } from '../../src/table/definition.js';
import { KIND_UDP } from '../../src/table/layout.js';
import { familyOf, formatAddress } from '../../src/wire/address.js';
import { addressBytes, type Bytes, bytes16, bytes32, word16, word32 } from './bytes.js';
import { type Shown, SPI_AT } from './classify.js';
import { delta, FLOOR } from './egress.js';
import type { Quote } from './icmp.js';
import type { Ip } from './ip.js';
import { carryChecksum, reheader } from './rewrite.js';
import { AH, ESP, UDP } from './upper.js';

/** The receiver of the error. */
export interface End {
  readonly address: string;
  /** 0 when its packets are not in UDP. */
  readonly port: number;
}

/** Type, code and bytes 4 to 7 of the message, as they are for the other family too. */
export interface Meaning {
  readonly type: number;
  readonly code: number;
  readonly word: number;
}

/** RFC 1191 §5. */
const PLATEAUS = [65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68];

/** The MTU that an error tells of, on the way out; undefined for other errors. */
export function toldMtu({ family, body }: Ip, quote: Quote): number | undefined {
  if (family === 6) return body[0] === 2 ? word32(body, 4) : undefined;
  if (body[0] !== 3 || body[1] !== 4) return undefined;
  const told = word16(body, 6);
  if (told !== 0) return told;
  const length = 20 + (quote.ip as { options: Bytes }).options.length + quote.bodyLength;
  return PLATEAUS.find((plateau) => plateau < length) ?? 68;
}

/** @returns undefined where the other family has no counterpart */
export function translateMeaning(ip: Ip, mtu: number | undefined, sa: SaDefinition): Meaning | undefined {
  const [type, code] = ip.body as [number, number];
  const family = familyOf(sa.match.destination);
  if (mtu !== undefined) {
    const ingress = Math.min(Math.max(mtu - delta([sa]), FLOOR[family]), 65535);
    // RFC 4443 §3.2: the code means nothing, and stays.
    if (family === 6) return { type: 2, code: ip.family === 6 ? code : 0, word: ingress };
    return { type: 3, code: 4, word: ingress };
  }
  // A pointer, or a length of RFC 4884, which goes with its extensions.
  const pointer = ip.family === 4 ? ip.body[4]! : word32(ip.body, 4);
  if (ip.family === family) {
    const isParameterProblem = type === (family === 4 ? 12 : 4);
    const word = family === 4 ? (pointer << 24) >>> 0 : pointer;
    return { type, code, word: isParameterProblem ? word : 0 };
  }
  return ip.family === 4 ? toIcmpv6(type, code, pointer) : toIcmpv4(type, code, pointer);
}

/** RFC 7915 §4.2: code of Destination Unreachable. */
const UNREACHABLE_4_TO_6: Record<number, number> = {
  0: 0,
  1: 0,
  3: 4,
  5: 0,
  6: 0,
  7: 0,
  8: 0,
  9: 1,
  10: 1,
  11: 0,
  12: 0,
  13: 1,
  15: 1,
};

/** RFC 7915 §4.2: place in the IPv4 header, place in the IPv6 header. */
const POINTER_4_TO_6: Record<number, number> = {
  0: 0,
  1: 1,
  2: 4,
  3: 4,
  8: 7,
  9: 6,
  12: 8,
  13: 8,
  14: 8,
  15: 8,
  16: 24,
  17: 24,
  18: 24,
  19: 24,
};

function toIcmpv6(type: number, code: number, pointer: number): Meaning | undefined {
  if (type === 11) return { type: 3, code, word: 0 };
  if (type === 3 && code === 2) return { type: 4, code: 1, word: 6 };
  if (type === 3) {
    const changed = UNREACHABLE_4_TO_6[code];
    return changed === undefined ? undefined : { type: 1, code: changed, word: 0 };
  }
  const place = POINTER_4_TO_6[pointer];
  return (code !== 0 && code !== 2) || place === undefined ? undefined : { type: 4, code: 0, word: place };
}

/** RFC 7915 §5.2: the same the other way. */
const UNREACHABLE_6_TO_4: Record<number, number> = { 0: 1, 1: 10, 2: 1, 3: 1, 4: 3 };

function toIcmpv4(type: number, code: number, pointer: number): Meaning | undefined {
  if (type === 3) return { type: 11, code, word: 0 };
  if (type === 1) {
    const changed = UNREACHABLE_6_TO_4[code];
    return changed === undefined ? undefined : { type: 3, code: changed, word: 0 };
  }
  if (code === 1) return { type: 3, code: 2, word: 0 };
  const place = pointer6To4(pointer);
  return code !== 0 || place === undefined ? undefined : { type: 12, code: 0, word: (place << 24) >>> 0 };
}

function pointer6To4(pointer: number): number | undefined {
  if (pointer === 0 || pointer === 1) return pointer;
  if (pointer === 4 || pointer === 5) return 2;
  if (pointer === 6) return 9;
  if (pointer === 7) return 8;
  if (pointer >= 8 && pointer <= 23) return 12;
  if (pointer >= 24 && pointer <= 39) return 16;
  return undefined;
}

/** The quoted packet as that end had sent it. Identification and flow label cannot be known when the family changed. */
export function requote(quote: Quote, shown: Shown, sa: SaDefinition, end: End): Quote {
  const { match, emit } = sa;
  const destination = formatAddress(match.destination);
  const ip = reheader(quote.ip, end.address, destination).ip;
  const protocol = { 1: ESP, 2: AH, 3: UDP }[match.kind];
  const spiAt = SPI_AT[emit.kind];
  const esp = [...quote.ip.body.slice(0, spiAt), ...bytes32(match.spi), ...quote.ip.body.slice(spiAt + 4)];
  const kept = { ...quote, hasRightChecksum: quote.hasRightChecksum || ip.family !== quote.ip.family };
  if (match.kind !== KIND_UDP) {
    const headerLength = emit.kind === KIND_UDP ? 8 : 0;
    const body = esp.slice(headerLength);
    return { ...kept, ip: { ...ip, protocol, body }, bodyLength: quote.bodyLength - headerLength };
  }
  const ports = [
    ...bytes16(end.port),
    ...bytes16(emit.kind === KIND_UDP && emit.destinationPort === 0 ? shown.destinationPort : match.port),
  ];
  if (emit.kind !== KIND_UDP) {
    const bodyLength = quote.bodyLength + 8;
    const body = [...ports, ...bytes16(bodyLength), 0, 0, ...esp];
    return { ...kept, ip: { ...ip, protocol, body }, bodyLength };
  }
  const old = word16(esp, 6);
  const before = [
    ...addressBytes(quote.ip.source),
    ...addressBytes(quote.ip.destination),
    ...quote.ip.body.slice(0, 4),
  ];
  const after = [...addressBytes(end.address), ...addressBytes(destination), ...ports];
  const checksum =
    old === 0 ? 0 : carryChecksum(old, [...before, ...bytes32(emit.spi)], [...after, ...bytes32(match.spi)]);
  const body = [...ports, ...esp.slice(4, 6), ...bytes16(checksum), ...esp.slice(8)];
  return { ...kept, ip: { ...ip, protocol, body } };
}
