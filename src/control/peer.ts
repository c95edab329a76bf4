/** The users that may speak to the control server: root, the user it runs as, and one group. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/** SO_PEERCRED: the process that connected, with its user and primary group at that moment. */
export interface PeerCredentials {
  pid: number;
  uid: number;
  gid: number;
}

/**
 * The file descriptor under a connected socket.
 * Node offers no public way to it; `_handle.fd` has been there since its first releases.
 */
export function descriptorOf(socket: Socket): number {
  const fd = (socket as unknown as { _handle: { fd: number } | null })._handle?.fd ?? -1;
  if (fd < 0) throw new Error('the socket has no file descriptor any more');
  return fd;
}

/**
 * @param group a group's name or number
 * @throws Error with a sentence when there is no such group
 */
export function groupId(group: string | number): number {
  if (typeof group === 'number' || /^\d+$/.test(group)) return Number(group);
  try {
    const [, , gid] = execFileSync('getent', ['group', '--', group], { encoding: 'utf8' }).split(':');
    return Number(gid);
  } catch {
    throw new Error(
      `there is no group ${JSON.stringify(group)} on this computer: name one of \`getent group\``,
    );
  }
}

/** @param gid the group allowed besides root and the server's own user, if any */
export function mayControl(peer: PeerCredentials, gid: number | undefined): boolean {
  if (peer.uid === 0 || peer.uid === process.geteuid?.()) return true;
  return gid !== undefined && (peer.gid === gid || supplementaryGroups(peer).includes(gid));
}

/** SO_PEERCRED carries the primary group alone; /proc has the others, as long as the process is still the same user's. */
function supplementaryGroups(peer: PeerCredentials): number[] {
  try {
    const status = readFileSync(`/proc/${peer.pid}/status`, 'utf8');
    if (Number(/^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1]) !== peer.uid) return [];
    return (/^Groups:(.*)$/m.exec(status)?.[1] ?? '').trim().split(/\s+/).map(Number);
  } catch {
    return [];
  }
}
