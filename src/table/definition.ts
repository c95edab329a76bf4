/** An SA as the relay sees it: match → emit, no keys. */
import { equalAddresses } from '../wire/address.js';
import { KIND_AH, type KIND_ESP, type KIND_UDP } from './layout.js';

/**
 * How the ICV stays right when a field that it covers is substituted (the SPI: RFC 4303 §2.8; AH's ICV covers the addresses too:
 * RFC 4302 §3.3.3). `preserve`: no such field is substituted; `edge`: an edge on the first side swaps it; `aware`: the first
 * computer's own IPsec computes over the new value.
 */
export const MODES = ['preserve', 'edge', 'aware'] as const;
export type Mode = (typeof MODES)[number];

export type Kind = typeof KIND_ESP | typeof KIND_AH | typeof KIND_UDP;

/** Which packets the SA is for. Addresses are 16 bytes, IPv4 as ::ffff:a.b.c.d; SPIs 0–0xffffffff. */
export interface SaMatch {
  readonly kind: Kind;
  readonly destination: Uint8Array;
  readonly spi: number;
  /** Required source; undefined: any. */
  readonly peer: Uint8Array | undefined;
  /** The relay's own UDP port, to which they come; 0 without UDP. An edge knows 4500 alone, of either end. */
  readonly port: number;
  /** Required UDP source port; 0: any. */
  readonly peerPort: number;
}

/** How they leave. */
export interface SaEmit {
  readonly kind: Kind;
  /** undefined: the packet's own (edge role). */
  readonly source: Uint8Array | undefined;
  readonly destination: Uint8Array;
  readonly spi: number;
  /** UDP ports; 0: the packet's own (edge role), or no UDP. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** Properties that stand for themselves, in the fields of control.proto, with the values of an SA that names none. */
export const NO_OPTIONS = {
  /** May emit to a relay address, and match the emission of another such SA. */
  hairpin: false as boolean,
};
export type SaOptions = Readonly<typeof NO_OPTIONS>;
export const OPTIONS = Object.keys(NO_OPTIONS) as (keyof SaOptions)[];

export interface SaDefinition extends SaOptions {
  readonly match: SaMatch;
  readonly emit: SaEmit;
  readonly mode: Mode;
}

/**
 * The mode of an SA that names none. AH's ICV covers the addresses beside the SPI (RFC 4302 §3.3.3), so that an SA
 * of AH never preserves all covered fields.
 */
export function defaultMode(kind: Kind, spi: number, toSpi: number): Mode {
  return kind !== KIND_AH && spi === toSpi ? 'preserve' : 'edge';
}

/** True when two definitions are the same in every word. */
export function sameDefinition(a: SaDefinition, b: SaDefinition): boolean {
  return (
    a.mode === b.mode &&
    OPTIONS.every((option) => a[option] === b[option]) &&
    sameFields(a.match, b.match) &&
    sameFields(a.emit, b.emit)
  );
}

function sameFields<T extends SaMatch | SaEmit>(a: T, b: T): boolean {
  const fields = Object.keys(a) as (keyof T)[];
  return fields.every((field) => {
    const [one, other] = [a[field], b[field]];
    return one instanceof Uint8Array && other instanceof Uint8Array
      ? equalAddresses(one, other)
      : one === other;
  });
}
