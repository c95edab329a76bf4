/** `[[second]]`, `[[service]]` and `[exchange]`: key exchanges through the relay. */
import { z } from 'zod';
import type { ExchangeSettings } from '../exchange/relay.js';
import type { SecondSettings, Service } from '../exchange/second.js';
import {
  AddressError,
  contains,
  familyOf,
  formatAddress,
  formatPrefix,
  isSingleAddress,
  overlaps,
  type Prefix,
  parseAddress,
  parsePrefix,
} from '../wire/address.js';
import type { PortRange } from '../wire/protocol.js';
import { integer } from './values.js';

export interface ExchangeConfig {
  readonly seconds: readonly SecondSettings[];
  readonly services: readonly Service[];
  readonly settings: ExchangeSettings;
  /** IKE messages a second from addresses where no first or second is, as the kernel's filter passes them on. */
  readonly strangerRate: number;
}

const name = z.string().regex(/^[\w.@+-]{1,40}$/, {
  error: ({ input }) => `${JSON.stringify(input)} is no name; use 1-40 letters, digits or any of . @ + - _`,
});

const prefixes = z.array(z.string()).transform((texts, context) =>
  texts.flatMap((text): Prefix[] => {
    try {
      return [parsePrefix(text)];
    } catch (error) {
      if (!(error instanceof AddressError)) throw error;
      context.addIssue(error.message);
      return [];
    }
  }),
);

const addresses = z.array(z.string()).transform((texts, context) => {
  const bytes = texts.flatMap((text): Uint8Array[] => {
    try {
      return [parseAddress(text)];
    } catch (error) {
      if (!(error instanceof AddressError)) throw error;
      context.addIssue(error.message);
      return [];
    }
  });
  if (texts.length === 0) context.addIssue('[] has no address; give at least one, such as ["198.18.2.2"]');
  if (new Set(bytes.map(familyOf)).size < bytes.length)
    context.addIssue('a second has at most one address of each family; make it two seconds');
  return bytes;
});

const portRange = z.string().transform((text, context): PortRange => {
  const [lowest, highest] = /^(\d{1,5})-(\d{1,5})$/.exec(text)?.slice(1).map(Number) ?? [];
  if (lowest !== undefined && highest !== undefined && lowest >= 1 && lowest <= highest && highest <= 65_535)
    return [lowest, highest];
  context.addIssue(
    `${JSON.stringify(text)} is no range of ports; write two numbers from 1 to 65535, such as "1024-65535"`,
  );
  return [1024, 65_535];
});

/** The sections, for the schema of the whole file. */
export const exchangeSections = {
  second: z.array(z.strictObject({ name, addresses, weight: integer(0, 1_000_000).default(1) })).default([]),
  service: z
    .array(
      z.strictObject({
        name,
        addresses: prefixes.refine(
          (list) => list.length > 0,
          '[] has no address; give at least one relay address',
        ),
        from: prefixes.default([]),
        seconds: z.array(z.string()).min(1, '[] has no second; name at least one'),
        towards: prefixes.default([]),
        balance: z.enum(['address', 'exchange']).default('address'),
      }),
    )
    .default([]),
  exchange: z
    .strictObject({
      'half-open': integer(1, 1_000_000).default(10_000),
      'half-open-per-prefix': integer(1, 1_000_000).default(64),
      'half-open-timeout': integer(1, 3600).default(60),
      idle: integer(10, 31_536_000).default(3600),
      'learn-spis': z.boolean().default(true),
      'cookie-threshold': integer(0, 1_000_000).default(500),
      'stranger-rate': integer(15, 1_000_000).default(500),
      connections: integer(1, 1_000_000).default(100_000),
      ports: portRange.optional(),
    })
    .prefault({}),
};

/** Towards the seconds, if the configuration names none. */
const PORTS: PortRange = [1024, 65_535];
/** The same on a host that has other uses for its ports: those that no program asks for by number (RFC 6335 §6). */
const SHARED_PORTS: PortRange = [49_152, 65_535];
/** The kernel's routing rules, which lead them into the relay there, name no port above it (fib_rule_port_range_valid). */
const HIGHEST_SHARED = 65_534;

type Sections = z.infer<z.ZodObject<typeof exchangeSections>>;

/** @param isShared the relay addresses are this host's own */
export function exchangeConfig({ second, service, exchange }: Sections, isShared: boolean): ExchangeConfig {
  const [lowest, highest] = exchange.ports ?? (isShared ? SHARED_PORTS : PORTS);
  return {
    seconds: second,
    services: service,
    strangerRate: exchange['stranger-rate'],
    settings: {
      halfOpen: exchange['half-open'],
      halfOpenPerPrefix: exchange['half-open-per-prefix'],
      halfOpenTimeout: exchange['half-open-timeout'],
      idle: exchange.idle,
      learnSpis: exchange['learn-spis'],
      cookieThreshold: exchange['cookie-threshold'],
      connections: exchange.connections,
      ports: isShared ? [lowest, Math.min(highest, HIGHEST_SHARED)] : [lowest, highest],
    },
  };
}

/** Contradictions, a sentence each. @param relay the relay's own addresses */
export function exchangeProblems({ second, service }: Sections, relay: readonly Prefix[]): string[] {
  const problems: string[] = [];
  const twice = (what: string, names: readonly string[]) => {
    const repeated = names.find((one, at) => names.indexOf(one) < at);
    if (repeated !== undefined)
      problems.push(`[[${what}]] "${repeated}": another one has this name; choose another`);
  };
  twice(
    'second',
    second.map((one) => one.name),
  );
  twice(
    'service',
    service.map((one) => one.name),
  );
  for (const one of second) {
    const own = one.addresses.find((address) => relay.some((prefix) => contains(prefix, address)));
    if (own !== undefined)
      problems.push(
        `[[second]] "${one.name}": ${formatAddress(own)} is a relay address; give the second's own address`,
      );
  }
  for (const [at, one] of service.entries()) {
    const label = `[[service]] "${one.name}"`;
    for (const prefix of [...one.addresses, ...one.towards]) {
      const isOwn = relay.some((own) => own.length <= prefix.length && contains(own, prefix.bytes));
      if (!isOwn)
        problems.push(
          `${label}: ${formatPrefix(prefix)} is no relay address; add it to [relay] addresses, or use one of those`,
        );
    }
    for (const wanted of one.seconds) {
      const known = second.find(({ name }) => name === wanted);
      if (known === undefined) {
        problems.push(
          `${label}: there is no [[second]] named "${wanted}"; add it, or name one that is there`,
        );
      } else if (known.addresses.length > 0 && !isReachable(known, one, relay)) {
        const families = known.addresses.map((address) => `IPv${familyOf(address)}`).join(' and ');
        problems.push(
          `${label}: "${wanted}" has an address of ${families} only, and the relay has none from which to reach it; add one to [relay] addresses`,
        );
      }
    }
    const rival = service
      .slice(0, at)
      .find((other) => overlap(one.addresses, other.addresses) && sameFrom(one.from, other.from));
    if (rival !== undefined)
      problems.push(
        `${label}: service "${rival.name}" has one of its addresses too; let the two differ in "from", or in their addresses`,
      );
  }
  return problems;
}

function overlap(one: readonly Prefix[], other: readonly Prefix[]): boolean {
  return one.some((prefix) => other.some((candidate) => overlaps(prefix, candidate)));
}

function sameFrom(one: readonly Prefix[], other: readonly Prefix[]): boolean {
  const texts = (from: readonly Prefix[]) => (from.length === 0 ? EVERYWHERE : from.map(formatPrefix));
  return texts(one).some((text) => texts(other).includes(text));
}

/** A service without `from`. */
const EVERYWHERE = ['0.0.0.0/0', '::/0'];

/** Whether the relay has an address towards a second of the service. */
function isReachable(
  { addresses: own }: SecondSettings,
  { addresses, towards }: Pick<Service, 'addresses' | 'towards'>,
  relay: readonly Prefix[],
): boolean {
  const sources = towards.length > 0 ? towards.filter(isSingleAddress) : [...addresses, ...relay];
  return own.some((address) => sources.some(({ bytes }) => familyOf(bytes) === familyOf(address)));
}

/** Parts of a valid configuration that serve nothing, a sentence each. */
export function exchangeNotes({ seconds, services }: ExchangeConfig): string[] {
  const used = new Set(services.flatMap((service) => service.seconds));
  const unused = seconds.filter(({ name }) => !used.has(name));
  const isOff = (name: string) => seconds.find((second) => second.name === name)?.weight === 0;
  return [
    ...unused.map(
      ({ name }) => `[[second]] "${name}": no service leads to it; name it in "seconds" of a [[service]]`,
    ),
    ...services
      .filter((service) => service.seconds.every(isOff))
      .map(
        ({ name }) => `[[service]] "${name}": all of its seconds have weight 0, so it refuses every first`,
      ),
  ];
}
