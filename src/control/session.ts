/** One client of the control server: its requests answered in order, its events sent as it reads them. */
import type { Socket } from 'node:net';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { FrameDecoder, FrameError, MAX_FRAME_BYTES } from './frame.js';
import { type ControlEvent, type ControlHandler, Refusal, type Sa } from './handler.js';
import type { ControlLog } from './log.js';
import {
  decodeRequest,
  encodeResponse,
  messages,
  PAGE_SAS,
  PROTOCOL_VERSION,
  type Request,
  type ResponseFields,
} from './message.js';
import type { PeerCredentials } from './peer.js';
import { boundedSentence } from './sentence.js';

export interface SessionLimits {
  /** Longest request accepted, bytes. */
  requestBytes: number;
  /** Events are held back for a monitor while so many bytes wait for it. */
  monitorQueueBytes: number;
  /** A client that takes nothing of its answer for so long is dropped, milliseconds. */
  writeTimeoutMs: number;
  /** How long a refused client may take to read why, milliseconds. */
  lingerMs: number;
}

export const SESSION_LIMITS: SessionLimits = {
  requestBytes: MAX_FRAME_BYTES,
  monitorQueueBytes: 1024 * 1024,
  writeTimeoutMs: 10_000,
  lingerMs: 1_000,
};

/** SAs or connections of a list that are looked up in one turn. */
const LIST_LOT = 256;

export class Session {
  readonly #socket: Socket;
  readonly #peer: PeerCredentials;
  readonly #handler: ControlHandler;
  readonly #log: ControlLog;
  readonly #limits: SessionLimits;
  readonly #mayMonitor: () => boolean;
  readonly #decoder: FrameDecoder;
  #state: 'open' | 'finishing' | 'closed' = 'open';
  #answering = false;
  #inputEnded = false;
  /** Ends the subscription of each monitor this client runs (one is usual). */
  readonly #monitors: (() => void)[] = [];
  #lastRequest = performance.now();
  #hasAsked = false;

  /** @param mayMonitor asked before another monitor begins */
  constructor(
    socket: Socket,
    peer: PeerCredentials,
    handler: ControlHandler,
    log: ControlLog,
    limits: SessionLimits,
    mayMonitor: () => boolean,
  ) {
    this.#socket = socket;
    this.#peer = peer;
    this.#handler = handler;
    this.#log = log;
    this.#limits = limits;
    this.#mayMonitor = mayMonitor;
    this.#decoder = new FrameDecoder(limits.requestBytes);
    socket.on('data', (chunk: Buffer) => {
      // Further requests of the client wait in the kernel, and then in the client.
      socket.pause();
      void this.#take(chunk).finally(() => socket.resume());
    });
    socket.on('end', () => {
      // Node tells the end of the input even while it is paused; earlier requests are still answered.
      this.#inputEnded = true;
      if (!this.#answering) this.finish();
    });
    socket.on('error', (error) => log.info({ ...peer, error: error.message }, 'a control client broke off'));
    socket.on('close', () => {
      this.#state = 'closed';
      for (const unsubscribe of this.#monitors.splice(0)) unsubscribe();
    });
  }

  get #open(): boolean {
    return this.#state === 'open';
  }

  get monitoring(): boolean {
    return this.#monitors.length > 0;
  }

  /**
   * Milliseconds for which this client has asked for nothing; 0 while it waits for an answer or for events.
   * @param now steady time: one for all clients that are compared, since looking at them takes time
   */
  idleMs(now: number): number {
    return this.#answering || this.monitoring ? 0 : now - this.#lastRequest;
  }

  /** Whether a whole request has ever come. */
  get hasAsked(): boolean {
    return this.#hasAsked;
  }

  /** Tells the client why it is not served and closes; further input is read and thrown away. */
  refuse(message: string, kind: Refusal['kind'] = 'usage'): void {
    this.#log.warn({ ...this.#peer, reason: message }, 'a control client was refused');
    this.#socket.write(failure(0, new Refusal(message, kind)));
    this.finish();
  }

  /** Lets the answer under way reach the client, then closes. */
  finish(): void {
    if (!this.#open) return;
    this.#state = 'finishing';
    if (!this.#answering) this.#end();
  }

  #end(): void {
    // Closing at once could lose the last answer: a Unix socket closed with unread input resets the peer.
    this.#socket.end();
    const timer = setTimeout(() => this.#socket.destroy(), this.#limits.lingerMs);
    this.#socket.once('close', () => clearTimeout(timer));
    this.#socket.resume();
  }

  async #take(chunk: Uint8Array): Promise<void> {
    if (!this.#open) return;
    this.#answering = true;
    try {
      for (const bytes of this.#decoder.push(chunk)) {
        await this.#answer(bytes);
        // A client that sends many requests at once does not keep the others waiting.
        await othersTurn();
        if (!this.#open) break;
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.refuse(error.message);
    }
    this.#answering = false;
    if (this.#state === 'finishing') this.#end();
    else if (this.#inputEnded) this.finish();
  }

  async #answer(bytes: Uint8Array): Promise<void> {
    this.#lastRequest = performance.now();
    this.#hasAsked = true;
    let request: Request;
    try {
      request = decodeRequest(bytes);
    } catch {
      this.refuse(
        'the request is no message of the control protocol: use an ipsec-relay of the same version',
      );
      return;
    }
    const { id, version } = request;
    if (version !== PROTOCOL_VERSION) {
      this.refuse(
        `the client speaks version ${version} of the control protocol, this ipsec-relayd version ${PROTOCOL_VERSION}: use the ipsec-relay that belongs to it`,
      );
      return;
    }
    let frame: Uint8Array | undefined;
    try {
      const result = await this.#perform(request);
      frame = result && encodeResponse({ version: PROTOCOL_VERSION, id, ...result });
    } catch (error) {
      if (!(error instanceof Refusal)) {
        this.#log.error({ ...this.#peer, command: request.command, error }, 'a control request failed');
      }
      frame = failure(id, error);
    }
    if (frame !== undefined) await this.#send(frame);
  }

  /** @returns the result, or nothing for a monitor that has begun */
  async #perform(request: Request): Promise<ResponseFields | undefined> {
    const handler = this.#handler;
    switch (request.command) {
      case 'status':
        return { status: handler.status() };
      case 'listSas': {
        const { id, after, limit } = new messages.ListSasRequest(request.listSas!);
        if (id !== 0) return { saList: { sas: [handler.showSa(id)], more: false } };
        return { saList: await this.#list(after, Math.min(limit || PAGE_SAS, PAGE_SAS)) };
      }
      case 'listConnections': {
        const wanted = new messages.ListConnectionsRequest(request.listConnections!);
        const { id, after, limit } = wanted;
        if (id !== 0) return { connectionList: { connections: [handler.showConnection(id)] } };
        // A connection is rendered from its SAs, so a page is no longer than a lot.
        return {
          connectionList: handler.listConnections(after, Math.min(limit || LIST_LOT, LIST_LOT), wanted),
        };
      }
      case 'listSeconds':
        return { secondList: { seconds: handler.listSeconds() } };
      case 'listServices':
        return { serviceList: { services: handler.listServices() } };
      case 'monitor':
        return this.#monitor(request.id);
    }
    this.#log.info({ ...this.#peer, command: request.command }, 'a control client asks for a change');
    switch (request.command) {
      case 'addSas':
        return {
          addSas: { sas: await handler.addSas(request.addSas!.sas ?? [], request.addSas!.replace ?? false) },
        };
      case 'deleteSas': {
        const { id, name } = new messages.DeleteSasRequest(request.deleteSas!);
        if ((id === 0) === (name === '')) {
          throw new Refusal('a deletion names one SA by its id, or the SAs of one name', 'usage');
        }
        return {
          deletedSas: { count: await (id !== 0 ? handler.deleteById(id) : handler.deleteByName(name)) },
        };
      }
      case 'deleteConnection': {
        const { id } = new messages.DeleteConnectionRequest(request.deleteConnection!);
        return { deletedSas: { count: await handler.deleteConnection(id) } };
      }
      case 'setSecond':
        return { done: { message: handler.setSecond(request.setSecond!) } };
      case 'flushSas':
        return { deletedSas: { count: await handler.flush() } };
      case 'reload':
        return { done: { message: await handler.reload() } };
      case 'stop':
        handler.stop();
        return { done: { message: 'ipsec-relayd is stopping' } };
      default:
        throw new Refusal('the request holds no command that this ipsec-relayd knows', 'usage');
    }
  }

  /** A page is made in lots, so that other clients have their turns in between. */
  async #list(after: number, limit: number): Promise<{ sas: Sa[]; more: boolean }> {
    const sas: Sa[] = [];
    for (;;) {
      const lot = this.#handler.listSas(sas.at(-1)?.id ?? after, Math.min(limit - sas.length, LIST_LOT));
      sas.push(...lot.sas);
      if (!lot.more || sas.length >= limit || lot.sas.length === 0) return { sas, more: lot.more };
      await othersTurn();
    }
  }

  #monitor(id: number): undefined {
    if (!this.#mayMonitor()) throw new Refusal('too many monitors run already: end one of them');
    let missed = 0;
    const send = (event: ControlEvent) => {
      if (this.#open) this.#socket.write(encodeResponse({ version: PROTOCOL_VERSION, id, event }));
    };
    const offer = (event: ControlEvent) => {
      if (missed > 0 || this.#socket.writableLength > this.#limits.monitorQueueBytes) missed++;
      else send(event);
    };
    const reportMissed = () => {
      if (missed === 0) return;
      const message = `${missed} events were missed: this client read too slowly`;
      missed = 0;
      send({ timeMs: Date.now(), event: 'missed', message });
    };
    const unsubscribe = this.#handler.onEvent(offer);
    this.#socket.on('drain', reportMissed);
    this.#monitors.push(() => {
      unsubscribe();
      this.#socket.off('drain', reportMissed);
    });
  }

  /** Waits until the client has read its pending answer, so that no more than one is ever held. */
  #send(frame: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (socket.destroyed || socket.write(frame)) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#log.warn({ ...this.#peer }, 'a control client does not read its answer and is dropped');
        socket.destroy();
      }, this.#limits.writeTimeoutMs);
      const done = () => {
        clearTimeout(timer);
        socket.off('drain', done);
        socket.off('close', done);
        resolve();
      };
      socket.on('drain', done);
      socket.on('close', done);
    });
  }
}

function failure(id: number, error: unknown): Uint8Array {
  const { Kind } = messages.Failure;
  const refusal =
    error instanceof Refusal
      ? {
          kind: error.kind === 'usage' ? Kind.USAGE : Kind.REFUSED,
          message: boundedSentence(error.message),
          position: error.position,
        }
      : {
          kind: Kind.REFUSED,
          message: boundedSentence(
            `ipsec-relayd failed: ${error instanceof Error ? error.message : String(error)}`,
          ),
        };
  return encodeResponse({ version: PROTOCOL_VERSION, id, failure: refusal });
}
