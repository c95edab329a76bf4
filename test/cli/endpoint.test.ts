import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

describe('ipsec-relay endpoint', function () {
  this.timeout(60_000);
  let directory: string;
  const file = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  const run = (...words: string[]) => spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8' });
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'ipsec-relay-test-'));
  });
  after(() => rmSync(directory, { recursive: true }));

  const configuration = (keys: string) => `[endpoint]
keys = "${keys}"
[[sa]]
name = "up"
direction = "out"
local = "198.18.1.1"
peer = "198.18.9.9"
spi = "0xaaaa0001"
algorithm = "aes-128-gcm"
local-net = ["10.1.0.0/24"]
remote-net = ["10.2.0.0/24"]
`;

  it('checks a configuration with its keys, and passes on what the daemon says, with its exit status', () => {
    const keys = file('keys', `up ${'11'.repeat(20)}\n`);
    const good = file('good.toml', configuration(keys));
    const checked = run('endpoint', '--config', good, '--check');
    assert.deepEqual([checked.status, checked.stdout, checked.stderr], [0, `${good} is valid\n`, '']);
    const short = file('short', `up ${'11'.repeat(16)}\n`);
    const refused = run('endpoint', '--config', file('bad.toml', configuration(short)), '--check');
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /^ipsec-relayd: .*"up" has 16 bytes; aes-128-gcm takes 20[^\n]*\n$/);
    assert.doesNotMatch(refused.stderr, /1111/);
  });

  it('refuses the configuration of a relay, and a command line without one', () => {
    const relay = file('relay.toml', '[relay]\naddresses = ["198.18.9.9"]\n');
    const refused = run('endpoint', '--config', relay);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /^ipsec-relayd: .*: it has \[relay\], and this is for \[endpoint\]\n$/);
    const usage = run('endpoint');
    assert.equal(usage.status, 2);
    assert.match(usage.stderr, /^ipsec-relay: required option '--config <FILE>' not specified/);
  });
});
