/* float_tiles.c: turns blocks of rows into columns and passes the tokens over them. */
#include "x86_64/float_tiles.h"

#include <stdbool.h>
#include <string.h>

#define AT(field, offset) _Static_assert(offsetof(float_tile, field) == (offset), "float_tile." #field)
AT(columns, FLOATS_COLUMNS);
AT(x, FLOATS_X);
AT(x_step, FLOATS_X_STEP);
AT(y, FLOATS_Y);
AT(y_step, FLOATS_Y_STEP);
AT(steps, FLOATS_STEPS);
AT(keep, FLOATS_KEEP);
AT(next, FLOATS_NEXT);
AT(next_step, FLOATS_NEXT_STEP);
AT(second, FLOATS_SECOND);
#define IN(field, offset) _Static_assert(offsetof(float_stream, field) == (offset), "float_stream." #field)
IN(rows, STREAM_ROWS);
IN(stride, STREAM_STRIDE);
IN(x, STREAM_X);
IN(y, STREAM_Y);
IN(blocks, STREAM_BLOCKS);
IN(ahead, STREAM_AHEAD);
IN(steps_to_end, STREAM_STEPS_TO_END);
IN(jump, STREAM_JUMP);
IN(last, STREAM_LAST);

enum { GROUP = 16, MOST_GROUPS = 2, LINE = 64 };

#define SIX(P)    P##1, P##2, P##3, P##4, P##5, P##6
#define TWELVE(P) SIX(P), P##7, P##8, P##9, P##10, P##11, P##12

float_turn lila_turn_f32_avx2, lila_turn_f16_avx2, lila_turn_bf16_avx2;
float_tile_kernel SIX(lila_float_avx2_);
const float_tiles float_tiles_avx2 = {
    .groups = 1,
    .tokens = 6,
    .turn = {lila_turn_f32_avx2, lila_turn_f16_avx2, lila_turn_bf16_avx2},
    .kernels = {SIX(lila_float_avx2_)},
};

float_turn lila_turn_f32_avx512, lila_turn_f16_avx512, lila_turn_bf16_avx512;
float_tile_kernel TWELVE(lila_float_avx512_);
float_stream_kernel lila_stream_f32_avx512, lila_stream_f16_avx512, lila_stream_bf16_avx512;
const float_tiles float_tiles_avx512 = {
    .groups = 2,
    .tokens = 12,
    .turn = {lila_turn_f32_avx512, lila_turn_f16_avx512, lila_turn_bf16_avx512},
    .stream = {lila_stream_f32_avx512, lila_stream_f16_avx512, lila_stream_bf16_avx512},
    .kernels = {TWELVE(lila_float_avx512_)},
};

float_tile_kernel TWELVE(lila_pairs_avx512_), lila_tall_pairs_avx512;
float_stream_kernel lila_stream_pairs_avx512;
const float_tiles float_tiles_pairs = {
    .groups = 2,
    .line_bytes = GROUP * 4,
    .tokens = 12,
    .turn = {lila_turn_f32_avx512},
    .stream = {lila_stream_pairs_avx512},
    .kernels = {TWELVE(lila_pairs_avx512_)},
    .tall = lila_tall_pairs_avx512,
};

float_tile_kernel SIX(lila_halves_avx2_), lila_tall_halves_avx2;
const float_tiles float_tiles_halves_avx2 = {
    .groups = 1,
    .line_bytes = GROUP * 2,
    .tokens = 6,
    .kernels = {SIX(lila_halves_avx2_)},
    .tall = lila_tall_halves_avx2,
};

float_tile_kernel TWELVE(lila_halves_avx512_), lila_tall_halves_avx512;
const float_tiles float_tiles_halves_avx512 = {
    .groups = 2,
    .line_bytes = GROUP * 2,
    .tokens = 12,
    .kernels = {TWELVE(lila_halves_avx512_)},
    .tall = lila_tall_halves_avx512,
};

/* Columns [column, column + columns) of the rows [row, row + rows), for a tile of `groups` groups. */
typedef struct block {
    uint32_t row, rows, column, columns, padded; /* padded: the columns up to a multiple of 4 */
} block;

/* One by one: what no whole group of rows or line of columns is left for. */
static void turn_rest(const float_matmul *m, float_type type, const block *b, uint32_t from, float *out) {
    for (uint32_t i = from; i < b->padded; i++)
        for (uint32_t r = 0; r < GROUP; r++) {
            bool inside = i < b->columns && r < b->rows;
            out[i * GROUP + r] = inside ? float_at(m, type, b->row + r, b->column + i) : 0;
        }
}

/* One group, zeros where it has no rows. */
static void turn_group(const float_tiles *tiles, const float_matmul *m, float_type type, const block *b,
                       ptrdiff_t ahead, float *out) {
    if (!b->rows) {
        memset(out, 0, (size_t)b->padded * GROUP * sizeof *out);
        return;
    }
    size_t size = type == FLOAT_F32 ? 4 : 2;
    uint32_t steps = b->rows < GROUP ? 0 : (uint32_t)(b->columns * size / LINE);
    const uint8_t *rows = (const uint8_t *)m->w + b->row * m->w_stride + b->column * size;
    if (steps) tiles->turn[type](out, rows, m->w_stride, steps, ahead);
    turn_rest(m, type, b, (uint32_t)(steps * LINE / size), out);
}

/* The columns of a block for its tiles, and what they ask the cache for meanwhile, if anything: two lines at
 * every step of four columns. */
typedef struct turned {
    const void *first, *second; /* of the groups of 16 rows; the same where there is one */
    const uint8_t *next;        /* NULL: nothing */
    size_t next_step;
} turned;

/* Tokens [t, …) of one run; how many were done. */
static uint32_t pass_tokens(const float_tiles *tiles, const float_matmul *m, const block *b, uint32_t t,
                            const turned *w) {
    uint32_t run = float_run(m->tokens, t), left = run - t % FLOAT_RUN;
    uint32_t tokens = left < tiles->tokens ? left : tiles->tokens;
    size_t row_bytes = b->rows * sizeof(float), spare_step = tiles->groups * GROUP;
    float spare[FLOAT_RUN * MOST_GROUPS * GROUP], *y = m->y + t * m->y_stride + b->row;
    bool whole = b->rows == spare_step; /* else the tile would write to rows that aren't there */
    float_tile tile = {
        .columns = w->first,
        .second = w->second,
        .x = m->x + float_first(m->k, t) + (size_t)b->column * run,
        .x_step = run * 4 * sizeof(float),
        .y = whole ? y : spare,
        .y_step = (whole ? m->y_stride : spare_step) * sizeof(float),
        .steps = b->padded / 4,
        .keep = b->column ? UINT32_MAX : 0,
        .next = w->next ? w->next : w->first,
        .next_step = w->next ? w->next_step : 0,
    };
    for (uint32_t i = 0; !whole && b->column && i < tokens; i++)
        memcpy(spare + i * spare_step, y + i * m->y_stride, row_bytes);
    tiles->kernels[tokens - 1](&tile);
    for (uint32_t i = 0; !whole && i < tokens; i++)
        memcpy(y + i * m->y_stride, spare + i * spare_step, row_bytes);
    return tokens;
}

/* All tokens by one block, which several tiles share the prefetching of what lies `ahead`. */
static void pass_block(const float_tiles *tiles, const float_matmul *m, float_type type, const block *b,
                       ptrdiff_t ahead, const float *columns) {
    ptrdiff_t size = type == FLOAT_F32 ? 4 : 2, asked = m->tokens > tiles->tokens ? 0 : FLOAT_BLOCK * size;
    const uint8_t *next = (const uint8_t *)m->w + b->row * m->w_stride + b->column * size + ahead;
    turned w = {columns, columns + GROUP * FLOAT_BLOCK, NULL, m->w_stride};
    for (uint32_t t = 0; t < m->tokens; asked += 2 * LINE) {
        w.next = asked < FLOAT_BLOCK * size ? next + asked : NULL;
        t += pass_tokens(tiles, m, b, t, &w);
    }
}

/* The bytes of one row that a stream asks the cache for before it reads them. */
enum { STREAM_AHEAD_BYTES = 1024 };

/* The first columns of a group by one token. */
static void stream_group(const float_tiles *tiles, const float_matmul *m, float_type type, uint32_t row,
                         uint32_t columns) {
    size_t size = type == FLOAT_F32 ? 4 : 2, bytes = columns * size, block_bytes = FLOAT_BLOCK * size;
    size_t ahead = bytes < STREAM_AHEAD_BYTES ? bytes : STREAM_AHEAD_BYTES;
    ptrdiff_t jump = (ptrdiff_t)(GROUP * m->w_stride) - (ptrdiff_t)bytes;
    float_stream stream = {
        .rows = (const uint8_t *)m->w + row * m->w_stride,
        .stride = m->w_stride,
        .x = m->x,
        .y = m->y + row,
        .blocks = (bytes + block_bytes - 1) / block_bytes,
        .ahead = (ptrdiff_t)ahead + (bytes == ahead ? jump : 0),
        .steps_to_end = (bytes - ahead) / LINE,
        .jump = jump,
        .last = (uint32_t)((bytes - 1) % block_bytes + 1) / LINE,
    };
    tiles->stream[type](&stream);
}

/* How many columns one token is done with; the tiles take the rest, which is the last block where its rows
 * aren't of whole lines: the sum of a block is one. */
static uint32_t stream_rows(const float_tiles *tiles, const float_matmul *m, float_type type, uint32_t row,
                            uint32_t rows) {
    uint32_t line = type == FLOAT_F32 ? LINE / 4 : LINE / 2, rest = m->k % FLOAT_BLOCK;
    uint32_t columns = rest % line ? m->k - rest : m->k;
    if (m->tokens != 1 || !tiles->stream[type] || rows % GROUP || !columns) return 0;
    for (uint32_t r = 0; r < rows; r += GROUP) stream_group(tiles, m, type, row + r, columns);
    return columns;
}

/* All columns of the rows of one tile. Behind the last block comes the first one of the rows that follow. */
static void pass_rows(const float_tiles *tiles, const float_matmul *m, float_type type, uint32_t row,
                      uint32_t rows) {
    float columns[MOST_GROUPS * GROUP * FLOAT_BLOCK] __attribute__((aligned(LINE)));
    ptrdiff_t size = type == FLOAT_F32 ? 4 : 2;
    for (uint32_t column = stream_rows(tiles, m, type, row, rows); column < m->k; column += FLOAT_BLOCK) {
        uint32_t left = m->k - column, width = left < FLOAT_BLOCK ? left : FLOAT_BLOCK;
        ptrdiff_t ahead = left > FLOAT_BLOCK ? FLOAT_BLOCK * size
                                             : (ptrdiff_t)(tiles->groups * GROUP * m->w_stride) - column * size;
        for (uint32_t g = 0; g < tiles->groups; g++) {
            uint32_t begin = g * GROUP, there = rows > begin ? rows - begin : 0;
            block b = {row + begin, there < GROUP ? there : GROUP, column, width, float_padded(width)};
            turn_group(tiles, m, type, &b, m->tokens > tiles->tokens ? 0 : ahead,
                       columns + g * GROUP * FLOAT_BLOCK);
        }
        block b = {row, rows, column, width, float_padded(width)};
        pass_block(tiles, m, type, &b, ahead, columns);
    }
}

/* All columns of the rows of one tile out of panels. Behind the last block comes the first one of the groups
 * that follow; of what comes each group is fetched after the other. */
static void pass_panels(const float_tiles *tiles, const float_matmul *m, uint32_t row, uint32_t rows) {
    size_t line_bytes = tiles->line_bytes, group = m->k * line_bytes;
    const uint8_t *first = (const uint8_t *)m->panels + row / GROUP * group;
    for (uint32_t column = 0; column < m->k; column += FLOAT_BLOCK) {
        uint32_t left = m->k - column, width = left < FLOAT_BLOCK ? left : FLOAT_BLOCK;
        block b = {row, rows, column, width, float_padded(width)};
        size_t bytes = width * line_bytes, tile_bytes = (size_t)width / 4 * (2 * LINE), asked = 0;
        const uint8_t *here = first + column * line_bytes;
        const uint8_t *after = left > FLOAT_BLOCK ? here + bytes : first + tiles->groups * group;
        turned w = {here, rows > GROUP ? here + group : here, NULL, 2 * LINE};
        for (uint32_t t = 0; t < m->tokens; asked += tile_bytes) {
            bool more = m->tokens > tiles->tokens && asked < tiles->groups * bytes;
            w.next = more ? after + asked / bytes * group + asked % bytes : NULL;
            t += pass_tokens(tiles, m, &b, t, &w);
        }
    }
}

/* TALL_GROUPS groups of panels by one token. */
static void pass_tall(const float_tiles *tiles, const float_matmul *m, uint32_t row) {
    size_t line_bytes = tiles->line_bytes, group = m->k * line_bytes;
    const uint8_t *first = (const uint8_t *)m->panels + row / GROUP * group;
    for (uint32_t column = 0; column < m->k; column += FLOAT_BLOCK) {
        uint32_t left = m->k - column, width = left < FLOAT_BLOCK ? left : FLOAT_BLOCK;
        tiles->tall(&(float_tile){.columns = first + column * line_bytes,
                                  .second = first + group + column * line_bytes,
                                  .x = m->x + column,
                                  .x_step = 4 * sizeof(float),
                                  .y = m->y + row,
                                  .steps = float_padded(width) / 4,
                                  .keep = column ? UINT32_MAX : 0});
    }
}

/* Empty sums: the tiles need at least one column. */
static void zero_rows(const float_matmul *m, uint32_t first, uint32_t last) {
    for (uint32_t t = 0; first < last && t < m->tokens; t++)
        memset(m->y + t * m->y_stride + first, 0, (last - first) * sizeof *m->y);
}

void float_tiles_run(const float_tiles *tiles, float_type type, const float_matmul *m, uint32_t first,
                     uint32_t last) {
    if (m->k == 0) zero_rows(m, first, last);
    uint32_t most = tiles->groups * GROUP,
             tall = m->panels && m->tokens == 1 ? TALL_GROUPS * GROUP : UINT32_MAX;
    for (uint32_t row = first, rows; m->k && row < last; row += rows) {
        uint32_t left = last - row;
        rows = left >= tall ? tall : left < most ? left : most;
        if (rows == tall)
            pass_tall(tiles, m, row);
        else if (m->panels)
            pass_panels(tiles, m, row, rows);
        else
            pass_rows(tiles, m, type, row, rows);
    }
}

#define ENTRY(NAME, TYPE, ISA)                                                                                 \
    void float_##NAME##_##ISA(const float_matmul *m, uint32_t first, uint32_t last) {                          \
        float_tiles_run(&float_tiles_##ISA, TYPE, m, first, last);                                             \
    }

ENTRY(f32, FLOAT_F32, avx2)
ENTRY(bf16, FLOAT_BF16, avx2)
ENTRY(f32, FLOAT_F32, avx512)
ENTRY(bf16, FLOAT_BF16, avx512)

#define F16_ENTRY(ISA)                                                                                         \
    void float_f16_##ISA(const float_matmul *m, uint32_t first, uint32_t last) {                               \
        if (m->panels)                                                                                         \
            float_tiles_run(&float_tiles_halves_##ISA, FLOAT_F16, m, first, last);                             \
        else                                                                                                   \
            float_tiles_run(&float_tiles_##ISA, FLOAT_F16, m, first, last);                                    \
    }

F16_ENTRY(avx2)
F16_ENTRY(avx512)

void float_bf16_avx512bf16(const float_matmul *m, uint32_t first, uint32_t last) {
    float_matmul pairs = *m;
    pairs.k = m->k / 2;
    if (m->k % 2 == 0)
        float_tiles_run(&float_tiles_pairs, FLOAT_F32, &pairs, first, last);
    else
        float_bf16_pairs_ref(m, first, last); /* half a pair: in no model there is */
}
