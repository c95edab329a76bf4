import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TokenBucket } from '../../src/relay/token-bucket.js';

/** Takes as often as it can. */
function drain(bucket: TokenBucket, nowMs: number): number {
  let taken = 0;
  while (bucket.take(nowMs)) taken++;
  return taken;
}

describe('relay/token-bucket', () => {
  it('is full at first: a second’s worth at once, and no more', () => {
    for (const perSecond of [1, 2, 100, 1_000_000]) {
      assert.equal(drain(new TokenBucket(perSecond, 1000), 1000), perSecond);
    }
  });

  it('fills at its rate', () => {
    const bucket = new TokenBucket(100, 0);
    drain(bucket, 0);
    assert.equal(bucket.take(9), false);
    assert.equal(bucket.take(10), true);
    assert.equal(bucket.take(10), false);
    assert.equal(drain(bucket, 260), 25);
    assert.equal(drain(bucket, 1260), 100);
  });

  it('holds no more than a second’s worth, however long nothing was taken', () => {
    const bucket = new TokenBucket(10, 0);
    drain(bucket, 0);
    assert.equal(drain(bucket, 1e9), 10);
  });

  it('loses no fraction to frequent asking', () => {
    const bucket = new TokenBucket(3, 0);
    drain(bucket, 0);
    let taken = 0;
    for (let ms = 1; ms <= 10_000; ms++) if (bucket.take(ms)) taken++;
    assert.ok(taken === 30 || taken === 29, `${taken}`);
  });

  it('fills on while its clock, of 32 bits, wraps', () => {
    const bucket = new TokenBucket(100, 0x7fffffff);
    drain(bucket, 0x7fffffff);
    assert.equal(bucket.take(-0x80000000), false);
    assert.equal(drain(bucket, (0x7fffffff + 250) | 0), 25);
  });

  it('gives nothing for time that goes backwards', () => {
    const bucket = new TokenBucket(10, 5000);
    drain(bucket, 5000);
    assert.equal(bucket.take(4000), false);
  });

  it('never gives more than the burst and the rate together allow', () => {
    const steps = fc.array(fc.tuple(fc.nat(700), fc.nat(60)), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), steps, (perSecond, schedule) => {
        const bucket = new TokenBucket(perSecond, 0);
        let [now, taken] = [0, 0];
        for (const [waitMs, tries] of schedule) {
          now += waitMs;
          for (let i = 0; i < tries; i++) if (bucket.take(now)) taken++;
          assert.ok(taken <= perSecond + (now * perSecond) / 1000 + 1e-6, `${taken} in ${now} ms`);
        }
      }),
    );
  });
});
