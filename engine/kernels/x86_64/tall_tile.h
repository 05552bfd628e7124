/* tall_tile.h: what the tall tiles of every instruction set begin with, and the step of four columns; macros
 * for the assembly. The registers:
 *
 *   rdi    tile
 *   rax    columns of group 0, r8 of 2
 *   rbx    bytes from group to group
 *   rsi    x of these columns
 *   rdx    bytes to the next four of x
 *   ecx    steps of four columns left
 *   r9     y */
/* clang-format off */

.macro begin_tall
    push    rbx
    mov     rax, [rdi + FLOATS_COLUMNS]
    mov     rbx, [rdi + FLOATS_SECOND]
    sub     rbx, rax
    lea     r8, [rax + 2 * rbx]
    mov     rsi, [rdi + FLOATS_X]
    mov     rdx, [rdi + FLOATS_X_STEP]
    mov     ecx, [rdi + FLOATS_STEPS]
    mov     r9, [rdi + FLOATS_Y]
.endm

.macro next_of_tall column_bytes
    add     rax, 4 * \column_bytes
    add     r8, 4 * \column_bytes
    add     rsi, rdx
    dec     ecx
    jnz     1b
.endm
