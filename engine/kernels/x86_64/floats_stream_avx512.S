/* floats_stream_avx512.S: one token by rows of F32, F16 and BF16 for AVX-512 (F, BW, DQ, VL), and of pairs of BF16
 * for AVX512_BF16.
 *
 * void lila_stream_<type>_avx512(const float_stream *): as the turns and tiles of floats_avx512.S, but the columns
 * never leave their registers. All 16 rows lie in one register, so each column waits for the one before it; the
 * memory is slower than that.
 *
 *   rdi    x                             zmm24, 25  columns as f32
 *   ecx    steps left in the block       zmm26      the upper half of every dword
 *   r8     blocks left                   zmm27      sum of the block
 *   r12    from rows to what the cache   zmm28      y
 *          is asked for                  k1         rows of y to add to: none or all
 *   r13    steps to its end of the rows  [rsp]      from there to the next 16 rows
 *   and those of turn_avx512.h */
#include "float_tile.h"
#include "macros.S"
#include "turn_avx512.h"

/* sum = fma(column, x[at], sum) */
.macro add_column column, at
    vfmadd231ps zmm27, \column, dword ptr [rdi + 4 * (\at)]{1to16}
.endm

/* sum + w1 · x1[at] + w0 · x0[at] */
.macro add_pair column, at
    vdpbf16ps zmm27, \column, dword ptr [rdi + 4 * (\at)]{1to16}
.endm

/* Columns of dwords, each of which `add` takes in. */
.macro dwords add, a, b, c, d, at
    turn_dwords \a, \b, \c, \d
    \add    zmm20, \at
    \add    zmm21, \at+1
    \add    zmm22, \at+2
    \add    zmm23, \at+3
.endm

.macro step_dwords add
    load_quarters
    dwords  \add, 0, 1, 2, 3, 0
    dwords  \add, 4, 5, 6, 7, 4
    dwords  \add, 8, 9, 10, 11, 8
    dwords  \add, 12, 13, 14, 15, 12
.endm

.macro step_f32
    step_dwords add_column
.endm

.macro step_pairs
    step_dwords add_pair
.endm

.macro pairs a, b, c, d, at
    turn_dwords \a, \b, \c, \d
    .irp pair, 0, 1, 2, 3
    vpslld  zmm24, zmm2\pair, 16                        // a BF16 is the upper half of an F32
    vpandd  zmm25, zmm2\pair, zmm26
    add_column zmm24, \at+2*\pair
    add_column zmm25, \at+2*\pair+1
    .endr
.endm

.macro step_bf16
    load_quarters
    pairs   0, 1, 2, 3, 0
    pairs   4, 5, 6, 7, 8
    pairs   8, 9, 10, 11, 16
    pairs   12, 13, 14, 15, 24
.endm

.macro words at
    .irp i, 16, 17, 18, 19, 20, 21, 22, 23
    vcvtph2ps zmm24, ymm\i
    add_column zmm24, \at+\i-16
    .endr
    .irp i, 16, 17, 18, 19, 20, 21, 22, 23
    vextracti64x4 ymm25, zmm\i, 1
    vcvtph2ps zmm25, ymm25
    add_column zmm25, \at+\i-8
    .endr
.endm

.macro step_f16
    load_halves
    turn_words 0, 1, 2, 3, 4, 5, 6, 7
    words   0
    turn_words 8, 9, 10, 11, 12, 13, 14, 15
    words   16
.endm

/* steps: of 64 bytes, in a block. columns: in a step. */
.macro stream type, steps, columns
function lila_stream_\type\()_avx512
    push    rbx
    push    r12
    push    r13
    push    rbp
    mov     rsi, [rdi + STREAM_ROWS]
    mov     rdx, [rdi + STREAM_STRIDE]
    mov     r8, [rdi + STREAM_BLOCKS]
    mov     r12, [rdi + STREAM_AHEAD]
    mov     r13, [rdi + STREAM_STEPS_TO_END]
    mov     rbp, rdi
    mov     rdi, [rdi + STREAM_X]
    point_at_rows
    vpternlogd zmm26, zmm26, zmm26, 0xff
    vpslld  zmm26, zmm26, 16
    vpxord  zmm28, zmm28, zmm28
    .p2align 4
1:                                                      // do {
    mov     ecx, \steps
    cmp     r8, 1
    cmove   ecx, [rbp + STREAM_LAST]
    vpxord  zmm27, zmm27, zmm27                         //     sum = 0
    .p2align 4
2:                                                      //     do {
    step_\type                                          //         16 rows of 64 bytes
    next_lines r12
    add     rdi, 4 * \columns
    dec     r13
    jnz     3f
    add     r12, [rbp + STREAM_JUMP]                    //         the rows end: on to the next ones
3:
    dec     ecx
    jnz     2b                                          //     } while (--steps)
    vaddps  zmm28, zmm28, zmm27                         //     y += sum
    dec     r8
    jnz     1b                                          // } while (--blocks)
    mov     rcx, [rbp + STREAM_Y]
    vmovups [rcx], zmm28
    vzeroupper
    pop     rbp
    pop     r13
    pop     r12
    pop     rbx
end_function lila_stream_\type\()_avx512
.endm

    stream  f32, 8, 16
    stream  f16, 4, 32
    stream  bf16, 4, 32
    stream  pairs, 8, 16
