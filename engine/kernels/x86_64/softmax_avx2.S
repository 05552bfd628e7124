/* softmax_avx2.S: kernels.softmax for AVX2 with FMA.
 *
 * void lila_softmax_avx2(float *s, uint64_t n, float sums[2]), n groups of 16, as two halves of 8
 *
 *   rdi    s                             ymm0, 1    maximum in every lane, of the halves at first; the sums
 *   rsi    groups                        ymm2–4     x, n, p of exp
 *   rdx    sums                          ymm5       x ≥ −87
 *   rcx    groups left                   ymm6–9     constants: −87, 1 / ln 2, ln 2 in two parts
 *   rax    this group                    ymm10–14   the polynomial's, but for the first, which is in memory
 *                                        ymm15      maximum                                                  */
#include "macros.S"

    .set x, ymm2
    .set n, ymm3
    .set p, ymm4
    .set visible, ymm5

/* p = exp(x): x = n ln 2 + r, a polynomial of degree 6 in r, times 2^n. 0 where x < −87. */
.macro exponential
    vcmpps  visible, x, ymm6, 5                         // not x < −87, true for NaN
    vmulps  n, x, ymm7
    vroundps n, n, 0                                    // n = round(x / ln 2)
    vfnmadd231ps x, n, ymm8
    vfnmadd231ps x, n, ymm9                             // r = x − n ln 2
    vmovaps p, [rip + highest]
    vfmadd213ps p, x, ymm10                             // p = p · r + c
    vfmadd213ps p, x, ymm11
    vfmadd213ps p, x, ymm12
    vfmadd213ps p, x, ymm13
    vfmadd213ps p, x, ymm14
    vfmadd213ps p, x, ymm14
    vcvtps2dq n, n
    vpaddd  n, n, [rip + exponent_bias]
    vpslld  n, n, 23
    vmulps  p, p, n                                     // p · 2^n
    vandps  p, p, visible
.endm

.macro half sum, at
    vmovups x, [rdi + \at]
    vsubps  x, x, ymm15
    exponential
    vmovups [rdi + \at], p                              // s = exp(s − max)
    vaddps  \sum, \sum, p
.endm

function lila_softmax_avx2
    .irp c, 6, 7, 8, 9, 10, 11, 12, 13, 14
    vbroadcastss ymm\c, [rip + constants + 4 * (\c - 6)]
    .endr
    vbroadcastss ymm0, [rip + floor]
    vmovaps ymm1, ymm0
    mov     rax, rdi
    mov     rcx, rsi
1:                                                      // do {
    vmaxps  ymm0, ymm0, [rax]
    vmaxps  ymm1, ymm1, [rax + 32]
    add     rax, 64
    dec     rcx
    jnz     1b                                          // } while (--groups)
    vmaxps  ymm0, ymm0, ymm1
    vperm2f128 ymm1, ymm0, ymm0, 0x01
    vmaxps  ymm0, ymm0, ymm1
    vshufps ymm1, ymm0, ymm0, 0x4e
    vmaxps  ymm0, ymm0, ymm1
    vshufps ymm1, ymm0, ymm0, 0xb1
    vmaxps  ymm15, ymm0, ymm1                           // the maximum in every lane
    vpxor   ymm0, ymm0, ymm0
    vpxor   ymm1, ymm1, ymm1
    .p2align 5
2:                                                      // do {
    half    ymm0, 0
    half    ymm1, 32
    add     rdi, 64
    dec     rsi
    jnz     2b                                          // } while (--groups)
    vaddps  ymm0, ymm0, ymm1                            // halves, quarters, and so on
    vperm2f128 ymm1, ymm0, ymm0, 0x01
    vaddps  ymm0, ymm0, ymm1
    vshufps ymm1, ymm0, ymm0, 0x4e
    vaddps  ymm0, ymm0, ymm1
    vshufps ymm1, ymm0, ymm0, 0xb1
    vaddps  ymm0, ymm0, ymm1
    vmovss  [rdx], xmm15
    vmovss  [rdx + 4], xmm0
    vzeroupper
end_function lila_softmax_avx2

    .section .rodata
    .p2align 5
highest:
    .rept   8
    .float  0.00138143206
    .endr
exponent_bias:
    .fill   8, 4, 127
constants:
    .float  -87, 1.44269504, 0.693359375, -2.12194440e-4
    .float  0.00836885162, 0.0416684002, 0.166665196, 0.49999994, 1
floor:
    .float  -1e30
