/** The version that the plain path is held against, built beside this checkout. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** The last commit before legs, connections and the straight way. */
export const BASELINE = 'fbcba81';

/** The files that the plain path is built from. */
const NEEDED = 'src bench test package.json tsconfig.json';

/** @param root this checkout @returns the built version's directory, or why there is none, in one sentence */
export function buildBaseline(root: string): { directory: string } | { missing: string } {
  const run = (command: string, ...words: string[]) =>
    spawnSync(command, words, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run('git', 'cat-file', '-e', `${BASELINE}^{commit}`).status !== 0) {
    return {
      missing: `This checkout's history has no commit ${BASELINE}, so there is nothing to compare with.`,
    };
  }
  const directory = join(root, 'run', `bench-${BASELINE}`);
  if (existsSync(join(directory, 'built'))) return { directory };
  mkdirSync(directory, { recursive: true });
  // Not a worktree, which would have to be taken back; and without biome.json, which Biome would find.
  const archive = `git archive ${BASELINE} ${NEEDED} | tar -x -C "$0"`;
  const unpacking = run('sh', '-c', archive, directory);
  if (unpacking.status !== 0)
    return { missing: `${BASELINE} could not be unpacked: ${unpacking.stderr.trim()}` };
  if (!existsSync(join(directory, 'node_modules'))) {
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  }
  const build = run(join(root, 'node_modules/.bin/tsc'), '-p', directory);
  if (build.status !== 0) return { missing: `${BASELINE} could not be built: ${build.stdout.trim()}` };
  const generated = 'src/control/generated/control.js';
  cpSync(join(directory, generated), join(directory, 'dist', generated));
  mkdirSync(join(directory, 'built'));
  return { directory };
}
