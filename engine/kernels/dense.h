/* dense.h: the arithmetic of encoders in f32, behind a table of its own for each instruction set.
 *
 * The contract is that of kernels.h: pure functions, unaligned arrays are fine, and each result is added up in
 * an order that depends on the lengths of the sums alone, so that neither the texts that share a batch nor the
 * number of threads changes a bit of it.
 *
 * A weight matrix W [rows][k] is packed in groups of 16 rows, column by column:
 *
 *   [⌈rows / 16⌉][k][16]      rows padded with zeros
 *
 * so that one load gives 16 rows' weights of one column, to be multiplied by one activation: no shuffles and no
 * sums across lanes. */
#ifndef LILA_DENSE_H
#define LILA_DENSE_H

#include <stddef.h>
#include <stdint.h>

enum { DENSE_ROWS = 16 };

static inline uint32_t dense_groups(uint32_t rows) {
    return rows / DENSE_ROWS + (rows % DENSE_ROWS != 0);
}

/* Floats of a packed matrix. */
static inline size_t dense_floats(uint32_t rows, uint32_t k) {
    return (size_t)dense_groups(rows) * DENSE_ROWS * k;
}

/* One product y = x Wᵀ + bias. */
typedef struct dense_product {
    const float *w;    /* packed [⌈rows / 16⌉][k][16] */
    const float *bias; /* [⌈rows / 16⌉ * 16], or NULL for none */
    const float *x;    /* [tokens][k], row t at x + t * x_stride */
    size_t x_stride;   /* floats */
    float *y;          /* [tokens][rows], element (t, r) at y + t * y_stride + r */
    size_t y_stride;   /* floats */
    uint32_t k, rows, tokens;
} dense_product;

/* One head of one text, every token seeing all of them. Row t of q, k and v is at + t * stride. */
typedef struct dense_attention {
    const float *q, *k, *v; /* [tokens][head] */
    size_t stride;          /* floats */
    float *out;             /* [tokens][head], row t at out + t * out_stride */
    size_t out_stride;      /* floats */
    float *scratch;         /* [dense_attention_floats(tokens, head)] */
    uint32_t tokens, head;
    float scale; /* 1 / sqrt(head) */
} dense_attention;

enum { DENSE_QUERIES = 48 }; /* whose scores are held at once */

static inline size_t dense_attention_floats(uint32_t tokens, uint32_t head) {
    return dense_floats(tokens, head) + dense_floats(head, tokens) + dense_floats(tokens, DENSE_QUERIES);
}

typedef struct dense_kernels {
    const char *name;

    /* y[t][r] = bias[r] + Σ_i W[r][i] · x[t][i] for all t and the rows of groups [first, last). */
    void (*product)(const dense_product *p, uint32_t first, uint32_t last);

    /* s[t][p] = scale · q[t]·k[p];  a[t] = softmax over p of s[t];  out[t] = Σ_p a[t][p] · v[p]. */
    void (*attention)(const dense_attention *a);

    /* x[i] = x[i] · Φ(x[i]), Φ(z) = (1 + erf(z / √2)) / 2, i < n; to 3e-7 · max(1, |x|). */
    void (*gelu)(float *x, uint32_t n);

    /* z = x + y (z = x where y is NULL);  x[i] = (z[i] − mean(z)) / sqrt(var(z) + eps) · gain[i] + bias[i], i <
     * n. */
    void (*add_norm)(float *x, const float *y, const float *gain, const float *bias, uint32_t n, float eps);
} dense_kernels;

/* panels = W [rows][k] packed, row r at w + r * stride floats. */
void dense_pack(float *panels, const float *w, size_t stride, uint32_t rows, uint32_t k);

/* The table for the features that kernels_select used. */
const dense_kernels *dense_select(uint32_t used);

#endif
