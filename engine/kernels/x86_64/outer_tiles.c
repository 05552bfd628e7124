/* outer_tiles.c: cuts the rows of kernels.outer into tiles for the assembly. */
#include "x86_64/outer_tiles.h"

#define AT(field, offset) _Static_assert(offsetof(outer_tile, field) == (offset), "outer_tile." #field)
AT(a, OUTER_A);
AT(a_stride, OUTER_A_STRIDE);
AT(b, OUTER_B);
AT(y, OUTER_Y);
AT(y_stride, OUTER_Y_STRIDE);
AT(count, OUTER_COUNT);

#define SIX(P)    P##1, P##2, P##3, P##4, P##5, P##6
#define TWELVE(P) SIX(P), P##7, P##8, P##9, P##10, P##11, P##12

outer_tile_kernel SIX(lila_outer_f32_avx2_0_), SIX(lila_outer_f32_avx2_1_);
outer_tile_kernel SIX(lila_outer_f16_avx2_0_), SIX(lila_outer_f16_avx2_1_);
outer_tile_kernel SIX(lila_outer_i8_avx2_0_), SIX(lila_outer_i8_avx2_1_);
outer_tile_kernel *const outer_tiles_avx2[CACHE_TYPES][2][OUTER_ROWS_AVX2] = {
    [CACHE_F32] = {{SIX(lila_outer_f32_avx2_0_)}, {SIX(lila_outer_f32_avx2_1_)}},
    [CACHE_F16] = {{SIX(lila_outer_f16_avx2_0_)}, {SIX(lila_outer_f16_avx2_1_)}},
    [CACHE_Q8_0] = {{SIX(lila_outer_i8_avx2_0_)}, {SIX(lila_outer_i8_avx2_1_)}},
};

outer_tile_kernel TWELVE(lila_outer_f32_avx512_), TWELVE(lila_outer_f16_avx512_);
outer_tile_kernel TWELVE(lila_outer_i8_avx512_);
outer_tile_kernel *const outer_tiles_avx512[CACHE_TYPES][OUTER_ROWS_AVX512] = {
    [CACHE_F32] = {TWELVE(lila_outer_f32_avx512_)},
    [CACHE_F16] = {TWELVE(lila_outer_f16_avx512_)},
    [CACHE_Q8_0] = {TWELVE(lila_outer_i8_avx512_)},
};

static void zero_rows(const kernel_outer *o) {
    for (uint32_t r = 0; r < o->rows; r++)
        for (uint32_t c = 0; c < OUTER_COLUMNS; c++) o->y[r * o->y_stride + c] = 0;
}

static outer_tile tile_at(const kernel_outer *o, uint32_t row) {
    return (outer_tile){o->a + row * o->a_stride, o->a_stride * sizeof(float), o->b,
                        o->y + row * o->y_stride, o->y_stride * sizeof(float), o->count};
}

static inline uint32_t rows_from(const kernel_outer *o, uint32_t row, uint32_t most) {
    return o->rows - row < most ? o->rows - row : most;
}

static void run_avx2(const kernel_outer *o, outer_tile_kernel *const by_rows[2][OUTER_ROWS_AVX2]) {
    if (o->count == 0) zero_rows(o);
    for (uint32_t row = 0, rows; o->count && row < o->rows; row += rows) {
        rows = rows_from(o, row, OUTER_ROWS_AVX2);
        outer_tile tile = tile_at(o, row);
        for (int half = 0; half < 2; half++) by_rows[half][rows - 1](&tile);
    }
}

static void run_avx512(const kernel_outer *o, outer_tile_kernel *const by_rows[OUTER_ROWS_AVX512]) {
    if (o->count == 0) zero_rows(o);
    for (uint32_t row = 0, rows; o->count && row < o->rows; row += rows) {
        rows = rows_from(o, row, OUTER_ROWS_AVX512);
        outer_tile tile = tile_at(o, row);
        by_rows[rows - 1](&tile);
    }
}

#define ENTRY(NAME, TYPE, ISA)                                                                                 \
    void outer_##NAME##_##ISA(const kernel_outer *o) {                                                         \
        run_##ISA(o, outer_tiles_##ISA[TYPE]);                                                                 \
    }
#define SOFTMAX(ISA)                                                                                           \
    void softmax_##ISA(float *s, uint32_t n, float sums[2]) {                                                  \
        sums[0] = SOFTMAX_FLOOR, sums[1] = 0;                                                                  \
        if (n) lila_softmax_##ISA(s, n / 16, sums);                                                            \
    }

ENTRY(f32, CACHE_F32, avx2)
ENTRY(f16, CACHE_F16, avx2)
ENTRY(i8, CACHE_Q8_0, avx2)
SOFTMAX(avx2)
ENTRY(f32, CACHE_F32, avx512)
ENTRY(f16, CACHE_F16, avx512)
ENTRY(i8, CACHE_Q8_0, avx512)
SOFTMAX(avx512)
