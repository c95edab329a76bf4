/*
 * Drops packets for the relay's device before a worker sees them: packets with unknown SPIs, ICMP errors about such packets,
 * and fragments and strangers' IKE messages beyond a rate. The program drops, and counts, only packets that a worker would give the
 * verdict `unknown-spi`, `icmp-unmatched` or, of fragments, `fragment-limit`, and IKE messages, as `ike-flood`. Packets with options or
 * other extension headers, and damaged ones, go to the workers.
 *
 * Every packet of an SA pays for this program. It therefore looks for the SPI first; whether the headers are right matters
 * only for a packet that it is about to drop.
 *
 * Of fragments only the first shows the SPI. One with an SA's SPI marks its datagram for a second, and the datagram's later
 * fragments pass. Of all others, that is later fragments whose first one has not been seen and first ones with unknown SPIs,
 * so many pass in each slot of time. A datagram whose fragments arrive in order is never touched, one out of order only
 * beside a flood, and a flood stays in the kernel.
 *
 * IKE messages from seconds pass, and from the address of a first about a thousand a second. Those of strangers cost the control thread time, so all together have a
 * rate. Beyond it each source prefix (/24, /56) gets an equal share: one message in each interval, and one that brings a COOKIE, so
 * that a stranger with a prefix of its own can answer the relay's request for one. The interval is the same for all prefixes. It doubles
 * after a slot of time in which too many passed, and halves when none of that happened for a while. So a flood from many prefixes
 * uses up the shares of those prefixes, and a quiet prefix still has its own.
 */
#include "layout.h"
#include "packet.h"

/* A mark is the time when it was made, in units of 2^20 ns, modulo 2^32. It counts for 1.07 s. */
#define MARK_UNIT_BITS 20
#define MARK_AGE 1024
#define MARK_BITS 16

/* The longest interval, and the least time before it is halved, as powers of two, in units of a mark. */
#define MOST_LEVEL 16
#define CALM_LEVEL 10
/* While prefixes have shares, so many times the rate may pass in a slot: the first messages of a flood from many prefixes. */
#define MOST_SLOTS_AT_ONCE 2
/* Messages that may come from a first's address at once; then one for each unit of a mark. */
#define FIRST_BURST 64
/* In an IKE message (RFC 7296 §3.1, §3.10). */
#define IKE_NEXT_PAYLOAD 16
#define PAYLOAD_NOTIFY 41

/* Set before the program is loaded. */
const volatile struct filter_settings settings SEC(".rodata.settings");

/* One struct filter_memory, shared with the daemon, which sets its size. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 1);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, sizeof(struct filter_memory));
} memory SEC(".maps");

/* An SPI: of a packet that arrives, or of one that the relay emitted and an ICMP error quotes. */
struct sought {
    __u32 spi;
    bool is_emitted;
};

static __always_inline bool find_spi(struct __sk_buff *skb, const struct filter_memory *shared,
                                     const struct packet *packet, const union upper *upper,
                                     struct sought *sought) {
    sought->is_emitted = false;
    if (packet->protocol == IPPROTO_UDP && shared->ports[port_index(upper->udp.header.dest)] == 0) return false;
    if (!read_spi(packet, upper, &sought->spi)) {
        if (packet->is_fragment || !is_icmp_error(packet, upper)) return false;
        if (!read_quoted_spi(skb, packet, &sought->spi)) return false;
        sought->is_emitted = true;
    }
    return sought->spi >= FIRST_UNRESERVED_SPI;
}

/* False: no SA has the SPI (src/table/spi-presence.ts). */
static __always_inline bool may_have_sa(const struct filter_memory *shared, const struct sought *sought) {
    __u32 bits = settings.presence_bits;
    const __u8 *present = shared->presence;
    __u32 place = (sought->spi * PRESENCE_MULTIPLIER) >> (32 - bits);
    if (sought->is_emitted) present += (1u << bits) / 8;
    KEEP_POINTER(present);
    return (present[place / 8] >> (place % 8) & 1) != 0;
}

/* Whether the header that shows the SPI is right. A datagram's length says more than the first fragment has. */
static __always_inline bool is_upper_sound(const struct packet *packet, const union upper *upper) {
    if (packet->protocol == IPPROTO_AH) {
        return packet->transport + 4 * (upper->ah.hdrlen + 2u) <= packet->length;
    }
    if (packet->protocol == IPPROTO_UDP) {
        __u32 end = packet->transport + bpf_ntohs(upper->udp.header.len);
        if (end < packet->length || (end > packet->length && !packet->is_fragment)) return false;
        return !packet->is_ipv6 || upper->udp.header.check != 0;
    }
    return true;
}

/* The mark of a fragment's datagram: those with equal hashes share one, so that a fragment may pass that need not. */
static __always_inline __u32 *mark_of(struct filter_memory *shared, const union head *head,
                                      const struct packet *packet) {
    __u64 hash = packet->identification;
    if (packet->is_ipv6) {
        for (int word = 2; word < 10; word++) hash = hash * PRESENCE_MULTIPLIER + head->words[word];
    } else {
        hash = hash * PRESENCE_MULTIPLIER + packet->protocol;
        for (int word = 3; word < 5; word++) hash = hash * PRESENCE_MULTIPLIER + head->words[word];
    }
    return &shared->marks[(hash * PRESENCE_MULTIPLIER) >> (64 - MARK_BITS)];
}

/* Two processors that begin a slot of time at once may let a few more pass, and nothing else. */
static __always_inline bool is_within_rate(struct filter_memory *shared) {
    __u32 slot = bpf_ktime_get_coarse_ns() >> SLOT_BITS;
    if (shared->slot != slot) {
        shared->slot = slot;
        shared->passed = 0;
    }
    if (shared->passed >= settings.fragments_a_slot) return false;
    __sync_fetch_and_add(&shared->passed, 1);
    return true;
}

static __always_inline bool may_fragment_pass(struct filter_memory *shared, const union head *head,
                                              const struct packet *packet, bool has_sa) {
    __u32 now = bpf_ktime_get_coarse_ns() >> MARK_UNIT_BITS;
    __u32 *mark = mark_of(shared, head, packet);
    if (has_sa) {
        *mark = now;
        return true;
    }
    if (packet->fragment_offset != 0 && now - *mark < MARK_AGE) return true;
    return is_within_rate(shared);
}

/* Whether this may be an address of a connection's first or second: the words of an IPv6 address, one XOR the other, or an IPv4 one. */
static __always_inline bool is_of_connection(const struct filter_memory *shared, __be32 word) {
    __u32 place = (bpf_ntohl(word) * PRESENCE_MULTIPLIER) >> (32 - SOURCE_BITS);
    return (shared->sources[place / 8] >> (place % 8) & 1) != 0;
}

static __always_inline __be32 source_word(const union head *head, const struct packet *packet) {
    return packet->is_ipv6 ? head->words[2] ^ head->words[3] ^ head->words[4] ^ head->words[5] : head->words[3];
}

/* Whether a first or second is at the source, of which the relay learns SPIs of ESP-in-UDP. */
static __always_inline bool is_from_peer(const struct filter_memory *shared, const union head *head,
                                         const struct packet *packet) {
    return packet->protocol == IPPROTO_UDP && is_of_connection(shared, source_word(head, packet));
}

/*
 * Whether an ICMP error may be about a key exchange, or about ESP whose SPI is not learnt yet: it quotes a datagram to an address of a
 * connection's first or second.
 */
static __always_inline bool may_quote_exchange(struct __sk_buff *skb, const struct filter_memory *shared,
                                               const struct packet *error) {
    __u32 quoted = error->transport + ICMP_HEADER;
    __u32 destination[4] = {};
    __u8 protocol;
    if (error->is_ipv6) {
        if (!read_bytes(skb, quoted + __builtin_offsetof(struct ipv6hdr, nexthdr), &protocol, 1)) return false;
        if (!read_bytes(skb, quoted + __builtin_offsetof(struct ipv6hdr, daddr), destination, 16)) return false;
    } else {
        if (!read_bytes(skb, quoted + __builtin_offsetof(struct iphdr, protocol), &protocol, 1)) return false;
        if (!read_bytes(skb, quoted + __builtin_offsetof(struct iphdr, daddr), destination, 4)) return false;
    }
    if (protocol != IPPROTO_UDP) return false;
    return is_of_connection(shared, destination[0] ^ destination[1] ^ destination[2] ^ destination[3]);
}

/* Goes over to the next slot of time, and has the interval follow what passed in the last one. */
static __always_inline void begin_slot(struct filter_memory *shared, __u32 slot, __u32 now) {
    __u32 level = shared->strangers_level;
    __u32 calm = now - shared->strangers_changed;
    if (shared->strangers_passed > settings.strangers_a_slot) {
        if (level < MOST_LEVEL) level++;
        shared->strangers_changed = now;
    } else if (calm >> MOST_LEVEL >= 2) {
        level = 0;
    } else if (level > 0 && calm >> CALM_LEVEL != 0 && calm >> (level & 31) >= 2) {
        level--;
        shared->strangers_changed = now;
    }
    shared->strangers_level = level;
    shared->strangers_slot = slot;
    shared->strangers_passed = 0;
}

static __always_inline bool brings_cookie(struct __sk_buff *skb, const struct packet *packet, const union upper *upper) {
    __u32 marker = upper->udp.header.dest == bpf_htons(PORT_IKE) ? 0 : NON_ESP_MARKER;
    __u8 next = 0;
    if (!read_bytes(skb, packet->transport + sizeof(struct udphdr) + marker + IKE_NEXT_PAYLOAD, &next, 1)) return false;
    return next == PAYLOAD_NOTIFY;
}

/* /24 of IPv4, /56 of IPv6. */
static __always_inline __u64 prefix_of(const union head *head, const struct packet *packet) {
    return packet->is_ipv6 ? (__u64)bpf_ntohl(head->words[2]) << 24 | bpf_ntohl(head->words[3]) >> 8
                           : bpf_ntohl(head->words[3]) >> 8;
}

/* When the next message of a prefix, or of a first's address, may pass. */
static __always_inline __u32 *share_of(struct filter_memory *shared, __u64 whose) {
    __u64 hash = whose * settings.share_multiplier;
    hash = (hash ^ hash >> 32) * settings.share_multiplier;
    return &shared->shares[hash >> 16 & ((1u << SHARE_BITS) - 1)];
}

static __always_inline bool may_first_pass(struct filter_memory *shared, const union head *head,
                                           const struct packet *packet) {
    __u32 now = bpf_ktime_get_coarse_ns() >> MARK_UNIT_BITS;
    __u32 *due = share_of(shared, ~(__u64)source_word(head, packet));
    __u32 ahead = *due - now;
    /* A longer time than any is one that has passed. */
    if (ahead > 1u << MOST_LEVEL) ahead = 0;
    if (ahead >= FIRST_BURST) return false;
    *due = now + ahead + 1;
    return true;
}

/* Two processors that look at once may let a few more pass, and nothing else. */
static __always_inline bool may_stranger_pass(struct __sk_buff *skb, struct filter_memory *shared, const union head *head,
                                              const struct packet *packet, const union upper *upper) {
    __u64 time = bpf_ktime_get_coarse_ns();
    __u32 slot = time >> SLOT_BITS;
    __u32 now = time >> MARK_UNIT_BITS;
    if (shared->strangers_slot != slot) begin_slot(shared, slot, now);
    __u32 level = shared->strangers_level;
    __u32 most = settings.strangers_a_slot;
    if (level != 0) {
        most *= MOST_SLOTS_AT_ONCE;
        if (shared->strangers_passed >= most) return false;
        __u32 *due = share_of(shared, prefix_of(head, packet) << 1 | brings_cookie(skb, packet, upper));
        /* A longer time than any interval is one that has passed. */
        if (*due - now - 1 < 1u << MOST_LEVEL) return false;
        *due = now + (1u << (level & 31));
    }
    /* One more than the rate tells that there were too many. */
    if (shared->strangers_passed > most) return false;
    __sync_fetch_and_add(&shared->strangers_passed, 1);
    return true;
}

/*
 * Whether a packet without an SPI may go to the control thread, if that would get it: from a first or a stranger, who use port 500 or 4500, or
 * from a second, to the port of a connection.
 */
static __always_inline bool may_ike_pass(struct __sk_buff *skb, struct filter_memory *shared, const union head *head,
                                         const struct packet *packet, const union upper *upper) {
    if (packet->protocol != IPPROTO_UDP) return true;
    /* An index is made for the access alone: Linux 6.1's verifier loses its range in a comparison. */
    __be16 port = upper->udp.header.dest;
    bool is_for_relay = port == bpf_htons(PORT_IKE) || port == bpf_htons(PORT_NAT_TRAVERSAL);
    if (!is_for_relay && shared->ports[port_index(port)] == 0) return true;
    bool is_peer = is_from_peer(shared, head, packet);
    if (is_peer && !is_for_relay) return true;
    if (!is_sound(skb, head, packet) || !is_upper_sound(packet, upper)) return true;
    return is_peer ? may_first_pass(shared, head, packet) : may_stranger_pass(skb, shared, head, packet, upper);
}

/* Where a packet that is to be dropped is counted, or NULL for one that passes. */
static __always_inline __u64 *judge(struct __sk_buff *skb, struct filter_memory *shared) {
    union head head;
    union upper upper = {}; /* the verifier does not see that nothing of a later fragment's is read */
    struct packet packet;
    struct sought sought = {};
    bool has_sa = false;
    if (!read_packet(skb, &head, &upper, &packet)) return NULL;
    bool shows_spi = packet.fragment_offset == 0;
    if (shows_spi) {
        if (!find_spi(skb, shared, &packet, &upper, &sought)) {
            return may_ike_pass(skb, shared, &head, &packet, &upper) ? NULL : shared->ike_flood;
        }
        has_sa = may_have_sa(shared, &sought);
        if (has_sa && !packet.is_fragment) return NULL;
    }
    if (!is_sound(skb, &head, &packet)) return NULL;
    if (sought.is_emitted) return may_quote_exchange(skb, shared, &packet) ? NULL : shared->icmp_unmatched;
    if (shows_spi && !is_upper_sound(&packet, &upper)) return NULL;
    if (packet.is_fragment) {
        if (may_fragment_pass(shared, &head, &packet, has_sa)) return NULL;
        return shows_spi ? shared->unknown_spi : shared->fragment_limit;
    }
    return is_from_peer(shared, &head, &packet) ? NULL : shared->unknown_spi;
}

/* A socket filter: the number of bytes to keep, 0 to drop. */
SEC("socket")
int filter(struct __sk_buff *skb) {
    const __u32 only = 0;
    struct filter_memory *shared = bpf_map_lookup_elem(&memory, &only);
    __u64 *tally = shared == NULL ? NULL : judge(skb, shared);
    if (tally == NULL) return (int)skb->len;
    __sync_fetch_and_add(&tally[TALLY_PACKETS], 1);
    __sync_fetch_and_add(&tally[TALLY_BYTES], skb->len);
    return 0;
}
