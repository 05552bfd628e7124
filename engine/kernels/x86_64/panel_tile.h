/* panel_tile.h: what the drivers in C and the tiles in assembly agree on; both include it.
 *
 * A tile is one group of 16 rows by up to PANEL_RUN tokens, or a wide one of two groups by PANEL_WIDE tokens,
 * over the whole of k. */
#ifndef LILA_PANEL_TILE_H
#define LILA_PANEL_TILE_H

/* Offsets into panel_tile, held to the struct by panel_tiles.c. */
#define TILE_PANELS 0
#define TILE_X      8
#define TILE_X_STEP 16
#define TILE_Y      24
#define TILE_Y_STEP 32
#define TILE_CODE   40
#define TILE_COUNT  48
#define TILE_MASK   52
#define TILE_START  56
#define TILE_BIAS   60

/* Offsets into panel_input and its size. */
#define INPUT_SCALE      32
#define INPUT_OFFSET     36
#define INPUT_HALF_START 40
#define INPUT_START      48
#define INPUT_TOTALS     48
#define INPUT_BYTES      64

/* Parts of the panel of a super-block and its blocks. */
#define SUPER_MIN        32
#define SUPER_SUB_SCALES 64
#define SUPER_SUB_MINS   192
#define SUPER_FIRST      320
#define SUPER_BLOCKS     8

#ifndef __ASSEMBLER__
#include "panels.h"

typedef struct panel_tile {
    const uint8_t *panels; /* of this group of rows */
    const panel_input *x;  /* block 0 of the first token of the tile */
    size_t x_step;         /* bytes from one block of a token to its next */
    float *y;              /* row 0 of the group for the first token */
    size_t y_step;         /* bytes from token to token */
    const uint8_t *code;   /* [16] or NULL */
    uint32_t count;        /* panels of a row: k / panel_columns, not 0 */
    uint32_t mask;         /* bit r: row r exists; those of a wide tile's second group from 16 on */
    uint32_t start;        /* offset in panel_input of −bias · Σ q */
    uint32_t bias;
} panel_tile;

enum { PANEL_WIDE = PANEL_RUN / 2 };

/* y[t][r] for the tokens that the function is for, 1 to PANEL_RUN, in the order of panels.h. */
typedef void panel_tile_kernel(const panel_tile *tile);
#endif

#endif
