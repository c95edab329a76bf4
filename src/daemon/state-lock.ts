/** One daemon a state directory: an exclusive flock(2), which the kernel releases however the daemon ends. */
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { native } from '../native/index.js';

/** The state directory cannot be had. The message is one sentence. */
export class StateRefusal extends Error {}

export class StateLock {
  #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Creates the directory if need be and locks it. Throws {@link StateRefusal}, with the holder's pid when it is locked. */
  static acquire(directory: string): StateLock {
    const path = join(directory, 'lock');
    let fd: number;
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      fd = openSync(path, 'a+', 0o600);
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      throw new StateRefusal(`the state directory ${directory} cannot be used: ${ADVICE[code] ?? message}`);
    }
    if (!native.lockExclusive(fd)) {
      closeSync(fd);
      const holder = readFileSync(path, 'utf8').trim() || 'unknown';
      throw new StateRefusal(
        `another ipsec-relayd (pid ${holder}) uses the state directory ${directory}; stop it, or give this one another [state] directory`,
      );
    }
    ftruncateSync(fd);
    writeSync(fd, `${process.pid}\n`);
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

const ADVICE: Record<string, string> = {
  EACCES: 'there is no permission; run as root, or give another [state] directory',
  EPERM: 'there is no permission; run as root, or give another [state] directory',
  EROFS: 'its file system is read-only; give another [state] directory',
  ENOTDIR: 'a part of the path is a file; give another [state] directory',
  EEXIST: 'it is a file; give another [state] directory',
  ENOSPC: 'the disk is full',
};
