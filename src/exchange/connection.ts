/**
 * One first and one second whose key exchange runs through the relay, and where each of them is. The relay sees the header of
 * each message and nothing else, so where the first is bound changes by one rule alone: the second answers, for the
 * first time, a request that came from there ("commit on reply").
 */
import { equalAddresses } from '../wire/address.js';
import { endsKey, sameEnd, type UdpEnd } from '../wire/datagram.js';
import type { Second, Service } from './second.js';

/** Where a first sends from, and to which of the relay's addresses and ports. */
export interface Flow {
  readonly peer: UdpEnd;
  readonly own: UdpEnd;
}

/** Equal for equal flows. */
export function flowKey({ peer, own }: Flow): string {
  return endsKey(peer, own);
}

export function sameFlow(one: Flow, other: Flow): boolean {
  return sameEnd(one.peer, other.peer) && sameEnd(one.own, other.own);
}

/** A request of the first's that went to the second; of several datagrams, if IKE fragments it (RFC 7383). */
interface PendingRequest {
  from: Flow;
  readonly pair: string;
  /** Undefined: that the second answers it proves nothing. */
  readonly messageId: number | undefined;
  readonly digests: Set<string>;
  /** Steady time of its first copy, milliseconds. */
  readonly atMs: number;
  isAnswered: boolean;
}

/** An IKE SA of the connection. */
interface IkeSa {
  readonly pair: string;
  /** The highest message ID that the second has answered; undefined: not known. */
  answeredUpTo: number | undefined;
}

/** A binding that has moved, as long as it may be taken back. */
interface Undo {
  /** The request that has moved it; of version 1 the digest. */
  readonly by: PendingRequest | string;
  readonly before: Flow;
  readonly untilMs: number;
}

/** A copy of the request that moved a binding takes it back within this time, milliseconds. */
const UNDO_MS = 5000;
/** Requests that are remembered; and how many of them may come from where the first is not bound. */
const MOST_REQUESTS = 64;
const MOST_CANDIDATES = 4;
/** Datagrams of one request whose copies are recognized; and IKE SAs of a connection, old and new while they are rekeyed. */
const MOST_FRAGMENTS = 64;
const MOST_PAIRS = 8;
/** Messages of version 1 whose copies are recognized. */
const MOST_SEEN = 32;
/** A candidate that was not answered for so long is none, milliseconds. */
const CANDIDATE_MS = 30_000;

export type ExchangeState = 'half-open' | 'established';

export class ExchangeConnection {
  readonly id: number;
  readonly service: Service;
  readonly second: Second;
  /** The relay's own address and port towards the second: this connection's alone among those of the second. */
  readonly towards: UdpEnd;
  /** Where the first is bound. */
  first: Flow;
  /** Where it began, and where answers from the second's port 500 go. */
  readonly initial: Flow;
  state: ExchangeState;
  /** The second has answered at all. */
  isAnswered: boolean;
  version: number;
  moves = 0;
  /** Unix time of the last move, milliseconds; 0: none. */
  movedMs = 0;
  /** The first has gone on to port 4500 with a request; and the second has answered there. */
  hasAskedOn4500 = false;
  isAnsweredOn4500 = false;
  /** Under which its first message is known; empty after a restart. */
  initiatorKey: string;
  /** That message was left unanswered. */
  isMissed = false;
  /** Unix time, milliseconds. */
  readonly startedMs: number;
  /** Steady time of the last message, milliseconds. */
  activeAtMs: number;
  /** Steady time of the last message of the second's that may have made an SA, milliseconds. */
  keyedAtMs: number;
  /** Newest last. */
  #sas: readonly IkeSa[] = [];
  // The next fields are set while messages pass: of a hundred thousand connections most are at rest.
  #requests: Map<string, PendingRequest> | undefined;
  /** Requests of the second's with an SPI pair that is not known yet. */
  #offeredPairs: Map<string, string> | undefined;
  /** For version 1: the digests of messages seen, and the latest new one that did not come from where the first is bound. */
  #seen: Set<string> | undefined;
  #candidate: { flow: Flow; digest: string; atMs: number } | undefined;
  #undo: Undo | undefined;

  constructor(fields: {
    id: number;
    service: Service;
    second: Second;
    towards: UdpEnd;
    first: Flow;
    initial?: Flow;
    version: number;
    startedMs: number;
    nowMs: number;
    isAnswered?: boolean;
    moves?: number;
    movedMs?: number;
    initiatorKey?: string;
  }) {
    this.id = fields.id;
    this.service = fields.service;
    this.second = fields.second;
    this.towards = fields.towards;
    this.first = fields.first;
    this.initial = fields.initial ?? fields.first;
    this.version = fields.version;
    this.startedMs = fields.startedMs;
    this.activeAtMs = fields.nowMs;
    this.initiatorKey = fields.initiatorKey ?? '';
    this.keyedAtMs = fields.nowMs;
    this.isAnswered = fields.isAnswered ?? false;
    this.moves = fields.moves ?? 0;
    this.movedMs = fields.movedMs ?? 0;
    this.state = this.isAnswered ? 'established' : 'half-open';
  }

  /**
   * Another IKE SA of the connection.
   * @param answeredUpTo the highest message ID that the second has answered; undefined: not known
   * @returns the oldest pair, if there are too many with it: that one is none of the connection's any more
   */
  addPair(pair: string, answeredUpTo: number | undefined): string | undefined {
    const all = this.#sas.concat({ pair, answeredUpTo });
    this.#sas = all.slice(-MOST_PAIRS);
    return all.length > MOST_PAIRS ? all[0]!.pair : undefined;
  }

  /** SPI pairs of its IKE SAs, newest last. */
  get pairs(): string[] {
    return this.#sas.map(({ pair }) => pair);
  }

  hasPair(pair: string): boolean {
    return this.#sas.some((sa) => sa.pair === pair);
  }

  /** Where the first is bound from now on. */
  bind({ peer, own }: Flow): void {
    const shared = (address: Uint8Array) =>
      [this.initial, this.first]
        .flatMap((flow) => [flow.peer.address, flow.own.address])
        .find((one) => equalAddresses(one, address)) ?? address;
    this.first = {
      peer: { address: shared(peer.address), port: peer.port },
      own: { address: shared(own.address), port: own.port },
    };
  }

  /**
   * Forgets messages that change nothing any more: requests answered so long ago that no copy takes a move back, and candidates
   * that were never answered. A later copy of such a request is told by its message ID.
   */
  settle(nowMs: number): void {
    if (this.#undo !== undefined && nowMs >= this.#undo.untilMs) this.#undo = undefined;
    for (const [key, request] of this.#requests ?? []) {
      const isOver = nowMs - request.atMs >= (request.isAnswered ? UNDO_MS : CANDIDATE_MS);
      if (isOver && this.#undo?.by !== request) this.#requests!.delete(key);
    }
    if (this.#requests?.size === 0) this.#requests = undefined;
    if (nowMs - this.activeAtMs >= CANDIDATE_MS) this.#offeredPairs = undefined;
    if (this.#candidate !== undefined && nowMs - this.#candidate.atMs >= CANDIDATE_MS)
      this.#candidate = undefined;
  }

  /**
   * A request of the first's goes to the second.
   * @param key names it among the connection's messages
   * @param pair its SPI pair
   * @param messageId undefined: that the second answers it proves nothing
   * @returns whether it may; whether it is a retransmission, and one of a request that is still unanswered; and whether it takes a
   * move back, because the first has not moved: somebody else's copy came before
   */
  request(
    key: string,
    pair: string,
    messageId: number | undefined,
    flow: Flow,
    digest: string,
    nowMs: number,
  ): { passes: boolean; isRepeated: boolean; isUnanswered: boolean; movesBack: boolean } {
    this.#requests ??= new Map();
    const known = this.#requests.get(key);
    const isBound = sameFlow(flow, this.first);
    if (known === undefined) {
      const passes = isBound || this.#candidates(nowMs) < MOST_CANDIDATES;
      if (passes) {
        const digests = new Set([digest]);
        this.#requests.set(key, { from: flow, pair, messageId, digests, atMs: nowMs, isAnswered: false });
        if (this.#requests.size > MOST_REQUESTS) deleteOldest(this.#requests);
      }
      return { passes, isRepeated: false, isUnanswered: false, movesBack: false };
    }
    const isRepeated = known.digests.has(digest);
    const undo = this.#undo;
    if (isRepeated && undo?.by === known && nowMs < undo.untilMs && sameFlow(flow, undo.before)) {
      this.#undo = undefined;
      known.from = flow;
      return { passes: true, isRepeated, isUnanswered: false, movesBack: true };
    }
    if (known.digests.size < MOST_FRAGMENTS) known.digests.add(digest);
    // A first that has not moved goes before all others. Of those others the latest new text: forging ahead of the first gains nothing.
    const takesOver = isBound || (!isRepeated && !sameFlow(known.from, this.first));
    if (!known.isAnswered && takesOver) known.from = flow;
    return { passes: true, isRepeated, isUnanswered: isRepeated && !known.isAnswered, movesBack: false };
  }

  /**
   * The second answers a request.
   * @returns where the answer goes, whether it is the first one, and where the first is bound from now on if that changes
   */
  answer(key: string, nowMs: number): { to: Flow; isFirst: boolean; movesTo: Flow | undefined } {
    const request = this.#requests?.get(key);
    if (request === undefined || request.isAnswered)
      return { to: request?.from ?? this.first, isFirst: false, movesTo: undefined };
    request.isAnswered = true;
    if (request.messageId === undefined) return { to: request.from, isFirst: true, movesTo: undefined };
    const sa = this.#sas.find(({ pair }) => pair === request.pair);
    const before = sa?.answeredUpTo;
    if (sa !== undefined) sa.answeredUpTo = Math.max(before ?? 0, request.messageId);
    const isBound = sameFlow(request.from, this.first);
    // A message ID answered before may be a replay; after a restart that is not known, so the next exchange moves the binding.
    if (isBound || before === undefined || request.messageId <= before)
      return { to: request.from, isFirst: true, movesTo: undefined };
    this.#undo = { by: request, before: this.first, untilMs: nowMs + UNDO_MS };
    return { to: request.from, isFirst: true, movesTo: request.from };
  }

  /** Whether one of its IKE SAs has this initiator SPI. */
  hasInitiator(spi: string): boolean {
    if (this.initiatorKey.endsWith(spi)) return true;
    return this.#sas.some(({ pair }) => pair.startsWith(spi));
  }

  /** The answer asked for the request once more: the next one with its key is another. */
  reopen(key: string): void {
    this.#requests?.delete(key);
  }

  /**
   * Version 1, which has no message IDs in order: a message of the first's.
   * @returns whether it takes a move back: the same message has moved the binding before, as a copy of somebody else's
   */
  message(flow: Flow, digest: string, nowMs: number): boolean {
    const undo = this.#undo;
    if (undo?.by === digest && nowMs < undo.untilMs && sameFlow(flow, undo.before)) {
      this.#undo = undefined;
      return true;
    }
    this.#seen ??= new Set();
    const isNew = !this.#seen.has(digest);
    this.#seen.add(digest);
    if (this.#seen.size > MOST_SEEN) deleteOldest(this.#seen);
    if (sameFlow(flow, this.first)) {
      // The first is still here; or the candidate was a copy that came before.
      if (isNew || this.#candidate?.digest === digest) this.#candidate = undefined;
    } else if (isNew) {
      this.#candidate = { flow, digest, atMs: nowMs };
    }
    return false;
  }

  /** Version 1: the second says something. @returns where the first is bound from now on, if that changes */
  reply(nowMs: number): Flow | undefined {
    const candidate = this.#candidate;
    this.#candidate = undefined;
    if (candidate === undefined || nowMs - candidate.atMs >= CANDIDATE_MS) return undefined;
    this.#undo = { by: candidate.digest, before: this.first, untilMs: nowMs + UNDO_MS };
    return candidate.flow;
  }

  /** The second asks something under an SPI pair that is new here. */
  offerPair(key: string, pair: string): void {
    this.#offeredPairs ??= new Map();
    if (this.#offeredPairs.size >= MOST_CANDIDATES) this.#offeredPairs.clear();
    this.#offeredPairs.set(key, pair);
  }

  /** The first answers it. @returns the pair, which is one of the connection's now */
  takeOfferedPair(key: string): string | undefined {
    const pair = this.#offeredPairs?.get(key);
    this.#offeredPairs?.delete(key);
    return pair;
  }

  #candidates(nowMs: number): number {
    let count = 0;
    for (const { from, atMs, isAnswered } of this.#requests?.values() ?? []) {
      if (!isAnswered && nowMs - atMs < CANDIDATE_MS && !sameFlow(from, this.first)) count++;
    }
    return count;
  }
}

/** Sets and Maps keep the order of insertion. */
function deleteOldest<Key>(collection: { keys(): Iterable<Key>; delete(key: Key): boolean }): void {
  const [oldest] = collection.keys();
  collection.delete(oldest!);
}
