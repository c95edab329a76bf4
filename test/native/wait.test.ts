import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { native } from '../../src/native/index.js';
import * as network from './network.js';
import { inThread } from './thread.js';

const READABLE = 1;
const WOKEN = 2;

/** An eventfd serves as the descriptor waited for, too: it is readable once woken. */
describe('native: wait and wake', () => {
  let fd: number;
  let wakerFd: number;

  beforeEach(() => {
    fd = native.wakerOpen();
    wakerFd = native.wakerOpen();
  });
  afterEach(() => {
    native.close(fd);
    native.close(wakerFd);
  });

  it('times out', () => {
    const start = performance.now();
    assert.equal(native.wait(fd, wakerFd, 60), 0);
    const elapsed = performance.now() - start;
    assert.ok(elapsed >= 59 && elapsed < 1000, `${elapsed} ms`);
    assert.equal(native.wait(fd, wakerFd, 0), 0);
  });

  it('tells readable from woken, and drains the waker alone', () => {
    native.wake(fd);
    assert.equal(native.wait(fd, wakerFd, -1), READABLE);
    native.wake(wakerFd);
    native.wake(wakerFd);
    assert.equal(native.wait(fd, wakerFd, -1), READABLE | WOKEN);
    assert.equal(native.wait(fd, wakerFd, -1), READABLE);
  });

  it('is woken from another thread', async () => {
    const { result } = await inThread('wait', { fd, wakerFd, timeoutMs: -1 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    native.wake(wakerFd);
    const { bits, elapsedMs } = await result;
    assert.equal(bits, WOKEN);
    assert.ok(elapsedMs > 50 && elapsedMs < 5000, `${elapsedMs} ms`);
  });

  it('goes on waiting for the remaining time after a signal', async () => {
    let signals = 0;
    const count = () => signals++;
    process.on('SIGUSR2', count);
    const { tid, result } = await inThread('wait', { fd, wakerFd, timeoutMs: 2000 });
    // One process sends them all: starting one for each may take longer than the wait on a busy machine.
    const script =
      'import ctypes, sys, time\nfor _ in range(4):\n time.sleep(0.1)\n if ctypes.CDLL(None).tgkill(*map(int, sys.argv[1:])): sys.exit(1)';
    const words = ['-c', script, String(process.pid), String(tid), '12'];
    await promisify(execFile)(network.PYTHON, words);
    const { bits, elapsedMs } = await result;
    process.off('SIGUSR2', count);
    assert.equal(bits, 0);
    assert.ok(signals > 0);
    assert.ok(elapsedMs >= 1999 && elapsedMs < 2400, `${elapsedMs} ms`);
  });

  it('wakes although the counter of the waker is full', () => {
    // Fills the eventfd through another door, with the greatest value it can hold.
    const script = 'import os, struct, sys; os.write(3, struct.pack("Q", 2**64 - 2))';
    execFileSync(network.PYTHON, ['-c', script], { stdio: ['ignore', 'inherit', 'inherit', wakerFd] });
    native.wake(wakerFd);
    assert.equal(native.wait(fd, wakerFd, 0), WOKEN);
  });

  it('throws EBADF for a closed descriptor or waker', () => {
    const closed = native.wakerOpen();
    native.close(closed);
    assert.throws(() => native.wait(closed, wakerFd, 0), { code: 'EBADF', syscall: 'poll' });
    assert.throws(() => native.wait(fd, closed, 0), { code: 'EBADF', syscall: 'poll' });
    assert.throws(() => native.wake(closed), { code: 'EBADF', syscall: 'write' });
  });
});
