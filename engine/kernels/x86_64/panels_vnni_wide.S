/* panels_vnni_wide.S: the panel kernels for AVX-512 with VNNI over two groups of 16 rows and 6 tokens.
 *
 * A tile of 16 rows by 12 tokens (panels_vnni.S) loads an activation for every vpdpbusd, and two loads a cycle are what
 * the processors of today do: with scales and weights they take longer than the products. Here an activation is
 * broadcast to a register once and multiplied by the weights of both groups. Registers, in every function, a and b
 * the two groups, t = 0 … 5 tokens:
 *
 *   rdi    tile, later start of x        zmm0–5, 6–11    a_acc, b_acc: the result so far, or the sum of a super-
 *                                                        block, f32
 *   rax    panel of this block, group a  zmm12–17, 18–23 a_dot, b_dot: the integers of this block
 *   rbx    bytes from it to that of b    zmm24–27        a_low, a_high, b_low, b_high: weights, then scales
 *   rsi    x of this block               zmm28           x: activations of one token
 *   rdx    bytes to the next block of x  zmm29           15 in every byte
 *   ecx    panels left                   zmm30           codes, or the mask of a fifth bit or of six
 *   r9     y of this token               zmm31           planes of those bits
 *   r10    y step                        k1, k2          rows of a and of b to store
 *   r8     integer scales and minima     [rsp + 128 t]   the result before this super-block, of a and of b
 *   edi    blocks left of a super-block
 *
 * Each result is the same sequence of operations as that of panels_vnni.S. */
#include "panel_tile.h"
#include "macros.S"

#define PREFETCH 2048
#define KEPT     128
#define X(t, at) [rsi + INPUT_BYTES * t + at]

#include "panel_loops.h"

    .set a_low, zmm24
    .set a_high, zmm25
    .set b_low, zmm26
    .set b_high, zmm27
    .set x, zmm28
    .set nibble_mask, zmm29
    .set codes, zmm30
    .set bit_mask, zmm30
    .set six_mask, zmm30
    .set plane, zmm31
    .irp t, 0, 1, 2, 3, 4, 5
    .set a_acc\t, zmm\t
    .endr
    .macro name_token t, b_acc, a_dot, b_dot
    .set b_acc\t, zmm\b_acc
    .set a_dot\t, zmm\a_dot
    .set b_dot\t, zmm\b_dot
    .endm
    name_token 0, 6, 12, 18
    name_token 1, 7, 13, 19
    name_token 2, 8, 14, 20
    name_token 3, 9, 15, 21
    name_token 4, 10, 16, 22
    name_token 5, 11, 17, 23

/* ---- steps of one token */

.macro clear_acc t, ignored
    vpxord  a_acc\t, a_acc\t, a_acc\t                   // acc[t] = 0
    vpxord  b_acc\t, b_acc\t, b_acc\t
.endm

.macro clear_dot t, ignored
    vpxord  a_dot\t, a_dot\t, a_dot\t                   // dot[t] = 0
    vpxord  b_dot\t, b_dot\t, b_dot\t
.endm

.macro start_dot t, ignored
    vpbroadcastd a_dot\t, [rdi + INPUT_BYTES * \t]      // dot[t] = start(bias)
    vmovdqa64 b_dot\t, a_dot\t
.endm

.macro start_half t, at
    vpbroadcastd a_dot\t, X(\t, \at)                    // dot[t] = half_start
    vmovdqa64 b_dot\t, a_dot\t
.endm

.macro dot_low t, column
    vpbroadcastd x, X(\t, \column)
    vpdpbusd a_dot\t, a_low, x                          // dot[t] += Σ w · q[column … column + 3]
    vpdpbusd b_dot\t, b_low, x
.endm

.macro dot_high t, column
    vpbroadcastd x, X(\t, \column)
    vpdpbusd a_dot\t, a_high, x                         // the same with the other weights
    vpdpbusd b_dot\t, b_high, x
.endm

.macro scale_dot t, ignored
    vbroadcastss x, X(\t, INPUT_SCALE)
    vmulps  a_high, a_low, x                            // x.scale · scale[r]
    vmulps  b_high, b_low, x
    vcvtdq2ps a_dot\t, a_dot\t                          // (float)dot[t]
    vcvtdq2ps b_dot\t, b_dot\t
    vfmadd231ps a_acc\t, a_high, a_dot\t                // acc[t] = fma(x.scale · scale[r], dot[t], acc[t])
    vfmadd231ps b_acc\t, b_high, b_dot\t
.endm

.macro add_min t, ignored
    vbroadcastss x, X(\t, INPUT_OFFSET)
    vfmadd231ps a_acc\t, a_low, x                       // acc[t] = fma(min[r], offset, acc[t])
    vfmadd231ps b_acc\t, b_low, x
.endm

.macro store t, ignored
    vmovups [r9]{k1}, a_acc\t                           // y[t][rows] = acc[t]
    vmovups [r9 + 64]{k2}, b_acc\t
    add     r9, r10
.endm

.macro keep t, ignored
    vmovaps [rsp + 128 * \t], a_acc\t
    vmovaps [rsp + 128 * \t + 64], b_acc\t
.endm

.macro sum_dot t, ignored
    vcvtdq2ps a_dot\t, a_dot\t                          // (float)dot[t]
    vcvtdq2ps b_dot\t, b_dot\t
    vfmadd231ps a_acc\t, a_low, a_dot\t                 // sum[t] = fma(sub_scale[r], dot[t], sum[t])
    vfmadd231ps b_acc\t, b_low, b_dot\t
.endm

.macro dot_mins t, pair
    vpbroadcastd x, X(\t, (INPUT_TOTALS+4*\pair))
    vpdpwssd a_dot\t, a_low, x                          // dot[t] += Σ sub_min[r] · totals, of two blocks
    vpdpwssd b_dot\t, b_low, x
.endm

.macro scale_sum t, ignored
    vmulps  a_acc\t, a_acc\t, a_low                     // sum[t] = scale[r] · sum[t]
    vmulps  b_acc\t, b_acc\t, b_low
.endm

.macro subtract_min t, ignored
    vcvtdq2ps a_dot\t, a_dot\t
    vcvtdq2ps b_dot\t, b_dot\t
    vfnmadd231ps a_acc\t, a_low, a_dot\t                // sum[t] = fma(−min[r], dot[t], sum[t])
    vfnmadd231ps b_acc\t, b_low, b_dot\t
.endm

.macro close_super t, ignored
    vbroadcastss x, X(\t, INPUT_SCALE)
    vfmadd213ps a_acc\t, x, [rsp + 128 * \t]            // acc[t] = fma(x.scale, sum[t], acc[t])
    vfmadd213ps b_acc\t, x, [rsp + 128 * \t + 64]
    keep    \t
.endm

/* ---- steps of one block, of both groups */

.macro six body, arguments:vararg
    each_token 6, \body, \arguments
.endm

.macro store_all tokens
    each_token \tokens, store
.endm

.macro prefetch bytes, ahead
    prefetch_lines \bytes, \ahead
    .irp line, 0, 64, 128, 192, 256, 320, 384, 448, 512, 576
        .if \line < \bytes
            prefetcht0 [rax + rbx + \ahead + \line]
        .endif
    .endr
.endm

/* Scales, or minima, at `at` of the panels. */
.macro load_halves at
    vcvtph2ps a_low, [rax + \at]
    vcvtph2ps b_low, [rax + rbx + \at]
.endm

.macro scale_dots at
    load_halves \at
    six     scale_dot
.endm

.macro add_mins at
    load_halves \at
    six     add_min
.endm

/* low and high = the nibbles of 64 bytes. */
.macro split low, high, bytes:vararg
    vmovdqu64 \high, \bytes
    vpandd  \low, \high, nibble_mask
    vpsrlw  \high, \high, 4
    vpandd  \high, \high, nibble_mask
.endm

/* Four columns and the four 16 further on. */
.macro nibbles at, column, coded
    split   a_low, a_high, [rax + \at]
    split   b_low, b_high, [rax + rbx + \at]
    .if \coded
    vpshufb a_low, codes, a_low                         // w = code[nibble]
    vpshufb b_low, codes, b_low
    vpshufb a_high, codes, a_high
    vpshufb b_high, codes, b_high
    .endif
    six     dot_low, \column
    six     dot_high, (\column+16)
.endm

.macro all_nibbles at, coded
    nibbles \at, 0, \coded
    nibbles (\at+64), 4, \coded
    nibbles (\at+128), 8, \coded
    nibbles (\at+192), 12, \coded
.endm

/* w |= bits of the plane, moved left (or right, where negative), that the mask has. */
.macro add_bits w, left
    .if \left > 0
    vpsllw  x, plane, \left
    .elseif \left < 0
    vpsrlw  x, plane, -(\left)
    .else
    vmovdqa64 x, plane
    .endif
    vpternlogd \w, x, bit_mask, 0xf8                    // w | x & mask
.endm

/* Group g of PANEL_U5M or of a block of PANEL_K5: four columns and the four 16 further on. */
.macro fives g
    split   a_low, a_high, [rax + 64 + 64 * \g]
    split   b_low, b_high, [rax + rbx + 64 + 64 * \g]
    vmovdqu64 plane, [rax + 320]
    add_bits a_low, (4 - \g)
    add_bits a_high, (-\g)
    vmovdqu64 plane, [rax + rbx + 320]
    add_bits b_low, (4 - \g)
    add_bits b_high, (-\g)
    six     dot_low, (4*\g)
    six     dot_high, (16+4*\g)
.endm

.macro all_fives
    fives   0
    fives   1
    fives   2
    fives   3
.endm

/* The fourth six bits of a half of a PANEL_K6, whose planes are at `planes`. */
.macro rest_of_sixes w, planes:vararg
    vpsrlw  \w, [\planes], 6
    vpsrlw  plane, [\planes + 64], 4
    vpternlogd \w, plane, dword ptr [rip + threes]{1to16}, 0xe4 // bits 0–1 of w, the others of plane
    vpsrlw  plane, [\planes + 128], 2
    vpternlogd \w, plane, nibble_mask, 0xe4            // bits 0–3 of w, the others of plane
    vpandd  \w, \w, six_mask
.endm

/* One half of a block of PANEL_K6, its planes at rax + at. */
.macro sixes at, column
    vpandd  a_low, six_mask, [rax + \at]
    vpandd  b_low, six_mask, [rax + rbx + \at]
    six     dot_low, \column
    vpandd  a_high, six_mask, [rax + \at + 64]
    vpandd  b_high, six_mask, [rax + rbx + \at + 64]
    six     dot_high, (\column+4)
    vpandd  a_low, six_mask, [rax + \at + 128]
    vpandd  b_low, six_mask, [rax + rbx + \at + 128]
    six     dot_low, (\column+8)
    rest_of_sixes a_high, rax + \at
    rest_of_sixes b_high, rax + rbx + \at
    six     dot_high, (\column+12)
.endm

/* Eight columns: two loads of bytes. */
.macro bytes at, column
    vmovdqu64 a_low, [rax + \at]
    vmovdqu64 b_low, [rax + rbx + \at]
    vmovdqu64 a_high, [rax + \at + 64]
    vmovdqu64 b_high, [rax + rbx + \at + 64]
    six     dot_low, \column
    six     dot_high, (\column+4)
.endm

.macro block_u4 ignored, coded
    six     start_dot
    all_nibbles 32, \coded
    scale_dots 0
    add     rax, 288
    add     rdi, rdx
.endm

.macro block_u4m ignored
    six     clear_dot
    all_nibbles 64, 0
    scale_dots 0
    add_mins 32
    add     rax, 320
.endm

.macro block_u5m ignored
    six     clear_dot
    all_fives
    scale_dots 0
    add_mins 32
    add     rax, 384
.endm

.macro block_u8 ignored
    six     start_dot
    bytes   32, 0
    bytes   160, 8
    bytes   288, 16
    bytes   416, 24
    scale_dots 0
    add     rax, 544
    add     rdi, rdx
.endm

/* Blocks of super-blocks, rax 64 bytes before their nibbles. */
.macro sub_scales at, extend
    vpmov\extend\()xbd a_low, [r8 + \at]
    vpmov\extend\()xbd b_low, [r8 + rbx + \at]
    vcvtdq2ps a_low, a_low
    vcvtdq2ps b_low, b_low
    six     sum_dot
.endm

.macro block_k4 ignored
    six     clear_dot
    all_nibbles 64, 0
    sub_scales 0, z
    add     rax, 256
    add     r8, 16
.endm

.macro block_k5 ignored
    six     clear_dot
    all_fives
    sub_scales 0, z
    add     rax, 320
    add     r8, 16
.endm

.macro block_k6 ignored
    six     start_half, INPUT_HALF_START
    sixes   64, 0
    sub_scales 0, s
    six     start_half, (INPUT_HALF_START+4)
    sixes   256, 16
    sub_scales 16, s
    add     rax, 384
    add     r8, 32
.endm

/* The ends of super-blocks. */
.macro load_before at
    vcvtph2ps a_low, [r8 - \at]
    vcvtph2ps b_low, [r8 + rbx - \at]
.endm

.macro close_minima ignored
    six     clear_dot
    .irp pair, 0, 1, 2, 3
    vpmovzxbw a_low, [r8 + 32 * \pair]
    vpmovzxbw b_low, [r8 + rbx + 32 * \pair]
    six     dot_mins, \pair
    .endr
    load_before SUPER_SUB_MINS
    six     scale_sum
    load_before (SUPER_SUB_MINS-SUPER_MIN)
    six     subtract_min
.endm

.macro close_halves ignored
    load_before SUPER_FIRST
    six     scale_sum
.endm

/* ---- functions: void lila_panel_<type>_vnni_wide(const panel_tile *) */

.macro begin panel_bytes
    push    rbx
    mov     rax, [rdi + TILE_PANELS]
    mov     rsi, [rdi + TILE_X]
    mov     rdx, [rdi + TILE_X_STEP]
    mov     r8, [rdi + TILE_CODE]
    mov     r9, [rdi + TILE_Y]
    mov     r10, [rdi + TILE_Y_STEP]
    mov     ecx, [rdi + TILE_COUNT]
    imul    rbx, rcx, \panel_bytes
    kmovd   k1, [rdi + TILE_MASK]
    kshiftrd k2, k1, 16
    mov     edi, [rdi + TILE_START]
    add     rdi, rsi                                    // x->start[…]
    vpbroadcastd nibble_mask, [rip + fifteens]
.endm

function lila_panel_u4_vnni_wide
    begin   288
    test    r8, r8
    jnz     2f
    over_blocks 6, 288, block_u4, 0                     // a nibble is its own code
    pop     rbx
    ret
2:
    vbroadcasti32x4 codes, [r8]
    over_blocks 6, 288, block_u4, 1
    pop     rbx
end_function lila_panel_u4_vnni_wide

function lila_panel_u4m_vnni_wide
    begin   320
    over_blocks 6, 320, block_u4m
    pop     rbx
end_function lila_panel_u4m_vnni_wide

function lila_panel_u5m_vnni_wide
    begin   384
    vpbroadcastd bit_mask, [rip + sixteens]
    over_blocks 6, 384, block_u5m
    pop     rbx
end_function lila_panel_u5m_vnni_wide

function lila_panel_u8_vnni_wide
    begin   544
    over_blocks 6, 544, block_u8
    pop     rbx
end_function lila_panel_u8_vnni_wide

function lila_panel_k4_vnni_wide
    begin   2368
    over_supers 6, 256, block_k4, close_minima
    pop     rbx
end_function lila_panel_k4_vnni_wide

function lila_panel_k5_vnni_wide
    begin   2880
    vpbroadcastd bit_mask, [rip + sixteens]
    over_supers 6, 320, block_k5, close_minima
    pop     rbx
end_function lila_panel_k5_vnni_wide

function lila_panel_k6_vnni_wide
    begin   3392
    vpbroadcastd six_mask, [rip + sixty_threes]
    over_supers 6, 384, block_k6, close_halves
    pop     rbx
end_function lila_panel_k6_vnni_wide

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
