/** Firsts and seconds around an ExchangeRelay, with clocks of the test's own. Messages have real headers and random bodies. */
import { randomBytes } from 'node:crypto';
import type { ExchangeConnection, Flow } from '../../src/exchange/connection.js';
import { type ExchangeHost, ExchangeRelay, type ExchangeSettings } from '../../src/exchange/relay.js';
import { Second, type Service } from '../../src/exchange/second.js';
import { formatAddress, parseAddress, parsePrefix } from '../../src/wire/address.js';
import type { Datagram, UdpEnd } from '../../src/wire/datagram.js';

export const SETTINGS: ExchangeSettings = {
  halfOpen: 10_000,
  halfOpenPerPrefix: 64,
  halfOpenTimeout: 60,
  idle: 3600,
  learnSpis: true,
  cookieThreshold: 500,
  connections: 100_000,
  ports: [1024, 65_535],
};
export const RELAY = '198.18.9.9';
export const SECOND = '198.18.2.2';

export interface MessageWords {
  readonly initiator?: number;
  readonly responder?: number;
  readonly exchange?: number;
  readonly isResponse?: boolean;
  readonly id?: number;
  readonly version?: number;
  readonly body?: Uint8Array;
}

/** An IKE message (RFC 7296 §3.1); the SPIs are numbers for short. In version 2 the body of all but IKE_SA_INIT is encrypted. */
export function message({
  initiator = 1,
  responder = 0,
  exchange = 34,
  isResponse = false,
  id = 0,
  version = 2,
  body = randomBytes(40),
}: MessageWords): Uint8Array {
  const isEncrypted = version === 2 && exchange !== 34;
  const start = isEncrypted ? 32 : 28;
  const bytes = new Uint8Array(start + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, initiator);
  view.setUint32(12, responder);
  view.setUint8(16, isEncrypted ? 46 : 33);
  view.setUint8(17, version << 4);
  view.setUint8(18, exchange);
  view.setUint8(19, isResponse ? 0x20 : 0x08);
  view.setUint32(20, id);
  view.setUint32(24, bytes.length);
  if (isEncrypted) view.setUint16(30, 4 + body.length);
  bytes.set(body, start);
  return bytes;
}

export const end = (text: string): UdpEnd => {
  const [address, port] = text.split(/:(?=\d+$)/);
  return { address: parseAddress(address!), port: Number(port) };
};
export const text = ({ address, port }: UdpEnd) => `${formatAddress(address)}:${port}`;

export class Rig implements ExchangeHost {
  readonly relay: ExchangeRelay;
  readonly second = new Second({ name: 'gw1', addresses: [parseAddress(SECOND)], weight: 1 });
  readonly service: Service = {
    name: 'vpn',
    addresses: [parsePrefix(RELAY)],
    from: [],
    seconds: ['gw1'],
    towards: [],
    balance: 'address',
  };
  steady = 1_000_000;
  readonly sent: Datagram[] = [];
  readonly learned: string[] = [];
  readonly events: string[] = [];
  /** The texts of the events. */
  readonly told: string[] = [];
  owner: ExchangeConnection | undefined;
  #id = 0;

  constructor(settings: Partial<ExchangeSettings> = {}) {
    const clocks = { unix: () => this.steady + 1_800_000_000_000, steady: () => this.steady };
    this.relay = new ExchangeRelay({ ...SETTINGS, ...settings }, this, clocks, () => ++this.#id);
    this.relay.services = [this.service];
    this.relay.seconds.set('gw1', this.second);
    this.relay.addresses = [parseAddress(RELAY)];
  }

  send(datagram: Datagram): void {
    this.sent.push(datagram);
  }
  opened(): void {}
  learn(connection: ExchangeConnection, isUp: boolean, spi: number): void {
    this.learned.push(`${connection.id} ${isUp ? 'up' : 'down'} ${spi}`);
  }
  ownerOf(): ExchangeConnection | undefined {
    return this.owner;
  }
  moved(_connection: ExchangeConnection, _from: Flow): void {}
  changed(): void {}
  ended(): void {}
  tell(event: string, sentence: string): void {
    this.events.push(event);
    this.told.push(sentence);
  }
  lastPacketMs(): number {
    return 0;
  }

  /** A datagram arrives. Behind port 4500 goes the non-ESP marker, unless `raw`. */
  arrive(from: string, to: string, payload: Uint8Array, raw = false): string {
    const [source, destination] = [end(from), end(to)];
    const marked = !raw && (destination.port === 4500 || source.port === 4500);
    const bytes = marked ? new Uint8Array([0, 0, 0, 0, ...payload]) : payload;
    return this.relay.receive({
      from: source,
      to: destination,
      payload: bytes,
      hopLimit: 60,
      trafficClass: 0,
      hasChecksum: true,
      mayFragment: false,
      identification: 0,
      length: bytes.length + 28,
    });
  }

  /** The connection's address and port towards the second. */
  towards(connection = this.only): string {
    return text(connection.towards);
  }

  get only(): ExchangeConnection {
    const [connection, ...others] = this.relay.connections.values();
    if (connection === undefined || others.length > 0) throw new Error(`${others.length + 1} connections`);
    return connection;
  }

  /** Where the latest datagram went. */
  get last(): string {
    const { from, to } = this.sent.at(-1)!;
    return `${text(from)} -> ${text(to)}`;
  }

  /** IKE_SA_INIT and IKE_AUTH of a first, answered by the second. */
  establish(first = '198.18.1.1', initiator = 1): ExchangeConnection {
    this.arrive(`${first}:500`, `${RELAY}:500`, message({ initiator }));
    const connection = [...this.relay.connections.values()].at(-1)!;
    const responder = initiator + 1000;
    const own = this.towards(connection);
    this.arrive(`${SECOND}:500`, own, message({ initiator, responder, isResponse: true }));
    this.arrive(`${first}:4500`, `${RELAY}:4500`, message({ initiator, responder, exchange: 35, id: 1 }));
    this.arrive(
      `${SECOND}:4500`,
      own,
      message({ initiator, responder, exchange: 35, id: 1, isResponse: true }),
    );
    return connection;
  }
}
