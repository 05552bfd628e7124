/* digest.c: four lanes of multiply and rotate; large inputs in chunks whose digests are digested. */
#include "digest.h"

#include <stdlib.h>
#include <string.h>

enum { LANES_OF_DIGEST = 4, CHUNK = 1 << 20 };

static const uint64_t ODD = 0x9e3779b97f4a7c15; /* 2^64 / golden ratio */

static uint64_t step(uint64_t lane, uint64_t word) {
    lane = (lane ^ word) * ODD;
    return lane << 29 | lane >> 35;
}

static uint64_t finish(uint64_t x) {
    x = (x ^ x >> 32) * ODD;
    x = (x ^ x >> 29) * ODD;
    return x ^ x >> 32;
}

uint64_t digest_bytes(const void *data, size_t n, uint64_t seed) {
    const uint8_t *p = data;
    uint64_t lanes[LANES_OF_DIGEST], words[LANES_OF_DIGEST] = {0}, result = finish(seed + n);
    for (int i = 0; i < LANES_OF_DIGEST; i++) lanes[i] = finish(seed ^ (uint64_t)i * ODD);
    for (; n >= sizeof words; p += sizeof words, n -= sizeof words) {
        memcpy(words, p, sizeof words);
        for (int i = 0; i < LANES_OF_DIGEST; i++) lanes[i] = step(lanes[i], words[i]);
    }
    memset(words, 0, sizeof words);
    if (n) memcpy(words, p, n);
    for (int i = 0; i < LANES_OF_DIGEST; i++) result = finish(step(result, step(lanes[i], words[i])));
    return result;
}

typedef struct digest_job {
    const digest_span *spans;
    size_t n;
    uint64_t *chunks; /* of all spans, in order */
} digest_job;

static size_t chunks_of(const digest_span *span) {
    return span->size / CHUNK + (span->size % CHUNK != 0);
}

/* Every member takes each size-th chunk. */
static void digest_member(void *arg, const team *member) {
    const digest_job *job = arg;
    size_t index = 0;
    for (size_t s = 0; s < job->n; s++)
        for (size_t c = 0; c < chunks_of(&job->spans[s]); c++, index++) {
            if (index % member->size != member->index) continue;
            size_t at = c * CHUNK, left = job->spans[s].size - at;
            job->chunks[index] = digest_bytes(job->spans[s].data + at, left < CHUNK ? left : CHUNK, index);
        }
}

bool digest_spans(pool *p, const digest_span *spans, size_t n, uint64_t *out) {
    size_t total = 0;
    for (size_t s = 0; s < n; s++) total += chunks_of(&spans[s]);
    digest_job job = {spans, n, malloc((total + 1) * sizeof *job.chunks)};
    if (!job.chunks) return false;
    pool_run(p, digest_member, &job);
    *out = digest_bytes(job.chunks, total * sizeof *job.chunks, n);
    free(job.chunks);
    return true;
}
