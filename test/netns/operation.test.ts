import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './command.js';
import { Daemon, type DaemonOptions, RELAY_UP, tearDown } from './daemon.js';
import { hostState } from './host-state.js';
import { NamespacePlace } from './place.js';
import { CHECKOUT, RELAY, RELAY6, SECOND, Topology } from './topology.js';

/** Node cannot receive Unix datagrams: python3 prints each as a JSON line. */
const NOTIFY_RECEIVER = `
import json, socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print("bound", flush=True)
while True: print(json.dumps(receiver.recv(4096).decode()), flush=True)
`;

describe('netns: operation', function () {
  this.timeout(30_000);
  let topology: Topology;
  let place: NamespacePlace;
  let untouched: string;
  /** For daemons beside the first one. */
  let elsewhere: string;
  let relay: Daemon;

  before(async () => {
    topology = await Topology.alone();
    place = new NamespacePlace(topology, 'relay');
    untouched = await hostState(topology, 'relay');
  });
  after(() => tearDown(topology));
  beforeEach(async () => {
    elsewhere = mkdtempSync(join(tmpdir(), 'ipsec-relay-netns-'));
    relay = await Daemon.start(place, { role: 'relay' });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.error(relay.log);
    if (relay.running) await relay.stop('TERM');
    rmSync(elsewhere, { recursive: true });
    assert.equal(await hostState(topology, 'relay'), untouched, 'what the daemon left behind');
  });

  /** A daemon that shares nothing with the first, except by these options. */
  const another = (options: Partial<DaemonOptions>, device = 'iprelay1') =>
    new Daemon(place, {
      role: 'relay',
      addresses: ['198.18.9.77'],
      sas: [],
      more: `interface = "${device}"`,
      socket: join(elsewhere, 'control.sock'),
      stateDirectory: join(elsewhere, 'state'),
      ...options,
    });

  /** It says why in one line, and ends with 1. */
  async function assertRefused(daemon: Daemon, sentence: RegExp, ...prefix: string[]): Promise<void> {
    const { status, stderr, stdout } = await daemon.attempt(...prefix);
    assert.equal(status, 1, stdout + stderr);
    assert.match(stderr, sentence);
    assert.match(stderr, /^ipsec-relayd: [^\n]+\n$/, 'one sentence');
  }

  async function assertUnharmed(before: string): Promise<void> {
    assert.equal(await hostState(topology, 'relay'), before);
    const { pid, sas } = await relay.status();
    assert.deepEqual({ pid, sas }, { pid: relay.pid, sas: 2 });
  }

  it('tells of packets in its log at level trace, from a reload on until the next', async () => {
    const address = ['192.0.2.1/32', 'dev', 'lo'];
    await topology.exec('relay', 'ip', 'address', 'add', ...address);
    const ping = () => place.run(['ping', '-c', '1', '-W', '5', '-I', '192.0.2.1', RELAY]);
    const traced = () =>
      relay.log
        .split('\n')
        .filter((line) => line.includes('"level":"trace"'))
        .map((line) => JSON.parse(line) as { worker: number; msg: string });
    assert.equal((await ping()).status, 0);
    relay.configure({ role: 'relay', more: '[log]\nlevel = "trace"' });
    await relay.cli('reload');
    assert.equal((await ping()).status, 0);
    await eventually(
      'a line',
      () => traced().length > 0,
      () => relay.log,
    );
    const [line] = traced().filter(({ msg }) => msg.includes('echo'));
    assert.equal(line!.worker, 0);
    assert.match(
      line!.msg,
      /^(\S+) > 198\.18\.9\.9 ICMP type 8 code 0, 84 bytes: echo 198\.18\.9\.9 > \1 ICMP type 0 code 0, 84 bytes$/,
    );
    relay.configure({ role: 'relay' });
    await relay.cli('reload');
    const before = traced().length;
    assert.equal((await ping()).status, 0);
    assert.equal(traced().length, before);
    await topology.exec('relay', 'ip', 'address', 'delete', ...address);
  });

  describe('a second daemon is refused, and the first unharmed:', () => {
    let before: string;
    beforeEach(async () => {
      before = await hostState(topology, 'relay');
    });
    afterEach(() => assertUnharmed(before));

    it('on its state directory', () =>
      assertRefused(
        another({ stateDirectory: relay.stateDirectory }),
        new RegExp(
          `another ipsec-relayd \\(pid ${relay.pid}\\) uses the state directory ${relay.stateDirectory};`,
        ),
      ));

    it('on its socket', () =>
      assertRefused(
        another({ socket: relay.socket }),
        new RegExp(`another ipsec-relayd \\(pid ${relay.pid}\\) answers on ${relay.socket};`),
      ));

    it('on its TUN device', () =>
      assertRefused(
        another({}, 'iprelay0'),
        new RegExp(`interface iprelay0 is in use by process ${relay.pid} `),
      ));

    it('on its relay address', () =>
      assertRefused(
        another({ addresses: [RELAY] }),
        /a route to 198\.18\.9\.9\/32 exists already via iprelay0/,
      ));

    it('but beside it, with all its own, it runs', async () => {
      const second = another({});
      await second.start();
      assert.equal((await second.status()).sas, 0);
      assert.equal(await second.stop(), 0);
    });
  });

  it('hears nothing of what a kernel that forwards IPv6 says on other new devices', async () => {
    const forwarding = (value: 0 | 1) =>
      topology.exec('relay', 'sysctl', '-qw', `net.ipv6.conf.all.forwarding=${value}`);
    await forwarding(1);
    const second = another({ addresses: [RELAY6] });
    try {
      await second.start();
      await sleep(3000); // two reports of groups, each within a second (RFC 3810 §9.11)
      assert.deepEqual(await second.verdicts(), {});
      assert.equal(await second.stop(), 0);
    } finally {
      await forwarding(0);
    }
  });

  describe('what someone else takes away is put back within a second and logged:', () => {
    const state = async () => {
      const link = await topology.exec('relay', 'ip', 'link', 'show', 'dev', 'iprelay0');
      const route = await topology.exec('relay', 'ip', 'route', 'show', '198.18.9.9');
      const forwards = await topology.exec('relay', 'sysctl', '-n', 'net.ipv4.ip_forward');
      return { isUp: /<[^>]*\bUP\b/.test(link), route: route.trim(), forwards: forwards.trim() };
    };
    const whole = { isUp: true, route: '198.18.9.9 dev iprelay0 scope link', forwards: '1' };
    const damages: [string, RegExp, string[][]][] = [
      ['its route', /put back route 198\.18\.9\.9\/32/, [['ip', 'route', 'del', '198.18.9.9/32']]],
      ['its device, set down', /put back link iprelay0 up/, [['ip', 'link', 'set', 'iprelay0', 'down']]],
      [
        'its device, set down and up',
        /put back route 198\.18\.9\.9\/32/,
        [
          ['ip', 'link', 'set', 'iprelay0', 'down'],
          ['ip', 'link', 'set', 'iprelay0', 'up'],
        ],
      ],
      ['forwarding', /put back net\.ipv4\.ip_forward = 1/, [['sysctl', '-qw', 'net.ipv4.ip_forward=0']]],
    ];
    for (const [what, told, commands] of damages) {
      it(what, async () => {
        assert.deepEqual(await state(), whole);
        for (const command of commands) await topology.exec('relay', ...command);
        await eventually(
          'the repair',
          async () => JSON.stringify(await state()) === JSON.stringify(whole),
          () => relay.log,
        );
        await eventually(
          'the line in the log',
          async () => told.test(relay.log),
          () => relay.log,
        );
        await relay.cli('reload');
        assert.deepEqual(await state(), whole);
        assert.equal(await relay.stop(), 0);
      });
    }

    it('forwarding, which another daemon of ours sets back as it stops', async () => {
      const second = another({});
      await second.start();
      assert.equal(await relay.stop(), 0);
      await eventually('forwarding', async () => {
        const value = await topology.exec('relay', 'sysctl', '-n', 'net.ipv4.ip_forward');
        return value.trim() === '1' && /put back net\.ipv4\.ip_forward = 1/.test(second.log);
      });
      assert.equal(await second.stop(), 0);
      const after = await topology.exec('relay', 'sysctl', '-n', 'net.ipv4.ip_forward');
      assert.equal(after.trim(), '0');
    });
  });

  it('takes over the socket that a killed daemon left', async () => {
    await relay.stop('KILL');
    assert.ok(existsSync(relay.socket));
    await relay.start();
    assert.equal((await relay.status()).pid, relay.pid);
  });

  for (const signal of ['TERM', 'INT'] as const) {
    it(`ends with 0 on SIG${signal}, and removes its socket`, async () => {
      assert.equal(await relay.stop(signal), 0);
      assert.ok(!existsSync(relay.socket));
      assert.match(relay.log, /"msg":"stopped"/);
    });
  }

  it('ends with 1 and a sentence when its device is removed', async () => {
    await topology.exec('relay', 'ip', 'link', 'del', 'iprelay0');
    const ended = relay.ended;
    await eventually(
      'the end of the daemon',
      async () => (await Promise.race([ended, false])) !== false,
      () => relay.log,
    );
    assert.equal(await relay.stop(), 1);
    assert.match(relay.log, /"level":"fatal".*worker 0 stopped: its TUN device is gone; someone removed it/);
    assert.ok(!existsSync(relay.socket));
  });

  it('without /dev/net/tun', () =>
    assertRefused(
      another({}),
      /\/dev\/net\/tun is missing; load the module/,
      ...['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /dev/net && exec "$@"', 'sh'],
    ));

  it('without root', async () => {
    // Another user, with the right to read this checkout also where only root may enter its folder.
    const reading = ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'];
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...reading];
    chmodSync(elsewhere, 0o755);
    await assertRefused(
      another({}),
      /the state directory \S+ cannot be used: there is no permission; run as root/,
      ...nobody,
    );
    chmodSync(elsewhere, 0o777);
    await assertRefused(another({}), /; run as root, or /, ...nobody);
  });

  it('drops unknown SPIs in the kernel by CAP_BPF, and without it runs all the same and says that the workers do', async () => {
    const refused =
      /"msg":"unknown SPIs .* are left to the workers, .*: cannot load an eBPF program: .*EPERM/;
    const ofService = ['setpriv', '--bounding-set=-all,+net_admin,+bpf'];
    const withoutBpf = ['setpriv', '--bounding-set=-all,+net_admin'];
    for (const [capabilities, isFiltered] of [
      [ofService, true],
      [withoutBpf, false],
    ] as const) {
      const daemon = another({});
      await daemon.start(...capabilities);
      assert.equal((await daemon.status()).spi_filter !== null, isFiltered, daemon.log);
      assert.equal(refused.test(daemon.log), !isFiltered, daemon.log);
      assert.equal(await daemon.stop(), 0);
    }
  });

  it('drops unknown SPIs in the kernel on a UDP port as long as an SA uses it', async () => {
    const port = 6500;
    // A datagram with SPI 0xdeadbeef from an address of the host's own: with none it would have no source.
    const send = `import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("198.18.1.99", 0)); s.sendto(bytes.fromhex("deadbeef") + bytes(40), ("${RELAY}", ${port}))`;
    const dropped = async () => (await relay.status()).spi_filter!.packets;
    await topology.exec('relay', 'ip', 'address', 'add', '198.18.1.99/32', 'dev', 'lo');
    try {
      const expected = [0, 1, 1];
      for (const [step, packets] of expected.entries()) {
        if (step === 1) {
          const words = ['--dst', RELAY, '--spi', '0xaaaa7777', '--to', SECOND, '--name', 'on-a-port'];
          await relay.cli('sa', 'add', ...words, '--encap', `udp:any:${port}`);
        }
        if (step === 2) await relay.cli('sa', 'delete', '--name', 'on-a-port');
        await topology.exec('relay', 'python3', '-c', send);
        assert.equal(await dropped(), packets, `step ${step}`);
      }
      await eventually('two for the worker', async () => (await relay.verdicts())['not-ipsec'] === 2);
    } finally {
      await topology.exec('relay', 'ip', 'address', 'del', '198.18.1.99/32', 'dev', 'lo');
    }
  });

  it('with a relay address that is assigned to its host', async () => {
    await topology.exec('relay', 'ip', 'address', 'add', '198.18.9.77/24', 'dev', 'lo');
    try {
      await assertRefused(another({}), /198\.18\.9\.77.* is assigned to this host's interface lo/);
    } finally {
      await topology.exec('relay', 'ip', 'address', 'del', '198.18.9.77/24', 'dev', 'lo');
    }
  });

  it('as an edge, without a way to the relay', async () => {
    await relay.stop(); // its route would be one
    await assertRefused(
      another({ role: 'edge', addresses: ['198.18.1.1'] }),
      /no route leads to the relay 198\.18\.9\.9; add one/,
    );
  });

  it('with a configuration that is not there', async () => {
    const daemon = another({});
    rmSync(daemon.configPath);
    await assertRefused(daemon, /there is no such file; name the configuration with --config FILE/);
  });

  it('tells the service manager that it is ready, reloads and stops', async () => {
    const socket = join(elsewhere, 'notify');
    const receiver = spawn('/usr/bin/python3', ['-c', NOTIFY_RECEIVER, socket], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const lines = createInterface(receiver.stdout);
      const received: string[] = [];
      await once(lines, 'line');
      lines.on('line', (line) => received.push(JSON.parse(line) as string));
      const daemon = another({});
      await daemon.start('env', `NOTIFY_SOCKET=${socket}`);
      await daemon.cli('reload');
      assert.equal(await daemon.stop(), 0);
      await eventually(
        'four messages',
        () => received.length >= 4,
        () => received.join('\n'),
      );
      const words = received.map((text) => text.split('\n')[0]);
      assert.deepEqual(words, ['READY=1', 'RELOADING=1', 'READY=1', 'STOPPING=1']);
    } finally {
      receiver.kill();
    }
  });

  it('reloads on SIGHUP', async () => {
    relay.configure({ role: 'relay', sas: [RELAY_UP] });
    await relay.signal('HUP');
    await eventually(
      'the reload',
      () => relay.log.includes('1 deleted'),
      () => relay.log,
    );
    assert.deepEqual(
      (await relay.sas()).map(({ name }) => name),
      ['alice-up'],
    );
  });

  it('takes over the first service with a reload', async () => {
    const more = `[[second]]
name = "gw1"
addresses = ["${SECOND}"]
[[service]]
name = "vpn"
addresses = ["${RELAY}"]
seconds = ["gw1"]`;
    relay.configure({ role: 'relay', more });
    await relay.cli('reload');
    const { services } = JSON.parse(await relay.cli('--json', 'service', 'list')) as { services: unknown[] };
    assert.equal(services.length, 1);
    await relay.cli('second', 'set', 'gw1', '--drain');
  });

  it('--check tells a good configuration from bad ones, and starts nothing', async () => {
    const check = (path: string) =>
      place.run([join(CHECKOUT, 'bin/ipsec-relayd'), '--config', path, '--check']);
    const good = another({ sas: [{ dst: '198.18.9.77', spi: '0xaaaa0001', to: '198.18.2.2' }] });
    assert.deepEqual(await check(good.configPath), {
      status: 0,
      stdout: `${good.configPath} is valid\n`,
      stderr: '',
    });
    assert.ok(!existsSync(good.stateDirectory));

    const bad = another({ more: 'interfaze = "x"\nworkers = 0' });
    const { status, stderr } = await check(bad.configPath);
    assert.equal(status, 1);
    assert.match(stderr, /interfaze.*"interface"/);
    assert.match(stderr, /workers.*use 1-256/);

    const refused = another({ sas: [RELAY_UP] });
    const { status: refusedStatus, stderr: reason } = await check(refused.configPath);
    assert.equal(refusedStatus, 1);
    assert.match(reason, /"alice-up": .*198\.18\.9\.9/);

    writeFileSync(bad.configPath, '[relay\n');
    assert.match((await check(bad.configPath)).stderr, /toml:1:\d+: the line is not TOML/);
  });

  it('tells by its exit status what went wrong', async () => {
    const status = async (...words: string[]) => (await relay.outcome(...words)).status;
    assert.equal(await status('status'), 0);
    assert.equal(await status('sa', 'delete', '4711'), 1, 'refused');
    assert.equal(
      await status('sa', 'add', '--dst', '198.18.7.7', '--spi', '0x1000', '--to', '198.18.2.2'),
      1,
      'not its address',
    );
    assert.equal(await status('sa', 'delete', '--name', 'alice-up'), 1, 'of the configuration');
    assert.equal(await status('sa', 'add', '--spi', '0x1000'), 2, '--dst is missing');
    assert.equal(
      await status('sa', 'add', '--dst', RELAY, '--spi', '0xx', '--to', '198.18.2.2'),
      2,
      'no SPI',
    );
    assert.equal(await status('sa', 'frobnicate'), 2, 'no command');
    assert.equal((await place.run([join(CHECKOUT, 'bin/ipsec-relayd'), '--bogus'])).status, 2, 'no option');
    assert.equal(await status('stop'), 0);
    assert.equal(await relay.ended, 0);
    assert.equal(await status('status'), 1, 'nobody answers');
    await relay.stop();
  });
});
