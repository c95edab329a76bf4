/** Puts the fragments of one datagram together (RFC 791 §3.2, RFC 8200 §4.5), once all are there. */
import { PacketBatch } from '../../attachment/batch.js';
import { copyBytes } from '../../wire/bytes.js';
import { recomputeIpv4Checksum, setIpv4FragmentOffset, setIpv4TotalLength } from '../../wire/ipv4.js';
import { FRAGMENT_HEADER, IPV6_HEADER, setIpv6PayloadLength } from '../../wire/ipv6.js';
import type { Packet } from '../../wire/packet.js';
import { BAD_FRAGMENT, FORWARD } from '../verdict.js';

/** Offset of the data: the headers of any first fragment (nine of at most 2 KiB) have room before it. */
const DATA = 20 * 1024;
const LONGEST = 0xffff;

export class Assembler {
  /** The datagram, in place 0. */
  readonly batch = new PacketBatch(1, DATA + LONGEST + 1);
  /** Fragments, and their bytes as they came. */
  pieces = 0;
  arrived = 0;
  #headerBytes = 0;
  #dataBytes = 0;
  #isIpv6 = false;

  begin(): void {
    this.pieces = 0;
    this.arrived = 0;
    this.#dataBytes = 0;
  }

  /** @param from holds the fragment @param arrived its length, bytes */
  add(from: PacketBatch, packet: Packet, arrived: number): void {
    const { fragmentOffset, fragmentLength } = packet;
    const data = packet.end - fragmentLength;
    copyBytes(from.view, data, this.batch.view, DATA + fragmentOffset, fragmentLength);
    this.pieces++;
    this.arrived += arrived;
    this.#dataBytes = Math.max(this.#dataBytes, fragmentOffset + fragmentLength);
    if (fragmentOffset === 0) this.#addHeader(from, packet, data);
  }

  /** The datagram's header is the first fragment's, without its fragment fields. */
  #addHeader(from: PacketBatch, packet: Packet, data: number): void {
    const header = (packet.isIpv6 ? data - FRAGMENT_HEADER : data) - packet.start;
    const { bytes, view } = this.batch;
    const start = DATA - header;
    copyBytes(from.view, packet.start, view, start, header);
    if (packet.isIpv6) {
      const typeAt = start + packet.fragmentHeaderTypeAt - packet.start;
      bytes[typeAt] = from.bytes[packet.fragmentHeader]!;
    }
    this.#headerBytes = header;
    this.#isIpv6 = packet.isIpv6;
  }

  /** @returns `FORWARD`, or `BAD_FRAGMENT` when the whole is longer than a packet can be */
  finish(): number {
    const { view } = this.batch;
    const start = DATA - this.#headerBytes;
    const length = this.#headerBytes + this.#dataBytes;
    if (length - (this.#isIpv6 ? IPV6_HEADER : 0) > LONGEST) return BAD_FRAGMENT;
    if (this.#isIpv6) {
      setIpv6PayloadLength(view, start, length - IPV6_HEADER);
    } else {
      setIpv4TotalLength(view, start, length);
      setIpv4FragmentOffset(view, start, 0, false);
      recomputeIpv4Checksum(view, start);
    }
    this.batch.offset[0] = start;
    this.batch.length[0] = length;
    this.batch.arrived[0] = this.arrived;
    return FORWARD;
  }
}
