/*
 * Key exchanges without keys, for load: headers are right (RFC 7296 §3.1), payloads are noise.
 *   ike-load respond --address ADDR --cpu N
 *     the second: answers each request that comes to its ports 500 and 4500, until it is killed.
 *   ike-load initiate --to ADDR --from FIRST-ADDR --connections N --window N [--rate PER-SECOND] --milliseconds N --cpu N
 *     as many firsts, each at an address of its own (which must be local). They set up their connections (IKE_SA_INIT from port
 *     500, IKE_AUTH from 4500), then ask (INFORMATIONAL) for so long, with at most `window` requests under way, or so many
 *     requests a second.
 * `initiate` prints one JSON document: `setupSeconds` and `repeated` (requests of the set-up that had to be sent again), then of the time after it
 * `asked`, `answered`, `lost` (not answered within a second), `seconds`, and the round trip's median and 99th percentile in microseconds.
 */
#include "common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, MESSAGE = 80, LONGEST = 2048, MARKER = 4, SOCKET_BYTES = 1 << 22 };
enum { PORT_IKE = 500, PORT_NAT_TRAVERSAL = 4500 };
enum { IKE_SA_INIT = 34, IKE_AUTH = 35, INFORMATIONAL = 37, FLAG_INITIATOR = 0x08, FLAG_RESPONSE = 0x20 };
#define SETUP_AGAIN_NS 500000000ull
#define LOST_AFTER_NS 1000000000ull
#define SETUP_LIMIT_NS 60000000000ull
#define SLOWEST_US 1000000u

struct ike {
    uint64_t initiator, responder;
    uint8_t next, version, exchange, flags;
    uint32_t id, length;
} __attribute__((packed));

/* Datagrams of one call, each with the address that it is for, or comes from, on our side. */
struct batch {
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    struct sockaddr_in peers[BATCH];
    uint8_t bytes[BATCH][LONGEST];
    union {
        struct cmsghdr header;
        uint8_t bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
    } controls[BATCH];
    unsigned count;
};

static void reset(struct batch *batch, size_t length)
{
    for (int i = 0; i < BATCH; i++) {
        batch->parts[i] = (struct iovec){batch->bytes[i], length};
        batch->messages[i].msg_hdr = (struct msghdr){
            .msg_name = &batch->peers[i], .msg_namelen = sizeof batch->peers[i],
            .msg_iov = &batch->parts[i], .msg_iovlen = 1,
            .msg_control = &batch->controls[i], .msg_controllen = sizeof batch->controls[i],
        };
    }
    batch->count = 0;
}

static int open_udp(in_addr_t address, uint16_t port)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1, size = SOCKET_BYTES;
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = address};
    if (fd < 0 || setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) < 0 ||
        bind(fd, (struct sockaddr *)&own, sizeof own) < 0)
        fail("cannot open UDP port %u: %s", port, strerror(errno));
    return fd;
}

static void receive(int fd, struct batch *batch)
{
    reset(batch, LONGEST);
    int count = recvmmsg(fd, batch->messages, BATCH, 0, NULL);
    if (count < 0 && errno != EAGAIN && errno != ECONNREFUSED)
        fail("recvmmsg failed: %s", strerror(errno));
    batch->count = count < 0 ? 0 : (unsigned)count;
}

/* All of it: what the socket has no room for waits. */
static void transmit(int fd, struct batch *batch)
{
    for (unsigned done = 0; done < batch->count;) {
        int count = sendmmsg(fd, batch->messages + done, batch->count - done, 0);
        if (count > 0) {
            done += (unsigned)count;
        } else if (errno == EAGAIN || errno == ENOBUFS) {
            struct pollfd ready = {.fd = fd, .events = POLLOUT};
            poll(&ready, 1, 10);
        } else {
            fail("sendmmsg failed: %s", strerror(errno));
        }
    }
    batch->count = 0;
}

static struct ike *ike_of(struct batch *batch, unsigned i, int port)
{
    size_t at = port == PORT_NAT_TRAVERSAL ? MARKER : 0;
    if (batch->messages[i].msg_len < at + sizeof(struct ike))
        return NULL;
    return (struct ike *)(batch->bytes[i] + at);
}

_Noreturn static void respond(in_addr_t address)
{
    static struct batch batch;
    const int ports[2] = {PORT_IKE, PORT_NAT_TRAVERSAL};
    struct pollfd ready[2];
    for (int i = 0; i < 2; i++)
        ready[i] = (struct pollfd){.fd = open_udp(address, (uint16_t)ports[i]), .events = POLLIN};
    puts("ready");
    fflush(stdout);
    for (;;) {
        poll(ready, 2, -1);
        for (int port = 0; port < 2; port++) {
            if (!(ready[port].revents & POLLIN))
                continue;
            receive(ready[port].fd, &batch);
            for (unsigned i = 0; i < batch.count; i++) {
                struct ike *ike = ike_of(&batch, i, ports[port]);
                batch.parts[i].iov_len = batch.messages[i].msg_len;
                batch.messages[i].msg_hdr.msg_control = NULL;
                batch.messages[i].msg_hdr.msg_controllen = 0;
                if (ike == NULL)
                    continue;
                ike->flags = FLAG_RESPONSE;
                if (ike->responder == 0)
                    ike->responder = ike->initiator ^ 0x5555555555555555ull;
            }
            transmit(ready[port].fd, &batch);
        }
    }
}

struct first {
    uint64_t responder;
    uint64_t asked_ns;
    uint32_t id;
    uint8_t exchange;
    int is_waiting;
};

struct load {
    in_addr_t to;
    uint32_t from;
    /* Of the SPIs of this run. */
    uint64_t salt;
    unsigned long count;
    int fds[2];
    struct first *firsts;
    struct batch out[2];
    uint64_t asked, answered, lost, repeated;
    unsigned long waiting;
    uint32_t *trips;
};

/* The next request of one first. Its number is its address and its SPI. */
static void ask(struct load *load, unsigned long number, uint64_t now)
{
    struct first *first = &load->firsts[number];
    int port = first->exchange != IKE_SA_INIT;
    struct batch *batch = &load->out[port];
    if (batch->count == BATCH)
        transmit(load->fds[port], batch);
    if (batch->count == 0)
        reset(batch, MESSAGE + (port ? MARKER : 0));
    unsigned i = batch->count++;
    uint8_t *bytes = batch->bytes[i];
    memset(bytes, 0, MARKER);
    /* The Encrypted payload's header (RFC 7296 §3.14). */
    const uint16_t encrypted[2] = {0, htons(MESSAGE - sizeof(struct ike))};
    const struct ike ike = {
        .initiator = load->salt << 32 | number, .responder = first->responder, .next = 46, .version = 0x20,
        .exchange = first->exchange, .flags = FLAG_INITIATOR, .id = htonl(first->id), .length = htonl(MESSAGE),
    };
    memcpy(bytes + (port ? MARKER : 0), &ike, sizeof ike);
    memcpy(bytes + (port ? MARKER : 0) + sizeof ike, encrypted, sizeof encrypted);
    batch->peers[i] = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = load->to,
                                           .sin_port = htons(port ? PORT_NAT_TRAVERSAL : PORT_IKE)};
    struct cmsghdr *control = &batch->controls[i].header;
    *control = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo)), .cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO};
    const struct in_pktinfo source = {.ipi_spec_dst.s_addr = htonl(load->from + (uint32_t)number)};
    memcpy(CMSG_DATA(control), &source, sizeof source);
    first->asked_ns = now;
    if (!first->is_waiting)
        load->waiting++;
    first->is_waiting = 1;
}

static void flush(struct load *load)
{
    for (int port = 0; port < 2; port++)
        if (load->out[port].count)
            transmit(load->fds[port], &load->out[port]);
}

/* Goes on with each first that is answered. */
static void listen_once(struct load *load, int is_measuring)
{
    static struct batch batch;
    uint64_t now = now_ns();
    for (int port = 0; port < 2; port++) {
        receive(load->fds[port], &batch);
        for (unsigned i = 0; i < batch.count; i++) {
            const struct ike *ike = ike_of(&batch, i, port ? PORT_NAT_TRAVERSAL : PORT_IKE);
            unsigned long number = ike ? ike->initiator & 0xffffffffu : load->count;
            if (number >= load->count || ike->initiator >> 32 != load->salt || ike->flags != FLAG_RESPONSE)
                continue;
            struct first *first = &load->firsts[number];
            if (!first->is_waiting || ntohl(ike->id) != first->id || ike->exchange != first->exchange)
                continue;
            first->is_waiting = 0;
            load->waiting--;
            first->responder = ike->responder;
            if (is_measuring) {
                uint64_t trip = (now - first->asked_ns) / 1000;
                load->trips[trip < SLOWEST_US ? trip : SLOWEST_US]++;
                load->answered++;
            }
            first->exchange = first->exchange == IKE_SA_INIT ? IKE_AUTH : INFORMATIONAL;
            first->id++;
        }
    }
}

static void set_up(struct load *load, unsigned long window)
{
    const uint64_t start = now_ns();
    unsigned long up = 0, begun = 0;
    for (unsigned long i = 0; i < load->count; i++)
        load->firsts[i].exchange = IKE_SA_INIT;
    while (up < load->count) {
        uint64_t now = now_ns();
        if (now - start > SETUP_LIMIT_NS)
            fail("%lu of %lu connections were set up in a minute", up, load->count);
        listen_once(load, 0);
        while (load->waiting < window && begun < load->count)
            ask(load, begun++, now);
        /* Those that were answered, or have waited for too long. */
        for (unsigned long i = up; i < begun; i++) {
            struct first *first = &load->firsts[i];
            if (first->exchange == INFORMATIONAL)
                continue;
            if (first->is_waiting && now - first->asked_ns < SETUP_AGAIN_NS)
                continue;
            if (first->is_waiting)
                load->repeated++;
            ask(load, i, now);
        }
        while (up < begun && load->firsts[up].exchange == INFORMATIONAL)
            up++;
        flush(load);
    }
}

static void measure(struct load *load, unsigned long window, unsigned long rate, uint64_t end)
{
    const uint64_t start = now_ns();
    unsigned long next = 0;
    uint64_t looked = start;
    for (uint64_t now = start; now < end; now = now_ns()) {
        listen_once(load, 1);
        uint64_t due = rate ? (uint64_t)((double)(now - start) * (double)rate / 1e9) : UINT64_MAX;
        for (unsigned long tries = 0; tries < load->count && load->waiting < window && load->asked < due; tries++) {
            if (!load->firsts[next].is_waiting) {
                ask(load, next, now);
                load->asked++;
            }
            next = next + 1 == load->count ? 0 : next + 1;
        }
        flush(load);
        if (now - looked < LOST_AFTER_NS / 4)
            continue;
        looked = now;
        for (unsigned long i = 0; i < load->count; i++) {
            struct first *first = &load->firsts[i];
            if (!first->is_waiting || now - first->asked_ns < LOST_AFTER_NS)
                continue;
            first->is_waiting = 0;
            first->id++;
            load->waiting--;
            load->lost++;
        }
    }
}

static unsigned percentile(const struct load *load, double share)
{
    uint64_t sum = 0;
    for (unsigned us = 0; us <= SLOWEST_US; us++)
        if ((double)(sum += load->trips[us]) >= share * (double)load->answered && sum)
            return us;
    return SLOWEST_US;
}

int main(int argc, char **argv)
{
    static const char USAGE[] = "usage: ike-load respond --address ADDR --cpu N\n"
                                "       ike-load initiate --to ADDR --from ADDR --connections N --window N [--rate N] --milliseconds N --cpu N";
    static const struct option known[] = {
        {"address", required_argument, 0, 'a'}, {"to", required_argument, 0, 'a'}, {"from", required_argument, 0, 'f'},
        {"connections", required_argument, 0, 'n'}, {"window", required_argument, 0, 'w'}, {"rate", required_argument, 0, 'r'},
        {"milliseconds", required_argument, 0, 't'}, {"cpu", required_argument, 0, 'c'}, {0, 0, 0, 0},
    };
    static struct load load;
    struct in_addr address = {0}, from = {0};
    unsigned long window = 0, rate = 0, milliseconds = 0, cpu = 0;
    int option;
    while ((option = getopt_long(argc, argv, "", known, 0)) != -1) {
        switch (option) {
        case 'a':
        case 'f':
            if (inet_pton(AF_INET, optarg, option == 'a' ? &address : &from) != 1)
                fail("'%s' must be an IPv4 address", optarg);
            break;
        case 'n': load.count = parse_number("--connections", optarg, 1, 200000); break;
        case 'w': window = parse_number("--window", optarg, 1, 200000); break;
        case 'r': rate = parse_number("--rate", optarg, 1, 10000000); break;
        case 't': milliseconds = parse_number("--milliseconds", optarg, 1, 600000); break;
        case 'c': cpu = parse_number("--cpu", optarg, 0, 1023); break;
        default: fail("%s", USAGE);
        }
    }
    const char *role = optind + 1 == argc ? argv[optind] : "";
    pin_to_cpu(cpu);
    if (strcmp(role, "respond") == 0 && address.s_addr)
        respond(address.s_addr);
    if (strcmp(role, "initiate") != 0 || !address.s_addr || !from.s_addr || !load.count || !window || !milliseconds)
        fail("%s", USAGE);

    load.to = address.s_addr;
    load.from = ntohl(from.s_addr);
    load.salt = (now_ns() >> 10 & 0xffffffff) | 1;
    load.firsts = calloc(load.count, sizeof *load.firsts);
    load.trips = calloc(SLOWEST_US + 1, sizeof *load.trips);
    if (!load.firsts || !load.trips)
        fail("out of memory");
    load.fds[0] = open_udp(INADDR_ANY, PORT_IKE);
    load.fds[1] = open_udp(INADDR_ANY, PORT_NAT_TRAVERSAL);
    const uint64_t before = now_ns();
    set_up(&load, window);
    const uint64_t start = now_ns();
    measure(&load, window, rate, start + milliseconds * 1000000ull);
    const uint64_t end = now_ns();
    printf("{\"setupSeconds\": %.6f, \"repeated\": %llu, \"asked\": %llu, \"answered\": %llu, \"lost\": %llu, \"seconds\": %.6f, \"medianUs\": %u, \"p99Us\": %u}\n",
           (double)(start - before) / 1e9, (unsigned long long)load.repeated, (unsigned long long)load.asked,
           (unsigned long long)load.answered, (unsigned long long)load.lost, (double)(end - start) / 1e9,
           percentile(&load, 0.5), percentile(&load, 0.99));
    return 0;
}
