/* Loading eBPF programs (bpf(2)) and memory that they share with this process. What they do is decided elsewhere. */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "functions.h"
#include "napi_util.h"

#define INSTRUCTION_BYTES 8
#define MOST_INSTRUCTIONS 4096
#define LEAST_TEST_PACKET 14
#define MOST_TEST_PACKET 65536

static int bpf(enum bpf_cmd command, union bpf_attr *attributes) {
    return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static void unmap(napi_env env, void *memory, void *length) {
    (void)env;
    munmap(memory, (size_t)length);
}

napi_value bpf_memory(napi_env env, napi_callback_info info) {
    napi_value arguments[1], result, descriptor, buffer;
    int32_t bytes;
    if (!get_arguments(env, info, 1, arguments) ||
        !get_integer(env, arguments[0], "bytes", 1, INT32_MAX - 4096, &bytes)) {
        return NULL;
    }
    union bpf_attr map = {
        .map_type = BPF_MAP_TYPE_ARRAY,
        .key_size = sizeof(uint32_t),
        .value_size = (uint32_t)bytes,
        .max_entries = 1,
        .map_flags = BPF_F_MMAPABLE,
    };
    int fd = bpf(BPF_MAP_CREATE, &map);
    if (fd < 0) return throw_errno(env, errno, "bpf", "cannot make memory for eBPF");
    void *memory = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
        int error = errno;
        close(fd);
        return throw_errno(env, error, "mmap", "cannot map memory of eBPF");
    }
    if (napi_create_external_arraybuffer(env, memory, (size_t)bytes, unmap, (void *)(size_t)bytes, &buffer) !=
        napi_ok) {
        munmap(memory, (size_t)bytes);
        close(fd);
        return throw_range(env, "this Node.js takes no external memory");
    }
    if ((descriptor = integer_result(env, fd)) == NULL || napi_create_object(env, &result) != napi_ok ||
        napi_set_named_property(env, result, "fd", descriptor) != napi_ok ||
        napi_set_named_property(env, result, "buffer", buffer) != napi_ok) {
        close(fd);
        return NULL;
    }
    return result;
}

napi_value bpf_socket_filter(napi_env env, napi_callback_info info) {
    napi_value arguments[1];
    struct array instructions;
    if (!get_arguments(env, info, 1, arguments) ||
        !get_bytes(env, arguments[0], "instructions", &instructions)) {
        return NULL;
    }
    if (instructions.length == 0 || instructions.length % INSTRUCTION_BYTES != 0 ||
        instructions.length > MOST_INSTRUCTIONS * INSTRUCTION_BYTES) {
        return throw_range(env, "instructions must have 1 to %d times %d bytes, not %zu", MOST_INSTRUCTIONS,
                           INSTRUCTION_BYTES, instructions.length);
    }
    union bpf_attr program = {
        .prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
        .insns = (uint64_t)(uintptr_t)instructions.data,
        .insn_cnt = (uint32_t)(instructions.length / INSTRUCTION_BYTES),
        .license = (uint64_t)(uintptr_t) "",
    };
    int fd = bpf(BPF_PROG_LOAD, &program);
    if (fd < 0) return throw_errno(env, errno, "bpf", "cannot load an eBPF program");
    return integer_result(env, fd);
}

napi_value bpf_test_run(napi_env env, napi_callback_info info) {
    napi_value arguments[2];
    int fd;
    struct array frame;
    if (!get_arguments(env, info, 2, arguments) || !get_descriptor(env, arguments[0], "programFd", &fd) ||
        !get_bytes(env, arguments[1], "frame", &frame)) {
        return NULL;
    }
    if (frame.length < LEAST_TEST_PACKET || frame.length > MOST_TEST_PACKET) {
        return throw_range(env, "frame must have %d to %d bytes, not %zu", LEAST_TEST_PACKET,
                           MOST_TEST_PACKET, frame.length);
    }
    union bpf_attr run = {.test = {
                              .prog_fd = (uint32_t)fd,
                              .data_size_in = (uint32_t)frame.length,
                              .data_in = (uint64_t)(uintptr_t)frame.data,
                          }};
    if (bpf(BPF_PROG_TEST_RUN, &run) < 0) {
        return throw_errno(env, errno, "bpf", "cannot run the eBPF program of descriptor %d", fd);
    }
    return integer_result(env, run.test.retval);
}

napi_value tun_set_filter(napi_env env, napi_callback_info info) {
    napi_value arguments[2];
    int fd, program;
    if (!get_arguments(env, info, 2, arguments) || !get_descriptor(env, arguments[0], "fd", &fd) ||
        !get_descriptor(env, arguments[1], "programFd", &program)) {
        return NULL;
    }
    if (ioctl(fd, TUNSETFILTEREBPF, &program) < 0) {
        return throw_errno(env, errno, "ioctl", "cannot set a filter on the TUN device of descriptor %d", fd);
    }
    return NULL;
}
