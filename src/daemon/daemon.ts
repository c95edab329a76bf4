/** The daemon: brings the parts up in order, answers the control plane, and takes them down again. */
import { randomBytes } from 'node:crypto';
import type { AttachmentControl } from '../attachment/attachment.js';
import { type Config, loadConfig, type RelayConfig } from '../config/config.js';
import { exchangeNotes } from '../config/exchange.js';
import {
  type Connection as ConnectionMessage,
  type ControlHandler,
  Refusal,
  type Status,
} from '../control/handler.js';
import { ControlServer } from '../control/server.js';
import { VERSION } from '../control/version.js';
import { EgressMtus } from '../host/egress-mtu.js';
import { claimInterface, HostChanges, HostRefusal } from '../host/host.js';
import { HostMonitor } from '../host/host-monitor.js';
import { HostKeeper } from '../host/keeper.js';
import type { HostPlan } from '../host/plan.js';
import { hostPlanner } from '../host/planner.js';
import { native } from '../native/index.js';
import { type Logger, limitedLog } from '../observe/log.js';
import { sumVerdicts } from '../relay/counters.js';
import { ORIGIN_TTL } from '../relay/icmp/error.js';
import type { Connection } from '../sad/connection.js';
import { SaDatabase } from '../sad/database.js';
import type { SaPolicy } from '../sad/policy.js';
import { sadBytes } from '../table/layout.js';
import { contains, familyOf, formatPrefix, parseAddress } from '../wire/address.js';
import { PORT_NAT_TRAVERSAL } from '../wire/protocol.js';
import { connectionMessage } from './connection-message.js';
import { DatagramSender } from './datagram-sender.js';
import { Exchanges } from './exchanges.js';
import { FastPath } from './fast-path.js';
import { Keepalives } from './keepalives.js';
import type { Lifecycle } from './lifecycle.js';
import { Punts } from './punts.js';
import { restartKeys } from './reload.js';
import { addConfigured, SaManager } from './sa-manager.js';
import { saMessage } from './sa-message.js';
import { SaStore } from './sa-store.js';
import { attachSpiFilter, type SpiFilter } from './spi-filter.js';
import { StateLock } from './state-directory.js';
import { openTunDevice } from './tun-device.js';
import { Workers } from './workers.js';

/** How often learnt path MTUs are looked at, milliseconds. */
const AGEING_INTERVAL_MS = 60_000;

export class Daemon implements ControlHandler {
  #config: Config;
  readonly #log: Logger;
  readonly #life: Lifecycle;
  readonly #startedMs = Date.now();
  readonly #manager: SaManager;
  readonly #workers: Workers;
  #host: HostChanges | undefined;
  #keepalives: Keepalives | undefined;
  #exchanges: Exchanges | undefined;
  /** Starts them, if there is a use for them by now. */
  #carryExchanges = () => {};
  #spiFilter: SpiFilter | undefined;
  #fastPath: FastPath | undefined;
  #plan!: (config: Config) => Promise<HostPlan>;
  /** Reloads run one after another, and the shutdown after them. */
  #reloading: Promise<unknown> = Promise.resolve();

  private constructor(config: Config, life: Lifecycle, manager: SaManager) {
    this.#config = config;
    this.#life = life;
    this.#log = life.log;
    this.#manager = manager;
    this.#workers = new Workers({
      memory: manager.database.memory,
      role: config.role,
      lookup: config.lookup,
      fragmentLimits: {
        memory: config.fragments.memory,
        datagrams: config.fragments.datagrams,
        timeoutMs: config.fragments.timeout * 1000,
      },
      settings: {
        udp6ZeroChecksum: config.udp6ZeroChecksum,
        passesOthers: config.role === 'relay' && config.sharedAddress,
        icmpRate: config.icmp.rate,
        icmpTranslateRate: config.icmp.translateRate,
      },
      onFailure: (reason) => life.fail(reason),
      onTrace: (worker, line) => this.#log.trace({ worker }, line),
    });
    this.#workers.isTracing = config.log.level === 'trace';
  }

  /**
   * Brings everything up. Rejects with an Error whose message is one sentence when something is in the
   * way, and then nothing is left behind.
   */
  static start(config: Config, life: Lifecycle): Promise<Daemon> {
    return life.start(async () => {
      const { log } = life;
      const lock = StateLock.acquire(config.state.directory);
      life.onStop(() => lock.release());
      const store = await SaStore.open(config.state.directory, (sentence) => log.warn(sentence));
      life.onStop(() => store.close());
      const manager = new SaManager(createDatabase(config), store, log);
      try {
        manager.load(config.sas);
      } catch (error) {
        throw error instanceof Refusal ? new Error(`${config.path}: ${error.message}`) : error;
      }
      life.onStop(() => manager.close());
      const daemon = new Daemon(config, life, manager);
      await daemon.#start();
      return daemon;
    });
  }

  async #start(): Promise<void> {
    const { control, state, workers, interface: device } = this.#config;
    const log = this.#log;
    for (const words of await HostChanges.recover(state.directory))
      log.warn(`left by a former run: ${words}`);
    for (const words of await claimInterface(device)) log.warn(words);
    const tun = openTunDevice(device, workers);
    this.#life.onStop(() => tun.close());
    if (filtersSpis(this.#config)) {
      const { fragments, exchange } = this.#config;
      this.#spiFilter = attachSpiFilter({
        queue: tun.queues[0]!.fd,
        database: this.#manager.database,
        fragmentRate: fragments.rate,
        strangerRate: exchange.strangerRate,
        log,
      });
    }
    this.#openFastPath();
    const punts = new Punts(this.#workers.punts);
    this.#life.onStop(() => punts.close());
    this.#life.onStop(() => this.#workers.stop());
    await this.#workers.start(tun);
    const host = new HostChanges(state.directory);
    this.#plan = await hostPlanner(this.#config);
    const changes = await host.apply(await this.#plan(this.#config), (words) => log.warn(words));
    this.#life.onStop(async () => {
      for (const words of await host.undo()) log.info(words);
    });
    for (const words of changes) log.info(words);
    this.#host = host;
    this.#fastPath?.follow();
    this.#watchHost();
    this.#keepAlive(tun);
    this.#carryExchanges = () => this.#startExchanges(punts, tun);
    this.#carryExchanges();
    // The socket appears last, so that its clients meet a daemon that relays; and it goes last of all,
    // because a client takes the end of its connection for the end of the daemon.
    const server = await ControlServer.listen({
      socketPath: control.socket,
      group: control.group,
      handler: this,
      native,
      log: limitedLog(log),
    });
    this.#life.onStopLast(() => server.close());
    const { role } = this.#config;
    const { size } = this.#manager.database;
    log.info({ version: VERSION, role, interface: device, workers, sas: size }, 'ready');
    this.#life.notifier.ready(this.#summary());
    this.#manager.emit('ready', `ipsec-relayd ${VERSION} is ready`);
  }

  #openFastPath(): void {
    const { role, interface: device } = this.#config;
    if (role !== 'relay') return;
    if (!this.#config.fastPath) {
      FastPath.removeStale(device);
      return;
    }
    const fastPath = FastPath.open({ device, database: this.#manager.database, log: this.#log });
    if (fastPath === undefined) return;
    this.#fastPath = fastPath;
    this.#life.onStop(() => fastPath.stop());
  }

  /** Key exchanges, where the configuration has services or seconds, or the store connections. */
  #startExchanges(punts: Punts, attachment: AttachmentControl): void {
    const config = this.#config;
    if (config.role !== 'relay') return;
    const { services, seconds } = config.exchange;
    if (services.length + seconds.length === 0 && !this.#manager.hasStoredExchanges) return;
    for (const note of exchangeNotes(config.exchange)) this.#log.warn(note);
    const exchanges = new Exchanges({
      config: config.exchange,
      addresses: config.addresses,
      manager: this.#manager,
      punts,
      sources: this.#spiFilter?.sources,
      sender: new DatagramSender(attachment, this.#workers.identifications),
      icmpRate: config.icmp.translateRate,
      passesOthers: config.sharedAddress,
      log: this.#log,
    });
    this.#exchanges = exchanges;
    this.#life.onStop(() => exchanges.stop());
  }

  /** Keeps the host as it must be, tells the SAD the MTUs of the routes, and lets it forget path MTUs learnt long ago. */
  #watchHost(): void {
    const { database } = this.#manager;
    const { interface: device } = this.#config;
    const mtus = new EgressMtus({
      database,
      device,
      sourceTo: (destination) => senderTo(destination, this.#config),
      log: this.#log,
    });
    this.#life.onStop(() => mtus.stop());
    const keeper = new HostKeeper((extent) => this.#host!.repair(extent), this.#log);
    this.#life.onStop(() => keeper.stop());
    const monitor = new HostMonitor(
      {
        onRoutes: () => {
          this.#fastPath?.follow();
          mtus.refresh();
          keeper.changed();
        },
        onOthers: () => keeper.changed(),
      },
      this.#log,
    );
    this.#life.onStop(() => monitor.stop());
    const ageing = setInterval(() => database.ageLearnedMtus(), AGEING_INTERVAL_MS).unref();
    this.#life.onStop(() => clearInterval(ageing));
  }

  #keepAlive(attachment: AttachmentControl): void {
    const keepalives = new Keepalives({
      database: this.#manager.database,
      send: (packet) => attachment.send(packet),
      seconds: keepaliveSeconds(this.#config),
      // The kernel takes half of its hops on the way out.
      ttl: ORIGIN_TTL + (attachment.kernelHops >> 1),
    });
    this.#life.onStop(() => keepalives.stop());
    keepalives.start();
    this.#keepalives = keepalives;
  }

  status(): Status {
    const filtered = this.#spiFilter && [this.#spiFilter.counters()];
    const kernel = this.#fastPath === undefined ? [] : [this.#fastPath.counters()];
    const exchanged = this.#exchanges === undefined ? [] : [this.#exchanges.verdicts];
    const originated = this.#exchanges === undefined ? [] : [this.#exchanges.originated];
    const { database } = this.#manager;
    const { role, workers, lookup, path, state, interface: device } = this.#config;
    return {
      version: VERSION,
      role,
      pid: process.pid,
      startedMs: this.#startedMs,
      attachment: this.#config.attachment,
      interface: device,
      workers,
      addresses: database.policy.addresses.map(formatPrefix),
      sas: database.size,
      maxSas: database.memory.maxSas,
      sadBytes: sadBytes(database.memory),
      verdicts: this.#workers.totals(...(filtered ?? []), ...exchanged, ...kernel),
      originated: this.#workers.originated(this.#keepalives!.counters, ...originated),
      fragments: { ...this.#workers.fragments(), limit: this.#config.fragments.memory },
      fastPath: this.#fastPath?.summary ?? null,
      spiFilter: filtered ? sumVerdicts(filtered) : null,
      configPath: path,
      stateDirectory: state.directory,
      lookup,
      ...(this.#exchanges && { exchanges: this.#exchanges.summary() }),
    };
  }

  addSas: ControlHandler['addSas'] = (requests, replace) => this.#manager.add(requests, replace);
  deleteById: ControlHandler['deleteById'] = (id) => this.#manager.deleteById(id);
  deleteByName: ControlHandler['deleteByName'] = (name) => this.#manager.deleteByName(name);
  flush: ControlHandler['flush'] = () => this.#manager.flush();
  onEvent: ControlHandler['onEvent'] = (listener) => this.#manager.onEvent(listener);

  listSas: ControlHandler['listSas'] = (after, limit) => {
    const { database } = this.#manager;
    const { entries, more } = database.page(after, limit);
    return { sas: entries.map((entry) => saMessage(database, entry)), more };
  };

  listConnections: ControlHandler['listConnections'] = (after, limit, { state, service, second }) => {
    const { connections, more } = this.#manager.database.connections.page(after, limit);
    const wanted = connections
      .map((connection) => this.#connectionMessage(connection))
      .filter(
        (connection) =>
          (state === '' || connection.state === state) &&
          (service === '' || connection.service === service) &&
          (second === '' || connection.second === second),
      );
    return { connections: wanted, more, last: connections.at(-1)?.id ?? after };
  };

  #connectionMessage(connection: Connection): ConnectionMessage {
    const exchange = this.#exchanges?.fields(connection.id);
    return connectionMessage(this.#manager.database, connection, Date.now(), exchange);
  }

  showConnection: ControlHandler['showConnection'] = (id) =>
    this.#connectionMessage(this.#manager.connection(id));

  listSeconds: ControlHandler['listSeconds'] = () => this.#exchanges?.seconds() ?? [];
  listServices: ControlHandler['listServices'] = () => this.#exchanges?.services() ?? [];

  setSecond: ControlHandler['setSecond'] = ({ name = '', addresses = [], weight, draining }) => {
    if (this.#exchanges === undefined)
      throw new Refusal('there are no seconds; add [[second]] to the configuration');
    this.#exchanges.setSecond(name!, {
      ...(addresses!.length > 0 && { addresses: addresses!.map(secondAddress) }),
      ...(weight != null && { weight }),
      ...(draining != null && { draining }),
    });
    const now = this.#exchanges.seconds().find((second) => second.name === name)!;
    return `${name} is ${now.state} with weight ${now.weight} at ${now.addresses!.join(' and ')}, until the configuration says otherwise`;
  };

  deleteConnection: ControlHandler['deleteConnection'] = async (id) => {
    const { size } = this.#manager.connection(id).entries;
    return this.#exchanges?.endConnection(id) ? size : this.#manager.deleteConnection(id);
  };

  showSa: ControlHandler['showSa'] = (id) => saMessage(this.#manager.database, this.#manager.get(id));

  reload(): Promise<string> {
    const result = this.#reloading.then(() => this.#reload());
    this.#reloading = result.catch(() => {});
    return result;
  }

  async #reload(): Promise<string> {
    let next: Config;
    try {
      next = loadConfig(this.#config.path);
      if (next.role === 'relay') this.#exchanges?.check(next.exchange);
    } catch (error) {
      throw new Refusal(`the configuration was not reloaded: ${(error as Error).message}`);
    }
    const keys = restartKeys(this.#config, next);
    if (keys.length > 0) {
      throw new Refusal(
        `${keys.join(', ')} cannot change while ipsec-relayd runs; restart it, or change it back`,
      );
    }
    this.#life.notifier.reloading();
    try {
      const { added, replaced, deleted } = await this.#manager.reconfigure(next.sas, policyOf(next), () =>
        this.#changeHost(next),
      );
      this.#log.level = next.log.level;
      this.#workers.isTracing = next.log.level === 'trace';
      this.#config = next;
      this.#keepalives!.seconds = keepaliveSeconds(next);
      if (this.#exchanges === undefined) this.#carryExchanges();
      else if (next.role === 'relay') this.#exchanges.configure(next.exchange, next.addresses);
      const notes = next.role === 'relay' ? exchangeNotes(next.exchange) : [];
      const counts = `reloaded ${next.path}: ${added} SAs added, ${replaced} replaced, ${deleted} deleted`;
      const words = [counts, ...notes].join('; ');
      this.#log.info(words);
      this.#manager.emit('reloaded', words);
      return words;
    } finally {
      this.#life.notifier.ready(this.#summary());
    }
  }

  async #changeHost(next: Config): Promise<void> {
    const warn = (words: string) => this.#log.warn(words);
    try {
      for (const words of await this.#host!.apply(await this.#plan(next), warn)) this.#log.info(words);
    } catch (error) {
      throw error instanceof HostRefusal
        ? new Refusal(`the configuration was not reloaded: ${error.message}`)
        : error;
    }
  }

  /** For the service manager. */
  #summary(): string {
    return `${this.#config.role} on ${this.#config.interface}, ${this.#manager.database.size} SAs`;
  }

  /** Begins the shutdown, after a reload that is under way. */
  stop(): void {
    this.#life.stop(() => {
      this.#manager.emit('stopping', 'ipsec-relayd is stopping');
      return this.#reloading;
    });
  }
}

function secondAddress(text: string): Uint8Array {
  try {
    return parseAddress(text);
  } catch (error) {
    throw new Refusal(`address: ${(error as Error).message}`, 'usage');
  }
}

/** A SAD for the configuration, without SAs. */
function createDatabase(config: Config): SaDatabase {
  return new SaDatabase(config.maxSas, config.workers, policyOf(config), randomBytes(4).readInt32BE());
}

/** Why the configuration's SAs would not be accepted, or undefined: for `--check`. */
export function checkSas(config: Config): string | undefined {
  try {
    addConfigured(createDatabase(config), config.sas);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  return undefined;
}

function policyOf(config: Config): SaPolicy {
  if (config.role === 'relay') {
    const { addresses } = config;
    if (!config.sharedAddress) return { role: 'relay', addresses };
    const natTraversal = [PORT_NAT_TRAVERSAL, PORT_NAT_TRAVERSAL] as const;
    const { services, settings } = config.exchange;
    return {
      role: 'relay',
      addresses,
      ports: [natTraversal, ...(services.length > 0 ? [settings.ports] : [])],
    };
  }
  const { relays, addresses, seconds } = config;
  return { role: 'edge', addresses: [...relays, ...addresses], relays, seconds };
}

/** The source of the packets that an edge's SA emits to this address without substituting it: the other side of the edge. */
function senderTo(destination: Uint8Array, config: Config): Uint8Array | undefined {
  if (config.role === 'relay') return undefined;
  const { relays, addresses } = config;
  const others = relays.some((prefix) => contains(prefix, destination)) ? addresses : relays;
  return others.find(({ family }) => family === familyOf(destination))?.bytes;
}

/** Whether packets with unknown SPIs are dropped: an edge, and a relay at a shared address, forward them unchanged. */
function filtersSpis(config: Config): config is RelayConfig {
  return config.role === 'relay' && config.spiFilter && !config.sharedAddress;
}

/** An edge's SAs leave between ports that others keep alive. */
function keepaliveSeconds(config: Config): number {
  return config.role === 'relay' ? config.keepaliveSeconds : 0;
}
