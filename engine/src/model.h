/* model.h: the loaded model as forward.c sees it. Immutable after lila_model_open. */
#ifndef LILA_MODEL_H
#define LILA_MODEL_H

#include "gguf.h"
#include "kernels.h"
#include "pack.h"
#include "packed.h"
#include "threads.h"

/* A weight matrix [rows][cols] inside the mapping, and its panels where it has them. */
typedef struct weight {
    const uint8_t *data;
    size_t stride; /* bytes of a row */
    uint32_t rows, cols;
    kernel_type type;
    const uint8_t *panels; /* inside the model's packed; NULL: products read the rows */
    pack_form form;        /* of the panels */
} weight;

typedef struct block {
    const float *attention_norm, *ffn_norm; /* [embedding] */
    weight q;                               /* [heads * key_length][embedding] */
    weight k;                               /* [kv_heads * key_length][embedding] */
    weight v;                               /* [kv_heads * value_length][embedding] */
    weight o;                               /* [embedding][heads * value_length] */
    weight gate, up;                        /* [feed_forward][embedding] */
    weight down;                            /* [embedding][feed_forward] */
} block;

struct lila_model {
    lila_gguf *file;
    pool *pool;
    packed packed;
    const kernels *kernels;
    lila_model_info info;
    float rms_epsilon;
    uint32_t rotated;        /* leading elements of a head that RoPE turns; even */
    double *rope_frequency;  /* [rotated / 2] radians a position */
    weight embedding;        /* [vocab_size][embedding] */
    weight head;             /* [vocab_size][embedding]; the embedding itself when tied */
    const float *final_norm; /* [embedding] */
    block *layers;           /* [layers] */
};

#endif
