/*
 * Sockets that send and receive packets without their IP header: raw sockets of one IP protocol, and UDP
 * sockets, in batches. The kernel makes the outer header, fragments and reassembles.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "batch.h"
#include "functions.h"
#include "napi_util.h"

#define ADDRESS_BYTES 16
/* An address, a port in network byte order, and two unused bytes. */
#define ENDPOINT_BYTES 20
#define BUFFER_BYTES (4 << 20)
/* A queue that stays full for so long is as good as gone. */
#define SEND_WAIT_MS 100

union socket_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static bool is_mapped(const uint8_t *address) {
    return IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)address);
}

/* `address`: 16 bytes, IPv4 in its IPv4-mapped form; `port`: network byte order. */
static socklen_t make_address(union socket_address *result, const uint8_t *address, uint16_t port) {
    memset(result, 0, sizeof *result);
    if (is_mapped(address)) {
        result->v4.sin_family = AF_INET;
        result->v4.sin_port = port;
        memcpy(&result->v4.sin_addr, address + 12, 4);
        return sizeof result->v4;
    }
    result->v6.sin6_family = AF_INET6;
    result->v6.sin6_port = port;
    memcpy(&result->v6.sin6_addr, address, ADDRESS_BYTES);
    return sizeof result->v6;
}

static void store_endpoint(uint8_t *result, const union socket_address *from) {
    memset(result, 0, ENDPOINT_BYTES);
    if (from->any.sa_family == AF_INET) {
        result[10] = result[11] = 0xff;
        memcpy(result + 12, &from->v4.sin_addr, 4);
        memcpy(result + ADDRESS_BYTES, &from->v4.sin_port, 2);
    } else {
        memcpy(result, &from->v6.sin6_addr, ADDRESS_BYTES);
        memcpy(result + ADDRESS_BYTES, &from->v6.sin6_port, 2);
    }
}

static bool get_address(napi_env env, napi_value value, const char *name, struct array *result) {
    if (!get_bytes(env, value, name, result)) return false;
    if (result->length == ADDRESS_BYTES) return true;
    throw_range(env, "%s must have %d bytes, not %zu", name, ADDRESS_BYTES, result->length);
    return false;
}

static bool set_option(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

/* Sets the options of all our sockets. NULL, or the option that the kernel refused. */
static const char *set_options(int fd, bool v4, bool udp, int mark) {
    if (mark != 0 && !set_option(fd, SOL_SOCKET, SO_MARK, mark)) return "SO_MARK";
    /* Within net.core.rmem_max and wmem_max unless CAP_NET_ADMIN allows more: both are wishes. */
    if (!set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)) set_option(fd, SOL_SOCKET, SO_RCVBUF, BUFFER_BYTES);
    if (!set_option(fd, SOL_SOCKET, SO_SNDBUFFORCE, BUFFER_BYTES)) set_option(fd, SOL_SOCKET, SO_SNDBUF, BUFFER_BYTES);
    if (v4) {
        /* No UDP checksum: the ESP packet inside has an ICV. */
        if (udp && !set_option(fd, SOL_SOCKET, SO_NO_CHECK, 1)) return "SO_NO_CHECK";
        /* The kernel sets Don't Fragment on packets that fit the path, and fragments the others. */
        if (!set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_WANT)) return "IP_MTU_DISCOVER";
        if (!set_option(fd, IPPROTO_IP, IP_RECVTOS, 1)) return "IP_RECVTOS";
        return set_option(fd, IPPROTO_IP, IP_RECVTTL, 1) ? NULL : "IP_RECVTTL";
    }
    if (!set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_WANT)) return "IPV6_MTU_DISCOVER";
    if (!set_option(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, 1)) return "IPV6_RECVTCLASS";
    return set_option(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) ? NULL : "IPV6_RECVHOPLIMIT";
}

napi_value ip_socket_open(napi_env env, napi_callback_info info) {
    napi_value arguments[4];
    struct array address;
    int32_t protocol, port, mark;
    if (!get_arguments(env, info, 4, arguments) || !get_address(env, arguments[0], "address", &address) ||
        !get_integer(env, arguments[1], "protocol", 1, 255, &protocol) ||
        !get_integer(env, arguments[2], "port", 0, UINT16_MAX, &port) ||
        !get_integer(env, arguments[3], "mark", 0, INT32_MAX, &mark)) {
        return NULL;
    }
    bool udp = protocol == IPPROTO_UDP;
    union socket_address local;
    socklen_t length = make_address(&local, address.data, udp ? htons((uint16_t)port) : 0);
    bool v4 = local.any.sa_family == AF_INET;
    int type = (udp ? SOCK_DGRAM : SOCK_RAW) | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = socket(local.any.sa_family, type, protocol);
    if (fd < 0) return throw_errno(env, errno, "socket", "cannot open a socket for IP protocol %d", protocol);
    const char *refused = set_options(fd, v4, udp, mark);
    if (refused != NULL) {
        int error = errno;
        close(fd);
        return throw_errno(env, error, "setsockopt", "cannot set %s of a socket for IP protocol %d", refused, protocol);
    }
    if (bind(fd, &local.any, length) < 0) {
        int error = errno;
        close(fd);
        return throw_errno(env, error, "bind", "cannot bind a socket for IP protocol %d", protocol);
    }
    return integer_result(env, fd);
}

/* Traffic class and hop limit of a received packet; 0 where the kernel does not tell. */
static void read_control(struct msghdr *message, uint8_t *traffic_class, uint8_t *hop_limit) {
    *traffic_class = *hop_limit = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS) {
            *traffic_class = *(uint8_t *)CMSG_DATA(c); /* one byte, unlike all the others */
            continue;
        }
        int value;
        if (c->cmsg_len < CMSG_LEN(sizeof value)) continue;
        memcpy(&value, CMSG_DATA(c), sizeof value);
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL) *hop_limit = (uint8_t)value;
        if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_TCLASS) *traffic_class = (uint8_t)value;
        if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT) *hop_limit = (uint8_t)value;
    }
}

static bool check_room(napi_env env, const char *name, const struct array *array, size_t needed) {
    if (array->length >= needed) return true;
    throw_range(env, "%s must have %zu elements or more, not %zu", name, needed, array->length);
    return false;
}

napi_value ip_socket_read_batch(napi_env env, napi_callback_info info) {
    napi_value arguments[9];
    int fd;
    struct array slab, offsets, lengths, sources, classes, hop_limits;
    int32_t max_packets, headroom;
    if (!get_arguments(env, info, 9, arguments) || !get_descriptor(env, arguments[0], "fd", &fd) ||
        !get_bytes(env, arguments[1], "slab", &slab) ||
        !get_int32s(env, arguments[2], "offsets", &offsets) ||
        !get_int32s(env, arguments[3], "lengths", &lengths) ||
        !get_bytes(env, arguments[4], "sources", &sources) ||
        !get_bytes(env, arguments[5], "classes", &classes) ||
        !get_bytes(env, arguments[6], "hopLimits", &hop_limits) ||
        !get_integer(env, arguments[7], "maxPackets", 1, MOST_PACKETS, &max_packets) ||
        !get_integer(env, arguments[8], "headroom", 0, MOST_HEADROOM, &headroom)) {
        return NULL;
    }
    size_t most = (size_t)max_packets;
    if (!check_room(env, "offsets", &offsets, most) || !check_room(env, "lengths", &lengths, most) ||
        !check_room(env, "sources", &sources, most * ENDPOINT_BYTES) ||
        !check_room(env, "classes", &classes, most) || !check_room(env, "hopLimits", &hop_limits, most)) {
        return NULL;
    }
    size_t start = align((size_t)headroom);
    if (slab.length < start + LONGEST_PACKET || slab.length > INT32_MAX) {
        return throw_range(env, "slab must have %zu to %d bytes, not %zu", start + LONGEST_PACKET, INT32_MAX,
                           slab.length);
    }
    int32_t count = 0;
    while (count < max_packets && start + LONGEST_PACKET <= slab.length) {
        union socket_address from;
        union {
            struct cmsghdr header;
            uint8_t bytes[128];
        } control;
        struct iovec vector = {(uint8_t *)slab.data + start, LONGEST_PACKET};
        struct msghdr message = {.msg_name = &from,
                                 .msg_namelen = sizeof from,
                                 .msg_iov = &vector,
                                 .msg_iovlen = 1,
                                 .msg_control = &control,
                                 .msg_controllen = sizeof control};
        ssize_t length = recvmsg(fd, &message, MSG_DONTWAIT);
        if (length < 0) {
            if (errno == EINTR) continue;
            if (errno == EBADF || errno == ENOTSOCK) {
                return throw_errno(env, errno, "recvmsg", "cannot read packets from descriptor %d", fd);
            }
            /* EAGAIN: none waits. Anything else is an error about a packet that was sent, now taken off. */
            break;
        }
        ((int32_t *)offsets.data)[count] = (int32_t)start;
        ((int32_t *)lengths.data)[count] = (int32_t)length;
        store_endpoint((uint8_t *)sources.data + (size_t)count * ENDPOINT_BYTES, &from);
        read_control(&message, (uint8_t *)classes.data + count, (uint8_t *)hop_limits.data + count);
        count++;
        start = align(start + (size_t)length + (size_t)headroom);
    }
    return integer_result(env, count);
}

/* Room for a traffic class and a hop limit. */
#define CONTROL_BYTES (2 * CMSG_SPACE(sizeof(int)))

static void add_control(struct msghdr *message, int level, int type, int value) {
    struct cmsghdr *header = (struct cmsghdr *)((uint8_t *)message->msg_control + message->msg_controllen);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(sizeof value);
    memcpy(CMSG_DATA(header), &value, sizeof value);
    message->msg_controllen += CMSG_SPACE(sizeof value);
}

/* 0, or the errno. */
static int send_packet(int fd, struct msghdr *message) {
    for (;;) {
        if (sendmsg(fd, message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return 0;
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return errno;
        struct pollfd writable = {.fd = fd, .events = POLLOUT};
        if (poll(&writable, 1, SEND_WAIT_MS) == 0) return EAGAIN;
    }
}

napi_value ip_socket_write_batch(napi_env env, napi_callback_info info) {
    napi_value arguments[10];
    int fd;
    struct array slab, offsets, lengths, destinations, classes, hop_limits, verdicts_array;
    int32_t count, last_sent, failed;
    if (!get_arguments(env, info, 10, arguments) || !get_descriptor(env, arguments[0], "fd", &fd) ||
        !get_bytes(env, arguments[1], "slab", &slab) ||
        !get_int32s(env, arguments[2], "offsets", &offsets) ||
        !get_int32s(env, arguments[3], "lengths", &lengths) ||
        !get_bytes(env, arguments[4], "destinations", &destinations) ||
        !get_bytes(env, arguments[5], "classes", &classes) ||
        !get_bytes(env, arguments[6], "hopLimits", &hop_limits) ||
        !get_bytes(env, arguments[7], "verdicts", &verdicts_array) ||
        !get_integer(env, arguments[8], "count", 0, MOST_PACKETS, &count) ||
        !get_integer(env, arguments[9], "failedVerdict", 1, UINT8_MAX, &failed)) {
        return NULL;
    }
    size_t most = (size_t)count;
    if (!check_room(env, "offsets", &offsets, most) || !check_room(env, "lengths", &lengths, most) ||
        !check_room(env, "destinations", &destinations, most * ENDPOINT_BYTES) ||
        !check_room(env, "classes", &classes, most) ||
        !check_room(env, "hopLimits", &hop_limits, most) ||
        !check_room(env, "verdicts", &verdicts_array, most)) {
        return NULL;
    }
    last_sent = failed - 1;
    uint8_t *verdicts = verdicts_array.data;
    int32_t written = 0;
    for (int32_t i = 0; i < count; i++) {
        if (verdicts[i] > last_sent) continue;
        /* Loaded once: the arrays may be shared with a thread that changes them after the check. */
        int32_t offset = __atomic_load_n((int32_t *)offsets.data + i, __ATOMIC_RELAXED);
        int32_t length = __atomic_load_n((int32_t *)lengths.data + i, __ATOMIC_RELAXED);
        if (offset < 0 || length < 0 || (size_t)offset + (size_t)length > slab.length) {
            return throw_range(env, "packet %d (offset %d, length %d) lies outside the slab of %zu bytes", i,
                               offset, length, slab.length);
        }
        const uint8_t *endpoint = (const uint8_t *)destinations.data + (size_t)i * ENDPOINT_BYTES;
        uint16_t port;
        memcpy(&port, endpoint + ADDRESS_BYTES, sizeof port);
        union socket_address to;
        union {
            struct cmsghdr header;
            uint8_t bytes[CONTROL_BYTES];
        } control;
        struct iovec vector = {(uint8_t *)slab.data + offset, (size_t)length};
        struct msghdr message = {.msg_name = &to,
                                 .msg_namelen = make_address(&to, endpoint, port),
                                 .msg_iov = &vector,
                                 .msg_iovlen = 1,
                                 .msg_control = &control};
        bool v4 = to.any.sa_family == AF_INET;
        int traffic_class = ((const uint8_t *)classes.data)[i];
        int hop_limit = ((const uint8_t *)hop_limits.data)[i];
        if (traffic_class != 0) add_control(&message, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_TOS : IPV6_TCLASS, traffic_class);
        if (hop_limit != 0) add_control(&message, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_TTL : IPV6_HOPLIMIT, hop_limit);
        int error = send_packet(fd, &message);
        if (error == 0) {
            written++;
        } else if (error == EBADF || error == ENOTSOCK) {
            return throw_errno(env, error, "sendmsg", "cannot write packets to descriptor %d", fd);
        } else {
            verdicts[i] = (uint8_t)failed;
        }
    }
    return integer_result(env, written);
}

napi_value path_mtu(napi_env env, napi_callback_info info) {
    napi_value arguments[3];
    struct array source, destination;
    int32_t mark;
    if (!get_arguments(env, info, 3, arguments) || !get_address(env, arguments[0], "source", &source) ||
        !get_address(env, arguments[1], "destination", &destination) ||
        !get_integer(env, arguments[2], "mark", 0, INT32_MAX, &mark)) {
        return NULL;
    }
    union socket_address from, to;
    socklen_t from_length = make_address(&from, source.data, 0);
    socklen_t to_length = make_address(&to, destination.data, htons(9)); /* discard; nothing is sent */
    bool v4 = to.any.sa_family == AF_INET;
    int fd = socket(to.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return throw_errno(env, errno, "socket", "cannot ask for a path MTU");
    int mtu = 0, error = 0;
    socklen_t size = sizeof mtu;
    if ((mark != 0 && !set_option(fd, SOL_SOCKET, SO_MARK, mark)) || bind(fd, &from.any, from_length) < 0 ||
        connect(fd, &to.any, to_length) < 0 ||
        getsockopt(fd, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_MTU : IPV6_MTU, &mtu, &size) < 0) {
        error = errno;
    }
    close(fd);
    return integer_result(env, error == 0 ? mtu : -error);
}
