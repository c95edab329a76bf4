import assert from 'node:assert/strict';
import fc from 'fast-check';
import { presenceBits, SpiPresence } from '../../src/table/spi-presence.js';

describe('sad: which SPIs there may be', () => {
  it('has room for eight times the SAs, and 65,536 places at least', () => {
    assert.deepEqual([1, 8192, 8193, 65_536, 1_048_576].map(presenceBits), [16, 16, 17, 19, 23]);
  });

  it('never denies an SPI that was added more often than removed, and forgets all that was removed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(12), fc.boolean()), { maxLength: 200 }), (steps) => {
        // Some of these share a place.
        const spis = Array.from({ length: 13 }, (_, i) => 0xaaaa0000 + i * 0x10000000);
        const bits = new Uint8Array(1);
        const presence = new SpiPresence(bits);
        const there = new Map<number, number>();
        for (const [which, adds] of steps) {
          const spi = spis[which]!;
          const now = there.get(spi) ?? 0;
          if (adds) presence.add(spi);
          else if (now > 0) presence.remove(spi);
          there.set(spi, Math.max(0, now + (adds ? 1 : -1)));
          for (const [one, times] of there) if (times > 0) assert.ok(presence.mayHave(one));
        }
        for (const [spi, times] of there) for (let i = 0; i < times; i++) presence.remove(spi);
        assert.deepEqual([...bits], [0]);
      }),
    );
  });

  it('takes signed and unsigned SPIs for the same', () => {
    const presence = new SpiPresence(new Uint8Array(8192));
    presence.add(0xffffff00);
    assert.ok(presence.mayHave(0xffffff00 | 0));
  });

  it('does not count beyond 255: such a place stays', () => {
    const presence = new SpiPresence(new Uint8Array(8192));
    for (let i = 0; i < 300; i++) presence.add(0xaaaa0001);
    for (let i = 0; i < 300; i++) presence.remove(0xaaaa0001);
    assert.ok(presence.mayHave(0xaaaa0001));
  });
});
