/* pack.c: one row's block of 32 is read into quants, scales and minimums; sixteen of those are woven into a
 * panel. */
#include "pack.h"

#include <string.h>

#include "portable/formats.h"

/* 32 columns of one row: quant · scale + min, or, within a super-block, quant · scale · sub_scale − min ·
 * sub_min. The halves of 16 differ only in PANEL_K6. */
typedef struct row_block {
    uint8_t quants[PANEL_COLUMNS];
    uint16_t scale, min; /* f16 */
    uint8_t sub_scale[2], sub_min;
} row_block;

/* Reads block b of a row. */
typedef void read_block(const uint8_t *row, uint32_t b, row_block *out);

/* IQ4_NL's codebook, 128 above its values. */
static const uint8_t nonlinear_code[16] = {1,   24,  45,  63,  79,  93,  106, 118,
                                           129, 141, 153, 166, 181, 197, 217, 241};

static uint16_t get_u16(const uint8_t *p) {
    uint16_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* Byte j holds columns j and j + 16. */
static void split_nibbles(const uint8_t *bytes, uint8_t *quants) {
    for (uint32_t j = 0; j < 16; j++) {
        quants[j] = bytes[j] & 15;
        quants[16 + j] = bytes[j] >> 4;
    }
}

static void add_fifth_bits(uint32_t bits, uint8_t *quants) {
    for (uint32_t j = 0; j < 32; j++) quants[j] |= (uint8_t)((bits >> j & 1) << 4);
}

static void read_q4_0(const uint8_t *row, uint32_t b, row_block *out) {
    const uint8_t *block = row + (size_t)b * Q4_0_BYTES; /* IQ4_NL has the same fields */
    out->scale = get_u16(block);
    split_nibbles(block + 2, out->quants);
}

static void read_q4_1(const uint8_t *row, uint32_t b, row_block *out) {
    const uint8_t *block = row + (size_t)b * Q4_1_BYTES;
    out->scale = get_u16(block);
    out->min = get_u16(block + 2);
    split_nibbles(block + 4, out->quants);
}

static void read_q5_0(const uint8_t *row, uint32_t b, row_block *out) {
    const uint8_t *block = row + (size_t)b * Q5_0_BYTES;
    out->scale = get_u16(block);
    split_nibbles(block + 6, out->quants);
    add_fifth_bits(load_u32(block + 2), out->quants);
}

static void read_q5_1(const uint8_t *row, uint32_t b, row_block *out) {
    const uint8_t *block = row + (size_t)b * Q5_1_BYTES;
    out->scale = get_u16(block);
    out->min = get_u16(block + 2);
    split_nibbles(block + 8, out->quants);
    add_fifth_bits(load_u32(block + 4), out->quants);
}

static void read_q8_0(const uint8_t *row, uint32_t b, row_block *out) {
    const uint8_t *block = row + (size_t)b * Q8_0_BYTES;
    out->scale = get_u16(block);
    for (uint32_t j = 0; j < 32; j++) out->quants[j] = block[2 + j] ^ 0x80;
}

/* What Q4_K and Q5_K have in front of their quants. */
static void read_scales(const uint8_t *block, uint32_t j, row_block *out) {
    out->scale = get_u16(block);
    out->min = get_u16(block + 2);
    sub_scale(block, j, &out->sub_scale[0], &out->sub_min);
}

static void read_q4_k(const uint8_t *row, uint32_t b, row_block *out) {
    const uint8_t *block = row + (size_t)(b / 8) * Q4_K_BYTES;
    uint32_t sub = b % 8;
    read_scales(block, sub, out);
    for (uint32_t j = 0; j < 32; j++) {
        uint8_t byte = block[16 + sub / 2 * 32 + j];
        out->quants[j] = sub & 1 ? byte >> 4 : byte & 15;
    }
}

static void read_q5_k(const uint8_t *row, uint32_t b, row_block *out) {
    const uint8_t *block = row + (size_t)(b / 8) * Q5_K_BYTES;
    uint32_t sub = b % 8;
    read_scales(block, sub, out);
    for (uint32_t j = 0; j < 32; j++) {
        uint8_t byte = block[48 + sub / 2 * 32 + j], low = sub & 1 ? byte >> 4 : byte & 15;
        out->quants[j] = (uint8_t)(low | (block[16 + j] >> sub & 1) << 4);
    }
}

static void read_q6_k(const uint8_t *row, uint32_t b, row_block *out) {
    const uint8_t *block = row + (size_t)(b / 8) * Q6_K_BYTES;
    uint32_t half = b % 8 / 4, quarter = b % 4;
    out->scale = get_u16(block + 208);
    for (uint32_t h = 0; h < 2; h++) out->sub_scale[h] = block[192 + b % 8 * 2 + h];
    for (uint32_t j = 0; j < 32; j++) {
        uint8_t byte = block[half * 64 + (quarter & 1) * 32 + j], low = quarter >> 1 ? byte >> 4 : byte & 15;
        out->quants[j] = (uint8_t)(low | (block[128 + half * 32 + j] >> 2 * quarter & 3) << 4);
    }
}

static const struct {
    read_block *read; /* NULL: no quants */
    pack_form form;
} forms[KERNEL_TYPES] = {
    [KERNEL_F16] = {NULL, {PANEL_HALVES, NULL, 0}},
    [KERNEL_BF16] = {NULL, {PANEL_PAIRS, NULL, 0}},
    [KERNEL_Q4_0] = {read_q4_0, {PANEL_U4, NULL, 8}},
    [KERNEL_IQ4_NL] = {read_q4_0, {PANEL_U4, nonlinear_code, 128}},
    [KERNEL_Q4_1] = {read_q4_1, {PANEL_U4M, NULL, 0}},
    [KERNEL_Q4_K] = {read_q4_k, {PANEL_K4, NULL, 0}},
    [KERNEL_Q5_0] = {read_q5_0, {PANEL_U8, NULL, 16}},
    [KERNEL_Q8_0] = {read_q8_0, {PANEL_U8, NULL, 128}},
    [KERNEL_Q5_1] = {read_q5_1, {PANEL_U5M, NULL, 0}},
    [KERNEL_Q5_K] = {read_q5_k, {PANEL_K5, NULL, 0}},
    [KERNEL_Q6_K] = {read_q6_k, {PANEL_K6, NULL, 0}},
};

bool pack_form_of(kernel_type type, pack_form *out) {
    if (type >= KERNEL_TYPES || type == KERNEL_F32) return false;
    *out = forms[type].form;
    return true;
}

uint32_t pack_groups(uint32_t rows) {
    return rows / PANEL_ROWS + (rows % PANEL_ROWS != 0);
}

size_t pack_bytes(const pack_source *w) {
    size_t panels, bytes;
    panel_type type = forms[w->type].form.type;
    if (w->k % panel_columns(type)) return 0;
    if (__builtin_mul_overflow((size_t)pack_groups(w->rows), w->k / panel_columns(type), &panels)) return 0;
    if (__builtin_mul_overflow(panels, panel_bytes(type), &bytes)) return 0;
    return bytes;
}

/* ---- weaving: row r of a panel */

static void put_f16(uint8_t *halves, uint32_t r, uint16_t value) {
    memcpy(halves + 2 * (size_t)r, &value, sizeof value);
}

static void weave_nibbles(uint8_t *groups, uint32_t r, const uint8_t *quants) {
    for (uint32_t i = 0; i < 16; i++)
        groups[i / 4 * 64 + r * 4 + i % 4] = (uint8_t)((quants[i] & 15) | quants[16 + i] << 4);
}

/* Bit 4 of all columns: the fifths. */
static void weave_fifth_bits(uint8_t *plane, uint32_t r, const uint8_t *quants) {
    for (uint32_t b = 0; b < 4; b++) {
        uint32_t bits = 0;
        for (uint32_t g = 0; g < 4; g++)
            bits |= (uint32_t)(quants[4 * g + b] >> 4) << g | (uint32_t)(quants[16 + 4 * g + b] >> 4)
                                                                  << (4 + g);
        plane[r * 4 + b] = (uint8_t)bits;
    }
}

/* Six bits of all columns. */
static void weave_sixes(uint8_t *planes, uint32_t r, const uint8_t *quants) {
    for (uint32_t i = 0; i < PANEL_COLUMNS; i++) {
        uint32_t half = i / 16, plane = i % 16 / 4, b = i % 4;
        if (plane == 3) continue;
        uint32_t rest = quants[16 * half + 12 + b] >> 2 * plane & 3;
        planes[half * 192 + plane * 64 + r * 4 + b] = (uint8_t)(quants[i] | rest << 6);
    }
}

static void weave_bytes(uint8_t *groups, uint32_t r, const uint8_t *quants) {
    for (uint32_t i = 0; i < PANEL_COLUMNS; i += 4) memcpy(groups + i / 4 * 64 + r * 4, quants + i, 4);
}

static void weave_block(uint8_t *panel, panel_type type, uint32_t r, const row_block *block) {
    put_f16(panel, r, block->scale);
    if (type == PANEL_U4) weave_nibbles(panel + 32, r, block->quants);
    if (type == PANEL_U8) weave_bytes(panel + 32, r, block->quants);
    if (type == PANEL_U4 || type == PANEL_U8) return;
    put_f16(panel + 32, r, block->min);
    weave_nibbles(panel + 64, r, block->quants);
    if (type == PANEL_U5M) weave_fifth_bits(panel + 320, r, block->quants);
}

static void weave_sub_scales(uint8_t *panel, panel_type type, uint32_t b, uint32_t r, const row_block *block) {
    uint8_t *scales = panel + PANEL_SUB_SCALES;
    if (type == PANEL_K6) {
        for (uint32_t h = 0; h < 2; h++) scales[(2 * b + h) * PANEL_ROWS + r] = block->sub_scale[h];
        return;
    }
    scales[b * PANEL_ROWS + r] = block->sub_scale[0];
    panel[PANEL_SUB_MINS + b / 2 * (2 * PANEL_ROWS) + r * 2 + b % 2] = block->sub_min;
}

/* Block b of a super-block. */
static void weave_super(uint8_t *panel, panel_type type, uint32_t b, uint32_t r, const row_block *block) {
    uint8_t *quants = panel + PANEL_FIRST_BLOCK + b * ((panel_bytes(type) - PANEL_FIRST_BLOCK) / PANEL_BLOCKS);
    put_f16(panel, r, block->scale);
    put_f16(panel + 32, r, block->min); /* 0 in PANEL_K6 */
    weave_sub_scales(panel, type, b, r, block);
    if (type == PANEL_K6)
        weave_sixes(quants, r, block->quants);
    else
        weave_nibbles(quants, r, block->quants);
    if (type == PANEL_K5) weave_fifth_bits(quants + 256, r, block->quants);
}

/* Block b of row r of a group. */
static void weave(uint8_t *group, panel_type type, uint32_t b, uint32_t r, const row_block *block) {
    size_t bytes = panel_bytes(type);
    if (panel_is_super(type))
        weave_super(group + b / PANEL_BLOCKS * bytes, type, b % PANEL_BLOCKS, r, block);
    else
        weave_block(group + b * bytes, type, r, block);
}

/* Row r of a group of quantised rows; NULL: of the padding. */
static void weave_row(const pack_source *w, const uint8_t *row, uint32_t r, uint8_t *group) {
    for (uint32_t b = 0; b < w->k / PANEL_COLUMNS; b++) {
        row_block block = {0};
        if (row) forms[w->type].read(row, b, &block);
        weave(group, forms[w->type].form.type, b, r, &block);
    }
}

/* The same of floats: two bytes of every column, or four of every pair. */
static void weave_floats(const pack_source *w, const uint8_t *row, uint32_t r, uint8_t *group) {
    static const uint8_t zero[4];
    size_t size = w->type == KERNEL_BF16 ? 4 : 2, row_bytes = (size_t)w->k * 2;
    for (size_t at = 0; at < row_bytes; at += size)
        memcpy(group + at * PANEL_ROWS + r * size, row ? row + at : zero, size);
}

void pack_write(const pack_source *w, uint8_t *panels, uint32_t first, uint32_t last) {
    panel_type type = forms[w->type].form.type;
    size_t group_bytes = w->k / panel_columns(type) * panel_bytes(type);
    for (uint32_t g = first; g < last; g++)
        for (uint32_t r = 0; r < PANEL_ROWS; r++) {
            uint32_t i = g * PANEL_ROWS + r;
            const uint8_t *row = i < w->rows ? w->data + i * w->stride : NULL;
            (panel_is_float(type) ? weave_floats : weave_row)(w, row, r, panels + g * group_bytes);
        }
}
