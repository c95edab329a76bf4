/* What the generator and the C relay share: the SA file, small parsers, time. */
#ifndef IPSEC_RELAY_BENCH_COMMON_H
#define IPSEC_RELAY_BENCH_COMMON_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

/* One line of an SA file: `DST SPI TO TO-SPI`, SPIs in hex. Everything in network byte order. */
struct sa_line {
    in_addr_t dst;
    uint32_t spi;
    in_addr_t to;
    uint32_t to_spi;
};

/* Prints one sentence on stderr and ends the program with status 1. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Reads a whole SA file; `*count` is at least 1, or the program ends. The caller owns the array. */
struct sa_line *read_sa_file(const char *path, size_t *count);

/* A decimal or 0x number within [low, high], or the program ends naming `what`. */
unsigned long parse_number(const char *what, const char *text, unsigned long low, unsigned long high);

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t now_ns(void);

/* Pins the calling thread to one CPU, or the program ends. */
void pin_to_cpu(unsigned long cpu);

/* The Internet checksum (RFC 1071) over `length` bytes, an even number: 0 when a stored one is right. */
uint16_t internet_checksum(const void *data, size_t length);

#endif
