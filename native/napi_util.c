#include "napi_util.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_BYTES 512

static bool throw_type(napi_env env, const char *name, const char *wanted) {
    char message[MESSAGE_BYTES];
    snprintf(message, sizeof message, "%s must be %s", name, wanted);
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
    return false;
}

bool get_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
    /* Missing arguments come as undefined; the check of their type refuses them. */
    return napi_get_cb_info(env, info, &count, values, NULL, NULL) == napi_ok;
}

bool get_integer(napi_env env, napi_value value, const char *name, int32_t least, int32_t most,
                 int32_t *result) {
    double number;
    if (napi_get_value_double(env, value, &number) != napi_ok) return throw_type(env, name, "a number");
    /* Compared as a double, so that NaN and numbers beyond int32_t fail here, before any conversion. */
    if (!(number >= least && number <= most) || number != (int32_t)number) {
        throw_range(env, "%s must be a whole number within %d to %d, not %g", name, least, most, number);
        return false;
    }
    *result = (int32_t)number;
    return true;
}

bool get_descriptor(napi_env env, napi_value value, const char *name, int *fd) {
    return get_integer(env, value, name, 0, INT_MAX, fd);
}

bool get_boolean(napi_env env, napi_value value, const char *name, bool *result) {
    return napi_get_value_bool(env, value, result) == napi_ok || throw_type(env, name, "true or false");
}

bool get_string(napi_env env, napi_value value, const char *name, size_t capacity, char *result) {
    size_t length, stored;
    if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok) {
        return throw_type(env, name, "a string");
    }
    if (length < 1 || length >= capacity) {
        throw_range(env, "%s must have 1 to %zu bytes, not %zu", name, capacity - 1, length);
        return false;
    }
    napi_get_value_string_utf8(env, value, result, capacity, &stored);
    if (strlen(result) != length) {
        throw_range(env, "%s must not contain a zero byte", name);
        return false;
    }
    return true;
}

bool get_function(napi_env env, napi_value value, const char *name) {
    napi_valuetype type;
    return (napi_typeof(env, value, &type) == napi_ok && type == napi_function) || throw_type(env, name, "a function");
}

static bool get_typed_array(napi_env env, napi_value value, napi_typedarray_type wanted,
                            struct array *result) {
    bool is_typed_array;
    napi_typedarray_type type;
    return napi_is_typedarray(env, value, &is_typed_array) == napi_ok && is_typed_array &&
           napi_get_typedarray_info(env, value, &type, &result->length, &result->data, NULL, NULL) ==
               napi_ok &&
           type == wanted;
}

bool get_bytes(napi_env env, napi_value value, const char *name, struct array *result) {
    return get_typed_array(env, value, napi_uint8_array, result) || throw_type(env, name, "a Uint8Array");
}

bool get_int32s(napi_env env, napi_value value, const char *name, struct array *result) {
    return get_typed_array(env, value, napi_int32_array, result) || throw_type(env, name, "an Int32Array");
}

napi_value integer_result(napi_env env, int64_t value) {
    napi_value result;
    return napi_create_int64(env, value, &result) == napi_ok ? result : NULL;
}

napi_value boolean_result(napi_env env, bool value) {
    napi_value result;
    return napi_get_boolean(env, value, &result) == napi_ok ? result : NULL;
}

napi_value throw_range(napi_env env, const char *format, ...) {
    char message[MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", message);
    return NULL;
}

static bool set_string(napi_env env, napi_value object, const char *name, const char *text) {
    napi_value value;
    return napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value) == napi_ok &&
           napi_set_named_property(env, object, name, value) == napi_ok;
}

napi_value throw_errno(napi_env env, int error, const char *syscall, const char *format, ...) {
    char message[MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);

    /* Unlike strerror(3), these two share no buffer between threads and need no locale. */
    const char *code = strerrorname_np(error);
    const char *text = strerrordesc_np(error);
    if (code == NULL) code = "UNKNOWN";
    if (text == NULL) text = "unknown error";
    size_t used = strlen(message);
    snprintf(message + used, sizeof message - used, ": %s (%s)", text, code);

    napi_value message_value, number, exception;
    if (napi_create_string_utf8(env, message, NAPI_AUTO_LENGTH, &message_value) == napi_ok &&
        napi_create_error(env, NULL, message_value, &exception) == napi_ok &&
        napi_create_int32(env, -error, &number) == napi_ok &&
        napi_set_named_property(env, exception, "errno", number) == napi_ok &&
        set_string(env, exception, "code", code) && set_string(env, exception, "syscall", syscall)) {
        napi_throw(env, exception);
    }
    return NULL;
}
