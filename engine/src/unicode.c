/* unicode.c: UTF-8 and lookups in the generated tables. See unicode.h. */
#include "unicode.h"

utf8_char utf8_decode(const char *text, size_t len) {
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    const utf8_char malformed = {0xFFFD, 1, false};
    if (len == 0) return (utf8_char){0, 0, false};
    uint8_t lead = (uint8_t)text[0];
    if (lead < 0x80) return (utf8_char){lead, 1, true};
    uint32_t n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || len < n) return malformed;
    uint32_t code = lead & (0x7Fu >> n);
    for (uint32_t i = 1; i < n; i++) {
        uint8_t byte = (uint8_t)text[i];
        if ((byte & 0xC0) != 0x80) return malformed;
        code = code << 6 | (byte & 0x3F);
    }
    if (code < smallest[n] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return malformed;
    return (utf8_char){code, n, true};
}

uint32_t utf8_encode(uint32_t c, char out[4]) {
    uint32_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    if (n == 1) {
        out[0] = (char)c;
        return 1;
    }
    for (uint32_t i = n - 1; i > 0; i--, c >>= 6) out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(0xF00u >> n | c);
    return n;
}

int unicode_category(uint32_t c) {
    if (c > 0x10FFFF) return UNICODE_OTHER;
    return unicode_categories[unicode_page[c >> 8]][(c & 0xFF) >> 1] >> (4 * (c & 1)) & 15;
}

uint32_t unicode_map(const unicode_mapping *mapping, uint32_t c, uint32_t out[UNICODE_MOST]) {
    uint32_t lo = 0, hi = mapping->count;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (mapping->keys[mid] >> 2 < c)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == mapping->count || mapping->keys[lo] >> 2 != c) {
        out[0] = c;
        return 1;
    }
    uint32_t n = mapping->keys[lo] & 3;
    for (uint32_t i = 0; i < n; i++) out[i] = mapping->to[mapping->at[lo] + i];
    return n;
}

/* Hangul (Unicode, 3.12): a syllable is a leading consonant, a vowel and perhaps a trailing consonant. */
uint32_t unicode_unaccent(uint32_t c, uint32_t out[UNICODE_MOST]) {
    if (c < 0xAC00 || c > 0xD7A3) return unicode_map(&unicode_unaccented, c, out);
    uint32_t index = c - 0xAC00, trailing = index % 28;
    out[0] = 0x1100 + index / 588;
    out[1] = 0x1161 + index % 588 / 28;
    out[2] = 0x11A7 + trailing;
    return trailing ? 3 : 2;
}
