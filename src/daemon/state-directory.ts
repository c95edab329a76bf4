/**
 * The state directory: root writes there and trusts its contents, so no one else may write to it. It is made if need
 * be, and locked for one daemon by an exclusive flock(2), which the kernel releases however the daemon ends.
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { native } from '../native/index.js';

/** The state directory cannot be had. The message is one sentence. */
export class StateRefusal extends Error {}

const OTHERS_MAY_WRITE = 0o022;

export class StateLock {
  #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /**
   * Makes the directory if need be, checks it, and locks it.
   * @throws {StateRefusal} when others may write to it, or another daemon has it (with its pid)
   */
  static acquire(directory: string): StateLock {
    const path = join(directory, 'lock');
    let fd: number;
    try {
      makeDirectory(directory);
      refuseUnsafe(directory);
      fd = openSync(
        path,
        constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW,
        0o600,
      );
    } catch (error) {
      throw refusal(directory, path, error);
    }
    try {
      if (!fstatSync(fd).isFile()) throw new StateRefusal(`${path} is no file; remove it`);
      if (!native.lockExclusive(fd)) {
        const holder = readFileSync(path, 'utf8').trim() || 'unknown';
        throw new StateRefusal(
          `another ipsec-relayd (pid ${holder}) uses the state directory ${directory}; stop it, or give this one another [state] directory`,
        );
      }
      ftruncateSync(fd);
      writeSync(fd, `${process.pid}\n`);
    } catch (error) {
      closeSync(fd);
      throw refusal(directory, path, error);
    }
    return new StateLock(fd);
  }

  /** The file stays: removing it would let two daemons lock two files of the same name. */
  release(): void {
    if (this.#fd < 0) return;
    ftruncateSync(this.#fd);
    closeSync(this.#fd);
    this.#fd = -1;
  }
}

/** One step after the other: `recursive` never ends where the file system makes no directories (/proc). */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path, 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    if (code !== 'ENOENT' || statSync(dirname(path), { throwIfNoEntry: false }) !== undefined) throw error;
    makeDirectory(dirname(path));
    mkdirSync(path, 0o700);
  }
}

function refuseUnsafe(directory: string): void {
  const { mode, uid } = statSync(directory);
  if (uid !== 0 && uid !== process.geteuid!()) {
    throw new StateRefusal(
      `the state directory ${directory} belongs to user ${uid}; it must belong to root or to the daemon's own user (chown root ${directory})`,
    );
  }
  if ((mode & OTHERS_MAY_WRITE) !== 0) {
    const shown = (mode & 0o7777).toString(8).padStart(4, '0');
    throw new StateRefusal(
      `others may write to the state directory ${directory} (mode ${shown}), and the daemon trusts its contents; protect it (chmod 0700 ${directory})`,
    );
  }
}

const ADVICE: Record<string, string> = {
  EACCES: 'there is no permission; run as root, or give another [state] directory',
  EPERM: 'there is no permission; run as root, or give another [state] directory',
  EROFS: 'its file system is read-only; give another [state] directory',
  ENOENT: 'its file system makes no directories there; give another [state] directory',
  ENOTDIR: 'a part of the path is a file; give another [state] directory',
  EEXIST: 'it is a file; give another [state] directory',
  EISDIR: 'its lock is a directory; remove that',
  ELOOP: 'its lock is a symbolic link; remove that',
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'the disk quota is used up; make room',
  EMFILE: 'the process has no descriptors left; raise its limit (ulimit -n)',
};

function refusal(directory: string, lock: string, error: unknown): StateRefusal {
  if (error instanceof StateRefusal) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const place = code === 'ELOOP' || code === 'EISDIR' ? ` (${lock})` : '';
  return new StateRefusal(
    `the state directory ${directory} cannot be used${place}: ${ADVICE[code] ?? message}`,
  );
}
