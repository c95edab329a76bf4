import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { HostKeeper } from '../../src/host/keeper.js';
import type { Extent } from '../../src/host/repair.js';

describe('host/keeper', function () {
  this.timeout(60_000);
  const said: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => said.push(JSON.parse(line).msg) });
  let keeper: HostKeeper;
  let hammer: NodeJS.Timeout;

  /** A keeper that is told of changes all the time. @param repair for looks at everything */
  function keep(repair: () => Promise<readonly string[]>): void {
    said.length = 0;
    keeper = new HostKeeper(async (extent: Extent) => (extent === 'everything' ? repair() : []), log);
    hammer = setInterval(() => keeper.changed(), 5);
  }
  afterEach(async () => {
    clearInterval(hammer);
    await keeper.stop();
  });

  it('fights another program no faster than five times in ten seconds, and says so once', async () => {
    const repairs: number[] = [];
    keep(async () => {
      repairs.push(performance.now());
      return ['put back'];
    });
    for (const end = Date.now() + 30_000; repairs.length < 6 && Date.now() < end; ) await sleep(20);
    assert.equal(repairs.length, 6);
    assert.ok(repairs[4]! - repairs[0]! < 10_000);
    assert.ok(repairs[5]! - repairs[0]! >= 10_000, `${repairs[5]! - repairs[0]!} ms`);
    assert.deepEqual(said.slice(0, 6), [
      ...Array(5).fill('put back'),
      'another program keeps changing the settings that ipsec-relayd needs on this host; putting it back less often',
    ]);
  });

  it('rests four times as long as a look has taken, however often the kernel tells of changes', async () => {
    const looks: number[] = [];
    keep(async () => {
      looks.push(performance.now());
      await sleep(150);
      return [];
    });
    for (const end = Date.now() + 20_000; looks.length < 4 && Date.now() < end; ) await sleep(20);
    assert.equal(looks.length, 4);
    for (const [i, look] of looks.entries()) {
      if (i > 0) assert.ok(look - looks[i - 1]! >= 5 * 150 - 5, String(looks));
    }
  });

  it('looks again when the kernel told of a change during a look', async () => {
    let looks = 0;
    keep(async () => {
      if (++looks === 1) keeper.changed();
      await sleep(10);
      return [];
    });
    clearInterval(hammer);
    keeper.changed();
    for (const end = Date.now() + 10_000; looks < 2 && Date.now() < end; ) await sleep(10);
    assert.equal(looks, 2);
  });
});
