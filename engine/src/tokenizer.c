/* tokenizer.c: the public face: creation by kind, encoding around special tokens, decoding. */
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "tokenizer.h"

enum { MAX_TEXT = 1 << 30 };

static bool str_is(gguf_str s, const char *text) {
    return s.data && s.len == strlen(text) && memcmp(s.data, text, s.len) == 0;
}

static int shown(gguf_str s) {
    return (int)(s.len < 64 ? s.len : 64);
}

/* Kind and pre-tokenizer, both refused by name when they aren't ours. */
static int load_kind(struct lila_tokenizer *t, const lila_gguf *file, char *err, size_t errlen) {
    gguf_str model = {0}, pre = {0};
    if (!gguf_get_str(file, "tokenizer.ggml.model", &model)) {
        return LILA_FAIL(LILA_E_FORMAT, "the file has no tokenizer (tokenizer.ggml.model is missing)");
    }
    if (str_is(model, "llama")) {
        t->kind = LILA_TOKENIZER_SPM;
        t->add_space_prefix = true;
        return flag_load(file, "tokenizer.ggml.add_space_prefix", &t->add_space_prefix, err, errlen);
    }
    if (str_is(model, "bert")) {
        t->kind = LILA_TOKENIZER_WORDPIECE;
        return LILA_OK;
    }
    t->kind = LILA_TOKENIZER_BPE;
    if (str_is(model, "gemma4")) {
        t->characters = true;
        t->words = (pretokenizer_family){PRETOKENIZE_LINES, false, true};
        return LILA_OK;
    }
    if (!str_is(model, "gpt2")) {
        return LILA_FAIL(LILA_E_UNSUPPORTED,
                         "tokenizer kind '%.*s' isn't supported; 'llama', 'gpt2', 'gemma4' and 'bert' are",
                         shown(model), model.data);
    }
    if (!gguf_get_str(file, "tokenizer.ggml.pre", &pre)) {
        return LILA_FAIL(LILA_E_UNSUPPORTED, "the file names no pre-tokenizer (tokenizer.ggml.pre); convert it "
                                             "again with a current converter");
    }
    if (!pretokenizer_named(pre.data, pre.len, &t->words)) {
        return LILA_FAIL(LILA_E_UNSUPPORTED,
                         "pre-tokenizer '%.*s' isn't supported; docs/tokenizers.md has the list", shown(pre),
                         pre.data);
    }
    return LILA_OK;
}

int lila_tokenizer_create(const lila_gguf *file, lila_tokenizer **out, char *err, size_t errlen) {
    *out = NULL;
    lila_tokenizer *t = calloc(1, sizeof *t);
    if (!t) return LILA_FAIL(LILA_E_MEMORY, "no memory for a tokenizer");
    int status = load_kind(t, file, err, errlen);
    if (!status) status = vocab_load(t, file, err, errlen);
    if (!status) {
        if (t->kind == LILA_TOKENIZER_SPM) status = spm_load(t, file, err, errlen);
        if (t->kind == LILA_TOKENIZER_BPE) status = bpe_load(t, file, err, errlen);
        if (t->kind == LILA_TOKENIZER_WORDPIECE) status = wordpiece_load(t, file, err, errlen);
    }
    if (!status) status = special_load(t, file, err, errlen);
    if (status) {
        lila_tokenizer_free(t);
        return status;
    }
    *out = t;
    return LILA_OK;
}

int lila_tokenizer_create_wordpiece(const lila_wordpiece *words, lila_tokenizer **out, char *err,
                                    size_t errlen) {
    *out = NULL;
    lila_tokenizer *t = calloc(1, sizeof *t);
    if (!t) return LILA_FAIL(LILA_E_MEMORY, "no memory for a tokenizer");
    t->kind = LILA_TOKENIZER_WORDPIECE;
    t->lowercase = words->lowercase != 0;
    t->strip_accents = words->strip_accents != 0;
    t->add_space_prefix = true; /* as wordpiece_load has it */
    int status = vocab_load_lines(t, words->vocabulary, words->vocabulary_len, err, errlen);
    if (!status) status = special_frame(t, err, errlen);
    if (status) {
        lila_tokenizer_free(t);
        return status;
    }
    *out = t;
    return LILA_OK;
}

void lila_tokenizer_free(lila_tokenizer *t) {
    if (!t) return;
    free(t->arena);
    free(t->text);
    free(t->bytes);
    free(t->type);
    free(t->ends);
    free(t->score);
    free(t->slots);
    free(t->merges);
    free(t->specials);
    free(t);
}

void lila_tokenizer_describe(const lila_tokenizer *t, lila_tokenizer_info *out) {
    *out = (lila_tokenizer_info){.vocab_size = t->vocab_size,
                                 .kind = t->kind,
                                 .bos = t->bos,
                                 .eos = t->eos,
                                 .unk = t->unk,
                                 .add_bos = t->add_bos,
                                 .add_eos = t->add_eos,
                                 .longest = t->longest};
}

static bool in_range(const lila_tokenizer *t, int32_t id) {
    return id >= 0 && (uint32_t)id < t->vocab_size;
}

int32_t lila_tokenizer_find(const lila_tokenizer *t, const char *text, size_t len) {
    return vocab_find(t, text, len);
}

const char *lila_tokenizer_bytes(const lila_tokenizer *t, int32_t id, size_t *len) {
    if (!in_range(t, id)) return NULL;
    *len = t->bytes[id].len;
    return t->bytes[id].data;
}

const char *lila_tokenizer_text(const lila_tokenizer *t, int32_t id, size_t *len) {
    if (!in_range(t, id)) return NULL;
    *len = t->text[id].len;
    return t->text[id].data;
}

int lila_tokenizer_type(const lila_tokenizer *t, int32_t id) {
    return in_range(t, id) ? t->type[id] : -1;
}

int lila_tokenizer_is_end(const lila_tokenizer *t, int32_t id) {
    return in_range(t, id) && t->ends[id];
}

/* The text between two special tokens. Each such part gets SPM's space, as the part at the start does. */
static int encode_plain(const lila_tokenizer *t, const char *text, size_t len, id_sink *sink) {
    if (len == 0) return LILA_OK;
    if (t->kind == LILA_TOKENIZER_BPE) return bpe_encode(t, text, len, sink);
    if (t->kind == LILA_TOKENIZER_WORDPIECE) {
        wordpiece_encode(t, text, len, sink);
        return LILA_OK;
    }
    return spm_encode(t, text, len, t->add_space_prefix, sink);
}

int lila_tokenizer_encode(const lila_tokenizer *t, const char *text, size_t len, uint32_t flags, int32_t *ids,
                          size_t capacity, size_t *count, char *err, size_t errlen) {
    *count = 0;
    if (len > MAX_TEXT) return LILA_FAIL(LILA_E_ARGUMENT, "a text of %zu bytes; at most %d", len, MAX_TEXT);
    id_sink sink = {ids, capacity, 0};
    if (flags & LILA_ENCODE_BOS && t->bos >= 0) sink_push(&sink, t->bos);

    int status = LILA_OK;
    size_t plain = 0; /* start of the text not yet encoded */
    for (size_t at = 0; at < len && !status;) {
        int32_t id = special_match(t, text + at, len - at, (flags & LILA_ENCODE_SPECIAL) != 0);
        if (id < 0) {
            at++;
            continue;
        }
        status = encode_plain(t, text + plain, at - plain, &sink);
        sink_push(&sink, id);
        plain = at += t->text[id].len;
    }
    if (!status) status = encode_plain(t, text + plain, len - plain, &sink);
    if (status) return LILA_FAIL(status, "no memory to encode a text of %zu bytes", len);

    if (flags & LILA_ENCODE_EOS && t->eos >= 0) sink_push(&sink, t->eos);
    *count = sink.count;
    return LILA_OK;
}

static bool is_hidden(const lila_tokenizer *t, int32_t id) {
    return token_is(t, id, LILA_TOKEN_CONTROL) || token_is(t, id, LILA_TOKEN_UNKNOWN);
}

int lila_tokenizer_decode(const lila_tokenizer *t, const int32_t *ids, size_t count, uint32_t flags, char *text,
                          size_t capacity, size_t *len, char *err, size_t errlen) {
    *len = 0;
    for (size_t i = 0; i < count; i++) {
        if (!in_range(t, ids[i])) {
            return LILA_FAIL(LILA_E_ARGUMENT, "token %d at position %zu; the vocabulary has %u", ids[i], i,
                             t->vocab_size);
        }
    }
    size_t n = 0;
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        if (flags & LILA_DECODE_SKIP_SPECIAL && is_hidden(t, ids[i])) continue;
        text_span bytes = t->bytes[ids[i]];
        bool prefixed =
            first && t->add_space_prefix && !is_hidden(t, ids[i]) && bytes.len && bytes.data[0] == ' ';
        first = false;
        uint32_t skip = prefixed ? 1 : 0;
        size_t size = bytes.len - skip;
        if (n < capacity && size)
            memcpy(text + n, bytes.data + skip, size < capacity - n ? size : capacity - n);
        n += size;
    }
    *len = n;
    return LILA_OK;
}
