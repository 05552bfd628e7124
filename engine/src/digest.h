/* digest.h: 64-bit digests that notice damage and mistaken identity. They are no protection against somebody
 * who wants two contents to agree. */
#ifndef LILA_DIGEST_H
#define LILA_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "threads.h"

/* Of data[n]; another seed gives an independent function. A change of one aligned word always changes it but
 * for one case in 2^64. */
uint64_t digest_bytes(const void *data, size_t n, uint64_t seed);

typedef struct digest_span {
    const uint8_t *data;
    size_t size;
} digest_span;

/* Of all spans in order, read by the whole team; the same whatever its size. False when out of memory. */
bool digest_spans(pool *p, const digest_span *spans, size_t n, uint64_t *out);

#endif
