/* kernels.h: the arithmetic of the engine behind one table of function pointers per instruction set.
 *
 * Contract of every kernel here:
 *   - it is a pure function of its arguments: no state, no allocation, any thread;
 *   - arrays are row-major with the last index fastest, f32 unless said otherwise, unaligned is allowed;
 *   - each output element is computed in an order of additions that depends only on the lengths of the sums,
 *     never on how many rows or tokens share the call. That makes a warm continuation bit-equal to a cold one
 *     and a result independent of the number of threads. Two tables may differ from each other by rounding.
 *
 * Weight matrices W are [rows][k] in a GGUF type; portable/formats.h describes the blocks of each quantised
 * one. k is a multiple of a block: 256 for the _K types, 32 for the other quantised ones.
 */
#ifndef LILA_KERNELS_H
#define LILA_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "floats.h"
#include "panels.h"

typedef enum kernel_type {
    KERNEL_F32,
    KERNEL_F16,
    KERNEL_BF16,
    KERNEL_Q8_0,
    KERNEL_Q4_0,
    KERNEL_Q4_1,
    KERNEL_Q5_0,
    KERNEL_Q5_1,
    KERNEL_Q4_K,
    KERNEL_Q5_K,
    KERNEL_Q6_K,
    KERNEL_IQ4_NL,
    KERNEL_TYPES
} kernel_type;

/* One product y = x Wᵀ. */
typedef struct kernel_matmul {
    const void *w;   /* [rows][k], row r at w + r * w_stride bytes */
    size_t w_stride; /* bytes */
    const float *x;  /* [tokens][k], row t at x + t * x_stride */
    size_t x_stride; /* floats */
    float *y;        /* [tokens][rows], element (t, r) at y + t * y_stride + r */
    size_t y_stride; /* floats */
    uint32_t k, tokens;
} kernel_matmul;

/* Types of a KV cache, numbered like LILA_KV_CACHE_*. */
enum { CACHE_F32, CACHE_F16, CACHE_Q8_0, CACHE_TYPES };

/* One product y = a b of a few rows by 32 columns, b being a piece of a KV cache. */
enum { OUTER_COLUMNS = 32 };
typedef struct kernel_outer {
    const float *a;  /* [rows][count], row r at a + r * a_stride */
    size_t a_stride; /* floats */
    const void *b;   /* [count][32] without gaps: f32, f16, or int8 for CACHE_Q8_0 */
    float *y;        /* [rows][32], row r at y + r * y_stride */
    size_t y_stride; /* floats */
    uint32_t rows, count;
} kernel_outer;

/* What softmax puts for a row that nothing is visible in: below every score, and finite. */
static const float SOFTMAX_FLOOR = -1e30f;

/* Rows that one pass of matmul unpacks into its scratch. */
enum { KERNEL_ROWS = 4 };

typedef struct kernels {
    const char *name;

    /* W[row][0..k) as f32: y[i] = W[i]. */
    void (*unpack[KERNEL_TYPES])(float *y, const void *row, uint32_t k);

    /* y[t][r] = Σ_i W[r][i] · x[t][i] for r in [first, last), all t. scratch: floats [KERNEL_ROWS * k]. */
    void (*matmul[KERNEL_TYPES])(const kernel_matmul *m, uint32_t first, uint32_t last, float *scratch);

    /* y[t][r] = Σ_i W[r][i] · x[t][i] over quantised panels and activations, rows in groups of 16: panels.h. */
    panel_kernel *panel[PANEL_QUANTISED];

    /* y[t][r] = Σ_i W[r][i] · x[t][i] over rows of F32, F16 and BF16 and arranged activations: floats.h. */
    float_kernel *floats[FLOAT_TYPES];

    /* 1 << FLOAT_*: floats[FLOAT_*] reads panels where there are some. */
    uint32_t float_panels;

    /* (x[2 i], x[2 i + 1]) = row[2 i], row[2 i + 1] as BF16: token t of what floats[FLOAT_BF16] reads,
     * float_pair. NULL: that reads x as float_arrange writes it, like the others. */
    void (*pair)(float *x, uint32_t tokens, uint32_t t, const float *row, uint32_t k);

    /* x.q[i] = round(values[i] / x.scale) in blocks of 32, and the sums that panel needs: panels.h. */
    panel_quantise *quantise;

    /* x.q[i] = round(values[i] / x.scale) in super-blocks of 256, and the sums that those panels need:
     * panels.h. */
    panel_quantise *quantise_super;

    /* y[r][c] = Σ_i a[r][i] · b[i][c], i in order. Indexed by CACHE_*. */
    void (*outer[CACHE_TYPES])(const kernel_outer *o);

    /* y[i] = x[i] · s[i], i < n, s f16: puts the scales of a q8_0 cache into a of outer. */
    void (*scale)(float *y, const float *x, const void *s, uint32_t n);

    /* s[i] = exp(s[i] − m), i < n, n a multiple of 16; m = max(s, SOFTMAX_FLOOR); sums = {m, Σ s[i] after}.
     * What is below m − 87 becomes 0, −∞ included; a NaN stays one. exp is within 2 ulp. A multiple of 16
     * elements of −∞ at either end changes no bit of the rest. */
    void (*softmax)(float *s, uint32_t n, float sums[2]);

    /* y[i] = a · y[i] + b · x[i], i < n; exactly y for (1, 0) and exactly x for (0, 1), where all are finite.
     */
    void (*blend)(float *y, const float *x, uint32_t n, float a, float b);

    /* row[i] = x[i], rounded to nearest even, i < n. Indexed by CACHE_F32 and CACHE_F16. */
    void (*store[2])(void *row, const float *x, uint32_t n);

    /* y[i] = x[i] · w[i] / sqrt(mean(x²) + eps), i < n. y may be x. */
    void (*rms_norm)(float *y, const float *x, const float *w, uint32_t n, float eps);

    /* Rotates the pairs of one head in place: with (c, s) = rotation[i], i < pairs, and (a, b) the elements
     * (2i, 2i + 1) in [0], (i, i + pairs) in [1]:  (a, b) = (a·c − b·s, a·s + b·c). */
    void (*rope[2])(float *x, const float *rotation, uint32_t pairs);

    /* gate[i] = silu(gate[i]) · up[i], silu(z) = z / (1 + exp(−z)), i < n. */
    void (*swiglu)(float *gate, const float *up, uint32_t n);

    /* gate[i] = gelu(gate[i]) · up[i], gelu(z) = z / (1 + exp(−2 √(2/π) (z + 0.044715 z³))), i < n. */
    void (*geglu)(float *gate, const float *up, uint32_t n);

    /* y[i] = c · tanh(y[i] / c), i < n. */
    void (*soft_cap)(float *y, uint32_t n, float c);

    /* y[i] += x[i], i < n. */
    void (*add)(float *y, const float *x, uint32_t n);
} kernels;

/* LILA_CPU_* bits that this CPU and its operating system offer. */
uint32_t kernels_cpu_features(void);

/* The best table whose instructions are all in `features`, which is first ANDed with what the CPU has and with
 * the number in the environment variable LILA_CPU_MASK, if set. `used` gets the bits of the table chosen. */
const kernels *kernels_select(uint32_t features, uint32_t *used);

/* ggml type number of a tensor to kernel_type; KERNEL_TYPES when there is none. */
kernel_type kernels_type(uint32_t gguf_type);

#endif
