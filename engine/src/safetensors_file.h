/* safetensors_file.h: the inside of a lila_safetensors, for the file that reads the header
 * (safetensors_header.c) and the one that maps and places (safetensors.c). */
#ifndef LILA_SAFETENSORS_FILE_H
#define LILA_SAFETENSORS_FILE_H

#include "mapped_file.h"
#include "safetensors.h"

typedef struct text_pair {
    json_span key, value;
} text_pair;

struct lila_safetensors {
    const uint8_t *image;
    size_t size;
    mapped_file file;         /* image is of it; all zero where the caller has the image */
    char *arena;              /* every string below */
    lila_safetensor *tensors; /* [n_tensors] in file order; data is an offset until they are placed */
    text_pair *metadata;      /* [n_metadata] */
    uint32_t *order;          /* [n_tensors] indices sorted by name */
    size_t n_tensors, n_metadata, tensor_room, metadata_room;
};

/* Printable form of a string for an error sentence: at most 64 bytes of it. */
#define SPAN_FMT "'%.*s'"
#define SPAN(s)  (int)((s).len < 64 ? (s).len : 64), (s).data

static inline json_span tensor_name(const lila_safetensor *t) {
    return (json_span){t->name, (size_t)t->name_len};
}

/* The whole header. Each tensor's size is held against its shape and type; its data is the offset into the
 * bytes of all tensors. */
int safetensors_header(lila_safetensors *file, json_cursor *c, char *err, size_t errlen);

#endif
