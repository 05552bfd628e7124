/* float_tiles.h: the assembly for matrices of floats of one instruction set as a table, and the loop over it.
 */
#ifndef LILA_FLOAT_TILES_H
#define LILA_FLOAT_TILES_H

#include "x86_64/float_tile.h"

typedef struct float_tiles {
    uint32_t groups;     /* of 16 rows in a tile, 1 or 2 */
    uint32_t tokens;     /* of the largest tile, a divisor of FLOAT_RUN */
    uint32_t line_bytes; /* of 16 rows of a column in panels; 0: these tiles read none */
    float_turn *turn[FLOAT_TYPES];
    float_stream_kernel *stream[FLOAT_TYPES]; /* for one token; NULL: the tiles do it as well */
    float_tile_kernel *kernels[FLOAT_RUN];    /* [tokens − 1] */
    float_tile_kernel *tall; /* TALL_GROUPS groups of panels by one token; where line_bytes isn't 0 */
} float_tiles;

extern const float_tiles float_tiles_avx2, float_tiles_avx512;
/* Over panels of F16: nothing is turned. */
extern const float_tiles float_tiles_halves_avx2, float_tiles_halves_avx512;
/* For pairs of BF16, which are dwords as F32 are: turned, they are FLOAT_F32 with half as many columns. */
extern const float_tiles float_tiles_pairs;

/* A float_kernel, made of tiles. */
void float_tiles_run(const float_tiles *tiles, float_type type, const float_matmul *m, uint32_t first,
                     uint32_t last);

/* The entries of the table of kernels. */
float_kernel float_f32_avx2, float_f16_avx2, float_bf16_avx2;
float_kernel float_f32_avx512, float_f16_avx512, float_bf16_avx512, float_bf16_avx512bf16;

#endif
