/* panel_loops.h: from the first panel of a row to its last; macros for the assembly of the panel kernels, each
 * of which has
 *
 *   KEPT, PREFETCH         bytes of one token's result; how far ahead panels are asked for
 *   prefetch bytes, ahead  asks for them
 *   clear_acc, keep, close_super t   steps of one token, the last two for super-blocks
 *   store_all tokens       writes y
 *
 * and blocks and ends of super-blocks whose first argument is the number of tokens. The registers rax, rsi,
 * rdx, ecx, and for super-blocks edi and r8, are as the kernel names them. */

.macro over_blocks tokens, panel_bytes, block, arguments:vararg
    each_token \tokens, clear_acc
    .p2align 5
1:                                                      // do {
    prefetch \panel_bytes, PREFETCH
    \block  \tokens, \arguments                         //     acc[t] moves on by one block
    add     rsi, rdx                                    //     x += tokens of the run
    dec     ecx
    jnz     1b                                          // } while (--blocks)
    store_all \tokens
    vzeroupper
.endm

/* The same over super-blocks: acc holds the sum of one, what came before it is kept in memory. r8 walks through the
 * scales of its blocks, and rsi is at its last one when it is closed, where its totals are. */
.macro over_supers tokens, block_bytes, block, close
    push    rbp
    mov     rbp, rsp
    sub     rsp, KEPT * \tokens
    and     rsp, -64
    each_token \tokens, clear_acc
    each_token \tokens, keep
    .p2align 5
1:                                                      // do {
    prefetch SUPER_FIRST, PREFETCH
    lea     r8, [rax + SUPER_SUB_SCALES]
    add     rax, SUPER_FIRST - 64
    mov     edi, SUPER_BLOCKS
    each_token \tokens, clear_acc
2:                                                      //     do {
    prefetch \block_bytes, (PREFETCH + 64)
    \block  \tokens                                     //         sum[t] moves on by one block
    add     rsi, rdx                                    //         x += tokens of the run
    dec     edi
    jnz     2b                                          //     } while (--blocks of the super-block)
    sub     rsi, rdx
    \close  \tokens
    each_token \tokens, close_super                     //     acc[t] moves on by one super-block
    add     rsi, rdx
    add     rax, 64
    dec     ecx
    jnz     1b                                          // } while (--super-blocks)
    store_all \tokens
    vzeroupper
    leave
.endm
