/* pretokenize.c: the word splitters of the byte-level BPE families. See pretokenize.h. */
#include "pretokenize.h"

#include <string.h>

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

int unicode_class(uint32_t c) {
    if (c > 0x10FFFF) return CLASS_OTHER;
    return unicode_class_bits[unicode_page[c >> 8]][(c & 0xFF) >> 2] >> (2 * (c & 3)) & 3;
}

bool pretokenizer_named(const char *name, size_t len, pretokenizer *out) {
    /* Beside our own names, the families that share a pattern and whose vectors the tests run. */
    static const struct {
        const char *name;
        pretokenizer kind;
    } known[] = {
        {"gpt-2", PRETOKENIZE_GPT2},    {"mpt", PRETOKENIZE_GPT2},         {"llama-bpe", PRETOKENIZE_LLAMA3},
        {"llama3", PRETOKENIZE_LLAMA3}, {"llama-v3", PRETOKENIZE_LLAMA3},  {"qwen2", PRETOKENIZE_QWEN2},
        {"smollm", PRETOKENIZE_SMOLLM}, {"lila", PRETOKENIZE_SMOLLM},      {"starcoder", PRETOKENIZE_SMOLLM},
        {"refact", PRETOKENIZE_SMOLLM}, {"command-r", PRETOKENIZE_SMOLLM},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strlen(known[i].name) == len && memcmp(known[i].name, name, len) == 0) {
            *out = known[i].kind;
            return true;
        }
    }
    return false;
}

/* ---- looking at the text: nothing beyond `end` exists for a word */

typedef struct view {
    const char *text;
    size_t end;
} view;

/* Class of the character at pos, its size in *bytes; CLASS_END with 0 bytes at the end. */
static int class_at(view v, size_t pos, uint32_t *bytes) {
    utf8_char c = utf8_decode(v.text + pos, v.end - pos);
    *bytes = c.bytes;
    if (c.bytes == 0) return CLASS_END;
    return c.valid ? unicode_class(c.code) : CLASS_OTHER;
}

/* The byte at pos, or -1 past the end: for the ASCII characters the patterns name. */
static int byte_at(view v, size_t pos) {
    return pos < v.end ? (uint8_t)v.text[pos] : -1;
}

static bool is_newline(int byte) {
    return byte == '\r' || byte == '\n';
}

/* Where the run of `wanted` that starts at pos ends. */
static size_t run_end(view v, size_t pos, int wanted) {
    uint32_t bytes;
    while (class_at(v, pos, &bytes) == wanted) pos += bytes;
    return pos;
}

/* 's|'t|'re|'ve|'m|'ll|'d — bytes it takes at pos, or 0. Folding case also folds U+017F, the long s. */
static size_t contraction(view v, size_t pos, bool fold) {
    if (byte_at(v, pos) != '\'') return 0;
    int a = byte_at(v, pos + 1), b = byte_at(v, pos + 2);
    if (fold) {
        if (a == 0xC5 && b == 0xBF) return 3;
        if (a >= 'A' && a <= 'Z') a += 'a' - 'A';
        if (b >= 'A' && b <= 'Z') b += 'a' - 'A';
    }
    if (a == 's' || a == 't' || a == 'm' || a == 'd') return 2;
    if ((a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l')) return 3;
    return 0;
}

/* \s+(?!\S)|\s+ : a run of white space leaves its last character to the word that follows it. */
static size_t white_space(view v, size_t pos) {
    size_t end = pos, last = pos, count = 0;
    uint32_t bytes;
    while (class_at(v, end, &bytes) == CLASS_SPACE) {
        last = end;
        end += bytes;
        count++;
    }
    return count > 1 && end < v.end ? last : end;
}

/* 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+ */
static size_t word_gpt2(view v, size_t pos) {
    size_t length = contraction(v, pos, false);
    if (length) return pos + length;
    size_t start = pos + (byte_at(v, pos) == ' ');
    uint32_t bytes;
    int class = class_at(v, start, &bytes);
    if (class == CLASS_LETTER || class == CLASS_NUMBER || class == CLASS_OTHER) return run_end(v, start, class);
    return white_space(v, pos);
}

/* (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+
 * |\s+(?!\S)|\s+   with digits = 3 for llama 3 and 1 for qwen 2 */
static size_t word_llama3(view v, size_t pos, uint32_t digits) {
    size_t length = contraction(v, pos, true);
    if (length) return pos + length;

    uint32_t bytes, next_bytes;
    int first = byte_at(v, pos), class = class_at(v, pos, &bytes);
    if (class == CLASS_LETTER) return run_end(v, pos, CLASS_LETTER);
    if (class == CLASS_NUMBER) {
        for (uint32_t i = 0; i < digits && class_at(v, pos, &bytes) == CLASS_NUMBER; i++) pos += bytes;
        return pos;
    }
    if (!is_newline(first) && class_at(v, pos + bytes, &next_bytes) == CLASS_LETTER) {
        return run_end(v, pos + bytes, CLASS_LETTER);
    }

    size_t start = pos + (first == ' ');
    if (class_at(v, start, &bytes) == CLASS_OTHER) {
        pos = run_end(v, start, CLASS_OTHER);
        while (is_newline(byte_at(v, pos))) pos++;
        return pos;
    }

    size_t after_newline = 0;
    for (size_t p = pos; class_at(v, p, &bytes) == CLASS_SPACE; p += bytes) {
        if (is_newline(byte_at(v, p))) after_newline = p + 1;
    }
    return after_newline ? after_newline : white_space(v, pos);
}

/* Where the part of the text that smollm's first pass (\p{N}, each alone) leaves whole ends. */
static size_t smollm_segment(view v, size_t pos) {
    uint32_t bytes;
    int class = class_at(v, pos, &bytes);
    if (class == CLASS_NUMBER) return pos + bytes;
    while (class != CLASS_NUMBER && class != CLASS_END) {
        pos += bytes;
        class = class_at(v, pos, &bytes);
    }
    return pos;
}

bool pretokenize_next(pretokenize_cursor *cursor, size_t *start, size_t *end) {
    if (cursor->pos >= cursor->len) return false;
    if (cursor->pos >= cursor->segment_end) {
        view whole = {cursor->text, cursor->len};
        cursor->segment_end =
            cursor->kind == PRETOKENIZE_SMOLLM ? smollm_segment(whole, cursor->pos) : cursor->len;
    }
    view segment = {cursor->text, cursor->segment_end};
    *start = cursor->pos;
    switch (cursor->kind) {
    case PRETOKENIZE_LLAMA3:
        *end = word_llama3(segment, *start, 3);
        break;
    case PRETOKENIZE_QWEN2:
        *end = word_llama3(segment, *start, 1);
        break;
    case PRETOKENIZE_GPT2:
    case PRETOKENIZE_SMOLLM:
        *end = word_gpt2(segment, *start);
        break;
    }
    cursor->pos = *end;
    return true;
}
