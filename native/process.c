/* System calls of the daemon that have nothing to do with packets. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "functions.h"
#include "napi_util.h"

/* Bytes of a thread's name with its terminating zero (prctl(2), PR_SET_NAME). */
#define THREAD_NAME_BYTES 16

napi_value close_descriptor(napi_env env, napi_callback_info info) {
    napi_value arguments[1];
    int fd;
    if (!get_arguments(env, info, 1, arguments) || !get_descriptor(env, arguments[0], "fd", &fd)) {
        return NULL;
    }
    /* Linux frees the number even when close fails with EINTR, so it is never tried again. */
    if (close(fd) < 0 && errno != EINTR) {
        return throw_errno(env, errno, "close", "cannot close descriptor %d", fd);
    }
    return NULL;
}

napi_value duplicate_descriptor(napi_env env, napi_callback_info info) {
    napi_value arguments[1];
    int fd;
    if (!get_arguments(env, info, 1, arguments) || !get_descriptor(env, arguments[0], "fd", &fd)) {
        return NULL;
    }
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) return throw_errno(env, errno, "fcntl", "cannot duplicate descriptor %d", fd);
    return integer_result(env, copy);
}

napi_value lock_exclusive(napi_env env, napi_callback_info info) {
    napi_value arguments[1];
    int fd;
    if (!get_arguments(env, info, 1, arguments) || !get_descriptor(env, arguments[0], "fd", &fd)) {
        return NULL;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return boolean_result(env, true);
    if (errno == EWOULDBLOCK) return boolean_result(env, false);
    return throw_errno(env, errno, "flock", "cannot lock descriptor %d", fd);
}

static bool set_integer(napi_env env, napi_value object, const char *name, int64_t number) {
    napi_value value = integer_result(env, number);
    return value != NULL && napi_set_named_property(env, object, name, value) == napi_ok;
}

napi_value peer_credentials(napi_env env, napi_callback_info info) {
    napi_value arguments[1];
    int fd;
    if (!get_arguments(env, info, 1, arguments) || !get_descriptor(env, arguments[0], "fd", &fd)) {
        return NULL;
    }
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) {
        return throw_errno(env, errno, "getsockopt", "cannot tell the peer of descriptor %d", fd);
    }
    /* The kernel answers so for a socket that has no peer, or is no Unix socket. */
    if (peer.uid == (uid_t)-1) {
        return throw_errno(env, ENOTCONN, "getsockopt", "cannot tell the peer of descriptor %d", fd);
    }
    napi_value result;
    if (napi_create_object(env, &result) != napi_ok || !set_integer(env, result, "pid", peer.pid) ||
        !set_integer(env, result, "uid", peer.uid) || !set_integer(env, result, "gid", peer.gid)) {
        return NULL;
    }
    return result;
}

napi_value unix_datagram_send(napi_env env, napi_callback_info info) {
    napi_value arguments[2];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[sizeof address.sun_path];
    struct array payload;
    if (!get_arguments(env, info, 2, arguments) ||
        !get_string(env, arguments[0], "path", sizeof path, path) ||
        !get_bytes(env, arguments[1], "payload", &payload)) {
        return NULL;
    }
    size_t length = strlen(path);
    memcpy(address.sun_path, path, length);
    /* An abstract name starts with a zero byte and has its exact length; a path ends with one. */
    bool is_abstract = path[0] == '@';
    if (is_abstract) address.sun_path[0] = '\0';
    socklen_t address_length =
        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (is_abstract ? 0 : 1));

    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return throw_errno(env, errno, "socket", "cannot open a Unix datagram socket");
    /* A receiver that does not read must not stop the daemon: better EAGAIN than to block. */
    ssize_t sent = sendto(fd, payload.data, payload.length, MSG_NOSIGNAL | MSG_DONTWAIT,
                          (const struct sockaddr *)&address, address_length);
    int error = errno;
    close(fd);
    if (sent < 0) return throw_errno(env, error, "sendto", "cannot send a datagram to %s", path);
    return NULL;
}

napi_value write_now(napi_env env, napi_callback_info info) {
    napi_value arguments[2];
    int fd;
    struct array bytes;
    if (!get_arguments(env, info, 2, arguments) || !get_descriptor(env, arguments[0], "fd", &fd) ||
        !get_bytes(env, arguments[1], "bytes", &bytes)) {
        return NULL;
    }
    size_t done = 0;
    while (done < bytes.length) {
        const uint8_t *rest = (const uint8_t *)bytes.data + done;
        ssize_t written = send(fd, rest, bytes.length - done, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (written < 0 && errno == ENOTSOCK) {
            /* A pipe that is writable has room for PIPE_BUF bytes; the descriptor may block and is not ours to change. */
            struct pollfd ready = {.fd = fd, .events = POLLOUT};
            if (poll(&ready, 1, 0) == 0) break;
            size_t length = bytes.length - done < PIPE_BUF ? bytes.length - done : PIPE_BUF;
            written = write(fd, rest, length);
        }
        if (written < 0) {
            if (errno == EINTR) continue;
            if (errno == EAGAIN) break;
            if (done > 0) break; /* the next call tells why */
            return throw_errno(env, errno, "write", "cannot write to descriptor %d", fd);
        }
        done += (size_t)written;
    }
    return integer_result(env, (int32_t)done);
}

napi_value pin_thread(napi_env env, napi_callback_info info) {
    napi_value arguments[1];
    int32_t cpu;
    if (!get_arguments(env, info, 1, arguments) ||
        !get_integer(env, arguments[0], "cpu", 0, CPU_SETSIZE - 1, &cpu)) {
        return NULL;
    }
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(cpu, &cpus);
    if (sched_setaffinity(0, sizeof cpus, &cpus) < 0) {
        return throw_errno(env, errno, "sched_setaffinity", "cannot pin this thread to CPU %d", cpu);
    }
    return NULL;
}

napi_value name_thread(napi_env env, napi_callback_info info) {
    napi_value arguments[1];
    char name[THREAD_NAME_BYTES];
    if (!get_arguments(env, info, 1, arguments) ||
        !get_string(env, arguments[0], "name", sizeof name, name)) {
        return NULL;
    }
    if (prctl(PR_SET_NAME, name) < 0) {
        return throw_errno(env, errno, "prctl", "cannot name this thread \"%s\"", name);
    }
    return NULL;
}
