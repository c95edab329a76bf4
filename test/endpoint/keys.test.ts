import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyFileError, loadKeys, parseKeys } from '../../src/endpoint/keys.js';

const KEY = '00112233445566778899aabbccddeeff01020304';

describe('endpoint/keys', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ipsec-relay-test-'));
    path = join(directory, 'keys');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** One sentence, that matches, and tells nothing of a key. */
  const refuses = (action: () => unknown, sentence: RegExp) =>
    assert.throws(action, (error: Error) => {
      assert.ok(error instanceof KeyFileError, String(error));
      assert.match(error.message, sentence);
      assert.doesNotMatch(error.message, /00112233|\n/);
      return true;
    });

  it('reads names and keys, with comments, blanks and 0x', () => {
    const keys = parseKeys(
      `# of alice\n\nalice-up ${KEY} # and more\n  alice-down\t0x${KEY.toUpperCase()}\n`,
      path,
    );
    assert.deepEqual([...keys.keys()], ['alice-up', 'alice-down']);
    for (const key of keys.values()) assert.equal(Buffer.from(key).toString('hex'), KEY);
  });

  it('refuses a file that others may use, or that is none', () => {
    writeFileSync(path, `a ${KEY}\n`, { mode: 0o600 });
    assert.equal(loadKeys(path).size, 1);
    for (const mode of [0o640, 0o604, 0o620, 0o601, 0o660, 0o777]) {
      chmodSync(path, mode);
      refuses(
        () => loadKeys(path),
        /others may use the keys \(mode 0\d{3}\); protect the file \(chmod 0600 /,
      );
    }
    chmodSync(path, 0o400);
    assert.equal(loadKeys(path).size, 1);
    refuses(() => loadKeys(join(directory, 'missing')), /no such file; write it/);
    refuses(() => loadKeys(directory), /it is a directory; name a file$/);
    chownSync(path, 12_345, 0);
    refuses(() => loadKeys(path), /belongs to user 12345; it must belong to root/);
  });

  it('refuses lines that are no key, without telling what is there', () => {
    for (const [text, sentence] of [
      [`${KEY}\n`, /keys:1: a line is NAME HEX/],
      [`a ${KEY} ${KEY}\n`, /keys:1: a line is NAME HEX/],
      [`ok ${KEY}\n${KEY} alice\n`, /keys:2: the key is not hexadecimal/],
      [`a ${KEY}0\n`, /keys:1: the key is not hexadecimal, two digits a byte/],
      [`a ${KEY}\na ${KEY}\n`, /keys:2: a key of this name is there already/],
    ] as const) {
      refuses(() => parseKeys(text, path), sentence);
    }
  });
});
