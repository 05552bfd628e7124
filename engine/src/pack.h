/* pack.h: GGUF rows to the panels of panels.h: another order of the same quants, scales and minimums. Nothing
 * is rounded. */
#ifndef LILA_PACK_H
#define LILA_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels.h"
#include "panels.h"

/* How the panels of a kernel_type are to be read. */
typedef struct pack_form {
    panel_type type;
    const uint8_t *code; /* as in panel_matmul */
    uint32_t bias;
} pack_form;

/* False for a type that has no panels: F32. */
bool pack_form_of(kernel_type type, pack_form *out);

/* A matrix [rows][k] in its GGUF type; row r at data + r * stride bytes. */
typedef struct pack_source {
    const uint8_t *data;
    size_t stride;
    kernel_type type;
    uint32_t rows, k;
} pack_source;

/* Groups of 16 rows, the last one padded with zeros. */
uint32_t pack_groups(uint32_t rows);
/* Bytes of all panels of a matrix that has a form; 0 when k isn't whole panels or the size overflows. */
size_t pack_bytes(const pack_source *w);
/* Writes groups [first, last) into panels[pack_bytes], each at its place. Any threads may write different
 * groups at once. */
void pack_write(const pack_source *w, uint8_t *panels, uint32_t first, uint32_t last);

#endif
