/* gguf_file.h: the inside of a lila_gguf, for the file that fills it (gguf.c) and the one that reads it
 * (gguf_values.c). */
#ifndef LILA_GGUF_FILE_H
#define LILA_GGUF_FILE_H

#include <string.h>

#include "gguf.h"

struct lila_gguf {
    const uint8_t *image;
    size_t size;
    size_t head;      /* bytes before the tensors' data */
    mapped_file file; /* image is of it; all zero where the caller has the image */
    uint64_t n_kv, n_tensors;
    gguf_kv *kv;
    lila_tensor_info *tensors;
    uint32_t *kv_order;     /* indices of kv, sorted by key */
    uint32_t *tensor_order; /* indices of tensors, sorted by name */
};

typedef gguf_str (*label_of)(const lila_gguf *, uint32_t);

/* Orders by bytes, a prefix first. */
static inline int gguf_str_cmp(gguf_str a, gguf_str b) {
    uint64_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.data, b.data, n) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static inline gguf_str gguf_key_of(const lila_gguf *g, uint32_t i) {
    return g->kv[i].key;
}

static inline gguf_str gguf_name_of(const lila_gguf *g, uint32_t i) {
    return (gguf_str){g->tensors[i].name, g->tensors[i].name_len};
}

/* Bytes of one value of a lila_kv_type; 0 for strings, arrays and numbers that are no type. */
size_t gguf_scalar_bytes(uint32_t type);

#endif
