/* gguf.h: metadata and tensors of a GGUF file, for the other C files of the engine.
 *
 * Everything returned is borrowed from the lila_gguf and lives until lila_gguf_free. The file was validated
 * when it was opened, so no accessor here reads outside the image. All are safe from any thread.
 *
 * Metadata is in memory. Tensors are mapped: whoever reads them calls watch_ready before and gguf_check
 * after. */
#ifndef LILA_GGUF_H
#define LILA_GGUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lila_engine.h"
#include "mapped_file.h"

typedef struct gguf_str {
    const char *data; /* not terminated; NULL when absent */
    uint64_t len;
} gguf_str;

/* One metadata entry. A scalar is an array of one element. */
typedef struct gguf_kv {
    gguf_str key;
    uint32_t type;           /* lila_kv_type of the entry; LILA_KV_ARRAY for arrays */
    uint32_t elem_type;      /* lila_kv_type of the elements */
    uint64_t count;          /* elements; 1 for scalars */
    const uint8_t *data;     /* the elements, little-endian, unaligned; strings as u64 length + bytes */
    const uint8_t **strings; /* [count] start of each string element; NULL unless elem_type is a string */
} gguf_kv;

/* The tensor types that the engine reads, as ggml numbers them. */
enum {
    GGUF_F32 = 0,
    GGUF_F16 = 1,
    GGUF_Q4_0 = 2,
    GGUF_Q4_1 = 3,
    GGUF_Q5_0 = 6,
    GGUF_Q5_1 = 7,
    GGUF_Q8_0 = 8,
    GGUF_Q4_K = 12,
    GGUF_Q5_K = 13,
    GGUF_Q6_K = 14,
    GGUF_IQ4_NL = 20,
    GGUF_BF16 = 30
};

/* NULL when the key is absent. `key` is NUL-terminated. */
const gguf_kv *gguf_find(const lila_gguf *file, const char *key);
const lila_tensor_info *gguf_tensor(const lila_gguf *file, const char *name);
/* The place in file order of a tensor that gguf_tensor gave. */
uint64_t gguf_tensor_index(const lila_gguf *file, const lila_tensor_info *tensor);

/* Scalars: false when the key is absent, is an array, or has another kind (integers convert among each other
 * when the value fits; floats among each other and from integers). */
bool gguf_get_u64(const lila_gguf *file, const char *key, uint64_t *out);
bool gguf_get_i64(const lila_gguf *file, const char *key, int64_t *out);
bool gguf_get_f64(const lila_gguf *file, const char *key, double *out);
bool gguf_get_bool(const lila_gguf *file, const char *key, bool *out);
bool gguf_get_str(const lila_gguf *file, const char *key, gguf_str *out);

/* An array, or NULL when the key is absent or not an array. */
const gguf_kv *gguf_get_array(const lila_gguf *file, const char *key);
/* Whether an entry's elements are whole numbers, or numbers of any kind; booleans and strings are neither. */
bool gguf_of_integers(const gguf_kv *kv);
bool gguf_of_numbers(const gguf_kv *kv);
/* Element i of an entry; i must be < count. A wrong element type gives {NULL, 0}, 0 or 0.0. */
gguf_str gguf_elem_str(const gguf_kv *kv, uint64_t i);
int64_t gguf_elem_i64(const gguf_kv *kv, uint64_t i);
double gguf_elem_f64(const gguf_kv *kv, uint64_t i);

/* Elements of a block of a tensor type; 0 when the type isn't one of ours. */
uint32_t gguf_type_block(uint32_t type);
/* Bytes of `n` elements of a tensor type; 0 when the type is unknown or n isn't a multiple of its block. */
uint64_t gguf_type_bytes(uint32_t type, uint64_t n);
const char *gguf_type_name(uint32_t type);

/* When it was opened; all zero for an image. */
file_identity gguf_identity(const lila_gguf *file);

/* LILA_E_IO when the file is no longer what it was when it was opened, so that tensors can't be trusted. */
int gguf_check(const lila_gguf *file, char *err, size_t errlen);

/* Parses a file image that the caller keeps alive (tests and the fuzzer); lila_gguf_free leaves it alone. */
int gguf_parse(const uint8_t *image, size_t size, lila_gguf **out, char *err, size_t errlen);

#endif
