/* hyperparameters.c: the sizes and constants of a model, from its metadata. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "errors.h"
#include "model_load.h"

static const char SLIDING_PATTERN[] = "attention.sliding_window_pattern";

const char *metadata_key(const lila_model *m, const char *key, char out[KEY_BYTES]) {
    snprintf(out, KEY_BYTES, "%s.%s", m->family->name, key);
    return out;
}

bool metadata_has(const lila_model *m, const char *key) {
    char whole[KEY_BYTES];
    return gguf_find(m->file, metadata_key(m, key, whole)) != NULL;
}

int metadata_u32(const lila_model *m, const char *key, uint32_t fallback, uint32_t max, uint32_t *out,
                 char *err, size_t errlen) {
    char whole[KEY_BYTES];
    uint64_t value = fallback;
    metadata_key(m, key, whole);
    if (!gguf_find(m->file, whole)) {
        if (!fallback) return LILA_FAIL(LILA_E_FORMAT, "expected the metadata key %s, found none", whole);
    } else if (!gguf_get_u64(m->file, whole, &value)) {
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected one unsigned integer, found another type", whole);
    }
    if (value < 1 || value > max)
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected 1 to %u, found %llu", whole, (unsigned)max,
                         (unsigned long long)value);
    *out = (uint32_t)value;
    return LILA_OK;
}

int metadata_positive(const lila_model *m, const char *key, double fallback, double *out, char *err,
                      size_t errlen) {
    char whole[KEY_BYTES];
    metadata_key(m, key, whole);
    *out = fallback;
    if (!gguf_find(m->file, whole)) {
        if (fallback > 0) return LILA_OK;
        return LILA_FAIL(LILA_E_FORMAT, "expected the metadata key %s, found none", whole);
    }
    if (!gguf_get_f64(m->file, whole, out)) return LILA_FAIL(LILA_E_FORMAT, "%s: expected a number", whole);
    if (!(*out > 0) || !isfinite(*out))
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected a positive number, found %g", whole, *out);
    return LILA_OK;
}

/* A value that may be one number or one per layer; layers that differ are refused. */
static int per_layer(const lila_model *m, const char *key, uint32_t fallback, uint32_t *out, char *err,
                     size_t errlen) {
    char whole[KEY_BYTES];
    const gguf_kv *array = gguf_get_array(m->file, metadata_key(m, key, whole));
    if (!array) return metadata_u32(m, key, fallback, MAX_DIM, out, err, errlen);
    if (array->count != m->info.layers)
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected one for each of %u layers, found %llu", whole,
                         (unsigned)m->info.layers, (unsigned long long)array->count);
    if (!gguf_of_integers(array))
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected integers, found value type %u", whole,
                         (unsigned)array->elem_type);
    int64_t first = gguf_elem_i64(array, 0);
    for (uint64_t i = 0; i < array->count; i++)
        if (gguf_elem_i64(array, i) != first)
            return LILA_FAIL(LILA_E_UNSUPPORTED, "%s: layers with different values are not supported", whole);
    if (first < 1 || first > MAX_DIM)
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected 1 to %d, found %lld", whole, MAX_DIM, (long long)first);
    *out = (uint32_t)first;
    return LILA_OK;
}

/* Keys that change what a model computes, in ways that forward.c doesn't have, unless they have the one value
 * that changes nothing. Where one isn't looked at, a model would run and be wrong. */
static const struct {
    const char *key;
    double neutral;
} not_ours[] = {
    {"expert_count", 0},
    {"attention.causal", 1},
    {"use_parallel_residual", 0},
    {"logit_scale", 1},
    {"residual_scale", 1},
    {"embedding_scale", 1},
    {"attention.output_scale", 1},
    {"attention.value_scale", 1},
    {"attention.temperature_scale", 0},
    {"attention.clamp_kqv", 0},
    {"attention.max_alibi_bias", 0},
    {"attention.shared_kv_layers", 0},
    {"rope.scaling.alpha", 0},
    {"rope.scaling.yarn_log_multiplier", 0},
    {"nextn_predict_layers", 0},
};

static int refuse_keys(const lila_model *m, char *err, size_t errlen) {
    char key[KEY_BYTES];
    for (size_t i = 0; i < sizeof not_ours / sizeof *not_ours; i++) {
        bool truth;
        double value;
        if (!gguf_find(m->file, metadata_key(m, not_ours[i].key, key))) continue;
        if (gguf_get_bool(m->file, key, &truth))
            value = truth;
        else if (!gguf_get_f64(m->file, key, &value))
            return LILA_FAIL(LILA_E_UNSUPPORTED, "%s is not supported", key);
        if (value != not_ours[i].neutral)
            return LILA_FAIL(LILA_E_UNSUPPORTED, "%s %g is not supported; %g is", key, value,
                             not_ours[i].neutral);
    }
    return LILA_OK;
}

static int find_family(lila_model *m, char *err, size_t errlen) {
    gguf_str name;
    char known[256];
    if (!gguf_get_str(m->file, "general.architecture", &name))
        return LILA_FAIL(LILA_E_FORMAT, "expected the metadata key general.architecture, found none");
    m->family = architecture_find(name);
    architecture_names(known, sizeof known);
    if (!m->family)
        return LILA_FAIL(LILA_E_UNSUPPORTED, "architecture '%.*s' is not supported; this engine runs %s",
                         (int)(name.len < 64 ? name.len : 64), name.data, known);
    return refuse_keys(m, err, errlen);
}

/* vocab_size: the embedding's rows; the tokens array and the metadata key agree with it where they are there.
 */
static int read_vocabulary(lila_model *m, char *err, size_t errlen) {
    char key[KEY_BYTES];
    const lila_tensor_info *embedding = gguf_tensor(m->file, "token_embd.weight");
    const gguf_kv *tokens = gguf_get_array(m->file, "tokenizer.ggml.tokens");
    if (!embedding || embedding->n_dims != 2)
        return LILA_FAIL(LILA_E_FORMAT, "expected the tensor token_embd.weight with 2 dimensions");
    uint64_t rows = embedding->dims[1], declared = rows;
    if (rows > INT32_MAX)
        return LILA_FAIL(LILA_E_FORMAT, "token_embd.weight: %llu rows", (unsigned long long)rows);
    if (tokens && tokens->count != rows)
        return LILA_FAIL(LILA_E_FORMAT,
                         "tokenizer.ggml.tokens: expected %llu entries as in token_embd.weight, found %llu",
                         (unsigned long long)rows, (unsigned long long)tokens->count);
    if (gguf_get_u64(m->file, metadata_key(m, "vocab_size", key), &declared) && declared != rows)
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected %llu as in token_embd.weight, found %llu", key,
                         (unsigned long long)rows, (unsigned long long)declared);
    m->info.vocab_size = (uint32_t)rows;
    return LILA_OK;
}

static int read_heads(lila_model *m, char *err, size_t errlen) {
    lila_model_info *n = &m->info;
    int status = per_layer(m, "attention.head_count", 0, &n->heads, err, errlen);
    if (!status) status = per_layer(m, "attention.head_count_kv", n->heads, &n->kv_heads, err, errlen);
    if (status) return status;
    if (n->heads % n->kv_heads)
        return LILA_FAIL(LILA_E_FORMAT, "attention.head_count %u is not a multiple of head_count_kv %u",
                         (unsigned)n->heads, (unsigned)n->kv_heads);
    uint32_t head = n->embedding / n->heads;
    if (!head && !metadata_has(m, "attention.key_length"))
        return LILA_FAIL(LILA_E_FORMAT, "attention.head_count %u exceeds embedding_length %u",
                         (unsigned)n->heads, (unsigned)n->embedding);
    status = metadata_u32(m, "attention.key_length", head, MAX_DIM, &n->key_length, err, errlen);
    if (!status)
        status = metadata_u32(m, "attention.value_length", head, MAX_DIM, &n->value_length, err, errlen);
    if (status) return status;
    uint32_t longer = n->key_length > n->value_length ? n->key_length : n->value_length;
    if ((uint64_t)n->heads * longer > MAX_DIM)
        return LILA_FAIL(LILA_E_FORMAT, "%u heads of key_length %u and value_length %u exceed %d",
                         (unsigned)n->heads, (unsigned)n->key_length, (unsigned)n->value_length, MAX_DIM);
    return LILA_OK;
}

static int read_shape(lila_model *m, char *err, size_t errlen) {
    lila_model_info *n = &m->info;
    int status = read_vocabulary(m, err, errlen);
    if (!status) status = metadata_u32(m, "embedding_length", 0, MAX_DIM, &n->embedding, err, errlen);
    if (!status) status = metadata_u32(m, "block_count", 0, MAX_LAYERS, &n->layers, err, errlen);
    if (!status) status = metadata_u32(m, "context_length", 0, MAX_CONTEXT, &n->context_length, err, errlen);
    if (!status) status = per_layer(m, "feed_forward_length", 0, &n->feed_forward, err, errlen);
    return status ? status : read_heads(m, err, errlen);
}

/* 0 where the file has none and the family needs none. */
static int read_cap(const lila_model *m, const char *key, float *out, char *err, size_t errlen) {
    double cap;
    *out = 0;
    if (!m->family->soft_caps && !metadata_has(m, key)) return LILA_OK;
    int status = metadata_positive(m, key, 0, &cap, err, errlen);
    if (!status) *out = (float)cap;
    return status;
}

static int read_scales(lila_model *m, char *err, size_t errlen) {
    const lila_model_info *n = &m->info;
    double epsilon, scale = n->key_length;
    if (n->layers == m->family->wide_scale_layers) scale = (double)n->embedding / n->heads;
    int status = metadata_positive(m, "attention.layer_norm_rms_epsilon", 0, &epsilon, err, errlen);
    if (!status) status = metadata_positive(m, "attention.scale", 1 / sqrt(scale), &scale, err, errlen);
    if (!status) status = read_cap(m, "attn_logit_softcapping", &m->attention_cap, err, errlen);
    if (!status) status = read_cap(m, "final_logit_softcapping", &m->logit_cap, err, errlen);
    if (status) return status;
    m->rms_epsilon = (float)epsilon;
    m->attention_scale = (float)scale;
    m->embedding_scale = m->family->scaled_embedding ? sqrtf((float)n->embedding) : 1;
    return LILA_OK;
}

/* One for each layer, or the length of a group whose last layer sees everything (0: none does). */
static int check_pattern(const lila_model *m, char *err, size_t errlen) {
    char key[KEY_BYTES];
    uint64_t group;
    const gguf_kv *pattern = gguf_get_array(m->file, metadata_key(m, SLIDING_PATTERN, key));
    if (!gguf_find(m->file, key)) return LILA_OK;
    if (!pattern && !gguf_get_u64(m->file, key, &group))
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected an unsigned integer or an array, found another type",
                         key);
    if (pattern && pattern->count != m->info.layers)
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected one for each of %u layers, found %llu", key,
                         (unsigned)m->info.layers, (unsigned long long)pattern->count);
    if (pattern && pattern->elem_type != LILA_KV_BOOL && !gguf_of_integers(pattern))
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected booleans, found value type %u", key,
                         (unsigned)pattern->elem_type);
    for (uint64_t i = 0; pattern && i < pattern->count; i++)
        if (gguf_elem_i64(pattern, i) != 0 && gguf_elem_i64(pattern, i) != 1)
            return LILA_FAIL(LILA_E_FORMAT, "%s: expected booleans, found %lld", key,
                             (long long)gguf_elem_i64(pattern, i));
    return LILA_OK;
}

/* Absent and 0 both say that no layer slides. */
static int read_window(lila_model *m, char *err, size_t errlen) {
    char key[KEY_BYTES];
    uint64_t window = 0;
    metadata_key(m, "attention.sliding_window", key);
    if (gguf_find(m->file, key) && !gguf_get_u64(m->file, key, &window))
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected one unsigned integer, found another type", key);
    m->window = window < MAX_CONTEXT ? (uint32_t)window : MAX_CONTEXT;
    return check_pattern(m, err, errlen);
}

bool layer_slides(const lila_model *m, uint32_t index) {
    char key[KEY_BYTES];
    uint64_t group = m->family->global_every;
    const gguf_kv *pattern = gguf_get_array(m->file, metadata_key(m, SLIDING_PATTERN, key));
    if (!m->window) return false;
    if (pattern) return gguf_elem_i64(pattern, index) != 0;
    gguf_get_u64(m->file, key, &group);
    return !group || (index + 1) % group != 0;
}

int load_hyperparameters(lila_model *m, char *err, size_t errlen) {
    int status = find_family(m, err, errlen);
    if (!status) status = read_shape(m, err, errlen);
    if (!status) status = read_scales(m, err, errlen);
    return status ? status : read_window(m, err, errlen);
}
