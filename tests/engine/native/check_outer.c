/* check_outer.c: the kernels of attention in the table that a mask of CPU features selects, against references
 * in double and against their twins in C.
 *
 *   check_outer MASK [SEED]                      prints every failure and then a count; exits with 1 if any
 *   check_outer MASK --bench                     measures
 *
 * Random values; rows and counts on both sides of every tile; buffers that end at an unreadable page, aligned
 * and not; guard values between the rows of y; registers that a callee must preserve. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lila_engine.h"
#include "panel_cases.h"
#include "portable/outer.h"
#if defined(__x86_64__)
#include "x86_64/outer_tiles.h"

uint32_t watched_call(const void *function, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e);
#else
#define watched_call(f, a, b, c, d, e)                                                                         \
    (((void (*)(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t))(f))(a, b, c, d, e), 0u)
#endif

static const kernels *table;
static int failures, checks;
static char now[160]; /* what is being checked */
static const char *const names[CACHE_TYPES] = {"f32", "f16", "i8"};
static const size_t row_bytes[CACHE_TYPES] = {128, 64, 32};

#define FAIL(...) (failures++, printf("%s %s: ", table->name, now), printf(__VA_ARGS__), putchar('\n'))

static void crashed(int number) {
    static const char prefix[] = "crashed in: ";
    (void)!write(1, prefix, sizeof prefix - 1);
    (void)!write(1, now, strlen(now));
    (void)!write(1, "\n", 1);
    _exit(128 + number);
}

static void report_registers(uint32_t changed) {
    static const char *const registers[] = {"rbx", "rbp", "r12",   "r13", "r14",
                                            "r15", "rsp", "MXCSR", "DF",  "x87"};
    for (int i = 0; i < 10; i++)
        if (changed >> i & 1) FAIL("%s is not preserved", registers[i]);
}

/* ---- outer */

static const uint32_t GUARD = 0x7fa5a5a5; /* a NaN */
enum { GAP = 5 };

typedef struct outer_case {
    kernel_outer o;
    int type, shift;
    size_t a_bytes, b_bytes, y_bytes;
} outer_case;

static void fill_b(uint8_t *b, int type, uint32_t count) {
    for (uint32_t i = 0; i < count; i++, b += row_bytes[type]) {
        float x[OUTER_COLUMNS];
        for (int c = 0; c < OUTER_COLUMNS; c++) x[c] = random_float();
        if (type != CACHE_Q8_0) {
            table->store[type](b, x, OUTER_COLUMNS);
            continue;
        }
        for (int c = 0; c < OUTER_COLUMNS; c++) b[c] = (uint8_t)random_bits();
    }
}

static void outer_new(outer_case *c, int type, uint32_t rows, uint32_t count, int shift) {
    *c = (outer_case){
        .o = {.rows = rows, .count = count, .a_stride = count + 3, .y_stride = OUTER_COLUMNS + GAP},
        .type = type,
        .shift = shift};
    c->a_bytes = rows * c->o.a_stride * sizeof(float);
    c->b_bytes = count * row_bytes[type] + (size_t)shift;
    c->y_bytes = rows * c->o.y_stride * sizeof(float);
    float *a = fenced_new(c->a_bytes);
    for (size_t i = 0; i < c->a_bytes / sizeof *a; i++) a[i] = random_float();
    uint8_t *b = fenced_new(c->b_bytes);
    fill_b(b, type, count); /* the shift moves the start: what follows the last element is not for reading */
    c->o.a = a;
    c->o.b = b;
}

static float *outputs_new(const outer_case *c) {
    float *y = fenced_new(c->y_bytes);
    for (size_t i = 0; i < c->y_bytes / sizeof *y; i++) memcpy(y + i, &GUARD, sizeof GUARD);
    return y;
}

static void outer_free(outer_case *c) {
    fenced_free((void *)(uintptr_t)c->o.a, c->a_bytes);
    fenced_free((void *)(uintptr_t)c->o.b, c->b_bytes);
}

/* Row r of y by the definition; *size is Σ |terms|. */
static double expected_at(const outer_case *c, uint32_t r, uint32_t column, double *size) {
    double sum = *size = 0;
    for (uint32_t i = 0; i < c->o.count; i++) {
        const uint8_t *row = (const uint8_t *)c->o.b + i * row_bytes[c->type];
        double b = c->type == CACHE_F32   ? (double)one_f32(row, column)
                   : c->type == CACHE_F16 ? (double)one_f16(row, column)
                                          : (double)(int8_t)row[column];
        sum += b * (double)c->o.a[r * c->o.a_stride + i];
        *size += fabs(b * (double)c->o.a[r * c->o.a_stride + i]);
    }
    return sum;
}

static void compare_outer(const outer_case *c, const float *y) {
    for (uint32_t r = 0; r < c->o.rows; r++)
        for (uint32_t column = 0; column < OUTER_COLUMNS + GAP; column++) {
            float found = y[r * c->o.y_stride + column];
            if (column >= OUTER_COLUMNS) {
                if (memcmp(&found, &GUARD, sizeof GUARD)) FAIL("wrote behind row %u", r);
                continue;
            }
            double size, expected = expected_at(c, r, column, &size);
            if (fabs((double)found - expected) <= 1e-6 * size) continue;
            FAIL("at (%u, %u): expected %.9g, found %.9g", r, column, expected, (double)found);
            return;
        }
}

/* Every row again, alone: the same bits. */
static void compare_alone(const outer_case *c, const float *y) {
    for (uint32_t r = 0; r < c->o.rows; r++) {
        float alone[OUTER_COLUMNS];
        kernel_outer one = c->o;
        one.a += r * one.a_stride, one.y = alone, one.rows = 1;
        table->outer[c->type](&one);
        if (memcmp(alone, y + r * c->o.y_stride, sizeof alone)) FAIL("row %u differs from the row alone", r);
    }
}

static void check_outer(int type, uint32_t rows, uint32_t count, int shift) {
    snprintf(now, sizeof now, "outer %s rows=%u count=%u shift=%d", names[type], rows, count, shift);
    outer_case c;
    outer_new(&c, type, rows, count, shift);
    float *y = c.o.y = outputs_new(&c);
    report_registers(watched_call((const void *)table->outer[type], (uintptr_t)&c.o, 0, 0, 0, 0));
    compare_outer(&c, y);
    compare_alone(&c, y);
    fenced_free(y, c.y_bytes);
    outer_free(&c);
    checks++;
}

#if defined(__x86_64__)
/* The tiles without the C around them, which could restore what they clobber. */
static void check_tile(outer_tile_kernel *kernel, int type, uint32_t rows) {
    snprintf(now, sizeof now, "tile %s of %u rows", names[type], rows);
    outer_case c;
    outer_new(&c, type, rows, 7, 0);
    float *y = outputs_new(&c);
    outer_tile tile = {c.o.a, c.o.a_stride * sizeof(float), c.o.b, y, c.o.y_stride * sizeof(float), 7};
    report_registers(watched_call((const void *)kernel, (uintptr_t)&tile, 0, 0, 0, 0));
    fenced_free(y, c.y_bytes);
    outer_free(&c);
    checks++;
}

static void check_tiles(uint32_t used) {
    for (int type = 0; type < CACHE_TYPES; type++) {
        for (uint32_t rows = 1; rows <= OUTER_ROWS_AVX2 && used & LILA_CPU_AVX2; rows++)
            for (int half = 0; half < 2; half++) check_tile(outer_tiles_avx2[type][half][rows - 1], type, rows);
        for (uint32_t rows = 1; rows <= OUTER_ROWS_AVX512 && used & LILA_CPU_AVX512; rows++)
            check_tile(outer_tiles_avx512[type][rows - 1], type, rows);
    }
}
#endif

/* ---- softmax */

static float ulps(float found, double expected) {
    float nearest = (float)expected;
    return (float)(fabs((double)found - expected) / (double)(nextafterf(nearest, INFINITY) - nearest));
}

static void fill_scores(float *s, uint32_t n, int kind) {
    for (uint32_t i = 0; i < n; i++) {
        s[i] = random_float() * 50;
        if (kind == 1) s[i] = i % 3 ? s[i] : -INFINITY;
        if (kind == 2) s[i] = -INFINITY;
        if (kind == 3) s[i] = random_float() * 1e30f;
        if (kind == 4) s[i] = 3 - 87 * (float)i / (float)n; /* the whole range of exp */
    }
}

static void compare_softmax(const float *before, const float *s, uint32_t n, const float sums[2]) {
    float max = SOFTMAX_FLOOR;
    double total = 0;
    for (uint32_t i = 0; i < n; i++) max = before[i] > max ? before[i] : max;
    if (sums[0] != max) FAIL("maximum: expected %.9g, found %.9g", (double)max, (double)sums[0]);
    for (uint32_t i = 0; i < n; i++) {
        float x = before[i] - max;
        double expected = x < -87 ? 0 : exp((double)x);
        total += (double)s[i];
        if (expected == 0 ? s[i] != 0 : ulps(s[i], expected) > 2)
            FAIL("exp(%.9g): expected %.9g, found %.9g", (double)x, expected, (double)s[i]);
    }
    if (fabs((double)sums[1] - total) > 1e-6 * total)
        FAIL("sum: expected %.9g, found %.9g", total, (double)sums[1]);
}

/* Groups that nobody sees around the scores: the same bits. */
static void compare_padded(const float *before, const float *s, uint32_t n, const float sums[2]) {
    float padded[2 * 16 + 512], again[2];
    for (uint32_t i = 0; i < n + 32; i++) padded[i] = i < 16 || i >= n + 16 ? -INFINITY : before[i - 16];
    table->softmax(padded, n + 32, again);
    if (memcmp(padded + 16, s, n * sizeof *s) || memcmp(again, sums, sizeof again))
        FAIL("hidden groups change it");
}

static void check_softmax(uint32_t n, int kind) {
    snprintf(now, sizeof now, "softmax n=%u kind=%d", n, kind);
    float before[512], sums[2], *s = fenced_new(n * sizeof *s);
    fill_scores(before, n, kind);
    memcpy(s, before, n * sizeof *s);
    report_registers(watched_call((const void *)table->softmax, (uintptr_t)s, n, (uintptr_t)sums, 0, 0));
    compare_softmax(before, s, n, sums);
    compare_padded(before, s, n, sums);
    fenced_free(s, n * sizeof *s);
    checks++;
}

static void check_softmax_of_nan(void) {
    snprintf(now, sizeof now, "softmax of a NaN");
    for (uint32_t at = 0; at < 48; at++) {
        float s[48], sums[2];
        fill_scores(s, 48, 0);
        s[at] = NAN;
        table->softmax(s, 48, sums);
        if (!isnan(s[at]) || !isnan(sums[1])) FAIL("a NaN at %u is lost", at);
    }
    checks++;
}

/* ---- scale, blend */

static void check_scale(uint32_t n) {
    snprintf(now, sizeof now, "scale n=%u", n);
    size_t bytes = n * sizeof(float);
    float *x = fenced_new(bytes), *y = fenced_new(bytes);
    uint8_t *s = fenced_new(2 * n);
    for (uint32_t i = 0; i < n; i++) x[i] = random_float();
    table->store[CACHE_F16](s, x, n);
    table->scale(y, x, s, n);
    for (uint32_t i = 0; i < n; i++)
        if (y[i] != x[i] * f16_to_f32(s + 2 * i)) FAIL("at %u: found %.9g", i, (double)y[i]);
    fenced_free(x, bytes);
    fenced_free(y, bytes);
    fenced_free(s, 2 * n);
    checks++;
}

static void check_blend(uint32_t n) {
    snprintf(now, sizeof now, "blend n=%u", n);
    float y[100], x[100], found[100];
    static const float pairs[][2] = {{1, 0}, {0, 1}, {0.3f, 0.7f}};
    for (uint32_t i = 0; i < n; i++) y[i] = random_float(), x[i] = random_float();
    for (int p = 0; p < 3; p++) {
        memcpy(found, y, sizeof y);
        table->blend(found, x, n, pairs[p][0], pairs[p][1]);
        for (uint32_t i = 0; i < n; i++) {
            double expected = (double)pairs[p][0] * (double)y[i] + (double)pairs[p][1] * (double)x[i];
            if (fabs((double)found[i] - expected) > (p < 2 ? 0 : 2e-7)) FAIL("pair %d at %u", p, i);
        }
    }
    checks++;
}

/* ---- measurement */

static double cpu_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Best of many rounds over `bytes` of b, which a cache of that size holds. */
static void bench_outer(int type, uint32_t rows, size_t bytes) {
    enum { COUNT = 256 };
    uint32_t pieces = (uint32_t)(bytes / (COUNT * row_bytes[type]));
    uint8_t *b = malloc(pieces * COUNT * row_bytes[type]);
    float *a = malloc(rows * COUNT * sizeof *a), y[16 * OUTER_COLUMNS];
    for (uint32_t i = 0; i < rows * COUNT; i++) a[i] = random_float();
    for (uint32_t i = 0; i < pieces; i++) fill_b(b + i * COUNT * row_bytes[type], type, COUNT);
    double best = 1e9;
    for (int round = 0; round < 15; round++) {
        double from = cpu_seconds();
        for (uint32_t i = 0; i < pieces; i++) {
            kernel_outer o = {a, COUNT, b + i * COUNT * row_bytes[type], y, OUTER_COLUMNS, rows, COUNT};
            table->outer[type](&o);
        }
        double seconds = cpu_seconds() - from;
        best = seconds < best ? seconds : best;
    }
    double read = (double)pieces * COUNT * (double)row_bytes[type], macs = (double)pieces * COUNT * 32 * rows;
    printf("  outer %-4s rows=%-2u %6zu KB  %7.2f GB/s %7.2f GMAC/s\n", names[type], rows, bytes >> 10,
           read / best * 1e-9, macs / best * 1e-9);
    free(a);
    free(b);
}

static void bench_softmax(void) {
    float s[512], sums[2];
    double best = 1e9;
    for (int round = 0; round < 15; round++) {
        double from = cpu_seconds();
        for (int i = 0; i < 2000; i++) {
            for (int j = 0; j < 512; j++) s[j] = (float)j * -0.1f;
            table->softmax(s, 512, sums);
        }
        double seconds = (cpu_seconds() - from) / 2000 / 512;
        best = seconds < best ? seconds : best;
    }
    printf("  softmax %.3f ns an element, filling it included\n", best * 1e9);
}

static int bench(void) {
    printf("%s\n", table->name);
    for (int type = 0; type < CACHE_TYPES; type++)
        for (int size = 0; size < 3; size++) {
            static const size_t bytes[] = {64 << 10, 512 << 10, 64 << 20};
            static const uint32_t rows[] = {1, 3, 4, 7, 12};
            for (int r = 0; r < 5; r++) bench_outer(type, rows[r], bytes[size]);
        }
    bench_softmax();
    return 0;
}

int main(int argc, char **argv) {
    uint32_t mask = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : UINT32_MAX, used;
    table = kernels_select(mask, &used);
    if (argc > 2 && strcmp(argv[2], "--bench") == 0) return bench();
    if (argc > 2) random_seed(strtoull(argv[2], NULL, 0));
    signal(SIGSEGV, crashed);
    signal(SIGBUS, crashed);
    signal(SIGILL, crashed);
    static const uint32_t counts[] = {0, 1, 2, 7, 16, 33, 64, 256};
    for (int type = 0; type < CACHE_TYPES; type++)
        for (uint32_t rows = 1; rows <= 25; rows += rows < 14 ? 1 : 11)
            for (int n = 0; n < 8; n++) check_outer(type, rows, counts[n], n % 3);
#if defined(__x86_64__)
    check_tiles(used);
#endif
    for (int kind = 0; kind < 5; kind++)
        for (uint32_t n = 16; n <= 512; n += 16) check_softmax(n, kind);
    check_softmax_of_nan();
    for (uint32_t n = 1; n < 40; n++) check_scale(n);
    check_blend(1);
    check_blend(32);
    check_blend(100);
    printf("%s features=%u checks=%d failures=%d\n", table->name, used, checks, failures);
    return failures != 0;
}
