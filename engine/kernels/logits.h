/* logits.h: passes over a whole vocabulary's logits, in blocks, as one table per instruction set.
 *
 * allow (NULL: all) has bit t of word t / 64 set where token t counts. `first` is a multiple of 64. */
#ifndef LILA_LOGITS_H
#define LILA_LOGITS_H

#include <stdbool.h>
#include <stdint.h>

enum { LOGITS_BLOCK = 1024 };

typedef struct logits_kernels {
    bool (*finite)(const float *logits, int32_t n);

    /* maxima[b] = the largest logit of block b, −∞ where all are; ⌈n / LOGITS_BLOCK⌉ blocks. Whether every
     * logit is finite; a NaN makes the maxima meaningless. */
    bool (*maxima)(const float *logits, int32_t n, float *maxima);

    /* The token in [first, end) with the largest logit above `floor`, the smallest one among equals; -1: none.
     */
    int32_t (*largest)(const float *logits, const uint64_t *allow, int32_t first, int32_t end, float floor);

    /* Σ exp((logits[i] − most) · factor) over [first, end), to about 1e-6 of it. −∞ weighs nothing. `most` is
     * not below any logit that counts. */
    double (*mass)(const float *logits, const uint64_t *allow, int32_t first, int32_t end, float most,
                   float factor);
} logits_kernels;

/* The table for LILA_CPU_* bits as kernels_select leaves them in `used`. */
const logits_kernels *logits_select(uint32_t used);

#endif
