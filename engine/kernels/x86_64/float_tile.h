/* float_tile.h: what the driver in C and the tiles in assembly agree on; both include it. */
#ifndef LILA_FLOAT_TILE_H
#define LILA_FLOAT_TILE_H

/* Offsets into float_tile, held to the struct by float_tiles.c. */
#define FLOATS_COLUMNS   0
#define FLOATS_X         8
#define FLOATS_X_STEP    16
#define FLOATS_Y         24
#define FLOATS_Y_STEP    32
#define FLOATS_STEPS     40
#define FLOATS_KEEP      44
#define FLOATS_NEXT      48
#define FLOATS_NEXT_STEP 56
#define FLOATS_SECOND    64

/* The same of float_stream. */
#define STREAM_ROWS         0
#define STREAM_STRIDE       8
#define STREAM_X            16
#define STREAM_Y            24
#define STREAM_BLOCKS       32
#define STREAM_AHEAD        40
#define STREAM_STEPS_TO_END 48
#define STREAM_JUMP         56
#define STREAM_LAST         64

#ifndef __ASSEMBLER__
#include "floats.h"

/* One block of columns of 16 or 32 rows by up to FLOAT_RUN tokens. */
typedef struct float_tile {
    const void *columns; /* [columns][16] of the first 16 rows: f32, or f16 for the tiles of panels of
                            those; at a multiple of 64 bytes */
    const float *x;      /* the first column of the block of the first token */
    size_t x_step;       /* bytes from four columns of a token to the next four */
    float *y;            /* row 0 for the first token, of all 16 or 32 rows */
    size_t y_step;       /* bytes from token to token */
    uint32_t steps;      /* columns / 4, not 0 */
    uint32_t keep;       /* all bits: y is added to; none: it is only written */
    const uint8_t *next; /* what will be turned soon: every step asks the cache for two lines of it */
    size_t next_step;    /* bytes to those of the next step */
    const void *second;  /* what columns is, of the other 16 rows of a tile of 32 */
} float_tile;

typedef void float_tile_kernel(const float_tile *tile);

/* Groups of a tall tile, each as far from the one before it as second is from columns. */
enum { TALL_GROUPS = 4 };

/* out[column][16] = 64 bytes of each of 16 rows as f32, `steps` (not 0) times. Asks the cache for the bytes
 * that lie `ahead` further on. */
typedef void float_turn(float *out, const uint8_t *rows, size_t stride, size_t steps, ptrdiff_t ahead);

/* 16 rows by one token, in whole lines of 64 bytes. */
typedef struct float_stream {
    const uint8_t *rows;
    size_t stride;
    const float *x;
    float *y;            /* [16], overwritten */
    size_t blocks;       /* not 0; all but the last one are whole */
    ptrdiff_t ahead;     /* the cache is asked for the bytes that lie so much further on */
    size_t steps_to_end; /* until, after so many lines of a row (0: never), */
    ptrdiff_t jump;      /* this is added to it */
    uint32_t last;       /* lines of each row in the last block, not 0 */
} float_stream;

typedef void float_stream_kernel(const float_stream *stream);
#endif

#endif
