/* encoder_load.c: finds BERT's tensors in a safetensors file, holds each against its shape, and packs them.
 *
 * All are found before anything is allocated, so that what is allocated is bounded by the size of the file. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "encoder.h"
#include "errors.h"

enum { NAME_BYTES = 96, ALIGNMENT = 16 /* floats: a cache line */ };

/* A tensor of the file, [rows][cols]; rows 1 stands for one dimension as well. */
typedef struct source {
    const lila_safetensor *tensor;
    uint32_t rows, cols;
    kernel_type type;
    size_t stride; /* bytes of a row */
} source;

enum {
    QUERY,
    QUERY_BIAS,
    KEY,
    KEY_BIAS,
    VALUE,
    VALUE_BIAS,
    OUTPUT,
    OUTPUT_BIAS,
    ATTENTION_GAIN,
    ATTENTION_BIAS,
    UP,
    UP_BIAS,
    DOWN,
    DOWN_BIAS,
    FFN_GAIN,
    FFN_BIAS,
    LAYER_TENSORS
};

typedef struct sources {
    source words, positions, types, gain, bias;
    source (*layers)[LAYER_TENSORS]; /* [layers] */
    bool *bound;                     /* [tensors of the file] */
} sources;

/* ---- finding */

static bool element_type(const char *dtype, kernel_type *type, size_t *bytes) {
    bool single = strcmp(dtype, "F32") == 0, half = strcmp(dtype, "F16") == 0,
         brain = strcmp(dtype, "BF16") == 0;
    *type = single ? KERNEL_F32 : half ? KERNEL_F16 : KERNEL_BF16;
    *bytes = single ? 4 : 2;
    return single || half || brain;
}

static int bind(const lila_encoder *e, sources *s, const char *name, uint32_t rows, uint32_t cols, source *out,
                char *err, size_t errlen) {
    const lila_safetensor *t = safetensors_find(e->file, name);
    size_t bytes;
    if (!t) return LILA_FAIL(LILA_E_FORMAT, "expected the tensor %s, found none", name);
    bool flat = rows == 1 && t->n_dims == 1 && t->dims[0] == cols;
    if (!flat && (t->n_dims != 2 || t->dims[0] != rows || t->dims[1] != cols))
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected shape [%u, %u], found [%llu, %llu] in %u dimensions",
                         name, (unsigned)rows, (unsigned)cols, (unsigned long long)t->dims[0],
                         (unsigned long long)t->dims[1], (unsigned)t->n_dims);
    *out = (source){.tensor = t, .rows = rows, .cols = cols};
    if (!element_type(t->dtype, &out->type, &bytes))
        return LILA_FAIL(LILA_E_UNSUPPORTED, "%s: expected F32, F16 or BF16, found %s", name, t->dtype);
    out->stride = bytes * cols;
    s->bound[safetensors_index(e->file, t)] = true;
    return LILA_OK;
}

static int bind_layer(const lila_encoder *e, sources *s, uint32_t index, char *err, size_t errlen) {
    uint32_t d = e->params.embedding, f = e->params.feed_forward;
    const struct {
        const char *name;
        uint32_t rows, cols;
    } slots[LAYER_TENSORS] = {
        [QUERY] = {"attention.self.query.weight", d, d},
        [QUERY_BIAS] = {"attention.self.query.bias", 1, d},
        [KEY] = {"attention.self.key.weight", d, d},
        [KEY_BIAS] = {"attention.self.key.bias", 1, d},
        [VALUE] = {"attention.self.value.weight", d, d},
        [VALUE_BIAS] = {"attention.self.value.bias", 1, d},
        [OUTPUT] = {"attention.output.dense.weight", d, d},
        [OUTPUT_BIAS] = {"attention.output.dense.bias", 1, d},
        [ATTENTION_GAIN] = {"attention.output.LayerNorm.weight", 1, d},
        [ATTENTION_BIAS] = {"attention.output.LayerNorm.bias", 1, d},
        [UP] = {"intermediate.dense.weight", f, d},
        [UP_BIAS] = {"intermediate.dense.bias", 1, f},
        [DOWN] = {"output.dense.weight", d, f},
        [DOWN_BIAS] = {"output.dense.bias", 1, d},
        [FFN_GAIN] = {"output.LayerNorm.weight", 1, d},
        [FFN_BIAS] = {"output.LayerNorm.bias", 1, d},
    };
    int status = LILA_OK;
    for (int i = 0; !status && i < LAYER_TENSORS; i++) {
        char name[NAME_BYTES];
        snprintf(name, sizeof name, "encoder.layer.%u.%s", (unsigned)index, slots[i].name);
        status = bind(e, s, name, slots[i].rows, slots[i].cols, &s->layers[index][i], err, errlen);
    }
    return status;
}

/* The pooler isn't part of a mean, and position_ids are 0, 1, 2, …: both may be there. */
static int refuse_unbound(const lila_encoder *e, const sources *s, char *err, size_t errlen) {
    static const char pooler[] = "pooler.", ids[] = "embeddings.position_ids";
    lila_safetensor t;
    for (uint64_t i = 0; lila_safetensors_at(e->file, i, &t) == LILA_OK; i++) {
        bool unused = (t.name_len > strlen(pooler) && memcmp(t.name, pooler, strlen(pooler)) == 0) ||
                      (t.name_len == strlen(ids) && memcmp(t.name, ids, strlen(ids)) == 0);
        if (!s->bound[i] && !unused)
            return LILA_FAIL(LILA_E_UNSUPPORTED, "tensor '%.*s' is not part of a BERT encoder of %u layers",
                             (int)(t.name_len < 64 ? t.name_len : 64), t.name, (unsigned)e->params.layers);
    }
    return LILA_OK;
}

static int bind_all(const lila_encoder *e, sources *s, char *err, size_t errlen) {
    const lila_encoder_params *n = &e->params;
    const struct {
        const char *name;
        uint32_t rows;
        source *out;
    } slots[] = {
        {"embeddings.word_embeddings.weight", n->vocab_size, &s->words},
        {"embeddings.position_embeddings.weight", n->positions, &s->positions},
        {"embeddings.token_type_embeddings.weight", n->token_types, &s->types},
        {"embeddings.LayerNorm.weight", 1, &s->gain},
        {"embeddings.LayerNorm.bias", 1, &s->bias},
    };
    int status = LILA_OK;
    for (size_t i = 0; !status && i < sizeof slots / sizeof *slots; i++)
        status = bind(e, s, slots[i].name, slots[i].rows, n->embedding, slots[i].out, err, errlen);
    for (uint32_t i = 0; !status && i < n->layers; i++) status = bind_layer(e, s, i, err, errlen);
    return status ? status : refuse_unbound(e, s, err, errlen);
}

/* ---- laying out: run once without memory to count, and once with it */

typedef struct bump {
    float *base; /* NULL: only count */
    size_t used; /* floats */
} bump;

static float *take(bump *b, size_t floats) {
    float *at = b->base ? b->base + b->used : NULL;
    b->used += (floats + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return at;
}

static void lay_out_matrix(bump *b, dense_matrix *m, uint32_t rows, uint32_t k) {
    float *panels = take(b, dense_floats(rows, k));
    *m = (dense_matrix){panels, take(b, dense_floats(rows, 1)), rows, k};
}

static void lay_out_norm(bump *b, norm_weights *norm, uint32_t n) {
    norm->gain = take(b, n);
    norm->bias = take(b, n);
}

static void lay_out(lila_encoder *e, bump *b) {
    const lila_encoder_params *n = &e->params;
    e->places = take(b, (size_t)n->positions * n->embedding);
    lay_out_norm(b, &e->embedding_norm, n->embedding);
    for (uint32_t i = 0; i < n->layers; i++) {
        encoder_layer *l = &e->layers[i];
        lay_out_matrix(b, &l->qkv, 3 * n->embedding, n->embedding);
        lay_out_matrix(b, &l->o, n->embedding, n->embedding);
        lay_out_matrix(b, &l->up, n->feed_forward, n->embedding);
        lay_out_matrix(b, &l->down, n->embedding, n->feed_forward);
        lay_out_norm(b, &l->attention_norm, n->embedding);
        lay_out_norm(b, &l->ffn_norm, n->embedding);
    }
}

static bool allocate(lila_encoder *e) {
    bump count = {NULL, 0};
    lay_out(e, &count);
    e->arena_bytes = count.used * sizeof(float);
    void *map = mmap(NULL, e->arena_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) return false;
#ifdef MADV_HUGEPAGE
    madvise(map, e->arena_bytes, MADV_HUGEPAGE); /* a sentence reads every byte; refused is fine */
#endif
    e->arena = map;
    bump real = {map, 0};
    lay_out(e, &real);
    return true;
}

/* ---- filling */

/* out [rows][cols] */
static void copy(const lila_encoder *e, const source *s, float *out) {
    const uint8_t *data = s->tensor->data;
    for (uint32_t r = 0; r < s->rows; r++)
        e->kernels->unpack[s->type](out + (size_t)r * s->cols, data + r * s->stride, s->cols);
}

/* The sources' rows one below the other, packed; their biases are at the place behind each. */
static void fill_matrix(const lila_encoder *e, dense_matrix *m, const source *parts, int count,
                        float *staging) {
    size_t row = 0;
    for (int i = 0; i < count; i++, row += parts[2 * (i - 1)].rows) {
        copy(e, &parts[2 * i], staging + row * m->k);
        copy(e, &parts[2 * i + 1], m->bias + row);
    }
    dense_pack(m->panels, staging, m->k, m->rows, m->k);
}

static void fill_places(lila_encoder *e, const sources *s, float *type) {
    uint32_t d = e->params.embedding;
    source first = s->types;
    first.rows = 1;
    copy(e, &first, type);
    copy(e, &s->positions, e->places);
    for (size_t i = 0; i < (size_t)e->params.positions * d; i++) e->places[i] += type[i % d];
}

static void fill(lila_encoder *e, const sources *s, float *staging) {
    e->words = s->words.tensor->data;
    e->word_stride = s->words.stride;
    e->word_type = s->words.type;
    fill_places(e, s, staging);
    copy(e, &s->gain, e->embedding_norm.gain);
    copy(e, &s->bias, e->embedding_norm.bias);
    for (uint32_t i = 0; i < e->params.layers; i++) {
        encoder_layer *l = &e->layers[i];
        const source *from = s->layers[i];
        fill_matrix(e, &l->qkv, &from[QUERY], 3, staging);
        fill_matrix(e, &l->o, &from[OUTPUT], 1, staging);
        fill_matrix(e, &l->up, &from[UP], 1, staging);
        fill_matrix(e, &l->down, &from[DOWN], 1, staging);
        copy(e, &from[ATTENTION_GAIN], l->attention_norm.gain);
        copy(e, &from[ATTENTION_BIAS], l->attention_norm.bias);
        copy(e, &from[FFN_GAIN], l->ffn_norm.gain);
        copy(e, &from[FFN_BIAS], l->ffn_norm.bias);
    }
}

static int allocate_and_fill(lila_encoder *e, const sources *s, char *err, size_t errlen) {
    size_t d = e->params.embedding, f = e->params.feed_forward;
    e->layers = calloc(e->params.layers, sizeof *e->layers);
    float *staging = malloc((3 * d > f ? 3 * d : f) * d * sizeof *staging);
    if (!e->layers || !staging || !allocate(e)) {
        free(staging);
        return LILA_FAIL(LILA_E_MEMORY, "out of memory for an encoder of %u layers",
                         (unsigned)e->params.layers);
    }
    fill(e, s, staging);
    free(staging);
    return LILA_OK;
}

int encoder_load(lila_encoder *e, char *err, size_t errlen) {
    sources s = {.layers = calloc(e->params.layers, sizeof *s.layers),
                 .bound = calloc(lila_safetensors_count(e->file) + 1, sizeof *s.bound)};
    int status = s.layers && s.bound ? bind_all(e, &s, err, errlen) : LILA_FAIL(LILA_E_MEMORY, "out of memory");
    if (!status) status = allocate_and_fill(e, &s, err, errlen);
    free(s.layers);
    free(s.bound);
    return status;
}
