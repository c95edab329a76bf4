/** ARCHITECTURE.md draws which room may import which; biome.json enforces it, and src/ keeps to it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';

const CHECKOUT = resolve(import.meta.dirname, '../../..');

interface BiomeOverride {
  readonly includes: readonly string[];
  readonly linter: {
    readonly rules: {
      readonly style: {
        readonly noRestrictedImports: {
          readonly level: string;
          readonly options: { readonly patterns: readonly [{ readonly group: readonly string[] }] };
        };
      };
    };
  };
}

/** Room to the rooms that it may import, by the table of ARCHITECTURE.md. */
function drawn(): Map<string, string[]> {
  const page = readFileSync(join(CHECKOUT, 'ARCHITECTURE.md'), 'utf8');
  const rows = page.matchAll(/^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$/gm);
  const words = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word!);
  return new Map([...rows].map(([, room, cell]) => [room!, words(cell!).sort()]));
}

/** The same by the rules of biome.json, which name the forbidden rooms. */
function enforced(rooms: readonly string[]): Map<string, string[]> {
  const { overrides } = JSON.parse(readFileSync(join(CHECKOUT, 'biome.json'), 'utf8')) as {
    overrides: readonly BiomeOverride[];
  };
  return new Map(
    overrides.map(({ includes, linter }) => {
      const room = /^src\/(\w+)\/\*\*$/.exec(includes[0]!)![1]!;
      const rule = linter.rules.style.noRestrictedImports;
      assert.equal(rule.level, 'error', room);
      const forbidden = rule.options.patterns[0].group.map((glob) => /^\*\*\/(\w+)\/\*\*$/.exec(glob)![1]!);
      return [room, rooms.filter((other) => other !== room && !forbidden.includes(other)).sort()];
    }),
  );
}

/** Each file below src/ with the files that it imports, types included. */
function imports(): Map<string, string[]> {
  const files = readdirSync(join(CHECKOUT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.d)\.ts$/.test(file),
  );
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(CHECKOUT, 'src', file), 'utf8');
      const paths = [
        ...text.matchAll(/^(?:import|export|\}) [^'";]*from '(\.[^']+)\.js';/gm),
        ...text.matchAll(/\bimport\('(\.[^']+)\.js'\)/g),
      ];
      return [file, paths.map(([, path]) => `${normalize(join(dirname(file), path!))}.ts`)];
    }),
  );
}

describe('documents: ARCHITECTURE.md', () => {
  const rooms = readdirSync(join(CHECKOUT, 'src'));

  it('has a row for each room', () => {
    assert.deepEqual([...drawn().keys()].sort(), rooms.sort());
  });

  it('draws the arrows that Biome enforces', () => {
    assert.deepEqual(enforced(rooms), new Map(rooms.map((room) => [room, drawn().get(room)!])));
  });

  it('is what the imports keep to', () => {
    const strays = [...imports()].flatMap(([file, imported]) =>
      imported
        .map((other) => [file.split('/')[0]!, other.split('/')[0]!] as const)
        .filter(([room, other]) => room !== other && !drawn().get(room)!.includes(other))
        .map(([, other]) => `${file} imports ${other}`),
    );
    assert.deepEqual(strays, []);
  });

  it('draws no arrow that no import follows', () => {
    const followed = new Set(
      [...imports()].flatMap(([file, imported]) =>
        imported.map((other) => `${file.split('/')[0]} → ${other.split('/')[0]}`),
      ),
    );
    const arrows = [...drawn()].flatMap(([room, others]) => others.map((other) => `${room} → ${other}`));
    assert.deepEqual(
      arrows.filter((arrow) => !followed.has(arrow)),
      [],
    );
  });

  it('has no circle of files, not even of types', () => {
    const graph = imports();
    const circles: string[] = [];
    const finished = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      const start = path.indexOf(file);
      if (start >= 0) circles.push([...path.slice(start), file].join(' → '));
      if (start >= 0 || finished.has(file)) return;
      for (const other of graph.get(file) ?? []) visit(other, [...path, file]);
      finished.add(file);
    };
    for (const file of graph.keys()) visit(file, []);
    assert.deepEqual(circles, []);
  });
});
