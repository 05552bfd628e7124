/* encoder.c: opens a sentence encoder and cuts what it is asked for into passes. */
#define _GNU_SOURCE
#include "encoder.h"

#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "cores.h"
#include "errors.h"

enum {
    MAX_WIDTH = 1 << 16,
    MAX_VOCAB = 1 << 22,
    MAX_LAYERS = 1 << 10,
    MAX_POSITIONS = 1 << 16,
    CACHE_LINE = 16,  /* floats: a load across two costs twice */
    PASS_TOKENS = 512 /* more in one pass make nothing faster */
};

/* A sentence reads every weight once: with less than this for each, threads mostly wait for one another. */
static const uint64_t WEIGHTS_PER_THREAD = 4u << 20;

/* ---- open and close */

static int check_size(const char *what, uint32_t found, uint32_t most, char *err, size_t errlen) {
    if (found >= 1 && found <= most) return LILA_OK;
    return LILA_FAIL(LILA_E_ARGUMENT, "%s: expected 1 to %u, found %u", what, (unsigned)most, (unsigned)found);
}

static int check_params(const lila_encoder_params *n, char *err, size_t errlen) {
    const struct {
        const char *what;
        uint32_t found, most;
    } sizes[] = {
        {"vocab_size", n->vocab_size, MAX_VOCAB},
        {"embedding", n->embedding, MAX_WIDTH},
        {"layers", n->layers, MAX_LAYERS},
        {"heads", n->heads, n->embedding},
        {"feed_forward", n->feed_forward, MAX_WIDTH},
        {"positions", n->positions, MAX_POSITIONS},
        {"token_types", n->token_types, MAX_WIDTH},
    };
    int status = LILA_OK;
    for (size_t i = 0; !status && i < sizeof sizes / sizeof *sizes; i++)
        status = check_size(sizes[i].what, sizes[i].found, sizes[i].most, err, errlen);
    if (status) return status;
    if (n->embedding % n->heads)
        return LILA_FAIL(LILA_E_ARGUMENT, "embedding %u is not a multiple of heads %u", (unsigned)n->embedding,
                         (unsigned)n->heads);
    if (!(n->epsilon > 0) || !isfinite(n->epsilon))
        return LILA_FAIL(LILA_E_ARGUMENT, "epsilon: expected a positive number, found %g", (double)n->epsilon);
    return LILA_OK;
}

static uint32_t default_threads(const lila_encoder *e) {
    uint64_t useful = e->arena_bytes / WEIGHTS_PER_THREAD + 1;
    uint32_t cores = cores_to_use();
    return useful < cores ? (uint32_t)useful : cores;
}

static int load(lila_encoder *e, const char *path, char *err, size_t errlen) {
    int status = check_params(&e->params, err, errlen);
    if (!status) status = lila_safetensors_open(path, &e->file, err, errlen);
    if (status) return status;
    e->kernels = kernels_select(e->params.cpu_mask, &e->info.cpu_features);
    e->dense = dense_select(e->info.cpu_features);
    status = encoder_load(e, err, errlen);
    if (!status)
        status = lila_safetensors_check(e->file, err, errlen); /* what was packed is what the file has */
    if (status) return status;
    e->info.packed_bytes = e->arena_bytes;
    e->info.threads = e->params.threads ? e->params.threads : default_threads(e);
    return pool_new(e->info.threads, &e->pool, err, errlen);
}

int lila_encoder_open(const char *path, const lila_encoder_params *params, lila_encoder **out, char *err,
                      size_t errlen) {
    *out = NULL;
    lila_encoder *e = calloc(1, sizeof *e);
    if (!e) return LILA_FAIL(LILA_E_MEMORY, "out of memory");
    e->params = *params;
    int status = load(e, path, err, errlen);
    if (status) {
        lila_encoder_free(e);
        return status;
    }
    *out = e;
    return LILA_OK;
}

void lila_encoder_free(lila_encoder *e) {
    if (!e) return;
    pool_free(e->pool);
    if (e->arena) munmap(e->arena, e->arena_bytes);
    free(e->layers);
    lila_safetensors_free(e->file);
    free(e);
}

void lila_encoder_describe(const lila_encoder *e, lila_encoder_info *out) {
    *out = e->info;
}

/* ---- embedding */

/* *total = all tokens. */
static int check_texts(const lila_encoder *e, const int32_t *tokens, const uint32_t *lengths, uint32_t texts,
                       size_t *total, char *err, size_t errlen) {
    *total = 0;
    for (uint32_t i = 0; i < texts; i++) {
        if (lengths[i] < 1 || lengths[i] > e->params.positions)
            return LILA_FAIL(LILA_E_ARGUMENT, "text %u: expected 1 to %u tokens, found %u", (unsigned)i,
                             (unsigned)e->params.positions, (unsigned)lengths[i]);
        *total += lengths[i];
    }
    for (size_t i = 0; i < *total; i++)
        if (tokens[i] < 0 || (uint32_t)tokens[i] >= e->params.vocab_size)
            return LILA_FAIL(LILA_E_ARGUMENT, "token %zu: expected an id from 0 to %u, found %d", i,
                             (unsigned)e->params.vocab_size - 1, (int)tokens[i]);
    return LILA_OK;
}

/* As many of the texts as one pass takes: at least one. */
static void fill_pass(encoder_pass *p, uint32_t texts) {
    p->texts = p->count = p->longest = 0;
    while (p->texts < texts && (p->texts == 0 || p->count + p->lengths[p->texts] <= PASS_TOKENS)) {
        uint32_t length = p->lengths[p->texts++];
        p->count += length;
        if (length > p->longest) p->longest = length;
    }
}

static bool all_finite(const float *x, size_t n) {
    float sum = 0; /* x - x is 0 for finite x and NaN otherwise */
    for (size_t i = 0; i < n; i++) sum += x[i] - x[i];
    return sum == 0;
}

/* One allocation that all buffers of the pass are cut from. */
static int run_pass(encoder_pass *p, char *err, size_t errlen) {
    const lila_encoder *e = p->encoder;
    size_t d = e->params.embedding, count = p->count, threads = e->info.threads;
    size_t scratch = dense_attention_floats(p->longest, e->params.embedding / e->params.heads);
    size_t sizes[] = {threads * count * d, 3 * count * d, count * d, count * d, count * e->params.feed_forward,
                      threads * scratch};
    float **buffers[] = {&p->x, &p->qkv, &p->attended, &p->projected, &p->inner, &p->scratch}, *next;
    size_t all = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        all += sizes[i] = (sizes[i] + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    float *memory = next = aligned_alloc(CACHE_LINE * sizeof *memory, all * sizeof *memory);
    if (!memory) return LILA_FAIL(LILA_E_MEMORY, "out of memory to embed %zu tokens", count);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; next += sizes[i++]) *buffers[i] = next;
    encoder_forward(p);
    free(memory);
    return all_finite(p->out, p->texts * d)
               ? LILA_OK
               : LILA_FAIL(LILA_E_FATAL, "the encoder gave an embedding that is not made of finite numbers");
}

int lila_encoder_embed(const lila_encoder *e, const int32_t *tokens, const uint32_t *lengths, uint32_t texts,
                       float *out, float *hidden, char *err, size_t errlen) {
    size_t total, d = e->params.embedding;
    int status = check_texts(e, tokens, lengths, texts, &total, err, errlen);
    if (!status) status = lila_safetensors_check(e->file, err, errlen);
    encoder_pass pass = {.encoder = e, .tokens = tokens, .lengths = lengths, .out = out};
    pass.hidden = hidden;
    pass.hidden_stride = total * d;
    for (uint32_t done = 0; !status && done < texts; done += pass.texts) {
        pass.tokens += done ? pass.count : 0;
        pass.lengths = lengths + done;
        pass.out = out + done * d;
        if (hidden && done) pass.hidden += (size_t)pass.count * d;
        fill_pass(&pass, texts - done);
        status = run_pass(&pass, err, errlen);
    }
    return status ? status : lila_safetensors_check(e->file, err, errlen); /* words were read meanwhile */
}
