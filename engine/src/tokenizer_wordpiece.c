/* tokenizer_wordpiece.c: BERT's tokenizer. Text is cleaned, lower-cased and stripped of accents as the file
 * asks, cut at white space, punctuation and each Han character, and every word is covered by the longest tokens
 * from the left. The file writes a token that begins a word with U+2581 in front, one that goes on without. */
#include <string.h>

#include "tokenizer.h"

static const char WORD_MARK[] = "\xE2\x96\x81"; /* U+2581 */

enum { MARK_BYTES = 3, MOST_CHARACTERS = 100 /* a longer word is unknown */ };

typedef struct word {
    char text[MARK_BYTES + 4 * MOST_CHARACTERS];
    uint32_t len;
    uint32_t characters; /* also those beyond MOST_CHARACTERS, which aren't kept */
} word;

static void word_begin(word *w) {
    memcpy(w->text, WORD_MARK, MARK_BYTES);
    w->len = MARK_BYTES;
    w->characters = 0;
}

static void word_add(word *w, uint32_t c) {
    if (w->characters++ < MOST_CHARACTERS) w->len += utf8_encode(c, w->text + w->len);
}

static int32_t piece_token(const struct lila_tokenizer *t, const char *text, uint32_t len) {
    int32_t id = vocab_find(t, text, len);
    return id >= 0 && (token_is(t, id, LILA_TOKEN_NORMAL) || token_is(t, id, LILA_TOKEN_UNUSED)) ? id : -1;
}

/* The longest token that text[len] starts with, and its length; a character of text that looks like the mark
 * must not make the rest of a word begin another. */
static int32_t longest_piece(const struct lila_tokenizer *t, const char *text, uint32_t len, bool begins,
                             uint32_t *taken) {
    bool marked = len > MARK_BYTES && memcmp(text, WORD_MARK, MARK_BYTES) == 0;
    uint32_t least = begins ? MARK_BYTES + 1 : 1;
    uint32_t most = !begins && marked ? MARK_BYTES : len;
    for (*taken = most < t->longest ? most : t->longest; *taken >= least; --*taken) {
        bool whole = *taken == len || ((uint8_t)text[*taken] & 0xC0) != 0x80;
        int32_t id = whole ? piece_token(t, text, *taken) : -1;
        if (id >= 0) return id;
    }
    return -1;
}

/* The tokens of a word, or unk for all of it where a part of it has none; then the next word begins. */
static void word_end(const struct lila_tokenizer *t, word *w, id_sink *sink) {
    size_t before = sink->count;
    bool known = w->characters <= MOST_CHARACTERS;
    uint32_t taken;
    for (uint32_t at = 0; known && w->characters && at < w->len; at += taken) {
        int32_t id = longest_piece(t, w->text + at, w->len - at, at == 0, &taken);
        known = id >= 0;
        if (known) sink_push(sink, id);
    }
    if (!known) {
        sink->count = before;
        if (t->unk >= 0) sink_push(sink, t->unk);
    }
    word_begin(w);
}

/* The blocks that BERT's own tokenizer puts spaces around. Hugging Face's has the sixth begin at U+2B920. */
static bool is_han(uint32_t c) {
    static const uint32_t blocks[][2] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xF900, 0xFAFF},
                                         {0x20000, 0x2A6DF}, {0x2A700, 0x2B73F}, {0x2B740, 0x2B81F},
                                         {0x2B920, 0x2CEAF}, {0x2F800, 0x2FA1F}};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        if (c >= blocks[i][0] && c <= blocks[i][1]) return true;
    }
    return false;
}

/* Vertical tab, form feed and next line are white space, but control characters before that. */
static bool is_dropped(uint32_t c, int category) {
    return c == 0 || c == 0xFFFD || category == UNICODE_CONTROL || c == '\v' || c == '\f' || c == 0x85;
}

static bool stands_alone(uint32_t c) {
    if (c < 0x80) return c > ' ' && c < 0x7F && unicode_category(c) >= UNICODE_PUNCTUATION;
    return unicode_category(c) == UNICODE_PUNCTUATION;
}

static void add_folded(const struct lila_tokenizer *t, word *w, uint32_t c, id_sink *sink) {
    uint32_t plain[UNICODE_MOST] = {c}, lower[UNICODE_MOST], n = 1;
    if (t->strip_accents) n = unicode_unaccent(c, plain);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t count = 1;
        lower[0] = plain[i] >= 'A' && plain[i] <= 'Z' && t->lowercase ? plain[i] + ('a' - 'A') : plain[i];
        if (t->lowercase && plain[i] >= 0x80) count = unicode_map(&unicode_lowered, plain[i], lower);
        for (uint32_t k = 0; k < count; k++) {
            bool alone = stands_alone(lower[k]);
            if (alone) word_end(t, w, sink);
            word_add(w, lower[k]);
            if (alone) word_end(t, w, sink);
        }
    }
}

void wordpiece_encode(const struct lila_tokenizer *t, const char *text, size_t len, id_sink *sink) {
    word w;
    word_begin(&w);
    for (size_t at = 0; at < len;) {
        utf8_char c = utf8_decode(text + at, len - at);
        at += c.bytes;
        int category = unicode_category(c.code);
        if (is_dropped(c.code, category)) continue;
        bool han = is_han(c.code);
        if (han || category == UNICODE_SPACE) word_end(t, &w, sink);
        if (category == UNICODE_SPACE) continue;
        add_folded(t, &w, c.code, sink);
        if (han) word_end(t, &w, sink);
    }
    word_end(t, &w, sink);
}

int wordpiece_load(struct lila_tokenizer *t, const lila_gguf *file, char *err, size_t errlen) {
    t->add_space_prefix = true; /* the first word's mark is no space of the text */
    t->lowercase = true;
    int status = flag_load(file, "tokenizer.ggml.normalizer.lowercase", &t->lowercase, err, errlen);
    t->strip_accents = t->lowercase;
    if (status) return status;
    return flag_load(file, "tokenizer.ggml.normalizer.strip_accents", &t->strip_accents, err, errlen);
}
