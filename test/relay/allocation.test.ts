/** Forwarding allocates nothing per packet, so that no collection ever stops a worker. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AllocationReport } from './allocation-child.js';
import { PATHS } from './allocation-paths.js';

const PACKETS = 1_000_000;
const BATCHES = PACKETS / 64;
/** relayLoop and the pipeline read a clock each once a batch, whose results V8 makes objects of 16 bytes, as well as the copies that they pass on. */
const BYTES_PER_BATCH = 48;
/**
 * Bytes that the run as a whole may take, whatever its length: its attachment, reading the heap's size, and code that is
 * compiled late, which alone was seen to take 600,000. The smallest object on one packet in ten would be 1,600,000.
 */
const SLACK_BYTES = 900_000;

describe('relay loop, a million packets once warm', function () {
  this.timeout(60_000);
  // Where others keep the compiler from its CPU, it works on while the heap is watched. Code that allocates does so each time.
  this.retries(2);

  for (const lookup of ['probe', 'map']) {
    it(`allocates nothing per packet and triggers no garbage collection (${lookup})`, () => {
      assertFlat(relayInChild('plain ESP', lookup));
    });
  }

  for (const name of Object.keys(PATHS).slice(1)) {
    it(`allocates nothing per packet: ${name}`, () => {
      const { verdict } = PATHS[name]!();
      const report = relayInChild(name, 'probe');
      // The path has the verdict that it is named for.
      if (verdict === undefined) assert.equal(report.verdicts['forward'], undefined, JSON.stringify(report));
      else assert.deepEqual(Object.keys(report.verdicts), [verdict], JSON.stringify(report));
      assertFlat(report);
    });
  }

  it('would be caught allocating one object per packet', () => {
    const report = relayInChild('plain ESP', 'probe', 'careless');
    assert.equal(report.verdicts['forward'], PACKETS);
    assert.ok(report.collections > 0 || report.heapGrowth > 16 * PACKETS, JSON.stringify(report));
  });
});

function assertFlat(report: AllocationReport): void {
  const relayed = Object.values(report.verdicts).reduce((sum, packets) => sum + packets, 0);
  assert.ok(relayed >= 0.99 * PACKETS, JSON.stringify(report));
  assert.equal(report.collections, 0, JSON.stringify(report));
  assert.ok(report.heapGrowth < BATCHES * BYTES_PER_BATCH + SLACK_BYTES, JSON.stringify(report));
}

function relayInChild(...words: string[]): AllocationReport {
  const child = fileURLToPath(new URL('./allocation-child.js', import.meta.url));
  const output = execFileSync(process.execPath, ['--expose-gc', child, ...words], { encoding: 'utf8' });
  return JSON.parse(output) as AllocationReport;
}
