import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatBytes, formatCount, formatDuration, formatSas, printable } from '../../src/cli/format.js';

describe('format', () => {
  it('bytes', () => {
    const cases: [number, string][] = [
      [0, '0 B'],
      [1, '1 B'],
      [999, '999 B'],
      [1000, '0.98 KiB'],
      [1024, '1.00 KiB'],
      [10_234, '9.99 KiB'],
      [10_239, '10.0 KiB'],
      [102_399, '100 KiB'],
      [1_023_487, '999 KiB'],
      [1_023_488, '0.98 MiB'],
      [13_002_752, '12.4 MiB'],
      [Number.MAX_SAFE_INTEGER, '8.00 PiB'],
    ];
    for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
  });

  it('bytes take at most eight columns and are right within half a percent', () => {
    const units: Record<string, number> = {
      B: 1,
      KiB: 2 ** 10,
      MiB: 2 ** 20,
      GiB: 2 ** 30,
      TiB: 2 ** 40,
      PiB: 2 ** 50,
    };
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 52 }), (large, shift) => {
        const bytes = Math.floor(large / 2 ** shift);
        const text = formatBytes(bytes);
        assert.ok(text.length <= 8, text);
        const [value, unit] = text.split(' ');
        assert.ok(
          Math.abs(Number(value) * units[unit!]! - bytes) <= bytes * 0.00512 + 0.001,
          `${bytes}: ${text}`,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('counts', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (count) =>
        assert.equal(formatCount(count), count.toLocaleString('en-US')),
      ),
    );
    assert.deepEqual([0, 1, 2, 65536].map(formatSas), ['0 SAs', '1 SA', '2 SAs', '65,536 SAs']);
  });

  it('durations', () => {
    const cases: [number, string][] = [
      [-5, '0 s'],
      [999, '0 s'],
      [59_999, '59 s'],
      [60_000, '1 min 0 s'],
      [3_599_000, '59 min 59 s'],
      [7_980_000, '2 h 13 min'],
      [86_400_000, '1 d 0 h'],
      [28_166_400_000, '326 d 0 h'],
    ];
    for (const [milliseconds, text] of cases) assert.equal(formatDuration(milliseconds), text);
  });

  it('lets no control character through, and nothing endless', () => {
    assert.equal(printable('a\u001b[31mb\r\n\u0000\u202ec\u009b'), 'a?[31mb????c?');
    assert.equal(printable('x'.repeat(300), 10), 'xxxxxxx...');
  });
});
