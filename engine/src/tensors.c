/* tensors.c: binds the tensors of a file to the names that forward.c knows them by. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "model_load.h"

enum { STEM_BYTES = 48, NAME_BYTES = 64 };

const lila_tensor_info *load_shaped(const lila_model *m, const char *name, uint32_t cols, uint32_t rows,
                                    int *status, char *err, size_t errlen) {
    const lila_tensor_info *t = gguf_tensor(m->file, name);
    *status = LILA_OK;
    if (!t) {
        *status = LILA_FAIL(LILA_E_FORMAT, "expected the tensor %s, found none", name);
        return NULL;
    }
    uint32_t dims = rows ? 2 : 1;
    if (t->n_dims != dims || t->dims[0] != cols || (rows && t->dims[1] != rows)) {
        *status = LILA_FAIL(LILA_E_FORMAT, "%s: expected shape [%u, %u], found [%llu, %llu] in %u dimensions",
                            name, (unsigned)cols, (unsigned)(rows ? rows : 1), (unsigned long long)t->dims[0],
                            (unsigned long long)t->dims[1], (unsigned)t->n_dims);
        return NULL;
    }
    m->bound[gguf_tensor_index(m->file, t)] = true;
    return t;
}

int load_vector(const lila_model *m, const char *name, uint32_t n, const float **out, char *err,
                size_t errlen) {
    int status;
    const lila_tensor_info *t = load_shaped(m, name, n, 0, &status, err, errlen);
    if (!t) return status;
    if (t->type != GGUF_F32)
        return LILA_FAIL(LILA_E_UNSUPPORTED, "%s: expected F32, found %s", name, gguf_type_name(t->type));
    *out = t->data;
    return LILA_OK;
}

/* "<stem>.weight" [rows][cols], with "<stem>.bias" [rows] where there is one. */
static int bind_matrix(const lila_model *m, const char *stem, uint32_t rows, uint32_t cols, weight *out,
                       char *err, size_t errlen) {
    int status;
    char name[NAME_BYTES];
    snprintf(name, sizeof name, "%.*s.weight", STEM_BYTES, stem);
    const lila_tensor_info *t = load_shaped(m, name, cols, rows, &status, err, errlen);
    if (!t) return status;
    *out = (weight){.data = t->data,
                    .stride = gguf_type_bytes(t->type, cols),
                    .rows = rows,
                    .cols = cols,
                    .type = kernels_type(t->type)};
    snprintf(name, sizeof name, "%.*s.bias", STEM_BYTES, stem);
    return gguf_tensor(m->file, name) ? load_vector(m, name, rows, &out->bias, err, errlen) : LILA_OK;
}

/* Rows [first, first + rows) of a fused matrix. */
static weight slice(const weight *whole, uint32_t first, uint32_t rows) {
    weight part = *whole;
    part.data += first * whole->stride;
    part.rows = rows;
    if (part.bias) part.bias += first;
    return part;
}

/* ---- one layer */

typedef struct matrix_slot {
    const char *name;
    uint32_t rows, cols;
    weight *out;
} matrix_slot;

static int bind_layer_matrix(const lila_model *m, uint32_t index, const matrix_slot *s, char *err,
                             size_t errlen) {
    char stem[STEM_BYTES];
    snprintf(stem, sizeof stem, "blk.%u.%s", (unsigned)index, s->name);
    return bind_matrix(m, stem, s->rows, s->cols, s->out, err, errlen);
}

static int bind_separate(const lila_model *m, uint32_t index, block *l, char *err, size_t errlen) {
    const lila_model_info *n = &m->info;
    const matrix_slot slots[] = {
        {"attn_q", n->heads * n->key_length, n->embedding, &l->q},
        {"attn_k", n->kv_heads * n->key_length, n->embedding, &l->k},
        {"attn_v", n->kv_heads * n->value_length, n->embedding, &l->v},
        {"ffn_gate", n->feed_forward, n->embedding, &l->gate},
        {"ffn_up", n->feed_forward, n->embedding, &l->up},
    };
    int status = LILA_OK;
    for (size_t i = 0; !status && i < sizeof slots / sizeof *slots; i++)
        status = bind_layer_matrix(m, index, &slots[i], err, errlen);
    return status;
}

/* attn_qkv holds the rows of Q, K and V, ffn_up those of gate and up, in that order. */
static int bind_fused(const lila_model *m, uint32_t index, block *l, char *err, size_t errlen) {
    const lila_model_info *n = &m->info;
    uint32_t q = n->heads * n->key_length, k = n->kv_heads * n->key_length, v = n->kv_heads * n->value_length;
    weight qkv, both;
    const matrix_slot slots[] = {{"attn_qkv", q + k + v, n->embedding, &qkv},
                                 {"ffn_up", 2 * n->feed_forward, n->embedding, &both}};
    int status = bind_layer_matrix(m, index, &slots[0], err, errlen);
    if (!status) status = bind_layer_matrix(m, index, &slots[1], err, errlen);
    if (status) return status;
    l->q = slice(&qkv, 0, q);
    l->k = slice(&qkv, q, k);
    l->v = slice(&qkv, q + k, v);
    l->gate = slice(&both, 0, n->feed_forward);
    l->up = slice(&both, n->feed_forward, n->feed_forward);
    return LILA_OK;
}

static int bind_norms(const lila_model *m, uint32_t index, block *l, char *err, size_t errlen) {
    const lila_model_info *n = &m->info;
    bool post = m->family->post_norms, heads = m->family->head_norms;
    const struct {
        const char *name;
        bool wanted;
        uint32_t length;
        const float **out;
    } slots[] = {
        {"attn_norm", true, n->embedding, &l->attention_norm},
        {"ffn_norm", true, n->embedding, &l->ffn_norm},
        {"post_attention_norm", post, n->embedding, &l->attention_post_norm},
        {"post_ffw_norm", post, n->embedding, &l->ffn_post_norm},
        {"attn_q_norm", heads, n->key_length, &l->q_norm},
        {"attn_k_norm", heads, n->key_length, &l->k_norm},
    };
    int status = LILA_OK;
    for (size_t i = 0; !status && i < sizeof slots / sizeof *slots; i++) {
        char name[NAME_BYTES];
        snprintf(name, sizeof name, "blk.%u.%s.weight", (unsigned)index, slots[i].name);
        if (slots[i].wanted) status = load_vector(m, name, slots[i].length, slots[i].out, err, errlen);
    }
    return status;
}

/* Is this the last layer of a group of n? Never where n is 0. */
static bool ends_group(uint32_t index, uint32_t n) {
    return n && (index + 1) % n == 0;
}

static int bind_layer(const lila_model *m, uint32_t index, block *l, char *err, size_t errlen) {
    const lila_model_info *n = &m->info;
    const matrix_slot output = {"attn_output", n->embedding, n->heads * n->value_length, &l->o};
    const matrix_slot down = {"ffn_down", n->embedding, n->feed_forward, &l->down};
    bool slides = layer_slides(m, index);
    l->window = slides ? m->window : 0;
    l->rope = slides && m->rope[ROPE_LOCAL] ? ROPE_LOCAL : ROPE_GLOBAL;
    if (ends_group(index, m->family->no_rope_every)) l->rope = ROPE_NONE;
    int status = (m->family->fused ? bind_fused : bind_separate)(m, index, l, err, errlen);
    if (!status) status = bind_layer_matrix(m, index, &output, err, errlen);
    if (!status) status = bind_layer_matrix(m, index, &down, err, errlen);
    return status ? status : bind_norms(m, index, l, err, errlen);
}

/* ---- the whole */

static int refuse_unbound(const lila_model *m, char *err, size_t errlen) {
    lila_tensor_info t;
    for (uint64_t i = 0; lila_gguf_tensor_at(m->file, i, &t) == LILA_OK; i++)
        if (!m->bound[i])
            return LILA_FAIL(LILA_E_UNSUPPORTED, "tensor '%.*s' is not supported for architecture %s",
                             (int)(t.name_len < 64 ? t.name_len : 64), t.name, m->family->name);
    return LILA_OK;
}

int load_tensors(lila_model *m, char *err, size_t errlen) {
    const lila_model_info *n = &m->info;
    int status = bind_matrix(m, "token_embd", n->vocab_size, n->embedding, &m->embedding, err, errlen);
    if (!status) status = load_vector(m, "output_norm.weight", n->embedding, &m->final_norm, err, errlen);
    m->info.tied_head = gguf_tensor(m->file, "output.weight") == NULL;
    m->head = m->embedding;
    if (!status && !m->info.tied_head)
        status = bind_matrix(m, "output", n->vocab_size, n->embedding, &m->head, err, errlen);
    if (status) return status;
    m->layers = calloc(n->layers, sizeof *m->layers);
    if (!m->layers) return LILA_FAIL(LILA_E_MEMORY, "out of memory for %u layers", (unsigned)n->layers);
    for (uint32_t i = 0; !status && i < n->layers; i++) status = bind_layer(m, i, &m->layers[i], err, errlen);
    return status ? status : refuse_unbound(m, err, errlen);
}
