/* outer_tile.h: what the drivers in C and the tiles of kernels.outer in assembly agree on; both include it. */
#ifndef LILA_OUTER_TILE_H
#define LILA_OUTER_TILE_H

/* Offsets into outer_tile, held to the struct by outer_tiles.c. */
#define OUTER_A        0
#define OUTER_A_STRIDE 8
#define OUTER_B        16
#define OUTER_Y        24
#define OUTER_Y_STRIDE 32
#define OUTER_COUNT    40

#ifndef __ASSEMBLER__
#include "kernels.h"

/* Strides in bytes; count is not 0. */
typedef struct outer_tile {
    const float *a;
    size_t a_stride;
    const void *b;
    float *y;
    size_t y_stride;
    uint64_t count;
} outer_tile;

/* y for the rows that the function is for; 32 columns, or those 16 that its name says. */
typedef void outer_tile_kernel(const outer_tile *tile);
#endif

#endif
