/** The algorithms by the names that the configuration has for them. */
import { AEAD_KEY_BYTES, AEAD_LAYOUT, type AeadCipher, AeadTransform } from './aead.js';
import {
  type CbcCipher,
  CbcHmacTransform,
  cbcHmacKeyBytes,
  cbcHmacLayout,
  type HmacHash,
} from './cbc-hmac.js';
import type { Layout, Transform } from './transform.js';

const AEADS = Object.keys(AEAD_KEY_BYTES) as AeadCipher[];
const CIPHERS: readonly CbcCipher[] = ['aes-128-cbc', 'aes-256-cbc'];
const HASHES: readonly HmacHash[] = ['sha256', 'sha384', 'sha512'];

export type Algorithm = AeadCipher | `${CbcCipher}-hmac-${HmacHash}`;

export const ALGORITHMS: readonly Algorithm[] = [
  ...AEADS,
  ...CIPHERS.flatMap((cipher) => HASHES.map((hash) => `${cipher}-hmac-${hash}` as const)),
];

function isAead(algorithm: Algorithm): algorithm is AeadCipher {
  return algorithm in AEAD_KEY_BYTES;
}

function split(algorithm: Algorithm): [CbcCipher, HmacHash] {
  return algorithm.split('-hmac-') as [CbcCipher, HmacHash];
}

/** How much key material an SA needs: the key, and behind it the salt (AEAD) or the HMAC's key. */
export function keyBytes(algorithm: Algorithm): number {
  return isAead(algorithm) ? AEAD_KEY_BYTES[algorithm] : cbcHmacKeyBytes(...split(algorithm));
}

/** The bytes that it adds to a packet. */
export function layoutOf(algorithm: Algorithm): Layout {
  return isAead(algorithm) ? AEAD_LAYOUT : cbcHmacLayout(split(algorithm)[1]);
}

/** The parts of the key material, in words. */
export function keyParts(algorithm: Algorithm): string {
  if (isAead(algorithm)) return `${keyBytes(algorithm) - 4} bytes of key and 4 of salt`;
  const cipher = algorithm.startsWith('aes-128') ? 16 : 32;
  return `${cipher} bytes for the cipher and ${keyBytes(algorithm) - cipher} for the HMAC`;
}

/** @param material {@link keyBytes} bytes @param esn with extended sequence numbers */
export function createTransform(algorithm: Algorithm, material: Uint8Array, esn: boolean): Transform {
  if (isAead(algorithm)) return new AeadTransform(algorithm, material, esn);
  return new CbcHmacTransform(...split(algorithm), material, esn);
}
