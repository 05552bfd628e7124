/* dispatch.c: the one place that chooses kernels. A new instruction set adds its table to the ladder here. */
#include <stdlib.h>

#include "dense.h"
#include "gguf.h"
#include "kernels.h"
#include "lila_engine.h"
#include "logits.h"

extern const kernels kernels_portable;
extern const dense_kernels dense_portable;
extern const logits_kernels logits_portable;
#if defined(__x86_64__)
extern const kernels kernels_avx2, kernels_avx512, kernels_avx512vnni, kernels_avx512bf16;
extern const dense_kernels dense_avx2, dense_avx512;
extern const logits_kernels logits_avx2, logits_avx512;
#endif

uint32_t kernels_cpu_features(void) {
    uint32_t features = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c"))
        features |= LILA_CPU_AVX2;
    if ((features & LILA_CPU_AVX2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        features |= LILA_CPU_AVX512;
    if ((features & LILA_CPU_AVX512) && __builtin_cpu_supports("avx512vnni")) features |= LILA_CPU_VNNI;
    if ((features & LILA_CPU_VNNI) && __builtin_cpu_supports("avx512bf16")) features |= LILA_CPU_BF16;
#endif
    return features;
}

static uint32_t environment_mask(void) {
    const char *text = getenv("LILA_CPU_MASK");
    return text && *text ? (uint32_t)strtoul(text, NULL, 0) : UINT32_MAX;
}

const kernels *kernels_select(uint32_t features, uint32_t *used) {
    features &= kernels_cpu_features() & environment_mask();
    *used = 0;
    const kernels *table = &kernels_portable;
#if defined(__x86_64__)
    if (!(features & LILA_CPU_AVX2)) return table;
    *used = LILA_CPU_AVX2;
    table = &kernels_avx2;
    if (!(features & LILA_CPU_AVX512)) return table;
    *used |= LILA_CPU_AVX512;
    table = &kernels_avx512;
    if (!(features & LILA_CPU_VNNI)) return table;
    *used |= LILA_CPU_VNNI;
    table = &kernels_avx512vnni;
    if (!(features & LILA_CPU_BF16)) return table;
    *used |= LILA_CPU_BF16;
    table = &kernels_avx512bf16;
#endif
    return table;
}

const dense_kernels *dense_select(uint32_t used) {
#if defined(__x86_64__)
    if (used & LILA_CPU_AVX512) return &dense_avx512;
    if (used & LILA_CPU_AVX2) return &dense_avx2;
#endif
    (void)used;
    return &dense_portable;
}

const logits_kernels *logits_select(uint32_t used) {
#if defined(__x86_64__)
    if (used & LILA_CPU_AVX512) return &logits_avx512;
    if (used & LILA_CPU_AVX2) return &logits_avx2;
#endif
    (void)used;
    return &logits_portable;
}

kernel_type kernels_type(uint32_t gguf_type) {
    static const uint8_t gguf[KERNEL_TYPES] = {
        [KERNEL_F32] = GGUF_F32,   [KERNEL_F16] = GGUF_F16,   [KERNEL_BF16] = GGUF_BF16,
        [KERNEL_Q8_0] = GGUF_Q8_0, [KERNEL_Q4_0] = GGUF_Q4_0, [KERNEL_Q4_1] = GGUF_Q4_1,
        [KERNEL_Q5_0] = GGUF_Q5_0, [KERNEL_Q5_1] = GGUF_Q5_1, [KERNEL_Q4_K] = GGUF_Q4_K,
        [KERNEL_Q5_K] = GGUF_Q5_K, [KERNEL_Q6_K] = GGUF_Q6_K, [KERNEL_IQ4_NL] = GGUF_IQ4_NL,
    };
    int type = 0;
    while (type < KERNEL_TYPES && gguf[type] != gguf_type) type++;
    return (kernel_type)type;
}
