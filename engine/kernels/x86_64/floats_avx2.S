/* floats_avx2.S: products with rows of F32, F16 and BF16 for AVX2 with FMA and F16C. */
#include "float_tile.h"
#include "macros.S"
#include "tall_tile.h"

/* ---- tiles: void lila_float_avx2_<tokens>(const float_tile *), lila_halves_avx2_<tokens> over panels of F16
 *
 * 16 rows by up to 6 tokens.
 *
 *   rdi    tile                          ymm0–11    sum[t][h], rows 8 h … 8 h + 7
 *   rax    columns                       ymm12, 13  w: one column
 *   rsi    x of these columns            ymm14      a: one activation; at the end y, as ymm13
 *   rdx    bytes to the next four of x   ymm15      keep
 *   ecx    steps of four columns left
 *   r9     y of this token
 *   r10    y step
 *   r8     what the cache is asked for, r11 its step */
    .set w0, ymm12
    .set w1, ymm13
    .set sum0_0, ymm0
    .set sum0_1, ymm1
    .set sum1_0, ymm2
    .set sum1_1, ymm3
    .set sum2_0, ymm4
    .set sum2_1, ymm5
    .set sum3_0, ymm6
    .set sum3_1, ymm7
    .set sum4_0, ymm8
    .set sum4_1, ymm9
    .set sum5_0, ymm10
    .set sum5_1, ymm11

.macro clear t, ignored
    vpxor   sum\t\()_0, sum\t\()_0, sum\t\()_0          // sum[t] = 0
    vpxor   sum\t\()_1, sum\t\()_1, sum\t\()_1
.endm

.macro multiply t, column
    vbroadcastss ymm14, dword ptr [rsi + 16 * \t + 4 * \column]
    vfmadd231ps sum\t\()_0, w0, ymm14                   // sum[t] = fma(w, x[t][column], sum[t])
    vfmadd231ps sum\t\()_1, w1, ymm14
.endm

.macro fetch_y t, ignored
    prefetcht0 [r9]
    add     r9, r10
.endm

.macro add_to_y t, ignored
    vpand   ymm14, ymm15, [r9]
    vpand   ymm13, ymm15, [r9 + 32]
    vaddps  sum\t\()_0, sum\t\()_0, ymm14             // y[t] + sum[t], or 0 + sum[t]
    vaddps  sum\t\()_1, sum\t\()_1, ymm13
    vmovups [r9], sum\t\()_0
    vmovups [r9 + 32], sum\t\()_1
    add     r9, r10
.endm

.macro load_floats column
    vmovaps w0, [rax + 64 * \column]
    vmovaps w1, [rax + 64 * \column + 32]
.endm

.macro load_halves column
    vcvtph2ps w0, [rax + 32 * \column]
    vcvtph2ps w1, [rax + 32 * \column + 16]
.endm

.macro tile name, column_bytes, load, tokens
function lila_\name\()_avx2_\tokens
    mov     rax, [rdi + FLOATS_COLUMNS]
    mov     rsi, [rdi + FLOATS_X]
    mov     rdx, [rdi + FLOATS_X_STEP]
    mov     r9, [rdi + FLOATS_Y]
    mov     r10, [rdi + FLOATS_Y_STEP]
    mov     ecx, [rdi + FLOATS_STEPS]
    mov     r8, [rdi + FLOATS_NEXT]
    mov     r11, [rdi + FLOATS_NEXT_STEP]
    each_token \tokens, fetch_y
    each_token \tokens, clear
    .p2align 5
1:                                                      // do {
    .irp column, 0, 1, 2, 3
    \load   \column
    each_token \tokens, multiply, \column
    .endr
    prefetcht1 [r8]
    prefetcht1 [r8 + 64]
    add     r8, r11
    add     rax, 4 * \column_bytes
    add     rsi, rdx
    dec     ecx
    jnz     1b                                          // } while (--steps)
    mov     r9, [rdi + FLOATS_Y]
    vpbroadcastd ymm15, [rdi + FLOATS_KEEP]
    each_token \tokens, add_to_y
    vzeroupper
end_function lila_\name\()_avx2_\tokens
.endm

    .irp tokens, 1, 2, 3, 4, 5, 6
    tile    float, 64, load_floats, \tokens
    tile    halves, 32, load_halves, \tokens
    .endr

/* ---- tall tile: void lila_tall_halves_avx2(const float_tile *)
 *
 * 64 rows of panels of F16 by one token: eight sums, so that none waits for the one before it.
 *
 *   those of tall_tile.h, and           ymm0–7     sum of the rows, eight in each
 *                                        ymm8, 9    w: a column of half a group each; at the end y
 *                                        ymm12      x of the column
 *                                        ymm13      keep */
.macro tall_pair even, odd, group:vararg
    vcvtph2ps ymm8, [\group]
    vcvtph2ps ymm9, [\group + 16]
    vfmadd231ps ymm\even, ymm8, ymm12                   // sum = fma(w, x, sum)
    vfmadd231ps ymm\odd, ymm9, ymm12
.endm

function lila_tall_halves_avx2
    begin_tall
    vpbroadcastd ymm13, [rdi + FLOATS_KEEP]
    .irp eight, 0, 1, 2, 3, 4, 5, 6, 7
    vpxor   ymm\eight, ymm\eight, ymm\eight              // sum = 0
    .endr
    .p2align 5
1:                                                      // do {
    .irp column, 0, 1, 2, 3
    vbroadcastss ymm12, dword ptr [rsi + 4 * \column]
    tall_pair 0, 1, rax + 32 * \column
    tall_pair 2, 3, rax + rbx + 32 * \column
    tall_pair 4, 5, r8 + 32 * \column
    tall_pair 6, 7, r8 + rbx + 32 * \column
    .endr
    next_of_tall 32                                     // } while (--steps)
    .irp eight, 0, 1, 2, 3, 4, 5, 6, 7
    vpand   ymm8, ymm13, [r9 + 32 * \eight]
    vaddps  ymm\eight, ymm\eight, ymm8                   // y + sum, or 0 + sum
    vmovups [r9 + 32 * \eight], ymm\eight
    .endr
    vzeroupper
    pop     rbx
end_function lila_tall_halves_avx2

/* ---- turns: void lila_turn_<type>_avx2(float *out, const uint8_t *rows, size_t stride, size_t steps,
 *                                        ptrdiff_t ahead)
 *
 * Rows are often a multiple of 4096 bytes apart, which puts their lines into one set of an L1 of 8 ways. So eight
 * rows at a time are read to the end of their lines.
 *
 *   rdi    out                           ymm0–15    rows, then columns
 *   rsi    rows 0–3 at these columns
 *   rax    rows 4–7
 *   r9     rows 8–11
 *   r10    rows 12–15
 *   rdx    stride, r11 = 3 · stride
 *   rcx    steps left
 *   r8     ahead
 *   rbx    the address that is prefetched */
.macro begin_turn
    push    rbx
    lea     r11, [rdx + 2 * rdx]
    lea     rax, [rsi + 4 * rdx]
    lea     r9, [rsi + 8 * rdx]
    lea     r10, [rax + 8 * rdx]
.endm

.macro next_turn bytes
    .irp rows, rsi, rax, r9, r10
    lea     rbx, [\rows + r8]
    prefetcht1 [rbx]
    prefetcht1 [rbx + rdx]
    prefetcht1 [rbx + 2 * rdx]
    prefetcht1 [rbx + r11]
    add     \rows, 64
    .endr
    add     rdi, \bytes
    dec     rcx
    jnz     1b
    vzeroupper
    pop     rbx
.endm

/* 16 bytes of a row of `low` and of one of `high`. */
.macro lanes i, low, high, row, at
    vmovdqu xmm\i, [\low \row + \at]
    vinserti128 ymm\i, ymm\i, [\high \row + \at], 1
.endm

/* One step of a transposition: the elements of a and b by turns. */
.macro weave size, a, b, low, high
    vpunpckl\size ymm\low, ymm\a, ymm\b
    vpunpckh\size ymm\high, ymm\a, ymm\b
.endm

/* ymm0–3 = four columns of dwords of eight rows. */
.macro dwords low, high, at
    lanes   0, \low, \high, "", \at
    lanes   1, \low, \high, "+ rdx", \at
    lanes   2, \low, \high, "+ 2 * rdx", \at
    lanes   3, \low, \high, "+ r11", \at
    weave   dq, 0, 1, 4, 5                              // two rows; columns 0 and 1, 2 and 3
    weave   dq, 2, 3, 6, 7
    weave   qdq, 4, 6, 0, 1
    weave   qdq, 5, 7, 2, 3
.endm

.macro floats_half low, high, at, to
    dwords  \low, \high, \at
    .irp column, 0, 1, 2, 3
    vmovaps [rdi + \to + 64 * \column], ymm\column
    .endr
.endm

function lila_turn_f32_avx2
    begin_turn
    .p2align 5
1:                                                      // do {
    .irp quarter, 0, 1, 2, 3
    floats_half rsi, rax, (16*\quarter), (256*\quarter)
    .endr
    .irp quarter, 0, 1, 2, 3
    floats_half r9, r10, (16*\quarter), (256*\quarter+32)
    .endr
    next_turn 1024                                      // } while (--steps)
end_function lila_turn_f32_avx2

.macro pairs_half low, high, at, to
    dwords  \low, \high, \at
    .irp pair, 0, 1, 2, 3
    vpslld  ymm4, ymm\pair, 16                          // a BF16 is the upper half of an F32
    vpand   ymm5, ymm\pair, ymm15
    vmovaps [rdi + \to + 128 * \pair], ymm4
    vmovaps [rdi + \to + 128 * \pair + 64], ymm5
    .endr
.endm

function lila_turn_bf16_avx2
    begin_turn
    vpcmpeqd ymm15, ymm15, ymm15
    vpslld  ymm15, ymm15, 16                            // the upper half of every dword
    .p2align 5
1:                                                      // do {
    .irp quarter, 0, 1, 2, 3
    pairs_half rsi, rax, (16*\quarter), (512*\quarter)
    .endr
    .irp quarter, 0, 1, 2, 3
    pairs_half r9, r10, (16*\quarter), (512*\quarter+32)
    .endr
    next_turn 2048                                      // } while (--steps)
end_function lila_turn_bf16_avx2

/* ymm8–15: of eight rows, column i in the lower half of ymm(8 + i), column 8 + i in its upper half. */
.macro words low, high, at
    vmovdqu ymm0, [\low + \at]
    vmovdqu ymm1, [\low + rdx + \at]
    vmovdqu ymm2, [\low + 2 * rdx + \at]
    vmovdqu ymm3, [\low + r11 + \at]
    vmovdqu ymm4, [\high + \at]
    vmovdqu ymm5, [\high + rdx + \at]
    vmovdqu ymm6, [\high + 2 * rdx + \at]
    vmovdqu ymm7, [\high + r11 + \at]
    weave   wd, 0, 1, 8, 12                             // two rows; columns 0–3 and 4–7
    weave   wd, 2, 3, 9, 13
    weave   wd, 4, 5, 10, 14
    weave   wd, 6, 7, 11, 15
    weave   dq, 8, 9, 0, 1                              // four rows; two columns each
    weave   dq, 10, 11, 2, 3
    weave   dq, 12, 13, 4, 5
    weave   dq, 14, 15, 6, 7
    weave   qdq, 0, 2, 8, 9                             // eight rows
    weave   qdq, 1, 3, 10, 11
    weave   qdq, 4, 6, 12, 13
    weave   qdq, 5, 7, 14, 15
.endm

.macro widen i, to
    vextracti128 xmm1, ymm\i, 1
    vcvtph2ps ymm0, xmm\i
    vcvtph2ps ymm1, xmm1
    vmovaps [rdi + \to], ymm0
    vmovaps [rdi + \to + 512], ymm1
.endm

.macro halves low, high, at, to
    words   \low, \high, \at
    widen   8, \to
    widen   9, (\to+64)
    widen   10, (\to+128)
    widen   11, (\to+192)
    widen   12, (\to+256)
    widen   13, (\to+320)
    widen   14, (\to+384)
    widen   15, (\to+448)
.endm

function lila_turn_f16_avx2
    begin_turn
    .p2align 5
1:                                                      // do {
    halves  rsi, rax, 0, 0
    halves  rsi, rax, 32, 1024
    halves  r9, r10, 0, 32
    halves  r9, r10, 32, 1056
    next_turn 2048                                      // } while (--steps)
end_function lila_turn_f16_avx2
