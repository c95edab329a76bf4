import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MOCHA = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const INSIDE = 'IPSEC_RELAY_TEST_INSIDE';
const TIME_LIMIT_MS = 120_000;

/** The functions that a body may use; the same words as mocha's own. */
export interface NamespacedTests {
  it(title: string, test: () => void | Promise<void>): void;
  before(hook: () => void | Promise<void>): void;
  after(hook: () => void | Promise<void>): void;
  afterEach(hook: () => void | Promise<void>): void;
}

interface Report {
  tests: { fullTitle: string; err: { message?: string; stack?: string } }[];
  failures: { fullTitle: string; err: { message?: string; stack?: string } }[];
}

/**
 * A `describe` whose tests run in a fresh network namespace (IPv6 off, so that the kernel sends nothing
 * of its own accord). The test file runs once more in a child process inside the namespace; here each
 * test repeats its result from there. At most one in a file; needs root and unshare(1).
 * @param url `import.meta.url` of the test file
 * @param environment computed just before the child starts, for variables beside ours
 */
export function describeInNamespace(
  title: string,
  url: string,
  body: (tests: NamespacedTests) => void,
  environment: () => NodeJS.ProcessEnv = () => ({}),
): void {
  if (process.env[INSIDE] === url) {
    describe(title, () => {
      before(() => writeFileSync('/proc/sys/net/ipv6/conf/all/disable_ipv6', '1'));
      body({ it, before, after, afterEach });
    });
    return;
  }
  describe(title, () => {
    let report: Report;
    before(async function () {
      this.timeout(TIME_LIMIT_MS + 1000);
      report = await runInside(url, environment());
    });
    const ignore = () => {};
    body({ it: repeatOutcome, before: ignore, after: ignore, afterEach: ignore });

    function repeatOutcome(testTitle: string): void {
      it(testTitle, () => {
        const fullTitle = `${title} ${testTitle}`;
        const failure =
          report.failures.find((failed) => failed.fullTitle === fullTitle) ?? report.failures[0];
        const ran = report.tests.some((test) => test.fullTitle === fullTitle);
        if (!ran || failure?.fullTitle === fullTitle) {
          assert.fail(
            failure?.err.stack ?? failure?.err.message ?? 'the test did not run inside the namespace',
          );
        }
      });
    }
  });
}

async function runInside(url: string, environment: NodeJS.ProcessEnv): Promise<Report> {
  const directory = mkdtempSync(join(tmpdir(), 'ipsec-relay-test-'));
  const output = join(directory, 'report.json');
  try {
    const mocha = [MOCHA, '--reporter', 'json', '--reporter-option', `output=${output}`, fileURLToPath(url)];
    const child = spawn('unshare', ['--net', process.execPath, ...mocha], {
      env: { ...process.env, ...environment, [INSIDE]: url },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIME_LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const status = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? signal));
    });
    let report: Report;
    try {
      report = JSON.parse(readFileSync(output, 'utf8')) as Report;
    } catch {
      throw new Error(`the child in the namespace ended with ${status} and left no report:\n${said}`);
    }
    // A crash after the report (a sanitizer's, at exit) must not pass for success.
    assert.equal(status, report.failures.length, `the child in the namespace ended with ${status}:\n${said}`);
    return report;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
