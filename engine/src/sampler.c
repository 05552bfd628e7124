/* From logits to a token: penalties, truncation, one draw.
 *
 * Mirostat follows Basu et al. 2021 (arXiv 2007.14966), algorithms 1 and 2, with the surprise taken from the
 * tempered distribution before truncation, as there. The generator is xoshiro256** by Blackman and Vigna.
 */
#include "candidates.h"
#include "errors.h"
#include "kernels.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_HISTORY = 1 << 20, MIROSTAT_HEAD = 100 };

struct lila_sampler {
    lila_sampling_params params; /* bias_* point to the copies below */
    int32_t n_vocab;
    int32_t *bias_tokens; /* [n_bias] */
    float *bias_values;   /* [n_bias] */
    int32_t *history;     /* [penalty_last_n] ring of the latest tokens */
    int32_t history_length, history_next;
    int32_t *counts;   /* [n_vocab] occurrences in the history */
    float *work;       /* [n_vocab] logits after bias and penalties */
    candidate *chosen; /* [n_vocab] what is left to choose from */
    float *maxima;     /* [⌈n_vocab / LOGITS_BLOCK⌉] as in vocabulary */
    double *masses;    /* [⌈n_vocab / LOGITS_BLOCK⌉] */
    const logits_kernels *kernels;
    uint64_t random[4];
    double mu; /* mirostat's bound on surprise, bits */
};

/* ---- random numbers */

static uint64_t rotate(uint64_t x, int by) {
    return (x << by) | (x >> (64 - by));
}

static void seed_random(uint64_t random[4], uint64_t seed) {
    for (int i = 0; i < 4; i++) {
        uint64_t z = (seed += UINT64_C(0x9E3779B97F4A7C15));
        z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
        random[i] = z ^ (z >> 31);
    }
}

/* Uniform in [0, 1), 53 bits. */
static double draw(uint64_t s[4]) {
    uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return (double)(result >> 11) * 0x1p-53;
}

/* ---- creation */

#define REQUIRE(condition, ...)                                                                                \
    if (!(condition)) return LILA_FAIL(LILA_E_ARGUMENT, "sampling: " __VA_ARGS__)

static int check_params(const lila_sampling_params *p, int32_t n_vocab, char *err, size_t errlen) {
    REQUIRE(n_vocab >= 1 && n_vocab <= 1 << 24, "a vocabulary of %d tokens can't be used", n_vocab);
    REQUIRE(isfinite(p->temperature) && p->temperature >= 0, "temperature is at least 0, not %g",
            p->temperature);
    REQUIRE(p->top_k >= 0, "top_k is at least 0, not %d", p->top_k);
    REQUIRE(p->top_p > 0 && p->top_p <= 1, "top_p is above 0 and at most 1, not %g", p->top_p);
    REQUIRE(p->min_p >= 0 && p->min_p <= 1, "min_p is between 0 and 1, not %g", p->min_p);
    REQUIRE(isfinite(p->repeat_penalty) && p->repeat_penalty > 0, "repeat_penalty is above 0, not %g",
            p->repeat_penalty);
    REQUIRE(isfinite(p->frequency_penalty), "frequency_penalty is a finite number, not %g",
            p->frequency_penalty);
    REQUIRE(isfinite(p->presence_penalty), "presence_penalty is a finite number, not %g", p->presence_penalty);
    REQUIRE(p->penalty_last_n >= 0 && p->penalty_last_n <= MAX_HISTORY, "penalty_last_n is 0 to %d, not %d",
            MAX_HISTORY, p->penalty_last_n);
    REQUIRE(p->mirostat >= 0 && p->mirostat <= 2, "mirostat is 0, 1 or 2, not %d", p->mirostat);
    REQUIRE(p->mirostat == 0 || (isfinite(p->mirostat_tau) && p->mirostat_tau > 0),
            "mirostat_tau is above 0, not %g", p->mirostat_tau);
    REQUIRE(p->mirostat == 0 || (isfinite(p->mirostat_eta) && p->mirostat_eta > 0),
            "mirostat_eta is above 0, not %g", p->mirostat_eta);
    for (size_t i = 0; i < p->n_bias; i++) {
        REQUIRE(p->bias_tokens[i] >= 0 && p->bias_tokens[i] < n_vocab,
                "logit_bias names token %d, the vocabulary has %d", p->bias_tokens[i], n_vocab);
        REQUIRE(p->bias_values[i] < INFINITY, "the bias of token %d is a number below infinity, not %g",
                p->bias_tokens[i], p->bias_values[i]);
    }
    return LILA_OK;
}

static int penalises(const lila_sampling_params *p) {
    return p->penalty_last_n > 0 &&
           (p->repeat_penalty != 1.0f || p->frequency_penalty != 0.0f || p->presence_penalty != 0.0f);
}

static int allocate(lila_sampler *s) {
    size_t vocab = (size_t)s->n_vocab, bias = s->params.n_bias;
    s->work = malloc(vocab * sizeof *s->work);
    s->chosen = malloc(vocab * sizeof *s->chosen);
    s->bias_tokens = malloc((bias + 1) * sizeof *s->bias_tokens);
    s->bias_values = malloc((bias + 1) * sizeof *s->bias_values);
    s->maxima = malloc((vocab / LOGITS_BLOCK + 1) * sizeof *s->maxima);
    s->masses = malloc((vocab / LOGITS_BLOCK + 1) * sizeof *s->masses);
    if (!s->work || !s->chosen || !s->maxima || !s->masses || !s->bias_tokens || !s->bias_values) return 0;
    for (size_t i = 0; i < bias; i++) {
        s->bias_tokens[i] = s->params.bias_tokens[i];
        s->bias_values[i] = s->params.bias_values[i];
    }
    s->params.bias_tokens = s->bias_tokens;
    s->params.bias_values = s->bias_values;
    if (!penalises(&s->params)) return 1;
    s->history = malloc((size_t)s->params.penalty_last_n * sizeof *s->history);
    s->counts = calloc(vocab, sizeof *s->counts);
    return s->history && s->counts;
}

int lila_sampler_create(const lila_sampling_params *params, int32_t n_vocab, lila_sampler **out, char *err,
                        size_t errlen) {
    *out = NULL;
    int status = check_params(params, n_vocab, err, errlen);
    if (status != LILA_OK) return status;
    lila_sampler *s = calloc(1, sizeof *s);
    if (!s) return LILA_FAIL(LILA_E_MEMORY, "sampling: no memory");
    s->params = *params;
    s->n_vocab = n_vocab;
    s->mu = 2.0 * (double)params->mirostat_tau;
    seed_random(s->random, params->seed);
    uint32_t used;
    kernels_select(UINT32_MAX, &used);
    s->kernels = logits_select(used);
    if (!allocate(s)) {
        lila_sampler_free(s);
        return LILA_FAIL(LILA_E_MEMORY, "sampling: no memory for %d tokens", n_vocab);
    }
    *out = s;
    return LILA_OK;
}

void lila_sampler_free(lila_sampler *s) {
    if (!s) return;
    free(s->bias_tokens);
    free(s->bias_values);
    free(s->history);
    free(s->counts);
    free(s->work);
    free(s->chosen);
    free(s->maxima);
    free(s->masses);
    free(s);
}

/* ---- history and penalties */

static void remember(lila_sampler *s, int32_t token) {
    int32_t capacity = s->params.penalty_last_n;
    if (!s->history) return;
    if (s->history_length == capacity)
        s->counts[s->history[s->history_next]]--;
    else
        s->history_length++;
    s->history[s->history_next] = token;
    s->history_next = (s->history_next + 1) % capacity;
    s->counts[token]++;
}

int lila_sampler_accept(lila_sampler *s, const int32_t *tokens, size_t n, char *err, size_t errlen) {
    for (size_t i = 0; i < n; i++)
        REQUIRE(tokens[i] >= 0 && tokens[i] < s->n_vocab, "no token %d, the vocabulary has %d", tokens[i],
                s->n_vocab);
    for (size_t i = 0; i < n; i++) remember(s, tokens[i]);
    return LILA_OK;
}

static float penalised(const lila_sampling_params *p, float logit, int32_t count) {
    logit = logit > 0 ? logit / p->repeat_penalty : logit * p->repeat_penalty;
    /* Absurd penalties must not become infinities, whose differences are no numbers. */
    return fminf(logit - (float)count * p->frequency_penalty - p->presence_penalty, FLT_MAX);
}

/* A token that occurs more than once is penalised once: its count is negative from then until the end. */
static void penalise(lila_sampler *s, float *logits) {
    for (int32_t i = 0; i < s->history_length; i++) {
        int32_t token = s->history[i];
        if (s->counts[token] <= 0) continue;
        logits[token] = penalised(&s->params, logits[token], s->counts[token]);
        s->counts[token] = -s->counts[token];
    }
    for (int32_t i = 0; i < s->history_length; i++) s->counts[s->history[i]] = abs(s->counts[s->history[i]]);
}

/* ---- logits */

static int32_t first_not_finite(const float *logits, int32_t n) {
    for (int32_t i = 0; i < n; i++)
        if (!isfinite(logits[i])) return i;
    return -1;
}

/* log_softmax(logits)[token] over the allowed ones of the raw logits; `token` is one of them. */
static float log_probability(lila_sampler *s, const float *logits, const uint64_t *allow, int32_t token) {
    s->kernels->maxima(logits, s->n_vocab, s->maxima);
    vocabulary raw = {s->kernels, logits, allow, s->maxima, s->n_vocab};
    float most = logits[vocabulary_largest(&raw)];
    return (float)((double)(logits[token] - most) - log(vocabulary_mass(&raw, most, 1, s->masses)));
}

/* The logits that count: the model's own, or a copy with bias and penalties. */
static const float *adjusted(lila_sampler *s, const float *logits) {
    if (!s->params.n_bias && !s->history_length) return logits;
    memcpy(s->work, logits, (size_t)s->n_vocab * sizeof *s->work);
    for (size_t i = 0; i < s->params.n_bias; i++)
        s->work[s->bias_tokens[i]] = fminf(s->work[s->bias_tokens[i]] + s->bias_values[i], FLT_MAX);
    penalise(s, s->work);
    return s->work;
}

/* ---- strategies: each returns a token, or -1 where nothing may be chosen */

/* How a probability comes of a logit: exp((logit − largest) / temperature) / mass. */
typedef struct tempered {
    double largest, temperature, mass;
} tempered;

static void weigh(const tempered *t, candidate *c, int32_t n) {
    for (int32_t i = 0; i < n; i++) c[i].p = exp(((double)c[i].logit - t->largest) / t->temperature) / t->mass;
}

/* Every token whose probability may reach `p`: a little more than that, for the rounding. */
static int32_t weighed_above(lila_sampler *s, const vocabulary *v, const tempered *t, double p) {
    double bound = t->largest + t->temperature * (log(p * t->mass) - 1e-3);
    int32_t n = candidates_above(v, 0, v->n, bound, s->chosen);
    weigh(t, s->chosen, n);
    return n;
}

static int32_t drawn(lila_sampler *s, int32_t n) {
    return s->chosen[candidates_pick(s->chosen, n, draw(s->random))].token;
}

/* What top_p and min_p leave of chosen[n], whose best has the probability `best`; sorted where top_p is in use.
 */
static int32_t truncated(lila_sampler *s, int32_t n, double best) {
    const lila_sampling_params *p = &s->params;
    if (p->top_p < 1.0f) n = candidates_nucleus(s->chosen, n, (double)p->top_p);
    return p->min_p > 0.0f ? candidates_keep(s->chosen, n, (double)p->min_p * best) : n;
}

static int32_t sample_top_k(lila_sampler *s, const vocabulary *v) {
    int32_t n = candidates_best(v, s->params.top_k, s->chosen);
    if (n == 0) return -1;
    candidates_softmax(s->chosen, n, (double)s->params.temperature);
    return drawn(s, truncated(s, n, s->chosen[0].p));
}

/* A block by its mass, then one of its tokens: no token's probability is kept. */
static int32_t sample_plain(lila_sampler *s, const vocabulary *v, const tempered *t) {
    double at = draw(s->random) * t->mass, reached = 0;
    int32_t chosen = 0;
    for (int32_t first = 0; first < v->n && reached <= at; first += LOGITS_BLOCK)
        if (s->masses[first / LOGITS_BLOCK] > 0) {
            reached += s->masses[first / LOGITS_BLOCK];
            chosen = first;
        }
    int32_t end = v->n - chosen < LOGITS_BLOCK ? v->n : chosen + LOGITS_BLOCK;
    int32_t n = candidates_above(v, chosen, end, -INFINITY, s->chosen);
    weigh(t, s->chosen, n);
    return drawn(s, n);
}

/* The least probability that top_p or min_p may leave. top_p: tokens below (1 − top_p) / n can't belong to its
   set, since together they hold less than 1 − top_p. */
static double least_probability(const lila_sampling_params *p, const tempered *t, int32_t n) {
    return p->top_p < 1.0f ? (1.0 - (double)p->top_p) / n : (double)p->min_p / t->mass;
}

/* Only tokens that may be left are looked at one by one. */
static int32_t sample_truncated(lila_sampler *s, const vocabulary *v) {
    const lila_sampling_params *p = &s->params;
    if (p->top_k > 0 && p->top_k < v->n) return sample_top_k(s, v);
    int32_t top = vocabulary_largest(v);
    if (top < 0) return -1;
    tempered t = {(double)v->logits[top], (double)p->temperature, 1};
    if (p->top_p < 1.0f || p->min_p == 0.0f)
        t.mass = vocabulary_mass(v, v->logits[top], p->temperature, s->masses);
    if (p->top_p == 1.0f && p->min_p == 0.0f) return sample_plain(s, v, &t);
    int32_t n = weighed_above(s, v, &t, least_probability(p, &t, v->n));
    if (p->top_p < 1.0f) candidates_sort(s->chosen, n);
    return drawn(s, truncated(s, n, 1 / t.mass));
}

/* Zipf's exponent fitted to the head of a sorted distribution. */
static double zipf_exponent(const candidate *c, int32_t n) {
    double product = 0, square = 0;
    for (int32_t i = 0; i + 1 < n && i + 1 < MIROSTAT_HEAD && c[i + 1].p > 0; i++) {
        double t = log((i + 2.0) / (i + 1.0));
        product += t * log(c[i].p / c[i + 1].p);
        square += t * t;
    }
    return square > 0 ? product / square : 1.0;
}

/* How many of n candidates keep the expected surprise at mu bits. */
static int32_t mirostat_size(double exponent, double mu, int32_t n) {
    double epsilon = exponent - 1.0;
    if (fabs(epsilon) < 1e-6) epsilon = 1e-6; /* the formula's limit is finite, its terms are not */
    double size = pow(epsilon * exp2(mu) / (1.0 - pow(n, -epsilon)), 1.0 / exponent);
    if (isnan(size) || size > n) return n;
    return size < 1 ? 1 : (int32_t)lround(size);
}

/* How many tokens the mask leaves. */
static int32_t allowed_tokens(const vocabulary *v) {
    if (!v->allow) return v->n;
    int32_t n = 0;
    for (int32_t i = 0; i < v->n; i += 64) {
        uint64_t some = v->n - i < 64 ? (UINT64_C(1) << (v->n - i)) - 1 : UINT64_MAX;
        n += __builtin_popcountll(v->allow[i / 64] & some);
    }
    return n;
}

/* Of the best tokens, as many as Zipf's law says keep the surprise. */
static int32_t mirostat_best(lila_sampler *s, const vocabulary *v, const tempered *t) {
    int32_t n = allowed_tokens(v), head = candidates_best(v, n < MIROSTAT_HEAD ? n : MIROSTAT_HEAD, s->chosen);
    weigh(t, s->chosen, head);
    int32_t kept = mirostat_size(zipf_exponent(s->chosen, head), s->mu, n);
    if (kept <= head) return kept;
    kept = candidates_best(v, kept, s->chosen);
    weigh(t, s->chosen, kept);
    return kept;
}

/* The tokens that surprise by mu bits at most, or the least surprising one. */
static int32_t mirostat_bounded(lila_sampler *s, const vocabulary *v, const tempered *t) {
    int32_t kept = candidates_keep(s->chosen, weighed_above(s, v, t, exp2(-s->mu)), exp2(-s->mu));
    if (kept) return kept;
    candidates_best(v, 1, s->chosen);
    weigh(t, s->chosen, 1);
    return 1;
}

static int32_t sample_mirostat(lila_sampler *s, const vocabulary *v) {
    int32_t top = vocabulary_largest(v);
    if (top < 0) return -1;
    tempered t = {(double)v->logits[top], (double)s->params.temperature, 1};
    t.mass = vocabulary_mass(v, v->logits[top], s->params.temperature, s->masses);
    int32_t kept = s->params.mirostat == 1 ? mirostat_best(s, v, &t) : mirostat_bounded(s, v, &t);
    candidate chosen = s->chosen[candidates_pick(s->chosen, kept, draw(s->random))];
    double surprise = -log2(chosen.p > 0 ? chosen.p : 1e-300);
    s->mu -= (double)s->params.mirostat_eta * (surprise - (double)s->params.mirostat_tau);
    return chosen.token;
}

int lila_sampler_sample(lila_sampler *s, const float *logits, const uint64_t *allow, int32_t *token,
                        float *logprob, char *err, size_t errlen) {
    int32_t bad = s->kernels->maxima(logits, s->n_vocab, s->maxima) ? -1 : first_not_finite(logits, s->n_vocab);
    REQUIRE(bad < 0, "logit %d is %g; the model's output can't be used", bad, (double)logits[bad]);
    vocabulary v = {s->kernels, adjusted(s, logits), allow, s->maxima, s->n_vocab};
    if (v.logits != logits) s->kernels->maxima(v.logits, v.n, s->maxima);
    int32_t picked;
    if (s->params.temperature == 0.0f)
        picked = vocabulary_largest(&v);
    else if (s->params.mirostat)
        picked = sample_mirostat(s, &v);
    else
        picked = sample_truncated(s, &v);
    REQUIRE(picked >= 0, "no token is left to choose from: mask and bias forbid all %d", s->n_vocab);
    if (logprob) *logprob = log_probability(s, logits, allow, picked);
    remember(s, picked);
    *token = picked;
    return LILA_OK;
}
