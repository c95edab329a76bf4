import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { groupId, mayControl } from '../../src/control/peer.js';
import { Rig } from './rig.js';

const NOBODY = 65534;
const DAEMON_GROUP = 1;

/** Connects as another user (self-contained: that user may not be able to read this checkout) and prints the bytes that come. */
const CONNECT = `
  const socket = require('node:net').connect(process.argv[1]);
  socket.on('error', (error) => { console.log(error.code); process.exit(); });
  socket.on('connect', () => console.log('connected'));
  socket.on('data', (chunk) => console.log(chunk.toString('latin1')));
  setTimeout(() => process.exit(), 400);
`;

/** @param setpriv arguments of setpriv(1) that choose user and groups */
async function connectAs(setpriv: string[], path: string): Promise<string> {
  const child = spawn('setpriv', [...setpriv, process.execPath, '-e', CONNECT, path], { cwd: '/' });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  await once(child, 'close');
  return output;
}

const PLAIN = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'];
const PRIMARY = ['--reuid', String(NOBODY), '--regid', String(DAEMON_GROUP), '--clear-groups'];
const SUPPLEMENTARY = [
  '--reuid',
  String(NOBODY),
  '--regid',
  String(NOBODY),
  '--groups',
  String(DAEMON_GROUP),
];

describe('control peers', () => {
  let rig: Rig;
  beforeEach(function () {
    if (process.getuid?.() !== 0) this.skip();
    rig = new Rig();
    rig.openDirectory();
  });
  afterEach(() => rig?.end());

  it('outside the group are kept out by the socket’s mode', async () => {
    await rig.listen({ group: 'daemon' });
    assert.match(await connectAs(PLAIN, rig.path), /^EACCES/);
  });

  it('outside the group are refused by name even where the mode lets them in', async () => {
    await rig.listen({ group: 'daemon' });
    chmodSync(rig.path, 0o666);
    const answer = await connectAs(PLAIN, rig.path);
    assert.match(answer, /^connected\n.*ipsec-relayd serves root and group daemon, not user id 65534/s);
    assert.ok(rig.logged.some((line) => line.includes('was refused') && line.includes('"uid":65534')));
  });

  it('that are not root are refused where no group is set', async () => {
    await rig.listen();
    chmodSync(rig.path, 0o666);
    assert.match(await connectAs(PRIMARY, rig.path), /serves root only, not user id 65534/);
  });

  for (const [what, setpriv] of [
    ['primary', PRIMARY],
    ['supplementary', SUPPLEMENTARY],
  ] as const) {
    it(`whose ${what} group it is are served`, async () => {
      await rig.listen({ group: 'daemon' });
      assert.equal(await connectAs(setpriv, rig.path), 'connected\n');
    });
  }

  it('are judged by their credentials', () => {
    const stranger = { pid: 1, uid: NOBODY, gid: NOBODY };
    assert.equal(mayControl({ ...stranger, uid: 0 }, undefined), true);
    assert.equal(mayControl(stranger, undefined), false);
    assert.equal(mayControl({ ...stranger, gid: 5 }, 5), true);
    // Process 1 is in group 0, but it is not this user's any more.
    assert.equal(mayControl(stranger, 0), false);
    assert.equal(mayControl({ ...stranger, pid: 4_194_305 }, 5), false);
  });

  it('groups are found by name and by number', () => {
    assert.equal(groupId('daemon'), 1);
    assert.equal(groupId('1234'), 1234);
    assert.equal(groupId(7), 7);
    assert.throws(() => groupId('--help'), /there is no group "--help"/);
  });
});
