/**
 * The native addon (native/): file descriptors, ioctls and memory. It knows no protocol.
 * Every function throws an `Error` with `code` (an errno name such as `EBUSY`), `errno` and
 * `syscall` set when the kernel refuses, except where a negative errno is documented as the result.
 */
import { createRequire } from 'node:module';

export interface NativeAddon {
  /**
   * Opens one queue of a TUN device (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE, non-blocking,
   * close-on-exec). `create` true: the device must not exist yet (IFF_TUN_EXCL, else EBUSY);
   * false: attaches another queue to the existing device. The device vanishes with its last queue.
   * @returns the file descriptor
   */
  tunOpen(name: string, create: boolean): number;

  /**
   * Reads up to `maxPackets` packets, without blocking, into `slab`: packet i at `offsets[i]`
   * with `lengths[i]` bytes. The first starts at `headroom`, each later one `headroom` bytes past the
   * end of the one before, rounded up to 64. Stops early when fewer than `headroom + 65535` bytes remain.
   * @returns packets read (0: none waits), or a negative errno when the first read failed
   * (-EIO / -EBADFD: the device is down or gone; a failure after the first packet is left for the next call)
   */
  tunReadBatch(
    fd: number,
    slab: Uint8Array,
    offsets: Int32Array,
    lengths: Int32Array,
    maxPackets: number,
    headroom: number,
  ): number;

  /**
   * Writes the packets i < count whose `verdicts[i]` is 0. A packet that the kernel refuses
   * (EAGAIN, ENOBUFS, EINVAL, ENOMEM, EIO ...) gets `verdicts[i] = failedVerdict` and the rest goes on.
   * @returns packets written, or a negative errno (-EIO / -EBADFD) when the device is down or gone
   */
  tunWriteBatch(
    fd: number,
    slab: Uint8Array,
    offsets: Int32Array,
    lengths: Int32Array,
    verdicts: Uint8Array,
    count: number,
    failedVerdict: number,
  ): number;

  /** A new eventfd (non-blocking, close-on-exec), for {@link wake}. */
  wakerOpen(): number;
  /** Wakes whoever waits on this eventfd, from any thread. */
  wake(wakerFd: number): void;
  /**
   * Waits until `fd` is readable, `wakerFd` was woken, or `timeoutMs` passed (-1: for ever; 0: polls).
   * Drains the waker. Restarted on EINTR with the remaining time.
   * @returns bit 0: readable, bit 1: woken, bit 2: error or hang-up on `fd`; 0: time-out
   */
  wait(fd: number, wakerFd: number, timeoutMs: number): number;
  /** Closes a file descriptor that one of these functions opened. */
  close(fd: number): void;

  /** flock(2) LOCK_EX | LOCK_NB. @returns false when another open file description holds it */
  lockExclusive(fd: number): boolean;
  /** SO_PEERCRED of a connected Unix socket. */
  peerCredentials(fd: number): { pid: number; uid: number; gid: number };
  /** Sends one datagram to a Unix socket; a leading `@` names the abstract namespace (sd_notify(3)). */
  unixDatagramSend(path: string, payload: Uint8Array): void;
  /** Pins the calling thread to one CPU (0-based). */
  pinThread(cpu: number): void;
  /** Sets the calling thread's name as ps and top show it (15 bytes at most). */
  nameThread(name: string): void;
}

const require = createRequire(import.meta.url);

/** The addon, as `make build` leaves it; IPSEC_RELAY_ADDON names another build (AddressSanitizer). */
export const native: NativeAddon = require(
  process.env['IPSEC_RELAY_ADDON'] ?? '../../../native/build/ipsec_relay.node',
) as NativeAddon;
