/**
 * The program in front of the workers, as another kernel than this machine's takes it (Linux 6.1, without a JIT compiler) from
 * a process that has the capabilities of src/daemon/ipsec-relayd.service and no more: its verifier is stricter then.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { tearDown } from './daemon.js';
import { GuestPlace } from './place.js';
import { CHECKOUT, Topology } from './topology.js';

const MOCHA = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const TESTS = join(CHECKOUT, 'dist/test/relay/filter/spi-filter.test.js');

describe('netns: the filter of unknown SPIs on Linux 6.1', function () {
  this.timeout(120_000);
  let topology: Topology;

  before(async () => {
    topology = await Topology.up();
  });
  after(() => tearDown(topology));

  it('passes all of its tests inside a guest', async () => {
    const words = ['--no-config', '--timeout', '100000', '--reporter', 'dot'];
    const { status, stdout, stderr } = await new GuestPlace(topology, 'second').run([
      'setpriv',
      '--bounding-set=-all,+net_admin,+bpf',
      process.execPath,
      MOCHA,
      ...words,
      TESTS,
    ]);
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /\d\d passing/);
    assert.doesNotMatch(stdout, /pending|failing/);
  });
});
