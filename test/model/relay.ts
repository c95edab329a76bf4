/**
 * The whole data plane the slow, obvious way: parses into plain fields, finds the SA by filtering a
 * list, builds the header anew and sums its checksum in full.
 */

import type { Verdict } from '../../src/relay/verdict.js';
import { KIND_ESP } from '../../src/sad/layout.js';
import { parseAddress } from '../../src/wire/address.js';
import { buildPacket } from './packet.js';
import type { SadModel } from './sad.js';

export interface ModelOptions {
  readonly sad: SadModel;
  readonly role: 'relay' | 'edge';
  readonly kernelHops: number;
}

export interface Outcome {
  readonly verdict: Verdict;
  /** The packet sent; undefined when none is. */
  readonly packet: Uint8Array | undefined;
}

export function modelRelay(received: Uint8Array, { sad, role, kernelHops }: ModelOptions): Outcome {
  const bytes = [...received];
  const drop = (verdict: Verdict): Outcome => ({ verdict, packet: undefined });
  if (bytes.length === 0) return drop('truncated');
  if (bytes[0]! >> 4 !== 4) return drop('bad-version');
  if (bytes.length < 20) return drop('truncated');
  const headerLength = (bytes[0]! % 16) * 4;
  const totalLength = word(bytes, 2);
  if (headerLength < 20 || totalLength < headerLength) return drop('bad-header');
  if (totalLength > bytes.length) return drop('truncated');
  const fields = {
    tos: bytes[1]!,
    identification: word(bytes, 4),
    flagsAndOffset: word(bytes, 6),
    ttl: bytes[8]!,
    protocol: bytes[9]!,
    source: bytes.slice(12, 16).join('.'),
    destination: bytes.slice(16, 20).join('.'),
    options: bytes.slice(20, headerLength),
    body: bytes.slice(headerLength, totalLength),
  };
  const right = word([...buildPacket(fields)], 10);
  // 0x0000 and 0xffff are the same number in one's complement, so a receiver accepts both.
  if (word(bytes, 10) % 0xffff !== right % 0xffff) return drop('bad-checksum');

  // What the kernel's own decrements and this change add up to is one hop.
  const ttl = Math.min(fields.ttl - 1 + kernelHops, 255);
  const send = (verdict: Verdict, changes: object): Outcome =>
    ttl < 1 ? drop('ttl-expired') : { verdict, packet: buildPacket({ ...fields, ...changes, ttl }) };
  const notOurs = (verdict: Verdict): Outcome => (role === 'edge' ? send('pass', {}) : drop(verdict));

  if (fields.protocol !== 50) return notOurs('not-ipsec');
  const isLaterFragment = fields.flagsAndOffset % 0x2000 !== 0;
  const isFragment = isLaterFragment || (fields.flagsAndOffset & 0x2000) !== 0;
  if (role === 'relay' ? isFragment : isLaterFragment) return notOurs('fragment-limit');
  if (fields.body.length < 8) return drop('esp-too-short');
  const spi = word(fields.body, 0) * 65536 + word(fields.body, 2);
  if (spi === 0) return drop('spi-zero');
  const sa = sad.best({
    kind: KIND_ESP,
    destination: parseAddress(fields.destination),
    spi,
    source: parseAddress(fields.source),
    sourcePort: 0,
  });
  if (sa === 'wrong-peer') return drop('peer-mismatch');
  if (sa === 'not-found') return notOurs(spi < 256 ? 'spi-reserved' : 'unknown-spi');
  const { source, destination, spi: newSpi } = sa.emit;
  return send('forward', {
    source: source === undefined ? fields.source : source.slice(12).join('.'),
    destination: destination.slice(12).join('.'),
    body: [newSpi >>> 24, (newSpi >>> 16) % 256, (newSpi >>> 8) % 256, newSpi % 256, ...fields.body.slice(4)],
  });
}

function word(bytes: readonly number[], at: number): number {
  return bytes[at]! * 256 + bytes[at + 1]!;
}
