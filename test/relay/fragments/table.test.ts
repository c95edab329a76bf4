/** The table of virtual reassembly: its rules one by one, and at random beside the model. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createFragmentMemory } from '../../../src/relay/fragments/memory.js';
import {
  COLLECT,
  DEATH_LIMIT,
  DEATH_OVERLAP,
  DEATH_TIMEOUT,
  DEATHS,
  DUPLICATE,
  FOLLOW,
  FragmentTable,
  OVERLAP,
  REFUSED,
  TOO_MANY,
  UNDECIDED,
} from '../../../src/relay/fragments/table.js';
import type { Datagram } from '../../model/fragments.js';
import { randomFrom } from '../../model/random.js';
import { deathsIn, FragmentPair, keyWords } from './pair.js';

const SETTINGS = { memory: 131_072, datagrams: 16, timeoutMs: 30_000 };
const PACKET = Uint8Array.from({ length: 1500 }, (_, at) => at * 7);
const NO_DEATHS = { packets: 0, bytes: 0 };

function makeTable(settings: Partial<typeof SETTINGS> = {}): FragmentTable {
  return new FragmentTable(createFragmentMemory({ ...SETTINGS, ...settings }));
}

function arrive(table: FragmentTable, key: number, offset: number, length: number, more: boolean, nowMs = 0) {
  return table.arrive(...keyWords(key), offset, length, more, nowMs);
}

/** Takes out all that waits. @returns the packets */
function takeAll(table: FragmentTable, entry: number): Uint8Array[] {
  const packets: Uint8Array[] = [];
  for (;;) {
    const into = new Uint8Array(70_000);
    const length = table.take(entry, into, 64);
    if (length === 0) return packets;
    packets.push(into.subarray(64, 64 + length));
  }
}

describe('fragment table: pieces', () => {
  it('knows when a datagram is complete, whatever the order', () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
      [2, 0, 1],
    ]) {
      const table = makeTable();
      const complete = order.map((part) => {
        const entry = arrive(table, 1, part * 1480, part === 2 ? 5 : 1480, part !== 2);
        return [table.isComplete(entry), table.totalLength(entry)];
      });
      const whenLast = order.indexOf(2);
      assert.deepEqual(
        complete,
        order.map((_, i) => [i === 2, i >= whenLast ? 2965 : -1]),
      );
    }
  });

  it('lets a datagram live on after the very same piece', () => {
    const table = makeTable();
    const entry = arrive(table, 1, 0, 800, true);
    assert.equal(arrive(table, 1, 0, 800, true), DUPLICATE);
    assert.equal(arrive(table, 1, 800, 100, false), entry);
    assert.equal(arrive(table, 1, 800, 100, false), DUPLICATE);
    assert.ok(table.isComplete(entry));
    assert.equal(table.state(entry), UNDECIDED);
  });

  const contradictions: Record<string, [number, number, boolean][]> = {
    'a piece that begins within another': [
      [0, 800, true],
      [792, 800, true],
    ],
    'a piece that ends within another': [
      [800, 800, true],
      [0, 808, true],
    ],
    'a piece around another': [
      [800, 8, true],
      [0, 2400, true],
    ],
    'a piece within another': [
      [0, 2400, true],
      [800, 8, true],
    ],
    'a shorter piece at the same place': [
      [0, 800, true],
      [0, 792, true],
    ],
    'a longer piece at the same place': [
      [0, 800, true],
      [0, 808, true],
    ],
    'a last piece in place of one that was not': [
      [0, 800, true],
      [0, 800, false],
    ],
    'a piece in place of the last': [
      [0, 800, false],
      [0, 800, true],
    ],
    'a piece behind the end': [
      [800, 8, false],
      [808, 8, true],
    ],
    'a piece across the end': [
      [800, 9, false],
      [0, 816, true],
    ],
    'a second end behind': [
      [800, 8, false],
      [1600, 8, false],
    ],
    'a second end before': [
      [800, 8, false],
      [0, 8, false],
    ],
    'an end before a piece': [
      [800, 8, true],
      [0, 8, false],
    ],
    'an end that cuts off all there is': [
      [800, 8, true],
      [0, 800, false],
    ],
  };
  for (const [what, [first, second]] of Object.entries(contradictions)) {
    it(`refuses a datagram for ${what}`, () => {
      const table = makeTable();
      const entry = arrive(table, 1, ...first!);
      table.decide(entry, COLLECT);
      assert.ok(table.hold(entry, PACKET, 0, 1500));
      assert.equal(arrive(table, 1, ...second!), OVERLAP);
      assert.equal(table.state(entry), REFUSED);
      assert.deepEqual(deathsIn(table), {
        overlap: { packets: 1, bytes: 1500 },
        limit: NO_DEATHS,
        timeout: NO_DEATHS,
      });
      // All later ones too, would-be duplicates among them, until the time is up.
      assert.equal(arrive(table, 1, 8000, 8, true), OVERLAP);
      assert.equal(arrive(table, 1, ...first!, SETTINGS.timeoutMs - 1), OVERLAP);
      assert.ok(arrive(table, 1, ...first!, SETTINGS.timeoutMs) >= 0);
      assert.equal(table.datagrams, 1);
    });
  }

  it('takes 128 pieces in any order and refuses the next', () => {
    for (const orderOf of [(i: number) => i, (i: number) => 128 - i, (i: number) => (i * 37) % 129]) {
      const table = makeTable();
      let entry = -1;
      for (let i = 0; i < 128; i++) {
        entry = arrive(table, 1, orderOf(i) * 16, 8, true);
        assert.ok(entry >= 0);
        assert.equal(arrive(table, 1, orderOf(i) * 16, 8, true), DUPLICATE);
      }
      assert.ok(table.hold(entry, PACKET, 0, 100));
      assert.equal(arrive(table, 1, orderOf(128) * 16, 8, true), TOO_MANY);
      assert.equal(table.state(entry), REFUSED);
      assert.equal(arrive(table, 1, orderOf(0) * 16, 8, true), TOO_MANY);
      assert.deepEqual(deathsIn(table).limit, { packets: 1, bytes: 100 });
    }
  });

  it('completes the longest datagram of 128 pieces', () => {
    const table = makeTable();
    for (let i = 127; i > 0; i--) arrive(table, 1, i * 512, i === 127 ? 511 : 512, i !== 127);
    const entry = arrive(table, 1, 0, 512, true);
    assert.ok(table.isComplete(entry));
    assert.equal(table.totalLength(entry), 65_535);
  });

  it('tells datagrams apart by every word of the key', () => {
    const table = makeTable();
    const entries = Array.from({ length: 10 }, (_, key) => arrive(table, key, 0, 8, true));
    assert.equal(new Set(entries).size, 10);
    assert.equal(table.datagrams, 10);
  });
});

describe('fragment table: what waits', () => {
  it('gives packets back in the order of arrival, byte for byte, however they lie in memory', () => {
    const table = makeTable();
    const into = new Uint8Array(1600);
    for (let from = 0; from < 4; from++) {
      for (let to = 0; to < 4; to++) {
        const entry = arrive(table, 1, 0, 8, true);
        for (const length of [1, 2, 3, 4, 5, 20, 1399]) {
          assert.ok(table.hold(entry, PACKET, from, length));
        }
        for (const length of [1, 2, 3, 4, 5, 20, 1399]) {
          into.fill(0xee);
          assert.equal(table.take(entry, into, 8 + to), length);
          assert.deepEqual(into.subarray(8 + to, 8 + to + length), PACKET.subarray(from, from + length));
          assert.ok(into.subarray(0, 8 + to).every((byte) => byte === 0xee));
          assert.ok(into.subarray(8 + to + length).every((byte) => byte === 0xee));
        }
        assert.equal(table.take(entry, into, 0), 0);
        table.forget(entry);
      }
    }
    assert.equal(table.heldBytes, 0);
  });

  it('finds a packet in a part of a buffer', () => {
    const table = makeTable();
    const buffer = new Uint8Array(2000);
    buffer.set(PACKET, 100);
    const entry = arrive(table, 1, 0, 8, true);
    assert.ok(table.hold(entry, buffer.subarray(60, 1900), 40, 1500));
    const into = new Uint8Array(3000);
    assert.equal(table.take(entry, into.subarray(8), 4), 1500);
    assert.deepEqual(into.subarray(12, 1512), PACKET);
  });

  it('counts what waits', () => {
    const table = makeTable();
    const entry = arrive(table, 1, 0, 8, true);
    table.hold(entry, PACKET, 0, 1500);
    table.hold(entry, PACKET, 0, 33);
    assert.equal(table.heldBytes, 1533);
    table.take(entry, new Uint8Array(1500), 0);
    assert.equal(table.heldBytes, 33);
    table.forget(entry);
    assert.equal(table.heldBytes, 0);
    assert.equal(table.datagrams, 0);
    assert.deepEqual(deathsIn(table).limit, { packets: 1, bytes: 33 });
  });

  it('refuses what is longer than a quarter of the ring, and its datagram', () => {
    const table = makeTable();
    const long = new Uint8Array(SETTINGS.memory / 4 + 1);
    const entry = arrive(table, 1, 0, 8, true);
    assert.ok(table.hold(entry, long, 0, long.length - 1));
    const other = arrive(table, 2, 0, 8, true);
    assert.ok(table.hold(other, PACKET, 0, 20));
    assert.equal(table.hold(entry, long, 0, long.length), false);
    assert.deepEqual(deathsIn(table).limit, { packets: 1, bytes: long.length - 1 });
    assert.equal(arrive(table, 1, 8, 8, true), TOO_MANY);
    assert.equal(takeAll(table, other).length, 1);
  });

  it('lets those make room that have waited longest', () => {
    const table = makeTable();
    const entries = Array.from({ length: 16 }, (_, key) => arrive(table, key, 0, 8, true));
    // 86 packets fill the ring: with the last there is one too many.
    for (let i = 0; i < 72; i++) assert.ok(table.hold(entries[0]!, PACKET, 0, 1500));
    for (let key = 1; key < 16; key++) assert.ok(table.hold(entries[key]!, PACKET, 0, 1500));
    assert.equal(table.deaths[DEATH_LIMIT], 72);
    assert.equal(table.deaths[DEATHS + DEATH_LIMIT], 72 * 1500);
    assert.equal(arrive(table, 0, 8, 8, true), TOO_MANY);
    for (let key = 1; key < 16; key++) assert.deepEqual(takeAll(table, entries[key]!), [PACKET]);
  });

  it('does not keep a packet whose own datagram had to make room', () => {
    const table = makeTable();
    const entry = arrive(table, 1, 0, 8, true);
    let held = 0;
    while (table.hold(entry, PACKET, 0, 1500)) held++;
    assert.ok(held > 80, `${held}`);
    assert.equal(table.deaths[DEATH_LIMIT], held);
    assert.equal(table.state(entry), REFUSED);
    assert.equal(table.take(entry, new Uint8Array(1500), 0), 0);
  });
});

describe('fragment table: bounds of number and time', () => {
  it('lets the datagram go that was begun first when the table is full', () => {
    const table = makeTable();
    const oldest = arrive(table, 0, 0, 8, true);
    table.hold(oldest, PACKET, 0, 500);
    for (let key = 1; key < 16; key++) arrive(table, key, 0, 8, true);
    // It being active does not help.
    assert.equal(arrive(table, 0, 8, 8, true), oldest);
    assert.equal(table.deaths[DEATH_LIMIT], 0);
    assert.ok(arrive(table, 16, 0, 8, true) >= 0);
    assert.deepEqual(deathsIn(table).limit, { packets: 1, bytes: 500 });
    assert.equal(table.datagrams, 16);
    // Its later pieces begin a new datagram, in the place of the next oldest.
    assert.ok(arrive(table, 0, 0, 8, true) >= 0);
    assert.equal(arrive(table, 2, 0, 8, true), DUPLICATE);
    assert.ok(arrive(table, 1, 0, 8, true) >= 0);
  });

  it('ends a datagram when its time is up, counted from its first piece', () => {
    const table = makeTable();
    const entry = arrive(table, 1, 0, 8, true, 1000);
    table.hold(entry, PACKET, 0, 700);
    assert.equal(arrive(table, 1, 8, 8, true, 30_000), entry);
    assert.equal(table.isDue(30_999), false);
    table.expire(30_999);
    assert.equal(table.datagrams, 1);
    assert.ok(table.isDue(31_000));
    table.expire(31_000);
    assert.equal(table.datagrams, 0);
    assert.equal(table.isDue(31_000), false);
    assert.equal(table.deaths[DEATH_TIMEOUT], 1);
    assert.equal(table.deaths[DEATHS + DEATH_TIMEOUT], 700);
  });

  it('goes by any clock, also where 32 bits of it end', () => {
    for (const from of [2 ** 31 - 10_000, 2 ** 32 - 10_000, 1.7e12]) {
      const table = makeTable();
      const entry = arrive(table, 1, 0, 8, true, from);
      assert.equal(arrive(table, 1, 8, 8, true, from + 29_999), entry);
      table.expire(from + 30_000);
      assert.equal(table.datagrams, 0);
    }
  });

  it('shows what is in it to another thread without the lock', () => {
    const memory = createFragmentMemory(SETTINGS);
    const worker = new FragmentTable(memory);
    const control = new FragmentTable(structuredClone(memory));
    worker.lock();
    worker.hold(arrive(worker, 1, 0, 8, true), PACKET, 0, 900);
    assert.deepEqual([control.datagrams, control.heldBytes], [1, 900]);
    worker.unlock();
    control.lock();
    control.expire(SETTINGS.timeoutMs);
    control.unlock();
    // The thread that lets them die counts them.
    assert.equal(worker.deaths[DEATH_TIMEOUT], 0);
    assert.equal(control.deaths[DEATH_TIMEOUT], 1);
  });

  it('takes little more memory than its ring, and refuses senseless bounds', () => {
    const { control, entries, pieces, buckets, ring } = createFragmentMemory({
      memory: 4_194_304,
      datagrams: 1024,
      timeoutMs: 30_000,
    });
    const bytes = [control, entries, pieces, buckets, ring].reduce((sum, array) => sum + array.byteLength, 0);
    assert.ok(bytes < 4_194_304 + 1024 * 700, `${bytes}`);
    assert.throws(() => createFragmentMemory({ ...SETTINGS, datagrams: 0 }), RangeError);
    assert.throws(() => createFragmentMemory({ ...SETTINGS, memory: 100 }), RangeError);
    assert.throws(() => createFragmentMemory({ ...SETTINGS, timeoutMs: 1.5 }), RangeError);
  });
});

describe('fragment table under a flood', () => {
  it('lets quick datagrams through, their first fragment coming last', () => {
    const table = makeTable({ memory: 4_194_304, datagrams: 1024 });
    const flooded = (id: number) =>
      table.arrive(17, id, 0, 0, 0xffff, id, 0, 0, 0xffff, 1, 1480, 1480, true, 0);
    let id = 0;
    let held = 0;
    let passed = 0;
    for (let round = 0; round < 2000; round++) {
      const later = arrive(table, round, 1480, 500, false);
      assert.ok(table.hold(later, PACKET, 0, 520));
      for (let i = 0; i < 100; i++) if (table.hold(flooded(id++), PACKET, 0, 1500)) held++;
      const first = arrive(table, round, 0, 1480, true);
      assert.equal(first, later);
      table.decide(first, FOLLOW);
      if (takeAll(table, first).length === 1 && table.isComplete(first)) passed++;
      table.forget(first);
    }
    assert.equal(passed, 2000);
    assert.equal(held, 200_000);
    assert.equal(table.datagrams, 1023);
    assert.equal(table.deaths[DEATH_LIMIT], 200_000 - 1023);
    assert.equal(table.deaths[DEATH_OVERLAP], 0);
  });

  it('spreads keys that differ in little over the buckets', () => {
    const memory = createFragmentMemory({ memory: 4096, datagrams: 4096, timeoutMs: 30_000 });
    const table = new FragmentTable(memory);
    for (let key = 0; key < 4096; key++) arrive(table, key * 10 + (key % 10), 0, 8, true);
    const used = memory.buckets.filter((entry) => entry !== 0).length;
    // 8192 (1 - e^-1/2) are expected: 3223, with a standard deviation of 24.
    assert.ok(used > 3000 && used < 3450, `${used}`);
  });
});

type Step =
  | { do: 'arrive'; key: number; part: number; parts: number; more: boolean; hold: number; alignment: number }
  | { do: 'take' | 'forget' | 'follow' | 'collect' | 'refused'; choice: number; alignment: number }
  | { do: 'pass'; ms: number };

function run(pair: FragmentPair, step: Step): void {
  if (step.do === 'pass') {
    pair.pass(step.ms);
    pair.expire();
    return;
  }
  if (step.do === 'arrive') {
    const { key, part, parts, more, hold, alignment } = step;
    const datagram = pair.arrive(key, { offset: part * 8, length: parts * 8, more });
    if (datagram !== undefined && hold > 0) pair.hold(datagram, hold, alignment);
    return;
  }
  const datagram = chosen(pair, step.choice);
  if (datagram === undefined) return;
  if (step.do === 'take') pair.take(datagram, step.alignment);
  else if (step.do === 'forget') pair.forget(datagram);
  else if (datagram.refused === undefined) pair.decide(datagram, step.do);
}

function chosen({ model }: FragmentPair, choice: number): Datagram | undefined {
  const datagrams = [...model.datagrams.values()];
  return datagrams[choice % datagrams.length];
}

describe('fragment table beside the model', function () {
  this.timeout(60_000);

  const alignment = fc.nat(3);
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('arrive' as const),
        key: fc.nat(24),
        part: fc.nat(6),
        parts: fc.integer({ min: 1, max: 2 }),
        more: fc.boolean(),
        hold: fc.oneof(fc.nat(260), fc.constant(0), fc.integer({ min: 250, max: 258 })),
        alignment,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom('take', 'take', 'forget', 'follow', 'collect', 'refused'),
        choice: fc.nat(1000),
        alignment,
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(400) }) },
  );

  it('looks the same after any steps', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(step, { maxLength: 120 }), (datagrams, steps) => {
        // A quarter of the ring is 256 bytes; the clock goes past the end of 32 bits.
        const pair = new FragmentPair({ memory: 1027, datagrams, timeoutMs: 1000 }, 2 ** 32 - 2000);
        for (const each of steps) {
          run(pair, each);
          pair.check();
        }
      }),
      { numRuns: 1500 },
    );
  });

  /** Runs at length with one mixture of steps. @returns the pair, for further checks */
  function runLong(settings: typeof SETTINGS, steps: number, seed: number, next: (r: () => number) => Step) {
    const random = randomFrom(seed);
    const pair = new FragmentPair(settings);
    for (let i = 0; i < steps; i++) {
      run(pair, next(random));
      if (i % 16 === 0) pair.check();
    }
    pair.check();
    return pair;
  }

  it('looks the same in a flood over the bound of datagrams', () => {
    const pair = runLong({ memory: 65_536, datagrams: 32, timeoutMs: 1000 }, 20_000, 1, (random) => {
      if (random() % 50 === 0) return { do: 'pass', ms: random() % 100 };
      const key = random() % 100_000;
      return {
        do: 'arrive',
        key,
        part: random() % 8,
        parts: 1,
        more: true,
        hold: random() % 200,
        alignment: 0,
      };
    });
    const { limit, timeout } = pair.model.deaths;
    assert.ok(limit.packets > 10_000 && pair.model.datagrams.size === 32, JSON.stringify({ limit, timeout }));
  });

  it('looks the same in a flood over the bound of memory', () => {
    const pair = runLong({ memory: 10_000, datagrams: 64, timeoutMs: 1000 }, 20_000, 2, (random) => {
      const choice = random();
      if (random() % 20 === 0) return { do: 'pass', ms: random() % 800 };
      if (random() % 6 === 0) return { do: 'take', choice, alignment: choice & 3 };
      if (random() % 40 === 0) return { do: 'forget', choice, alignment: 0 };
      const [key, part, hold] = [random() % 80, random() % 400, random() % 2600];
      return { do: 'arrive', key, part, parts: 1, more: true, hold, alignment: random() & 3 };
    });
    const { limit, timeout } = pair.model.deaths;
    assert.ok(
      limit.packets > 500 && timeout.packets > 100 && pair.taken > 500,
      JSON.stringify({ limit, timeout }),
    );
  });

  it('looks the same with datagrams of very many pieces', () => {
    const pair = runLong({ memory: 40_000, datagrams: 8, timeoutMs: 100_000 }, 20_000, 3, (random) => {
      if (random() % 100 === 0) return { do: 'forget', choice: random(), alignment: 0 };
      const [key, part, more] = [random() % 3, (random() % 140) * 2, random() % 500 !== 0];
      return { do: 'arrive', key, part, parts: 1, more, hold: random() % 60, alignment: 0 };
    });
    const { limit, overlap } = pair.model.deaths;
    assert.ok(limit.packets > 50 && overlap.packets > 50, JSON.stringify({ limit, overlap }));
  });
});
