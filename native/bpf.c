/*
 * Loads programs for the kernel (native/bpf/) with libbpf, and maps the memory that they share with this process.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "functions.h"
#include "napi_util.h"

#define MEMORY "memory"
#define SETTINGS ".rodata.settings"
/* Of our filters at tc ingress: others may run before and behind. */
#define TC_PRIORITY 4303
#define LEAST_TEST_PACKET 14
#define MOST_TEST_PACKET 65536

static void unmap(napi_env env, void *memory, void *length) {
    (void)env;
    munmap(memory, (size_t)length);
}

/* Sets the program's settings and the size of its memory. 0, or a negative errno. */
static int prepare(const struct bpf_object *object, const struct array *settings, uint32_t memory_bytes) {
    struct bpf_map *rodata = bpf_object__find_map_by_name(object, SETTINGS);
    struct bpf_map *memory = bpf_object__find_map_by_name(object, MEMORY);
    if (rodata == NULL || memory == NULL) return -ENOENT;
    int error = bpf_map__set_initial_value(rodata, settings->data, settings->length);
    return error != 0 ? error : bpf_map__set_value_size(memory, memory_bytes);
}

/* Opens an object and loads its program. NULL leaves an exception pending; the caller closes the object. */
static struct bpf_object *load_object(napi_env env, const struct array *elf, const struct array *settings,
                                      uint32_t memory_bytes) {
    /* libbpf would write pages about a refusal to stderr; its errno becomes the exception. */
    libbpf_set_print(NULL);
    struct bpf_object *object = bpf_object__open_mem(elf->data, elf->length, NULL);
    if (object == NULL) {
        throw_errno(env, errno, "bpf", "cannot read an eBPF program");
        return NULL;
    }
    int error = prepare(object, settings, memory_bytes);
    if (error == 0) error = bpf_object__load(object);
    if (error == 0) return object;
    bpf_object__close(object);
    throw_errno(env, -error, "bpf", "cannot load an eBPF program");
    return NULL;
}

/* A descriptor of this process's own, so that the libbpf object can go; negative, with errno set. */
static int keep_program(const struct bpf_object *object) {
    return fcntl(bpf_program__fd(bpf_object__next_program(object, NULL)), F_DUPFD_CLOEXEC, 0);
}

/* An object {programFd, memory}; both are this process's own, so that the libbpf object can go. */
static napi_value loaded(napi_env env, const struct bpf_object *object, size_t memory_bytes) {
    napi_value result, descriptor, buffer;
    int map_fd = bpf_object__find_map_fd_by_name(object, MEMORY);
    void *memory = mmap(NULL, memory_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
    if (memory == MAP_FAILED) return throw_errno(env, errno, "mmap", "cannot map the memory of an eBPF program");
    if (napi_create_external_arraybuffer(env, memory, memory_bytes, unmap, (void *)memory_bytes, &buffer) != napi_ok) {
        munmap(memory, memory_bytes);
        return throw_range(env, "this Node.js takes no external memory");
    }
    int fd = keep_program(object);
    if (fd < 0) return throw_errno(env, errno, "fcntl", "cannot keep an eBPF program");
    if ((descriptor = integer_result(env, fd)) == NULL || napi_create_object(env, &result) != napi_ok ||
        napi_set_named_property(env, result, "programFd", descriptor) != napi_ok ||
        napi_set_named_property(env, result, "memory", buffer) != napi_ok) {
        close(fd);
        return NULL;
    }
    return result;
}

napi_value bpf_load(napi_env env, napi_callback_info info) {
    napi_value arguments[3];
    struct array elf, settings;
    int32_t memory_bytes;
    if (!get_arguments(env, info, 3, arguments) || !get_bytes(env, arguments[0], "object", &elf) ||
        !get_bytes(env, arguments[1], "settings", &settings) ||
        !get_integer(env, arguments[2], "memoryBytes", 1, INT32_MAX - 4096, &memory_bytes)) {
        return NULL;
    }
    struct bpf_object *object = load_object(env, &elf, &settings, (uint32_t)memory_bytes);
    if (object == NULL) return NULL;
    napi_value result = loaded(env, object, (size_t)memory_bytes);
    bpf_object__close(object);
    return result;
}

/* Lays the map over memory of this process, with that memory's contents. 0, or an errno. */
static int lay_over(int map_fd, const struct array *memory) {
    const uint32_t only = 0;
    if (bpf_map_update_elem(map_fd, &only, memory->data, BPF_ANY) != 0) return errno;
    void *laid = mmap(memory->data, memory->length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, map_fd, 0);
    return laid == MAP_FAILED ? errno : 0;
}

napi_value bpf_load_over(napi_env env, napi_callback_info info) {
    napi_value arguments[3];
    struct array elf, settings, memory;
    if (!get_arguments(env, info, 3, arguments) || !get_bytes(env, arguments[0], "object", &elf) ||
        !get_bytes(env, arguments[1], "settings", &settings) || !get_bytes(env, arguments[2], "memory", &memory)) {
        return NULL;
    }
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (memory.length == 0 || memory.length > INT32_MAX - page || memory.length % page != 0 ||
        (uintptr_t)memory.data % page != 0) {
        return throw_range(env, "memory must be whole pages of %zu bytes", page);
    }
    struct bpf_object *object = load_object(env, &elf, &settings, (uint32_t)memory.length);
    if (object == NULL) return NULL;
    int fd = -1;
    int error = lay_over(bpf_object__find_map_fd_by_name(object, MEMORY), &memory);
    if (error == 0 && (fd = keep_program(object)) < 0) error = errno;
    bpf_object__close(object);
    return error == 0 ? integer_result(env, fd) : throw_errno(env, error, "bpf", "cannot load an eBPF program");
}

/* Arguments: an interface index, a handle, which tells the filters of one priority apart. */
static bool get_hook(napi_env env, const napi_value *arguments, struct bpf_tc_hook *hook, struct bpf_tc_opts *filter) {
    int32_t link, handle;
    if (!get_integer(env, arguments[0], "link", 1, INT32_MAX, &link) ||
        !get_integer(env, arguments[1], "handle", 1, INT32_MAX, &handle)) {
        return false;
    }
    *hook = (struct bpf_tc_hook){.sz = sizeof *hook, .ifindex = link, .attach_point = BPF_TC_INGRESS};
    *filter = (struct bpf_tc_opts){.sz = sizeof *filter, .handle = (uint32_t)handle, .priority = TC_PRIORITY};
    return true;
}

napi_value tc_attach(napi_env env, napi_callback_info info) {
    napi_value arguments[3];
    struct bpf_tc_hook hook;
    struct bpf_tc_opts filter;
    int program;
    if (!get_arguments(env, info, 3, arguments) || !get_hook(env, arguments, &hook, &filter) ||
        !get_descriptor(env, arguments[2], "programFd", &program)) {
        return NULL;
    }
    libbpf_set_print(NULL);
    int error = bpf_tc_hook_create(&hook);
    if (error != 0 && error != -EEXIST) {
        return throw_errno(env, -error, "netlink", "cannot make a place for programs on interface %d", hook.ifindex);
    }
    bool is_ours = error == 0;
    filter.prog_fd = program;
    error = bpf_tc_attach(&hook, &filter);
    if (error == -EEXIST) {
        is_ours = true;
        filter.flags = BPF_TC_F_REPLACE;
        error = bpf_tc_attach(&hook, &filter);
    }
    if (error != 0) {
        return throw_errno(env, -error, "netlink", "cannot attach an eBPF program to interface %d", hook.ifindex);
    }
    return boolean_result(env, is_ours);
}

napi_value tc_detach(napi_env env, napi_callback_info info) {
    napi_value arguments[2];
    struct bpf_tc_hook hook;
    struct bpf_tc_opts filter;
    if (!get_arguments(env, info, 2, arguments) || !get_hook(env, arguments, &hook, &filter)) return NULL;
    libbpf_set_print(NULL);
    int error = bpf_tc_detach(&hook, &filter);
    if (error == 0 || error == -ENOENT || error == -EINVAL || error == -ENODEV) return boolean_result(env, error == 0);
    return throw_errno(env, -error, "netlink", "cannot detach the eBPF program of interface %d", hook.ifindex);
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
    LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame.data, .data_size_in = (uint32_t)frame.length,
                .data_out = frame.data, .data_size_out = (uint32_t)frame.length, .repeat = 1);
    int error = bpf_prog_test_run_opts(fd, &run);
    if (error != 0) {
        return throw_errno(env, -error, "bpf", "cannot run the eBPF program of descriptor %d", fd);
    }
    return integer_result(env, run.retval);
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
