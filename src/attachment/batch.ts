/**
 * A batch of packets in one preallocated slab: its own, or the frames of an attachment. Everything that handles packets — attachments, the
 * pipeline, tests — passes one of these; nothing on the hot path allocates.
 *
 * Packet `i` occupies `bytes[offset[i] .. offset[i] + length[i])`. At least {@link HEADROOM} bytes
 * before each packet are free, so that a rewrite may grow a header to the left.
 */

/** Most packets one batch can hold. */
export const MAX_BATCH = 256;

/** Longest IP packet an attachment can deliver: the 16-bit total length (RFC 791 §3.1). */
export const MAX_PACKET = 65535;

/** Free bytes before each packet: room to grow IPv4 (20) to IPv6 (40) plus UDP (8), rounded up. */
export const HEADROOM = 64;

/** Packets start on a cache line. */
export const ALIGNMENT = 64;

export class PacketBatch {
  /** Where the packets lie. Its length is fixed; `view` is over the same bytes. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where packet `i` starts in `bytes`. */
  readonly offset: Int32Array;
  /** Bytes of packet `i`. */
  readonly length: Int32Array;
  /** Bytes of packet `i` as it arrived, without trailing link padding; `length` changes as the packet is rewritten. */
  readonly arrived: Int32Array;
  /** The verdict on packet `i`: an index into `VERDICTS` (src/relay/verdict.ts). Attachments send the lowest ones, `forward` and `pass`. */
  readonly verdict: Uint8Array;
  /** Number of the SA that packet `i` was forwarded by (src/table/writer.ts); unset for other verdicts. */
  readonly sa: Int32Array;
  /** Packets held. */
  count = 0;
  /** Most packets that `receive` may put in. */
  readonly capacity: number;

  /**
   * @param capacity 1–{@link MAX_BATCH}
   * @param slab bytes to lie in, such as an attachment's frames; or how many to allocate, at least
   * HEADROOM + MAX_PACKET + ALIGNMENT
   */
  constructor(capacity = 64, slab: Uint8Array | number = defaultSlabBytes(capacity)) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > MAX_BATCH) {
      throw new RangeError(`batch capacity ${capacity} is not within 1-${MAX_BATCH}`);
    }
    this.capacity = capacity;
    const bytes = typeof slab === 'number' ? new Uint8Array(slab) : slab;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = new Int32Array(capacity);
    this.length = new Int32Array(capacity);
    this.arrived = new Int32Array(capacity);
    this.verdict = new Uint8Array(capacity);
    this.sa = new Int32Array(capacity);
  }
}

/** Room for `capacity` packets of 2 KiB, and always for one of the largest at the end. */
function defaultSlabBytes(capacity: number): number {
  return capacity * 2048 + HEADROOM + ALIGNMENT + MAX_PACKET + 1;
}
