/* rope.c: the rotary frequencies of a model.
 *
 *   plain[i]     = base^(−2i / rotated) / factor[i]      i < rotated / 2, radians a position
 *   frequency[i] = plain[i] · (scale · (1 − e[i]) + e[i])
 *
 * scale is 1 / rope.scaling.factor for models stretched to longer contexts. e is 0 throughout for those that
 * were stretched linearly; YaRN (Peng et al. 2023, arXiv 2309.00071) leaves pairs that turn often over the
 * original context as they are, e = 1, stretches those that turn seldom, e = 0, and goes linearly from one to
 * the other:
 *
 *   e[i]    = 1 − clamp((i − low) / (high − low), 0, 1),  low = ⌊pair(beta_fast)⌋, high = ⌈pair(beta_slow)⌉
 *   pair(n) = rotated · ln(context / (2πn)) / (2 ln base), the pair that turns n times over the original
 * context
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

/* What rope.scaling says. */
typedef struct stretch {
    double scale;
    double low, high; /* of YaRN, in pairs; both 0: e is 0 */
    double magnitude; /* of what is turned */
} stretch;

static double yarn_pair(const lila_model *m, double turns, double context, double base) {
    double pi = 3.14159265358979323846;
    return m->rotated * log(context / (2 * pi * turns)) / (2 * log(base));
}

static int read_yarn(const lila_model *m, double base, stretch *out, char *err, size_t errlen) {
    double fast, slow, context, all;
    double usual = out->scale < 1 ? 1 - 0.1 * log(out->scale) : 1;
    int status = metadata_positive(m, "rope.scaling.yarn_beta_fast", 32, &fast, err, errlen);
    if (!status) status = metadata_positive(m, "rope.scaling.yarn_beta_slow", 1, &slow, err, errlen);
    if (!status) status = metadata_positive(m, "rope.scaling.yarn_ext_factor", 1, &all, err, errlen);
    if (!status)
        status = metadata_positive(m, "rope.scaling.original_context_length", m->info.context_length, &context,
                                   err, errlen);
    if (!status)
        status = metadata_positive(m, "rope.scaling.yarn_attn_factor", usual, &out->magnitude, err, errlen);
    if (status) return status;
    if (all != 1)
        return LILA_FAIL(LILA_E_UNSUPPORTED, "%s.rope.scaling.yarn_ext_factor %g is not supported; 1 is",
                         m->family->name, all);
    if (base <= 1)
        return LILA_FAIL(LILA_E_FORMAT, "rope.freq_base: expected more than 1 for YaRN, found %g", base);
    out->low = fmax(0, floor(yarn_pair(m, fast, context, base)));
    out->high = fmin(m->rotated - 1, ceil(yarn_pair(m, slow, context, base)));
    if (out->high <= out->low) out->high = out->low + 0.001;
    return LILA_OK;
}

/* A factor without a type is linear. `longrope` is all in its factors. */
static int read_stretch(const lila_model *m, double base, stretch *out, char *err, size_t errlen) {
    char key[KEY_BYTES];
    bool old = metadata_has(m, "rope.scale_linear") && !metadata_has(m, "rope.scaling.factor");
    const char *name = old ? "rope.scale_linear" : "rope.scaling.factor";
    gguf_str type = {"linear", 6};
    double factor = 1;
    *out = (stretch){.scale = 1, .magnitude = 1};
    if (gguf_find(m->file, metadata_key(m, "rope.scaling.type", key)) && !gguf_get_str(m->file, key, &type))
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected a string, found another type", key);
    if (is(type, "none") || is(type, "longrope")) return LILA_OK;
    if (!is(type, "linear") && !is(type, "yarn"))
        return LILA_FAIL(LILA_E_UNSUPPORTED,
                         "%s '%.*s' is not supported; 'none', 'linear', 'yarn' and 'longrope' are", key,
                         (int)(type.len < 32 ? type.len : 32), type.data);
    int status = metadata_has(m, name) ? metadata_positive(m, name, 0, &factor, err, errlen) : LILA_OK;
    out->scale = 1 / factor;
    return status || is(type, "linear") ? status : read_yarn(m, base, out, err, errlen);
}

static double stretched(const stretch *s, uint32_t pair) {
    if (s->high <= s->low) return s->scale;
    double ramp = (pair - s->low) / (s->high - s->low), e = 1 - fmin(1, fmax(0, ramp));
    return s->scale * (1 - e) + e;
}

static int compute(const lila_model *m, double base, const stretch *s, const float *factors, double **out,
                   char *err, size_t errlen) {
    uint32_t pairs = m->rotated / 2;
    *out = malloc(pairs * sizeof **out);
    if (!*out) return LILA_FAIL(LILA_E_MEMORY, "out of memory for %u frequencies", (unsigned)pairs);
    for (uint32_t i = 0; i < pairs; i++) {
        float factor = factors ? factors[i] : 1;
        (*out)[i] = stretched(s, i) * pow(base, -2.0 * i / m->rotated) / factor;
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
    double magnitude;
    stretch s;
    int status = read_stretch(m, base, &s, err, errlen);
    if (!status) status = find_factors(m, "rope_factors_long.weight", &extended, err, errlen);
    if (!status)
        status = find_factors(m, extended ? "rope_factors_short.weight" : "rope_freqs.weight", &factors, err,
                              errlen);
    if (!status) status = metadata_positive(m, "rope.scaling.attn_factor", 1, &magnitude, err, errlen);
    if (status) return status;
    m->rope_magnitude = (float)(magnitude * s.magnitude);
    status = compute(m, base, &s, factors, &m->rope[ROPE_GLOBAL], err, errlen);
    if (status || !extended) return status;
    status = metadata_u32(m, "rope.scaling.original_context_length", m->info.context_length, MAX_CONTEXT,
                          &m->info.rope_switch, err, errlen);
    return status ? status : compute(m, base, &s, extended, &m->rope_long, err, errlen);
}

/* Sliding layers with a base of their own are not interpolated: their window is short. */
static int load_local(lila_model *m, char *err, size_t errlen) {
    double base;
    if (!m->window || (!m->family->local_rope_base && !metadata_has(m, "rope.freq_base_swa"))) return LILA_OK;
    int status = metadata_positive(m, "rope.freq_base_swa", m->family->local_rope_base, &base, err, errlen);
    return status ? status : compute(m, base, &(stretch){.scale = 1}, NULL, &m->rope[ROPE_LOCAL], err, errlen);
}

int load_rope(lila_model *m, char *err, size_t errlen) {
    double base;
    int status = metadata_positive(m, "rope.freq_base", 10000, &base, err, errlen);
    if (!status) status = read_rotated(m, err, errlen);
    if (!status) status = load_global(m, base, err, errlen);
    return status ? status : load_local(m, err, errlen);
}
