/* cache.c: see cache.h. Everything moves in pieces: 32 elements of one head at one position. */
#define _DEFAULT_SOURCE /* madvise */
#include "cache.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PIECE = 32, PIECE_BYTES = PIECE * 4, BIAS = 0x80 };
enum { LINE = 64, HUGE_PAGE = 2 << 20, HUGE_FROM = 32 << 20 };

/* Bytes of n elements; n a multiple of 32 in q8_0. */
static size_t element_bytes(const kv_cache *c, size_t n) {
    return c->type == CACHE_F32 ? n * 4 : c->type == CACHE_F16 ? n * 2 : n / PIECE * (2 + PIECE);
}

uint32_t cache_columns(const kv_cache *c) {
    return (c->length[CACHE_VALUES] + PIECE - 1) / PIECE * PIECE;
}

/* Asks for huge pages: 4 KB ones cost a fifth of the speed at which a deep context is read. */
static void advise(void *p, size_t bytes) {
#if defined(MADV_HUGEPAGE)
    if (bytes >= HUGE_FROM) madvise(p, bytes, MADV_HUGEPAGE); /* refused: they stay small */
#else
    (void)p, (void)bytes;
#endif
}

/* Zeroed pages cost nothing until they are used. */
static bool allocate(kv_cache *c, int which, size_t blocks) {
    size_t align, bytes;
    if (__builtin_mul_overflow(c->head_bytes[which] * c->heads * c->layers, blocks, &bytes)) return false;
    align = bytes >= HUGE_FROM ? HUGE_PAGE : LINE;
    c->owned[which] = calloc(bytes + align, 1);
    if (!c->owned[which]) return false;
    c->data[which] = (uint8_t *)(((uintptr_t)c->owned[which] + align - 1) & ~(uintptr_t)(align - 1));
    advise(c->data[which], bytes);
    return true;
}

bool cache_new(kv_cache *c, const lila_model_info *model, uint32_t context, uint32_t type) {
    *c = (kv_cache){.type = type, .layers = model->layers, .heads = model->kv_heads};
    size_t blocks = ((size_t)context + CACHE_BLOCK - 1) / CACHE_BLOCK;
    c->length[CACHE_KEYS] = model->key_length;
    c->length[CACHE_VALUES] = model->value_length;
    c->head_bytes[CACHE_KEYS] = element_bytes(c, (size_t)model->key_length * CACHE_BLOCK);
    c->head_bytes[CACHE_VALUES] = element_bytes(c, (size_t)cache_columns(c) * CACHE_BLOCK);
    return allocate(c, CACHE_KEYS, blocks) && allocate(c, CACHE_VALUES, blocks);
}

void cache_free(kv_cache *c) {
    free(c->owned[CACHE_KEYS]);
    free(c->owned[CACHE_VALUES]);
}

/* One head of one layer in the block of `position`. */
static uint8_t *head_at(const kv_cache *c, int which, uint32_t layer, uint32_t head, uint32_t position) {
    size_t index = ((size_t)(position / CACHE_BLOCK) * c->layers + layer) * c->heads + head;
    return c->data[which] + index * c->head_bytes[which];
}

const uint8_t *cache_keys(const kv_cache *c, uint32_t layer, uint32_t head, uint32_t position) {
    size_t before = (size_t)(position % CACHE_BLOCK) * c->length[CACHE_KEYS];
    return head_at(c, CACHE_KEYS, layer, head, position) + element_bytes(c, before);
}

/* The 32 columns from `column` on in the block of `position`. */
static uint8_t *columns_at(const kv_cache *c, uint32_t layer, uint32_t head, uint32_t column,
                           uint32_t position) {
    return head_at(c, CACHE_VALUES, layer, head, position) + element_bytes(c, (size_t)column * CACHE_BLOCK);
}

static uint8_t *values_at(const kv_cache *c, uint32_t layer, uint32_t head, uint32_t column,
                          uint32_t position) {
    uint8_t *columns = columns_at(c, layer, head, column, position);
    size_t in_block = position % CACHE_BLOCK;
    if (c->type == CACHE_Q8_0) return columns + 2 * CACHE_BLOCK + in_block * PIECE;
    return columns + element_bytes(c, in_block * PIECE);
}

static uint8_t *scale_at(const kv_cache *c, uint32_t layer, uint32_t head, uint32_t column, uint32_t position) {
    return columns_at(c, layer, head, column, position) + 2 * (position % CACHE_BLOCK);
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
    size_t in_block = position % CACHE_BLOCK, group = in_block - position % PIECE;
    size_t before = group * c->length[CACHE_KEYS] + (size_t)column * PIECE + position % PIECE;
    return head_at(c, CACHE_KEYS, layer, head, position) + element_bytes(c, before);
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
    size_t group = position % CACHE_BLOCK / PANEL_ROWS;
    size_t index = group * (c->length[CACHE_KEYS] / PIECE) + column / PIECE;
    return head_at(c, CACHE_KEYS, layer, head, position) + index * panel_bytes(PANEL_U8);
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
