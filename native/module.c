/*
 * The addon's entry. It keeps no state of its own, neither global nor per environment, so any number
 * of worker threads may load it.
 */
#include "functions.h"

#define FUNCTION(name, callback) {name, NULL, callback, NULL, NULL, NULL, napi_enumerable, NULL}

NAPI_MODULE_INIT() {
    const napi_property_descriptor functions[] = {
        FUNCTION("tunOpen", tun_open),
        FUNCTION("tunReadBatch", tun_read_batch),
        FUNCTION("tunWriteBatch", tun_write_batch),
        FUNCTION("ipSocketOpen", ip_socket_open),
        FUNCTION("ipSocketReadBatch", ip_socket_read_batch),
        FUNCTION("ipSocketWriteBatch", ip_socket_write_batch),
        FUNCTION("pathMtu", path_mtu),
        FUNCTION("wakerOpen", waker_open),
        FUNCTION("wake", wake),
        FUNCTION("wait", wait_readable),
        FUNCTION("waitAny", wait_any),
        FUNCTION("close", close_descriptor),
        FUNCTION("duplicate", duplicate_descriptor),
        FUNCTION("lockExclusive", lock_exclusive),
        FUNCTION("peerCredentials", peer_credentials),
        FUNCTION("unixDatagramSend", unix_datagram_send),
        FUNCTION("writeNow", write_now),
        FUNCTION("pinThread", pin_thread),
        FUNCTION("nameThread", name_thread),
        FUNCTION("netlinkOpen", netlink_open),
        FUNCTION("netlinkSend", netlink_send),
        FUNCTION("netlinkReceive", netlink_receive),
        FUNCTION("watchReadable", watch_readable),
        FUNCTION("unwatch", unwatch),
        FUNCTION("bpfLoad", bpf_load),
        FUNCTION("bpfLoadOver", bpf_load_over),
        FUNCTION("tcAttach", tc_attach),
        FUNCTION("tcDetach", tc_detach),
        FUNCTION("bpfTestRun", bpf_test_run),
        FUNCTION("tunSetFilter", tun_set_filter),
    };
    napi_status status =
        napi_define_properties(env, exports, sizeof functions / sizeof functions[0], functions);
    if (status != napi_ok) {
        napi_throw_error(env, NULL, "ipsec_relay.node cannot define its functions");
        return NULL;
    }
    return exports;
}
