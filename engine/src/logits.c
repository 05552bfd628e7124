/* logits.c: see logits.h. */
#include "logits.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "portable/lanes.h"

/* Logits [i, i + LANES), −∞ from n on. */
static lanes lanes_at(const float *logits, int32_t n, int32_t i) {
    if (n - i >= LANES) return load_f32(logits + i);
    float rest[LANES];
    for (int32_t j = 0; j < LANES; j++) rest[j] = i + j < n ? logits[i + j] : -INFINITY;
    return load_f32(rest);
}

static uint32_t allowed_bits(const uint64_t *allow, int32_t i) {
    return allow ? (uint32_t)(allow[i / 64] >> (i % 64)) & 0xffff : 0xffff;
}

/* v where the lane's bit is set, else `other`. */
static lanes only(lanes v, uint32_t bits, float other) {
    const lanes_i32 lane = {1,      1 << 1, 1 << 2,  1 << 3,  1 << 4,  1 << 5,  1 << 6,  1 << 7,
                            1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15};
    return bits == 0xffff ? v : lanes_select(((int32_t)bits & lane) != 0, v, splat(other));
}

/* x − x is 0 for finite x only. */
bool logits_all_finite(const float *logits, int32_t n) {
    lanes_i32 bad = {0};
    int32_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        lanes v = load_f32(logits + i);
        bad |= (v - v) != 0.0f;
    }
    bool finite = true;
    for (; i < n; i++) finite &= isfinite(logits[i]) != 0;
    for (int32_t j = 0; j < LANES; j++) finite &= bad[j] == 0;
    return finite;
}

int32_t logits_largest(const float *logits, const uint64_t *allow, int32_t n) {
    lanes most = splat(-INFINITY);
    for (int32_t i = 0; i < n; i += LANES) {
        lanes v = only(lanes_at(logits, n, i), allowed_bits(allow, i), -INFINITY);
        most = lanes_select(v > most, v, most);
    }
    float largest = -INFINITY;
    for (int32_t j = 0; j < LANES; j++) largest = most[j] > largest ? most[j] : largest;
    for (int32_t i = 0; largest > -INFINITY && i < n; i++)
        if (logits[i] == largest && (!allow || (allow[i / 64] >> (i % 64) & 1))) return i;
    return -1;
}

/* exp(x), 0 below −87. */
static lanes weight(lanes x) {
    return lanes_select(x < -87.0f, (lanes){0}, lanes_exp(x));
}

static double block_mass(const float *logits, const uint64_t *allow, int32_t n, int32_t first, float largest,
                         float factor) {
    lanes sum = {0};
    int32_t end = n - first < LOGITS_BLOCK ? n : first + LOGITS_BLOCK;
    for (int32_t i = first; i < end; i += LANES) {
        uint32_t bits = allowed_bits(allow, i);
        if (bits) sum += only(weight((lanes_at(logits, n, i) - largest) * factor), bits, 0);
    }
    return (double)lanes_sum(sum);
}

double logits_mass(const float *logits, const uint64_t *allow, int32_t n, float largest, float temperature,
                   double *blocks) {
    float factor = 1 / temperature;
    if (factor > FLT_MAX) factor = FLT_MAX; /* of the smallest temperatures; 0 · ∞ is no number */
    double total = 0;
    for (int32_t i = 0; i < n; i += LOGITS_BLOCK)
        total += blocks[i / LOGITS_BLOCK] = block_mass(logits, allow, n, i, largest, factor);
    return total;
}
