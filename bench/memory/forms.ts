/** One SA and one packet of each form that the relay takes, and the form's limit beside plain ESP. */
import type { Kind, SaDefinition } from '../../src/table/definition.js';
import { KIND_AH, KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import { parseAddress } from '../../src/wire/address.js';
import { buildIpv6 } from '../../test/model/ipv6.js';
import { buildPacket } from '../../test/model/packet.js';
import { AH, ah, ESP, esp, UDP, udp } from '../../test/model/upper.js';
import { FIRST, RELAY } from './table.js';

export interface Form {
  /** Most that a packet may cost compared with plain ESP in the same run. */
  readonly goal: number;
  /** A packet; its SPI is set for each pass. */
  readonly packet: Uint8Array;
  /** Where the SPI is, bytes. */
  readonly spiAt: number;
  /** Makes an SA of this form of one of plain ESP. */
  readonly define: (sa: SaDefinition) => SaDefinition;
}

/** Carriers: family and kind. */
type Carrier = readonly [family: 4 | 6, kind: Kind];

const FIRST6 = '2001:db8:1::1';
const RELAY6 = '2001:db8:9::9';
const SECOND6 = '2001:db8:2::';
const PORT = 4500;
/** Bytes of ESP or AH: 92 with an IPv4 header, the small size of the other benchmarks. */
const PAYLOAD = Array.from({ length: 64 }, (_, i) => i);

const ESP4: Carrier = [4, KIND_ESP];
const UDP4: Carrier = [4, KIND_UDP];
const AH4: Carrier = [4, KIND_AH];
const ESP6: Carrier = [6, KIND_ESP];
const UDP6: Carrier = [6, KIND_UDP];

/** The reference of all ratios. */
export const PLAIN = 'ESP';

export const FORMS: Readonly<Record<string, Form>> = {
  [PLAIN]: form(1, ESP4, ESP4),
  'ESP without DF': form(1.3, ESP4, ESP4, { flagsAndOffset: 0 }),
  'UDP, no checksum': form(1.25, UDP4, UDP4),
  'UDP, checksum': form(1.4, UDP4, UDP4, { checksum: true }),
  AH: form(1.4, AH4, AH4),
  'ESP 6→6': form(1.4, ESP6, ESP6),
  'UDP 6→6': form(1.4, UDP6, UDP6, { checksum: true }),
  'ESP→UDP': form(2, ESP4, UDP4),
  'UDP→ESP': form(2, UDP4, ESP4),
  'ESP 4→6': form(2, ESP4, ESP6),
  'ESP 6→4': form(2, ESP6, ESP4),
};

function form(
  goal: number,
  from: Carrier,
  to: Carrier,
  options: { flagsAndOffset?: number; checksum?: boolean } = {},
): Form {
  const [family, kind] = from;
  const { flagsAndOffset = 0x4000, checksum = false } = options;
  const [source, destination] = family === 4 ? [FIRST, RELAY] : [FIRST6, RELAY6];
  const body =
    kind === KIND_AH
      ? ah(0)
      : kind === KIND_UDP
        ? udp(esp(0, 7, PAYLOAD), checksum ? { between: [source, destination] } : {})
        : esp(0, 7, PAYLOAD);
  const protocol = kind === KIND_AH ? AH : kind === KIND_UDP ? UDP : ESP;
  const packet =
    family === 4
      ? buildPacket({ source, destination, flagsAndOffset, protocol, body })
      : buildIpv6({ source, destination, protocol, body });
  const spiAt = (family === 4 ? 20 : 40) + (kind === KIND_AH ? 4 : kind === KIND_UDP ? 8 : 0);
  return { goal, packet, spiAt, define: (sa) => carry(sa, from, to) };
}

function carry(sa: SaDefinition, from: Carrier, to: Carrier): SaDefinition {
  const { match, emit } = sa;
  const port = to[1] === KIND_UDP ? PORT : 0;
  return {
    ...sa,
    match: {
      ...match,
      kind: from[1],
      destination: from[0] === 4 ? match.destination : parseAddress(RELAY6),
      port: from[1] === KIND_UDP ? PORT : 0,
    },
    emit: {
      ...emit,
      kind: to[1],
      source: to[0] === 4 ? emit.source : parseAddress(RELAY6),
      destination: to[0] === 4 ? emit.destination : behindSecond6(emit.destination),
      sourcePort: port,
      destinationPort: port,
    },
  };
}

/** An address of 2001:db8:2::/96 for each IPv4 address. */
function behindSecond6(ipv4: Uint8Array): Uint8Array {
  const address = parseAddress(SECOND6);
  address.set(ipv4.subarray(12), 12);
  return address;
}
