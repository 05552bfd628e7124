/* header_json.h: the little JSON that the header of a safetensors file is made of: strings, unsigned integers
 * and punctuation, read from left to right. Strict: UTF-8 only, no trailing commas, no number but an integer of
 * 64 bits. It nests as deeply as its caller does, so no text can make it recurse. */
#ifndef LILA_HEADER_JSON_H
#define LILA_HEADER_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct json_span {
    const char *data; /* not terminated */
    size_t len;
} json_span;

typedef struct json_cursor {
    const char *at, *begin, *end;
    char *arena; /* where strings are written without their escapes; never more bytes than the text has */
} json_cursor;

/* Is `punctuation` what follows? White space before it is skipped; it is taken when it is there. */
bool json_take(json_cursor *c, char punctuation);
/* Takes it, or fails with what was expected there and what was found. */
int json_expect(json_cursor *c, char punctuation, char *err, size_t errlen);
/* A string without zero bytes; `out` lies in the arena. */
int json_string(json_cursor *c, json_span *out, char *err, size_t errlen);
/* A whole number without sign, fraction, exponent or leading zeros. */
int json_u64(json_cursor *c, uint64_t *out, char *err, size_t errlen);
/* Nothing but white space is left. */
int json_end(json_cursor *c, char *err, size_t errlen);

/* Fails at the cursor: "header byte N: expected WHAT, found …". */
int json_fail(const json_cursor *c, const char *what, char *err, size_t errlen);

static inline bool json_is(json_span s, const char *text) {
    for (size_t i = 0; i < s.len; i++)
        if (!text[i] || text[i] != s.data[i]) return false;
    return !text[s.len];
}

#endif
