/**
 * mocha's spec reporter. It also appends to the file TEST_REPORT the lines that `.ci/run` closes with: a line `totals PASSED FAILED
 * SKIPPED` for each run, and one for each test that failed, failed at first, or was skipped.
 */
import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_TEST_RETRY } = Mocha.Runner.constants;

export default class ReportingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const path = process.env['TEST_REPORT'];
    // Tests that run mocha again, in a namespace for one, must not be counted twice.
    delete process.env['TEST_REPORT'];
    if (path === undefined) return;
    const say = (...words: unknown[]) => appendFileSync(path, `${words.join(' ')}\n`);
    const reasonOf = (error: Error) => String(error.message).trim().split('\n')[0];
    runner.on(EVENT_TEST_FAIL, (test, error) => say('failed', `${test.fullTitle()}: ${reasonOf(error)}`));
    runner.on(EVENT_TEST_RETRY, (test, error) =>
      say('tried again', `${test.fullTitle()}: ${reasonOf(error)}`),
    );
    runner.on(EVENT_TEST_PENDING, (test) => say('skipped', test.fullTitle()));
    runner.once(EVENT_RUN_END, () => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      say('totals', passes, failures, pending);
    });
  }
}
