/** SADs and packets for the benchmark: many firsts, one relay address, a second for each SA. */
import { randomBytes } from 'node:crypto';
import { NO_OPTIONS, type SaDefinition } from '../../src/table/definition.js';
import { createSadMemory, KIND_ESP, type SadMemory } from '../../src/table/layout.js';
import { SadWriter } from '../../src/table/writer.js';
import { parseAddress } from '../../src/wire/address.js';
import { FIRST_UNRESERVED_SPI } from '../../src/wire/protocol.js';

export const RELAY = '198.18.9.9';
export const FIRST = '198.18.1.1';
const RELAY_BYTES = parseAddress(RELAY);
/** The table has room for this many at least, as the daemon's by default. */
const DEFAULT_MAX_SAS = 65_536;

export interface FilledTable {
  readonly memory: SadMemory;
  /** SPI of each SA as packets arrive. */
  readonly spis: Int32Array;
}

/** A table of `count` SAs with random SPIs. */
export function fillTable(count: number): FilledTable {
  const memory = createSadMemory(Math.max(count, DEFAULT_MAX_SAS), 1, randomBytes(4).readInt32BE());
  const writer = new SadWriter(memory);
  const definitions = makeDefinitions(count);
  for (const definition of definitions) writer.insert(definition);
  return { memory, spis: Int32Array.from(definitions, ({ match }) => match.spi) };
}

/** `count` SAs with random SPIs, no two alike, each to an address of its own. */
export function makeDefinitions(count: number): SaDefinition[] {
  const used = new Set<number>();
  const unusedSpi = (): number => {
    for (;;) {
      const spi = randomBytes(4).readUInt32BE();
      if (spi >= FIRST_UNRESERVED_SPI && !used.has(spi) && used.add(spi)) return spi;
    }
  };
  return Array.from({ length: count }, (_, i) => makeDefinition(i, unusedSpi(), unusedSpi()));
}

/** SA `i` of many, 0 or more: to 10.0.0.0 + i. */
export function makeDefinition(i: number, spi: number, toSpi: number): SaDefinition {
  const destination = Uint8Array.from(RELAY_BYTES);
  destination.set([10, (i >>> 16) & 255, (i >>> 8) & 255, i & 255], 12);
  const emit = { source: RELAY_BYTES, destination, spi: toSpi, sourcePort: 0, destinationPort: 0 };
  return {
    match: { kind: KIND_ESP, destination: RELAY_BYTES, spi, port: 0, peer: undefined, peerPort: 0 },
    emit: { kind: KIND_ESP, ...emit },
    mode: 'edge',
    ...NO_OPTIONS,
  };
}

/** `length` of the SPIs at random, with repetition. */
export function randomOrder(spis: Int32Array, length: number): Int32Array {
  return Int32Array.from({ length }, () => spis[Math.floor(Math.random() * spis.length)]!);
}
