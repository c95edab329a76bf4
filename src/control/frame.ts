/** Framing of the control protocol: a 32-bit big-endian length (bytes that follow), then one message. */

/** Longest message either side accepts, in bytes, without the length field. */
export const MAX_FRAME_BYTES = 4 * 1024 * 1024;

const LENGTH_BYTES = 4;

/** The peer announced a message that is longer than the limit; the stream cannot be followed any further. */
export class FrameError extends Error {}

/** @returns the message with its length in front, in one buffer */
export function encodeFrame(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(LENGTH_BYTES + message.length);
  new DataView(frame.buffer).setUint32(0, message.length);
  frame.set(message, LENGTH_BYTES);
  return frame;
}

/** Cuts a byte stream that arrives in arbitrary chunks into messages. Each byte is copied at most once. */
export class FrameDecoder {
  readonly #limit: number;
  readonly #header = new Uint8Array(LENGTH_BYTES);
  #headerFilled = 0;
  /** The message that began in an earlier chunk. */
  #partial: Uint8Array | undefined;
  #partialFilled = 0;

  /** @param limit longest message accepted, in bytes */
  constructor(limit = MAX_FRAME_BYTES) {
    this.#limit = limit;
  }

  /**
   * The messages that `chunk` completes, in order; to be iterated to the end before the next chunk.
   * A message that lies within the chunk is a view of it.
   * @throws FrameError after the messages that precede a length above the limit
   */
  *push(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
    let position = 0;
    while (true) {
      while (this.#headerFilled < LENGTH_BYTES) {
        if (position === chunk.length) return;
        this.#header[this.#headerFilled++] = chunk[position++]!;
      }
      const length = this.#length();
      const wanted = length - this.#partialFilled;
      const end = Math.min(position + wanted, chunk.length);
      const part = chunk.subarray(position, end);
      position = end;
      if (part.length < wanted) {
        // Uninitialised on purpose: the kernel gives the pages only as they are filled.
        this.#partial ??= Buffer.allocUnsafeSlow(length);
        this.#partial.set(part, this.#partialFilled);
        this.#partialFilled += part.length;
        return;
      }
      this.#partial?.set(part, this.#partialFilled);
      const message = this.#partial ?? part;
      this.#headerFilled = 0;
      this.#partial = undefined;
      this.#partialFilled = 0;
      yield message;
    }
  }

  #length(): number {
    const length = new DataView(this.#header.buffer).getUint32(0);
    if (length > this.#limit) {
      throw new FrameError(`a message of ${length} bytes was announced; at most ${this.#limit} are accepted`);
    }
    return length;
  }
}
