/* lanes.h: sixteen f32 lanes on any instruction set, through GCC's vector extension.
 *
 * The compiler lowers one `lanes` to a zmm, two ymm or four xmm (or NEON) registers, so that the order of
 * additions is the same everywhere. Only the conversions from 16-bit floats need an instruction by name. */
#ifndef LILA_LANES_H
#define LILA_LANES_H

#include <stdint.h>
#include <string.h>
#if defined(__F16C__)
#include <immintrin.h>
#endif

enum { LANES = 16 };

#define INLINE static inline __attribute__((always_inline))

typedef float lanes __attribute__((vector_size(64)));
typedef float lanes_unaligned __attribute__((vector_size(64), aligned(1), may_alias));
typedef int32_t lanes_i32 __attribute__((vector_size(64)));
typedef uint32_t lanes_u32 __attribute__((vector_size(64)));
typedef uint16_t lanes_u16 __attribute__((vector_size(32)));
typedef int8_t lanes_i8 __attribute__((vector_size(16)));
typedef uint8_t lanes_u8 __attribute__((vector_size(16)));

INLINE lanes load_f32(const float *p) {
    return *(const lanes_unaligned *)p;
}
INLINE void save_f32(float *p, lanes v) {
    *(lanes_unaligned *)p = v;
}
INLINE lanes splat(float x) {
    return x - (lanes){0};
}

/* The sum of the lanes: upper half onto lower half, then quarters, and so on. */
INLINE float lanes_sum(lanes v) {
    v += __builtin_shuffle(v, (lanes_i32){8, 9, 10, 11, 12, 13, 14, 15});
    v += __builtin_shuffle(v, (lanes_i32){4, 5, 6, 7});
    v += __builtin_shuffle(v, (lanes_i32){2, 3});
    v += __builtin_shuffle(v, (lanes_i32){1});
    return v[0];
}

INLINE float f32_from_bits(uint32_t bits) {
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

INLINE float f16_to_f32(const void *p) {
    uint16_t h;
    memcpy(&h, p, sizeof h);
    uint32_t sign = (uint32_t)(h & 0x8000) << 16, magnitude = (uint32_t)(h & 0x7fff) << 13;
    if ((h & 0x7c00) == 0x7c00) return f32_from_bits(sign | 0x7f800000 | magnitude);
    float scaled = f32_from_bits(magnitude) * 0x1p112f; /* rebiases the exponent; exact, subnormals included */
    return sign ? -scaled : scaled;
}

INLINE float bf16_to_f32(const void *p) {
    uint16_t h;
    memcpy(&h, p, sizeof h);
    return f32_from_bits((uint32_t)h << 16);
}

/* Round to nearest even, as the hardware instruction does. */
INLINE uint16_t f32_to_f16(float f) {
    uint32_t x, sign;
    memcpy(&x, &f, sizeof x);
    sign = (x >> 16) & 0x8000;
    x &= 0x7fffffff;
    if (x > 0x7f800000) return (uint16_t)(sign | 0x7e00);
    if (x >= 0x477ff000) return (uint16_t)(sign | 0x7c00); /* 65520 and above round to infinity */
    if (x < 0x38800000) {                                  /* below 2^-14: subnormal; adding 0.5 rounds it */
        float shifted = f32_from_bits(x) + 0.5f;
        memcpy(&x, &shifted, sizeof x);
        return (uint16_t)(sign | (x - 0x3f000000));
    }
    x += 0xfff + ((x >> 13) & 1);
    return (uint16_t)(sign | ((x - 0x38000000) >> 13));
}

/* Round to nearest even; a NaN stays one. */
INLINE uint16_t f32_to_bf16(float f) {
    uint32_t x;
    memcpy(&x, &f, sizeof x);
    if ((x & 0x7fffffff) > 0x7f800000) return (uint16_t)(x >> 16 | 0x40);
    return (uint16_t)((x + 0x7fff + (x >> 16 & 1)) >> 16);
}

INLINE lanes load_f16(const uint8_t *p) {
#if defined(__AVX512F__)
    return (lanes)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
#elif defined(__F16C__)
    union {
        __m256 half[2];
        lanes whole;
    } u;
    u.half[0] = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
    u.half[1] = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p + 16)));
    return u.whole;
#else
    lanes_u16 packed;
    memcpy(&packed, p, sizeof packed);
    lanes_u32 h = __builtin_convertvector(packed, lanes_u32);
    lanes_u32 sign = (h & 0x8000) << 16, magnitude = (h & 0x7fff) << 13;
    lanes_u32 special = (lanes_u32)((h & 0x7c00) == 0x7c00);
    lanes_u32 finite = (lanes_u32)((lanes)magnitude * 0x1p112f);
    return (lanes)(sign | (special & (0x7f800000 | magnitude)) | (~special & finite));
#endif
}

INLINE lanes load_bf16(const uint8_t *p) {
    lanes_u16 packed;
    memcpy(&packed, p, sizeof packed);
    return (lanes)(__builtin_convertvector(packed, lanes_u32) << 16);
}

INLINE lanes_u16 lanes_to_bf16(lanes v) {
    lanes_u32 x = (lanes_u32)v, rounded = (x + 0x7fff + (x >> 16 & 1)) >> 16;
    lanes_u32 nan = (lanes_u32)(v != v);
    return __builtin_convertvector((nan & (x >> 16 | 0x40)) | (~nan & rounded), lanes_u16);
}

INLINE lanes lanes_from_i8(lanes_i8 v) {
#if defined(__AVX512F__)
    return (lanes)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32((__m128i)v));
#elif defined(__AVX2__)
    union {
        __m256 half[2];
        lanes whole;
    } u;
    u.half[0] = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32((__m128i)v));
    u.half[1] = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_unpackhi_epi64((__m128i)v, (__m128i)v)));
    return u.whole;
#else
    return __builtin_convertvector(__builtin_convertvector(v, lanes_i32), lanes);
#endif
}

INLINE lanes lanes_select(lanes_i32 mask, lanes yes, lanes no) {
    return (lanes)((mask & (lanes_i32)yes) | (~mask & (lanes_i32)no));
}

/* exp of x in [-87, 88], or NaN, for a vector type VEC and integers INTS of its width: within 2 ulp. x = n ln 2
 * + r, |r| <= ln 2 / 2, a minimax polynomial of degree 6 for exp(r), which leaves 4e-9, times 2^n. */
#define DEFINE_EXP(NAME, VEC, INTS)                                                                            \
    INLINE VEC NAME(VEC x) {                                                                                   \
        VEC rounded = x * 1.44269504f + 12582912.0f; /* 1.5 * 2^23: the sum's low bits hold the integer */     \
        VEC n = rounded - 12582912.0f;                                                                         \
        VEC r = x - n * 0.693359375f + n * 2.12194440e-4f;                                                     \
        VEC p = 0.00138143206f * r + 0.00836885162f;                                                           \
        p = p * r + 0.0416684002f;                                                                             \
        p = p * r + 0.166665196f;                                                                              \
        p = p * r + 0.49999994f;                                                                               \
        p = p * r + 1.0f;                                                                                      \
        p = p * r + 1.0f;                                                                                      \
        INTS bits = (INTS)rounded - 0x4b400000; /* n as an integer */                                          \
        return p * (VEC)((bits + 127) << 23);                                                                  \
    }

DEFINE_EXP(lanes_exp_within, lanes, lanes_i32)

/* exp, the argument clamped to [-87, 88], so that the result is a normal number; NaN stays NaN. */
INLINE lanes lanes_exp(lanes x) {
    x = lanes_select(x < -87.0f, splat(-87.0f), x);
    return lanes_exp_within(lanes_select(x > 88.0f, splat(88.0f), x));
}

#endif
