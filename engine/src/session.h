/* session.h: a session's memory as forward.c sees it. */
#ifndef LILA_SESSION_H
#define LILA_SESSION_H

#include <stdbool.h>

#include "attention.h"
#include "cache.h"
#include "model.h"

/* Activations of one step; B = tokens in the step, at most `batch`. All f32. */
typedef struct activations {
    float *x;         /* [B][embedding] the residual stream */
    float *normed;    /* [threads][B][embedding] each thread norms for itself, which saves a barrier */
    float *q;         /* [B][heads * key_length] */
    float *kv;        /* [B][kv_heads * (key_length + value_length)] before they enter the cache */
    float *attended;  /* [B][heads * value_length] */
    float *projected; /* [B][embedding] */
    float *gate, *up; /* [B][feed_forward] */
    float *rotation[ROPE_TABLES]; /* [B][rotated] cos, sin of each pair; NULL where no layer has it */
    float *scratch;               /* [threads][KERNEL_ROWS * widest row] */
    float *attention;             /* [threads] of what attention_scratch points to */
    float *parts;                 /* [kv_heads][blocks of the context][rows][stride]; NULL for one thread */
    _Atomic uint32_t taken;       /* of the blocks of a layer, so many are some member's already */
    panel_input *blocks;          /* [threads][B × widest row / 32] operands of products over panels, or NULL */
    panel_input *supers;          /* the same, of those over super-blocks */
    float *arranged; /* [threads][B × widest row] operands of products with rows of floats, or NULL */
    float *paired;   /* [threads][B × half of it] those of products with pairs of BF16, or NULL */
    size_t scratch_stride, attention_stride, input_stride, arranged_stride, paired_stride;
} activations;

struct lila_session {
    const lila_model *model;
    uint32_t context, batch;
    uint32_t count;  /* resident tokens */
    int32_t *tokens; /* [context] */
    kv_cache cache;
    float *logits[2]; /* [vocab_size]; the current ones stay whole while the next are computed */
    uint32_t current; /* which of the two */
    bool has_logits;
    const double *rope[ROPE_TABLES]; /* the frequencies for a context of this length, or NULL */
    float *hidden;                   /* [layers + 1][context][embedding] of the caller, or NULL */
    activations act;
};

/* What attention uses of the session's memory on one thread. */
attention_scratch session_attention(const lila_session *s, uint32_t thread);

/* Runs tokens[n] at positions count .. count + n - 1 (n <= batch, it fits), writing their cache rows, and when
 * `logits` isn't NULL the logits after the last one. Changes nothing else. */
void forward(lila_session *session, const int32_t *tokens, uint32_t n, uint32_t count, float *logits);

#endif
