/* packed.c: plans where each weight's panels lie, fills them with the whole team, and tells the weights. */
#define _GNU_SOURCE
#include "packed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "digest.h"
#include "errors.h"
#include "model.h"
#include "receipt.h"
#include "sidecar.h"

enum { ALIGNMENT = 64, MATRICES_PER_LAYER = 7 };

/* One weight that will have panels. */
typedef struct entry {
    weight *owner;
    pack_source source;
    pack_form form;
    size_t offset; /* into packed.base; a multiple of ALIGNMENT */
} entry;

typedef struct plan {
    entry *entries;
    size_t count, bytes;
    uint8_t *base;
    uint32_t float_panels;    /* 1 << FLOAT_*: this type is packed, */
    bool packs_floats;        /* and there is one */
    bool floats[FLOAT_TYPES]; /* some weight is of this type */
} plan;

/* ---- planning */

/* Rows of the matrix are shared out in multiples of `unit`, so a unit must be whole groups. */
static void plan_weight(plan *p, weight *w, uint32_t unit) {
    entry *e = &p->entries[p->count];
    e->owner = w;
    e->source = (pack_source){w->data, w->stride, w->type, w->rows, w->cols};
    if (w->type < (kernel_type)FLOAT_TYPES) p->floats[w->type] = true;
    if (!w->data || unit % PANEL_ROWS || !pack_form_of(w->type, &e->form)) return;
    if (panel_is_float(e->form.type) && !(p->float_panels >> w->type & 1)) return;
    size_t bytes = pack_bytes(&e->source);
    if (!bytes) return;
    e->offset = p->bytes;
    p->bytes += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    p->packs_floats |= panel_is_float(e->form.type);
    p->count++;
}

static bool plan_model(plan *p, lila_model *m) {
    p->entries = calloc((size_t)m->info.layers * MATRICES_PER_LAYER + 1, sizeof *p->entries);
    if (!p->entries) return false;
    for (uint32_t i = 0; i < m->info.layers; i++) {
        block *l = &m->layers[i];
        plan_weight(p, &l->q, m->info.key_length);
        plan_weight(p, &l->k, m->info.key_length);
        plan_weight(p, &l->v, m->info.value_length);
        weight *const whole[] = {&l->o, &l->gate, &l->up, &l->down};
        for (size_t j = 0; j < sizeof whole / sizeof *whole; j++) plan_weight(p, whole[j], PANEL_ROWS);
    }
    plan_weight(p, &m->head, PANEL_ROWS);
    return true;
}

/* ---- filling */

static void fill_member(void *job, const team *member) {
    const plan *p = job;
    for (size_t i = 0; i < p->count; i++) {
        const entry *e = &p->entries[i];
        uint32_t first, last;
        team_share(member, pack_groups(e->source.rows), 1, &first, &last);
        pack_write(&e->source, p->base + e->offset, first, last);
    }
}

static uint8_t *map_memory(size_t bytes) {
    void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) return NULL;
#ifdef MADV_HUGEPAGE
    madvise(map, bytes, MADV_HUGEPAGE); /* fewer misses while a step reads every byte; refused is fine */
#endif
    return map;
}

static void tell_weights(lila_model *m, const plan *p) {
    for (size_t i = 0; i < p->count; i++) {
        const entry *e = &p->entries[i];
        e->owner->panels = p->base + e->offset;
        e->owner->form = e->form;
        if (panel_is_super(e->form.type))
            m->super_panels = true;
        else if (!panel_is_float(e->form.type))
            m->block_panels = true;
    }
}

static uint32_t choice_of(const lila_model_params *params) {
    return params ? params->panels : LILA_PANELS_AUTO;
}

static bool wanted(const lila_model *m, const lila_model_params *params) {
    if (choice_of(params) != LILA_PANELS_AUTO) return choice_of(params) == LILA_PANELS_ON;
    return m->kernels->panel[PANEL_U4] != panel_u4_ref; /* the scalar twins are slower than the rows' kernels */
}

/* ---- the cache */

static const uint64_t DEFAULT_LIMIT = (uint64_t)8 << 30;
enum { FINGERPRINT_BYTES = 4096 }; /* of either end of a matrix */

static size_t source_bytes(const entry *e) {
    return (size_t)e->source.rows * e->source.stride;
}

/* Cheap, for it is taken at every opening: the shapes, and both ends of each matrix. */
static uint64_t fingerprint(const plan *p, uint64_t file_size) {
    uint64_t digest = file_size;
    for (size_t i = 0; i < p->count; i++) {
        const pack_source *w = &p->entries[i].source;
        uint32_t shape[] = {w->rows, w->k, w->type};
        size_t bytes = source_bytes(&p->entries[i]),
               end = bytes < FINGERPRINT_BYTES ? bytes : FINGERPRINT_BYTES;
        digest = digest_bytes(shape, sizeof shape, digest);
        digest = digest_bytes(w->data, end, digest);
        digest = digest_bytes(w->data + bytes - end, end, digest);
    }
    return digest;
}

/* Of every byte that is packed. */
static bool source_digest(const plan *p, pool *members, uint64_t *out) {
    digest_span *spans = malloc((p->count + 1) * sizeof *spans);
    if (!spans) return false;
    for (size_t i = 0; i < p->count; i++)
        spans[i] = (digest_span){p->entries[i].source.data, source_bytes(&p->entries[i])};
    bool done = digest_spans(members, spans, p->count, out);
    free(spans);
    return done;
}

static sidecar_entry *table_of(const plan *p) {
    sidecar_entry *table = calloc(p->count + 1, sizeof *table);
    for (size_t i = 0; table && i < p->count; i++) {
        const entry *e = &p->entries[i];
        table[i] = (sidecar_entry){.offset = e->offset,
                                   .bytes = pack_bytes(&e->source),
                                   .rows = e->source.rows,
                                   .k = e->source.k,
                                   .type = e->source.type,
                                   .panel = e->form.type};
    }
    return table;
}

/* What was found sound before, and is the same file still, isn't read again unless params ask for it. */
static int check_cache(const plan *p, const lila_model *m, const lila_model_params *params, const sidecar *s,
                       char *err, size_t errlen) {
    receipt seen, now = {gguf_identity(m->file), s->file.identity, s->source.digest, s->data_digest};
    bool whole = receipt_read(s->receipt, &seen) && !memcmp(&seen, &now, sizeof now) && !params->check_cache;
    if (whole) {
        receipt_touch(s->receipt);
        return LILA_OK;
    }
    uint64_t digest;
    int status = sidecar_check(s, m->pool, err, errlen);
    if (status) return status;
    if (!source_digest(p, m->pool, &digest)) return LILA_FAIL(LILA_E_MEMORY, "out of memory for a digest");
    if (digest != s->source.digest || now.source.size != s->source.size)
        return LILA_FAIL(LILA_E_FORMAT, "it was made of other weights");
    status = gguf_check(m->file, err, errlen); /* what was read is what the receipt is for */
    if (!status) receipt_write(s->receipt, &now);
    return status;
}

/* The panels are now the sidecar's. */
static void adopt(lila_model *m, plan *p, const sidecar *s, uint32_t cache) {
    p->base = s->data;
    m->packed.file = s->file;
    m->info.cache = cache;
}

static int read_cache(lila_model *m, plan *p, const lila_model_params *params, const sidecar_source *source,
                      char *err, size_t errlen) {
    sidecar s = {0};
    sidecar_entry *table = table_of(p);
    if (!table) return LILA_FAIL(LILA_E_MEMORY, "out of memory for the table of the cache");
    int status = sidecar_open(params->cache_folder, source, table, p->count, p->bytes, &s, err, errlen);
    if (!status && (status = check_cache(p, m, params, &s, err, errlen))) sidecar_close(&s);
    free(table);
    if (!status) adopt(m, p, &s, LILA_CACHE_READ);
    return status;
}

static int fill_cache(lila_model *m, plan *p, sidecar *s, sidecar_source *source, char *err, size_t errlen) {
    p->base = s->data;
    pool_run(m->pool, fill_member, p);
    sidecar_entry *table = table_of(p);
    int status = LILA_OK;
    if (!table || !source_digest(p, m->pool, &source->digest))
        status = LILA_FAIL(LILA_E_MEMORY, "out of memory for the table of the cache");
    if (!status) status = gguf_check(m->file, err, errlen); /* what was packed is what the digest is of */
    if (!status) status = sidecar_commit(s, source, table, p->count, m->pool, err, errlen);
    free(table);
    return status;
}

static int write_cache(lila_model *m, plan *p, const char *folder, uint64_t limit, sidecar_source *source,
                       char *err, size_t errlen) {
    if (p->bytes > limit)
        return LILA_FAIL(LILA_E_IO, "%zu bytes of panels exceed the cache's limit of %llu", p->bytes,
                         (unsigned long long)limit);
    sidecar s = {0};
    int status = sidecar_create(folder, source, p->count, p->bytes, &s, err, errlen);
    if (status) return status;
    status = fill_cache(m, p, &s, source, err, errlen);
    if (status) {
        sidecar_close(&s);
        p->base = NULL;
        return status;
    }
    receipt_write(s.receipt,
                  &(receipt){gguf_identity(m->file), s.file.identity, source->digest, s.data_digest});
    adopt(m, p, &s, LILA_CACHE_WRITTEN);
    sidecar_clean(folder, s.path, limit);
    return LILA_OK;
}

/* Leaves p->base NULL when the cache is of no help. */
static void use_cache(lila_model *m, plan *p, const lila_model_params *params) {
    char *note = m->packed.note, reason[256];
    sidecar_source source = {.size = gguf_identity(m->file).size};
    source.fingerprint = fingerprint(p, source.size);
    int status = read_cache(m, p, params, &source, reason, sizeof reason);
    if (!status) return;
    if (status != LILA_E_IO) snprintf(note, sizeof m->packed.note, "packed anew: %s", reason);
    uint64_t limit = params->cache_limit ? params->cache_limit : DEFAULT_LIMIT;
    if (!write_cache(m, p, params->cache_folder, limit, &source, reason, sizeof reason)) return;
    m->info.cache = LILA_CACHE_FAILED;
    snprintf(note, sizeof m->packed.note, "not kept: %s", reason);
}

/* ---- building */

static int fill_memory(lila_model *m, plan *p, char *err, size_t errlen) {
    p->base = map_memory(p->bytes);
    if (!p->base) return LILA_FAIL(LILA_E_MEMORY, "out of memory for %zu bytes of packed weights", p->bytes);
    m->packed.memory = p->base;
    m->packed.memory_bytes = p->bytes;
    pool_run(m->pool, fill_member, p);
    return LILA_OK;
}

/* Without panels, where nobody insists on them: the rows need no memory. */
static int go_without(lila_model *m, const plan *p) {
    snprintf(m->packed.note, sizeof m->packed.note,
             "none: out of memory for %zu bytes of them; the rows of the file are read, which takes longer",
             p->bytes);
    return LILA_OK;
}

/* The weights that get panels, which lie in the cache if it takes them. Floats are packed only there: their
 * panels are as large as their rows, which do as well, so memory for both would be wasted. */
static bool plan_and_use_cache(lila_model *m, plan *p, const lila_model_params *params) {
    bool cache = params && params->cache_folder;
    p->float_panels = cache ? m->kernels->float_panels : 0;
    if (!plan_model(p, m)) return false;
    if (cache && p->bytes) use_cache(m, p, params);
    if (p->base || !p->packs_floats) return true;
    free(p->entries);
    *p = (plan){0};
    if (!plan_model(p, m)) return false;
    if (p->bytes) use_cache(m, p, params);
    return true;
}

static uint32_t arithmetic_of(const lila_model *m) {
    return (m->block_panels || m->super_panels ? LILA_INTEGERS : 0) |
           (m->float_rows || m->pair_rows ? LILA_FLOAT_TILES : 0);
}

static int build(lila_model *m, plan *p, const lila_model_params *params, char *err, size_t errlen) {
    if (!plan_and_use_cache(m, p, params))
        return LILA_FAIL(LILA_E_MEMORY, "out of memory for the plan of the panels");
    m->pair_rows = p->floats[FLOAT_BF16] && m->kernels->pair;
    m->float_rows = p->floats[FLOAT_F32] || p->floats[FLOAT_F16] || (p->floats[FLOAT_BF16] && !m->pair_rows);
    if (!p->bytes) return LILA_OK;
    int status = p->base ? LILA_OK : fill_memory(m, p, err, errlen);
    if (status && choice_of(params) == LILA_PANELS_AUTO) return go_without(m, p);
    if (status) return status;
    m->packed.base = p->base;
    m->packed.bytes = p->bytes;
    m->info.panel_bytes = p->bytes;
    tell_weights(m, p);
    return LILA_OK;
}

int packed_build(lila_model *m, const lila_model_params *params, char *err, size_t errlen) {
    if (params && params->panels > LILA_PANELS_ON)
        return LILA_FAIL(LILA_E_ARGUMENT, "panels: expected %d to %d, found %u", LILA_PANELS_AUTO,
                         LILA_PANELS_ON, (unsigned)params->panels);
    if (!wanted(m, params)) return LILA_OK;
    plan p = {0};
    int status = build(m, &p, params, err, errlen);
    m->info.arithmetic = arithmetic_of(m);
    free(p.entries);
    return status;
}

void packed_free(packed *p) {
    if (p->memory) munmap(p->memory, p->memory_bytes);
    mapped_file_close(&p->file);
    *p = (packed){0};
}
