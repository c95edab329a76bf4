/** Runs programs; a failure tells everything that was printed. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';

export interface Outcome {
  /** Exit status; -1 when a signal ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

/** Runs a program to its end, whatever that is. */
export function outcomeOf(words: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const { env = process.env, timeoutMs = 60_000 } = options;
  const [program, ...rest] = words;
  return new Promise((resolve) => {
    execFile(
      program!,
      rest,
      { env, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 512 << 20 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === 'number') resolve({ status: code, stdout, stderr });
        else resolve({ status: -1, stdout, stderr: `${stderr}${error}` });
      },
    );
  });
}

/** Runs a program that must succeed. @returns its standard output */
export async function run(words: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await outcomeOf(words, options);
  if (status === 0) return stdout;
  throw new Error(`"${words.join(' ')}" ended with ${status}:\n${stderr}${stdout}`);
}

/** A program in the background, with all that it prints. */
export class Background {
  readonly child: ChildProcess;
  output = '';
  /** Exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;

  constructor(words: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    const [program, ...rest] = words;
    this.child = spawn(program!, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (text: Buffer) => {
        this.output += text.toString();
      });
    }
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => resolve(code ?? signal!));
    });
    this.ended.catch(() => {});
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

/** Asks again and again until the answer is true. @throws when it is not in time, with the text of `seen` */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  seen: () => string | Promise<string> = () => '',
  limitMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error(`within ${limitMs} ms ${what} did not come about:\n${await seen()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
