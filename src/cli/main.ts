#!/usr/bin/env node
/** `ipsec-relay`, the command-line tool. Exit status: 0 done, 1 refused or failed, 2 usage. */
import { ControlError } from '../control/client.js';
import { Refusal } from '../control/handler.js';
import { WordError } from '../control/words.js';
import { fail, watchOutput } from './output.js';
import { run } from './program.js';

watchOutput();
try {
  await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof WordError) fail(error.message, 2);
  else if (error instanceof Refusal) fail(error.message, error.kind === 'usage' ? 2 : 1);
  else if (error instanceof ControlError) fail(error.message, 1);
  else throw error;
}
