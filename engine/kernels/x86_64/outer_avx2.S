/* outer_avx2.S: kernels.outer for AVX2 with FMA and F16C, one function per type of b, half of the columns and number
 * of rows.
 *
 * Two ymm hold 16 columns of a row of b, as f32 whatever b is. Registers, r = 0 … 5 rows:
 *
 *   rax, r8    a[0][i], a[3][i]          ymm0–11    acc: y so far, [r][2]
 *   rsi        a stride                  ymm12, 13  b[i]: columns 0–7, 8–15 of the half
 *   rdx        b[i]                      ymm14      a[r][i] in every lane
 *   rcx        elements left             rdi, r11   y of this row, y stride */
#include "outer_tile.h"
#include "macros.S"

#define PREFETCH 1024

    .macro name_acc r, low, high
    .set low\r, ymm\low
    .set high\r, ymm\high
    .endm
    name_acc 0, 0, 1
    name_acc 1, 2, 3
    name_acc 2, 4, 5
    name_acc 3, 6, 7
    name_acc 4, 8, 9
    name_acc 5, 10, 11
    .set b0, ymm12
    .set b1, ymm13
    .set element, ymm14

/* ---- steps of one row */

.macro clear r, ignored
    vpxor   low\r, low\r, low\r                         // y[r] = 0
    vpxor   high\r, high\r, high\r
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
    .else
    broadcast \r, r8
    .endif
    vfmadd231ps low\r, b0, element                      // y[r] += a[r][i] · b[i]
    vfmadd231ps high\r, b1, element
.endm

.macro store r, half
    vmovups [rdi + 64 * \half], low\r
    vmovups [rdi + 64 * \half + 32], high\r
    add     rdi, r11
.endm

/* ---- half of b[i] as f32 */

.macro load_f32 half
    vmovups b0, [rdx + 64 * \half]
    vmovups b1, [rdx + 64 * \half + 32]
    prefetcht0 [rdx + 64 * \half + PREFETCH]
    add     rdx, 128
.endm

.macro load_f16 half
    vcvtph2ps b0, [rdx + 32 * \half]
    vcvtph2ps b1, [rdx + 32 * \half + 16]
    prefetcht0 [rdx + PREFETCH]
    add     rdx, 64
.endm

.macro load_i8 half
    vpmovsxbd b0, [rdx + 16 * \half]
    vpmovsxbd b1, [rdx + 16 * \half + 8]
    vcvtdq2ps b0, b0
    vcvtdq2ps b1, b1
    prefetcht0 [rdx + PREFETCH]
    add     rdx, 32
.endm

/* ---- functions: void lila_outer_<type>_avx2_<half>_<rows>(const outer_tile *) */

.macro outer type, half, rows
function lila_outer_\type\()_avx2_\half\()_\rows
    mov     rax, [rdi + OUTER_A]
    mov     rsi, [rdi + OUTER_A_STRIDE]
    mov     rdx, [rdi + OUTER_B]
    mov     rcx, [rdi + OUTER_COUNT]
    lea     r11, [rsi + 2 * rsi]
    lea     r8, [rax + r11]
    mov     r11, [rdi + OUTER_Y_STRIDE]
    mov     rdi, [rdi + OUTER_Y]
    each_token \rows, clear
    .p2align 5
1:                                                      // do {
    load_\type \half
    each_token \rows, multiply
    add     rax, 4
    add     r8, 4
    dec     rcx
    jnz     1b                                          // } while (--count)
    each_token \rows, store, \half
    vzeroupper
end_function lila_outer_\type\()_avx2_\half\()_\rows
.endm

    .irp rows, 1, 2, 3, 4, 5, 6
    .irp half, 0, 1
    outer   f32, \half, \rows
    outer   f16, \half, \rows
    outer   i8, \half, \rows
    .endr
    .endr
