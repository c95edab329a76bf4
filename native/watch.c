/* Calls JavaScript when a descriptor is readable: libuv's uv_poll in the event loop of the calling thread. */
#include <errno.h>
#include <stdlib.h>

#include "functions.h"
#include "napi_util.h"

/*
 * As much of libuv as is used. Its header does not come with Node-API's; these are part of the ABI that libuv keeps
 * throughout version 1, and it tells the size of a handle itself.
 */
typedef struct uv_loop_s uv_loop_t;
typedef void uv_poll_t;
enum { UV_POLL = 8, UV_READABLE = 1 };
size_t uv_handle_size(int type);
int uv_poll_init(uv_loop_t *loop, uv_poll_t *handle, int fd);
int uv_poll_start(uv_poll_t *handle, int events, void (*callback)(uv_poll_t *handle, int status, int events));
void uv_unref(uv_poll_t *handle);
void uv_close(uv_poll_t *handle, void (*callback)(uv_poll_t *handle));
void uv_handle_set_data(uv_poll_t *handle, void *data);
void *uv_handle_get_data(const uv_poll_t *handle);

/* Lives until its handle is closed and JavaScript has forgotten it. */
struct watch {
    napi_env env;
    napi_ref callback;
    napi_async_context context;
    napi_async_cleanup_hook_handle hook;
    uv_poll_t *handle;
    int owners;
    bool is_closing;
};

static const napi_type_tag WATCH_TAG = {0x6970736563726c79, 0x7761746368000001};

static void disown(struct watch *watch) {
    if (--watch->owners == 0) free(watch);
}

static void on_closed(uv_poll_t *handle) {
    struct watch *watch = uv_handle_get_data(handle);
    free(handle);
    /* Not before: the callback itself may end the watch. */
    napi_delete_reference(watch->env, watch->callback);
    napi_async_destroy(watch->env, watch->context);
    napi_remove_async_cleanup_hook(watch->hook);
    disown(watch);
}

static void close_watch(struct watch *watch) {
    if (watch->is_closing) return;
    watch->is_closing = true;
    uv_close(watch->handle, on_closed);
}

/* The environment ends, and waits until the handle is closed. */
static void on_environment_end(napi_async_cleanup_hook_handle hook, void *data) {
    (void)hook;
    close_watch(data);
}

static void on_forgotten(napi_env env, void *data, void *hint) {
    (void)env;
    (void)hint;
    disown(data);
}

static void on_readable(uv_poll_t *handle, int status, int events) {
    (void)status; /* The next read reports an error of the descriptor. */
    (void)events;
    struct watch *watch = uv_handle_get_data(handle);
    napi_env env = watch->env;
    napi_handle_scope scope;
    napi_value callback, receiver, exception;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return;
    if (napi_get_reference_value(env, watch->callback, &callback) == napi_ok &&
        napi_get_global(env, &receiver) == napi_ok &&
        napi_make_callback(env, watch->context, receiver, callback, 0, NULL, NULL) == napi_pending_exception &&
        napi_get_and_clear_last_exception(env, &exception) == napi_ok) {
        napi_fatal_exception(env, exception);
    }
    napi_close_handle_scope(env, scope);
}

/* 0, or a negative errno. */
static int start_polling(struct watch *watch, int fd) {
    uv_loop_t *loop;
    if (napi_get_uv_event_loop(watch->env, &loop) != napi_ok) return -ENOTSUP;
    watch->handle = malloc(uv_handle_size(UV_POLL));
    if (watch->handle == NULL) return -ENOMEM;
    int error = uv_poll_init(loop, watch->handle, fd);
    if (error != 0) {
        free(watch->handle);
        return error;
    }
    uv_handle_set_data(watch->handle, watch);
    uv_unref(watch->handle);
    return uv_poll_start(watch->handle, UV_READABLE, on_readable);
}

napi_value watch_readable(napi_env env, napi_callback_info info) {
    napi_value arguments[2], name, result;
    int fd;
    if (!get_arguments(env, info, 2, arguments) || !get_descriptor(env, arguments[0], "fd", &fd) ||
        !get_function(env, arguments[1], "callback")) {
        return NULL;
    }
    struct watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL) return throw_errno(env, ENOMEM, "uv_poll_init", "cannot watch descriptor %d", fd);
    watch->env = env;
    int error = start_polling(watch, fd);
    if (error != 0) {
        free(watch);
        return throw_errno(env, -error, "uv_poll_init", "cannot watch descriptor %d", fd);
    }
    watch->owners = 2;
    napi_create_reference(env, arguments[1], 1, &watch->callback);
    napi_create_string_utf8(env, "ipsec-relay:watch", NAPI_AUTO_LENGTH, &name);
    napi_async_init(env, NULL, name, &watch->context);
    napi_add_async_cleanup_hook(env, on_environment_end, watch, &watch->hook);
    napi_create_external(env, watch, on_forgotten, NULL, &result);
    napi_type_tag_object(env, result, &WATCH_TAG);
    return result;
}

napi_value unwatch(napi_env env, napi_callback_info info) {
    napi_value arguments[1];
    bool is_watch = false;
    void *watch;
    if (!get_arguments(env, info, 1, arguments)) return NULL;
    napi_valuetype type;
    if (napi_typeof(env, arguments[0], &type) != napi_ok || type != napi_external ||
        napi_check_object_type_tag(env, arguments[0], &WATCH_TAG, &is_watch) != napi_ok || !is_watch ||
        napi_get_value_external(env, arguments[0], &watch) != napi_ok) {
        napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "watch must be a result of watchReadable");
        return NULL;
    }
    close_watch(watch);
    return NULL;
}
