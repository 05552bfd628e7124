/* model.c: opens and closes a model. What a file says is read by hyperparameters.c, rope.c and tensors.c, which
 * refuse by name what the forward pass doesn't do. */
#include <stdlib.h>

#include "cores.h"
#include "errors.h"
#include "model_load.h"

#ifndef LILA_VERSION
#define LILA_VERSION "unversioned"
#endif

const char *lila_version(void) {
    return LILA_VERSION;
}

uint32_t lila_cpu_features(void) {
    return kernels_cpu_features();
}

/* ---- open and close */

/* A step reads every weight once. With less than this for each, threads mostly wait for one another: a token of
 * lila-nano (13 MiB) costs 0.25 ms of processor time on one thread, and 0.38 ms on two, to be there 0.05 ms
 * sooner. */
static const uint64_t WEIGHTS_PER_THREAD = 16u << 20;

static uint32_t default_threads(const lila_gguf *file) {
    lila_tensor_info t;
    uint64_t bytes = 0;
    for (uint64_t i = 0; lila_gguf_tensor_at(file, i, &t) == LILA_OK; i++) bytes += t.size;
    uint64_t useful = bytes / WEIGHTS_PER_THREAD + 1;
    uint32_t cores = cores_to_use();
    return useful < cores ? (uint32_t)useful : cores;
}

static int load(lila_model *m, const char *path, const lila_model_params *params, char *err, size_t errlen) {
    int status = lila_gguf_open(path, &m->file, err, errlen);
    if (status) return status;
    m->bound = calloc(lila_gguf_tensor_count(m->file) + 1, sizeof *m->bound);
    if (!m->bound) return LILA_FAIL(LILA_E_MEMORY, "out of memory");
    status = load_hyperparameters(m, err, errlen);
    if (!status) status = load_rope(m, err, errlen);
    if (!status) status = load_tensors(m, err, errlen);
    if (status) return status;
    m->info.threads = params && params->threads ? params->threads : default_threads(m->file);
    m->kernels = kernels_select(params ? params->cpu_mask : UINT32_MAX, &m->info.cpu_features);
    status = pool_new(m->info.threads, &m->pool, err, errlen);
    if (!status && params && params->pin) status = pool_pin(m->pool, err, errlen);
    if (!status) status = packed_build(m, params, err, errlen);
    return status ? status : model_check(m, err, errlen);
}

int model_check(const lila_model *m, char *err, size_t errlen) {
    watch_ready();
    int status = gguf_check(m->file, err, errlen);
    return status ? status : mapped_file_check(&m->packed.file, err, errlen);
}

int lila_model_open(const char *path, const lila_model_params *params, lila_model **out, char *err,
                    size_t errlen) {
    *out = NULL;
    lila_model *m = calloc(1, sizeof *m);
    if (!m) return LILA_FAIL(LILA_E_MEMORY, "out of memory");
    int status = load(m, path, params, err, errlen);
    if (status) {
        lila_model_free(m);
        return status;
    }
    *out = m;
    return LILA_OK;
}

void lila_model_free(lila_model *m) {
    if (!m) return;
    pool_free(m->pool);
    packed_free(&m->packed);
    free(m->layers);
    for (int i = 0; i < ROPE_TABLES; i++) free(m->rope[i]);
    free(m->rope_long);
    free(m->bound);
    lila_gguf_free(m->file);
    free(m);
}

void lila_model_describe(const lila_model *m, lila_model_info *out) {
    *out = m->info;
}

const char *lila_model_cache_note(const lila_model *m) {
    return m->packed.note;
}

const lila_gguf *lila_model_file(const lila_model *m) {
    return m->file;
}
