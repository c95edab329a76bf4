/** Seeded damage to packets. */
import { randomFrom } from '../model/random.js';

/** Bytes of an IPv4 header without options. */
const HEADER = 20;
/** Most mutations hit the fields that the relay reads: the header, SPI and sequence number. */
const LOOKED_AT = HEADER + 8;

/**
 * Copies of `packet` with one to four bytes overwritten, and sometimes cut or lengthened.
 * @param repair whether every second copy gets a header checksum that fits the damage
 */
export function* mutations(packet: Buffer, count: number, seed: number, repair: boolean): Generator<Buffer> {
  const next = randomFrom(seed);
  const below = (limit: number): number => next() % limit;
  for (let i = 0; i < count; i++) {
    let copy = Buffer.from(packet);
    for (let edits = 1 + below(4); edits > 0; edits--) {
      const at = below(4) === 0 ? below(copy.length) : below(Math.min(LOOKED_AT, copy.length));
      copy[at] = below(3) === 0 ? copy[at]! ^ (1 << below(8)) : below(256);
    }
    const resized = below(8);
    if (resized === 0) copy = copy.subarray(0, 1 + below(copy.length));
    if (resized === 1) copy = Buffer.concat([copy, Buffer.alloc(1 + below(40), next())]);
    if (repair && i % 2 === 0) setChecksum(copy);
    yield copy;
  }
}

/** Writes the right header checksum (RFC 791 §3.1), if there is a header. */
export function setChecksum(packet: Buffer): void {
  const header = (packet[0]! & 15) * 4;
  if (header < HEADER || header > packet.length) return;
  packet.writeUInt16BE(0, 10);
  let sum = 0;
  for (let at = 0; at < header; at += 2) sum += packet.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  packet.writeUInt16BE(sum ^ 0xffff, 10);
}
