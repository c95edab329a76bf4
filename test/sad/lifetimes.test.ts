import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DeadlineHeap } from '../../src/sad/deadline-heap.js';
import { LifetimeTimers } from '../../src/sad/lifetimes.js';

const UNIX = 1_800_000_000_000;
const NEVER = Number.POSITIVE_INFINITY;

describe('sad/deadline-heap', () => {
  it('has the member first that a sorted list has', () => {
    const operation = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.option(fc.integer({ min: 0, max: 50 })));
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
        const heap = new DeadlineHeap(12);
        const known = new Map<number, number>();
        for (const [member, deadline] of operations) {
          if (deadline === null) {
            heap.delete(member);
            known.delete(member);
          } else {
            heap.set(member, deadline);
            known.set(member, deadline);
          }
          assert.equal(heap.size, known.size);
          assert.equal(heap.earliest, Math.min(...known.values()));
          assert.equal(known.get(heap.first) ?? NEVER, heap.earliest);
        }
        const drained: number[] = [];
        while (heap.size > 0) {
          drained.push(heap.earliest);
          heap.delete(heap.first);
        }
        assert.deepEqual(
          drained,
          [...known.values()].sort((a, b) => a - b),
        );
      }),
      { numRuns: 2000 },
    );
  });
});

describe('sad/lifetimes', () => {
  let now: number;
  let unix: number;
  let traffic: { packets: number; lastPacketMs: number };
  let timers: LifetimeTimers;

  beforeEach(() => {
    now = 5000;
    unix = UNIX;
    traffic = { packets: 0, lastPacketMs: 0 };
    timers = new LifetimeTimers(8, () => traffic);
  });

  const pass = (ms: number) => {
    now += ms;
    unix += ms;
  };
  const packet = () => {
    traffic = { packets: traffic.packets + 1, lastPacketMs: unix };
  };
  const due = (limit = 100) => timers.due(now, unix, limit).map(({ slot, what }) => `${slot} ${what}`);

  it('tells a soft end once, then the hard end until the SA is forgotten', () => {
    timers.watch(3, now, 10_000, 7000, 0);
    pass(6999);
    assert.deepEqual(due(), []);
    pass(1);
    assert.deepEqual(due(), ['3 soft']);
    assert.deepEqual(due(), []);
    pass(3000);
    assert.deepEqual(due(), ['3 hard']);
    assert.deepEqual(due(), []);
    pass(1000);
    assert.deepEqual(due(), ['3 hard']);
    timers.forget(3);
    assert.equal(timers.earliest, NEVER);
  });

  it('tells only the end of an SA that is past both, and no soft end that passed before', () => {
    timers.watch(1, now, 2000, 1000, 1);
    timers.watch(2, now, 2000, -1, 0);
    pass(1500);
    timers.watch(1, now, 500, 400, 0);
    assert.deepEqual(due(), []);
    pass(500);
    assert.deepEqual(due().sort(), ['1 hard', '2 hard']);
  });

  it('looks at no more SAs than it is told', () => {
    for (let slot = 1; slot <= 8; slot++) timers.watch(slot, now, 1000, NEVER, 0);
    pass(1000);
    assert.equal(due(5).length, 5);
    assert.ok(timers.earliest <= now);
    assert.equal(due(5).length, 3);
    assert.ok(timers.earliest > now);
  });

  it('tells that an SA is idle once, and again after traffic resumed and ceased', () => {
    timers.watch(1, now, NEVER, NEVER, 10);
    pass(9000);
    packet();
    pass(1000);
    assert.deepEqual(due(), [], 'one packet a second ago');
    pass(8999);
    assert.deepEqual(due(), []);
    assert.equal(timers.idleFor(1, now), undefined);
    pass(1);
    assert.deepEqual(due(), ['1 idle']);
    assert.equal(timers.idleFor(1, now), 10_000);
    for (let second = 0; second < 60; second++) {
      pass(1000);
      assert.deepEqual(due(), []);
    }
    packet();
    assert.equal(timers.idleFor(1, now), undefined);
    pass(9999);
    assert.deepEqual(due(), []);
    pass(1);
    assert.deepEqual(due(), ['1 idle']);
  });

  it('tells exactly the idle periods that a list of packet times has', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 250 }), { maxLength: 40 }), (gaps) => {
        const period = 10;
        traffic = { packets: 0, lastPacketMs: 0 };
        timers = new LifetimeTimers(1, () => traffic);
        const start = now;
        timers.watch(1, now, NEVER, NEVER, period);
        const told: number[] = [];
        const expected: number[] = [];
        for (const tenths of [...gaps, 200]) {
          if (tenths * 100 >= period * 1000) expected.push(now - start + period * 1000);
          for (let tenth = 0; tenth < tenths; tenth++) {
            pass(100);
            if (due().length > 0) told.push(now - start);
          }
          packet();
        }
        assert.deepEqual(told, expected);
      }),
      { numRuns: 300 },
    );
  });

  for (const step of [-3_600_000, -5000, 3_600_000]) {
    it(`calls no busy SA idle when the clock is set by ${step / 1000} s`, () => {
      timers.watch(1, now, NEVER, NEVER, 10);
      for (let second = 0; second < 100; second++) {
        packet();
        if (second === 50) unix += step;
        pass(1000);
        assert.deepEqual(due(), []);
      }
      packet();
      pass(20_000);
      assert.deepEqual(due(), ['1 idle']);
    });
  }
});
