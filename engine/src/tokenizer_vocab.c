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
    memset(t->type, LILA_TOKEN_NORMAL, t->vocab_size);
    if (!types) return LILA_OK;
    if (types->count < t->vocab_size) {
        return LILA_FAIL(LILA_E_FORMAT, "tokenizer.ggml.token_type has %llu entries for %u tokens",
                         (unsigned long long)types->count, t->vocab_size);
    }
    for (uint32_t id = 0; id < t->vocab_size; id++) {
        int64_t type = gguf_elem_i64(types, id);
        if (type < LILA_TOKEN_NORMAL || type > LILA_TOKEN_BYTE) {
            return LILA_FAIL(LILA_E_FORMAT, "token %u has type %lld; expected 1 to 6", id, (long long)type);
        }
        t->type[id] = (uint8_t)type;
    }
    return LILA_OK;
}

/* Copies the texts into the arena, whose second half is left for the bytes they stand for. */
static int copy_texts(struct lila_tokenizer *t, const gguf_kv *tokens, char *err, size_t errlen) {
    uint64_t total = 0;
    for (uint32_t id = 0; id < t->vocab_size; id++) {
        uint64_t len = gguf_elem_str(tokens, id).len;
        if (len > MAX_TOKEN_BYTES) {
            return LILA_FAIL(LILA_E_FORMAT, "token %u has %llu bytes; at most %d are accepted", id,
                             (unsigned long long)len, MAX_TOKEN_BYTES);
        }
        total += len;
        if (len > t->longest) t->longest = (uint32_t)len;
    }
    char *next = t->arena = malloc(2 * total + 1);
    char *bytes = next + total;
    if (!next) return LILA_FAIL(LILA_E_MEMORY, "no memory for %llu bytes of tokens", (unsigned long long)total);
    for (uint32_t id = 0; id < t->vocab_size; id++) {
        gguf_str text = gguf_elem_str(tokens, id);
        if (text.len) memcpy(next, text.data, text.len);
        t->text[id] = (text_span){next, (uint32_t)text.len};
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

int vocab_load(struct lila_tokenizer *t, const lila_gguf *file, char *err, size_t errlen) {
    const gguf_kv *tokens = gguf_get_array(file, "tokenizer.ggml.tokens");
    if (!tokens || tokens->elem_type != LILA_KV_STRING) {
        return LILA_FAIL(LILA_E_FORMAT, "tokenizer.ggml.tokens is missing or isn't a list of strings");
    }
    if (tokens->count == 0 || tokens->count > MAX_VOCAB) {
        return LILA_FAIL(LILA_E_FORMAT, "the vocabulary has %llu tokens; expected 1 to %d",
                         (unsigned long long)tokens->count, MAX_VOCAB);
    }
    t->vocab_size = (uint32_t)tokens->count;
    t->text = calloc(t->vocab_size, sizeof *t->text);
    t->bytes = calloc(t->vocab_size, sizeof *t->bytes);
    t->type = calloc(t->vocab_size, 1);
    t->ends = calloc(t->vocab_size, 1);
    if (!t->text || !t->bytes || !t->type || !t->ends) {
        return LILA_FAIL(LILA_E_MEMORY, "no memory for a vocabulary of %u tokens", t->vocab_size);
    }
    int status = load_types(t, file, err, errlen);
    if (!status) status = copy_texts(t, tokens, err, errlen);
    return status ? status : build_index(t, err, errlen);
}
