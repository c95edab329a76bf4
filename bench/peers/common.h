/* Shared by the generator and the C relay: the SA file, small parsers, time, checksums. */
#ifndef IPSEC_RELAY_BENCH_COMMON_H
#define IPSEC_RELAY_BENCH_COMMON_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

/* One line of an SA file: `DST SPI TO TO-SPI`, SPIs in hex. Network byte order; IPv4 addresses are IPv4-mapped. */
struct sa_line {
    struct in6_addr dst, to;
    uint32_t spi, to_spi;
};

/* Prints one sentence on stderr and ends the program with status 1. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Reads an address of either family, IPv4 as an IPv4-mapped one (::ffff:0:0/96). Returns 0 when it is none. */
int parse_address(const char *text, struct in6_addr *address);

static inline int is_ipv4(const struct in6_addr *address)
{
    return IN6_IS_ADDR_V4MAPPED(address);
}

/*
 * Reads a whole SA file, all of one address family; `*count` is at least 1, or the program ends. The caller owns
 * the array.
 */
struct sa_line *read_sa_file(const char *path, size_t *count);

/* A decimal or 0x number within [low, high], or the program ends naming `what`. */
unsigned long parse_number(const char *what, const char *text, unsigned long low, unsigned long high);

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t now_ns(void);

/* Pins the calling thread to one CPU, or the program ends. */
void pin_to_cpu(unsigned long cpu);

/* The sum of the 16-bit words of `length` bytes, an even number, not folded yet. */
uint64_t sum_words(const void *data, size_t length);

/* Folds a sum of 16-bit or 32-bit words to the checksum of RFC 1071. */
static inline uint16_t fold_checksum(uint64_t sum)
{
    sum = (sum & 0xffffffffu) + (sum >> 32);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* The Internet checksum (RFC 1071) over `length` bytes, an even number: 0 when a stored one is right. */
uint16_t internet_checksum(const void *data, size_t length);

#endif
