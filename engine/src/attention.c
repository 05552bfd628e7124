/* attention.c: see attention.h. */
#include "attention.h"

#include <math.h>
#include <string.h>

uint32_t attention_tokens(uint32_t group) {
    return group < ATTENTION_ROWS ? ATTENTION_ROWS / group : 1;
}

uint32_t attention_rows(uint32_t group) {
    return attention_tokens(group) * group;
}

size_t attention_stride(const kv_cache *c) {
    return (size_t)cache_columns(c) + 16;
}

static uint32_t rows_of(const attention_tile *t) {
    return t->tokens * t->group;
}

/* Positions [*first, *last) that token i of the tile sees. */
static void visible(const attention_tile *t, uint32_t i, uint32_t *first, uint32_t *last) {
    *last = t->position + i + 1;
    *first = t->window && *last > t->window ? *last - t->window : 0;
}

void attention_blocks(const attention_tile *t, uint32_t *first, uint32_t *last) {
    uint32_t ignored, from, to;
    visible(t, 0, &from, &ignored);
    visible(t, t->tokens - 1, &ignored, &to);
    *first = from / ATTENTION_BLOCK;
    *last = (to + ATTENTION_BLOCK - 1) / ATTENTION_BLOCK;
}

void attention_prepare(const attention_tile *t) {
    uint32_t k = t->cache->length[CACHE_KEYS];
    for (uint32_t r = 0; r < rows_of(t); r++) {
        const float *from = t->q + r / t->group * t->q_stride + (size_t)(r % t->group) * k;
        float *to = t->scratch.q + (size_t)r * k;
        for (uint32_t i = 0; i < k; i++) to[i] = from[i] * t->scale;
        if (t->scratch.input) t->kernels->quantise(t->scratch.input, rows_of(t), r, to, k);
    }
}

/* scores[row][p − start] for p in [start, start + n), n a multiple of CACHE_GRAIN. */
static void score(const attention_tile *t, uint32_t start, uint32_t n, float *scores) {
    const kv_cache *c = t->cache;
    uint32_t k = c->length[CACHE_KEYS];
    if (c->type == CACHE_Q8_0) {
        panel_matmul job = {.panels = cache_keys(c, t->layer, t->head, start),
                            .x = t->scratch.input,
                            .y = scores,
                            .y_stride = ATTENTION_BLOCK,
                            .bias = 128,
                            .k = k,
                            .rows = n,
                            .tokens = rows_of(t)};
        t->kernels->panel[PANEL_U8](&job, 0, n / PANEL_ROWS);
        return;
    }
    for (uint32_t p = 0; p < n; p += CACHE_GRAIN) {
        kernel_outer job = {.a = t->scratch.q,
                            .a_stride = k,
                            .b = cache_keys(c, t->layer, t->head, start + p),
                            .y = scores + p,
                            .y_stride = ATTENTION_BLOCK,
                            .rows = rows_of(t),
                            .count = k};
        t->kernels->outer[c->type](&job);
    }
}

/* e[row][p − start], times the scale of the values at p where they have any. */
static const float *with_scales(const attention_tile *t, uint32_t column, uint32_t start, uint32_t n,
                                const float *e) {
    const uint8_t *scales = cache_scales(t->cache, t->layer, t->head, column, start);
    if (!scales) return e;
    for (uint32_t r = 0; r < rows_of(t); r++)
        t->kernels->scale(t->scratch.scaled + (size_t)r * ATTENTION_BLOCK, e + (size_t)r * ATTENTION_BLOCK,
                          scales, n);
    return t->scratch.scaled;
}

/* o[row] = Σ e[row][p − start] · v[p] for p in [start, start + n). */
static void mix(const attention_tile *t, uint32_t start, uint32_t n, const float *e, float *o) {
    for (uint32_t column = 0; column < cache_columns(t->cache); column += OUTER_COLUMNS) {
        kernel_outer job = {.a = with_scales(t, column, start, n, e),
                            .a_stride = ATTENTION_BLOCK,
                            .b = cache_values(t->cache, t->layer, t->head, column, start),
                            .y = o + column,
                            .y_stride = attention_stride(t->cache),
                            .rows = rows_of(t),
                            .count = n};
        t->kernels->outer[t->cache->type](&job);
    }
}

/* −∞ where the row's token doesn't see, among scores of [start, start + n). */
static void hide(const attention_tile *t, uint32_t token, uint32_t start, uint32_t n, float *s) {
    uint32_t first, last;
    visible(t, token, &first, &last);
    for (uint32_t i = 0; i < n && start + i < first; i++) s[i] = -INFINITY;
    for (uint32_t i = n; i > 0 && start + i > last; i--) s[i - 1] = -INFINITY;
}

void attention_part(const attention_tile *t, uint32_t block, float *part) {
    uint32_t start = block * ATTENTION_BLOCK, end = start + ATTENTION_BLOCK, first, last, ignored;
    visible(t, 0, &first, &ignored);
    visible(t, t->tokens - 1, &ignored, &last);
    if (first > start) start = first - first % CACHE_GRAIN;
    if (last < end) end = last;
    uint32_t n = end - start, padded = (n + CACHE_GRAIN - 1) / CACHE_GRAIN * CACHE_GRAIN;
    size_t stride = attention_stride(t->cache);
    float *scores = t->scratch.scores;
    score(t, start, padded, scores);
    for (uint32_t r = 0; r < rows_of(t); r++) {
        float *s = scores + (size_t)r * ATTENTION_BLOCK;
        if (t->cap > 0) t->kernels->soft_cap(s, n, t->cap);
        hide(t, r / t->group, start, padded, s);
        t->kernels->softmax(s, padded, part + r * stride + cache_columns(t->cache));
    }
    mix(t, start, n, scores, part);
}

void attention_merge(const attention_tile *t, float *sum, const float *part) {
    uint32_t columns = cache_columns(t->cache);
    size_t stride = attention_stride(t->cache);
    for (uint32_t r = 0; r < rows_of(t); r++, sum += stride, part += stride) {
        float m = part[columns] > sum[columns] ? part[columns] : sum[columns];
        float old = expf(sum[columns] - m), new = expf(part[columns] - m);
        t->kernels->blend(sum, part, columns, old, new);
        sum[columns] = m;
        sum[columns + 1] = old * sum[columns + 1] + new * part[columns + 1];
    }
}

void attention_finish(const attention_tile *t, const float *sum) {
    uint32_t columns = cache_columns(t->cache), length = t->cache->length[CACHE_VALUES];
    for (uint32_t r = 0; r < rows_of(t); r++, sum += attention_stride(t->cache)) {
        float *out = t->out + r / t->group * t->out_stride + (size_t)(r % t->group) * length;
        float inverse = 1 / sum[columns + 1];
        for (uint32_t i = 0; i < length; i++) out[i] = sum[i] * inverse;
    }
}

void attention_run(const attention_tile *t) {
    uint32_t first, last;
    attention_blocks(t, &first, &last);
    attention_prepare(t);
    attention_part(t, first, t->scratch.sum);
    for (uint32_t block = first + 1; block < last; block++) {
        attention_part(t, block, t->scratch.part);
        attention_merge(t, t->scratch.sum, t->scratch.part);
    }
    attention_finish(t, t->scratch.sum);
}
