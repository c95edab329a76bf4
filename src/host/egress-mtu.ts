/**
 * The MTUs of the routes of the legs: asked of the kernel, in lots and beside everything else, when there is a new leg and
 * when links, routes or rules change. The SAD tells the workers.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from '../observe/log.js';
import type { SaDatabase } from '../sad/database.js';
import type { SaEntry } from '../sad/entry.js';
import type { Leg, LegObserver } from '../sad/leg.js';
import { MTU_UNKNOWN } from '../table/layout.js';
import { type Family, familyOf, formatAddress } from '../wire/address.js';
import type { KernelRoute } from '../wire/rtnetlink.js';
import { allLinks, routesTo } from './netlink.js';

/** Destinations that are asked about in one go. */
const LOT = 256;
/** SAs that are told in one go. */
const ENTRIES_LOT = 2048;
/** Changes come in groups: a link and its routes. Milliseconds. */
const SETTLE_MS = 50;
/** After a lookup that took longer than this, milliseconds, */
const QUICK_MS = 200;
/** rest this many times as long, however often routes change. */
const REST = 2;

/** No IPv4 or IPv6 network has a smaller MTU (RFC 791 §3.2, RFC 8200 §5); a route that says so is taken for this. */
const SMALLEST: Readonly<Record<Family, number>> = { 4: 576, 6: 1280 };

/** Destination and source: the kernel chooses a route by them. */
interface Way {
  readonly family: Family;
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  readonly legs: Set<Leg>;
  /** undefined: not asked yet. */
  mtu: number | undefined;
}

export interface EgressMtuOptions {
  readonly database: SaDatabase;
  /** The relay's own: packets come from there as the kernel sees it. */
  readonly device: string;
  /** Source of the packets of an SA that keeps theirs. */
  readonly sourceTo: (destination: Uint8Array) => Uint8Array | undefined;
  readonly log: Logger;
}

export class EgressMtus implements LegObserver {
  readonly #options: EgressMtuOptions;
  readonly #ways = new Map<string, Way>();
  readonly #wayOf = new Map<Leg, Way>();
  /** Those that have not been asked about yet. */
  readonly #waiting = new Set<Way>();
  readonly #unobserve: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** Everything is to be asked anew. */
  #isStale = false;
  #running: Promise<void> | undefined;
  #isStopped = false;
  /** Steady time before which nothing is asked anew, milliseconds. */
  #restUntil = 0;

  constructor(options: EgressMtuOptions) {
    this.#options = options;
    this.#unobserve = options.database.legs.observe(this);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#unobserve();
    await this.#running;
  }

  /** Routes have changed: asks about all of them, soon. */
  refresh(): void {
    this.#isStale = true;
    this.#kick(Math.max(SETTLE_MS, this.#restUntil - performance.now()));
  }

  joined(leg: Leg, entry: SaEntry): void {
    if (leg.entries.size === 1 || !this.#wayOf.has(leg)) this.#enter(leg);
    if (leg.mtu !== undefined) this.#options.database.setEgressMtu(entry, leg.mtu);
  }

  moved(leg: Leg): void {
    this.closed(leg);
    this.#enter(leg);
    if (leg.mtu === undefined) return;
    for (const entry of leg.entries) this.#options.database.setEgressMtu(entry, leg.mtu);
  }

  closed(leg: Leg): void {
    const way = this.#wayOf.get(leg);
    if (way === undefined) return;
    this.#wayOf.delete(leg);
    way.legs.delete(leg);
    if (way.legs.size > 0) return;
    this.#ways.delete(wayKey(way));
    this.#waiting.delete(way);
  }

  #enter(leg: Leg): void {
    const { peer, relay } = leg.ends;
    const source = relay ?? this.#options.sourceTo(peer!) ?? peer!;
    const fields = { destination: peer!, source };
    const key = wayKey(fields);
    let way = this.#ways.get(key);
    if (way === undefined) {
      way = { ...fields, family: familyOf(peer!), legs: new Set(), mtu: undefined };
      this.#ways.set(key, way);
    }
    way.legs.add(leg);
    this.#wayOf.set(leg, way);
    leg.mtu = way.mtu;
    if (way.mtu !== undefined) return;
    this.#waiting.add(way);
    if (this.#waiting.size === 1) this.#kick(0);
  }

  #kick(afterMs: number): void {
    if (this.#isStopped || this.#running) return;
    if (this.#timer !== undefined && afterMs > 0) return; // it comes soon enough
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
        if (this.#waiting.size > 0) this.#kick(0);
        else if (this.#isStale) this.refresh();
      });
    }, afterMs).unref();
  }

  async #run(): Promise<void> {
    const { log } = this.#options;
    const began = performance.now();
    try {
      if (this.#isStale && began >= this.#restUntil) {
        this.#isStale = false;
        await this.#askAnew();
        const now = performance.now();
        this.#restUntil = now + Math.max(now - began - QUICK_MS, 0) * REST;
      }
      while (this.#waiting.size > 0 && !this.#isStopped) await this.#askNew();
    } catch (error) {
      // Without an answer packets of any length are sent, and ICMP errors tell the MTU.
      this.#waiting.clear();
      if (!this.#isStopped) log.warn(`the MTU of routes is unknown: ${(error as Error).message}`);
    }
  }

  /** Asks about ways that were never asked about, and tells their SAs. */
  async #askNew(): Promise<void> {
    const ways = [...this.#waiting];
    this.#waiting.clear();
    await this.#tell(await this.#ask(ways));
  }

  /** Asks about all ways, and tells the SAs of those that have changed. */
  async #askAnew(): Promise<void> {
    this.#waiting.clear();
    await this.#tell(await this.#ask([...this.#ways.values()]));
  }

  async #tell(changed: readonly Way[]): Promise<void> {
    const { database } = this.#options;
    let left = ENTRIES_LOT;
    for (const way of changed) {
      for (const leg of way.legs) {
        leg.mtu = way.mtu;
        for (const entry of leg.entries) {
          if (left-- === 0) {
            await nextTurn();
            left = ENTRIES_LOT;
          }
          // Meanwhile it may have gone, or to another leg.
          if (way.mtu !== undefined && leg.entries.has(entry)) database.setEgressMtu(entry, way.mtu);
        }
      }
    }
  }

  /** @returns those of which the answer is another than before */
  async #ask(ways: readonly Way[]): Promise<Way[]> {
    const links = allLinks();
    const mtus = new Map(links.map(({ index, mtu }) => [index, mtu]));
    const device = links.find(({ name }) => name === this.#options.device)?.index;
    if (device === undefined) throw new Error(`the device ${this.#options.device} is gone`);
    const changed: Way[] = [];
    for (let from = 0; from < ways.length && !this.#isStopped; from += LOT) {
      if (from > 0) await nextTurn();
      const lot = ways.slice(from, from + LOT);
      const routes = routesTo(
        lot.map(({ family, destination, source }) => ({
          family,
          destination,
          from: { source, link: device },
        })),
      );
      for (const [place, way] of lot.entries()) {
        const before = way.mtu;
        way.mtu = routeMtu(routes[place]!, device, mtus, way.family);
        if (way.mtu !== before) changed.push(way);
      }
    }
    return changed;
  }
}

/** Without a route, or with one back to the relay, nothing leaves: any MTU will do. */
function routeMtu(
  route: KernelRoute | number,
  device: number,
  mtus: ReadonlyMap<number, number>,
  family: Family,
): number {
  if (typeof route === 'number' || route.link === device) return MTU_UNKNOWN;
  const mtu = route.mtu ?? mtus.get(route.link) ?? MTU_UNKNOWN;
  return Math.min(Math.max(mtu, SMALLEST[family]), MTU_UNKNOWN);
}

function wayKey({ destination, source }: Pick<Way, 'destination' | 'source'>): string {
  return `${formatAddress(destination)} from ${formatAddress(source)}`;
}
