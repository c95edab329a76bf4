/* How a batch of packets lies in its slab: src/attachment/batch.ts says the same. */
#ifndef BATCH_H
#define BATCH_H

#include <stddef.h>

/* The 16-bit total length (RFC 791 §3.1); also the greatest MTU of a TUN device. */
#define LONGEST_PACKET 65535
#define MOST_PACKETS 256
#define MOST_HEADROOM 65535
#define ALIGNMENT 64

static inline size_t align(size_t offset) { return (offset + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1); }

#endif
