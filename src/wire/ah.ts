/**
 * Authentication Header (RFC 4302 §2), offsets in bytes from its start:
 *
 *  0  | Next Header   |  Payload Len  |          RESERVED             |
 *  4  |                 Security Parameters Index (SPI)               |
 *  8  |                    Sequence Number Field                      |
 * 12  |                Integrity Check Value-ICV (variable) ...
 */

/** Fewest bytes: the fixed part. */
export const AH_MIN_LENGTH = 12;

/** Where the SPI is. */
export const AH_SPI = 4;

/** Length of the whole header in bytes, 8–1028: the field counts 32-bit words, minus 2 (RFC 4302 §2.2). */
export function ahLength(view: DataView, offset: number): number {
  return (view.getUint8(offset + 1) + 2) << 2;
}
