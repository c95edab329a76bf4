/**
 * What the routes of the legs can carry: asked of the kernel with `ip route get`, in lots and beside everything else, when there is
 * a new leg and when links, routes or rules change. The SAD tells the workers.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from '../observe/log.js';
import type { SaDatabase } from '../sad/database.js';
import type { SaEntry } from '../sad/entry.js';
import type { Leg, LegObserver } from '../sad/leg.js';
import { MTU_UNKNOWN } from '../table/layout.js';
import { type Family, familyOf, formatAddress, parseAddress } from '../wire/address.js';
import { ipBatch } from './commands.js';

/** Destinations that one process of ip(8) is asked about. */
const LOT = 4096;
/** SAs that are told in one go. */
const ENTRIES_LOT = 2048;
/** Changes come in groups: a link and its routes. Milliseconds. */
const SETTLE_MS = 50;
/** However often routes change: asking that takes longer than this is followed by so many times as much rest. Milliseconds. */
const QUICK_MS = 200;
const REST = 2;

/** No IPv4 or IPv6 network has a smaller MTU (RFC 791 §3.2, RFC 8200 §5); a route that says so is taken for this. */
const SMALLEST: Readonly<Record<Family, number>> = { 4: 576, 6: 1280 };

/** Where packets go, and from whom: what the kernel chooses a route by. */
interface Way {
  readonly family: Family;
  readonly destination: string;
  readonly source: string;
  readonly legs: Set<Leg>;
  /** undefined: not asked yet. */
  mtu: number | undefined;
}

/** As much of ip(8)'s answers as is used. */
interface Route {
  readonly dst: string;
  readonly from: string;
  readonly dev?: string;
  readonly metrics?: readonly { readonly mtu?: number }[];
}
interface Link {
  readonly ifname: string;
  readonly mtu: number;
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
    const fields = { destination: formatAddress(peer!), source: formatAddress(source) };
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
      // Without an answer packets of any length are sent, and errors tell what the way carries.
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
    const changed: Way[] = [];
    for (const family of [4, 6] as const) {
      const ofFamily = ways.filter((way) => way.family === family);
      for (let from = 0; from < ofFamily.length && !this.#isStopped; from += LOT) {
        changed.push(...(await this.#askLot(family, ofFamily.slice(from, from + LOT))));
      }
    }
    return changed;
  }

  async #askLot(family: Family, ways: readonly Way[]): Promise<Way[]> {
    const { device } = this.#options;
    const questions = ways.map(({ destination, source }) =>
      `route get ${destination} from ${source} iif ${device}`.split(' '),
    );
    const { output } = await ipBatch(family, [['link', 'show'], ...questions], 'continue');
    const [links = '[]', ...answers] = output.split('\n').filter((line) => line.startsWith('['));
    const mtuOf = new Map((JSON.parse(links) as Link[]).map(({ ifname, mtu }) => [ifname, mtu]));
    const routes = new Map<string, Route>();
    for (const answer of answers) {
      const [route] = JSON.parse(answer) as Route[];
      if (route)
        routes.set(wayKey({ destination: canonical(route.dst), source: canonical(route.from) }), route);
    }
    return ways.filter((way) => {
      const before = way.mtu;
      way.mtu = routeMtu(routes.get(wayKey(way)), device, mtuOf, family);
      return way.mtu !== before;
    });
  }
}

/** Where no route leads, or one back to the relay, nothing leaves: any MTU will do. */
function routeMtu(
  route: Route | undefined,
  device: string,
  mtuOf: ReadonlyMap<string, number>,
  family: Family,
): number {
  if (route?.dev === undefined || route.dev === device) return MTU_UNKNOWN;
  const mtu = route.metrics?.find((metric) => metric.mtu !== undefined)?.mtu ?? mtuOf.get(route.dev);
  return Math.min(Math.max(mtu ?? MTU_UNKNOWN, SMALLEST[family]), MTU_UNKNOWN);
}

/** As we write it. */
function canonical(address: string): string {
  return formatAddress(parseAddress(address));
}

function wayKey({ destination, source }: Pick<Way, 'destination' | 'source'>): string {
  return `${destination} from ${source}`;
}
