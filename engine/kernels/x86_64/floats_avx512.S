/* floats_avx512.S: products with rows of F32, F16 and BF16 for AVX-512 (F, BW, DQ, VL), and of pairs of BF16 for
 * AVX512_BF16. */
#include "float_tile.h"
#include "macros.S"
#include "tall_tile.h"
#include "turn_avx512.h"

/* ---- tiles: void lila_float_avx512_<tokens>(const float_tile *), lila_halves_avx512_<tokens> over panels of F16,
 *      lila_pairs_avx512_<tokens> over pairs of BF16, turned or in panels
 *
 * 32 rows by up to 12 tokens. Each column of the rows is two registers, each activation one that its load
 * broadcasts, so that 14 loads feed 24 multiplications.
 *
 *   rdi    tile                          zmm0–11    sum[t][rows 0–15]
 *   rax    columns of rows 0–15          zmm12–23   sum[t][rows 16–31]
 *   r8     columns of rows 16–31         zmm24, 25  w: one column of both
 *   rsi    x of these columns            zmm26      a: one activation; at the end y
 *   rdx    bytes to the next four of x   zmm27      keep
 *   ecx    steps of four columns left
 *   r9     y of this token
 *   r10    y step
 *   r11    what the cache is asked for; while it is, r9 is its step */
    .set w_first, zmm24
    .set w_second, zmm25
    .set a, zmm26
    .set keep, zmm27
    .irp t, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    .set first\t, zmm\t
    .endr
    .set second0, zmm12
    .set second1, zmm13
    .set second2, zmm14
    .set second3, zmm15
    .set second4, zmm16
    .set second5, zmm17
    .set second6, zmm18
    .set second7, zmm19
    .set second8, zmm20
    .set second9, zmm21
    .set second10, zmm22
    .set second11, zmm23

.macro clear t, ignored
    vpxord  first\t, first\t, first\t                   // sum[t] = 0
    vpxord  second\t, second\t, second\t
.endm

.macro multiply t, column
    vbroadcastss a, dword ptr [rsi + 16 * \t + 4 * \column]
    vfmadd231ps first\t, w_first, a                     // sum[t] = fma(w, x[t][column], sum[t])
    vfmadd231ps second\t, w_second, a
.endm

.macro multiply_pairs t, column
    vpbroadcastd a, dword ptr [rsi + 16 * \t + 4 * \column]
    vdpbf16ps first\t, w_first, a                        // sum[t] + w1 · x1[t][column] + w0 · x0[t][column]
    vdpbf16ps second\t, w_second, a
.endm

.macro load_floats column
    vmovaps w_first, [rax + 64 * \column]
    vmovaps w_second, [r8 + 64 * \column]
.endm

.macro load_halves_as_floats column
    vcvtph2ps w_first, [rax + 32 * \column]
    vcvtph2ps w_second, [r8 + 32 * \column]
.endm

.macro fetch_y t, ignored
    prefetcht0 [r9]
    prefetcht0 [r9 + 64]
    add     r9, r10
.endm

.macro add_to_y t, ignored
    vpandd  a, keep, [r9]
    vaddps  first\t, first\t, a                         // y[t] + sum[t], or 0 + sum[t]
    vmovups [r9], first\t
    vpandd  a, keep, [r9 + 64]
    vaddps  second\t, second\t, a
    vmovups [r9 + 64], second\t
    add     r9, r10
.endm

.macro tile name, column_bytes, load, multiply, tokens
function lila_\name\()_avx512_\tokens
    mov     rax, [rdi + FLOATS_COLUMNS]
    mov     rsi, [rdi + FLOATS_X]
    mov     rdx, [rdi + FLOATS_X_STEP]
    mov     r9, [rdi + FLOATS_Y]
    mov     r10, [rdi + FLOATS_Y_STEP]
    mov     ecx, [rdi + FLOATS_STEPS]
    mov     r8, [rdi + FLOATS_SECOND]
    mov     r11, [rdi + FLOATS_NEXT]
    each_token \tokens, fetch_y
    mov     r9, [rdi + FLOATS_NEXT_STEP]
    each_token \tokens, clear
    .p2align 5
1:                                                      // do {
    .irp column, 0, 1, 2, 3
    \load   \column
    each_token \tokens, \multiply, \column
    .endr
    prefetcht1 [r11]
    prefetcht1 [r11 + 64]
    add     r11, r9
    add     rax, 4 * \column_bytes
    add     r8, 4 * \column_bytes
    add     rsi, rdx
    dec     ecx
    jnz     1b                                          // } while (--steps)
    mov     r9, [rdi + FLOATS_Y]
    vpbroadcastd keep, [rdi + FLOATS_KEEP]
    each_token \tokens, add_to_y
    vzeroupper
end_function lila_\name\()_avx512_\tokens
.endm

    .irp tokens, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
    tile    float, 64, load_floats, multiply, \tokens
    tile    halves, 32, load_halves_as_floats, multiply, \tokens
    tile    pairs, 64, load_floats, multiply_pairs, \tokens
    .endr

/* ---- tall tiles: void lila_tall_<type>_avx512(const float_tile *)
 *
 * 64 rows of panels by one token. A sum waits for the one before it, four cycles and more: two groups would wait longer
 * than their weights take to arrive out of the caches.
 *
 *   those of tall_tile.h, and           zmm0–3     sum of the four groups
 *                                        zmm4–7     w: one column of them
 *                                        zmm8       x of the column; at the end y
 *                                        zmm9       keep */
.macro tall_floats w, from:vararg
    vmovaps \w, [\from]
.endm

.macro tall_halves w, from:vararg
    vcvtph2ps \w, [\from]
.endm

.macro tall name, column_bytes, load, multiply
function lila_tall_\name\()_avx512
    begin_tall
    vpbroadcastd zmm9, [rdi + FLOATS_KEEP]
    .irp group, 0, 1, 2, 3
    vpxord  zmm\group, zmm\group, zmm\group              // sum = 0
    .endr
    .p2align 5
1:                                                      // do {
    .irp column, 0, 1, 2, 3
    vbroadcastss zmm8, dword ptr [rsi + 4 * \column]
    \load   zmm4, rax + \column_bytes * \column
    \load   zmm5, rax + rbx + \column_bytes * \column
    \load   zmm6, r8 + \column_bytes * \column
    \load   zmm7, r8 + rbx + \column_bytes * \column
    \multiply zmm0, zmm4, zmm8                          //     sum += w · x
    \multiply zmm1, zmm5, zmm8
    \multiply zmm2, zmm6, zmm8
    \multiply zmm3, zmm7, zmm8
    .endr
    next_of_tall \column_bytes                          // } while (--steps)
    .irp group, 0, 1, 2, 3
    vpandd  zmm8, zmm9, [r9 + 64 * \group]
    vaddps  zmm\group, zmm\group, zmm8                   // y + sum, or 0 + sum
    vmovups [r9 + 64 * \group], zmm\group
    .endr
    vzeroupper
    pop     rbx
end_function lila_tall_\name\()_avx512
.endm

    tall    halves, 32, tall_halves, vfmadd231ps
    tall    pairs, 64, tall_floats, vdpbf16ps

/* ---- turns: void lila_turn_<type>_avx512(float *out, const uint8_t *rows, size_t stride, size_t steps,
 *                                        ptrdiff_t ahead)
 *
 *
 *   rdi    out                           zmm24, 25  columns as f32
 *   rcx    steps left                    zmm26      the upper half of every dword
 *   r8     ahead
 *   and those of turn_avx512.h */
.macro begin_turn
    push    rbx
    point_at_rows
.endm

.macro next_turn bytes
    next_lines r8
    add     rdi, \bytes
    dec     rcx
    jnz     1b
    vzeroupper
    pop     rbx
.endm

.macro floats a, b, c, d, to
    turn_dwords \a, \b, \c, \d
    vmovaps [rdi + \to], zmm20
    vmovaps [rdi + \to + 64], zmm21
    vmovaps [rdi + \to + 128], zmm22
    vmovaps [rdi + \to + 192], zmm23
.endm

function lila_turn_f32_avx512
    begin_turn
    .p2align 5
1:                                                      // do {
    load_quarters
    floats  0, 1, 2, 3, 0
    floats  4, 5, 6, 7, 256
    floats  8, 9, 10, 11, 512
    floats  12, 13, 14, 15, 768
    next_turn 1024                                      // } while (--steps)
end_function lila_turn_f32_avx512

.macro pairs a, b, c, d, to
    turn_dwords \a, \b, \c, \d
    .irp pair, 0, 1, 2, 3
    vpslld  zmm24, zmm2\pair, 16                        // a BF16 is the upper half of an F32
    vpandd  zmm25, zmm2\pair, zmm26
    vmovaps [rdi + \to + 128 * \pair], zmm24
    vmovaps [rdi + \to + 128 * \pair + 64], zmm25
    .endr
.endm

function lila_turn_bf16_avx512
    begin_turn
    vpternlogd zmm26, zmm26, zmm26, 0xff
    vpslld  zmm26, zmm26, 16
    .p2align 5
1:                                                      // do {
    load_quarters
    pairs   0, 1, 2, 3, 0
    pairs   4, 5, 6, 7, 512
    pairs   8, 9, 10, 11, 1024
    pairs   12, 13, 14, 15, 1536
    next_turn 2048                                      // } while (--steps)
end_function lila_turn_bf16_avx512

/* The upper half goes through the place of its column in out. */
.macro widen i, to
    vextracti64x4 [rdi + \to + 512], zmm\i, 1
    vcvtph2ps zmm24, ymm\i
    vcvtph2ps zmm25, [rdi + \to + 512]
    vmovaps [rdi + \to], zmm24
    vmovaps [rdi + \to + 512], zmm25
.endm

.macro widen_words to
    widen   16, \to
    widen   17, (\to+64)
    widen   18, (\to+128)
    widen   19, (\to+192)
    widen   20, (\to+256)
    widen   21, (\to+320)
    widen   22, (\to+384)
    widen   23, (\to+448)
.endm

function lila_turn_f16_avx512
    begin_turn
    .p2align 5
1:                                                      // do {
    load_halves
    turn_words 0, 1, 2, 3, 4, 5, 6, 7
    widen_words 0
    turn_words 8, 9, 10, 11, 12, 13, 14, 15
    widen_words 1024
    next_turn 2048                                      // } while (--steps)
end_function lila_turn_f16_avx512
