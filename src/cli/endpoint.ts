/** `ipsec-relay endpoint`: ipsec-relayd in the foreground, as this process's child. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The daemon's program, where `make build` puts it beside the CLI's. */
const DAEMON = fileURLToPath(new URL('../daemon/main.js', import.meta.url));

/** The signal by which a container asks its program to end, and those that a terminal sends to the child as well. */
const FORWARDED = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Runs it to its end: with the same standard input and output, with the signals that come here, and with its exit
 * status as this program's. Node cannot replace its own process by another.
 */
export async function runEndpoint(config: string, check: boolean): Promise<void> {
  const words = [DAEMON, '--role', 'endpoint', '--config', config, ...(check ? ['--check'] : [])];
  const child = spawn(process.execPath, [...process.execArgv, ...words], { stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  for (const signal of FORWARDED) process.off(signal, forward);
  process.exitCode = status ?? 128 + constants.signals[signal!];
}
