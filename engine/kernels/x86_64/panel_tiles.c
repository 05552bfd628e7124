/* panel_tiles.c: cuts a product into tiles for the assembly, in an order that keeps its weights in the cache.
 */
#include "x86_64/panel_tile.h"

#include "x86_64/panel_tiles.h"

#define AT(field, offset) _Static_assert(offsetof(panel_tile, field) == (offset), "panel_tile." #field)
#define IN(field, offset) _Static_assert(offsetof(panel_input, field) == (offset), "panel_input." #field)
AT(panels, TILE_PANELS);
AT(x, TILE_X);
AT(x_step, TILE_X_STEP);
AT(y, TILE_Y);
AT(y_step, TILE_Y_STEP);
AT(code, TILE_CODE);
AT(count, TILE_COUNT);
AT(mask, TILE_MASK);
AT(start, TILE_START);
AT(bias, TILE_BIAS);
IN(scale, INPUT_SCALE);
IN(offset, INPUT_OFFSET);
IN(half_start, INPUT_HALF_START);
IN(start, INPUT_START);
IN(totals, INPUT_TOTALS);
_Static_assert(sizeof(panel_input) == INPUT_BYTES, "panel_input");
_Static_assert(PANEL_SUB_SCALES == SUPER_SUB_SCALES && PANEL_SUB_MINS == SUPER_SUB_MINS &&
                   PANEL_FIRST_BLOCK == SUPER_FIRST && PANEL_BLOCKS == SUPER_BLOCKS,
               "a super-block");

/* The functions of one type and instruction set, by tokens. */
#define THREE(P)  P##1, P##2, P##3
#define TWELVE(P) THREE(P), P##4, P##5, P##6, P##7, P##8, P##9, P##10, P##11, P##12

panel_tile_kernel THREE(lila_panel_u4_avx2_), THREE(lila_panel_u4m_avx2_);
panel_tile_kernel THREE(lila_panel_u5m_avx2_), THREE(lila_panel_u8_avx2_);
panel_tile_kernel THREE(lila_panel_k4_avx2_), THREE(lila_panel_k5_avx2_), THREE(lila_panel_k6_avx2_);
const panel_tiles panel_tiles_avx2 = {
    .tokens = 3,
    .kernels[PANEL_U4] = {THREE(lila_panel_u4_avx2_)},
    .kernels[PANEL_U4M] = {THREE(lila_panel_u4m_avx2_)},
    .kernels[PANEL_U5M] = {THREE(lila_panel_u5m_avx2_)},
    .kernels[PANEL_U8] = {THREE(lila_panel_u8_avx2_)},
    .kernels[PANEL_K4] = {THREE(lila_panel_k4_avx2_)},
    .kernels[PANEL_K5] = {THREE(lila_panel_k5_avx2_)},
    .kernels[PANEL_K6] = {THREE(lila_panel_k6_avx2_)},
};

panel_tile_kernel TWELVE(lila_panel_u4_vnni_), TWELVE(lila_panel_u4m_vnni_);
panel_tile_kernel TWELVE(lila_panel_u5m_vnni_), TWELVE(lila_panel_u8_vnni_);
panel_tile_kernel TWELVE(lila_panel_k4_vnni_), TWELVE(lila_panel_k5_vnni_), TWELVE(lila_panel_k6_vnni_);
panel_tile_kernel lila_panel_u4_vnni_wide, lila_panel_u4m_vnni_wide, lila_panel_u5m_vnni_wide;
panel_tile_kernel lila_panel_u8_vnni_wide;
panel_tile_kernel lila_panel_k4_vnni_wide, lila_panel_k5_vnni_wide, lila_panel_k6_vnni_wide;
const panel_tiles panel_tiles_vnni = {
    .tokens = 12,
    .kernels[PANEL_U4] = {TWELVE(lila_panel_u4_vnni_)},
    .kernels[PANEL_U4M] = {TWELVE(lila_panel_u4m_vnni_)},
    .kernels[PANEL_U5M] = {TWELVE(lila_panel_u5m_vnni_)},
    .kernels[PANEL_U8] = {TWELVE(lila_panel_u8_vnni_)},
    .kernels[PANEL_K4] = {TWELVE(lila_panel_k4_vnni_)},
    .kernels[PANEL_K5] = {TWELVE(lila_panel_k5_vnni_)},
    .kernels[PANEL_K6] = {TWELVE(lila_panel_k6_vnni_)},
    .wide = {lila_panel_u4_vnni_wide, lila_panel_u4m_vnni_wide, lila_panel_u5m_vnni_wide,
             lila_panel_u8_vnni_wide, lila_panel_k4_vnni_wide, lila_panel_k5_vnni_wide,
             lila_panel_k6_vnni_wide},
};

/* Weights that every run of tokens passes over before the next ones come in: half of a small L2. */
enum { CHUNK_BYTES = 256 << 10, LINE = 64 };

static uint32_t input_start(uint32_t bias) {
    return INPUT_START + 4 * (bias == 8 ? 0 : bias == 16 ? 1 : 2);
}

static size_t group_bytes_of(const panel_matmul *m, panel_type type) {
    return m->k / panel_columns(type) * panel_bytes(type);
}

/* Of token t and the rows from `group` on, as far as they are there. */
static panel_tile tile_at(const panel_matmul *m, panel_type type, uint32_t t, uint32_t group) {
    uint32_t rows = m->rows - group * PANEL_ROWS;
    return (panel_tile){
        .panels = (const uint8_t *)m->panels + group * group_bytes_of(m, type),
        .x = m->x + panel_input_first(m->k, t),
        .x_step = panel_run(m->tokens, t) * sizeof(panel_input),
        .y = m->y + t * m->y_stride + (size_t)group * PANEL_ROWS,
        .y_step = m->y_stride * sizeof(float),
        .code = m->code,
        .count = m->k / panel_columns(type),
        .mask = rows < 2 * PANEL_ROWS ? (1u << rows) - 1 : UINT32_MAX,
        .start = input_start(m->bias),
        .bias = m->bias,
    };
}

/* What comes after the weights in hand, fetched into the L2 a little at every group, so that the memory works
 * while the tiles compute and nobody waits for it at once. */
typedef struct outlook {
    const uint8_t *from, *end;
    size_t step; /* bytes at every group */
} outlook;

static void look_ahead(outlook *ahead) {
    const uint8_t *to =
        (size_t)(ahead->end - ahead->from) > ahead->step ? ahead->from + ahead->step : ahead->end;
    for (; ahead->from < to; ahead->from += LINE) __builtin_prefetch(ahead->from, 0, 2);
}

/* Tokens [t, t + tokens), all of one run, by the groups [first, last), two at a time as far as that goes. */
static void tile_groups(const panel_tiles *tiles, const panel_matmul *m, panel_type type, uint32_t t,
                        uint32_t tokens, uint32_t first, uint32_t last, outlook *ahead) {
    panel_tile_kernel *wide = tokens % PANEL_WIDE == 0 ? tiles->wide[type] : NULL;
    for (; wide && first + 2 <= last; first += 2)
        for (uint32_t i = 0; i < tokens; i += PANEL_WIDE) {
            panel_tile tile = tile_at(m, type, t + i, first);
            look_ahead(ahead);
            wide(&tile);
        }
    for (; first < last; first++) {
        panel_tile tile = tile_at(m, type, t, first);
        look_ahead(ahead);
        tiles->kernels[type][tokens - 1](&tile);
    }
}

/* Empty sums: the tiles need at least one block. */
static void zero_rows(const panel_matmul *m, uint32_t first, uint32_t last) {
    for (uint32_t t = 0; t < m->tokens; t++)
        for (uint32_t r = first * PANEL_ROWS; r < last * PANEL_ROWS && r < m->rows; r++)
            m->y[t * m->y_stride + r] = 0;
}

/* Behind the groups [first, end) of [first, last): the next ones, then what the caller reads next. One run of
 * tokens has no time to spare: it is done before anything would have arrived. */
static outlook outlook_from(const panel_matmul *m, size_t group_bytes, uint32_t first, uint32_t end,
                            uint32_t last) {
    const uint8_t *from = end < last ? (const uint8_t *)m->panels + end * group_bytes : m->next;
    size_t bytes = end < last ? (last - end) * group_bytes : m->next_bytes;
    if (!from || m->tokens <= PANEL_RUN) return (outlook){0};
    bytes = bytes < CHUNK_BYTES ? bytes / LINE * LINE : CHUNK_BYTES;
    size_t tiles = (size_t)(end - first) * (m->tokens / PANEL_RUN);
    return (outlook){from, from + bytes, (bytes / tiles + LINE) / LINE * LINE};
}

void panel_tiles_run(const panel_tiles *tiles, panel_type type, const panel_matmul *m, uint32_t first,
                     uint32_t last) {
    if (m->k == 0) {
        zero_rows(m, first, last);
        return;
    }
    size_t group_bytes = group_bytes_of(m, type);
    uint32_t chunk = group_bytes < CHUNK_BYTES ? (uint32_t)(CHUNK_BYTES / group_bytes) : 1;
    for (uint32_t end; first < last; first = end) {
        end = last - first > chunk ? first + chunk : last;
        outlook ahead = outlook_from(m, group_bytes, first, end, last);
        for (uint32_t t = 0, tokens; t < m->tokens; t += tokens) {
            uint32_t left = panel_run(m->tokens, t) - t % PANEL_RUN;
            tokens = left < tiles->tokens ? left : tiles->tokens;
            tile_groups(tiles, m, type, t, tokens, first, end, &ahead);
        }
    }
}

#define ENTRY(NAME, TYPE, ISA)                                                                                 \
    void panel_##NAME##_##ISA(const panel_matmul *m, uint32_t first, uint32_t last) {                          \
        panel_tiles_run(&panel_tiles_##ISA, TYPE, m, first, last);                                             \
    }
#define ENTRIES(ISA)                                                                                           \
    ENTRY(u4, PANEL_U4, ISA)                                                                                   \
    ENTRY(u4m, PANEL_U4M, ISA)                                                                                 \
    ENTRY(u5m, PANEL_U5M, ISA)                                                                                 \
    ENTRY(u8, PANEL_U8, ISA) ENTRY(k4, PANEL_K4, ISA) ENTRY(k5, PANEL_K5, ISA) ENTRY(k6, PANEL_K6, ISA)

ENTRIES(avx2)
ENTRIES(vnni)

typedef void quantise_row(panel_input *x, size_t step, const float *values, size_t count);
quantise_row lila_panel_quantise_avx2, lila_panel_quantise_super_avx2;

#define WHOLE_ROW(NAME, COLUMNS)                                                                               \
    void panel_##NAME(panel_input *x, uint32_t tokens, uint32_t t, const float *values, uint32_t k) {          \
        size_t step = panel_run(tokens, t) * sizeof *x;                                                        \
        if (k) lila_panel_##NAME(x + panel_input_first(k, t), step, values, k / (COLUMNS));                    \
    }

WHOLE_ROW(quantise_avx2, PANEL_COLUMNS)
WHOLE_ROW(quantise_super_avx2, PANEL_SUPER)

quantise_row lila_panel_quantise_vnni, lila_panel_quantise_super_vnni;
WHOLE_ROW(quantise_super_vnni, PANEL_SUPER)

void panel_quantise_vnni(panel_input *x, uint32_t tokens, uint32_t t, const float *values, uint32_t k) {
    uint32_t run = panel_run(tokens, t), blocks = k / PANEL_COLUMNS, rest = blocks % 4, whole = blocks - rest;
    x += panel_input_first(k, t);
    if (whole) lila_panel_quantise_vnni(x, run * sizeof *x, values, whole / 4);
    x += (size_t)whole * run;
    if (rest) lila_panel_quantise_avx2(x, run * sizeof *x, values + (size_t)whole * PANEL_COLUMNS, rest);
}
