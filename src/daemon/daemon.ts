/** The daemon: brings the parts up in order, answers the control plane, and takes them down again. */
import { randomBytes } from 'node:crypto';
import { type ControlHandler, Refusal, type Status } from '../control/handler.js';
import { ControlServer } from '../control/server.js';
import { VERSION } from '../control/version.js';
import { native } from '../native/index.js';
import { SaDatabase } from '../sad/database.js';
import type { SaPolicy } from '../sad/definition.js';
import { sadBytes } from '../sad/layout.js';
import { formatPrefix } from '../wire/address.js';
import { type Config, type EdgeConfig, loadConfig, type RelayConfig } from './config.js';
import { claimInterface, HostChanges, HostRefusal, tunOpenRefusal } from './host.js';
import { planEdge, surveyHost } from './host-edge.js';
import { type HostPlan, planRelay } from './host-plan.js';
import { type Logger, limitedLog } from './log.js';
import type { Notifier } from './notify.js';
import { restartKeys } from './reload.js';
import { addConfigured, SaManager } from './sa-manager.js';
import { saMessage } from './sa-message.js';
import { StateLock } from './state-lock.js';
import { SaStore } from './store.js';
import { Workers } from './workers.js';

/** Something to be taken down again; each runs whatever the others do. */
type Undo = () => Promise<unknown> | unknown;

export class Daemon implements ControlHandler {
  #config: Config;
  readonly #log: Logger;
  readonly #notifier: Notifier;
  readonly #startedMs = Date.now();
  readonly #manager: SaManager;
  readonly #workers: Workers;
  #host: HostChanges | undefined;
  #plan!: (config: Config) => HostPlan;
  /** Reloads run one after another, and the shutdown after them. */
  #reloading: Promise<unknown> = Promise.resolve();
  /** What {@link stop} undoes, last first. */
  readonly #undo: Undo[];
  #stopping: Promise<void> | undefined;
  #ended!: (exitCode: number) => void;
  /** Resolves with the exit status once the daemon is down. */
  readonly ended = new Promise<number>((resolve) => {
    this.#ended = resolve;
  });

  private constructor(config: Config, log: Logger, notifier: Notifier, manager: SaManager, undo: Undo[]) {
    this.#config = config;
    this.#log = log;
    this.#notifier = notifier;
    this.#manager = manager;
    this.#undo = undo;
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
      onFailure: (reason) => this.#fail(reason),
    });
  }

  /**
   * Brings everything up. Rejects with an Error whose message is one sentence when something is in the
   * way, and then nothing is left behind.
   */
  static async start(config: Config, log: Logger, notifier: Notifier): Promise<Daemon> {
    const undo: Undo[] = [];
    try {
      const lock = StateLock.acquire(config.state.directory);
      undo.push(() => lock.release());
      const store = await SaStore.open(`${config.state.directory}/sad`);
      undo.push(() => store.close());
      const manager = new SaManager(createDatabase(config), store, log);
      try {
        manager.load(config.sas);
      } catch (error) {
        throw error instanceof Refusal ? new Error(`${config.path}: ${error.message}`) : error;
      }
      undo.push(() => manager.close());
      const daemon = new Daemon(config, log, notifier, manager, undo);
      await daemon.#start();
      return daemon;
    } catch (error) {
      await takeDown(undo, log);
      throw error;
    }
  }

  async #start(): Promise<void> {
    const { control, state, workers, interface: device } = this.#config;
    const log = this.#log;
    for (const words of await HostChanges.recover(state.directory))
      log.warn(`left by a former run: ${words}`);
    for (const words of await claimInterface(device)) log.warn(words);
    const queues = openQueues(device, workers);
    this.#undo.push(() => this.#workers.stop());
    await this.#workers.start(queues);
    const host = new HostChanges(state.directory);
    this.#plan = await planner(this.#config);
    const changes = await host.apply(this.#plan(this.#config));
    this.#undo.push(async () => {
      for (const words of await host.undo()) log.info(words);
    });
    for (const words of changes) log.info(words);
    this.#host = host;
    // The socket appears last, so that whoever sees it meets a daemon that relays; and it goes last of all,
    // because a client takes the end of its connection for the end of the daemon.
    const server = await ControlServer.listen({
      socketPath: control.socket,
      group: control.group,
      handler: this,
      native,
      log: limitedLog(log),
    });
    this.#undo.unshift(() => server.close());
    const { role } = this.#config;
    const { size } = this.#manager.database;
    log.info({ version: VERSION, role, interface: device, workers, sas: size }, 'ready');
    this.#notifier.ready(this.#summary());
    this.#manager.emit('ready', `ipsec-relayd ${VERSION} is ready`);
  }

  status(): Status {
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
      verdicts: this.#workers.totals(),
      configPath: path,
      stateDirectory: state.directory,
      lookup,
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
    } catch (error) {
      throw new Refusal(`the configuration was not reloaded: ${(error as Error).message}`);
    }
    const keys = restartKeys(this.#config, next);
    if (keys.length > 0) {
      throw new Refusal(
        `${keys.join(', ')} cannot change while ipsec-relayd runs; restart it, or change it back`,
      );
    }
    this.#notifier.reloading();
    try {
      const { added, replaced, deleted } = await this.#manager.reconfigure(next.sas, policyOf(next), () =>
        this.#changeHost(next),
      );
      this.#log.level = next.log.level;
      this.#config = next;
      const words = `reloaded ${next.path}: ${added} SAs added, ${replaced} replaced, ${deleted} deleted`;
      this.#log.info(words);
      this.#manager.emit('reloaded', words);
      return words;
    } finally {
      this.#notifier.ready(this.#summary());
    }
  }

  async #changeHost(next: Config): Promise<void> {
    try {
      for (const words of await this.#host!.apply(this.#plan(next))) this.#log.info(words);
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

  /** Begins the shutdown; {@link ended} resolves when it is done. */
  stop(): void {
    this.#shutDown(0);
  }

  #fail(reason: string): void {
    this.#log.fatal(reason);
    this.#shutDown(1);
  }

  #shutDown(exitCode: number): void {
    this.#stopping ??= this.#takeDown(exitCode);
  }

  async #takeDown(exitCode: number): Promise<void> {
    this.#notifier.stopping();
    this.#manager.emit('stopping', 'ipsec-relayd is stopping');
    await this.#reloading;
    await takeDown(this.#undo, this.#log);
    this.#log.info('stopped');
    this.#ended(exitCode);
  }
}

/** A SAD for the configuration, without SAs. */
export function createDatabase(config: Config): SaDatabase {
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
  if (config.role === 'relay') return { role: 'relay', addresses: config.addresses };
  const { relays, addresses, seconds } = config;
  return { role: 'edge', addresses: [...relays, ...addresses], relays, seconds };
}

/** How to plan the host for a configuration of this one's role. An edge's host is looked at as it is now, unchanged. */
async function planner(config: Config): Promise<(config: Config) => HostPlan> {
  if (config.role === 'relay') return (next) => planRelay(next as RelayConfig);
  const host = await surveyHost(config);
  return (next) => planEdge(next as EdgeConfig, host);
}

/** One queue per worker; the first creates the device. */
function openQueues(device: string, workers: number): number[] {
  const queues: number[] = [];
  try {
    for (let worker = 0; worker < workers; worker++) queues.push(native.tunOpen(device, worker === 0));
    return queues;
  } catch (error) {
    for (const fd of queues) native.close(fd);
    throw tunOpenRefusal(error, device);
  }
}

/** Undoes the last first; what fails is logged and does not keep the rest. */
async function takeDown(undo: Undo[], log: Logger): Promise<void> {
  for (const step of undo.splice(0).reverse()) {
    try {
      await step();
    } catch (error) {
      log.error({ error }, 'a part could not be taken down cleanly');
    }
  }
}
