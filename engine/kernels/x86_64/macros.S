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

/* A 16-byte row of one repeated byte, for the constants of a file. */
.macro constant name, words:vararg
    .section .rodata
    .p2align 6
\name:
    .long   \words
.endm

/* `body t` for t = 0 … tokens − 1, in the order that hides the latency of one behind the others. */
.macro each_token tokens, body, arguments:vararg
    .irp t, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        .if \t < \tokens
            \body \t, \arguments
        .endif
    .endr
.endm
