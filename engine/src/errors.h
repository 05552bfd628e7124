/* errors.h: writes the sentence of a failed call. */
#ifndef LILA_ERRORS_H
#define LILA_ERRORS_H

#include <stddef.h>

#include "lila_engine.h"

/* Writes the sentence into err[errlen]; err may be NULL. Control characters in it can only be of a file's own,
 * or of its name: they are written as \x1b, so that no file steers the terminal. */
void write_sentence(char *err, size_t errlen, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* `return LILA_FAIL(status, "expected %d, found %d", …);` needs err and errlen in scope. */
#define LILA_FAIL(status, ...) (write_sentence(err, errlen, __VA_ARGS__), (int)(status))

#endif
