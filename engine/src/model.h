/* model.h: the loaded model as forward.c sees it. Immutable after lila_model_open, but for the files under it.
 */
#ifndef LILA_MODEL_H
#define LILA_MODEL_H

#include "architecture.h"
#include "kernels.h"
#include "pack.h"
#include "packed.h"
#include "threads.h"

/* A weight matrix [rows][cols] inside the mapping, its panels where it has them, and what is added to its
 * products. */
typedef struct weight {
    const uint8_t *data;
    size_t stride; /* bytes of a row */
    uint32_t rows, cols;
    kernel_type type;
    const float *bias;     /* [rows], or NULL */
    const uint8_t *panels; /* inside the model's packed; NULL: products read the rows */
    pack_form form;        /* of the panels */
} weight;

/* Which of a session's rotations a layer uses. */
enum { ROPE_GLOBAL, ROPE_LOCAL, ROPE_TABLES, ROPE_NONE = ROPE_TABLES };

/* Norms that a family doesn't have are NULL. */
typedef struct block {
    const float *attention_norm, *ffn_norm;           /* [embedding] */
    const float *attention_post_norm, *ffn_post_norm; /* [embedding] */
    const float *q_norm, *k_norm;                     /* [key_length] */
    weight q;                                         /* [heads * key_length][embedding] */
    weight k;                                         /* [kv_heads * key_length][embedding] */
    weight v;                                         /* [kv_heads * value_length][embedding] */
    weight o;                                         /* [embedding][heads * value_length] */
    weight gate, up;                                  /* [feed_forward][embedding] */
    weight down;                                      /* [embedding][feed_forward] */
    uint32_t rope;                                    /* ROPE_* */
    uint32_t window; /* positions a token sees, its own included; 0: all before it */
} block;

struct lila_model {
    lila_gguf *file;
    const architecture *family;
    pool *pool;
    packed packed;
    bool block_panels, super_panels; /* some panels are of blocks, some of super-blocks */
    bool float_rows; /* products with F32, F16 and BF16 go by kernels->floats, not by kernels->matmul, */
    bool pair_rows;  /* and those with BF16 read pairs of it */
    const kernels *kernels;
    lila_model_info info;
    float rms_epsilon;
    float embedding_scale;
    float attention_scale;
    float attention_cap, logit_cap; /* 0: none */
    uint32_t window;                /* of the sliding layers; 0: there are none */
    uint32_t rotated;               /* leading elements of a head that RoPE turns; even */
    float rope_magnitude;           /* cos and sin are multiplied by it */
    double *rope[ROPE_TABLES];      /* [rotated / 2] radians a position; ROPE_LOCAL may be NULL */
    double *rope_long;              /* ROPE_GLOBAL of sessions longer than info.rope_switch, or NULL */
    weight embedding;               /* [vocab_size][embedding] */
    weight head;                    /* [vocab_size][embedding]; the embedding itself when tied */
    const float *final_norm;        /* [embedding] */
    block *layers;                  /* [layers] */
    bool *bound;                    /* [tensors] which of the file's tensors are in use; only while loading */
};

/* Called before weights are read and again after: LILA_E_IO when a file under the model changed, so that what
 * was computed is worth nothing. */
int model_check(const lila_model *model, char *err, size_t errlen);

#endif
