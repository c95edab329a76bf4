/** Compares the packets that the fast path sent with the model's. Fields that are free are taken from the sent packets. */
import assert from 'node:assert/strict';
import { type Bytes, hex, word16, word32 } from './bytes.js';
import { FLOOR } from './egress.js';
import { isRightIcmp, type OwnError, ownErrorMessage, type Quote, quotedBytes, readQuote } from './icmp.js';
import { DONT_FRAGMENT, decode, encode, type Ip, type Ipv4, type Ipv6 } from './ip.js';
import { FRAGMENT } from './ipv6.js';
import type { Fate, Translation } from './relay.js';
import type { Sent } from './rewrite.js';
import { icmp, icmpv6 } from './upper.js';

export interface Constraints {
  /** A description of the packets, for messages. */
  readonly about: string;
  readonly kernelHops: number;
}

/** One of the packets that a fate sends: in its place, or beside it. */
export type Expected = Sent | OwnError | Translation;

export function expectedOf({ sent, error, translation }: Fate): Expected[] {
  return [...sent, ...(error ? [error] : []), ...(translation ? [translation] : [])];
}

/** @throws AssertionError */
export function judge(expected: Expected, actual: Uint8Array, { about, kernelHops }: Constraints): void {
  if ('why' in expected) judgeOwnError(expected, actual, about);
  else if ('outer' in expected) judgeTranslation(expected, actual, about);
  else judgePacket(expected, actual, kernelHops, about);
}

function judgePacket(sent: Sent, actual: Uint8Array, kernelHops: number, about: string): void {
  if (sent.free.has('ttl')) {
    const ttl = actual[sent.ip.family === 4 ? 8 : 7]!;
    assert.ok(ttl >= 64 && ttl <= 64 + kernelHops, `TTL ${ttl} of the relay's own: ${about}`);
  }
  if (sent.free.has('checksum')) {
    const received = decode([...actual]);
    assert.ok(
      typeof received === 'object' && isRightIcmp(received),
      `ICMP checksum ${hex(actual)}: ${about}`,
    );
  }
  assert.equal(hex(actual), hex(encode(settled(sent, actual))), about);
}

/** With the free fields as they were sent. */
function settled({ ip: foretold, free }: Sent, actual: Uint8Array): Ip {
  const ip = free.has('checksum') ? withIcmpChecksum(foretold, actual) : foretold;
  const ttl = free.has('ttl') ? actual[ip.family === 4 ? 8 : 7]! : ip.ttl;
  if (ip.family === 4) {
    return { ...ip, ttl, identification: free.has('identification') ? word16(actual, 4) : ip.identification };
  }
  const flowLabel = free.has('flow-label') ? word32(actual, 0) % 2 ** 20 : ip.flowLabel;
  let at = 40;
  const extensions = ip.extensions.map((extension) => {
    const here = at;
    at += 1 + extension.rest.length;
    if (extension.protocol !== FRAGMENT) return extension;
    return {
      ...extension,
      rest: settledFragmentHeader(extension.rest, free, actual.slice(here + 1, here + 8)),
    };
  });
  return { ...ip, ttl, flowLabel, extensions };
}

function settledFragmentHeader(rest: Bytes, free: Sent['free'], actual: Uint8Array): Bytes {
  const place = word16(rest, 1) & 0xfff9;
  const settledPlace = place | (word16(actual, 1) & 6);
  const reserved = free.has('reserved')
    ? [actual[0]!, settledPlace >> 8, settledPlace & 0xff]
    : rest.slice(0, 3);
  return [...reserved, ...(free.has('identification') ? actual.slice(3) : rest.slice(3))];
}

function withIcmpChecksum(ip: Ip, actual: Uint8Array): Ip {
  const at = encode(ip).length - ip.body.length;
  return { ...ip, body: ip.body.with(2, actual[at + 2]!).with(3, actual[at + 3]!) };
}

/** The IPv4 ID, or that of the fragment header; -1 without one. */
export function identificationOf(packet: Uint8Array): number {
  if (packet[0]! >> 4 === 4) return word16(packet, 4);
  let at = 40;
  for (
    let protocol = packet[6]!;
    protocol !== FRAGMENT;
    protocol = packet[at]!, at += 8 * (packet[at + 1]! + 1)
  ) {
    if (![0, 43, 60].includes(protocol)) return -1;
  }
  return word32(packet, at + 4);
}

/** The header of a packet that the relay makes is its own business but for the addresses, and must be right. */
function judgeOwnError(error: OwnError, actual: Uint8Array, about: string): void {
  const ip = decode([...actual]);
  assert.ok(typeof ip === 'object', `${ip as string}: ${about}`);
  const { source, destination } = error.about;
  assert.deepEqual([ip.source, ip.destination], [destination, source], `addresses: ${about}`);
  assert.equal(ip.protocol, ip.family === 4 ? 1 : 58, `protocol: ${about}`);
  assert.ok(ip.ttl >= 64, `TTL ${ip.ttl}: ${about}`);
  assert.equal(hex(ip.body), hex(ownErrorMessage(error)), about);
}

function judgeTranslation({ outer, meaning, quote }: Translation, actual: Uint8Array, about: string): void {
  const { family } = outer.ip;
  const received = decode([...actual]);
  assert.ok(typeof received === 'object', `${received as string}: ${about}`);
  assert.ok(isRightIcmp(received), `ICMP checksum: ${about}`);
  const data = quoteAs(quote, quotedBytes(received)).slice(
    0,
    FLOOR[family] - (encode(outer.ip).length - outer.ip.body.length) - 8,
  );
  const { source, destination } = outer.ip;
  const body = family === 4 ? icmp({ ...meaning, data }) : icmpv6({ ...meaning, data }, source, destination);
  const free = new Set([...outer.free, family === 4 ? ('identification' as const) : ('flow-label' as const)]);
  // The header is the relay's own except for the fields that the model gives; DF may be set or not.
  const ip = { ...outer.ip, body };
  const dontFragment = received.family === 4 && (received.flagsAndOffset & DONT_FRAGMENT) !== 0;
  const flagged = ip.family === 4 ? { ...ip, flagsAndOffset: dontFragment ? DONT_FRAGMENT : 0 } : ip;
  judgePacket({ ip: flagged, free }, actual, 0, about);
}

/** The quoted packet's bytes; identification, flow label and DF, unknown after a change of the family, as they were sent. */
function quoteAs({ ip, bodyLength, hasRightChecksum }: Quote, bytes: Bytes): number[] {
  const actual = readQuote(bytes);
  assert.ok(actual !== undefined, 'no packet is quoted');
  if (ip.family === 6) {
    const { flowLabel } = actual.ip as Ipv6;
    const packet = [...encode({ ...ip, flowLabel })];
    const length = packet.length - 40 - ip.body.length + bodyLength;
    packet.splice(4, 2, length >> 8, length & 255);
    return packet;
  }
  const { identification, flagsAndOffset } = actual.ip as Ipv4;
  const whole = { ...ip, identification, flagsAndOffset, body: new Array<number>(bodyLength).fill(0) };
  const header = [...encode(whole)].slice(0, 20 + ip.options.length);
  // A checksum that was quoted wrongly may be anything.
  return [...(hasRightChecksum ? header : header.with(10, bytes[10]!).with(11, bytes[11]!)), ...ip.body];
}
