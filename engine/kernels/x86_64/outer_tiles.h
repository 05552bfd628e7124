/* outer_tiles.h: the kernels of attention in assembly, as entries of the table of kernels. */
#ifndef LILA_OUTER_TILES_H
#define LILA_OUTER_TILES_H

#include "x86_64/outer_tile.h"

enum { OUTER_ROWS_AVX2 = 6, OUTER_ROWS_AVX512 = 12 };

void outer_f32_avx2(const kernel_outer *o), outer_f16_avx2(const kernel_outer *o);
void outer_i8_avx2(const kernel_outer *o);
void outer_f32_avx512(const kernel_outer *o), outer_f16_avx512(const kernel_outer *o);
void outer_i8_avx512(const kernel_outer *o);
void softmax_avx2(float *s, uint32_t n, float sums[2]), softmax_avx512(float *s, uint32_t n, float sums[2]);

/* What those of kernels.outer are made of: [type][rows − 1]; AVX2 has one of columns 0–15 and one of 16–31. */
extern outer_tile_kernel *const outer_tiles_avx2[CACHE_TYPES][2][OUTER_ROWS_AVX2];
extern outer_tile_kernel *const outer_tiles_avx512[CACHE_TYPES][OUTER_ROWS_AVX512];

/* n of 16 lanes each, not 0. */
void lila_softmax_avx2(float *s, uint64_t n, float sums[2]);
void lila_softmax_avx512(float *s, uint64_t n, float sums[2]);

#endif
