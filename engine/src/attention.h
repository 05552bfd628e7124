/* attention.h: what query heads that share a KV head see of it, one block of positions at a time.
 *
 * Rows are the query heads of a few tokens, row t * group + g. For each block of ATTENTION_BLOCK positions,
 * whose bounds are the same for every token,
 *
 *   s[p] = scale · q·k[p], capped where the family does that, −∞ where the row's token doesn't see p
 *   m = max s;  e[p] = exp(s[p] − m);  l = Σ e[p];  o = Σ e[p] · v[p]
 *
 * make a part (m, l, o) of each row. Parts are merged in the order of their blocks, and out = o / l in the end
 * (Milakov and Gimelshein 2018; Dao and others 2022). A block or position that a row doesn't see changes no bit
 * of it, so that a row's result depends neither on the tokens that share its tile nor on who computes which
 * block. */
#ifndef LILA_ATTENTION_H
#define LILA_ATTENTION_H

#include "cache.h"

enum { ATTENTION_BLOCK = CACHE_BLOCK, ATTENTION_ROWS = 12 };

/* One thread's; R = attention_rows(group). */
typedef struct attention_scratch {
    float *q;           /* [R][key_length], times scale */
    panel_input *input; /* the same quantised, for q8_0 keys; else NULL */
    float *scores;      /* [R][ATTENTION_BLOCK] */
    float *scaled;      /* the same times the scales of values in q8_0; else NULL */
    float *part, *sum;  /* [R][attention_stride] */
} attention_scratch;

typedef struct attention_tile {
    const kernels *kernels;
    const kv_cache *cache;
    uint32_t layer, head;        /* a KV head */
    uint32_t group;              /* query heads of it */
    const float *q;              /* [tokens] of [group][key_length] */
    float *out;                  /* [tokens] of [group][value_length] */
    size_t q_stride, out_stride; /* floats from token to token */
    uint32_t tokens;             /* at most attention_tokens(group) */
    uint32_t position;           /* of the first token */
    uint32_t window;             /* positions that a token sees, its own included; 0: all before it */
    float scale, cap;            /* cap 0: none */
    attention_scratch scratch;
} attention_tile;

/* Tokens of the largest tile; its rows; floats of a row of parts: o[columns], m, l and what aligns the next. */
uint32_t attention_tokens(uint32_t group);
uint32_t attention_rows(uint32_t group);
size_t attention_stride(const kv_cache *c);

/* Blocks that any token of the tile sees: [*first, *last). */
void attention_blocks(const attention_tile *t, uint32_t *first, uint32_t *last);

/* Fills scratch.q and scratch.input. */
void attention_prepare(const attention_tile *t);
/* part[rows][attention_stride] of one block. */
void attention_part(const attention_tile *t, uint32_t block, float *part);
/* sum becomes sum and part together. */
void attention_merge(const attention_tile *t, float *sum, const float *part);
/* out from the sum of all parts. */
void attention_finish(const attention_tile *t, const float *sum);

/* All of it. */
void attention_run(const attention_tile *t);

#endif
