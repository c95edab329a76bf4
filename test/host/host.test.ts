import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostStep } from '../../src/host/plan.js';
import { ADDRESSES, Child, configOf, DEVICE } from './process.js';

describe('host/host', () => {
  const namespace = `host-test-${process.pid}`;
  const children: Child[] = [];
  let state: string;

  const ip = (...words: string[]) => execFileSync('ip', ['-n', namespace, ...words], { encoding: 'utf8' });
  const inside = (...words: string[]) =>
    execFileSync('ip', ['netns', 'exec', namespace, ...words], { encoding: 'utf8' }).trim();
  const sysctl = (key: string) => inside('cat', `/proc/sys/${key}`);
  const child = (...rest: [string[]?, NodeJS.ProcessEnv?]) => {
    const made = new Child(namespace, state, ...rest);
    children.push(made);
    return made;
  };
  /** Everything the daemon may touch, as text. */
  const picture = () =>
    [
      ip('-d', 'link').replace(/^.*\bt_.*$/gm, ''),
      ip('-4', 'route', 'show', 'table', 'all'),
      ip('-6', 'route', 'show', 'table', 'all'),
      ip('-d', '-4', 'rule'),
      ip('-d', '-6', 'rule'),
      inside(
        'sh',
        '-c',
        'grep -r . /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/*/forwarding /proc/sys/net/ipv4/conf/*/rp_filter /proc/sys/net/ipv6/conf/*/forwarding',
      ),
    ].join('\n');

  before(function () {
    if (process.getuid!() !== 0) this.skip();
  });

  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), 'host-test-'));
    execFileSync('ip', ['netns', 'add', namespace]);
    ip('link', 'set', 'lo', 'up');
    ip('link', 'add', 'uplink', 'type', 'veth', 'peer', 'name', 'far');
    for (const name of ['uplink', 'far']) ip('link', 'set', name, 'addrgenmode', 'none'); // no address that comes late
    ip('address', 'add', '198.18.1.1/24', 'dev', 'uplink');
    ip('link', 'set', 'uplink', 'up');
    ip('link', 'set', 'far', 'up');
  });

  afterEach(async () => {
    await Promise.all(children.splice(0).map((each) => each.end('SIGKILL')));
    execFileSync('ip', ['netns', 'del', namespace]);
    rmSync(state, { recursive: true, force: true });
  });

  it('routes the relay addresses into the device and lets the host forward', async () => {
    const words = await child().start();
    assert.ok(words.includes('net.ipv4.ip_forward = 1 (was 0)'), words.join('\n'));
    assert.ok(words.includes(`route 198.18.9.9/32 dev ${DEVICE}`), words.join('\n'));
    assert.match(ip('route', 'get', '198.18.9.9'), /dev iprelay0/);
    assert.match(ip('route', 'get', '198.18.10.77'), /dev iprelay0/);
    assert.equal(sysctl('net/ipv4/ip_forward'), '1');
    assert.equal(sysctl(`net/ipv4/conf/${DEVICE}/forwarding`), '1');
    assert.equal(sysctl(`net/ipv4/conf/${DEVICE}/rp_filter`), '0');
    assert.equal(sysctl(`net/ipv6/conf/${DEVICE}/disable_ipv6`), '1');
    const [link] = JSON.parse(ip('-j', 'link', 'show', 'dev', DEVICE));
    assert.equal(link.ifalias, 'ipsec-relay');
    assert.equal(link.mtu, 65535);
    assert.ok(link.flags.includes('LOWER_UP'));
    assert.equal(ip('-6', 'address', 'show', 'dev', DEVICE), '');
  });

  it('takes IPv6 relay addresses without giving the device an address of its own', async () => {
    await child().start(['198.18.9.9', '2001:db8:9::9', '2001:db8:a::/64']);
    assert.match(ip('-6', 'route', 'get', '2001:db8:a::77'), /dev iprelay0/);
    assert.equal(sysctl('net/ipv6/conf/all/forwarding'), '1');
    assert.equal(ip('address', 'show', 'dev', DEVICE).match(/inet6?/), null);
  });

  it('undoes all of it at the stop, and a second undo finds nothing', async () => {
    const before = picture();
    const relay = child();
    await relay.start(['198.18.9.9', '2001:db8:9::9']);
    assert.notEqual(picture(), before);
    assert.ok(existsSync(join(state, 'host.json')));
    const words = await relay.done({ undo: true });
    assert.ok(words.includes('undid net.ipv4.ip_forward = 1'), words.join('\n'));
    await relay.done({ close: true });
    assert.equal(picture(), before);
    assert.equal(existsSync(join(state, 'host.json')), false);
    assert.deepEqual(await relay.done({ undo: true }), []);
  });

  it('goes over to other addresses, touching only what differs', async () => {
    const before = picture();
    const relay = child();
    await relay.start(['198.18.9.9', '198.18.9.10']);
    const next = { apply: { config: configOf(['198.18.9.10', '198.18.9.11']) } };
    assert.deepEqual(await relay.done(next), [
      `route 198.18.9.11/32 dev ${DEVICE}`,
      `undid route 198.18.9.9/32 dev ${DEVICE}`,
    ]);
    assert.match(ip('route', 'get', '198.18.9.11'), /dev iprelay0/);
    assert.equal(ip('route', 'show', '198.18.9.9'), '');
    assert.deepEqual(await relay.done(next), []);
    await relay.done({ undo: true });
    await relay.done({ close: true });
    assert.equal(picture(), before);
  });

  it('leaves everything as it is when it cannot go over to other addresses', async () => {
    const relay = child();
    await relay.start(['198.18.9.9']);
    ip('route', 'add', '198.18.9.11', 'dev', 'uplink');
    const before = picture();
    const sentence = await relay.refused({ apply: { config: configOf(['198.18.9.10', '198.18.9.11']) } });
    assert.match(sentence, /^a route to 198\.18\.9\.11\/32 exists already via uplink/);
    assert.equal(picture(), before);
    await relay.end('SIGKILL');
    assert.ok((await child().done({ recover: true })).includes('undid net.ipv4.ip_forward = 1'));
  });

  const EDGE_LIKE: HostStep[] = [
    { kind: 'route', family: 4, route: ['default', 'dev', DEVICE, 'table', '4500'] },
    { kind: 'local-rule', family: 4, preference: 1000 },
    { kind: 'rule', family: 4, preference: 100, rule: ['iif', 'uplink', 'ipproto', 'esp', 'lookup', '4500'] },
    { kind: 'rule', family: 6, preference: 100, rule: ['ipproto', 'esp', 'lookup', '4500'] },
  ];

  it('adds rules, and moves the rule of the local table without a moment without one', async () => {
    const before = picture();
    const relay = child();
    const monitor = spawn('ip', ['-n', namespace, '-4', 'monitor', 'rule'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let events = '';
    monitor.stdout.on('data', (text) => {
      events += text;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await relay.start(ADDRESSES, EDGE_LIKE);
    assert.match(
      ip('rule'),
      /^100:\tfrom all iif uplink ipproto esp lookup 4500\n1000:\tfrom all lookup local\n/,
    );
    await relay.done({ undo: true });
    await relay.done({ close: true });
    assert.equal(picture(), before);
    await new Promise((resolve) => setTimeout(resolve, 200));
    monitor.kill();
    const local = events.split('\n').filter((line) => line.includes('lookup local'));
    const present = new Set([0]);
    for (const line of local) {
      const preference = Number(/(\d+):/.exec(line)![1]);
      if (line.startsWith('Deleted')) present.delete(preference);
      else present.add(preference);
      assert.ok(present.size > 0, events);
    }
    assert.equal(local.length, 4, events);
  });

  it('after kill -9, the next start removes what the last run left', async () => {
    const before = picture();
    const killed = child();
    await killed.start(ADDRESSES, EDGE_LIKE);
    await killed.end('SIGKILL');
    assert.equal(sysctl('net/ipv4/ip_forward'), '1');
    assert.match(ip('rule'), /^100:/);
    const next = child();
    const words = await next.done({ recover: true });
    assert.ok(words.includes('undid net.ipv4.ip_forward = 1'), words.join('\n'));
    assert.deepEqual(await next.done({ claim: DEVICE }), []);
    assert.equal(picture(), before);
    assert.deepEqual(await next.done({ recover: true }), []);
    await next.start(ADDRESSES, EDGE_LIKE);
  });

  it('after kill -9 at any moment of the start, nothing is left', async () => {
    const before = picture();
    for (const delay of [0, 3, 6, 9, 12, 15, 18, 21, 25, 30]) {
      const killed = child();
      await killed.done({ open: DEVICE });
      void killed.ask({ apply: { config: configOf(ADDRESSES), extra: EDGE_LIKE } }).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, delay));
      await killed.end('SIGKILL');
      const next = child();
      await next.done({ claim: DEVICE });
      await next.done({ recover: true });
      await next.end();
      assert.equal(picture(), before, `killed after ${delay} ms`);
    }
  }).timeout(90_000);

  it('leaves a value that someone changed meanwhile', async () => {
    const relay = child();
    await relay.start();
    inside('sh', '-c', 'echo 0 > /proc/sys/net/ipv4/ip_forward');
    const words = await relay.done({ undo: true });
    assert.ok(!words.some((line) => line.includes('ip_forward')), words.join('\n'));
  });

  it('says so when the journal is not readable or of another namespace, and goes on', async () => {
    writeFileSync(join(state, 'host.json'), '{"format":');
    assert.match(
      (await child().done({ recover: true }))[0]!,
      /host\.json cannot be read, so the changes that it lists stay/,
    );
    const relay = child();
    await relay.start();
    const journal = JSON.parse(readFileSync(join(state, 'host.json'), 'utf8'));
    await relay.end('SIGKILL');
    writeFileSync(join(state, 'host.json'), JSON.stringify({ ...journal, namespace: 'net:[1]' }));
    assert.match((await child().done({ recover: true }))[0]!, /another network namespace/);
    assert.equal(sysctl('net/ipv4/ip_forward'), '1');
    writeFileSync(join(state, 'host.json'), JSON.stringify({ ...journal, boot: 'another' }));
    assert.deepEqual(await child().done({ recover: true }), []);
    assert.equal(sysctl('net/ipv4/ip_forward'), '1');
  });

  const apply = { apply: { config: configOf(ADDRESSES) } };

  it('refuses a relay address that an interface of the host has', async () => {
    ip('address', 'add', '198.18.10.5/32', 'dev', 'uplink');
    const before = picture();
    const relay = child();
    await relay.done({ open: DEVICE });
    assert.equal(
      await relay.refused(apply),
      "198.18.10.5 is assigned to this host's interface uplink and cannot be a relay address (198.18.10.0/24) too; remove it there (ip address del 198.18.10.5/32 dev uplink), or give another relay address",
    );
    await relay.done({ close: true });
    assert.equal(picture(), before);
  });

  it('refuses an address with a route of its own, and undoes what it had done', async () => {
    ip('route', 'add', '198.18.10.0/24', 'dev', 'uplink');
    const before = picture();
    const relay = child();
    await relay.done({ open: DEVICE });
    assert.equal(
      await relay.refused(apply),
      'a route to 198.18.10.0/24 exists already via uplink; remove it (ip route del 198.18.10.0/24), or leave the address out',
    );
    await relay.done({ close: true });
    assert.equal(picture(), before);
  });

  it('refuses when a rule or another table leads the address elsewhere', async () => {
    ip('route', 'add', '198.18.9.9/32', 'dev', 'uplink', 'table', '77');
    ip('rule', 'add', 'pref', '50', 'to', '198.18.9.9', 'lookup', '77');
    const relay = child();
    await relay.done({ open: DEVICE });
    assert.match(
      await relay.refused(apply),
      /^198\.18\.9\.9 leads into uplink and not into iprelay0; look for the rule/,
    );
    assert.equal(sysctl('net/ipv4/ip_forward'), '0');
  });

  it('refuses an interface that is not a TUN device, or not ours', async () => {
    ip('link', 'add', DEVICE, 'type', 'veth', 'peer', 'name', 'other');
    ip('tuntap', 'add', 'dev', 'theirs', 'mode', 'tun', 'multi_queue');
    for (const name of [DEVICE, 'theirs']) {
      assert.match(
        await child().refused({ claim: name }),
        /exists and is not ours; give another interface name/,
      );
    }
  });

  it('removes a stale persistent device of ours', async () => {
    ip('tuntap', 'add', 'dev', DEVICE, 'mode', 'tun', 'multi_queue');
    ip('link', 'set', DEVICE, 'alias', 'ipsec-relay');
    const relay = child();
    assert.deepEqual(await relay.done({ claim: DEVICE }), [`removed the stale device ${DEVICE}`]);
    await relay.start();
  });

  it('refuses a device that another process holds, and names the process', async () => {
    const elsewhere = child(['unshare', '-n']);
    await elsewhere.done({ open: DEVICE }); // a device of the same name in another network namespace
    const holder = child();
    await holder.start();
    const second = child();
    const expected = new RegExp(
      `^interface ${DEVICE} is in use by process ${holder.process.pid} \\(child\\.js\\); stop it`,
    );
    assert.match(await second.refused({ claim: DEVICE }), expected);
    assert.match(await second.refused({ open: DEVICE }), expected);
  });

  it('waits for the device of a process that is about to end', async () => {
    const holder = child();
    await holder.start();
    const claim = child().done({ claim: DEVICE });
    setTimeout(() => void holder.end('SIGKILL'), 700);
    assert.deepEqual(await claim, []);
  });

  it('says what to do without the permission, and without the program ip', async () => {
    // The checkout may lie where root alone may read.
    const reading = ['--inh-caps', '+dac_read_search', '--ambient-caps', '+dac_read_search'];
    const unprivileged = child([
      'setpriv',
      '--reuid',
      'nobody',
      ...reading,
      '--bounding-set',
      '-net_admin',
      '--',
    ]);
    assert.match(await unprivileged.refused({ open: DEVICE }), /run as root|CAP_NET_ADMIN/);
    ip('tuntap', 'add', 'dev', DEVICE, 'mode', 'tun', 'multi_queue');
    const powerless = child(['setpriv', '--bounding-set', '-net_admin', '--inh-caps', '-net_admin', '--']);
    inside('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
    assert.match(await powerless.refused(apply), /run as root, or give the daemon CAP_NET_ADMIN/);
    const withoutIp = child([], { ...process.env, PATH: '/nonexistent' });
    await withoutIp.done({ open: 'iprelay1' });
    assert.equal(
      await withoutIp.refused(apply),
      'the program ip is missing; install it (apt install iproute2)',
    );
  });

  it('says what to do when /proc/sys is read-only, and when /dev/net/tun is missing', async () => {
    const readOnly = child([
      'unshare',
      '-m',
      'sh',
      '-c',
      'mount -o bind,ro /proc/sys /proc/sys && exec "$@"',
      'sh',
    ]);
    await readOnly.done({ open: DEVICE });
    assert.match(
      await readOnly.refused(apply),
      /cannot be set to 1 \(\/proc\/sys is read-only\); set it from outside \(sysctl -w net\./,
    );
    const withoutTun = child([
      'unshare',
      '-m',
      'sh',
      '-c',
      'mount -t tmpfs none /dev/net && exec "$@"',
      'sh',
    ]);
    assert.match(
      await withoutTun.refused({ open: 'iprelay1' }),
      /^\/dev\/net\/tun is missing; load the module/,
    );
    const otherDevice = child([
      'unshare',
      '-m',
      'sh',
      '-c',
      'mount -o bind /dev/null /dev/net/tun && exec "$@"',
      'sh',
    ]);
    assert.match(
      await otherDevice.refused({ open: 'iprelay1' }),
      /^\/dev\/net\/tun is something else than the TUN device; make it anew \(/,
    );
  });
});
