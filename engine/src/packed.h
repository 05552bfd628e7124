/* packed.h: the panels of one model: which weights have them, and the one stretch of memory that holds all. */
#ifndef LILA_PACKED_H
#define LILA_PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lila_engine.h"
#include "mapped_file.h"

/* Owned by the model; the weights' `panels` point into it. */
typedef struct packed {
    uint8_t *base; /* NULL: no weight has panels */
    size_t bytes;
    void *memory; /* what base lies in: this, */
    size_t memory_bytes;
    mapped_file file; /* or a file of the cache */
    char note[512];   /* lila_model_cache_note */
} packed;

/* Gives panels to every weight of a bound model that can have them, as params->panels says, on the model's own
 * thread team; to floats only in the cache. A weight keeps its rows, and no panels, when its type has none,
 * when its row isn't whole panels, or when a head doesn't begin at a group of 16 rows. Trouble with the cache
 * is no failure: the panels are then in memory only, and the note says why. Nor is too little memory for them
 * in LILA_PANELS_AUTO: all weights keep their rows, and the note says so.
 *
 * Sets model->block_panels and super_panels by what it gave, and float_rows and pair_rows where a weight is of
 * floats and panels are wanted: all are the arithmetic of this CPU. */
int packed_build(lila_model *model, const lila_model_params *params, char *err, size_t errlen);
void packed_free(packed *p);

#endif
