/** Numbers and addresses as bytes in network byte order, and the Internet checksum summed in full. */
import { formatAddress, parseAddress } from '../../src/wire/address.js';

export type Bytes = readonly number[];

export function bytes16(value: number): number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

export function bytes32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

export function word16(bytes: ArrayLike<number>, at: number): number {
  return bytes[at]! * 256 + bytes[at + 1]!;
}

export function word32(bytes: ArrayLike<number>, at: number): number {
  return word16(bytes, at) * 65536 + word16(bytes, at + 2);
}

/** RFC 1071: complement of the one's-complement sum, a carry added back at each step. */
export function internetChecksum(bytes: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += bytes[i]! * 256 + (bytes[i + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return 0xffff - sum;
}

/** The 4 or 16 bytes of an address in text; bytes stay as they are (for addresses that have no text). */
export function addressBytes(address: string | Bytes): number[] {
  if (typeof address !== 'string') return [...address];
  if (!address.includes(':')) return address.split('.').map(Number);
  return [...parseAddress(address)];
}

/** The canonical text of 4 or 16 bytes. */
export function addressText(bytes: Bytes): string {
  return bytes.length === 4 ? bytes.join('.') : formatAddress(Uint8Array.from(bytes));
}

/** For messages: a difference is seen at once. */
export function hex(bytes: ArrayLike<number>): string {
  return Buffer.from(bytes).toString('hex');
}
