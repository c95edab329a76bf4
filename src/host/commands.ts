/** The two tools with which the host is changed: ip(8) and /proc/sys. Errors become sentences here. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import type { Family } from '../wire/address.js';

/** The host is not, or cannot be, as the daemon needs it. The message is one sentence that says what to do. */
export class HostRefusal extends Error {}

/** A command of ip(8) that failed; `line` is its 0-based place in the batch. */
interface FailedCommand {
  readonly line: number;
  readonly reason: string;
}

/** Room for complaints about tens of thousands of commands, bytes. */
const MAX_OUTPUT = 256 << 20;

/**
 * Runs commands in one process of ip(8).
 * @param onFailure 'stop': the first that fails is the last; 'continue': all are tried
 * @returns those that failed
 */
export function ipBatch(
  family: Family,
  commands: readonly (readonly string[])[],
  onFailure: 'stop' | 'continue',
): Promise<readonly FailedCommand[]> {
  const words = [`-${family}`, ...(onFailure === 'continue' ? ['-force'] : []), '-batch', '-'];
  return new Promise((resolve, reject) => {
    const child = execFile('ip', words, { maxBuffer: MAX_OUTPUT }, (error, _output, complaints) => {
      const code = (error as NodeJS.ErrnoException | null)?.code as string | number | undefined;
      if (code === 'ENOENT') {
        return reject(new HostRefusal('the program ip is missing; install it (apt install iproute2)'));
      }
      if (/Operation not permitted/.test(complaints)) {
        return reject(
          new HostRefusal('the network may not be changed; run as root, or give the daemon CAP_NET_ADMIN'),
        );
      }
      if (error && typeof code !== 'number')
        return reject(new HostRefusal(`the program ip failed: ${error.message}`));
      resolve(error ? failures(complaints) : []);
    });
    child.stdin!.on('error', () => {}); // it ended early: the callback knows why
    child.stdin!.end(commands.map((command) => `${command.join(' ')}\n`).join(''));
  });
}

/** Runs commands of nft(8). @returns why they failed, or undefined; all of them are done, or none */
export function runNft(commands: string, ...options: string[]): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = execFile('nft', [...options, '-f', '-'], (error, _output, complaints) => {
      if (!error) return resolve(undefined);
      if (error.code === ('ENOENT' as unknown)) {
        return reject(new HostRefusal('the program nft is missing; install it (apt install nftables)'));
      }
      resolve(complaints.split('\n', 1)[0]!.replace(/^.*?Error: /, ''));
    });
    child.stdin!.on('error', () => {}); // it ended early: the callback knows why
    child.stdin!.end(commands);
  });
}

/** Each failed line of a batch leaves its reason, then "Command failed -:LINE". */
function failures(complaints: string): FailedCommand[] {
  const failed: FailedCommand[] = [];
  const reasons: string[] = [];
  for (const line of complaints.split('\n')) {
    const place = /^Command failed -:(\d+)$/.exec(line);
    if (place) failed.push({ line: Number(place[1]) - 1, reason: reasons.splice(0).join('; ') });
    else if (line !== '') reasons.push(line.replace(/^(RTNETLINK answers|Error): /, ''));
  }
  return failed.length > 0 ? failed : [{ line: 0, reason: reasons.join('; ') }];
}

/** @param key path below /proc/sys @returns undefined when the kernel has no such key */
export async function readSysctl(key: string): Promise<string | undefined> {
  try {
    return (await readFile(`/proc/sys/${key}`, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new HostRefusal(`${key.replaceAll('/', '.')} cannot be read: ${(error as Error).message}`);
  }
}

export async function writeSysctl(key: string, value: string): Promise<void> {
  try {
    // An empty list is a line too: the kernel takes no write of 0 bytes for one.
    await writeFile(`/proc/sys/${key}`, `${value}\n`);
  } catch (error) {
    const name = key.replaceAll('/', '.');
    const why =
      (error as NodeJS.ErrnoException).code === 'EROFS' ? '/proc/sys is read-only' : (error as Error).message;
    throw new HostRefusal(
      `${name} cannot be set to ${value} (${why}); set it from outside (sysctl -w ${name}=${value}; in a container: --sysctl ${name}=${value}) and start again`,
    );
  }
}
