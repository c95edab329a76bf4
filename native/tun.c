/* Queues of TUN devices (Documentation/networking/tuntap.rst). One read or write carries one packet. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "batch.h"
#include "functions.h"
#include "napi_util.h"

#define TUN_PATH "/dev/net/tun"

static bool is_plain_device_name(const char *name) {
    /* The kernel would take % as a template of the name and refuses the others. */
    return strpbrk(name, "%/: \t\n\v\f\r") == NULL && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

napi_value tun_open(napi_env env, napi_callback_info info) {
    napi_value arguments[2];
    char name[IFNAMSIZ];
    bool create;
    if (!get_arguments(env, info, 2, arguments) ||
        !get_string(env, arguments[0], "name", sizeof name, name) ||
        !get_boolean(env, arguments[1], "create", &create)) {
        return NULL;
    }
    if (!is_plain_device_name(name)) {
        return throw_range(env, "name \"%s\" is no name of a network device: it must not contain %% / : or blanks", name);
    }
    /* Without IFF_TUN_EXCL the kernel would create a missing device. */
    if (!create && if_nametoindex(name) == 0) {
        return throw_errno(env, errno, "ioctl", "cannot attach a queue to TUN device \"%s\"", name);
    }
    int fd = open(TUN_PATH, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return throw_errno(env, errno, "open", "cannot open " TUN_PATH " for TUN device \"%s\"", name);

    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE};
    if (create) request.ifr_flags |= IFF_TUN_EXCL;
    memcpy(request.ifr_name, name, strlen(name) + 1);
    if (ioctl(fd, TUNSETIFF, &request) < 0) {
        int error = errno;
        close(fd);
        const char *what =
            create ? "cannot create TUN device \"%s\"" : "cannot attach a queue to TUN device \"%s\"";
        return throw_errno(env, error, "ioctl", what, name);
    }
    return integer_result(env, fd);
}

/* True: the queue's device is down or gone, which is a result. Anything else but EAGAIN is a caller's error. */
static bool is_device_error(int error) { return error == EIO || error == EBADFD; }

static bool check_count(napi_env env, const char *name, int32_t count, size_t offsets, size_t lengths) {
    size_t room = offsets < lengths ? offsets : lengths;
    if ((size_t)count <= room) return true;
    throw_range(env, "%s is %d, but offsets and lengths have room for %zu", name, count, room);
    return false;
}

static ssize_t read_packet(int fd, uint8_t *packet) {
    ssize_t length;
    do {
        length = read(fd, packet, LONGEST_PACKET);
    } while (length < 0 && errno == EINTR);
    return length;
}

napi_value tun_read_batch(napi_env env, napi_callback_info info) {
    napi_value arguments[6];
    int fd;
    struct array slab, offsets, lengths;
    int32_t max_packets, headroom;
    if (!get_arguments(env, info, 6, arguments) || !get_descriptor(env, arguments[0], "fd", &fd) ||
        !get_bytes(env, arguments[1], "slab", &slab) ||
        !get_int32s(env, arguments[2], "offsets", &offsets) ||
        !get_int32s(env, arguments[3], "lengths", &lengths) ||
        !get_integer(env, arguments[4], "maxPackets", 1, MOST_PACKETS, &max_packets) ||
        !get_integer(env, arguments[5], "headroom", 0, MOST_HEADROOM, &headroom) ||
        !check_count(env, "maxPackets", max_packets, offsets.length, lengths.length)) {
        return NULL;
    }
    size_t start = align((size_t)headroom);
    if (slab.length < start + LONGEST_PACKET || slab.length > INT32_MAX) {
        return throw_range(env, "slab must have %zu to %d bytes, not %zu", start + LONGEST_PACKET, INT32_MAX,
                           slab.length);
    }
    int32_t count = 0;
    while (count < max_packets && start + LONGEST_PACKET <= slab.length) {
        ssize_t length = read_packet(fd, (uint8_t *)slab.data + start);
        if (length < 0) {
            int error = errno;
            if (count > 0 || error == EAGAIN) break;
            if (is_device_error(error)) return integer_result(env, -error);
            return throw_errno(env, error, "read", "cannot read packets from descriptor %d", fd);
        }
        ((int32_t *)offsets.data)[count] = (int32_t)start;
        ((int32_t *)lengths.data)[count] = (int32_t)length;
        count++;
        start = align(start + (size_t)length + (size_t)headroom);
    }
    return integer_result(env, count);
}

/* 0, or the errno. */
static int write_packet(int fd, const uint8_t *packet, size_t length) {
    /* The device would accept it, and the kernel's IP drop it unseen. */
    if (length > LONGEST_PACKET) return EMSGSIZE;
    while (write(fd, packet, length) < 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
}

static void fail_rest(uint8_t *verdicts, int32_t first, int32_t count, int32_t last_sent, uint8_t failed) {
    for (int32_t i = first; i < count; i++) {
        if (verdicts[i] <= last_sent) verdicts[i] = failed;
    }
}

napi_value tun_write_batch(napi_env env, napi_callback_info info) {
    napi_value arguments[8];
    int fd;
    struct array slab, offsets, lengths, verdicts_array;
    int32_t count, last_sent, failed;
    if (!get_arguments(env, info, 8, arguments) || !get_descriptor(env, arguments[0], "fd", &fd) ||
        !get_bytes(env, arguments[1], "slab", &slab) ||
        !get_int32s(env, arguments[2], "offsets", &offsets) ||
        !get_int32s(env, arguments[3], "lengths", &lengths) ||
        !get_bytes(env, arguments[4], "verdicts", &verdicts_array) ||
        !get_integer(env, arguments[5], "count", 0, MOST_PACKETS, &count) ||
        !get_integer(env, arguments[6], "lastSentVerdict", 0, UINT8_MAX - 1, &last_sent) ||
        !get_integer(env, arguments[7], "failedVerdict", last_sent + 1, UINT8_MAX, &failed) ||
        !check_count(env, "count", count, offsets.length, lengths.length)) {
        return NULL;
    }
    if ((size_t)count > verdicts_array.length) {
        return throw_range(env, "count is %d, but verdicts has room for %zu", count, verdicts_array.length);
    }
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
        int error = write_packet(fd, (const uint8_t *)slab.data + offset, (size_t)length);
        if (error == 0) {
            written++;
        } else if (is_device_error(error)) {
            fail_rest(verdicts, i, count, last_sent, (uint8_t)failed);
            return integer_result(env, written > 0 ? written : -error);
        } else if (error == EBADF) {
            return throw_errno(env, error, "write", "cannot write packets to descriptor %d", fd);
        } else {
            verdicts[i] = (uint8_t)failed;
        }
    }
    return integer_result(env, written);
}
