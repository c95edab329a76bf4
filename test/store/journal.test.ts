import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { JournalStore } from '../../src/store/journal.js';
import { type Change, type Row, StoreRefusal } from '../../src/store/store.js';

const row = (id: number, text = `row ${id}`, table = 'sa'): Row => ({ table, id, value: Buffer.from(text) });
const put = (...rows: Row[]): Change => ({ put: rows, remove: [] });
const texts = (rows: readonly Row[]) => rows.map(({ id, value }) => [id, Buffer.from(value).toString()]);

describe('store/journal', () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'journal-test-'));
    path = join(directory, 'store');
    await JournalStore.create(path, []);
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  async function withStore<T>(use: (store: JournalStore) => Promise<T> | T): Promise<T> {
    const store = await JournalStore.open(path);
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  }
  const read = (table = 'sa') => withStore((store) => texts(store.read(table)));

  it('keeps tables apart, and numbers its changes', async () => {
    await withStore(async (store) => {
      assert.equal(await store.propose(put(row(2), row(1), row(1, 'a leg', 'leg'))).commit(), 1);
      assert.equal(await store.propose({ put: [], remove: [{ table: 'sa', id: 2 }] }).commit(), 2);
    });
    assert.deepEqual(await read(), [[1, 'row 1']]);
    assert.deepEqual(await read('leg'), [[1, 'a leg']]);
    await withStore((store) => assert.equal(store.revision, 2));
  });

  it('tells its watchers of each change, after it lasts and in order', async () => {
    await withStore(async (store) => {
      const told: [number, number[]][] = [];
      const end = store.watch(({ put }, revision) => told.push([revision, put.map(({ id }) => id)]));
      await Promise.all([1, 2, 3].map((id) => store.propose(put(row(id))).commit()));
      end();
      await store.propose(put(row(4))).commit();
      assert.deepEqual(
        told.map(([, ids]) => ids),
        [[1], [2], [3]],
      );
    });
  });

  it('is the same after any changes, in memory and when it is read again', async () => {
    const key = fc.record({ table: fc.constantFrom('sa', 'leg'), id: fc.integer({ min: 0, max: 6 }) });
    const change = fc.record({
      put: fc.array(fc.tuple(key, fc.uint8Array({ maxLength: 9 })).map(([k, value]) => ({ ...k, value }))),
      remove: fc.array(key),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(change, fc.boolean()), { maxLength: 12 }), async (changes) => {
        rmSync(path);
        await JournalStore.create(path, []);
        const model = new Map<string, string>();
        const contentOf = (store: JournalStore) =>
          ['sa', 'leg'].flatMap((table) =>
            store.read(table).map(({ id, value }) => `${table} ${id} ${Buffer.from(value).toString('hex')}`),
          );
        const inMemory = await withStore(async (store) => {
          for (const [{ put, remove }, waits] of changes) {
            for (const { table, id } of remove) model.delete(`${table} ${id}`);
            for (const { table, id, value } of put)
              model.set(`${table} ${id}`, Buffer.from(value).toString('hex'));
            const done = store.propose({ put, remove }).commit();
            if (waits) await done;
          }
          await store.propose({ put: [], remove: [] }).commit();
          return contentOf(store);
        });
        const expected = [...model].map(([name, value]) => `${name} ${value}`).sort();
        assert.deepEqual(inMemory.sort(), expected);
        assert.deepEqual((await withStore(contentOf)).sort(), expected);
      }),
      { numRuns: 60 },
    );
  });

  it('is written anew when most of it is of rows that are gone', async () => {
    await withStore(async (store) => {
      for (let round = 0; round < 400; round++) {
        await store.propose(put(row(1, 'x'.repeat(10_000)), row(2, `${round}`))).commit();
      }
      await store.propose(put(row(3))).commit();
      assert.equal(store.revision, 401);
    });
    assert.ok(statSync(path).size < 1.2e6, `${statSync(path).size} bytes`);
    assert.deepEqual(await read(), [
      [1, 'x'.repeat(10_000)],
      [2, '399'],
      [3, 'row 3'],
    ]);
  });

  describe('where the disk is full', () => {
    const few = put(row(1), row(2));
    const many = put(...Array.from({ length: 400 }, (_, id) => row(id + 10, 'x'.repeat(1000))));

    beforeEach(function () {
      if (process.getuid!() !== 0) this.skip();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'none', directory]);
    });

    afterEach(() => void execFileSync('umount', [directory]));

    it('refuses the change with the path and the reason, and takes the next one when there is room', async () => {
      await JournalStore.create(path, []);
      await withStore(async (store) => {
        await store.propose(few).commit();
        await assert.rejects(
          store.propose(many).commit(),
          new StoreRefusal(`the store ${path} cannot take the change: the disk is full; make room`),
        );
        await store.propose(put(row(3))).commit();
        const filler = join(directory, 'filler');
        spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1k', 'count=400']);
        await assert.rejects(store.propose(put(row(4, 'x'.repeat(5000)))).commit(), StoreRefusal);
        rmSync(filler);
        await store.propose(put(row(5))).commit();
        assert.deepEqual(
          texts(store.read('sa')),
          [1, 2, 3, 5].map((id) => [id, `row ${id}`]),
        );
      });
      assert.deepEqual(
        await read(),
        [1, 2, 3, 5].map((id) => [id, `row ${id}`]),
      );
    });

    it('refuses of changes that came together only the one that is too large', async () => {
      await JournalStore.create(path, []);
      await withStore(async (store) => {
        const results = await Promise.allSettled(
          [few, many, put(row(3))].map((change) => store.propose(change).commit()),
        );
        assert.deepEqual(
          results.map(({ status }) => status),
          ['fulfilled', 'rejected', 'fulfilled'],
        );
      });
      assert.deepEqual(
        (await read()).map(([id]) => id),
        [1, 2, 3],
      );
    });

    it('goes on with the file it has where there is no room to write it anew', async () => {
      execFileSync('mount', ['-o', 'remount,size=2400k', directory]);
      await JournalStore.create(path, []);
      await withStore(async (store) => {
        for (let round = 0; round < 13; round++)
          await store.propose(put(row(1, `${round}`.repeat(100_000)), row(2, 'y'.repeat(60_000)))).commit();
        writeFileSync(join(directory, 'filler'), Buffer.alloc(300_000));
        const { size } = statSync(path);
        await store.propose(put(row(3), row(1, 'x'.repeat(300_000)))).commit();
        await store.propose(put(row(4))).commit();
        assert.ok(statSync(path).size > size, 'it was not written anew');
      });
      assert.deepEqual(
        (await read()).map(([id]) => id),
        [1, 2, 3, 4],
      );
    });

    it('refuses to be made, and leaves nothing', async () => {
      spawnSync('dd', ['if=/dev/zero', `of=${join(directory, 'filler')}`, 'bs=1k', 'count=400']);
      await assert.rejects(
        JournalStore.create(path, many.put),
        new StoreRefusal(`the store ${path} cannot be made: the disk is full; make room`),
      );
      assert.equal(JournalStore.exists(path), false);
    });
  });

  it('refuses what exceeds the limit of a file’s size, and goes on (EFBIG)', () => {
    const script = `process.on('SIGXFSZ', () => {}); import(process.argv[1]).then(async ({ JournalStore }) => {
      const store = await JournalStore.open(process.argv[2]);
      const put = (id, size) => store.propose({ put: [{ table: 'sa', id, value: Buffer.alloc(size) }], remove: [] }).commit();
      for (const [id, size] of [[1, 10], [2, 100_000], [3, 10]]) await put(id, size).then(() => console.log(id), (error) => console.log(error.message));
    });`;
    const module = new URL('../../src/store/journal.js', import.meta.url).href;
    const command = `ulimit -f 40; exec "$0" -e "$1" "$2" "$3"`;
    const words = ['-c', command, process.execPath, script, module, path];
    const output = execFileSync('bash', words, { encoding: 'utf8' });
    assert.match(
      output,
      /^1\nthe store .* cannot take the change: the file may not grow \(ulimit -f\)\n3\n$/,
    );
  });

  describe('at its end', () => {
    const notices: string[] = [];
    let sound: number;

    beforeEach(async () => {
      notices.length = 0;
      await withStore((store) => store.propose(put(row(1))).commit());
      sound = statSync(path).size;
      await withStore((store) => store.propose(put(row(2, 'x'.repeat(3000)))).commit());
    });

    async function reads(expected: number[]): Promise<void> {
      const store = await JournalStore.open(path, { onNotice: (sentence) => notices.push(sentence) });
      assert.deepEqual(
        store.read('sa').map(({ id }) => id),
        expected,
      );
      await store.propose(put(row(9))).commit();
      await store.close();
      assert.deepEqual(
        (await read()).map(([id]) => id),
        [...expected, 9],
      );
    }

    it('cuts off a change that a crash interrupted, wherever that was, and says so', async () => {
      const whole = readFileSync(path);
      for (const size of [sound + 1, sound + 11, sound + 12, sound + 500, whole.length - 1]) {
        writeFileSync(path, whole);
        truncateSync(path, size);
        await reads([1]);
      }
      assert.match(notices[0]!, /ended with a change that was never finished \(1 bytes\); it was cut off$/);
    });

    it('cuts off what the file system extended and did not write', async () => {
      const whole = readFileSync(path);
      whole.fill(0, Math.floor(whole.length / 512) * 512 - 512);
      writeFileSync(path, whole);
      await reads([1]);
      truncateSync(path, sound);
      appendFileSync(path, Buffer.alloc(4096));
      await reads([1]);
    });
  });

  describe('refuses, in one sentence and without touching the file,', () => {
    beforeEach(() =>
      withStore(async (store) => {
        for (let id = 1; id <= 40; id++) await store.propose(put(row(id))).commit();
      }),
    );

    async function refused(expected: RegExp): Promise<void> {
      const before = readFileSync(path);
      await assert.rejects(JournalStore.open(path), (error: Error) => {
        assert.ok(error instanceof StoreRefusal, error.stack);
        assert.match(error.message, expected);
        assert.match(
          error.message,
          /it was left as it is; move it away to start without the SAs in it, or restore a copy$/,
        );
        return true;
      });
      assert.ok(readFileSync(path).equals(before));
    }

    it('a file of another kind', async () => {
      for (const content of ['', 'x', 'not a store\n'.repeat(100)]) {
        writeFileSync(path, content);
        await refused(/is no store of ipsec-relay/);
      }
    });

    it('a newer format', async () => {
      const bytes = readFileSync(path);
      bytes[bytes.indexOf('\n') + 4] = 2;
      writeFileSync(path, bytes);
      await refused(/has format version 2, but this ipsec-relayd reads version 1/);
    });

    it('an entry that is missing, repeated or exchanged', async () => {
      const bytes = readFileSync(path);
      const third = bytes.indexOf('row 3') - 50;
      const size = bytes.indexOf('row 5') - bytes.indexOf('row 4');
      const [before, one, other, after] = [
        bytes.subarray(0, third),
        bytes.subarray(third, third + size),
        bytes.subarray(third + size, third + 2 * size),
        bytes.subarray(third + 2 * size),
      ];
      for (const parts of [
        [before, other, after],
        [before, one, one, other, after],
        [before, other, one, after],
      ]) {
        writeFileSync(path, Buffer.concat(parts));
        await refused(/is damaged: the checksum of the entry at byte \d+ is wrong/);
      }
    });

    it('any single bit that changed', async () => {
      copyFileSync(path, `${path}.sound`);
      const { length } = readFileSync(path);
      for (let at = 18; at < length; at += at < 40 ? 1 : 7) {
        const bytes = readFileSync(`${path}.sound`);
        bytes[at]! ^= 1 << (at % 8);
        writeFileSync(path, bytes);
        await refused(
          at < 28
            ? /has format version|is truncated|is damaged: the checksum of the entry at byte 28 is wrong/
            : /is damaged: the checksum of the entry at byte \d+ is wrong/,
        );
      }
    });

    it('a file that was written at once and is cut short: that was no crash', async () => {
      await JournalStore.create(
        path,
        Array.from({ length: 10_000 }, (_, id) => row(id)),
      );
      await withStore((store) => store.propose(put(row(1, 'appended'))).commit());
      const bytes = readFileSync(path);
      for (const size of [100, bytes.length >> 1, bytes.length - 100]) {
        writeFileSync(path, bytes.subarray(0, size));
        await refused(/is truncated: \d+ bytes are there, and at least \d+ should be/);
      }
      bytes.fill(0, bytes.length >> 1);
      writeFileSync(path, bytes);
      await refused(/is damaged: the checksum/);
    });
  });
});
