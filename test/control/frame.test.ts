import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeFrame, FrameDecoder, FrameError } from '../../src/control/frame.js';

/** Cuts `bytes` at the given places (in any order, any number). */
function chunksOf(bytes: Uint8Array, cuts: number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

describe('frame', () => {
  it('gives back the messages whatever the chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (messages, cuts) => {
          const stream = Buffer.concat(messages.map(encodeFrame));
          const decoder = new FrameDecoder(300);
          const decoded = chunksOf(stream, cuts).flatMap((chunk) => [...decoder.push(chunk)]);
          assert.deepEqual(decoded.map(Buffer.from), messages.map(Buffer.from));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('follows arbitrary bytes as a slow, obvious reader does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(), { maxLength: 10 }), (noise, cuts) => {
        // Lengths small enough that some are accepted: clear the upper three bytes of each fourth word.
        const stream = noise.map((byte, i) => (i % 5 < 3 ? 0 : byte & 0x0f));
        const expected: string[] = [];
        let refused = false;
        for (let at = 0; at + 4 <= stream.length; ) {
          const length = Buffer.from(stream).readUInt32BE(at);
          refused = length > 10;
          if (refused || at + 4 + length > stream.length) break;
          expected.push(Buffer.from(stream.subarray(at + 4, at + 4 + length)).toString('hex'));
          at += 4 + length;
        }
        const decoder = new FrameDecoder(10);
        const decoded: string[] = [];
        const read = () => {
          for (const chunk of chunksOf(stream, cuts)) {
            for (const message of decoder.push(chunk)) decoded.push(Buffer.from(message).toString('hex'));
          }
        };
        if (refused) assert.throws(read, FrameError);
        else read();
        assert.deepEqual(decoded, expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('accepts the limit and refuses one byte more, before the bytes are there', () => {
    assert.equal([...new FrameDecoder(5).push(encodeFrame(new Uint8Array(5)))].length, 1);
    assert.throws(
      () => [...new FrameDecoder(5).push(Uint8Array.of(0, 0, 0, 6))],
      /6 bytes was announced; at most 5/,
    );
  });

  it('is linear: a message of 4 MiB in chunks of 7 bytes takes less than two seconds of processor time', () => {
    const stream = encodeFrame(new Uint8Array(4 * 1024 * 1024 - 1).fill(7));
    const decoder = new FrameDecoder();
    const started = process.cpuUsage();
    let decoded = 0;
    for (let at = 0; at < stream.length; at += 7) {
      for (const message of decoder.push(stream.subarray(at, at + 7))) decoded += message.length;
    }
    assert.equal(decoded, stream.length - 4);
    // Copying the earlier chunks again with every new one would move 1.2 TB.
    assert.ok(process.cpuUsage(started).user < 2_000_000);
  });
});
