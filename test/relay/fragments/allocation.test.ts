/** The fragment table allocates nothing per fragment, and keeps nothing. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FragmentAllocationReport } from './allocation-child.js';

/** Code that is compiled late, and reading the heap's size. One byte per fragment would be 1,000,000. */
const SLACK_BYTES = 300_000;

describe('fragment table, a flood of a million fragments once warm', () => {
  it('allocates nothing per fragment, and lets every one of them go', function () {
    this.timeout(60_000);
    // For a compiler that others keep from its CPU, as in allocation.test.ts.
    this.retries(2);
    const child = fileURLToPath(new URL('./allocation-child.js', import.meta.url));
    const output = execFileSync(process.execPath, ['--expose-gc', child], { encoding: 'utf8' });
    const report = JSON.parse(output) as FragmentAllocationReport;
    assert.deepEqual([report.held, report.died, report.completed], [1_000_000, 1_000_000, 100_000], output);
    assert.equal(report.collections, 0, output);
    assert.ok(report.bufferGrowth < SLACK_BYTES, output);
    assert.ok(report.heapGrowth < SLACK_BYTES, output);
  });
});
