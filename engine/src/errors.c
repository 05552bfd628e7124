/* errors.c: see errors.h. */
#include "errors.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 1024 };

/* Bytes of the character at `at`, if a terminal obeys it; else 0. */
static size_t steering(const char *at) {
    uint8_t byte = (uint8_t)at[0], next = (uint8_t)at[1];      /* at[0] isn't the terminator */
    if (byte == 0xc2 && next >= 0x80 && next < 0xa0) return 2; /* U+0080 to U+009F */
    return byte < 0x20 || byte == 0x7f;
}

/* As much of the sentence as there is room for; no escape is cut. */
static void write_escaped(const char *sentence, char *err, size_t errlen) {
    size_t used = 0, escapes = 0;
    for (const char *at = sentence; *at; at++) {
        char shown[5] = {*at};
        if (!escapes) escapes = steering(at);
        if (escapes) {
            snprintf(shown, sizeof shown, "\\x%02x", (uint8_t)*at);
            escapes--;
        }
        size_t n = strlen(shown);
        if (used + n >= errlen) break;
        memcpy(err + used, shown, n);
        used += n;
    }
    err[used] = 0;
}

void write_sentence(char *err, size_t errlen, const char *format, ...) {
    char sentence[LONGEST];
    va_list values;
    if (!err || !errlen) return;
    va_start(values, format);
    vsnprintf(sentence, sizeof sentence, format, values);
    va_end(values);
    write_escaped(sentence, err, errlen);
}
