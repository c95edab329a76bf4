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

struct sa_line *read_sa_file(const char *path, size_t *count)
{
    FILE *file = fopen(path, "r");
    if (!file)
        fail("cannot open the SA file %s: %s", path, strerror(errno));
    size_t capacity = 1024;
    struct sa_line *lines = malloc(capacity * sizeof *lines);
    *count = 0;
    char dst[16], to[16];
    uint32_t spi, to_spi;
    int fields;
    while ((fields = fscanf(file, "%15s %x %15s %x", dst, &spi, to, &to_spi)) == 4) {
        if (lines && *count == capacity)
            lines = realloc(lines, (capacity *= 2) * sizeof *lines);
        if (!lines)
            fail("out of memory while reading %s", path);
        struct sa_line *line = &lines[(*count)++];
        if (inet_pton(AF_INET, dst, &line->dst) != 1 || inet_pton(AF_INET, to, &line->to) != 1)
            fail("%s, line %zu: '%s' and '%s' must both be IPv4 addresses", path, *count, dst, to);
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

uint16_t internet_checksum(const void *data, size_t length)
{
    const uint8_t *bytes = data;
    uint32_t sum = 0;
    for (size_t i = 0; i < length; i += 2) {
        uint16_t word;
        memcpy(&word, bytes + i, sizeof word);
        sum += word;
    }
    sum = (sum & 0xffff) + (sum >> 16);
    sum += sum >> 16;
    return (uint16_t)~sum;
}
