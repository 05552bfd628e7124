/* macros.S: what every assembly file for x86-64 begins with. System V calling convention, Intel syntax. */
    .intel_syntax noprefix
    .section .note.GNU-stack, "", @progbits             // the stack needs no execute permission

/* A function that other objects of the library may call and nothing outside it sees. */
.macro function name
    .text
    .globl  \name
    .hidden \name
    .type   \name, @function
    .p2align 5
\name:
    endbr64                                             // indirect calls land here
.endm

.macro end_function name
    ret
    .size   \name, . - \name
.endm

/* Brings in the lines of `bytes` bytes at rax, `ahead` bytes further on. Past the end of a matrix it does nothing. */
.macro prefetch_lines bytes, ahead
    .irp line, 0, 64, 128, 192, 256, 320, 384, 448, 512, 576
        .if \line < \bytes
            prefetcht0 [rax + \ahead + \line]
        .endif
    .endr
.endm

/* `body t` for t = 0 … tokens − 1, in the order that hides the latency of one behind the others. */
.macro each_token tokens, body, arguments:vararg
    .irp t, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        .if \t < \tokens
            \body \t, \arguments
        .endif
    .endr
.endm
