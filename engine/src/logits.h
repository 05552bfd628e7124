/* logits.h: passes over a whole vocabulary's logits, sixteen at a time. allow (NULL: all) has bit t of word t /
 * 64 set where token t counts. */
#ifndef LILA_LOGITS_H
#define LILA_LOGITS_H

#include <stdbool.h>
#include <stdint.h>

enum { LOGITS_BLOCK = 1024 };

bool logits_all_finite(const float *logits, int32_t n);

/* The token of the largest of them, the smallest one among equals; -1 where none is above −∞. No NaN among
 * them. */
int32_t logits_largest(const float *logits, const uint64_t *allow, int32_t n);

/* blocks[b] = Σ exp((logits[i] − largest) / temperature) over the tokens i of block b, for ⌈n / LOGITS_BLOCK⌉
 * blocks; returns Σ blocks, to about 1e-6 of it. −∞ weighs nothing. `largest` is that of the tokens that count,
 * temperature > 0. */
double logits_mass(const float *logits, const uint64_t *allow, int32_t n, float largest, float temperature,
                   double *blocks);

#endif
