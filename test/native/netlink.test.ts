import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { native } from '../../src/native/index.js';
import { describeInNamespace } from './in-namespace.js';
import { ip } from './network.js';

const NETLINK_ROUTE = 0;
const RTNLGRP_LINK = 1;
const NONE = new Int32Array(0);
/** RTM_GETLINK (18) as a request (1) for the link of index 1, `lo`: header and ifinfomsg, on a little-endian machine. */
const GET_LO = new Uint8Array(new Uint32Array([32, 18 | (1 << 16), 5, 0, 0, 1, 0, 0]).buffer);

describeInNamespace('native: netlink and watch', import.meta.url, ({ it, afterEach }) => {
  const open: number[] = [];
  const socket = (...groups: number[]) => {
    const fd = native.netlinkOpen(NETLINK_ROUTE, Int32Array.from(groups));
    open.push(fd);
    return fd;
  };
  afterEach(() => {
    for (const fd of open.splice(0)) native.close(fd);
  });

  it('answers before the request is sent to its end', () => {
    const fd = socket();
    const slab = new Uint8Array(2 * 8192);
    const lengths = new Int32Array(2);
    assert.equal(native.netlinkReceive(fd, slab, lengths), 0);
    native.netlinkSend(fd, GET_LO);
    native.netlinkSend(fd, GET_LO);
    assert.equal(native.netlinkReceive(fd, slab, lengths), 2);
    for (const at of [0, 8192]) {
      const length = lengths[at / 8192]!;
      assert.ok(length > 32 && length < 8192, String(length));
      assert.ok(Buffer.from(slab.subarray(at, at + length)).includes('lo\0'));
    }
  });

  it('tells how long a datagram was that its room cuts', () => {
    const fd = socket();
    native.netlinkSend(fd, GET_LO);
    const slab = new Uint8Array(64);
    const lengths = new Int32Array(1);
    assert.equal(native.netlinkReceive(fd, slab, lengths), 1);
    assert.ok(lengths[0]! > 64);
  });

  it('tells what the kernel refuses', () => {
    assert.throws(() => native.netlinkOpen(31, NONE), { code: 'EPROTONOSUPPORT', syscall: 'socket' });
    assert.throws(() => native.netlinkOpen(NETLINK_ROUTE, Int32Array.of(10_000)), {
      code: 'EINVAL',
      syscall: 'setsockopt',
    });
    const waker = native.wakerOpen();
    open.push(waker);
    assert.throws(() => native.netlinkSend(waker, GET_LO), { code: 'ENOTSOCK' });
    assert.throws(() => native.netlinkReceive(waker, new Uint8Array(9), new Int32Array(1)), {
      code: 'ENOTSOCK',
    });
  });

  it('gives no message that another process sent', () => {
    const victim = socket(RTNLGRP_LINK);
    // A datagram to every port of a group: a privileged process may.
    const script = `import socket
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
s.bind((0, 0)); s.sendto(bytes(32), (0, 1))`;
    assert.equal(spawnSync('python3', ['-c', script]).status, 0);
    const lengths = Int32Array.of(7);
    assert.equal(native.netlinkReceive(victim, new Uint8Array(8192), lengths), 1);
    assert.equal(lengths[0], 0);
  });

  it('says when messages were lost, and goes on', () => {
    const fd = socket(RTNLGRP_LINK);
    const churn = Array.from({ length: 6000 }, (_, i) => `link set lo mtu ${60_000 + (i & 1)}`).join('\n');
    assert.equal(spawnSync('ip', ['-batch', '-'], { input: churn }).status, 0);
    const slab = new Uint8Array(64 * 8192);
    const counts: number[] = [];
    do counts.push(native.netlinkReceive(fd, slab, new Int32Array(64)));
    while (counts.at(-1) !== 0);
    assert.ok(
      counts.some((count) => count === -105),
      String(counts.slice(0, 9)),
    );
    ip('link', 'set', 'lo', 'mtu', '1500');
    assert.ok(native.netlinkReceive(fd, slab, new Int32Array(64)) > 0);
  });

  it('calls back while something waits, until it is unwatched', async () => {
    const fd = socket(RTNLGRP_LINK);
    const slab = new Uint8Array(8192);
    let calls = 0;
    const watch = native.watchReadable(fd, () => {
      calls++;
      native.netlinkReceive(fd, slab, new Int32Array(1));
    });
    await sleep(20);
    assert.equal(calls, 0);
    ip('link', 'set', 'lo', 'mtu', '4000');
    for (const end = Date.now() + 3000; calls === 0 && Date.now() < end; ) await sleep(5);
    assert.ok(calls >= 1);
    native.unwatch(watch);
    native.unwatch(watch);
    const before = calls;
    ip('link', 'set', 'lo', 'mtu', '4001');
    await sleep(50);
    assert.equal(calls, before);
    assert.throws(() => native.watchReadable(2 ** 31 - 1, () => {}), /EBADF/);
  });

  it('may be unwatched from its own callback, and watched again', async () => {
    const waker = native.wakerOpen();
    open.push(waker);
    native.wake(waker);
    for (let round = 0; round < 3; round++) {
      await new Promise<void>((resolve) => {
        const watch = native.watchReadable(waker, () => {
          native.unwatch(watch);
          resolve();
        });
      });
    }
  });

  it('takes an exception of its callback for an uncaught one, and does not keep the process alive', () => {
    const module = new URL('../../src/native/index.js', import.meta.url).href;
    const script = `const { native } = await import(${JSON.stringify(module)});
const [idle, ready] = [native.wakerOpen(), native.wakerOpen()];
native.watchReadable(idle, () => {});
if (process.argv[1] === 'throw') {
  process.on('uncaughtException', (error) => { console.log(error.message); process.exit(7); });
  native.watchReadable(ready, () => { throw new Error('from the callback'); });
  native.wake(ready);
  setTimeout(() => {}, 3000);
}`;
    const run = (word: string) =>
      spawnSync(process.execPath, ['--input-type=module', '-e', script, word], {
        encoding: 'utf8',
        timeout: 9000,
      });
    assert.equal(run('idle').status, 0);
    const thrown = run('throw');
    assert.equal(thrown.stdout.trim(), 'from the callback');
    assert.equal(thrown.status, 7);
  });
});
