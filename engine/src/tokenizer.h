/* tokenizer.h: what the tokenizer's own files share. The public face is in lila_engine.h. */
#ifndef LILA_TOKENIZER_H
#define LILA_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gguf.h"
#include "lila_engine.h"
#include "pretokenize.h"

typedef struct text_span {
    const char *data;
    uint32_t len;
} text_span;

/* One way to merge two adjacent symbols. Open addressing on (left, right); rank UINT32_MAX marks a free slot.
 */
typedef struct bpe_merge {
    int32_t left, right, merged;
    uint32_t rank; /* lower merges first */
} bpe_merge;

struct lila_tokenizer {
    uint32_t vocab_size;
    uint32_t kind;             /* LILA_TOKENIZER_* */
    pretokenizer_family words; /* of a BPE vocabulary */
    char *arena;               /* every text and byte string below */
    text_span *text;           /* [vocab_size] as the vocabulary writes it */
    text_span *bytes;          /* [vocab_size] as it appears in text */
    uint8_t *type;             /* [vocab_size] LILA_TOKEN_* */
    uint8_t *ends;             /* [vocab_size] 1: ends a generation */
    float *score;              /* [vocab_size] of an SPM vocabulary, else NULL */
    int32_t *slots;            /* [slot_count] text -> id by open addressing, -1 free */
    uint32_t slot_count;
    bpe_merge *merges; /* [merge_slots], NULL without merges */
    uint32_t merge_slots;
    int32_t byte_ids[256];       /* the token of a single byte, or -1 */
    int32_t *specials;           /* [special_count] tokens looked for in raw text, sorted by their text */
    uint32_t special_first[257]; /* specials whose text starts with byte b: [first[b], first[b + 1]) */
    uint32_t special_count;
    uint32_t longest; /* bytes of the longest token text */
    int32_t bos, eos, unk;
    bool add_bos, add_eos, add_space_prefix;
    bool characters;               /* BPE over characters with spaces marked as in SPM (gemma 4), not bytes */
    bool lowercase, strip_accents; /* of a WordPiece vocabulary */
};

/* Counts every token and writes those that fit. */
typedef struct id_sink {
    int32_t *ids; /* [capacity] */
    size_t capacity;
    size_t count;
} id_sink;

static inline void sink_push(id_sink *sink, int32_t id) {
    if (sink->count < sink->capacity) sink->ids[sink->count] = id;
    sink->count++;
}

static inline bool token_is(const struct lila_tokenizer *t, int32_t id, uint32_t type) {
    return t->type[id] == type;
}

/* tokenizer_vocab.c */
uint64_t hash_bytes(const char *data, size_t len);
uint64_t hash_mix(uint64_t x);
int32_t vocab_find(const struct lila_tokenizer *t, const char *text, size_t len);
int vocab_load(struct lila_tokenizer *t, const lila_gguf *file, char *err, size_t errlen);
/* A WordPiece vocabulary of one token a line. */
int vocab_load_lines(struct lila_tokenizer *t, const char *lines, size_t len, char *err, size_t errlen);

/* tokenizer_special.c */
/* A boolean that metadata names; *out stays as it is where it doesn't. */
int flag_load(const lila_gguf *file, const char *key, bool *out, char *err, size_t errlen);
int special_load(struct lila_tokenizer *t, const lila_gguf *file, char *err, size_t errlen);
/* [CLS], [SEP] and [UNK] of a vocabulary of lines. */
int special_frame(struct lila_tokenizer *t, char *err, size_t errlen);
/* The longest special token that starts at text[0]; -1 when there is none. Control and unknown tokens only
 * match when `parse` is set; user-defined ones always do. */
int32_t special_match(const struct lila_tokenizer *t, const char *text, size_t len, bool parse);

/* tokenizer_bpe.c: byte-level byte-pair encoding */
int bpe_load(struct lila_tokenizer *t, const lila_gguf *file, char *err, size_t errlen);
/* The bytes a BPE token's text stands for, written to out[len of text]; returns how many. */
uint32_t bpe_token_bytes(text_span text, char *out);
int bpe_encode(const struct lila_tokenizer *t, const char *text, size_t len, id_sink *sink);

/* tokenizer_spm.c: SentencePiece by scores, with byte fallback */
/* Fills byte_ids with the tokens `<0x..>`, or single bytes where the vocabulary has no such token. */
void spm_byte_tokens(struct lila_tokenizer *t);
/* Writes the text with every space as U+2581, one more in front with `prefix`; `out` has room for three times
 * the text and three bytes. Returns the length. */
size_t spm_mark_spaces(const char *text, size_t len, bool prefix, char *out);
int spm_load(struct lila_tokenizer *t, const lila_gguf *file, char *err, size_t errlen);
uint32_t spm_token_bytes(text_span text, uint32_t type, char *out);
/* `prefix` puts one space before the text. */
int spm_encode(const struct lila_tokenizer *t, const char *text, size_t len, bool prefix, id_sink *sink);

/* tokenizer_wordpiece.c: BERT's words, covered by the longest tokens */
int wordpiece_load(struct lila_tokenizer *t, const lila_gguf *file, char *err, size_t errlen);
void wordpiece_encode(const struct lila_tokenizer *t, const char *text, size_t len, id_sink *sink);

#endif
