/* check_floats.c: the kernels for rows of F32, F16 and BF16 of the table that a mask of CPU features selects,
 * bit for bit against their scalar twins.
 *
 *   check_floats MASK [SEED]                     prints every failure and then a count; exits with 1 if any
 *   check_floats MASK --bench [K ROWS TOKENS…]   measures
 *
 * Random and extreme values; sizes on both sides of every tile; buffers that end at an unreadable page, aligned
 * and not; guard values between the rows of y; registers that a callee must preserve. */
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_floats.h"
#include "lila_engine.h"
#include "panel_cases.h"
#include "watched_call.h"
#if defined(__x86_64__)
#include "x86_64/float_tiles.h"
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

/* ---- one product */

static const uint32_t GUARD = 0x7fa5a5a5; /* a NaN */

typedef struct float_case {
    float_matmul m;
    float_type type;
    uint32_t rows;
    size_t w_bytes, x_bytes, y_bytes, panel_bytes;
} float_case;

/* Extreme: zeros, subnormals, the largest numbers, infinities and NaNs. */
static void random_weight(uint8_t *w, float_type type, int extreme) {
    static const uint16_t halves[] = {0,      0x8000, 1,      0x8001, 0x03ff, 0x0400,
                                      0x7bff, 0xfbff, 0x3c00, 0x7c00, 0x7e01};
    static const uint16_t uppers[] = {0,      0x8000, 1,      0x8001, 0x007f, 0x0080,
                                      0x7f7f, 0xff7f, 0x3f80, 0xff80, 0x7fc1};
    uint32_t bits = (uint32_t)random_bits();
    uint16_t half = extreme ? (type == FLOAT_F16 ? halves : uppers)[bits % 11]
                            : (uint16_t)((bits & 0x83ff) | (1 + bits / 0x10000 % 16) << 10);
    if (!extreme && type != FLOAT_F16) half = (uint16_t)((bits & 0x807f) | (110 + bits / 0x10000 % 24) << 7);
    uint32_t whole = (uint32_t)half << 16 | (extreme ? 0 : bits >> 16);
    memcpy(w, type == FLOAT_F32 ? (void *)&whole : (void *)&half, type == FLOAT_F32 ? 4 : 2);
}

static void fill_x(float *x, const float_matmul *m, bool pairs, int extreme) {
    float *row = malloc((m->k + 1) * sizeof *row);
    for (uint32_t t = 0; t < m->tokens; t++) {
        for (uint32_t i = 0; i < m->k; i++)
            row[i] = extreme ? ldexpf(random_float(), (int)(random_bits() % 200) - 100) : random_float();
        (pairs ? table->pair : float_arrange)(x, m->tokens, t, row, m->k);
    }
    free(row);
}

/* Whether the table takes pairs of this type, and the floats or pairs of a row. */
static bool is_paired(float_type type) {
    return type == FLOAT_BF16 && table->pair;
}

static uint32_t dwords(float_type type, uint32_t k) {
    return is_paired(type) ? float_pairs(k) : k;
}

/* gap: bytes between two rows; shift: bytes that w and x begin off their alignment, 2 and 4 at least. */
static float_case case_of(float_type type, uint32_t k, uint32_t rows, uint32_t tokens, int extreme,
                          uint32_t gap, uint32_t shift) {
    uint32_t size = type == FLOAT_F32 ? 4 : 2;
    float_case c = {.type = type, .rows = rows};
    c.m = (float_matmul){.k = k, .tokens = tokens, .w_stride = (size_t)k * size + gap, .y_stride = rows + 3};
    c.w_bytes = (rows - 1) * c.m.w_stride + (size_t)k * size + shift;
    c.x_bytes = (size_t)tokens * float_padded(dwords(type, k)) * sizeof(float) + shift / 4 * 4;
    c.y_bytes = tokens * c.m.y_stride * sizeof(float);
    uint8_t *w = fenced_new(c.w_bytes);
    for (uint32_t r = 0; r < rows; r++)
        for (uint32_t i = 0; i < k; i++) random_weight(w + r * c.m.w_stride + (size_t)i * size, type, extreme);
    c.m.w = w;
    float *x = fenced_new(c.x_bytes);
    fill_x(x, &c.m, is_paired(type), extreme);
    c.m.x = x;
    return c;
}

/* Weights that the kernel is to take from panels. */
static void pack_case(float_case *c) {
    size_t unit = c->type == FLOAT_BF16 ? 4 : 2, row_bytes = c->m.k * sizeof(uint16_t);
    c->panel_bytes = (c->rows + PANEL_ROWS - 1) / PANEL_ROWS * PANEL_ROWS * row_bytes;
    uint8_t *panels = fenced_new(c->panel_bytes);
    memset(panels, 0, c->panel_bytes);
    for (size_t r = 0; r < c->rows; r++)
        for (size_t at = 0; at < row_bytes; at += unit)
            memcpy(panels + r / PANEL_ROWS * PANEL_ROWS * row_bytes + at * PANEL_ROWS + r % PANEL_ROWS * unit,
                   (const uint8_t *)c->m.w + r * c->m.w_stride + at, unit);
    c->m.panels = panels;
}

static void case_done(float_case *c) {
    if (c->m.panels) fenced_free((void *)(uintptr_t)c->m.panels, c->panel_bytes);
    fenced_free((void *)(uintptr_t)c->m.w, c->w_bytes);
    fenced_free((void *)(uintptr_t)c->m.x, c->x_bytes);
}

static float *outputs_new(const float_case *c) {
    float *y = fenced_new(c->y_bytes);
    for (size_t i = 0; i < c->y_bytes / sizeof *y; i++) memcpy(y + i, &GUARD, sizeof GUARD);
    return y;
}

/* Every element, the gaps between the rows included; one NaN is as good as another where a product gave it. */
static void compare_outputs(const float_case *c, const float *expected, const float *found) {
    for (uint32_t t = 0; t < c->m.tokens; t++)
        for (uint32_t r = 0; r < c->m.y_stride; r++) {
            size_t i = t * c->m.y_stride + r;
            if (memcmp(found + i, expected + i, sizeof *found) == 0) continue;
            if (r < c->rows && isnan(expected[i]) && isnan(found[i]) && memcmp(found + i, &GUARD, 4)) continue;
            FAIL("at (%u, %u): expected %.9g, found %.9g", t, r, (double)expected[i], (double)found[i]);
            return;
        }
}

static const char *const names[FLOAT_TYPES] = {"f32", "f16", "bf16"};
static float_kernel *const twins[FLOAT_TYPES] = {float_f32_ref, float_f16_ref, float_bf16_ref};

/* Rows up to `cut` in one call and the rest in another, as of two threads. */
static void compare_with(float_case *c, const float *expected, uint32_t cut) {
    const void *kernel = (const void *)table->floats[c->type];
    float *found = c->m.y = outputs_new(c);
    report_registers(watched_call(kernel, (uintptr_t)&c->m, 0, cut, 0, 0));
    report_registers(watched_call(kernel, (uintptr_t)&c->m, cut, c->rows, 0, 0));
    compare_outputs(c, expected, found);
    fenced_free(found, c->y_bytes);
}

static void check_matmul(float_type type, uint32_t k, uint32_t rows, uint32_t tokens, int extreme, uint32_t gap,
                         uint32_t shift) {
    snprintf(now, sizeof now, "%s k=%u rows=%u tokens=%u extreme=%d gap=%u shift=%u", names[type], k, rows,
             tokens, extreme, gap, shift);
    float_case c = case_of(type, k, rows, tokens, extreme, gap, shift);
    float *expected = c.m.y = outputs_new(&c);
    (is_paired(type) ? float_bf16_pairs_ref : twins[type])(&c.m, 0, rows);
    compare_with(&c, expected, rows / 3);
    if (table->float_panels >> type & 1 && k % PANEL_COLUMNS == 0 && k) {
        pack_case(&c);
        compare_with(&c, expected, rows / 3 / PANEL_ROWS * PANEL_ROWS);
    }
    fenced_free(expected, c.y_bytes);
    case_done(&c);
    checks++;
}

static void check_every_matmul(void) {
    static const uint32_t depths[] = {1, 3, 32, 61, 128, 130, 160, 292, 320, 353},
                          counts[] = {1, 15, 16, 17, 32, 50, 97};
    static const uint32_t gaps[] = {0, 4, 64}, shifts[] = {0, 4, 28};
    for (int type = 0; type < FLOAT_TYPES; type++) {
        for (uint32_t tokens = 1; tokens <= 26; tokens++)
            for (int d = 0; d < 8; d++)
                check_matmul((float_type)type, depths[d], counts[random_bits() % 7], tokens,
                             random_bits() % 4 == 0, gaps[random_bits() % 3], shifts[random_bits() % 3]);
        for (int d = 0; d < 8; d++)
            for (int extreme = 0; extreme < 2; extreme++)
                check_matmul((float_type)type, depths[d] + 200 * (uint32_t)d, 97, 1, extreme, gaps[d % 3],
                             shifts[d % 2]);
        check_matmul((float_type)type, 0, 20, 3, 0, 0, 0);
        check_matmul((float_type)type, 9001, 33, 3, 0, 0, 0);
    }
}

/* A token gives the same bits alone and in any company. */
static void check_company(float_type type) {
    snprintf(now, sizeof now, "%s alone against in company", names[type]);
    enum { K = 300, ROWS = 40, TOKENS = 27 };
    float together[TOKENS][ROWS], alone[ROWS], x[K];
    uint32_t width = dwords(type, K);
    float_case c = case_of(type, K, ROWS, TOKENS, 0, 0, 0);
    c.m.y = *together, c.m.y_stride = ROWS;
    table->floats[type](&c.m, 0, ROWS);
    for (uint32_t t = 0; t < TOKENS; t++) {
        size_t step = (size_t)float_run(TOKENS, t) * 4;
        for (uint32_t i = 0; i < float_padded(width); i++)
            memcpy(x + i, c.m.x + float_first(width, t) + i / 4 * step + i % 4, sizeof *x);
        float_matmul one = c.m;
        one.tokens = 1, one.x = x, one.y = alone;
        table->floats[type](&one, 0, ROWS);
        if (memcmp(alone, together[t], sizeof alone)) FAIL("token %u differs", t);
    }
    case_done(&c);
    checks++;
}

#if defined(__x86_64__)
/* The assembly without the C around it, which could restore what it clobbers. */
static void check_assembly(const float_tiles *tiles) {
    static float columns[2 * 16 * FLOAT_BLOCK] __attribute__((aligned(64))), x[FLOAT_RUN * 4],
        y[FLOAT_RUN * 32];
    for (uint32_t tokens = 1; tokens <= tiles->tokens; tokens++) {
        snprintf(now, sizeof now, "tile of %u tokens", tokens);
        float_tile tile = {columns, x, tokens * 16, y, 128, 1, 0, NULL, 0, columns + 16 * FLOAT_BLOCK};
        report_registers(watched_call((const void *)tiles->kernels[tokens - 1], (uintptr_t)&tile, 0, 0, 0, 0));
        checks++;
    }
    if (tiles->tall) {
        snprintf(now, sizeof now, "tall tile");
        float_tile tile = {columns, x, 16, y, 0, 1, 0, NULL, 0, columns + 16};
        report_registers(watched_call((const void *)tiles->tall, (uintptr_t)&tile, 0, 0, 0, 0));
        checks++;
    }
    for (int type = 0; type < FLOAT_TYPES && tiles->turn[type]; type++) {
        snprintf(now, sizeof now, "turn of %s", names[type]);
        report_registers(
            watched_call((const void *)tiles->turn[type], (uintptr_t)columns, (uintptr_t)columns, 64, 1, 0));
        checks++;
        if (!tiles->stream[type]) continue;
        snprintf(now, sizeof now, "stream of %s", names[type]);
        float_stream stream = {(const uint8_t *)columns, 512, columns, y, 1, 0, 2, 64, 2};
        report_registers(watched_call((const void *)tiles->stream[type], (uintptr_t)&stream, 0, 0, 0, 0));
        checks++;
    }
}
#endif

static void check_arrange(uint32_t tokens, uint32_t k) {
    snprintf(now, sizeof now, "arrange tokens=%u k=%u", tokens, k);
    size_t bytes = (size_t)tokens * float_padded(k) * sizeof(float);
    float *x = fenced_new(bytes), *row = fenced_new(k * sizeof *row);
    memset(x, 0xa5, bytes);
    for (uint32_t t = 0; t < tokens; t++) {
        for (uint32_t i = 0; i < k; i++) row[i] = (float)(1 + t * k + i);
        float_arrange(x, tokens, t, row, k);
    }
    for (uint32_t t = 0; t < tokens; t++)
        for (uint32_t i = 0; i < float_padded(k); i++) {
            float found = x[float_first(k, t) + (size_t)(i / 4) * float_run(tokens, t) * 4 + i % 4];
            if (found != (i < k ? (float)(1 + t * k + i) : 0))
                FAIL("token %u, column %u: %g", t, i, (double)found);
        }
    fenced_free(row, k * sizeof *row);
    fenced_free(x, bytes);
    checks++;
}

/* In the same places as one by one, what is between two numbers of BF16 and what is no number included. */
static void check_pair(uint32_t tokens, uint32_t k) {
    snprintf(now, sizeof now, "pair tokens=%u k=%u", tokens, k);
    size_t bytes = (size_t)tokens * float_padded(float_pairs(k)) * sizeof(float);
    float *expected = fenced_new(bytes), *found = fenced_new(bytes), *row = fenced_new(k * sizeof *row);
    for (uint32_t t = 0; t < tokens; t++) {
        for (uint32_t i = 0; i < k; i++) {
            uint32_t bits = (uint32_t)random_bits();
            if (bits % 4 == 0) bits = (bits & 0xffff0000) | 0x8000; /* exactly between */
            memcpy(row + i, &bits, sizeof bits);
        }
        float_pair(expected, tokens, t, row, k);
        table->pair(found, tokens, t, row, k);
    }
    if (memcmp(expected, found, bytes)) FAIL("differs from one by one");
    fenced_free(row, k * sizeof *row);
    fenced_free(expected, bytes);
    fenced_free(found, bytes);
    checks++;
}

int main(int argc, char **argv) {
    uint32_t mask = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : UINT32_MAX, used;
    table = kernels_select(mask, &used);
    if (argc > 2 && strcmp(argv[2], "--bench") == 0) return bench_floats(table, argc - 3, argv + 3);
    if (argc > 2) random_seed(strtoull(argv[2], NULL, 0));
    signal(SIGSEGV, crashed);
    signal(SIGBUS, crashed);
    signal(SIGILL, crashed);
    check_every_matmul();
    for (int type = 0; type < FLOAT_TYPES; type++) check_company((float_type)type);
#if defined(__x86_64__)
    if (used & LILA_CPU_AVX2) check_assembly(used & LILA_CPU_AVX512 ? &float_tiles_avx512 : &float_tiles_avx2);
    if (used & LILA_CPU_AVX2)
        check_assembly(used & LILA_CPU_AVX512 ? &float_tiles_halves_avx512 : &float_tiles_halves_avx2);
    if (used & LILA_CPU_BF16) check_assembly(&float_tiles_pairs);
#endif
    for (uint32_t tokens = 1; tokens <= 25; tokens += 4)
        for (uint32_t k = 1; k <= 9; k++) check_arrange(tokens, k);
    for (uint32_t tokens = 1; table->pair && tokens <= 25; tokens += 4)
        for (uint32_t k = 1; k <= 70; k += 3) check_pair(tokens, k);
    printf("%s features=%u checks=%d failures=%d\n", table->name, used, checks, failures);
    return failures != 0;
}
