/*
 * Sends ESP packets, with --udp ESP in UDP (port 4500; with a checksum over IPv6, without one over IPv4), through an
 * AF_PACKET socket that bypasses the queueing discipline. Destinations and SPIs come from an SA file, round robin or at
 * random, and its address family is that of the packets. Three ways to choose the pace:
 *   default         as fast as one core can: open loop
 *   --rate PPS      open loop at that rate
 *   --window N      closed loop: at most N packets are sent and not yet counted at the far end, so that
 *                   the slowest stage sets the pace and no queue overflows. An open loop faster than
 *                   the relay starves it (receive livelock) and measures only that.
 * Beside these, or instead of them, --flood sends the packets of a file, round robin and at a fixed rate: each stands
 * after its length (16 bits, network byte order), from the IP header on.
 * With --window it runs in the namespace of the sink, whose interface counter it reads, and sends
 * from the namespace named by --netns.
 * Prints one JSON document: packets sent, those of the flood, those that arrived at the sink (0 without one), seconds, packets given up as lost by the window, and the
 * nanoseconds for which others kept it from its CPU (a measure of how disturbed the run was), and the
 * longest time for which a window saw nothing arrive.
 */
#include "common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LOST_AFTER_NS = 100000000 };
enum { BATCH = 64, SMALLEST = 20 + 8 + 8, LARGEST = 1500, TIME_TO_LIVE = 64, PORT = 4500 };

struct frame {
    struct ether_header ether;
    union {
        struct iphdr ip4;
        struct ip6_hdr ip6;
        /* The IP header, the UDP header if any, SPI, sequence number and payload. */
        uint8_t packet[LARGEST + 1];
    };
    /* The sum for the UDP checksum over everything that all packets of the frame have in common; not sent. */
    uint64_t common_sum;
} __attribute__((packed));

struct options {
    const char *interface, *sas, *netns, *sink, *flood;
    uint8_t next_hop[ETH_ALEN];
    struct in6_addr source;
    unsigned long size, milliseconds, rate, window, flood_rate, burst, cpu;
    int random_order, udp, source_given;
};

static const char USAGE[] =
    "usage: esp-generator --interface NAME --next-hop MAC --milliseconds N --cpu N [--netns NAME]\n"
    "         [--source ADDR --sas FILE --size BYTES [--udp] [--random] [--rate PPS | --window PACKETS --sink NAME]]\n"
    "         [--flood FILE --flood-rate PPS] [--burst N]\n"
    "  --burst  with a rate, send when so many packets are due, 1-64 (1)\n"
    "  --size   the whole IP packet, 36-1500 (48 at least over IPv6, and 8 more with --udp)\n"
    "  --sink   interface of this namespace on which the packets arrive\n"
    "  --netns  namespace to send from, if not this one";

static struct options parse_options(int argc, char **argv)
{
    static const struct option known[] = {
        {"interface", required_argument, 0, 'i'}, {"next-hop", required_argument, 0, 'n'},
        {"source", required_argument, 0, 's'},    {"sas", required_argument, 0, 'f'},
        {"size", required_argument, 0, 'l'},      {"milliseconds", required_argument, 0, 't'},
        {"cpu", required_argument, 0, 'c'},       {"rate", required_argument, 0, 'r'},
        {"window", required_argument, 0, 'w'},    {"sink", required_argument, 0, 'k'},
        {"netns", required_argument, 0, 'm'},     {"random", no_argument, 0, 'x'},
        {"udp", no_argument, 0, 'u'},
        {"flood", required_argument, 0, 'F'},     {"flood-rate", required_argument, 0, 'R'},
        {"burst", required_argument, 0, 'b'},
        {0, 0, 0, 0},
    };
    struct options options = {.burst = 1};
    int option, next_hop_given = 0;
    while ((option = getopt_long(argc, argv, "", known, 0)) != -1) {
        uint8_t *mac = options.next_hop;
        switch (option) {
        case 'i': options.interface = optarg; break;
        case 'f': options.sas = optarg; break;
        case 'l': options.size = parse_number("--size", optarg, SMALLEST, LARGEST); break;
        case 't': options.milliseconds = parse_number("--milliseconds", optarg, 1, 600000); break;
        case 'c': options.cpu = parse_number("--cpu", optarg, 0, 1023); break;
        case 'r': options.rate = parse_number("--rate", optarg, 1, 100000000); break;
        case 'w': options.window = parse_number("--window", optarg, 1, 1000000); break;
        case 'k': options.sink = optarg; break;
        case 'm': options.netns = optarg; break;
        case 'x': options.random_order = 1; break;
        case 'u': options.udp = 1; break;
        case 'F': options.flood = optarg; break;
        case 'b': options.burst = parse_number("--burst", optarg, 1, BATCH); break;
        case 'R': options.flood_rate = parse_number("--flood-rate", optarg, 1, 100000000); break;
        case 's':
            if (!parse_address(optarg, &options.source))
                fail("--source must be an IP address, not '%s'", optarg);
            options.source_given = 1;
            break;
        case 'n':
            if (sscanf(optarg, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5) != 6)
                fail("--next-hop must be an Ethernet address, not '%s'", optarg);
            next_hop_given = 1;
            break;
        default: fail("%s", USAGE);
        }
    }
    int sas_complete = options.sas ? options.size && options.source_given : !options.size && !options.window && !options.rate;
    if (optind != argc || !options.interface || !options.milliseconds || !next_hop_given || !sas_complete ||
        !options.flood != !options.flood_rate || !(options.sas || options.flood) ||
        !options.window != !options.sink || (options.window && options.rate))
        fail("%s", USAGE);
    return options;
}

/* Packets that arrived at the sink's interface, from a descriptor on its rx_packets statistic. */
static uint64_t read_counter(int fd)
{
    char text[32];
    ssize_t length = pread(fd, text, sizeof text - 1, 0);
    if (length <= 0)
        fail("cannot read the sink's packet counter: %s", strerror(errno));
    text[length] = 0;
    return strtoull(text, NULL, 10);
}

static int open_counter(const char *interface)
{
    char path[128];
    snprintf(path, sizeof path, "/sys/class/net/%s/statistics/rx_packets", interface);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        fail("cannot open %s: %s", path, strerror(errno));
    return fd;
}

static void enter_netns(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "/run/netns/%s", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
        fail("cannot enter the network namespace %s: %s", name, strerror(errno));
    close(fd);
}

/* Nanoseconds this thread was runnable but did not run: the second number of schedstat. */
static uint64_t waited_for_cpu_ns(void)
{
    unsigned long long ran, waited = 0;
    FILE *file = fopen("/proc/thread-self/schedstat", "r");
    if (file && fscanf(file, "%llu %llu", &ran, &waited) != 2)
        waited = 0;
    if (file)
        fclose(file);
    return waited;
}

/* The pace, and how far it has got. */
struct pace {
    uint64_t rate, window, burst, start_ns;
    int counter;
    uint64_t counter_base, arrived, lost, progress_ns;
    /* How long the present stall had lasted when packets were last given up; the longest stall so far. */
    uint64_t given_up_ns, longest_stall_ns;
};

static uint64_t burst_of(uint64_t window)
{
    return window / 4 < BATCH ? (window + 3) / 4 : BATCH;
}

static uint64_t allowed(struct pace *pace, uint64_t sent, uint64_t now)
{
    uint64_t due = UINT64_MAX;
    if (pace->rate) {
        due = (uint64_t)((double)(now - pace->start_ns) * (double)pace->rate / 1e9);
        if (due < sent + pace->burst)
            return 0;
    }
    if (pace->window) {
        uint64_t arrived = read_counter(pace->counter) - pace->counter_base;
        if (arrived + pace->lost > sent)
            pace->lost = arrived < sent ? sent - arrived : 0; /* they were late, not lost */
        uint64_t stall = now - pace->progress_ns;
        if (arrived == pace->arrived && arrived + pace->lost < sent) {
            if (stall > pace->longest_stall_ns)
                pace->longest_stall_ns = stall;
            if (stall > pace->given_up_ns + LOST_AFTER_NS) {
                pace->lost = sent - arrived;
                pace->given_up_ns = stall;
            }
        } else {
            pace->arrived = arrived;
            pace->progress_ns = now;
            pace->given_up_ns = 0;
        }
        due = arrived + pace->lost + pace->window;
        /* Whole bursts, as an interface with interrupt coalescing brings them: each costs one interrupt. */
        if (due < sent + burst_of(pace->window))
            return 0;
    }
    return due > sent ? due - sent : 0;
}

static int open_socket(const char *interface, uint8_t mac[ETH_ALEN])
{
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (fd < 0)
        fail("cannot open an AF_PACKET socket: %s", strerror(errno));
    int on = 1;
    if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on) < 0)
        fail("cannot set PACKET_QDISC_BYPASS: %s", strerror(errno));
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(interface)};
    if (!address.sll_ifindex || bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
        fail("cannot bind to interface %s: %s", interface, strerror(errno));
    struct ifreq request = {0};
    strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
    if (ioctl(fd, SIOCGIFHWADDR, &request) < 0)
        fail("cannot read the Ethernet address of %s: %s", interface, strerror(errno));
    memcpy(mac, request.ifr_hwaddr.sa_data, ETH_ALEN);
    return fd;
}

/* Where the SPI stands in a packet. */
static size_t spi_offset(const struct options *options)
{
    return (is_ipv4(&options->source) ? sizeof(struct iphdr) : sizeof(struct ip6_hdr)) +
           (options->udp ? sizeof(struct udphdr) : 0);
}

static void prepare_frame(struct frame *frame, const struct options *options, const uint8_t source[ETH_ALEN])
{
    size_t esp = spi_offset(options), size = options->size;
    uint8_t protocol = options->udp ? IPPROTO_UDP : IPPROTO_ESP;
    memcpy(frame->ether.ether_dhost, options->next_hop, ETH_ALEN);
    memcpy(frame->ether.ether_shost, source, ETH_ALEN);
    for (size_t i = 0; i < sizeof frame->packet; i++)
        frame->packet[i] = (uint8_t)random();
    if (is_ipv4(&options->source)) {
        frame->ether.ether_type = htons(ETHERTYPE_IP);
        frame->ip4 = (struct iphdr){
            .version = 4, .ihl = 5, .tot_len = htons((uint16_t)size), .frag_off = htons(IP_DF),
            .ttl = TIME_TO_LIVE, .protocol = protocol, .saddr = options->source.s6_addr32[3],
        };
    } else {
        frame->ether.ether_type = htons(ETHERTYPE_IPV6);
        frame->ip6 = (struct ip6_hdr){.ip6_src = options->source};
        frame->ip6.ip6_flow = htonl(6u << 28);
        frame->ip6.ip6_plen = htons((uint16_t)(size - sizeof frame->ip6));
        frame->ip6.ip6_nxt = protocol;
        frame->ip6.ip6_hlim = TIME_TO_LIVE;
    }
    if (!options->udp)
        return;
    uint8_t *udp = frame->packet + esp - sizeof(struct udphdr);
    const uint16_t udp_length = htons((uint16_t)(size - esp + sizeof(struct udphdr)));
    const struct udphdr header = {.source = htons(PORT), .dest = htons(PORT), .len = udp_length};
    memcpy(udp, &header, sizeof header);
    /* RFC 8200, section 8.1. SPI and sequence number are 8 bytes; an odd last byte is followed by a zero. */
    frame->packet[size] = 0;
    frame->common_sum = sum_words(&options->source, sizeof options->source) + udp_length + htons(protocol) +
                        sum_words(udp, sizeof header) + sum_words(frame->packet + esp + 8, (size - esp - 7) & ~1ul);
}

/* Makes a prepared frame the next packet of an SA: destination, SPI, sequence number, and the checksums. */
static void finish_frame(struct frame *frame, const struct options *options, size_t esp_offset,
                         const struct sa_line *sa, uint32_t sequence, uint16_t identification)
{
    uint8_t *esp = frame->packet + esp_offset;
    const uint32_t words[2] = {sa->spi, htonl(sequence)};
    memcpy(esp, words, sizeof words);
    if (is_ipv4(&options->source)) {
        frame->ip4.daddr = sa->dst.s6_addr32[3];
        frame->ip4.id = htons(identification);
        frame->ip4.check = 0;
        frame->ip4.check = internet_checksum(frame->packet, sizeof frame->ip4);
        return;
    }
    frame->ip6.ip6_dst = sa->dst;
    if (options->udp) {
        uint64_t sum = frame->common_sum + words[0] + words[1];
        for (int i = 0; i < 4; i++)
            sum += sa->dst.s6_addr32[i];
        uint16_t checksum = fold_checksum(sum);
        if (checksum == 0)
            checksum = 0xffff;
        memcpy(esp - 2, &checksum, sizeof checksum);
    }
}

/* The packets of a flood, each as two parts: its Ethernet header, and its bytes in the file. */
struct flood {
    struct mmsghdr *messages;
    uint64_t rate, burst, sent;
    size_t count, next;
};

static struct flood read_flood(const struct options *options, const uint8_t source[ETH_ALEN])
{
    static struct ether_header headers[2];
    const uint16_t types[2] = {ETHERTYPE_IP, ETHERTYPE_IPV6};
    for (int i = 0; i < 2; i++) {
        memcpy(headers[i].ether_dhost, options->next_hop, ETH_ALEN);
        memcpy(headers[i].ether_shost, source, ETH_ALEN);
        headers[i].ether_type = htons(types[i]);
    }
    struct flood flood = {.rate = options->flood_rate, .burst = options->burst};
    FILE *file = fopen(options->flood, "r");
    if (!file)
        fail("cannot open the flood's file %s: %s", options->flood, strerror(errno));
    size_t capacity = 0;
    uint8_t length_bytes[2];
    while (fread(length_bytes, 1, 2, file) == 2) {
        size_t length = (size_t)length_bytes[0] << 8 | length_bytes[1];
        uint8_t *packet = malloc(length + 1);
        if (flood.count == capacity)
            flood.messages = realloc(flood.messages, (capacity = capacity * 2 + 1024) * sizeof *flood.messages);
        struct iovec *parts = calloc(2, sizeof *parts);
        if (!packet || !flood.messages || !parts)
            fail("out of memory while reading %s", options->flood);
        if (length == 0 || fread(packet, 1, length, file) != length)
            fail("%s ends within packet %zu", options->flood, flood.count + 1);
        parts[0] = (struct iovec){&headers[packet[0] >> 4 == 6], sizeof *headers};
        parts[1] = (struct iovec){packet, length};
        flood.messages[flood.count++] = (struct mmsghdr){.msg_hdr = {.msg_iov = parts, .msg_iovlen = 2}};
    }
    fclose(file);
    if (flood.count == 0)
        fail("%s has no packets", options->flood);
    return flood;
}

/* After a call of sendmmsg that failed: a full queue is no reason to end. */
static void check_refusal(uint64_t sent)
{
    if (errno != ENOBUFS && errno != EAGAIN)
        fail("sendmmsg failed after %llu packets: %s", (unsigned long long)sent, strerror(errno));
}

/* Sends the packets of the flood that are due, at most a batch. Packets that the interface refuses are not sent again. */
static void send_flood(struct flood *flood, int fd, uint64_t elapsed_ns)
{
    uint64_t due = (uint64_t)((double)elapsed_ns * (double)flood->rate / 1e9);
    if (due < flood->sent + flood->burst)
        return;
    uint64_t wanted = due - flood->sent;
    if (wanted > BATCH)
        wanted = BATCH;
    if (wanted > flood->count - flood->next)
        wanted = flood->count - flood->next;
    int done = sendmmsg(fd, flood->messages + flood->next, (unsigned)wanted, 0);
    if (done < 0) {
        check_refusal(flood->sent);
        return;
    }
    flood->sent += (uint64_t)done;
    flood->next = (flood->next + (size_t)done) % flood->count;
}

static uint32_t xorshift(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

int main(int argc, char **argv)
{
    struct options options = parse_options(argc, argv);
    size_t sa_count = 0;
    struct sa_line *sas = options.sas ? read_sa_file(options.sas, &sa_count) : NULL;
    const size_t esp_offset = spi_offset(&options);
    if (sas && is_ipv4(&sas->dst) != is_ipv4(&options.source))
        fail("--source must be of the address family of %s", options.sas);
    if (sas && options.size < esp_offset + 8)
        fail("--size must be at least %zu for these packets, not %lu", esp_offset + 8, options.size);
    uint32_t *sequences = calloc(sa_count + 1, sizeof *sequences);
    static struct frame frames[BATCH];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH] = {0};
    uint8_t mac[ETH_ALEN];
    pin_to_cpu(options.cpu);
    int counter = options.sink ? open_counter(options.sink) : -1;
    if (options.netns)
        enter_netns(options.netns);
    int fd = open_socket(options.interface, mac);
    struct flood flood = {0};
    if (options.flood)
        flood = read_flood(&options, mac);
    for (int i = 0; i < BATCH; i++) {
        prepare_frame(&frames[i], &options, mac);
        parts[i] = (struct iovec){&frames[i], sizeof frames[i].ether + options.size};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }

    uint64_t sent = 0, refused = 0;
    uint32_t state = 2463534242u;
    size_t next = 0;
    uint64_t waited = waited_for_cpu_ns();
    uint64_t start = now_ns(), end = start + options.milliseconds * 1000000, now = start;
    struct pace pace = {.rate = options.rate, .window = options.window, .burst = options.burst, .start_ns = start, .counter = counter,
                        .counter_base = counter < 0 ? 0 : read_counter(counter), .progress_ns = start};
    while (now < end) {
        if (flood.rate)
            send_flood(&flood, fd, now - start);
        uint64_t credit = sas ? allowed(&pace, sent, now) : 0;
        int wanted = credit < BATCH ? (int)credit : BATCH;
        for (int i = 0; i < wanted; i++) {
            size_t sa = options.random_order ? xorshift(&state) % sa_count : next;
            next = next + 1 == sa_count ? 0 : next + 1;
            finish_frame(&frames[i], &options, esp_offset, &sas[sa], ++sequences[sa], (uint16_t)(sent + (uint64_t)i));
        }
        int done = wanted ? sendmmsg(fd, messages, (unsigned)wanted, 0) : 0;
        if (done > 0)
            sent += (uint64_t)done;
        else if (done < 0) {
            check_refusal(sent);
            refused++;
        }
        now = now_ns();
    }
    uint64_t arrived = counter < 0 ? 0 : read_counter(counter) - pace.counter_base;
    printf("{\"sent\": %llu, \"flooded\": %llu, \"arrived\": %llu, \"refused\": %llu, \"lost\": %llu, \"seconds\": %.6f, \"waited\": %llu, \"stalled\": %llu}\n",
           (unsigned long long)sent, (unsigned long long)flood.sent, (unsigned long long)arrived, (unsigned long long)refused, (unsigned long long)pace.lost,
           (double)(now - start) / 1e9, (unsigned long long)(waited_for_cpu_ns() - waited),
           (unsigned long long)pace.longest_stall_ns);
    return 0;
}
