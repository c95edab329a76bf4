/**
 * Key exchanges in the daemon: punted packets go to src/exchange, and its decisions go to the attachment, the SAD, the store and
 * the monitors.
 */
import type { ExchangeConfig } from '../config/exchange.js';
import {
  type ExchangeSummary,
  Refusal,
  type Second as SecondMessage,
  type Service as ServiceMessage,
} from '../control/handler.js';
import type { ExchangeConnection, Flow } from '../exchange/connection.js';
import { type ExchangeHost, ExchangeRelay, type ExchangeVerdict } from '../exchange/relay.js';
import { Second } from '../exchange/second.js';
import { type Logger, OncePerInterval } from '../observe/log.js';
import { createVerdictCounters, type OriginatedCounters, type VerdictCounters } from '../relay/counters.js';
import { TokenBucket } from '../relay/token-bucket.js';
import {
  BAD_UDP,
  FORWARD,
  ICMP_FORWARD,
  ICMP_UNMATCHED,
  IKE,
  IKE_COOKIE,
  IKE_FORWARD,
  IKE_HALF_OPEN,
  IKE_MALFORMED,
  IKE_NO_SECOND,
  IKE_NO_SERVICE,
  IKE_UNMATCHED,
  KEEPALIVE,
  PEER_MISMATCH,
  UNKNOWN_SPI,
  VERDICTS,
} from '../relay/verdict.js';
import type { Side } from '../sad/connection.js';
import { SaRefusal } from '../sad/database.js';
import { addressHashWord, type SpiPresence } from '../table/spi-presence.js';
import { equalAddresses, familyOf, isSingleAddress, type Prefix } from '../wire/address.js';
import { type Datagram, parseDatagram, type UdpEnd } from '../wire/datagram.js';
import { PORT_NAT_TRAVERSAL } from '../wire/protocol.js';
import type { ExchangeFields } from './connection-message.js';
import type { DatagramSender } from './datagram-sender.js';
import { ExchangeErrors } from './exchange-errors.js';
import { exchangeFields, exchangeSummary, secondMessages, serviceMessages } from './exchange-message.js';
import { connectionOf, rowOf, sharingAddresses } from './exchange-row.js';
import { endsOf, LearnedSas, lastPacketMs } from './learned-sas.js';
import type { PuntedPacket, Punts } from './punts.js';
import type { SaManager } from './sa-manager.js';
import type { ExchangeRow } from './sa-store.js';

const SWEEP_MS = 1000;
/** Changes that are to last are written in lots. */
const SAVE_MS = 20;
const TROUBLE_INTERVAL_MS = 60_000;

/** An SPI that is about to be learnt, and its packets until then. */
interface SeenSpi {
  readonly connection: ExchangeConnection;
  readonly isUp: boolean;
  readonly spi: number;
  packets: number;
  bytes: number;
}

export interface ExchangesOptions {
  readonly config: ExchangeConfig;
  /** The relay's own. */
  readonly addresses: readonly Prefix[];
  readonly manager: SaManager;
  readonly punts: Punts;
  /** Where the kernel's filter lets unknown SPIs through; undefined: there is none. */
  readonly sources: SpiPresence | undefined;
  readonly sender: DatagramSender;
  /** ICMP errors about exchanges that are translated, per second. */
  readonly icmpRate: number;
  /** Shared address: packets of no connection are this host's own, and go on to it. */
  readonly passesOthers: boolean;
  readonly log: Logger;
}

export class Exchanges implements ExchangeHost {
  readonly relay: ExchangeRelay;
  readonly #options: ExchangesOptions;
  readonly #learned: LearnedSas;
  readonly #toLearn = new Map<string, SeenSpi>();
  readonly #errors: ExchangeErrors;
  readonly #verdicts = createVerdictCounters();
  readonly #unsubscribe: (() => void)[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #dirty = new Set<number>();
  readonly #trouble = new OncePerInterval(TROUBLE_INTERVAL_MS);
  #config: ExchangeConfig;
  #saving: Promise<void> | undefined;
  #saveTimer: NodeJS.Timeout | undefined;

  constructor(options: ExchangesOptions) {
    this.#options = options;
    this.#config = options.config;
    const { manager } = options;
    this.#learned = new LearnedSas(manager);
    const { connections } = manager.database;
    this.relay = new ExchangeRelay(
      options.config.settings,
      this,
      { unix: Date.now, steady: () => performance.now() },
      ({ name }) => connections.open(name, Date.now()).id,
    );
    this.#errors = new ExchangeErrors(this.relay, new TokenBucket(options.icmpRate, performance.now() | 0));
    this.configure(options.config, options.addresses);
    const address = sharingAddresses();
    for (const row of manager.storedExchanges) this.#restore(row, address);
    for (const reason of [IKE, UNKNOWN_SPI, PEER_MISMATCH])
      this.#unsubscribe.push(options.punts.subscribe(reason, (punted) => this.#take(punted)));
    this.#unsubscribe.push(options.punts.subscribe(ICMP_UNMATCHED, (punted) => this.#takeError(punted)));
    this.#timer = setInterval(() => this.relay.sweep(), SWEEP_MS).unref();
  }

  /** Stops taking messages; resolves once everything that is to last does. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const end of this.#unsubscribe) end();
    clearTimeout(this.#saveTimer);
    await this.#saving;
    await this.#save();
  }

  /** Packets that it sent beside those that it forwarded. */
  get originated(): OriginatedCounters {
    return this.#options.sender.originated;
  }

  /** The verdicts of the control thread on punted packets: those that a worker counted are taken back. */
  get verdicts(): VerdictCounters {
    return this.#verdicts;
  }

  /** @throws {Refusal} when connections could not go on under another configuration: to be asked before anything follows it */
  check({ seconds }: ExchangeConfig): void {
    for (const { name, addresses } of seconds) {
      const known = this.relay.seconds.get(name);
      if (known !== undefined) this.#refuseLoss(known, addresses);
    }
  }

  /** Goes over to another configuration: connections go on, but for such as began after {@link check} and could not. */
  configure(config: ExchangeConfig, addresses: readonly Prefix[]): void {
    this.#config = config;
    const { relay } = this;
    relay.settings = config.settings;
    relay.services = config.services;
    relay.addresses = addresses.filter(isSingleAddress).map(({ bytes }) => bytes);
    const names = new Set(config.seconds.map(({ name }) => name));
    for (const name of relay.seconds.keys()) if (!names.has(name)) relay.seconds.delete(name);
    for (const settings of config.seconds) {
      const known = relay.seconds.get(settings.name);
      if (known === undefined) {
        relay.seconds.set(settings.name, new Second(settings));
      } else {
        known.weight = settings.weight;
        this.#readdress(known, settings.addresses);
      }
    }
  }

  /** @throws {Refusal} when there is no such second, or its new addresses are of another family than its connections need */
  setSecond(
    name: string,
    change: { addresses?: readonly Uint8Array[]; weight?: number; draining?: boolean },
  ): void {
    const second = this.relay.seconds.get(name);
    if (second === undefined)
      throw new Refusal(`there is no second named "${name}"; see ipsec-relay second list`);
    if (change.addresses !== undefined) {
      this.#refuseLoss(second, change.addresses);
      this.#readdress(second, change.addresses);
    }
    if (change.weight !== undefined) second.weight = change.weight;
    if (change.draining !== undefined) second.isDraining = change.draining;
  }

  seconds(): SecondMessage[] {
    return secondMessages(this.relay);
  }

  /** For the status. */
  summary(): ExchangeSummary {
    return exchangeSummary(this.relay, Date.now());
  }

  services(): ServiceMessage[] {
    return serviceMessages(this.relay);
  }

  /** The parts of a connection's message that its SAs do not tell; undefined: it has no key exchange. */
  fields(id: number): ExchangeFields | undefined {
    const connection = this.relay.connections.get(id);
    return connection && exchangeFields(connection, this.relay.settings.learnSpis);
  }

  /** @returns whether there was such a one */
  endConnection(id: number): boolean {
    const connection = this.relay.connections.get(id);
    if (connection === undefined) return false;
    this.relay.end(connection, 'deleted');
    return true;
  }

  // The ExchangeHost.

  send(datagram: Datagram): void {
    this.#options.sender.forward(datagram);
  }

  opened({ towards, first, second }: ExchangeConnection): void {
    this.#options.manager.database.countPort(towards.port, 1);
    this.#expect(first.peer.address, 1);
    for (const address of second.addresses) this.#expect(address, 1);
  }

  /** SPIs are learnt from there from now on, or not any more. */
  #expect(address: Uint8Array, by: 1 | -1): void {
    const word = addressHashWord(address);
    if (by === 1) this.#options.sources?.add(word);
    else this.#options.sources?.remove(word);
  }

  learn(connection: ExchangeConnection, isUp: boolean, spi: number, { length }: Datagram): void {
    const key = `${connection.id} ${isUp} ${spi}`;
    const seen = this.#toLearn.get(key);
    if (seen !== undefined) {
      seen.packets++;
      seen.bytes += length;
      return;
    }
    const first: SeenSpi = { connection, isUp, spi, packets: 1, bytes: length };
    this.#toLearn.set(key, first);
    // While packets of the SPI wait behind this one, the workers must not forward later ones: those would overtake them, beyond
    // the receiver's replay window (RFC 4303 §3.4.3).
    this.#options.punts.afterwards(() => {
      this.#toLearn.delete(key);
      this.#learnNow(first);
    });
  }

  #learnNow({ connection, isUp, spi, packets, bytes }: SeenSpi): void {
    if (this.relay.connections.get(connection.id) !== connection) return;
    try {
      this.#learned.learn(connection, isUp, spi, packets, bytes);
    } catch (error) {
      if (!(error instanceof SaRefusal)) throw error;
      this.#trouble.run('learn', () =>
        this.#options.log.warn(`connection ${connection.id}: an SPI was not learnt: ${error.message}`),
      );
    }
  }

  ownerOf(own: UdpEnd, spi: number): ExchangeConnection | undefined {
    return this.#learned.ownerOf(own, spi);
  }

  moved(connection: ExchangeConnection, from: Flow): void {
    this.#expect(from.peer.address, -1);
    this.#expect(connection.first.peer.address, 1);
    if (connection.first.own.port === PORT_NAT_TRAVERSAL)
      this.#moveLeg(connection, 'first', connection.first);
    this.changed(connection);
  }

  changed(connection: ExchangeConnection): void {
    if (connection.state !== 'established') return;
    this.#saveSoon(connection.id);
  }

  ended(connection: ExchangeConnection, why: string): void {
    const { database } = this.#options.manager;
    database.countPort(connection.towards.port, -1);
    this.#expect(connection.first.peer.address, -1);
    for (const address of connection.second.addresses) this.#expect(address, -1);
    const sad = database.connections.get(connection.id);
    if (sad !== undefined) {
      this.#learned.forget(connection);
      database.connections.close(sad);
    }
    if (connection.state !== 'established') return;
    this.tell('connection-deleted', `connection ${connection.id}: ${why}`);
    this.#saveSoon(connection.id);
  }

  tell(event: string, message: string): void {
    this.#options.manager.emit(event, message);
    const { log } = this.#options;
    // A second's states are spoken of by its name, with which the message begins.
    const isOfSecond = event.startsWith('second-');
    const isFault = FAULTS.has(event);
    const key = isOfSecond ? `${event} ${message.split(' ', 1)}` : event;
    this.#trouble.run(key, () => log[isFault ? 'warn' : 'info']({ event }, message));
  }

  lastPacketMs({ id }: ExchangeConnection): number {
    const { database } = this.#options.manager;
    const entries = [...(database.connections.get(id)?.entries ?? [])];
    return Math.max(0, ...entries.map((entry) => lastPacketMs(database, entry)));
  }

  #take(punted: PuntedPacket): void {
    const { packet, pieces, reason } = punted;
    const datagram = parseDatagram(packet, pieces);
    const { passesOthers } = this.#options;
    if (datagram === undefined) {
      // Native ESP and AH without an SA, and UDP that no host would accept.
      if (passesOthers) this.#pass(punted);
      else if (reason === IKE) this.#count(punted, BAD_UDP);
      return;
    }
    const word = this.relay.receive(datagram);
    if (passesOthers && OF_NO_CONNECTION.has(word)) {
      this.#pass(punted);
      return;
    }
    this.#count(punted, reason !== IKE && word === 'unknown-spi' ? reason : VERDICT_NUMBERS[word]);
  }

  #takeError(punted: PuntedPacket): void {
    const { sender, passesOthers } = this.#options;
    const errors = this.#errors;
    const steadyMs = performance.now() | 0;
    const verdict = errors.translate(punted.packet, (hopLimit) => sender.hopLimitAfter(hopLimit), steadyMs);
    if (verdict === ICMP_FORWARD) sender.send(errors.translated);
    else if (passesOthers && verdict === ICMP_UNMATCHED) {
      this.#pass(punted);
      return;
    }
    this.#count(punted, verdict);
  }

  /** Sends a packet on to this host as it came. */
  #pass(punted: PuntedPacket): void {
    this.#count(punted, this.#options.sender.pass(punted.packet));
  }

  /** The worker has counted the packet under its reason. */
  #count({ reason, pieces, arrived }: PuntedPacket, verdict: number): void {
    const counters = this.#verdicts;
    counters[reason]! -= pieces;
    counters[VERDICTS.length + reason]! -= arrived;
    counters[verdict]! += pieces;
    counters[VERDICTS.length + verdict]! += arrived;
  }

  #readdress(second: Second, addresses: readonly Uint8Array[]): void {
    const isSame =
      addresses.length === second.addresses.length &&
      addresses.every((address, at) => equalAddresses(address, second.addresses[at]!));
    if (isSame) return;
    const connections = this.#connectionsOf(second);
    for (const address of second.addresses) for (const _ of connections) this.#expect(address, -1);
    for (const address of addresses) for (const _ of connections) this.#expect(address, 1);
    second.addresses = addresses;
    for (const connection of connections) {
      const { towards } = connection;
      const address = second.addressOf(familyOf(towards.address));
      if (address === undefined)
        this.relay.end(connection, `${second.name} has no address of its family any more`);
      else this.#moveLeg(connection, 'second', { own: towards, peer: { address, port: PORT_NAT_TRAVERSAL } });
    }
  }

  /** A second keeps the families that its connections need. */
  #refuseLoss(second: Second, addresses: readonly Uint8Array[]): void {
    const lost = this.#connectionsOf(second).find(
      ({ towards }) => !addresses.some((address) => familyOf(address) === familyOf(towards.address)),
    );
    if (lost === undefined) return;
    throw new Refusal(
      `${second.name} has connections over IPv${familyOf(lost.towards.address)} and would have no such address; give it one`,
    );
  }

  #connectionsOf(second: Second): ExchangeConnection[] {
    return [...this.relay.connections.values()].filter((one) => one.second === second);
  }

  /** The learnt SAs of a connection follow; where they cannot, they are learnt anew. */
  #moveLeg(connection: ExchangeConnection, side: Side, flow: Flow): void {
    const { database } = this.#options.manager;
    const sad = database.connections.get(connection.id);
    if (sad === undefined || sad.entries.size === 0) return;
    try {
      database.moveLeg(sad, side, endsOf(flow));
    } catch (error) {
      if (!(error instanceof SaRefusal)) throw error;
      this.#learned.forget(connection);
    }
  }

  #restore(row: ExchangeRow, address: (text: string) => Uint8Array): void {
    const service = this.#config.services.find(({ name }) => name === row.service);
    const second = this.relay.seconds.get(row.second!);
    if (service === undefined || second === undefined) {
      this.#options.log.warn(
        `connection ${row.id} led to ${row.second} by service "${row.service}", which is no more; it ends`,
      );
      this.#saveSoon(row.id!);
      return;
    }
    const connection = connectionOf(row, service, second, performance.now(), address);
    const { connections } = this.#options.manager.database;
    connections.open(service.name, row.startedMs!, row.id!);
    this.relay.restore(connection);
  }

  #saveSoon(id: number): void {
    this.#dirty.add(id);
    this.#saveTimer ??= setTimeout(() => {
      this.#saveTimer = undefined;
      this.#saving = (this.#saving ?? Promise.resolve()).then(() => this.#save());
    }, SAVE_MS);
  }

  async #save(): Promise<void> {
    const ids = [...this.#dirty];
    this.#dirty.clear();
    if (ids.length === 0) return;
    const put: ExchangeRow[] = [];
    const remove: number[] = [];
    for (const id of ids) {
      const connection = this.relay.connections.get(id);
      if (connection === undefined) remove.push(id);
      else put.push(rowOf(connection));
    }
    try {
      await this.#options.manager.saveExchanges(put, remove);
    } catch (error) {
      for (const id of ids) this.#dirty.add(id);
      this.#trouble.run('save', () =>
        this.#options.log.error(
          `key exchanges cannot be made to last: ${(error as Error).message}; trying again`,
        ),
      );
      this.#saveTimer ??= setTimeout(() => {
        this.#saveTimer = undefined;
        this.#saving = this.#save();
      }, SWEEP_MS).unref();
    }
  }
}

const OF_NO_CONNECTION: ReadonlySet<ExchangeVerdict> = new Set([
  'ike-no-service',
  'ike-unmatched',
  'unknown-spi',
  'peer-mismatch',
]);

/** Events that somebody should look at. */
const FAULTS = new Set(['exchange-refused', 'exchange-unfinished', 'second-suspect', 'second-down']);

const VERDICT_NUMBERS: Readonly<Record<ExchangeVerdict, number>> = {
  'ike-forward': IKE_FORWARD,
  'ike-cookie': IKE_COOKIE,
  'ike-malformed': IKE_MALFORMED,
  'ike-no-service': IKE_NO_SERVICE,
  'ike-no-second': IKE_NO_SECOND,
  'ike-half-open': IKE_HALF_OPEN,
  'ike-unmatched': IKE_UNMATCHED,
  forward: FORWARD,
  keepalive: KEEPALIVE,
  'peer-mismatch': PEER_MISMATCH,
  'unknown-spi': UNKNOWN_SPI,
};
