/* bench_floats.c: speed of the kernels of floats.h beside that of the row kernels, taken in turns in one
 * process.
 *
 * Each figure is the best of many short runs, timed by the CPU time of the thread: time that others take from
 * it does not count, though what they do to the caches and the memory does. */
#include "bench_floats.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "panel_cases.h"

enum { ROUNDS = 15, F16_PANELS = 2 * FLOAT_TYPES, BF16_PANELS, KINDS };

static double cpu_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef struct job {
    const kernels *table;
    float_matmul floats;
    kernel_matmul rows;
    uint32_t count;
    float *scratch;
} job;

/* kind: a float_type, FLOAT_TYPES more for the row kernel, or one of those out of panels. */
static float_type type_of(int kind) {
    if (kind >= F16_PANELS) return kind == F16_PANELS ? FLOAT_F16 : FLOAT_BF16;
    return (float_type)(kind % FLOAT_TYPES);
}

/* Repeats for at least a millisecond; seconds of one. */
static double run_job(const job *j, int kind) {
    uint32_t n = 0;
    double from = cpu_seconds(), now;
    do {
        if (kind < FLOAT_TYPES || kind >= F16_PANELS)
            j->table->floats[type_of(kind)](&j->floats, 0, j->count);
        else
            j->table->matmul[type_of(kind)](&j->rows, 0, j->count, j->scratch);
        n++;
        now = cpu_seconds();
    } while (now - from < 1e-3);
    return (now - from) / n;
}

static void *touched(size_t bytes) {
    void *p = aligned_alloc(64, (bytes + 63) / 64 * 64);
    memset(p, 0x11, bytes); /* as halves: about 5e-4 */
    return p;
}

static void bench(const kernels *table, uint32_t k, uint32_t rows, uint32_t tokens) {
    static const char *const names[KINDS] = {"f32",      "f16",       "bf16",       "f32-rows",
                                             "f16-rows", "bf16-rows", "f16-panels", "bf16-panels"};
    double best[KINDS] = {0};
    bool whole = k % PANEL_COLUMNS == 0 && rows % PANEL_ROWS == 0;
    float *values = touched((size_t)tokens * k * sizeof *values);
    float *arranged = touched((size_t)tokens * float_padded(k) * sizeof *arranged);
    float *y = touched((size_t)tokens * rows * sizeof *y);
    void *weights[FLOAT_TYPES];
    for (int i = 0; i < FLOAT_TYPES; i++) weights[i] = touched((size_t)rows * k * (i == FLOAT_F32 ? 4 : 2));
    for (size_t i = 0; i < (size_t)tokens * k; i++) values[i] = random_float();
    for (uint32_t t = 0; t < tokens; t++) float_arrange(arranged, tokens, t, values + (size_t)t * k, k);
    job j = {.table = table, .count = rows, .scratch = touched(KERNEL_ROWS * k * sizeof(float))};
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < KINDS; i++) {
            float_type type = type_of(i);
            if (i >= F16_PANELS && !(whole && table->float_panels >> type & 1)) continue;
            size_t stride = (size_t)k * (type == FLOAT_F32 ? 4 : 2);
            j.floats = (float_matmul){weights[type], stride, arranged, y, rows, k, tokens, NULL};
            if (i >= F16_PANELS) j.floats.panels = weights[type];
            j.rows = (kernel_matmul){weights[type], stride, values, k, y, rows, k, tokens};
            double seconds = run_job(&j, i);
            if (best[i] == 0 || seconds < best[i]) best[i] = seconds;
        }
    printf("%s k=%u rows=%u tokens=%u\n", table->name, k, rows, tokens);
    for (int i = 0; i < KINDS; i++) {
        if (best[i] == 0) continue;
        double weight_count = (double)k * rows, bytes = weight_count * (type_of(i) == FLOAT_F32 ? 4 : 2);
        printf("  %-11s %8.2f GMAC/s %8.2f GB/s\n", names[i], weight_count * tokens / best[i] * 1e-9,
               bytes / best[i] * 1e-9);
    }
    for (int i = 0; i < FLOAT_TYPES; i++) free(weights[i]);
    free(values);
    free(arranged);
    free(y);
    free(j.scratch);
}

int bench_floats(const kernels *table, int argc, char **argv) {
    uint32_t k = argc > 0 ? (uint32_t)atoi(argv[0]) : 2048, rows = argc > 1 ? (uint32_t)atoi(argv[1]) : 2048;
    static const uint32_t counts[] = {1, 4, 12, 96};
    for (int i = 2; i < argc; i++) bench(table, k, rows, (uint32_t)atoi(argv[i]));
    for (int i = 0; argc <= 2 && i < 4; i++) bench(table, k, rows, counts[i]);
    return 0;
}
