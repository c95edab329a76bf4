/**
 * Changes to the SAD, one at a time: checked, published to the workers, made durable, and reported to
 * monitors. A change that was answered with success is on the disk; one that failed left nothing behind.
 */
import { EventEmitter } from 'node:events';
import { type AddedSa, type ControlEvent, Refusal, type Sa, type SaRequest } from '../control/handler.js';
import { type Logger, OncePerInterval } from '../observe/log.js';
import { refuseDefinition } from '../sad/acceptance.js';
import type { Connection, Side } from '../sad/connection.js';
import { type AddResult, describe, type MoveResult, type SaDatabase, SaRefusal } from '../sad/database.js';
import type { SaEntry } from '../sad/entry.js';
import type { LegEnds } from '../sad/leg.js';
import type { SaPolicy } from '../sad/policy.js';
import { formatAddress, formatAddressAndPort } from '../wire/address.js';
import { type Clocks, ClockWatch } from './clock-watch.js';
import { definitionOf, entryOf, saMessage, specificationOf, storedSa } from './sa-message.js';
import type { ExchangeRow, SaChange, SaStore } from './sa-store.js';

/** How often the lifetimes are looked at, milliseconds. */
const LIFETIME_INTERVAL_MS = 1000;
/** How often a store that takes no changes is spoken of, milliseconds. */
const TROUBLE_INTERVAL_MS = 60_000;
/** SAs that one step of the lifetimes is about: changes that people ask for come in between. */
const LOT = 4096;
/** SAs that are added in one turn: other clients have theirs in between. */
const ADD_LOT = 256;
const DUE_EVENTS = { soft: 'sa-soft-expired', idle: 'sa-idle' } as const;

export class SaManager {
  readonly database: SaDatabase;
  readonly #store: SaStore;
  readonly #log: Logger;
  readonly #events = new EventEmitter();
  #last: Promise<unknown> = Promise.resolve();
  readonly #unix: () => number;
  readonly #clock: ClockWatch;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  /** Ids of the connections that the store has. */
  readonly #storedConnections = new Set<number>();
  readonly #lifetimeTrouble = new OncePerInterval(TROUBLE_INTERVAL_MS);

  /** @param clocks `steady` is the database's own */
  constructor(
    database: SaDatabase,
    store: SaStore,
    log: Logger,
    clocks: Clocks = { unix: Date.now, steady: () => performance.now() },
  ) {
    this.database = database;
    this.#store = store;
    this.#log = log;
    this.#unix = clocks.unix;
    this.#clock = new ClockWatch(clocks);
    this.#events.setMaxListeners(0);
  }

  /**
   * Fills the SAD at the start: the durable SAs under their old ids, then the configuration's.
   * @throws {Refusal} naming the SA that does not fit
   */
  load(configured: readonly SaRequest[]): void {
    this.database.nextId = this.#store.nextId;
    const now = this.#unix();
    const { connections } = this.database;
    for (const fields of this.#store.connections()) {
      connections.restore(fields);
      this.#storedConnections.add(fields.id);
    }
    const ended: number[] = [];
    for (const stored of this.#store.all()) {
      const { id, name, expiresMs } = stored;
      if (expiresMs !== 0 && expiresMs <= now) {
        ended.push(id);
        continue;
      }
      try {
        this.database.restore(definitionOf(stored), entryOf(stored), now);
      } catch (error) {
        throw refusal(error, `the stored SA ${id}${name && ` "${name}"`} does not fit the configuration: `);
      }
    }
    ended.push(...this.#yieldToFile(configured));
    addConfigured(this.database, configured, now);
    const removeConnections = connections.dropEmpty().map(({ id }) => id);
    this.#exclusively(() => this.#commit({ put: [], remove: ended, removeConnections })).catch((error) =>
      this.#log.error({ error }, 'SAs that ended while ipsec-relayd was down could not be removed'),
    );
    this.#timer = setInterval(() => void this.lookAtLifetimes(), LIFETIME_INTERVAL_MS).unref();
  }

  /**
   * A stored SA that matches the same packets as one of the configuration file gives way to it.
   * @returns the ids of those that did
   */
  #yieldToFile(configured: readonly SaRequest[]): number[] {
    const gone: number[] = [];
    for (const request of configured) {
      const entry = request.spiAuto ? undefined : this.#matching(request);
      if (entry === undefined) continue;
      this.#log.warn(
        `${describe(entry)}, added at run time, matches the same packets as an [[sa]] of the configuration file, which takes its place`,
      );
      this.database.remove(entry, this.#unix());
      gone.push(entry.id);
    }
    return gone;
  }

  #matching(request: SaRequest): SaEntry | undefined {
    try {
      return this.database.matching(specificationOf(request, this.database.policy));
    } catch {
      return undefined; // addConfigured reports the problem
    }
  }

  /** Waits for changes under way; no more are made afterwards by the manager itself. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#last;
  }

  onEvent(listener: (event: ControlEvent) => void): () => void {
    this.#events.on('event', listener);
    return () => this.#events.off('event', listener);
  }

  emit(event: string, message: string, sa?: Sa): void {
    if (this.#events.listenerCount('event') === 0) return;
    this.#events.emit('event', { timeMs: Date.now(), event, message, ...(sa && { sa }) });
  }

  /** All or nothing; resolves once durable. */
  add(requests: readonly SaRequest[], replace: boolean): Promise<AddedSa[]> {
    return this.#exclusively(async () => {
      await this.#followClock();
      const now = this.#unix();
      const { policy } = this.database;
      const done: AddResult[] = [];
      try {
        for (const [at, request] of requests.entries()) {
          try {
            done.push(this.database.add(specificationOf(request, policy), 'runtime', now, replace));
          } catch (error) {
            throw refusal(error, '', requests.length > 1 ? at + 1 : 0);
          }
          if (at % ADD_LOT === ADD_LOT - 1) await new Promise(setImmediate);
        }
        const changed = done.filter(({ outcome }) => outcome !== 'existed');
        await this.#commit({
          put: changed.map(({ entry, definition }) => storedSa(entry, definition)),
          remove: [],
          putConnections: this.#newConnections(changed.map(({ entry }) => entry)),
        });
      } catch (error) {
        for (const { undo } of done.reverse()) undo();
        throw error;
      }
      return done.map(({ entry, definition: { match, emit }, outcome }) => {
        if (outcome !== 'existed') this.#tell(outcome === 'added' ? 'sa-added' : 'sa-replaced', entry);
        return {
          id: entry.id,
          spi: match.spi,
          toSpi: emit.spi,
          existed: outcome === 'existed',
          replaced: outcome === 'replaced',
        };
      });
    });
  }

  /** Those of the SAs that the store does not have. */
  #newConnections(entries: readonly SaEntry[]): Connection[] {
    const connections = new Set(entries.map((entry) => this.database.connections.of(entry)));
    return [...connections].filter(
      (connection): connection is Connection =>
        connection !== undefined && !connection.isKept && !this.#storedConnections.has(connection.id),
    );
  }

  /**
   * Moves a leg of a connection with all of its SAs; resolves once durable.
   * @param ends with a peer
   * @throws {Refusal} when there is no such connection, or an SA would not be acceptable there; then nothing has changed
   */
  moveLeg(id: number, side: Side, ends: LegEnds): Promise<void> {
    return this.#exclusively(async () => {
      const connection = this.connection(id);
      let done: MoveResult | undefined;
      try {
        done = this.database.moveLeg(connection, side, ends);
        const durable = done.moved.filter(({ entry }) => entry.origin === 'runtime');
        await this.#commit({
          put: durable.map(({ entry, definition }) => storedSa(entry, definition)),
          remove: [],
          putConnections: durable.length === 0 ? [] : [connection],
        });
      } catch (error) {
        done?.undo();
        throw refusal(error, '');
      }
      this.emit(
        'connection-moved',
        `connection ${id} "${connection.name}": its ${side} is now at ${formatPeer(ends)}`,
      );
    });
  }

  /** Keeps the rows of key exchanges that have changed. Rejects when they cannot be made durable. */
  saveExchanges(putExchanges: readonly ExchangeRow[], removeExchanges: readonly number[]): Promise<void> {
    return this.#exclusively(() => this.#commit({ put: [], remove: [], putExchanges, removeExchanges }));
  }

  /** An SA was learnt from a connection's traffic. */
  tellLearned(entry: SaEntry): void {
    this.#tell('sa-learned', entry);
  }

  get hasStoredExchanges(): boolean {
    return this.#store.hasExchanges;
  }

  /** As the store has them; to be read before it changes. */
  get storedExchanges(): Iterable<ExchangeRow> {
    return this.#store.exchanges();
  }

  connection(id: number): Connection {
    const connection = this.database.connections.get(id);
    if (connection === undefined)
      throw new Refusal(`there is no connection ${id}; see ipsec-relay connection list`);
    return connection;
  }

  /** Deletes a connection's SAs. */
  deleteConnection(id: number): Promise<number> {
    return this.#exclusively(async () => this.#delete([...this.connection(id).entries], 'sa-deleted'));
  }

  /** Deletes the SA of this id. @throws {Refusal} when there is none, or it stands in the configuration */
  deleteById(id: number): Promise<number> {
    return this.#exclusively(async () => {
      const entry = this.get(id);
      return this.#delete([entry], 'sa-deleted');
    });
  }

  deleteByName(name: string): Promise<number> {
    return this.#exclusively(async () => {
      const entries = this.database.named(name);
      if (entries.length === 0) throw new Refusal(`there is no SA named "${name}"; see ipsec-relay sa list`);
      return this.#delete(entries, 'sa-deleted');
    });
  }

  /** Deletes every SA that was added at run time; the configuration's stay. */
  flush(): Promise<number> {
    return this.#exclusively(() =>
      this.#delete(
        [...this.database.entries()].filter(({ origin }) => origin === 'runtime'),
        'sa-deleted',
      ),
    );
  }

  get(id: number): SaEntry {
    const entry = this.database.get(id);
    if (entry === undefined) throw new Refusal(`there is no SA ${id}; see ipsec-relay sa list`);
    return entry;
  }

  /**
   * Goes over to another configuration, touching only the SAs that differ. When an SA or the host refuses
   * it, everything is as before.
   * @param changeHost brings the host's routes in line with the policy
   */
  reconfigure(
    requests: readonly SaRequest[],
    policy: SaPolicy,
    changeHost: () => Promise<void>,
  ): Promise<{ added: number; replaced: number; deleted: number }> {
    return this.#exclusively(async () => {
      await this.#followClock();
      const before = this.database.policy;
      let done: AddResult[] = [];
      try {
        this.#refuseMisfits(policy);
        this.database.policy = policy;
        done = addConfigured(this.database, requests, this.#unix());
        await changeHost();
      } catch (error) {
        for (const { undo } of done.reverse()) undo();
        this.database.policy = before;
        throw error;
      }
      const kept = new Set(done.map(({ entry }) => entry));
      const gone = [...this.database.entries()].filter(
        (entry) => entry.origin === 'config' && !kept.has(entry),
      );
      this.#withdraw(gone, 'sa-deleted');
      for (const { entry, outcome } of done) {
        if (outcome !== 'existed') this.#tell(outcome === 'added' ? 'sa-added' : 'sa-replaced', entry);
      }
      const count = (outcome: string) => done.filter((result) => result.outcome === outcome).length;
      return { added: count('added'), replaced: count('replaced'), deleted: gone.length };
    });
  }

  /** An SA that was accepted at run time is not dropped because the file changed. */
  #refuseMisfits(policy: SaPolicy): void {
    for (const entry of this.database.entries()) {
      if (entry.origin === 'config') continue;
      const reason = refuseDefinition(this.database.definition(entry), policy);
      if (reason !== undefined)
        throw new Refusal(`${describe(entry)} would not fit: ${reason}; or delete it first`);
    }
  }

  /**
   * Ends the SAs whose lifetime is over, and tells of those that should be replaced or lie idle. Resolves when that
   * is done, also when it was under way.
   */
  lookAtLifetimes(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    try {
      await this.#exclusively(() => this.#followClock());
      while (this.database.isDue) {
        await this.#exclusively(() => this.#lookAtLot());
        await new Promise(setImmediate);
      }
    } catch (error) {
      this.#lifetimeTrouble.run('lifetimes', (suppressed) =>
        this.#log.error(
          { ...(suppressed > 0 && { suppressed }) },
          `SAs whose lifetime is over could not be removed: ${(error as Error).message}; trying again`,
        ),
      );
    }
  }

  async #lookAtLot(): Promise<void> {
    const ended: SaEntry[] = [];
    for (const { entry, what } of this.database.due(this.#unix(), LOT)) {
      if (what === 'hard') ended.push(entry);
      else this.#tell(DUE_EVENTS[what], entry);
    }
    if (ended.length > 0) await this.#delete(ended, 'sa-expired');
  }

  /** When the clock was set: lifetimes go on by the time that passes, and end at other times by the clock. */
  async #followClock(): Promise<void> {
    const stepMs = this.#clock.step();
    if (stepMs === 0) return;
    this.#log.warn({ stepMs }, 'the clock was set; lifetimes go on by the time that really passes');
    const moved = this.database.shiftClock(stepMs).filter(({ origin }) => origin === 'runtime');
    for (let at = 0; at < moved.length; at += LOT) {
      const put = moved.slice(at, at + LOT).map((entry) => storedSa(entry, this.database.definition(entry)));
      await this.#commit({ put, remove: [] });
    }
  }

  /** Durable first: after a crash in between, a deleted SA must not come back. */
  async #delete(entries: readonly SaEntry[], event: string): Promise<number> {
    const configured = event === 'sa-deleted' && entries.find(({ origin }) => origin === 'config');
    if (configured) {
      throw new Refusal(
        `${describe(configured)} stands in the configuration file; remove it there and reload`,
      );
    }
    await this.#commit({
      put: [],
      remove: entries.filter(({ origin }) => origin === 'runtime').map(({ id }) => id),
      removeConnections: this.#endingConnections(entries),
    });
    this.#withdraw(entries, event);
    return entries.length;
  }

  /** Those of which all SAs are among these. */
  #endingConnections(entries: readonly SaEntry[]): number[] {
    const left = new Map<Connection, number>();
    for (const entry of entries) {
      const connection = this.database.connections.of(entry);
      if (connection === undefined || !this.#storedConnections.has(connection.id)) continue;
      left.set(connection, (left.get(connection) ?? connection.entries.size) - 1);
    }
    return [...left].filter(([, count]) => count === 0).map(([{ id }]) => id);
  }

  #withdraw(entries: readonly SaEntry[], event: string): void {
    const now = this.#unix();
    for (const entry of entries) {
      this.#tell(event, entry);
      this.database.remove(entry, now);
    }
  }

  async #commit(change: Omit<SaChange, 'nextId'>): Promise<void> {
    const { put, remove, putConnections = [], removeConnections = [] } = change;
    const { putExchanges = [], removeExchanges = [] } = change;
    const parts = [put, remove, putConnections, removeConnections, putExchanges, removeExchanges];
    if (parts.every(({ length }) => length === 0)) return;
    try {
      await this.#store.commit({ ...change, nextId: this.database.nextId });
      for (const { id } of putConnections) this.#storedConnections.add(id);
      for (const id of removeConnections) this.#storedConnections.delete(id);
    } catch (error) {
      throw new Refusal(`${(error as Error).message}; nothing was changed`);
    }
  }

  #tell(event: string, entry: SaEntry): void {
    if (this.#events.listenerCount('event') > 0) {
      this.emit(event, describe(entry), saMessage(this.database, entry, this.#unix()));
    }
    this.#log.debug({ event, id: entry.id, name: entry.name }, 'SAD changed');
  }

  /** One change at a time, in the order they came. */
  #exclusively<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#last.then(change);
    this.#last = result.catch(() => {});
    return result;
  }
}

/**
 * Adds the configuration's SAs to a SAD, or changes those that have the same match; all or nothing.
 * @throws {Refusal} naming the first that is not accepted
 */
export function addConfigured(
  database: SaDatabase,
  requests: readonly SaRequest[],
  nowMs = Date.now(),
): AddResult[] {
  const done: AddResult[] = [];
  const entries = new Set<SaEntry>();
  try {
    requests.forEach((request, at) => {
      const label = `[[sa]] ${request.name ? `"${request.name}"` : `number ${at + 1}`}: `;
      let result: AddResult;
      try {
        result = database.add(specificationOf(request, database.policy), 'config', nowMs, true);
      } catch (error) {
        throw refusal(error, label);
      }
      done.push(result);
      if (entries.has(result.entry)) {
        throw new Refusal(`${label}another [[sa]] matches the same packets; remove one of them`);
      }
      entries.add(result.entry);
    });
  } catch (error) {
    for (const { undo } of done.reverse()) undo();
    throw error;
  }
  return done;
}

function formatPeer({ peer, peerPort }: LegEnds): string {
  return peerPort === 0 ? formatAddress(peer!) : formatAddressAndPort(peer!, peerPort);
}

/** A refusal of the SAD, as an answer to the client. */
function refusal(error: unknown, prefix: string, position = 0): unknown {
  if (error instanceof SaRefusal) return new Refusal(prefix + error.message, 'refused', position);
  if (error instanceof Refusal) return new Refusal(prefix + error.message, error.kind, position);
  return error;
}
