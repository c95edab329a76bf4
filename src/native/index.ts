/**
 * The native addon (native/): file descriptors, ioctls and memory. It knows no protocol.
 *
 * When the kernel refuses, a function throws an `Error` with `code` (the errno's name, such as
 * `EBUSY`), `errno` (negative, as in Node's own errors) and `syscall`, except where a negative errno
 * is documented as the result. An argument of the wrong type is a `TypeError`, one out of range a
 * `RangeError`. Typed arrays may lie over an ArrayBuffer or a SharedArrayBuffer. Any thread may call
 * any function; one file descriptor may be used by several threads.
 */
import { createRequire } from 'node:module';

/** The result of {@link NativeAddon.watchReadable}. */
declare const isWatch: unique symbol;
export type Watch = { readonly [isWatch]: true };

export interface NativeAddon {
  /**
   * Opens one queue of a TUN device (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE, non-blocking,
   * close-on-exec). `create` true: the device must not exist yet (IFF_TUN_EXCL, else EBUSY);
   * false: attaches another queue to the existing device (else ENODEV; EINVAL when it is no
   * multi-queue TUN device). The device vanishes with its last queue, unless it was made persistent.
   * @param name 1-15 bytes, without `%`, `/`, `:` and blanks
   * @returns the file descriptor
   */
  tunOpen(name: string, create: boolean): number;

  /**
   * Reads up to `maxPackets` packets, without blocking, into `slab`: packet i at `offsets[i]`
   * with `lengths[i]` bytes. Each packet starts `headroom` bytes past the end of the one before (the
   * first: past the start of the slab), rounded up to 64. Stops early when fewer than 65535 bytes
   * remain from there, so that no packet is ever cut.
   * @param slab `headroom` (rounded up to 64) + 65535 bytes or more, less than 2 GiB
   * @param maxPackets 1-256, and not more than `offsets` and `lengths` hold
   * @param headroom 0-65535 bytes
   * @returns packets read (0: none waits, or the device is down), or -EBADFD / -EIO when the first
   * read finds the device gone; a failure after the first packet is left for the next call
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
   * Writes the packets i < count whose `verdicts[i]` is `lastSentVerdict` or below, in order. A packet that the kernel refuses
   * (EAGAIN, ENOBUFS, ENOMEM, EINVAL: empty or not IP ...) or that is longer than 65535 bytes gets
   * `verdicts[i] = failedVerdict`, and the rest goes on. When the device is down (EIO) or gone
   * (EBADFD), this packet and all after it are marked. Packets longer than the device's MTU are
   * accepted. A packet outside the slab is a RangeError; those before it are written.
   * @param count 0-256, and not more than the arrays hold
   * @param lastSentVerdict 0-254
   * @param failedVerdict above `lastSentVerdict`, up to 255
   * @returns packets written; -EIO / -EBADFD instead of 0 when the device is down / gone
   */
  tunWriteBatch(
    fd: number,
    slab: Uint8Array,
    offsets: Int32Array,
    lengths: Int32Array,
    verdicts: Uint8Array,
    count: number,
    lastSentVerdict: number,
    failedVerdict: number,
  ): number;

  /**
   * Opens a socket (non-blocking, close-on-exec) that is bound to one of this host's addresses and sends and receives
   * packets without their IP header: a UDP socket for protocol 17, for any other a raw socket of that protocol. The kernel makes
   * the header: it sets Don't Fragment on packets that fit the path's MTU, fragments longer ones, and reassembles
   * received ones. A UDP socket over IPv4 sends no checksum.
   * @param address 16 bytes, IPv4 in its IPv4-mapped form
   * @param protocol 1-255
   * @param port of a UDP socket, 0-65535; otherwise ignored
   * @param mark for routing rules (SO_MARK); 0: none
   * @returns the file descriptor
   */
  ipSocketOpen(address: Uint8Array, protocol: number, port: number, mark: number): number;

  /**
   * Reads up to `maxPackets` packets from a socket of {@link ipSocketOpen}, without blocking, laid out as by
   * {@link tunReadBatch}. Of a raw IPv4 socket, packets begin with their IP header; of others, behind it (or UDP's).
   * @param sources 20 bytes a packet: address (16), port (2, network byte order), two zeros
   * @param classes traffic class or type of service, a byte a packet
   * @param hopLimits hop limit or TTL, a byte a packet
   * @returns packets read (0: none waits)
   */
  ipSocketReadBatch(
    fd: number,
    slab: Uint8Array,
    offsets: Int32Array,
    lengths: Int32Array,
    sources: Uint8Array,
    classes: Uint8Array,
    hopLimits: Uint8Array,
    maxPackets: number,
    headroom: number,
  ): number;

  /**
   * Sends the packets i < count whose `verdicts[i]` is below `failedVerdict`, in order. While the socket's queue is
   * full it waits, 100 ms at most. A packet that the kernel refuses gets `failedVerdict`, and the rest goes on.
   * @param destinations as `sources` of {@link ipSocketReadBatch}; the port is 0 for a raw socket
   * @param classes as there; `hopLimits` too, 0: the host's default
   * @param failedVerdict 1-255
   * @returns packets sent
   */
  ipSocketWriteBatch(
    fd: number,
    slab: Uint8Array,
    offsets: Int32Array,
    lengths: Int32Array,
    destinations: Uint8Array,
    classes: Uint8Array,
    hopLimits: Uint8Array,
    verdicts: Uint8Array,
    count: number,
    failedVerdict: number,
  ): number;

  /**
   * The path's MTU as the kernel knows it, in bytes: of the interface, or less once a router has said so.
   * @returns it, or a negative errno (-ENETUNREACH: no route)
   */
  pathMtu(source: Uint8Array, destination: Uint8Array, mark: number): number;

  /** A new eventfd (non-blocking, close-on-exec), for {@link wake}. */
  wakerOpen(): number;

  /** Wakes the thread that waits on this eventfd, from any thread; if none waits, the next wait returns at once. */
  wake(wakerFd: number): void;

  /**
   * Waits until `fd` is readable, `wakerFd` was woken, or `timeoutMs` milliseconds passed (-1: for
   * ever; 0: polls). Blocks the calling thread. Drains the waker. Restarted on EINTR with the remaining time.
   * @returns bit 0: readable, bit 1: woken, bit 2: error or hang-up on `fd` (its device is gone); 0: time-out
   */
  wait(fd: number, wakerFd: number, timeoutMs: number): number;

  /**
   * As {@link wait}, for up to 30 descriptors.
   * @returns bit i: fds[i] is readable, or in error; bit fds.length: woken; 0: time-out
   */
  waitAny(fds: Int32Array, wakerFd: number, timeoutMs: number): number;

  /** Closes a file descriptor that one of these functions opened. */
  close(fd: number): void;

  /**
   * A second descriptor of the same open file (close-on-exec), to be closed apart. A queue of a TUN device, and with
   * the last queue the device, stays until all of them are closed.
   */
  duplicate(fd: number): number;

  /**
   * flock(2) LOCK_EX | LOCK_NB; the lock ends when the last copy of the descriptor is closed.
   * @returns false when another open file description holds it
   */
  lockExclusive(fd: number): boolean;

  /**
   * SO_PEERCRED of a connected Unix stream socket: the peer at the time it connected (ENOTCONN when
   * there is none). `pid` is 0 for a process outside this PID namespace.
   */
  peerCredentials(fd: number): { pid: number; uid: number; gid: number };

  /**
   * Sends one datagram to a Unix socket, without blocking (EAGAIN when its queue is full).
   * @param path 1-107 bytes; a leading `@` names the abstract namespace (sd_notify(3))
   */
  unixDatagramSend(path: string, payload: Uint8Array): void;

  /**
   * Writes to a file, pipe, terminal or socket as much as goes without waiting for its reader; never raises SIGPIPE on a
   * socket. (ENOSPC, EFBIG, EPIPE and others are thrown when not a byte could be written.)
   * @returns bytes written, 0 when it would have to wait
   */
  writeNow(fd: number, bytes: Uint8Array): number;

  /** Pins the calling thread to one CPU (0-1023; EINVAL when this machine or cpuset has no such CPU). */
  pinThread(cpu: number): void;

  /** Sets the calling thread's name as ps and top show it: 1-15 bytes of UTF-8. */
  nameThread(name: string): void;

  /**
   * Opens a netlink socket (non-blocking, close-on-exec), a member of these multicast groups. Its receive buffer has
   * 4 MiB where the kernel allows.
   * @param family of netlink(7), such as 0 for NETLINK_ROUTE (EPROTONOSUPPORT: the kernel has none)
   * @param groups numbers, not bits (EINVAL: the kernel has no such group)
   * @returns the file descriptor
   */
  netlinkOpen(family: number, groups: Int32Array): number;

  /**
   * Sends messages to the kernel as one datagram. The kernel carries out the requests before this returns, so the
   * first answers can be read at once.
   */
  netlinkSend(fd: number, messages: Uint8Array): void;

  /**
   * Receives datagrams from the kernel, without blocking: one for each element of `lengths` at most, datagram i from
   * `i * room` on, where each has `room` bytes: those of the slab divided by the elements of `lengths`, rounded down.
   * @param lengths 1-64 elements; set to the bytes that each datagram has (more than `room`: the rest is lost; 0: it does not
   * come from the kernel and is to be ignored)
   * @returns datagrams received (0: none waits), or -ENOBUFS: the kernel dropped some since the buffer was full
   */
  netlinkReceive(fd: number, slab: Uint8Array, lengths: Int32Array): number;

  /**
   * Calls `callback` from the event loop of the calling thread while `fd` is readable or in error. Does not keep the process
   * alive. A descriptor can be watched once; call {@link unwatch} before it is closed.
   * @returns for {@link unwatch}
   */
  watchReadable(fd: number, callback: () => void): Watch;

  /** Ends a watch. Once more does nothing. */
  unwatch(watch: Watch): void;

  /**
   * Loads the program of an ELF object that clang made for eBPF (native/bpf/), with an array map named `memory` of one
   * value, all zeros, which the program and this process share, and a variable in section `.rodata.settings`.
   * Throws ENOENT when the object lacks one of these, EINVAL when it is no such object or the settings' size differs,
   * EPERM without CAP_BPF, EINVAL or EACCES when the kernel's verifier refuses the program.
   * @param settings value of that variable
   * @param memoryBytes 1 to about 2 GiB
   * @returns the program's descriptor; the memory lives as long as `memory` or the program does
   */
  bpfLoad(
    object: Uint8Array,
    settings: Uint8Array,
    memoryBytes: number,
  ): { readonly programFd: number; readonly memory: ArrayBuffer };

  /**
   * The same, with a map that lies over this process's own memory from now on: the program sees what is there, and what
   * anybody writes there later. Throws RangeError when the memory is not whole pages.
   * @param memory a view of all of a SharedArrayBuffer that WebAssembly made
   * @returns the program's descriptor
   */
  bpfLoadOver(object: Uint8Array, settings: Uint8Array, memory: Uint8Array): number;

  /**
   * Has a program of section `tc` look at the packets that arrive at a link (tc-bpf(8), direct action), in place of
   * another one with this handle. Takes CAP_NET_ADMIN.
   * @param link its index @param handle 1-2147483647: tells our programs on one link apart
   * @returns whether the link's place for programs (a qdisc `clsact`) is ours: it had none before, or another one with this handle
   */
  tcAttach(link: number, handle: number, programFd: number): boolean;

  /** Ends that. @returns whether there was such a program, and such a link */
  tcDetach(link: number, handle: number): boolean;

  /**
   * Runs such a program once (BPF_PROG_TEST_RUN, which takes CAP_NET_ADMIN beside CAP_BPF); for tests of it.
   * @param frame 14-65536 bytes: an Ethernet header, which a socket filter does not see, and a packet; afterwards the frame as
   *   the program left it
   * @returns the program's return value, 0-0xffffffff
   */
  bpfTestRun(programFd: number, frame: Uint8Array): number;

  /**
   * Makes a program of {@link bpfLoad} judge the packets that the kernel sends to a TUN device, before it is queued: where
   * the program returns 0, the packet is dropped and counted as `tx_dropped`. For all queues of the device.
   */
  tunSetFilter(fd: number, programFd: number): void;
}

const require = createRequire(import.meta.url);

/** The addon, as `make build` leaves it; IPSEC_RELAY_ADDON names another build (AddressSanitizer). */
export const native: NativeAddon = require(
  process.env['IPSEC_RELAY_ADDON'] ?? '../../../native/build/ipsec_relay.node',
) as NativeAddon;
