/* quantise_avx2.S: activations to int8 and their sums, one block of 32 at a time, for AVX2.
 *
 * void lila_panel_quantise_avx2(panel_input *x, size_t step, const float *values, size_t blocks)
 *
 *   rdi    x of this block               ymm0–3     values, then quotients, then int32
 *   rsi    bytes to the next block       ymm4–7     magnitudes; 4–6 then scratch, 7 127 / largest in every lane
 *   rdx    values of this block          ymm8       scale in every lane
 *   rcx    blocks left, not 0            ymm9       all ones where the block is not zero
 *                                        ymm10, 11  127 and −127
 *                                        ymm12      the mask of a magnitude
 *                                        ymm13      the order in which vpackss leaves the dwords
 *                                        ymm14      FLT_MIN                                        */
#include "panel_tile.h"
#include "macros.S"

/* Each of ymm4–7 or ymm0–3: the four quarters of a block. */
.macro clamp quarter
    vmulps  \quarter, \quarter, ymm7                    // v · 127 / largest
    vminps  \quarter, \quarter, ymm10                   // NaN becomes 127
    vmaxps  \quarter, \quarter, ymm11
    vandps  \quarter, \quarter, ymm9                    // 0 where the scale is 0 or NaN
    vcvtps2dq \quarter, \quarter                        // to nearest, ties to even
.endm

function lila_panel_quantise_avx2
    vbroadcastss ymm10, [rip + largest]
    vbroadcastss ymm11, [rip + smallest]
    vbroadcastss ymm12, [rip + magnitude]
    vmovdqu ymm13, [rip + unpacked_order]
    vbroadcastss ymm14, [rip + normal]
    .p2align 4
1:                                                      // do {
    vmovups ymm0, [rdx]
    vmovups ymm1, [rdx + 32]
    vmovups ymm2, [rdx + 64]
    vmovups ymm3, [rdx + 96]
    vpand   ymm4, ymm0, ymm12                           //     |v|, compared as integers: NaN is above all
    vpand   ymm5, ymm1, ymm12
    vpand   ymm6, ymm2, ymm12
    vpand   ymm7, ymm3, ymm12
    vpmaxud ymm4, ymm4, ymm5
    vpmaxud ymm6, ymm6, ymm7
    vpmaxud ymm4, ymm4, ymm6
    vextracti128 xmm5, ymm4, 1
    vpmaxud xmm4, xmm4, xmm5
    vpshufd xmm5, xmm4, 0x4e
    vpmaxud xmm4, xmm4, xmm5
    vpshufd xmm5, xmm4, 0xb1
    vpmaxud xmm4, xmm4, xmm5                            //     largest |v|
    vdivss  xmm8, xmm4, xmm10                           //     scale = largest / 127
    vcmpss  xmm9, xmm8, xmm14, 0x05                     //     not scale < FLT_MIN, true for NaN
    vandps  xmm8, xmm8, xmm9                            //     scale = 0 where it is smaller
    vcmpss  xmm9, xmm8, xmm14, 0x0d                     //     scale ≥ FLT_MIN, false for NaN
    vmovss  [rdi + INPUT_SCALE], xmm8
    vdivss  xmm7, xmm10, xmm4                           //     127 / largest
    vbroadcastss ymm7, xmm7
    vbroadcastss ymm8, xmm8
    vbroadcastss ymm9, xmm9
    clamp   ymm0
    clamp   ymm1
    clamp   ymm2
    clamp   ymm3
    vpaddd  ymm4, ymm0, ymm1                            //     sums of columns 0–15 and 16–31
    vpaddd  ymm5, ymm2, ymm3
    vphaddd ymm4, ymm4, ymm5
    vphaddd ymm4, ymm4, ymm4
    vextracti128 xmm5, ymm4, 1
    vpaddd  xmm4, xmm4, xmm5                            //     [0] and [1]: the halves
    vpshufd xmm5, xmm4, 0xb1
    vpaddd  xmm5, xmm5, xmm4                            //     Σ q in every lane
    vpmulld xmm6, xmm4, [rip + half_factors]
    vmovq   [rdi + INPUT_HALF_START], xmm6              //     −32 Σ of each half
    vcvtdq2ps xmm6, xmm5
    vmulss  xmm6, xmm6, xmm8
    vmovss  [rdi + INPUT_OFFSET], xmm6                  //     scale · Σ q
    vpmulld xmm5, xmm5, [rip + start_factors]
    vmovdqu [rdi + INPUT_START], xmm5                   //     −8 Σ, −16 Σ, −128 Σ, Σ
    vpackssdw ymm0, ymm0, ymm1
    vpackssdw ymm2, ymm2, ymm3
    vpacksswb ymm0, ymm0, ymm2
    vpermd  ymm0, ymm13, ymm0
    vmovdqu [rdi], ymm0                                 //     q
    add     rdx, 128
    add     rdi, rsi
    dec     rcx
    jnz     1b                                          // } while (--blocks)
    vzeroupper
end_function lila_panel_quantise_avx2

    .section .rodata
    .p2align 5
unpacked_order:
    .long   0, 4, 1, 5, 2, 6, 3, 7
start_factors:
    .long   -8, -16, -128, 1
half_factors:
    .long   -32, -32, 0, 0
largest:
    .float  127
smallest:
    .float  -127
magnitude:
    .long   0x7fffffff
normal:
    .long   0x00800000                                  // FLT_MIN
