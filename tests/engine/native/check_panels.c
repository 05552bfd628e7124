/* check_panels.c: the panel kernels of the table that a mask of CPU features selects, bit for bit against their
 * scalar twins.
 *
 *   check_panels MASK [SEED]                     prints every failure and then a count; exits with 1 if any
 *   check_panels MASK --bench [K ROWS TOKENS…]   measures, K rounded up to whole super-blocks
 *
 * Random and extreme values; sizes on both sides of every tile; buffers that end at an unreadable page, aligned
 * and not; guard values between the rows of y; registers that a callee must preserve. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lila_engine.h"
#include "panel_cases.h"
#include "watched_call.h"
#if defined(__x86_64__)
#include "x86_64/panel_tiles.h"
#endif

static const kernels *table;
static int failures, checks;
static char now[160]; /* what is being checked */

#define FAIL(...) (failures++, printf("%s %s: ", table->name, now), printf(__VA_ARGS__), putchar('\n'))

static void crashed(int number) {
    static const char prefix[] = "crashed in: ";
    (void)!write(1, prefix, sizeof prefix - 1);
    (void)!write(1, now, strlen(now));
    (void)!write(1, "\n", 1);
    _exit(128 + number);
}

static void report_registers(uint32_t changed) {
    for (int i = 0; i < WATCHED; i++)
        if (changed >> i & 1) FAIL("%s is not preserved", watched_names[i]);
}

/* ---- matmul */

static const uint32_t GUARD = 0x7fa5a5a5; /* a NaN */

static float *outputs_new(const panel_matmul *m) {
    size_t n = (size_t)m->tokens * m->y_stride;
    float *y = fenced_new(n * sizeof *y);
    for (size_t i = 0; i < n; i++) memcpy(y + i, &GUARD, sizeof GUARD);
    return y;
}

/* Every element, the gaps between the rows included. */
static void compare_outputs(const panel_matmul *m, const float *expected, const float *found) {
    for (uint32_t t = 0; t < m->tokens; t++)
        for (uint32_t r = 0; r < m->y_stride; r++) {
            size_t i = t * m->y_stride + r;
            if (memcmp(found + i, expected + i, sizeof *found) == 0) continue;
            FAIL("at (%u, %u): expected %.9g, found %.9g", t, r, (double)expected[i], (double)found[i]);
            return;
        }
}

static panel_kernel *const twins[PANEL_QUANTISED] = {panel_u4_ref, panel_u4m_ref, panel_u5m_ref, panel_u8_ref,
                                                     panel_k4_ref, panel_k5_ref,  panel_k6_ref};

static void check_matmul(panel_type type, uint32_t k, uint32_t rows, uint32_t tokens, int code, int extreme,
                         int shift) {
    snprintf(now, sizeof now, "%s k=%u rows=%u tokens=%u code=%d extreme=%d shift=%d", panel_names[type], k,
             rows, tokens, code, extreme, shift);
    panel_case c;
    case_new(&c, type, k, rows, tokens, code, extreme, shift);
    uint32_t groups = (rows + PANEL_ROWS - 1) / PANEL_ROWS, cut = groups / 2; /* two calls, as of two threads */
    size_t bytes = (size_t)tokens * c.m.y_stride * sizeof(float);
    float *expected = c.m.y = outputs_new(&c.m);
    twins[type](&c.m, 0, groups);
    float *found = c.m.y = outputs_new(&c.m);
    report_registers(watched_call((const void *)table->panel[type], (uintptr_t)&c.m, 0, cut, 0, 0));
    report_registers(watched_call((const void *)table->panel[type], (uintptr_t)&c.m, cut, groups, 0, 0));
    compare_outputs(&c.m, expected, found);
    fenced_free(expected, bytes);
    fenced_free(found, bytes);
    case_free(&c);
    checks++;
}

static void check_every_matmul(void) {
    static const uint32_t depths[] = {32, 352, 544, 1024}, counts[] = {1, 15, 16, 17, 50};
    static const int shifts[] = {0, 4, 13};
    for (int type = 0; type < PANEL_QUANTISED; type++)
        for (int code = 0; code <= (type == PANEL_U4); code++)
            for (uint32_t tokens = 1; tokens <= 28; tokens++)
                for (int d = 0; d < 4; d++)
                    for (int extreme = 0; extreme < 2; extreme++)
                        check_matmul((panel_type)type, depths[d], counts[random_bits() % 5], tokens, code,
                                     extreme, shifts[random_bits() % 3]);
    for (int type = 0; type < PANEL_QUANTISED; type++) {
        check_matmul((panel_type)type, 0, 20, 3, 0, 0, 0);
        check_matmul((panel_type)type, 8192, 50, 13, 0, 0, 0); /* more than one chunk of weights */
        check_matmul((panel_type)type, 2048, 400, 30, 0, 0, 0);
        check_matmul((panel_type)type, 32768, 17, 1, 0, 1, 0); /* the largest sums */
    }
}

/* A token gives the same bits alone and in any company. */
static void check_company(panel_type type) {
    snprintf(now, sizeof now, "%s alone against in company", panel_names[type]);
    enum { K = 512, ROWS = 40, TOKENS = 27 };
    float together[TOKENS][ROWS], alone[ROWS];
    panel_case c;
    case_new(&c, type, K, ROWS, TOKENS, 0, 0, 0);
    c.m.y = *together, c.m.y_stride = ROWS;
    table->panel[type](&c.m, 0, 3);
    for (uint32_t t = 0; t < TOKENS; t++) {
        panel_input x[K / 32];
        for (uint32_t b = 0; b < K / 32; b++) x[b] = c.m.x[panel_input_first(K, t) + b * panel_run(TOKENS, t)];
        panel_matmul one = c.m;
        one.tokens = 1, one.x = x, one.y = alone;
        table->panel[type](&one, 0, 3);
        if (memcmp(alone, together[t], sizeof alone)) FAIL("token %u differs", t);
    }
    case_free(&c);
    checks++;
}

#if defined(__x86_64__)
/* A tile without the C around it, which could restore what the tile clobbers. */
static void check_tile(panel_type type, panel_tile_kernel *kernel, uint32_t rows, uint32_t tokens, int code) {
    snprintf(now, sizeof now, "tile %s of %u rows and %u tokens, code=%d", panel_names[type], rows, tokens,
             code);
    float y[PANEL_RUN * 32];
    panel_case c;
    case_new(&c, type, 512, rows, tokens, code, 0, 0);
    panel_tile tile = {.panels = c.m.panels,
                       .x = c.m.x,
                       .x_step = tokens * sizeof(panel_input),
                       .y = y,
                       .y_step = rows * sizeof *y,
                       .code = c.m.code,
                       .count = 512 / panel_columns(type),
                       .mask = UINT32_MAX,
                       .start = INPUT_START,
                       .bias = c.m.bias};
    report_registers(watched_call((const void *)kernel, (uintptr_t)&tile, 0, 0, 0, 0));
    case_free(&c);
    checks++;
}

static void check_tiles(const panel_tiles *tiles) {
    for (int type = 0; type < PANEL_QUANTISED; type++)
        for (int code = 0; code <= (type == PANEL_U4); code++) {
            for (uint32_t tokens = 1; tokens <= tiles->tokens; tokens++)
                check_tile((panel_type)type, tiles->kernels[type][tokens - 1], PANEL_ROWS, tokens, code);
            if (tiles->wide[type])
                check_tile((panel_type)type, tiles->wide[type], 2 * PANEL_ROWS, PANEL_WIDE, code);
        }
}
#endif

/* ---- quantise */

static void fill_values(float *x, uint32_t k, int kind) {
    for (uint32_t i = 0; i < k; i++) {
        x[i] = random_float();
        if (kind == 1) x[i] = 0;
        if (kind == 2) x[i] = i % 32 ? (float)((int)(random_bits() % 253) - 126) + 0.5f : 127; /* every tie */
        if (kind == 3) x[i] *= 1e-38f;                                                         /* subnormal */
        if (kind == 4) x[i] *= 3e38f;
        if (kind == 5) x[i] = i % 7 == 3 ? INFINITY : i % 11 == 5 ? -INFINITY : x[i];
        if (kind == 6) x[i] = i % 40 == 9 ? NAN : i % 50 == 13 ? -NAN : x[i];
        if (kind == 7) x[i] = ldexpf(x[i], (int)(random_bits() % 250) - 125);
        if (kind == 8) x[i] = -0.0f;
    }
}

static int same_float(float a, float b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

/* Block i of a token. */
static int same_block(const panel_input *a, const panel_input *b, size_t i, int super) {
    if (memcmp(a->q, b->q, sizeof a->q) || !same_float(a->scale, b->scale)) return 0;
    if (!super) return same_float(a->offset, b->offset) && !memcmp(a->start, b->start, sizeof a->start);
    if (memcmp(a->half_start, b->half_start, sizeof a->half_start)) return 0;
    return i % PANEL_BLOCKS != PANEL_BLOCKS - 1 || !memcmp(a->totals, b->totals, sizeof a->totals);
}

static void check_quantise(uint32_t k, uint32_t tokens, uint32_t t, int kind, int super) {
    snprintf(now, sizeof now, "quantise k=%u token %u of %u, kind %d, super-blocks %d", k, t, tokens, kind,
             super);
    size_t n = (size_t)tokens * (k / 32), bytes = n * sizeof(panel_input);
    float *values = fenced_new(k * sizeof *values);
    panel_input *expected = fenced_new(bytes), *found = fenced_new(bytes);
    memset(expected, 0xa5, bytes);
    memset(found, 0xa5, bytes);
    fill_values(values, k, kind);
    panel_quantise *found_by = super ? table->quantise_super : table->quantise;
    (super ? panel_quantise_super_ref : panel_quantise_ref)(expected, tokens, t, values, k);
    report_registers(watched_call((const void *)found_by, (uintptr_t)found, tokens, t, (uintptr_t)values, k));
    size_t first = panel_input_first(k, t), step = panel_run(tokens, t);
    for (size_t i = 0; i < k / 32; i++) {
        const panel_input *a = expected + first + i * step, *b = found + first + i * step;
        if (same_block(a, b, i, super)) {
            memset(found + first + i * step, 0xa5, sizeof *found);
            continue;
        }
        FAIL("block %zu: scale %.9g, expected %.9g", i, (double)b->scale, (double)a->scale);
        break;
    }
    for (size_t i = 0; i < bytes; i++)
        if (((uint8_t *)found)[i] != 0xa5) {
            FAIL("byte %zu was written, of another token or of a block that differs", i);
            break;
        }
    fenced_free(expected, bytes);
    fenced_free(found, bytes);
    fenced_free(values, k * sizeof *values);
    checks++;
}

static void check_every_quantise(void) {
    for (int kind = 0; kind <= 8; kind++)
        for (uint32_t tokens = 1; tokens <= 26; tokens += 5)
            for (uint32_t t = 0; t < tokens; t += 3)
                for (uint32_t k = 32; k <= 320; k += 96) {
                    check_quantise(k, tokens, t, kind, 0);
                    check_quantise(k * PANEL_BLOCKS, tokens, t, kind, 1);
                }
    check_quantise(0, 1, 0, 0, 0);
    check_quantise(0, 1, 0, 0, 1);
}

int main(int argc, char **argv) {
    uint32_t mask = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : UINT32_MAX, used;
    table = kernels_select(mask, &used);
    if (argc > 2 && strcmp(argv[2], "--bench") == 0) return bench_panels(table, argc - 3, argv + 3);
    if (argc > 2) random_seed(strtoull(argv[2], NULL, 0));
    signal(SIGSEGV, crashed);
    signal(SIGBUS, crashed);
    signal(SIGILL, crashed);
    check_every_matmul();
    for (int type = 0; type < PANEL_QUANTISED; type++) check_company((panel_type)type);
#if defined(__x86_64__)
    if (used & LILA_CPU_AVX2) check_tiles(used & LILA_CPU_VNNI ? &panel_tiles_vnni : &panel_tiles_avx2);
#endif
    check_every_quantise();
    printf("%s features=%u checks=%d failures=%d\n", table->name, used, checks, failures);
    return failures != 0;
}
