/* candidates.h: the few tokens of a vocabulary that one may be drawn from. */
#ifndef LILA_CANDIDATES_H
#define LILA_CANDIDATES_H

#include <stdint.h>

#include "logits.h"

typedef struct candidate {
    float logit;
    int32_t token;
    double p;
} candidate;

/* A vocabulary's logits, finite or −∞, and the largest of each block, by which most blocks are passed over. */
typedef struct vocabulary {
    const logits_kernels *kernels;
    const float *logits;   /* [n] */
    const uint64_t *allow; /* NULL: all; else bit t of word t / 64 where token t counts */
    const float *maxima;   /* [⌈n / LOGITS_BLOCK⌉] */
    int32_t n;
} vocabulary;

/* The token of the largest logit, the smallest one among equals; -1 where none is above −∞. */
int32_t vocabulary_largest(const vocabulary *v);

/* masses[b] = Σ exp((logit − most) / temperature) over block b; returns the sum of all. */
double vocabulary_mass(const vocabulary *v, float most, float temperature, double *masses);

/* The k best, sorted, into out[k]; returns how many there are. Their p isn't set. */
int32_t candidates_best(const vocabulary *v, int32_t k, candidate *out);

/* Those of tokens [first, end), `first` at a block, with a logit of at least `bound`, in order, p unset. */
int32_t candidates_above(const vocabulary *v, int32_t first, int32_t end, double bound, candidate *out);

/* Best first; of equals the smaller token. */
void candidates_sort(candidate *c, int32_t n);

/* p = softmax(logit / temperature) over c[n] alone. */
void candidates_softmax(candidate *c, int32_t n, double temperature);

/* Keeps those with p >= bound, in their order; returns how many. */
int32_t candidates_keep(candidate *c, int32_t n, double bound);

/* The size of the smallest set of the best of c[n], which is sorted, whose probabilities reach top_p. */
int32_t candidates_nucleus(const candidate *c, int32_t n, double top_p);

/* The index that at ∈ [0, 1) of the probability of c[n] falls on. */
int32_t candidates_pick(const candidate *c, int32_t n, double at);

#endif
