/* pretokenize.h: the splitting of text into words before byte-pair merges.
 *
 * A family splits in one or more passes, each within the pieces of the one before. The families' regular
 * expressions are written out by hand in pretokenize_patterns.c; each function carries its own above it.
 * Everything works on bytes in place: a word is a range of the text. */
#ifndef LILA_PRETOKENIZE_H
#define LILA_PRETOKENIZE_H

#include "unicode.h"

typedef enum pretokenizer {
    PRETOKENIZE_GPT2,
    PRETOKENIZE_LLAMA3,
    PRETOKENIZE_QWEN2,
    PRETOKENIZE_QWEN35,
    PRETOKENIZE_SMOLLM, /* every number character alone, gpt-2 between them; also called "lila" */
    PRETOKENIZE_TEKKEN,
    PRETOKENIZE_GPT4O,
    PRETOKENIZE_FALCON,
    PRETOKENIZE_DEEPSEEK_LLM,
    PRETOKENIZE_DEEPSEEK_CODER,
    PRETOKENIZE_DEEPSEEK_V3,
    PRETOKENIZE_LINES /* gemma 4: runs of new lines, and what is between them */
} pretokenizer;

/* What the name in tokenizer.ggml.pre says. */
typedef struct pretokenizer_family {
    pretokenizer kind;
    bool whole_words; /* a word that is a token as it stands isn't merged */
    bool add_bos;     /* where the file doesn't say */
} pretokenizer_family;

/* False when the name is none that we know. */
bool pretokenizer_named(const char *name, size_t len, pretokenizer_family *out);

/* The text that a pass sees: nothing exists from `end` on. */
typedef struct pretokenize_view {
    const char *text;
    size_t end;
} pretokenize_view;

/* Where the piece that starts at pos ends; pos < view.end, and the result is beyond pos. */
typedef size_t (*pretokenize_pass)(pretokenize_view view, size_t pos);

enum { PRETOKENIZE_PASSES = 6 };
/* The passes of a kind, NULL after the last. */
const pretokenize_pass *pretokenize_passes(pretokenizer kind);

typedef struct pretokenize_cursor {
    pretokenizer kind;
    const char *text;
    size_t len;
    size_t pos;                      /* start of the next word */
    size_t ends[PRETOKENIZE_PASSES]; /* where each pass' current piece ends; start with zeros */
} pretokenize_cursor;

/* The next word as text[*start .. *end), never empty; false at the end. Linear over the whole text. */
bool pretokenize_next(pretokenize_cursor *cursor, size_t *start, size_t *end);

#endif
