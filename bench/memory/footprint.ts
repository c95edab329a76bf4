/** The SAD's cost: time to add SAs, and memory for a million of them. Needs --expose-gc; prints its result as JSON. */
import { parseArgs } from 'node:util';
import { SaDatabase } from '../../src/sad/database.js';
import { NO_LIFETIMES } from '../../src/sad/lifetimes.js';
import { createSadMemory, sadBytes } from '../../src/table/layout.js';
import { SadWriter } from '../../src/table/writer.js';
import { parsePrefix } from '../../src/wire/address.js';
import { makeDefinition, makeDefinitions, RELAY } from './table.js';

const ADDS = 65_536;
const MILLION = 1_000_000;
const POLICY = { role: 'relay', addresses: [parsePrefix(RELAY)] } as const;

export interface TableResult {
  readonly adds: number;
  /** Milliseconds to add that many SAs to an empty SaDatabase. */
  readonly addMs: number;
  readonly large: {
    readonly sas: number;
    /** The structure that was filled: the table alone, or with the entries that the daemon keeps beside it. */
    readonly filledBy: string;
    /** Shared memory of the table with one worker. */
    readonly sadBytes: number;
    readonly fillMs: number;
    /** Growth of the resident set by table and entries, bytes. */
    readonly rssGrowth: number;
  };
}

function addToDatabase(database: SaDatabase, sas: Iterable<ReturnType<typeof makeDefinition>>): void {
  const common = {
    name: '',
    autoSpi: false,
    toSpi: 'value',
    mode: undefined,
    lifetimes: NO_LIFETIMES,
  } as const;
  for (const definition of sas) database.add({ ...common, definition }, 'runtime', Date.now());
}

function timed(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

function* millionDefinitions(): Generator<ReturnType<typeof makeDefinition>> {
  // Multiplying by an odd number permutes the 32-bit numbers: no SPI comes twice.
  for (let i = 0; i < MILLION; i++) {
    const spi = Math.imul(i + 1000, 0x9e3779b1) >>> 0;
    yield makeDefinition(i, spi < 256 ? spi + 256 : spi, 256 + i);
  }
}

function measureAdding(): number {
  const definitions = makeDefinitions(ADDS);
  const database = new SaDatabase(ADDS, 1, POLICY, 1);
  return timed(() => addToDatabase(database, definitions));
}

function measureMillion(withEntries: boolean): TableResult['large'] {
  globalThis.gc!();
  const rssBefore = process.memoryUsage.rss();
  const database = withEntries ? new SaDatabase(MILLION, 1, POLICY, 1) : undefined;
  const memory = database?.memory ?? createSadMemory(MILLION, 1, 1);
  const fillMs = timed(() => {
    if (database !== undefined) return addToDatabase(database, millionDefinitions());
    const writer = new SadWriter(memory);
    for (const definition of millionDefinitions()) writer.insert(definition);
  });
  globalThis.gc!();
  return {
    sas: MILLION,
    filledBy: withEntries ? 'SaDatabase' : 'SadWriter',
    sadBytes: sadBytes(memory),
    fillMs,
    rssGrowth: process.memoryUsage.rss() - rssBefore,
  };
}

const { values } = parseArgs({ options: { large: { type: 'boolean', default: false } } });
// First, while nothing has been freed that would hide growth.
const large = measureMillion(values.large);
const result: TableResult = { adds: ADDS, addMs: measureAdding(), large };
process.stdout.write(JSON.stringify(result));
