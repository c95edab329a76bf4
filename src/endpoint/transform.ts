/** The cryptographic transform of an ESP packet (RFC 4303 §2): `SPI | sequence number | IV | ciphertext | ICV`. */

/** Bytes of SPI and sequence number. */
export const ESP_HEADER = 8;
/** Pad length and next header. */
export const ESP_TRAILER = 2;

/** The bytes that an algorithm adds to a packet. */
export interface Layout {
  /** Bytes of the IV in the packet. */
  readonly ivLength: number;
  readonly icvLength: number;
  /** Plaintext with trailer is padded to a multiple of so many bytes. */
  readonly blockSize: number;
}

/**
 * One direction of an SA's cryptography. Neither method is re-entrant.
 *
 * node:crypto allocates: for each packet it makes the object of an AEAD cipher (its nonce cannot be changed) or of an
 * HMAC (it cannot be reset), a Buffer for the result, and it needs a view of the input. Key schedules, nonces,
 * associated data and options are made once.
 */
export interface Transform extends Layout {
  /**
   * Writes IV, ciphertext and ICV. May overwrite the {@link SEAL_HEADROOM} bytes before the plaintext.
   * @param plain holds the plaintext with padding and trailer at `from`, `length` bytes
   * @param out holds, at `at`, the header that the ICV covers: SPI and the low half of the sequence number
   * @param high upper half of the sequence number, 0–2^21; used with extended sequence numbers only
   * @returns length of the ESP packet from `at` on
   */
  seal(
    plain: Uint8Array,
    from: number,
    length: number,
    out: Uint8Array,
    at: number,
    sequence: number,
    high: number,
  ): number;

  /**
   * Verifies and decrypts. May overwrite the packet.
   * @param packet holds, at `at`, the header that the ICV covers, and behind it the packet as received
   * @param length of the ESP packet, which {@link accepts} has accepted
   * @param high upper half of the sequence number
   * @returns plaintext with padding and trailer; undefined: the ICV is not that of the packet
   */
  open(packet: Uint8Array, at: number, length: number, high: number): Uint8Array | undefined;
}

/** Bytes before a plaintext that {@link Transform.seal} may use. */
export const SEAL_HEADROOM = 16;

/** Whether an ESP packet of this length can be one of the transform's: room for everything, ciphertext in whole blocks. */
export function accepts(transform: Layout, length: number): boolean {
  const ciphertext = length - ESP_HEADER - transform.ivLength - transform.icvLength;
  return ciphertext >= ESP_TRAILER && ciphertext % transform.blockSize === 0;
}
