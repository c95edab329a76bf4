/** Dead code shows as an export that no other file imports. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CHECKOUT = resolve(import.meta.dirname, '../../..');

/** Each TypeScript file of the folders but the generated ones, with its text. */
function sources(...folders: readonly string[]): Map<string, string> {
  const files = folders.flatMap((folder) =>
    readdirSync(join(CHECKOUT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(folder, file),
    ),
  );
  const ours = files.filter((file) => file.endsWith('.ts') && !file.includes('/generated/'));
  return new Map(ours.map((file) => [file, readFileSync(join(CHECKOUT, file), 'utf8')]));
}

/** The values that a file exports; a type may be exported for the signature that it stands in. */
function exportedValues(text: string): string[] {
  const single = text.matchAll(/^export (?:async |abstract )*(?:function\*?|class|const|let) (\w+)/gm);
  const lists = text.matchAll(/^export (?:const )?\{([^}]*)\}/gm);
  return [
    ...[...single].map(([, name]) => name!),
    ...[...lists].flatMap(([, names]) => names!.split(',').map((name) => name.trim().split(' as ').at(-1)!)),
  ].filter((name) => name !== '' && !name.startsWith('type '));
}

describe('documents: exports', () => {
  it('each has a file that imports it', () => {
    const words = [...sources('src', 'test', 'bench')].map(
      ([file, text]) => [file, new Set(text.match(/\w+/g))] as const,
    );
    const unused = [...sources('src')].flatMap(([file, text]) =>
      exportedValues(text)
        .filter((name) => !words.some(([other, has]) => other !== file && has.has(name)))
        .map((name) => `${file}: ${name}`),
    );
    assert.deepEqual(unused, []);
  });
});
