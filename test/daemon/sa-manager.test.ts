import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { type ControlEvent, Refusal, type SaRequest } from '../../src/control/handler.js';
import { messages } from '../../src/control/message.js';
import { connectionMessage } from '../../src/daemon/connection-message.js';
import { SaManager } from '../../src/daemon/sa-manager.js';
import { saMessage } from '../../src/daemon/sa-message.js';
import { SaStore } from '../../src/daemon/sa-store.js';
import { SaDatabase } from '../../src/sad/database.js';
import type { LegEnds } from '../../src/sad/leg.js';
import { KIND_ESP } from '../../src/table/layout.js';
import { parseAddress, parsePrefix } from '../../src/wire/address.js';

const { VALUE } = messages.SaRequest.SpiChoice;
const POLICY = { role: 'relay', addresses: [parsePrefix('198.18.9.9')] } as const;
const WIDER = { role: 'relay', addresses: [parsePrefix('198.18.9.0/24')] } as const;

/** `--dst 198.18.9.9 --spi SPI --to 198.18.2.2 --to-spi SPI + 1`, with the changes of `more`. */
const request = (spi: number, more: SaRequest = {}): SaRequest => ({
  dst: '198.18.9.9',
  spi,
  to: '198.18.2.2',
  toSpi: spi + 1,
  toSpiChoice: VALUE,
  ...more,
});

describe('daemon/sa-manager', () => {
  let directory: string;
  let store: SaStore;
  let manager: SaManager;
  let events: ControlEvent[];

  /** Milliseconds by the steady clock, and how far Unix time is ahead of it. */
  let steady = 0;
  let ahead = 1_800_000_000_000;
  const clocks = { unix: () => steady + ahead, steady: () => steady };

  async function open(configured: SaRequest[] = []): Promise<void> {
    store = await SaStore.open(directory);
    manager = new SaManager(
      new SaDatabase(10_000, 1, POLICY, 1, clocks.steady),
      store,
      pino({ level: 'silent' }),
      clocks,
    );
    manager.load(configured);
    events = [];
    manager.onEvent((event) => events.push(event));
  }

  async function close(): Promise<void> {
    await manager.close();
    await store.close();
  }

  const reopen = (configured: SaRequest[] = []) => close().then(() => open(configured));
  const saidEvents = () => events.map(({ event, sa }) => `${event} ${sa?.id ?? ''}`.trim());
  /** Id, SPI, SPI as it leaves, and where to, of every SA. */
  const picture = () =>
    [...manager.database.entries()].map((entry) => {
      const { id, spi, toSpi, to } = saMessage(manager.database, entry);
      return `${id} ${spi} ${toSpi} ${to}`;
    });
  const refused = (change: Promise<unknown>, message: RegExp, position = 0) =>
    assert.rejects(change, (error) => {
      assert.ok(error instanceof Refusal, String(error));
      assert.match(error.message, message);
      assert.equal(error.position, position);
      return true;
    });

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sa-manager-'));
    await open();
  });

  afterEach(async () => {
    await close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('adds, durably, and an equal SA once', async () => {
    const [added] = await manager.add([request(1000, { name: 'a' })], false);
    assert.deepEqual(added, { id: 1, spi: 1000, toSpi: 1001, existed: false, replaced: false });
    const [again] = await manager.add([request(1000, { name: 'a' })], false);
    assert.deepEqual(again, { id: 1, spi: 1000, toSpi: 1001, existed: true, replaced: false });
    assert.deepEqual(saidEvents(), ['sa-added 1']);
    await reopen();
    assert.deepEqual(picture(), ['1 1000 1001 198.18.2.2']);
    assert.equal(manager.get(1).name, 'a');
    assert.equal((await manager.add([request(2000)], false))[0]!.id, 2);
  });

  it('keeps SPIs that it chose', async () => {
    const [{ spi, toSpi }] = (await manager.add(
      [
        {
          dst: '198.18.9.9',
          to: '198.18.2.2',
          spiAuto: true,
          toSpiChoice: messages.SaRequest.SpiChoice.AUTO,
        },
      ],
      false,
    )) as [{ spi: number; toSpi: number }];
    assert.ok(spi >= 256 && toSpi >= 256 && spi !== toSpi);
    await reopen();
    assert.deepEqual(picture(), [`1 ${spi} ${toSpi} 198.18.2.2`]);
  });

  it('takes all of a request or nothing, and names the first that is wrong', async () => {
    await refused(
      manager.add([request(1000), request(2000), request(255), request(4000)], false),
      /^spi: SPI 255 is reserved/,
      3,
    );
    assert.deepEqual(picture(), []);
    assert.deepEqual(store.all(), []);
    await refused(manager.add([request(1000), request(1000, { toSpi: 7000 })], false), /exists: SA \d+/, 2);
    assert.deepEqual(picture(), []);
    assert.deepEqual(events, []);
  });

  it('takes everything back when the store cannot be written', async () => {
    await manager.add([request(1000)], false);
    const write = store.commit.bind(store);
    store.commit = () => Promise.reject(new Error('the disk is full'));
    await refused(manager.add([request(2000)], false), /^the disk is full; nothing was changed$/);
    await refused(manager.add([request(1000, { to: '198.18.2.3' })], true), /nothing was changed/);
    await refused(manager.deleteById(1), /nothing was changed/);
    assert.deepEqual(picture(), ['1 1000 1001 198.18.2.2']);
    store.commit = write;
    await reopen();
    assert.deepEqual(picture(), ['1 1000 1001 198.18.2.2']);
  });

  it('replaces one with the same match only when asked to, and keeps its id', async () => {
    await manager.add([request(1000)], false);
    await refused(
      manager.add([request(1000, { to: '198.18.2.3' })], false),
      /delete it first, or change it with --replace$/,
    );
    const [replaced] = await manager.add([request(1000, { to: '198.18.2.3' })], true);
    assert.deepEqual(replaced, { id: 1, spi: 1000, toSpi: 1001, existed: false, replaced: true });
    assert.deepEqual(saidEvents(), ['sa-added 1', 'sa-replaced 1']);
    await reopen();
    assert.deepEqual(picture(), ['1 1000 1001 198.18.2.3']);
  });

  it('deletes by id, by name and all, durably', async () => {
    await manager.add(
      [request(1000), request(2000, { name: 'b' }), request(3000, { name: 'b' }), request(4000)],
      false,
    );
    assert.equal(await manager.deleteById(1), 1);
    assert.equal(await manager.deleteByName('b'), 2);
    await refused(manager.deleteById(1), /^there is no SA 1; see ipsec-relay sa list$/);
    await refused(manager.deleteByName('b'), /^there is no SA named "b"/);
    await reopen();
    assert.deepEqual(picture(), ['4 4000 4001 198.18.2.2']);
    assert.equal(await manager.flush(), 1);
    await reopen();
    assert.deepEqual(picture(), []);
    assert.equal((await manager.add([request(1000)], false))[0]!.id, 5, 'no id is given twice');
  });

  it('deletes an SA when its lifetime is over, and says so', async () => {
    await manager.add([request(1000, { lifetime: 1 }), request(2000)], false);
    steady += 1000;
    // By the manager's own timer.
    for (let waited = 0; picture().length > 1 && waited < 50; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(picture(), ['2 2000 2001 198.18.2.2']);
    assert.equal(saidEvents().at(-1), 'sa-expired 1');
    await reopen();
    assert.deepEqual(picture(), ['2 2000 2001 198.18.2.2']);
  });

  describe('lifetimes', () => {
    const pass = async (seconds: number) => {
      steady += seconds * 1000;
      await manager.lookAtLifetimes();
    };
    const seen = () => saidEvents().splice(0, events.splice(0).length);

    it('tells the soft end once, and deletes at the hard one', async () => {
      await manager.add([request(1000, { softLifetime: 60, lifetime: 90 })], false);
      await pass(59);
      await pass(1);
      await pass(1);
      assert.deepEqual(seen(), ['sa-added 1', 'sa-soft-expired 1']);
      assert.equal(picture().length, 1);
      await pass(29);
      assert.deepEqual(seen(), ['sa-expired 1']);
      assert.deepEqual(store.all(), []);
    });

    it('refuses a soft end that is not before the hard one', async () => {
      const message = /^soft-lifetime: 60 s is not less than the lifetime, 60 s$/;
      await refused(manager.add([request(1000, { softLifetime: 60, lifetime: 60 })], false), message);
      await manager.add([request(1000, { softLifetime: 60 })], false);
    });

    it('go on by the clock while the daemon is down; a soft end is not told again', async () => {
      await manager.add(
        [
          request(1000, { softLifetime: 60, lifetime: 90 }),
          request(2000, { softLifetime: 100, lifetime: 200, idle: 30 }),
          request(3000, { lifetime: 65 }),
        ],
        false,
      );
      await pass(60);
      assert.deepEqual(seen().slice(3).sort(), ['sa-idle 2', 'sa-soft-expired 1']);
      await close();
      steady += 10_000;
      await open();
      await manager.lookAtLifetimes();
      assert.deepEqual(picture(), ['1 1000 1001 198.18.2.2', '2 2000 2001 198.18.2.2']);
      assert.deepEqual(
        store.all().map(({ id }) => id),
        [1, 2],
        'the SA that ended meanwhile is gone from the store too',
      );
      assert.deepEqual(seen(), []);
      await pass(20);
      assert.deepEqual(seen(), ['sa-expired 1']);
      await pass(10);
      assert.deepEqual(seen().sort(), ['sa-idle 2', 'sa-soft-expired 2']);
      await pass(100);
      assert.deepEqual(seen(), ['sa-expired 2']);
    });

    it('run on when an equal SA is added, and begin anew when it is replaced', async () => {
      const words = { softLifetime: 60, lifetime: 90 };
      await manager.add([request(1000, words)], false);
      await pass(50);
      assert.equal((await manager.add([request(1000, words)], true))[0]!.existed, true);
      await refused(manager.add([request(1000, { ...words, lifetime: 91 })], false), /--replace$/);
      await pass(10);
      assert.deepEqual(seen(), ['sa-added 1', 'sa-soft-expired 1']);
      const longer = { softLifetime: 60, lifetime: 91 };
      assert.equal((await manager.add([request(1000, longer)], true))[0]!.replaced, true);
      await pass(59);
      assert.deepEqual(seen(), ['sa-replaced 1']);
      await pass(1);
      assert.deepEqual(seen(), ['sa-soft-expired 1']);
      await pass(31);
      assert.deepEqual(seen(), ['sa-expired 1']);
    });

    it('of an SA whose replacement failed run on', async () => {
      await manager.add([request(1000, { softLifetime: 60, lifetime: 90 })], false);
      await pass(70);
      const write = store.commit.bind(store);
      store.commit = () => Promise.reject(new Error('the disk is full'));
      await refused(manager.add([request(1000, { lifetime: 500 })], true), /nothing was changed/);
      await pass(20);
      assert.equal(picture().length, 1, 'an end that is not durable is no end');
      assert.deepEqual(seen(), ['sa-added 1', 'sa-soft-expired 1']);
      store.commit = write;
      await pass(1);
      assert.deepEqual(seen(), ['sa-expired 1']);
    });

    for (const hours of [1000, -1000]) {
      it(`go by the time that passes when the clock is set by ${hours} h, also over a restart`, async () => {
        await manager.add([request(1000, { softLifetime: 60, lifetime: 90, idle: 20 })], false);
        await pass(10);
        ahead += hours * 3_600_000;
        await pass(1);
        assert.deepEqual(seen(), ['sa-added 1']);
        await manager.add([request(2000, { lifetime: 60 })], false);
        await pass(48);
        assert.deepEqual(seen(), ['sa-added 2', 'sa-idle 1']);
        await pass(1);
        assert.deepEqual(seen(), ['sa-soft-expired 1']);
        assert.equal(manager.get(1).expiresMs, clocks.unix() + 30_000);
        await reopen();
        await pass(10);
        assert.deepEqual(seen(), []);
        await pass(1);
        assert.deepEqual(seen(), ['sa-expired 2']);
        await pass(19);
        assert.deepEqual(seen(), ['sa-expired 1']);
      });
    }

    it('end thousands of SAs at once, in lots', async () => {
      await manager.add(
        Array.from({ length: 9000 }, (_, i) => request(1000 + i, { lifetime: 5, toSpi: 90_000 + i })),
        false,
      );
      await pass(5);
      assert.deepEqual([picture(), store.all()], [[], []]);
    });
  });

  it('keeps the SAs of the configuration apart: not stored, not deleted', async () => {
    await manager.add([request(1000)], false);
    await reopen([request(2000, { name: 'static' })]);
    assert.deepEqual(picture(), ['1 1000 1001 198.18.2.2', '2 2000 2001 198.18.2.2']);
    await refused(
      manager.deleteById(2),
      /^SA 2 "static" stands in the configuration file; remove it there and reload$/,
    );
    await refused(manager.deleteByName('static'), /stands in the configuration file/);
    await refused(
      manager.add([request(2000, { to: '198.18.2.3' })], true),
      /stands in the configuration file/,
    );
    assert.equal(await manager.flush(), 1);
    assert.deepEqual(picture(), ['2 2000 2001 198.18.2.2']);
    assert.deepEqual(store.all(), []);
  });

  it('lets the configuration file take the place of stored SAs, equal or not', async () => {
    await manager.add(
      [request(1000, { name: 'same' }), request(2000, { name: 'other' }), request(3000)],
      false,
    );
    await reopen([request(1000, { name: 'same' }), request(2000, { toSpi: 7000 })]);
    assert.deepEqual(picture(), [
      '3 3000 3001 198.18.2.2',
      '4 1000 1001 198.18.2.2',
      '5 2000 7000 198.18.2.2',
    ]);
    await reopen();
    assert.deepEqual(picture(), ['3 3000 3001 198.18.2.2']);
  });

  it('refuses a configuration in which two SAs match the same packets', async () => {
    await close();
    await assert.rejects(
      open([request(1000), request(1000)]),
      /^Error: \[\[sa\]\] number 2: another \[\[sa\]\] matches/,
    );
    await store.close();
    await open();
  });

  describe('reconfigured', () => {
    const change = (requests: SaRequest[], changeHost = async () => {}) =>
      manager.reconfigure(requests, WIDER, changeHost);

    beforeEach(() => reopen([request(1000), request(2000), request(3000)]));

    it('changes only what differs', async () => {
      const result = await change([
        request(1000),
        request(2000, { to: '198.18.2.3' }),
        request(4000, { dst: '198.18.9.7' }),
      ]);
      assert.deepEqual(result, { added: 1, replaced: 1, deleted: 1 });
      assert.deepEqual(picture(), [
        '1 1000 1001 198.18.2.2',
        '2 2000 2001 198.18.2.3',
        '4 4000 4001 198.18.2.2',
      ]);
      assert.deepEqual(saidEvents(), ['sa-deleted 3', 'sa-replaced 2', 'sa-added 4']);
    });

    it('is as before when an SA or the host refuses', async () => {
      const before = picture();
      await refused(
        change([request(1000, { to: '198.18.2.3' }), request(7)]),
        /^\[\[sa\]\] number 2: spi: SPI 7 is reserved/,
      );
      assert.deepEqual(picture(), before);
      const blocked = () => Promise.reject(new Refusal('the host is in the way'));
      await refused(change([request(5000)], blocked), /in the way/);
      assert.deepEqual(picture(), before);
      assert.equal(manager.database.policy, POLICY);
    });

    it('does not drop an SA of run time whose relay address goes', async () => {
      await manager.add([request(9000, { name: 'kept' })], false);
      const other = { role: 'relay', addresses: [parsePrefix('198.18.9.8')] } as const;
      await refused(
        manager.reconfigure([], other, async () => {}),
        /^SA 4 "kept" would not fit: dst: 198\.18\.9\.9 is not a relay address; .*; or delete it first$/,
      );
      assert.equal(picture().length, 4);
    });
  });

  describe('connections', () => {
    const to = (peer: string): LegEnds => ({
      kind: KIND_ESP,
      relay: parseAddress('198.18.9.9'),
      relayPort: 0,
      peer: parseAddress(peer),
      peerPort: 0,
    });
    const connection = (id: number) =>
      connectionMessage(manager.database, manager.connection(id), clocks.unix());
    const summary = (id: number) => {
      const { name, startedMs, moves, sas, firstLeg, secondLeg } = connection(id);
      return { name, startedMs, moves, sas, first: firstLeg!.peerAddress, second: secondLeg!.peerAddress };
    };
    beforeEach(async () => {
      await manager.add([request(9000, { name: 'other' })], false);
      await manager.add(
        [request(1000, { name: 'alice-up' }), request(2000, { name: 'alice-down', to: '198.18.1.1' })],
        false,
      );
    });

    it('outlive the daemon with their ids, and go with their last SA', async () => {
      const before = summary(2);
      assert.deepEqual(before, {
        name: 'alice',
        startedMs: ahead + steady,
        moves: 0,
        sas: [2, 3],
        first: '198.18.1.1',
        second: '198.18.2.2',
      });
      await manager.deleteConnection(1);
      steady += 5000;
      await reopen();
      assert.deepEqual(summary(2), before);
      assert.throws(
        () => manager.connection(1),
        /^Error: there is no connection 1; see ipsec-relay connection list$/,
      );
      await manager.deleteById(2);
      assert.deepEqual(summary(2).sas, [3]);
      await manager.deleteById(3);
      assert.throws(() => manager.connection(2), Refusal);
      await reopen();
      assert.equal(manager.database.connections.size, 0);
      assert.deepEqual(store.connections(), []);
    });

    it('move with all of their SAs, durably', async () => {
      await manager.moveLeg(2, 'first', to('198.18.1.99'));
      assert.deepEqual(
        events.slice(-1).map(({ event, message }) => [event, message]),
        [['connection-moved', 'connection 2 "alice": its first is now at 198.18.1.99']],
      );
      const expected = ['1 9000 9001 198.18.2.2', '2 1000 1001 198.18.2.2', '3 2000 2001 198.18.1.99'];
      assert.deepEqual(picture(), expected);
      await reopen();
      assert.deepEqual(picture(), expected);
      assert.deepEqual([summary(2).moves, summary(2).first], [1, '198.18.1.99']);
    });

    it('stay where they are when the move is refused, or cannot be made to last', async () => {
      const before = picture();
      await refused(manager.moveLeg(2, 'first', to('127.0.0.1')), /127\.0\.0\.1/);
      await refused(manager.moveLeg(77, 'first', to('198.18.1.99')), /^there is no connection 77/);
      await store.close();
      await refused(manager.moveLeg(2, 'first', to('198.18.1.99')), /; nothing was changed$/);
      assert.deepEqual([picture(), summary(2).moves], [before, 0]);
      store = await SaStore.open(directory);
    });

    it('are idle after an hour without a packet', () => {
      assert.equal(connection(2).state, 'established');
      steady += 3_600_001;
      assert.equal(connection(2).state, 'idle');
    });
  });
});
