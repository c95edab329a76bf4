import assert from 'node:assert/strict';
import fc from 'fast-check';
import { IMPOSSIBLE, ReplayWindow } from '../../src/endpoint/replay-window.js';

const TWO_32 = 2 ** 32;

/** The obvious window: every number that was received, and the highest. */
class Model {
  readonly seen = new Set<number>();
  top: number;
  readonly floor: number;
  readonly size: number;

  constructor(size: number, top: number) {
    this.size = size;
    this.top = top;
    this.floor = top;
  }

  isNew(number: number): boolean {
    if (number <= this.floor) return false;
    return number > this.top - this.size && !this.seen.has(number);
  }

  accept(number: number): void {
    this.seen.add(number);
    this.top = Math.max(this.top, number);
  }

  /** Of all whole numbers with these low bits, the one that lies in the window, or the first right of it (RFC 4303 A2). */
  infer(low: number): number {
    const bottom = Math.max(this.top - this.size + 1, 0);
    const candidate = Math.floor(bottom / TWO_32) * TWO_32 + low;
    return candidate >= bottom ? candidate : candidate + TWO_32;
  }
}

describe('endpoint/replay-window', () => {
  it('does as the model does, for every size, step and start', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 32, max: 300 }),
        fc.oneof(fc.constant(0), fc.nat({ max: 1000 }), fc.integer({ min: TWO_32 - 200, max: TWO_32 + 200 })),
        fc.array(
          fc.oneof(
            { arbitrary: fc.integer({ min: -400, max: 5 }), weight: 6 },
            { arbitrary: fc.integer({ min: 1, max: 1000 }), weight: 2 },
            { arbitrary: fc.integer({ min: 1000, max: 100_000 }), weight: 1 },
          ),
          { maxLength: 200 },
        ),
        (size, start, steps) => {
          const window = new ReplayWindow(size, true, start);
          const model = new Model(size, start);
          for (const step of steps) {
            const number = model.top + step;
            if (number < 1) continue;
            assert.equal(
              window.isNew(number),
              model.isNew(number),
              `${number}, top ${model.top}, size ${size}`,
            );
            if (!model.isNew(number)) continue;
            window.accept(number);
            model.accept(number);
            assert.equal(window.top, model.top);
            assert.equal(window.isNew(number), false, 'a second time');
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('infers the upper half as the model does, around every border', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 32, max: 65_536 }),
        fc.integer({ min: 0, max: 5 }),
        fc.oneof(fc.integer({ min: -70_000, max: 70_000 }), fc.integer({ min: 0, max: TWO_32 - 1 })),
        fc.oneof(fc.integer({ min: -140_000, max: 140_000 }), fc.integer({ min: 0, max: TWO_32 - 1 })),
        (size, high, topOffset, lowOffset) => {
          const top = Math.max(high * TWO_32 + topOffset, 0);
          const low = (((top + lowOffset) % TWO_32) + TWO_32) % TWO_32;
          const inferred = new ReplayWindow(size, true, top).infer(low);
          const expected = new Model(size, top).infer(low);
          // Left of the SA's first number lies nothing: a number that would belong there is impossible, or too old in the model.
          if (inferred === IMPOSSIBLE) {
            assert.ok(top < size && (low === 0 || low >= TWO_32 + top - size + 1), `top ${top} low ${low}`);
          } else {
            assert.equal(inferred, expected, `size ${size} top ${top} low ${low}`);
          }
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('finds the number of every packet that is within reach of the window', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1024, max: 5 * TWO_32 }),
        fc.integer({ min: -1023, max: TWO_32 - 1025 }),
        (top, distance) => {
          const number = top + distance;
          fc.pre(number > 0);
          assert.equal(new ReplayWindow(1024, true, top).infer(number % TWO_32), number);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('has no number 0, and without extended numbers the low half is all', () => {
    const plain = new ReplayWindow(64, false);
    assert.equal(plain.infer(0), IMPOSSIBLE);
    assert.equal(plain.infer(1), 1);
    assert.equal(plain.infer(0xffff_ffff), 0xffff_ffff);
    assert.equal(new ReplayWindow(64, true).infer(0), IMPOSSIBLE);
    assert.equal(new ReplayWindow(64, true, TWO_32 - 1).infer(0), TWO_32);
  });

  it('accepts the whole window below the highest, and nothing below that', () => {
    for (const size of [32, 33, 64, 1000, 1024]) {
      const window = new ReplayWindow(size, false);
      window.accept(5000);
      assert.equal(window.isNew(5000 - size + 1), true, `${size}`);
      assert.equal(window.isNew(5000 - size), false, `${size}`);
    }
  });

  it('remembers nothing wrong after a jump of many times its size', () => {
    const window = new ReplayWindow(64, true);
    for (let n = 1; n <= 64; n++) window.accept(n);
    window.accept(1_000_000);
    for (let n = 1_000_000 - 63; n < 1_000_000; n++) assert.equal(window.isNew(n), true, `${n}`);
  });
});
