/* architecture.c: the families that the forward pass runs. */
#include "architecture.h"

#include <stdio.h>
#include <string.h>

static const architecture families[] = {
    /* Llama 1 to 3, Mistral, SmolLM 1 and 2, and others that were converted as llama. */
    {.name = "llama", .rope = ROPE_ADJACENT},
    {.name = "qwen2", .rope = ROPE_HALVES},
    {.name = "qwen3", .rope = ROPE_HALVES, .head_norms = true},
    {.name = "gemma2",
     .rope = ROPE_HALVES,
     .activation = ACTIVATION_GELU,
     .post_norms = true,
     .scaled_embedding = true,
     .soft_caps = true,
     .global_every = 2,
     .wide_scale_layers = 46},
    {.name = "gemma3",
     .rope = ROPE_HALVES,
     .activation = ACTIVATION_GELU,
     .head_norms = true,
     .post_norms = true,
     .scaled_embedding = true,
     .global_every = 6,
     .local_rope_base = 10000,
     .wide_scale_layers = 62},
    {.name = "phi3", .rope = ROPE_HALVES, .fused = true},
    {.name = "smollm3", .rope = ROPE_ADJACENT, .no_rope_every = 4},
};

enum { FAMILIES = sizeof families / sizeof *families };

const architecture *architecture_find(gguf_str name) {
    for (size_t i = 0; i < FAMILIES; i++)
        if (strlen(families[i].name) == name.len && !memcmp(families[i].name, name.data, name.len))
            return &families[i];
    return NULL;
}

void architecture_names(char *out, size_t size) {
    size_t used = 0;
    for (size_t i = 0; i < FAMILIES && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", families[i].name);
}
