/** The words that the CLI and the configuration file share: text to values, and back. */
import { AddressError, formatAddress, parseAddress } from '../wire/address.js';
import { PORT_NAT_TRAVERSAL } from '../wire/protocol.js';
import { quoted } from '../wire/quoted.js';

export { formatSpi } from '../wire/esp.js';

import { type Mode, messages, type Protocol } from './message.js';

/** A word that cannot be understood; `message` is one sentence that tells the right form. */
export class WordError extends Error {}

const MAX_UINT32 = 0xffffffff;

/**
 * An SPI in hexadecimal with 0x, or in decimal.
 * @returns 0–0xffffffff; the daemon decides whether the SPI may be used
 * @throws WordError
 */
export function parseSpi(text: string): number {
  if (/^(0x[0-9a-f]{1,8}|0|[1-9][0-9]{0,9})$/i.test(text)) {
    const spi = Number(text);
    if (spi <= MAX_UINT32) return spi;
  }
  if (/^[0-9a-f]{1,8}$/i.test(text) && !/^[1-9][0-9]*$/.test(text)) {
    throw new WordError(`SPI ${quoted(text)} lacks its 0x: write 0x${text.toLowerCase()}`);
  }
  throw new WordError(
    `${quoted(text)} is not an SPI: write 0x and up to eight hexadecimal digits, or a decimal number up to 4294967295`,
  );
}

/**
 * An IPv4 address in dotted-quad form or an IPv6 address.
 * @returns its canonical form (RFC 5952)
 * @throws WordError
 */
export function canonicalAddress(text: string): string {
  try {
    return formatAddress(parseAddress(text));
  } catch (error) {
    throw error instanceof AddressError ? new WordError(error.message) : error;
  }
}

/** The family of an address in its canonical form. */
export function familyOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

/** @throws WordError */
export function parseProtocol(text: string): Protocol {
  return oneOf(text, 'protocol', { esp: messages.Protocol.ESP, ah: messages.Protocol.AH });
}

export function formatProtocol(protocol: Protocol): 'esp' | 'ah' {
  return protocol === messages.Protocol.AH ? 'ah' : 'esp';
}

const MODES = { preserve: messages.Mode.PRESERVE, edge: messages.Mode.EDGE, aware: messages.Mode.AWARE };

/** @throws WordError */
export function parseMode(text: string): Mode {
  return oneOf(text, 'mode', MODES);
}

export function formatMode(mode: Mode): keyof typeof MODES | 'default' {
  const words = Object.keys(MODES) as (keyof typeof MODES)[];
  return words.find((word) => MODES[word] === mode) ?? 'default';
}

/**
 * How packets arrive: `udp:PEERPORT[:PORT]`, where PEERPORT may be `any`.
 * @returns the peer's UDP port, 0 for any, and the relay's own
 * @throws WordError
 */
export function parseEncapsulation(text: string): { peerPort: number; port: number } {
  const [kind, peerPort, port, ...rest] = text.split(':');
  if (kind !== 'udp' || peerPort === undefined || rest.length > 0) {
    throw new WordError(
      `${quoted(text)} is not an encapsulation: write udp:PEERPORT or udp:any, and the relay's own port behind it if that is not 4500 (udp:any:4600)`,
    );
  }
  return {
    peerPort: peerPort === 'any' ? 0 : parsePort(peerPort, text),
    port: port === undefined ? PORT_NAT_TRAVERSAL : parsePort(port, text),
  };
}

/** How packets arrive, as {@link parseEncapsulation} reads it. Ports are 0, or absent, for any and for 4500. */
export function formatEncapsulation({
  peerPort,
  port,
}: {
  peerPort?: number | null;
  port?: number | null;
}): string {
  const own = !port || port === PORT_NAT_TRAVERSAL ? '' : `:${port}`;
  return `udp:${peerPort || 'any'}${own}`;
}

/** The word for the packet's own UDP port: 0 in the protocol. */
const SAME_PORT = 'same';

/**
 * How packets leave: `udp:SPORT:DPORT`, or `none` for native ESP. A port may be `same`: the packet's own.
 * @throws WordError
 */
export function parseEmitEncapsulation(text: string): {
  none: boolean;
  sourcePort: number;
  destinationPort: number;
} {
  if (text === 'none') return { none: true, sourcePort: 0, destinationPort: 0 };
  const [kind, source, destination, ...rest] = text.split(':');
  if (kind !== 'udp' || source === undefined || destination === undefined || rest.length > 0) {
    throw new WordError(
      `${quoted(text)} is not an encapsulation: write udp:SPORT:DPORT, or none for native ESP`,
    );
  }
  const port = (word: string) => (word === SAME_PORT ? 0 : parsePort(word, text));
  return { none: false, sourcePort: port(source), destinationPort: port(destination) };
}

/** How packets leave, as {@link parseEmitEncapsulation} reads it. */
export function formatEmitEncapsulation({
  none,
  sourcePort,
  destinationPort,
}: {
  none?: boolean | null;
  sourcePort?: number | null;
  destinationPort?: number | null;
}): string {
  return none ? 'none' : `udp:${formatEmitPort(sourcePort)}:${formatEmitPort(destinationPort)}`;
}

/** @param port 0: the packet's own */
export function formatEmitPort(port: number | null | undefined): string {
  return port ? String(port) : SAME_PORT;
}

/** Whether a property holds: `true` or `false`. @throws WordError */
export function parseFlag(text: string): boolean {
  return oneOf(text, 'truth value', { true: true, false: false });
}

function parsePort(text: string, whole: string): number {
  const port = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) {
    throw new WordError(
      `${quoted(text)} in ${quoted(whole)} is not a UDP port: write a number from 1 to 65535`,
    );
  }
  return port;
}

/**
 * A lifetime, or an idle timer.
 * @returns seconds, 1–4294967295
 * @throws WordError
 */
export function parseLifetime(text: string): number {
  const seconds = /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > MAX_UINT32) {
    throw new WordError(`${quoted(text)} is not a lifetime: write a whole number of seconds, such as 3600`);
  }
  return seconds;
}

/** A name as it is: 1–64 letters, digits and ._:@/+- so that it is one word in every listing. @throws WordError */
export function parseName(text: string): string {
  if (!/^[A-Za-z0-9._:@/+-]{1,64}$/.test(text)) {
    throw new WordError(
      `${quoted(text)} is not a name: write 1 to 64 letters, digits or any of . _ : @ / + -`,
    );
  }
  return text;
}

function oneOf<T>(text: string, what: string, values: Record<string, T>): T {
  const value = Object.hasOwn(values, text) ? values[text] : undefined;
  if (value !== undefined) return value;
  const words = Object.keys(values);
  throw new WordError(
    `${quoted(text)} is not a ${what}: write ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
  );
}
