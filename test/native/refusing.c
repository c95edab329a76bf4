/*
 * Preloaded by tun-refusals.test.ts. A real TUN device refuses with few errors on demand; here the
 * length of a packet says how it is to be refused: one of 61000 + E bytes with errno E. Every read
 * of a queue, and every write of such a packet, is first interrupted once by EINTR.
 */
#include <errno.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FIRST = 61000, LAST = 61255, QUEUE_READ = 65535 };

static _Thread_local bool interrupted;

static bool interrupt(void) {
    interrupted = !interrupted;
    if (interrupted) errno = EINTR;
    return interrupted;
}

static ssize_t refuse(ssize_t length) {
    errno = (int)(length - FIRST);
    return -1;
}

ssize_t read(int fd, void *buffer, size_t count) {
    if (count == QUEUE_READ && interrupt()) return -1;
    ssize_t length = syscall(SYS_read, fd, buffer, count);
    return count == QUEUE_READ && length > FIRST && length <= LAST ? refuse(length) : length;
}

ssize_t write(int fd, const void *buffer, size_t count) {
    if (count < FIRST || count > LAST) return syscall(SYS_write, fd, buffer, count);
    return interrupt() ? -1 : count == FIRST ? syscall(SYS_write, fd, buffer, count) : refuse((ssize_t)count);
}
