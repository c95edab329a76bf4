/** Asks the kernel about its links, addresses, routes and rules, and tells when they change. */
import { getSystemErrorName } from 'node:util';
import { native, type Watch } from '../native/index.js';
import type { Logger } from '../observe/log.js';
import type { Family } from '../wire/address.js';
import {
  errorOf,
  formatMessage,
  type NetlinkMessage,
  type NetlinkRequest,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  parseMessages,
} from '../wire/netlink.js';
import {
  addressRequest,
  clsactRemoval,
  filterRequests,
  type KernelAddress,
  type KernelLink,
  type KernelRoute,
  type KernelRule,
  linkRequest,
  NETLINK_ROUTE,
  parseAssigned,
  parseLink,
  parseRoute,
  parseRule,
  type RouteQuestion,
  RTM_NEWRULE,
  routeRequest,
  ruleRequest,
  tableRequest,
} from '../wire/rtnetlink.js';

/** Room for a datagram: the kernel makes none of an answer that is longer. */
const DATAGRAM_BYTES = 32 << 10;
const DATAGRAMS = 16;
/** Requests whose answers are read before more is asked, so that they fit into the socket's buffer. */
const LOT = 32;
/** After so many attempts, a table that keeps changing is taken as it comes. */
const MOST_DUMPS = 5;

/** The messages of the kernel, in lots. */
class Inbox {
  readonly #slab = new Uint8Array(DATAGRAM_BYTES * DATAGRAMS);
  readonly #lengths = new Int32Array(DATAGRAMS);

  /** @returns undefined when nothing waits; 'lost': the kernel dropped messages that were not read in time */
  receive(fd: number): NetlinkMessage[] | 'lost' | undefined {
    const count = native.netlinkReceive(fd, this.#slab, this.#lengths);
    if (count === 0) return undefined;
    if (count < 0) return 'lost';
    const messages: NetlinkMessage[] = [];
    for (let i = 0; i < count; i++) {
      const length = this.#lengths[i]!;
      if (length > DATAGRAM_BYTES) return 'lost';
      const from = i * DATAGRAM_BYTES;
      messages.push(...parseMessages(this.#slab.subarray(from, from + length)));
    }
    return messages;
  }
}

const inbox = new Inbox();

/**
 * A socket for requests. The kernel carries a request out while it is sent, so nothing here waits, and nothing is left
 * between two calls.
 */
class NetlinkSocket {
  readonly #fd: number;
  #sequence = 0;

  /** @param family such as NETLINK_ROUTE */
  constructor(family: number) {
    this.#fd = native.netlinkOpen(family, new Int32Array(0));
  }

  close(): void {
    native.close(this.#fd);
  }

  /** Each request's one answer, or a negative errno. */
  get(requests: readonly NetlinkRequest[]): (NetlinkMessage | number)[] {
    const answers: (NetlinkMessage | number)[] = [];
    for (let from = 0; from < requests.length; from += LOT) {
      answers.push(...this.#getLot(requests.slice(from, from + LOT)));
    }
    return answers;
  }

  /** All entries of a table. @throws the kernel's error */
  dump(request: NetlinkRequest): NetlinkMessage[] {
    for (let tries = 1; ; tries++) {
      const { messages, isTorn } = this.#dumpOnce(request);
      if (!isTorn || tries === MOST_DUMPS) return messages;
    }
  }

  #getLot(requests: readonly NetlinkRequest[]): (NetlinkMessage | number)[] {
    const first = this.#sequence + 1;
    const flags = NLM_F_REQUEST | NLM_F_ACK;
    native.netlinkSend(
      this.#fd,
      Buffer.concat(
        requests.map(({ type, fixed, attributes }) =>
          formatMessage(type, flags, ++this.#sequence, fixed, attributes),
        ),
      ),
    );
    const answers = new Array<NetlinkMessage | number>(requests.length).fill(0);
    for (let acknowledged = 0; acknowledged < requests.length; ) {
      for (const message of this.#read()) {
        const place = message.sequence - first;
        if (place < 0 || place >= requests.length) continue; // of a request that failed
        if (message.type !== NLMSG_ERROR) {
          answers[place] = message;
          continue;
        }
        acknowledged++;
        const error = errorOf(message);
        if (error !== 0) answers[place] = error;
      }
    }
    return answers;
  }

  #dumpOnce({ type, fixed, attributes }: NetlinkRequest): { messages: NetlinkMessage[]; isTorn: boolean } {
    const sequence = ++this.#sequence;
    const flags = NLM_F_REQUEST | NLM_F_DUMP;
    native.netlinkSend(this.#fd, formatMessage(type, flags, sequence, fixed, attributes));
    const messages: NetlinkMessage[] = [];
    let isTorn = false;
    for (;;) {
      for (const message of this.#read()) {
        if (message.sequence !== sequence) continue;
        if ((message.flags & NLM_F_DUMP_INTR) !== 0) isTorn = true;
        if (message.type === NLMSG_DONE || message.type === NLMSG_ERROR) {
          const error = errorOf(message);
          if (error < 0) throw kernelError(error);
          return { messages, isTorn };
        }
        messages.push(message);
      }
    }
  }

  #read(): NetlinkMessage[] {
    const messages = inbox.receive(this.#fd);
    if (messages === undefined || messages === 'lost') throw new Error('an answer of the kernel was lost');
    return messages;
  }
}

function kernelError(error: number): Error {
  const code = getSystemErrorName(error);
  return Object.assign(new Error(`the kernel refused to list a table (${code})`), { code });
}

/** Asks through a socket of its own. @param family such as NETLINK_ROUTE @throws EPROTONOSUPPORT: the kernel has no such family */
export function askKernel<T>(family: number, act: (socket: NetlinkSocket) => T): T {
  const socket = new NetlinkSocket(family);
  try {
    return act(socket);
  } finally {
    socket.close();
  }
}

const there = <T>(value: T | undefined): value is T => value !== undefined;

export function allLinks(): KernelLink[] {
  return askKernel(NETLINK_ROUTE, (socket) => socket.dump(linkRequest()).map(parseLink));
}

/** @returns undefined: there is none of this name */
export function linkNamed(name: string): KernelLink | undefined {
  const [answer] = askKernel(NETLINK_ROUTE, (socket) => socket.get([linkRequest(name)]));
  return typeof answer === 'object' ? parseLink(answer) : undefined;
}

export function allAddresses(): KernelAddress[] {
  return askKernel(NETLINK_ROUTE, (socket) => socket.dump(addressRequest()).map(parseAssigned).filter(there));
}

export function rulesOf(family: Family): KernelRule[] {
  return askKernel(NETLINK_ROUTE, (socket) =>
    socket
      .dump(ruleRequest(family))
      .filter(({ type }) => type === RTM_NEWRULE)
      .map((message) => parseRule(message, family)),
  );
}

/** All routes of a table; none where there is no such table. */
export function routesOf(family: Family, table: number): KernelRoute[] {
  return askKernel(NETLINK_ROUTE, (socket) => {
    try {
      const routes = socket.dump(tableRequest(family, table)).map(parseRoute);
      return routes.filter(there).filter((route) => route.table === table);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  });
}

/** The routes that packets take; a negative errno where there is none. */
export function routesTo(questions: readonly RouteQuestion[]): (KernelRoute | number)[] {
  return askKernel(NETLINK_ROUTE, (socket) =>
    socket
      .get(questions.map(routeRequest))
      .map((answer) => (typeof answer === 'number' ? answer : (parseRoute(answer) ?? 0))),
  );
}

/** Removes a link's place for programs (a qdisc `clsact`) unless there is a program in it. @param link its index */
export function removeEmptyClsact(link: number): void {
  askKernel(NETLINK_ROUTE, (socket) => {
    if (filterRequests(link).every((request) => socket.dump(request).length === 0))
      socket.get([clsactRemoval(link)]);
  });
}

/** Tells when something in the kernel's tables has changed. */
export class NetlinkMonitor {
  readonly #fd: number;
  readonly #watch: Watch;

  /**
   * @param family such as NETLINK_ROUTE @param groups whose changes are told
   * @param onChange called with the messages; 'lost': the kernel dropped some
   */
  constructor(
    family: number,
    groups: readonly number[],
    onChange: (messages: readonly NetlinkMessage[] | 'lost') => void,
    log: Logger,
  ) {
    this.#fd = native.netlinkOpen(family, Int32Array.from(groups));
    this.#watch = native.watchReadable(this.#fd, () => {
      try {
        // One lot a turn: the rest waits in the kernel, which reports as lost the messages that do not fit there.
        const messages = inbox.receive(this.#fd);
        if (messages !== undefined) onChange(messages);
      } catch (error) {
        log.error(`changes of the kernel's tables are not noticed: ${(error as Error).message}`);
        native.unwatch(this.#watch);
      }
    });
  }

  stop(): void {
    native.unwatch(this.#watch);
    native.close(this.#fd);
  }
}
