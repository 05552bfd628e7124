/* tokenizer_vocab.c: the tokens of a file, checked and copied, and the index from text to id. */
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "tokenizer.h"

enum {
    MAX_VOCAB = 1 << 22,
    MAX_TOKEN_BYTES = 1 << 14,
    /* A file whose tokens were chosen to collide would make the index quadratic; an honest one, at most half
     * full, never comes near this. */
    MAX_PROBES = 2048
};

uint64_t hash_mix(uint64_t x) {
    x ^= x >> 32;
    x *= 0xD6E8FEB86659FD93u;
    x ^= x >> 32;
    x *= 0xD6E8FEB86659FD93u;
    return x ^ x >> 32;
}

uint64_t hash_bytes(const char *data, size_t len) {
    uint64_t h = 0x9E3779B97F4A7C15u ^ len;
    while (len >= 8) {
        uint64_t word;
        memcpy(&word, data, 8);
        h = hash_mix(h ^ word);
        data += 8;
        len -= 8;
    }
    uint64_t tail = 0;
    if (len) memcpy(&tail, data, len);
    return hash_mix(h ^ tail);
}

int32_t vocab_find(const struct lila_tokenizer *t, const char *text, size_t len) {
    if (len == 0 || len > t->longest) return -1;
    uint32_t mask = t->slot_count - 1;
    for (uint32_t i = (uint32_t)hash_bytes(text, len) & mask;; i = (i + 1) & mask) {
        int32_t id = t->slots[i];
        if (id < 0) return -1;
        if (t->text[id].len == len && memcmp(t->text[id].data, text, len) == 0) return id;
    }
}

/* Puts one token into the index; an empty text (a hole in the vocabulary) can't be looked up. */
static int index_token(struct lila_tokenizer *t, int32_t id, char *err, size_t errlen) {
    text_span text = t->text[id];
    if (text.len == 0) return LILA_OK;
    uint32_t mask = t->slot_count - 1, i = (uint32_t)hash_bytes(text.data, text.len) & mask;
    for (uint32_t probes = 0; t->slots[i] >= 0; i = (i + 1) & mask) {
        text_span other = t->text[t->slots[i]];
        if (other.len == text.len && memcmp(other.data, text.data, text.len) == 0) {
            return LILA_FAIL(LILA_E_FORMAT, "tokens %d and %d of the vocabulary are both '%.*s'", t->slots[i],
                             id, (int)(text.len < 64 ? text.len : 64), text.data);
        }
        if (++probes > MAX_PROBES) {
            return LILA_FAIL(LILA_E_FORMAT, "the vocabulary's tokens collide more than chance allows");
        }
    }
    t->slots[i] = id;
    return LILA_OK;
}

static int build_index(struct lila_tokenizer *t, char *err, size_t errlen) {
    t->slot_count = 16;
    while (t->slot_count < 2 * t->vocab_size) t->slot_count *= 2;
    t->slots = malloc(t->slot_count * sizeof *t->slots);
    if (!t->slots) return LILA_FAIL(LILA_E_MEMORY, "no memory for the vocabulary's index");
    memset(t->slots, 0xFF, t->slot_count * sizeof *t->slots);
    for (uint32_t id = 0; id < t->vocab_size; id++) {
        int status = index_token(t, (int32_t)id, err, errlen);
        if (status) return status;
    }
    return LILA_OK;
}

static int load_types(struct lila_tokenizer *t, const lila_gguf *file, char *err, size_t errlen) {
    const gguf_kv *types = gguf_get_array(file, "tokenizer.ggml.token_type");
    if (!types) return LILA_OK;
    if (types->count < t->vocab_size) {
        return LILA_FAIL(LILA_E_FORMAT, "tokenizer.ggml.token_type has %llu entries for %u tokens",
                         (unsigned long long)types->count, t->vocab_size);
    }
    if (!gguf_of_integers(types))
        return LILA_FAIL(LILA_E_FORMAT, "tokenizer.ggml.token_type: expected integers, found value type %u",
                         (unsigned)types->elem_type);
    for (uint32_t id = 0; id < t->vocab_size; id++) {
        int64_t type = gguf_elem_i64(types, id);
        if (type < LILA_TOKEN_NORMAL || type > LILA_TOKEN_BYTE) {
            return LILA_FAIL(LILA_E_FORMAT, "token %u has type %lld; expected 1 to 6", id, (long long)type);
        }
        t->type[id] = (uint8_t)type;
    }
    return LILA_OK;
}

/* Copies the texts, which are borrowed until then, into the arena, whose second half is left for the bytes they
 * stand for. */
static int own_texts(struct lila_tokenizer *t, char *err, size_t errlen) {
    uint64_t total = 0;
    for (uint32_t id = 0; id < t->vocab_size; id++) {
        uint32_t len = t->text[id].len;
        total += len;
        if (len > t->longest) t->longest = len;
    }
    char *next = t->arena = malloc(2 * total + 1);
    char *bytes = next + total;
    if (!next) return LILA_FAIL(LILA_E_MEMORY, "no memory for %llu bytes of tokens", (unsigned long long)total);
    for (uint32_t id = 0; id < t->vocab_size; id++) {
        text_span text = t->text[id];
        if (text.len) memcpy(next, text.data, text.len);
        t->text[id].data = next;
        next += text.len;
    }
    for (uint32_t id = 0; id < t->vocab_size; id++) {
        text_span text = t->text[id];
        uint32_t len = text.len, type = t->type[id];
        if (type == LILA_TOKEN_CONTROL || type == LILA_TOKEN_USER_DEFINED || type == LILA_TOKEN_UNKNOWN) {
            if (len) memcpy(bytes, text.data, len);
        } else if (t->kind == LILA_TOKENIZER_BPE && !t->characters && type != LILA_TOKEN_BYTE) {
            len = bpe_token_bytes(text, bytes);
        } else {
            len = spm_token_bytes(text, type, bytes);
        }
        t->bytes[id] = (text_span){bytes, len};
        bytes += len;
    }
    return LILA_OK;
}

static int allocate(struct lila_tokenizer *t, uint64_t count, char *err, size_t errlen) {
    if (count == 0 || count > MAX_VOCAB)
        return LILA_FAIL(LILA_E_FORMAT, "the vocabulary has %llu tokens; expected 1 to %d",
                         (unsigned long long)count, MAX_VOCAB);
    t->vocab_size = (uint32_t)count;
    t->text = calloc(count, sizeof *t->text);
    t->bytes = calloc(count, sizeof *t->bytes);
    t->type = calloc(count, 1);
    t->ends = calloc(count, 1);
    if (!t->text || !t->bytes || !t->type || !t->ends)
        return LILA_FAIL(LILA_E_MEMORY, "no memory for a vocabulary of %u tokens", t->vocab_size);
    memset(t->type, LILA_TOKEN_NORMAL, count);
    return LILA_OK;
}

static int borrow_text(struct lila_tokenizer *t, uint32_t id, const char *text, uint64_t len, char *err,
                       size_t errlen) {
    if (len > MAX_TOKEN_BYTES)
        return LILA_FAIL(LILA_E_FORMAT, "token %u has %llu bytes; at most %d are accepted", id,
                         (unsigned long long)len, MAX_TOKEN_BYTES);
    t->text[id] = (text_span){text, (uint32_t)len};
    return LILA_OK;
}

int vocab_load(struct lila_tokenizer *t, const lila_gguf *file, char *err, size_t errlen) {
    const gguf_kv *tokens = gguf_get_array(file, "tokenizer.ggml.tokens");
    if (!tokens || tokens->elem_type != LILA_KV_STRING)
        return LILA_FAIL(LILA_E_FORMAT, "tokenizer.ggml.tokens is missing or isn't a list of strings");
    int status = allocate(t, tokens->count, err, errlen);
    if (!status) status = load_types(t, file, err, errlen);
    for (uint32_t id = 0; !status && id < t->vocab_size; id++) {
        gguf_str text = gguf_elem_str(tokens, id);
        status = borrow_text(t, id, text.data, text.len, err, errlen);
    }
    if (!status) status = own_texts(t, err, errlen);
    return status ? status : build_index(t, err, errlen);
}

/* ---- a vocabulary of lines */

/* The line at *at, which is moved behind it; the last one may have no end. */
static text_span next_line(const char **at, const char *end) {
    const char *start = *at, *stop = memchr(start, '\n', (size_t)(end - start));
    *at = stop ? stop + 1 : end;
    return (text_span){start, (uint32_t)((stop ? stop : end) - start)};
}

/* The token as GGUF files write it; `out` has room for the line and three bytes more. */
static uint32_t write_token(text_span line, uint32_t type, char *out) {
    bool goes_on = line.len > 2 && memcmp(line.data, "##", 2) == 0;
    uint32_t skip = goes_on ? 2 : 0, mark = goes_on || type != LILA_TOKEN_NORMAL || !line.len ? 0 : 3;
    memcpy(out, "\xE2\x96\x81", mark);
    if (line.len) memcpy(out + mark, line.data + skip, line.len - skip);
    return mark + line.len - skip;
}

static uint8_t line_type(text_span line) {
    static const char *const controls[] = {"[PAD]", "[CLS]", "[SEP]", "[MASK]"};
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
        if (line.len == strlen(controls[i]) && memcmp(line.data, controls[i], line.len) == 0)
            return LILA_TOKEN_CONTROL;
    return line.len == 5 && memcmp(line.data, "[UNK]", 5) == 0 ? LILA_TOKEN_UNKNOWN : LILA_TOKEN_NORMAL;
}

/* Every line's token at `out`, borrowed from there. */
static int read_lines(struct lila_tokenizer *t, const char *at, const char *end, char *out, char *err,
                      size_t errlen) {
    int status = LILA_OK;
    for (uint32_t id = 0; !status && id < t->vocab_size; id++) {
        text_span line = next_line(&at, end);
        t->type[id] = line_type(line);
        uint32_t len = write_token(line, t->type[id], out);
        status = borrow_text(t, id, out, len, err, errlen);
        out += len;
    }
    return status;
}

int vocab_load_lines(struct lila_tokenizer *t, const char *lines, size_t len, char *err, size_t errlen) {
    const char *at = lines, *end = lines + len;
    uint64_t count = 0;
    if (len > UINT32_MAX / 4)
        return LILA_FAIL(LILA_E_FORMAT, "the vocabulary has %zu bytes; expected at most %u", len,
                         UINT32_MAX / 4);
    for (; at < end; count++) (void)next_line(&at, end);
    int status = allocate(t, count, err, errlen);
    if (status) return status;
    char *marked = malloc(len + 3 * (size_t)count);
    if (!marked) return LILA_FAIL(LILA_E_MEMORY, "no memory for a vocabulary of %u tokens", t->vocab_size);
    status = read_lines(t, lines, end, marked, err, errlen);
    if (!status) status = own_texts(t, err, errlen);
    free(marked);
    return status ? status : build_index(t, err, errlen);
}
