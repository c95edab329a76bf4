/** From IPv4 to IPv6 and back, and the hairpin. */
import { KIND_ESP, KIND_UDP } from '../../../src/table/layout.js';
import { bytes16, word16 } from '../../model/bytes.js';
import { type DefinitionWords, define } from '../../model/definition.js';
import { DESTINATION_OPTIONS, fragmentHeader, HOP_BY_HOP, options, routing } from '../../model/ipv6.js';
import { FIRST_PORT, FRONT, FRONT_PORT, RELAY, SECOND } from '../../model/world.js';
import { ANY_ID, ANY_LABEL, drop, forward, type Scenario } from '../scenario.js';
import { arrives, between, counting, type Leg, leaves, type Words } from '../scenario-packets.js';

const OPTIONS = [0x94, 4, 0, 0, 1, 1, 1, 0];
const EXTENSIONS = [options(HOP_BY_HOP, [1, 4, 0, 0, 0, 0]), options(DESTINATION_OPTIONS, []), routing()];
const SETTINGS = { settings: { udp6ZeroChecksum: true } };
const LABEL = { flowLabel: ANY_LABEL };
/** A short packet that becomes IPv4 may be fragmented (RFC 7915 §5.1). */
const SHORT = { flagsAndOffset: 0, identification: ANY_ID };

const changes = (
  description: string,
  [from, received]: readonly [Leg, Words?],
  [to, sent]: readonly [Leg, Words?],
  more: Partial<Scenario> = {},
): Scenario => ({
  description: `${from} to ${to}: ${description}`,
  sas: [between(from, to)],
  steps: [forward(arrives(from, received), leaves(to, sent))],
  ...more,
});

/** A payload of `length` bytes whose last two make the checksum 0x0000. */
function cornerPayload(length: number, checksumWith: (payload: number[]) => number): number[] {
  const payload = (last: number) => [...counting(length - 2), ...bytes16(last)];
  return payload(checksumWith(payload(0)));
}
const CORNER = cornerPayload(20, (payload) => word16(leaves('udp6', { payload }).body, 6));

/** ESP is 8 bytes and its payload, IPv4's header 20: up to 1260 bytes in all DF is clear. */
const LONGEST_WITHOUT_DF = counting(1260 - 28);
const SHORTEST_WITH_DF = counting(1261 - 28);

const TO_IPV6: readonly Scenario[] = [
  changes('a new header', ['esp4'], ['esp6', LABEL]),
  changes('TOS becomes the traffic class', ['esp4', { tos: 0xbb }], ['esp6', { ...LABEL, tos: 0xbb }]),
  changes('options are dropped', ['esp4', { options: OPTIONS }], ['esp6', LABEL]),
  changes('DF clear is no matter', ['esp4', { flagsAndOffset: 0 }], ['esp6', LABEL]),
  changes('an empty payload', ['esp4', { payload: [] }], ['esp6', { ...LABEL, payload: [] }]),
  changes('a UDP header with a checksum comes', ['esp4'], ['udp6', LABEL]),
  changes(
    'that checksum computed as 0x0000',
    ['esp4', { payload: CORNER }],
    ['udp6', { ...LABEL, payload: CORNER, checksum: 0xffff }],
  ),
  changes(
    'a UDP header without checksum, where that is allowed',
    ['esp4'],
    ['udp6', { ...LABEL, checksum: 0 }],
    SETTINGS,
  ),
  changes('the UDP header goes', ['udp4'], ['esp6', LABEL]),
  changes('a UDP checksum that is missing is computed', ['udp4'], ['udp6', LABEL]),
  changes(
    'a missing checksum computed as 0x0000',
    ['udp4', { payload: CORNER }],
    ['udp6', { ...LABEL, payload: CORNER, checksum: 0xffff }],
  ),
  changes(
    'a missing checksum of an odd length',
    ['udp4', { payload: [1, 2, 3] }],
    ['udp6', { ...LABEL, payload: [1, 2, 3] }],
  ),
  changes(
    'a missing checksum stays missing, where that is allowed',
    ['udp4'],
    ['udp6', { ...LABEL, checksum: 0 }],
    SETTINGS,
  ),
  changes('a UDP checksum follows', ['udp4', { checksum: 'right' }], ['udp6', LABEL]),
  changes(
    'a missing checksum is not over what lies behind UDP',
    ['udp4', { surplus: [1, 2, 3] }],
    ['udp6', LABEL],
  ),
  changes('the last hop', ['esp4', { ttl: 2 }], ['esp6', { ...LABEL, ttl: 1 }]),
];

const TO_IPV4: readonly Scenario[] = [
  changes('a new header', ['esp6'], ['esp4', SHORT]),
  changes(
    'the traffic class becomes TOS',
    ['esp6', { tos: 0xbb, flowLabel: 0xabcde }],
    ['esp4', { ...SHORT, tos: 0xbb }],
  ),
  changes('extension headers are dropped', ['esp6', { extensions: EXTENSIONS }], ['esp4', SHORT]),
  changes(
    'the header of an atomic fragment too',
    ['esp6', { extensions: [fragmentHeader(0, false, 77)] }],
    ['esp4', SHORT],
  ),
  changes(
    '1,260 bytes may be fragmented',
    ['esp6', { payload: LONGEST_WITHOUT_DF }],
    ['esp4', { ...SHORT, payload: LONGEST_WITHOUT_DF }],
  ),
  changes(
    '1,261 bytes may not',
    ['esp6', { payload: SHORTEST_WITH_DF }],
    ['esp4', { payload: SHORTEST_WITH_DF, flagsAndOffset: 0x4000, identification: ANY_ID }],
  ),
  changes('a UDP header comes', ['esp6'], ['udp4', SHORT]),
  changes('the UDP header goes', ['udp6'], ['esp4', SHORT]),
  changes('a UDP checksum follows', ['udp6'], ['udp4', { ...SHORT, checksum: 'right' }]),
  changes('a missing checksum stays missing', ['udp6', { checksum: 0 }], ['udp4', SHORT], SETTINGS),
];

const SPI_BETWEEN = 0xcccc0001;
const half = (words: DefinitionWords) => define({ hairpin: true, ...words });
/** First's SA to the relay's front address, which second's takes up. */
const INTO = (toKind: 1 | 3, more: DefinitionWords = {}) =>
  half({
    toKind,
    to: FRONT[4],
    toSrc: RELAY[4],
    toSpi: SPI_BETWEEN,
    toPorts: toKind === 3 ? [FRONT_PORT, 4500] : [0, 0],
    ...more,
  });
const OUT = (kind: 1 | 3, more: DefinitionWords = {}) =>
  half({ kind, dst: FRONT[4], src: RELAY[4], spi: SPI_BETWEEN, toSrc: FRONT[4], ...more });
const { [4]: FRONT4 } = FRONT;

const HAIRPIN: readonly Scenario[] = [
  {
    description: 'from one SA to another, one hop in all; both count it',
    sas: [INTO(KIND_ESP), OUT(KIND_ESP)],
    steps: [forward(arrives('esp4'), leaves('esp4'))],
    saPackets: [1, 1],
  },
  {
    description: 'in UDP between, native in and out: no UDP is left',
    sas: [INTO(KIND_UDP), OUT(KIND_UDP, { toKind: KIND_ESP })],
    steps: [forward(arrives('esp4'), leaves('esp4'))],
    saPackets: [1, 1],
  },
  {
    description: 'out over IPv6',
    sas: [INTO(KIND_ESP), OUT(KIND_ESP, { to: SECOND[6], toSrc: FRONT[6] })],
    steps: [forward(arrives('esp4'), leaves('esp6', { flowLabel: ANY_LABEL }))],
    saPackets: [1, 1],
  },
  {
    description: 'the second SA keeps ports: those of the first, not the packet’s',
    sas: [INTO(KIND_UDP, { kind: KIND_UDP }), OUT(KIND_UDP, { srcPort: FRONT_PORT })],
    steps: [forward(arrives('udp4', { sourcePort: FIRST_PORT }), leaves('udp4', { sourcePort: FRONT_PORT }))],
    saPackets: [1, 1],
  },
  {
    description: 'the second SA keeps ports, and the packet came without UDP',
    sas: [INTO(KIND_UDP), OUT(KIND_UDP)],
    steps: [forward(arrives('esp4'), leaves('udp4', { sourcePort: FRONT_PORT }))],
    saPackets: [1, 1],
  },
  {
    description: 'the second SA keeps the source: the first’s, which is new to the packet',
    sas: [INTO(KIND_ESP), OUT(KIND_ESP, { toSrc: undefined })],
    steps: [
      forward(
        arrives('esp4', { flagsAndOffset: 0 }),
        leaves('esp4', { source: RELAY[4], flagsAndOffset: 0, identification: ANY_ID }),
      ),
    ],
  },
  {
    description: 'leads to no SA',
    sas: [INTO(KIND_ESP), between('esp4', 'esp4', { dst: FRONT4, spi: 1000 })],
    steps: [drop('hairpin', arrives('esp4'))],
    saPackets: [0, 0],
  },
  {
    description: 'leads to an SA that does not say hairpin',
    sas: [INTO(KIND_ESP), OUT(KIND_ESP, { hairpin: false })],
    steps: [drop('hairpin', arrives('esp4'))],
  },
  {
    description: 'leads to an SA that requires another peer',
    sas: [INTO(KIND_ESP), OUT(KIND_ESP, { src: '198.18.1.1' })],
    steps: [drop('hairpin', arrives('esp4'))],
  },
  {
    description: 'leads to an SA that leads to a relay address again',
    sas: [INTO(KIND_ESP), OUT(KIND_ESP, { to: RELAY[4] })],
    steps: [drop('hairpin', arrives('esp4'))],
  },
  {
    description: 'the second half, from outside: only the first half can have sent it',
    sas: [INTO(KIND_ESP), OUT(KIND_ESP, { src: undefined })],
    steps: [drop('hairpin', arrives('esp4', { destination: FRONT4, spi: SPI_BETWEEN }))],
  },
  {
    description: 'before the TTL is looked at',
    sas: [INTO(KIND_ESP)],
    steps: [drop('hairpin', arrives('esp4', { ttl: 1 }))],
  },
];

export const FAMILIES: readonly Scenario[] = [...TO_IPV6, ...TO_IPV4, ...HAIRPIN];
