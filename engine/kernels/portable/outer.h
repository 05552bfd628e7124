/* outer.h: the two kernels of attention in C over lanes, for any instruction set; the twins of those in
 * assembly. */
#ifndef LILA_OUTER_H
#define LILA_OUTER_H

#include "kernels.h"
#include "portable/formats.h"

/* Row i of b: 16 columns from column c. */
INLINE lanes outer_row_f32(const uint8_t *b, size_t i, uint32_t c) {
    return row_f32(b + i * OUTER_COLUMNS * sizeof(float), c);
}
INLINE lanes outer_row_f16(const uint8_t *b, size_t i, uint32_t c) {
    return row_f16(b + i * OUTER_COLUMNS * 2, c);
}
INLINE lanes outer_row_i8(const uint8_t *b, size_t i, uint32_t c) {
    return lanes_from_i8((lanes_i8)load_u8(b + i * OUTER_COLUMNS + c));
}

#define OUTER(TYPE)                                                                                            \
    static inline void outer_##TYPE##_ref(const kernel_outer *o) {                                             \
        for (uint32_t r = 0; r < o->rows; r++) {                                                               \
            const float *a = o->a + r * o->a_stride;                                                           \
            lanes low = {0}, high = {0};                                                                       \
            for (uint32_t i = 0; i < o->count; i++) {                                                          \
                low += outer_row_##TYPE(o->b, i, 0) * a[i];                                                    \
                high += outer_row_##TYPE(o->b, i, LANES) * a[i];                                               \
            }                                                                                                  \
            save_f32(o->y + r * o->y_stride, low);                                                             \
            save_f32(o->y + r * o->y_stride + LANES, high);                                                    \
        }                                                                                                      \
    }

OUTER(f32)
OUTER(f16)
OUTER(i8)

static inline void softmax_ref(float *s, uint32_t n, float sums[2]) {
    float max = SOFTMAX_FLOOR;
    for (uint32_t i = 0; i < n; i++) max = s[i] > max ? s[i] : max;
    lanes total = {0};
    for (uint32_t i = 0; i < n; i += LANES) {
        lanes x = load_f32(s + i) - max;
        lanes e = lanes_select(x < -87.0f, splat(0), lanes_exp(x));
        save_f32(s + i, e);
        total += e;
    }
    sums[0] = max;
    sums[1] = lanes_sum(total);
}

#endif
