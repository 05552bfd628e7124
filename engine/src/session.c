/* session.c: one timeline of tokens. All memory is taken in lila_session_new; a step either counts or leaves
 * no trace, because `count` moves only after its logits were found finite. */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "logits.h"

enum { DEFAULT_BATCH = 128, MAX_BATCH = 4096 };

static uint32_t max_u32(uint32_t a, uint32_t b) {
    return a > b ? a : b;
}

/* calloc of a * b * size bytes that refuses to overflow. Zeroed pages cost nothing until they are used. */
static void *grid(size_t a, size_t b, size_t size) {
    size_t n;
    if (__builtin_mul_overflow(a, b, &n)) return NULL;
    return calloc(n ? n : 1, size);
}

/* A whole number of cache lines at one's start; not zeroed. */
static void *aligned_grid(size_t a, size_t b, size_t size) {
    size_t n;
    if (__builtin_mul_overflow(a, b, &n) || __builtin_mul_overflow(n, size, &n)) return NULL;
    return aligned_alloc(64, (n + 63) / 64 * 64);
}

/* floats, rounded up to whole cache lines. */
static size_t lines(size_t floats) {
    return (floats + 15) / 16 * 16;
}

enum { INPUT_FLOATS = sizeof(panel_input) / sizeof(float) };

/* Each thread's part of a->attention, in this order: operands, scores, part, sum; scaled scores, operands
 * quantised. */
static bool allocate_attention(lila_session *s) {
    const lila_model_info *n = &s->model->info;
    activations *a = &s->act;
    size_t rows = attention_rows(n->heads / n->kv_heads), stride = attention_stride(&s->cache);
    a->attention_stride = lines(rows * n->key_length) + rows * ATTENTION_BLOCK + 2 * lines(rows * stride);
    if (s->cache.type == CACHE_Q8_0)
        a->attention_stride += rows * ATTENTION_BLOCK + rows * (n->key_length / PANEL_COLUMNS) * INPUT_FLOATS;
    a->attention = aligned_grid(n->threads, a->attention_stride, sizeof(float));
    if (n->threads == 1) return a->attention;
    size_t parts = s->context / ATTENTION_BLOCK + 2;
    a->parts = grid(n->kv_heads * parts, rows * stride, sizeof(float));
    return a->attention && a->parts;
}

attention_scratch session_attention(const lila_session *s, uint32_t thread) {
    const lila_model_info *n = &s->model->info;
    size_t rows = attention_rows(n->heads / n->kv_heads), stride = attention_stride(&s->cache);
    attention_scratch a = {.q = s->act.attention + thread * s->act.attention_stride};
    a.scores = a.q + lines(rows * n->key_length);
    a.part = a.scores + rows * ATTENTION_BLOCK;
    a.sum = a.part + lines(rows * stride);
    if (s->cache.type != CACHE_Q8_0) return a;
    a.scaled = a.sum + lines(rows * stride);
    a.input = (panel_input *)(a.scaled + rows * ATTENTION_BLOCK);
    return a;
}

/* The forms of x that some product of the model reads. */
static bool allocate_operands(lila_session *s, uint32_t widest) {
    const lila_model *m = s->model;
    activations *a = &s->act;
    size_t b = s->batch, threads = m->info.threads;
    a->input_stride = b * (widest / PANEL_COLUMNS);
    a->arranged_stride = b * lines(widest);
    a->paired_stride = b * lines(float_pairs(widest));
    if (m->block_panels) a->blocks = aligned_grid(threads, a->input_stride, sizeof *a->blocks);
    if (m->super_panels) a->supers = aligned_grid(threads, a->input_stride, sizeof *a->supers);
    if (m->float_rows) a->arranged = aligned_grid(threads, a->arranged_stride, sizeof *a->arranged);
    if (m->pair_rows) a->paired = aligned_grid(threads, a->paired_stride, sizeof *a->paired);
    return (a->blocks || !m->block_panels) && (a->supers || !m->super_panels) &&
           (a->arranged || !m->float_rows) && (a->paired || !m->pair_rows);
}

static bool allocate_activations(lila_session *s) {
    const lila_model_info *n = &s->model->info;
    activations *a = &s->act;
    size_t b = s->batch;
    uint32_t widest =
        max_u32(max_u32(n->embedding, n->feed_forward), n->heads * max_u32(n->key_length, n->value_length));
    a->scratch_stride = (size_t)KERNEL_ROWS * widest;
    a->x = grid(b, n->embedding, sizeof(float));
    a->normed = grid(b * n->threads, n->embedding, sizeof(float));
    a->q = grid(b, (size_t)n->heads * n->key_length, sizeof(float));
    a->kv = grid(b, (size_t)n->kv_heads * (n->key_length + n->value_length), sizeof(float));
    a->attended = grid(b, (size_t)n->heads * n->value_length, sizeof(float));
    a->projected = grid(b, n->embedding, sizeof(float));
    a->gate = grid(b, n->feed_forward, sizeof(float));
    a->up = grid(b, n->feed_forward, sizeof(float));
    for (int r = 0; r < ROPE_TABLES; r++)
        if (s->rope[r] && !(a->rotation[r] = grid(b, s->model->rotated, sizeof(float)))) return false;
    a->scratch = grid(n->threads, a->scratch_stride, sizeof(float));
    return a->x && a->normed && a->q && a->kv && a->attended && a->projected && a->gate && a->up &&
           a->scratch && allocate_operands(s, widest) && allocate_attention(s);
}

static bool allocate_cache(lila_session *s, uint32_t type) {
    const lila_model_info *n = &s->model->info;
    s->tokens = grid(s->context, 1, sizeof *s->tokens);
    s->logits[0] = grid(n->vocab_size, 1, sizeof(float));
    s->logits[1] = grid(n->vocab_size, 1, sizeof(float));
    return cache_new(&s->cache, n, s->context, type) && s->tokens && s->logits[0] && s->logits[1];
}

static int check_params(const lila_model *model, lila_session_params *p, char *err, size_t errlen) {
    uint32_t trained = model->info.context_length;
    if (!p->context) p->context = trained;
    if (!p->batch) p->batch = DEFAULT_BATCH;
    if (p->batch > p->context) p->batch = p->context;
    if (p->context > trained)
        return LILA_FAIL(LILA_E_ARGUMENT, "context: expected at most the model's %u tokens, found %u",
                         (unsigned)trained, (unsigned)p->context);
    if (p->batch > MAX_BATCH)
        return LILA_FAIL(LILA_E_ARGUMENT, "batch: expected 1 to %d tokens, found %u", MAX_BATCH,
                         (unsigned)p->batch);
    if (p->kv_type > LILA_KV_CACHE_Q8_0)
        return LILA_FAIL(LILA_E_ARGUMENT, "kv_type: expected %d (f32), %d (f16) or %d (q8_0), found %u",
                         LILA_KV_CACHE_F32, LILA_KV_CACHE_F16, LILA_KV_CACHE_Q8_0, (unsigned)p->kv_type);
    const lila_model_info *n = &model->info;
    if (p->kv_type == LILA_KV_CACHE_Q8_0 && (n->key_length % PANEL_COLUMNS || n->value_length % PANEL_COLUMNS))
        return LILA_FAIL(
            LILA_E_ARGUMENT,
            "kv_type q8_0: expected heads of a multiple of %d elements, found keys of %u and values of %u",
            PANEL_COLUMNS, (unsigned)n->key_length, (unsigned)n->value_length);
    return LILA_OK;
}

/* Frequencies made for long contexts are for all positions of a session, so its length decides once. */
static void choose_rope(lila_session *s) {
    const lila_model *m = s->model;
    for (int r = 0; r < ROPE_TABLES; r++) s->rope[r] = m->rope[r];
    if (m->rope_long && s->context > m->info.rope_switch) s->rope[ROPE_GLOBAL] = m->rope_long;
}

int lila_session_new(const lila_model *model, const lila_session_params *params, lila_session **out, char *err,
                     size_t errlen) {
    *out = NULL;
    lila_session_params p = params ? *params : (lila_session_params){0, 0, LILA_KV_CACHE_F16};
    int status = check_params(model, &p, err, errlen);
    if (status) return status;
    lila_session *s = calloc(1, sizeof *s);
    if (!s) return LILA_FAIL(LILA_E_MEMORY, "out of memory");
    s->model = model;
    s->context = p.context;
    s->batch = p.batch;
    choose_rope(s);
    if (!allocate_cache(s, p.kv_type) || !allocate_activations(s)) {
        lila_session_free(s);
        return LILA_FAIL(LILA_E_MEMORY, "out of memory for a session of %u tokens; ask for a smaller context",
                         (unsigned)p.context);
    }
    *out = s;
    return LILA_OK;
}

void lila_session_free(lila_session *s) {
    if (!s) return;
    activations *a = &s->act;
    cache_free(&s->cache);
    void *owned[] = {s->tokens,
                     s->logits[0],
                     s->logits[1],
                     a->x,
                     a->normed,
                     a->q,
                     a->kv,
                     a->attended,
                     a->projected,
                     a->gate,
                     a->up,
                     a->rotation[ROPE_GLOBAL],
                     a->rotation[ROPE_LOCAL],
                     a->attention,
                     a->parts,
                     a->scratch,
                     a->blocks,
                     a->supers,
                     a->arranged,
                     a->paired};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
    free(s);
}

void lila_session_trace(lila_session *s, float *hidden) {
    s->hidden = hidden;
}

uint32_t lila_session_context(const lila_session *s) {
    return s->context;
}
uint32_t lila_session_count(const lila_session *s) {
    return s->count;
}
const int32_t *lila_session_tokens(const lila_session *s) {
    return s->tokens;
}

uint32_t lila_session_common_prefix(const lila_session *s, const int32_t *tokens, uint32_t n) {
    uint32_t limit = n < s->count ? n : s->count, i = 0;
    while (i < limit && s->tokens[i] == tokens[i]) i++;
    return i;
}

const float *lila_session_logits(const lila_session *s) {
    return s->has_logits ? s->logits[s->current] : NULL;
}

static int check_tokens(const lila_session *s, const int32_t *tokens, uint32_t n, uint32_t after, char *err,
                        size_t errlen) {
    if (n > s->context - after)
        return LILA_FAIL(LILA_E_CONTEXT, "%u tokens after %u resident don't fit a context of %u", (unsigned)n,
                         (unsigned)after, (unsigned)s->context);
    for (uint32_t i = 0; i < n; i++)
        if (tokens[i] < 0 || (uint32_t)tokens[i] >= s->model->info.vocab_size)
            return LILA_FAIL(LILA_E_ARGUMENT, "token %u: expected an id from 0 to %u, found %d", (unsigned)i,
                             (unsigned)s->model->info.vocab_size - 1, (int)tokens[i]);
    return LILA_OK;
}

int lila_session_eval(lila_session *s, const int32_t *tokens, uint32_t n, char *err, size_t errlen) {
    if (n == 0) return LILA_FAIL(LILA_E_ARGUMENT, "expected at least one token, found none");
    int status = check_tokens(s, tokens, n, s->count, err, errlen);
    if (!status) status = model_check(s->model, err, errlen);
    if (status) return status;
    float *logits = s->logits[!s->current];
    for (uint32_t done = 0, step; done < n; done += step) {
        step = n - done < s->batch ? n - done : s->batch;
        forward(s, tokens + done, step, s->count + done, done + step == n ? logits : NULL);
    }
    status = model_check(s->model, err, errlen);
    if (status) return status;
    if (!logits_select(s->model->info.cpu_features)->finite(logits, (int32_t)s->model->info.vocab_size))
        return LILA_FAIL(LILA_E_FATAL, "the model gave logits that are not finite numbers at token %u",
                         (unsigned)(s->count + n - 1));
    memcpy(s->tokens + s->count, tokens, n * sizeof *tokens);
    s->count += n;
    s->current = !s->current;
    s->has_logits = true;
    return LILA_OK;
}

int lila_session_truncate(lila_session *s, uint32_t count, char *err, size_t errlen) {
    if (count > s->count)
        return LILA_FAIL(LILA_E_ARGUMENT, "can't truncate to %u tokens: %u are resident", (unsigned)count,
                         (unsigned)s->count);
    if (count < s->count) s->has_logits = false;
    s->count = count;
    return LILA_OK;
}

uint64_t lila_session_row_bytes(const lila_session *s, uint32_t which) {
    return which > 1 ? 0 : cache_row_bytes(&s->cache, (int)which);
}

static int check_rows(const lila_session *s, uint32_t layer, uint32_t which, uint32_t first, uint32_t n,
                      char *err, size_t errlen) {
    if (layer >= s->model->info.layers || which > 1)
        return LILA_FAIL(LILA_E_ARGUMENT, "expected a layer below %u and 0 or 1, found %u and %u",
                         (unsigned)s->model->info.layers, (unsigned)layer, (unsigned)which);
    if (n > s->context || first > s->context - n)
        return LILA_FAIL(LILA_E_ARGUMENT, "expected rows within a context of %u, found %u from %u on",
                         (unsigned)s->context, (unsigned)n, (unsigned)first);
    return LILA_OK;
}

int lila_session_read_rows(const lila_session *s, uint32_t layer, uint32_t which, uint32_t first, uint32_t n,
                           void *rows, char *err, size_t errlen) {
    int status = check_rows(s, layer, which, first, n, err, errlen);
    if (status) return status;
    size_t bytes = cache_row_bytes(&s->cache, (int)which);
    for (uint32_t i = 0; i < n; i++)
        cache_read_row(&s->cache, (int)which, layer, first + i, (uint8_t *)rows + i * bytes);
    return LILA_OK;
}

int lila_session_write_rows(lila_session *s, uint32_t layer, uint32_t which, uint32_t first, uint32_t n,
                            const void *rows, char *err, size_t errlen) {
    int status = check_rows(s, layer, which, first, n, err, errlen);
    if (status) return status;
    size_t bytes = cache_row_bytes(&s->cache, (int)which);
    for (uint32_t i = 0; i < n; i++)
        cache_write_row(&s->cache, (int)which, layer, first + i, (const uint8_t *)rows + i * bytes);
    return LILA_OK;
}

int lila_session_adopt(lila_session *s, const int32_t *tokens, uint32_t n, char *err, size_t errlen) {
    int status = check_tokens(s, tokens, n, 0, err, errlen);
    if (status) return status;
    memcpy(s->tokens, tokens, n * sizeof *tokens);
    s->count = n;
    s->has_logits = false;
    return LILA_OK;
}
