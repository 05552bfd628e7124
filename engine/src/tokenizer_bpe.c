/* tokenizer_bpe.c: byte-level byte-pair encoding. A word starts as the tokens of its bytes; the pair with the
 * lowest rank, leftmost first, is merged until none is left. */
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "tokenizer.h"

enum { MAX_MERGES = 1 << 23, MAX_PROBES = 2048 };

/* Byte-level vocabularies write each byte as a printable character: itself where it is one, else the next of
 * U+0100, U+0101, … in byte order (0x00..0x20, 0x7F..0xA0, 0xAD). */
static uint32_t byte_to_char(uint8_t b) {
    if (b <= 0x20) return 0x100u + b;
    if (b < 0x7F) return b;
    if (b <= 0xA0) return 0x121u + (b - 0x7Fu);
    return b == 0xAD ? 0x143 : b;
}

static int char_to_byte(uint32_t c) {
    if (c >= 0x100 && c <= 0x120) return (int)(c - 0x100);
    if (c >= 0x121 && c <= 0x142) return (int)(c - 0x121 + 0x7F);
    if (c == 0x143) return 0xAD;
    return c < 0x100 && byte_to_char((uint8_t)c) == c ? (int)c : -1;
}

uint32_t bpe_token_bytes(text_span text, char *out) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < text.len;) {
        utf8_char c = utf8_decode(text.data + i, text.len - i);
        int byte = c.valid ? char_to_byte(c.code) : -1;
        if (byte < 0) { /* not byte-level: the text is meant as it stands */
            memcpy(out, text.data, text.len);
            return text.len;
        }
        out[n++] = (char)byte;
        i += c.bytes;
    }
    return n;
}

/* ---- merges */

static bpe_merge *merge_slot(const struct lila_tokenizer *t, int32_t left, int32_t right, uint32_t *probes) {
    uint32_t mask = t->merge_slots - 1;
    uint32_t i = (uint32_t)hash_mix((uint64_t)(uint32_t)left << 32 | (uint32_t)right) & mask;
    for (*probes = 0;; i = (i + 1) & mask, ++*probes) {
        bpe_merge *slot = &t->merges[i];
        if (slot->rank == UINT32_MAX || (slot->left == left && slot->right == right)) return slot;
    }
}

/* Words are made of these; a control token that merges could make would be one that plain text can spell. */
static bool is_plain(const struct lila_tokenizer *t, int32_t id) {
    return token_is(t, id, LILA_TOKEN_NORMAL) || token_is(t, id, LILA_TOKEN_UNUSED);
}

/* "left right": the separating space is the first one after the first character. */
static int add_merge(struct lila_tokenizer *t, gguf_str text, uint32_t rank, char *err, size_t errlen) {
    const char *space = text.len > 1 ? memchr(text.data + 1, ' ', text.len - 1) : NULL;
    size_t left_len = space ? (size_t)(space - text.data) : 0, right_len = space ? text.len - left_len - 1 : 0;
    int32_t left = vocab_find(t, text.data, left_len);
    int32_t right = space ? vocab_find(t, space + 1, right_len) : -1;
    int32_t merged = -1;
    if (left >= 0 && right >= 0 && left_len + right_len <= t->longest) {
        char joined[2 * 16384];
        memcpy(joined, text.data, left_len);
        memcpy(joined + left_len, space + 1, right_len);
        merged = vocab_find(t, joined, left_len + right_len);
    }
    if (merged < 0) {
        return LILA_FAIL(LILA_E_FORMAT, "merge %u ('%.*s') isn't two tokens whose joint text is a token", rank,
                         (int)(text.len < 64 ? text.len : 64), text.data);
    }
    if (!is_plain(t, merged)) {
        return LILA_FAIL(LILA_E_FORMAT, "merge %u makes token %d, which has type %d; expected a normal token",
                         rank, merged, t->type[merged]);
    }
    uint32_t probes;
    bpe_merge *slot = merge_slot(t, left, right, &probes);
    if (probes > MAX_PROBES) return LILA_FAIL(LILA_E_FORMAT, "the merges collide more than chance allows");
    if (slot->rank == UINT32_MAX) *slot = (bpe_merge){left, right, merged, rank}; /* a repeat keeps the first */
    return LILA_OK;
}

static void byte_level_tokens(struct lila_tokenizer *t) {
    for (int b = 0; b < 256; b++) {
        char text[4];
        int32_t id = vocab_find(t, text, utf8_encode(byte_to_char((uint8_t)b), text));
        t->byte_ids[b] = id >= 0 && is_plain(t, id) ? id : -1;
    }
}

int bpe_load(struct lila_tokenizer *t, const lila_gguf *file, char *err, size_t errlen) {
    if (t->characters)
        spm_byte_tokens(t);
    else
        byte_level_tokens(t);
    const gguf_kv *merges = gguf_get_array(file, "tokenizer.ggml.merges");
    if (!merges || (merges->count && merges->elem_type != LILA_KV_STRING)) {
        return LILA_FAIL(LILA_E_FORMAT, "tokenizer.ggml.merges is missing or isn't a list of strings");
    }
    if (merges->count > MAX_MERGES) {
        return LILA_FAIL(LILA_E_FORMAT, "the vocabulary has %llu merges; at most %d are accepted",
                         (unsigned long long)merges->count, MAX_MERGES);
    }
    t->merge_slots = 16;
    while (t->merge_slots < 2 * merges->count) t->merge_slots *= 2;
    t->merges = malloc(t->merge_slots * sizeof *t->merges);
    if (!t->merges) return LILA_FAIL(LILA_E_MEMORY, "no memory for %u merge slots", t->merge_slots);
    for (uint32_t i = 0; i < t->merge_slots; i++) t->merges[i].rank = UINT32_MAX;
    for (uint32_t i = 0; i < merges->count; i++) {
        int status = add_merge(t, gguf_elem_str(merges, i), i, err, errlen);
        if (status) return status;
    }
    return LILA_OK;
}

/* ---- encoding one word */

typedef struct symbol {
    int32_t id;          /* -1: merged into its left neighbour, or nothing that the vocabulary has */
    uint32_t start, len; /* of the word, before any merge */
    uint32_t prev, next;
} symbol;

typedef struct candidate {
    uint32_t rank, left, right;
    int32_t left_id, right_id, merged;
} candidate;

/* Room for the longest word so far: n symbols and, as each merge adds at most two, 3n candidates. */
typedef struct scratch {
    symbol *symbols;
    candidate *heap;
    size_t heap_count;
    size_t capacity; /* symbols */
} scratch;

static const uint32_t NO_SYMBOL = UINT32_MAX;

static bool scratch_reserve(scratch *s, size_t n) {
    if (n <= s->capacity) return true;
    size_t wanted = n < 256 ? 256 : n;
    free(s->symbols);
    free(s->heap);
    s->symbols = malloc(wanted * sizeof *s->symbols);
    s->heap = malloc(3 * wanted * sizeof *s->heap);
    s->capacity = s->symbols && s->heap ? wanted : 0;
    return s->capacity > 0;
}

static bool before(const candidate *a, const candidate *b) {
    return a->rank < b->rank || (a->rank == b->rank && a->left < b->left);
}

static void heap_push(scratch *s, candidate c) {
    size_t i = s->heap_count++;
    while (i > 0 && before(&c, &s->heap[(i - 1) / 2])) {
        s->heap[i] = s->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    s->heap[i] = c;
}

static candidate heap_pop(scratch *s) {
    candidate top = s->heap[0], last = s->heap[--s->heap_count];
    size_t i = 0;
    for (size_t child = 1; child < s->heap_count; child = 2 * i + 1) {
        if (child + 1 < s->heap_count && before(&s->heap[child + 1], &s->heap[child])) child++;
        if (!before(&s->heap[child], &last)) break;
        s->heap[i] = s->heap[child];
        i = child;
    }
    if (s->heap_count) s->heap[i] = last;
    return top;
}

static void propose(const struct lila_tokenizer *t, scratch *s, uint32_t left, uint32_t right) {
    if (left == NO_SYMBOL || right == NO_SYMBOL) return;
    int32_t a = s->symbols[left].id, b = s->symbols[right].id;
    if (a < 0 || b < 0) return;
    uint32_t probes;
    const bpe_merge *merge = merge_slot(t, a, b, &probes);
    if (merge->rank != UINT32_MAX) heap_push(s, (candidate){merge->rank, left, right, a, b, merge->merged});
}

/* One symbol a byte, or a character where the vocabulary is made of those; returns how many. */
static uint32_t split_word(const struct lila_tokenizer *t, scratch *s, const char *word, size_t n) {
    uint32_t count = 0;
    for (uint32_t at = 0, len; at < n; at += len, count++) {
        len = t->characters ? utf8_decode(word + at, n - at).bytes : 1;
        int32_t id = t->characters ? vocab_find(t, word + at, len) : t->byte_ids[(uint8_t)word[at]];
        if (id >= 0 && !is_plain(t, id)) id = -1;
        s->symbols[count] = (symbol){id, at, len, count ? count - 1 : NO_SYMBOL, count + 1};
    }
    s->symbols[count - 1].next = NO_SYMBOL;
    return count;
}

static void merge_word(const struct lila_tokenizer *t, scratch *s, const char *word, size_t bytes) {
    s->heap_count = 0;
    uint32_t n = split_word(t, s, word, bytes);
    for (size_t i = 1; i < n; i++) propose(t, s, (uint32_t)(i - 1), (uint32_t)i);
    while (s->heap_count) {
        candidate c = heap_pop(s);
        symbol *left = &s->symbols[c.left], *right = &s->symbols[c.right];
        /* Either side may have been merged with another since this pair was proposed. */
        if (left->id != c.left_id || right->id != c.right_id || left->next != c.right) continue;
        left->id = c.merged;
        left->next = right->next;
        right->id = -1;
        if (left->next != NO_SYMBOL) s->symbols[left->next].prev = c.left;
        propose(t, s, left->prev, c.left);
        propose(t, s, c.left, left->next);
    }
}

/* The id of a word that is a token as it stands, or -1. */
static int32_t whole_word(const struct lila_tokenizer *t, const char *word, size_t n) {
    char text[2 * 16384];
    size_t len = 0;
    if (n > t->longest) return -1;
    for (size_t i = 0; i < n; i++) len += utf8_encode(byte_to_char((uint8_t)word[i]), text + len);
    int32_t id = vocab_find(t, text, len);
    return id >= 0 && token_is(t, id, LILA_TOKEN_NORMAL) ? id : -1;
}

/* A run of new lines is a token of its own where there is one. */
static int32_t newline_token(const struct lila_tokenizer *t, const char *word, size_t n) {
    int32_t id = word[0] == '\n' ? vocab_find(t, word, n) : -1;
    return id >= 0 && is_plain(t, id) ? id : -1;
}

/* What the vocabulary has no symbol for becomes the tokens of its bytes, or unk. */
static void emit(const struct lila_tokenizer *t, const symbol *s, const char *word, id_sink *sink) {
    if (s->id >= 0) {
        sink_push(sink, s->id);
        return;
    }
    for (uint32_t i = 0; i < s->len; i++) {
        int32_t id = t->characters ? t->byte_ids[(uint8_t)word[s->start + i]] : -1;
        if (id < 0) id = t->unk;
        if (id >= 0) sink_push(sink, id);
    }
}

static bool encode_word(const struct lila_tokenizer *t, scratch *s, const char *word, size_t n, id_sink *sink) {
    int32_t whole = t->characters          ? newline_token(t, word, n)
                    : t->words.whole_words ? whole_word(t, word, n)
                                           : -1;
    if (whole >= 0) {
        sink_push(sink, whole);
        return true;
    }
    if (!scratch_reserve(s, n)) return false;
    merge_word(t, s, word, n);
    for (uint32_t i = 0; i != NO_SYMBOL; i = s->symbols[i].next) emit(t, &s->symbols[i], word, sink);
    return true;
}

static int encode_words(const struct lila_tokenizer *t, const char *text, size_t len, id_sink *sink) {
    pretokenize_cursor cursor = {.kind = t->words.kind, .text = text, .len = len};
    scratch s = {0};
    size_t start, end;
    bool room = true;
    while (room && pretokenize_next(&cursor, &start, &end)) {
        room = encode_word(t, &s, text + start, end - start, sink);
    }
    free(s.symbols);
    free(s.heap);
    return room ? LILA_OK : LILA_E_MEMORY;
}

int bpe_encode(const struct lila_tokenizer *t, const char *text, size_t len, id_sink *sink) {
    if (!t->characters) return encode_words(t, text, len, sink);
    char *marked = malloc(3 * len + 3);
    if (!marked) return LILA_E_MEMORY;
    int status = encode_words(t, marked, spm_mark_spaces(text, len, false, marked), sink);
    free(marked);
    return status;
}
