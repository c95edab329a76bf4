/* Argument checks, results and errors of the addon's functions. */
#ifndef NAPI_UTIL_H
#define NAPI_UTIL_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A typed array's elements; `length` counts elements, not bytes. */
struct array {
    void *data;
    size_t length;
};

/*
 * Each get_ function stores one checked argument and returns true. Otherwise it leaves a TypeError
 * (wrong type) or RangeError (wrong value) that names the argument pending, and returns false: the
 * caller returns NULL at once.
 */
bool get_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);
bool get_integer(napi_env env, napi_value value, const char *name, int32_t least, int32_t most,
                 int32_t *result);
bool get_descriptor(napi_env env, napi_value value, const char *name, int *fd);
bool get_boolean(napi_env env, napi_value value, const char *name, bool *result);
/* UTF-8, 1 to capacity - 1 bytes, none of them zero. */
bool get_string(napi_env env, napi_value value, const char *name, size_t capacity, char *result);
bool get_function(napi_env env, napi_value value, const char *name);
bool get_bytes(napi_env env, napi_value value, const char *name, struct array *result);
bool get_int32s(napi_env env, napi_value value, const char *name, struct array *result);

/* NULL (that is, undefined) when the environment is being torn down and takes no more values. */
napi_value integer_result(napi_env env, int64_t value);
napi_value boolean_result(napi_env env, bool value);

/* Both leave an exception pending and return NULL, so that a caller can `return throw_...`. */
napi_value throw_range(napi_env env, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* An Error "<format>: <the errno's text> (<its name>)" with code, errno (negative, as Node's own) and syscall. */
napi_value throw_errno(napi_env env, int error, const char *syscall, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
