/* encoder.h: a loaded sentence encoder as its own files see it. Immutable after lila_encoder_open. */
#ifndef LILA_ENCODER_H
#define LILA_ENCODER_H

#include "dense.h"
#include "kernels.h"
#include "lila_engine.h"
#include "safetensors.h"
#include "threads.h"

/* W [rows][k] packed, and the bias of its products. */
typedef struct dense_matrix {
    float *panels;
    float *bias; /* [⌈rows / 16⌉ * 16] */
    uint32_t rows, k;
} dense_matrix;

typedef struct norm_weights {
    float *gain, *bias; /* [embedding] */
} norm_weights;

typedef struct encoder_layer {
    dense_matrix qkv;  /* [3 * embedding][embedding]: rows of the query, the key, the value */
    dense_matrix o;    /* [embedding][embedding] */
    dense_matrix up;   /* [feed_forward][embedding] */
    dense_matrix down; /* [embedding][feed_forward] */
    norm_weights attention_norm, ffn_norm;
} encoder_layer;

struct lila_encoder {
    lila_safetensors *file;
    lila_encoder_params params;
    lila_encoder_info info;
    pool *pool;
    const kernels *kernels;
    const dense_kernels *dense;
    const uint8_t *words; /* [vocab_size][embedding], in the mapping, as the file has them */
    size_t word_stride;   /* bytes of a row */
    kernel_type word_type;
    float *places; /* [positions][embedding]: the position's embedding and that of token type 0 */
    norm_weights embedding_norm;
    encoder_layer *layers; /* [layers] */
    void *arena;           /* every float above; arena_bytes of memory mapped for it */
    size_t arena_bytes;
};

/* encoder_load.c: binds every tensor by its name, then copies them into the arena. */
int encoder_load(lila_encoder *e, char *err, size_t errlen);

/* Some texts that go through the layers together, one behind the other; T tokens in all. */
typedef struct encoder_pass {
    const lila_encoder *encoder;
    const int32_t *tokens;   /* [T] */
    const uint32_t *lengths; /* [texts] */
    uint32_t texts, count;   /* count = T */
    uint32_t longest;        /* of the lengths */
    float *out;              /* [texts][embedding] */
    float *
        hidden; /* [layers + 1][hidden_stride / embedding][embedding] from this pass' first token on, or NULL */
    size_t hidden_stride; /* floats from one layer to the next */
    float *x;             /* [threads][T][embedding]: each member norms for itself, which saves barriers */
    float *qkv;           /* [T][3 * embedding] */
    float *attended;      /* [T][embedding] */
    float *projected;     /* [T][embedding] */
    float *inner;         /* [T][feed_forward] */
    float *scratch;       /* [threads][dense_attention_floats] */
} encoder_pass;

/* encoder_forward.c: fills out, and hidden where there is one. */
void encoder_forward(encoder_pass *pass);

#endif
