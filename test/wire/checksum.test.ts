import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addressHalves, fold, halves, storedHalves, sum16, updateChecksum } from '../../src/wire/checksum.js';
import { internetChecksum } from '../model/packet.js';

describe('wire/checksum', () => {
  it('sums the example of RFC 1071 §3', () => {
    const bytes = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
    assert.equal(sum16(new DataView(bytes.buffer), 0, 8), 0xddf2);
  });

  it('sums any bytes, of odd length too, as the slow model does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(3), (bytes, offset) => {
        const shifted = Uint8Array.of(...new Array(offset).fill(0xee), ...bytes, 0xee);
        const sum = sum16(new DataView(shifted.buffer), offset, bytes.length);
        assert.equal(sum % 0xffff, (0xffff - internetChecksum(bytes)) % 0xffff);
        assert.equal(
          sum === 0,
          bytes.every((byte) => byte === 0),
        );
      }),
    );
  });

  it('sums the longest packet of the highest words without losing a carry', () => {
    const bytes = new Uint8Array(131_070).fill(0xff);
    assert.equal(sum16(new DataView(bytes.buffer), 0, bytes.length), 0xffff);
  });

  for (const [sum, folded] of [
    [0, 0],
    [0xffff, 0xffff],
    [0x10000, 1],
    [0x1ffff, 1],
    [0x1fffe, 0xffff],
    [0xffff_ffff, 0xffff],
    [0xffff_0001, 1],
  ] as const) {
    it(`folds 0x${sum.toString(16)} to 0x${folded.toString(16)}`, () => assert.equal(fold(sum), folded));
  }

  it('halves a word, signed or not', () => {
    assert.equal(halves(0x1234_5678), 0x1234 + 0x5678);
    assert.equal(halves(0xffff_0001 | 0), 0xffff + 1);
    assert.equal(halves(0xffff_0001), 0xffff + 1);
  });

  it('sums the halves of an address whatever its words, without losing a carry', () => {
    const word = fc.oneof(
      fc.integer(),
      fc.constantFrom(0, 1, 0xffff, -1, -65_536, 0x7fff_ffff, -0x8000_0000),
    );
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), (words) => {
        const sum = words.reduce((total, one) => total + halves(one), 0);
        assert.equal(addressHalves(...words), sum);
        assert.equal(storedHalves(Int32Array.of(7, ...words), 1), sum);
      }),
    );
  });

  // RFC 1624 §4: where eqn. 2 of RFC 1141 gives 0xffff, the right answer is 0x0000.
  it('updates the example of RFC 1624 §4', () => assert.equal(updateChecksum(0xdd2f, 0x5555, 1, 0x3285), 0));

  it('equals full recomputation for any words of any header', () => {
    /** Words with many corners. */
    const word = fc.oneof(fc.nat(0xffff), fc.constantFrom(0, 1, 0xfffe, 0xffff));
    const words = fc.array(word, { minLength: 10, maxLength: 30 });
    const changes = fc.uniqueArray(fc.tuple(fc.nat(8), word), { selector: ([at]) => at, minLength: 1 });
    fc.assert(
      fc.property(words, changes, (header, changed) => {
        // Its first byte is version and IHL, so a header is never all zeros.
        header[9] = 0x4500 | (header[9]! & 0xff);
        const before = checksumOfWords(header);
        let removed = 0;
        let added = 0;
        for (const [at, value] of changed) {
          removed += header[at]!;
          added += value;
          header[at] = value;
        }
        const updated = updateChecksum(before, removed, changed.length, added);
        assert.equal(updated, checksumOfWords(header));
      }),
      { numRuns: 2000 },
    );
  });

  it('equals full recomputation for every checksum, 0x0000 and 0xffff included', () => {
    for (let checksum = 0; checksum <= 0xffff; checksum++) {
      // A header of two words with this checksum: 0x4500, and the difference to its complement.
      const other = (0xffff - checksum + 0xffff - 0x4500) % 0xffff;
      for (const value of [0, 1, 0x00ff, 0x8000, 0xbaff, 0xbb00, 0xfffe, 0xffff]) {
        assert.equal(updateChecksum(checksum, other, 1, value), checksumOfWords([0x4500, value]));
      }
    }
  });
});

function checksumOfWords(words: readonly number[]): number {
  return internetChecksum(words.flatMap((word) => [word >> 8, word & 0xff]));
}
