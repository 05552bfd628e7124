/* panels_avx2.S: the panel kernels for AVX2 with FMA and F16C, one function per type and number of tokens.
 *
 * Two ymm hold the 16 rows of a panel, h = 0 and 1. vpmaddubsw multiplies unsigned by signed bytes and adds pairs,
 * saturating at 16 bits, so that the three kinds of weights need three ways to stay exact:
 *
 *   nibbles      2 · 15 · 127 = 3810: all eight sums of a block fit 16 bits, and are widened once
 *   bytes ≤ 63   2 · 63 · 127 = 16002: two sums fit
 *   any bytes    as int8 weights w: |w| · (q with the sign of w), 2 · 128 · 127 = 32512: one sum fits
 *
 * Registers, in every function, t = 0 … 2 tokens:
 *
 *   rdi    tile, later x + start         ymm0–5     acc: the result so far, or the sum of a super-block, f32, [t][h]
 *   rax    panel of this block           ymm6–11    dot: the integers of this block, [t][h]
 *   rsi    x of this block + X_BIAS      ymm12, 13  w: weights, and at the end of a block scale and min
 *   rdx    bytes to the next block of x  ymm14      a: four activations in every lane
 *   ecx    panels left                   ymm15      p: products
 *   edi    blocks left of a super-block
 *   r8     code, or integer scales and minima of a super-block
 *   r9     y of this token
 *   r10    y step
 *   r11    bits of the rows to store     [rsp − 32]: the bias in every byte, in the red zone
 *                                        [rsp + 64 t + 32 h]: the result before this super-block */
#include "panel_tile.h"
#include "macros.S"

#define X_BIAS   96
#define PREFETCH 1024
#define KEPT     64
#define BIAS     [rsp - 32]
#define X(t, at) dword ptr [rsi + INPUT_BYTES * t + at - X_BIAS]

#include "panel_loops.h"

    .set acc0_0, ymm0
    .set acc0_1, ymm1
    .set acc1_0, ymm2
    .set acc1_1, ymm3
    .set acc2_0, ymm4
    .set acc2_1, ymm5
    .set dot0_0, ymm6
    .set dot0_1, ymm7
    .set dot1_0, ymm8
    .set dot1_1, ymm9
    .set dot2_0, ymm10
    .set dot2_1, ymm11
    .set w0, ymm12
    .set w1, ymm13
    .set scale, ymm12
    .set min, ymm13
    .set a, ymm14
    .set p, ymm15

/* ---- steps of one token */

.macro clear_acc t, ignored
    vpxor   acc\t\()_0, acc\t\()_0, acc\t\()_0          // acc[t] = 0
    vpxor   acc\t\()_1, acc\t\()_1, acc\t\()_1
.endm

.macro clear_dot t, ignored
    vpxor   dot\t\()_0, dot\t\()_0, dot\t\()_0          // dot[t] = 0
    vpxor   dot\t\()_1, dot\t\()_1, dot\t\()_1
.endm

/* w0 and w1 are nibbles of both halves; dot in 16 bits. */
.macro dot_nibbles t, column
    vpbroadcastd a, X(\t, \column)
    vpmaddubsw p, w0, a
    vpmaddubsw a, w1, a
    vpaddw  dot\t\()_0, dot\t\()_0, p                   // dot[t][0] += w0 · q[column … column + 3], by pairs
    vpaddw  dot\t\()_1, dot\t\()_1, a                   // dot[t][1] += w1 · …
.endm

.macro widen_dot t, ignored
    vpmaddwd dot\t\()_0, dot\t\()_0, [rip + ones]       // pairs of 16 bits to 32 bits
    vpmaddwd dot\t\()_1, dot\t\()_1, [rip + ones]
.endm

.macro start_dot t, ignored
    vpbroadcastd a, [rdi + INPUT_BYTES * \t - X_BIAS]
    vpaddd  dot\t\()_0, dot\t\()_0, a                   // dot[t] += start(bias)
    vpaddd  dot\t\()_1, dot\t\()_1, a
.endm

.macro start_half t, at
    vpbroadcastd dot\t\()_0, [rsi + INPUT_BYTES * \t + \at - X_BIAS]
    vmovdqa dot\t\()_1, dot\t\()_0                     // dot[t] = half_start
.endm

/* w0 and w1 are bytes ≤ 63 of one half, four columns apart. */
.macro dot_small t, column, h
    vpbroadcastd p, X(\t, \column)
    vpbroadcastd a, X(\t, \column+4)
    vpmaddubsw p, w0, p
    vpmaddubsw a, w1, a
    vpaddw  p, p, a                                     // w0 · q[column …] + w1 · q[column + 4 …], by pairs
    vpmaddwd p, p, [rip + ones]
    vpaddd  dot\t\()_\h, dot\t\()_\h, p                 // dot[t][h] += the sum of the pairs
.endm

/* w0 = w as int8, w1 = |w|, of one half. */
.macro dot_signed t, column, h
    vpbroadcastd a, X(\t, \column)
    vpsignb a, a, w0                                    // q with the sign of w
    vpmaddubsw p, w1, a
    vpmaddwd p, p, [rip + ones]
    vpaddd  dot\t\()_\h, dot\t\()_\h, p                 // dot[t][h] += w · q[column … column + 3]
.endm

.macro scale_dot t, h
    vcvtdq2ps dot\t\()_\h, dot\t\()_\h                  // (float)dot[t][h]
    vbroadcastss a, X(\t, INPUT_SCALE)
    vmulps  p, scale, a                                 // x.scale · scale[r]
    vfmadd231ps acc\t\()_\h, p, dot\t\()_\h             // acc[t] = fma(x.scale · scale[r], dot[t], acc[t])
.endm

.macro add_min t, offset, h
    vbroadcastss a, X(\t, \offset)
    vfmadd231ps acc\t\()_\h, min, a                     // acc[t] = fma(min[r], offset, acc[t])
.endm

.macro keep t, ignored
    vmovaps [rsp + 64 * \t], acc\t\()_0
    vmovaps [rsp + 64 * \t + 32], acc\t\()_1
.endm

.macro sum_dot t, h
    vcvtdq2ps dot\t\()_\h, dot\t\()_\h                  // (float)dot[t][h]
    vfmadd231ps acc\t\()_\h, scale, dot\t\()_\h         // sum[t] = fma(sub_scale[r], dot[t], sum[t])
.endm

/* w0 and w1 are sub_min of both halves, in pairs of 16 bits. */
.macro dot_mins t, pair
    vpbroadcastd a, X(\t, (INPUT_TOTALS+4*\pair))
    vpmaddwd p, w0, a
    vpmaddwd a, w1, a
    vpaddd  dot\t\()_0, dot\t\()_0, p                   // dot[t] += Σ sub_min[r] · totals, of two blocks
    vpaddd  dot\t\()_1, dot\t\()_1, a
.endm

.macro scale_sum t, h
    vmulps  acc\t\()_\h, acc\t\()_\h, scale             // sum[t] = scale[r] · sum[t]
.endm

.macro subtract_min t, h
    vcvtdq2ps dot\t\()_\h, dot\t\()_\h
    vfnmadd231ps acc\t\()_\h, min, dot\t\()_\h          // sum[t] = fma(−min[r], dot[t], sum[t])
.endm

.macro close_super t, ignored
    vbroadcastss a, X(\t, INPUT_SCALE)
    vfmadd213ps acc\t\()_0, a, [rsp + 64 * \t]          // acc[t] = fma(x.scale, sum[t], acc[t])
    vfmadd213ps acc\t\()_1, a, [rsp + 64 * \t + 32]
    keep    \t
.endm

.macro store t, ignored
    vmaskmovps [r9], w0, acc\t\()_0                     // y[t][rows] = acc[t]
    vmaskmovps [r9 + 32], w1, acc\t\()_1
    add     r9, r10
.endm

/* ---- steps of one block */

.macro prefetch bytes, ahead
    prefetch_lines \bytes, \ahead
.endm

/* Four columns and the four 16 further on: 64 bytes of nibbles. */
.macro nibbles tokens, at, column
    vmovdqu w0, [rax + \at]
    vmovdqu w1, [rax + \at + 32]
    vpand   w0, w0, [rip + fifteens]                    // byte & 15
    vpand   w1, w1, [rip + fifteens]
    each_token \tokens, dot_nibbles, \column
    vmovdqu w0, [rax + \at]
    vmovdqu w1, [rax + \at + 32]
    vpsrlw  w0, w0, 4
    vpsrlw  w1, w1, 4
    vpand   w0, w0, [rip + fifteens]                    // byte >> 4
    vpand   w1, w1, [rip + fifteens]
    each_token \tokens, dot_nibbles, (\column+16)
.endm

.macro all_nibbles tokens, at
    nibbles \tokens, \at, 0
    nibbles \tokens, (\at+64), 4
    nibbles \tokens, (\at+128), 8
    nibbles \tokens, (\at+192), 12
.endm

/* The same of one half, through the codebook. */
.macro coded tokens, at, column, h
    vmovdqu w0, [rax + \at + 32 * \h]
    vpand   w0, w0, [rip + fifteens]
    vbroadcasti128 a, [r8]
    vpshufb w0, a, w0
    vpsubb  w0, w0, BIAS                                // w = code[byte & 15] − bias
    vpabsb  w1, w0
    each_token \tokens, dot_signed, \column, \h
    vmovdqu w0, [rax + \at + 32 * \h]
    vpsrlw  w0, w0, 4
    vpand   w0, w0, [rip + fifteens]
    vbroadcasti128 a, [r8]
    vpshufb w0, a, w0
    vpsubb  w0, w0, BIAS                                // w = code[byte >> 4] − bias
    vpabsb  w1, w0
    each_token \tokens, dot_signed, (\column+16), \h
.endm

.macro signed tokens, at, column, h
    vmovdqu w0, [rax + \at + 32 * \h]
    vpsubb  w0, w0, BIAS                                // w = byte − bias
    vpabsb  w1, w0
    each_token \tokens, dot_signed, \column, \h
.endm

/* w = nibble `part` of the bytes at rax + at, and the bits of the plane at rax + plane, moved left (or right, where
 * negative), that `mask` has. */
.macro unpack w, at, part, plane, left, mask
    vmovdqu \w, [rax + \at]
    .if \part
    vpsrlw  \w, \w, 4
    .endif
    vpand   \w, \w, [rip + fifteens]
    vmovdqu p, [rax + \plane]
    .if \left > 0
    vpsllw  p, p, \left
    .elseif \left < 0
    vpsrlw  p, p, -(\left)
    .endif
    vpand   p, p, [rip + \mask]
    vpor    \w, \w, p
.endm

/* Groups g and g + 1 of PANEL_U5M or of a block of PANEL_K5: eight columns of one half of the rows. */
.macro fives tokens, g, part, h
    unpack  w0, (64 + 64 * \g + 32 * \h), \part, (320 + 32 * \h), (4 - \g - 4 * \part), sixteens
    unpack  w1, (128 + 64 * \g + 32 * \h), \part, (320 + 32 * \h), (3 - \g - 4 * \part), sixteens
    each_token \tokens, dot_small, (16*\part+4*\g), \h
.endm

.macro all_fives tokens, h
    fives   \tokens, 0, 0, \h
    fives   \tokens, 2, 0, \h
    fives   \tokens, 0, 1, \h
    fives   \tokens, 2, 1, \h
.endm

/* w = six bits of the plane at rax + at. */
.macro low_six w, at
    vmovdqu \w, [rax + \at]
    vpand   \w, \w, [rip + sixty_threes]
.endm

/* p = the top two bits of the plane at rax + at, moved right to where `mask` is. */
.macro top_pair at, right, mask
    vmovdqu p, [rax + \at]
    vpsrlw  p, p, \right
    vpand   p, p, [rip + \mask]
.endm

/* Half `part` of a block of PANEL_K6, likewise. */
.macro sixes tokens, part, h
    low_six w0, (64 + 192 * \part + 32 * \h)
    low_six w1, (128 + 192 * \part + 32 * \h)
    each_token \tokens, dot_small, (16*\part), \h
    top_pair (64 + 192 * \part + 32 * \h), 6, threes
    vmovdqa w1, p
    top_pair (128 + 192 * \part + 32 * \h), 4, twelves
    vpor    w1, w1, p
    top_pair (192 + 192 * \part + 32 * \h), 2, forty_eights
    vpor    w1, w1, p
    low_six w0, (192 + 192 * \part + 32 * \h)
    each_token \tokens, dot_small, (16*\part+8), \h
.endm

.macro scale_half tokens, h
    vcvtph2ps scale, [rax + 16 * \h]
    each_token \tokens, scale_dot, \h
.endm

.macro min_half tokens, offset, h
    vcvtph2ps min, [rax + 32 + 16 * \h]
    each_token \tokens, add_min, \offset, \h
.endm

.macro block_u4 tokens
    each_token \tokens, clear_dot
    all_nibbles \tokens, 32
    each_token \tokens, widen_dot
    each_token \tokens, start_dot
    scale_half \tokens, 0
    scale_half \tokens, 1
    add     rax, 288
    add     rdi, rdx
.endm

.macro block_u4_coded tokens
    each_token \tokens, clear_dot
    .irp h, 0, 1
    coded   \tokens, 32, 0, \h
    coded   \tokens, 96, 4, \h
    coded   \tokens, 160, 8, \h
    coded   \tokens, 224, 12, \h
    scale_half \tokens, \h
    .endr
    add     rax, 288
.endm

.macro block_u4m tokens
    each_token \tokens, clear_dot
    all_nibbles \tokens, 64
    each_token \tokens, widen_dot
    .irp h, 0, 1
    scale_half \tokens, \h
    min_half \tokens, INPUT_OFFSET, \h
    .endr
    add     rax, 320
.endm

.macro block_u8 tokens
    each_token \tokens, clear_dot
    .irp h, 0, 1
    signed  \tokens, 32, 0, \h
    signed  \tokens, 96, 4, \h
    signed  \tokens, 160, 8, \h
    signed  \tokens, 224, 12, \h
    signed  \tokens, 288, 16, \h
    signed  \tokens, 352, 20, \h
    signed  \tokens, 416, 24, \h
    signed  \tokens, 480, 28, \h
    scale_half \tokens, \h
    .endr
    add     rax, 544
.endm

.macro block_u5m tokens
    each_token \tokens, clear_dot
    .irp h, 0, 1
    all_fives \tokens, \h
    scale_half \tokens, \h
    min_half \tokens, INPUT_OFFSET, \h
    .endr
    add     rax, 384
.endm

/* Blocks of super-blocks, rax 64 bytes before their nibbles. */
.macro sub_scale tokens, at, extend, h
    vpmov\extend\()xbd scale, [r8 + \at + 8 * \h]
    vcvtdq2ps scale, scale
    each_token \tokens, sum_dot, \h
.endm

.macro block_k4 tokens
    each_token \tokens, clear_dot
    all_nibbles \tokens, 64
    each_token \tokens, widen_dot
    sub_scale \tokens, 0, z, 0
    sub_scale \tokens, 0, z, 1
    add     rax, 256
    add     r8, 16
.endm

.macro block_k5 tokens
    each_token \tokens, clear_dot
    .irp h, 0, 1
    all_fives \tokens, \h
    sub_scale \tokens, 0, z, \h
    .endr
    add     rax, 320
    add     r8, 16
.endm

.macro block_k6 tokens
    .irp part, 0, 1                                     // 16 columns each
    each_token \tokens, start_half, (INPUT_HALF_START+4*\part)
    .irp h, 0, 1
    sixes   \tokens, \part, \h
    sub_scale \tokens, (16*\part), s, \h
    .endr
    .endr
    add     rax, 384
    add     r8, 32
.endm

/* The ends of super-blocks. */
.macro close_minima tokens
    each_token \tokens, clear_dot
    .irp pair, 0, 1, 2, 3
    vpmovzxbw w0, [r8 + 32 * \pair]
    vpmovzxbw w1, [r8 + 32 * \pair + 16]
    each_token \tokens, dot_mins, \pair
    .endr
    .irp h, 0, 1
    vcvtph2ps scale, [r8 - SUPER_SUB_MINS + 16 * \h]
    vcvtph2ps min, [r8 - SUPER_SUB_MINS + SUPER_MIN + 16 * \h]
    each_token \tokens, scale_sum, \h
    each_token \tokens, subtract_min, \h
    .endr
.endm

.macro close_halves tokens
    .irp h, 0, 1
    vcvtph2ps scale, [r8 - SUPER_FIRST + 16 * \h]
    each_token \tokens, scale_sum, \h
    .endr
.endm

/* ---- functions: void lila_panel_<type>_avx2_<tokens>(const panel_tile *) */

.macro begin
    mov     rax, [rdi + TILE_PANELS]
    mov     rsi, [rdi + TILE_X]
    mov     rdx, [rdi + TILE_X_STEP]
    mov     r8, [rdi + TILE_CODE]
    mov     r9, [rdi + TILE_Y]
    mov     r10, [rdi + TILE_Y_STEP]
    mov     r11d, [rdi + TILE_MASK]
    mov     ecx, [rdi + TILE_COUNT]
    add     rsi, X_BIAS
.endm

.macro keep_bias
    vpbroadcastb a, [rdi + TILE_BIAS]
    vmovdqu BIAS, a
.endm

.macro store_all tokens
    vmovd   xmm12, r11d
    vpbroadcastd w0, xmm12
    vpsllvd w1, w0, [rip + row_to_sign + 32]            // sign of w0, w1: the row exists
    vpsllvd w0, w0, [rip + row_to_sign]
    each_token \tokens, store
.endm

.macro tiles tokens
function lila_panel_u4_avx2_\tokens
    begin
    test    r8, r8
    jnz     2f
    mov     edi, [rdi + TILE_START]
    add     rdi, rsi                                    // x->start[…], with the bias of rsi
    over_blocks \tokens, 288, block_u4                  // a nibble is its own code
    ret
2:
    keep_bias
    over_blocks \tokens, 288, block_u4_coded
end_function lila_panel_u4_avx2_\tokens

function lila_panel_u4m_avx2_\tokens
    begin
    over_blocks \tokens, 320, block_u4m
end_function lila_panel_u4m_avx2_\tokens

function lila_panel_u8_avx2_\tokens
    begin
    keep_bias
    over_blocks \tokens, 544, block_u8
end_function lila_panel_u8_avx2_\tokens

function lila_panel_u5m_avx2_\tokens
    begin
    over_blocks \tokens, 384, block_u5m
end_function lila_panel_u5m_avx2_\tokens

function lila_panel_k4_avx2_\tokens
    begin
    over_supers \tokens, 256, block_k4, close_minima
end_function lila_panel_k4_avx2_\tokens

function lila_panel_k5_avx2_\tokens
    begin
    over_supers \tokens, 320, block_k5, close_minima
end_function lila_panel_k5_avx2_\tokens

function lila_panel_k6_avx2_\tokens
    begin
    over_supers \tokens, 384, block_k6, close_halves
end_function lila_panel_k6_avx2_\tokens
.endm

    .irp tokens, 1, 2, 3
    tiles   \tokens
    .endr

    .section .rodata
    .p2align 5
fifteens:
    .fill   32, 1, 15
sixteens:
    .fill   32, 1, 16
forty_eights:
    .fill   32, 1, 48
threes:
    .fill   32, 1, 3
twelves:
    .fill   32, 1, 12
sixty_threes:
    .fill   32, 1, 63
ones:
    .fill   16, 2, 1
row_to_sign:
    .long   31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16
