/* formats.h: sixteen elements of a weight row as f32, for each kernel_type.
 *
 * Every scale of every type covers a multiple of 16 elements, so sixteen neighbours share theirs. All values
 * are exact but for the one rounding of a subtraction or addition: scale times quant has at most 24 bits.
 */
#ifndef LILA_FORMATS_H
#define LILA_FORMATS_H

#include "portable/lanes.h"

/* Elements [i, i + 16) of a row; i is a multiple of 16. */
INLINE lanes row_f32(const uint8_t *row, uint32_t i) {
    return load_f32((const float *)row + i);
}
INLINE lanes row_f16(const uint8_t *row, uint32_t i) {
    return load_f16(row + 2 * (size_t)i);
}
INLINE lanes row_bf16(const uint8_t *row, uint32_t i) {
    return load_bf16(row + 2 * (size_t)i);
}

/* ---- blocks of 32: scale, then the quants; byte j of the nibbles holds elements j and j + 16 */

enum {
    BLOCK = 32,
    Q8_0_BYTES = 34,  /* f16 scale, 32 int8 */
    Q4_0_BYTES = 18,  /* f16 scale, 16 bytes of nibbles; minus 8 */
    Q4_1_BYTES = 20,  /* f16 scale, f16 min, nibbles */
    Q5_0_BYTES = 22,  /* f16 scale, u32 of fifth bits, nibbles; minus 16 */
    Q5_1_BYTES = 24,  /* f16 scale, f16 min, u32 of fifth bits, nibbles */
    IQ4_NL_BYTES = 18 /* f16 scale, nibbles that index a codebook */
};

INLINE lanes_u8 load_u8(const uint8_t *p) {
    lanes_u8 v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINE lanes lanes_from_u8(lanes_u8 v) { /* v <= 127 */
    return lanes_from_i8((lanes_i8)v);
}

INLINE lanes_u8 nibbles(const uint8_t *p, uint32_t upper) {
    lanes_u8 bytes = load_u8(p);
    return upper ? bytes >> 4 : bytes & 15;
}

/* 16 in each lane j whose bit `j` is set. */
INLINE lanes_u8 fifth_bits(uint32_t bits) {
    const lanes_u8 select = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8_t low = (uint8_t)bits, high = (uint8_t)(bits >> 8);
    lanes_u8 spread = {low, low, low, low, low, low, low, low, high, high, high, high, high, high, high, high};
    return (lanes_u8)((spread & select) == select) & 16;
}

INLINE uint32_t load_u32(const uint8_t *p) {
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINE lanes row_q8_0(const uint8_t *row, uint32_t i) {
    const uint8_t *block = row + (size_t)(i / BLOCK) * Q8_0_BYTES;
    return lanes_from_i8((lanes_i8)load_u8(block + 2 + i % BLOCK)) * f16_to_f32(block);
}

INLINE lanes row_q4_0(const uint8_t *row, uint32_t i) {
    const uint8_t *block = row + (size_t)(i / BLOCK) * Q4_0_BYTES;
    return lanes_from_i8((lanes_i8)nibbles(block + 2, i % BLOCK) - 8) * f16_to_f32(block);
}

INLINE lanes row_q4_1(const uint8_t *row, uint32_t i) {
    const uint8_t *block = row + (size_t)(i / BLOCK) * Q4_1_BYTES;
    return lanes_from_u8(nibbles(block + 4, i % BLOCK)) * f16_to_f32(block) + f16_to_f32(block + 2);
}

INLINE lanes row_q5_0(const uint8_t *row, uint32_t i) {
    const uint8_t *block = row + (size_t)(i / BLOCK) * Q5_0_BYTES;
    lanes_u8 q = nibbles(block + 6, i % BLOCK) | fifth_bits(load_u32(block + 2) >> i % BLOCK);
    return lanes_from_i8((lanes_i8)q - 16) * f16_to_f32(block);
}

INLINE lanes row_q5_1(const uint8_t *row, uint32_t i) {
    const uint8_t *block = row + (size_t)(i / BLOCK) * Q5_1_BYTES;
    lanes_u8 q = nibbles(block + 8, i % BLOCK) | fifth_bits(load_u32(block + 4) >> i % BLOCK);
    return lanes_from_u8(q) * f16_to_f32(block) + f16_to_f32(block + 2);
}

INLINE lanes row_iq4_nl(const uint8_t *row, uint32_t i) {
    static const int8_t codebook[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                        1,    13,   25,  38,  53,  69,  89,  113};
    const uint8_t *block = row + (size_t)(i / BLOCK) * IQ4_NL_BYTES;
    lanes_i8 entries = (lanes_i8)load_u8((const uint8_t *)codebook);
    return lanes_from_i8(__builtin_shuffle(entries, (lanes_i8)nibbles(block + 2, i % BLOCK))) *
           f16_to_f32(block);
}

/* ---- super-blocks of 256 with small integer scales */

enum {
    SUPER = 256,
    Q4_K_BYTES = 144, /* f16 scale, f16 min, 12 bytes of 6-bit scales and mins, 128 of nibbles */
    Q5_K_BYTES = 176, /* the same with 32 bytes of fifth bits before the nibbles */
    Q6_K_BYTES = 210  /* 128 bytes of low nibbles, 64 of upper bit pairs, 16 int8 scales, f16 scale; minus 32 */
};

/* Integer scale and min of sub-block j < 8 of a Q4_K or Q5_K block, which begins with f16 d, f16 dmin, 12
 * bytes: the first four in bytes 0 to 7, the others' low nibbles in bytes 8 to 11 and their upper bits above
 * the first. */
INLINE void sub_scale(const uint8_t *block, uint32_t j, uint8_t *scale, uint8_t *min) {
    const uint8_t *s = block + 4;
    *scale = (uint8_t)(j < 4 ? s[j] & 63u : (s[j + 4] & 15u) | (s[j - 4] >> 6u) << 4);
    *min = (uint8_t)(j < 4 ? s[j + 4] & 63u : (uint32_t)(s[j + 4] >> 4) | (s[j] >> 6u) << 4);
}

/* The same times d and dmin. */
INLINE void scale_of_sub(const uint8_t *block, uint32_t j, float *scale, float *min) {
    uint8_t sc, m;
    sub_scale(block, j, &sc, &m);
    *scale = f16_to_f32(block) * (float)sc;
    *min = f16_to_f32(block + 2) * (float)m;
}

/* Sub-blocks 2p and 2p + 1 are the lower and upper nibbles of the same 32 bytes. */
INLINE lanes row_q4_k(const uint8_t *row, uint32_t i) {
    const uint8_t *block = row + (size_t)(i / SUPER) * Q4_K_BYTES;
    uint32_t j = i % SUPER / 32;
    float scale, min;
    scale_of_sub(block, j, &scale, &min);
    return lanes_from_u8(nibbles(block + 16 + j / 2 * 32 + i % 32, j & 1)) * scale - min;
}

/* Bit j of byte i % 32 of the fifth bits belongs to element i of sub-block j. */
INLINE lanes row_q5_k(const uint8_t *row, uint32_t i) {
    const uint8_t *block = row + (size_t)(i / SUPER) * Q5_K_BYTES;
    uint32_t j = i % SUPER / 32;
    float scale, min;
    scale_of_sub(block, j, &scale, &min);
    lanes_u8 fifth = (load_u8(block + 16 + i % 32) >> (uint8_t)j & 1) << 4;
    return lanes_from_u8(nibbles(block + 48 + j / 2 * 32 + i % 32, j & 1) | fifth) * scale - min;
}

/* Each half of 128 elements is four quarters of 32 that share their bytes: two by low and high nibble of 64
 * bytes, all four by a bit pair each of 32 bytes. */
INLINE lanes row_q6_k(const uint8_t *row, uint32_t i) {
    const uint8_t *block = row + (size_t)(i / SUPER) * Q6_K_BYTES;
    uint32_t half = i % SUPER / 128, quarter = i % 128 / 32;
    lanes_u8 low = nibbles(block + half * 64 + (quarter & 1) * 32 + i % 32, quarter >> 1);
    lanes_u8 high = (load_u8(block + 128 + half * 32 + i % 32) >> (uint8_t)(2 * quarter) & 3) << 4;
    float scale = f16_to_f32(block + 208) * (float)(int8_t)block[192 + i % SUPER / 16];
    return lanes_from_i8((lanes_i8)(low | high) - 32) * scale;
}

/* ---- single elements, for the last, short part of a row: never of a quantised one */

INLINE float one_f32(const uint8_t *row, uint32_t i) {
    float f;
    memcpy(&f, row + 4 * (size_t)i, sizeof f);
    return f;
}
INLINE float one_f16(const uint8_t *row, uint32_t i) {
    return f16_to_f32(row + 2 * (size_t)i);
}
INLINE float one_bf16(const uint8_t *row, uint32_t i) {
    return bf16_to_f32(row + 2 * (size_t)i);
}

#define ONE(TYPE)                                                                                              \
    INLINE float one_##TYPE(const uint8_t *row, uint32_t i) {                                                  \
        return row_##TYPE(row, i - i % LANES)[i % LANES];                                                      \
    }

ONE(q8_0)
ONE(q4_0)
ONE(q4_1)
ONE(q5_0)
ONE(q5_1)
ONE(iq4_nl)
ONE(q4_k)
ONE(q5_k)
ONE(q6_k)

#endif
