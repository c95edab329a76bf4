#include "common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

int parse_address(const char *text, struct in6_addr *address)
{
    if (inet_pton(AF_INET6, text, address) == 1)
        return 1;
    *address = (struct in6_addr){.s6_addr32 = {0, 0, htonl(0xffff), 0}};
    return inet_pton(AF_INET, text, &address->s6_addr32[3]) == 1;
}

struct sa_line *read_sa_file(const char *path, size_t *count)
{
    FILE *file = fopen(path, "r");
    if (!file)
        fail("cannot open the SA file %s: %s", path, strerror(errno));
    size_t capacity = 1024;
    struct sa_line *lines = malloc(capacity * sizeof *lines);
    *count = 0;
    char dst[INET6_ADDRSTRLEN], to[INET6_ADDRSTRLEN];
    uint32_t spi, to_spi;
    int fields;
    while ((fields = fscanf(file, "%45s %x %45s %x", dst, &spi, to, &to_spi)) == 4) {
        if (lines && *count == capacity)
            lines = realloc(lines, (capacity *= 2) * sizeof *lines);
        if (!lines)
            fail("out of memory while reading %s", path);
        struct sa_line *line = &lines[(*count)++];
        if (!parse_address(dst, &line->dst) || !parse_address(to, &line->to))
            fail("%s, line %zu: '%s' and '%s' must both be IP addresses", path, *count, dst, to);
        if (is_ipv4(&line->dst) != is_ipv4(&lines->dst) || is_ipv4(&line->to) != is_ipv4(&lines->dst))
            fail("%s, line %zu: all addresses of a file must be of one family", path, *count);
        line->spi = htonl(spi);
        line->to_spi = htonl(to_spi);
    }
    if (fields != EOF || *count == 0)
        fail("%s, line %zu: expected 'DST SPI TO TO-SPI'", path, *count + 1);
    fclose(file);
    return lines;
}

unsigned long parse_number(const char *what, const char *text, unsigned long low, unsigned long high)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 0);
    if (errno || end == text || *end || value < low || value > high)
        fail("%s must be a number within %lu-%lu, not '%s'", what, low, high, text);
    return value;
}

uint64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

void pin_to_cpu(unsigned long cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) < 0)
        fail("cannot pin to CPU %lu: %s", cpu, strerror(errno));
}

uint64_t sum_words(const void *data, size_t length)
{
    const uint8_t *bytes = data;
    uint64_t sum = 0;
    for (size_t i = 0; i < length; i += 2) {
        uint16_t word;
        memcpy(&word, bytes + i, sizeof word);
        sum += word;
    }
    return sum;
}

uint16_t internet_checksum(const void *data, size_t length)
{
    return fold_checksum(sum_words(data, length));
}
