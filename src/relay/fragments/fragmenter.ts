/** Cuts a packet that is ready to leave into pieces that the way out carries (RFC 791 §3.2, RFC 8200 §4.5). */
import type { PacketBatch } from '../../attachment/batch.js';
import { copyBytes } from '../../wire/bytes.js';
import {
  clearIpv4DontFragment,
  IPV4_MIN_HEADER,
  ipv4FragmentOffset,
  ipv4HasMoreFragments,
  ipv4HeaderLength,
  recomputeIpv4Checksum,
  setIpv4FragmentOffset,
  setIpv4TotalLength,
} from '../../wire/ipv4.js';
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
} from '../../wire/ipv6.js';
import {
  PROTOCOL_DESTINATION_OPTIONS,
  PROTOCOL_FRAGMENT,
  PROTOCOL_HOP_BY_HOP,
  PROTOCOL_ROUTING,
} from '../../wire/protocol.js';
import { ORIGINATED_FRAGMENT } from '../counters.js';
import type { Outlet } from '../outlet.js';

/** Bit of an option's type: it goes into all fragments (RFC 791 §3.1). */
const OPTION_COPIED = 0x80;
const OPTION_END = 0;
const OPTION_NO_OPERATION = 1;
const LONGEST_OPTIONS = 40;

export class Fragmenter {
  readonly #outlet: Outlet;
  /** The options of all but the first piece. */
  readonly #options = new Uint8Array(LONGEST_OPTIONS);
  readonly #optionsView = new DataView(this.#options.buffer);
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
    const pieceRoom = mtu - pieceHeader;
    for (let at = data + room, size = 0; at < end; at += size) {
      size = pieceSize(pieceRoom, end - at);
      const to = this.#outlet.reserve();
      const target = this.#outlet.batch.view;
      copyBytes(view, start, target, to, IPV4_MIN_HEADER);
      copyBytes(this.#optionsView, 0, target, to + IPV4_MIN_HEADER, optionBytes);
      copyBytes(view, at, target, to + pieceHeader, size);
      target.setUint8(to, 0x40 | (pieceHeader >>> 2));
      setIpv4TotalLength(target, to, pieceHeader + size);
      setIpv4FragmentOffset(target, to, firstOffset + at - data, lastHasMore || at + size < end);
      recomputeIpv4Checksum(target, to);
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
      // A malformed option ends the options: a receiver would not read on either.
      if (size === 0 || (type !== OPTION_NO_OPERATION && size < 2) || at + size > end) break;
      if ((type & OPTION_COPIED) !== 0) {
        for (let i = 0; i < size; i++) options[length + i] = bytes[at + i]!;
        length += size;
      }
      at += size;
    }
    while ((length & 3) !== 0) options[length++] = OPTION_END;
    return length;
  }

  #splitIpv6(from: PacketBatch, start: number, length: number, mtu: number, identification: number): boolean {
    const { view, bytes } = from;
    // The headers that go into every piece: up to where a fragment header is, or has to be (RFC 8200 §4.5).
    let typeAt = start + IPV6_NEXT_HEADER;
    let unfragmentable = IPV6_HEADER;
    let type = view.getUint8(typeAt);
    for (let walkedTypeAt = typeAt, walked = IPV6_HEADER, next = type; isWalked(next); ) {
      const isLast = next === PROTOCOL_FRAGMENT;
      const isUnfragmentable = next !== PROTOCOL_DESTINATION_OPTIONS;
      if (!isLast) {
        walkedTypeAt = start + walked;
        walked += extensionLength(view, walkedTypeAt);
        next = view.getUint8(walkedTypeAt);
      }
      if (isUnfragmentable) {
        typeAt = walkedTypeAt;
        unfragmentable = walked;
        type = next;
      }
      if (isLast) break;
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
    for (let at = data + room, size = 0; at < end; at += size) {
      size = pieceSize(mtu - unfragmentable - FRAGMENT_HEADER, end - at);
      const to = this.#outlet.reserve();
      const target = this.#outlet.batch.view;
      const more = lastHasMore || at + size < end;
      copyBytes(view, start, target, to, unfragmentable);
      writeFragmentHeader(target, to + unfragmentable, dataType, firstOffset + at - data, more, id);
      copyBytes(view, at, target, to + pieceHeader, size);
      setIpv6PayloadLength(target, to, pieceHeader + size - IPV6_HEADER);
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

/** Data of the next piece: all that is left if it fits, else as much as ends at a multiple of eight bytes. */
function pieceSize(room: number, left: number): number {
  return left <= room ? left : room & ~7;
}

function isWalked(type: number): boolean {
  return (
    type === PROTOCOL_HOP_BY_HOP ||
    type === PROTOCOL_DESTINATION_OPTIONS ||
    type === PROTOCOL_ROUTING ||
    type === PROTOCOL_FRAGMENT
  );
}
