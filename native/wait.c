/* Blocking until there is something to do: poll(2), with an eventfd(2) as the way to be woken. */
#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "functions.h"
#include "napi_util.h"

/* The bits of wait's result, as src/native/index.ts documents them. */
enum { READABLE = 1, WOKEN = 2, BROKEN = 4 };

/* One bit each in the result of waitAny, and one for the waker. */
#define MOST_DESCRIPTORS 30

napi_value waker_open(napi_env env, napi_callback_info info) {
    (void)info;
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) return throw_errno(env, errno, "eventfd", "cannot open a waker");
    return integer_result(env, fd);
}

napi_value wake(napi_env env, napi_callback_info info) {
    napi_value arguments[1];
    int fd;
    if (!get_arguments(env, info, 1, arguments) || !get_descriptor(env, arguments[0], "wakerFd", &fd)) {
        return NULL;
    }
    /* EAGAIN: the counter is full, so the waiting thread is woken already. */
    if (eventfd_write(fd, 1) < 0 && errno != EAGAIN) {
        return throw_errno(env, errno, "write", "cannot wake through descriptor %d", fd);
    }
    return NULL;
}

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* poll(2), restarted after a signal with the time that remains. */
static int poll_fully(struct pollfd *descriptors, nfds_t count, int timeout_ms) {
    int64_t deadline = timeout_ms > 0 ? now_ms() + timeout_ms : 0;
    int ready;
    while ((ready = poll(descriptors, count, timeout_ms)) < 0 && errno == EINTR) {
        if (timeout_ms > 0) {
            int64_t remaining = deadline - now_ms();
            timeout_ms = remaining > 0 ? (int)remaining : 0;
        }
    }
    return ready;
}

napi_value wait_readable(napi_env env, napi_callback_info info) {
    napi_value arguments[3];
    int fd, waker;
    int32_t timeout_ms;
    if (!get_arguments(env, info, 3, arguments) || !get_descriptor(env, arguments[0], "fd", &fd) ||
        !get_descriptor(env, arguments[1], "wakerFd", &waker) ||
        !get_integer(env, arguments[2], "timeoutMs", -1, INT32_MAX, &timeout_ms)) {
        return NULL;
    }
    struct pollfd descriptors[2] = {{.fd = fd, .events = POLLIN}, {.fd = waker, .events = POLLIN}};
    if (poll_fully(descriptors, 2, timeout_ms) < 0) {
        return throw_errno(env, errno, "poll", "cannot wait for descriptor %d", fd);
    }
    for (int i = 0; i < 2; i++) {
        if (descriptors[i].revents & POLLNVAL) {
            return throw_errno(env, EBADF, "poll", "cannot wait for descriptor %d", descriptors[i].fd);
        }
    }
    int result = 0;
    if (descriptors[0].revents & POLLIN) result |= READABLE;
    if (descriptors[0].revents & (POLLERR | POLLHUP)) result |= BROKEN;
    if (descriptors[1].revents & POLLIN) {
        eventfd_t count;
        result |= WOKEN;
        /* Another thread that waits on the same waker may have drained it first: no harm. */
        (void)eventfd_read(waker, &count);
    }
    return integer_result(env, result);
}

napi_value wait_any(napi_env env, napi_callback_info info) {
    napi_value arguments[3];
    struct array fds;
    int waker;
    int32_t timeout_ms;
    if (!get_arguments(env, info, 3, arguments) || !get_int32s(env, arguments[0], "fds", &fds) ||
        !get_descriptor(env, arguments[1], "wakerFd", &waker) ||
        !get_integer(env, arguments[2], "timeoutMs", -1, INT32_MAX, &timeout_ms)) {
        return NULL;
    }
    if (fds.length > MOST_DESCRIPTORS) {
        return throw_range(env, "fds must have at most %d elements, not %zu", MOST_DESCRIPTORS, fds.length);
    }
    struct pollfd descriptors[MOST_DESCRIPTORS + 1];
    nfds_t count = (nfds_t)fds.length;
    for (nfds_t i = 0; i < count; i++) {
        descriptors[i] = (struct pollfd){.fd = ((const int32_t *)fds.data)[i], .events = POLLIN};
    }
    descriptors[count] = (struct pollfd){.fd = waker, .events = POLLIN};
    if (poll_fully(descriptors, count + 1, timeout_ms) < 0) {
        return throw_errno(env, errno, "poll", "cannot wait for %zu descriptors", fds.length);
    }
    int result = 0;
    for (nfds_t i = 0; i <= count; i++) {
        if (descriptors[i].revents & POLLNVAL) {
            return throw_errno(env, EBADF, "poll", "cannot wait for descriptor %d", descriptors[i].fd);
        }
        if (descriptors[i].revents != 0) result |= 1 << i;
    }
    if (descriptors[count].revents & POLLIN) {
        eventfd_t woken;
        (void)eventfd_read(waker, &woken);
    }
    return integer_result(env, result);
}
