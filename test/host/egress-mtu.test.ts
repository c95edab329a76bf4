import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { EgressMtus } from '../../src/host/egress-mtu.js';
import { HostMonitor } from '../../src/host/host-monitor.js';
import { native } from '../../src/native/index.js';
import { SaDatabase } from '../../src/sad/database.js';
import type { SaEntry } from '../../src/sad/entry.js';
import { MTU_UNKNOWN } from '../../src/table/layout.js';
import { parsePrefix } from '../../src/wire/address.js';
import type { DefinitionWords } from '../model/definition.js';
import { NOW, specify } from '../model/specification.js';
import { describeInNamespace } from '../native/in-namespace.js';

const DEVICE = 'mturelay0';
const POLICY = {
  role: 'relay',
  addresses: ['198.18.9.0/24', '2001:db8:9::/64'].map(parsePrefix),
} as const;
/** How soon a change must have reached the SAD, milliseconds: a second on a busy machine. */
const SOON_MS = 3000;

const log = pino({ level: 'silent' });
const ip = (words: string) => execFileSync('ip', words.split(' '), { encoding: 'utf8' });
const IPV6 = { to: '2001:db8:2::2', toSrc: '2001:db8:9::9' };

describeInNamespace('host/egress-mtu', import.meta.url, ({ it, before, after, afterEach }) => {
  let fd: number;
  let database: SaDatabase;
  let mtus: EgressMtus | undefined;
  let monitor: HostMonitor | undefined;
  let spi = 0x100000;

  const add = (words: DefinitionWords = {}) =>
    database.add(specify({ spi: spi++, toSpi: 0x5000, mode: 'edge', ...words }), 'runtime', NOW).entry;
  const start = (maxSas = 1000) => {
    database = new SaDatabase(maxSas, 1, POLICY, 1);
    return follow();
  };
  const follow = () => {
    mtus = new EgressMtus({ database, device: DEVICE, sourceTo: () => undefined, log });
    monitor = new HostMonitor({ onRoutes: () => mtus!.refresh(), onOthers: () => {} }, log);
    return mtus;
  };
  /** @returns after how many milliseconds the SA had this MTU */
  async function becomes(entry: SaEntry, mtu: number, limitMs = SOON_MS): Promise<number> {
    const began = performance.now();
    while (database.egressMtu(entry) !== mtu) {
      const passed = performance.now() - began;
      assert.ok(passed < limitMs, `after ${limitMs} ms it is ${database.egressMtu(entry)} and not ${mtu}`);
      await sleep(5);
    }
    return performance.now() - began;
  }
  before(() => {
    fd = native.tunOpen(DEVICE, true);
    const sysctl = (key: string, value: string) => writeFileSync(`/proc/sys/net/${key}`, value);
    ip('link set lo up');
    for (const [name, last] of [
      ['out0', 1],
      ['out1', 2],
    ] as const) {
      ip(`link add ${name} type veth peer name far${last}`);
      sysctl(`ipv6/conf/${name}/disable_ipv6`, '0');
      ip(`link set ${name} up`);
      ip(`link set far${last} up`);
      ip(`address add 198.18.${last}.1/24 dev ${name}`);
      ip(`address add 2001:db8:${last}::1/64 dev ${name} nodad`);
    }
    sysctl(`ipv6/conf/${DEVICE}/disable_ipv6`, '0');
    ip(`link set ${DEVICE} up`);
    sysctl('ipv4/ip_forward', '1');
    sysctl('ipv6/conf/all/forwarding', '1');
    ip(`route add 198.18.9.0/24 dev ${DEVICE}`);
    ip('route add 198.18.77.0/24 via 198.18.2.9');
  });
  after(() => native.close(fd));
  afterEach(async () => {
    monitor?.stop();
    monitor = undefined;
    await mtus?.stop();
    mtus = undefined;
    ip('link set out1 mtu 1500');
  });

  it('asks at once about an SA that is there at the start, and about one that is added', async () => {
    ip('link set out1 mtu 1440');
    database = new SaDatabase(10, 1, POLICY, 1);
    const there = add();
    follow();
    await becomes(there, 1440);
    const [added, second, sixth] = [add({ to: '198.18.1.5' }), add(), add(IPV6)];
    assert.equal(database.egressMtu(second), 1440); // the destination is known
    await becomes(added, 1500);
    await becomes(sixth, 1440);
  });

  it('follows the MTU of a link within a second, for both families', async () => {
    start();
    const [four, six] = [add(), add(IPV6)];
    await becomes(four, 1500);
    await becomes(six, 1500);
    for (const mtu of [1400, 1300, 1460]) {
      ip(`link set out1 mtu ${mtu}`);
      await becomes(four, mtu);
      await becomes(six, mtu);
    }
  });

  it('follows routes: their own MTU, another device, and none at all', async () => {
    start();
    const entry = add({ to: '198.18.77.7' });
    await becomes(entry, 1500);
    ip('route replace 198.18.77.0/24 via 198.18.2.9 mtu 1380');
    await becomes(entry, 1380);
    ip('link set out0 mtu 1420');
    ip('route replace 198.18.77.0/24 via 198.18.1.9');
    await becomes(entry, 1420);
    ip('rule add pref 50 to 198.18.77.7 lookup 77');
    ip('route add default via 198.18.2.9 mtu 1360 table 77');
    await becomes(entry, 1360);
    ip('rule del pref 50');
    ip('route del 198.18.77.0/24');
    await becomes(entry, MTU_UNKNOWN);
    ip('route add 198.18.77.0/24 via 198.18.2.9');
    ip('link set out0 mtu 1500');
    await becomes(entry, 1500);
  });

  it('keeps within what each family can have', async () => {
    start();
    ip('route add 198.18.78.0/24 via 198.18.2.9 mtu 300');
    const entry = add({ to: '198.18.78.7' });
    await becomes(entry, 576);
    ip('route del 198.18.78.0/24');
  });

  it('follows an SA that is replaced, and forgets one that is deleted', async () => {
    start();
    ip('link set out0 mtu 1420');
    const entry = add({ spi: 0x9001 });
    await becomes(entry, 1500);
    database.add(specify({ spi: 0x9001, toSpi: 0x5000, to: '198.18.1.5' }), 'runtime', NOW, true);
    await becomes(entry, 1420);
    database.remove(entry, NOW);
    const again = add();
    await becomes(again, 1500);
    ip('link set out0 mtu 1500');
  });

  it('asks about 20,000 destinations beside other work, each once', async () => {
    start(65_536);
    const entries: SaEntry[] = [];
    const began = performance.now();
    for (let i = 0; i < 20_000; i++) entries.push(add({ to: `198.18.${128 + (i >> 8)}.${i & 255}` }));
    const added = performance.now() - began;
    ip('route add 198.18.128.0/17 via 198.18.2.9 mtu 1390');
    let longestTurn = 0;
    for (let last = performance.now(); database.egressMtu(entries.at(-1)!) !== 1390; ) {
      await sleep(1);
      const now = performance.now();
      longestTurn = Math.max(longestTurn, now - last);
      last = now;
      assert.ok(now - began < 60_000, 'a minute is over');
    }
    assert.ok(entries.every((entry) => database.egressMtu(entry) === 1390));
    ip('route del 198.18.128.0/17');
    // Adding waits for nothing, and no turn of the event loop is long (generous: the machine may be busy).
    assert.ok(added < 20_000, `adding took ${added} ms`);
    assert.ok(longestTurn < 2000, `a turn took ${longestTurn} ms`);
  });
});
