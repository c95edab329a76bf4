/** SADs and packets for the benchmark: many firsts, one relay address, a second for each SA. */
import { randomBytes } from 'node:crypto';
import type { SaDefinition } from '../../src/sad/definition.js';
import { createSadMemory, KIND_ESP, type SadMemory } from '../../src/sad/layout.js';
import { SadWriter } from '../../src/sad/writer.js';
import { parseAddress } from '../../src/wire/address.js';

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
      if (spi >= 256 && !used.has(spi) && used.add(spi)) return spi;
    }
  };
  return Array.from({ length: count }, (_, i) => {
    const destination = Uint8Array.from(RELAY_BYTES);
    destination.set([10 + (i >>> 24), (i >>> 16) & 255, (i >>> 8) & 255, i & 255], 12);
    const common = { kind: KIND_ESP } as const;
    return {
      match: { ...common, destination: RELAY_BYTES, spi: unusedSpi(), peer: undefined, peerPort: 0 },
      emit: {
        ...common,
        source: RELAY_BYTES,
        destination,
        spi: unusedSpi(),
        sourcePort: 0,
        destinationPort: 0,
      },
      mode: 'edge',
    };
  });
}

/** `length` of the SPIs at random, with repetition. */
export function randomOrder(spis: Int32Array, length: number): Int32Array {
  return Int32Array.from({ length }, () => spis[Math.floor(Math.random() * spis.length)]!);
}
