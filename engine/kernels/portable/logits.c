/* logits.c: the passes of logits.h in C, a register of logits at a time. CMake compiles this file once per
 * instruction set; LILA_LOGITS names the table that comes out. */
#include "logits.h"

#include <math.h>
#include <stddef.h>

#include "portable/vec.h"

enum { ALL = (1 << WIDTH) - 1 };

/* Logits [i, i + WIDTH), −∞ from `end` on. */
INLINE vec logits_at(const float *logits, int32_t end, int32_t i) {
    if (end - i >= WIDTH) return load_vec(logits + i);
    float rest[WIDTH];
    for (int32_t j = 0; j < WIDTH; j++) rest[j] = i + j < end ? logits[i + j] : -INFINITY;
    return load_vec(rest);
}

INLINE uint32_t allowed_bits(const uint64_t *allow, int32_t i) {
    return allow ? (uint32_t)(allow[i / 64] >> (i % 64)) & ALL : ALL;
}

/* v where the lane's bit is set, else `other`. */
INLINE vec only(vec v, uint32_t bits, float other) {
    vec_i32 lane = {0};
    for (int j = 0; j < WIDTH; j++) lane[j] = 1 << j;
    return bits == ALL ? v : vec_select(((int32_t)bits & lane) != 0, v, vec_splat(other));
}

INLINE float largest_lane(vec v) {
    float largest = v[0];
    for (int32_t j = 1; j < WIDTH; j++) largest = v[j] > largest ? v[j] : largest;
    return largest;
}

INLINE bool no_lane(vec_i32 bad) {
    int32_t any = 0;
    for (int32_t j = 0; j < WIDTH; j++) any |= bad[j];
    return any == 0;
}

/* x − x is 0 for finite x only. */
static bool all_finite(const float *logits, int32_t n) {
    vec_i32 bad = {0};
    int32_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        vec v = load_vec(logits + i);
        bad |= (v - v) != 0.0f;
    }
    bool rest = true;
    for (; i < n; i++) rest &= isfinite(logits[i]) != 0;
    return rest && no_lane(bad);
}

static bool maxima(const float *logits, int32_t n, float *out) {
    vec_i32 bad = {0};
    bool rest = true;
    for (int32_t first = 0; first < n; first += LOGITS_BLOCK) {
        int32_t end = n - first < LOGITS_BLOCK ? n : first + LOGITS_BLOCK, i = first;
        vec most = vec_splat(-INFINITY);
        for (; i + WIDTH <= end; i += WIDTH) {
            vec v = load_vec(logits + i);
            most = vec_select(v > most, v, most);
            bad |= (v - v) != 0.0f;
        }
        float largest = largest_lane(most);
        for (; i < end; i++) {
            largest = logits[i] > largest ? logits[i] : largest;
            rest &= isfinite(logits[i]) != 0;
        }
        out[first / LOGITS_BLOCK] = largest;
    }
    return rest && no_lane(bad);
}

static int32_t largest(const float *logits, const uint64_t *allow, int32_t first, int32_t end, float floor) {
    vec most = vec_splat(floor);
    for (int32_t i = first; i < end; i += WIDTH) {
        uint32_t bits = allowed_bits(allow, i);
        if (!bits) continue;
        vec v = only(logits_at(logits, end, i), bits, -INFINITY);
        most = vec_select(v > most, v, most);
    }
    float found = largest_lane(most);
    for (int32_t i = first; found > floor && i < end; i++)
        if (logits[i] == found && (!allow || (allow[i / 64] >> (i % 64) & 1))) return i;
    return -1;
}

INLINE double sum_of(vec v) {
    float sum = 0;
    for (int32_t j = 0; j < WIDTH; j++) sum += v[j];
    return (double)sum;
}

/* exp(x), 0 below −87. */
INLINE vec weight(vec x) {
    return vec_select(x < -87.0f, (vec){0}, vec_exp(x));
}

static double mass(const float *logits, const uint64_t *allow, int32_t first, int32_t end, float most,
                   float factor) {
    vec sum = {0};
    for (int32_t i = first; i < end; i += WIDTH) {
        uint32_t bits = allowed_bits(allow, i);
        if (bits) sum += only(weight((logits_at(logits, end, i) - most) * factor), bits, 0);
    }
    return sum_of(sum);
}

extern const logits_kernels LILA_LOGITS;
const logits_kernels LILA_LOGITS = {all_finite, maxima, largest, mass};
