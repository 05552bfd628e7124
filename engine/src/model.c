/* model.c: reads the hyper-parameters of a Llama GGUF and binds its tensors, refusing by name what the forward
 * pass doesn't do. */
#include "model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"

#ifndef LILA_VERSION
#define LILA_VERSION "unversioned"
#endif

enum { MAX_DIM = 1 << 20, MAX_LAYERS = 1 << 12, MAX_CONTEXT = 1 << 24 };

const char *lila_version(void) {
    return LILA_VERSION;
}

uint32_t lila_cpu_features(void) {
    return kernels_cpu_features();
}

/* ---- hyper-parameters */

/* A u32 from metadata within [1, max]; `fallback` when the key is absent, 0 meaning that it is required. */
static int read_u32(const lila_gguf *g, const char *key, uint32_t fallback, uint32_t max, uint32_t *out,
                    char *err, size_t errlen) {
    uint64_t value = fallback;
    if (!gguf_find(g, key)) {
        if (!fallback) return LILA_FAIL(LILA_E_FORMAT, "expected the metadata key %s, found none", key);
    } else if (!gguf_get_u64(g, key, &value)) {
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected one unsigned integer, found another type", key);
    }
    if (value < 1 || value > max)
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected 1 to %u, found %llu", key, (unsigned)max,
                         (unsigned long long)value);
    *out = (uint32_t)value;
    return LILA_OK;
}

/* A value that may be one number or one per layer; layers that differ are refused. */
static int read_per_layer(const lila_gguf *g, const char *key, uint32_t fallback, uint32_t *out, char *err,
                          size_t errlen) {
    const gguf_kv *array = gguf_get_array(g, key);
    if (!array) return read_u32(g, key, fallback, MAX_DIM, out, err, errlen);
    int64_t first = array->count ? gguf_elem_i64(array, 0) : 0;
    for (uint64_t i = 0; i < array->count; i++)
        if (gguf_elem_i64(array, i) != first)
            return LILA_FAIL(LILA_E_UNSUPPORTED, "%s: layers with different values are not supported", key);
    if (first < 1 || first > MAX_DIM)
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected 1 to %d, found %lld", key, MAX_DIM, (long long)first);
    *out = (uint32_t)first;
    return LILA_OK;
}

static int read_positive(const lila_gguf *g, const char *key, double fallback, double *out, char *err,
                         size_t errlen) {
    *out = fallback;
    if (!gguf_find(g, key)) {
        if (fallback > 0) return LILA_OK;
        return LILA_FAIL(LILA_E_FORMAT, "expected the metadata key %s, found none", key);
    }
    if (!gguf_get_f64(g, key, out)) return LILA_FAIL(LILA_E_FORMAT, "%s: expected a number", key);
    if (!(*out > 0) || !isfinite(*out))
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected a positive number, found %g", key, *out);
    return LILA_OK;
}

static int check_architecture(const lila_gguf *g, char *err, size_t errlen) {
    gguf_str name;
    if (!gguf_get_str(g, "general.architecture", &name))
        return LILA_FAIL(LILA_E_FORMAT, "expected the metadata key general.architecture, found none");
    if (name.len != 5 || memcmp(name.data, "llama", 5))
        return LILA_FAIL(LILA_E_UNSUPPORTED, "architecture '%.*s' is not supported; this engine runs 'llama'",
                         (int)(name.len < 64 ? name.len : 64), name.data);
    uint64_t experts;
    if (gguf_get_u64(g, "llama.expert_count", &experts) && experts > 0)
        return LILA_FAIL(LILA_E_UNSUPPORTED, "llama.expert_count %llu: mixtures of experts are not supported",
                         (unsigned long long)experts);
    bool causal;
    if (gguf_get_bool(g, "llama.attention.causal", &causal) && !causal)
        return LILA_FAIL(LILA_E_UNSUPPORTED, "llama.attention.causal false is not supported");
    return LILA_OK;
}

/* vocab_size, from the tokens array where there is one, else from llama.vocab_size, else the embedding's rows;
 * whichever are there must agree. */
static int read_vocabulary(const lila_gguf *g, uint32_t *out, char *err, size_t errlen) {
    const lila_tensor_info *embedding = gguf_tensor(g, "token_embd.weight");
    const gguf_kv *tokens = gguf_get_array(g, "tokenizer.ggml.tokens");
    if (!embedding || embedding->n_dims != 2)
        return LILA_FAIL(LILA_E_FORMAT, "expected the tensor token_embd.weight with 2 dimensions");
    uint64_t rows = embedding->dims[1], declared = rows;
    if (rows > INT32_MAX)
        return LILA_FAIL(LILA_E_FORMAT, "token_embd.weight: %llu rows", (unsigned long long)rows);
    if (tokens && tokens->count != rows)
        return LILA_FAIL(LILA_E_FORMAT,
                         "tokenizer.ggml.tokens: expected %llu entries as in token_embd.weight, found %llu",
                         (unsigned long long)rows, (unsigned long long)tokens->count);
    if (gguf_get_u64(g, "llama.vocab_size", &declared) && declared != rows)
        return LILA_FAIL(LILA_E_FORMAT, "llama.vocab_size: expected %llu as in token_embd.weight, found %llu",
                         (unsigned long long)rows, (unsigned long long)declared);
    *out = (uint32_t)rows;
    return LILA_OK;
}

static int read_shape(lila_model *m, char *err, size_t errlen) {
    const lila_gguf *g = m->file;
    lila_model_info *n = &m->info;
    int status = read_vocabulary(g, &n->vocab_size, err, errlen);
    if (!status) status = read_u32(g, "llama.embedding_length", 0, MAX_DIM, &n->embedding, err, errlen);
    if (!status) status = read_u32(g, "llama.block_count", 0, MAX_LAYERS, &n->layers, err, errlen);
    if (!status) status = read_u32(g, "llama.context_length", 0, MAX_CONTEXT, &n->context_length, err, errlen);
    if (!status) status = read_per_layer(g, "llama.feed_forward_length", 0, &n->feed_forward, err, errlen);
    if (!status) status = read_per_layer(g, "llama.attention.head_count", 0, &n->heads, err, errlen);
    if (!status)
        status = read_per_layer(g, "llama.attention.head_count_kv", n->heads, &n->kv_heads, err, errlen);
    if (status) return status;
    if (n->heads % n->kv_heads)
        return LILA_FAIL(LILA_E_FORMAT, "llama.attention.head_count %u is not a multiple of head_count_kv %u",
                         (unsigned)n->heads, (unsigned)n->kv_heads);
    uint32_t head = n->embedding / n->heads;
    if (!head && !gguf_find(g, "llama.attention.key_length"))
        return LILA_FAIL(LILA_E_FORMAT, "llama.attention.head_count %u exceeds llama.embedding_length %u",
                         (unsigned)n->heads, (unsigned)n->embedding);
    status = read_u32(g, "llama.attention.key_length", head, MAX_DIM, &n->key_length, err, errlen);
    if (!status)
        status = read_u32(g, "llama.attention.value_length", head, MAX_DIM, &n->value_length, err, errlen);
    if (!status && (uint64_t)n->heads * n->key_length > MAX_DIM)
        return LILA_FAIL(LILA_E_FORMAT, "%u heads of key_length %u exceed %d", (unsigned)n->heads,
                         (unsigned)n->key_length, MAX_DIM);
    if (!status && (uint64_t)n->heads * n->value_length > MAX_DIM)
        return LILA_FAIL(LILA_E_FORMAT, "%u heads of value_length %u exceed %d", (unsigned)n->heads,
                         (unsigned)n->value_length, MAX_DIM);
    return status;
}

/* ---- rotary positions */

static int read_rope_scaling(const lila_gguf *g, double *scale, char *err, size_t errlen) {
    gguf_str type = {"none", 4};
    double factor = 1;
    gguf_get_str(g, "llama.rope.scaling.type", &type);
    if (gguf_find(g, "llama.rope.scale_linear")) type = (gguf_str){"linear", 6};
    *scale = 1;
    if (type.len == 4 && !memcmp(type.data, "none", 4)) return LILA_OK;
    if (type.len != 6 || memcmp(type.data, "linear", 6))
        return LILA_FAIL(LILA_E_UNSUPPORTED,
                         "llama.rope.scaling.type '%.*s' is not supported; 'none' and 'linear' are",
                         (int)(type.len < 32 ? type.len : 32), type.data);
    const char *key =
        gguf_find(g, "llama.rope.scaling.factor") ? "llama.rope.scaling.factor" : "llama.rope.scale_linear";
    int status = read_positive(g, key, 1, &factor, err, errlen);
    *scale = 1 / factor;
    return status;
}

/* frequency[i] = scale · base^(−2i / rotated) / factor[i], with factor from rope_freqs.weight where present. */
static int read_rope(lila_model *m, char *err, size_t errlen) {
    double base, scale;
    const lila_tensor_info *factors = gguf_tensor(m->file, "rope_freqs.weight");
    int status = read_positive(m->file, "llama.rope.freq_base", 10000, &base, err, errlen);
    if (!status) status = read_rope_scaling(m->file, &scale, err, errlen);
    if (!status)
        status = read_u32(m->file, "llama.rope.dimension_count", m->info.key_length, m->info.key_length,
                          &m->rotated, err, errlen);
    if (status) return status;
    if (m->rotated % 2)
        return LILA_FAIL(LILA_E_FORMAT, "llama.rope.dimension_count: expected an even number, found %u",
                         (unsigned)m->rotated);
    uint32_t pairs = m->rotated / 2;
    if (factors && (factors->type != GGUF_F32 || factors->n_dims != 1 || factors->dims[0] != pairs))
        return LILA_FAIL(LILA_E_FORMAT, "rope_freqs.weight: expected F32 [%u], found %s [%llu]",
                         (unsigned)pairs, gguf_type_name(factors->type), (unsigned long long)factors->dims[0]);
    m->rope_frequency = malloc(pairs * sizeof *m->rope_frequency);
    if (!m->rope_frequency)
        return LILA_FAIL(LILA_E_MEMORY, "out of memory for %u frequencies", (unsigned)pairs);
    for (uint32_t i = 0; i < pairs; i++) {
        float factor = factors ? ((const float *)factors->data)[i] : 1;
        m->rope_frequency[i] = scale * pow(base, -2.0 * i / m->rotated) / factor;
        if (!isfinite(m->rope_frequency[i]))
            return LILA_FAIL(LILA_E_FORMAT, "rope_freqs.weight[%u]: %g is not usable", (unsigned)i,
                             (double)factor);
    }
    return LILA_OK;
}

/* ---- tensors */

static const lila_tensor_info *find_shaped(const lila_model *m, const char *name, uint32_t cols, uint32_t rows,
                                           int *status, char *err, size_t errlen) {
    const lila_tensor_info *t = gguf_tensor(m->file, name);
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
    return t;
}

static int bind_matrix(const lila_model *m, const char *name, uint32_t rows, uint32_t cols, weight *out,
                       char *err, size_t errlen) {
    int status = LILA_OK;
    const lila_tensor_info *t = find_shaped(m, name, cols, rows, &status, err, errlen);
    if (!t) return status;
    *out = (weight){.data = t->data,
                    .stride = gguf_type_bytes(t->type, cols),
                    .rows = rows,
                    .cols = cols,
                    .type = kernels_type(t->type)};
    return LILA_OK;
}

static int bind_norm(const lila_model *m, const char *name, const float **out, char *err, size_t errlen) {
    int status = LILA_OK;
    const lila_tensor_info *t = find_shaped(m, name, m->info.embedding, 0, &status, err, errlen);
    if (!t) return status;
    if (t->type != GGUF_F32)
        return LILA_FAIL(LILA_E_UNSUPPORTED, "%s: expected F32, found %s", name, gguf_type_name(t->type));
    *out = t->data;
    return LILA_OK;
}

static int bind_layer(const lila_model *m, uint32_t index, block *l, char *err, size_t errlen) {
    const lila_model_info *n = &m->info;
    const struct {
        const char *name;
        uint32_t rows, cols;
        weight *out;
    } matrices[] = {
        {"attn_q", n->heads * n->key_length, n->embedding, &l->q},
        {"attn_k", n->kv_heads * n->key_length, n->embedding, &l->k},
        {"attn_v", n->kv_heads * n->value_length, n->embedding, &l->v},
        {"attn_output", n->embedding, n->heads * n->value_length, &l->o},
        {"ffn_gate", n->feed_forward, n->embedding, &l->gate},
        {"ffn_up", n->feed_forward, n->embedding, &l->up},
        {"ffn_down", n->embedding, n->feed_forward, &l->down},
    };
    char name[64];
    int status = LILA_OK;
    for (size_t i = 0; !status && i < sizeof matrices / sizeof *matrices; i++) {
        snprintf(name, sizeof name, "blk.%u.%s.weight", (unsigned)index, matrices[i].name);
        status = bind_matrix(m, name, matrices[i].rows, matrices[i].cols, matrices[i].out, err, errlen);
    }
    snprintf(name, sizeof name, "blk.%u.attn_norm.weight", (unsigned)index);
    if (!status) status = bind_norm(m, name, &l->attention_norm, err, errlen);
    snprintf(name, sizeof name, "blk.%u.ffn_norm.weight", (unsigned)index);
    if (!status) status = bind_norm(m, name, &l->ffn_norm, err, errlen);
    return status;
}

/* Does `name` end a layer's tensor, "blk.<number below layers>.<one of ours>"? */
static bool is_layer_tensor(const char *name, uint64_t len, uint32_t layers) {
    static const char *const ours[] = {"attn_norm.weight", "attn_q.weight",      "attn_k.weight",
                                       "attn_v.weight",    "attn_output.weight", "ffn_norm.weight",
                                       "ffn_gate.weight",  "ffn_up.weight",      "ffn_down.weight"};
    char text[64], canonical[64];
    unsigned index;
    int at = 0;
    if (len >= sizeof text) return false;
    memcpy(text, name, len);
    text[len] = 0;
    if (sscanf(text, "blk.%9u.%n", &index, &at) != 1 || !at || index >= layers) return false;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        snprintf(canonical, sizeof canonical, "blk.%u.%s", index, ours[i]);
        if (!strcmp(text, canonical)) return true;
    }
    return false;
}

/* A tensor that the forward pass would leave out (a bias, a q/k norm, …) would silently change the result. */
static int refuse_unknown_tensors(const lila_model *m, char *err, size_t errlen) {
    static const char *const single[] = {"token_embd.weight", "output.weight", "output_norm.weight",
                                         "rope_freqs.weight"};
    lila_tensor_info t;
    for (uint64_t i = 0; lila_gguf_tensor_at(m->file, i, &t) == LILA_OK; i++) {
        bool known = is_layer_tensor(t.name, t.name_len, m->info.layers);
        for (size_t s = 0; !known && s < sizeof single / sizeof *single; s++)
            known = strlen(single[s]) == t.name_len && !memcmp(single[s], t.name, t.name_len);
        if (!known)
            return LILA_FAIL(LILA_E_UNSUPPORTED, "tensor '%.*s' is not supported for this architecture",
                             (int)(t.name_len < 64 ? t.name_len : 64), t.name);
    }
    return LILA_OK;
}

static int bind_tensors(lila_model *m, char *err, size_t errlen) {
    const lila_model_info *n = &m->info;
    int status = bind_matrix(m, "token_embd.weight", n->vocab_size, n->embedding, &m->embedding, err, errlen);
    if (!status) status = bind_norm(m, "output_norm.weight", &m->final_norm, err, errlen);
    m->info.tied_head = gguf_tensor(m->file, "output.weight") == NULL;
    m->head = m->embedding;
    if (!status && !m->info.tied_head)
        status = bind_matrix(m, "output.weight", n->vocab_size, n->embedding, &m->head, err, errlen);
    if (status) return status;
    m->layers = calloc(n->layers, sizeof *m->layers);
    if (!m->layers) return LILA_FAIL(LILA_E_MEMORY, "out of memory for %u layers", (unsigned)n->layers);
    for (uint32_t i = 0; !status && i < n->layers; i++) status = bind_layer(m, i, &m->layers[i], err, errlen);
    return status ? status : refuse_unknown_tensors(m, err, errlen);
}

/* ---- open and close */

/* A step reads every weight once. With less than this for each, threads mostly wait for one another: a token of
 * lila-nano (9 MiB) costs 1.7 ms of processor time on one thread, and 2.4 ms on two. */
static const uint64_t WEIGHTS_PER_THREAD = 16u << 20;

static uint32_t default_threads(const lila_gguf *file) {
    lila_tensor_info t;
    uint64_t bytes = 0;
    for (uint64_t i = 0; lila_gguf_tensor_at(file, i, &t) == LILA_OK; i++) bytes += t.size;
    uint64_t useful = bytes / WEIGHTS_PER_THREAD + 1;
    uint32_t cores = threads_physical_cores();
    return useful < cores ? (uint32_t)useful : cores;
}

static int load(lila_model *m, const char *path, const lila_model_params *params, char *err, size_t errlen) {
    double epsilon;
    int status = lila_gguf_open(path, &m->file, err, errlen);
    if (!status) status = check_architecture(m->file, err, errlen);
    if (!status) status = read_shape(m, err, errlen);
    if (!status)
        status = read_positive(m->file, "llama.attention.layer_norm_rms_epsilon", 0, &epsilon, err, errlen);
    if (!status) status = read_rope(m, err, errlen);
    if (!status) status = bind_tensors(m, err, errlen);
    if (status) return status;
    m->rms_epsilon = (float)epsilon;
    m->info.threads = params && params->threads ? params->threads : default_threads(m->file);
    m->kernels = kernels_select(params ? params->cpu_mask : UINT32_MAX, &m->info.cpu_features);
    status = pool_new(m->info.threads, &m->pool, err, errlen);
    return status ? status : packed_build(m, params, err, errlen);
}

int lila_model_open(const char *path, const lila_model_params *params, lila_model **out, char *err,
                    size_t errlen) {
    *out = NULL;
    lila_model *m = calloc(1, sizeof *m);
    if (!m) return LILA_FAIL(LILA_E_MEMORY, "out of memory");
    int status = load(m, path, params, err, errlen);
    if (status) {
        lila_model_free(m);
        return status;
    }
    *out = m;
    return LILA_OK;
}

void lila_model_free(lila_model *m) {
    if (!m) return;
    pool_free(m->pool);
    packed_free(&m->packed);
    free(m->layers);
    free(m->rope_frequency);
    lila_gguf_free(m->file);
    free(m);
}

void lila_model_describe(const lila_model *m, lila_model_info *out) {
    *out = m->info;
}

const char *lila_model_cache_note(const lila_model *m) {
    return m->packed.note;
}

const lila_gguf *lila_model_file(const lila_model *m) {
    return m->file;
}
