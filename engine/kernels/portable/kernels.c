/* kernels.c: every kernel in C over the lanes of lanes.h. CMake compiles this file once per instruction set;
 * LILA_KERNELS names the table that comes out. This is also the twin that hand-written kernels are held to. */
#include "kernels.h"

#include <math.h>
#include <string.h>

#include "portable/formats.h"
#include "portable/outer.h"
#if defined(__AVX2__)
#include "x86_64/float_tiles.h"
#include "x86_64/outer_tiles.h"
#include "x86_64/panel_tiles.h"
#endif

/* ---- matmul
 *
 * A tile of R weight rows by T tokens keeps R*T accumulators in registers. Whatever the tile, element (t, r) is
 * lane-wise sums over i = 0, 16, 32, …, then lanes_sum, then the sum of the short tail. */
#define TAIL(TYPE)                                                                                             \
    static __attribute__((noinline)) float tail_##TYPE(const uint8_t *row, const float *x, uint32_t i,         \
                                                       uint32_t k) {                                           \
        float sum = 0;                                                                                         \
        for (; i < k; i++) sum += one_##TYPE(row, i) * x[i];                                                   \
        return sum;                                                                                            \
    }

TAIL(f32)
TAIL(f16)
TAIL(bf16)
TAIL(q8_0)
TAIL(q4_0)
TAIL(q4_1)
TAIL(q5_0)
TAIL(q5_1)
TAIL(q4_k)
TAIL(q5_k)
TAIL(q6_k)
TAIL(iq4_nl)

#define TILE_BODY(R, T, LOAD, REST)                                                                            \
    lanes acc[R][T] = {0};                                                                                     \
    uint32_t i = 0;                                                                                            \
    for (; i + LANES <= k; i += LANES) {                                                                       \
        lanes in[T];                                                                                           \
        _Pragma("GCC unroll 4") for (int t = 0; t < T; t++) in[t] = load_f32(x + (size_t)t * x_stride + i);    \
        _Pragma("GCC unroll 4") for (int r = 0; r < R; r++) {                                                  \
            lanes weight = LOAD(w + (size_t)r * w_stride, i);                                                  \
            _Pragma("GCC unroll 4") for (int t = 0; t < T; t++) acc[r][t] += weight * in[t];                   \
        }                                                                                                      \
    }                                                                                                          \
    _Pragma("GCC unroll 4") for (int r = 0; r < R; r++) {                                                      \
        _Pragma("GCC unroll 4") for (int t = 0; t < T; t++) {                                                  \
            float sum = lanes_sum(acc[r][t]);                                                                  \
            if (i < k) sum += REST(w + (size_t)r * w_stride, x + (size_t)t * x_stride, i, k);                  \
            y[(size_t)t * y_stride + r] = sum;                                                                 \
        }                                                                                                      \
    }

#define TILE(NAME, R, T, LOAD, REST)                                                                           \
    static void NAME(const uint8_t *w, size_t w_stride, const float *x, size_t x_stride, uint32_t k, float *y, \
                     size_t y_stride) {                                                                        \
        TILE_BODY(R, T, LOAD, REST)                                                                            \
    }

/* The largest tiles whose accumulators stay in registers. */
#if defined(__AVX512F__)
enum { TILE_ROWS = 4, TILE_TOKENS = 4, PACKED_ROWS = 4 };
#elif defined(__AVX2__)
enum { TILE_ROWS = 2, TILE_TOKENS = 2, PACKED_ROWS = 4 };
#else
enum { TILE_ROWS = 1, TILE_TOKENS = 2, PACKED_ROWS = 2 };
#endif

TILE(tile_full, TILE_ROWS, TILE_TOKENS, row_f32, tail_f32)
TILE(tile_rows, TILE_ROWS, 1, row_f32, tail_f32)
TILE(tile_tokens, 1, TILE_TOKENS, row_f32, tail_f32)
TILE(tile_one, 1, 1, row_f32, tail_f32)

/* `rows` weight rows that are f32 by now, against all tokens. */
static void rows_by_tokens(const kernel_matmul *m, const uint8_t *w, size_t w_stride, uint32_t row,
                           uint32_t rows) {
    uint32_t r_step, t_step;
    for (uint32_t t = 0; t < m->tokens; t += t_step) {
        t_step = m->tokens - t >= TILE_TOKENS ? TILE_TOKENS : 1;
        const float *x = m->x + t * m->x_stride;
        for (uint32_t r = 0; r < rows; r += r_step) {
            r_step = rows - r >= TILE_ROWS ? TILE_ROWS : 1;
            float *y = m->y + t * m->y_stride + row + r;
            if (r_step == TILE_ROWS)
                (t_step == TILE_TOKENS ? tile_full : tile_rows)(w + r * w_stride, w_stride, x, m->x_stride,
                                                                m->k, y, m->y_stride);
            else
                (t_step == TILE_TOKENS ? tile_tokens : tile_one)(w + r * w_stride, w_stride, x, m->x_stride,
                                                                 m->k, y, m->y_stride);
        }
    }
}

/* One token reads each weight once, straight from its packed form; several tokens share an unpacked copy. Both
 * see the same f32 weights in the same order. */
#define MATMUL(TYPE)                                                                                           \
    static void unpack_##TYPE(float *y, const void *row, uint32_t k) {                                         \
        uint32_t i = 0;                                                                                        \
        for (; i + LANES <= k; i += LANES) save_f32(y + i, row_##TYPE(row, i));                                \
        for (; i < k; i++) y[i] = one_##TYPE(row, i);                                                          \
    }                                                                                                          \
    TILE(packed_rows_##TYPE, PACKED_ROWS, 1, row_##TYPE, tail_##TYPE)                                          \
    TILE(packed_one_##TYPE, 1, 1, row_##TYPE, tail_##TYPE)                                                     \
    static void gemv_##TYPE(const kernel_matmul *m, uint32_t first, uint32_t last) {                           \
        const uint8_t *w = (const uint8_t *)m->w;                                                              \
        uint32_t row = first;                                                                                  \
        for (; row + PACKED_ROWS <= last; row += PACKED_ROWS)                                                  \
            packed_rows_##TYPE(w + row * m->w_stride, m->w_stride, m->x, 0, m->k, m->y + row, 0);              \
        for (; row < last; row++) packed_one_##TYPE(w + row * m->w_stride, 0, m->x, 0, m->k, m->y + row, 0);   \
    }                                                                                                          \
    static void matmul_##TYPE(const kernel_matmul *m, uint32_t first, uint32_t last, float *scratch) {         \
        if (m->tokens == 1) {                                                                                  \
            gemv_##TYPE(m, first, last);                                                                       \
            return;                                                                                            \
        }                                                                                                      \
        for (uint32_t row = first, rows; row < last; row += rows) {                                            \
            rows = last - row < KERNEL_ROWS ? last - row : KERNEL_ROWS;                                        \
            for (uint32_t r = 0; r < rows; r++)                                                                \
                unpack_##TYPE(scratch + (size_t)r * m->k, (const uint8_t *)m->w + (row + r) * m->w_stride,     \
                              m->k);                                                                           \
            rows_by_tokens(m, (const uint8_t *)scratch, (size_t)m->k * sizeof(float), row, rows);              \
        }                                                                                                      \
    }

MATMUL(f32)
MATMUL(f16)
MATMUL(bf16)
MATMUL(q8_0)
MATMUL(q4_0)
MATMUL(q4_1)
MATMUL(q5_0)
MATMUL(q5_1)
MATMUL(q4_k)
MATMUL(q5_k)
MATMUL(q6_k)
MATMUL(iq4_nl)

/* ---- parts of attention */

/* tanh z = 1 − 2 / (exp(2z) + 1), to about 1e-7 of 1: small arguments lose relative, not absolute precision. */
static void soft_cap(float *y, uint32_t n, float c) {
    uint32_t i = 0;
    for (; i + LANES <= n; i += LANES)
        save_f32(y + i, c - 2.0f * c / (lanes_exp(load_f32(y + i) * (2.0f / c)) + 1.0f));
    if (i == n) return;
    float rest[LANES] = {0};
    memcpy(rest, y + i, (n - i) * sizeof *y);
    soft_cap(rest, LANES, c);
    memcpy(y + i, rest, (n - i) * sizeof *y);
}

static void store_f32(void *row, const float *x, uint32_t n) {
    memcpy(row, x, n * sizeof *x);
}

static void store_f16(void *row, const float *x, uint32_t n) {
    uint8_t *out = row;
    uint32_t i = 0;
#if defined(__F16C__)
    for (; i + 8 <= n; i += 8)
        _mm_storeu_si128((__m128i *)(out + 2 * (size_t)i), _mm256_cvtps_ph(_mm256_loadu_ps(x + i), 0));
#endif
    for (; i < n; i++) {
        uint16_t h = f32_to_f16(x[i]);
        memcpy(out + 2 * (size_t)i, &h, sizeof h);
    }
}

/* ---- element-wise */

static void rms_norm(float *y, const float *x, const float *w, uint32_t n, float eps) {
    lanes squares = {0};
    uint32_t i = 0;
    for (; i + LANES <= n; i += LANES) squares += load_f32(x + i) * load_f32(x + i);
    float total = lanes_sum(squares);
    for (; i < n; i++) total += x[i] * x[i];
    float scale = 1.0f / sqrtf(total / (float)n + eps);
    for (i = 0; i < n; i++) y[i] = x[i] * scale * w[i];
}

static void rope_adjacent(float *x, const float *rotation, uint32_t pairs) {
    const lanes_i32 evens = {0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14, 14}, odds = evens + 1;
    const lanes_i32 others = {1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14};
    const lanes signs = {-1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1};
    uint32_t i = 0;
    for (; i + LANES <= 2 * pairs; i += LANES) {
        lanes r = load_f32(rotation + i), v = load_f32(x + i);
        lanes c = __builtin_shuffle(r, evens), s = __builtin_shuffle(r, odds) * signs;
        save_f32(x + i, v * c + __builtin_shuffle(v, others) * s);
    }
    for (; i < 2 * pairs; i += 2) {
        float c = rotation[i], s = rotation[i + 1], even = x[i], odd = x[i + 1];
        x[i] = even * c - odd * s;
        x[i + 1] = even * s + odd * c;
    }
}

static void rope_halves(float *x, const float *rotation, uint32_t pairs) {
    const lanes_i32 evens = {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30}, odds = evens + 1;
    uint32_t i = 0;
    for (; i + LANES <= pairs; i += LANES) {
        lanes r0 = load_f32(rotation + 2 * i), r1 = load_f32(rotation + 2 * i + LANES);
        lanes c = __builtin_shuffle(r0, r1, evens), s = __builtin_shuffle(r0, r1, odds);
        lanes low = load_f32(x + i), high = load_f32(x + i + pairs);
        save_f32(x + i, low * c - high * s);
        save_f32(x + i + pairs, low * s + high * c);
    }
    for (; i < pairs; i++) {
        float c = rotation[2 * i], s = rotation[2 * i + 1], low = x[i], high = x[i + pairs];
        x[i] = low * c - high * s;
        x[i + pairs] = low * s + high * c;
    }
}

INLINE lanes silu(lanes z) {
    return z / (1.0f + lanes_exp(-z));
}

INLINE lanes gelu(lanes z) {
    return z / (1.0f + lanes_exp(-1.5957691216f * (z + 0.044715f * z * z * z)));
}

#define GATE(NAME, ACTIVATION)                                                                                 \
    static void NAME(float *gate, const float *up, uint32_t n) {                                               \
        uint32_t i = 0;                                                                                        \
        for (; i + LANES <= n; i += LANES)                                                                     \
            save_f32(gate + i, ACTIVATION(load_f32(gate + i)) * load_f32(up + i));                             \
        if (i == n) return;                                                                                    \
        float z[LANES] = {0}, u[LANES] = {0};                                                                  \
        memcpy(z, gate + i, (n - i) * sizeof *z);                                                              \
        memcpy(u, up + i, (n - i) * sizeof *u);                                                                \
        NAME(z, u, LANES);                                                                                     \
        memcpy(gate + i, z, (n - i) * sizeof *z);                                                              \
    }

GATE(swiglu, silu)
GATE(geglu, gelu)

static void scale(float *y, const float *x, const void *s, uint32_t n) {
    const uint8_t *halves = s;
    uint32_t i = 0;
    for (; i + LANES <= n; i += LANES) save_f32(y + i, load_f32(x + i) * load_f16(halves + 2 * (size_t)i));
    for (; i < n; i++) y[i] = x[i] * f16_to_f32(halves + 2 * (size_t)i);
}

static void blend(float *y, const float *x, uint32_t n, float a, float b) {
    for (uint32_t i = 0; i < n; i++) y[i] = a * y[i] + b * x[i];
}

static void add(float *y, const float *x, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) y[i] += x[i];
}

#if defined(__AVX512F__)
/* float_pair, sixteen columns at a time where there are so many. */
static void pair_columns(float *x, uint32_t tokens, uint32_t t, const float *row, uint32_t k) {
    size_t step = (size_t)float_run(tokens, t) * 4;
    uint32_t whole = k / LANES * LANES;
    if (whole < k) float_pair(x, tokens, t, row, k);
    x += float_first(float_pairs(k), t);
    for (uint32_t i = 0; i < whole; i += LANES, x += 2 * step) {
        lanes_u16 halves = lanes_to_bf16(load_f32(row + i));
        memcpy(x, &halves, sizeof halves / 2);
        memcpy(x + step, (const uint8_t *)&halves + sizeof halves / 2, sizeof halves / 2);
    }
}
#endif

#define TEXT_OF(name) #name
#define TEXT(name)    TEXT_OF(name)

/* PANELS, FLOATS, BRAIN (those of BF16) and OUTER: the suffixes of kernels that come from elsewhere. */
#define TABLE(NAME, PANELS, FLOATS, FLOAT_PANELS, BRAIN, PAIR, OUTER)                                          \
    extern const kernels NAME;                                                                                 \
    const kernels NAME = {                                                                                     \
        .name = TEXT(NAME),                                                                                    \
        .unpack = {unpack_f32, unpack_f16, unpack_bf16, unpack_q8_0, unpack_q4_0, unpack_q4_1, unpack_q5_0,    \
                   unpack_q5_1, unpack_q4_k, unpack_q5_k, unpack_q6_k, unpack_iq4_nl},                         \
        .matmul = {matmul_f32, matmul_f16, matmul_bf16, matmul_q8_0, matmul_q4_0, matmul_q4_1, matmul_q5_0,    \
                   matmul_q5_1, matmul_q4_k, matmul_q5_k, matmul_q6_k, matmul_iq4_nl},                         \
        .panel = {panel_u4_##PANELS, panel_u4m_##PANELS, panel_u5m_##PANELS, panel_u8_##PANELS,                \
                  panel_k4_##PANELS, panel_k5_##PANELS, panel_k6_##PANELS},                                    \
        .floats = {float_f32_##FLOATS, float_f16_##FLOATS, float_bf16_##BRAIN},                                \
        .float_panels = FLOAT_PANELS,                                                                          \
        .pair = PAIR,                                                                                          \
        .quantise = panel_quantise_##PANELS,                                                                   \
        .quantise_super = panel_quantise_super_##PANELS,                                                       \
        .outer = {outer_f32_##OUTER, outer_f16_##OUTER, outer_i8_##OUTER},                                     \
        .scale = scale,                                                                                        \
        .softmax = softmax_##OUTER,                                                                            \
        .blend = blend,                                                                                        \
        .store = {store_f32, store_f16},                                                                       \
        .rms_norm = rms_norm,                                                                                  \
        .rope = {rope_adjacent, rope_halves},                                                                  \
        .swiglu = swiglu,                                                                                      \
        .geglu = geglu,                                                                                        \
        .soft_cap = soft_cap,                                                                                  \
        .add = add,                                                                                            \
    };

#if defined(__AVX512F__)
TABLE(LILA_KERNELS, avx2, avx512, 1 << FLOAT_F16, avx512, NULL, avx512)
TABLE(kernels_avx512vnni, vnni, avx512, 1 << FLOAT_F16, avx512, NULL, avx512)
TABLE(kernels_avx512bf16, vnni, avx512, 1 << FLOAT_F16 | 1 << FLOAT_BF16, avx512bf16, pair_columns, avx512)
#elif defined(__AVX2__)
TABLE(LILA_KERNELS, avx2, avx2, 1 << FLOAT_F16, avx2, NULL, avx2)
#else
TABLE(LILA_KERNELS, ref, ref, 0, ref, NULL, ref)
#endif
