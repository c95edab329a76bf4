import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Rig, until } from '../control/rig.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

interface Outcome {
  status: number | null;
  out: string;
  err: string;
}

describe('ipsec-relay', function () {
  this.timeout(120_000);
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(() => rig.end());

  function start(args: string[]) {
    return spawn(process.execPath, [MAIN, '--socket', rig.path, ...args]);
  }

  async function run(args: string[], input = ''): Promise<Outcome> {
    const child = start(args);
    child.stdin.end(input);
    const outcome: Outcome = { status: null, out: '', err: '' };
    child.stdout.on('data', (chunk) => {
      outcome.out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      outcome.err += chunk;
    });
    [outcome.status] = await once(child, 'close');
    return outcome;
  }

  /** Runs a command line written as one would. */
  const cli = (line: string, input?: string) => run(line.split(' '), input);

  const done = async (line: string, input?: string): Promise<string> => {
    const { status, out, err } = await cli(line, input);
    assert.deepEqual([status, err], [0, ''], line);
    return out;
  };

  /** Asserts the exit status and one sentence on standard error, and nothing else. */
  const fails = async (line: string, status: number, sentence: RegExp): Promise<void> => {
    const outcome = await cli(line);
    assert.equal(outcome.out, '', line);
    assert.match(outcome.err, /^ipsec-relay: [^\n]+\n$/, line);
    assert.match(outcome.err, sentence, line);
    assert.equal(outcome.status, status, line);
  };

  it('waits for a daemon that does not answer no longer than it is told', async () => {
    const silent = createServer(() => {}).listen(rig.path);
    await once(silent, 'listening');
    try {
      for (const command of ['status', 'monitor', 'stop', 'sa list']) {
        await fails(`--timeout 0.2 ${command}`, 1, /ipsec-relayd \(.*\) has not answered for 0\.2 s$/m);
      }
      await fails('--timeout soon status', 2, /--timeout: "soon" is no time: write seconds/);
    } finally {
      silent.close();
    }
  });

  it('lists, shows and deletes connections', async () => {
    await rig.listen();
    assert.equal(await done('connection list'), 'no connections\n');
    assert.equal(await done('--json connection list'), '{"connections":[]}\n');
    for (let id = 1; id <= 600; id++) {
      rig.handler.connections.push({
        id,
        name: `c${id}`,
        state: id % 2 === 1 ? 'idle' : 'established',
        firstLeg: { family: 4, encapsulation: 'esp', relayAddress: '198.18.9.9' },
        secondLeg: { family: 4, encapsulation: 'esp', relayAddress: '198.18.9.9', peerAddress: '198.18.2.2' },
        sas: [id],
        startedMs: 1,
      });
    }
    const lines = (await done('connection list')).split('\n');
    assert.deepEqual([lines.length, lines[601]], [603, '600 connections: 300 established, 300 idle']);
    assert.match(
      lines[600]!,
      /^600 {2}c600 {2}established {2}any {4}198\.18\.2\.2 {2}\d+d {2}0B {4}0B {2}never {6}-$/,
    );
    const { connections } = JSON.parse(await done('--json connection list --state idle'));
    assert.equal(connections.length, 300);
    assert.deepEqual(connections[1], JSON.parse(await done('--json connection show 3')));
    assert.equal(await done('connection delete 3'), '1 SA deleted\n');
    await fails('connection show 601', 1, /there is no connection 601/);
    await fails('connection show x', 2, /"x" is not the id of a connection/);
    await fails('connection list --state up', 2, /--state: "up" is no state of a connection/);
    await fails('connection', 2, /a command is missing: list, show or delete/);
  });

  it('adds, lists, shows and deletes', async () => {
    await rig.listen();
    const add = 'sa add --dst 198.18.9.9 --to 198.18.2.2';
    assert.equal(
      await done(`${add} --spi 0xaaaa0001 --to-spi 0x22220001 --name alice-up`),
      'SA 1  spi 0xaaaa0001  to-spi 0x22220001\n',
    );
    assert.equal(await done(`${add} --spi auto --to-spi same`), 'SA 2  spi 0xa0000002  to-spi 0xa0000002\n');
    assert.deepEqual(JSON.parse(await done(`--json ${add} --spi 256 --to-spi auto`)), {
      sas: [{ id: 3, spi: '0x00000100', to_spi: '0xb0000003', existed: false, replaced: false }],
    });
    assert.equal(
      await done(`${add} --spi 0xaaaa0001 --replace`),
      'SA 4  spi 0xaaaa0001  to-spi 0xaaaa0001  (replaced)\n',
    );
    assert.equal(rig.handler.calls.at(-1), 'addSas 1 replace');
    await done('sa delete 4');
    assert.match(
      await done('sa list'),
      /^alice\n {2}SA 1 {2}alice-up {2}edge\n.*\n\n\(no name\)\n {2}SA 2 /s,
    );
    const { sas } = JSON.parse(await done('sa list --json'));
    assert.deepEqual(
      sas.map(({ id }: { id: number }) => id),
      [1, 2, 3],
    );
    assert.deepEqual(sas[0], {
      id: 1,
      name: 'alice-up',
      proto: 'esp',
      mode: 'edge',
      hairpin: false,
      family: 4,
      to_family: 4,
      dst: '198.18.9.9',
      spi: '0xaaaa0001',
      src: null,
      encap: null,
      to: '198.18.2.2',
      to_spi: '0x22220001',
      to_src: '198.18.9.9',
      to_encap: null,
      origin: 'runtime',
      connection: null,
      added: '2026-01-02T03:04:05.000Z',
      lifetime: null,
      soft_lifetime: null,
      idle: null,
      soft_expires: null,
      expires: null,
      idle_since: null,
      packets: 0,
      bytes: 0,
      last_packet: null,
    });
    assert.deepEqual(JSON.parse(await done('sa show 1 --json')), sas[0]);
    assert.match(await done('sa show 1'), /^SA 1 {2}alice-up\n {2}mode {7}edge\n/);
    assert.equal(await done('sa delete --name alice-up'), '1 SA deleted\n');
    assert.equal(await done('sa delete 2'), '1 SA deleted\n');
    assert.deepEqual(JSON.parse(await done('sa flush --json')), { deleted: 1 });
    assert.equal(await done('sa list'), 'no SAs\n');
    assert.deepEqual(JSON.parse(await done('sa list --json')), { sas: [] });
  });

  it('says and shows families, encapsulations, AH and hairpin', async () => {
    await rig.listen();
    await done(
      'sa add --dst 198.18.9.9 --spi 0x1000 --src 198.18.1.1 --encap udp:1024 --to 2001:DB8:2::2 --to-src 2001:db8:9::9 --to-encap udp:4500:1025 --hairpin',
    );
    await done('sa add --dst 198.18.9.9 --spi 0x1001 --proto ah --to 198.18.2.2 --mode aware');
    await done(
      'sa add --dst 198.18.9.9 --spi 0x1002 --encap udp:any --to 198.18.2.2 --to-encap udp:same:same',
    );
    const { sas } = JSON.parse(await done('sa list --json'));
    const words = (sa: Record<string, unknown>) =>
      ['proto', 'mode', 'hairpin', 'family', 'to_family', 'encap', 'to_encap'].map((key) => sa[key]);
    assert.deepEqual(sas.map(words), [
      ['esp', 'edge', true, 4, 6, 'udp:1024', 'udp:4500:1025'],
      ['ah', 'aware', false, 4, 4, null, null],
      ['esp', 'edge', false, 4, 4, 'udp:any', 'udp:same:same'],
    ]);
    assert.match(
      await done('sa show 1'),
      /^ {2}match {6}udp {2}0x00001000 {2}198\.18\.1\.1:1024 -> 198\.18\.9\.9:4500$/m,
    );
    assert.match(await done('sa list'), /^ {2}SA 1 {2}edge {2}IPv4 to IPv6 {2}hairpin$/m);
    await fails('sa add --dst 198.18.9.9 --spi 0x1003 --hairpin=yes', 2, /hairpin/);
    await fails(
      'sa add --dst 198.18.9.9 --spi 0x1003 --to-encap udp:4500',
      2,
      /--to-encap: "udp:4500" is not an encap/,
    );
  });

  it('status, reload and stop', async () => {
    const server = await rig.listen();
    assert.match(await done('status'), /^ipsec-relayd 0\.1\.0 {2}relay, pid \d+, up /);
    assert.doesNotMatch(await done('status'), /ttl-expired/);
    assert.match(await done('status --verbose'), /ttl-expired +0/);
    const status = JSON.parse(await done('status --json'));
    assert.equal(status.started, '2026-01-02T03:04:05.000Z');
    assert.deepEqual(status.verdicts.forward, { packets: 1234567, bytes: 1234567890 });
    assert.deepEqual(status.originated, {
      fragment: { packets: 0, bytes: 0 },
      'icmp-error': { packets: 12_345_678, bytes: 691_357_968 },
      keepalive: { packets: 7, bytes: 203 },
    });
    assert.deepEqual(status.fragments, { datagrams: 1, bytes: 1480, limit: 4_194_304 });
    assert.deepEqual(status.spi_filter, { packets: 7, bytes: 644 });
    assert.deepEqual(status.fast_path, { links: ['eth0', 'eth1'], packets: 12, bytes: 1200 });
    assert.equal(await done('reload'), 'the configuration is unchanged\n');
    rig.handler.onStop = () => setTimeout(() => server.close(), 300);
    const started = performance.now();
    assert.equal(await done('stop'), 'ipsec-relayd has stopped\n');
    assert.ok(performance.now() - started >= 300);
    await fails('status', 1, /ipsec-relayd is not running \(no socket at \//);
  });

  it('tells usage errors in one sentence, with status 2 and without a daemon', async () => {
    const usage: [string, RegExp][] = [
      ['sa add --dts 198.18.9.9', /unknown option '--dts' \(did you mean --dst\?\)/],
      ['sa add --spi 0x100 --to 198.18.2.2', /--dst RELAYADDR is missing/],
      ['sa add --dst 198.18.9.9 --to 198.18.2.2', /--spi SPI\|auto is missing/],
      ['sa add --dst 198.18.9.9 --spi aaaa0001', /--spi: SPI "aaaa0001" lacks its 0x: write 0xaaaa0001/],
      ['sa add --dst 198.18.9.300 --spi 0x100', /--dst: "198\.18\.9\.300" is not an IP address/],
      ['sa add --spi', /option '--spi <SPI\|auto>' argument missing/],
      ['sa add --file x --spi 0x100', /--file stands alone/],
      ['sa add --file /nonexistent', /cannot read \/nonexistent \(ENOENT\)/],
      ['sa delete', /either an ID or --name NAME/],
      ['sa delete 1 --name x', /either an ID or --name NAME/],
      ['sa delete 1 2', /too many arguments/],
      ['sa show', /missing required argument 'ID'/],
      ['sa show one', /"one" is not the id of an SA/],
      ['sa lsit', /unknown command 'lsit' \(did you mean list\?\)/],
      ['sa', /a command is missing: add, list, show, delete or flush/],
      ['monitro', /unknown command 'monitro' \(did you mean monitor\?\)/],
      ['--josn status', /unknown option '--josn' \(did you mean --json\?\)/],
    ];
    await Promise.all(usage.map(([line, sentence]) => fails(line, 2, sentence)));
    const bare = await run([]);
    assert.deepEqual([bare.status, bare.out], [2, '']);
    assert.match(
      bare.err,
      /^ipsec-relay: a command is missing: status, endpoint, sa, connection, second, service, monitor, reload or stop .*\n$/,
    );
  });

  it('tells what the daemon refuses, with its status', async () => {
    await rig.listen();
    await fails('sa show 99', 1, /^ipsec-relay: there is no SA 99$/m);
    await fails('sa delete --name x', 1, /there is no SA named x/);
    await fails('sa add --dst 198.18.9.9 --spi 5 --to 198.18.2.2', 1, /SPI 5 is reserved/);
  });

  it('prints help and version to standard output, in 80 columns', async () => {
    assert.match(await done('--version'), /^\d+\.\d+\.\d+\n$/);
    for (const line of ['--help', 'sa --help', 'sa add --help', 'status -h']) {
      const help = await done(line);
      assert.match(help, /^Usage: ipsec-relay /);
      for (const row of help.split('\n')) assert.ok(row.length <= 80, row);
    }
  });

  it('adds 65,536 SAs from a file and from standard input', async () => {
    await rig.listen();
    const lines = Array.from(
      { length: 65_536 },
      (_, i) => `--dst 198.18.9.9 --spi ${256 + i} --to 198.18.2.2`,
    );
    const path = join(rig.directory, 'sas');
    writeFileSync(path, lines.join('\n'));
    assert.equal(await done(`sa add --file ${path}`), '65,536 SAs added\n');
    assert.equal(rig.handler.sas.size, 65_536);
    const { sas } = JSON.parse(await done('sa list --json'));
    assert.equal(sas.length, 65_536);
    const auto = '--dst 198.18.9.9 --spi auto --to 198.18.2.2';
    assert.match(await done('sa add --file -', auto), /^SA 65537 {2}spi 0xa0010001 .*\n1 SA added\n$/);
    const wrong = await cli('sa add --file -', `${auto}\n--dst 198.18.9.9 --spi 5`);
    assert.deepEqual(wrong, {
      status: 1,
      out: '',
      err: 'ipsec-relay: standard input:2: SPI 5 is reserved; use one from 256 (no SA of the file was added)\n',
    });
  });

  it('ends quietly when its reader has had enough', async () => {
    await rig.listen();
    await rig.handler.addSas(Array.from({ length: 20_000 }, (_, i) => ({ dst: '198.18.9.9', spi: 256 + i })));
    const script = `"$0" "$@" | head -n 1; exit "\${PIPESTATUS[0]}"`;
    const child = spawn('bash', ['-c', script, process.execPath, MAIN, '--socket', rig.path, 'sa', 'list']);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    const [status] = await once(child, 'close');
    assert.deepEqual([status, output], [0, '(no name)\n']);
  });

  it('says so when the output cannot be written', async () => {
    await rig.listen();
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [MAIN, '--socket', rig.path, 'status'], {
      stdio: ['ignore', full, 'pipe'],
    });
    let err = '';
    child.stderr!.on('data', (chunk) => {
      err += chunk;
    });
    const [status] = await once(child, 'close');
    assert.deepEqual([status, err], [1, 'ipsec-relay: cannot write to standard output (ENOSPC)\n']);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`monitor shows events until ${signal}, and ends with status 0`, async () => {
      await rig.listen();
      const child = start(['monitor']);
      let out = '';
      child.stdout.on('data', (chunk) => {
        out += chunk;
      });
      await until(() => rig.handler.listeners === 1, 'the subscription');
      rig.handler.emit({ timeMs: Date.now(), event: 'reloaded', message: 'nothing changed' });
      rig.handler.emit({ timeMs: Date.now(), event: 'sa-expired', message: 'SA 7' });
      await until(() => out.split('\n').length === 3, 'two lines');
      assert.match(
        out,
        /^\d\d:\d\d:\d\d\.\d{3} {2}reloaded {9}nothing changed\n\S+ {2}sa-expired {7}SA 7\n$/,
      );
      child.kill(signal);
      assert.deepEqual(await once(child, 'close'), [0, null]);
    });
  }

  it('monitor --json gives one document a line, and ends well when the daemon stops', async () => {
    const server = await rig.listen();
    const running = cli('monitor --json');
    await until(() => rig.handler.listeners === 1, 'the subscription');
    await rig.handler.addSas([{ dst: '198.18.9.9', spi: 0x1000, to: '198.18.2.2' }]);
    rig.handler.emit({ timeMs: 0, event: 'stopping', message: 'told to' });
    await server.close();
    const { status, out } = await running;
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ event, sa }) => [event, sa?.spi ?? null]),
      [
        ['sa-added', '0x00001000'],
        ['stopping', null],
      ],
    );
    assert.equal(status, 0);
  });

  it('monitor fails when the daemon goes without a word', async () => {
    const server = await rig.listen();
    const running = cli('monitor');
    await until(() => rig.handler.listeners === 1, 'the subscription');
    await server.close();
    const { status, err } = await running;
    assert.equal(status, 1);
    assert.match(err, /^ipsec-relay: ipsec-relayd closed the connection: /);
  });
});
