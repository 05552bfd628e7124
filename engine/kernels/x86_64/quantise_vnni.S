/* quantise_vnni.S: activations to int8 and their sums for AVX-512 with VNNI: four blocks of 32 at a time, each with a
 * scale, or eight with one. What it writes is what quantise_avx2.S writes.
 *
 * void lila_panel_quantise_vnni(panel_input *x, size_t step, const float *values, size_t fours)
 * void lila_panel_quantise_super_vnni(panel_input *x, size_t step, const float *values, size_t supers)
 *
 *   rdi    x of the first block          zmm0–7     values, then quotients, then int32, then int8
 *   rsi    bytes to the next block       zmm8–15    magnitudes, sums
 *   rdx    values of the first block     zmm16      scale of each block, or of all
 *   rcx    fours or supers left, not 0   zmm17      127 / largest of each, or of all
 *   r8     3 · rsi                       zmm18      all ones where that scale isn't 0 or NaN
 *                                        zmm19, 20  which of those are of the first and second pair of blocks
 *   r10    the last block of the super   zmm23      127
 *   k1, k2 where a scale is kept, used   zmm24      the mask of a magnitude
 *                                        zmm25      1 in every byte
 *   below the stack: the inverses        zmm26      the order in which vpack leaves the dwords
 *                                        zmm27      0, 4, 8, 12: the first dword of every quarter
 *                                        zmm28      FLT_MIN
 *                                        zmm29      factors of the sums                                   */
#include "panel_tile.h"
#include "macros.S"

.macro begin factors
    vbroadcastss zmm23, dword ptr [rip + largest]
    vpbroadcastd zmm24, dword ptr [rip + magnitude]
    vpbroadcastd zmm25, dword ptr [rip + ones_of_bytes]
    vmovdqu32 zmm26, [rip + packed_order]
    vmovdqu32 zmm27, [rip + quarters]
    vbroadcastss zmm28, dword ptr [rip + normal]
    vbroadcasti32x4 zmm29, [rip + \factors]
    vmovdqu32 zmm19, [rip + first_pair]
    vmovdqu32 zmm20, [rip + second_pair]
    lea     r8, [rsi + 2 * rsi]
.endm

/* Scales in xmm16, their inverses in xmm17 and xmm18 where they count, of the largest magnitudes in xmm8. */
.macro find_scales
    vdivps  xmm16, xmm8, xmm23                          // largest / 127
    vcmpps  k1, xmm16, xmm28, 0x05                      // not scale < FLT_MIN, true for NaN
    vcmpps  k2, xmm16, xmm28, 0x0d                      // scale ≥ FLT_MIN, false for NaN
    vdivps  xmm17, xmm23, xmm8                          // 127 / largest
    vmovaps xmm16 {k1}{z}, xmm16                        // 0 where it is smaller
    vpmovm2d xmm18, k2
.endm

#define INVERSES -16

/* int32 of the 16 values in a register. */
.macro to_integers values, inverse:vararg
    vmulps  \values, \values, \inverse                  // v · 127 / largest: −127 at least, when it is rounded
    vminps  \values, \values, zmm23                     // NaN becomes 127
    vcvtps2dq \values, \values                          // to nearest, ties to even
.endm

/* The same of the two halves of a block. */
.macro block_to_integers low, high, block
    to_integers zmm\low, dword ptr [rsp + INVERSES + 4 * \block]{1to16}
    to_integers zmm\high, dword ptr [rsp + INVERSES + 4 * \block]{1to16}
.endm

/* a = q of two blocks, from the int32 of their quarters; sum = Σ q of each of their halves, in every dword of a
 * quarter. used: where q aren't 0. */
.macro to_bytes a, b, c, d, used, sum, scratch
    vpackssdw \a, \a, \b
    vpackssdw \c, \c, \d
    vpacksswb \a, \a, \c
    vpermd  \a, zmm26, \a
    vpandd  \a, \a, \used
    vpxord  \sum, \sum, \sum
    vpdpbusd \sum, zmm25, \a
    vpshufd \scratch, \sum, 0x4e
    vpaddd  \sum, \sum, \scratch
    vpshufd \scratch, \sum, 0xb1
    vpaddd  \sum, \sum, \scratch
.endm

/* sum = Σ q of each block, in every dword of its half. */
.macro add_halves sum, scratch
    vshufi32x4 \scratch, \sum, \sum, 0xb1
    vpaddd  \sum, \sum, \scratch
.endm

/* x = x to the 11 bits of an f16, nearest even; NaN and infinity stay not finite. */
.macro shorten x, scratch, other
    vpsrld  \scratch, \x, 13
    vpandd  \scratch, \scratch, dword ptr [rip + one]{1to4}
    vpaddd  \scratch, \scratch, \x
    vpaddd  \scratch, \scratch, dword ptr [rip + half_unit]{1to4}
    vpandd  \scratch, \scratch, dword ptr [rip + kept]{1to4}
    vsubps  \other, \x, \x                              // 0, or NaN
    vaddps  \x, \scratch, \other
.endm

/* zmm\to = the larger |v| of the 16 and the 16 values of a block, compared as integers: NaN is above all. */
.macro magnitude_of block, low, high, to
    vmovups zmm\low, [rdx + 128 * \block]
    vmovups zmm\high, [rdx + 128 * \block + 64]
    vpandd  zmm\to, zmm24, zmm\low
    vpandd  zmm16, zmm24, zmm\high
    vpmaxud zmm\to, zmm\to, zmm16
.endm

function lila_panel_quantise_vnni
    begin   start_factors
    .p2align 4
1:                                                      // do {
    magnitude_of 0, 0, 1, 8
    magnitude_of 1, 2, 3, 9
    magnitude_of 2, 4, 5, 10
    magnitude_of 3, 6, 7, 11
    vshufi64x2 zmm12, zmm8, zmm9, 0x44                  //     halves of two blocks each
    vshufi64x2 zmm13, zmm8, zmm9, 0xee
    vshufi64x2 zmm14, zmm10, zmm11, 0x44
    vshufi64x2 zmm15, zmm10, zmm11, 0xee
    vpmaxud zmm12, zmm12, zmm13
    vpmaxud zmm14, zmm14, zmm15
    vshufi64x2 zmm8, zmm12, zmm14, 0x88                 //     a quarter of each block
    vshufi64x2 zmm9, zmm12, zmm14, 0xdd
    vpmaxud zmm8, zmm8, zmm9
    vpshufd zmm9, zmm8, 0x4e
    vpmaxud zmm8, zmm8, zmm9
    vpshufd zmm9, zmm8, 0xb1
    vpmaxud zmm8, zmm8, zmm9
    vpermd  zmm8, zmm27, zmm8                           //     the largest |v| of block 0, 1, 2, 3
    find_scales
    vmovups [rsp + INVERSES], xmm17
    block_to_integers 0, 1, 0
    block_to_integers 2, 3, 1
    block_to_integers 4, 5, 2
    block_to_integers 6, 7, 3
    vpermd  zmm12, zmm19, zmm18
    vpermd  zmm13, zmm20, zmm18
    to_bytes zmm0, zmm1, zmm2, zmm3, zmm12, zmm8, zmm9
    to_bytes zmm4, zmm5, zmm6, zmm7, zmm13, zmm10, zmm11
    add_halves zmm8, zmm9
    add_halves zmm10, zmm11
    vmovdqu [rdi], ymm0                                 //     q
    vextracti64x4 [rdi + rsi], zmm0, 1
    vmovdqu [rdi + 2 * rsi], ymm4
    vextracti64x4 [rdi + r8], zmm4, 1
    vshufi32x4 zmm12, zmm8, zmm10, 0x88
    vpermd  zmm12, zmm27, zmm12                         //     Σ of block 0, 1, 2, 3
    vpmulld zmm8, zmm8, zmm29                           //     −8 Σ, −16 Σ, −128 Σ, 0
    vpmulld zmm10, zmm10, zmm29
    vmovdqu [rdi + INPUT_START], xmm8
    vextracti32x4 [rdi + rsi + INPUT_START], zmm8, 2
    vmovdqu [rdi + 2 * rsi + INPUT_START], xmm10
    vextracti32x4 [rdi + r8 + INPUT_START], zmm10, 2
    vcvtdq2ps xmm12, xmm12
    vmulps  xmm12, xmm12, xmm16                         //     scale · Σ q
    shorten xmm12, xmm13, xmm14
    shorten xmm16, xmm13, xmm14
    vunpcklps xmm13, xmm16, xmm12                       //     scale, offset
    vunpckhps xmm14, xmm16, xmm12
    vmovlps [rdi + INPUT_SCALE], xmm13
    vmovhps [rdi + rsi + INPUT_SCALE], xmm13
    vmovlps [rdi + 2 * rsi + INPUT_SCALE], xmm14
    vmovhps [rdi + r8 + INPUT_SCALE], xmm14
    add     rdx, 512
    lea     rdi, [rdi + 4 * rsi]
    dec     rcx
    jnz     1b                                          // } while (--fours)
    vzeroupper
end_function lila_panel_quantise_vnni

/* xmm\to = Σ q of the halves of the two blocks at rdx, whose q are written to rdi. */
.macro pair_of_super to
    .irp part, 0, 1, 2, 3
    vmovups zmm\part, [rdx + 64 * \part]
    to_integers zmm\part, zmm17
    .endr
    to_bytes zmm0, zmm1, zmm2, zmm3, zmm18, zmm4, zmm5
    vmovdqu [rdi], ymm0                                 // q
    vextracti64x4 [rdi + rsi], zmm0, 1
    vpermd  zmm\to, zmm27, zmm4
    vpmulld xmm4, xmm\to, xmm29
    vmovlps [rdi + INPUT_HALF_START], xmm4              // −32 Σ of each half
    vmovhps [rdi + rsi + INPUT_HALF_START], xmm4
    vmovss  [rdi + INPUT_SCALE], xmm16
    vmovss  [rdi + rsi + INPUT_SCALE], xmm16
    lea     r10, [rdi + rsi]
    add     rdx, 256
    lea     rdi, [rdi + 2 * rsi]
.endm

function lila_panel_quantise_super_vnni
    begin   half_factors
    .p2align 4
1:                                                      // do {
    .irp part, 0, 1, 2, 3
    vpandd  zmm\part, zmm24, [rdx + 64 * \part]
    .endr
    .irp row, 1, 2, 3
    .irp part, 0, 1, 2, 3
    vpandd  zmm4, zmm24, [rdx + 256 * \row + 64 * \part]
    vpmaxud zmm\part, zmm\part, zmm4
    .endr
    .endr
    vpmaxud zmm0, zmm0, zmm1
    vpmaxud zmm2, zmm2, zmm3
    vpmaxud zmm0, zmm0, zmm2
    vextracti64x4 ymm1, zmm0, 1
    vpmaxud ymm0, ymm0, ymm1
    vextracti32x4 xmm1, ymm0, 1
    vpmaxud xmm0, xmm0, xmm1
    vpshufd xmm1, xmm0, 0x4e
    vpmaxud xmm0, xmm0, xmm1
    vpshufd xmm1, xmm0, 0xb1
    vpmaxud xmm8, xmm0, xmm1                            //     the largest |v|
    find_scales
    vbroadcastss zmm17, xmm17
    vpbroadcastd zmm18, xmm18
    pair_of_super 8
    pair_of_super 9
    pair_of_super 10
    pair_of_super 11
    vphaddd xmm8, xmm8, xmm9
    vphaddd xmm10, xmm10, xmm11
    vpackssdw xmm8, xmm8, xmm10
    vmovdqu [r10 + INPUT_TOTALS], xmm8                  //     Σ of each block, in the last one
    dec     rcx
    jnz     1b                                          // } while (--supers)
    vzeroupper
end_function lila_panel_quantise_super_vnni

    .section .rodata
    .p2align 6
packed_order:
    .long   0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15
quarters:
    .long   0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12
first_pair:
    .long   0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1
second_pair:
    .long   2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3
start_factors:
    .long   -8, -16, -128, 0
half_factors:
    .long   -32, -32, -32, -32
ones_of_bytes:
    .long   0x01010101
one:
    .long   1
half_unit:
    .long   0xfff
kept:
    .long   0xffffe000
largest:
    .float  127
magnitude:
    .long   0x7fffffff
normal:
    .long   0x00800000                                  // FLT_MIN
