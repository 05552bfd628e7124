/* check_dense.c: every kernel of dense.h against a scalar reference in double, in the table that a mask allows.
 *
 *   check_dense CPU_MASK [--bench K ROWS TOKENS…]
 *
 * Random and edge sizes; guard bytes around every output; groups and tokens split in every way must give the
 * same bits. The first failure of each check is printed with its parameters; the exit status counts them. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dense.h"
#include "kernels.h"

enum { GUARD = 16 };
static const float guard_value = -1.25e30f;

static const dense_kernels *table;
static int failures;

#define FAIL(...) (failures++, printf("%s: ", table->name), printf(__VA_ARGS__), putchar('\n'))

static uint64_t state = 42;

static float uniform(void) { /* [-1, 1) */
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (float)((double)(state >> 33) / (1u << 30) - 1.0);
}

/* floats [n] between guards. */
static float *guarded(size_t n) {
    float *p = malloc((n + 2 * GUARD) * sizeof *p);
    for (size_t i = 0; i < n + 2 * GUARD; i++) p[i] = guard_value;
    return p + GUARD;
}

static void release(float *p, size_t n, const char *what) {
    for (size_t i = 0; i < GUARD; i++)
        if (p[-1 - (ptrdiff_t)i] != guard_value || p[n + i] != guard_value) {
            FAIL("%s wrote outside of its %zu floats", what, n);
            break;
        }
    free(p - GUARD);
}

static float *uniforms(size_t n, float size) {
    float *p = malloc((n + 1) * sizeof *p);
    for (size_t i = 0; i < n; i++) p[i] = uniform() * size;
    return p;
}

static int off(double found, double expected, double tolerance) {
    return !(fabs(found - expected) <= tolerance);
}

/* ---- product */

static void check_product(uint32_t k, uint32_t rows, uint32_t tokens, int biased) {
    size_t x_stride = k + 3, y_stride = rows + 5, y_floats = (tokens - 1) * y_stride + rows;
    float *w = uniforms((size_t)rows * (k + 1), 1), *x = uniforms(tokens * x_stride, 1);
    float *bias = uniforms(dense_groups(rows) * DENSE_ROWS, 1), *panels = guarded(dense_floats(rows, k));
    float *y = guarded(y_floats), *one = guarded(rows);
    dense_pack(panels, w, k + 1, rows, k);
    dense_product p = {panels, biased ? bias : NULL, x, x_stride, y, y_stride, k, rows, tokens};
    uint32_t groups = dense_groups(rows), cut = groups / 3; /* two calls, as two threads would make */
    table->product(&p, 0, cut);
    table->product(&p, cut, groups);
    for (uint32_t t = 0; t < tokens; t++) {
        dense_product single = {panels, p.bias, x + t * x_stride, x_stride, one, rows, k, rows, 1};
        table->product(&single, 0, groups);
        for (uint32_t r = 0; r < rows; r++) {
            double sum = biased ? bias[r] : 0, size = fabs(sum);
            for (uint32_t i = 0; i < k; i++) {
                double term = (double)w[r * (size_t)(k + 1) + i] * x[t * x_stride + i];
                sum += term;
                size += fabs(term);
            }
            float found = y[t * y_stride + r];
            if (off(found, sum, 2e-6 * size + 1e-30))
                FAIL("product k=%u rows=%u tokens=%u at (%u, %u): expected %.9g, found %.9g", k, rows, tokens,
                     t, r, sum, (double)found);
            if (memcmp(&found, &one[r], sizeof found))
                FAIL("product k=%u rows=%u tokens=%u at (%u, %u): %.9g alone, %.9g in company", k, rows, tokens,
                     t, r, (double)one[r], (double)found);
        }
        for (uint32_t r = 0; t + 1 < tokens && r < 5; r++)
            if (y[t * y_stride + rows + r] != guard_value) FAIL("product wrote between rows at token %u", t);
    }
    release(y, y_floats, "product");
    release(one, rows, "product");
    release(panels, dense_floats(rows, k), "dense_pack");
    free(w);
    free(x);
    free(bias);
}

/* ---- attention */

static void check_attention(uint32_t tokens, uint32_t head) {
    size_t stride = 3 * (size_t)head + 7, out_stride = head + 2, out_floats = (tokens - 1) * out_stride + head;
    size_t floats = dense_attention_floats(tokens, head);
    float *qkv = uniforms(tokens * stride, 3), *out = guarded(out_floats), *scratch = guarded(floats);
    double *p = malloc(tokens * sizeof *p);
    dense_attention a = {qkv, qkv + head, qkv + 2 * head, stride, out, out_stride, scratch, tokens, head, 0.4f};
    table->attention(&a);
    for (uint32_t t = 0; t < tokens; t++) {
        double max = -INFINITY, total = 0;
        for (uint32_t s = 0; s < tokens; s++) {
            p[s] = 0;
            for (uint32_t d = 0; d < head; d++)
                p[s] += (double)a.q[t * stride + d] * a.k[s * stride + d] * (double)0.4f;
            max = fmax(max, p[s]);
        }
        for (uint32_t s = 0; s < tokens; s++) total += p[s] = exp(p[s] - max);
        for (uint32_t d = 0; d < head; d++) {
            double sum = 0;
            for (uint32_t s = 0; s < tokens; s++) sum += p[s] / total * a.v[s * stride + d];
            if (off(out[t * out_stride + d], sum, 3e-5))
                FAIL("attention tokens=%u head=%u at (%u, %u): expected %.9g, found %.9g", tokens, head, t, d,
                     sum, (double)out[t * out_stride + d]);
        }
    }
    release(scratch, floats, "attention (scratch)");
    release(out, out_floats, "attention");
    free(p);
    free(qkv);
}

/* ---- element-wise */

static void check_gelu(uint32_t n) {
    float *x = guarded(n), *before = uniforms(n, 8);
    if (n > 40) before[0] = 0, before[1] = -30, before[2] = 30, before[3] = 1e-20f, before[4] = -1e-6f;
    memcpy(x, before, n * sizeof *x);
    table->gelu(x, n);
    for (uint32_t i = 0; i < n; i++) {
        double z = before[i], expected = z * 0.5 * erfc(-z / sqrt(2));
        if (off(x[i], expected, 3e-7 * fmax(1, fabs(z))))
            FAIL("gelu n=%u of %.9g: expected %.9g, found %.9g", n, z, expected, (double)x[i]);
    }
    release(x, n, "gelu");
    free(before);
}

static void check_add_norm(uint32_t n, int added, float centre) {
    float *x = guarded(n), *y = uniforms(n, 1), *gain = uniforms(n, 1), *bias = uniforms(n, 1);
    double *z = malloc(n * sizeof *z), mean = 0, variance = 0;
    for (uint32_t i = 0; i < n; i++) {
        x[i] = uniform() + centre;
        z[i] = added ? x[i] + y[i] : x[i]; /* as a float, as the kernel has it */
        mean += z[i] / n;
    }
    for (uint32_t i = 0; i < n; i++) variance += (z[i] - mean) * (z[i] - mean) / n;
    table->add_norm(x, added ? y : NULL, gain, bias, n, 1e-5f);
    for (uint32_t i = 0; i < n; i++) {
        double expected = (z[i] - mean) / sqrt(variance + 1e-5) * gain[i] + bias[i];
        if (off(x[i], expected, 1e-5 * (1 + fabs((double)centre))))
            FAIL("add_norm n=%u added=%d at %u: expected %.9g, found %.9g", n, added, i, expected,
                 (double)x[i]);
    }
    release(x, n, "add_norm");
    free(z);
    free(y);
    free(gain);
    free(bias);
}

/* ---- speed */

static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void bench(uint32_t k, uint32_t rows, uint32_t tokens) {
    float *w = aligned_alloc(64, dense_floats(rows, k) * sizeof *w), *x = uniforms((size_t)tokens * k, 1);
    for (size_t i = 0; i < dense_floats(rows, k); i++) w[i] = uniform();
    float *y = malloc((size_t)tokens * rows * sizeof *y);
    dense_product p = {w, NULL, x, k, y, rows, k, rows, tokens};
    double best = INFINITY;
    for (int run = 0; run < 40; run++) {
        double from = cpu_seconds();
        table->product(&p, 0, dense_groups(rows));
        best = fmin(best, cpu_seconds() - from);
    }
    printf("%s k=%u rows=%u tokens=%u: %.1f GMAC/s\n", table->name, k, rows, tokens,
           1e-9 * k * rows * tokens / best);
    free(w);
    free(x);
    free(y);
}

int main(int argc, char **argv) {
    uint32_t used;
    (void)kernels_select(argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : UINT32_MAX, &used);
    table = dense_select(used);
    if (argc > 5) {
        for (int i = 5; i < argc; i++)
            bench((uint32_t)atoi(argv[3]), (uint32_t)atoi(argv[4]), (uint32_t)atoi(argv[i]));
        return 0;
    }
    static const uint32_t counts[] = {1, 2, 3, 5, 6, 7, 11, 13, 25},
                          sizes[] = {1, 15, 16, 17, 32, 63, 64, 65, 130};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++)
            check_product(sizes[(i + j) % 9], sizes[j], counts[i], (i + j) % 2);
    for (uint32_t tokens = 1; tokens < 120; tokens += tokens < 20 ? 1 : 9)
        for (uint32_t head = 4; head <= 64; head *= 2) check_attention(tokens, head == 4 ? 5 : head);
    for (uint32_t n = 1; n < 70; n++) {
        check_gelu(n);
        check_add_norm(n, n % 2, n % 3 ? 0 : 7);
    }
    check_add_norm(384, 1, 0);
    printf("%s used=%u failures=%d\n", table->name, used, failures);
    return failures ? 1 : 0;
}
