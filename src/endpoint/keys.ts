/**
 * The key file: a line for each key, `NAME HEX`; `#` starts a comment. No message quotes a line: a user
 * who mixes up name and key would find the key in a log.
 */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

/** The keys cannot be had; the message is one sentence. */
export class KeyFileError extends Error {}

const READ_ERRORS: Record<string, string> = {
  ENOENT: 'there is no such file; write it, a line NAME HEX for each key, with mode 0600',
  EACCES: 'it may not be read; run as its owner, or as root',
  EISDIR: 'it is a directory; name a file',
  ENOTDIR: 'a part of the path is a file and not a directory',
};

/** @throws KeyFileError when others may read or write the file, or a line is no key */
export function loadKeys(path: string): Map<string, Uint8Array> {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new KeyFileError(`${path}: ${READ_ERRORS[code] ?? message}`);
  }
  try {
    // Check the file that was opened, not its path, which could change in between.
    const { mode, uid } = fstatSync(fd);
    if ((mode & 0o170000) !== 0o100000) throw new KeyFileError(`${path}: ${READ_ERRORS['EISDIR']}`);
    if ((mode & 0o077) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, '0');
      throw new KeyFileError(
        `${path}: others may use the keys (mode ${shown}); protect the file (chmod 0600 ${path})`,
      );
    }
    if (uid !== 0 && uid !== process.geteuid!()) {
      throw new KeyFileError(
        `${path}: it belongs to user ${uid}; it must belong to root or to the daemon's own user`,
      );
    }
    return parseKeys(readFileSync(fd, 'utf8'), path);
  } finally {
    closeSync(fd);
  }
}

export function parseKeys(text: string, path: string): Map<string, Uint8Array> {
  const keys = new Map<string, Uint8Array>();
  for (const [i, line] of text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/);
    if (words[0] === '') continue;
    const place = `${path}:${i + 1}`;
    const [name, hex = ''] = words as [string, string?];
    if (words.length !== 2) throw new KeyFileError(`${place}: a line is NAME HEX, a name and its key`);
    if (!/^(0x)?([0-9a-f]{2})+$/i.test(hex)) {
      throw new KeyFileError(`${place}: the key is not hexadecimal, two digits a byte`);
    }
    if (keys.has(name))
      throw new KeyFileError(`${place}: a key of this name is there already; leave one out`);
    keys.set(name, Uint8Array.from(Buffer.from(hex.replace(/^0x/i, ''), 'hex')));
  }
  return keys;
}
