/* panels_ref.c: the panel kernels of panels.h one element at a time, the twin of those in assembly. */
#include "panels.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "portable/lanes.h"

_Static_assert(sizeof(panel_input) == 64, "the kernels step through the activations by 64 bytes");

/* Sixteen rows against one block of one token: acc[r] moves on by the block. */
typedef void block_step(const panel_matmul *m, const uint8_t *panel, const panel_input *x, float *acc);

static float half_at(const uint8_t *halves, uint32_t r) {
    return f16_to_f32(halves + 2 * r);
}

static int32_t start(const panel_input *x, uint32_t bias) {
    return x->start[bias == 8 ? 0 : bias == 16 ? 1 : 2];
}

/* Byte of column i, 0 ≤ i < 16 where it holds i + 16 as well. */
static uint8_t byte_at(const uint8_t *groups, uint32_t i, uint32_t r) {
    return groups[i / 4 * 64 + r * 4 + i % 4];
}

/* Nibble of column i. */
static int32_t nibble_at(const uint8_t *groups, uint32_t i, uint32_t r) {
    return byte_at(groups, i % 16, r) >> i / 16 * 4 & 15;
}

/* Column i of row r: nibbles and fifths. */
static int32_t five_bits(const uint8_t *block, uint32_t i, uint32_t r) {
    uint32_t group = i % 16 / 4, bit = i / 16 * 4 + group;
    return nibble_at(block, i, r) | (block[256 + r * 4 + i % 4] >> bit & 1) << 4;
}

/* Column i of row r: sixes. */
static int32_t six_bits(const uint8_t *block, uint32_t i, uint32_t r) {
    const uint8_t *byte = block + i / 16 * 192 + r * 4 + i % 4;
    if (i % 16 < 12) return byte[i % 16 / 4 * 64] & 63;
    return byte[0] >> 6 | (byte[64] >> 6) << 2 | (byte[128] >> 6) << 4;
}

/* Σ code[nibble] · q over the 32 columns of row r. */
static int32_t dot_nibbles(const uint8_t *nibbles, const uint8_t *code, const int8_t *q, uint32_t r) {
    int32_t sum = 0;
    for (uint32_t i = 0; i < 16; i++) {
        uint8_t byte = byte_at(nibbles, i, r), low = byte & 15, high = byte >> 4;
        sum += (code ? code[low] : low) * q[i] + (code ? code[high] : high) * q[16 + i];
    }
    return sum;
}

static void step_u4(const panel_matmul *m, const uint8_t *panel, const panel_input *x, float *acc) {
    for (uint32_t r = 0; r < PANEL_ROWS; r++) {
        int32_t dot = start(x, m->bias) + dot_nibbles(panel + 32, m->code, x->q, r);
        acc[r] = fmaf(x->scale * half_at(panel, r), (float)dot, acc[r]);
    }
}

static void step_u4m(const panel_matmul *m, const uint8_t *panel, const panel_input *x, float *acc) {
    (void)m;
    for (uint32_t r = 0; r < PANEL_ROWS; r++) {
        int32_t dot = dot_nibbles(panel + 64, NULL, x->q, r);
        acc[r] = fmaf(x->scale * half_at(panel, r), (float)dot, acc[r]);
        acc[r] = fmaf(half_at(panel + 32, r), x->offset, acc[r]);
    }
}

static void step_u8(const panel_matmul *m, const uint8_t *panel, const panel_input *x, float *acc) {
    for (uint32_t r = 0; r < PANEL_ROWS; r++) {
        int32_t dot = start(x, m->bias);
        for (uint32_t i = 0; i < PANEL_COLUMNS; i++) dot += byte_at(panel + 32, i, r) * x->q[i];
        acc[r] = fmaf(x->scale * half_at(panel, r), (float)dot, acc[r]);
    }
}

static void step_u5m(const panel_matmul *m, const uint8_t *panel, const panel_input *x, float *acc) {
    (void)m;
    for (uint32_t r = 0; r < PANEL_ROWS; r++) {
        int32_t dot = 0;
        for (uint32_t i = 0; i < PANEL_COLUMNS; i++) dot += five_bits(panel + 64, i, r) * x->q[i];
        acc[r] = fmaf(x->scale * half_at(panel, r), (float)dot, acc[r]);
        acc[r] = fmaf(half_at(panel + 32, r), x->offset, acc[r]);
    }
}

static void by_blocks(const panel_matmul *m, panel_type type, block_step *step, const uint8_t *panels,
                      const panel_input *x, size_t stride, float *acc) {
    for (size_t b = 0; b < m->k / PANEL_COLUMNS; b++)
        step(m, panels + b * panel_bytes(type), x + b * stride, acc);
}

/* The dot product of row r of block b in a super-block of PANEL_K4, PANEL_K5 or, half h of it, PANEL_K6. */
static int32_t dot_k4(const uint8_t *panel, uint32_t b, uint32_t r, const int8_t *q) {
    return dot_nibbles(panel + PANEL_FIRST_BLOCK + (size_t)b * 256, NULL, q, r);
}

static int32_t dot_k5(const uint8_t *panel, uint32_t b, uint32_t r, const int8_t *q) {
    int32_t dot = 0;
    for (uint32_t i = 0; i < PANEL_COLUMNS; i++)
        dot += five_bits(panel + PANEL_FIRST_BLOCK + (size_t)b * 320, i, r) * q[i];
    return dot;
}

static int32_t dot_k6(const uint8_t *panel, uint32_t b, uint32_t r, const int8_t *q, uint32_t h) {
    int32_t dot = 0;
    for (uint32_t i = 16 * h; i < 16 * h + 16; i++)
        dot += six_bits(panel + PANEL_FIRST_BLOCK + (size_t)b * 384, i, r) * q[i];
    return dot;
}

/* Row r of a super-block against one token, whose blocks are `stride` apart, before the token's scale. */
typedef float super_sum(panel_type type, const uint8_t *panel, uint32_t r, const panel_input *x, size_t stride);

static float sum_with_minima(panel_type type, const uint8_t *panel, uint32_t r, const panel_input *x,
                             size_t stride) {
    const int16_t *totals = x[(PANEL_BLOCKS - 1) * stride].totals;
    float sum = 0;
    int32_t minima = 0;
    for (uint32_t b = 0; b < PANEL_BLOCKS; b++) {
        const int8_t *q = x[b * stride].q;
        int32_t dot = type == PANEL_K4 ? dot_k4(panel, b, r, q) : dot_k5(panel, b, r, q);
        sum = fmaf(panel[PANEL_SUB_SCALES + b * 16 + r], (float)dot, sum);
        minima += panel[PANEL_SUB_MINS + b / 2 * 32 + r * 2 + b % 2] * totals[b];
    }
    sum *= half_at(panel, r);
    return fmaf(-half_at(panel + 32, r), (float)minima, sum);
}

static float sum_of_halves(panel_type type, const uint8_t *panel, uint32_t r, const panel_input *x,
                           size_t stride) {
    (void)type;
    float sum = 0;
    for (uint32_t h = 0; h < 2 * PANEL_BLOCKS; h++) {
        const panel_input *block = x + h / 2 * stride;
        int32_t dot = block->half_start[h % 2] + dot_k6(panel, h / 2, r, block->q, h % 2);
        sum = fmaf((int8_t)panel[PANEL_SUB_SCALES + h * 16 + r], (float)dot, sum);
    }
    return sum * half_at(panel, r);
}

static void by_super_blocks(const panel_matmul *m, panel_type type, super_sum *sum, const uint8_t *panels,
                            const panel_input *x, size_t stride, float *acc) {
    for (size_t s = 0; s < m->k / PANEL_SUPER; s++, x += PANEL_BLOCKS * stride)
        for (uint32_t r = 0; r < PANEL_ROWS; r++)
            acc[r] = fmaf(x->scale, sum(type, panels + s * panel_bytes(type), r, x, stride), acc[r]);
}

static void matmul(const panel_matmul *m, panel_type type, block_step *step, super_sum *sum, uint32_t first,
                   uint32_t last) {
    for (uint32_t g = first; g < last; g++) {
        const uint8_t *panels =
            (const uint8_t *)m->panels + (size_t)g * (m->k / panel_columns(type)) * panel_bytes(type);
        uint32_t row = g * PANEL_ROWS, rows = m->rows - row < PANEL_ROWS ? m->rows - row : PANEL_ROWS;
        for (uint32_t t = 0; t < m->tokens; t++) {
            float acc[PANEL_ROWS] = {0};
            const panel_input *x = m->x + panel_input_first(m->k, t);
            if (step)
                by_blocks(m, type, step, panels, x, panel_run(m->tokens, t), acc);
            else
                by_super_blocks(m, type, sum, panels, x, panel_run(m->tokens, t), acc);
            memcpy(m->y + t * m->y_stride + row, acc, rows * sizeof *acc);
        }
    }
}

#define ENTRY(NAME, TYPE, STEP, SUM)                                                                           \
    void panel_##NAME##_ref(const panel_matmul *m, uint32_t first, uint32_t last) {                            \
        matmul(m, TYPE, STEP, SUM, first, last);                                                               \
    }

ENTRY(u4, PANEL_U4, step_u4, NULL)
ENTRY(u4m, PANEL_U4M, step_u4m, NULL)
ENTRY(u5m, PANEL_U5M, step_u5m, NULL)
ENTRY(u8, PANEL_U8, step_u8, NULL)
ENTRY(k4, PANEL_K4, NULL, sum_with_minima)
ENTRY(k5, PANEL_K5, NULL, sum_with_minima)
ENTRY(k6, PANEL_K6, NULL, sum_of_halves)

/* max |x[i]|, i < n, compared as bit patterns: those of NaN and infinity are above all others. */
static float largest(const float *x, uint32_t n) {
    uint32_t largest_bits = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, x + i, sizeof bits);
        bits &= 0x7fffffff;
        if (bits > largest_bits) largest_bits = bits;
    }
    float value;
    memcpy(&value, &largest_bits, sizeof value);
    return value;
}

static int8_t quantised(float x, float inverse) {
    float ratio = x * inverse;
    ratio = ratio < 127 ? ratio : 127; /* ∞ · 0 becomes 127 */
    return (int8_t)lrintf(ratio > -127 ? ratio : -127);
}

/* A scale as an f16 would keep it, which is what the blocks of activations in ggml hold, but of any size. NaN
 * and infinity stay not finite. */
static float shortened(float scale) {
    uint32_t bits;
    memcpy(&bits, &scale, sizeof bits);
    bits = (bits + 0xfff + (bits >> 13 & 1)) & ~0x1fffu; /* 11 bits, to nearest even */
    float rounded;
    memcpy(&rounded, &bits, sizeof rounded);
    return rounded + (scale - scale);
}

/* q and scale of a block among values of which `most` is the largest magnitude; sum[h] = Σ q of its halves. */
static void quantise_block(panel_input *out, const float *x, float most, int32_t sum[2]) {
    float scale = most / 127, inverse = 127 / most;
    if (scale < FLT_MIN) scale = 0;
    sum[0] = sum[1] = 0;
    for (uint32_t i = 0; i < PANEL_COLUMNS; i++) {
        out->q[i] = scale >= FLT_MIN ? quantised(x[i], inverse) : 0; /* 0 for NaN */
        sum[i / 16] += out->q[i];
    }
    out->scale = scale;
}

void panel_quantise_ref(panel_input *x, uint32_t tokens, uint32_t t, const float *values, uint32_t k) {
    x += panel_input_first(k, t);
    for (uint32_t i = 0; i < k; i += PANEL_COLUMNS, x += panel_run(tokens, t)) {
        int32_t sum[2];
        quantise_block(x, values + i, largest(values + i, PANEL_COLUMNS), sum);
        x->offset = shortened(x->scale * (float)(sum[0] + sum[1]));
        x->scale = shortened(x->scale);
        x->start[0] = -8 * (sum[0] + sum[1]);
        x->start[1] = -16 * (sum[0] + sum[1]);
        x->start[2] = -128 * (sum[0] + sum[1]);
    }
}

void panel_quantise_super_ref(panel_input *x, uint32_t tokens, uint32_t t, const float *values, uint32_t k) {
    size_t step = panel_run(tokens, t);
    x += panel_input_first(k, t);
    for (uint32_t i = 0; i < k; i += PANEL_SUPER) {
        float most = largest(values + i, PANEL_SUPER);
        int16_t *totals = x[(PANEL_BLOCKS - 1) * step].totals;
        for (uint32_t b = 0; b < PANEL_BLOCKS; b++, x += step) {
            int32_t sum[2];
            quantise_block(x, values + i + b * PANEL_COLUMNS, most, sum);
            for (int h = 0; h < 2; h++) x->half_start[h] = -32 * sum[h];
            totals[b] = (int16_t)(sum[0] + sum[1]);
        }
    }
}
