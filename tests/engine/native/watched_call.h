/* watched_call.h: calls a function and tells which registers it should have preserved and did not. */
#ifndef WATCHED_CALL_H
#define WATCHED_CALL_H

#include <stdint.h>

#if defined(__x86_64__)
/* Bit i of the result: names[i] changed. */
uint32_t watched_call(const void *function, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e);
#else
#define watched_call(f, a, b, c, d, e)                                                                         \
    (((void (*)(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t))(f))(a, b, c, d, e), 0u)
#endif

enum { WATCHED = 10 };
static const char *const watched_names[WATCHED] = {"rbx", "rbp", "r12",   "r13", "r14",
                                                   "r15", "rsp", "MXCSR", "DF",  "x87"};

#endif
