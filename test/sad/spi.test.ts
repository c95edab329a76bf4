import assert from 'node:assert/strict';
import { QUARANTINE_MS, SpiAllocator } from '../../src/sad/spi.js';

const none = () => false;

/** An allocator whose random numbers are these, in turn. */
function allocatorOf(...numbers: number[]): SpiAllocator {
  return new SpiAllocator(() => {
    const next = numbers.shift();
    if (next === undefined) throw new Error('asked for more random numbers than the test has');
    return next;
  });
}

describe('sad/spi', () => {
  it('chooses from 0x00000100 to 0xffffffff and nothing below', () => {
    assert.equal(allocatorOf(0, 1, 255, 256).choose(none, 0), 256);
    assert.equal(allocatorOf(0xffffffff).choose(none, 0), 0xffffffff);
  });

  it('chooses none that is taken', () => {
    assert.equal(
      allocatorOf(1000, 1001, 1002).choose((spi) => spi < 1002, 0),
      1002,
    );
  });

  it('does not choose a released one for ten minutes, then does', () => {
    const spis = allocatorOf(1000, 1001, 1000, 1000, 1003, 1000);
    spis.release(1000, 5000);
    assert.equal(spis.choose(none, 5000), 1001);
    assert.equal(
      spis.choose((spi) => spi !== 1003, 5000 + QUARANTINE_MS - 1),
      1003,
    );
    assert.equal(spis.choose(none, 5000 + QUARANTINE_MS), 1000);
  });

  it('starts the quarantine anew when an SPI is released again', () => {
    const spis = allocatorOf(1000, 1001);
    spis.release(1000, 0);
    spis.release(2000, 1);
    spis.release(1000, QUARANTINE_MS - 1);
    assert.equal(spis.choose(none, QUARANTINE_MS + 1), 1001);
  });

  it('chooses uniformly: bytes and bits show no meaning', () => {
    const spis = new SpiAllocator();
    const count = 1 << 16;
    const chosen = Array.from({ length: count }, () => spis.choose(none, 0));
    for (let shift = 0; shift < 32; shift += 8) {
      const buckets = new Array<number>(256).fill(0);
      for (const spi of chosen) buckets[(spi >>> shift) & 255]!++;
      const expected = count / 256;
      const chiSquare = buckets.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
      // 255 degrees of freedom: mean 255, deviation 22.6; within six of them (about 1 in 10^7 fails by chance).
      assert.ok(chiSquare > 120 && chiSquare < 400, `byte at bit ${shift}: chi-square ${chiSquare}`);
    }
    // 65,536 of 2^32: 0.5 pairs are alike on average.
    assert.ok(new Set(chosen).size >= count - 10);
  });
});
