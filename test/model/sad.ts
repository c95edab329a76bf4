/** The SAD as a plain Map, and how to ask the real readers the same questions. */
import type { Kind, SaDefinition, SaMatch } from '../../src/table/definition.js';
import { carrierOf } from '../../src/table/layout.js';
import type { SadLookup } from '../../src/table/reader.js';
import { addressWord, formatAddress } from '../../src/wire/address.js';

/** The fields of a packet; addresses are 16 bytes. */
export interface Query {
  readonly kind: Kind;
  readonly destination: Uint8Array;
  /** The relay's own UDP port; 0 without UDP. */
  readonly port: number;
  readonly spi: number;
  readonly source: Uint8Array;
  readonly sourcePort: number;
}

export type Answer = SaDefinition | 'not-found' | 'wrong-peer';

export class SadModel {
  readonly entries = new Map<string, SaDefinition>();

  get(match: SaMatch): SaDefinition | undefined {
    return this.entries.get(matchKey(match));
  }

  set(sa: SaDefinition): void {
    this.entries.set(matchKey(sa.match), sa);
  }

  delete(match: SaMatch): void {
    this.entries.delete(matchKey(match));
  }

  /** Whether packets for this address come to the relay. */
  owns(address: Uint8Array): boolean {
    const text = formatAddress(address);
    return [...this.entries.values()].some(({ match }) => formatAddress(match.destination) === text);
  }

  /** Whether ESP comes to this UDP port. */
  hasPort(port: number): boolean {
    return port === 4500 || [...this.entries.values()].some(({ match }) => port !== 0 && match.port === port);
  }

  /** Peer and port before peer before port before any. */
  best({ kind, destination, port, spi, source, sourcePort }: Query): Answer {
    const to = formatAddress(destination);
    const from = formatAddress(source);
    const there = [...this.entries.values()].filter(
      ({ match }) =>
        match.kind === kind &&
        match.port === port &&
        match.spi === spi &&
        formatAddress(match.destination) === to,
    );
    if (there.length === 0) return 'not-found';
    for (const [needsPeer, needsPort] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ]) {
      for (const sa of there) {
        const { peer, peerPort } = sa.match;
        if ((peer !== undefined) !== needsPeer || (peerPort !== 0) !== needsPort) continue;
        if (peer !== undefined && formatAddress(peer) !== from) continue;
        if (peerPort !== 0 && peerPort !== sourcePort) continue;
        return sa;
      }
    }
    return 'wrong-peer';
  }
}

export function matchKey({ kind, destination, port, spi, peer, peerPort }: SaMatch): string {
  const from = peer === undefined ? 'any' : formatAddress(peer);
  return [kind, formatAddress(destination), port, spi, from, peerPort].join(' ');
}

/** One batch of lookups. @returns as {@link SadLookup.lookup}, for each query */
export function lookupAll(reader: SadLookup, queries: readonly Query[]): number[] {
  reader.enter();
  queries.forEach(({ kind, port, spi, destination }, i) => {
    reader.prepare(i, carrierOf(kind, port), spi | 0, ...words(destination));
  });
  reader.fetch(queries.length);
  return queries.map(({ kind, port, spi, destination, source, sourcePort }, i) =>
    reader.lookup(i, carrierOf(kind, port), spi | 0, ...words(destination), ...words(source), sourcePort),
  );
}

function words(address: Uint8Array): [number, number, number, number] {
  return [0, 1, 2, 3].map((word) => addressWord(address, word)) as [number, number, number, number];
}
