import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { ControlClient, ControlError } from '../../src/control/client.js';
import { encodeResponse } from '../../src/control/message.js';
import { Rig, serveElsewhere } from './rig.js';

describe('control client', () => {
  let rig: Rig;
  let server: Server | undefined;
  const sockets: Socket[] = [];
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server?.close();
    server = undefined;
    await rig.end();
  });

  /** A daemon that handles each connection as the test says. */
  async function pretend(behave: (socket: Socket) => void): Promise<void> {
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      behave(socket);
    });
    server.listen(rig.path);
    await once(server, 'listening');
  }

  const failsToConnect = (path: string, message: string) =>
    assert.rejects(ControlClient.connect(path), new ControlError(message));

  it('says that nobody runs', async () => {
    await failsToConnect(
      rig.path,
      `ipsec-relayd is not running (no socket at ${rig.path}); start it, or name its socket with --socket`,
    );
    const child = await serveElsewhere(rig.path);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await failsToConnect(
      rig.path,
      `ipsec-relayd is not running (no process answers at ${rig.path}); start it, or name its socket with --socket`,
    );
  });

  it('says that the path is no socket', async () => {
    writeFileSync(rig.path, '');
    for (const path of [rig.path, dirname(rig.path)]) {
      await failsToConnect(path, `${path} is not a socket; name that of ipsec-relayd with --socket`);
    }
  });

  it('says that the user may not', async function () {
    if (process.getuid?.() !== 0) this.skip();
    rig.openDirectory();
    await rig.listen({ group: 'daemon' });
    process.seteuid?.(65534);
    try {
      await failsToConnect(
        rig.path,
        `may not use ${rig.path}: run as root, or as a member of the group that owns it`,
      );
    } finally {
      process.seteuid?.(0);
    }
  });

  it('rejects every unanswered request when the daemon goes', async () => {
    await pretend((socket) => socket.once('data', () => socket.destroy()));
    const client = await ControlClient.connect(rig.path);
    const outcomes = await Promise.allSettled([client.status(), client.flushSas(), client.reload()]);
    for (const outcome of outcomes) {
      assert.equal(outcome.status, 'rejected');
      assert.match(
        String(outcome.status === 'rejected' && outcome.reason),
        /closed the connection before it answered/,
      );
    }
  });

  it('gives up on a daemon that does not answer', async () => {
    await pretend(() => {});
    const client = await ControlClient.connect(rig.path, 100);
    await assert.rejects(
      client.status(),
      new ControlError(`ipsec-relayd (${rig.path}) has not answered for 0.1 s`),
    );
  });

  it('says that somebody else answers', async () => {
    await pretend((socket) => socket.write('220 mail.example ESMTP\r\n'));
    const client = await ControlClient.connect(rig.path);
    await assert.rejects(client.status(), /does not speak the control protocol/);
  });

  it('notices an answer to something else', async () => {
    await pretend((socket) => socket.write(encodeResponse({ version: 1, id: 99, done: { message: 'hi' } })));
    const client = await ControlClient.connect(rig.path);
    await assert.rejects(client.status(), /answered something else/);
  });

  it('lets a slow reader of events slow down the daemon, not fill the memory', async () => {
    let written = 0;
    await pretend((socket) => {
      const event = encodeResponse({
        version: 1,
        id: 1,
        event: { event: 'ready', message: 'x'.repeat(1000) },
      });
      const fill = () => {
        while (written < 20_000 && socket.write(event)) written++;
      };
      socket.on('drain', fill);
      socket.once('data', fill);
    });
    const client = await ControlClient.connect(rig.path);
    const events = client.monitor();
    await events.next();
    // Half a second is enough to write all of them, were they read.
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.ok(written < 2000, `${written} events of 1 kB were taken in`);
    client.close();
  });
});
