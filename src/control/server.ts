/** The daemon's side of the control protocol: a Unix stream socket for root and one group. */
import { createServer, type Server, type Socket } from 'node:net';
import type { ControlHandler } from './handler.js';
import type { ControlLog } from './log.js';
import { descriptorOf, groupId, mayControl, type PeerCredentials } from './peer.js';
import { SESSION_LIMITS, Session, type SessionLimits } from './session.js';
import { publish, type SocketFile, type SocketNative } from './socket-file.js';

export interface ControlServerLimits extends SessionLimits {
  /** Clients served at a time; half of them may run monitors. */
  clients: number;
  /** When all places are taken, a client that has asked for nothing for so long gives way, milliseconds; one that never asked, at once. */
  idleMs: number;
}

export interface ControlServerOptions {
  socketPath: string;
  handler: ControlHandler;
  /** `native` of src/native/index.ts. */
  native: SocketNative;
  log: ControlLog;
  /** Name or number of the group that may speak besides root; without it, root alone. */
  group?: string | number | undefined;
  limits?: Partial<ControlServerLimits>;
}

/** Puts clients that have never asked before all that have. */
const NEVER_ASKED_MS = 1e9;

export class ControlServer {
  readonly #options: ControlServerOptions;
  readonly #gid: number | undefined;
  readonly #limits: ControlServerLimits;
  readonly #server: Server;
  readonly #sessions = new Map<Socket, Session>();
  #file: SocketFile | undefined;

  private constructor(options: ControlServerOptions) {
    this.#options = options;
    this.#gid = options.group === undefined ? undefined : groupId(options.group);
    this.#limits = { ...SESSION_LIMITS, clients: 64, idleMs: 10_000, ...options.limits };
    // Half-open: a client may end its side and still read the answers.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  /**
   * Begins to listen. A stale socket file is taken over.
   * @throws Error with one sentence: another daemon answers there, the path is no socket, no such group ...
   */
  static async listen(options: ControlServerOptions): Promise<ControlServer> {
    const server = new ControlServer(options);
    server.#file = await publish(server.#server, options.socketPath, server.#gid ?? -1, options.native);
    server.#server.on('error', (error) => options.log.error({ error }, 'the control socket failed'));
    return server;
  }

  /** Removes the socket file, lets the answers under way reach their clients, and closes every connection. */
  async close(): Promise<void> {
    this.#file?.remove();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const session of this.#sessions.values()) session.finish();
    const timer = setTimeout(() => {
      for (const socket of this.#sessions.keys()) socket.destroy();
    }, this.#limits.lingerMs);
    await closed;
    clearTimeout(timer);
  }

  #accept(socket: Socket): void {
    const { handler, native, log } = this.#options;
    let peer: PeerCredentials;
    try {
      peer = native.peerCredentials(descriptorOf(socket));
    } catch (error) {
      log.warn({ error }, 'a control client was gone before it could be identified');
      socket.destroy();
      return;
    }
    const session = new Session(socket, peer, handler, log, this.#limits, () => this.#mayMonitor());
    const full = this.#sessions.size >= this.#limits.clients && !this.#dismissIdlest();
    this.#sessions.set(socket, session);
    socket.on('close', () => this.#sessions.delete(socket));
    if (!mayControl(peer, this.#gid)) {
      const allowed = this.#gid === undefined ? 'root only' : `root and group ${this.#options.group}`;
      session.refuse(`ipsec-relayd serves ${allowed}, not user id ${peer.uid}`, 'refused');
    } else if (full) {
      session.refuse(
        `${this.#limits.clients} clients are connected to ipsec-relayd already: end one of them`,
        'refused',
      );
    }
  }

  #mayMonitor(): boolean {
    const monitors = [...this.#sessions.values()].filter((session) => session.monitoring).length;
    return monitors < Math.ceil(this.#limits.clients / 2);
  }

  /**
   * Makes room for a newcomer: of the clients that have never sent a whole request the oldest goes, or else one that has been idle
   * for long.
   * @returns whether there was one
   */
  #dismissIdlest(): boolean {
    let idlest: Socket | undefined;
    let longest = -1;
    // The oldest come first, so that of two of one age the older goes.
    const now = performance.now();
    for (const [socket, session] of this.#sessions) {
      const idleMs = session.idleMs(now);
      if (session.hasAsked && idleMs < this.#limits.idleMs) continue;
      const age = session.hasAsked ? idleMs : idleMs + NEVER_ASKED_MS;
      if (age <= longest) continue;
      longest = age;
      idlest = socket;
    }
    idlest?.destroy();
    return idlest !== undefined;
  }
}
