/* pretokenize.h: UTF-8 and the splitting of text into words before byte-pair merges.
 *
 * The families' regular expressions are written out by hand; each function in pretokenize.c carries its own
 * above it. Everything works on bytes in place: a word is a range of the text, and a byte that isn't part of
 * well-formed UTF-8 counts as one character of class OTHER, so that no input is lost or refused. */
#ifndef LILA_PRETOKENIZE_H
#define LILA_PRETOKENIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLASS_OTHER = 0, CLASS_LETTER = 1, CLASS_NUMBER = 2, CLASS_SPACE = 3, CLASS_END = 4 };

/* unicode_tables.c: class of code point c = bits 2*(c%4) of unicode_class_bits[unicode_page[c/256]][c%256/4].
 */
extern const char unicode_version[];
extern const uint8_t unicode_page[4352];
extern const uint8_t unicode_class_bits[][64];

typedef struct utf8_char {
    uint32_t code;  /* code point; 0xFFFD where the byte is malformed */
    uint32_t bytes; /* 1..4; 0 at the end of the text */
    bool valid;
} utf8_char;

/* The character at the start of text[len]: no overlong forms, no surrogates, nothing past U+10FFFF. */
utf8_char utf8_decode(const char *text, size_t len);
/* Writes 1..4 bytes and returns how many; c <= 0x10FFFF. */
uint32_t utf8_encode(uint32_t c, char out[4]);
int unicode_class(uint32_t c);

typedef enum pretokenizer {
    PRETOKENIZE_GPT2,
    PRETOKENIZE_LLAMA3,
    PRETOKENIZE_QWEN2,
    PRETOKENIZE_SMOLLM /* every number character alone, gpt-2 between them; also called "lila" */
} pretokenizer;

/* False when the name (of tokenizer.ggml.pre) is none that we know. */
bool pretokenizer_named(const char *name, size_t len, pretokenizer *out);

typedef struct pretokenize_cursor {
    pretokenizer kind;
    const char *text;
    size_t len;
    size_t pos;         /* start of the next word */
    size_t segment_end; /* the words up to here don't look past it; > pos unless at the end */
} pretokenize_cursor;

/* The next word as text[*start .. *end), never empty; false at the end. Linear over the whole text. */
bool pretokenize_next(pretokenize_cursor *cursor, size_t *start, size_t *end);

#endif
