import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { connect, createServer, type Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { native } from '../../src/native/index.js';
import { PYTHON } from './network.js';
import { inThread } from './thread.js';

/** The number that Node keeps to itself. */
const descriptorOf = (socket: Socket) => (socket as unknown as { _handle: { fd: number } })._handle.fd;

describe('native: process', () => {
  let directory: string;
  const children: ChildProcess[] = [];
  const sockets: (Socket | Server)[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ipsec-relay-test-'));
    chmodSync(directory, 0o755);
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const socket of sockets.splice(0)) socket instanceof Socket ? socket.destroy() : socket.close();
    rmSync(directory, { recursive: true });
  });

  /** Starts a Python script. @returns once it has printed its first line: the child and a promise of its later output */
  async function python(script: string, ...words: string[]) {
    const child = spawn(PYTHON, ['-u', '-c', script, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    let printed = '';
    child.stdout.on('data', (text: Buffer) => (printed += text.toString()));
    await once(child.stdout, 'data');
    return { child, rest: once(child, 'close').then(() => printed.slice(printed.indexOf('\n') + 1)) };
  }

  it('locks a file against other processes, until they end', async () => {
    const path = join(directory, 'lock');
    const fd = openSync(path, 'w');
    const holder =
      'import fcntl, sys, time; f = open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_EX); print("held"); time.sleep(20)';
    const { child } = await python(holder, path);
    assert.equal(native.lockExclusive(fd), false);
    child.kill('SIGKILL');
    await once(child, 'close');
    assert.equal(native.lockExclusive(fd), true);
    assert.equal(native.lockExclusive(fd), true);
    assert.throws(() => execFileSync('flock', ['--shared', '--nonblock', path, 'true']), { status: 1 });
    closeSync(fd);
    execFileSync('flock', ['--nonblock', path, 'true']);
    assert.throws(() => native.lockExclusive(fd), { code: 'EBADF', syscall: 'flock' });
  });

  it('duplicates a descriptor, which stays when the first is closed', () => {
    const path = join(directory, 'file');
    const fd = openSync(path, 'w');
    const copy = native.duplicate(fd);
    assert.notEqual(copy, fd);
    closeSync(fd);
    writeSync(copy, 'still there');
    assert.equal(readFileSync(path, 'utf8'), 'still there');
    // Not for children: FD_CLOEXEC is 02000000 in fdinfo's flags.
    assert.match(readFileSync(`/proc/self/fdinfo/${copy}`, 'utf8'), /^flags:\s+02\d{6}$/m);
    native.close(copy);
    assert.throws(() => native.duplicate(copy), { code: 'EBADF', syscall: 'fcntl' });
  });

  it('tells the process, user and group at the other end of a Unix socket', async () => {
    const path = join(directory, 'socket');
    const server = createServer().listen(path);
    sockets.push(server);
    await once(server, 'listening');
    chmodSync(path, 0o777);

    const own = connect(path);
    const [accepted] = (await once(server, 'connection')) as [Socket];
    sockets.push(own, accepted);
    assert.deepEqual(native.peerCredentials(descriptorOf(accepted)), {
      pid: process.pid,
      uid: process.getuid!(),
      gid: process.getgid!(),
    });

    const script = `
import os, socket, sys, time
os.setgid(65533); os.setuid(65534)
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); print("connected"); time.sleep(20)`;
    const connection = once(server, 'connection') as Promise<[Socket]>;
    const { child } = await python(script, path);
    const [other] = await connection;
    sockets.push(other);
    assert.deepEqual(native.peerCredentials(descriptorOf(other)), { pid: child.pid, uid: 65534, gid: 65533 });
  });

  it('refuses credentials of what has no peer', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    sockets.push(server);
    await once(server, 'listening');
    const own = connect((server.address() as { port: number }).port, '127.0.0.1');
    const [accepted] = (await once(server, 'connection')) as [Socket];
    sockets.push(own, accepted);
    assert.throws(() => native.peerCredentials(descriptorOf(accepted)), { code: 'ENOTCONN' });
    const file = openSync('/dev/null', 'r');
    assert.throws(() => native.peerCredentials(file), { code: 'ENOTSOCK', syscall: 'getsockopt' });
    closeSync(file);
  });

  const receiver = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.settimeout(10)
s.bind(sys.argv[1].replace("@", "\\0")); print("bound"); print(s.recv(70000).hex())`;

  for (const kind of ['a path', 'an abstract name']) {
    it(`sends a datagram to ${kind}`, async () => {
      const address = kind === 'a path' ? join(directory, 'notify') : `@ipsec-relay-test-${process.pid}`;
      const { rest } = await python(receiver, address);
      const payload = Buffer.concat([Buffer.from('READY=1\nSTATUS=ça va'), Buffer.alloc(2000, 0xff)]);
      native.unixDatagramSend(address, payload);
      assert.equal(await rest, `${payload.toString('hex')}\n`);
    });
  }

  it('sends an empty datagram, and one to an address of the greatest length', async () => {
    const address = `@${String(process.pid).padEnd(106, 'x')}`;
    const { rest } = await python(receiver, address);
    native.unixDatagramSend(address, new Uint8Array(0));
    assert.equal(await rest, '\n');
  });

  it('throws when nobody receives datagrams there, and does not block when the queue is full', async () => {
    const address = join(directory, 'notify');
    assert.throws(() => native.unixDatagramSend(address, Buffer.from('x')), {
      code: 'ENOENT',
      syscall: 'sendto',
      message: `cannot send a datagram to ${address}: No such file or directory (ENOENT)`,
    });
    const deaf =
      'import socket, sys, time; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM);' +
      's.bind(sys.argv[1]); print("bound"); time.sleep(20)';
    const { child } = await python(deaf, address);
    assert.throws(
      () => {
        for (let i = 0; i < 100_000; i++) native.unixDatagramSend(address, Buffer.from('x'));
      },
      { code: 'EAGAIN', syscall: 'sendto' },
    );
    child.kill('SIGKILL');
    await once(child, 'close');
    assert.throws(() => native.unixDatagramSend(address, Buffer.from('x')), { code: 'ECONNREFUSED' });
  });

  it('names and pins the calling thread, and no other', async () => {
    const allowed = () => /Cpus_allowed_list:\s*(.*)/.exec(readFileSync('/proc/self/status', 'utf8'))![1];
    const before = [readFileSync('/proc/self/comm', 'utf8'), allowed()];
    const { name, status } = await (await inThread('nameAndPin')).result;
    assert.equal(name, 'relay-worker-00');
    assert.match(status, /^Cpus_allowed_list:\s*1$/m);
    assert.deepEqual([readFileSync('/proc/self/comm', 'utf8'), allowed()], before);
  });

  it('refuses a CPU that this machine has not', () => {
    assert.throws(() => native.pinThread(1023), {
      code: 'EINVAL',
      message: 'cannot pin this thread to CPU 1023: Invalid argument (EINVAL)',
    });
  });
});
