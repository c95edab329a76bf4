/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 (the kernel lends bpf_fib_lookup to GPL programs alone) */
/*
 * The fast path: translates packets where they arrive (tc ingress), for SAs that keep family and encapsulation, and sends
 * them on without a detour through the relay's device. It reads the very table that the workers read (src/table/layout.ts), so
 * a change of an SA holds for both at once.
 *
 * A packet that asks for more than a translation goes on to the kernel untouched, and so to a worker: of no SA, of one that
 * changes the form, a fragment, longer than the way out, on its last hop, with options, damaged, or with a next hop that the
 * kernel has yet to find. The workers count and answer those as ever.
 */
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/pkt_cls.h>

#define IP_AT ETH_HLEN

#include "layout.h"
#include "packet.h"

#define IPV4_DONT_FRAGMENT 0x4000
#define ADDRESS_WORDS 4
/* Index words that a lookup reads. At most half of the index is live: a longer probe is rare, and a worker's. */
#define MOST_PROBES 16
#define FAMILY_IPV4 2
#define FAMILY_IPV6 10
/* The bits of a Float64's exponent, and how many its fraction has. */
#define FLOAT_BIAS 1023ull
#define FLOAT_FRACTION 52

/* Set before the program is loaded. */
const volatile struct fast_path_settings settings SEC(".rodata.settings");

/* The memory of the SAD lies over this map; the daemon sets its size. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 1);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, 4096);
} memory SEC(".maps");

/* The next identification of each counter on this processor; a multiple of IDENTIFICATION_BLOCK: a new block is needed. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, IDENTIFICATION_COUNTERS);
    __type(key, __u32);
    __type(value, __u32);
} identifications SEC(".maps");

/* For an SA's lookup. Addresses and SPI are in host byte order, as in the table; IPv4 addresses are mapped. */
struct key {
    __u32 carrier;
    __u32 spi;
    __u32 to[ADDRESS_WORDS];
    __u32 from[ADDRESS_WORDS];
    __u16 source_port;
};

/* Of an SA, as far as a translation needs it. */
struct translation {
    __u32 slot;
    __u32 ports;
    __be32 spi;
    __be32 from[ADDRESS_WORDS];
    __be32 to[ADDRESS_WORDS];
};

static __always_inline __u32 word_at(const void *shared, __u64 at) {
    return *(const volatile __u32 *)(shared + at);
}

static __always_inline __u32 hash_of(const struct key *key) {
    __u32 hash = (key->spi ^ settings.seed) * 0x9e3779b1u;
    hash = (hash ^ (hash >> 15) ^ key->to[3]) * 0x85ebca6bu;
    hash = (hash ^ (hash >> 13) ^ key->to[2] ^ (key->carrier * 0x100193u)) * 0xc2b2ae35u;
    hash = ((hash ^ (hash >> 16) ^ key->to[1]) * 0x27d4eb2fu) ^ key->to[0];
    return (hash ^ (hash >> 15)) * 0x2c1b3c6du;
}

static __always_inline bool is_address(const void *shared, __u64 at, const __u32 *address) {
    for (int word = 0; word < ADDRESS_WORDS; word++) {
        if (word_at(shared, at + 4 * word) != address[word]) return false;
    }
    return true;
}

/* As SadReader ranks them: 0: the record requires another source; 1: none; more: this one. */
static __always_inline int peer_rank(const void *shared, __u64 record, const struct key *key) {
    __u32 port = word_at(shared, record + 4 * R_PORTS) >> 16;
    __u64 peer = word_at(shared, record + 4 * R_PEER);
    int rank = 1;
    if (port != 0) {
        if (port != key->source_port) return 0;
        rank = 2;
    }
    if (peer != 0) {
        if (peer >= settings.address_capacity) return 0;
        if (!is_address(shared, settings.addresses_at + 16 * peer, key->from)) return 0;
        rank += 2;
    }
    return rank;
}

static __always_inline bool has_key(const void *shared, __u64 record, const struct key *key) {
    return word_at(shared, record + 4 * R_SPI) == key->spi &&
           (word_at(shared, record + 4 * R_KIND) & MATCH_KIND_MASK) == (key->carrier & MATCH_KIND_MASK) &&
           (word_at(shared, record + 4 * R_PORTS) & 0xffff) == key->carrier >> 8 &&
           is_address(shared, record + 4 * R_MATCH, key->to);
}

static __always_inline void copy_network_order(const void *shared, __u64 at, __be32 *to) {
    for (int word = 0; word < ADDRESS_WORDS; word++) to[word] = bpf_htonl(word_at(shared, at + 4 * word));
}

/* Reads the record. False: packets of its SA, or of this length, are a worker's. */
static __always_inline bool read_record(const void *shared, __u64 record, const struct packet *packet,
                                        struct translation *translation) {
    __u32 kind = word_at(shared, record + 4 * R_KIND);
    __u64 source = word_at(shared, record + 4 * R_SOURCE);
    if ((kind & FLAG_STRAIGHT) == 0 || packet->length > kind >> 16) return false;
    if (source == 0 || source >= settings.address_capacity) return false;
    translation->slot = word_at(shared, record + 4 * R_SLOT);
    translation->ports = word_at(shared, record + 4 * R_TO_PORTS);
    translation->spi = bpf_htonl(word_at(shared, record + 4 * R_TO_SPI));
    copy_network_order(shared, settings.addresses_at + 16 * source, translation->from);
    copy_network_order(shared, record + 4 * R_TO, translation->to);
    return true;
}

/*
 * Finds the SA. A record does not change while the index leads to it, and the writer does not use one again within
 * milliseconds of its end: if the index still leads to it once it has been read, what was read is whole.
 */
static __always_inline bool find(const void *shared, const struct key *key, const struct packet *packet,
                                 struct translation *translation) {
    __u32 hash = hash_of(key);
    __u32 tag = ((hash << 22) & ~(INDEX_RECORD_MASK | INDEX_LIVE)) | INDEX_LIVE;
    const void *index = shared + settings.index_at;
    if (word_at(shared, settings.control_at + 4 * C_REGION) != 0) index += 4 * settings.index_words;
    KEEP_POINTER(index);
    __u64 slot = hash >> settings.index_shift, found_slot = 0;
    __u32 found_word = 0;
    int found_rank = 0;
    bool is_over = false;
    for (int probe = 0; probe < MOST_PROBES; probe++) {
        slot &= settings.index_words - 1;
        __u32 word = word_at(index, 4 * slot);
        if (word == 0) {
            is_over = true;
            break;
        }
        if ((word & ~INDEX_RECORD_MASK) == tag) {
            __u64 number = word & INDEX_RECORD_MASK;
            if (number >= settings.record_capacity) return false;
            __u64 record = settings.records_at + 4 * RECORD_WORDS * number;
            /* Several SAs change at once: rare, and the workers know which record holds. */
            if ((word_at(shared, record + 4 * R_KIND) & FLAG_SUPERSEDED) != 0) return false;
            int rank = has_key(shared, record, key) ? peer_rank(shared, record, key) : 0;
            if (rank > found_rank) {
                found_rank = rank;
                found_word = word;
                found_slot = slot;
            }
        }
        slot++;
    }
    __u64 number = found_word & INDEX_RECORD_MASK;
    if (!is_over || found_rank == 0 || number >= settings.record_capacity) return false;
    if (!read_record(shared, settings.records_at + 4 * RECORD_WORDS * number, packet, translation)) return false;
    found_slot &= settings.index_words - 1;
    return word_at(index, 4 * found_slot) == found_word;
}

/* Takes the part behind the IP header for the key. False: the packet is not for here. */
static __always_inline bool read_upper(const struct packet *packet, const union upper *upper, struct key *key) {
    __u32 rest = packet->length - packet->transport;
    key->source_port = 0;
    if (packet->length <= packet->transport || !read_spi(packet, upper, &key->spi) || key->spi == 0) return false;
    if (packet->protocol == IPPROTO_ESP) {
        key->carrier = KIND_ESP;
        return rest >= sizeof(struct ip_esp_hdr);
    }
    if (packet->protocol == IPPROTO_AH) {
        key->carrier = KIND_AH;
        return rest >= AH_MIN_LENGTH && rest >= 4 * (upper->ah.hdrlen + 2u);
    }
    key->carrier = KIND_UDP | (__u32)bpf_ntohs(upper->udp.header.dest) << 8;
    key->source_port = bpf_ntohs(upper->udp.header.source);
    if (rest < sizeof upper->udp.header + sizeof(struct ip_esp_hdr)) return false;
    if (bpf_ntohs(upper->udp.header.len) != rest) return false;
    return !packet->is_ipv6 || upper->udp.header.check != 0;
}

static __always_inline void read_addresses(const union head *head, const struct packet *packet, struct key *key) {
    if (packet->is_ipv6) {
        for (int word = 0; word < ADDRESS_WORDS; word++) {
            key->from[word] = bpf_ntohl(head->words[2 + word]);
            key->to[word] = bpf_ntohl(head->words[6 + word]);
        }
        return;
    }
    key->from[0] = key->from[1] = key->to[0] = key->to[1] = 0;
    key->from[2] = key->to[2] = IPV4_MAPPED;
    key->from[3] = bpf_ntohl(head->words[3]);
    key->to[3] = bpf_ntohl(head->words[4]);
}

static __always_inline bool may_go_on(const union head *head, const struct packet *packet) {
    return (packet->is_ipv6 ? head->ipv6.hop_limit : head->ipv4.header.ttl) > 1;
}

/*
 * Many firsts become one source, so their own identifications would collide there (RFC 6864 §4), unless nobody may fragment the
 * packets; AH's ICV covers it. As src/relay/identification.ts does it.
 */
static __always_inline bool needs_identification(const union head *head, const struct packet *packet) {
    return packet->protocol != IPPROTO_AH && (head->ipv4.header.frag_off & bpf_htons(IPV4_DONT_FRAGMENT)) == 0;
}

static __always_inline __be16 next_identification(void *shared, const struct translation *translation, __u32 kind) {
    __u32 hash = (bpf_ntohl(translation->from[3]) ^ kind << 24) * 0x9e3779b1u;
    hash = (hash ^ hash >> 15 ^ bpf_ntohl(translation->to[3])) * 0x85ebca6bu;
    __u32 place = (hash ^ hash >> 13) & (IDENTIFICATION_COUNTERS - 1);
    __u32 *next = bpf_map_lookup_elem(&identifications, &place);
    if (next == NULL) return 0;
    __u32 identification = *next;
    if (identification % IDENTIFICATION_BLOCK == 0) {
        __u64 *counter = shared + settings.identifications_at + 8ull * place;
        identification = __sync_fetch_and_add(counter, IDENTIFICATION_BLOCK);
    }
    *next = identification + 1;
    return bpf_htons(identification);
}

/* Asks the kernel's routes and neighbours, as for a packet that the relay's device sent. */
static __always_inline bool find_way(struct __sk_buff *skb, const void *shared, const union head *head,
                                     const struct packet *packet, const struct translation *translation,
                                     struct bpf_fib_lookup *way) {
    way->ifindex = settings.device;
    way->l4_protocol = packet->protocol;
    way->tot_len = packet->length;
    if (packet->is_ipv6) {
        way->family = FAMILY_IPV6;
        way->flowinfo = head->words[0] & bpf_htonl(0x0fffffff);
        for (int word = 0; word < ADDRESS_WORDS; word++) {
            way->ipv6_src[word] = translation->from[word];
            way->ipv6_dst[word] = translation->to[word];
        }
    } else {
        way->family = FAMILY_IPV4;
        way->tos = head->ipv4.header.tos;
        way->ipv4_src = translation->from[3];
        way->ipv4_dst = translation->to[3];
    }
    long result = bpf_fib_lookup(skb, way, sizeof *way, 0);
    if (result < 0) {
        /* The device is gone while the relay starts anew. */
        way->ifindex = skb->ifindex;
        result = bpf_fib_lookup(skb, way, sizeof *way, 0);
    }
    if (result != BPF_FIB_LKUP_RET_SUCCESS) return false;
    if (way->ifindex >= KERNEL_LINKS) return false;
    return *(const volatile __u8 *)(shared + settings.links_at + way->ifindex) != 0;
}

/*
 * An IPv6 source does not fit into the line of an SA's counters. The workers note it, once; a packet from elsewhere is
 * theirs.
 */
static __always_inline bool is_source_noted(const void *shared, const struct translation *translation,
                                            const struct key *key) {
    __u64 place = settings.sources_at + 4ull * LATEST_SOURCE_WORDS * (translation->slot & settings.sources_mask);
    return word_at(shared, place + 4 * LATEST_SLOT) == translation->slot &&
           word_at(shared, place + 4 * LATEST_PORT) == key->source_port &&
           is_address(shared, place + 4 * LATEST_ADDRESS, key->from);
}

/* Unix time in milliseconds, as the bits of a Float64; right until 2109. */
static __always_inline __u64 float_of_now(const void *shared) {
    __u64 offset = *(const volatile __u64 *)(shared + settings.state_at + 8 * KERNEL_CLOCK);
    __u64 ms = (bpf_ktime_get_coarse_ns() + offset) / 1000000;
    __u64 exponent = ms >> 41 == 0 ? 40 : 41;
    return (FLOAT_BIAS + exponent) << FLOAT_FRACTION | (ms ^ 1ull << exponent) << (FLOAT_FRACTION - exponent);
}

static __always_inline void count(void *shared, const struct packet *packet, const struct translation *translation,
                                  const struct key *key) {
    __u64 *state = shared + settings.state_at;
    __u64 slot = translation->slot - 1ull;
    __sync_fetch_and_add(&state[KERNEL_PACKETS], 1);
    __sync_fetch_and_add(&state[KERNEL_BYTES], packet->length);
    if (slot >= settings.record_capacity) return;
    __u64 *counters = shared + settings.counters_at + 8 * COUNTER_STRIDE * slot;
    __sync_fetch_and_add(&counters[COUNTER_PACKETS], 1);
    __sync_fetch_and_add(&counters[COUNTER_BYTES], packet->length);
    *(volatile __u64 *)&counters[COUNTER_LAST] = float_of_now(shared);
    if (packet->is_ipv6) return;
    /* Both words at once, so that they belong to one packet. */
    *(volatile __u64 *)&counters[COUNTER_SOURCE] = key->from[3] | (__u64)key->source_port << 32;
}

static __always_inline __u32 folded(__u64 sum) {
    sum = (sum & 0xffffffff) + (sum >> 32);
    return (sum & 0xffffffff) + (sum >> 32);
}

/* The UDP checksum follows addresses, ports and SPI (RFC 1624). A checksum that the hardware will make is only started. */
static __always_inline bool update_checksum(struct __sk_buff *skb, const union head *head, const struct packet *packet,
                                            const union upper *upper, __be32 ports,
                                            const struct translation *translation) {
    __u32 at = IP_AT + packet->transport + __builtin_offsetof(struct udphdr, check);
    const __u32 *before = (const __u32 *)upper->bytes;
    __u64 addresses = 0;
    if (packet->is_ipv6) {
        for (int word = 0; word < ADDRESS_WORDS; word++) {
            addresses += (__u64)translation->from[word] + translation->to[word];
            addresses += (__u64)(__u32)~head->words[2 + word] + (__u32)~head->words[6 + word];
        }
    } else {
        addresses += (__u64)translation->from[3] + translation->to[3];
        addresses += (__u64)(__u32)~head->words[3] + (__u32)~head->words[4];
    }
    __u64 rest = (__u64)(__u32)~before[0] + ports + (__u32)~before[2] + translation->spi;
    return bpf_l4_csum_replace(skb, at, 0, folded(addresses), BPF_F_PSEUDO_HDR | BPF_F_MARK_MANGLED_0) == 0 &&
           bpf_l4_csum_replace(skb, at, 0, folded(rest), BPF_F_MARK_MANGLED_0) == 0;
}

/* Another pair of ports, as they lie in the header; 0 in the record keeps one. */
static __always_inline __be32 new_ports(const union upper *upper, const struct translation *translation) {
    __u32 source = translation->ports >> 16, destination = translation->ports & 0xffff;
    if (source == 0) source = bpf_ntohs(upper->udp.header.source);
    if (destination == 0) destination = bpf_ntohs(upper->udp.header.dest);
    return bpf_htonl(source << 16 | destination);
}

static __always_inline bool write_ethernet(void *data, void *end, const struct bpf_fib_lookup *way) {
    struct ethhdr *ethernet = data;
    if ((void *)(ethernet + 1) > end) return false;
    __builtin_memcpy(ethernet->h_dest, way->dmac, ETH_ALEN);
    __builtin_memcpy(ethernet->h_source, way->smac, ETH_ALEN);
    return true;
}

/* Writes the headers of the packet that leaves. False where they do not lie in one piece. */
static __always_inline bool write_packet(struct __sk_buff *skb, union head *head, const struct packet *packet,
                                         __be32 ports, const struct translation *translation,
                                         const struct bpf_fib_lookup *way) {
    void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
    void *upper;
    if (packet->is_ipv6) {
        struct ipv6hdr *ip = data + IP_AT;
        upper = ip + 1;
        if (upper + sizeof(union upper) > end) return false;
        ip->hop_limit = head->ipv6.hop_limit - 1;
        for (int word = 0; word < ADDRESS_WORDS; word++) {
            ip->saddr.s6_addr32[word] = translation->from[word];
            ip->daddr.s6_addr32[word] = translation->to[word];
        }
    } else {
        struct iphdr *ip = data + IP_AT;
        upper = ip + 1;
        if (upper + sizeof(union upper) > end) return false;
        head->ipv4.header.ttl--;
        head->ipv4.header.saddr = translation->from[3];
        head->ipv4.header.daddr = translation->to[3];
        head->ipv4.header.check = 0;
        head->ipv4.header.check = ~ipv4_sum(head);
        *ip = head->ipv4.header;
    }
    if (packet->protocol == IPPROTO_UDP) {
        *(__be32 *)upper = ports;
        *(__be32 *)(upper + sizeof(struct udphdr)) = translation->spi;
    } else if (packet->protocol == IPPROTO_AH) {
        ((struct ip_auth_hdr *)upper)->spi = translation->spi;
    } else {
        *(__be32 *)upper = translation->spi;
    }
    return write_ethernet(data, end, way);
}

/* Whether this is a whole frame for this host, as it came. */
static __always_inline bool is_plain(const struct __sk_buff *skb) {
    return skb->pkt_type == PACKET_HOST && !skb->vlan_present && skb->gso_size == 0 &&
           (skb->protocol == bpf_htons(ETH_P_IP) || skb->protocol == bpf_htons(ETH_P_IPV6));
}

SEC("tc")
int fast_path(struct __sk_buff *skb) {
    const __u32 only = 0;
    void *shared = bpf_map_lookup_elem(&memory, &only);
    union head head;
    union upper upper = {};
    struct packet packet;
    struct key key;
    struct translation translation;
    struct bpf_fib_lookup way = {};
    if (shared == NULL || !is_plain(skb)) return TC_ACT_UNSPEC;
    if (!read_packet(skb, &head, &upper, &packet) || packet.is_fragment) return TC_ACT_UNSPEC;
    if (!read_upper(&packet, &upper, &key)) return TC_ACT_UNSPEC;
    read_addresses(&head, &packet, &key);
    if (!find(shared, &key, &packet, &translation)) return TC_ACT_UNSPEC;
    if (!is_sound(skb, &head, &packet) || !may_go_on(&head, &packet)) return TC_ACT_UNSPEC;
    if (packet.is_ipv6 && !is_source_noted(shared, &translation, &key)) return TC_ACT_UNSPEC;
    if (!find_way(skb, shared, &head, &packet, &translation, &way)) return TC_ACT_UNSPEC;
    if (!packet.is_ipv6 && needs_identification(&head, &packet))
        head.ipv4.header.id = next_identification(shared, &translation, key.carrier & MATCH_KIND_MASK);
    __be32 ports = 0;
    if (bpf_skb_pull_data(skb, IP_AT + packet.transport + sizeof upper) != 0) return TC_ACT_UNSPEC;
    if (packet.protocol == IPPROTO_UDP) {
        ports = new_ports(&upper, &translation);
        if (upper.udp.header.check != 0 && !update_checksum(skb, &head, &packet, &upper, ports, &translation))
            return TC_ACT_SHOT;
    }
    if (!write_packet(skb, &head, &packet, ports, &translation, &way)) return TC_ACT_SHOT;
    count(shared, &packet, &translation, &key);
    return bpf_redirect(way.ifindex, 0);
}

char _license[] SEC("license") = "GPL";
