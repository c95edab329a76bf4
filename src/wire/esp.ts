/**
 * The clear part of an ESP packet (RFC 4303 §2), offsets in bytes from its start:
 *
 *  0  |               Security Parameters Index (SPI)                 |
 *  4  |                      Sequence Number                          |
 *  8  |                    Payload Data (opaque to a relay) ...
 */

/** Fewest bytes an ESP packet can have: SPI and sequence number. */
export const ESP_MIN_LENGTH = 8;

const SPI = 0;
const SEQUENCE_NUMBER = 4;

/** SPI as a signed 32-bit number in network byte order. */
export function espSpi(view: DataView, offset: number): number {
  return view.getInt32(offset + SPI);
}

/** Low 32 bits of the sequence number, 0–0xffffffff. */
export function espSequenceNumber(view: DataView, offset: number): number {
  return view.getUint32(offset + SEQUENCE_NUMBER);
}

export function setEspSpi(view: DataView, offset: number, spi: number): void {
  view.setInt32(offset + SPI, spi);
}

/** As people read and write it: 0x and eight digits. @param spi signed or unsigned */
export function formatSpi(spi: number): string {
  return `0x${(spi >>> 0).toString(16).padStart(8, '0')}`;
}
