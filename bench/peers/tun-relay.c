/*
 * The relay's plain C peer: one thread, one TUN queue of the same kind, read -> rewrite -> write.
 * It checks and changes the same as ipsec-relayd for native ESP and ESP in UDP (port 4500 on both legs), over IPv4 or IPv6
 * as the SA file has it: version, lengths, header checksum, hop limit, protocol, port, SPI; substitutes source,
 * destination and SPI, updates the checksums (RFC 1624), gives back the one hop too many that the kernel takes, and
 * counts packets, bytes and last use per SA. When nothing waits, it polls.
 * Prints "ready" once the device is up, and one JSON document of its counters on SIGTERM or SIGINT.
 */
#include "common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    IPV4_HEADER = 20, IPV6_HEADER = 40, UDP_HEADER = 8, ESP_HEADER = 8,
    UDP_PORT = 4500, LARGEST_PACKET = 65535, LARGEST_BATCH = 256, FIRST_UNRESERVED_SPI = 256,
};

enum verdict { FORWARD, MALFORMED, BAD_CHECKSUM, TTL_EXPIRED, NOT_ESP, FRAGMENT, RESERVED_SPI, UNKNOWN_SPI, SEND_FAILED, VERDICTS };
static const char *const VERDICT_NAMES[VERDICTS] = {
    "forward", "malformed", "bad-checksum", "ttl-expired", "not-esp", "fragment", "reserved-spi", "unknown-spi", "send-failed",
};

/* One SA in the open-addressed table, a cache line; an SPI of 0 tells an empty slot. Network byte order. */
struct sa {
    struct in6_addr dst, to;
    uint32_t spi, to_spi;
    uint64_t packets, bytes, last_use_ns;
};
_Static_assert(sizeof(struct sa) == 64, "an SA must be a cache line");

static struct sa *table;
static uint32_t table_mask;
/* Bytes of an address of the table's SAs: 4 or 16. */
static size_t address_size;
static volatile sig_atomic_t stopping;

static int equal(const struct in6_addr *a, const struct in6_addr *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static uint32_t slot_of(const struct in6_addr *dst, uint32_t spi)
{
    uint64_t high, low;
    memcpy(&high, dst->s6_addr, sizeof high);
    memcpy(&low, dst->s6_addr + 8, sizeof low);
    uint64_t hash = ((high ^ spi) * 0x9e3779b97f4a7c15u ^ low) * 0xc2b2ae3d27d4eb4fu;
    return (uint32_t)(hash >> 32) & table_mask;
}

static void build_table(const struct sa_line *lines, size_t count)
{
    size_t size = 16;
    while (size < count * 2)
        size *= 2;
    table = aligned_alloc(64, size * sizeof *table);
    if (!table)
        fail("no memory for %zu SAs", count);
    memset(table, 0, size * sizeof *table);
    table_mask = (uint32_t)size - 1;
    address_size = is_ipv4(&lines->dst) ? 4 : 16;
    for (size_t i = 0; i < count; i++) {
        uint32_t slot = slot_of(&lines[i].dst, lines[i].spi);
        while (table[slot].spi)
            slot = (slot + 1) & table_mask;
        table[slot] = (struct sa){.dst = lines[i].dst, .spi = lines[i].spi, .to = lines[i].to, .to_spi = lines[i].to_spi};
    }
}

static struct sa *lookup(const struct in6_addr *dst, uint32_t spi)
{
    for (uint32_t slot = slot_of(dst, spi); table[slot].spi; slot = (slot + 1) & table_mask)
        if (table[slot].spi == spi && equal(&table[slot].dst, dst))
            return &table[slot];
    return NULL;
}

static uint32_t load32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static void store32(uint8_t *at, uint32_t value)
{
    memcpy(at, &value, sizeof value);
}

/* Adds the change of one 32-bit field to a one's complement sum: ~m + m' of RFC 1624 eqn. 3. */
static uint64_t change(uint64_t sum, uint32_t before, uint32_t after)
{
    return sum + (uint32_t)~before + after;
}

/* A packet's outer headers: `source` and `dst` point at the addresses in the packet, `hops` at its TTL or hop limit. */
struct headers {
    uint8_t *source, *dst, *hops, *payload;
    size_t payload_length;
    uint8_t protocol;
};

static enum verdict read_ipv4(uint8_t *packet, size_t length, struct headers *headers)
{
    if (length < IPV4_HEADER || packet[0] >> 4 != 4)
        return MALFORMED;
    size_t header = (packet[0] & 15u) * 4u, total = (size_t)packet[2] << 8 | packet[3];
    if (header < IPV4_HEADER || total > length || total < header)
        return MALFORMED;
    if (internet_checksum(packet, header) != 0)
        return BAD_CHECKSUM;
    if ((packet[6] & 0x3f) | packet[7])
        return FRAGMENT;
    *headers = (struct headers){.source = packet + 12, .dst = packet + 16, .hops = packet + 8, .protocol = packet[9],
                                .payload = packet + header, .payload_length = total - header};
    return FORWARD;
}

static enum verdict read_ipv6(uint8_t *packet, size_t length, struct headers *headers)
{
    if (length < IPV6_HEADER || packet[0] >> 4 != 6)
        return MALFORMED;
    size_t payload_length = (size_t)packet[4] << 8 | packet[5];
    if (payload_length > length - IPV6_HEADER)
        return MALFORMED;
    *headers = (struct headers){.source = packet + 8, .dst = packet + 24, .hops = packet + 7, .protocol = packet[6],
                                .payload = packet + IPV6_HEADER, .payload_length = payload_length};
    return FORWARD;
}

/* The word of an IPv4 header that holds the TTL, with the bytes of its checksum left out. */
static uint32_t ttl_word(const uint8_t *hops)
{
    return load32(hops) & htonl(0xffff0000u);
}

static void update_checksum(uint8_t *at, uint64_t changes, int is_udp)
{
    uint16_t stored;
    memcpy(&stored, at, sizeof stored);
    stored = fold_checksum((uint16_t)~stored + changes);
    if (is_udp && stored == 0)
        stored = 0xffff;
    memcpy(at, &stored, sizeof stored);
}

static enum verdict relay_packet(uint8_t *packet, size_t length, uint64_t now)
{
    struct headers headers;
    const int ipv4 = address_size == 4;
    enum verdict verdict = ipv4 ? read_ipv4(packet, length, &headers) : read_ipv6(packet, length, &headers);
    if (verdict != FORWARD)
        return verdict;
    const int is_udp = headers.protocol == IPPROTO_UDP;
    if (!is_udp && headers.protocol != IPPROTO_ESP)
        return NOT_ESP;
    uint8_t *udp = headers.payload, *esp = is_udp ? udp + UDP_HEADER : udp;
    if (headers.payload_length < (size_t)(esp - headers.payload) + ESP_HEADER)
        return MALFORMED;
    int has_checksum = 0;
    if (is_udp) {
        if ((udp[2] << 8 | udp[3]) != UDP_PORT)
            return NOT_ESP;
        if ((size_t)(udp[4] << 8 | udp[5]) != headers.payload_length)
            return MALFORMED;
        has_checksum = udp[6] | udp[7];
        if (!ipv4 && !has_checksum)
            return MALFORMED;
    }
    if (*headers.hops <= 1)
        return TTL_EXPIRED;
    struct in6_addr dst = {.s6_addr32 = {0, 0, htonl(0xffff), 0}};
    if (ipv4)
        memcpy(&dst.s6_addr32[3], headers.dst, 4);
    else
        memcpy(&dst, headers.dst, sizeof dst);
    uint32_t spi = load32(esp);
    struct sa *sa = lookup(&dst, spi);
    if (!sa)
        return ntohl(spi) < FIRST_UNRESERVED_SPI ? RESERVED_SPI : UNKNOWN_SPI;

    /* The destination becomes the source, so a sum loses the old source and gains the new destination. */
    const uint8_t *to = sa->to.s6_addr + sizeof sa->to - address_size;
    uint64_t changes = 0;
    for (size_t i = 0; i < address_size; i += 4)
        changes = change(changes, load32(headers.source + i), load32(to + i));
    /* The kernel decrements the hop limit before and after us; the host counts as one hop. */
    if (ipv4) {
        uint32_t before = ttl_word(headers.hops);
        ++*headers.hops;
        update_checksum(packet + 10, change(changes, before, ttl_word(headers.hops)), 0);
    } else {
        ++*headers.hops;
    }
    if (is_udp) {
        const uint32_t ports = htonl(UDP_PORT << 16 | UDP_PORT);
        if (has_checksum)
            update_checksum(udp + 6, change(change(changes, load32(udp), ports), spi, sa->to_spi), 1);
        store32(udp, ports);
    }
    memcpy(headers.source, headers.dst, address_size);
    memcpy(headers.dst, to, address_size);
    store32(esp, sa->to_spi);
    sa->packets++;
    sa->bytes += (size_t)(headers.payload - packet) + headers.payload_length;
    sa->last_use_ns = now;
    return FORWARD;
}

static int open_tun(const char *name)
{
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        fail("cannot open /dev/net/tun: %s", strerror(errno));
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (ioctl(fd, TUNSETIFF, &request) < 0)
        fail("cannot create the TUN device %s: %s", name, strerror(errno));
    int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    request.ifr_flags = IFF_UP | IFF_POINTOPOINT | IFF_NOARP;
    if (control < 0 || ioctl(control, SIOCSIFFLAGS, &request) < 0)
        fail("cannot set the device %s up: %s", name, strerror(errno));
    close(control);
    return fd;
}

static void stop(int signal)
{
    (void)signal;
    stopping = 1;
}

int main(int argc, char **argv)
{
    static const struct option known[] = {
        {"interface", required_argument, 0, 'i'}, {"sas", required_argument, 0, 'f'},
        {"cpu", required_argument, 0, 'c'},       {"batch", required_argument, 0, 'b'},
        {0, 0, 0, 0},
    };
    const char *interface = NULL, *sas = NULL;
    unsigned long batch = 64;
    int option;
    while ((option = getopt_long(argc, argv, "", known, 0)) != -1) {
        switch (option) {
        case 'i': interface = optarg; break;
        case 'f': sas = optarg; break;
        case 'c': pin_to_cpu(parse_number("--cpu", optarg, 0, 1023)); break;
        case 'b': batch = parse_number("--batch", optarg, 1, LARGEST_BATCH); break;
        default: interface = NULL; optind = argc;
        }
    }
    if (optind != argc || !interface || !sas)
        fail("usage: tun-relay --interface NAME --sas FILE [--cpu N] [--batch PACKETS]");
    size_t sa_count;
    struct sa_line *lines = read_sa_file(sas, &sa_count);
    build_table(lines, sa_count);
    free(lines);
    uint8_t *buffers = aligned_alloc(64, batch * (LARGEST_PACKET + 1));
    if (!buffers)
        fail("no memory for %lu packets", batch);
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    int fd = open_tun(interface);
    puts("ready");
    fflush(stdout);

    uint64_t counts[VERDICTS] = {0}, polls = 0;
    ssize_t lengths[LARGEST_BATCH];
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    while (!stopping) {
        unsigned long held = 0;
        while (held < batch && (lengths[held] = read(fd, buffers + held * (LARGEST_PACKET + 1), LARGEST_PACKET)) >= 0)
            held++;
        if (held == 0) {
            if (errno != EAGAIN && errno != EINTR)
                fail("reading from %s failed: %s", interface, strerror(errno));
            polls++;
            poll(&readable, 1, -1);
            continue;
        }
        uint64_t now = now_ns();
        for (unsigned long i = 0; i < held; i++) {
            uint8_t *packet = buffers + i * (LARGEST_PACKET + 1);
            enum verdict verdict = relay_packet(packet, (size_t)lengths[i], now);
            if (verdict == FORWARD && write(fd, packet, (size_t)lengths[i]) < 0)
                verdict = SEND_FAILED;
            counts[verdict]++;
        }
    }
    printf("{");
    for (int i = 0; i < VERDICTS; i++)
        printf("\"%s\": %llu, ", VERDICT_NAMES[i], (unsigned long long)counts[i]);
    printf("\"polls\": %llu}\n", (unsigned long long)polls);
    return 0;
}
