/** RFC-COMPLIANCE.md names tests: each of them must exist, or the page claims more than is tested. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const CHECKOUT = resolve(import.meta.dirname, '../../..');
const TESTS = join(CHECKOUT, 'dist/test');

/** A file below test/, or a title in quotes, which belongs to the file before it. */
const NAME = /\b([a-z]+(?:\/[a-z0-9-]+)+)\b|"([^"]+)"/g;

interface Listed {
  readonly file: string;
  readonly fullTitle: string;
}

/** Full titles of all tests by their file, as mocha lists them without running any. */
function listTests(): Map<string, string[]> {
  const mocha = join(CHECKOUT, 'node_modules/mocha/bin/mocha.js');
  const words = [mocha, '--dry-run', '--reporter', 'json', join(TESTS, '**/*.test.js')];
  // The inner run must not add to this run's own totals (.ci/run).
  const { TEST_REPORT: _, ...env } = process.env;
  const output = execFileSync(process.execPath, words, { cwd: CHECKOUT, env, maxBuffer: 64 << 20 });
  const { tests } = JSON.parse(output.toString()) as { tests: readonly Listed[] };
  const byFile = new Map<string, string[]>();
  for (const { file, fullTitle } of tests) {
    const name = relative(TESTS, file).replace(/\.test\.js$/, '');
    byFile.set(name, [...(byFile.get(name) ?? []), fullTitle]);
  }
  return byFile;
}

/** File and title of each test that the page names; a file alone has no title. */
function namedTests(): [file: string, title: string | undefined][] {
  const page = readFileSync(join(CHECKOUT, 'RFC-COMPLIANCE.md'), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| .* \| .* \| .* \| .* \|$/.test(line));
  return rows.flatMap((row) => {
    const names: [string, string | undefined][] = [];
    let file = '';
    for (const [, path, title] of row.split(' | ').at(-1)!.matchAll(NAME)) {
      if (path !== undefined) file = path;
      names.push([file, title]);
    }
    return names;
  });
}

describe('documents: RFC-COMPLIANCE.md', function () {
  this.timeout(120_000);
  let tests: Map<string, string[]>;
  before(() => {
    tests = listTests();
  });

  it('names more than a hundred tests, and each is there', () => {
    const named = namedTests();
    assert.ok(named.length > 100, `${named.length} named`);
    const missing = named.filter(([file, title]) => {
      const titles = tests.get(file);
      return titles === undefined || (title !== undefined && !titles.some((full) => full.includes(title)));
    });
    assert.deepEqual(missing, []);
  });
});
