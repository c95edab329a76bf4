/** Seconds, the computers that accept key exchanges, and services, which lead firsts to them. */
import { createHash } from 'node:crypto';
import { contains, type Family, familyOf, type Prefix } from '../wire/address.js';
import { PORT_NAT_TRAVERSAL } from '../wire/protocol.js';

/** After so many signs in a row that a second does not answer, it is suspected, and taken for down. */
const SUSPECT_AFTER = 3;
const DOWN_AFTER = 6;
/** How often a new exchange tries whether a second that does not answer is back, milliseconds. */
const PROBE_MS = 15_000;

export interface SecondSettings {
  readonly name: string;
  /** At most one of each family, 16 bytes each. */
  readonly addresses: readonly Uint8Array[];
  readonly weight: number;
}

export type SecondState = 'up' | 'suspect' | 'down' | 'draining';

export class Second {
  readonly name: string;
  addresses: readonly Uint8Array[];
  weight: number;
  isDraining = false;
  /** Signs in a row that it does not answer new exchanges. */
  #misses = 0;
  /** Requests to its port 4500 that firsts had to repeat since it last sent something from there. */
  unansweredOn4500 = 0;
  /** Since its last message an ICMP error said that it cannot be reached. */
  isUnreachable = false;
  /** Unix time of its last message, milliseconds; 0: none since the relay started. */
  lastAnswerMs = 0;
  #probedAt = Number.NEGATIVE_INFINITY;

  constructor({ name, addresses, weight }: SecondSettings) {
    this.name = name;
    this.addresses = addresses;
    this.weight = weight;
  }

  get state(): SecondState {
    if (this.isDraining) return 'draining';
    if (this.#misses >= DOWN_AFTER) return 'down';
    return this.#misses >= SUSPECT_AFTER ? 'suspect' : 'up';
  }

  addressOf(family: Family): Uint8Array | undefined {
    return this.addresses.find((address) => familyOf(address) === family);
  }

  /** Requests that start an exchange, in a row, that it has left unanswered. */
  get unanswered(): number {
    return this.#misses;
  }

  /** It has sent a message. @param port its own @param unixMs the time */
  answered(port: number, unixMs: number): void {
    this.#misses = 0;
    this.isUnreachable = false;
    this.lastAnswerMs = unixMs;
    if (port === PORT_NAT_TRAVERSAL) this.unansweredOn4500 = 0;
  }

  /** A request that starts an exchange was left unanswered: the next one tries whether it is back, after a while. */
  missed(now: number): void {
    this.#misses++;
    this.#probedAt = now;
  }

  /** Whether a new exchange may go there now. @param now steady time */
  takes(now: number): boolean {
    return this.state === 'up' || now - this.#probedAt >= PROBE_MS;
  }

  /** A new exchange goes there. */
  chosen(now: number): void {
    if (this.state !== 'up') this.#probedAt = now;
  }
}

export interface Service {
  readonly name: string;
  readonly addresses: readonly Prefix[];
  /** Where firsts come from; empty: from anywhere. */
  readonly from: readonly Prefix[];
  readonly seconds: readonly string[];
  /** The relay addresses used towards the seconds; empty: the address that the first uses, or one of the second's family. */
  readonly towards: readonly Prefix[];
  readonly balance: 'address' | 'exchange';
}

/** The service that a first at `peer` asks for at the relay address: the longest `from` decides. */
export function serviceFor(
  services: readonly Service[],
  relay: Uint8Array,
  peer: Uint8Array,
): Service | undefined {
  let best: Service | undefined;
  let bestBits = -1;
  for (const service of services) {
    if (!service.addresses.some((prefix) => contains(prefix, relay))) continue;
    const bits =
      service.from.length === 0
        ? 0
        : Math.max(
            -1,
            ...service.from.filter((prefix) => contains(prefix, peer)).map(({ length }) => length),
          );
    if (bits > bestBits) [best, bestBits] = [service, bits];
  }
  return best;
}

/**
 * Rendezvous hashing by weight (Thaler and Ravishankar, 1998; the weights as Schindelhauer and Schomaker, 2005): each
 * second gets its share, and when one goes only its own firsts go elsewhere. Where none is up, all of them are tried: a stranger whose
 * exchanges no second answers must not shut everybody else out.
 * @param key of the first, or of the exchange
 */
export function chooseSecond(seconds: readonly Second[], key: string, now: number): Second | undefined {
  const usable = seconds.filter(({ weight, state }) => weight > 0 && state !== 'draining');
  const isAnyUp = usable.some(({ state }) => state === 'up');
  const willing = isAnyUp ? usable.filter((second) => second.takes(now)) : usable;
  // A doubtful second gets one exchange in a while, as a trial.
  const score = (second: Second) => {
    const hash = createHash('sha256').update(`${second.name}\0${key}`).digest().readUIntBE(0, 6);
    return -second.weight / Math.log((hash + 1) / (2 ** 48 + 1));
  };
  const doubtful = isAnyUp ? willing.find(({ state }) => state !== 'up') : undefined;
  const chosen =
    doubtful ??
    willing.reduce<Second | undefined>(
      (best, second) => (best === undefined || score(second) > score(best) ? second : best),
      undefined,
    );
  chosen?.chosen(now);
  return chosen;
}
