/**
 * AES-CBC (RFC 3602) with HMAC-SHA-2 (RFC 4868) in ESP. The ICV covers SPI, sequence number, IV and ciphertext, and
 * with extended sequence numbers their upper half behind all of that (RFC 4303 §2.2.1, §2.8).
 *
 * One cipher object serves all packets: CBC goes on from one packet to the next. A block is put before each plaintext, and its
 * ciphertext is the packet's IV. That block is the sequence number, encrypted under a chain that began at a
 * random value: unpredictable, as RFC 3602 §3 demands, and the key schedule is computed once.
 */
import {
  type Cipher,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type Decipher,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { ESP_HEADER, type Layout, type Transform } from './transform.js';

const BLOCK = 16;

export type CbcCipher = 'aes-128-cbc' | 'aes-256-cbc';
export type HmacHash = 'sha256' | 'sha384' | 'sha512';

/** The key is as long as the hash, the ICV half of it (RFC 4868 §2.1.1, §2.3). */
const HASH_BYTES: Readonly<Record<HmacHash, number>> = { sha256: 32, sha384: 48, sha512: 64 };
const CIPHER_KEY_BYTES: Readonly<Record<CbcCipher, number>> = { 'aes-128-cbc': 16, 'aes-256-cbc': 32 };

/** The key material: the cipher's key, then the HMAC's. */
export function cbcHmacKeyBytes(cipher: CbcCipher, hash: HmacHash): number {
  return CIPHER_KEY_BYTES[cipher] + HASH_BYTES[hash];
}

/** The first half of the HMAC (RFC 4868 §2.3). */
export function truncatedHmac(hash: HmacHash, key: KeyObject, covered: Uint8Array): Uint8Array {
  return createHmac(hash, key)
    .update(covered)
    .digest()
    .subarray(0, HASH_BYTES[hash] / 2);
}

export function cbcHmacLayout(hash: HmacHash): Layout {
  return { ivLength: BLOCK, icvLength: HASH_BYTES[hash] / 2, blockSize: BLOCK };
}

export class CbcHmacTransform implements Transform {
  readonly ivLength = BLOCK;
  readonly icvLength: number;
  readonly blockSize = BLOCK;
  readonly #hash: HmacHash;
  readonly #hmacKey: KeyObject;
  readonly #encryption: Cipher;
  readonly #decryption: Decipher;
  readonly #esn: boolean;
  readonly #received: Uint8Array;

  /** @param material {@link cbcHmacKeyBytes} bytes */
  constructor(cipher: CbcCipher, hash: HmacHash, material: Uint8Array, esn: boolean) {
    const key = createSecretKey(material.subarray(0, CIPHER_KEY_BYTES[cipher]));
    this.#hmacKey = createSecretKey(material.subarray(CIPHER_KEY_BYTES[cipher]));
    this.#hash = hash;
    this.icvLength = cbcHmacLayout(hash).icvLength;
    this.#received = new Uint8Array(this.icvLength);
    this.#esn = esn;
    // Without padding of their own, they give out every block that they take in.
    this.#encryption = createCipheriv(cipher, key, randomBytes(BLOCK)).setAutoPadding(false);
    this.#decryption = createDecipheriv(cipher, key, randomBytes(BLOCK)).setAutoPadding(false);
  }

  seal(
    plain: Uint8Array,
    from: number,
    length: number,
    out: Uint8Array,
    at: number,
    sequence: number,
    high: number,
  ): number {
    const seed = from - BLOCK;
    plain.fill(0, seed, from);
    writeUint32(plain, seed, high);
    writeUint32(plain, seed + 4, sequence);
    const body = this.#encryption.update(plain.subarray(seed, from + length));
    out.set(body, at + ESP_HEADER);
    const icv = at + ESP_HEADER + BLOCK + length;
    out.set(this.#icv(out, at, icv, high), icv);
    return icv + this.icvLength - at;
  }

  open(packet: Uint8Array, at: number, length: number, high: number): Uint8Array | undefined {
    const icv = at + length - this.icvLength;
    const received = this.#received;
    for (let i = 0; i < received.length; i++) received[i] = packet[icv + i]!;
    if (!timingSafeEqual(received, this.#icv(packet, at, icv, high))) return undefined;
    // From the IV on: the decipher's chain is at some other packet, so the first block comes out as garbage.
    return this.#decryption.update(packet.subarray(at + ESP_HEADER, icv)).subarray(BLOCK);
  }

  /** Overwrites the four bytes at `end`, where the ICV is or goes, with the upper half of the sequence number. */
  #icv(packet: Uint8Array, at: number, end: number, high: number): Uint8Array {
    if (this.#esn) writeUint32(packet, end, high);
    const covered = packet.subarray(at, this.#esn ? end + 4 : end);
    return truncatedHmac(this.#hash, this.#hmacKey, covered);
  }
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
