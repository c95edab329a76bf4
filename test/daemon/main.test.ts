/** The daemon's command line, as a person uses it, up to the point where it would touch the host. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/daemon/main.js', import.meta.url));
const RELAY = '[relay]\naddresses = ["198.18.9.9"]\n';

describe('ipsec-relayd', () => {
  let directory: string;
  let path: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'ipsec-relayd-'));
    path = join(directory, 'relay.toml');
  });
  after(() => rmSync(directory, { recursive: true }));

  function run(...words: string[]): [status: number | null, out: string, err: string] {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8' });
    return [status, stdout, stderr];
  }

  it('tells usage errors in one sentence, with status 2', () => {
    const usage: [word: string, sentence: string][] = [
      ['--confg', "unknown option '--confg' (did you mean --config?)"],
      ['--config', "option '--config <FILE>' argument missing (see ipsec-relayd --help)"],
      ['relay.toml', 'a word stands alone on the command line; name the configuration with --config FILE'],
    ];
    for (const [word, sentence] of usage) assert.deepEqual(run(word), [2, '', `ipsec-relayd: ${sentence}\n`]);
  });

  it('prints help and version to standard output, in 80 columns', () => {
    for (const word of ['--help', '--version']) {
      const [status, out, err] = run(word);
      assert.deepEqual([status, err], [0, '']);
      for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
    }
  });

  it('--check says that a configuration is valid', () => {
    writeFileSync(path, RELAY);
    assert.deepEqual(run('--config', path, '--check'), [0, `${path} is valid\n`, '']);
  });

  it('--check says what a valid configuration leaves without use', () => {
    const second = (name: string, more = '') =>
      `[[second]]\nname = "${name}"\naddresses = ["198.18.2.2"]\n${more}`;
    writeFileSync(
      path,
      `${RELAY}${second('gw1', 'weight = 0\n')}${second('gw2')}[[service]]\nname = "vpn"\naddresses = ["198.18.9.9"]\nseconds = ["gw1"]\n`,
    );
    assert.deepEqual(run('--config', path, '--check'), [
      0,
      `${path} is valid
[[second]] "gw2": no service leads to it; name it in "seconds" of a [[service]]
[[service]] "vpn": all of its seconds have weight 0, so it refuses every first
`,
      '',
    ]);
  });

  it('--check gives each problem a sentence, with status 1', () => {
    writeFileSync(path, '[relay]\nadresses = ["198.18.9.9"]\nworkers = 0\n');
    assert.deepEqual(run('--config', path, '--check'), [
      1,
      '',
      'ipsec-relayd: relay.toml: [relay] workers: 0 is out of range; use 1-256\n' +
        'ipsec-relayd: relay.toml: [relay] adresses: unknown key; the nearest known key is "addresses"\n',
    ]);
  });

  it('--check knows every kind of SA, with the defaults that hang on the relay addresses', () => {
    const sa = (...words: string[]) => `[[sa]]\n${words.join('\n')}\n`;
    const relay = '[relay]\naddresses = ["198.18.9.9", "2001:db8:9::9", "2001:db8:10::/64"]\n';
    const edge = '[edge]\nrelays = ["198.18.9.9"]\naddresses = ["198.18.1.1"]\nseconds = ["198.18.2.2"]\n';
    const valid = [
      relay +
        sa('dst = "198.18.9.9"', 'spi = 256', 'to = "2001:db8:2::2"', 'encap = "udp:any"') +
        sa('dst = "2001:db8:9::9"', 'spi = 256', 'to = "198.18.2.2"', 'to-encap = "udp:4500:4500"') +
        sa('dst = "198.18.9.9"', 'spi = 256', 'to = "198.18.2.2"', 'proto = "ah"') +
        sa('dst = "198.18.9.9"', 'spi = 257', 'to = "198.18.9.9"', 'to-spi = 258', 'hairpin = true'),
      edge +
        sa('dst = "198.18.2.2"', 'spi = 256', 'to = "198.18.9.9"', 'to-src = "198.18.1.1"', 'proto = "ah"') +
        sa('dst = "198.18.1.1"', 'spi = 257', 'to = "198.18.9.9"', 'to-src = "198.18.2.2"', 'proto = "ah"') +
        sa('dst = "198.18.9.9"', 'spi = 258', 'encap = "udp:4500"', 'to-spi = 259'),
    ];
    for (const text of valid) {
      writeFileSync(path, text);
      assert.deepEqual(run('--config', path, '--check'), [0, `${path} is valid\n`, '']);
    }
    writeFileSync(path, RELAY + sa('dst = "198.18.9.9"', 'spi = 256', 'to = "2001:db8:2::2"'));
    assert.deepEqual(run('--config', path, '--check'), [
      1,
      '',
      `ipsec-relayd: ${path}: [[sa]] number 1: to-src: the packets leave over IPv6, and the relay has no IPv6 address to send from; add one to [relay] addresses\n`,
    ]);
  });

  it('--check also asks the SAD', () => {
    writeFileSync(path, `${RELAY}[[sa]]\ndst = "198.18.9.9"\nspi = 255\nto = "198.18.2.2"\n`);
    const [status, out, err] = run('--config', path, '--check');
    assert.deepEqual([status, out], [1, '']);
    assert.match(err, /^ipsec-relayd: .*relay\.toml: \[\[sa\]\] number 1: spi: SPI 255 is reserved .*\n$/);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`told by ${signal} to stop while it starts, it leaves nothing behind`, async function () {
      if (process.getuid!() !== 0) this.skip();
      const journal = join(directory, 'state/host.json');
      writeFileSync(
        path,
        `${RELAY}[control]\nsocket = "${directory}/s"\n[state]\ndirectory = "${directory}/state"\n`,
      );
      const child = spawn('unshare', ['-n', process.execPath, MAIN, '--config', path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let log = '';
      child.stdout.on('data', (data) => {
        log += data;
      });
      const ended = once(child, 'close');
      while (!existsSync(journal) && child.exitCode === null) await sleep(1);
      assert.doesNotMatch(log, /"ready"/);
      child.kill(signal);
      assert.deepEqual(await ended, [0, null], log);
      assert.match(log, /undid net\.ipv4\.ip_forward = 1.*\n(.*\n)*.*"stopped"/);
      assert.equal(existsSync(journal), false);
    });
  }
});
