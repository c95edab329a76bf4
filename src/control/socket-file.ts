/** The control server's socket file: found stale and taken over, published with its mode, removed at the end. */
import {
  chmodSync,
  chownSync,
  closeSync,
  lstatSync,
  openSync,
  renameSync,
  type Stats,
  unlinkSync,
} from 'node:fs';
import { connect, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeAddon } from '../native/index.js';
import { descriptorOf } from './peer.js';

export type SocketNative = Pick<NativeAddon, 'peerCredentials' | 'lockExclusive'>;

/** sun_path (107 bytes and a NUL, unix(7)) less the process id that the name carries until it is published. */
export const MAX_PATH_BYTES = 107 - '.4194304'.length;

const LOCK_ATTEMPTS = 100;
const LOCK_INTERVAL_MS = 20;

/** A published socket file. */
export interface SocketFile {
  /** Removes the file, unless another server has put its own there meanwhile. */
  remove(): void;
}

/**
 * Makes `server` listen on `path`, with mode 0660 and the given group. A socket file without a listener
 * is taken over; a live one and anything that is no socket are refused and left alone.
 * @param gid -1: the group stays as the file system sets it
 * @throws Error with one sentence
 */
export async function publish(
  server: Server,
  path: string,
  gid: number,
  native: SocketNative,
): Promise<SocketFile> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new Error(
      `the control socket's path ${path} is ${Buffer.byteLength(path)} bytes long: use one of at most ${MAX_PATH_BYTES}`,
    );
  }
  const unlock = await lockDirectory(dirname(path), path, native);
  try {
    await refuseUnlessStale(path, native);
    // Bound under another name and renamed: the file appears at once with its mode and group, it replaces
    // a stale one atomically, and Node, which unlinks the name it bound even if another file lies there, cannot hit
    // a successor's file.
    const bound = `${path}.${process.pid}`;
    unlinkIfThere(bound);
    await listen(server, bound);
    chownSync(bound, -1, gid);
    chmodSync(bound, 0o660);
    renameSync(bound, path);
  } catch (error) {
    server.close();
    throw explained(error, path);
  } finally {
    unlock();
  }
  const own = lstatSync(path);
  return {
    remove() {
      const there = statIfThere(path);
      if (there?.ino === own.ino && there.dev === own.dev) unlinkIfThere(path);
    },
  };
}

/** Two servers that start at the same time take over one after the other: the lock is the directory's own. */
async function lockDirectory(directory: string, path: string, native: SocketNative): Promise<() => void> {
  let fd: number;
  try {
    fd = openSync(directory, 'r');
  } catch (error) {
    throw explained(error, path);
  }
  for (let attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
    if (native.lockExclusive(fd)) return () => closeSync(fd);
    await sleep(LOCK_INTERVAL_MS);
  }
  closeSync(fd);
  throw new Error(
    `another process holds a lock on ${directory}: wait until it has started, or set [control] socket elsewhere`,
  );
}

async function refuseUnlessStale(path: string, native: SocketNative): Promise<void> {
  const there = statIfThere(path);
  if (there === undefined) return;
  if (!there.isSocket()) {
    throw new Error(
      `${path} exists and is no socket; it is left alone: remove it, or set [control] socket to another path`,
    );
  }
  const pid = await answeringProcess(path, native);
  if (pid !== undefined) {
    throw new Error(
      `another ipsec-relayd (pid ${pid}) answers on ${path}; stop it or set [control] socket to another path`,
    );
  }
}

/** @returns the id of the process that listens on the socket; undefined: there is none */
function answeringProcess(path: string, native: SocketNative): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const probe: Socket = connect(path);
    probe.once('connect', () => {
      // For the connecting side, SO_PEERCRED names the process that called listen(2).
      const { pid } = native.peerCredentials(descriptorOf(probe));
      probe.destroy();
      resolve(pid);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(undefined);
      else reject(error);
    });
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function statIfThere(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** The kernel's refusals as sentences; our own pass through. */
function explained(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const directory = dirname(path);
  switch (code) {
    case undefined:
      return error;
    case 'ENOENT':
      return new Error(`the directory ${directory} of the control socket does not exist: create it first`);
    case 'EACCES':
    case 'EPERM':
      return new Error(
        `may not create the control socket ${path} (${code}): run as root, or use a directory of your own`,
      );
    default:
      return new Error(
        `cannot create the control socket ${path} (${code}): set [control] socket to another path`,
      );
  }
}
