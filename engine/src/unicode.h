/* unicode.h: UTF-8, categories of code points, and what folding makes of them.
 *
 * A byte that isn't part of well-formed UTF-8 counts as one character of category OTHER, so that no input is
 * lost or refused. */
#ifndef LILA_UNICODE_H
#define LILA_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* General categories, as far as a pattern tells them apart. SPACE is the White_Space property and goes before
 * the others; CONTROL is Cc, Cf and Co; unassigned code points are OTHER. */
enum {
    UNICODE_OTHER = 0,
    UNICODE_UPPER = 1,  /* Lu, Lt */
    UNICODE_LOWER = 2,  /* Ll */
    UNICODE_LETTER = 3, /* Lm, Lo */
    UNICODE_MARK = 4,
    UNICODE_NUMBER = 5,
    UNICODE_PUNCTUATION = 6,
    UNICODE_SYMBOL = 7,
    UNICODE_SPACE = 8,
    UNICODE_CONTROL = 9
};

/* unicode_tables.c: the category of code point c is bits 4*(c%2) of
 * unicode_categories[unicode_page[c/256]][c%256/2]. */
extern const char unicode_version[];
extern const uint8_t unicode_page[4352];
extern const uint8_t unicode_categories[][128];

typedef struct utf8_char {
    uint32_t code;  /* code point; 0xFFFD where the byte is malformed */
    uint32_t bytes; /* 1..4; 0 at the end of the text */
    bool valid;
} utf8_char;

/* The character at the start of text[len]: no overlong forms, no surrogates, nothing past U+10FFFF. */
utf8_char utf8_decode(const char *text, size_t len);
/* Writes 1..4 bytes and returns how many; c <= 0x10FFFF. */
uint32_t utf8_encode(uint32_t c, char out[4]);
int unicode_category(uint32_t c);

/* unicode_folding.c: characters that become others (or nothing), in the order of their code points. */
typedef struct unicode_mapping {
    const uint32_t *keys; /* [count] code point * 4 + how many it becomes, ascending */
    const uint16_t *at;   /* [count] where those stand in `to` */
    const uint32_t *to;
    uint32_t count;
} unicode_mapping;

enum { UNICODE_MOST = 3 }; /* a character becomes at most this many */

/* The canonical decomposition without non-spacing marks, and lower case. */
extern const unicode_mapping unicode_unaccented, unicode_lowered;

/* Writes what c becomes under the mapping, c itself where it isn't named; returns how many, 0 included. */
uint32_t unicode_map(const unicode_mapping *mapping, uint32_t c, uint32_t out[UNICODE_MOST]);
/* unicode_unaccented, and Hangul syllables to their letters. */
uint32_t unicode_unaccent(uint32_t c, uint32_t out[UNICODE_MOST]);

#endif
