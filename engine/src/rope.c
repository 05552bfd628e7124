/* rope.c: the rotary frequencies of a model.
 *
 *   frequency[i] = scale · base^(−2i / rotated) / factor[i]      i < rotated / 2, radians a position
 *
 * factor comes from rope_freqs.weight (Llama 3), or from rope_factors_short.weight and, in sessions longer than
 * rope.scaling.original_context_length, rope_factors_long.weight (Phi 3); it is 1 otherwise. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "model_load.h"

static bool is(gguf_str s, const char *text) {
    return s.len == strlen(text) && !memcmp(s.data, text, s.len);
}

/* Position interpolation. `longrope` is all in its factors. */
static int read_scale(const lila_model *m, double *scale, char *err, size_t errlen) {
    char key[KEY_BYTES];
    gguf_str type = {"none", 4};
    double factor = 1;
    gguf_get_str(m->file, metadata_key(m, "rope.scaling.type", key), &type);
    if (metadata_has(m, "rope.scale_linear")) type = (gguf_str){"linear", 6};
    *scale = 1;
    if (is(type, "none") || is(type, "longrope")) return LILA_OK;
    if (!is(type, "linear"))
        return LILA_FAIL(LILA_E_UNSUPPORTED, "%s '%.*s' is not supported; 'none', 'linear' and 'longrope' are",
                         key, (int)(type.len < 32 ? type.len : 32), type.data);
    const char *name = metadata_has(m, "rope.scaling.factor") ? "rope.scaling.factor" : "rope.scale_linear";
    int status = metadata_positive(m, name, 1, &factor, err, errlen);
    *scale = 1 / factor;
    return status;
}

static int compute(const lila_model *m, double base, double scale, const float *factors, double **out,
                   char *err, size_t errlen) {
    uint32_t pairs = m->rotated / 2;
    *out = malloc(pairs * sizeof **out);
    if (!*out) return LILA_FAIL(LILA_E_MEMORY, "out of memory for %u frequencies", (unsigned)pairs);
    for (uint32_t i = 0; i < pairs; i++) {
        float factor = factors ? factors[i] : 1;
        (*out)[i] = scale * pow(base, -2.0 * i / m->rotated) / factor;
        if (!isfinite((*out)[i]))
            return LILA_FAIL(LILA_E_FORMAT, "RoPE factor %u: %g is not usable", (unsigned)i, (double)factor);
    }
    return LILA_OK;
}

/* The factors called `name`, or NULL when the file has none. */
static int find_factors(const lila_model *m, const char *name, const float **out, char *err, size_t errlen) {
    *out = NULL;
    if (!gguf_tensor(m->file, name)) return LILA_OK;
    return load_vector(m, name, m->rotated / 2, out, err, errlen);
}

static int read_rotated(lila_model *m, char *err, size_t errlen) {
    int status = metadata_u32(m, "rope.dimension_count", m->info.key_length, m->info.key_length, &m->rotated,
                              err, errlen);
    if (!status && m->rotated % 2)
        return LILA_FAIL(LILA_E_FORMAT, "rope.dimension_count: expected an even number, found %u",
                         (unsigned)m->rotated);
    return status;
}

/* ROPE_GLOBAL and its variant for long sessions. */
static int load_global(lila_model *m, double base, char *err, size_t errlen) {
    const float *factors, *extended;
    double scale, magnitude;
    int status = read_scale(m, &scale, err, errlen);
    if (!status) status = find_factors(m, "rope_factors_long.weight", &extended, err, errlen);
    if (!status)
        status = find_factors(m, extended ? "rope_factors_short.weight" : "rope_freqs.weight", &factors, err,
                              errlen);
    if (!status) status = metadata_positive(m, "rope.scaling.attn_factor", 1, &magnitude, err, errlen);
    if (status) return status;
    m->rope_magnitude = (float)magnitude;
    status = compute(m, base, scale, factors, &m->rope[ROPE_GLOBAL], err, errlen);
    if (status || !extended) return status;
    status = metadata_u32(m, "rope.scaling.original_context_length", m->info.context_length, MAX_CONTEXT,
                          &m->info.rope_switch, err, errlen);
    return status ? status : compute(m, base, scale, extended, &m->rope_long, err, errlen);
}

/* Sliding layers with a base of their own are not interpolated: their window is short. */
static int load_local(lila_model *m, char *err, size_t errlen) {
    double base;
    if (!m->window || (!m->family->local_rope_base && !metadata_has(m, "rope.freq_base_swa"))) return LILA_OK;
    int status = metadata_positive(m, "rope.freq_base_swa", m->family->local_rope_base, &base, err, errlen);
    return status ? status : compute(m, base, 1, NULL, &m->rope[ROPE_LOCAL], err, errlen);
}

int load_rope(lila_model *m, char *err, size_t errlen) {
    double base;
    int status = metadata_positive(m, "rope.freq_base", 10000, &base, err, errlen);
    if (!status) status = read_rotated(m, err, errlen);
    if (!status) status = load_global(m, base, err, errlen);
    return status ? status : load_local(m, err, errlen);
}
