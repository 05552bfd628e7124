/* candidates.c: see candidates.h. Nothing here sorts or copies the vocabulary. */
#include "candidates.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static int32_t block_end(const vocabulary *v, int32_t first) {
    return v->n - first < LOGITS_BLOCK ? v->n : first + LOGITS_BLOCK;
}

static int allowed(const vocabulary *v, int32_t token) {
    return !v->allow || (v->allow[token / 64] >> (token % 64) & 1);
}

int32_t vocabulary_largest(const vocabulary *v) {
    int32_t best = -1;
    float largest = -INFINITY;
    for (int32_t first = 0; first < v->n; first += LOGITS_BLOCK) {
        if (!(v->maxima[first / LOGITS_BLOCK] > largest)) continue;
        int32_t token = v->kernels->largest(v->logits, v->allow, first, block_end(v, first), largest);
        if (token < 0) continue;
        best = token;
        largest = v->logits[token];
    }
    return best;
}

double vocabulary_mass(const vocabulary *v, float most, float temperature, double *masses) {
    float factor = 1 / temperature;
    if (factor > FLT_MAX) factor = FLT_MAX; /* of the smallest temperatures; 0 · ∞ is no number */
    double total = 0;
    for (int32_t first = 0; first < v->n; first += LOGITS_BLOCK)
        total += masses[first / LOGITS_BLOCK] =
            v->kernels->mass(v->logits, v->allow, first, block_end(v, first), most, factor);
    return total;
}

/* ---- order */

static int better(candidate a, candidate b) {
    return a.logit > b.logit || (a.logit == b.logit && a.token < b.token);
}

static int by_rank(const void *left, const void *right) {
    const candidate *a = left, *b = right;
    return better(*a, *b) ? -1 : better(*b, *a) ? 1 : 0;
}

void candidates_sort(candidate *c, int32_t n) {
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

/* Adds a candidate to a heap [n]. */
static void rise(candidate *c, int32_t n, candidate added) {
    for (; n > 0 && better(c[(n - 1) / 2], added); n = (n - 1) / 2) c[n] = c[(n - 1) / 2];
    c[n] = added;
}

/* Tokens come in ascending order, so that one which only equals the worst of k never takes its place. */
int32_t candidates_best(const vocabulary *v, int32_t k, candidate *out) {
    int32_t n = 0;
    for (int32_t first = 0; first < v->n; first += LOGITS_BLOCK) {
        if (n == k && !(v->maxima[first / LOGITS_BLOCK] > out[0].logit)) continue;
        for (int32_t i = first; i < block_end(v, first); i++) {
            if (!(v->logits[i] > (n == k ? out[0].logit : -INFINITY)) || !allowed(v, i)) continue;
            candidate found = {v->logits[i], i, 0.0};
            if (n < k) {
                rise(out, n++, found);
            } else {
                out[0] = found;
                sink(out, k, 0);
            }
        }
    }
    candidates_sort(out, n);
    return n;
}

int32_t candidates_above(const vocabulary *v, int32_t first, int32_t end, double bound, candidate *out) {
    int32_t n = 0;
    for (; first < end; first += LOGITS_BLOCK) {
        if ((double)v->maxima[first / LOGITS_BLOCK] < bound) continue;
        for (int32_t i = first; i < block_end(v, first); i++) {
            float logit = v->logits[i];
            if ((double)logit >= bound && logit > -INFINITY && allowed(v, i))
                out[n++] = (candidate){logit, i, 0.0};
        }
    }
    return n;
}

/* ---- probabilities */

void candidates_softmax(candidate *c, int32_t n, double temperature) {
    double largest = -INFINITY, sum = 0;
    for (int32_t i = 0; i < n; i++) largest = (double)c[i].logit > largest ? (double)c[i].logit : largest;
    for (int32_t i = 0; i < n; i++) sum += c[i].p = exp(((double)c[i].logit - largest) / temperature);
    for (int32_t i = 0; i < n; i++) c[i].p /= sum;
}

int32_t candidates_keep(candidate *c, int32_t n, double bound) {
    int32_t kept = 0;
    for (int32_t i = 0; i < n; i++)
        if (c[i].p >= bound) c[kept++] = c[i];
    return kept;
}

int32_t candidates_nucleus(const candidate *c, int32_t n, double top_p) {
    double reached = 0;
    for (int32_t i = 0; i < n; i++) {
        reached += c[i].p;
        if (reached >= top_p) return i + 1;
    }
    return n;
}

int32_t candidates_pick(const candidate *c, int32_t n, double at) {
    double sum = 0, reached = 0;
    for (int32_t i = 0; i < n; i++) sum += c[i].p;
    for (int32_t i = 0; i < n; i++) {
        reached += c[i].p;
        if (at * sum < reached) return i;
    }
    return n - 1;
}
