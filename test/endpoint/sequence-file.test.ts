import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { fingerprint, SequenceFile, SequenceFileError } from '../../src/endpoint/sequence-file.js';

const KEY = new Uint8Array(20).fill(7);

describe('endpoint/sequence-file', () => {
  let directory: string;
  const path = () => join(directory, `${fingerprint(KEY)}.sequence`);
  const open = () => SequenceFile.open(directory, KEY);
  beforeEach(() => {
    directory = join(mkdtempSync(join(tmpdir(), 'ipsec-relay-test-')), 'endpoint');
  });
  afterEach(() => rmSync(join(directory, '..'), { recursive: true }));

  /** The number that the next run finds. */
  function reopened(): number {
    const file = open();
    const { number } = file;
    file.close();
    return number;
  }

  it('begins at 0, and holds what was written last', () => {
    const file = open();
    assert.equal(file.number, 0);
    for (const number of [1, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]) {
      file.write(number);
      file.sync();
      assert.equal(file.number, number);
      assert.equal(reopened(), number);
    }
    file.close();
  });

  it('is its owner’s alone, and tells nothing of the key', () => {
    open().close();
    assert.equal(statSync(path()).mode & 0o777, 0o600);
    assert.equal(statSync(directory).mode & 0o777, 0o700);
    const [name] = readdirSync(directory);
    assert.doesNotMatch(name!, /0707/);
    assert.equal(fingerprint(KEY), fingerprint(Uint8Array.from(KEY)));
    assert.notEqual(fingerprint(KEY), fingerprint(new Uint8Array(20).fill(8)));
  });

  it('goes on after a write that was torn at any byte: with the number before or the new one, never a lower one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 2 ** 40 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 12 }),
        (steps, torn) => {
          rmSync(directory, { recursive: true, force: true });
          const file = open();
          let number = 0;
          for (const step of steps) {
            number += step;
            file.write(number);
          }
          const before = readFileSync(path());
          file.write(number + 1000);
          file.close();
          const after = readFileSync(path());
          const at = [...after].findIndex((byte, i) => byte !== before[i]);
          const record = at < 512 ? 0 : 512;
          // The first bytes of the new record, the rest as it was.
          const half = Buffer.alloc(Math.max(before.length, record + torn));
          before.copy(half);
          after.copy(half, record, record, record + torn);
          writeFileSync(path(), half);
          const found = reopened();
          assert.ok(found === number || found === number + 1000, `${found} after ${number}, torn at ${torn}`);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses a file without a whole record, and says what to do', () => {
    open().close();
    for (const content of [Buffer.alloc(1024), Buffer.from('rubbish'), Buffer.alloc(600, 0xff)]) {
      writeFileSync(path(), content);
      assert.throws(open, (error: Error) => {
        assert.ok(error instanceof SequenceFileError);
        assert.match(error.message, /is damaged.*remove it, and give the SA a new key$/);
        return true;
      });
    }
  });

  it('takes an empty file for new: a number is on it before it is used', () => {
    open().close();
    assert.equal(reopened(), 0);
  });

  it('can be set back, in both records', () => {
    const file = open();
    file.write(70_000);
    file.write(140_000);
    file.rewrite(70_010);
    file.close();
    assert.equal(reopened(), 70_010);
  });
});
