/* cache.h: keys and values of a session in the order in which attention reads them.
 *
 * Blocks of CACHE_BLOCK positions follow each other, and each has, for every layer and head in turn,
 *
 *   keys    f32, f16  [position / 32][length][position % 32]
 *           q8_0      [position / 16] panels of PANEL_U8 whose rows are positions, bias 128
 *   values  f32, f16  [columns / 32][position][32]            columns: length up to a multiple of 32
 *           q8_0      [columns / 32] of f16 scale [position] and int8 [position][32]
 *
 * So every product of attention runs over memory without gaps, and a session takes as much memory as it has
 * positions, in huge pages where there is much of it. Outside of the engine a row is one position of one layer,
 * [head][length] in f32, f16 or blocks of Q8_0. */
#ifndef LILA_CACHE_H
#define LILA_CACHE_H

#include <stdbool.h>

#include "kernels.h"
#include "lila_engine.h"

enum { CACHE_KEYS, CACHE_VALUES, CACHE_GRAIN = 32, CACHE_BLOCK = 256 };

typedef struct kv_cache {
    uint32_t type; /* CACHE_F32, CACHE_F16 or CACHE_Q8_0 */
    uint32_t layers, heads;
    uint32_t length[2];   /* elements of a key and of a value */
    size_t head_bytes[2]; /* one head of one layer in a block */
    uint8_t *data[2];     /* at the start of a cache line, or of a huge page */
    void *owned[2];
} kv_cache;

/* Room for `context` positions; false when memory is short. Free it either way. */
bool cache_new(kv_cache *c, const lila_model_info *model, uint32_t context, uint32_t type);
void cache_free(kv_cache *c);

/* The keys from `position` on, a multiple of CACHE_GRAIN, to the end of its block. */
const uint8_t *cache_keys(const kv_cache *c, uint32_t layer, uint32_t head, uint32_t position);
/* The values from `position` to the end of its block, in the 32 columns from `column` on, a multiple of 32. */
const uint8_t *cache_values(const kv_cache *c, uint32_t layer, uint32_t head, uint32_t column,
                            uint32_t position);
/* f16 scales of the same, one for each position; NULL where the type has none. */
const uint8_t *cache_scales(const kv_cache *c, uint32_t layer, uint32_t head, uint32_t column,
                            uint32_t position);
/* Columns of values with those that fill up the last 32. */
uint32_t cache_columns(const kv_cache *c);

/* x[length], one head's key or value at a position. */
void cache_store(const kv_cache *c, const kernels *k, int which, uint32_t layer, uint32_t head,
                 uint32_t position, const float *x);

/* Rows as they are outside: see above. */
size_t cache_row_bytes(const kv_cache *c, int which);
void cache_read_row(const kv_cache *c, int which, uint32_t layer, uint32_t position, uint8_t *row);
void cache_write_row(const kv_cache *c, int which, uint32_t layer, uint32_t position, const uint8_t *row);

#endif
