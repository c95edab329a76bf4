/** Steps 4 and 5 of a packet's way: which protocol does it carry, and which SA is it for? */
import type { Verdict } from '../../src/relay/verdict.js';
import type { Kind, SaDefinition } from '../../src/table/definition.js';
import { KIND_AH, KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import { parseAddress } from '../../src/wire/address.js';
import { word16, word32 } from './bytes.js';
import type { Ip } from './ip.js';
import type { SadModel } from './sad.js';
import { AH, ESP, UDP } from './upper.js';

export const IPSEC_PORT = 4500;
export const IKE_PORT = 500;

export interface Settings {
  readonly role: 'relay' | 'edge';
  /** RFC 6935, 6936: UDP over IPv6 without checksum is accepted and sent. */
  readonly udp6ZeroChecksum: boolean;
  /** Whether ESP comes to this UDP port. */
  readonly hasPort: (port: number) => boolean;
}

/** The fields of a packet by which its SA is found. Ports are 0 without UDP. */
export interface Shown {
  readonly kind: Kind;
  readonly spi: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** The port that tells SAs apart: the relay's own; for an edge always the same. */
  readonly port: number;
}

/** Where the SPI stands in the body. */
export const SPI_AT: Record<Kind, number> = { [KIND_ESP]: 0, [KIND_AH]: 4, [KIND_UDP]: 8 };

/** Fewest bytes of a first fragment that show the SPI. */
const SHORTEST_FIRST: Record<Kind, number> = { [KIND_ESP]: 8, [KIND_AH]: 12, [KIND_UDP]: 12 };

/** @param isFirst a first fragment: its end is not the datagram's end */
export function classify(ip: Ip, isFirst: boolean, settings: Settings): Shown | Verdict {
  const { protocol, body } = ip;
  if (protocol === UDP) return classifyUdp(ip, isFirst, settings);
  if (protocol !== ESP && protocol !== AH) return 'not-ipsec';
  const kind = protocol === ESP ? KIND_ESP : KIND_AH;
  if (isFirst && body.length < SHORTEST_FIRST[kind]) return 'first-fragment-short';
  if (kind === KIND_ESP && body.length < 8) return 'esp-too-short';
  // RFC 4302 §2.2: the length in 32-bit words, minus 2.
  if (kind === KIND_AH && (body.length < 12 || (!isFirst && 4 * (body[1]! + 2) > body.length))) {
    return 'ah-too-short';
  }
  return shown(ip, kind, 0, 0);
}

function classifyUdp(
  ip: Ip,
  isFirst: boolean,
  { role, udp6ZeroChecksum, hasPort }: Settings,
): Shown | Verdict {
  const { body } = ip;
  if (body.length < 8) return isFirst ? 'first-fragment-short' : 'bad-udp';
  const sourcePort = word16(body, 0);
  const destinationPort = word16(body, 2);
  if (!hasPort(destinationPort) && !(role === 'edge' && sourcePort === IPSEC_PORT)) {
    return destinationPort === IKE_PORT ? 'ike' : 'not-ipsec';
  }
  const length = word16(body, 4);
  if (length < 8 || (!isFirst && length > body.length)) return 'bad-udp';
  if (ip.family === 6 && word16(body, 6) === 0 && !udp6ZeroChecksum) return 'bad-udp';
  if (isFirst && body.length < SHORTEST_FIRST[KIND_UDP]) return 'first-fragment-short';
  const payload = isFirst ? body.slice(8) : body.slice(8, length);
  if (payload.length === 1 && payload[0] === 0xff) return 'keepalive';
  if (payload.length < 4) return 'bad-udp';
  if (word32(payload, 0) === 0) return 'ike';
  if (!isFirst && payload.length < 8) return 'esp-too-short';
  return shown(ip, KIND_UDP, sourcePort, destinationPort, role === 'edge' ? IPSEC_PORT : destinationPort);
}

function shown(
  { body }: Ip,
  kind: Kind,
  sourcePort: number,
  destinationPort: number,
  port = 0,
): Shown | Verdict {
  const spi = word32(body, SPI_AT[kind]);
  return spi === 0 ? 'spi-zero' : { kind, spi, sourcePort, destinationPort, port };
}

/** A UDP length that ends before the IP packet does: bytes behind it are no part of the packet. */
export function withoutSurplus<T extends Ip>(ip: T, { kind }: Shown): T {
  return kind === KIND_UDP ? { ...ip, body: ip.body.slice(0, word16(ip.body, 4)) } : ip;
}

export function findSa(
  sad: SadModel,
  { source, destination }: Pick<Ip, 'source' | 'destination'>,
  { kind, spi, sourcePort, port }: Shown,
): SaDefinition | Verdict {
  const sa = sad.best({
    kind,
    port,
    destination: parseAddress(destination),
    spi,
    source: parseAddress(source),
    sourcePort,
  });
  if (sa === 'wrong-peer') return 'peer-mismatch';
  if (sa === 'not-found') return spi < 256 ? 'spi-reserved' : 'unknown-spi';
  return sa;
}
