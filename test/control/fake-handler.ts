/** A daemon's worth of answers in memory, so that the server, the client and the CLI are tested without a data plane. */
import {
  type AddedSa,
  type Connection,
  type ConnectionFilter,
  type ControlEvent,
  type ControlHandler,
  Refusal,
  type Sa,
  type SaRequest,
  type Second,
  type SecondChange,
  type Service,
  type Status,
} from '../../src/control/handler.js';
import { messages } from '../../src/control/message.js';

export const STARTED_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

export class FakeHandler implements ControlHandler {
  readonly sas = new Map<number, Sa>();
  readonly calls: string[] = [];
  readonly #listeners = new Set<(event: ControlEvent) => void>();
  /** Awaited by every addSas. */
  gate: Promise<void> = Promise.resolve();
  onStop: () => void = () => {};
  #lastId = 0;

  get listeners(): number {
    return this.#listeners.size;
  }

  emit(event: ControlEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  status(): Status {
    this.calls.push('status');
    return {
      version: '0.1.0',
      role: 'relay',
      pid: process.pid,
      startedMs: STARTED_MS,
      attachment: 'tun',
      interface: 'iprelay0',
      workers: 1,
      addresses: ['198.18.9.9', '2001:db8:9::9'],
      sas: this.sas.size,
      maxSas: 65536,
      sadBytes: 8 * 1024 * 1024,
      verdicts: [
        { verdict: 'forward', packets: 1234567, bytes: 1234567890 },
        { verdict: 'unknown-spi', packets: 12, bytes: 1104 },
        { verdict: 'ttl-expired', packets: 0, bytes: 0 },
      ],
      originated: [
        { name: 'fragment', packets: 0, bytes: 0 },
        { name: 'icmp-error', packets: 12_345_678, bytes: 691_357_968 },
        { name: 'keepalive', packets: 7, bytes: 203 },
      ],
      fragments: { datagrams: 1, bytes: 1480, limit: 4_194_304 },
      spiFilter: { packets: 7, bytes: 644 },
      fastPath: { links: ['eth0', 'eth1'], packets: 12, bytes: 1200 },
      configPath: '/etc/ipsec-relay/relay.toml',
      stateDirectory: '/var/lib/ipsec-relay',
      lookup: 'probe',
    };
  }

  async addSas(requests: readonly SaRequest[], replace = false): Promise<AddedSa[]> {
    this.calls.push(`addSas ${requests.length}${replace ? ' replace' : ''}`);
    await this.gate;
    for (const [i, { spi, spiAuto }] of requests.entries()) {
      if ((spi ?? 0) < 256 && !spiAuto) {
        throw new Refusal(`SPI ${spi} is reserved; use one from 256`, 'refused', i + 1);
      }
    }
    return requests.map((request) => ({ ...this.#add(request), replaced: replace }));
  }

  #add(request: SaRequest): AddedSa {
    const id = ++this.#lastId;
    const spi = request.spiAuto ? 0xa0000000 + id : (request.spi ?? 0);
    const { SAME, VALUE } = messages.SaRequest.SpiChoice;
    const choice = request.toSpiChoice ?? SAME;
    const toSpi = choice === SAME ? spi : choice === VALUE ? request.toSpi! : 0xb0000000 + id;
    const { name, protocol, dst, src, to, encap, toEncap, hairpin } = request;
    const connectionName = name?.replace(/-(up|down)$/, '') ?? '';
    const kept = { name, connectionName, protocol, dst, src, to, encap, toEncap, hairpin } as Sa;
    const mode = request.mode || messages.Mode.EDGE;
    const sa = { ...kept, id, spi, toSpi, toSrc: request.toSrc || dst, mode, addedMs: STARTED_MS } as Sa;
    this.sas.set(id, sa);
    this.emit({ timeMs: Date.now(), event: 'sa-added', sa, message: `SA ${id} added` });
    return { id, spi, toSpi, existed: false };
  }

  listSas(after: number, limit: number): { sas: Sa[]; more: boolean } {
    this.calls.push(`listSas ${after} ${limit}`);
    const later = [...this.sas.values()].filter((sa) => sa.id! > after);
    return { sas: later.slice(0, limit), more: later.length > limit };
  }

  showSa(id: number): Sa {
    const sa = this.sas.get(id);
    if (sa === undefined) throw new Refusal(`there is no SA ${id}`);
    return sa;
  }

  async deleteById(id: number): Promise<number> {
    if (!this.sas.delete(id)) throw new Refusal(`there is no SA ${id}`);
    return 1;
  }

  async deleteByName(name: string): Promise<number> {
    const ids = [...this.sas.values()].filter((sa) => sa.name === name).map((sa) => sa.id!);
    if (ids.length === 0) throw new Refusal(`there is no SA named ${name}`);
    for (const id of ids) this.sas.delete(id);
    return ids.length;
  }

  listSeconds(): Second[] {
    return [{ name: 'gw1', addresses: ['198.18.2.2'], weight: 1, state: 'up', connections: 3, halfOpen: 1 }];
  }

  listServices(): Service[] {
    return [
      { name: 'vpn', addresses: ['198.18.9.9/32'], seconds: ['gw1'], balance: 'address', connections: 4 },
    ];
  }

  setSecond({ name }: SecondChange): string {
    if (name !== 'gw1') throw new Refusal(`there is no second named "${name}"`);
    return 'gw1 is changed';
  }

  readonly connections: Connection[] = [];

  listConnections(after: number, limit: number, { state }: ConnectionFilter) {
    this.calls.push(`listConnections ${after} ${limit}`);
    const later = this.connections.filter(({ id }) => id! > after);
    const page = later.slice(0, limit);
    const connections = page.filter((connection) => state === '' || connection.state === state);
    return { connections, more: later.length > limit, last: page.at(-1)?.id ?? after };
  }

  showConnection(id: number): Connection {
    const connection = this.connections.find((one) => one.id === id);
    if (connection === undefined) throw new Refusal(`there is no connection ${id}`);
    return connection;
  }

  async deleteConnection(id: number): Promise<number> {
    return this.showConnection(id).sas!.length;
  }

  async flush(): Promise<number> {
    this.calls.push('flush');
    const { size } = this.sas;
    this.sas.clear();
    return size;
  }

  async reload(): Promise<string> {
    return 'the configuration is unchanged';
  }

  stop(): void {
    this.calls.push('stop');
    this.onStop();
  }

  onEvent(listener: (event: ControlEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
