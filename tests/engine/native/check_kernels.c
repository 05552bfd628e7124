/* check_kernels.c: every kernel of every table that this CPU runs, against a scalar reference in double.
 *
 *   check_kernels [CPU_MASK]
 *
 * Random and edge sizes; guard bytes around every output; tiles and tokens split in every way must give the
 * same bits. The first failure of each check is printed with its parameters; the exit status counts them. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gguf.h"
#include "kernels.h"
#include "lila_engine.h"

enum { GUARD = 64, GUARD_BYTE = 0xa5, MAX_K = 512, MAX_ROWS = 24, MAX_TOKENS = 11 };

static const kernels *table;
static int failures;

#define FAIL(...) (failures++, printf("%s: ", table->name), printf(__VA_ARGS__), putchar('\n'))

static uint64_t state = 42;

static float uniform(void) { /* [-1, 1) */
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (float)((double)(state >> 33) / (1u << 30) - 1.0);
}

/* floats [n] with guard bytes on both sides; check_guard aborts nothing, it counts. */
static float *guarded(size_t n) {
    uint8_t *p = malloc(n * sizeof(float) + 2 * GUARD);
    memset(p, GUARD_BYTE, n * sizeof(float) + 2 * GUARD);
    return (float *)(p + GUARD);
}

static void release(float *f, size_t n, const char *what) {
    uint8_t *p = (uint8_t *)f - GUARD;
    for (size_t i = 0; i < GUARD; i++)
        if (p[i] != GUARD_BYTE || p[GUARD + n * sizeof(float) + i] != GUARD_BYTE) {
            FAIL("%s wrote outside of its %zu floats", what, n);
            break;
        }
    free(p);
}

static int close_to(double found, double expected, double scale) {
    return fabs(found - expected) <= 2e-6 * scale + 1e-30 || (isnan(found) && isnan(expected));
}

/* ---- weights */

static double half_value(uint16_t h) {
    int exponent = (h >> 10) & 31, mantissa = h & 1023;
    double v = exponent == 31 ? (mantissa ? (double)NAN : (double)INFINITY)
               : exponent     ? ldexp(1024 + mantissa, exponent - 25)
                              : ldexp(mantissa, -24);
    return h & 0x8000 ? -v : v;
}

static uint16_t get16(const uint8_t *p) {
    return (uint16_t)(p[0] | p[1] << 8);
}

extern const kernels kernels_portable;

static double weight_value(kernel_type type, const uint8_t *row, uint32_t k, uint32_t i) {
    float all[MAX_K];
    float f;
    const uint8_t *b;
    uint32_t bits;
    switch (type) {
    case KERNEL_F32:
        return memcpy(&f, row + 4 * i, 4), f;
    case KERNEL_F16:
        return half_value(get16(row + 2 * i));
    case KERNEL_BF16:
        bits = (uint32_t)get16(row + 2 * i) << 16;
        return memcpy(&f, &bits, 4), f;
    default: /* the portable table, which test_formats.py holds to another implementation */
        kernels_portable.unpack[type](all, row, k);
        return all[i];
    }
}

static const uint32_t ggml_types[] = {GGUF_F32,  GGUF_F16,  GGUF_BF16, GGUF_Q8_0, GGUF_Q4_0, GGUF_Q4_1,
                                      GGUF_Q5_0, GGUF_Q5_1, GGUF_Q4_K, GGUF_Q5_K, GGUF_Q6_K, GGUF_IQ4_NL};

/* Random bytes with every float in them kept small and finite. */
static void random_row(kernel_type type, uint8_t *row, uint32_t k) {
    size_t bytes = gguf_type_bytes(ggml_types[type], k);
    for (size_t i = 0; i < bytes; i++) row[i] = (uint8_t)(uniform() * 128 + 128);
    size_t block = gguf_type_block(ggml_types[type]) > 1
                       ? gguf_type_bytes(ggml_types[type], gguf_type_block(ggml_types[type]))
                       : 0;
    bool has_min = type == KERNEL_Q4_1 || type == KERNEL_Q5_1 || type == KERNEL_Q4_K || type == KERNEL_Q5_K;
    size_t scale = type == KERNEL_Q6_K ? 208 : 0;
    for (uint32_t i = 0; i < k && type == KERNEL_F32; i++) {
        float f = uniform();
        memcpy(row + 4 * i, &f, 4);
    }
    for (uint32_t i = 0; i < k && type == KERNEL_F16; i++) row[2 * i + 1] &= 0xbb; /* |w| < 2, subnormals too */
    for (uint32_t i = 0; i < k && type == KERNEL_BF16; i++) row[2 * i + 1] = (row[2 * i + 1] & 0x81) | 0x3e;
    for (size_t i = scale; block && i < bytes; i += block) {
        row[i + 1] = (row[i + 1] & 0x83) | 0x20;
        if (has_min) row[i + 3] = (row[i + 3] & 0x83) | 0x20;
    }
}

static void check_unpack(kernel_type type, uint32_t k) {
    uint8_t row[MAX_K * 4];
    float *y = guarded(k);
    random_row(type, row, k);
    table->unpack[type](y, row, k);
    for (uint32_t i = 0; i < k; i++)
        if (y[i] != (float)weight_value(type, row, k, i)) {
            FAIL("unpack %s k=%u element %u: expected %.9g, found %.9g", gguf_type_name(ggml_types[type]), k, i,
                 weight_value(type, row, k, i), (double)y[i]);
            break;
        }
    release(y, k, "unpack");
}

static void check_every_half(void) {
    for (uint32_t h = 0; h < 65536; h += 16) {
        uint16_t in[16];
        float out[16];
        for (uint32_t i = 0; i < 16; i++) in[i] = (uint16_t)(h + i);
        table->unpack[KERNEL_F16](out, in, 16);
        for (uint32_t i = 0; i < 16; i++) {
            uint16_t back;
            table->store[1](&back, &out[i], 1);
            double expected = half_value(in[i]);
            if (!(isnan(expected) ? isnan(out[i]) : out[i] == (float)expected && back == in[i]))
                FAIL("half %04x: expected %g, found %g, stored as %04x", in[i], expected, (double)out[i], back);
        }
    }
}

static void check_rounding_to_half(void) {
    for (int i = 0; i < 100000; i++) {
        float x = ldexpf(uniform(), (int)(uniform() * 30)), lower;
        uint16_t h;
        table->store[1](&h, &x, 1);
        lower = (float)half_value(h);
        for (int step = -1; step <= 1; step += 2) { /* no neighbour is nearer */
            double other = half_value((uint16_t)(h + step));
            if (isfinite(other) && isfinite(lower) && fabs(other - x) < fabs((double)lower - x))
                FAIL("store f16 of %.9g: expected %.9g, found %.9g", (double)x, other, (double)lower);
        }
    }
}

/* ---- matmul */

static void check_matmul(kernel_type type, uint32_t k, uint32_t rows, uint32_t tokens) {
    size_t bytes = gguf_type_bytes(ggml_types[type], k), x_stride = k + 3, y_stride = rows + 5;
    uint8_t *w = malloc(bytes * rows);
    float *x = malloc(tokens * x_stride * sizeof *x), *y = guarded(tokens * y_stride),
          *scratch = guarded(KERNEL_ROWS * k);
    double *weights = malloc(rows * k * sizeof *weights);
    float one[MAX_ROWS];
    for (uint32_t r = 0; r < rows; r++) {
        random_row(type, w + r * bytes, k);
        table->unpack[type](scratch, w + r * bytes, k); /* exact: check_unpack */
        for (uint32_t i = 0; i < k; i++) weights[r * k + i] = scratch[i];
    }
    for (size_t i = 0; i < tokens * x_stride; i++) x[i] = uniform();
    kernel_matmul m = {w, bytes, x, x_stride, y, y_stride, k, tokens};
    uint32_t cut = rows / 3; /* two calls, as two threads would make */
    table->matmul[type](&m, 0, cut, scratch);
    table->matmul[type](&m, cut, rows, scratch);
    for (uint32_t t = 0; t < tokens; t++) {
        kernel_matmul single = {w, bytes, x + t * x_stride, x_stride, one, rows, k, 1};
        table->matmul[type](&single, 0, rows, scratch);
        for (uint32_t r = 0; r < rows; r++) {
            double sum = 0, size = 0;
            for (uint32_t i = 0; i < k; i++) {
                double product = weights[r * k + i] * (double)x[t * x_stride + i];
                sum += product;
                size += fabs(product);
            }
            float found = y[t * y_stride + r];
            if (!close_to(found, sum, size))
                FAIL("matmul %s k=%u rows=%u tokens=%u at (%u, %u): expected %.9g, found %.9g",
                     gguf_type_name(ggml_types[type]), k, rows, tokens, t, r, sum, (double)found);
            if (memcmp(&found, &one[r], sizeof found))
                FAIL("matmul %s k=%u rows=%u tokens=%u at (%u, %u): %.9g alone, %.9g in company",
                     gguf_type_name(ggml_types[type]), k, rows, tokens, t, r, (double)one[r], (double)found);
        }
    }
    release(scratch, KERNEL_ROWS * k, "matmul (scratch)");
    release(y, tokens * y_stride, "matmul");
    free(weights);
    free(x);
    free(w);
}

/* ---- element-wise */

static void check_rms_norm(uint32_t n) {
    float x[MAX_K], w[MAX_K], *y = guarded(n);
    double squares = 0;
    for (uint32_t i = 0; i < n; i++) {
        x[i] = uniform();
        w[i] = uniform();
        squares += (double)x[i] * x[i];
    }
    table->rms_norm(y, x, w, n, 1e-5f);
    for (uint32_t i = 0; i < n; i++) {
        double expected = x[i] / sqrt(squares / n + 1e-5f) * w[i];
        if (!close_to(y[i], expected, fabs(expected)))
            FAIL("rms_norm n=%u at %u: expected %.9g, found %.9g", n, i, expected, (double)y[i]);
    }
    release(y, n, "rms_norm");
}

static double silu(double z) {
    return z / (1 + exp(-z));
}

static double gelu(double z) {
    return z / (1 + exp(-2 * sqrt(2 / M_PI) * (z + 0.044715 * z * z * z)));
}

static void check_gate(const char *name, void (*gate)(float *, const float *, uint32_t),
                       double (*activation)(double), uint32_t n) {
    static const float edges[] = {0, -0.0f, 1e-30f, -1e-30f, 87, -87, 88.5f, -88.5f, 1e4f, -1e4f};
    float up[MAX_K], before[MAX_K], *y = guarded(n);
    for (uint32_t i = 0; i < n; i++) {
        before[i] = y[i] = i < sizeof edges / sizeof *edges ? edges[i] : uniform() * 20;
        up[i] = uniform();
    }
    gate(y, up, n);
    for (uint32_t i = 0; i < n; i++) {
        double expected = activation(before[i]) * up[i];
        /* the exponent itself is rounded to float: relative 1e-7 of it, where the result is not yet nothing */
        double exponent = activation == gelu ? fabs(before[i] * before[i] * before[i]) / 14 : fabs(before[i]);
        if (!close_to(y[i], expected, fabs(expected) * (1 + exponent / 8) + 1e-30))
            FAIL("%s n=%u of %.9g: expected %.9g, found %.9g", name, n, (double)before[i], expected,
                 (double)y[i]);
    }
    release(y, n, name);
}

static void check_add(uint32_t n) {
    float x[MAX_K], before[MAX_K], *y = guarded(n);
    for (uint32_t i = 0; i < n; i++) {
        x[i] = uniform();
        before[i] = y[i] = uniform();
    }
    table->add(y, x, n);
    for (uint32_t i = 0; i < n; i++)
        if (y[i] != before[i] + x[i]) FAIL("add n=%u at %u", n, i);
    release(y, n, "add");
}

static void check_soft_cap(uint32_t n) {
    float before[MAX_K], *y = guarded(n), cap = 30;
    for (uint32_t i = 0; i < n; i++) before[i] = y[i] = i == 3 ? 1e6f : i == 4 ? -1e6f : uniform() * 100;
    table->soft_cap(y, n, cap);
    for (uint32_t i = 0; i < n; i++)
        if (!close_to(y[i], cap * tanh((double)before[i] / cap), cap))
            FAIL("soft_cap n=%u of %.9g: found %.9g", n, (double)before[i], (double)y[i]);
    release(y, n, "soft_cap");
}

static void check_rope(int halves, uint32_t pairs) {
    float rotation[MAX_K], before[MAX_K], *x = guarded(2 * pairs);
    for (uint32_t i = 0; i < 2 * pairs; i++) {
        rotation[i] = uniform();
        before[i] = x[i] = uniform();
    }
    table->rope[halves](x, rotation, pairs);
    for (uint32_t i = 0; i < pairs; i++) {
        uint32_t one = halves ? i : 2 * i, other = halves ? i + pairs : 2 * i + 1;
        double c = rotation[2 * i], s = rotation[2 * i + 1], a = before[one], b = before[other];
        if (!close_to(x[one], a * c - b * s, 2) || !close_to(x[other], a * s + b * c, 2))
            FAIL("rope[%d] pairs=%u at %u", halves, pairs, i);
    }
    release(x, 2 * pairs, "rope");
}

static void check_table(void) {
    static const uint32_t whole[] = {32, 64, 96, 512}, any[] = {1, 5, 15, 16, 17, 33, 48, 100};
    static const uint32_t row_counts[] = {1, 3, 4, 5, 8, 23}, token_counts[] = {1, 2, 3, 4, 5, 8, 11};
    for (int type = 0; type < KERNEL_TYPES; type++)
        for (int s = 0; s < 12; s++) {
            uint32_t k = s < 4 ? whole[s] : any[s - 4];
            if (k % gguf_type_block(ggml_types[type])) continue; /* quantised rows come in whole blocks */
            check_unpack((kernel_type)type, k);
            for (int r = 0; r < 6; r++)
                for (int t = 0; t < 7; t++) check_matmul((kernel_type)type, k, row_counts[r], token_counts[t]);
        }
    check_every_half();
    check_rounding_to_half();
    for (int i = 0; i < 8; i++) {
        check_rms_norm(any[i]);
        check_gate("swiglu", table->swiglu, silu, any[i]);
        check_gate("geglu", table->geglu, gelu, any[i]);
        check_add(any[i]);
        check_soft_cap(any[i]);
        check_rope(0, any[i]);
        check_rope(1, any[i]);
    }
}

int main(int argc, char **argv) {
    uint32_t mask = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : UINT32_MAX, used;
    table = kernels_select(mask, &used);
    check_table();
    printf("%s features=%u failures=%d\n", table->name, used, failures);
    return failures > 255 ? 255 : failures;
}
