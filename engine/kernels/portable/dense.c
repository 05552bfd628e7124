/* dense.c: the kernels of dense.h in C. CMake compiles this file once per instruction set; LILA_DENSE names the
 * table that comes out. */
#include "dense.h"

#include <math.h>
#include <stdbool.h>

#include "portable/vec.h"

/* ---- product
 *
 * A tile of VECTORS of rows by TOKENS keeps its accumulators in registers: 24 of AVX-512's
 * 32, 12 of AVX2's 16, 8 elsewhere. Each element is bias + w₀x₀ + w₁x₁ + …, in this order, whatever the tile.
 */
#if defined(__AVX512F__)
enum { VECTORS = 4, TOKENS = 6 };
#elif defined(__AVX2__)
enum { VECTORS = 2, TOKENS = 6 };
#else
enum { VECTORS = 4, TOKENS = 2 };
#endif
enum { PARTS = DENSE_ROWS / WIDTH, TILE_GROUPS = VECTORS / PARTS };

/* The first n lanes of v at y. */
static __attribute__((noinline)) void save_some(float *y, vec v, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) y[i] = v[i];
}

INLINE void save_rows(float *y, vec v, uint32_t row, uint32_t rows) {
    if (row + WIDTH <= rows)
        *(vec_unaligned *)(y + row) = v;
    else if (row < rows)
        save_some(y + row, v, rows - row);
}

/* `vectors` of the rows from group g on, by `tokens` tokens from t on; both known when this is compiled. */
INLINE void tile(const dense_product *p, uint32_t g, uint32_t t, const float *ahead, const int vectors,
                 const int tokens) {
    size_t group = (size_t)p->k * DENSE_ROWS;
    const float *w = p->w + g * group, *x = p->x + t * p->x_stride;
    vec acc[VECTORS][TOKENS];
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
        vec start = {0};
        if (p->bias) start = load_vec(p->bias + (size_t)g * DENSE_ROWS + v * WIDTH);
#pragma GCC unroll 8
        for (int j = 0; j < tokens; j++) acc[v][j] = start;
    }
    for (uint32_t i = 0; i < p->k; i++) {
        __builtin_prefetch(ahead + (size_t)i * DENSE_ROWS, 0, 2);
        vec weight[VECTORS];
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++)
            weight[v] = load_vec(w + v / PARTS * group + (size_t)i * DENSE_ROWS + v % PARTS * WIDTH);
#pragma GCC unroll 8
        for (int j = 0; j < tokens; j++) {
            float in = x[(size_t)j * p->x_stride + i];
#pragma GCC unroll 8
            for (int v = 0; v < vectors; v++) acc[v][j] += weight[v] * in;
        }
    }
#pragma GCC unroll 8
    for (int j = 0; j < tokens; j++)
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++)
            save_rows(p->y + (t + j) * p->y_stride, acc[v][j], g * DENSE_ROWS + v * WIDTH, p->rows);
}

typedef void tile_function(const dense_product *p, uint32_t g, uint32_t t, const float *ahead);

#define TILE(T)                                                                                                \
    static void wide_##T(const dense_product *p, uint32_t g, uint32_t t, const float *ahead) {                 \
        tile(p, g, t, ahead, VECTORS, T);                                                                      \
    }                                                                                                          \
    static void narrow_##T(const dense_product *p, uint32_t g, uint32_t t, const float *ahead) {               \
        tile(p, g, t, ahead, PARTS, T);                                                                        \
    }

TILE(1)
TILE(2)
#if defined(__AVX2__)
TILE(3)
TILE(4)
TILE(5)
TILE(6)
static tile_function *const wide[] = {wide_1, wide_2, wide_3, wide_4, wide_5, wide_6};
static tile_function *const narrow[] = {narrow_1, narrow_2, narrow_3, narrow_4, narrow_5, narrow_6};
#else
static tile_function *const wide[] = {wide_1, wide_2};
static tile_function *const narrow[] = {narrow_1, narrow_2};
#endif

/* All tokens in tiles that differ by one at most, so that none is left with a narrow one. Each tile fetches one
 * group's weights of those that come next: they lie in memory, and what is fetched early costs no wait. */
static void groups_by_tokens(const dense_product *p, uint32_t g, uint32_t groups) {
    tile_function *const *by_tokens = groups == TILE_GROUPS ? wide : narrow;
    uint32_t tiles = (p->tokens + TOKENS - 1) / TOKENS;
    size_t group = (size_t)p->k * DENSE_ROWS;
    uint32_t all = dense_groups(p->rows);
    for (uint32_t i = 0, t = 0, end; i < tiles; i++, t = end) {
        end = (uint32_t)((uint64_t)p->tokens * (i + 1) / tiles);
        uint32_t fetched = i < TILE_GROUPS && g + groups + i < all ? g + groups + i : g;
        by_tokens[end - t - 1](p, g, t, p->w + fetched * group);
    }
}

static void product(const dense_product *p, uint32_t first, uint32_t last) {
    for (uint32_t g = first, step; g < last; g += step) {
        step = last - g >= TILE_GROUPS ? TILE_GROUPS : 1;
        groups_by_tokens(p, g, step);
    }
}

/* ---- attention */

/* row[0 … n) becomes its softmax; n a multiple of LANES, `real` of them count. */
static void softmax(float *row, uint32_t n, uint32_t real, float scale) {
    for (uint32_t i = real; i < n; i++) row[i] = -INFINITY;
    lanes most = load_f32(row);
    for (uint32_t i = LANES; i < n; i += LANES) {
        lanes x = load_f32(row + i);
        most = lanes_select(x > most, x, most);
    }
    float max = most[0];
    for (uint32_t i = 1; i < LANES; i++) max = most[i] > max ? most[i] : max;
    lanes sums = {0};
    for (uint32_t i = 0; i < n;
         i += LANES) { /* those that don't count give exp(-87), nothing beside the largest's 1 */
        lanes e = lanes_exp((load_f32(row + i) - max) * scale);
        save_f32(row + i, e);
        sums += e;
    }
    float total = lanes_sum(sums);
    for (uint32_t i = 0; i < n; i += LANES) save_f32(row + i, load_f32(row + i) / total);
}

/* panels = the transpose of w [k][rows] packed. */
static void pack_columns(float *panels, const float *w, size_t stride, uint32_t rows, uint32_t k) {
    for (uint32_t row = 0; row < rows; row += DENSE_ROWS) {
        uint32_t real = rows - row < DENSE_ROWS ? rows - row : DENSE_ROWS;
        for (uint32_t i = 0; i < k; i++, panels += DENSE_ROWS) {
            const float *from = w + i * stride + row;
            if (real == DENSE_ROWS)
                save_f32(panels, load_f32(from));
            else
                for (uint32_t r = 0; r < DENSE_ROWS; r++) panels[r] = r < real ? from[r] : 0;
        }
    }
}

static void attention(const dense_attention *a) {
    uint32_t groups = dense_groups(a->tokens), padded = groups * DENSE_ROWS;
    float *keys = a->scratch, *values = keys + dense_floats(a->tokens, a->head),
          *scores = values + dense_floats(a->head, a->tokens);
    dense_pack(keys, a->k, a->stride, a->tokens, a->head);
    pack_columns(values, a->v, a->stride, a->head, a->tokens);
    for (uint32_t t = 0, n; t < a->tokens; t += n) {
        n = a->tokens - t < DENSE_QUERIES ? a->tokens - t : DENSE_QUERIES;
        dense_product s = {keys,      NULL, a->q + t * a->stride, a->stride, scores, padded, a->head,
                           a->tokens, n}; /* [n][tokens] */
        dense_product mixed = {values,        NULL,      scores,  padded, a->out + t * a->out_stride,
                               a->out_stride, a->tokens, a->head, n}; /* [n][head] */
        product(&s, 0, groups);
        for (uint32_t i = 0; i < n; i++) softmax(scores + (size_t)i * padded, padded, a->tokens, a->scale);
        product(&mixed, 0, dense_groups(a->head));
    }
}

/* ---- element-wise */

/* erf by Abramowitz and Stegun 7.1.26, within 1.5e-7: 1 − (a₁t + … + a₅t⁵) exp(−z²), t = 1 / (1 + pz), z ≥ 0.
 */
INLINE vec erf_positive(vec z) {
    vec t = 1.0f / (1.0f + 0.3275911f * z);
    vec p = vec_splat(1.061405429f);
    p = p * t - 1.453152027f;
    p = p * t + 1.421413741f;
    p = p * t - 0.284496736f;
    p = p * t + 0.254829592f;
    return 1.0f - p * t * vec_exp(-z * z);
}

INLINE vec gelu_of(vec x) {
    vec z = x * 0.70710678f, size = vec_select(z < 0, -z, z), e = erf_positive(size);
    return 0.5f * x * (1.0f + vec_select(z < 0, -e, e));
}

static void gelu(float *x, uint32_t n) {
    uint32_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) *(vec_unaligned *)(x + i) = gelu_of(load_vec(x + i));
    if (i == n) return;
    float rest[WIDTH] = {0};
    memcpy(rest, x + i, (n - i) * sizeof *x);
    *(vec_unaligned *)rest = gelu_of(load_vec(rest));
    memcpy(x + i, rest, (n - i) * sizeof *x);
}

/* Σ (x[i] − centre)², or Σ x[i] with `square` off. */
INLINE float total_of(const float *x, uint32_t n, float centre, bool square) {
    lanes sums = {0};
    uint32_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        lanes v = load_f32(x + i) - centre;
        sums += square ? v * v : v;
    }
    float total = lanes_sum(sums);
    for (; i < n; i++) total += square ? (x[i] - centre) * (x[i] - centre) : x[i] - centre;
    return total;
}

static void add_norm(float *x, const float *y, const float *gain, const float *bias, uint32_t n, float eps) {
    for (uint32_t i = 0; y && i < n; i++) x[i] += y[i];
    float mean = total_of(x, n, 0, false) / (float)n;
    float scale = 1.0f / sqrtf(total_of(x, n, mean, true) / (float)n + eps);
    for (uint32_t i = 0; i < n; i++) x[i] = (x[i] - mean) * scale * gain[i] + bias[i];
}

#define TEXT_OF(name) #name
#define TEXT(name)    TEXT_OF(name)

extern const dense_kernels LILA_DENSE;
const dense_kernels LILA_DENSE = {TEXT(LILA_DENSE), product, attention, gelu, add_norm};
