/**
 * Key exchanges through the relay (RFC 7296, RFC 2409, RFC 4555), which holds no key and alters no byte of a message: it reads
 * the header, finds the connection (directory.ts), and sends the datagram on between other addresses and ports.
 *
 * Pure: it sends, learns and reports through an {@link ExchangeHost}.
 */
import { equalAddresses, familyOf, formatAddress, formatAddressAndPort } from '../wire/address.js';
import type { Datagram, UdpEnd } from '../wire/datagram.js';
import {
  cookieOf,
  cookieRequest,
  digestOf,
  hasMarker,
  hasNoResponder,
  IKE_SA_INIT,
  type IkeHeader,
  isInformational,
  NON_ESP_MARKER,
  parseIke,
  withMarker,
} from '../wire/ike.js';
import { PORT_NAT_TRAVERSAL, type PortRange } from '../wire/protocol.js';
import { ExchangeConnection, type Flow, flowKey, sameFlow } from './connection.js';
import { Cookies } from './cookie.js';
import { Directory, IKE_PORTS, prefixKey } from './directory.js';
import { Refusals } from './refusals.js';
import { chooseSecond, type Second, type Service, serviceFor } from './second.js';
import { placeTowards } from './towards.js';
import {
  connectionTrouble,
  noService,
  relayAddressesTowards,
  secondTrouble,
  serviceTrouble,
} from './trouble.js';

/** The limits of `[exchange]`; times in seconds. */
export interface ExchangeSettings {
  readonly halfOpen: number;
  readonly halfOpenPerPrefix: number;
  readonly halfOpenTimeout: number;
  readonly idle: number;
  readonly learnSpis: boolean;
  readonly cookieThreshold: number;
  readonly connections: number;
  readonly ports: PortRange;
}

/** The verdict on a message, as its word (src/relay/verdict.ts). */
export type ExchangeVerdict =
  | 'ike-forward'
  | 'ike-cookie'
  | 'ike-malformed'
  | 'ike-no-service'
  | 'ike-no-second'
  | 'ike-half-open'
  | 'ike-unmatched'
  | 'forward'
  | 'unknown-spi'
  | 'peer-mismatch'
  | 'keepalive';

/** The surroundings of the exchanges. */
export interface ExchangeHost {
  /** Sends a datagram on, or one of the relay's own. */
  send(datagram: Datagram): void;
  /** The connection's port towards its second is in use from now on, until it has {@link ended}. */
  opened(connection: ExchangeConnection): void;
  /** An SPI of ESP was seen on a connection. @param isUp from first to second */
  learn(connection: ExchangeConnection, isUp: boolean, spi: number, datagram: Datagram): void;
  /** The one connection that has learnt this SPI of packets from its first; undefined: none, or several. */
  ownerOf(own: UdpEnd, spi: number): ExchangeConnection | undefined;
  /** The first is elsewhere; the connection says where. */
  moved(connection: ExchangeConnection, from: Flow): void;
  /** Begun, established, or with other SPI pairs: its durable fields have changed. */
  changed(connection: ExchangeConnection): void;
  ended(connection: ExchangeConnection, why: string): void;
  tell(event: string, message: string): void;
  /** Packets that the SAs of the connection have carried lately: Unix time of the last one, milliseconds. */
  lastPacketMs(connection: ExchangeConnection): number;
}

export interface ExchangeClocks {
  readonly unix: () => number;
  readonly steady: () => number;
}

/** A first message without retransmissions counts as unanswered after so long, milliseconds. */
const UNANSWERED_MS = 6000;
/** All established connections have been looked at after so many sweeps. */
const SWEEPS = 8;

export class ExchangeRelay {
  services: readonly Service[] = [];
  readonly seconds = new Map<string, Second>();
  settings: ExchangeSettings;
  /** The relay addresses, for choosing one towards a second. */
  addresses: readonly Uint8Array[] = [];
  readonly refusals = new Refusals();
  readonly #host: ExchangeHost;
  readonly #clocks: ExchangeClocks;
  readonly #nextId: (service: Service) => number;
  readonly #cookies = new Cookies();
  readonly #directory = new Directory();
  #sweeping = this.connections.values();

  /** @param nextId of connections */
  constructor(
    settings: ExchangeSettings,
    host: ExchangeHost,
    clocks: ExchangeClocks,
    nextId: (service: Service) => number,
  ) {
    this.settings = settings;
    this.#host = host;
    this.#clocks = clocks;
    this.#nextId = nextId;
  }

  get connections(): ReadonlyMap<number, ExchangeConnection> {
    return this.#directory.connections;
  }

  get halfOpen(): number {
    return this.#directory.halfOpen.size;
  }

  /** A datagram for a relay address that no SA is for. */
  receive(datagram: Datagram): ExchangeVerdict {
    return IKE_PORTS.includes(datagram.to.port) ? this.#fromFirst(datagram) : this.#fromSecond(datagram);
  }

  /**
   * A datagram that the relay sent on did not arrive: an ICMP error is about it.
   * @param initiatorSpi of the IKE message that it carries; undefined: it carries ESP
   * @param isUnreachable its destination is out of reach; otherwise it is only too long, or the like
   * @returns between which ends the datagram came to the relay; undefined: it sent none of these
   */
  undelivered(
    { from, to }: Pick<Datagram, 'from' | 'to'>,
    initiatorSpi: string | undefined,
    isUnreachable: boolean,
  ): Pick<Datagram, 'from' | 'to'> | undefined {
    const isIt = (connection: ExchangeConnection) =>
      initiatorSpi === undefined ? connection.isAnswered : connection.hasInitiator(initiatorSpi);
    if (IKE_PORTS.includes(from.port)) {
      const connection = this.#directory.latestAt({ peer: to, own: from }, isIt);
      const address = connection?.second.addressOf(familyOf(connection.towards.address));
      return address && { from: { address, port: from.port }, to: connection!.towards };
    }
    const connection = this.#directory.towards(from, to);
    if (connection === undefined || !isIt(connection)) return undefined;
    // Its first message is lost if the second's host refuses it, so that is a sign like silence.
    if (isUnreachable) connection.second.isUnreachable = true;
    if (isUnreachable && !connection.isAnswered && !connection.isMissed) this.#missed(connection);
    const flow = flowOnPort(connection, connection.first, to.port);
    return flow && { from: flow.peer, to: flow.own };
  }

  /** Puts a connection back after a restart. */
  restore(connection: ExchangeConnection): void {
    this.#enter(connection);
  }

  /** Ends connections that are half-open or idle for too long, and notices seconds that do not answer; to be called every second or so. */
  sweep(): void {
    const now = this.#clocks.steady();
    const unixNow = this.#clocks.unix();
    const { halfOpenTimeout, idle } = this.settings;
    for (const connection of this.#directory.halfOpen) {
      const age = now - connection.activeAtMs;
      if (age > halfOpenTimeout * 1000) this.#giveUp(connection);
      else if (!connection.isAnswered && !connection.isMissed && age > UNANSWERED_MS)
        this.#missed(connection);
    }
    // A share of all connections each time: idleness is counted in many more seconds.
    for (let left = Math.ceil(this.connections.size / SWEEPS); left > 0; left--) {
      const { value: connection, done } = this.#sweeping.next();
      if (done) {
        this.#sweeping = this.connections.values();
        break;
      }
      if (connection.state === 'half-open') continue;
      this.#directory.settle(connection, now);
      if (now - connection.activeAtMs <= idle * 1000) continue;
      if (unixNow - this.#host.lastPacketMs(connection) <= idle * 1000) continue;
      this.#host.tell('connection-idle', `connection ${connection.id} has carried nothing for ${idle} s`);
      this.end(connection, 'idle');
    }
  }

  end(connection: ExchangeConnection, why: string): void {
    this.#directory.leave(connection);
    this.#host.ended(connection, why);
  }

  #giveUp(connection: ExchangeConnection): void {
    const trouble = connectionTrouble(connection);
    this.#host.tell(
      'exchange-unfinished',
      `connection ${connection.id}: ${formatEnd(connection.first.peer)} with ${connection.second.name} was not completed in ${this.settings.halfOpenTimeout} s${trouble && `: ${trouble}`}`,
    );
    this.end(connection, 'not completed in time');
  }

  #refuse(verdict: ExchangeVerdict, message: () => string): ExchangeVerdict {
    const news = this.refusals.count(verdict, this.#clocks.unix(), message);
    if (news !== undefined) this.#host.tell('exchange-refused', news);
    return verdict;
  }

  #fromFirst(datagram: Datagram): ExchangeVerdict {
    const { from, to, payload } = datagram;
    const flow: Flow = { peer: from, own: to };
    let message = payload;
    if (to.port === PORT_NAT_TRAVERSAL) {
      if (payload.length === 1) return 'keepalive';
      if (!hasMarker(payload)) return this.#espFromFirst(datagram, flow);
      message = payload.subarray(NON_ESP_MARKER);
    }
    const header = parseIke(message);
    if (header === undefined) return 'ike-malformed';
    const known = this.#find(header, flow);
    if (known !== undefined) return this.#relayToSecond(known, header, message, datagram, flow);
    if (!header.isInitial) return 'ike-unmatched';
    const begun = this.#begin(header, message, flow, datagram);
    if (typeof begun === 'string') return begun;
    return this.#relayToSecond(begun, header, message, datagram, flow);
  }

  #find(header: IkeHeader, flow: Flow): ExchangeConnection | undefined {
    const directory = this.#directory;
    if (header.isInitial) return directory.ofInitiator(initiatorKey(flow, header));
    // Version 1: the responder's cookie is not known until it has answered.
    // A rekeyed IKE SA has SPIs that the relay has never seen: it comes from where a first is bound.
    return directory.ofPair(header.pair) ?? directory.latestAt(flow);
  }

  #begin(
    header: IkeHeader,
    message: Uint8Array,
    flow: Flow,
    datagram: Datagram,
  ): ExchangeConnection | ExchangeVerdict {
    const { settings } = this;
    const service = serviceFor(this.services, flow.own.address, flow.peer.address);
    if (service === undefined) return this.#refuse('ike-no-service', () => noService(this.services, flow));
    const now = this.#clocks.steady();
    const verdict = this.#admit(header, message, flow, datagram, now);
    if (verdict !== undefined) return verdict;
    const key =
      service.balance === 'address'
        ? formatAddress(flow.peer.address)
        : `${formatAddress(flow.peer.address)} ${header.initiatorSpi}`;
    const seconds = service.seconds.flatMap((name) => this.seconds.get(name) ?? []);
    const second = chooseSecond(seconds, key, now);
    const { addresses } = this;
    const own = addresses.find((one) => equalAddresses(one, flow.own.address)) ?? flow.own.address;
    const towards =
      second &&
      placeTowards(second, service, own, key, {
        directory: this.#directory,
        ports: settings.ports,
        addresses,
      });
    if (second === undefined)
      return this.#refuse(
        'ike-no-second',
        () => `${formatEnd(flow.peer)}: ${serviceTrouble(service, seconds)}`,
      );
    if (towards === undefined) {
      return this.#refuse(
        'ike-no-second',
        () =>
          `${formatEnd(flow.peer)}: no port is free at a relay address of the family that ${second.name} has; add relay addresses to "towards" of service "${service.name}"`,
      );
    }
    const connection = new ExchangeConnection({
      id: this.#nextId(service),
      service,
      second,
      towards,
      first: {
        // Copied: in Buffer's pool it takes half of what it does alone.
        peer: { address: Buffer.from(flow.peer.address), port: flow.peer.port },
        // One copy, which all connections share.
        own: { address: own, port: flow.own.port },
      },
      version: header.version,
      startedMs: this.#clocks.unix(),
      nowMs: now,
      initiatorKey: initiatorKey(flow, header),
    });
    this.#enter(connection);
    this.#host.tell(
      'exchange-started',
      `connection ${connection.id}: ${formatEnd(flow.peer)} asks for service "${service.name}" and is led to ${second.name}`,
    );
    return connection;
  }

  /** @returns why the exchange may not begin; undefined: it may */
  #admit(
    { initiatorSpi, version }: IkeHeader,
    message: Uint8Array,
    flow: Flow,
    datagram: Datagram,
    now: number,
  ): ExchangeVerdict | undefined {
    const { settings, halfOpen } = this;
    const ofPrefix = this.#directory.halfOpenOf(prefixKey(flow.peer.address));
    const limit =
      this.connections.size >= settings.connections
        ? 'connections'
        : halfOpen >= settings.halfOpen
          ? 'half-open'
          : ofPrefix >= settings.halfOpenPerPrefix
            ? 'half-open-per-prefix'
            : undefined;
    if (limit !== undefined) {
      return this.#refuse(
        'ike-half-open',
        () =>
          `${formatEnd(flow.peer)} was refused because as many as "${limit}" allows are there; if they are no strangers, raise it in [exchange]`,
      );
    }
    // A prefix, too, keeps half of its exchanges for those that show their address: a stranger can forge any.
    const isSuspicious = halfOpen >= settings.cookieThreshold || ofPrefix >= settings.halfOpenPerPrefix / 2;
    if (settings.cookieThreshold === 0 || !isSuspicious || version !== 2) return undefined;
    const cookie = cookieOf(message);
    if (cookie !== undefined && this.#cookies.accepts(cookie, flow, initiatorSpi)) return undefined;
    const answer = cookieRequest(message, this.#cookies.make(flow, initiatorSpi, now));
    // An address never gets more bytes than came from it, so that the relay amplifies no attack. No true request is so short.
    if (answer.length > message.length) return 'ike-half-open';
    const hasOwnMarker = flow.own.port === PORT_NAT_TRAVERSAL;
    this.#send(datagram, flow.own, flow.peer, hasOwnMarker ? withMarker(answer) : answer);
    return 'ike-cookie';
  }

  #relayToSecond(
    connection: ExchangeConnection,
    header: IkeHeader,
    message: Uint8Array,
    datagram: Datagram,
    flow: Flow,
  ): ExchangeVerdict {
    // A second answers such a message with an error, whoever sent it.
    if (header.version !== connection.version) return 'ike-unmatched';
    const isOpen = header.version === 2 && !header.isInitial && !header.isEncrypted;
    if (isOpen && !sameFlow(flow, connection.first)) return 'ike-malformed';
    const now = this.#clocks.steady();
    const digest = digestOf(message);
    const key = messageKey(header);
    if (header.version === 1) {
      const before = connection.first;
      if (connection.message(flow, digest, now)) this.#move(connection, before, flow);
    } else if (header.isResponse) {
      const pair = sameFlow(flow, connection.first) ? connection.takeOfferedPair(key) : undefined;
      if (pair !== undefined) this.#bind(connection, pair, -1);
    } else {
      const before = connection.first;
      const { passes, isRepeated, isUnanswered, movesBack } = connection.request(
        key,
        header.pair,
        header.isProof ? header.messageId : undefined,
        flow,
        digest,
        now,
      );
      if (!passes) return 'ike-half-open';
      if (movesBack) this.#move(connection, before, flow);
      if (isRepeated && header.isInitial && !connection.isAnswered) this.#missed(connection);
      const isOn4500 = flow.own.port === PORT_NAT_TRAVERSAL;
      if (isOn4500) connection.hasAskedOn4500 = true;
      if (isOn4500 && isUnanswered) connection.second.unansweredOn4500++;
    }
    this.#toSecond(connection, datagram, flow.own.port);
    return 'ike-forward';
  }

  #fromSecond(datagram: Datagram): ExchangeVerdict {
    const { from, payload } = datagram;
    const connection = this.#directory.towards(datagram.to, from);
    if (connection === undefined) return 'peer-mismatch';
    let message = payload;
    if (from.port === PORT_NAT_TRAVERSAL) {
      if (payload.length === 1) return 'keepalive';
      if (!hasMarker(payload)) return this.#espFromSecond(connection, datagram);
      message = payload.subarray(NON_ESP_MARKER);
    }
    const header = parseIke(message);
    if (header === undefined) return 'ike-malformed';
    this.#answered(connection.second, from.port);
    connection.isAnsweredOn4500 ||= from.port === PORT_NAT_TRAVERSAL;
    const now = this.#clocks.steady();
    connection.activeAtMs = now;
    if (!isInformational(header)) connection.keyedAtMs = now;
    connection.isAnswered = true;
    const to =
      header.version !== connection.version
        ? connection.first
        : header.version === 1
          ? this.#replyOfVersion1(connection, header, now)
          : this.#reply(connection, header, now);
    const flow = flowOnPort(connection, to, from.port);
    if (flow === undefined) return 'ike-unmatched';
    this.#send(datagram, flow.own, flow.peer, payload);
    return 'ike-forward';
  }

  /** @returns where a message of the second's goes */
  #reply(connection: ExchangeConnection, header: IkeHeader, now: number): Flow {
    const key = messageKey(header);
    const { pair } = header;
    if (!header.isResponse) {
      if (!connection.hasPair(pair) && !hasNoResponder(header)) connection.offerPair(key, pair);
      return connection.first;
    }
    const before = connection.first;
    const { to, isFirst, movesTo } = connection.answer(key, now);
    if (!isFirst) return to;
    if (hasNoResponder(header)) {
      connection.reopen(key);
      return to;
    }
    if (!connection.hasPair(pair))
      this.#bind(connection, pair, header.exchangeType === IKE_SA_INIT ? 0 : header.messageId);
    if (movesTo !== undefined) this.#move(connection, before, movesTo);
    if (header.isProof) this.#establish(connection);
    return to;
  }

  #replyOfVersion1(connection: ExchangeConnection, header: IkeHeader, now: number): Flow {
    const before = connection.first;
    const movesTo = connection.reply(now);
    if (movesTo !== undefined) this.#move(connection, before, movesTo);
    if (!connection.hasPair(header.pair)) this.#bind(connection, header.pair, undefined);
    // Quick mode and later exchanges follow the authentication (RFC 2409 §5.5).
    if (header.exchangeType > 5) this.#establish(connection);
    return connection.first;
  }

  #espFromFirst(datagram: Datagram, flow: Flow): ExchangeVerdict {
    const spi = espSpiOf(datagram.payload);
    if (spi === undefined) return 'unknown-spi';
    let latest = this.#directory.latestAt(flow, ({ isAnswered }) => isAnswered);
    if (latest !== undefined && this.settings.learnSpis) this.#host.learn(latest, true, spi, datagram);
    // A first that sends nothing but ESP from its new place: the second judges it, and where answers go stays.
    latest ??= this.#host.ownerOf(flow.own, spi);
    if (latest === undefined) return 'unknown-spi';
    this.#toSecond(latest, datagram, PORT_NAT_TRAVERSAL);
    return 'forward';
  }

  #espFromSecond(connection: ExchangeConnection, datagram: Datagram): ExchangeVerdict {
    const spi = espSpiOf(datagram.payload);
    const flow = flowOnPort(connection, connection.first, PORT_NAT_TRAVERSAL);
    if (spi === undefined || flow === undefined) return 'unknown-spi';
    if (this.settings.learnSpis) this.#host.learn(connection, false, spi, datagram);
    this.#send(datagram, flow.own, flow.peer, datagram.payload);
    return 'forward';
  }

  #toSecond(connection: ExchangeConnection, datagram: Datagram, port: number): void {
    const address = connection.second.addressOf(familyOf(connection.towards.address))!;
    this.#send(datagram, connection.towards, { address, port }, datagram.payload);
  }

  #send(datagram: Datagram, from: UdpEnd, to: UdpEnd, payload: Uint8Array): void {
    this.#host.send({ ...datagram, from, to, payload });
  }

  #bind(connection: ExchangeConnection, pair: string, answeredUpTo: number | undefined): void {
    this.#directory.addPair(connection, pair, answeredUpTo);
    if (connection.state === 'established') this.#host.changed(connection);
  }

  #move(connection: ExchangeConnection, from: Flow, to: Flow): void {
    this.#directory.move(connection, to);
    // From port 500 to 4500 is how every exchange goes on (RFC 7296 §2.23).
    if (connection.state === 'established') {
      connection.moves++;
      connection.movedMs = this.#clocks.unix();
      this.#host.tell(
        'connection-moved',
        `connection ${connection.id}: first is now at ${formatEnd(to.peer)}, before at ${formatEnd(from.peer)}`,
      );
    }
    this.#host.moved(connection, from);
  }

  #establish(connection: ExchangeConnection): void {
    if (connection.state === 'established') return;
    connection.state = 'established';
    this.#directory.notHalfOpen(connection);
    this.#host.tell(
      'connection-established',
      `connection ${connection.id}: ${formatEnd(connection.first.peer)} with ${connection.second.name}`,
    );
    this.#host.changed(connection);
  }

  #missed(connection: ExchangeConnection): void {
    connection.isMissed = true;
    const { second } = connection;
    const before = second.state;
    second.missed(this.#clocks.steady());
    if (second.state === before) return;
    const from = relayAddressesTowards(this.services, second.name);
    this.#host.tell(`second-${second.state}`, secondTrouble(second, from));
  }

  #answered(second: Second, port: number): void {
    const before = second.state;
    second.answered(port, this.#clocks.unix());
    if (before === 'suspect' || before === 'down')
      this.#host.tell('second-up', `${second.name} answers again`);
  }

  #enter(connection: ExchangeConnection): void {
    this.#directory.enter(connection);
    this.#host.opened(connection);
  }
}

/** Names a message among those of one connection: a request and its response have the same name. */
function messageKey({ pair, initiatorSpi, exchangeType, messageId }: IkeHeader): string {
  return `${exchangeType === IKE_SA_INIT ? initiatorSpi : pair} ${exchangeType} ${messageId}`;
}

function initiatorKey(flow: Flow, { initiatorSpi }: IkeHeader): string {
  return `${flowKey(flow)} ${initiatorSpi}`;
}

/** Messages from the second's port 500 go to the place where the first began, if it has gone on to 4500. */
function flowOnPort(connection: ExchangeConnection, flow: Flow, port: number): Flow | undefined {
  return [flow, connection.first, connection.initial].find(({ own }) => own.port === port);
}

function espSpiOf(payload: Uint8Array): number | undefined {
  if (payload.length < 8) return undefined;
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0);
}

function formatEnd({ address, port }: UdpEnd): string {
  return formatAddressAndPort(address, port);
}
