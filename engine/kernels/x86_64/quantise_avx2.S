/* quantise_avx2.S: activations to int8 and their sums for AVX2, blocks of 32 each with a scale, or eight with one.
 *
 * void lila_panel_quantise_avx2(panel_input *x, size_t step, const float *values, size_t blocks)
 * void lila_panel_quantise_super_avx2(panel_input *x, size_t step, const float *values, size_t supers)
 *
 *   rdi    x of this block               ymm0–3     values, then quotients, then int32
 *   rsi    bytes to the next block       ymm4–6     magnitudes, sums
 *   rdx    values of this block          ymm7       127 / largest in every lane
 *   rcx    blocks or supers left, not 0  xmm8       scale
 *   rax    values looked at              ymm9       all ones where the scale isn't 0 or NaN
 *   r8     blocks left of a super        ymm10, 11  127 and −127
 *   r9     totals of the super           ymm12      the mask of a magnitude
 *                                        ymm13      the order in which vpackss leaves the dwords
 *                                        ymm14      FLT_MIN                                        */
#include "panel_tile.h"
#include "macros.S"

#define BLOCKS 8

.macro begin
    vbroadcastss ymm10, [rip + largest]
    vbroadcastss ymm11, [rip + smallest]
    vbroadcastss ymm12, [rip + magnitude]
    vmovdqu ymm13, [rip + unpacked_order]
    vbroadcastss ymm14, [rip + normal]
.endm

/* ymm4 = the larger of itself and |v| of a block, compared as integers: NaN is above all. */
.macro magnitudes values
    vpand   ymm0, ymm12, [\values]
    vpand   ymm1, ymm12, [\values + 32]
    vpand   ymm2, ymm12, [\values + 64]
    vpand   ymm3, ymm12, [\values + 96]
    vpmaxud ymm0, ymm0, ymm1
    vpmaxud ymm2, ymm2, ymm3
    vpmaxud ymm4, ymm4, ymm0
    vpmaxud ymm4, ymm4, ymm2
.endm

/* Scale and its inverse from the largest of ymm4. */
.macro find_scale
    vextracti128 xmm5, ymm4, 1
    vpmaxud xmm4, xmm4, xmm5
    vpshufd xmm5, xmm4, 0x4e
    vpmaxud xmm4, xmm4, xmm5
    vpshufd xmm5, xmm4, 0xb1
    vpmaxud xmm4, xmm4, xmm5                            // largest |v|
    vdivss  xmm8, xmm4, xmm10                           // scale = largest / 127
    vcmpss  xmm9, xmm8, xmm14, 0x05                     // not scale < FLT_MIN, true for NaN
    vandps  xmm8, xmm8, xmm9                            // scale = 0 where it is smaller
    vcmpss  xmm9, xmm8, xmm14, 0x0d                     // scale ≥ FLT_MIN, false for NaN
    vdivss  xmm7, xmm10, xmm4                           // 127 / largest
    vbroadcastss ymm7, xmm7
    vbroadcastss ymm9, xmm9
.endm

/* Each of ymm0–3: the four quarters of a block. */
.macro clamp quarter
    vmulps  \quarter, \quarter, ymm7                    // v · 127 / largest
    vminps  \quarter, \quarter, ymm10                   // NaN becomes 127
    vmaxps  \quarter, \quarter, ymm11
    vandps  \quarter, \quarter, ymm9                    // 0 where the scale is 0 or NaN
    vcvtps2dq \quarter, \quarter                        // to nearest, ties to even
.endm

/* q of a block; xmm4 = Σ q of its halves, xmm5 = Σ q in every lane. */
.macro quantise
    vmovups ymm0, [rdx]
    vmovups ymm1, [rdx + 32]
    vmovups ymm2, [rdx + 64]
    vmovups ymm3, [rdx + 96]
    clamp   ymm0
    clamp   ymm1
    clamp   ymm2
    clamp   ymm3
    vpaddd  ymm4, ymm0, ymm1                            // sums of columns 0–15 and 16–31
    vpaddd  ymm5, ymm2, ymm3
    vphaddd ymm4, ymm4, ymm5
    vphaddd ymm4, ymm4, ymm4
    vextracti128 xmm5, ymm4, 1
    vpaddd  xmm4, xmm4, xmm5                            // [0] and [1]: the halves
    vpshufd xmm5, xmm4, 0xb1
    vpaddd  xmm5, xmm5, xmm4                            // Σ q in every lane
    vpackssdw ymm0, ymm0, ymm1
    vpackssdw ymm2, ymm2, ymm3
    vpacksswb ymm0, ymm0, ymm2
    vpermd  ymm0, ymm13, ymm0
    vmovdqu [rdi], ymm0                                 // q
.endm

/* x = x to the 11 bits of an f16, nearest even; NaN and infinity stay not finite. */
.macro shorten x, scratch, other
    vpsrld  \scratch, \x, 13
    vpand   \scratch, \scratch, [rip + ones]
    vpaddd  \scratch, \scratch, \x
    vpaddd  \scratch, \scratch, [rip + half_unit]
    vpand   \scratch, \scratch, [rip + kept]
    vsubss  \other, \x, \x                              // 0, or NaN
    vaddss  \x, \scratch, \other
.endm

function lila_panel_quantise_avx2
    begin
    .p2align 4
1:                                                      // do {
    vpxor   ymm4, ymm4, ymm4
    magnitudes rdx
    find_scale
    quantise
    vpmulld xmm4, xmm5, [rip + start_factors]
    vmovq   [rdi + INPUT_START], xmm4                   //     −8 Σ, −16 Σ,
    vpextrd dword ptr [rdi + INPUT_START + 8], xmm4, 2  //     −128 Σ
    vcvtdq2ps xmm6, xmm5
    vmulss  xmm6, xmm6, xmm8                            //     scale · Σ q
    shorten xmm6, xmm4, xmm5
    vmovss  [rdi + INPUT_OFFSET], xmm6
    shorten xmm8, xmm4, xmm5
    vmovss  [rdi + INPUT_SCALE], xmm8
    add     rdx, 128
    add     rdi, rsi
    dec     rcx
    jnz     1b                                          // } while (--blocks)
    vzeroupper
end_function lila_panel_quantise_avx2

function lila_panel_quantise_super_avx2
    begin
    .p2align 4
1:                                                      // do {
    vpxor   ymm4, ymm4, ymm4
    mov     rax, rdx
    mov     r8d, BLOCKS
2:                                                      //     do {
    magnitudes rax
    add     rax, 128
    dec     r8d
    jnz     2b                                          //     } while (--blocks of the super)
    find_scale
    imul    r9, rsi, BLOCKS - 1
    lea     r9, [rdi + r9 + INPUT_TOTALS]               //     in its last block
    mov     r8d, BLOCKS
3:                                                      //     do {
    quantise
    vmovss  [rdi + INPUT_SCALE], xmm8
    vpmulld xmm4, xmm4, [rip + half_factors]
    vmovq   [rdi + INPUT_HALF_START], xmm4              //         −32 Σ of each half
    vpextrw word ptr [r9], xmm5, 0                      //         Σ
    add     r9, 2
    add     rdx, 128
    add     rdi, rsi
    dec     r8d
    jnz     3b                                          //     } while (--blocks of the super)
    dec     rcx
    jnz     1b                                          // } while (--supers)
    vzeroupper
end_function lila_panel_quantise_super_avx2

    .section .rodata
    .p2align 5
unpacked_order:
    .long   0, 4, 1, 5, 2, 6, 3, 7
start_factors:
    .long   -8, -16, -128, 0
half_factors:
    .long   -32, -32, 0, 0
ones:
    .long   1, 1, 1, 1
half_unit:
    .long   0xfff, 0xfff, 0xfff, 0xfff
kept:
    .long   0xffffe000, 0xffffe000, 0xffffe000, 0xffffe000
largest:
    .float  127
smallest:
    .float  -127
magnitude:
    .long   0x7fffffff
normal:
    .long   0x00800000                                  // FLT_MIN
