/* header_json.c: see header_json.h. */
#include "header_json.h"

#include <string.h>

#include "errors.h"
#include "unicode.h"

int json_fail(const json_cursor *c, const char *what, char *err, size_t errlen) {
    size_t at = (size_t)(c->at - c->begin);
    if (c->at == c->end)
        return LILA_FAIL(LILA_E_FORMAT, "header byte %zu: expected %s, found the end of the header", at, what);
    uint8_t byte = (uint8_t)*c->at;
    if (byte < ' ' || byte > '~')
        return LILA_FAIL(LILA_E_FORMAT, "header byte %zu: expected %s, found the byte 0x%02x", at, what, byte);
    return LILA_FAIL(LILA_E_FORMAT, "header byte %zu: expected %s, found '%c'", at, what, byte);
}

static void skip_space(json_cursor *c) {
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\n' || *c->at == '\r')) c->at++;
}

bool json_take(json_cursor *c, char punctuation) {
    skip_space(c);
    if (c->at == c->end || *c->at != punctuation) return false;
    c->at++;
    return true;
}

int json_expect(json_cursor *c, char punctuation, char *err, size_t errlen) {
    const char what[] = {'\'', punctuation, '\'', 0};
    return json_take(c, punctuation) ? LILA_OK : json_fail(c, what, err, errlen);
}

int json_end(json_cursor *c, char *err, size_t errlen) {
    skip_space(c);
    return c->at == c->end ? LILA_OK : json_fail(c, "nothing more", err, errlen);
}

int json_u64(json_cursor *c, uint64_t *out, char *err, size_t errlen) {
    static const char what[] = "a whole number of at most 64 bits";
    skip_space(c);
    const char *start = c->at;
    *out = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
        bool leading_zero = c->at > start && *start == '0';
        uint64_t digit = (uint64_t)(*c->at - '0');
        if (leading_zero || *out > (UINT64_MAX - digit) / 10) return json_fail(c, what, err, errlen);
        *out = *out * 10 + digit;
    }
    bool more = c->at < c->end && strchr(".eE+-", *c->at) && *c->at;
    return c->at == start || more ? json_fail(c, what, err, errlen) : LILA_OK;
}

/* ---- strings */

/* The four hexadecimal digits of \uXXXX; -1 when they aren't. */
static int32_t hex4(json_cursor *c) {
    int32_t value = 0;
    if (c->end - c->at < 4) return -1;
    for (int i = 0; i < 4; i++) {
        char digit = c->at[i], low = (char)(digit | 0x20);
        if (digit >= '0' && digit <= '9')
            value = value * 16 + (digit - '0');
        else if (low >= 'a' && low <= 'f')
            value = value * 16 + (low - 'a' + 10);
        else
            return -1;
    }
    c->at += 4;
    return value;
}

/* What stands after \u: one character, or two halves of one. */
static int unicode_escape(json_cursor *c, uint32_t *out, char *err, size_t errlen) {
    int32_t high = hex4(c), low;
    if (high <= 0) return json_fail(c, "four hexadecimal digits that aren't zero", err, errlen);
    *out = (uint32_t)high;
    if (high < 0xD800 || high > 0xDFFF) return LILA_OK;
    if (high > 0xDBFF || c->end - c->at < 2 || c->at[0] != '\\' || c->at[1] != 'u')
        return json_fail(c, "a whole surrogate pair", err, errlen);
    c->at += 2;
    low = hex4(c);
    if (low < 0xDC00 || low > 0xDFFF) return json_fail(c, "a whole surrogate pair", err, errlen);
    *out = 0x10000 + ((uint32_t)(high - 0xD800) << 10) + (uint32_t)(low - 0xDC00);
    return LILA_OK;
}

static int escape(json_cursor *c, uint32_t *out, char *err, size_t errlen) {
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    if (c->at < c->end && *c->at == 'u') {
        c->at++;
        return unicode_escape(c, out, err, errlen);
    }
    const char *found = c->at < c->end && *c->at ? strchr(names, *c->at) : NULL;
    if (!found) return json_fail(c, "an escape", err, errlen);
    c->at++;
    *out = (uint32_t)values[found - names];
    return LILA_OK;
}

/* One character of a string, which has not ended. */
static int character(json_cursor *c, uint32_t *out, char *err, size_t errlen) {
    if (*c->at == '\\') {
        c->at++;
        return escape(c, out, err, errlen);
    }
    utf8_char found = utf8_decode(c->at, (size_t)(c->end - c->at));
    if (!found.valid || found.code < ' ') return json_fail(c, "a character in UTF-8", err, errlen);
    c->at += found.bytes;
    *out = found.code;
    return LILA_OK;
}

int json_string(json_cursor *c, json_span *out, char *err, size_t errlen) {
    int status = json_take(c, '"') ? LILA_OK : json_fail(c, "a string", err, errlen);
    char *start = c->arena;
    while (!status) {
        uint32_t code = 0;
        if (c->at == c->end) return json_fail(c, "'\"'", err, errlen);
        if (*c->at == '"') break;
        status = character(c, &code, err, errlen);
        if (!status) c->arena += utf8_encode(code, c->arena);
    }
    if (status) return status;
    c->at++;
    *out = (json_span){start, (size_t)(c->arena - start)};
    return LILA_OK;
}
