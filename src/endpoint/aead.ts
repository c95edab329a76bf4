/**
 * AES-GCM (RFC 4106) and ChaCha20-Poly1305 (RFC 7634) in ESP. Both build the nonce of a salt, which is part of the
 * key material, and the eight bytes of IV in the packet; the IV is the sequence number, so that no nonce comes twice.
 * The associated data is SPI and sequence number: eight bytes, or twelve with an extended one (RFC 4106 §5).
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { ESP_HEADER, type Layout, type Transform } from './transform.js';

const SALT = 4;
const IV = 8;
const ICV = 16;

export type AeadCipher = 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';

/** The key material (RFC 4106 §8.1, RFC 7634 §2): key and salt together. */
export const AEAD_KEY_BYTES: Readonly<Record<AeadCipher, number>> = {
  'aes-128-gcm': 16 + SALT,
  'aes-256-gcm': 32 + SALT,
  'chacha20-poly1305': 32 + SALT,
};

/** RFC 4303 §2.4: the trailer ends on a multiple of four bytes with any cipher. */
export const AEAD_LAYOUT: Layout = { ivLength: IV, icvLength: ICV, blockSize: 4 };

export class AeadTransform implements Transform {
  readonly ivLength = IV;
  readonly icvLength = ICV;
  readonly blockSize = AEAD_LAYOUT.blockSize;
  // Typed as GCM: the types know a ChaCha20 cipher under another name with the very same methods.
  readonly #cipher: 'aes-128-gcm';
  readonly #key: KeyObject;
  readonly #nonce = new Uint8Array(SALT + IV);
  readonly #nonceView = new DataView(this.#nonce.buffer);
  readonly #aad: Uint8Array;
  readonly #aadView: DataView;
  readonly #esn: boolean;
  readonly #options = { authTagLength: ICV };

  /** @param material {@link AEAD_KEY_BYTES} bytes */
  constructor(cipher: AeadCipher, material: Uint8Array, esn: boolean) {
    this.#cipher = cipher as 'aes-128-gcm';
    this.#key = createSecretKey(material.subarray(0, -SALT));
    this.#nonce.set(material.subarray(-SALT));
    this.#esn = esn;
    this.#aad = new Uint8Array(esn ? 12 : 8);
    this.#aadView = new DataView(this.#aad.buffer);
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
    this.#nonceView.setUint32(SALT, high);
    this.#nonceView.setUint32(SALT + 4, sequence);
    const cipher = createCipheriv(this.#cipher, this.#key, this.#nonce, this.#options);
    cipher.setAAD(this.#associatedData(out, at, high));
    const iv = at + ESP_HEADER;
    for (let i = 0; i < IV; i++) out[iv + i] = this.#nonce[SALT + i]!;
    out.set(cipher.update(plain.subarray(from, from + length)), iv + IV);
    cipher.final();
    out.set(cipher.getAuthTag(), iv + IV + length);
    return ESP_HEADER + IV + length + ICV;
  }

  open(packet: Uint8Array, at: number, length: number, high: number): Uint8Array | undefined {
    const iv = at + ESP_HEADER;
    for (let i = 0; i < IV; i++) this.#nonce[SALT + i] = packet[iv + i]!;
    const icv = at + length - ICV;
    const decipher = createDecipheriv(this.#cipher, this.#key, this.#nonce, this.#options);
    decipher.setAAD(this.#associatedData(packet, at, high));
    decipher.setAuthTag(packet.subarray(icv, icv + ICV));
    const plain = decipher.update(packet.subarray(iv + IV, icv));
    try {
      decipher.final(); // throws when the tag is wrong: the only way in which node:crypto says so
    } catch {
      return undefined;
    }
    return plain;
  }

  #associatedData(packet: Uint8Array, at: number, high: number): Uint8Array {
    const aad = this.#aad;
    for (let i = 0; i < 4; i++) aad[i] = packet[at + i]!;
    const low = this.#esn ? 8 : 4;
    if (this.#esn) this.#aadView.setUint32(4, high);
    for (let i = 0; i < 4; i++) aad[low + i] = packet[at + 4 + i]!;
    return aad;
  }
}
