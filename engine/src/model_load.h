/* model_load.h: the steps of lila_model_open, in their order; and how they read metadata.
 *
 * Every key is given without the family's prefix: "attention.head_count" stands for
 * "llama.attention.head_count". */
#ifndef LILA_MODEL_LOAD_H
#define LILA_MODEL_LOAD_H

#include "model.h"

enum { MAX_DIM = 1 << 20, MAX_LAYERS = 1 << 12, MAX_CONTEXT = 1 << 24, KEY_BYTES = 96 };

/* The whole key, in `out`, which is returned. */
const char *metadata_key(const lila_model *m, const char *key, char out[KEY_BYTES]);
bool metadata_has(const lila_model *m, const char *key);

/* A number from metadata: within [1, max], or above 0. `fallback` when the key is absent, 0 meaning that it is
 * required. */
int metadata_u32(const lila_model *m, const char *key, uint32_t fallback, uint32_t max, uint32_t *out,
                 char *err, size_t errlen);
int metadata_positive(const lila_model *m, const char *key, double fallback, double *out, char *err,
                      size_t errlen);

/* 1. The family, and all sizes and constants. */
int load_hyperparameters(lila_model *m, char *err, size_t errlen);

/* After that: does this layer see m->window positions only? */
bool layer_slides(const lila_model *m, uint32_t index);

/* 2. The rotary frequencies. Their factors, where the file has them, are tensors, so m->bound must be there. */
int load_rope(lila_model *m, char *err, size_t errlen);

/* 3. Every tensor by its name; one that nothing has bound is refused, because leaving out a bias or a norm
 *    would silently change the result. */
int load_tensors(lila_model *m, char *err, size_t errlen);

/* The tensor, of `rows` rows (0: one dimension) of `cols`; NULL and *status when it isn't there like that. */
const lila_tensor_info *load_shaped(const lila_model *m, const char *name, uint32_t cols, uint32_t rows,
                                    int *status, char *err, size_t errlen);
/* Tensor `name` as f32 [n]. */
int load_vector(const lila_model *m, const char *name, uint32_t n, const float **out, char *err, size_t errlen);

#endif
