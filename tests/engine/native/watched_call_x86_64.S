/* uint32_t watched_call(void *function, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e)
 *
 * Calls function(a, b, c, d, e) with a pattern in every register that a callee must preserve. The result has bit i
 * set where it did not: rbx, rbp, r12, r13, r14, r15, rsp, MXCSR control bits, direction flag, x87 control word.
 *
 *   rdi function → r11; rsi … r9 → rdi … r8; [rsp]: MXCSR, x87 control word, rsp before the call */
    .intel_syntax noprefix
    .section .note.GNU-stack, "", @progbits
    .text
    .globl  watched_call
    .type   watched_call, @function
watched_call:
    endbr64
    push    rbx
    push    rbp
    push    r12
    push    r13
    push    r14
    push    r15
    sub     rsp, 40                                     // keeps rsp a multiple of 16 at the call
    stmxcsr [rsp]
    fnstcw  [rsp + 4]
    mov     [rip + stack_before], rsp
    mov     r11, rdi
    mov     rdi, rsi
    mov     rsi, rdx
    mov     rdx, rcx
    mov     rcx, r8
    mov     r8, r9
    movabs  rbx, 0x1111111111111111
    movabs  rbp, 0x2222222222222222
    movabs  r12, 0x3333333333333333
    movabs  r13, 0x4444444444444444
    movabs  r14, 0x5555555555555555
    movabs  r15, 0x6666666666666666
    call    r11
    xor     eax, eax                                    // eax = registers that changed

.macro changed bit
    setne   cl
    movzx   ecx, cl
    shl     ecx, \bit
    or      eax, ecx
.endm
.macro compare register, value, bit
    movabs  rdx, \value
    cmp     \register, rdx
    changed \bit
.endm
    compare rbx, 0x1111111111111111, 0
    compare rbp, 0x2222222222222222, 1
    compare r12, 0x3333333333333333, 2
    compare r13, 0x4444444444444444, 3
    compare r14, 0x5555555555555555, 4
    compare r15, 0x6666666666666666, 5
    cmp     rsp, [rip + stack_before]
    changed 6
    mov     rsp, [rip + stack_before]
    stmxcsr [rsp + 8]
    mov     edx, [rsp + 8]
    xor     edx, [rsp]
    test    edx, 0xffffffc0                             // all but the sticky exception flags
    changed 7
    pushfq
    pop     rdx
    test    edx, 0x400
    changed 8
    cld
    fnstcw  [rsp + 12]
    mov     dx, [rsp + 12]
    cmp     dx, [rsp + 4]
    changed 9

    add     rsp, 40
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    pop     rbp
    pop     rbx
    ret
    .size   watched_call, . - watched_call

    .local  stack_before
    .comm   stack_before, 8, 8
