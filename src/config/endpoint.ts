/** The configuration file of an endpoint: TOML to a checked {@link EndpointConfig}, or every problem as a sentence. */
import { basename } from 'node:path';
import { z } from 'zod';
import {
  AddressError,
  contains,
  type Family,
  familyOf,
  formatAddress,
  type Prefix,
  parseAddress,
} from '../wire/address.js';
import {
  absolutePath,
  type Config,
  ConfigError,
  commonSections,
  interfaceName,
  type LogLevel,
  parseConfig,
  parseToml,
  readText,
} from './config.js';
import { type ConfiguredSa, endpointSas } from './endpoint-sa.js';
import { sentenceOf } from './problem.js';
import { integer } from './values.js';

/** An address of the device, with the length of its prefix. */
export interface DeviceAddress {
  readonly family: Family;
  readonly bytes: Uint8Array;
  readonly length: number;
}

export interface EndpointConfig {
  readonly role: 'endpoint';
  /** The file it was read from. */
  readonly path: string;
  /** Name of the TUN device. */
  readonly interface: string;
  /** MTU of the device in bytes; undefined: as much as the paths to the peers leave. */
  readonly mtu: number | undefined;
  /** Addresses of the device. */
  readonly addresses: readonly DeviceAddress[];
  /** The file of the keys. */
  readonly keys: string;
  /** UDP port of ESP-in-UDP on this side. */
  readonly port: number;
  /** Seconds after which an outbound SA with UDP that rests sends a NAT keepalive (RFC 3948 §4); 0: never. */
  readonly keepaliveSeconds: number;
  /** This host routes for others. */
  readonly forward: boolean;
  /** The control socket; `configured`: the file names it. */
  readonly control: {
    readonly socket: string;
    readonly group: string | undefined;
    readonly configured: boolean;
  };
  readonly state: { readonly directory: string };
  readonly log: { readonly level: LogLevel };
  readonly sas: readonly ConfiguredSa[];
}

const deviceAddresses = z.array(z.string()).transform((texts, context) =>
  texts.flatMap((text) => {
    try {
      return [parseDeviceAddress(text)];
    } catch (error) {
      if (!(error instanceof AddressError)) throw error;
      context.addIssue(error.message);
      return [];
    }
  }),
);

/** `10.1.0.1/24`; a prefix alone would have no host bits, and an address alone no length. */
function parseDeviceAddress(text: string): DeviceAddress {
  const [address = '', length] = text.split('/');
  const bytes = parseAddress(address);
  const family = familyOf(bytes);
  const longest = family === 4 ? 32 : 128;
  const bits = length === undefined ? longest : Number(length);
  if (length !== undefined && (!/^\d{1,3}$/.test(length) || bits > longest)) {
    throw new AddressError(`"${text}" has no valid prefix length; write one of 0-${longest} after the slash`);
  }
  return { family, bytes, length: bits };
}

const schema = z.strictObject({
  endpoint: z.strictObject({
    interface: interfaceName.default('ipesp0'),
    addresses: deviceAddresses.default([]),
    keys: absolutePath,
    port: integer(1, 65_535).default(4500),
    keepalive: integer(0, 3600).default(20),
    mtu: integer(576, 65_535).optional(),
    forward: z.boolean().default(false),
  }),
  ...commonSections,
  sa: z.unknown().optional(), // checked by endpointSas
});

/** Reads and checks a file of any role. Throws {@link ConfigError} with all problems found. */
export function loadAnyConfig(path: string): Config | EndpointConfig {
  const text = readText(path);
  const document = parseToml(text, basename(path));
  const { relay, edge, endpoint } = document;
  if (endpoint === undefined || relay !== undefined || edge !== undefined) return parseConfig(text, path);
  return parseEndpointConfig(text, path);
}

/** Checks the text of an endpoint's configuration file; `path` serves the messages. */
export function parseEndpointConfig(text: string, path: string): EndpointConfig {
  const file = basename(path);
  const document = parseToml(text, file);
  const result = schema.safeParse(document);
  const problems = result.success
    ? []
    : result.error.issues.flatMap((issue) => sentenceOf(issue, schema, document));
  const { sas, problems: saProblems } = endpointSas(document['sa'] ?? []);
  problems.push(...saProblems);
  if (!result.success || problems.length > 0) {
    throw new ConfigError(problems.map((problem) => `${file}: ${problem}`));
  }
  const { endpoint, control, state, log } = result.data;
  return {
    role: 'endpoint',
    path,
    interface: endpoint.interface,
    mtu: endpoint.mtu,
    addresses: endpoint.addresses,
    keys: endpoint.keys,
    port: endpoint.port,
    keepaliveSeconds: endpoint.keepalive,
    forward: endpoint.forward,
    control: {
      socket: control.socket,
      group: control.group,
      configured: document['control'] !== undefined,
    },
    state,
    log,
    sas,
  };
}

/** An address of the device that lies in one of the nets, as text. */
export function addressWithin(
  addresses: readonly DeviceAddress[],
  nets: readonly Prefix[],
): string | undefined {
  const found = addresses.find(({ bytes }) => nets.some((net) => contains(net, bytes)));
  return found && formatAddress(found.bytes);
}
