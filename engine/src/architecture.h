/* architecture.h: what distinguishes one family of models from another, as data.
 *
 * All families are the same decoder: norm, attention, norm, gated feed-forward, each added to the residual. An
 * entry here says where they part; numbers that a file can carry are read from the file and are not here. */
#ifndef LILA_ARCHITECTURE_H
#define LILA_ARCHITECTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "gguf.h"

/* Which elements of a head RoPE turns together. */
typedef enum rope_style {
    ROPE_ADJACENT, /* 2i with 2i + 1: files whose converter permuted the rows of Q and K */
    ROPE_HALVES    /* i with i + rotated / 2 */
} rope_style;

typedef enum activation { ACTIVATION_SILU, ACTIVATION_GELU } activation;

typedef struct architecture {
    const char *name; /* general.architecture, and the prefix of the family's metadata keys */
    rope_style rope;
    activation activation;
    bool head_norms;       /* RMS norm of every query and key head before RoPE */
    bool post_norms;       /* attention and feed-forward are normed again before they join the residual */
    bool scaled_embedding; /* embeddings times sqrt(embedding) */
    bool fused;            /* one attn_qkv for Q, K, V and one ffn_up for gate, up */
    bool soft_caps;        /* the file must say both soft caps; elsewhere they are optional */
    uint32_t global_every; /* with a sliding window: layers n, 2n, … see everything; 0: no layer does. Where the
                              file has no attention.sliding_window_pattern */
    uint32_t no_rope_every;     /* layers n, 2n, … have no positions; 0: all have */
    double local_rope_base;     /* of sliding layers, where the file doesn't say; 0: that of the others */
    uint32_t wide_scale_layers; /* a model of so many layers scales its scores by sqrt(heads / embedding), which
                                   no metadata tells */
} architecture;

/* The entry of that name; NULL when there is none. */
const architecture *architecture_find(gguf_str name);

/* Every name, "llama, qwen2, …". */
void architecture_names(char *out, size_t size);

#endif
