/* gguf_types.c: the tensor types that the engine reads: what a block of each holds, and in how many bytes. */
#include "gguf.h"

static const struct {
    uint16_t elements, bytes; /* of a block; 0 for the types that aren't ours */
} blocks[] = {
    [GGUF_F32] = {1, 4},      [GGUF_F16] = {1, 2},      [GGUF_BF16] = {1, 2},     [GGUF_Q4_0] = {32, 18},
    [GGUF_Q4_1] = {32, 20},   [GGUF_Q5_0] = {32, 22},   [GGUF_Q5_1] = {32, 24},   [GGUF_Q8_0] = {32, 34},
    [GGUF_Q4_K] = {256, 144}, [GGUF_Q5_K] = {256, 176}, [GGUF_Q6_K] = {256, 210}, [GGUF_IQ4_NL] = {32, 18},
};

uint32_t gguf_type_block(uint32_t type) {
    return type < sizeof blocks / sizeof *blocks ? blocks[type].elements : 0;
}

uint64_t gguf_type_bytes(uint32_t type, uint64_t n) {
    uint32_t elements = gguf_type_block(type);
    if (!elements || n % elements || n / elements > UINT64_MAX / blocks[type].bytes) return 0;
    return n / elements * blocks[type].bytes;
}

const char *gguf_type_name(uint32_t type) {
    static const char *const names[] = {
        "F32",   "F16",    "Q4_0", "Q4_1", "Q4_2", "Q4_3",    "Q5_0",   "Q5_1",    "Q8_0",  "Q8_1",   "Q2_K",
        "Q3_K",  "Q4_K",   "Q5_K", "Q6_K", "Q8_K", "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S",
        "IQ2_S", "IQ4_XS", "I8",   "I16",  "I32",  "I64",     "F64",    "IQ1_M",   "BF16",
    };
    return type < sizeof names / sizeof *names ? names[type] : "unknown";
}
