/* mutate_safetensors.h: changes that a safetensors file invites, for fuzz.h. */
#ifndef LILA_MUTATE_SAFETENSORS_H
#define LILA_MUTATE_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

enum { SAFETENSORS_ROOM = 256 };

size_t safetensors_place(const uint8_t *image, size_t size);
size_t safetensors_change(uint8_t *image, size_t size, size_t most, size_t at);

#endif
