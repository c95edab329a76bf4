import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Notifier } from '../../src/daemon/notify.js';

/** Node cannot receive Unix datagrams: python3 prints each as a JSON line. */
const RECEIVER = `
import json, socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1].replace("@", "\\0", 1))
print("bound", flush=True)
while True: print(json.dumps(receiver.recv(4096).decode()), flush=True)
`;

describe('daemon/notify', () => {
  let directory: string;
  let receiver: ChildProcess;
  let received: string[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'notify-test-'));
    received = [];
  });

  afterEach(() => {
    receiver?.kill();
    rmSync(directory, { recursive: true });
  });

  async function listen(socket: string): Promise<void> {
    receiver = spawn('python3', ['-c', RECEIVER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(receiver.stdout!);
    await once(lines, 'line');
    lines.on('line', (line) => received.push(JSON.parse(line)));
  }

  for (const kind of ['path', 'abstract']) {
    it(`tells the service manager how it is, over a socket with ${kind} name`, async () => {
      const socket = kind === 'path' ? join(directory, 'notify') : `@ipsec-relay-test-${process.pid}`;
      await listen(socket);
      const environment = { NOTIFY_SOCKET: socket };
      const notifier = new Notifier(environment);
      assert.deepEqual(environment, {});
      notifier.ready('forwarding for 198.18.9.9');
      const before = process.hrtime.bigint() / 1000n;
      notifier.reloading();
      notifier.status('2 SAs');
      notifier.stopping();
      for (let i = 0; i < 100 && received.length < 4; i++) await sleep(20);
      const [ready, reloading, ...rest] = received as [string, string, ...string[]];
      assert.equal(ready, 'READY=1\nSTATUS=forwarding for 198.18.9.9');
      assert.match(reloading, /^RELOADING=1\nMONOTONIC_USEC=\d+$/);
      const delay = BigInt(reloading.split('=').at(-1)!) - before;
      assert.ok(delay >= 0n && delay < 1_000_000n, `${delay} µs`);
      assert.deepEqual(rest, ['STATUS=2 SAs', 'STOPPING=1']);
    });
  }

  it('keeps the watchdog alive from readiness to the stop, and only for its own process', async () => {
    const socket = join(directory, 'notify');
    await listen(socket);
    const watchdog = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '100000' };
    new Notifier({ ...watchdog, WATCHDOG_PID: '1' }).ready('other');
    const notifier = new Notifier({ ...watchdog, WATCHDOG_PID: String(process.pid) });
    await sleep(150);
    assert.deepEqual(received, ['READY=1\nSTATUS=other']);
    notifier.ready('own');
    await sleep(500);
    notifier.stopping();
    await sleep(200);
    const beats = received.filter((text) => text === 'WATCHDOG=1').length;
    assert.ok(beats >= 6 && beats <= 10, `${beats} in 500 ms`);
    assert.equal(received.at(-1), 'STOPPING=1');
  });

  it('does nothing without a service manager, and outlives one that is gone', () => {
    new Notifier({}).ready('');
    new Notifier({ NOTIFY_SOCKET: join(directory, 'nobody') }).ready('');
  });
});
