/** The daemon in the role of an endpoint: brings its parts up, answers the control plane, takes them down again. */
import { existsSync, fdatasync } from 'node:fs';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TunDevice } from '../attachment/tun/device.js';
import type { TunQueue } from '../attachment/tun/queue.js';
import type { EndpointConfig } from '../config/endpoint.js';
import type { ConfiguredSa } from '../config/endpoint-sa.js';
import { type ControlEvent, type ControlHandler, Refusal, type Sa, type Status } from '../control/handler.js';
import { messages } from '../control/message.js';
import { ControlServer } from '../control/server.js';
import { VERSION } from '../control/version.js';
import { keyBytes, keyParts } from '../endpoint/algorithm.js';
import { createCounterMemory, EndpointCounters, type SaCounters } from '../endpoint/counters.js';
import type { EndpointInput } from '../endpoint/endpoint.js';
import { loadKeys } from '../endpoint/keys.js';
import { OUTER_MARK, planEndpoint, surveyEndpointHost } from '../host/endpoint.js';
import { claimInterface, HostChanges } from '../host/host.js';
import { HostMonitor } from '../host/host-monitor.js';
import { HostKeeper } from '../host/keeper.js';
import { native } from '../native/index.js';
import { type Logger, limitedLog } from '../observe/log.js';
import { connectionName } from '../sad/connection.js';
import { formatAddress } from '../wire/address.js';
import { PORT_NAT_TRAVERSAL } from '../wire/protocol.js';
import type { EndpointMessage } from './endpoint-worker.js';
import type { Lifecycle } from './lifecycle.js';
import { StateLock } from './state-directory.js';
import { openTunDevice } from './tun-device.js';

/** How often the inbound sequence numbers are synced to the disk itself. They survive this process's death in any case. */
const SYNC_MS = 1000;

/**
 * The key of each SA, in their order.
 * @throws Error whose message is one sentence
 */
export function endpointKeys({ keys: path, sas }: EndpointConfig): Uint8Array[] {
  const keys = loadKeys(path);
  const used = new Map<string, string>();
  return sas.map(({ name, key, algorithm }) => {
    const material = keys.get(key);
    if (material === undefined) {
      throw new Error(
        `${path}: the key of the SA "${name}" is missing; add a line with its name and the key`,
      );
    }
    if (material.length !== keyBytes(algorithm)) {
      throw new Error(
        `${path}: the key of the SA "${name}" has ${material.length} bytes; ${algorithm} takes ${keyBytes(algorithm)} (${keyParts(algorithm)})`,
      );
    }
    const text = Buffer.from(material).toString('hex');
    const other = used.get(text);
    if (other !== undefined) {
      throw new Error(
        `${path}: the SAs "${other}" and "${name}" have the same key; each SA, also each direction, needs one of its own`,
      );
    }
    used.set(text, name);
    return material;
  });
}

export class EndpointDaemon implements ControlHandler {
  readonly #config: EndpointConfig;
  readonly #log: Logger;
  readonly #life: Lifecycle;
  readonly #startedMs = Date.now();
  readonly #memory: EndpointInput['counters'];
  readonly #counters: EndpointCounters;
  readonly #stopWord = new Int32Array(new SharedArrayBuffer(4));
  readonly #listeners = new Set<(event: ControlEvent) => void>();

  private constructor(config: EndpointConfig, life: Lifecycle) {
    this.#config = config;
    this.#life = life;
    this.#log = life.log;
    this.#memory = createCounterMemory(config.sas.length);
    this.#counters = new EndpointCounters(this.#memory);
  }

  /**
   * Brings everything up. Rejects with an Error whose message is one sentence when something is in the
   * way, and then nothing is left behind.
   */
  static start(config: EndpointConfig, life: Lifecycle): Promise<EndpointDaemon> {
    return life.start(async () => {
      const daemon = new EndpointDaemon(config, life);
      await daemon.#start(endpointKeys(config));
      return daemon;
    });
  }

  async #start(keys: Uint8Array[]): Promise<void> {
    const { state, interface: device, sas } = this.#config;
    const log = this.#log;
    this.#life.onEnd(() => this.#summary());
    const lock = StateLock.acquire(state.directory);
    this.#life.onStop(() => lock.release());
    for (const words of await HostChanges.recover(state.directory))
      log.warn(`left by a former run: ${words}`);
    for (const words of await claimInterface(device)) log.warn(words);
    const tun = openTunDevice(device, 1);
    this.#life.onStop(() => tun.close());
    await this.#startWorker(tun, keys);
    const host = new HostChanges(state.directory);
    this.#life.onStop(async () => {
      for (const words of await host.undo()) log.info(words);
    });
    const plan = planEndpoint(this.#config, await surveyEndpointHost(this.#config));
    for (const words of await host.apply(plan, (words) => log.warn(words))) log.info(words);
    const keeper = new HostKeeper((extent) => host.repair(extent), log);
    this.#life.onStop(() => keeper.stop());
    const changed = () => keeper.changed();
    const monitor = new HostMonitor({ onRoutes: changed, onOthers: changed }, log);
    this.#life.onStop(() => monitor.stop());
    await this.#serve();
    log.info({ version: VERSION, role: 'endpoint', interface: device, sas: sas.length }, 'ready');
    this.#life.notifier.ready(`endpoint on ${device}, ${sas.length} SAs`);
  }

  /** With a control socket where one is asked for, or where the usual place for one exists. */
  async #serve(): Promise<void> {
    const { socket, group, configured } = this.#config.control;
    if (!configured && !existsSync(dirname(socket))) {
      this.#log.info(`there is no control socket, because ${dirname(socket)} does not exist`);
      return;
    }
    const options = { socketPath: socket, group, handler: this, native, log: limitedLog(this.#log) };
    const server = await ControlServer.listen(options);
    this.#life.onStopLast(() => server.close());
  }

  async #startWorker(tun: TunDevice, keys: Uint8Array[]): Promise<void> {
    const { sas, state, port, keepaliveSeconds } = this.#config;
    const [queue] = tun.queues as [TunQueue];
    const input: EndpointInput = {
      sas,
      keys,
      counters: this.#memory,
      sequenceDirectory: `${state.directory}/endpoint`,
      udpPort: port,
      keepaliveSeconds,
      mark: OUTER_MARK,
      queue,
      stop: this.#stopWord,
    };
    const worker = new Worker(new URL('./endpoint-worker.js', import.meta.url), { workerData: input });
    let failure = 'it ended';
    worker.on('error', (error) => {
      failure = error.stack ?? error.message;
    });
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.#life.onStop(async () => {
      Atomics.store(this.#stopWord, 0, 1);
      tun.wake();
      await exited;
    });
    const first = await new Promise<EndpointMessage | undefined>((resolve) => {
      worker.once('message', resolve);
      void exited.then(() => resolve(undefined));
    });
    if (first === undefined) {
      native.close(queue.fd);
      throw new Error(`the endpoint's worker stopped: ${failure}`);
    }
    if ('refused' in first) {
      native.close(queue.fd);
      throw new Error(first.refused);
    }
    if ('working' in first) this.#syncFiles(first.working);
    worker.on('message', (message: EndpointMessage) => {
      if ('gone' in message) failure = tun.loss;
    });
    void exited.then(() => {
      if (Atomics.load(this.#stopWord, 0) === 0) this.#life.fail(`the endpoint's worker stopped: ${failure}`);
    });
  }

  /** The worker writes them; that they also survive a power failure is done here, where nothing waits for it. */
  #syncFiles(descriptors: readonly number[]): void {
    const timer = setInterval(() => {
      for (const fd of descriptors) fdatasync(fd, () => {}); // the next round tries again
    }, SYNC_MS);
    this.#life.onStop(() => clearInterval(timer));
  }

  status(): Status {
    const { interface: device, addresses, sas, path, state } = this.#config;
    return {
      version: VERSION,
      role: 'endpoint',
      pid: process.pid,
      startedMs: this.#startedMs,
      attachment: 'tun',
      interface: device,
      workers: 1,
      addresses: addresses.map(({ bytes, length }) => `${formatAddress(bytes)}/${length}`),
      sas: sas.length,
      maxSas: sas.length,
      sadBytes: 0,
      verdicts: this.#counters.verdicts(),
      configPath: path,
      stateDirectory: state.directory,
      lookup: '',
    };
  }

  listSas: ControlHandler['listSas'] = (after, limit) => {
    const { sas } = this.#config;
    const page = sas.slice(after, after + limit).map((sa, i) => this.#saMessage(sa, after + i));
    return { sas: page, more: after + limit < sas.length };
  };

  showSa: ControlHandler['showSa'] = (id) => {
    const sa = this.#config.sas[id - 1];
    if (sa === undefined) throw new Refusal(`there is no SA ${id}`);
    return this.#saMessage(sa, id - 1);
  };

  /** As the wire has it, and the SPI that the ICV covers as the one it becomes. */
  #saMessage(sa: ConfiguredSa, number: number): Sa {
    const { packets, bytes, lastMs } = this.#counters.sa(number);
    const [source, destination] = sa.direction === 'out' ? [sa.local, sa.peer] : [sa.peer, sa.local];
    return {
      id: number + 1,
      name: sa.name,
      connectionName: connectionName(sa.name),
      protocol: messages.Protocol.ESP,
      dst: formatAddress(destination),
      spi: sa.spi,
      src: formatAddress(source),
      to: '',
      toSrc: '',
      toSpi: sa.icvSpi,
      mode: sa.spi === sa.icvSpi ? messages.Mode.PRESERVE : messages.Mode.AWARE,
      encap: sa.udp ? { peerPort: sa.peerPort || PORT_NAT_TRAVERSAL, port: PORT_NAT_TRAVERSAL } : null,
      toEncap: null,
      origin: messages.Sa.Origin.CONFIG,
      addedMs: this.#startedMs,
      packets,
      bytes,
      lastPacketMs: lastMs,
    };
  }

  /** An endpoint has no connections. */
  listConnections: ControlHandler['listConnections'] = (after) => ({
    connections: [],
    more: false,
    last: after,
  });

  showConnection: ControlHandler['showConnection'] = (id) => {
    throw new Refusal(`there is no connection ${id}: this is an endpoint`);
  };

  listSeconds = (): never[] => [];
  listServices = (): never[] => [];

  setSecond = (): never => {
    throw new Refusal('an endpoint has no seconds');
  };

  deleteConnection = (): Promise<never> => this.#refuseChange();
  addSas = (): Promise<never> => this.#refuseChange();
  deleteById = (): Promise<never> => this.#refuseChange();
  deleteByName = (): Promise<never> => this.#refuseChange();
  flush = (): Promise<never> => this.#refuseChange();
  reload = (): Promise<never> => this.#refuseChange();

  #refuseChange(): Promise<never> {
    const { path } = this.#config;
    return Promise.reject(
      new Refusal(`an endpoint's SAs are those of its configuration; change ${path} and start it again`),
    );
  }

  /** The only event there is, is its end. */
  onEvent: ControlHandler['onEvent'] = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Begins the shutdown. */
  stop(): void {
    this.#life.stop(() => {
      const message = 'ipsec-relayd is stopping';
      for (const listener of this.#listeners) listener({ timeMs: Date.now(), event: 'stopping', message });
    });
  }

  /** The counters, for operators without a control socket. */
  #summary() {
    const verdicts = this.#counters.verdicts().filter(({ packets }) => packets > 0);
    const originated = this.#counters.originated().filter(({ packets }) => packets > 0);
    return {
      verdicts: Object.fromEntries(
        verdicts.map(({ verdict, packets, bytes }) => [verdict, { packets, bytes }]),
      ),
      originated: Object.fromEntries(originated.map(({ name, packets }) => [name, packets])),
      sas: this.#config.sas.map(({ name }, number): { name: string } & SaCounters => ({
        name,
        ...this.#counters.sa(number),
      })),
    };
  }
}
