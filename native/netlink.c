/* Netlink sockets: messages go in and out as bytes, in lots. The caller makes and reads the messages. */
#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "functions.h"
#include "napi_util.h"

#define BUFFER_BYTES (4 << 20)
#define MOST_DATAGRAMS 64

static bool set_option(int fd, int option, int value) {
    return setsockopt(fd, SOL_NETLINK, option, &value, sizeof value) == 0;
}

/* 0, or the errno; `call` is then the call that failed. */
static int prepare(int fd, const int32_t *groups, size_t count, const char **call) {
    int bytes = BUFFER_BYTES;
    /* Within net.core.rmem_max unless CAP_NET_ADMIN allows more: a wish. */
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) < 0) {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    }
    /* An error then comes without the request that it answers. A kernel before 4.3 ignores the wish. */
    set_option(fd, NETLINK_CAP_ACK, 1);
    /* The kernel filters by the fields of a request, and not by its type alone. Since 4.20. */
    set_option(fd, NETLINK_GET_STRICT_CHK, 1);
    struct sockaddr_nl any = {.nl_family = AF_NETLINK};
    *call = "bind";
    if (bind(fd, (struct sockaddr *)&any, sizeof any) < 0) return errno;
    *call = "setsockopt";
    for (size_t i = 0; i < count; i++) {
        if (!set_option(fd, NETLINK_ADD_MEMBERSHIP, groups[i])) return errno;
    }
    return 0;
}

napi_value netlink_open(napi_env env, napi_callback_info info) {
    napi_value arguments[2];
    int32_t family;
    struct array groups;
    if (!get_arguments(env, info, 2, arguments) ||
        !get_integer(env, arguments[0], "family", 0, MAX_LINKS - 1, &family) ||
        !get_int32s(env, arguments[1], "groups", &groups)) {
        return NULL;
    }
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, family);
    if (fd < 0) return throw_errno(env, errno, "socket", "cannot open a netlink socket of family %d", family);
    const char *call;
    int error = prepare(fd, groups.data, groups.length, &call);
    if (error != 0) {
        close(fd);
        return throw_errno(env, error, call, "cannot prepare a netlink socket of family %d", family);
    }
    return integer_result(env, fd);
}

napi_value netlink_send(napi_env env, napi_callback_info info) {
    napi_value arguments[2];
    int fd;
    struct array messages;
    if (!get_arguments(env, info, 2, arguments) || !get_descriptor(env, arguments[0], "fd", &fd) ||
        !get_bytes(env, arguments[1], "messages", &messages)) {
        return NULL;
    }
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    ssize_t sent;
    do {
        sent = sendto(fd, messages.data, messages.length, MSG_NOSIGNAL, (struct sockaddr *)&kernel, sizeof kernel);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) return throw_errno(env, errno, "sendto", "cannot send to the kernel through descriptor %d", fd);
    return NULL;
}

napi_value netlink_receive(napi_env env, napi_callback_info info) {
    napi_value arguments[3];
    int fd;
    struct array slab, lengths;
    if (!get_arguments(env, info, 3, arguments) || !get_descriptor(env, arguments[0], "fd", &fd) ||
        !get_bytes(env, arguments[1], "slab", &slab) || !get_int32s(env, arguments[2], "lengths", &lengths)) {
        return NULL;
    }
    if (lengths.length < 1 || lengths.length > MOST_DATAGRAMS) {
        return throw_range(env, "lengths must have 1 to %d elements, not %zu", MOST_DATAGRAMS, lengths.length);
    }
    size_t room = slab.length / lengths.length;
    if (room < 1) return throw_range(env, "slab must have a byte for each element of lengths");
    struct mmsghdr datagrams[MOST_DATAGRAMS];
    struct iovec vectors[MOST_DATAGRAMS];
    struct sockaddr_nl senders[MOST_DATAGRAMS];
    memset(datagrams, 0, sizeof datagrams);
    for (size_t i = 0; i < lengths.length; i++) {
        vectors[i] = (struct iovec){(uint8_t *)slab.data + i * room, room};
        datagrams[i].msg_hdr = (struct msghdr){
            .msg_name = &senders[i], .msg_namelen = sizeof senders[i], .msg_iov = &vectors[i], .msg_iovlen = 1};
    }
    int count;
    do {
        /* MSG_TRUNC: the length that the datagram had, although its room may have been less. */
        count = recvmmsg(fd, datagrams, (unsigned)lengths.length, MSG_DONTWAIT | MSG_TRUNC, NULL);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        if (errno == EAGAIN) return integer_result(env, 0);
        if (errno == ENOBUFS) return integer_result(env, -ENOBUFS);
        return throw_errno(env, errno, "recvmmsg", "cannot receive from the kernel through descriptor %d", fd);
    }
    for (int i = 0; i < count; i++) {
        /* Another process may send to this socket; only the kernel has the number 0. */
        bool from_kernel = senders[i].nl_family == AF_NETLINK && senders[i].nl_pid == 0;
        ((int32_t *)lengths.data)[i] = from_kernel ? (int32_t)datagrams[i].msg_len : 0;
    }
    return integer_result(env, count);
}
