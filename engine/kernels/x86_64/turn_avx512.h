/* turn_avx512.h: 16 rows of 64 bytes to columns, in registers; macros for assembly files that have included
 * macros.S.
 *
 * Rows are often a multiple of 4096 bytes apart, which puts their lines into one set of an L1 of 8 ways. So
 * four rows at a time are read to the end of their lines.
 *
 *   rsi, rax, r9, r10  rows 0–3, 4–7, 8–11, 12–15       zmm0–15   rows
 *   rdx, r11           stride, 3 · stride               zmm16–23  columns */

/* From rsi and rdx. */
.macro point_at_rows
    lea     r11, [rdx + 2 * rdx]
    lea     rax, [rsi + 4 * rdx]
    lea     r9, [rsi + 8 * rdx]
    lea     r10, [rax + 8 * rdx]
.endm

/* To the next 64 bytes. Asks the cache for those `ahead`, a register, further on; rbx is lost. */
.macro next_lines ahead
    .irp rows, rsi, rax, r9, r10
    lea     rbx, [\rows + \ahead]
    prefetcht1 [rbx]
    prefetcht1 [rbx + rdx]
    prefetcht1 [rbx + 2 * rdx]
    prefetcht1 [rbx + r11]
    add     \rows, 64
    .endr
.endm

/* 16 bytes of rows i, 4 + i, 8 + i, 12 + i, each in its quarter of zmm(to). */
.macro quarters to, row, at
    vmovdqu xmm\to, [rsi \row + \at]
    vinserti32x4 zmm\to, zmm\to, [rax \row + \at], 1
    vinserti32x4 zmm\to, zmm\to, [r9 \row + \at], 2
    vinserti32x4 zmm\to, zmm\to, [r10 \row + \at], 3
.endm

/* zmm(4 q + i) = rows i, 4 + i, 8 + i, 12 + i at the four dwords from 4 q. */
.macro load_quarters
    quarters 0, "", 0
    quarters 4, "", 16
    quarters 8, "", 32
    quarters 12, "", 48
    quarters 1, "+ rdx", 0
    quarters 5, "+ rdx", 16
    quarters 9, "+ rdx", 32
    quarters 13, "+ rdx", 48
    quarters 2, "+ 2 * rdx", 0
    quarters 6, "+ 2 * rdx", 16
    quarters 10, "+ 2 * rdx", 32
    quarters 14, "+ 2 * rdx", 48
    quarters 3, "+ r11", 0
    quarters 7, "+ r11", 16
    quarters 11, "+ r11", 32
    quarters 15, "+ r11", 48
.endm

/* One step of a transposition: the elements of a and b by turns. */
.macro weave size, a, b, low, high
    vpunpckl\size zmm\low, zmm\a, zmm\b
    vpunpckh\size zmm\high, zmm\a, zmm\b
.endm

/* zmm20–23 = four columns of dwords. */
.macro turn_dwords a, b, c, d
    weave   dq, \a, \b, 16, 17                          // two rows; columns 0 and 1, 2 and 3
    weave   dq, \c, \d, 18, 19
    weave   qdq, 16, 18, 20, 21
    weave   qdq, 17, 19, 22, 23
.endm

/* 16 bytes of rows i and 8 + i, then the 16 bytes behind them. */
.macro halves to, low, high, row, at
    vmovdqu xmm\to, [\low \row + \at]
    vinserti32x4 zmm\to, zmm\to, [\high \row + \at], 1
    vinserti32x4 zmm\to, zmm\to, [\low \row + \at + 16], 2
    vinserti32x4 zmm\to, zmm\to, [\high \row + \at + 16], 3
.endm

/* zmm0–7 = rows i and 8 + i at 16 words, zmm8–15 the same at the next 16. */
.macro load_halves
    halves  0, rsi, r9, "", 0
    halves  8, rsi, r9, "", 32
    halves  1, rsi, r9, "+ rdx", 0
    halves  9, rsi, r9, "+ rdx", 32
    halves  2, rsi, r9, "+ 2 * rdx", 0
    halves  10, rsi, r9, "+ 2 * rdx", 32
    halves  3, rsi, r9, "+ r11", 0
    halves  11, rsi, r9, "+ r11", 32
    halves  4, rax, r10, "", 0
    halves  12, rax, r10, "", 32
    halves  5, rax, r10, "+ rdx", 0
    halves  13, rax, r10, "+ rdx", 32
    halves  6, rax, r10, "+ 2 * rdx", 0
    halves  14, rax, r10, "+ 2 * rdx", 32
    halves  7, rax, r10, "+ r11", 0
    halves  15, rax, r10, "+ r11", 32
.endm

/* zmm16–23: column i of 16 rows in the lower half of zmm(16 + i), column 8 + i in its upper half. */
.macro turn_words a, b, c, d, e, f, g, h
    weave   wd, \a, \b, 16, 20                          // two rows; columns 0–3 and 4–7
    weave   wd, \c, \d, 17, 21
    weave   wd, \e, \f, 18, 22
    weave   wd, \g, \h, 19, 23
    weave   dq, 16, 17, \a, \b                          // four rows; two columns each
    weave   dq, 18, 19, \c, \d
    weave   dq, 20, 21, \e, \f
    weave   dq, 22, 23, \g, \h
    weave   qdq, \a, \c, 16, 17                         // eight rows
    weave   qdq, \b, \d, 18, 19
    weave   qdq, \e, \g, 20, 21
    weave   qdq, \f, \h, 22, 23
.endm
