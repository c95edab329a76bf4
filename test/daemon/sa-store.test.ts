import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { open } from 'lmdb';
import { messages } from '../../src/control/message.js';
import { entryOf } from '../../src/daemon/sa-message.js';
import { decodeSa, SaStore, type StoredSa } from '../../src/daemon/sa-store.js';
import { StoreRefusal } from '../../src/store/store.js';
import { STORE_BEFORE_HAIRPIN } from './lmdb-before-hairpin.js';
import { exampleSa } from './stored-sa.js';

const sas = (first: number, count: number) => Array.from({ length: count }, (_, i) => exampleSa(first + i));

describe('daemon/sa-store', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'store-test-'));
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  async function withStore<T>(use: (store: SaStore) => Promise<T> | T): Promise<T> {
    const store = await SaStore.open(directory);
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  }
  const everything = () => withStore((store) => store.all());

  it('is empty when new, and gives back what was committed, in every field', async () => {
    const udp: StoredSa = {
      ...exampleSa(2),
      encap: { peerPort: 0, port: 4500 },
      toEncap: { none: false, sourcePort: 4500, destinationPort: 4501 },
    };
    const native: StoredSa = {
      ...exampleSa(3),
      encap: { peerPort: 4500, port: 4600 },
      toEncap: { none: true, sourcePort: 0, destinationPort: 0 },
    };
    assert.deepEqual(await everything(), []);
    await withStore((store) => store.commit({ put: [native, exampleSa(1), udp], remove: [], nextId: 4 }));
    assert.deepEqual(await everything(), [exampleSa(1), udp, native]);
  });

  it('replaces, removes, ignores what is not there, and never gives an id twice', async () => {
    await withStore(async (store) => {
      assert.equal(store.nextId, 1);
      await store.commit({ put: sas(1, 5), remove: [], nextId: 6 });
      await store.commit({ put: [{ ...exampleSa(2), to: '198.18.2.3' }], remove: [5, 77], nextId: 6 });
      await store.commit({ put: [], remove: [1], nextId: 0 });
    });
    await withStore((store) => {
      assert.deepEqual(store.all(), [{ ...exampleSa(2), to: '198.18.2.3' }, exampleSa(3), exampleSa(4)]);
      assert.equal(store.nextId, 6);
    });
  });

  it('applies commits that come at the same time in their order', async () => {
    await withStore(async (store) => {
      const commits = [];
      for (let id = 1; id <= 300; id++) {
        commits.push(
          store.commit({ put: [exampleSa(id)], remove: id % 3 === 0 ? [id - 1] : [], nextId: id + 1 }),
        );
        if (id % 50 === 0) await commits.at(-1);
      }
      await Promise.all(commits);
    });
    const ids = (await everything()).map(({ id }) => id);
    const expected = sas(1, 300).map(({ id }) => id);
    assert.deepEqual(
      ids,
      expected.filter((id) => id % 3 !== 2),
    );
  });

  it('takes 65,536 SAs in commits of 4,096, and gives them back', async () => {
    await withStore(async (store) => {
      for (let first = 1; first <= 65_536; first += 4096) {
        await store.commit({ put: sas(first, 4096), remove: [], nextId: first + 4096 });
      }
    });
    assert.deepEqual(await everything(), sas(1, 65_536));
  });

  it('after kill -9 at any moment, every acknowledged change is there', async () => {
    const promised = new Map<number, boolean>();
    // Until enough was promised: a busy machine gets less done before the signal.
    for (let round = 0; round < 20 || (promised.size <= 1000 && round < 100); round++) {
      const script = fileURLToPath(new URL('./sa-store-child.js', import.meta.url));
      const child = spawn(process.execPath, [script, directory]);
      let output = '';
      child.stdout.on('data', (text) => {
        if (output === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * 60);
        output += text;
      });
      await new Promise((resolve) => child.once('close', resolve));
      // Changes announced after the last "ok" may be there or not, but only as a whole.
      const end = output.lastIndexOf('ok\n') + 1;
      const acknowledged = output.slice(0, end).split('\n');
      const open = output
        .slice(end)
        .split('\n')
        .filter((line) => /^[+-]\d+$/.test(line));
      for (const line of acknowledged)
        if (/^[+-]/.test(line)) promised.set(Number(line.slice(1)), line[0] === '+');
      const stored = await everything();
      const there = new Set(stored.map(({ id }) => id));
      for (const sa of stored) assert.deepEqual(sa, exampleSa(sa.id));
      const outcomes = new Set(open.map((line) => there.has(Number(line.slice(1))) === (line[0] === '+')));
      assert.ok(outcomes.size <= 1, `round ${round}: a part of ${open}`);
      if (outcomes.has(true)) for (const line of open) promised.set(Number(line.slice(1)), line[0] === '+');
      const expected = [...promised].filter(([, present]) => present).map(([id]) => id);
      assert.deepEqual(
        [...there],
        expected.sort((one, other) => one - other),
        `round ${round}`,
      );
    }
    assert.ok(promised.size > 1000, `only ${promised.size} changes`);
  }).timeout(60_000);

  it('reads records of before soft lifetimes and idle timers were stored', () => {
    const { softExpiresMs, lifetime, softLifetime, idle, ...old } = exampleSa(3);
    const value = messages.Sa.encode({ ...old, addedMs: 1_000_000, expiresMs: 1_060_000 }).finish();
    const stored = decodeSa(3, value);
    assert.deepEqual([stored.softExpiresMs, stored.softLifetime, stored.idle], [0, 0, 0]);
    const { lifetimes, expiresMs } = entryOf(stored);
    assert.deepEqual(lifetimes, { lifetime: 60, softLifetime: 0, idle: 0 });
    assert.equal(expiresMs, 1_060_000);
  });

  it('refuses a row that is another SA, or none', () => {
    assert.throws(
      () => decodeSa(4, messages.Sa.encode(exampleSa(3)).finish()),
      /in the row of SA 4 stands SA 3/,
    );
    assert.throws(() => decodeSa(4, Uint8Array.of(0xff, 0xff, 0xff)), /the row of SA 4 is no SA/);
  });

  describe('a store that is lost', () => {
    it('is noticed, and not begun anew', async () => {
      await withStore((store) => store.commit({ put: sas(1, 5), remove: [], nextId: 6 }));
      rmSync(join(directory, 'store'));
      await assert.rejects(SaStore.open(directory), (error: Error) => {
        assert.ok(error instanceof StoreRefusal);
        assert.match(
          error.message,
          /store is missing, although this state directory had one .*remove .*store-exists to start/,
        );
        return true;
      });
      assert.deepEqual(readdirSync(directory), ['store-exists']);
      rmSync(join(directory, 'store-exists'));
      assert.deepEqual(await everything(), []);
    });

    it('so is an empty one', async () => {
      await withStore((store) => store.commit({ put: sas(1, 5), remove: [], nextId: 6 }));
      writeFileSync(join(directory, 'store'), '');
      await assert.rejects(SaStore.open(directory), /store is no store of ipsec-relay; it was left as it is/);
    });
  });

  it('never writes through a symbolic link', async () => {
    const target = join(directory, 'target');
    writeFileSync(target, 'precious');
    const inside = join(directory, 'state');
    mkdirSync(inside);
    for (const name of ['store', 'store.new', 'store-exists']) {
      symlinkSync(target, join(inside, name));
      await SaStore.open(inside).then(
        (store) => store.close(),
        () => {},
      );
      assert.equal(readFileSync(target, 'utf8'), 'precious', name);
      rmSync(inside, { recursive: true });
      mkdirSync(inside);
    }
  });

  it('says so when the directory may not be used', function () {
    if (process.getuid!() !== 0) this.skip();
    // Another user could not read this checkout either, if only root may enter its folder.
    const script = `process.setgroups([]); process.setgid('nogroup'); process.setuid('nobody');
      SaStore.open(process.argv[2]).catch((error) => process.stdout.write(error.constructor.name + ': ' + error.message));`;
    const module = new URL('../../src/daemon/sa-store.js', import.meta.url).href;
    const words = ['-e', `import(process.argv[1]).then(({ SaStore }) => { ${script} })`, module, '/root'];
    const answer = execFileSync(process.execPath, words, { encoding: 'utf8' });
    assert.match(
      answer,
      /^StoreRefusal: the store \/root\/store cannot be (made|opened): EACCES: permission denied/,
    );
  });

  describe('of release 0.1', () => {
    const old = () => join(directory, 'sad', 'data.mdb');

    beforeEach(() => mkdirSync(join(directory, 'sad')));

    const openOld = () =>
      open<Buffer, number | string>({ path: join(directory, 'sad'), noSubdir: false, encoding: 'binary' });

    async function refused(expected: RegExp): Promise<void> {
      await assert.rejects(SaStore.open(directory), (error: Error) => {
        assert.ok(error instanceof StoreRefusal, error.stack);
        assert.match(error.message, expected);
        assert.match(error.message, /; it was left as it is; move its directory away/);
        assert.doesNotMatch(error.message, /\n/);
        return true;
      });
      assert.equal(existsSync(join(directory, 'store')), false);
    }

    it('is taken over once, and goes on', async () => {
      writeFileSync(old(), gunzipSync(Buffer.from(STORE_BEFORE_HAIRPIN, 'base64')));
      const before = [1, 3, 4].map((id) => exampleSa(id));
      const hairpin = { ...exampleSa(9), hairpin: true };
      const notices: string[] = [];
      const store = await SaStore.open(directory, (sentence) => notices.push(sentence));
      assert.equal(store.nextId, 9);
      assert.deepEqual(store.all(), before);
      await store.commit({ put: [hairpin], remove: [1], nextId: 10 });
      await store.close();
      assert.deepEqual(notices, [
        `3 SAs were taken over from ${directory}/sad, which is not needed any more`,
      ]);
      assert.deepEqual(await everything(), [...before.slice(1), hairpin]);
      rmSync(join(directory, 'sad'), { recursive: true });
      assert.deepEqual(await everything(), [...before.slice(1), hairpin]);
    });

    it('is refused when a byte of an SA has changed', async () => {
      const bytes = gunzipSync(Buffer.from(STORE_BEFORE_HAIRPIN, 'base64'));
      bytes[bytes.lastIndexOf('connection-3') + 2]! ^= 0x20;
      writeFileSync(old(), bytes);
      await refused(/is damaged: the checksum of the record of SA 3 is wrong/);
    });

    it('is refused when it is empty, missing, or no LMDB file', async () => {
      await refused(/data\.mdb is missing, although its directory is there/);
      writeFileSync(old(), '');
      await refused(/data\.mdb is empty/);
      writeFileSync(old(), 'not a database\n'.repeat(10_000));
      await refused(/data\.mdb (cannot be read|is damaged)/);
    });

    it('is refused when a record is lost, or it is another program’s', async () => {
      writeFileSync(old(), gunzipSync(Buffer.from(STORE_BEFORE_HAIRPIN, 'base64')));
      const environment = openOld();
      await environment.remove(3);
      await environment.close();
      await refused(/is damaged: 3 SAs should be there, and 2 were read/);
      rmSync(join(directory, 'sad'), { recursive: true });
      const foreign = openOld();
      await foreign.put(1, Buffer.from('row'));
      await foreign.close();
      await refused(/is not a store of ipsec-relay, or its meta record is lost/);
    });
  });
});
