/* From logits to a token: penalties, truncation, one draw.
 *
 * Mirostat follows Basu et al. 2021 (arXiv 2007.14966), algorithms 1 and 2, with the surprise taken from the
 * tempered distribution before truncation, as there. The generator is xoshiro256** by Blackman and Vigna.
 */
#include "errors.h"
#include "logits.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_HISTORY = 1 << 20, MIROSTAT_HEAD = 100 };

typedef struct {
    float logit;
    int32_t token;
    double p;
} candidate;

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
    double *masses;    /* [⌈n_vocab / LOGITS_BLOCK⌉] */
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
    s->masses = malloc((vocab / LOGITS_BLOCK + 1) * sizeof *s->masses);
    if (!s->work || !s->chosen || !s->masses || !s->bias_tokens || !s->bias_values) return 0;
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

/* Index of the first NaN or infinite logit, or -1. */
static int32_t first_not_finite(const float *logits, int32_t n) {
    uint32_t worst = 0;
    for (int32_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &logits[i], sizeof bits);
        bits &= UINT32_C(0x7F800000);
        worst = bits > worst ? bits : worst;
    }
    if (worst != UINT32_C(0x7F800000)) return -1;
    for (int32_t i = 0; !logits_all_finite(logits, n) && i < n; i++)
        if (!isfinite(logits[i])) return i;
    return -1;
}

static int allowed(const uint64_t *allow, int32_t token) {
    return !allow || (allow[token / 64] >> (token % 64) & 1);
}

/* log_softmax(logits)[token] over the allowed ones of the raw logits [n]; `token` is one of them. */
static float log_probability(const float *logits, const uint64_t *allow, int32_t n, int32_t token) {
    float largest = logits[token];
    double sum = 0;
    for (int32_t i = 0; i < n; i++)
        if (logits[i] > largest && allowed(allow, i)) largest = logits[i];
    for (int32_t i = 0; i < n; i++)
        if (allowed(allow, i)) sum += (double)expf(logits[i] - largest);
    return (float)((double)(logits[token] - largest) - log(sum));
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

/* ---- candidates */

static int better(candidate a, candidate b) {
    return a.logit > b.logit || (a.logit == b.logit && a.token < b.token);
}

static int by_rank(const void *left, const void *right) {
    const candidate *a = left, *b = right;
    return better(*a, *b) ? -1 : better(*b, *a) ? 1 : 0;
}

static void sort_candidates(candidate *c, int32_t n) {
    qsort(c, (size_t)n, sizeof *c, by_rank);
}

/* Sinks c[at] in a heap [n] whose root is the worst candidate. */
static void sink(candidate *c, int32_t n, int32_t at) {
    for (;;) {
        int32_t worst = at, child = 2 * at + 1;
        if (child < n && better(c[worst], c[child])) worst = child;
        if (child + 1 < n && better(c[worst], c[child + 1])) worst = child + 1;
        if (worst == at) return;
        candidate swap = c[at];
        c[at] = c[worst];
        c[worst] = swap;
        at = worst;
    }
}

/* Moves the k best of c[n] to its front, sorted: a heap of k and one comparison for most others. */
static int32_t select_best(candidate *c, int32_t n, int32_t k) {
    if (k < n) {
        for (int32_t i = k / 2 - 1; i >= 0; i--) sink(c, k, i);
        for (int32_t i = k; i < n; i++)
            if (better(c[i], c[0])) {
                candidate swap = c[0];
                c[0] = c[i];
                c[i] = swap;
                sink(c, k, 0);
            }
        n = k;
    }
    sort_candidates(c, n);
    return n;
}

/* Gathers what may be chosen at all; returns how many. */
static int32_t gather(const float *logits, const uint64_t *allow, int32_t n_vocab, candidate *out) {
    int32_t n = 0;
    for (int32_t i = 0; i < n_vocab; i++)
        if (logits[i] > -INFINITY && allowed(allow, i)) out[n++] = (candidate){logits[i], i, 0.0};
    return n;
}

/* The same, but only the k best: most tokens cost one comparison with the worst of them. */
static int32_t gather_best(const float *logits, const uint64_t *allow, int32_t n_vocab, int32_t k,
                           candidate *out) {
    int32_t n = 0, i = 0;
    for (; i < n_vocab && n < k; i++)
        if (logits[i] > -INFINITY && allowed(allow, i)) out[n++] = (candidate){logits[i], i, 0.0};
    for (int32_t at = n / 2 - 1; at >= 0; at--) sink(out, n, at);
    for (; i < n_vocab; i++)
        if (logits[i] > out[0].logit && allowed(allow, i)) {
            out[0] = (candidate){logits[i], i, 0.0};
            sink(out, n, 0);
        }
    sort_candidates(out, n);
    return n;
}

/* Logits, and how a probability comes of one: exp((logit − largest) / temperature) / mass. */
typedef struct weighed {
    const float *logits;
    const uint64_t *allow;
    double largest, temperature, mass;
} weighed;

/* The tokens [first, end) with a logit of at least `bound`. */
static int32_t gather_above(const weighed *w, int32_t first, int32_t end, double bound, candidate *out) {
    int32_t n = 0;
    for (int32_t i = first; i < end; i++) {
        float logit = w->logits[i];
        if ((double)logit >= bound && logit > -INFINITY && allowed(w->allow, i))
            out[n++] = (candidate){logit, i, exp(((double)logit - w->largest) / w->temperature) / w->mass};
    }
    return n;
}

/* p = softmax(logit / temperature) over c[n]. */
static void softmax(candidate *c, int32_t n, double temperature) {
    double largest = -INFINITY, sum = 0;
    for (int32_t i = 0; i < n; i++) largest = (double)c[i].logit > largest ? (double)c[i].logit : largest;
    for (int32_t i = 0; i < n; i++) sum += c[i].p = exp(((double)c[i].logit - largest) / temperature);
    for (int32_t i = 0; i < n; i++) c[i].p /= sum;
}

/* Keeps those with p >= bound, in their order. */
static int32_t keep_above(candidate *c, int32_t n, double bound) {
    int32_t kept = 0;
    for (int32_t i = 0; i < n; i++)
        if (c[i].p >= bound) c[kept++] = c[i];
    return kept;
}

/* The smallest set of the best of c[n], which is sorted, whose probabilities reach top_p. */
static int32_t nucleus(const candidate *c, int32_t n, double top_p) {
    double reached = 0;
    for (int32_t i = 0; i < n; i++) {
        reached += c[i].p;
        if (reached >= top_p) return i + 1;
    }
    return n;
}

static int32_t draw_from(const candidate *c, int32_t n, uint64_t random[4]) {
    double sum = 0, reached = 0;
    for (int32_t i = 0; i < n; i++) sum += c[i].p;
    double at = draw(random) * sum;
    for (int32_t i = 0; i < n; i++) {
        reached += c[i].p;
        if (at < reached) return i;
    }
    return n - 1;
}

/* ---- strategies: each returns a token, or -1 where nothing may be chosen */

/* What top_p and min_p leave of c[n], whose best is known; sorted where top_p is in use. */
static int32_t truncated(const lila_sampling_params *p, candidate *c, int32_t n, double best) {
    if (p->top_p < 1.0f) n = nucleus(c, n, (double)p->top_p);
    return p->min_p > 0.0f ? keep_above(c, n, (double)p->min_p * best) : n;
}

static int32_t sample_top_k(lila_sampler *s, const float *logits, const uint64_t *allow) {
    candidate *c = s->chosen;
    int32_t n = gather_best(logits, allow, s->n_vocab, s->params.top_k, c);
    if (n == 0) return -1;
    softmax(c, n, (double)s->params.temperature);
    n = truncated(&s->params, c, n, c[0].p);
    return c[draw_from(c, n, s->random)].token;
}

/* A block by its mass, then one of its tokens: no token's probability is kept. */
static int32_t sample_plain(lila_sampler *s, const weighed *w) {
    double at = draw(s->random) * w->mass, reached = 0;
    int32_t chosen = 0;
    for (int32_t first = 0; first < s->n_vocab && reached <= at; first += LOGITS_BLOCK)
        if (s->masses[first / LOGITS_BLOCK] > 0) {
            reached += s->masses[first / LOGITS_BLOCK];
            chosen = first;
        }
    int32_t end = s->n_vocab - chosen < LOGITS_BLOCK ? s->n_vocab : chosen + LOGITS_BLOCK;
    int32_t n = gather_above(w, chosen, end, -INFINITY, s->chosen);
    return s->chosen[draw_from(s->chosen, n, s->random)].token;
}

/* The least probability that top_p or min_p may leave. top_p: tokens below (1 − top_p) / n can't belong to its
   set, since together they hold less than 1 − top_p. */
static double least_probability(const lila_sampler *s, const weighed *w) {
    const lila_sampling_params *p = &s->params;
    return p->top_p < 1.0f ? (1.0 - (double)p->top_p) / s->n_vocab : (double)p->min_p / w->mass;
}

/* Only tokens that may be left are looked at one by one: a little more than that, for the rounding. */
static int32_t sample_truncated(lila_sampler *s, const float *logits, const uint64_t *allow) {
    const lila_sampling_params *p = &s->params;
    if (p->top_k > 0 && p->top_k < s->n_vocab) return sample_top_k(s, logits, allow);
    int32_t top = logits_largest(logits, allow, s->n_vocab);
    if (top < 0) return -1;
    weighed w = {logits, allow, (double)logits[top], (double)p->temperature, 1};
    if (p->top_p < 1.0f || p->min_p == 0.0f)
        w.mass = logits_mass(logits, allow, s->n_vocab, logits[top], p->temperature, s->masses);
    if (p->top_p == 1.0f && p->min_p == 0.0f) return sample_plain(s, &w);
    double bound = w.largest + w.temperature * (log(least_probability(s, &w) * w.mass) - 1e-3);
    int32_t n = gather_above(&w, 0, s->n_vocab, bound, s->chosen);
    if (p->top_p < 1.0f) sort_candidates(s->chosen, n);
    n = truncated(p, s->chosen, n, 1 / w.mass);
    return s->chosen[draw_from(s->chosen, n, s->random)].token;
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

static int32_t sample_mirostat(lila_sampler *s, const float *logits, const uint64_t *allow) {
    candidate *c = s->chosen;
    int32_t n = gather(logits, allow, s->n_vocab, c);
    if (n == 0) return -1;
    softmax(c, n, (double)s->params.temperature);
    int32_t kept;
    if (s->params.mirostat == 1) {
        int32_t head = select_best(c, n, n < MIROSTAT_HEAD ? n : MIROSTAT_HEAD);
        kept = mirostat_size(zipf_exponent(c, head), s->mu, n);
        if (kept > head) kept = select_best(c, n, kept);
    } else {
        candidate best = c[0];
        for (int32_t i = 1; i < n; i++) best = better(c[i], best) ? c[i] : best;
        kept = keep_above(c, n, exp2(-s->mu));
        if (kept == 0) { /* every token surprises more than mu: the least surprising one is left */
            c[0] = best;
            kept = 1;
        }
    }
    candidate drawn = c[draw_from(c, kept, s->random)];
    double surprise = -log2(drawn.p > 0 ? drawn.p : 1e-300);
    s->mu -= (double)s->params.mirostat_eta * (surprise - (double)s->params.mirostat_tau);
    return drawn.token;
}

int lila_sampler_sample(lila_sampler *s, const float *logits, const uint64_t *allow, int32_t *token,
                        float *logprob, char *err, size_t errlen) {
    int32_t bad = first_not_finite(logits, s->n_vocab);
    REQUIRE(bad < 0, "logit %d is %g; the model's output can't be used", bad, (double)logits[bad]);
    const float *final = adjusted(s, logits);
    int32_t picked;
    if (s->params.temperature == 0.0f)
        picked = logits_largest(final, allow, s->n_vocab);
    else if (s->params.mirostat)
        picked = sample_mirostat(s, final, allow);
    else
        picked = sample_truncated(s, final, allow);
    REQUIRE(picked >= 0, "no token is left to choose from: mask and bias forbid all %d", s->n_vocab);
    if (logprob) *logprob = log_probability(logits, allow, s->n_vocab, picked);
    remember(s, picked);
    *token = picked;
    return LILA_OK;
}
