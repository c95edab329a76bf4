/** ICMP as the relay meets and makes it: echo, errors of its own, and which SA an error is about. */
import type { SaDefinition } from '../../src/table/definition.js';
import { KIND_AH, KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import { formatAddress } from '../../src/wire/address.js';
import { addressBytes, addressText, type Bytes, internetChecksum, word16, word32 } from './bytes.js';
import { type Shown, SPI_AT } from './classify.js';
import { FLOOR } from './egress.js';
import { encode, type Ip, type Ipv4, type Ipv6, placeOf, walkExtensions } from './ip.js';
import { AH, ESP, ICMP, ICMPV6, icmp, icmpv6, pseudoHeader, UDP } from './upper.js';

export function isIcmp({ family, protocol }: Ip): boolean {
  return protocol === (family === 4 ? ICMP : ICMPV6);
}

export function hasIcmpHeader({ body }: Ip): boolean {
  return body.length >= 8;
}

export function isRightIcmp({ family, source, destination, body }: Ip): boolean {
  const pseudo = family === 4 ? [] : pseudoHeader(source, destination, ICMPV6, body.length);
  return internetChecksum([...pseudo, ...body]) === 0;
}

export function isEchoRequest({ family, body }: Ip): boolean {
  return body[0] === (family === 4 ? 8 : 128);
}

const ERRORS = { 4: [3, 11, 12], 6: [1, 2, 3, 4] } as const;

export function isError({ family, body }: Ip): boolean {
  return (ERRORS[family] as readonly number[]).includes(body[0]!);
}

/** Source quench and redirect too are errors, none is ever made about them (RFC 1122 §3.2.2). */
export function isAnyError(ip: Ip): boolean {
  if (!isIcmp(ip)) return false;
  // Without a type it might have been one.
  if (ip.body.length === 0) return true;
  return ip.family === 4 ? [3, 4, 5, 11, 12].includes(ip.body[0]!) : ip.body[0]! < 128;
}

/** RFC 792, RFC 4443 §4.2: the same message, of the reply's type, to where it came from. */
export function echoReply(ip: Ip): Ip {
  const { source, destination, body } = ip;
  const fields = {
    type: ip.family === 4 ? 0 : 129,
    code: body[1]!,
    word: word32(body, 4),
    data: body.slice(8),
  };
  const reply = ip.family === 4 ? icmp(fields) : icmpv6(fields, destination, source);
  return { ...ip, ttl: 64, source: destination, destination: source, body: reply };
}

/** An ICMP error that the relay makes: quotes the packet as it came. */
export interface OwnError {
  readonly about: Ip;
  readonly why: 'ttl-expired' | 'too-big';
  /** For too-big: the longest packet that the sender should send. */
  readonly mtu: number;
}

/** Whether an error may be made about a packet, or an echo request be answered: RFC 1812 §4.3.2.7, RFC 4443 §2.4 (e). */
export function mayAnswer(about: Ip): boolean {
  if (isAnyError(about)) return false;
  if ((placeOf(about)?.offset ?? 0) > 0) return false;
  const bytes = addressBytes(about.source);
  if (about.family === 4) return bytes[0] !== 0 && bytes[0] !== 127 && bytes[0]! < 224;
  const isUnspecifiedOrLoopback = bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15]! < 2;
  return bytes[0] !== 0xff && !isUnspecifiedOrLoopback;
}

/** The ICMP message of an own error: as much quoted as fits (RFC 1812 §4.3.2.3, RFC 4443 §2.4 (c)). */
export function ownErrorMessage({ about, why, mtu }: OwnError): number[] {
  const { family, source, destination } = about;
  const data = [...encode(about)].slice(0, FLOOR[family] - (family === 4 ? 28 : 48));
  if (family === 4) {
    return icmp(why === 'ttl-expired' ? { type: 11, data } : { type: 3, code: 4, word: mtu, data });
  }
  return icmpv6(
    why === 'ttl-expired' ? { type: 3, data } : { type: 2, word: mtu, data },
    destination,
    source,
  );
}

/** The packet that an error quotes: perhaps only its beginning. */
export interface Quote {
  readonly ip: Ip;
  /** Length of the body of which `ip.body` is the beginning. */
  readonly bodyLength: number;
  /** Of the quoted IPv4 header; some routers quote it wrongly. */
  readonly hasRightChecksum: boolean;
}

/** RFC 4884 §4: extensions stand behind the quote, whose length is then given. */
export function quotedBytes({ family, body }: Ip): Bytes {
  const rest = body.slice(8);
  if (family === 4) return body[5] === 0 ? rest : rest.slice(0, body[5]! * 4);
  const hasLength = body[0] === 1 || body[0] === 3;
  return hasLength && body[4] !== 0 ? rest.slice(0, body[4]! * 8) : rest;
}

/** @returns undefined where no IP packet begins */
export function readQuote(bytes: Bytes): Quote | undefined {
  return bytes[0]! >> 4 === 4 ? readIpv4(bytes) : bytes[0]! >> 4 === 6 ? readIpv6(bytes) : undefined;
}

function readIpv4(bytes: Bytes): Quote | undefined {
  const header = (bytes[0]! % 16) * 4;
  if (bytes.length < 20 || header < 20 || bytes.length < header) return undefined;
  const bodyLength = word16(bytes, 2) - header;
  if (bodyLength < 0) return undefined;
  const ip: Ipv4 = {
    family: 4,
    tos: bytes[1]!,
    identification: word16(bytes, 4),
    flagsAndOffset: word16(bytes, 6),
    ttl: bytes[8]!,
    protocol: bytes[9]!,
    source: addressText(bytes.slice(12, 16)),
    destination: addressText(bytes.slice(16, 20)),
    options: bytes.slice(20, header),
    body: bytes.slice(header, header + bodyLength),
  };
  return { ip, bodyLength, hasRightChecksum: internetChecksum(bytes.slice(0, header)) === 0 };
}

function readIpv6(bytes: Bytes): Quote | undefined {
  if (bytes.length < 40) return undefined;
  const end = 40 + word16(bytes, 4);
  const walked = walkExtensions(bytes[6]!, bytes.slice(40, end));
  if (walked === undefined) return undefined;
  const ip: Ipv6 = {
    family: 6,
    tos: Math.floor(word16(bytes, 0) / 16) % 256,
    flowLabel: word32(bytes, 0) % 2 ** 20,
    ttl: bytes[7]!,
    source: addressText(bytes.slice(8, 24)),
    destination: addressText(bytes.slice(24, 40)),
    ...walked,
  };
  const headers = walked.extensions.reduce((sum, { rest }) => sum + 1 + rest.length, 40);
  return { ip, bodyLength: end - headers, hasRightChecksum: true };
}

/** Bytes of the body without which the SPI is not seen. */
const LEAST = { [KIND_ESP]: 4, [KIND_AH]: 8, [KIND_UDP]: 12 } as const;

export function shownByQuote({ ip }: Quote): Shown | undefined {
  const kind = ip.protocol === ESP ? KIND_ESP : ip.protocol === AH ? KIND_AH : KIND_UDP;
  if (ip.protocol !== ESP && ip.protocol !== AH && ip.protocol !== UDP) return undefined;
  if ((placeOf(ip)?.offset ?? 0) > 0 || ip.body.length < LEAST[kind]) return undefined;
  const spi = word32(ip.body, SPI_AT[kind]);
  const isUdp = kind === KIND_UDP;
  return {
    kind,
    spi,
    sourcePort: isUdp ? word16(ip.body, 0) : 0,
    destinationPort: isUdp ? word16(ip.body, 2) : 0,
    port: 0,
  };
}

/** Whether the relay emitted the quoted packet by this SA. */
export function emitted({ emit }: SaDefinition, { ip }: Quote, shown: Shown): boolean {
  return (
    emit.kind === shown.kind &&
    emit.spi === shown.spi &&
    formatAddress(emit.destination) === ip.destination &&
    (emit.source === undefined || formatAddress(emit.source) === ip.source) &&
    (emit.sourcePort === 0 || emit.sourcePort === shown.sourcePort) &&
    (emit.destinationPort === 0 || emit.destinationPort === shown.destinationPort)
  );
}
