/**
 * Reads a whole SA store, and says in one sentence on standard output what is wrong with it.
 * A program of its own, because LMDB maps the file into memory and trusts it: damage may end the process
 * that reads it, and that must not be the daemon. Changes nothing in the data file.
 *
 *     node store-check.js DIRECTORY      exit status 0: sound, 1: the sentence says why not
 */
import { join } from 'node:path';
import {
  crcOf,
  DATA_FILE,
  decodeMeta,
  decodeSa,
  META_KEY,
  openEnvironment,
  type StoreMeta,
} from './format.js';
import { checkPages, StoreDamage } from './lmdb-pages.js';

/** A store that was created, but whose first commit never came, has had no transaction that wrote. */
const TRANSACTIONS_OF_A_NEW_STORE = 1;

async function check(directory: string): Promise<void> {
  const transactions = checkPages(join(directory, DATA_FILE));
  if (transactions === 0) return;
  const environment = openEnvironment(directory, true);
  try {
    const sealedMeta = environment.getBinary(META_KEY);
    if (!sealedMeta) {
      if (transactions <= TRANSACTIONS_OF_A_NEW_STORE) return;
      throw new StoreDamage('is not a store of ipsec-relay, or its meta record is lost');
    }
    checkRecords(environment.getRange(), decodeMeta(sealedMeta));
  } finally {
    await environment.close();
  }
}

function checkRecords(records: Iterable<{ key: unknown; value: Buffer }>, meta: StoreMeta): void {
  let count = 0;
  let digest = 0;
  let previous = 0;
  for (const { key, value } of records) {
    if (key === META_KEY) continue;
    if (typeof key !== 'number')
      throw new StoreDamage(`is damaged or foreign: it has a record named ${String(key)}`);
    if (key <= previous || key >= meta.nextId) throw new StoreDamage(`is damaged: SA ${key} is out of place`);
    decodeSa(key, value);
    previous = key;
    digest ^= crcOf(value);
    count++;
  }
  if (count !== meta.count || digest >>> 0 !== meta.digest) {
    throw new StoreDamage(`is damaged: ${meta.count} SAs should be there, and ${count} were read`);
  }
}

try {
  await check(process.argv[2]!);
} catch (error) {
  const reason =
    error instanceof StoreDamage
      ? error.message
      : `cannot be read: ${error instanceof Error ? error.message : error}`;
  process.stdout.write(reason);
  process.exitCode = 1;
}
