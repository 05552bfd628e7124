/* vec.h: f32 vectors as wide as the registers of the instruction set that the file is compiled for.
 *
 * The sixteen lanes of lanes.h keep the order of additions the same everywhere, but where they are four
 * registers GCC keeps them in memory once an expression is long. These never leave their register. */
#ifndef LILA_VEC_H
#define LILA_VEC_H

#include <stdint.h>

#include "portable/lanes.h"

#if defined(__AVX512F__)
enum { WIDTH = 16 };
#elif defined(__AVX2__)
enum { WIDTH = 8 };
#else
enum { WIDTH = 4 };
#endif

typedef float vec __attribute__((vector_size(WIDTH * 4)));
typedef float vec_unaligned __attribute__((vector_size(WIDTH * 4), aligned(4), may_alias));
typedef int32_t vec_i32 __attribute__((vector_size(WIDTH * 4)));

INLINE vec load_vec(const float *p) {
    return *(const vec_unaligned *)p;
}

INLINE vec vec_splat(float x) {
    return x - (vec){0};
}

INLINE vec vec_select(vec_i32 mask, vec yes, vec no) {
    return (vec)((mask & (vec_i32)yes) | (~mask & (vec_i32)no));
}

DEFINE_EXP(vec_exp_within, vec, vec_i32)

/* exp of x ≤ 0; below −87 that of −87. */
INLINE vec vec_exp(vec x) {
    return vec_exp_within(vec_select(x < -87.0f, vec_splat(-87.0f), x));
}

#endif
