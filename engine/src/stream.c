/* Token bytes -> text that may be shown: whole UTF-8 characters, stop strings held back. */

#include "errors.h"

#include <stdlib.h>
#include <string.h>

/* A stop string and how much of it the end of the text matches (Knuth-Morris-Pratt). */
typedef struct {
    uint8_t *bytes; /* [length] */
    size_t *back;   /* [length] longest proper border of bytes[0..i] */
    size_t length;
    size_t matched;
} stop_string;

struct lila_stream {
    stop_string *stops;
    size_t n_stops;
    /* text[0..given) was handed out by the last call; text[given..length) is held back. */
    uint8_t *text;
    size_t length, capacity, given;
    /* the character under way: bytes seen, how many it has in all, and the next byte's legal range */
    uint8_t part[4];
    int part_length, part_needs;
    uint8_t next_low, next_high;
    int stopped;
};

static const uint8_t REPLACEMENT[3] = {0xEF, 0xBF, 0xBD};

static int reserve(lila_stream *s, size_t extra, char *err, size_t errlen) {
    if (extra > SIZE_MAX / 4 - s->length)
        return LILA_FAIL(LILA_E_MEMORY, "stream: %zu more bytes are too many", extra);
    size_t needed = s->length + extra;
    if (needed <= s->capacity) return LILA_OK;
    size_t capacity = needed * 2;
    uint8_t *text = realloc(s->text, capacity);
    if (!text) return LILA_FAIL(LILA_E_MEMORY, "stream: no memory for %zu bytes of text", capacity);
    s->text = text;
    s->capacity = capacity;
    return LILA_OK;
}

/* Adds one byte of finished UTF-8. The first stop string to be complete wins; of two that end at the same
   byte, the longer. */
static void put(lila_stream *s, uint8_t byte) {
    size_t longest = 0;
    s->text[s->length++] = byte;
    for (size_t i = 0; i < s->n_stops; i++) {
        stop_string *stop = &s->stops[i];
        while (stop->matched && stop->bytes[stop->matched] != byte)
            stop->matched = stop->back[stop->matched - 1];
        if (stop->bytes[stop->matched] == byte) stop->matched++;
        if (stop->matched == stop->length && stop->length > longest) longest = stop->length;
    }
    if (longest) {
        s->length -= longest;
        s->stopped = 1;
    }
}

static void put_all(lila_stream *s, const uint8_t *bytes, int n) {
    for (int i = 0; i < n && !s->stopped; i++) put(s, bytes[i]);
}

/* Starts a character with its first byte: sets how long it is and what may follow (Unicode, table 3-7). */
static int begin_character(lila_stream *s, uint8_t byte) {
    s->next_low = 0x80;
    s->next_high = 0xBF;
    if (byte < 0x80)
        s->part_needs = 1;
    else if (byte >= 0xC2 && byte <= 0xDF)
        s->part_needs = 2;
    else if (byte >= 0xE0 && byte <= 0xEF) {
        s->part_needs = 3;
        if (byte == 0xE0) s->next_low = 0xA0;  /* shorter forms exist */
        if (byte == 0xED) s->next_high = 0x9F; /* surrogates */
    } else if (byte >= 0xF0 && byte <= 0xF4) {
        s->part_needs = 4;
        if (byte == 0xF0) s->next_low = 0x90;
        if (byte == 0xF4) s->next_high = 0x8F; /* beyond U+10FFFF */
    } else {
        return 0;
    }
    s->part[0] = byte;
    s->part_length = 1;
    return 1;
}

static void decode_byte(lila_stream *s, uint8_t byte) {
    if (s->part_length > 0 && (byte < s->next_low || byte > s->next_high)) {
        s->part_length = 0; /* what came before can't be completed; this byte may begin anew */
        put_all(s, REPLACEMENT, 3);
        if (s->stopped) return;
    }
    if (s->part_length > 0) {
        s->part[s->part_length++] = byte;
        s->next_low = 0x80;
        s->next_high = 0xBF;
    } else if (!begin_character(s, byte)) {
        put_all(s, REPLACEMENT, 3);
        return;
    }
    if (s->part_length == s->part_needs) {
        put_all(s, s->part, s->part_length);
        s->part_length = 0;
    }
}

/* Forgets what the last call handed out. */
static void drop_given(lila_stream *s) {
    if (s->given) memmove(s->text, s->text + s->given, s->length - s->given);
    s->length -= s->given;
    s->given = 0;
}

static size_t held_back(const lila_stream *s) {
    size_t longest = 0;
    for (size_t i = 0; i < s->n_stops; i++)
        if (s->stops[i].matched > longest) longest = s->stops[i].matched;
    return longest;
}

int lila_stream_push(lila_stream *s, const uint8_t *bytes, size_t n, const uint8_t **text, size_t *text_length,
                     int *stopped, char *err, size_t errlen) {
    drop_given(s);
    if (n > SIZE_MAX / 16) return LILA_FAIL(LILA_E_ARGUMENT, "stream: %zu bytes at once are too many", n);
    int status = reserve(s, 3 * n + 8, err, errlen); /* a byte becomes at most one U+FFFD */
    if (status != LILA_OK) return status;
    for (size_t i = 0; i < n && !s->stopped; i++) decode_byte(s, bytes[i]);
    s->given = s->stopped ? s->length : s->length - held_back(s);
    *text = s->text;
    *text_length = s->given;
    *stopped = s->stopped;
    return LILA_OK;
}

int lila_stream_finish(lila_stream *s, const uint8_t **text, size_t *text_length, char *err, size_t errlen) {
    drop_given(s);
    int status = reserve(s, 8, err, errlen);
    if (status != LILA_OK) return status;
    if (s->part_length > 0 && !s->stopped) put_all(s, REPLACEMENT, 3);
    s->part_length = 0;
    for (size_t i = 0; i < s->n_stops; i++) s->stops[i].matched = 0;
    s->given = s->length;
    *text = s->text;
    *text_length = s->given;
    return LILA_OK;
}

static void find_borders(stop_string *stop) {
    stop->back[0] = 0;
    for (size_t i = 1; i < stop->length; i++) {
        size_t border = stop->back[i - 1];
        while (border && stop->bytes[border] != stop->bytes[i]) border = stop->back[border - 1];
        stop->back[i] = border + (stop->bytes[border] == stop->bytes[i]);
    }
}

static int add_stop(stop_string *stop, const uint8_t *bytes, size_t length, char *err, size_t errlen) {
    if (length == 0 || length > 1 << 16)
        return LILA_FAIL(LILA_E_ARGUMENT, "stream: a stop string has 1 to 65536 bytes, not %zu", length);
    stop->bytes = malloc(length);
    stop->back = malloc(length * sizeof *stop->back);
    stop->length = length;
    if (!stop->bytes || !stop->back) return LILA_FAIL(LILA_E_MEMORY, "stream: no memory for a stop string");
    memcpy(stop->bytes, bytes, length);
    find_borders(stop);
    return LILA_OK;
}

int lila_stream_create(const uint8_t *const *stops, const size_t *stop_lengths, size_t n_stops,
                       lila_stream **out, char *err, size_t errlen) {
    *out = NULL;
    if (n_stops > 256) return LILA_FAIL(LILA_E_ARGUMENT, "stream: at most 256 stop strings, not %zu", n_stops);
    lila_stream *s = calloc(1, sizeof *s);
    stop_string *table = calloc(n_stops ? n_stops : 1, sizeof *table);
    if (!s || !table) {
        free(s);
        free(table);
        return LILA_FAIL(LILA_E_MEMORY, "stream: no memory");
    }
    s->stops = table;
    s->n_stops = n_stops;
    for (size_t i = 0; i < n_stops; i++) {
        int status = add_stop(&table[i], stops[i], stop_lengths[i], err, errlen);
        if (status != LILA_OK) {
            lila_stream_free(s);
            return status;
        }
    }
    *out = s;
    return LILA_OK;
}

void lila_stream_free(lila_stream *s) {
    if (!s) return;
    for (size_t i = 0; i < s->n_stops; i++) {
        free(s->stops[i].bytes);
        free(s->stops[i].back);
    }
    free(s->stops);
    free(s->text);
    free(s);
}
