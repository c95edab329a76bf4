/** Cuts a packet that is ready to leave into pieces that the way out carries (RFC 791 §3.2, RFC 8200 §4.5). */
import type { PacketBatch } from '../attachment/batch.js';
import {
  clearIpv4DontFragment,
  IPV4_MIN_HEADER,
  ipv4FragmentOffset,
  ipv4HasMoreFragments,
  ipv4HeaderLength,
  recomputeIpv4Checksum,
  setIpv4FragmentOffset,
  setIpv4TotalLength,
} from '../wire/ipv4.js';
import {
  extensionLength,
  FRAGMENT_HEADER,
  fragmentHasMore,
  fragmentOffset,
  IPV6_HEADER,
  IPV6_NEXT_HEADER,
  setFragmentOffset,
  setIpv6PayloadLength,
  writeFragmentHeader,
} from '../wire/ipv6.js';
import { PROTOCOL_FRAGMENT, PROTOCOL_HOP_BY_HOP, PROTOCOL_ROUTING } from '../wire/protocol.js';
import { ORIGINATED_FRAGMENT } from './counters.js';
import type { Outlet } from './outlet.js';

/** Bit of an option's type: it goes into all fragments (RFC 791 §3.1). */
const OPTION_COPIED = 0x80;
const OPTION_END = 0;
const OPTION_NO_OPERATION = 1;
const LONGEST_OPTIONS = 40;

export class Fragmenter {
  readonly #outlet: Outlet;
  /** The options of all but the first piece. */
  readonly #options = new Uint8Array(LONGEST_OPTIONS);
  /** Where the first piece starts, and its length; it replaces the packet. */
  start = 0;
  length = 0;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  /**
   * The first piece stays in `from`, the others go to the outlet.
   * @param start where the packet is @param length its bytes
   * @param mtu longest piece, bytes
   * @param identification of a new IPv6 fragment header; IPv4 has its own already
   * @returns false when not even eight bytes of data fit beside the headers; then nothing has changed
   */
  split(
    from: PacketBatch,
    start: number,
    length: number,
    isIpv6: boolean,
    mtu: number,
    identification: number,
  ): boolean {
    return isIpv6
      ? this.#splitIpv6(from, start, length, mtu, identification)
      : this.#splitIpv4(from, start, length, mtu);
  }

  #splitIpv4(from: PacketBatch, start: number, length: number, mtu: number): boolean {
    const { view, bytes } = from;
    const header = ipv4HeaderLength(view, start);
    const room = (mtu - header) & ~7;
    if (room < 8) return false;
    const firstOffset = ipv4FragmentOffset(view, start);
    clearIpv4DontFragment(view, start);
    const lastHasMore = ipv4HasMoreFragments(view, start);
    const data = start + header;
    const end = start + length;
    const optionBytes = this.#copiedOptions(bytes, start, header);
    const pieceHeader = IPV4_MIN_HEADER + optionBytes;
    const pieceRoom = (mtu - pieceHeader) & ~7;
    for (let at = data + room; at < end; at += pieceRoom) {
      const size = Math.min(pieceRoom, end - at);
      const to = this.#outlet.reserve();
      const { bytes: target, view: targetView } = this.#outlet.batch;
      copy(bytes, start, target, to, IPV4_MIN_HEADER);
      copy(this.#options, 0, target, to + IPV4_MIN_HEADER, optionBytes);
      copy(bytes, at, target, to + pieceHeader, size);
      targetView.setUint8(to, 0x40 | (pieceHeader >>> 2));
      setIpv4TotalLength(targetView, to, pieceHeader + size);
      setIpv4FragmentOffset(targetView, to, firstOffset + at - data, lastHasMore || at + size < end);
      recomputeIpv4Checksum(targetView, to);
      this.#outlet.add(to, pieceHeader + size, ORIGINATED_FRAGMENT);
    }
    setIpv4TotalLength(view, start, header + room);
    setIpv4FragmentOffset(view, start, firstOffset, true);
    recomputeIpv4Checksum(view, start);
    this.start = start;
    this.length = header + room;
    return true;
  }

  /** Collects the options that go into every piece. @returns their length, padded to whole words */
  #copiedOptions(bytes: Uint8Array, start: number, header: number): number {
    const options = this.#options;
    const end = start + header;
    let length = 0;
    for (let at = start + IPV4_MIN_HEADER; at < end; ) {
      const type = bytes[at]!;
      if (type === OPTION_END) break;
      const size = type === OPTION_NO_OPERATION ? 1 : at + 1 < end ? bytes[at + 1]! : 0;
      // What is malformed ends the options: a receiver would not read on either.
      if (size === 0 || (type !== OPTION_NO_OPERATION && size < 2) || at + size > end) break;
      if ((type & OPTION_COPIED) !== 0) {
        copy(bytes, at, options, length, size);
        length += size;
      }
      at += size;
    }
    while ((length & 3) !== 0) options[length++] = OPTION_END;
    return length;
  }

  #splitIpv6(from: PacketBatch, start: number, length: number, mtu: number, identification: number): boolean {
    const { view, bytes } = from;
    // The headers that go into every piece: up to where a fragment header is, or has to be.
    let typeAt = start + IPV6_NEXT_HEADER;
    let unfragmentable = IPV6_HEADER;
    let type = view.getUint8(typeAt);
    while (type === PROTOCOL_HOP_BY_HOP || type === PROTOCOL_ROUTING) {
      typeAt = start + unfragmentable;
      unfragmentable += extensionLength(view, typeAt);
      type = view.getUint8(typeAt);
    }
    const isFragment = type === PROTOCOL_FRAGMENT;
    const room = (mtu - unfragmentable - FRAGMENT_HEADER) & ~7;
    if (room < 8) return false;
    const oldHeader = start + unfragmentable;
    const dataType = isFragment ? view.getUint8(oldHeader) : type;
    const firstOffset = isFragment ? fragmentOffset(view, oldHeader) : 0;
    const lastHasMore = isFragment && fragmentHasMore(view, oldHeader);
    const id = isFragment ? view.getInt32(oldHeader + 4) : identification;
    const data = oldHeader + (isFragment ? FRAGMENT_HEADER : 0);
    const end = start + length;
    view.setUint8(typeAt, PROTOCOL_FRAGMENT);
    const pieceHeader = unfragmentable + FRAGMENT_HEADER;
    for (let at = data + room; at < end; at += room) {
      const size = Math.min(room, end - at);
      const to = this.#outlet.reserve();
      const { bytes: target, view: targetView } = this.#outlet.batch;
      const more = lastHasMore || at + size < end;
      copy(bytes, start, target, to, unfragmentable);
      writeFragmentHeader(targetView, to + unfragmentable, dataType, firstOffset + at - data, more, id);
      copy(bytes, at, target, to + pieceHeader, size);
      setIpv6PayloadLength(targetView, to, pieceHeader + size - IPV6_HEADER);
      this.#outlet.add(to, pieceHeader + size, ORIGINATED_FRAGMENT);
    }
    // The first piece's headers move to the left when a fragment header comes between.
    const first = isFragment ? start : start - FRAGMENT_HEADER;
    if (isFragment) {
      setFragmentOffset(view, oldHeader, firstOffset, true);
    } else {
      bytes.copyWithin(first, start, oldHeader);
      writeFragmentHeader(view, first + unfragmentable, dataType, 0, true, id);
    }
    setIpv6PayloadLength(view, first, pieceHeader + room - IPV6_HEADER);
    this.start = first;
    this.length = pieceHeader + room;
    return true;
  }
}

/** Between buffers, without the view that TypedArray.set would need. */
function copy(from: Uint8Array, at: number, to: Uint8Array, toAt: number, length: number): void {
  for (let i = 0; i < length; i++) to[toAt + i] = from[at + i]!;
}
