/* safetensors.h: tensors of a mapped safetensors file, for the other C files of the engine.
 *
 * A file is a header of JSON behind its length (u64, little-endian), then the bytes of all tensors. Everything
 * returned is borrowed and lives until lila_safetensors_free. The file was checked when it was opened; tensors
 * begin at any byte, so their numbers may be unaligned. All functions are safe from any thread. */
#ifndef LILA_SAFETENSORS_H
#define LILA_SAFETENSORS_H

#include "header_json.h"
#include "lila_engine.h"

/* NULL when there is none. `name` is NUL-terminated. */
const lila_safetensor *safetensors_find(const lila_safetensors *file, const char *name);
/* The place in file order of a tensor that safetensors_find gave. */
uint64_t safetensors_index(const lila_safetensors *file, const lila_safetensor *tensor);

/* Parses a file image that the caller keeps alive; lila_safetensors_free leaves it alone. */
int safetensors_parse(const uint8_t *image, size_t size, lila_safetensors **out, char *err, size_t errlen);

#endif
