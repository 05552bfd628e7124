/* bench_panels.c: speed of the panel kernels beside that of the row kernels, taken in turns in one process.
 *
 * Each figure is the best of many short runs, timed by the CPU time of the thread: time that others take from
 * it does not count, though what they do to the caches and the memory does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "panel_cases.h"

enum { ROUNDS = 15, ROW_KERNELS = 3 };

static double cpu_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* One contestant: its bytes of weights and its best time. */
typedef struct entry {
    const char *name;
    void *weights;
    double bytes, best;
} entry;

static void read_all(const uint64_t *p, size_t bytes) {
    uint64_t sum[8] = {0};
    for (size_t i = 0; i + 8 <= bytes / 8; i += 8)
        for (int j = 0; j < 8; j++) sum[j] ^= p[i + j];
    volatile uint64_t sink = sum[0] ^ sum[1] ^ sum[2] ^ sum[3] ^ sum[4] ^ sum[5] ^ sum[6] ^ sum[7];
    (void)sink;
}

static void *touched(size_t bytes) {
    void *p = aligned_alloc(64, (bytes + 63) / 64 * 64);
    memset(p, 0x11, bytes); /* as halves: about 5e-4 */
    return p;
}

static void time_entry(entry *e, double (*run)(void *), void *argument) {
    double seconds = run(argument);
    if (e->best == 0 || seconds < e->best) e->best = seconds;
}

typedef struct job {
    const kernels *table;
    panel_matmul panel;
    kernel_matmul row;
    int kind; /* panel type, or PANEL_QUANTISED + kernel_type */
    float *scratch;
} job;

/* Repeats for at least a millisecond; seconds of one. */
static double run_job(void *argument) {
    job *j = argument;
    uint32_t groups = (j->panel.rows + 15) / 16, n = 0;
    double from = cpu_seconds(), now;
    do {
        if (j->kind < PANEL_QUANTISED)
            j->table->panel[j->kind](&j->panel, 0, groups);
        else
            j->table->matmul[j->kind - PANEL_QUANTISED](&j->row, 0, j->panel.rows, j->scratch);
        n++;
        now = cpu_seconds();
    } while (now - from < 1e-3);
    return (now - from) / n;
}

typedef struct span {
    const void *p;
    size_t bytes;
} span;

static double run_read(void *argument) {
    const span *s = argument;
    double from = cpu_seconds();
    read_all(s->p, s->bytes);
    return cpu_seconds() - from;
}

static void bench(const kernels *table, uint32_t k, uint32_t rows, uint32_t tokens) {
    k = (k + PANEL_SUPER - 1) / PANEL_SUPER * PANEL_SUPER;
    static const kernel_type row_types[ROW_KERNELS] = {KERNEL_F32, KERNEL_F16, KERNEL_Q8_0};
    static const double row_bytes[ROW_KERNELS] = {4, 2, 34.0 / 32};
    entry entries[PANEL_QUANTISED + ROW_KERNELS + 1] = {
        {.name = "u4"}, {.name = "u4m"}, {.name = "u5m"}, {.name = "u8"},   {.name = "k4"},   {.name = "k5"},
        {.name = "k6"}, {.name = "f32"}, {.name = "f16"}, {.name = "q8_0"}, {.name = "read"},
    };
    panel_input *x[2];
    for (int i = 0; i < 2; i++) x[i] = touched((size_t)tokens * (k / 32) * sizeof **x);
    float *values = touched((size_t)tokens * k * sizeof *values),
          *y = touched((size_t)tokens * rows * sizeof *y);
    for (size_t i = 0; i < (size_t)tokens * k; i++) values[i] = random_float();
    for (uint32_t t = 0; t < tokens; t++) {
        table->quantise(x[0], tokens, t, values + (size_t)t * k, k);
        table->quantise_super(x[1], tokens, t, values + (size_t)t * k, k);
    }
    job j = {.table = table, .scratch = touched(KERNEL_ROWS * k * sizeof(float))};
    for (int i = 0; i < PANEL_QUANTISED + ROW_KERNELS; i++) {
        entries[i].bytes = i < PANEL_QUANTISED ? (double)panel_bytes((panel_type)i) * (rows / 16) *
                                                     (k / panel_columns((panel_type)i))
                                               : row_bytes[i - PANEL_QUANTISED] * rows * k;
        entries[i].weights = touched((size_t)entries[i].bytes);
    }
    entries[PANEL_QUANTISED + ROW_KERNELS].bytes = entries[PANEL_QUANTISED].bytes;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < PANEL_QUANTISED + ROW_KERNELS; i++) {
            const panel_input *operand = x[i < PANEL_QUANTISED && panel_is_super((panel_type)i)];
            j.panel = (panel_matmul){entries[i].weights, operand, y, rows, NULL, 8, k, rows, tokens};
            kernel_type type = i < PANEL_QUANTISED ? KERNEL_F32 : row_types[i - PANEL_QUANTISED];
            j.row = (kernel_matmul){
                entries[i].weights, (size_t)(entries[i].bytes / rows), values, k, y, rows, k, tokens};
            j.kind = i < PANEL_QUANTISED ? i : PANEL_QUANTISED + (int)type;
            time_entry(&entries[i], run_job, &j);
        }
        span all = {entries[PANEL_QUANTISED].weights, (size_t)entries[PANEL_QUANTISED].bytes};
        time_entry(&entries[PANEL_QUANTISED + ROW_KERNELS], run_read, &all);
    }
    printf("%s k=%u rows=%u tokens=%u\n", table->name, k, rows, tokens);
    for (int i = 0; i <= PANEL_QUANTISED + ROW_KERNELS; i++) {
        entry *e = &entries[i];
        double macs = i == PANEL_QUANTISED + ROW_KERNELS ? 0 : (double)k * rows * tokens;
        printf("  %-5s %8.2f GMAC/s %8.2f GB/s %7.2f x f32\n", e->name, macs / e->best * 1e-9,
               e->bytes / e->best * 1e-9, entries[PANEL_QUANTISED].best / e->best);
        free(e->weights);
    }
    for (int i = 0; i < 2; i++) free(x[i]);
    free(values);
    free(y);
    free(j.scratch);
}

int bench_panels(const kernels *table, int argc, char **argv) {
    uint32_t k = argc > 0 ? (uint32_t)atoi(argv[0]) : 2048, rows = argc > 1 ? (uint32_t)atoi(argv[1]) : 2048;
    static const uint32_t counts[] = {1, 4, 12, 96};
    for (int i = 2; i < argc; i++) bench(table, k, rows, (uint32_t)atoi(argv[i]));
    for (int i = 0; argc <= 2 && i < 4; i++) bench(table, k, rows, counts[i]);
    return 0;
}
