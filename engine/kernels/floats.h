/* floats.h: products with matrices of F32, F16 or BF16, read as they lie in the file or out of panels.
 *
 * Of rows, the kernels turn 16 by FLOAT_BLOCK columns at a time into f32 columns of 16 rows, in the L1 cache,
 * and pass all tokens over them. Panels of F16 and of pairs of BF16 are such columns already.
 *
 * The result is, for each token t and row r, exactly this, in f32, blocks of FLOAT_BLOCK columns in ascending
 * order, the last one filled up with zeros to a multiple of 4:
 *
 *   sum = 0;  for the columns of the block, ascending: sum = fma(w[r][i], x[t][i], sum)
 *   y = y + sum, from y = 0
 *
 * It depends on k alone, never on the tokens or rows that share a call, and is the same in every table.
 *
 * A table whose processor multiplies pairs of BF16 (kernels.pair) does products with BF16 in another way: the
 * activations are rounded to BF16, a pair of columns takes the place of a column, and a pair of weights (w0,
 * w1) by one of activations (x0, x1) that of the fma: sum = (sum + w1 · x1) + w0 · x0, each addition rounded,
 * subnormal numbers taken for zero and given as zero. What is left of an odd k is filled up with zero. */
#ifndef LILA_FLOATS_H
#define LILA_FLOATS_H

#include <stddef.h>
#include <stdint.h>

typedef enum float_type { FLOAT_F32, FLOAT_F16, FLOAT_BF16, FLOAT_TYPES } float_type;

enum { FLOAT_BLOCK = 128, FLOAT_RUN = 12 };

/* Activations lie in runs of 12 tokens that one tile of a kernel reads from start to end,
 * [run][⌈k / 4⌉][token of the run][4 columns]; the last run is as short as the tokens that are left. */

/* Floats of a token, those of the padding included. */
static inline uint32_t float_padded(uint32_t k) {
    return (k + 3) / 4 * 4;
}

/* Tokens in the run of token t. Four columns of it lie 4 * float_run floats from its next four. */
static inline uint32_t float_run(uint32_t tokens, uint32_t t) {
    uint32_t left = tokens - t / FLOAT_RUN * FLOAT_RUN;
    return left < FLOAT_RUN ? left : FLOAT_RUN;
}

/* Index of the first float of token t. */
static inline size_t float_first(uint32_t k, uint32_t t) {
    return (size_t)(t - t % FLOAT_RUN) * float_padded(k) + (size_t)(t % FLOAT_RUN) * 4;
}

/* Pairs of a token of k BF16. They lie in x like so many floats. */
static inline uint32_t float_pairs(uint32_t k) {
    return k / 2 + k % 2;
}

/* Token t of x, float_padded(k) floats for each token, = row[k]. */
void float_arrange(float *x, uint32_t tokens, uint32_t t, const float *row, uint32_t k);

/* Token t of x as pairs of BF16, the first of a pair in the lower half, rounded to nearest even: row[k]. */
void float_pair(float *x, uint32_t tokens, uint32_t t, const float *row, uint32_t k);

/* One product y = x Wᵀ. */
typedef struct float_matmul {
    const void *w;   /* [rows][k], row r at w + r * w_stride bytes */
    size_t w_stride; /* bytes */
    const float
        *x;   /* of all tokens, as float_arrange or float_pair writes them; best at a multiple of 64 bytes */
    float *y; /* [tokens][rows], element (t, r) at y + t * y_stride + r */
    size_t y_stride; /* floats */
    uint32_t k, tokens;
    const void *panels; /* w as panels (panels.h), at a multiple of 64 bytes, which are then read in its stead,
                           from a multiple of 16 rows on; NULL: none, as for a table that doesn't read them */
} float_matmul;

/* y[t][r] = Σ_i W[r][i] · x[t][i] for all t and the rows [first, last). */
typedef void float_kernel(const float_matmul *m, uint32_t first, uint32_t last);

/* The scalar twins, what every other implementation is held to. */
float_kernel float_f32_ref, float_f16_ref, float_bf16_ref, float_bf16_pairs_ref;

/* w[row][column], exact. */
float float_at(const float_matmul *m, float_type type, uint32_t row, uint32_t column);

#endif
