/* panels_vnni.S: the panel kernels for AVX-512 with VNNI, one function per type and number of tokens.
 *
 * A zmm holds the 16 rows of a panel. One vpdpbusd multiplies four columns of all rows by four activations of one
 * token, which its memory operand broadcasts, so that there are neither shuffles nor sums across lanes, and the
 * 12 tokens of a full tile hide the five cycles of latency. Registers, in every function:
 *
 *   rdi    tile, later x + start         zmm0–11    acc: the result so far, or the sum of a super-block, f32, one
 *                                                   register per token
 *   rax    panel of this block           zmm12–23   dot: the integers of this block, one register per token
 *   rsi    x of this block + X_BIAS      zmm24, 25  w: weights as unsigned bytes
 *   rdx    bytes to the next block of x  zmm26      scale[16]
 *   ecx    panels left                   zmm27      product of two scales
 *   r9     y of this token               zmm28      15 in every byte
 *   r10    y step                        zmm29      code[16] in every quarter, or 63 in every byte
 *   k1     rows to store                 zmm30      min[16]
 *   r8     integer scales and minima     zmm31      bits above the nibbles
 *   edi    blocks left of a super-block  [rsp + 64 t]  the result before this super-block
 *
 * Activations are addressed as rsi − X_BIAS + 64 t so that every displacement fits the one byte of EVEX. */
#include "panel_tile.h"
#include "macros.S"

#define X_BIAS   384
#define PREFETCH 2048
#define KEPT     64
#define X_INT(t, at) [rsi + INPUT_BYTES * t + at - X_BIAS]
#define X(t, at) dword ptr [rsi + INPUT_BYTES * t + at - X_BIAS]{1to16}

#include "panel_loops.h"

    .set w_low, zmm24
    .set w_high, zmm25
    .set scale, zmm26
    .set product, zmm27
    .set nibble_mask, zmm28
    .set codes, zmm29
    .set six_mask, zmm29
    .set min, zmm30
    .set upper, zmm31
    .irp t, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    .set acc\t, zmm\t
    .endr
    .set dot0, zmm12
    .set dot1, zmm13
    .set dot2, zmm14
    .set dot3, zmm15
    .set dot4, zmm16
    .set dot5, zmm17
    .set dot6, zmm18
    .set dot7, zmm19
    .set dot8, zmm20
    .set dot9, zmm21
    .set dot10, zmm22
    .set dot11, zmm23

/* ---- steps of one token */

.macro clear_acc t, ignored
    vpxord  acc\t, acc\t, acc\t                         // acc[t] = 0
.endm

.macro clear_dot t, ignored
    vpxord  dot\t, dot\t, dot\t                         // dot[t] = 0
.endm

.macro start_dot t, ignored
    vpbroadcastd dot\t, [rdi + INPUT_BYTES * \t - X_BIAS] // dot[t] = start(bias)
.endm

.macro start_half t, at
    vpbroadcastd dot\t, X_INT(\t, \at)                // dot[t] = half_start
.endm

.macro dot_low t, column
    vpdpbusd dot\t, w_low, X(\t, \column)               // dot[t] += Σ w · q[column … column + 3]
.endm

.macro dot_high t, column
    vpdpbusd dot\t, w_high, X(\t, \column)              // the same with the other weights
.endm

.macro scale_dot t, ignored
    vcvtdq2ps dot\t, dot\t                              // (float)dot[t]
    vmulps  product, scale, X(\t, INPUT_SCALE)          // x.scale · scale[r]
    vfmadd231ps acc\t, product, dot\t                   // acc[t] = fma(x.scale · scale[r], dot[t], acc[t])
.endm

.macro add_min t, offset
    vfmadd231ps acc\t, min, X(\t, \offset)              // acc[t] = fma(min[r], offset, acc[t])
.endm

.macro store t, ignored
    vmovups [r9]{k1}, acc\t                             // y[t][rows] = acc[t]
    add     r9, r10
.endm

.macro keep t, ignored
    vmovaps [rsp + 64 * \t], acc\t
.endm

.macro sum_dot t, ignored
    vcvtdq2ps dot\t, dot\t                              // (float)dot[t]
    vfmadd231ps acc\t, scale, dot\t                     // sum[t] = fma(sub_scale[r], dot[t], sum[t])
.endm

.macro dot_mins t, pair
    vpdpwssd dot\t, min, X(\t, (INPUT_TOTALS+4*\pair))  // dot[t] += Σ sub_min[r] · totals, of two blocks
.endm

.macro scale_sum t, ignored
    vmulps  acc\t, acc\t, scale                         // sum[t] = scale[r] · sum[t]
.endm

.macro subtract_min t, ignored
    vcvtdq2ps dot\t, dot\t
    vfnmadd231ps acc\t, min, dot\t                      // sum[t] = fma(−min[r], dot[t], sum[t])
.endm

.macro close_super t, ignored
    vbroadcastss product, X_INT(\t, INPUT_SCALE)
    vfmadd213ps acc\t, product, [rsp + 64 * \t]         // acc[t] = fma(x.scale, sum[t], acc[t])
    keep    \t
.endm

/* ---- steps of one block */

.macro prefetch bytes, ahead
    prefetch_lines \bytes, \ahead
.endm

.macro store_all tokens
    each_token \tokens, store
.endm

/* Four columns and the four 16 further on: one load's nibbles. */
.macro nibbles tokens, at, column, coded
    vmovdqu64 w_high, [rax + \at]
    vpandd  w_low, w_high, nibble_mask                  // w_low = byte & 15
    vpsrlw  w_high, w_high, 4
    vpandd  w_high, w_high, nibble_mask                 // w_high = byte >> 4
    .if \coded
    vpshufb w_low, codes, w_low                         // w = code[nibble]
    vpshufb w_high, codes, w_high
    .endif
    each_token \tokens, dot_low, \column
    each_token \tokens, dot_high, (\column+16)
.endm

.macro all_nibbles tokens, at, coded
    nibbles \tokens, \at, 0, \coded
    nibbles \tokens, (\at+64), 4, \coded
    nibbles \tokens, (\at+128), 8, \coded
    nibbles \tokens, (\at+192), 12, \coded
.endm

/* w |= bits of the plane at rax + plane, moved left (or right, where negative), that `mask` has. */
.macro add_bits w, plane, left, mask
    .if \left > 0
    vpsllw  upper, [rax + \plane], \left
    .elseif \left < 0
    vpsrlw  upper, [rax + \plane], -(\left)
    .else
    vmovdqu64 upper, [rax + \plane]
    .endif
    vpternlogd \w, upper, dword ptr [rip + \mask]{1to16}, 0xf8 // w | upper & mask
.endm

/* Group g of PANEL_U5M or of a block of PANEL_K5: four columns and the four 16 further on. */
.macro fives tokens, g
    vmovdqu64 w_high, [rax + 64 + 64 * \g]
    vpandd  w_low, w_high, nibble_mask
    vpsrlw  w_high, w_high, 4
    vpandd  w_high, w_high, nibble_mask
    add_bits w_low, 320, (4 - \g), sixteens
    add_bits w_high, 320, (-\g), sixteens
    each_token \tokens, dot_low, (4*\g)
    each_token \tokens, dot_high, (16+4*\g)
.endm

.macro all_fives tokens
    fives   \tokens, 0
    fives   \tokens, 1
    fives   \tokens, 2
    fives   \tokens, 3
.endm

/* One half of a block of PANEL_K6, its planes at rax + at. */
.macro sixes tokens, at, column
    vpandd  w_low, six_mask, [rax + \at]
    vpandd  w_high, six_mask, [rax + \at + 64]
    each_token \tokens, dot_low, \column
    each_token \tokens, dot_high, (\column+4)
    vpsrlw  w_high, [rax + \at], 6
    vpsrlw  upper, [rax + \at + 64], 4
    vpternlogd w_high, upper, dword ptr [rip + threes]{1to16}, 0xe4 // bits 0–1 of w_high, the others of upper
    vpsrlw  upper, [rax + \at + 128], 2
    vpandd  w_low, six_mask, [rax + \at + 128]
    vpternlogd w_high, upper, nibble_mask, 0xe4         // bits 0–3 of w_high, the others of upper
    vpandd  w_high, w_high, six_mask
    each_token \tokens, dot_low, (\column+8)
    each_token \tokens, dot_high, (\column+12)
.endm

/* Eight columns: two loads of bytes. */
.macro bytes tokens, at, column
    vmovdqu64 w_low, [rax + \at]
    vmovdqu64 w_high, [rax + \at + 64]
    each_token \tokens, dot_low, \column
    each_token \tokens, dot_high, (\column+4)
.endm

.macro block_u4 tokens, coded
    vcvtph2ps scale, [rax]
    each_token \tokens, start_dot
    all_nibbles \tokens, 32, \coded
    each_token \tokens, scale_dot
    add     rax, 288
    add     rdi, rdx
.endm

.macro block_u4m tokens
    vcvtph2ps scale, [rax]
    vcvtph2ps min, [rax + 32]
    each_token \tokens, clear_dot
    all_nibbles \tokens, 64, 0
    each_token \tokens, scale_dot
    each_token \tokens, add_min, INPUT_OFFSET
    add     rax, 320
.endm

.macro block_u8 tokens
    vcvtph2ps scale, [rax]
    each_token \tokens, start_dot
    bytes   \tokens, 32, 0
    bytes   \tokens, 160, 8
    bytes   \tokens, 288, 16
    bytes   \tokens, 416, 24
    each_token \tokens, scale_dot
    add     rax, 544
    add     rdi, rdx
.endm

.macro block_u5m tokens
    vcvtph2ps scale, [rax]
    vcvtph2ps min, [rax + 32]
    each_token \tokens, clear_dot
    all_fives \tokens
    each_token \tokens, scale_dot
    each_token \tokens, add_min, INPUT_OFFSET
    add     rax, 384
.endm

/* Blocks of super-blocks, rax 64 bytes before their nibbles. */
.macro sub_scale at, extend
    vpmov\extend\()xbd scale, [r8 + \at]
    vcvtdq2ps scale, scale
.endm

.macro block_k4 tokens
    each_token \tokens, clear_dot
    all_nibbles \tokens, 64, 0
    sub_scale 0, z
    each_token \tokens, sum_dot
    add     rax, 256
    add     r8, 16
.endm

.macro block_k5 tokens
    each_token \tokens, clear_dot
    all_fives \tokens
    sub_scale 0, z
    each_token \tokens, sum_dot
    add     rax, 320
    add     r8, 16
.endm

.macro block_k6 tokens
    each_token \tokens, start_half, INPUT_HALF_START
    sixes   \tokens, 64, 0
    sub_scale 0, s
    each_token \tokens, sum_dot
    each_token \tokens, start_half, (INPUT_HALF_START+4)
    sixes   \tokens, 256, 16
    sub_scale 16, s
    each_token \tokens, sum_dot
    add     rax, 384
    add     r8, 32
.endm

/* The ends of super-blocks. */
.macro close_minima tokens
    each_token \tokens, clear_dot
    .irp pair, 0, 1, 2, 3
    vpmovzxbw min, [r8 + 32 * \pair]
    each_token \tokens, dot_mins, \pair
    .endr
    vcvtph2ps scale, [r8 - SUPER_SUB_MINS]
    each_token \tokens, scale_sum
    vcvtph2ps min, [r8 - SUPER_SUB_MINS + SUPER_MIN]
    each_token \tokens, subtract_min
.endm

.macro close_halves tokens
    vcvtph2ps scale, [r8 - SUPER_FIRST]
    each_token \tokens, scale_sum
.endm

/* ---- functions: void lila_panel_<type>_vnni_<tokens>(const panel_tile *) */

.macro begin
    mov     rax, [rdi + TILE_PANELS]
    mov     rsi, [rdi + TILE_X]
    mov     rdx, [rdi + TILE_X_STEP]
    mov     r9, [rdi + TILE_Y]
    mov     r10, [rdi + TILE_Y_STEP]
    mov     ecx, [rdi + TILE_COUNT]
    kmovd   k1, [rdi + TILE_MASK]
    vpbroadcastd nibble_mask, [rip + fifteens]
    add     rsi, X_BIAS
.endm

.macro tiles tokens
function lila_panel_u4_vnni_\tokens
    begin
    mov     r8, [rdi + TILE_CODE]
    mov     edi, [rdi + TILE_START]
    add     rdi, rsi                                    // x->start[…], with the bias of rsi
    test    r8, r8
    jnz     2f
    over_blocks \tokens, 288, block_u4, 0               // a nibble is its own code
    ret
2:
    vbroadcasti32x4 codes, [r8]
    over_blocks \tokens, 288, block_u4, 1
end_function lila_panel_u4_vnni_\tokens

function lila_panel_u4m_vnni_\tokens
    begin
    over_blocks \tokens, 320, block_u4m
end_function lila_panel_u4m_vnni_\tokens

function lila_panel_u8_vnni_\tokens
    begin
    mov     edi, [rdi + TILE_START]
    add     rdi, rsi
    over_blocks \tokens, 544, block_u8
end_function lila_panel_u8_vnni_\tokens

function lila_panel_u5m_vnni_\tokens
    begin
    over_blocks \tokens, 384, block_u5m
end_function lila_panel_u5m_vnni_\tokens

function lila_panel_k4_vnni_\tokens
    begin
    over_supers \tokens, 256, block_k4, close_minima
end_function lila_panel_k4_vnni_\tokens

function lila_panel_k5_vnni_\tokens
    begin
    over_supers \tokens, 320, block_k5, close_minima
end_function lila_panel_k5_vnni_\tokens

function lila_panel_k6_vnni_\tokens
    begin
    vpbroadcastd six_mask, [rip + sixty_threes]
    over_supers \tokens, 384, block_k6, close_halves
end_function lila_panel_k6_vnni_\tokens
.endm

    .irp tokens, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
    tiles \tokens
    .endr

    .section .rodata
    .p2align 2
fifteens:
    .long   0x0f0f0f0f
sixteens:
    .long   0x10101010
threes:
    .long   0x03030303
sixty_threes:
    .long   0x3f3f3f3f
