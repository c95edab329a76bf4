/** Cuts IP packets into fragments, and puts the fragments into the orders in which networks deliver them. */
import { internetChecksum } from '../model/packet.js';
import { setChecksum } from './mutation.js';

const IPV6_FRAGMENT = 44;
const UDP = 17;
const MORE_FRAGMENTS = 0x2000;

const headerOf = (packet: Buffer): 20 | 40 => (packet[0]! >> 4 === 4 ? 20 : 40);

/**
 * @param packet without options or extension headers
 * @param piece bytes behind the header in each fragment but the last: a multiple of 8
 */
export function fragment(packet: Buffer, piece: number, identification: number): Buffer[] {
  const header = headerOf(packet);
  const body = packet.subarray(header);
  const fragments: Buffer[] = [];
  for (let at = 0; at < body.length; at += piece) {
    const part = body.subarray(at, at + piece);
    const more = at + piece < body.length;
    fragments.push(
      header === 20
        ? ipv4(packet, part, at, more, identification)
        : ipv6(packet, part, at, more, identification),
    );
  }
  return fragments;
}

function ipv4(packet: Buffer, part: Buffer, at: number, more: boolean, identification: number): Buffer {
  const bytes = Buffer.concat([packet.subarray(0, 20), part]);
  bytes.writeUInt16BE(bytes.length, 2);
  bytes.writeUInt16BE(identification & 0xffff, 4);
  bytes.writeUInt16BE((more ? MORE_FRAGMENTS : 0) | (at / 8), 6);
  setChecksum(bytes);
  return bytes;
}

/** RFC 8200 §4.5 */
function ipv6(packet: Buffer, part: Buffer, at: number, more: boolean, identification: number): Buffer {
  const bytes = Buffer.concat([packet.subarray(0, 40), Buffer.alloc(8), part]);
  bytes.writeUInt16BE(8 + part.length, 4);
  bytes[6] = IPV6_FRAGMENT;
  bytes[40] = packet[6]!;
  bytes.writeUInt16BE(at | (more ? 1 : 0), 42);
  bytes.writeUInt32BE(identification, 44);
  return bytes;
}

/** An edge's work: another SPI in a native ESP packet or an ESP-in-UDP packet. */
export function withSpi(packet: Buffer, spi: number): Buffer {
  const bytes = Buffer.from(packet);
  const header = headerOf(packet);
  const isUdp = packet[header === 20 ? 9 : 6] === UDP;
  bytes.writeUInt32BE(spi, header + (isUdp ? 8 : 0));
  if (isUdp && bytes.readUInt16BE(header + 6) !== 0) {
    bytes.writeUInt16BE(0, header + 6);
    bytes.writeUInt16BE(udpChecksum(bytes, header), header + 6);
  }
  return bytes;
}

/** Over the pseudo-header of either family (RFC 768, RFC 8200 §8.1), the checksum field being 0. */
function udpChecksum(packet: Buffer, header: 20 | 40): number {
  const addresses = header === 20 ? packet.subarray(12, 20) : packet.subarray(8, 40);
  const datagram = packet.subarray(header);
  const pseudo = [...addresses, datagram.length >> 8, datagram.length & 255, 0, UDP];
  return internetChecksum([...pseudo, ...datagram]) || 0xffff;
}

/** The fragments of several datagrams, and datagrams that are whole, in an order of arrival. */
export interface Arrival {
  readonly title: string;
  /** Bytes of a piece. */
  readonly piece: number;
  readonly order: (datagrams: readonly Buffer[][], whole: readonly Buffer[]) => Buffer[];
}

const reversed = (fragments: readonly Buffer[]): Buffer[] => [...fragments].reverse();
/** One of each list in turn, until all are used up. */
function interleaved(lists: readonly (readonly Buffer[])[]): Buffer[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}

export const ARRIVALS: readonly Arrival[] = [
  { title: 'in order', piece: 512, order: (datagrams, whole) => [...datagrams.flat(), ...whole] },
  {
    title: 'the last first',
    piece: 512,
    order: (datagrams, whole) => [...datagrams.flatMap(reversed), ...whole],
  },
  {
    title: 'interleaved with other datagrams, fragmented and whole',
    piece: 400,
    order: (datagrams, whole) => interleaved([...datagrams, whole]),
  },
  {
    title: 'the last first, interleaved with others',
    piece: 256,
    order: (datagrams, whole) => interleaved([...datagrams.map(reversed), whole]),
  },
  {
    title: 'in many small pieces, the first in the midst of them',
    piece: 24,
    order: (datagrams, whole) => [
      ...whole,
      ...datagrams.flatMap(([first, ...rest]) => [...rest.slice(20), first!, ...rest.slice(0, 20)]),
    ],
  },
];
