/*
 * Reading IP packets in programs for the kernel. Offsets count from the IP header; numbers in headers are in network byte
 * order. A packet that a program does not understand belongs to the workers, so a reader just returns false.
 */
#ifndef PACKET_H
#define PACKET_H

#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <stdbool.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "layout.h"

/* Where the packet begins in what the program sees, bytes: behind an Ethernet header, if the program says so. */
#ifndef IP_AT
#define IP_AT 0
#endif

#define IPV4_WITHOUT_OPTIONS 0x45
#define IPV4_MORE_FRAGMENTS 0x2000
#define IPV4_OFFSET 0x1fff
#define IPV6_MORE_FRAGMENTS 1
#define IPV6_OFFSET 0xfff8
/* Bytes 8-11 of an IPv6 address that stands for an IPv4 one (RFC 4291 §2.5.5.2). */
#define IPV4_MAPPED 0xffff
#define LONGEST_DATAGRAM 65535
/* Of a quoted IP header: all of IPv4's, and of IPv6's the part with the next header. */
#define QUOTED_HEAD 20

/*
 * Has the compiler choose between pointers, and not between offsets that it adds later: without CAP_PERFMON the kernel's verifier
 * refuses an addition whose offset has another range on another path.
 */
#define KEEP_POINTER(pointer) asm volatile("" : "+r"(pointer))

/* The IPv6 fragment header (RFC 8200 §4.5). */
struct fragment_header {
    __u8 next_header;
    __u8 reserved;
    __be16 offset_and_more;
    __be32 identification;
};

/* The header behind the IP header, up to the SPI. */
union upper {
    struct ip_esp_hdr esp;
    struct ip_auth_hdr ah;
    struct {
        struct udphdr header;
        __be32 spi;
    } udp;
    __u8 bytes[16];
};

/* The first bytes of a packet, read at once. No ESP or AH packet with an ICV is shorter. */
union head {
    __u8 first;
    struct ipv6hdr ipv6;
    struct {
        struct iphdr header;
        union upper upper;
    } ipv4;
    __u32 words[10];
};

/* A packet whose IP header has no options, and no extension header but a fragment header. */
struct packet {
    /* Bytes of the packet, as its IP header says. */
    __u32 length;
    /* Where the part behind the IP header begins, bytes. */
    __u32 transport;
    __u8 protocol;
    bool is_ipv6;
    bool is_fragment;
    bool more_fragments;
    /* Bytes. */
    __u32 fragment_offset;
    __be32 identification;
};

static __always_inline bool read_bytes(struct __sk_buff *skb, __u32 offset, void *to, __u32 bytes) {
    return bpf_skb_load_bytes(skb, IP_AT + offset, to, bytes) == 0;
}

/* 0-65535, as an index. Linux 6.1's verifier loses the range of a number whose bytes are swapped, and clang an `&` without effect. */
static __always_inline __u64 port_index(__be16 port) {
    __u64 index = bpf_ntohs(port);
    asm volatile("%0 &= 0xffff" : "+r"(index));
    return index;
}

static __always_inline void read_ipv4(const union head *head, union upper *upper, struct packet *packet) {
    const struct iphdr *header = &head->ipv4.header;
    __u16 fragment = bpf_ntohs(header->frag_off);
    packet->length = bpf_ntohs(header->tot_len);
    packet->transport = sizeof *header;
    packet->protocol = header->protocol;
    packet->is_ipv6 = false;
    packet->is_fragment = (fragment & (IPV4_MORE_FRAGMENTS | IPV4_OFFSET)) != 0;
    packet->more_fragments = (fragment & IPV4_MORE_FRAGMENTS) != 0;
    packet->fragment_offset = 8 * (fragment & IPV4_OFFSET);
    packet->identification = header->id;
    *upper = head->ipv4.upper;
}

static __always_inline bool read_ipv6(struct __sk_buff *skb, const union head *head, union upper *upper,
                                      struct packet *packet) {
    const struct ipv6hdr *header = &head->ipv6;
    packet->length = bpf_ntohs(header->payload_len) + sizeof *header;
    packet->transport = sizeof *header;
    packet->protocol = header->nexthdr;
    packet->is_ipv6 = true;
    packet->is_fragment = false;
    packet->more_fragments = false;
    packet->fragment_offset = 0;
    packet->identification = 0;
    if (packet->protocol == IPPROTO_FRAGMENT) {
        struct fragment_header fragment;
        if (!read_bytes(skb, packet->transport, &fragment, sizeof fragment)) return false;
        __u16 bits = bpf_ntohs(fragment.offset_and_more);
        packet->transport += sizeof fragment;
        packet->protocol = fragment.next_header;
        packet->is_fragment = true;
        packet->more_fragments = (bits & IPV6_MORE_FRAGMENTS) != 0;
        packet->fragment_offset = bits & IPV6_OFFSET;
        packet->identification = fragment.identification;
        if (packet->fragment_offset != 0) return true;
        /* An atomic fragment (RFC 6946) is rare enough for the workers. */
        if (!packet->more_fragments) return false;
    }
    return read_bytes(skb, packet->transport, upper, sizeof *upper);
}

/* Reads a packet. `upper` is set unless it is a later fragment. is_sound tells whether the IP headers are right. */
static __always_inline bool read_packet(struct __sk_buff *skb, union head *head, union upper *upper,
                                        struct packet *packet) {
    if (!read_bytes(skb, 0, head, sizeof *head)) return false;
    if (head->first == IPV4_WITHOUT_OPTIONS) {
        read_ipv4(head, upper, packet);
        return true;
    }
    return head->first >> 4 == 6 && read_ipv6(skb, head, upper, packet);
}

/* RFC 1071: the sum is right in whatever byte order it is made. */
static __always_inline __u16 ipv4_sum(const union head *head) {
    __u64 sum = 0;
    for (int word = 0; word < 5; word++) sum += head->words[word];
    for (int fold = 0; fold < 4; fold++) sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

/* True where all of the packet came, and its IP headers are right. */
static __always_inline bool is_sound(const struct __sk_buff *skb, const union head *head,
                                     const struct packet *packet) {
    if (packet->length != skb->len - IP_AT) return false;
    if (packet->is_ipv6) {
        const __be32 mapped = bpf_htonl(IPV4_MAPPED);
        if (head->ipv6.saddr.s6_addr32[2] == mapped || head->ipv6.daddr.s6_addr32[2] == mapped) return false;
    } else if (ipv4_sum(head) != 0xffff) {
        return false;
    }
    if (!packet->is_fragment) return true;
    if (packet->length <= packet->transport) return false;
    __u32 bytes = packet->length - packet->transport;
    if (bytes + packet->fragment_offset > LONGEST_DATAGRAM) return false;
    return !packet->more_fragments || bytes % 8 == 0;
}

/*
 * Whether the packet is an ICMP error that quotes a packet as it was sent (RFC 792, RFC 4443 §2.4 (c)), and nothing behind
 * it: byte 5, or 4 of ICMPv6, has the length of the quote where something follows (RFC 4884 §4).
 */
static __always_inline bool is_icmp_error(const struct packet *packet, const union upper *upper) {
    __u8 type = upper->bytes[0];
    if (packet->is_ipv6) {
        if (packet->protocol != IPPROTO_ICMPV6) return false;
        if (type < ICMPV6_UNREACHABLE || type > ICMPV6_PARAMETER_PROBLEM) return false;
        return type == ICMPV6_PACKET_TOO_BIG || upper->bytes[4] == 0;
    }
    if (packet->protocol != IPPROTO_ICMP) return false;
    if (type != ICMP_UNREACHABLE && type != ICMP_TIME_EXCEEDED && type != ICMP_PARAMETER_PROBLEM) return false;
    return upper->bytes[5] == 0;
}

/* The SPI of ESP, AH or ESP-in-UDP. */
static __always_inline bool read_spi(const struct packet *packet, const union upper *upper, __u32 *spi) {
    if (packet->protocol == IPPROTO_ESP) {
        *spi = bpf_ntohl(upper->esp.spi);
    } else if (packet->protocol == IPPROTO_UDP) {
        *spi = bpf_ntohl(upper->udp.spi);
    } else if (packet->protocol == IPPROTO_AH) {
        *spi = bpf_ntohl(upper->ah.spi);
    } else {
        return false;
    }
    return true;
}

/* The same of the packet that an ICMP error quotes, of which perhaps no more than that is there. */
static __always_inline bool read_quoted_spi(struct __sk_buff *skb, const struct packet *error, __u32 *spi) {
    union {
        __u8 first;
        struct iphdr ipv4;
        __u8 bytes[QUOTED_HEAD];
    } quoted;
    __u32 at = error->transport + ICMP_HEADER;
    __u8 protocol;
    __be32 value;
    if (!read_bytes(skb, at, &quoted, sizeof quoted)) return false;
    if (error->is_ipv6) {
        if (quoted.first >> 4 != 6) return false;
        protocol = quoted.bytes[__builtin_offsetof(struct ipv6hdr, nexthdr)];
        at += sizeof(struct ipv6hdr);
    } else {
        if (quoted.first != IPV4_WITHOUT_OPTIONS) return false;
        if ((bpf_ntohs(quoted.ipv4.frag_off) & IPV4_OFFSET) != 0) return false;
        protocol = quoted.ipv4.protocol;
        at += sizeof(struct iphdr);
    }
    if (protocol == IPPROTO_UDP) {
        at += sizeof(struct udphdr);
    } else if (protocol == IPPROTO_AH) {
        at += __builtin_offsetof(struct ip_auth_hdr, spi);
    } else if (protocol != IPPROTO_ESP) {
        return false;
    }
    if (!read_bytes(skb, at, &value, sizeof value)) return false;
    *spi = bpf_ntohl(value);
    return true;
}

#endif
