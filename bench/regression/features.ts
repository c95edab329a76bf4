/** Tables of SAs that use features which plain ESP does not need; plain ESP is measured with each. */
import type { SaDefinition } from '../../src/table/definition.js';
import { createSadMemory, KIND_AH, KIND_UDP } from '../../src/table/layout.js';
import { SadWriter } from '../../src/table/writer.js';
import { equalAddresses, parseAddress } from '../../src/wire/address.js';
import { FIRST, type FilledTable, makeDefinitions, RELAY } from '../memory/table.js';

const MTU = 1500;
const OTHER_RELAY = parseAddress('198.18.9.10');
const RELAY6 = parseAddress('2001:db8:9::9');
const SECOND6 = parseAddress('2001:db8:2::2');

/** The same SA for another kind of packet, so that it has a place of its own in the table. */
const KINDS: readonly ((sa: SaDefinition) => SaDefinition)[] = [
  (sa) => ({
    ...sa,
    match: { ...sa.match, kind: KIND_UDP, port: 4500 },
    emit: { ...sa.emit, kind: KIND_UDP, sourcePort: 4500, destinationPort: 4500 },
  }),
  (sa) => ({ ...sa, match: { ...sa.match, kind: KIND_AH }, emit: { ...sa.emit, kind: KIND_AH } }),
  (sa) => ({
    ...sa,
    match: { ...sa.match, destination: RELAY6 },
    emit: { ...sa.emit, source: RELAY6, destination: SECOND6 },
  }),
  (sa) => ({ ...sa, match: { ...sa.match, destination: OTHER_RELAY }, hairpin: true }),
];

/** The name of each feature's row in the table. */
export const FEATURES = {
  others: 'and as many SAs of UDP, AH, IPv6, hairpin',
  mtu: 'egress MTU of every SA known',
  peers: 'every SA bound to its peer',
} as const;
export type Feature = keyof typeof FEATURES;

/** A table of `count` SAs of plain ESP over IPv4, whose SPIs are told. */
export function fillWithFeature(feature: string, count: number): FilledTable {
  const memory = createSadMemory(Math.max(2 * count, 65_536), 1, 0x5eed);
  const relay = parseAddress(RELAY);
  const writer = new SadWriter(memory, (address) => equalAddresses(address, relay));
  const definitions = makeDefinitions(count);
  for (const [i, definition] of definitions.entries()) {
    const { match } = definition;
    const peer = feature === 'peers' ? parseAddress(FIRST) : match.peer;
    const slot = writer.insert({ ...definition, match: { ...match, peer } });
    if (feature === 'mtu') writer.setEgressMtu(slot, MTU);
    if (feature === 'others') writer.insert(KINDS[i % KINDS.length]!(definition));
  }
  return { memory, spis: Int32Array.from(definitions, ({ match }) => match.spi) };
}
