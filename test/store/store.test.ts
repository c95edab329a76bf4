import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, gunzipSync } from 'node:zlib';
import { open } from 'lmdb';
import { messages } from '../../src/control/message.js';
import { entryOf } from '../../src/daemon/sa-message.js';
import { decodeSa, openEnvironment } from '../../src/store/format.js';
import { SaStore, type StoredSa, StoreRefusal } from '../../src/store/store.js';
import { STORE_BEFORE_HAIRPIN } from './before-hairpin.js';
import { exampleSa } from './example.js';

const sas = (first: number, count: number) => Array.from({ length: count }, (_, i) => exampleSa(first + i));
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('store/store', () => {
  let directory: string;
  let data: string;

  beforeEach(() => {
    directory = join(mkdtempSync(join(tmpdir(), 'store-test-')), 'sad');
    data = join(directory, 'data.mdb');
  });

  afterEach(() => rmSync(join(directory, '..'), { recursive: true, force: true }));

  it('reads records of before soft lifetimes and idle timers were stored', () => {
    const { softExpiresMs, lifetime, softLifetime, idle, ...old } = exampleSa(3);
    const payload = messages.Sa.encode({ ...old, addedMs: 1_000_000, expiresMs: 1_060_000 }).finish();
    const value = Buffer.alloc(4 + payload.length);
    value.writeUInt32BE(crc32(payload));
    value.set(payload, 4);
    const stored = decodeSa(3, value);
    assert.deepEqual([stored.softExpiresMs, stored.softLifetime, stored.idle], [0, 0, 0]);
    const { lifetimes, expiresMs } = entryOf(stored);
    assert.deepEqual(lifetimes, { hardSeconds: 60, softSeconds: 0, idleSeconds: 0 });
    assert.equal(expiresMs, 1_060_000);
  });

  it('reads a whole store of before hairpin was stored, and goes on with it', async () => {
    mkdirSync(directory);
    writeFileSync(data, gunzipSync(Buffer.from(STORE_BEFORE_HAIRPIN, 'base64')));
    const before = [1, 3, 4].map((id) => exampleSa(id));
    const hairpin = { ...exampleSa(9), hairpin: true };
    await withStore(async (store) => {
      assert.equal(store.nextId, 9);
      assert.deepEqual(store.all(), before);
      await store.commit({ put: [hairpin], remove: [], nextId: 10 });
    });
    assert.deepEqual(await everything(), [...before, hairpin]);
  });

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
      encap: { peerPort: 0 },
      toEncap: { none: false, sourcePort: 4500, destinationPort: 4501 },
    };
    const native: StoredSa = {
      ...exampleSa(3),
      encap: { peerPort: 4500 },
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
    assert.deepEqual(
      ids,
      sas(1, 300)
        .map(({ id }) => id)
        .filter((id) => id % 3 !== 2),
    );
  });

  it('takes 65,536 SAs in commits of 4,096 within 1.5 seconds, and gives them back', async () => {
    const started = performance.now();
    await withStore(async (store) => {
      for (let first = 1; first <= 65_536; first += 4096) {
        await store.commit({ put: sas(first, 4096), remove: [], nextId: first + 4096 });
      }
    });
    const elapsed = performance.now() - started;
    assert.ok(elapsed < 1500, `${elapsed} ms`);
    assert.deepEqual(await everything(), sas(1, 65_536));
  });

  it('rejects what the disk has no room for, and keeps what it had', async function () {
    if (process.getuid!() !== 0) this.skip();
    mkdirSync(directory);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'none', directory]);
    try {
      await withStore(async (store) => {
        await store.commit({ put: sas(1, 100), remove: [], nextId: 101 });
        await assert.rejects(store.commit({ put: sas(101, 10_000), remove: [1], nextId: 10_101 }));
        await store.commit({ put: [exampleSa(101)], remove: [2], nextId: 102 });
      });
      assert.deepEqual(await everything(), [exampleSa(1), ...sas(3, 99)]);
    } finally {
      execFileSync('umount', [directory]);
    }
  });

  it('after kill -9 at any moment, every acknowledged change is there', async () => {
    const promised = new Map<number, boolean>();
    // Until enough was promised: a busy machine gets less done before the signal.
    for (let round = 0; round < 20 || (promised.size <= 1000 && round < 100); round++) {
      const child = spawn(process.execPath, [
        fileURLToPath(new URL('./child.js', import.meta.url)),
        directory,
      ]);
      let output = '';
      child.stdout.on('data', (text) => {
        if (output === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * 60);
        output += text;
      });
      await new Promise((resolve) => child.once('close', resolve));
      // What was announced after the last "ok" may be there or not, but only as a whole.
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

  describe('refuses, in one sentence and without touching the file,', () => {
    /** A sound store of 2,000 SAs, some deleted, so that there are free pages too. */
    async function fill(): Promise<void> {
      await withStore(async (store) => {
        for (let first = 1; first <= 2000; first += 100) {
          await store.commit({ put: sas(first, 100), remove: [first - 50, first - 51], nextId: first + 100 });
        }
      });
    }

    async function refused(expected: RegExp): Promise<void> {
      const before = sha256(data);
      await assert.rejects(SaStore.open(directory), (error: Error) => {
        assert.ok(error instanceof StoreRefusal, error.stack);
        assert.match(error.message, expected);
        assert.doesNotMatch(error.message, /\n/);
        assert.ok(error.message.includes(data), error.message);
        return true;
      });
      assert.equal(sha256(data), before);
    }

    const flip = (change: (file: Buffer) => void) => {
      const file = readFileSync(data);
      change(file);
      writeFileSync(data, file);
    };

    it('a file of another kind', async () => {
      mkdirSync(directory);
      for (const content of ['x', 'not a database\n'.repeat(10_000)]) {
        writeFileSync(data, content);
        await refused(/is no LMDB file.*; it was left as it is; move it away/);
      }
    });

    it('a truncated file, wherever it ends', async () => {
      await fill();
      const { length } = readFileSync(data);
      copyFileSync(data, `${data}.sound`);
      for (const size of [length - 1, length - 4096, Math.floor(length / 2), 8192, 4096, 100]) {
        copyFileSync(`${data}.sound`, data);
        truncateSync(data, size);
        await refused(/is truncated|is no LMDB file/);
      }
    });

    it('a byte changed in an SA', async () => {
      await fill();
      flip((file) => {
        const at = file.lastIndexOf('connection-1999');
        file[at + 3]! ^= 0x20;
      });
      // The same name stands in pages that were freed; only the live one matters, and it is the last commit's.
      await refused(/is damaged: the checksum of the record of SA 1999 is wrong/);
    });

    it("a byte changed in the head of the last commit's meta page", async () => {
      await fill();
      flip((file) => {
        const newest = file.readBigUInt64LE(152) > file.readBigUInt64LE(4096 + 152) ? 0 : 4096;
        file[newest + 152]! -= 2; // LMDB alone would silently go back to the commit before
      });
      await refused(/is damaged: a transaction and its data do not belong together/);
    });

    it('a page that is used and listed as free', async () => {
      await fill();
      flip((file) => {
        const newest = file.readBigUInt64LE(152) > file.readBigUInt64LE(4096 + 152) ? 0 : 4096;
        const freeRoot = Number(file.readBigUInt64LE(newest + 88)) * 4096;
        const mainRoot = file.readBigUInt64LE(newest + 136);
        const node = freeRoot + 24 + file.readUInt16LE(freeRoot + 24);
        const list = node + 8 + file.readUInt16LE(node + 6);
        const entries = Number(file.readBigInt64LE(list));
        file.writeBigUInt64LE(mainRoot, list + entries * 8);
      });
      await refused(/is damaged: page \d+ is used and listed as free/);
    });

    it("another program's LMDB", async () => {
      const foreign = open({ path: directory, noSubdir: false, overlappingSync: false });
      for (let i = 0; i < 10; i++) await foreign.put(i, `row ${i}`);
      await foreign.close();
      await refused(/is not a store of ipsec-relay, or its meta record is lost/);
    });

    it('a newer format', async () => {
      await fill();
      const environment = openEnvironment(directory, false);
      const meta = Buffer.from(JSON.stringify({ format: 'ipsec-relay-sad', version: 2 }));
      const crc = Buffer.alloc(4);
      crc.writeUInt32BE(crc32(meta));
      await environment.put('meta', Buffer.concat([crc, meta]));
      await environment.close();
      await refused(/has format version 2, but this ipsec-relayd reads version 1/);
    });

    it('records that do not add up to what the last commit left', async () => {
      await fill();
      const environment = openEnvironment(directory, false);
      await environment.remove(1000);
      await environment.close();
      await refused(/is damaged: 1962 SAs should be there, and 1961 were read/);
    });

    it('any single bit that matters, or else reads the same SAs and goes on committing', async () => {
      await fill();
      const sound = readFileSync(data);
      const expected = await everything();
      let refusals = 0;
      for (let round = 0; round < 25; round++) {
        const position = Math.floor(Math.random() * sound.length);
        const damaged = Buffer.from(sound);
        damaged[position]! ^= 1 << Math.floor(Math.random() * 8);
        writeFileSync(data, damaged);
        const outcome = await SaStore.open(directory).catch((error: Error) => error);
        if (outcome instanceof StoreRefusal) {
          assert.equal(Buffer.compare(readFileSync(data), damaged), 0);
          refusals++;
          continue;
        }
        assert.ok(outcome instanceof SaStore, `bit at ${position}: ${outcome}`);
        assert.deepEqual(outcome.all(), expected, `bit at ${position}`);
        for (let id = 2001; id <= 2040; id++) {
          await outcome.commit({ put: [exampleSa(id)], remove: [id - 2000], nextId: id + 1 });
        }
        await outcome.close();
        assert.equal((await everything()).length, expected.length);
      }
      assert.ok(refusals > 2, `only ${refusals} of 25 were refused`);
    }).timeout(60_000);
  });

  it('says so when the directory may not be used', async function () {
    if (process.getuid!() !== 0) this.skip();
    const script = `import(process.argv[1]).then(async ({ SaStore }) => {
      await SaStore.open(process.argv[2]).catch((error) => process.stdout.write(error.constructor.name + ': ' + error.message));
    })`;
    const module = new URL('../../src/store/store.js', import.meta.url).href;
    const words = [
      '--reuid',
      'nobody',
      '--clear-groups',
      process.execPath,
      '-e',
      script,
      module,
      '/root/sad',
    ];
    const answer = execFileSync('setpriv', words, { encoding: 'utf8' });
    assert.match(
      answer,
      /^StoreRefusal: the SA store \/root\/sad cannot be opened: EACCES: permission denied/,
    );
    writeFileSync(directory, 'a file');
    await assert.rejects(SaStore.open(directory), StoreRefusal);
  });
});
