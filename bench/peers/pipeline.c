/*
 * The pipeline's C peer: the same translation of the same batches over the same SAD in shared memory, for plain ESP over
 * IPv4 (src/relay/pipeline.ts, src/table/reader.ts, src/relay/accounting.ts), with prefetch instructions where TypeScript
 * has to read. A Node-API addon, for bench/memory alone. The words of the layout come from src/table/layout.ts as
 * definitions of the compiler. It knows no other packets, and no SA that requires a peer or is being replaced: such
 * packets get the verdict `GENERAL` and are not counted; the benchmark has none.
 */
#include <endian.h>
#include <node_api.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

enum { IPV4_HEADER = 20, ESP_HEADER = 8, PROTOCOL_ESP = 50, VERSION_AND_LENGTH = 0x45, DONT_FRAGMENT = 0x4000 };
enum { MOST_PACKETS = 256 };

/* The arrays and numbers of `open`, in its order. */
static struct {
    const int32_t *records, *index, *addresses;
    int32_t *control;
    double *counters, *verdicts;
    uint8_t *bytes;
    const int32_t *offset;
    int32_t *length;
    uint8_t *verdict;
    int32_t *sa;
    size_t index_length;
    uint32_t seed;
} world;
static uint32_t hashes[MOST_PACKETS];

static uint32_t load32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return be32toh(value);
}

static void store32(uint8_t *at, uint32_t value)
{
    value = htobe32(value);
    memcpy(at, &value, sizeof value);
}

static uint32_t halves(uint32_t word)
{
    return (word >> 16) + (word & 0xffff);
}

static uint32_t fold(uint32_t sum)
{
    sum = (sum & 0xffff) + (sum >> 16);
    return (sum & 0xffff) + (sum >> 16);
}

/* hashKey of src/table/layout.ts, for an IPv4 destination. */
static uint32_t hash_key(uint32_t spi, uint32_t destination)
{
    uint32_t hash = (spi ^ world.seed) * 0x9e3779b1u;
    hash = (hash ^ hash >> 15 ^ destination) * 0x85ebca6bu;
    hash = (hash ^ hash >> 13 ^ 0xffff ^ KIND_ESP * 0x100193u) * 0xc2b2ae35u;
    hash = (hash ^ hash >> 16) * 0x27d4eb2fu;
    return (hash ^ hash >> 15) * 0x2c1b3c6du;
}

/* Whether packet `i` is plain ESP; sets its length as the IP header has it. */
static int is_plain(const uint8_t *ip, uint32_t i)
{
    uint32_t first = load32(ip), second = load32(ip + 4), third = load32(ip + 8);
    uint32_t total = first & 0xffff;
    if (first >> 24 != VERSION_AND_LENGTH || (int32_t)total > world.length[i] || total < IPV4_HEADER + ESP_HEADER ||
        (second & 0xffff) != DONT_FRAGMENT || (third >> 16 & 0xff) != PROTOCOL_ESP ||
        fold(halves(first) + halves(second) + halves(third) + halves(load32(ip + 12)) + halves(load32(ip + 16))) != 0xffff)
        return 0;
    world.length[i] = (int32_t)total;
    return load32(ip + IPV4_HEADER) != 0;
}

static const int32_t *lookup(const int32_t *index, uint32_t mask, uint32_t shift, uint32_t hash, uint32_t spi,
                             uint32_t destination)
{
    const uint32_t tag = (hash << 22 & ~(uint32_t)(INDEX_RECORD_MASK | INDEX_LIVE)) | INDEX_LIVE;
    const int32_t *found = NULL;
    for (uint32_t slot = hash >> shift;; slot = (slot + 1) & mask) {
        uint32_t word = (uint32_t)index[slot];
        if (word == 0)
            return found;
        if ((word & ~(uint32_t)INDEX_RECORD_MASK) != tag)
            continue;
        const int32_t *record = world.records + ((word & INDEX_RECORD_MASK) << RECORD_SHIFT);
        if ((uint32_t)record[R_SPI] == spi && (uint32_t)record[R_MATCH + 3] == destination &&
            (record[R_KIND] & MATCH_KIND_MASK) == KIND_ESP && record[R_PORTS] == 0 && record[R_MATCH + 2] == 0xffff &&
            record[R_MATCH + 1] == 0 && record[R_MATCH] == 0 && record[R_PEER] == 0)
            found = record;
    }
}

/* Rewrites packet `i` as the record has it. */
static uint8_t rewrite(uint8_t *ip, uint32_t i, const int32_t *record)
{
    const uint32_t kind = (uint32_t)record[R_KIND], hop_word = load32(ip + 8);
    const uint32_t ttl = hop_word >> 24, from = load32(ip + 12), to = load32(ip + 16);
    const uint32_t limit = kind & FLAG_STRAIGHT ? kind >> 16 : 0;
    if (limit < (uint32_t)world.length[i] || ttl < 2)
        return GENERAL;
    const uint32_t source = (uint32_t)record[R_SOURCE];
    const uint32_t new_from = source == 0 ? from : (uint32_t)world.addresses[source * 4 + 3];
    const uint32_t new_to = (uint32_t)record[R_TO + 3];
    /* RFC 1624 eqn. 3: the complements of five old words, and five new words. */
    const uint32_t removed = (ttl << 8) + halves(from) + halves(to);
    const uint32_t added = ((ttl - 1) << 8) + halves(new_from) + halves(new_to);
    const uint32_t checksum = ~fold((~hop_word & 0xffff) + 5 * 0xffff - removed + added) & 0xffff;
    store32(ip + 8, (ttl - 1) << 24 | PROTOCOL_ESP << 16 | checksum);
    store32(ip + 12, new_from);
    store32(ip + 16, new_to);
    store32(ip + IPV4_HEADER, (uint32_t)record[R_TO_SPI]);
    const int32_t sa = record[R_SLOT];
    world.sa[i] = sa;
    ((int32_t *)(world.counters + (size_t)(sa - 1) * COUNTER_STRIDE))[SOURCE_ADDRESS] = (int32_t)from;
    return FORWARD;
}

static void process(uint32_t count)
{
    _Atomic int32_t *control = (_Atomic int32_t *)world.control;
    atomic_store(&control[C_WORKERS], atomic_load(&control[C_EPOCH]));
    const int32_t *index = world.index + atomic_load(&control[C_REGION]);
    const uint32_t mask = (uint32_t)(world.index_length / 2 - 1), shift = (uint32_t)__builtin_clz(mask);
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *ip = world.bytes + world.offset[i];
        world.verdict[i] = GENERAL;
        if (!is_plain(ip, i))
            continue;
        world.verdict[i] = FORWARD;
        hashes[i] = hash_key(load32(ip + IPV4_HEADER), load32(ip + 16));
        __builtin_prefetch(&index[hashes[i] >> shift]);
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t record = (uint32_t)index[hashes[i] >> shift] & INDEX_RECORD_MASK;
        __builtin_prefetch(&world.records[(size_t)record * RECORD_WORDS]);
    }
    for (uint32_t i = 0; i < count; i++) {
        /* An unused index word leads to record 0, whose SA number is 0. */
        const uint32_t record = (uint32_t)index[hashes[i] >> shift] & INDEX_RECORD_MASK;
        const int32_t sa = world.records[(size_t)record * RECORD_WORDS + R_SLOT];
        __builtin_prefetch(&world.counters[(size_t)(sa - (sa != 0)) * COUNTER_STRIDE], 1);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (world.verdict[i] != FORWARD)
            continue;
        uint8_t *ip = world.bytes + world.offset[i];
        const int32_t *record = lookup(index, mask, shift, hashes[i], load32(ip + IPV4_HEADER), load32(ip + 16));
        world.verdict[i] = record == NULL ? GENERAL : rewrite(ip, i, record);
    }
}

static void account(uint32_t count, double now_ms)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t verdict = world.verdict[i];
        const double length = world.length[i];
        if (verdict != FORWARD)
            continue;
        world.verdicts[verdict] += 1;
        world.verdicts[VERDICTS + verdict] += length;
        double *counters = world.counters + (size_t)(world.sa[i] - 1) * COUNTER_STRIDE;
        counters[COUNTER_PACKETS] += 1;
        counters[COUNTER_BYTES] += length;
        counters[COUNTER_LAST] = now_ms;
    }
}

/* relay(count, nowMs): process and account. */
static napi_value relay(napi_env env, napi_callback_info info)
{
    napi_value arguments[2];
    size_t given = 2;
    uint32_t count;
    double now_ms;
    if (napi_get_cb_info(env, info, &given, arguments, NULL, NULL) != napi_ok || given != 2 ||
        napi_get_value_uint32(env, arguments[0], &count) != napi_ok ||
        napi_get_value_double(env, arguments[1], &now_ms) != napi_ok || count > MOST_PACKETS) {
        napi_throw_range_error(env, NULL, "relay takes a count within 0-256 and a time");
        return NULL;
    }
    process(count);
    account(count, now_ms);
    return NULL;
}

/* open(records, index, addresses, control, counters, verdicts, bytes, offset, length, verdict, sa, seed) */
static napi_value open_world(napi_env env, napi_callback_info info)
{
    enum { ARRAYS = 11, ARGUMENTS = 12 };
    napi_value arguments[ARGUMENTS];
    void *arrays[ARRAYS];
    size_t given = ARGUMENTS, lengths[ARRAYS];
    int32_t seed = 0;
    int is_right = napi_get_cb_info(env, info, &given, arguments, NULL, NULL) == napi_ok && given == ARGUMENTS &&
                   napi_get_value_int32(env, arguments[ARRAYS], &seed) == napi_ok;
    for (int i = 0; is_right && i < ARRAYS; i++)
        is_right = napi_get_typedarray_info(env, arguments[i], NULL, &lengths[i], &arrays[i], NULL, NULL) == napi_ok;
    if (!is_right) {
        napi_throw_type_error(env, NULL, "open takes eleven typed arrays and a seed");
        return NULL;
    }
    world.records = arrays[0];
    world.index = arrays[1];
    world.index_length = lengths[1];
    world.addresses = arrays[2];
    world.control = arrays[3];
    world.counters = arrays[4];
    world.verdicts = arrays[5];
    world.bytes = arrays[6];
    world.offset = arrays[7];
    world.length = arrays[8];
    world.verdict = arrays[9];
    world.sa = arrays[10];
    world.seed = (uint32_t)seed;
    return NULL;
}

NAPI_MODULE_INIT()
{
    napi_value function;
    if (napi_create_function(env, "open", NAPI_AUTO_LENGTH, open_world, NULL, &function) != napi_ok ||
        napi_set_named_property(env, exports, "open", function) != napi_ok ||
        napi_create_function(env, "relay", NAPI_AUTO_LENGTH, relay, NULL, &function) != napi_ok ||
        napi_set_named_property(env, exports, "relay", function) != napi_ok)
        return NULL;
    return exports;
}
