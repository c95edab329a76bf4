/*
 * The relay's plain C peer: one thread, one TUN queue of the same kind, read -> rewrite -> write.
 * It checks and changes what ipsec-relayd does for IPv4 with native ESP and ESP in UDP (port 4500 on both legs): version,
 * header length, total length, header checksum, TTL, protocol, port, SPI; substitutes source, destination and SPI,
 * updates the checksums (RFC 1624), gives back the one hop too many that the kernel takes, and
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
#include <netinet/ip.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEADER = 20, UDP_HEADER = 8, UDP_PORT = 4500, LARGEST_PACKET = 65535, LARGEST_BATCH = 256, FIRST_UNRESERVED_SPI = 256 };

enum verdict { FORWARD, MALFORMED, BAD_CHECKSUM, TTL_EXPIRED, NOT_ESP, FRAGMENT, RESERVED_SPI, UNKNOWN_SPI, SEND_FAILED, VERDICTS };
static const char *const VERDICT_NAMES[VERDICTS] = {
    "forward", "malformed", "bad-checksum", "ttl-expired", "not-esp", "fragment", "reserved-spi", "unknown-spi", "send-failed",
};

/* One SA in the open-addressed table; `used` tells an empty slot. Network byte order. */
struct sa {
    uint32_t dst, spi, to, to_spi;
    uint64_t packets, bytes, last_use_ns;
    int used;
};

static struct sa *table;
static uint32_t table_mask;
static volatile sig_atomic_t stopping;

static uint32_t slot_of(uint32_t dst, uint32_t spi)
{
    uint64_t hash = ((uint64_t)dst << 32 | spi) * 0x9e3779b97f4a7c15u;
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
    for (size_t i = 0; i < count; i++) {
        uint32_t slot = slot_of(lines[i].dst, lines[i].spi);
        while (table[slot].used)
            slot = (slot + 1) & table_mask;
        table[slot] = (struct sa){.dst = lines[i].dst, .spi = lines[i].spi, .to = lines[i].to,
                                  .to_spi = lines[i].to_spi, .used = 1};
    }
}

static struct sa *lookup(uint32_t dst, uint32_t spi)
{
    for (uint32_t slot = slot_of(dst, spi); table[slot].used; slot = (slot + 1) & table_mask)
        if (table[slot].dst == dst && table[slot].spi == spi)
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

static uint16_t checksum_of(uint64_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static enum verdict relay_packet(uint8_t *packet, size_t length, uint64_t now)
{
    if (length < HEADER || packet[0] >> 4 != 4)
        return MALFORMED;
    size_t header = (packet[0] & 15u) * 4u, total = (size_t)packet[2] << 8 | packet[3];
    if (header < HEADER || total > length || total < header)
        return MALFORMED;
    if (internet_checksum(packet, header) != 0)
        return BAD_CHECKSUM;
    int is_udp = packet[9] == IPPROTO_UDP;
    if (!is_udp && packet[9] != IPPROTO_ESP)
        return NOT_ESP;
    if ((packet[6] & 0x3f) | packet[7])
        return FRAGMENT;
    uint8_t *udp = packet + header, *esp = is_udp ? udp + UDP_HEADER : udp;
    if (total < (size_t)(esp - packet) + 8)
        return MALFORMED;
    if (is_udp) {
        if ((udp[2] << 8 | udp[3]) != UDP_PORT)
            return NOT_ESP;
        if ((size_t)(udp[4] << 8 | udp[5]) != total - header)
            return MALFORMED;
    }
    if (packet[8] <= 1)
        return TTL_EXPIRED;
    uint32_t src = load32(packet + 12), dst = load32(packet + 16), spi = load32(esp);
    struct sa *sa = lookup(dst, spi);
    if (!sa)
        return ntohl(spi) < FIRST_UNRESERVED_SPI ? RESERVED_SPI : UNKNOWN_SPI;

    uint16_t stored;
    memcpy(&stored, packet + 10, sizeof stored);
    uint64_t sum = (uint16_t)~stored;
    sum = change(sum, src, dst);
    sum = change(sum, dst, sa->to);
    /* The kernel decrements the TTL before and after us; the host shall count as one hop. */
    uint32_t ttl_word = load32(packet + 8) & htonl(0xffff0000u);
    packet[8]++;
    sum = change(sum, ttl_word, load32(packet + 8) & htonl(0xffff0000u));
    stored = checksum_of(sum);
    memcpy(packet + 10, &stored, sizeof stored);
    if (is_udp) {
        memcpy(&stored, udp + 6, sizeof stored);
        if (stored != 0) {
            sum = change(change(change((uint16_t)~stored, src, dst), dst, sa->to), spi, sa->to_spi);
            sum = change(sum, load32(udp), htonl(UDP_PORT << 16 | UDP_PORT));
            stored = checksum_of(sum);
            if (stored == 0)
                stored = 0xffff;
            memcpy(udp + 6, &stored, sizeof stored);
        }
        store32(udp, htonl(UDP_PORT << 16 | UDP_PORT));
    }
    store32(packet + 12, dst);
    store32(packet + 16, sa->to);
    store32(esp, sa->to_spi);
    sa->packets++;
    sa->bytes += total;
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
