/**
 * Stores of release 0.1, which kept SAs alone and in LMDB: `DIRECTORY/sad/data.mdb`. They are read once, when there is no
 * journal yet, and stay where they are.
 */
import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StoreRefusal } from './store.js';

const READER = fileURLToPath(new URL('./lmdb-reader.js', import.meta.url));
/** A damaged tree can be circular; a sound one of a million SAs takes a few seconds. */
const READ_TIMEOUT_MS = 60_000;
/** A million SAs as text. */
const MOST_OUTPUT_BYTES = 1 << 30;

export interface LmdbContent {
  /** Each SA as the protobuf `Sa`, by its id. */
  readonly sas: readonly { readonly id: number; readonly value: Uint8Array }[];
  readonly nextId: number;
}

/**
 * @param stateDirectory where the store is
 * @returns its contents, or undefined when there is none
 * @throws {StoreRefusal} when it is damaged or not ours
 */
export async function readLmdb(stateDirectory: string): Promise<LmdbContent | undefined> {
  const directory = join(stateDirectory, 'sad');
  const path = join(directory, 'data.mdb');
  if (!existsSync(path)) {
    if (!existsSync(directory)) return undefined;
    throw refusal(path, 'is missing, although its directory is there');
  }
  if (statSync(path).size === 0) throw refusal(path, 'is empty, which no store of ipsec-relay is');
  const output = await new Promise<string>((resolve, reject) => {
    const options = { timeout: READ_TIMEOUT_MS, maxBuffer: MOST_OUTPUT_BYTES };
    execFile(process.execPath, [READER, directory], options, (error, text, reason) => {
      if (!error) return resolve(text);
      const { signal, killed } = error;
      const crash = `is damaged: reading it ${killed ? 'did not end' : `ended with ${signal ?? 'an error'}`}`;
      reject(refusal(path, reason.split('\n')[0] || crash));
    });
  });
  const lines = output.trimEnd().split('\n');
  const { nextId } = JSON.parse(lines.pop()!) as { nextId: number };
  const sas = lines.map((line) => {
    const [id, value] = JSON.parse(line) as [number, string];
    return { id, value: Buffer.from(value, 'base64') };
  });
  return { sas, nextId };
}

function refusal(path: string, what: string): StoreRefusal {
  return new StoreRefusal(
    `the SA store ${path} ${what}; it was left as it is; move its directory away to start without the SAs in it, or restore a copy`,
  );
}
