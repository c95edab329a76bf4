/** The corpus that corpus.py generates and the predictions that model.py makes, as they come through JSON. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Kind, NO_OPTIONS, type SaDefinition } from '../../src/table/definition.js';
import { KIND_AH, KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import { parseAddress } from '../../src/wire/address.js';

export interface Scene {
  readonly name: string;
  readonly role: 'relay' | 'edge';
  readonly kernelHops: number;
  readonly udp6ZeroChecksum: boolean;
  /** Milliseconds. */
  readonly fragmentTimeout: number;
  /** The outcome of a packet does not depend on when the others came. */
  readonly together: boolean;
  readonly relayAddresses: readonly string[];
  readonly sas: readonly SceneSa[];
  readonly packets: readonly ScenePacket[];
}

export interface SceneSa {
  readonly match: {
    readonly kind: 'esp' | 'ah' | 'udp';
    readonly destination: string;
    readonly spi: number;
    readonly peer?: string;
    readonly peerPort: number;
  };
  readonly emit: {
    readonly kind: 'esp' | 'ah' | 'udp';
    readonly source?: string;
    readonly destination: string;
    readonly spi: number;
    readonly sourcePort: number;
    readonly destinationPort: number;
  };
  readonly hairpin: boolean;
  /** Longest packet that its way out carries, bytes. */
  readonly mtu: number;
}

export interface ScenePacket {
  readonly form: string;
  readonly hex: string;
  /** Milliseconds. */
  readonly at: number;
}

/** A packet that must be sent, except for the fields that the relay is free to choose. */
export interface Expected {
  readonly hex: string;
  /** Where bits are free: position, mask in hex, and the name that equal values share. */
  readonly free: readonly (readonly [number, string, string | null])[];
  /** Checksums that depend on free bits, the innermost first, and where the header starts that has them. */
  readonly sums: readonly (readonly ['ipv4' | 'icmp' | 'icmpv6', number])[];
}

export interface Prediction {
  readonly packets: readonly { readonly verdict: string; readonly sent: readonly Expected[] }[];
  /** Packets by verdict at the end; a packet that waited has one then. */
  readonly counted: Readonly<Record<string, number>>;
}

const folder = fileURLToPath(new URL('../../../test/oracle/', import.meta.url));

/** Debian's scapy is the system's Python's, whatever else is in PATH. */
function python(input: string, script: string, ...parameters: string[]): string {
  // Python's compiled files are not left beside the sources.
  const words = ['-B', `${folder}${script}`, ...parameters];
  return execFileSync('/usr/bin/python3', words, { input, encoding: 'utf8', maxBuffer: 2 ** 29 });
}

/** @param seed of another corpus than the usual one */
export function generateCorpus(seed: string | undefined): {
  readonly text: string;
  readonly scenes: readonly Scene[];
} {
  const text = python('', 'corpus.py', ...(seed === undefined ? [] : [seed]));
  return { text, scenes: (JSON.parse(text) as { scenes: Scene[] }).scenes };
}

/** @param text the corpus as it was generated */
export function predict(text: string): readonly Prediction[] {
  return (JSON.parse(python(text, 'model.py')) as { scenes: Prediction[] }).scenes;
}

const KINDS: Record<string, Kind> = { esp: KIND_ESP, ah: KIND_AH, udp: KIND_UDP };

export function definitionOf({ match, emit, hairpin }: SceneSa): SaDefinition {
  return {
    match: {
      ...match,
      kind: KINDS[match.kind]!,
      port: match.kind === 'udp' ? 4500 : 0,
      destination: parseAddress(match.destination),
      peer: match.peer === undefined ? undefined : parseAddress(match.peer),
    },
    emit: {
      ...emit,
      kind: KINDS[emit.kind]!,
      source: emit.source === undefined ? undefined : parseAddress(emit.source),
      destination: parseAddress(emit.destination),
    },
    mode: match.spi === emit.spi ? 'preserve' : 'edge',
    ...NO_OPTIONS,
    hairpin,
  };
}
