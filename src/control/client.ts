/** The client's side of the control protocol, for the CLI, tests and scripts. */
import { statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { FrameDecoder } from './frame.js';
import type { ipsec_relay } from './generated/control.js';
import { type ConnectionFilter, Refusal, type SaRequest, type SecondChange } from './handler.js';
import {
  decodeResponse,
  encodeRequest,
  messages,
  PROTOCOL_VERSION,
  type RequestFields,
  type Response,
} from './message.js';

/** Decoded messages: every field has a value, except absent messages. */
export type StatusReply = ipsec_relay.control.v1.Status;
export type SaReply = ipsec_relay.control.v1.Sa;
export type FragmentsReply = ipsec_relay.control.v1.Fragments.$Properties;
export type ExchangeSummaryReply = ipsec_relay.control.v1.ExchangeSummary.$Properties;
export type FastPathReply = ipsec_relay.control.v1.FastPath.$Properties;
export type SpiFilterReply = ipsec_relay.control.v1.SpiFilter.$Properties;
export type AddedSaReply = ipsec_relay.control.v1.AddedSa;
export type ConnectionReply = ipsec_relay.control.v1.Connection;
export type SecondReply = ipsec_relay.control.v1.Second;
export type ServiceReply = ipsec_relay.control.v1.Service;
export type LegReply = ipsec_relay.control.v1.Leg;
export type EventReply = ipsec_relay.control.v1.Event;

/** The daemon could not be asked, or did not answer; `message` is one sentence. */
export class ControlError extends Error {}

/** How long the daemon may take over an answer, milliseconds. */
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * One connection. Requests may be sent without waiting for earlier answers; they come in the same order.
 * Methods reject with {@link Refusal} when the daemon refuses, and with {@link ControlError} when it cannot be asked.
 */
export class ControlClient {
  readonly #socket: Socket;
  readonly #path: string;
  /** An asynchronous generator serves its `next()` calls one after the other: the answers' own queue. */
  readonly #responses: AsyncGenerator<Response, void, undefined>;
  #lastId = 0;
  #unanswered = 0;

  private constructor(socket: Socket, path: string, timeoutMs: number) {
    this.#socket = socket;
    this.#path = path;
    this.#responses = this.#read();
    // A failure to write is told by the answers that do not come.
    socket.on('error', () => {});
    socket.setTimeout(timeoutMs);
    socket.on('timeout', () => {
      if (this.#unanswered > 0) {
        socket.destroy(new ControlError(`ipsec-relayd (${path}) has not answered for ${timeoutMs / 1000} s`));
      }
    });
  }

  /** @param timeoutMs how long the daemon may take over an answer */
  static connect(path: string, timeoutMs = ANSWER_TIMEOUT_MS): Promise<ControlClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ path, allowHalfOpen: true });
      const refused = (error: NodeJS.ErrnoException) =>
        reject(new ControlError(connectSentence(error, path)));
      socket.once('error', refused);
      socket.once('connect', () => {
        socket.off('error', refused);
        resolve(new ControlClient(socket, path, timeoutMs));
      });
    });
  }

  async status(): Promise<StatusReply> {
    return (await this.#ask({ status: {} }, 'status')).status as StatusReply;
  }

  /**
   * All or nothing; a Refusal's `position` names the first bad one.
   * @param requests at most {@link PAGE_SAS} fit for certain
   * @param replace SAs with the same match take the new words
   */
  async addSas(requests: SaRequest[], replace = false): Promise<AddedSaReply[]> {
    const { addSas } = await this.#ask({ addSas: { sas: requests, replace } }, 'addSas');
    return addSas!.sas as AddedSaReply[];
  }

  /** Every SA, ascending by id, a page in memory at a time; at least one page, and only that one may be empty. */
  async *listSas(): AsyncGenerator<SaReply[], void, undefined> {
    let after = 0;
    let more = true;
    while (more) {
      const { saList } = await this.#ask({ listSas: { after } }, 'saList');
      const sas = saList!.sas as SaReply[];
      if (sas.length > 0 || after === 0) yield sas;
      more = saList!.more === true && sas.length > 0;
      after = sas.at(-1)?.id ?? after;
    }
  }

  async showSa(id: number): Promise<SaReply> {
    const { saList } = await this.#ask({ listSas: { id } }, 'saList');
    return saList!.sas![0] as SaReply;
  }

  /** @returns how many are gone */
  async deleteSas(which: { id: number } | { name: string }): Promise<number> {
    return (await this.#ask({ deleteSas: which }, 'deletedSas')).deletedSas!.count ?? 0;
  }

  /** Every connection that is `wanted`, as {@link listSas}; the daemon makes the next page while the caller is busy with one. */
  async *listConnections(
    wanted: Partial<ConnectionFilter> = {},
  ): AsyncGenerator<ConnectionReply[], void, undefined> {
    const ask = (after: number) => this.#ask({ listConnections: { after, ...wanted } }, 'connectionList');
    let isFirst = true;
    for (let asked: Promise<Response> | undefined = ask(0); asked !== undefined; ) {
      const { connectionList }: Response = await asked;
      const connections = connectionList!.connections as ConnectionReply[];
      asked = connectionList!.more === true ? ask(connectionList!.last ?? 0) : undefined;
      // Its failure is thrown when it is awaited.
      asked?.catch(() => {});
      if (connections.length > 0 || (isFirst && asked === undefined)) {
        yield connections;
        isFirst = false;
      }
    }
  }

  async showConnection(id: number): Promise<ConnectionReply> {
    const { connectionList } = await this.#ask({ listConnections: { id } }, 'connectionList');
    return connectionList!.connections![0] as ConnectionReply;
  }

  async listSeconds(): Promise<SecondReply[]> {
    return (await this.#ask({ listSeconds: {} }, 'secondList')).secondList!.seconds as SecondReply[];
  }

  async listServices(): Promise<ServiceReply[]> {
    return (await this.#ask({ listServices: {} }, 'serviceList')).serviceList!.services as ServiceReply[];
  }

  /** @returns the daemon's sentence for the person */
  async setSecond(change: SecondChange): Promise<string> {
    return (await this.#ask({ setSecond: change }, 'done')).done!.message ?? '';
  }

  /** @returns how many SAs are gone */
  async deleteConnection(id: number): Promise<number> {
    return (await this.#ask({ deleteConnection: { id } }, 'deletedSas')).deletedSas!.count ?? 0;
  }

  /** @returns how many are gone */
  async flushSas(): Promise<number> {
    return (await this.#ask({ flushSas: {} }, 'deletedSas')).deletedSas!.count ?? 0;
  }

  /** @returns the daemon's sentence for the person */
  async reload(): Promise<string> {
    return (await this.#ask({ reload: {} }, 'done')).done!.message ?? '';
  }

  /** Resolves once the daemon has ended the connection, which is the last it does; rejects when that takes too long. */
  async stop(): Promise<void> {
    await this.#ask({ stop: {} }, 'done');
    this.#unanswered++;
    const after = await this.#responses.next();
    if (!after.done) throw new ControlError(`ipsec-relayd (${this.#path}) goes on after it was told to stop`);
  }

  /** Events from now on; ends when the daemon closes the connection. Nothing else may be asked meanwhile. */
  async *monitor(): AsyncGenerator<EventReply, void, undefined> {
    this.#send({ monitor: {} });
    this.#socket.setTimeout(0);
    for await (const { event, failure } of this.#responses) {
      if (failure) throw refusal(failure);
      if (event) yield event as EventReply;
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(command: RequestFields): number {
    const id = ++this.#lastId;
    this.#socket.write(encodeRequest({ version: PROTOCOL_VERSION, id, ...command }));
    return id;
  }

  /** @param expected the field of the response that answers this command */
  async #ask(command: RequestFields, expected: NonNullable<Response['result']>): Promise<Response> {
    const id = this.#send(command);
    this.#unanswered++;
    const { value: response } = await this.#responses.next();
    this.#unanswered--;
    if (!response)
      throw new ControlError(`ipsec-relayd (${this.#path}) closed the connection before it answered`);
    if (response.failure) throw refusal(response.failure);
    if (response.id !== id || response.result !== expected) {
      throw new ControlError(`ipsec-relayd (${this.#path}) answered something else than it was asked`);
    }
    return response;
  }

  async *#read(): AsyncGenerator<Response, void, undefined> {
    const decoder = new FrameDecoder();
    try {
      for await (const chunk of this.#socket) {
        for (const bytes of decoder.push(chunk)) yield decodeResponse(bytes);
      }
    } catch (error) {
      if (error instanceof ControlError) throw error;
      if (isConnectionLoss(error)) return;
      throw new ControlError(
        `${this.#path} does not speak the control protocol of ipsec-relayd: name its socket with --socket`,
      );
    }
  }
}

function refusal({ kind, message, position }: ipsec_relay.control.v1.Failure.$Properties): Refusal {
  const usage = kind === messages.Failure.Kind.USAGE;
  return new Refusal(message ?? '', usage ? 'usage' : 'refused', position ?? 0);
}

function isConnectionLoss(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(
    (error as NodeJS.ErrnoException).code ?? '',
  );
}

function connectSentence(error: NodeJS.ErrnoException, path: string): string {
  switch (error.code) {
    case 'ENOENT':
      return `ipsec-relayd is not running (no socket at ${path}); start it, or name its socket with --socket`;
    case 'ECONNREFUSED':
      // Linux says the same about a file or directory that is no socket.
      return statSync(path, { throwIfNoEntry: false })?.isSocket() === false
        ? `${path} is not a socket; name that of ipsec-relayd with --socket`
        : `ipsec-relayd is not running (no process answers at ${path}); start it, or name its socket with --socket`;
    case 'EACCES':
    case 'EPERM':
      return `may not use ${path}: run as root, or as a member of the group that owns it`;
    default:
      return `cannot connect to ${path} (${error.code}); name the socket of ipsec-relayd with --socket`;
  }
}
