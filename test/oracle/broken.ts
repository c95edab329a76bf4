/** Copies of packets with one thing wrong in each, as a relay with a mistake would emit them. */
import { bytes16, bytes32, internetChecksum } from '../model/packet.js';
import type { Scene } from './corpus.js';

/** @returns the broken copy; undefined when the packet has no such place */
export type Breakage = (packet: Uint8Array, scene: Scene) => Uint8Array | undefined;

export const BREAKAGES: Readonly<Record<string, Breakage>> = {
  'a wrong header checksum': (packet) => (isIpv4(packet) ? flipped(packet, 11) : undefined),
  'a length beyond the end': withGreaterLength,
  'another destination': (packet) => mended(flipped(packet, isIpv4(packet) ? 18 : 37)),
  'another SPI': (packet, scene) => {
    const at = spiPlace(packet, scene);
    return at === undefined ? undefined : flipped(packet, at + 1);
  },
  'a wrong UDP checksum': (packet, scene) => {
    const at = spiPlace(packet, scene);
    // Where an SPI of UDP stands, a checksum that is not 0 stands right before it.
    if (at === undefined || !isUdp(packet, at) || packet[at - 2]! + packet[at - 1]! === 0) return undefined;
    return flipped(packet, at - 1);
  },
  'the SPI as it came': (packet, scene) => {
    const at = spiPlace(packet, scene);
    if (at === undefined) return undefined;
    const sa = scene.sas.find(({ emit }) => spiAt(packet, at) === emit.spi)!;
    const copy = packet.slice();
    copy.set(bytes32(sa.match.spi), at);
    return sa.match.spi === sa.emit.spi ? undefined : copy;
  },
};

function isIpv4(packet: Uint8Array): boolean {
  return packet[0]! >> 4 === 4;
}

function flipped(packet: Uint8Array, at: number): Uint8Array {
  const copy = packet.slice();
  copy[at] = copy[at]! ^ 0x10;
  return copy;
}

/** The same with an IPv4 header checksum that fits. */
function mended(packet: Uint8Array): Uint8Array {
  if (!isIpv4(packet)) return packet;
  packet.set([0, 0], 10);
  packet.set(bytes16(internetChecksum(packet.subarray(0, (packet[0]! & 15) * 4))), 10);
  return packet;
}

function withGreaterLength(packet: Uint8Array): Uint8Array | undefined {
  const at = isIpv4(packet) ? 2 : 4;
  const length = packet[at]! * 256 + packet[at + 1]! + 1;
  if (length > 0xffff) return undefined;
  const copy = packet.slice();
  copy.set(bytes16(length), at);
  return mended(copy);
}

function spiAt(packet: Uint8Array, at: number): number {
  return Buffer.from(packet.buffer, packet.byteOffset).readUInt32BE(at);
}

/** Where the SPI of one of the scene's SAs is, if anywhere. */
function spiPlace(packet: Uint8Array, scene: Scene): number | undefined {
  const header = isIpv4(packet) ? (packet[0]! & 15) * 4 : 40;
  for (const { emit } of scene.sas) {
    const at = Buffer.from(packet).indexOf(Uint8Array.from(bytes32(emit.spi)), header);
    if (at >= 0) return at;
  }
  return undefined;
}

function isUdp(packet: Uint8Array, spi: number): boolean {
  const header = isIpv4(packet) ? (packet[0]! & 15) * 4 : 40;
  return packet[isIpv4(packet) ? 9 : 6] === 17 && spi === header + 8;
}
