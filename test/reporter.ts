/**
 * mocha's spec reporter that also adds its totals to the file TEST_TOTALS, one line a run:
 * passed, failed, skipped. `.ci/run` sums them.
 */
import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';

export default class TotalsReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const path = process.env['TEST_TOTALS'];
    // Tests that run mocha again, in a namespace for one, must not be counted twice.
    delete process.env['TEST_TOTALS'];
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      if (path !== undefined) appendFileSync(path, `${passes} ${failures} ${pending}\n`);
    });
  }
}
