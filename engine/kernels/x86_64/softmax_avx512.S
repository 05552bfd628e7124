/* softmax_avx512.S: kernels.softmax for AVX-512.
 *
 * void lila_softmax_avx512(float *s, uint64_t n, float sums[2]), n groups of 16
 *
 *   rdi    s                             zmm0       maximum in every lane
 *   rsi    groups                        zmm1       sum
 *   rdx    sums                          zmm2–4     x, n, p of exp
 *   rcx    groups left                   zmm16–26   constants
 *   rax    this group
 *
 * Where either is NaN vmaxps gives its second operand, so that the maximum may forget what came before a NaN; the sum
 * is NaN then whatever it is. */
#include "macros.S"

    .set max, zmm0
    .set sum, zmm1
    .set x, zmm2
    .set n, zmm3
    .set p, zmm4

/* p = exp(x): x = n ln 2 + r, a polynomial of degree 6 in r, times 2^n. 0 where x < −87. */
.macro exponential
    vcmpps  k1, x, zmm16, 5                             // not x < −87, true for NaN
    vmulps  n, x, zmm17
    vrndscaleps n, n, 0                                 // n = round(x / ln 2)
    vfnmadd231ps x, n, zmm18
    vfnmadd231ps x, n, zmm19                            // r = x − n ln 2, ln 2 in two parts
    vmovaps p, zmm20
    vfmadd213ps p, x, zmm21                             // p = p · r + c
    vfmadd213ps p, x, zmm22
    vfmadd213ps p, x, zmm23
    vfmadd213ps p, x, zmm24
    vfmadd213ps p, x, zmm25
    vfmadd213ps p, x, zmm25
    vscalefps p{k1}{z}, p, n                            // p · 2^n
.endm

function lila_softmax_avx512
    .irp c, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25
    vbroadcastss zmm\c, [rip + constants + 4 * (\c - 16)]
    .endr
    vbroadcastss max, [rip + floor]
    vpxord  sum, sum, sum
    mov     rax, rdi
    mov     rcx, rsi
1:                                                      // do {
    vmaxps  max, max, [rax]
    add     rax, 64
    dec     rcx
    jnz     1b                                          // } while (--groups)
    vshuff64x2 x, max, max, 0x4e
    vmaxps  max, max, x
    vshuff64x2 x, max, max, 0xb1
    vmaxps  max, max, x
    vshufps x, max, max, 0x4e
    vmaxps  max, max, x
    vshufps x, max, max, 0xb1
    vmaxps  max, max, x                                 // the maximum in every lane
    .p2align 5
2:                                                      // do {
    vmovups x, [rdi]
    vsubps  x, x, max
    exponential
    vmovups [rdi], p                                    //     s = exp(s − max)
    vaddps  sum, sum, p
    add     rdi, 64
    dec     rsi
    jnz     2b                                          // } while (--groups)
    vshuff64x2 x, sum, sum, 0x4e
    vaddps  sum, sum, x                                 // halves, quarters, and so on
    vshuff64x2 x, sum, sum, 0xb1
    vaddps  sum, sum, x
    vshufps x, sum, sum, 0x4e
    vaddps  sum, sum, x
    vshufps x, sum, sum, 0xb1
    vaddps  sum, sum, x
    vmovss  [rdx], xmm0
    vmovss  [rdx + 4], xmm1
    vzeroupper
end_function lila_softmax_avx512

    .section .rodata
    .p2align 2
constants:
    .float  -87, 1.44269504, 0.693359375, -2.12194440e-4
    .float  0.00138143206, 0.00836885162, 0.0416684002, 0.166665196, 0.49999994, 1
floor:
    .float  -1e30
