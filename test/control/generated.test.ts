import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('src/control/generated', () => {
  it('is what `make proto` makes of control.proto', function () {
    this.timeout(60_000);
    const fresh = mkdtempSync(join(tmpdir(), 'ipsec-relay-proto-'));
    try {
      execFileSync('make', ['-s', 'proto', `PROTO_OUT=${fresh}`], { cwd: root, stdio: 'pipe' });
      const committed = join(root, 'src/control/generated');
      assert.deepEqual(readdirSync(fresh).sort(), readdirSync(committed).sort());
      for (const name of readdirSync(fresh)) {
        const same = readFileSync(join(fresh, name), 'utf8') === readFileSync(join(committed, name), 'utf8');
        assert.ok(same, `${name} is stale: run \`make proto\` and commit src/control/generated`);
      }
    } finally {
      rmSync(fresh, { recursive: true });
    }
  });
});
