import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { type ControlEvent, Refusal, type SaRequest } from '../../src/control/handler.js';
import { messages } from '../../src/control/message.js';
import { SaManager } from '../../src/daemon/sa-manager.js';
import { saMessage } from '../../src/daemon/sa-message.js';
import { SaStore } from '../../src/daemon/store.js';
import { SaDatabase } from '../../src/sad/database.js';
import { parsePrefix } from '../../src/wire/address.js';

const { VALUE } = messages.SaRequest.SpiChoice;
const POLICY = { role: 'relay', addresses: [parsePrefix('198.18.9.9')] } as const;
const WIDER = { role: 'relay', addresses: [parsePrefix('198.18.9.0/24')] } as const;

/** `--dst 198.18.9.9 --spi SPI --to 198.18.2.2 --to-spi SPI + 1`, but for what `more` says. */
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

  async function open(configured: SaRequest[] = []): Promise<void> {
    store = await SaStore.open(directory);
    manager = new SaManager(new SaDatabase(64, 1, POLICY, 1), store, pino({ level: 'silent' }));
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
    await refused(
      manager.add([request(2000)], false),
      /store could not be written \(the disk is full\); nothing was changed/,
    );
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
    for (let waited = 0; picture().length > 1 && waited < 50; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(picture(), ['2 2000 2001 198.18.2.2']);
    assert.equal(saidEvents().at(-1), 'sa-expired 1');
    await reopen();
    assert.deepEqual(picture(), ['2 2000 2001 198.18.2.2']);
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

  it('refuses to start when a stored SA and the configuration disagree', async () => {
    await manager.add([request(1000, { name: 'stored' })], false);
    await close();
    await assert.rejects(
      open([request(1000, { name: 'static' })]),
      /^Error: \[\[sa\]\] "static": SA 1 "stored" was added at run time; delete it first$/,
    );
    await store.close();
    await open();
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
});
