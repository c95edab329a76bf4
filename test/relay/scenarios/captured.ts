/** Packets of real kernels (test/relay/captured.ts), and the packets that the relay must make of them. */

import type { SaDefinition } from '../../../src/table/definition.js';
import { KIND_AH, KIND_ESP, KIND_UDP } from '../../../src/table/layout.js';
import { type DefinitionWords, define } from '../../model/definition.js';
import { FIRST, RELAY, SECOND } from '../../model/world.js';
import { type Captured, captured } from '../captured.js';
import { forward, type Scenario } from '../scenario.js';

/** The SAs that the relay had, by the number that ends their SPIs. */
const up = (number: number, words: DefinitionWords): SaDefinition =>
  define({
    dst: RELAY[6],
    toSrc: RELAY[6],
    to: SECOND[6],
    spi: 0xaaaa0000 + number,
    toSpi: 0x22220000 + number,
    ...words,
  });
const down = (number: number, words: DefinitionWords): SaDefinition =>
  define({
    dst: RELAY[6],
    toSrc: RELAY[6],
    to: FIRST[6],
    spi: 0x11110000 + number,
    toSpi: 0xbbbb0000 + number,
    ...words,
  });
const PORTS = { toPorts: [4500, 4500] } as const;

const forwards = (description: string, sa: SaDefinition, received: Captured, sent: Captured): Scenario => ({
  description,
  sas: [sa],
  steps: [forward(captured(received), captured(sent))],
});

const ESP = up(0x15, {});

export const CAPTURED: readonly Scenario[] = [
  forwards('ESP in UDP to ESP in UDP', up(0x1f, { kind: KIND_UDP, ...PORTS }), 'udpToRelay', 'udpToSecond'),
  forwards(
    'ESP in UDP to native ESP',
    up(0x1d, { kind: KIND_UDP, toKind: KIND_ESP }),
    'otherUdpToRelay',
    'espToSecond',
  ),
  forwards('and back', down(0x1d, { toKind: KIND_UDP, ...PORTS }), 'espToRelay', 'udpToFirst'),
  forwards('AH', up(0x42, { kind: KIND_AH }), 'ahToRelay', 'ahToSecond'),
  {
    description: 'packet too big, to the peer that the SA requires',
    sas: [{ ...ESP, match: { ...ESP.match, peer: down(1, {}).emit.destination } }],
    steps: [{ received: captured('tooBig'), verdict: 'icmp-forward', sent: captured('tooBigToFirst') }],
    learned: 1300,
  },
  {
    description: 'port unreachable about a NAT keepalive, which is of no SA',
    sas: [down(0x1d, { toKind: KIND_UDP, ...PORTS })],
    steps: [{ received: captured('unreachable'), verdict: 'icmp-unmatched' }],
  },
];
