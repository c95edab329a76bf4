/* The functions that JavaScript sees. src/native/index.ts documents each. */
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include <node_api.h>

/* tun.c */
napi_value tun_open(napi_env env, napi_callback_info info);
napi_value tun_read_batch(napi_env env, napi_callback_info info);
napi_value tun_write_batch(napi_env env, napi_callback_info info);

/* socket.c */
napi_value ip_socket_open(napi_env env, napi_callback_info info);
napi_value ip_socket_read_batch(napi_env env, napi_callback_info info);
napi_value ip_socket_write_batch(napi_env env, napi_callback_info info);
napi_value path_mtu(napi_env env, napi_callback_info info);

/* wait.c */
napi_value waker_open(napi_env env, napi_callback_info info);
napi_value wake(napi_env env, napi_callback_info info);
napi_value wait_readable(napi_env env, napi_callback_info info);
napi_value wait_any(napi_env env, napi_callback_info info);

/* process.c */
napi_value close_descriptor(napi_env env, napi_callback_info info);
napi_value duplicate_descriptor(napi_env env, napi_callback_info info);
napi_value lock_exclusive(napi_env env, napi_callback_info info);
napi_value peer_credentials(napi_env env, napi_callback_info info);
napi_value unix_datagram_send(napi_env env, napi_callback_info info);
napi_value write_now(napi_env env, napi_callback_info info);
napi_value pin_thread(napi_env env, napi_callback_info info);
napi_value name_thread(napi_env env, napi_callback_info info);

/* netlink.c */
napi_value netlink_open(napi_env env, napi_callback_info info);
napi_value netlink_send(napi_env env, napi_callback_info info);
napi_value netlink_receive(napi_env env, napi_callback_info info);

/* watch.c */
napi_value watch_readable(napi_env env, napi_callback_info info);
napi_value unwatch(napi_env env, napi_callback_info info);

/* bpf.c */
napi_value bpf_load(napi_env env, napi_callback_info info);
napi_value bpf_load_over(napi_env env, napi_callback_info info);
napi_value tc_attach(napi_env env, napi_callback_info info);
napi_value tc_detach(napi_env env, napi_callback_info info);
napi_value bpf_test_run(napi_env env, napi_callback_info info);
napi_value tun_set_filter(napi_env env, napi_callback_info info);

#endif
