import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateLock, StateRefusal } from '../../src/daemon/state-directory.js';

const MODULE = new URL('../../src/daemon/state-directory.js', import.meta.url).href;
const HOLDER = `import(process.argv[1]).then(({ StateLock }) => {
  StateLock.acquire(process.argv[2]);
  console.log('locked');
  setInterval(() => {}, 1000);
})`;

describe('daemon/state-directory', () => {
  let directory: string;

  beforeEach(() => {
    directory = join(mkdtempSync(join(tmpdir(), 'lock-test-')), 'state');
  });

  afterEach(() => rmSync(join(directory, '..'), { recursive: true }));

  it('creates the directory for root alone, and locks it until it is released', () => {
    const lock = StateLock.acquire(directory);
    assert.equal(statSync(directory).mode & 0o777, 0o700);
    assert.throws(() => StateLock.acquire(directory), StateRefusal);
    lock.release();
    lock.release();
    StateLock.acquire(directory).release();
  });

  it('names the process that holds it, and is free as soon as that is killed', async () => {
    const holder = spawn(process.execPath, ['-e', HOLDER, MODULE, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(holder.stdout, 'data');
      assert.throws(() => StateLock.acquire(directory), {
        message: `another ipsec-relayd (pid ${holder.pid}) uses the state directory ${directory}; stop it, or give this one another [state] directory`,
      });
    } finally {
      const ended = once(holder, 'exit');
      holder.kill('SIGKILL');
      await ended;
    }
    StateLock.acquire(directory).release();
  });

  it('refuses a directory that others may write to, or that is another user’s', function () {
    if (process.getuid!() !== 0) this.skip();
    mkdirSync(directory);
    chmodSync(directory, 0o777);
    assert.throws(() => StateLock.acquire(directory), {
      message: `others may write to the state directory ${directory} (mode 0777), and the daemon trusts its contents; protect it (chmod 0700 ${directory})`,
    });
    chmodSync(directory, 0o755);
    chownSync(directory, 65534, 65534);
    assert.throws(() => StateLock.acquire(directory), /belongs to user 65534; it must belong to root/);
    chownSync(directory, 0, 0);
    StateLock.acquire(directory).release();
  });

  it('never follows a symbolic link in the place of its lock', () => {
    mkdirSync(directory);
    const target = join(directory, 'target');
    writeFileSync(target, 'precious');
    symlinkSync(target, join(directory, 'lock'));
    assert.throws(
      () => StateLock.acquire(directory),
      /cannot be used \(.*lock\): its lock is a symbolic link; remove that/,
    );
    assert.equal(readFileSync(target, 'utf8'), 'precious');
  });

  it('says so where the file system makes no directories', () => {
    assert.throws(() => StateLock.acquire('/proc/ipsec-relay/state'), {
      message:
        'the state directory /proc/ipsec-relay/state cannot be used: its file system makes no directories there; give another [state] directory',
    });
  });

  it('says why a directory cannot be used', function () {
    writeFileSync(directory, '');
    assert.throws(() => StateLock.acquire(directory), {
      message: `the state directory ${directory} cannot be used: it is a file; give another [state] directory`,
    });
    assert.throws(() => StateLock.acquire(join(directory, 'below')), /a part of the path is a file/);
    if (process.getuid!() !== 0) this.skip();
    process.seteuid!(65534);
    try {
      assert.throws(() => StateLock.acquire('/root/state'), /there is no permission; run as root/);
    } finally {
      process.seteuid!(0);
    }
  });
});
