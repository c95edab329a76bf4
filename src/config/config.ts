/** The configuration file: TOML to a checked {@link Config}, or every problem in it as a sentence. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import type { SaRequest } from '../control/handler.js';
import { MAX_PATH_BYTES } from '../control/socket-file.js';
import {
  AddressError,
  formatPrefix,
  isSingleAddress,
  overlaps,
  type Prefix,
  parsePrefix,
  specialKind,
} from '../wire/address.js';
import { type ExchangeConfig, exchangeConfig, exchangeProblems, exchangeSections } from './exchange.js';
import { isMisspelt, sentenceOf } from './problem.js';
import { saRequests } from './sa.js';
import { integer } from './values.js';

/** The file is no valid configuration. The message has one sentence a line, one line a problem. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The settings that both roles have. */
interface CommonConfig {
  /** The file it was read from. */
  readonly path: string;
  readonly attachment: 'tun';
  /** Name of the TUN device. */
  readonly interface: string;
  readonly workers: number;
  /** Capacity of the SAD. */
  readonly maxSas: number;
  /** How a worker finds an SA: open addressing in shared memory, or a Map in front of it. */
  readonly lookup: 'probe' | 'map';
  /** MTU of the device in bytes; undefined: the role's default. */
  readonly mtu: number | undefined;
  /** UDP over IPv6 may arrive without checksum, and leaves so where the relay makes the UDP header (RFC 6935). */
  readonly udp6ZeroChecksum: boolean;
  /** Bounds of the virtual reassembly. */
  readonly fragments: FragmentLimits;
  /** Packets per second and worker. */
  readonly icmp: IcmpRates;
  /** The control socket; `group` may connect beside root. */
  readonly control: { readonly socket: string; readonly group: string | undefined };
  readonly state: { readonly directory: string };
  readonly log: { readonly level: LogLevel };
  /** The static SAs, in the order of the file. Whether the SAD accepts them is not checked here. */
  readonly sas: readonly SaRequest[];
}

export interface FragmentLimits {
  /** Bytes for waiting fragments and the state of their datagrams; of all workers together. */
  readonly memory: number;
  /** Seconds from a datagram's first fragment to its last. */
  readonly timeout: number;
  /** Datagrams in reassembly at a time. */
  readonly datagrams: number;
  /** Fragments a second that the kernel hands over though no first fragment with an SA's SPI was seen; needs `spiFilter`. */
  readonly rate: number;
}

export interface IcmpRates {
  /** Errors made and echo requests answered, each. */
  readonly rate: number;
  /** Errors translated. */
  readonly translateRate: number;
}

export interface RelayConfig extends CommonConfig {
  readonly role: 'relay';
  /** The addresses and pools the relay owns and forwards for. */
  readonly addresses: readonly Prefix[];
  /** The relay addresses are this host's own, and carry its other traffic too. */
  readonly sharedAddress: boolean;
  /** Seconds between the NAT keepalives of a leg with UDP (RFC 3948 §4); 0: none. */
  readonly keepaliveSeconds: number;
  /** The kernel drops packets with unknown SPIs before a worker sees them, where it can and the addresses are not shared. */
  readonly spiFilter: boolean;
  /** The kernel itself translates packets of SAs that keep their form, where it can. */
  readonly fastPath: boolean;
  readonly exchange: ExchangeConfig;
}

export interface EdgeConfig extends CommonConfig {
  readonly role: 'edge';
  /** Relay addresses that are reached through this edge. */
  readonly relays: readonly Prefix[];
  /** Addresses of the first computers that this edge serves. */
  readonly addresses: readonly Prefix[];
  /** Addresses of the second computers that the first computers' AH computes its ICV with; none without AH. */
  readonly seconds: readonly Prefix[];
}

export type Config = RelayConfig | EdgeConfig;

/** IFNAMSIZ without the final zero. */
const MAX_INTERFACE_NAME = 15;

const addressTexts = z.array(z.string());

const parsedAddresses = (texts: z.ZodType<string[], string[]>) =>
  texts.transform((texts, context) => {
    const prefixes: Prefix[] = [];
    for (const text of texts) {
      const problem = addPrefix(prefixes, text);
      if (problem !== undefined) context.addIssue(problem);
    }
    return prefixes;
  });

const addressList = parsedAddresses(
  addressTexts.min(1, '[] has no address; give at least one, such as ["198.18.9.9"]'),
);

/** Appends the prefix, unless it is none or may not stand beside the others; then the sentence says why. */
function addPrefix(prefixes: Prefix[], text: string): string | undefined {
  let prefix: Prefix;
  try {
    prefix = parsePrefix(text);
  } catch (error) {
    if (error instanceof AddressError) return error.message;
    throw error;
  }
  const special = specialKind(prefix);
  if (special !== undefined) return `"${text}" is or contains ${special}; give addresses that can be routed`;
  const other = prefixes.find((earlier) => overlaps(earlier, prefix));
  if (other !== undefined) return `"${text}" is given already by "${formatPrefix(other)}"; leave one out`;
  prefixes.push(prefix);
  return undefined;
}

/** The first of the prefixes that shares an address with one of the others, as text. */
function sharedPrefix(prefixes: readonly Prefix[], others: readonly Prefix[]): string | undefined {
  const shared = prefixes.find((prefix) => others.some((other) => overlaps(other, prefix)));
  return shared && formatPrefix(shared);
}

export const interfaceName = z.string().superRefine((name, context) => {
  const bytes = Buffer.byteLength(name);
  if (bytes < 1 || bytes > MAX_INTERFACE_NAME) {
    context.addIssue(`"${name}" has ${bytes} bytes; an interface name has 1-${MAX_INTERFACE_NAME}`);
  } else if (!/^[A-Za-z0-9_.-]+$/.test(name)) {
    context.addIssue(`"${name}" is no interface name; use letters, digits, "_", "." and "-"`);
  } else if (['.', '..', 'lo', 'all', 'default'].includes(name)) {
    context.addIssue(`"${name}" is reserved by the system; choose a name such as "iprelay0"`);
  }
});

export const absolutePath = z.string().regex(/^\/[^\0]*$/, {
  error: ({ input }) => `${JSON.stringify(input)} is not an absolute path; begin it with "/"`,
});

const roleKeys = (defaultInterface: string) => ({
  interface: interfaceName.default(defaultInterface),
  workers: integer(1, 256).default(1),
  'max-sas': integer(1, 1_048_576).default(65_536),
  lookup: z.enum(['probe', 'map']).default('probe'),
  mtu: integer(576, 65_535).optional(),
  'udp6-zero-checksum': z.boolean().default(false),
});

export const ROLES = ['relay', 'edge', 'endpoint'] as const;

/** The sections that every role has. */
export const commonSections = {
  control: z
    .strictObject({
      socket: absolutePath
        .refine(
          (path) => Buffer.byteLength(path) <= MAX_PATH_BYTES,
          `the path is longer than the ${MAX_PATH_BYTES} bytes a socket may have; choose a shorter one`,
        )
        .default('/run/ipsec-relay/control.sock'),
      group: z
        .string()
        .min(1, '"" is no group; give one such as "netadmin", or leave the key out')
        .optional(),
    })
    .prefault({}),
  state: z.strictObject({ directory: absolutePath.default('/var/lib/ipsec-relay') }).prefault({}),
  log: z.strictObject({ level: z.enum(LOG_LEVELS).default('info') }).prefault({}),
};

const schema = z.strictObject({
  relay: z
    .strictObject({
      addresses: addressList,
      attachment: z
        .enum(['tun', 'xdp'])
        .default('tun')
        .refine((kind) => kind !== 'xdp', '"xdp" is not available in this version; use "tun"')
        .transform(() => 'tun' as const),
      'shared-address': z.boolean().default(false),
      keepalive: integer(0, 3600).default(20),
      'spi-filter': z.boolean().default(true),
      'fast-path': z.boolean().default(false),
      ...roleKeys('iprelay0'),
    })
    .superRefine(({ addresses, 'shared-address': shared }, context) => {
      const pool = shared && addresses.find((prefix) => !isSingleAddress(prefix));
      if (!pool) return;
      const message = `"${formatPrefix(pool)}" is a prefix; with shared-address = true give this host's own addresses alone`;
      context.addIssue({ code: 'custom', path: ['addresses'], message });
    })
    .optional(),
  edge: z
    .strictObject({
      relays: addressList,
      addresses: addressList,
      seconds: parsedAddresses(addressTexts).default([]),
      ...roleKeys('ipedge0'),
    })
    .superRefine(({ relays, addresses, seconds }, context) => {
      const refuse = (key: string, message: string) =>
        context.addIssue({ code: 'custom', path: [key], message });
      const first = sharedPrefix(addresses, relays);
      if (first) refuse('addresses', `"${first}" is also in relays; a first computer is not a relay`);
      const relay = sharedPrefix(seconds, relays);
      if (relay) refuse('seconds', `"${relay}" is also in relays; a second computer is not a relay`);
      const second = sharedPrefix(seconds, addresses);
      if (second) refuse('seconds', `"${second}" is also in addresses; a second computer is not a first`);
    })
    .optional(),
  fragments: z
    .strictObject({
      memory: integer(131_072, 1_073_741_824).default(4_194_304),
      timeout: integer(1, 120).default(30),
      datagrams: integer(16, 65_536).default(1024),
      rate: integer(1, 10_000_000).default(8192),
    })
    .prefault({}),
  icmp: z
    .strictObject({
      rate: integer(1, 1_000_000).default(100),
      'translate-rate': integer(1, 1_000_000).default(1000),
    })
    .prefault({}),
  endpoint: z.unknown().optional(), // src/config/endpoint.ts reads such a file
  ...commonSections,
  ...exchangeSections,
  sa: z.unknown().optional(), // checked by saRequests
});

/** Reads and checks the file. Throws {@link ConfigError} with all problems found. */
export function loadConfig(path: string): Config {
  return parseConfig(readText(path), path);
}

/** Checks the text of a configuration file; `path` serves the messages. */
export function parseConfig(text: string, path: string): Config {
  const file = basename(path);
  const document = parseToml(text, file);
  const result = schema.safeParse(document);
  const problems = result.success
    ? []
    : result.error.issues.flatMap((issue) => sentenceOf(issue, schema, document));
  const role = document['relay'] === undefined ? 'edge' : 'relay';
  const problem = roleProblem(document);
  if (problem !== undefined) problems.unshift(problem);
  const sas = saRequests(document['sa'] ?? [], role);
  problems.push(...sas.problems);
  if (result.success) problems.push(...exchangeRoleProblems(result.data));
  if (!result.success || problems.length > 0)
    throw new ConfigError(problems.map((problem) => `${file}: ${problem}`));
  const { relay, edge, fragments, icmp, control, state, log } = result.data;
  const keys = (relay ?? edge)!;
  const common = {
    path,
    attachment: 'tun',
    interface: keys.interface,
    workers: keys.workers,
    maxSas: keys['max-sas'],
    lookup: keys.lookup,
    mtu: keys.mtu,
    udp6ZeroChecksum: keys['udp6-zero-checksum'],
    fragments,
    icmp: { rate: icmp.rate, translateRate: icmp['translate-rate'] },
    control: { socket: control.socket, group: control.group },
    state,
    log,
    sas: sas.requests,
  } as const;
  if (relay) {
    return {
      ...common,
      role: 'relay',
      addresses: relay.addresses,
      sharedAddress: relay['shared-address'],
      keepaliveSeconds: relay.keepalive,
      spiFilter: relay['spi-filter'],
      fastPath: relay['fast-path'],
      exchange: exchangeConfig(result.data, relay['shared-address']),
    };
  }
  const { relays, addresses, seconds } = edge!;
  return { ...common, role: 'edge', relays, addresses, seconds };
}

function exchangeRoleProblems(data: z.infer<typeof schema>): string[] {
  const { relay, second, service } = data;
  if (relay) return exchangeProblems(data, relay.addresses);
  if (second.length === 0 && service.length === 0) return [];
  return ['[[second]] and [[service]] are for a [relay]; remove them'];
}

/** The problem with the choice of the role, unless there is none or a misspelt section explains it. */
function roleProblem(document: Record<string, unknown>): string | undefined {
  const given = ROLES.filter((role) => document[role] !== undefined).length;
  if (given > 1) {
    const sections = ROLES.filter((role) => document[role] !== undefined).map((role) => `[${role}]`);
    return `it has both ${sections.join(' and ')}; a daemon has one role, so remove one of them`;
  }
  if (document['endpoint'] !== undefined) return 'it is an [endpoint], and no [relay] or [edge]';
  if (given === 1 || ROLES.some((role) => isMisspelt(role, document, Object.keys(schema.shape))))
    return undefined;
  return 'neither [relay], [edge] nor [endpoint] is there; write [relay] and below it addresses = ["198.18.9.9"]';
}

export function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new ConfigError([
      `${path}: ${READ_ERRORS[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message}`,
    ]);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigError([`${path}: the file is not UTF-8 text; save it as UTF-8`]);
  }
}

const READ_ERRORS: Record<string, string> = {
  ENOENT: 'there is no such file; name the configuration with --config FILE',
  EISDIR: 'it is a directory; name the file in it with --config FILE',
  EACCES: 'the file may not be read; run as root, or change its permissions',
  ENOTDIR: 'a part of the path is a file and not a directory; name the configuration with --config FILE',
};

export function parseToml(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split('\n', 1)[0]!.replace(/^Invalid TOML document: /, '');
    const advice = reason.includes('redefine')
      ? 'each key and section stands once'
      : 'write [section], key = "text", key = 1 or key = ["text"]';
    throw new ConfigError([
      `${file}:${error.line}:${error.column}: the line is not TOML (${reason}); ${advice}`,
    ]);
  }
}
