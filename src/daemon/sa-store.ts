/** The durable SAs: SAs accepted at run time outlive the daemon. The hot path never comes here. */
import { closeSync, constants, fsyncSync, lstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { ipsec_relay } from '../control/generated/control.js';
import { SA_FIELDS } from '../control/sa-words.js';
import type { ConnectionFields } from '../sad/connection.js';
import { JournalStore } from '../store/journal.js';
import { refusal } from '../store/journal-file.js';
import { type Row, type Store, StoreRefusal } from '../store/store.js';
import { readLmdb } from '../store/takeover.js';

const { Sa, Connection, StoredExchange } = ipsec_relay.control.v1;

const FILE = 'store';
/** Says that the state directory has a store, so that a lost one is noticed. */
const MARKER = 'store-exists';

const SAS = 'sa';
const CONNECTIONS = 'connection';
const EXCHANGES = 'exchange';
const META = 'meta';
/** Row of META: the next SA's id as a double, big-endian. No id is ever given twice. */
const NEXT_ID = 1;

const STORED = [...SA_FIELDS, 'id', 'addedMs', 'expiresMs', 'softExpiresMs'] as const;
/**
 * An SA accepted at run time, as it outlives the daemon: `Sa` of control.proto without origin and counters. Fields that a record was
 * written without have the default of their type.
 */
export type StoredSa = Pick<ipsec_relay.control.v1.Sa, (typeof STORED)[number]>;

export type ExchangeRow = ipsec_relay.control.v1.StoredExchange.$Properties;

export interface SaChange {
  /** New SAs, or SAs that take the place of those with the same id. */
  readonly put: readonly StoredSa[];
  /** Ids; one that is not there is ignored. */
  readonly remove: readonly number[];
  /** New connections, or such as have moved. */
  readonly putConnections?: readonly ConnectionFields[];
  /** As `remove`. */
  readonly removeConnections?: readonly number[];
  readonly putExchanges?: readonly ExchangeRow[];
  readonly removeExchanges?: readonly number[];
  /** The id that the next new SA gets: greater than any in the store. */
  readonly nextId: number;
}

export class SaStore {
  readonly #store: Store;
  #nextId: number;

  private constructor(store: Store) {
    this.#store = store;
    const row = store.read(META).find(({ id }) => id === NEXT_ID);
    this.#nextId = row === undefined ? 1 : decodeNextId(row.value);
  }

  /**
   * Opens the store of a state directory, or makes it: of the SAs of release 0.1 if the directory has them. The caller holds the
   * lock of the directory.
   * @param onNotice called with a sentence for each thing that was found and mended
   * @throws {StoreRefusal} when it is damaged, not ours, lost, or not accessible
   */
  static async open(
    stateDirectory: string,
    onNotice: (sentence: string) => void = () => {},
  ): Promise<SaStore> {
    const path = join(stateDirectory, FILE);
    const marker = join(stateDirectory, MARKER);
    if (!JournalStore.exists(path)) {
      if (hasMarker(marker)) {
        throw new StoreRefusal(
          `the store ${path} is missing, although this state directory had one (${marker} says so); restore it, or remove ${marker} to start without the SAs in it`,
        );
      }
      const former = await readLmdb(stateDirectory);
      await JournalStore.create(path, former === undefined ? [] : formerRows(former));
      if (former !== undefined) {
        onNotice(
          `${former.sas.length} SAs were taken over from ${join(stateDirectory, 'sad')}, which is not needed any more`,
        );
      }
    }
    const store = await JournalStore.open(path, { onNotice });
    try {
      writeMarker(marker);
      return new SaStore(store);
    } catch (error) {
      await store.close();
      throw error instanceof StoreRefusal ? error : refusal(marker, 'cannot be written', error);
    }
  }

  /** The id that the next new SA gets. */
  get nextId(): number {
    return this.#nextId;
  }

  /** Every SA, ascending by id. @throws {StoreRefusal} */
  all(): StoredSa[] {
    return this.#store.read(SAS).map(({ id, value }) => decodeSa(id, value));
  }

  /** Every connection, ascending by id. @throws {StoreRefusal} */
  connections(): ConnectionFields[] {
    return this.#store.read(CONNECTIONS).map(({ id, value }) => decodeConnection(id, value));
  }

  get hasExchanges(): boolean {
    return this.#store.read(EXCHANGES).length > 0;
  }

  /** Every connection with a key exchange, ascending by id, read one after another. @throws {StoreRefusal} */
  *exchanges(): Generator<ExchangeRow> {
    for (const { id, value } of this.#store.read(EXCHANGES)) yield decodeExchange(id, value);
  }

  /** Applies the change as a whole. Resolves once it lasts; rejects with {@link StoreRefusal}, and then nothing of it does. */
  async commit({
    put,
    remove,
    putConnections = [],
    removeConnections = [],
    putExchanges = [],
    removeExchanges = [],
    nextId,
  }: SaChange): Promise<void> {
    const next = Math.max(this.#nextId, nextId);
    await this.#store
      .propose({
        put: [
          ...put.map((sa) => ({ table: SAS, id: sa.id, value: encodeSa(sa) })),
          ...putConnections.map((fields) => ({
            table: CONNECTIONS,
            id: fields.id,
            value: encodeConnection(fields),
          })),
          ...putExchanges.map((row) => ({
            table: EXCHANGES,
            id: row.id!,
            value: StoredExchange.encode(new StoredExchange(row)).finish(),
          })),
          { table: META, id: NEXT_ID, value: encodeNextId(next) },
        ],
        remove: [
          ...removeExchanges.map((id) => ({ table: EXCHANGES, id })),
          ...remove.map((id) => ({ table: SAS, id })),
          ...removeConnections.map((id) => ({ table: CONNECTIONS, id })),
        ],
      })
      .commit();
    this.#nextId = Math.max(this.#nextId, next);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

function formerRows({
  sas,
  nextId,
}: {
  sas: readonly { id: number; value: Uint8Array }[];
  nextId: number;
}): Row[] {
  for (const { id, value } of sas) decodeSa(id, value);
  return [
    ...sas.map(({ id, value }) => ({ table: SAS, id, value })),
    { table: META, id: NEXT_ID, value: encodeNextId(nextId) },
  ];
}

export function encodeSa(sa: StoredSa): Uint8Array {
  return Sa.encode(sa).finish();
}

/** @throws {StoreRefusal} when these are the bytes of another SA, or of none */
export function decodeSa(id: number, value: Uint8Array): StoredSa {
  const sa = decodeMessage(id, value);
  if (sa.id !== id) throw new StoreRefusal(`the store is damaged: in the row of SA ${id} stands SA ${sa.id}`);
  const stored: Record<string, unknown> = {};
  for (const field of STORED) if (sa[field] != null) stored[field] = plain(sa[field]);
  return stored as StoredSa;
}

/** A message inside another as an object of its own, with the defaults that decoded ones have from their prototype. */
function plain(value: unknown): unknown {
  return typeof value === 'object' ? { ...Object.getPrototypeOf(value), ...value } : value;
}

function decodeMessage(id: number, value: Uint8Array): InstanceType<typeof Sa> {
  try {
    return Sa.decode(value);
  } catch (error) {
    throw new StoreRefusal(
      `the store is damaged: the row of SA ${id} is no SA (${(error as Error).message})`,
    );
  }
}

/** @throws {StoreRefusal} when these are the bytes of another exchange, or of none */
function decodeExchange(id: number, value: Uint8Array): ExchangeRow {
  try {
    const row = StoredExchange.decode(value);
    if (row.id === id) return row;
  } catch {
    // as if another stood there
  }
  throw new StoreRefusal(`the store is damaged: the row of exchange ${id} is none`);
}

function encodeConnection({ id, name, startedMs, moves }: ConnectionFields): Uint8Array {
  return Connection.encode({ id, name, startedMs, moves }).finish();
}

/** @throws {StoreRefusal} when these are the bytes of another connection, or of none */
function decodeConnection(id: number, value: Uint8Array): ConnectionFields {
  try {
    const { name, startedMs, moves, ...decoded } = Connection.decode(value);
    if (decoded.id === id && name !== '') return { id, name, startedMs, moves };
  } catch {
    // as if another stood there
  }
  throw new StoreRefusal(`the store is damaged: the row of connection ${id} is none`);
}

function encodeNextId(nextId: number): Uint8Array {
  const value = Buffer.alloc(8);
  value.writeDoubleBE(nextId);
  return value;
}

function decodeNextId(value: Uint8Array): number {
  return new DataView(value.buffer, value.byteOffset).getFloat64(0);
}

function hasMarker(path: string): boolean {
  try {
    return lstatSync(path) !== undefined;
  } catch {
    return false; // it is not there, or the store is as much out of reach, which says why
  }
}

/** An empty one says as much. */
function writeMarker(path: string): void {
  if (hasMarker(path)) return;
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
