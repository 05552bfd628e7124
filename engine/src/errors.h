/* errors.h: writes the sentence of a failed call. */
#ifndef LILA_ERRORS_H
#define LILA_ERRORS_H

#include <stdio.h>

#include "lila_engine.h"

/* `return LILA_FAIL(status, "expected %d, found %d", …);` needs err and errlen in scope. */
#define LILA_FAIL(status, ...) (err ? (void)snprintf(err, errlen, __VA_ARGS__) : (void)0, (int)(status))

#endif
