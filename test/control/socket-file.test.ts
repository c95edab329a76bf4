import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { ControlClient } from '../../src/control/client.js';
import { Rig, serveElsewhere } from './rig.js';

describe('control socket file', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(() => rig.end());

  it('has mode 0660 and the group, and goes when the server closes', async () => {
    const server = await rig.listen({ group: 'daemon' });
    const { mode, gid } = statSync(rig.path);
    assert.equal(mode & 0o777, 0o660);
    assert.equal(gid, 1);
    assert.deepEqual(readdirSync(rig.directory), ['control.sock']);
    await server.close();
    assert.deepEqual(readdirSync(rig.directory), []);
  });

  it('of a living daemon is refused with its pid, and left alone', async () => {
    const other = await serveElsewhere(rig.path);
    try {
      await assert.rejects(rig.listen(), {
        message: `another ipsec-relayd (pid ${other.pid}) answers on ${rig.path}; stop it or set [control] socket to another path`,
      });
      assert.equal((await (await ControlClient.connect(rig.path)).status()).pid, other.pid);
    } finally {
      other.kill('SIGKILL');
    }
  });

  it('of a daemon that was killed is taken over', async () => {
    const other = await serveElsewhere(rig.path);
    other.kill('SIGKILL');
    await once(other, 'exit');
    assert.ok(existsSync(rig.path));
    await rig.listen();
    const client = await ControlClient.connect(rig.path);
    assert.equal((await client.status()).pid, process.pid);
    client.close();
  });

  it('goes to exactly one of several that start at the same time over a stale one', async () => {
    const other = await serveElsewhere(rig.path);
    other.kill('SIGKILL');
    await once(other, 'exit');
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => rig.listen()));
    const won = outcomes.filter(({ status }) => status === 'fulfilled');
    assert.equal(won.length, 1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        assert.match(String(outcome.reason), /another ipsec-relayd \(pid \d+\) answers/);
    }
    const client = await ControlClient.connect(rig.path);
    await client.status();
    client.close();
  });

  it('is refused and left alone when something else lies there', async () => {
    writeFileSync(rig.path, 'precious');
    await assert.rejects(rig.listen(), /exists and is no socket; it is left alone/);
    assert.equal(statSync(rig.path).size, 8);
  });

  it('of a successor is not removed', async () => {
    const first = await rig.listen();
    unlinkSync(rig.path);
    await rig.listen();
    await first.close();
    const client = await ControlClient.connect(rig.path);
    await client.status();
    client.close();
  });

  it('that cannot be made is explained', async () => {
    await assert.rejects(
      rig.listen({ socketPath: '/nonexistent/control.sock' }),
      /directory \/nonexistent .* does not exist/,
    );
    await assert.rejects(
      rig.listen({ socketPath: `/tmp/${'x'.repeat(100)}` }),
      /is 105 bytes long: use one of at most 99/,
    );
    await assert.rejects(rig.listen({ group: 'no-such-group' }), /there is no group "no-such-group"/);
  });
});
