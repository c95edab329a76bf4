/** Databases and SA specifications for tests. */
import { SaDatabase, type SaSpecification } from '../../src/sad/database.js';
import { NO_LIFETIMES } from '../../src/sad/lifetimes.js';
import { parsePrefix } from '../../src/wire/address.js';
import { type DefinitionWords, define } from './definition.js';

export const POLICY = { role: 'relay', addresses: [parsePrefix('198.18.9.0/24')] } as const;
export const NOW = 1_800_000_000_000;

export function makeDatabase(maxSas = 64, workers = 2, steady?: () => number): SaDatabase {
  return new SaDatabase(maxSas, workers, POLICY, 1, steady);
}

export function specify(words: DefinitionWords = {}, more: Partial<SaSpecification> = {}): SaSpecification {
  const definition = define(words);
  return {
    name: '',
    definition,
    autoSpi: false,
    toSpi: 'value',
    mode: words.mode,
    lifetimes: NO_LIFETIMES,
    ...more,
  };
}
