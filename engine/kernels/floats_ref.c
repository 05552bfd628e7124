/* floats_ref.c: the kernels of floats.h one element at a time, the twin of those in assembly, and the order of
 * their activations. */
#include "floats.h"

#include <math.h>
#include <string.h>

#include "portable/lanes.h"

void float_arrange(float *x, uint32_t tokens, uint32_t t, const float *row, uint32_t k) {
    size_t step = (size_t)float_run(tokens, t) * 4;
    x += float_first(k, t);
    uint32_t i = 0;
    for (; i + 4 <= k; i += 4, x += step) memcpy(x, row + i, 4 * sizeof *x);
    if (i == k) return;
    memset(x, 0, 4 * sizeof *x);
    memcpy(x, row + i, (k - i) * sizeof *x);
}

/* The upper halves of two floats, rounded. */
static uint32_t pair_of(float low, float high) {
    return f32_to_bf16(low) | (uint32_t)f32_to_bf16(high) << 16;
}

void float_pair(float *x, uint32_t tokens, uint32_t t, const float *row, uint32_t k) {
    size_t step = (size_t)float_run(tokens, t) * 4;
    uint32_t pairs = float_pairs(k);
    x += float_first(pairs, t);
    for (uint32_t i = 0; i < float_padded(pairs); i++) {
        uint32_t left = 2 * i < k ? k - 2 * i : 0;
        uint32_t pair = pair_of(left ? row[2 * i] : 0, left > 1 ? row[2 * i + 1] : 0);
        memcpy(x + i / 4 * step + i % 4, &pair, sizeof pair);
    }
}

float float_at(const float_matmul *m, float_type type, uint32_t row, uint32_t column) {
    const uint8_t *w = (const uint8_t *)m->w + row * m->w_stride;
    float value;
    if (type == FLOAT_F16) return f16_to_f32(w + 2 * (size_t)column);
    if (type == FLOAT_BF16) return bf16_to_f32(w + 2 * (size_t)column);
    memcpy(&value, w + 4 * (size_t)column, sizeof value);
    return value;
}

/* The sum of one block, [from, to) of one row and one token; x: where the token begins. */
typedef float block_kernel(const float_matmul *m, float_type type, uint32_t row, const float *x, size_t x_step,
                           uint32_t from, uint32_t to);

/* Over rows of k columns, or of k pairs. */
static void matmul(const float_matmul *m, float_type type, uint32_t k, block_kernel *block, uint32_t first,
                   uint32_t last) {
    uint32_t padded = float_padded(k);
    for (uint32_t t = 0; t < m->tokens; t++)
        for (uint32_t row = first; row < last; row++) {
            const float *x = m->x + float_first(k, t);
            float *y = m->y + t * m->y_stride + row;
            *y = 0;
            for (uint32_t i = 0, end; i < padded; i = end) {
                end = padded - i < FLOAT_BLOCK ? padded : i + FLOAT_BLOCK;
                *y += block(m, type, row, x, (size_t)float_run(m->tokens, t) * 4, i, end);
            }
        }
}

/* A block of columns. */
static float block_sum(const float_matmul *m, float_type type, uint32_t row, const float *x, size_t x_step,
                       uint32_t from, uint32_t to) {
    float sum = 0;
    for (uint32_t i = from; i < to; i++)
        sum = fmaf(i < m->k ? float_at(m, type, row, i) : 0, x[i / 4 * x_step + i % 4], sum);
    return sum;
}

static float flush(float f) {
    return fpclassify(f) == FP_SUBNORMAL ? copysignf(0, f) : f;
}

static float half_of(uint32_t pair, int upper) {
    return flush(f32_from_bits(upper ? pair & 0xffff0000 : pair << 16));
}

static float add_pair(float sum, uint32_t w, uint32_t x) {
    sum = flush(fmaf(half_of(w, 1), half_of(x, 1), flush(sum)));
    return flush(fmaf(half_of(w, 0), half_of(x, 0), sum));
}

static uint32_t pair_at(const float_matmul *m, uint32_t row, uint32_t i) {
    uint32_t pair = 0, left = 2 * i < m->k ? m->k - 2 * i : 0;
    const uint8_t *w = (const uint8_t *)m->w + row * m->w_stride + 4 * (size_t)i;
    memcpy(&pair, w, left > 1 ? 4 : 2 * left); /* little-endian, as the file is */
    return pair;
}

/* A block of pairs, of BF16 as all pairs are. */
static float block_of_pairs(const float_matmul *m, float_type type, uint32_t row, const float *x, size_t x_step,
                            uint32_t from, uint32_t to) {
    (void)type;
    float sum = 0;
    for (uint32_t i = from; i < to; i++) {
        uint32_t pair;
        memcpy(&pair, x + i / 4 * x_step + i % 4, sizeof pair);
        sum = add_pair(sum, pair_at(m, row, i), pair);
    }
    return sum;
}

void float_bf16_pairs_ref(const float_matmul *m, uint32_t first, uint32_t last) {
    matmul(m, FLOAT_BF16, float_pairs(m->k), block_of_pairs, first, last);
}

#define ENTRY(NAME, TYPE)                                                                                      \
    void float_##NAME##_ref(const float_matmul *m, uint32_t first, uint32_t last) {                            \
        matmul(m, TYPE, m->k, block_sum, first, last);                                                         \
    }

ENTRY(f32, FLOAT_F32)
ENTRY(f16, FLOAT_F16)
ENTRY(bf16, FLOAT_BF16)
