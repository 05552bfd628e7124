/* packed.c: plans where each weight's panels lie, fills them with the whole team, and tells the weights. */
#define _GNU_SOURCE
#include "packed.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "errors.h"
#include "model.h"

enum { ALIGNMENT = 64, MATRICES_PER_LAYER = 7 };

/* One weight that will have panels. */
typedef struct entry {
    weight *owner;
    pack_source source;
    pack_form form;
    size_t offset;       /* into packed.base; a multiple of ALIGNMENT */
    atomic_bool refused; /* a scale isn't a finite f16 */
} entry;

typedef struct plan {
    entry *entries;
    size_t count, bytes;
    uint8_t *base;
} plan;

/* ---- planning */

/* Rows of the matrix are shared out in multiples of `unit`, so a unit must be whole groups. */
static void plan_weight(plan *p, weight *w, uint32_t unit) {
    entry *e = &p->entries[p->count];
    e->owner = w;
    e->source = (pack_source){w->data, w->stride, w->type, w->rows, w->cols};
    if (!w->data || unit % PANEL_ROWS || !pack_form_of(w->type, &e->form)) return;
    size_t bytes = pack_bytes(&e->source);
    if (!bytes) return;
    e->offset = p->bytes;
    p->bytes += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
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
        entry *e = &p->entries[i];
        uint32_t first, last;
        team_share(member, pack_groups(e->source.rows), 1, &first, &last);
        if (!pack_write(&e->source, p->base + e->offset, first, last)) atomic_store(&e->refused, true);
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

static void tell_weights(const plan *p) {
    for (size_t i = 0; i < p->count; i++) {
        entry *e = &p->entries[i];
        if (atomic_load(&e->refused)) continue;
        e->owner->panels = p->base + e->offset;
        e->owner->form = e->form;
    }
}

static bool wanted(const lila_model *m, const lila_model_params *params) {
    uint32_t choice = params ? params->panels : LILA_PANELS_AUTO;
    if (choice != LILA_PANELS_AUTO) return choice == LILA_PANELS_ON;
    return m->kernels->panel[PANEL_U4] != panel_u4_ref; /* the scalar twins are slower than the rows' kernels */
}

static int build(lila_model *m, plan *p, char *err, size_t errlen) {
    if (!plan_model(p, m)) return LILA_FAIL(LILA_E_MEMORY, "out of memory for the plan of the panels");
    if (!p->bytes) return LILA_OK;
    p->base = map_memory(p->bytes);
    if (!p->base) return LILA_FAIL(LILA_E_MEMORY, "out of memory for %zu bytes of packed weights", p->bytes);
    m->packed = (packed){p->base, p->bytes};
    pool_run(m->pool, fill_member, p);
    tell_weights(p);
    m->info.panel_bytes = p->bytes;
    return LILA_OK;
}

int packed_build(lila_model *m, const lila_model_params *params, char *err, size_t errlen) {
    if (params && params->panels > LILA_PANELS_ON)
        return LILA_FAIL(LILA_E_ARGUMENT, "panels: expected %d to %d, found %u", LILA_PANELS_AUTO,
                         LILA_PANELS_ON, (unsigned)params->panels);
    if (!wanted(m, params)) return LILA_OK;
    plan p = {0};
    int status = build(m, &p, err, errlen);
    free(p.entries);
    return status;
}

void packed_free(packed *p) {
    if (p->base) munmap(p->base, p->bytes);
    *p = (packed){NULL, 0};
}
