/** Sentences of the command line, for a person or a service manager that may not read them. */
import { native } from '../native/index.js';

/** How long a reader that is behind is waited for, milliseconds. */
const PATIENCE_MS = 200;
const STEP_MS = 5;

/** Writes to standard output (1) or standard error (2). Never throws. @returns whether all of it was written */
export function say(fd: 1 | 2, text: string): boolean {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  let rest = Buffer.from(text);
  try {
    for (let waited = 0; waited <= PATIENCE_MS; waited += STEP_MS) {
      rest = rest.subarray(native.writeNow(fd, rest));
      if (rest.length === 0) return true;
      Atomics.wait(clock, 0, 0, STEP_MS);
    }
  } catch {
    // The disk is full, or the reader has gone: the exit status must do.
  }
  return false;
}
