/* tokenizer_special.c: tokens that are looked for in the raw text, and the ids that metadata names. */
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "tokenizer.h"

static int span_compare(text_span a, text_span b) {
    uint32_t shorter = a.len < b.len ? a.len : b.len;
    int order = memcmp(a.data, b.data, shorter);
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

typedef struct special_entry {
    text_span text;
    int32_t id;
} special_entry;

static int compare_entries(const void *a, const void *b) {
    return span_compare(((const special_entry *)a)->text, ((const special_entry *)b)->text);
}

static bool is_special(const struct lila_tokenizer *t, uint32_t id) {
    uint32_t type = t->type[id];
    bool marked = type == LILA_TOKEN_CONTROL || type == LILA_TOKEN_USER_DEFINED || type == LILA_TOKEN_UNKNOWN;
    return marked && t->text[id].len > 0;
}

static int index_specials(struct lila_tokenizer *t, char *err, size_t errlen) {
    for (uint32_t id = 0; id < t->vocab_size; id++) t->special_count += is_special(t, id);
    special_entry *entries = malloc((t->special_count + 1) * sizeof *entries);
    t->specials = malloc((t->special_count + 1) * sizeof *t->specials);
    if (!entries || !t->specials) {
        free(entries);
        return LILA_FAIL(LILA_E_MEMORY, "no memory for %u special tokens", t->special_count);
    }
    uint32_t n = 0;
    for (uint32_t id = 0; id < t->vocab_size; id++) {
        if (is_special(t, id)) entries[n++] = (special_entry){t->text[id], (int32_t)id};
    }
    qsort(entries, n, sizeof *entries, compare_entries);
    for (uint32_t i = 0; i < n; i++) {
        t->specials[i] = entries[i].id;
        t->special_first[(uint8_t)entries[i].text.data[0] + 1] = i + 1;
    }
    for (uint32_t b = 1; b <= 256; b++) {
        if (t->special_first[b] < t->special_first[b - 1]) t->special_first[b] = t->special_first[b - 1];
    }
    free(entries);
    return LILA_OK;
}

/* In [lo, hi) all texts agree on `depth` bytes: where does the byte after them reach `byte`? A text that ends
 * there sorts before every byte. */
static uint32_t lower_bound(const struct lila_tokenizer *t, uint32_t lo, uint32_t hi, uint32_t depth,
                            int byte) {
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        text_span text = t->text[t->specials[mid]];
        int found = text.len > depth ? (uint8_t)text.data[depth] : -1;
        if (found < byte)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

int32_t special_match(const struct lila_tokenizer *t, const char *text, size_t len, bool parse) {
    uint8_t first = (uint8_t)text[0];
    uint32_t lo = t->special_first[first], hi = t->special_first[first + 1];
    int32_t best = -1;
    for (uint32_t depth = 1; lo < hi; depth++) {
        int32_t id = t->specials[lo]; /* the shortest of the range: ends here, or none does */
        if (t->text[id].len == depth && (parse || token_is(t, id, LILA_TOKEN_USER_DEFINED))) best = id;
        if (depth >= len) break;
        uint8_t byte = (uint8_t)text[depth];
        lo = lower_bound(t, lo, hi, depth, byte);
        hi = lower_bound(t, lo, hi, depth, byte + 1);
    }
    return best;
}

/* An id that metadata names; `fallback` (or -1 where it isn't in the vocabulary) when it doesn't. */
static int load_id(const struct lila_tokenizer *t, const lila_gguf *file, const char *key, int32_t fallback,
                   int32_t *out, char *err, size_t errlen) {
    uint64_t id;
    *out = fallback >= 0 && (uint32_t)fallback < t->vocab_size ? fallback : -1;
    if (!gguf_find(file, key)) return LILA_OK;
    if (!gguf_get_u64(file, key, &id) || id >= t->vocab_size) {
        return LILA_FAIL(LILA_E_FORMAT, "%s isn't the id of one of the vocabulary's %u tokens", key,
                         t->vocab_size);
    }
    *out = (int32_t)id;
    return LILA_OK;
}

int flag_load(const lila_gguf *file, const char *key, bool *out, char *err, size_t errlen) {
    if (!gguf_find(file, key) || gguf_get_bool(file, key, out)) return LILA_OK;
    return LILA_FAIL(LILA_E_FORMAT, "%s: expected a boolean, found another type", key);
}

/* Metadata names one end token; chat models end a turn with others, which are known by their text alone. */
static void mark_ends(struct lila_tokenizer *t) {
    static const char *const known[] = {
        "<|eot_id|>",         "<|im_end|>",    "<|end|>",      "<end_of_turn>", "<|endoftext|>",
        "<|end_of_text|>",    "<|eom_id|>",    "<EOT>",        "[EOS]",         "</s>",
        "<end_of_utterance>", "<eos>",         "<|return|>",   "<turn|>",       "<|tool_response>",
        "<|fim_pad|>",        "<|repo_name|>", "<|fim_repo|>", "<|file_sep|>"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        int32_t id = vocab_find(t, known[i], strlen(known[i]));
        if (id < 0 || !is_special(t, (uint32_t)id)) continue;
        t->ends[id] = 1;
        t->type[id] = LILA_TOKEN_CONTROL; /* some files call them user-defined, which plain text may spell */
    }
    if (t->eos >= 0) t->ends[t->eos] = 1;
}

/* BERT frames a text by [CLS] and [SEP]: its bos and eos. They are in the vocabulary of BERT itself at 101 and
 * 102, [UNK] at 100. */
static int load_frame(struct lila_tokenizer *t, const lila_gguf *file, char *err, size_t errlen) {
    int status = load_id(t, file, "tokenizer.ggml.bos_token_id", 101, &t->bos, err, errlen);
    if (!status) status = load_id(t, file, "tokenizer.ggml.cls_token_id", t->bos, &t->bos, err, errlen);
    if (!status) status = load_id(t, file, "tokenizer.ggml.eos_token_id", 102, &t->eos, err, errlen);
    if (!status) status = load_id(t, file, "tokenizer.ggml.seperator_token_id", t->eos, &t->eos, err, errlen);
    if (!status) status = load_id(t, file, "tokenizer.ggml.unknown_token_id", 100, &t->unk, err, errlen);
    t->add_bos = t->add_eos = true;
    if (!status) status = flag_load(file, "tokenizer.ggml.add_bos_token", &t->add_bos, err, errlen);
    if (!status) status = flag_load(file, "tokenizer.ggml.add_sep_token", &t->add_eos, err, errlen);
    if (status) return status;
    t->add_bos = t->add_bos && t->bos >= 0;
    t->add_eos = t->add_eos && t->eos >= 0;
    return index_specials(t, err, errlen);
}

int special_frame(struct lila_tokenizer *t, char *err, size_t errlen) {
    const struct {
        const char *text;
        int32_t *id;
    } named[] = {{"[CLS]", &t->bos}, {"[SEP]", &t->eos}, {"[UNK]", &t->unk}};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        *named[i].id = vocab_find(t, named[i].text, strlen(named[i].text));
        if (*named[i].id < 0)
            return LILA_FAIL(LILA_E_FORMAT, "expected the token %s in the vocabulary, found none",
                             named[i].text);
    }
    t->add_bos = t->add_eos = true;
    return index_specials(t, err, errlen);
}

int special_load(struct lila_tokenizer *t, const lila_gguf *file, char *err, size_t errlen) {
    bool spm = t->kind == LILA_TOKENIZER_SPM;
    if (t->kind == LILA_TOKENIZER_WORDPIECE) return load_frame(t, file, err, errlen);
    int32_t eot = -1, eom = -1;
    int status = load_id(t, file, "tokenizer.ggml.bos_token_id", spm ? 1 : -1, &t->bos, err, errlen);
    if (!status) status = load_id(t, file, "tokenizer.ggml.eos_token_id", spm ? 2 : -1, &t->eos, err, errlen);
    if (!status)
        status = load_id(t, file, "tokenizer.ggml.unknown_token_id", spm ? 0 : -1, &t->unk, err, errlen);
    if (!status) status = load_id(t, file, "tokenizer.ggml.eot_token_id", -1, &eot, err, errlen);
    if (!status) status = load_id(t, file, "tokenizer.ggml.eom_token_id", -1, &eom, err, errlen);
    if (status) return status;
    mark_ends(t);
    if (eot >= 0) t->ends[eot] = 1;
    if (eom >= 0) t->ends[eom] = 1;

    /* Some files call an end token "unknown": text must not be able to end a generation by what it can't say.
     */
    if (t->unk >= 0 && token_is(t, t->unk, LILA_TOKEN_CONTROL)) t->unk = -1;

    t->add_bos = spm || t->words.add_bos;
    status = flag_load(file, "tokenizer.ggml.add_bos_token", &t->add_bos, err, errlen);
    if (!status) status = flag_load(file, "tokenizer.ggml.add_eos_token", &t->add_eos, err, errlen);
    if (status) return status;
    if (t->bos < 0) t->add_bos = false;
    if (t->eos < 0) t->add_eos = false;
    return index_specials(t, err, errlen);
}
