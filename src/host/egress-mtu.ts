/**
 * What the routes to where SAs emit can carry: asked of the kernel with `ip route get`, in lots and beside everything
 * else, when an SA brings a new destination and when links, routes or rules change. The SAD tells the workers.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from '../observe/log.js';
import type { SaDatabase, SaEntry, SaObserver } from '../sad/database.js';
import type { SaDefinition } from '../table/definition.js';
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

interface Destination {
  readonly family: Family;
  readonly address: string;
  /** Whose packets go there: routes may depend on it. */
  readonly source: string;
  /** How many SAs emit there. */
  users: number;
  /** undefined: not asked yet. */
  mtu: number | undefined;
}

/** As much of ip(8)'s answers as is used. */
interface Route {
  readonly dst: string;
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

export class EgressMtus implements SaObserver {
  readonly #options: EgressMtuOptions;
  readonly #destinations = new Map<string, Destination>();
  /** SAs whose destination has not been asked about yet. */
  #waiting: SaEntry[] = [];
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
    const { database } = options;
    for (const entry of database.entries()) this.published(entry, database.definition(entry));
    this.#unobserve = database.observe(this);
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

  published(entry: SaEntry, { emit }: SaDefinition): void {
    const key = keyOf(emit.destination);
    let destination = this.#destinations.get(key);
    if (!destination) {
      const source = emit.source ?? this.#options.sourceTo(emit.destination) ?? emit.destination;
      const family = familyOf(emit.destination);
      const address = formatAddress(emit.destination);
      destination = { family, address, source: formatAddress(source), users: 0, mtu: undefined };
      this.#destinations.set(key, destination);
    }
    destination.users++;
    if (destination.mtu !== undefined) this.#options.database.setEgressMtu(entry, destination.mtu);
    else if (this.#waiting.push(entry) === 1) this.#kick(0);
  }

  withdrawn(_entry: SaEntry, { emit }: SaDefinition): void {
    const key = keyOf(emit.destination);
    const destination = this.#destinations.get(key);
    if (destination && --destination.users === 0) this.#destinations.delete(key);
  }

  #kick(afterMs: number): void {
    if (this.#isStopped || this.#running) return;
    if (this.#timer !== undefined && afterMs > 0) return; // it comes soon enough
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
        if (this.#waiting.length > 0) this.#kick(0);
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
      while (this.#waiting.length > 0 && !this.#isStopped) await this.#askNew();
    } catch (error) {
      // Without an answer packets of any length are sent, and errors tell what the way carries.
      this.#waiting = [];
      if (!this.#isStopped) log.warn(`the MTU of routes is unknown: ${(error as Error).message}`);
    }
  }

  /** Asks about destinations that were never asked about, and tells their SAs. */
  async #askNew(): Promise<void> {
    const entries = this.#waiting;
    this.#waiting = [];
    await this.#ask([...this.#destinations.values()].filter(({ mtu }) => mtu === undefined));
    await this.#tell(entries, (destination) => destination.mtu !== undefined);
  }

  /** Asks about all destinations, and tells the SAs of those that have changed. */
  async #askAnew(): Promise<void> {
    const { database } = this.#options;
    const all = [...this.#destinations.values()];
    const before = new Map(all.map((destination) => [destination, destination.mtu]));
    await this.#ask(all);
    const hasChanged = (destination: Destination) => before.get(destination) !== destination.mtu;
    if (all.some(hasChanged)) await this.#tell(database.entries(), hasChanged);
  }

  async #tell(entries: Iterable<SaEntry>, which: (destination: Destination) => boolean): Promise<void> {
    const { database } = this.#options;
    let left = ENTRIES_LOT;
    for (const entry of entries) {
      if (left-- === 0) {
        await nextTurn();
        left = ENTRIES_LOT;
      }
      if (database.get(entry.id) !== entry) continue; // withdrawn meanwhile
      const destination = this.#destinations.get(keyOf(database.definition(entry).emit.destination));
      if (destination?.mtu !== undefined && which(destination)) database.setEgressMtu(entry, destination.mtu);
    }
  }

  async #ask(destinations: readonly Destination[]): Promise<void> {
    for (const family of [4, 6] as const) {
      const ofFamily = destinations.filter((destination) => destination.family === family);
      for (let from = 0; from < ofFamily.length && !this.#isStopped; from += LOT) {
        await this.#askLot(family, ofFamily.slice(from, from + LOT));
      }
    }
  }

  async #askLot(family: Family, destinations: readonly Destination[]): Promise<void> {
    const { device } = this.#options;
    const questions = destinations.map(({ address, source }) =>
      `route get ${address} from ${source} iif ${device}`.split(' '),
    );
    const { output } = await ipBatch(family, [['link', 'show'], ...questions], 'continue');
    const [links = '[]', ...answers] = output.split('\n').filter((line) => line.startsWith('['));
    const mtuOf = new Map((JSON.parse(links) as Link[]).map(({ ifname, mtu }) => [ifname, mtu]));
    const routes = new Map<string, Route>();
    for (const answer of answers) {
      const [route] = JSON.parse(answer) as Route[];
      if (route) routes.set(keyOf(parseAddress(route.dst)), route);
    }
    for (const destination of destinations) {
      const route = routes.get(keyOf(parseAddress(destination.address)));
      destination.mtu = routeMtu(route, device, mtuOf, family);
    }
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

function keyOf(address: Uint8Array): string {
  return String.fromCharCode(...address);
}
