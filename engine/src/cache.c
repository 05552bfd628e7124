/* cache.c: see cache.h. Everything moves in pieces: 32 elements of one head at one position. */
#include "cache.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = 32, PIECE_BYTES = PIECE * 4, BIAS = 0x80 };

/* Bytes of n elements; n a multiple of 32 in q8_0. */
static size_t element_bytes(const kv_cache *c, size_t n) {
    return c->type == CACHE_F32 ? n * 4 : c->type == CACHE_F16 ? n * 2 : n / PIECE * (2 + PIECE);
}

uint32_t cache_columns(const kv_cache *c) {
    return (c->length[CACHE_VALUES] + PIECE - 1) / PIECE * PIECE;
}

bool cache_new(kv_cache *c, const lila_model_info *model, uint32_t context, uint32_t type) {
    *c = (kv_cache){.type = type, .heads = model->kv_heads};
    c->positions = (context + CACHE_GRAIN - 1) / CACHE_GRAIN * CACHE_GRAIN;
    c->length[CACHE_KEYS] = model->key_length;
    c->length[CACHE_VALUES] = model->value_length;
    for (int which = 0; which < 2; which++) {
        size_t width = which == CACHE_KEYS ? c->length[which] : cache_columns(c), bytes;
        c->head_bytes[which] = element_bytes(c, width * c->positions);
        if (__builtin_mul_overflow(c->head_bytes[which], (size_t)model->layers * c->heads, &bytes))
            return false;
        c->owned[which] = calloc(bytes + 64, 1); /* zeroed pages cost nothing until they are used */
        if (!c->owned[which]) return false;
        c->data[which] = (uint8_t *)(((uintptr_t)c->owned[which] + 63) & ~(uintptr_t)63);
    }
    return true;
}

void cache_free(kv_cache *c) {
    free(c->owned[CACHE_KEYS]);
    free(c->owned[CACHE_VALUES]);
}

static uint8_t *head_at(const kv_cache *c, int which, uint32_t layer, uint32_t head) {
    return c->data[which] + ((size_t)layer * c->heads + head) * c->head_bytes[which];
}

const uint8_t *cache_keys(const kv_cache *c, uint32_t layer, uint32_t head, uint32_t position) {
    return head_at(c, CACHE_KEYS, layer, head) + element_bytes(c, (size_t)position * c->length[CACHE_KEYS]);
}

static uint8_t *values_at(const kv_cache *c, uint32_t layer, uint32_t head, uint32_t column,
                          uint32_t position) {
    uint8_t *columns = head_at(c, CACHE_VALUES, layer, head) + element_bytes(c, (size_t)column * c->positions);
    if (c->type == CACHE_Q8_0) return columns + 2 * (size_t)c->positions + (size_t)position * PIECE;
    return columns + element_bytes(c, (size_t)position * PIECE);
}

static uint8_t *scale_at(const kv_cache *c, uint32_t layer, uint32_t head, uint32_t column, uint32_t position) {
    return values_at(c, layer, head, column, 0) - 2 * (size_t)(c->positions - position);
}

const uint8_t *cache_values(const kv_cache *c, uint32_t layer, uint32_t head, uint32_t column,
                            uint32_t position) {
    return values_at(c, layer, head, column, position);
}

const uint8_t *cache_scales(const kv_cache *c, uint32_t layer, uint32_t head, uint32_t column,
                            uint32_t position) {
    return c->type == CACHE_Q8_0 ? scale_at(c, layer, head, column, position) : NULL;
}

/* ---- keys: a position's elements lie `PIECE` positions apart */

static uint8_t *key_at(const kv_cache *c, uint32_t layer, uint32_t head, uint32_t column, uint32_t position) {
    size_t before = (size_t)(position - position % PIECE) * c->length[CACHE_KEYS] + (size_t)column * PIECE;
    return head_at(c, CACHE_KEYS, layer, head) + element_bytes(c, before + position % PIECE);
}

/* n elements of `size` bytes, `from_step` and `to_step` bytes apart. */
static void move_elements(uint8_t *to, size_t to_step, const uint8_t *from, size_t from_step, size_t size,
                          uint32_t n) {
    for (uint32_t i = 0; i < n && size == 2; i++) memcpy(to + i * to_step, from + i * from_step, 2);
    for (uint32_t i = 0; i < n && size == 4; i++) memcpy(to + i * to_step, from + i * from_step, 4);
}

/* The panel with a piece of a key, whose row there is position % PANEL_ROWS. */
static uint8_t *key_panel(const kv_cache *c, uint32_t layer, uint32_t head, uint32_t column,
                          uint32_t position) {
    size_t index = (size_t)position / PANEL_ROWS * (c->length[CACHE_KEYS] / PIECE) + column / PIECE;
    return head_at(c, CACHE_KEYS, layer, head) + index * panel_bytes(PANEL_U8);
}

enum { PANEL_SCALES = 2 * PANEL_ROWS };

static void put_key_block(uint8_t *panel, uint32_t row, const uint8_t *block) {
    memcpy(panel + 2 * row, block, 2);
    uint8_t *bytes = panel + PANEL_SCALES + 4 * row;
    for (uint32_t i = 0; i < PIECE; i++) bytes[i / 4 * 64 + i % 4] = block[2 + i] ^ BIAS;
}

static void get_key_block(const uint8_t *panel, uint32_t row, uint8_t *block) {
    memcpy(block, panel + 2 * row, 2);
    const uint8_t *bytes = panel + PANEL_SCALES + 4 * row;
    for (uint32_t i = 0; i < PIECE; i++) block[2 + i] = bytes[i / 4 * 64 + i % 4] ^ BIAS;
}

/* ---- pieces: n elements as they are in a row */

typedef struct place {
    int which;
    uint32_t layer, head, column, position, n;
} place;

static void put_value(const kv_cache *c, place p, const uint8_t *piece) {
    uint8_t *elements = values_at(c, p.layer, p.head, p.column, p.position);
    if (c->type != CACHE_Q8_0) {
        memcpy(elements, piece, element_bytes(c, p.n));
        return;
    }
    memcpy(scale_at(c, p.layer, p.head, p.column, p.position), piece, 2);
    memcpy(elements, piece + 2, PIECE);
}

static void get_value(const kv_cache *c, place p, uint8_t *piece) {
    const uint8_t *elements = values_at(c, p.layer, p.head, p.column, p.position);
    if (c->type != CACHE_Q8_0) {
        memcpy(piece, elements, element_bytes(c, p.n));
        return;
    }
    memcpy(piece, scale_at(c, p.layer, p.head, p.column, p.position), 2);
    memcpy(piece + 2, elements, PIECE);
}

static void put(const kv_cache *c, place p, const uint8_t *piece) {
    size_t size = element_bytes(c, PIECE) / PIECE;
    if (p.which == CACHE_VALUES)
        put_value(c, p, piece);
    else if (c->type == CACHE_Q8_0)
        put_key_block(key_panel(c, p.layer, p.head, p.column, p.position), p.position % PANEL_ROWS, piece);
    else
        move_elements(key_at(c, p.layer, p.head, p.column, p.position), PIECE * size, piece, size, size, p.n);
}

static void get(const kv_cache *c, place p, uint8_t *piece) {
    size_t size = element_bytes(c, PIECE) / PIECE;
    if (p.which == CACHE_VALUES)
        get_value(c, p, piece);
    else if (c->type == CACHE_Q8_0)
        get_key_block(key_panel(c, p.layer, p.head, p.column, p.position), p.position % PANEL_ROWS, piece);
    else
        move_elements(piece, size, key_at(c, p.layer, p.head, p.column, p.position), PIECE * size, size, p.n);
}

static uint32_t piece_length(const kv_cache *c, int which, uint32_t column) {
    uint32_t left = c->length[which] - column;
    return left < PIECE ? left : PIECE;
}

static void convert(const kv_cache *c, const kernels *k, const float *x, uint32_t n, uint8_t *piece) {
    if (c->type != CACHE_Q8_0) {
        k->store[c->type](piece, x, n);
        return;
    }
    panel_input block;
    k->quantise(&block, 1, 0, x, PIECE);
    k->store[CACHE_F16](piece, &block.scale, 1);
    memcpy(piece + 2, block.q, PIECE);
}

void cache_store(const kv_cache *c, const kernels *k, int which, uint32_t layer, uint32_t head,
                 uint32_t position, const float *x) {
    uint8_t piece[PIECE_BYTES];
    for (uint32_t column = 0; column < c->length[which]; column += PIECE) {
        uint32_t n = piece_length(c, which, column);
        convert(c, k, x + column, n, piece);
        put(c, (place){which, layer, head, column, position, n}, piece);
    }
}

/* ---- rows */

size_t cache_row_bytes(const kv_cache *c, int which) {
    return element_bytes(c, (size_t)c->heads * c->length[which]);
}

void cache_read_row(const kv_cache *c, int which, uint32_t layer, uint32_t position, uint8_t *row) {
    for (uint32_t head = 0; head < c->heads; head++)
        for (uint32_t column = 0, n; column < c->length[which]; column += n, row += element_bytes(c, n)) {
            n = piece_length(c, which, column);
            get(c, (place){which, layer, head, column, position, n}, row);
        }
}

void cache_write_row(const kv_cache *c, int which, uint32_t layer, uint32_t position, const uint8_t *row) {
    for (uint32_t head = 0; head < c->heads; head++)
        for (uint32_t column = 0, n; column < c->length[which]; column += n, row += element_bytes(c, n)) {
            n = piece_length(c, which, column);
            put(c, (place){which, layer, head, column, position, n}, row);
        }
}
