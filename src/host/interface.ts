/** Whether the TUN device's name can be had, and in words why not. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostRefusal, ipBatch } from './commands.js';
import { linkNamed } from './netlink.js';
import { DEVICE_ALIAS } from './plan.js';

/** How long the device of a process that was just killed may take to vanish. */
const VANISH_MS = 2000;
const POLL_MS = 50;

/**
 * Makes sure that no interface has this name, before the device is opened: waits while one vanishes,
 * removes a stale one of ours. Throws {@link HostRefusal} when the name is taken.
 * @returns a sentence for each device removed; empty when there was none
 */
export async function claimInterface(name: string): Promise<string[]> {
  const deadline = performance.now() + VANISH_MS;
  for (;;) {
    const link = linkNamed(name);
    if (!link) return [];
    const { kind, queues, alias } = link;
    if (kind !== 'tun' || (alias !== DEVICE_ALIAS && queues === 0)) {
      throw new HostRefusal(
        `interface ${name} exists and is not ours; give another interface name in the configuration`,
      );
    }
    if (queues === 0) {
      await ipBatch(4, [['link', 'del', 'dev', name]], 'stop'); // if it fails, the next round tells
      if (!linkNamed(name)) return [`removed the stale device ${name}`];
    }
    if (performance.now() >= deadline) {
      throw new HostRefusal(
        `interface ${name} is in use by ${holder(name)}; stop it, or give another interface name`,
      );
    }
    await sleep(POLL_MS);
  }
}

/** Why `native.tunOpen` failed, in words. */
export function tunOpenRefusal(error: unknown, name: string): HostRefusal {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOENT:
      '/dev/net/tun is missing; load the module (modprobe tun), or in a container add --device /dev/net/tun',
    ENODEV: '/dev/net/tun has no driver; load the module (modprobe tun)',
    ENXIO: '/dev/net/tun has no driver; load the module (modprobe tun)',
    ENOTTY:
      '/dev/net/tun is something else than the TUN device; make it anew (rm /dev/net/tun; mknod /dev/net/tun c 10 200)',
    EACCES: '/dev/net/tun may not be opened; run as root, or in a container add --device /dev/net/tun',
    EPERM: `the TUN device ${name} may not be created; run as root, or give the daemon CAP_NET_ADMIN`,
    EBUSY: `interface ${name} is in use by ${holder(name)}; stop it, or give another interface name`,
    EINVAL: `the kernel does not accept ${name} as the name of a TUN device; give another interface name`,
  };
  return new HostRefusal(reasons[code] ?? `the TUN device ${name} cannot be opened: ${message}`);
}

/** The process that has the TUN device open: its descriptors tell in /proc/PID/fdinfo. In another network namespace, the name is another device's. */
function holder(name: string): string {
  const mark = new RegExp(`^iff:\\s+${name.replaceAll('.', '\\.')}$`, 'm');
  const namespace = readlinkSync('/proc/self/ns/net');
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      if (readlinkSync(`/proc/${pid}/ns/net`) !== namespace) continue;
      const directory = `/proc/${pid}/fdinfo`;
      if (readdirSync(directory).some((fd) => mark.test(readFileSync(`${directory}/${fd}`, 'utf8')))) {
        return `process ${pid} (${programOf(pid)})`;
      }
    } catch {
      // The process ended meanwhile, or is not ours to look into.
    }
  }
  return 'another process';
}

/** The program that a process runs; for node, its script. */
function programOf(pid: string): string {
  const [program = '', script] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const name = basename(program);
  return name === 'node' && script ? basename(script) : name;
}
