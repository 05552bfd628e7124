/* outer_avx512.S: kernels.outer for AVX-512, one function per type of b and number of rows.
 *
 * Two zmm hold the 32 columns of a row of b, as f32 whatever b is, and every element of a is broadcast once for
 * both. Registers, r = 0 … 11 rows:
 *
 *   rax        a[0][i]                   zmm0–23    acc: y so far, [r][2]
 *   r8–r10     a[3][i], a[6][i], a[9][i] zmm24, 25  b[i]: columns 0–15, 16–31
 *   rsi        a stride                  zmm26      a[r][i] in every lane
 *   rdx        b[i]                      rdi, r11   y of this row, y stride
 *   rcx        elements left */
#include "outer_tile.h"
#include "macros.S"

#define PREFETCH 4096

    .macro name_acc r, low, high
    .set low\r, zmm\low
    .set high\r, zmm\high
    .endm
    name_acc 0, 0, 1
    name_acc 1, 2, 3
    name_acc 2, 4, 5
    name_acc 3, 6, 7
    name_acc 4, 8, 9
    name_acc 5, 10, 11
    name_acc 6, 12, 13
    name_acc 7, 14, 15
    name_acc 8, 16, 17
    name_acc 9, 18, 19
    name_acc 10, 20, 21
    name_acc 11, 22, 23
    .set b0, zmm24
    .set b1, zmm25
    .set element, zmm26

/* ---- steps of one row */

.macro clear r, ignored
    vpxord  low\r, low\r, low\r                         // y[r] = 0
    vpxord  high\r, high\r, high\r
.endm

.macro broadcast r, base
    .if \r % 3 == 0
    vbroadcastss element, [\base]
    .elseif \r % 3 == 1
    vbroadcastss element, [\base + rsi]
    .else
    vbroadcastss element, [\base + 2 * rsi]
    .endif
.endm

.macro multiply r, ignored
    .if \r < 3
    broadcast \r, rax
    .elseif \r < 6
    broadcast \r, r8
    .elseif \r < 9
    broadcast \r, r9
    .else
    broadcast \r, r10
    .endif
    vfmadd231ps low\r, b0, element                      // y[r] += a[r][i] · b[i]
    vfmadd231ps high\r, b1, element
.endm

.macro store r, ignored
    vmovups [rdi], low\r
    vmovups [rdi + 64], high\r
    add     rdi, r11
.endm

/* ---- b[i] as f32 */

.macro load_f32
    vmovups b0, [rdx]
    vmovups b1, [rdx + 64]
    prefetcht0 [rdx + PREFETCH]
    prefetcht0 [rdx + PREFETCH + 64]
    add     rdx, 128
.endm

.macro load_f16
    vcvtph2ps b0, [rdx]
    vcvtph2ps b1, [rdx + 32]
    prefetcht0 [rdx + PREFETCH]
    add     rdx, 64
.endm

.macro load_i8
    vpmovsxbd b0, [rdx]
    vpmovsxbd b1, [rdx + 16]
    vcvtdq2ps b0, b0
    vcvtdq2ps b1, b1
    prefetcht0 [rdx + PREFETCH]
    add     rdx, 32
.endm

/* ---- functions: void lila_outer_<type>_avx512_<rows>(const outer_tile *) */

.macro outer type, rows
function lila_outer_\type\()_avx512_\rows
    mov     rax, [rdi + OUTER_A]
    mov     rsi, [rdi + OUTER_A_STRIDE]
    mov     rdx, [rdi + OUTER_B]
    mov     rcx, [rdi + OUTER_COUNT]
    lea     r11, [rsi + 2 * rsi]
    lea     r8, [rax + r11]
    lea     r9, [r8 + r11]
    lea     r10, [r9 + r11]
    mov     r11, [rdi + OUTER_Y_STRIDE]
    mov     rdi, [rdi + OUTER_Y]
    each_token \rows, clear
    .p2align 5
1:                                                      // do {
    load_\type
    each_token \rows, multiply
    add     rax, 4
    add     r8, 4
    add     r9, 4
    add     r10, 4
    dec     rcx
    jnz     1b                                          // } while (--count)
    each_token \rows, store
    vzeroupper
end_function lila_outer_\type\()_avx512_\rows
.endm

    .irp rows, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
    outer   f32, \rows
    outer   f16, \rows
    outer   i8, \rows
    .endr
