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

/* Column i of row r of a PANEL_U5M. */
static int32_t five_bits(const uint8_t *panel, uint32_t i, uint32_t r) {
    uint32_t group = i % 16 / 4, bit = i / 16 * 4 + group;
    return nibble_at(panel + 64, i, r) | (panel[320 + r * 4 + i % 4] >> bit & 1) << 4;
}

/* Column i of row r of a PANEL_U6. */
static int32_t six_bits(const uint8_t *panel, uint32_t i, uint32_t r) {
    uint32_t group = i % 16 / 4, bit = group % 2 * 4 + i / 16 * 2;
    return nibble_at(panel + 64, i, r) | (panel[320 + group / 2 * 64 + r * 4 + i % 4] >> bit & 3) << 4;
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
        for (uint32_t i = 0; i < PANEL_COLUMNS; i++) dot += five_bits(panel, i, r) * x->q[i];
        acc[r] = fmaf(x->scale * half_at(panel, r), (float)dot, acc[r]);
        acc[r] = fmaf(half_at(panel + 32, r), x->offset, acc[r]);
    }
}

static void step_u6(const panel_matmul *m, const uint8_t *panel, const panel_input *x, float *acc) {
    (void)m;
    for (uint32_t r = 0; r < PANEL_ROWS; r++)
        for (uint32_t h = 0; h < 2; h++) {
            int32_t dot = x->half_start[h];
            for (uint32_t i = 16 * h; i < 16 * h + 16; i++) dot += six_bits(panel, i, r) * x->q[i];
            acc[r] = fmaf(x->scale * half_at(panel + 32 * h, r), (float)dot, acc[r]);
        }
}

static void matmul(const panel_matmul *m, panel_type type, block_step *step, uint32_t first, uint32_t last) {
    size_t blocks = m->k / PANEL_COLUMNS;
    for (uint32_t g = first; g < last; g++) {
        const uint8_t *panels = (const uint8_t *)m->panels + g * blocks * panel_bytes(type);
        uint32_t row = g * PANEL_ROWS, rows = m->rows - row < PANEL_ROWS ? m->rows - row : PANEL_ROWS;
        for (uint32_t t = 0; t < m->tokens; t++) {
            float acc[PANEL_ROWS] = {0};
            const panel_input *x = m->x + panel_input_first(m->k, t);
            for (size_t b = 0; b < blocks; b++)
                step(m, panels + b * panel_bytes(type), x + b * panel_run(m->tokens, t), acc);
            memcpy(m->y + t * m->y_stride + row, acc, rows * sizeof *acc);
        }
    }
}

#define ENTRY(NAME, TYPE)                                                                                      \
    void panel_##NAME##_ref(const panel_matmul *m, uint32_t first, uint32_t last) {                            \
        matmul(m, TYPE, step_##NAME, first, last);                                                             \
    }

ENTRY(u4, PANEL_U4)
ENTRY(u4m, PANEL_U4M)
ENTRY(u5m, PANEL_U5M)
ENTRY(u6, PANEL_U6)
ENTRY(u8, PANEL_U8)

/* max |x|, compared as bit patterns: those of NaN and infinity are above all others. */
static float largest(const float *x) {
    uint32_t largest_bits = 0;
    for (uint32_t i = 0; i < PANEL_COLUMNS; i++) {
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

static void quantise_block(panel_input *out, const float *x) {
    float most = largest(x), scale = most / 127, inverse = 127 / most;
    if (scale < FLT_MIN) scale = 0;
    int32_t sum[2] = {0, 0};
    for (uint32_t i = 0; i < PANEL_COLUMNS; i++) {
        out->q[i] = scale >= FLT_MIN ? quantised(x[i], inverse) : 0; /* 0 for NaN */
        sum[i / 16] += out->q[i];
    }
    out->scale = scale;
    out->sum = sum[0] + sum[1];
    out->offset = scale * (float)out->sum;
    for (int h = 0; h < 2; h++) out->half_start[h] = -32 * sum[h];
    out->start[0] = -8 * out->sum;
    out->start[1] = -16 * out->sum;
    out->start[2] = -128 * out->sum;
}

void panel_quantise_ref(panel_input *x, uint32_t tokens, uint32_t t, const float *values, uint32_t k) {
    x += panel_input_first(k, t);
    for (uint32_t i = 0; i < k; i += PANEL_COLUMNS, x += panel_run(tokens, t)) quantise_block(x, values + i);
}
